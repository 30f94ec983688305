//! Where the meaning is Python's and nothing is left to chance: the same program on the stepper and on CPython, line by line.

use coreyard::engine::stepper::Stepper;
use coreyard::value::format::exception_line;

use super::conformance::{config, run};
use super::python::python;

/// A scenario's blocks and the Python that means the same; both print.
const SAME: &[(&str, &str)] = &[
    (
        r#"main {
            repeat 4 as=i {
                try {
                    print "try {i}"
                    if "i == 1" { continue }
                    if "i == 3" { break }
                    if "i == 2" { raise ValueError "two" }
                }
                except ValueError as=e { print "caught {e}" }
                finally { print "finally {i}" }
                print "after {i}"
            }
        }"#,
        "for i in range(4):\n    try:\n        print('try', i)\n        if i == 1: continue\n        if i == 3: break\n        if i == 2: raise ValueError('two')\n    except ValueError as e: print('caught', e)\n    finally: print('finally', i)\n    print('after', i)",
    ),
    (
        r#"routine f n {
            try {
                try {
                    if "n == 0" { return "'plain'" }
                    if "n == 1" { raise KeyError "inner" }
                    let x "1 // (n - 2)"
                }
                finally { print "inner {n}" }
            }
            except KeyError { return "'from except'" }
            except ArithmeticError as=e { print "{e}"; raise }
            finally {
                print "outer {n}"
                if "n == 3" { return "'from finally'" }
            }
            return "'end'"
        }
        main {
            repeat 5 as=n {
                try { call f n into=x; print "{x}" }
                except ZeroDivisionError as=e { print "again {e}" }
            }
        }"#,
        "def f(n):\n    try:\n        try:\n            if n == 0: return 'plain'\n            if n == 1: raise KeyError('inner')\n            x = 1 // (n - 2)\n        finally: print('inner', n)\n    except KeyError: return 'from except'\n    except ArithmeticError as e:\n        print(e)\n        raise\n    finally:\n        print('outer', n)\n        if n == 3: return 'from finally'\n    return 'end'\nfor n in range(5):\n    try:\n        x = f(n)\n        print(x)\n    except ZeroDivisionError as e: print('again', e)",
    ),
    (
        r#"main {
            repeat 3 as=i {
                try {
                    try { raise ValueError "first" }
                    finally {
                        if "i == 0" { raise KeyError "second" }
                        if "i == 1" { break }
                    }
                }
                except KeyError as=e { print "{e}" }
            }
            print "out {i}"
        }"#,
        "for i in range(3):\n    try:\n        try: raise ValueError('first')\n        finally:\n            if i == 0: raise KeyError('second')\n            if i == 1: break\n    except KeyError as e: print(e)\nprint('out', i)",
    ),
    (
        r#"main {
            try {
                try { raise ValueError "one" }
                except ValueError {
                    try { raise KeyError "two" }
                    except KeyError { print "inside" }
                    raise
                }
            }
            except Exception as=e { print "{e}" }
        }"#,
        "try:\n    try: raise ValueError('one')\n    except ValueError:\n        try: raise KeyError('two')\n        except KeyError: print('inside')\n        raise\nexcept Exception as e: print(e)",
    ),
    (
        r#"routine down n { if "n > 0" { call down "n - 1" } }
        routine forever n { call forever "n + 1" }
        main {
            call down 900
            try { call forever 0 }
            except RecursionError as=e { print "{e}" }
        }"#,
        "def down(n):\n    if n > 0: down(n - 1)\ndef forever(n): forever(n + 1)\ndown(900)\ntry: forever(0)\nexcept RecursionError as e: print(e)",
    ),
    (
        r#"main {
            try { let xs "[1, 2][5]" }
            except LookupError as=e { print "{e}" }
            try { let y "1 + 'a'" }
            except KeyError TypeError as=e { print "{e}" }
            try { assert "1 > 2" "one is {1 + 0}" }
            except AssertionError as=e { print "{e}" }
            try { assert "1 < 2 < 3" "fine"; print "{0 < 1 > 0} {1 < 0 < 1 / 0}" }
            except Exception { print "never" }
            for c in="'ab'" { print "{c}" }
        }"#,
        "try: xs = [1, 2][5]\nexcept LookupError as e: print(e)\ntry: y = 1 + 'a'\nexcept (KeyError, TypeError) as e: print(e)\ntry: assert 1 > 2, f'one is {1 + 0}'\nexcept AssertionError as e: print(e)\ntry:\n    assert 1 < 2 < 3, 'fine'\n    print(0 < 1 > 0, 1 < 0 < 1 / 0)\nexcept Exception: print('never')\nfor c in 'ab': print(c)",
    ),
    (
        r#"main {
            for x in="[3, 1, 2]" { if "x == 1" { continue }; print "{x}" }
            let x 10
            while "x > 7" { let x "x - 1"; if "x == 8" { break } }
            print "{x}"
            let t "'yes' if x else 'no'"
            print "{t:>5}|{3.14159:.2f}|{1234567:,}|{0.5:%}|{255:#x}"
            print "{None} {True} {[1.0, 'a']} {1e16} {2 ** 10} {-7 // 2} {-7 % 3} {7 / 2}"
            print "{min(3, 1)} {max([2, 5])} {sum([1, 2.5])} {abs(-3)} {len('数数')} {int('12') + float('0.5')} {str(None)} {range(3)}"
            print "{not 0} {0 or 'x'} {1 and 0} {1 in [1.0]} {'a' not in 'b'} {None is None}"
            print "{{braces}}"
        }"#,
        "for x in [3, 1, 2]:\n    if x == 1: continue\n    print(x)\nx = 10\nwhile x > 7:\n    x = x - 1\n    if x == 8: break\nprint(x)\nt = 'yes' if x else 'no'\nprint(f'{t:>5}|{3.14159:.2f}|{1234567:,}|{0.5:%}|{255:#x}')\nprint(f\"{None} {True} {[1.0, 'a']} {1e16} {2 ** 10} {-7 // 2} {-7 % 3} {7 / 2}\")\nprint(f\"{min(3, 1)} {max([2, 5])} {sum([1, 2.5])} {abs(-3)} {len('数数')} {int('12') + float('0.5')} {str(None)} {list(range(3))}\")\nprint(f\"{not 0} {0 or 'x'} {1 and 0} {1 in [1.0]} {'a' not in 'b'} {None is None}\")\nprint('{braces}')",
    ),
    (
        r#"routine late n { if n { let x 1 }; return x }
        main {
            call late 1 into=a
            print "{a}"
            try { call late 0 into=a }
            except UnboundLocalError as=e { print "{e}" }
            try { raise ValueError "gone" }
            except ValueError as=e { print "{e}" }
        }"#,
        "def late(n):\n    if n: x = 1\n    return x\na = late(1)\nprint(a)\ntry: a = late(0)\nexcept UnboundLocalError as e: print(e)\ntry: raise ValueError('gone')\nexcept ValueError as e: print(e)",
    ),
    (
        r#"lock m
        main {
            repeat 3 as=i {
                try {
                    with m {
                        if "i == 0" { continue }
                        if "i == 1" { raise KeyError "held" }
                        release m
                    }
                }
                except KeyError { try-acquire m into=free; print "{free}"; release m }
                except RuntimeError as=e { print "{e}" }
                finally { print "round {i}" }
            }
        }"#,
        "import threading\nm = threading.Lock()\nfor i in range(3):\n    try:\n        with m:\n            if i == 0: continue\n            if i == 1: raise KeyError('held')\n            m.release()\n    except KeyError:\n        free = m.acquire(blocking=False)\n        print(free)\n        m.release()\n    except RuntimeError as e: print(e)\n    finally: print('round', i)",
    ),
    (
        "semaphore s permits=1 bounded=#true\nqueue q capacity=1\nqueue line order=priority\nthread t start=#false { }\n\
        main {\n    try { release s }\n    except ValueError as=e { print \"{e}\" }\n    put q 1\n    try { put q 2 timeout-ms=1 }\n    \
        except Full as=e { print \"full {e}\" }\n    get q into=x\n    try { get q timeout-ms=1 into=x }\n    except Empty as=e { print \"empty {e}\" }\n    \
        task-done q\n    try { task-done q }\n    except ValueError as=e { print \"{e}\" }\n    try { join t }\n    except RuntimeError as=e { print \"{e}\" }\n    \
        start t\n    try { start t }\n    except RuntimeError as=e { print \"{e}\" }\n    join t into=ended\n    current-task into=me\n    \
        try { join me }\n    except RuntimeError as=e { print \"{e}\" }\n    put line 2\n    try { put line \"'a'\" }\n    except TypeError as=e { print \"{e}\" }\n    \
        try { acquire s timeout-ms=\"len([]) - 1\" }\n    except ValueError as=e { print \"negative\" }\n}",
        "import threading, queue\ns = threading.BoundedSemaphore(1)\nq = queue.Queue(1)\nline = queue.PriorityQueue()\nt = threading.Thread(target=lambda: None)\n\
        try: s.release()\nexcept ValueError as e: print(e)\nq.put(1)\ntry: q.put(2, timeout=0.001)\nexcept queue.Full as e: print('full', e)\nx = q.get()\n\
        try: x = q.get(timeout=0.001)\nexcept queue.Empty as e: print('empty', e)\nq.task_done()\ntry: q.task_done()\nexcept ValueError as e: print(e)\n\
        try: t.join()\nexcept RuntimeError as e: print(e)\nt.start()\ntry: t.start()\nexcept RuntimeError as e: print(e)\nt.join()\n\
        try: threading.current_thread().join()\nexcept RuntimeError as e: print(e)\nline.put(2)\ntry: line.put('a')\nexcept TypeError as e: print(e)\n\
        print('negative')",
    ),
];

#[test]
fn programs_print_what_python_prints() {
    check(SAME);
}

/// Runs each scenario on the stepper, and CPython beside it; both must print the same lines.
pub(crate) fn check(pairs: &[(&str, &str)]) {
    for (scenario, program) in pairs {
        let trace = run(&Stepper, scenario, &config(1));
        let mut ours: Vec<String> = trace.output.iter().map(|line| line.text.clone()).collect();
        for counters in trace.counters.tasks.values() {
            ours.extend(counters.uncaught.iter().map(|raised| exception_line(&raised.name, &raised.message)));
        }
        let Some(theirs) = python(program) else { return };
        let theirs: Vec<&str> = theirs.lines().collect();
        assert_eq!(ours, theirs, "{scenario}");
    }
}

//! Locks, signals, timers and lists beside CPython's: the same programs, line by line.
//! Where no `python3` is, it says so and checks nothing.

use coreyard::engine::Engine;
use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;

use super::conformance::{config, run};
use super::python::python;

/// What each program is about, ours, and Python's (which has `threading` and `show`, a function that prints what a call raises).
const PROGRAMS: &[(&str, &str, &str)] = &[
    (
        "locks and rlocks released too often",
        r#"lock a
rlock b
semaphore s permits=1 bounded=#true
main {
    try { release a }
    except Exception as=e { print "{e}" }
    try { release b }
    except Exception as=e { print "{e}" }
    acquire b; acquire b; release b; release b
    try { release b }
    except Exception as=e { print "{e}" }
    try { release s }
    except Exception as=e { print "{e}" }
}"#,
        "a = threading.Lock(); b = threading.RLock(); s = threading.BoundedSemaphore(1)\nshow(a.release)\nshow(b.release)\n\
         b.acquire(); b.acquire(); b.release(); b.release()\nshow(b.release)\nshow(s.release)",
    ),
    (
        "conditions without their lock",
        r#"rlock m
condition c lock=m
main {
    try { wait c }
    except RuntimeError as=e { print "{e}" }
    try { notify c }
    except RuntimeError as=e { print "{e}" }
    with c { with c { wait c timeout-ms=1 into=ok; print "{ok}"; notify c n=3; notify-all c } }
}"#,
        "c = threading.Condition(threading.RLock())\nshow(c.wait)\nshow(c.notify)\nwith c:\n  with c:\n    print(c.wait(0.001))\n\
         \x20   c.notify(3); c.notify_all()",
    ),
    (
        "events",
        r#"event e
main {
    wait e timeout-ms=1 into=a; set-event e; wait e into=b; wait e timeout-ms=1 into=c; clear-event e
    wait e timeout-ms=0 into=d
    print "{a} {b} {c} {d}"
}"#,
        "e = threading.Event()\na = e.wait(0.001); e.set(); b = e.wait(); c = e.wait(0.001); e.clear()\nprint(a, b, c, e.wait(0))",
    ),
    (
        "barriers",
        r#"barrier one parties=1
barrier two parties=2
main {
    wait one into=a; wait one into=b
    print "{a} {b}"
    try { wait two timeout-ms=1 }
    except BrokenBarrierError as=e { print "broken '{e}'" }
    try { wait two }
    except RuntimeError { print "still broken" }
    abort one
    try { wait one }
    except BrokenBarrierError { print "aborted" }
}"#,
        "one = threading.Barrier(1); two = threading.Barrier(2)\nprint(one.wait(), one.wait())\n\
         try: two.wait(0.001)\nexcept threading.BrokenBarrierError as e: print(f\"broken '{e}'\")\n\
         try: two.wait()\nexcept RuntimeError: print('still broken')\none.abort()\n\
         try: one.wait()\nexcept threading.BrokenBarrierError: print('aborted')",
    ),
    (
        "a timer that is cancelled and one that rings",
        r#"routine ring { print "ring" }
main {
    timer ms=1 ring into=t
    join t
    is-alive t into=alive
    print "{alive}"
    cancel t
    try { start t }
    except RuntimeError as=e { print "{e}" }
    current-task into=me
    try { join me }
    except RuntimeError as=e { print "{e}" }
    active-count into=n
    print "{n} {me.name}"
}"#,
        "t = threading.Timer(0.001, lambda: print('ring')); t.start(); t.join(); print(t.is_alive()); t.cancel()\nshow(t.start)\n\
         show(threading.current_thread().join)\nprint(threading.active_count(), threading.current_thread().name)",
    ),
];

#[test]
fn threads_do_what_pythons_do() {
    let head = "import threading\ndef show(call):\n  try: call()\n  except Exception as e: print(e)\n";
    for (about, ours, theirs) in PROGRAMS {
        let Some(theirs) = python(&format!("{head}{theirs}")) else { return };
        for engine in [&Stepper as &dyn Engine, &Real] {
            let trace = run(engine, ours, &config(1));
            let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(lines, theirs.lines().collect::<Vec<_>>(), "{about}");
        }
    }
}

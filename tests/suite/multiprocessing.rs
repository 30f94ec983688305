//! Processes against CPython's multiprocessing: what a scenario prints and what the same program prints there, line by line.
//! Where no `python3` is, it says so and checks nothing.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::trace::store::Ended;

use super::conformance::{config, run};
use super::python::python;

/// What every program begins with.
const HEAD: &str =
    "import multiprocessing as mp, os, queue, sys, time\nsys.stderr = open(os.devnull, 'w')\nmp.set_start_method('fork')\n";

/// The row, the scenario, the program.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "A46 own memory and exit codes",
        r#"shared x 1
process child { set x "x + 41" }
process unlucky { raise ValueError "out of luck" }
main { join child; join unlucky; print "{x}"; print "{child.exitcode} {unlucky.exitcode}" }"#,
        "x = 1
def child():
    global x
    x += 41
def unlucky():
    raise ValueError('out of luck')
c, u = mp.Process(target=child), mp.Process(target=unlucky)
c.start(); u.start(); c.join(); u.join()
print(x)
print(c.exitcode, u.exitcode)
",
    ),
    (
        "A47 numbers",
        r#"pipe numbers
process child { pid into=mine; ppid into=parent; send numbers mine; send numbers parent }
main { pid into=me; recv numbers into=its; recv numbers into=parent; join child; print "{parent == me} {its == me}" }"#,
        "r, w = mp.Pipe(False)
def child():
    w.send(os.getpid()); w.send(os.getppid())
p = mp.Process(target=child)
p.start()
its, parent = r.recv(), r.recv()
p.join()
print(parent == os.getpid(), its == os.getpid())
",
    ),
    (
        "A49 a joinable queue with one sentinel for each consumer",
        r#"queue jobs across-processes=#true
shared total 0 across-processes=#true atomic=#true
process consumer count=2 {
    loop { get jobs into=job; if "job is not None" { atomic-add total job }; task-done jobs; if "job is None" { break } }
}
main {
    repeat 30 as=i { put jobs i }
    repeat 2 { put jobs None }
    join jobs
    join consumer
    print "{total}"
    try { task-done jobs }; except ValueError as=e { print "{e}" }
    try { get jobs timeout-ms=5 }; except Empty { print empty }
}"#,
        "jobs, total = mp.JoinableQueue(), mp.Value('i', 0)
def consumer():
    while True:
        job = jobs.get()
        if job is not None:
            with total.get_lock():
                total.value += job
        jobs.task_done()
        if job is None:
            break
both = [mp.Process(target=consumer) for _ in range(2)]
for p in both: p.start()
for i in range(30): jobs.put(i)
for _ in both: jobs.put(None)
jobs.join()
for p in both: p.join()
print(total.value)
try: jobs.task_done()
except ValueError as e: print(e)
try: jobs.get(timeout=0.005)
except queue.Empty: print('empty')
",
    ),
    (
        "ended from outside, asked too early",
        r#"event never across-processes=#true
process child start=#false { wait never }
main {
    try { join child }; except AssertionError as=e { print "{e}" }
    start child
    is-alive child into=alive
    join child timeout-ms=5 into=ended
    print "{alive} {ended} {child.exitcode}"
    terminate child
    join child
    is-alive child into=alive
    print "{alive} {child.exitcode}"
}"#,
        "never = mp.Event()
child = mp.Process(target=never.wait)
try: child.join()
except AssertionError as e: print(e)
child.start()
alive = child.is_alive()
child.join(0.005)
print(alive, child.exitcode is not None, child.exitcode)
child.terminate()
child.join()
print(child.is_alive(), child.exitcode)
",
    ),
    (
        "signs and what they raise",
        r#"rlock own across-processes=#true
semaphore two permits=2 bounded=#true across-processes=#true
barrier line parties=2 across-processes=#true
event go across-processes=#true
process child { wait go into=seen; wait line into=place }
main {
    set-event go
    wait line into=place
    join child
    print "{child.exitcode} {0 <= place < 2}"
    try { wait line timeout-ms=5 }; except BrokenBarrierError { print broken }
    with own { with own { print twice } }
    acquire two; acquire two
    acquire two timeout-ms=5 into=ok
    release two; release two
    try { release two }; except ValueError { print "{ok} too many" }
}"#,
        "own, two, line, go = mp.RLock(), mp.BoundedSemaphore(2), mp.Barrier(2), mp.Event()
import threading
def child():
    go.wait(); line.wait()
p = mp.Process(target=child)
p.start()
go.set()
place = line.wait()
p.join()
print(p.exitcode, 0 <= place < 2)
try: line.wait(0.005)
except threading.BrokenBarrierError: print('broken')
with own:
    with own: print('twice')
two.acquire(); two.acquire()
ok = two.acquire(timeout=0.005)
two.release(); two.release()
try: two.release()
except ValueError: print(ok, 'too many')
",
    ),
    (
        "a pipe and its ends",
        r#"pipe there
process writer { send there 1; send there "'two'" }
main {
    recv there into=one
    recv there into=two
    print "{one} {two}"
    try { recv there }; except EOFError { print over }
}"#,
        "r, w = mp.Pipe(False)
def writer():
    w.send(1); w.send('two')
p = mp.Process(target=writer)
p.start()
w.close()
print(r.recv(), r.recv())
try: r.recv()
except EOFError: print('over')
",
    ),
    (
        "who leaves with SystemExit",
        QUITS,
        "import threading
def a(): sys.exit()
def b(): sys.exit(3)
def c():
    try: sys.exit(700)
    finally: print('c', flush=True)
def d(): sys.exit('no')
def e():
    t = threading.Thread(target=b); t.start(); t.join()
    try: sys.exit(5)
    except Exception: print('never')
def quits(): sys.exit(1)
for body in a, b, c, d, e:
    p = mp.Process(target=body); p.start(); p.join(); print(p.exitcode, flush=True)
t = threading.Thread(target=quits); t.start(); t.join(); print(t.is_alive(), flush=True)
sys.exit()
",
    ),
];

const QUITS: &str = r#"process a start=#false { raise SystemExit }
process b start=#false { raise SystemExit "3" }
process c start=#false { try { raise SystemExit "700" }; finally { print c } }
process d start=#false { raise SystemExit "no" }
process e start=#false {
    thread t { raise SystemExit "3" }
    join t
    try { raise SystemExit "5" }; except Exception { print never }
}
routine quits { raise SystemExit "1" }
main {
    for p in="[a, b, c, d, e]" { start p; join p; print "{p.exitcode}" }
    spawn quits into=t
    join t
    is-alive t into=alive
    print "{alive}"
    raise SystemExit
}"#;

#[test]
fn a_system_exit_is_nothing_that_went_wrong_on_either_engine() {
    let expected = ["0", "3", "c", "188", "1", "5", "False"];
    for trace in [run(&Stepper, QUITS, &config(1)), run(&Real, QUITS, &config(1))] {
        let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, expected, "{}", trace.header.engine);
        assert!(trace.counters.tasks.values().all(|task| task.uncaught.is_none()), "{}", trace.header.engine);
    }
}

#[test]
fn processes_agree_with_pythons_multiprocessing_line_by_line() {
    let mut differences = Vec::new();
    for (name, scenario, program) in PAIRS {
        let Some(theirs) = python(&format!("{HEAD}{program}")) else { return };
        let trace = run(&Real, scenario, &config(1));
        assert_eq!(trace.ended, Some(Ended::Completed), "{name}");
        let ours: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        let theirs: Vec<&str> = theirs.lines().collect();
        if ours != theirs {
            differences.push(format!("{name}\n   ours   {ours:?}\n   python {theirs:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

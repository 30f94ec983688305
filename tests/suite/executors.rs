//! Executors against CPython's concurrent.futures and multiprocessing.Pool, line by line, and what they do under strain.

use super::conformance::{config, run};
use super::meaning::check;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Engine, real::Real};
use coreyard::trace::store::{Ended, FindingKind};

const SAME: &[(&str, &str)] = &[
    // Futures: results, exceptions, states.
    (
        r#"pool p workers=2
        routine half n { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
        main {
            repeat 4 as=n {
                submit p half n into=f
                try { result f into=x; print "{x}" }
                except ValueError as=e { print "{e}" }
                state f into=s
                print "{s}"
            }
        }"#,
        r"
from concurrent.futures import ThreadPoolExecutor
def half(n):
    if n % 2: raise ValueError(f'odd {n}')
    return n // 2
p = ThreadPoolExecutor(2)
for n in range(4):
    f = p.submit(half, n)
    try: print(f.result())
    except ValueError as e: print(e)
    print('Done' if f.done() else '?')",
    ),
    // Cancelling, callbacks, time-outs, shutdown.
    (
        r#"pool p workers=1
        event begun
        event go
        routine slow n { set-event begun; wait go; return n }
        routine told f {
            state f into=s
            if "s == 'Cancelled'" { print "told cancelled" }
            else { result f into=x; print "told {x}" }
        }
        main {
            submit p slow 1 into=a
            wait begun
            submit p slow 2 into=b
            state a into=s
            state b into=t
            print "{s == 'Running'} {t == 'Pending'}"
            cancel a into=x
            cancel b into=y
            cancel b into=z
            print "{x} {y} {z}"
            try { result b }
            except CancelledError { print "cancelled" }
            try { result a timeout-ms=1 }
            except TimeoutError { print "late" }
            add-done-callback b told
            add-done-callback a told
            set-event go
            close p
            join p
            try { submit p slow 3 }
            except RuntimeError as=e { print "{e}" }
            add-done-callback a told
        }"#,
        r"
from concurrent.futures import ThreadPoolExecutor, CancelledError, TimeoutError
from threading import Event
begun, go = Event(), Event()
def slow(n):
    begun.set(); go.wait(); return n
def told(f): print('told', 'cancelled' if f.cancelled() else f.result())
p = ThreadPoolExecutor(1)
a = p.submit(slow, 1)
begun.wait()
b = p.submit(slow, 2)
print(a.running(), not b.running() and not b.done())
print(a.cancel(), b.cancel(), b.cancel())
try: b.result()
except CancelledError: print('cancelled')
try: a.result(timeout=0.001)
except TimeoutError: print('late')
b.add_done_callback(told)
a.add_done_callback(told)
go.set()
p.shutdown(wait=True)
try: p.submit(slow, 3)
except RuntimeError as e: print(e)
a.add_done_callback(told)",
    ),
    // Who is to be told of a cancellation is called by whoever cancels, before that one goes on.
    (
        r#"pool p workers=1
        event begun
        event go
        event-loop l
        event stands
        event serves
        event over
        routine slow n { set-event begun; wait go; return n }
        routine rest async=#true { set-event stands; await wait go }
        routine told f { current-task into=t; state f into=s; print "{t.name} {s}" }
        routine bad f { print "bad"; raise ValueError "no" }
        main {
            submit p slow 1
            wait begun
            submit p slow 2 into=b
            add-done-callback b bad
            add-done-callback b told
            cancel b into=y
            print "{y}"
            submit p slow 3 into=c
            submit p slow 4 into=d
            add-done-callback d told
            add-done-callback c bad
            terminate p
            print "terminated"
            spawn serving into=t
            wait serves
            submit l rest into=j
            wait stands
            add-done-callback j told
            cancel j into=y
            cancel j into=z
            print "{y} {z}"
            set-event go
            set-event over
            join t
        }
        routine serving { run-loop l whole }
        routine whole async=#true { set-event serves; await wait over }"#,
        r"
import asyncio, logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread, current_thread
said = []
class Heard(logging.Handler):
    def emit(self, record): said.append(f'{record.exc_info[0].__name__}: {record.exc_info[1]}')
logging.getLogger('concurrent.futures').addHandler(Heard())
begun, go, stands, serves, over = Event(), Event(), Event(), Event(), Event()
def slow(n):
    begun.set(); go.wait(); return n
def told(f): print(current_thread().name, 'Cancelled' if f.cancelled() else '?')
def bad(f): print('bad'); raise ValueError('no')
p = ThreadPoolExecutor(1)
p.submit(slow, 1)
begun.wait()
b = p.submit(slow, 2)
b.add_done_callback(bad); b.add_done_callback(told)
print(b.cancel())
c, d = p.submit(slow, 3), p.submit(slow, 4)
d.add_done_callback(told); c.add_done_callback(bad)
p.shutdown(wait=False, cancel_futures=True)
print('terminated')
l = asyncio.new_event_loop()
async def rest():
    stands.set(); await asyncio.sleep(10)
async def whole():
    serves.set()
    while not over.is_set(): await asyncio.sleep(.001)
t = Thread(target=lambda: l.run_until_complete(whole()))
t.start()
serves.wait()
j = asyncio.run_coroutine_threadsafe(rest(), l)
stands.wait()
j.add_done_callback(told)
y = j.cancel()
print(y, j.cancel())
go.set()
over.set()
t.join()
for line in said: print(line)",
    ),
    // `map`: in the order given, the first exception, what has not begun is cancelled, a time-out.
    (
        r#"pool p workers=1
        shared ran 0
        routine half n { set ran "ran + 1"; if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
        routine slow n { sleep ms=n; return n }
        main {
            map p half over="[8, 6, 4]" into=all
            print "{all}"
            try { map p half over="[2, 3, 5]" }
            except ValueError as=e { print "{e}" }
            try { map p slow over="[200, 0]" timeout-ms=20 }
            except TimeoutError { print "late" }
            map p half over="[]" into=none
            print "{none}"
        }"#,
        r"
from concurrent.futures import ThreadPoolExecutor, TimeoutError
import time
def half(n):
    if n % 2: raise ValueError(f'odd {n}')
    return n // 2
def slow(n): time.sleep(n / 1000); return n
p = ThreadPoolExecutor(1)
print(list(p.map(half, [8, 6, 4])))
try: list(p.map(half, [2, 3, 5]))
except ValueError as e: print(e)
try: list(p.map(slow, [200, 0], timeout=0.02))
except TimeoutError: print('late')
print(list(p.map(half, [])))",
    ),
    // multiprocessing.Pool: callback, error callback, close, join.
    (
        r#"pool p workers=1
        event go
        routine hold { wait go }
        routine half n { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
        routine good value { print "good {value}" }
        routine bad e { print "bad {e}" }
        main {
            submit p hold
            repeat 4 as=n { submit p half n callback=good error-callback=bad }
            try { join p }
            except ValueError as=e { print "{e}" }
            set-event go
            close p
            join p
            print "end"
        }"#,
        r"
from multiprocessing.pool import ThreadPool
import threading
def half(n):
    if n % 2: raise ValueError(f'odd {n}')
    return n // 2
p = ThreadPool(1)
lines = []
for n in range(4):
    p.apply_async(half, (n,), callback=lambda v: lines.append(f'good {v}'), error_callback=lambda e: lines.append(f'bad {e}'))
try: p.join()
except ValueError as e: complaint = str(e)
p.close()
p.join()
order = lines + ['end']
print(complaint)
for line in order: print(line)",
    ),
    // A process pool: what is on its way to a worker runs, as far as its future knows.
    (
        r#"pool p workers=1 of=processes
        semaphore begun permits=0 across-processes=#true
        semaphore go permits=0 across-processes=#true
        routine hold n { release begun; acquire go; return n }
        routine half n { if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
        main {
            submit p hold 1 into=f
            let all "[f]"
            acquire begun
            repeat 4 as=n { submit p half n into=f; let all "all + [f]" }
            let words "[]"
            for f in=all { state f into=s; let words "words + [s]" }
            print "{words}"
            let words "[]"
            for f in=all { cancel f into=c; let words "words + [c]" }
            print "{words}"
            release go
            for f in=all {
                try { result f into=x; print "{x}" }
                except ValueError as=e { print "{e}" }
                except CancelledError { print "cancelled" }
            }
            map p half over="[8, 6, 4]" into=all
            print "{all}"
            try { map p half over="[2, 3, 5]" }
            except ValueError as=e { print "{e}" }
            close p
            join p
            try { submit p half 1 }
            except RuntimeError as=e { print "{e}" }
        }"#,
        r"
from concurrent.futures import ProcessPoolExecutor, CancelledError
from multiprocessing import get_context
import time
fork = get_context('fork')
begun, go = fork.Semaphore(0), fork.Semaphore(0)
def hold(n):
    begun.release(); go.acquire(); return n
def half(n):
    if n % 2: raise ValueError(f'odd {n}')
    return n // 2
def word(f): return 'Cancelled' if f.cancelled() else 'Done' if f.done() else 'Running' if f.running() else 'Pending'
p = ProcessPoolExecutor(1, mp_context=fork)
all = [p.submit(hold, 1)]
begun.acquire()
all += [p.submit(half, n) for n in range(4)]
while not all[2].running(): time.sleep(0.001)
print([word(f) for f in all])
print([f.cancel() for f in all])
go.release()
for f in all:
    try: print(f.result())
    except ValueError as e: print(e)
    except CancelledError: print('cancelled')
print(list(p.map(half, [8, 6, 4])))
try: list(p.map(half, [2, 3, 5]))
except ValueError as e: print(e)
p.shutdown()
try: p.submit(half, 1)
except RuntimeError as e: print(e)",
    ),
    // asyncio.run_coroutine_threadsafe: a thread submits to a loop.
    (
        r#"event-loop turns
        event up
        event over
        event left
        routine half n async=#true { await sleep ms=0; if "n % 2" { raise ValueError "odd {n}" }; return "n // 2" }
        routine hang async=#true { try { await sleep s=1000 }
            finally { print "hang leaves"; set-event left } }
        routine boss async=#true { set-event up; await wait over; print "boss leaves"; return 7 }
        routine told f { state f into=s; print "told {s}" }
        routine plain n { return n }
        routine give to { submit to plain 1 }
        routine own async=#true {
            submit turns half 8 into=f
            try { result f timeout-ms=20 }
            except TimeoutError { print "own late" }
            await f into=x
            print "{x}"
        }
        thread runs { run-loop turns boss into=x; print "{x}" }
        main {
            wait up
            repeat 3 as=n {
                submit turns half n into=f
                try { result f into=x; print "{x}" }
                except ValueError as=e { print "{e}" }
                state f into=s
                cancel f into=c
                print "{s} {c}"
            }
            submit turns hang into=h
            try { result h timeout-ms=20 }
            except TimeoutError { state h into=s; print "late {s}" }
            cancel h into=x
            cancel h into=y
            wait left
            print "{x} {y}"
            try { result h }
            except CancelledError { print "cancelled" }
            add-done-callback h told
            clear-event left
            submit turns hang into=g
            try { result g timeout-ms=20 }
            except TimeoutError { print "late" }
            set-event over
            try { result g }
            except CancelledError { wait left }
            join runs
            try { submit turns half 4 }
            except RuntimeError as=e { print "{e}" }
            try { call give turns }
            except TypeError as=e { print "{e}" }
            run-loop turns own
        }"#,
        r"
import asyncio, threading
from concurrent.futures import CancelledError
up, left = threading.Event(), threading.Event()
async def half(n):
    await asyncio.sleep(0)
    if n % 2: raise ValueError(f'odd {n}')
    return n // 2
async def hang():
    try: await asyncio.sleep(1000)
    finally: print('hang leaves'); left.set()
async def boss():
    global loop, over
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    up.set()
    await over.wait()
    print('boss leaves')
    return 7
def told(f): print('told', 'Cancelled' if f.cancelled() else '?')
def word(f): return 'Cancelled' if f.cancelled() else 'Done' if f.done() else 'Running' if f.running() else 'Pending'
runs = threading.Thread(target=lambda: print(asyncio.run(boss())))
runs.start(); up.wait()
submit = asyncio.run_coroutine_threadsafe
for n in range(3):
    f = submit(half(n), loop)
    try: print(f.result())
    except ValueError as e: print(e)
    print(word(f), f.cancel())
h = submit(hang(), loop)
try: h.result(timeout=0.02)
except TimeoutError: print('late', word(h))
a = h.cancel(), h.cancel()
left.wait()
print(*a)
try: h.result()
except CancelledError: print('cancelled')
h.add_done_callback(told)
left.clear()
g = submit(hang(), loop)
try: g.result(timeout=0.02)
except TimeoutError: print('late')
loop.call_soon_threadsafe(over.set)
try: g.result()
except CancelledError: pass
runs.join()
c = half(4)
try: submit(c, loop)
except RuntimeError as e: print(e)
c.close()
try: submit(1, loop)
except TypeError as e: print(e)
async def own():
    f = submit(half(8), asyncio.get_running_loop())
    try: f.result(timeout=0.02)
    except TimeoutError: print('own late')
    print(await asyncio.wrap_future(f))
asyncio.run(own())",
    ),
];

#[test]
fn executors_do_what_pythons_do() {
    check(SAME);
}

/// A scenario's output, and how it ended.
fn ends(engine: &dyn Engine, scenario: &str) -> (String, Vec<String>) {
    let trace = run(engine, scenario, &config(1));
    let ended = match trace.ended {
        Some(Ended::Completed) => "completed".to_owned(),
        Some(Ended::Deadlocked) => "deadlocked".to_owned(),
        other => format!("{other:?}"),
    };
    (ended, trace.output.iter().map(|line| line.text.clone()).collect())
}

#[test]
fn a_thousand_jobs_all_run_once_and_leave_nothing() {
    let scenario = r#"pool p workers=7
        shared done 0 atomic=#true
        routine job n { atomic-add done 1; return n }
        main {
            map p job over="range(1000)" into=all
            print "{len(all)} {sum(all)} {done}"
        }"#;
    for engine in [&Stepper as &dyn Engine, &Real] {
        assert_eq!(ends(engine, scenario), ("completed".to_owned(), vec!["1000 499500 1000".to_owned()]));
    }
}

#[test]
fn a_loop_that_rests_hears_of_the_end_of_a_job_that_does_nothing_else() {
    let scenario = r#"pool p workers=1
        event-loop l
        routine job { compute ms=30; return 7 }
        routine boss async=#true { submit p job into=f; await f into=x; print "{x}" }
        main { run-loop l boss }"#;
    for engine in [&Stepper as &dyn Engine, &Real] {
        assert_eq!(ends(engine, scenario), ("completed".to_owned(), vec!["7".to_owned()]));
    }
}

#[test]
fn a_job_that_never_ends_keeps_the_run_alive_and_is_cut_off_with_it() {
    let scenario = r#"pool p workers=2
        event never
        routine stuck { wait never }
        main { submit p stuck; print "main is done" }"#;
    for engine in [&Stepper as &dyn Engine, &Real] {
        assert_eq!(ends(engine, scenario), ("deadlocked".to_owned(), vec!["main is done".to_owned()]));
    }
}

#[test]
fn workers_that_wait_for_jobs_are_no_deadlock() {
    let scenario = r#"pool p workers=4
        routine job { return 1 }
        main { submit p job into=f; result f; sleep ms=150; submit p job into=g; result g into=x; print "{x}" }"#;
    assert_eq!(ends(&Real, scenario), ("completed".to_owned(), vec!["1".to_owned()]));
}

/// Runs `scenario` on the real engine and kills, once, the process whose number it prints behind `pid`.
#[cfg(target_os = "linux")]
fn killed(scenario: &str) -> (coreyard::trace::store::Trace, Vec<String>) {
    use coreyard::engine::Source;
    use coreyard::trace::store::Trace;
    let source = Source { text: scenario.to_owned(), name: "killed".into(), overrides: Vec::new() };
    let mut run = Real.start(&source, &config(1)).expect("the scenario has no mistakes");
    let mut trace = Trace::default();
    let mut killed = false;
    while run.poll(&mut trace) {
        let told = trace.output.iter().find_map(|line| line.text.strip_prefix("pid ")?.parse().ok());
        if let Some(pid) = told.and_then(rustix::process::Pid::from_raw).filter(|_| !killed) {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it is there");
            killed = true;
        }
    }
    assert_eq!(trace.ended, Some(Ended::Completed));
    let lines = trace.output.iter().map(|line| line.text.clone()).filter(|line| !line.starts_with("pid ")).collect();
    (trace, lines)
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_process_that_is_killed_breaks_its_pool_and_nothing_else() {
    let scenario = r#"pool p workers=2 of=processes
        routine job n { pid into=me; print "pid {me}"; sleep s=600; return n }
        routine failed e { sleep us=1 }
        main {
            submit p job 1 into=a error-callback=failed
            submit p job 2 into=b error-callback=failed
            submit p job 3 into=c
            for future in="[a, b, c]" {
                try { result future }
                except BrokenProcessPool as=e { print "{e}" }
            }
            try { submit p job 4 }
            except BrokenProcessPool as=e { print "{e}" }
            join p
            print "main goes on"
        }"#;
    let broken = "A process in the process pool was terminated abruptly while the future was running or pending.";
    let refused = "A child process terminated abruptly, the process pool is not usable anymore";
    let (trace, lines) = killed(scenario);
    assert_eq!(trace.counters.processes.len(), 3);
    assert_eq!(lines, [broken, broken, broken, refused, "main goes on"]);
    let there = |task: &coreyard::metrics::tasks::Task| task.process.is_some_and(|process| process.index() > 0);
    let begun: Vec<_> = coreyard::metrics::tasks::of(&trace).into_iter().filter(there).collect();
    assert!(!begun.is_empty(), "a job stays in the process that did it");
    assert!(begun.iter().all(|job| job.killed_by.is_some()), "{begun:?}");
    // Before the callback, which runs where its pool is.
    let of_job = |block: coreyard::id::BlockId| (1..=5).contains(&block.index());
    assert!(begun.iter().all(|job| job.block.is_some_and(of_job)), "{begun:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_idle_worker_process_that_is_killed_breaks_its_pool() {
    let scenario = r#"pool p workers=2 of=processes
        routine job { pid into=me; return me }
        main {
            submit p job into=first
            result first into=number
            print "pid {number}"
            try { loop { submit p job; sleep ms=5 } }
            except BrokenProcessPool as=e { print "{e}" }
            close p
            join p
            print "main goes on"
        }"#;
    let refused = "A child process terminated abruptly, the process pool is not usable anymore";
    let (_, lines) = killed(scenario);
    assert_eq!(lines, [refused, "main goes on"]);
    let idle = scenario.replace("sleep ms=5", "sleep ms=200");
    assert_eq!(killed(&idle).1, [refused, "main goes on"], "one that nobody gave anything to do");
}

#[test]
fn what_stands_in_line_when_a_run_is_stopped_is_cut_off_with_it() {
    let scenario = r"pool p workers=1 of=processes
        pool q workers=1
        routine long { compute s=1000 }
        main { repeat 50 { submit p long; submit q long } }";
    let stop = coreyard::engine::RunConfig { timeout: Some(coreyard::time::Nanos::from_millis(300)), ..config(1) };
    let trace = run(&Real, scenario, &stop);
    assert!(!matches!(trace.ended, Some(Ended::Completed | Ended::Deadlocked) | None), "{:?}", trace.ended);
}

#[test]
fn jobs_in_line_behind_one_that_may_begin_are_not_stuck() {
    let raising = "routine told f { raise KeyError \"told\" }\n";
    for (head, callback, jobs) in
        [("", "", 2), ("", "callback=told", 4), ("interpreter\n", "", 3), ("interpreter\n", "callback=told", 4)]
    {
        let between = "submit p w;".repeat(jobs - 2);
        let jobs = format!("submit p w {callback}; {between} submit p w into=h; result h; close p; join p");
        let text = format!("{head}pool p workers=1\nroutine w {{ return 1 }}\n{raising}main {{ {jobs} }}\n");
        for seed in 0..60 {
            let trace = run(&Stepper, &text, &config(seed));
            assert_eq!(trace.ended, Some(Ended::Completed));
            let stuck = trace.findings.iter().filter(|finding| finding.kind == FindingKind::Deadlock).count();
            assert_eq!(stuck, 0, "seed {seed} of {text}");
        }
    }
}

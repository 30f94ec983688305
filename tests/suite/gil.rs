//! The interpreter lock on real threads: invariants of runs. Never an order, never a time.

#![expect(clippy::disallowed_methods, reason = "a test that waits gives up at last")]

use std::time::{Duration, Instant};

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Control, Engine as _, Run, Source};
use coreyard::id::TaskId;
use coreyard::time::Nanos;
use coreyard::trace::EventKind;
use coreyard::trace::store::{Ended, FindingKind, ResourceClass, ResourceCounters, TaskState, Trace};

use super::conformance::{config, run};

/// Long enough for a machine that does other things, too.
const PATIENCE: Duration = Duration::from_mins(2);

fn completed(text: &str) -> Trace {
    let trace = run(&Real, text, &config(1));
    assert_eq!(trace.ended, Some(Ended::Completed), "{text}");
    trace
}

fn lock(trace: &Trace) -> &ResourceCounters {
    let at = trace.resources.iter().position(|resource| resource.class == ResourceClass::Interpreter).expect("there is one");
    &trace.counters.resources[at]
}

#[test]
fn all_that_is_counted_of_the_interpreter_lock_adds_up() {
    let trace = completed(
        "interpreter switch-interval-us=200\nshared n 0\nlock m\nqueue q capacity=1\n\
         thread puts { repeat 50 as=i { put q i; compute us=50 } }\nthread gets { repeat 50 { get q into=i; yield-cpu } }\n\
         thread adds count=2 { repeat 50 { with m { set n \"n + 1\"; sleep us=10 } } }\nthread burns { compute ms=20 }\n",
    );
    let lock = lock(&trace);
    assert_eq!((lock.acquisitions, lock.contended), (lock.hold.count, lock.wait.count));
    assert!(lock.holders.is_empty() && lock.waiters.is_empty(), "{lock:?}");
    let sum = |time: fn(&coreyard::trace::store::TaskCounters) -> Nanos| trace.counters.tasks.values().map(time).sum::<Nanos>();
    assert_eq!((sum(|task| task.held), sum(|task| task.wanted)), (lock.hold.total, lock.wait.total));
    // The holds of different threads lie beside each other in time.
    let id = trace.resources.iter().position(|resource| resource.class == ResourceClass::Interpreter).expect("there is one");
    let mut holds: Vec<(u64, u64)> = Vec::new();
    for task in trace.tasks.keys() {
        let events = trace.chunks(*task).iter().flat_map(|chunk| &chunk.events);
        let released = events.filter(|event| event.kind() == Some(EventKind::Released) && event.subject() as usize == id);
        holds.extend(released.map(|event| (event.at().0 - event.payload(), event.at().0)));
    }
    holds.sort_unstable();
    assert_eq!(holds.len() as u64, lock.hold.count);
    assert!(holds.windows(2).all(|pair| pair[0].1 <= pair[1].0), "never two holders");
}

#[test]
fn who_only_computes_is_made_to_let_others_have_a_turn() {
    let trace = completed("interpreter switch-interval-us=500\nthread burns count=3 { compute ms=40 }\n");
    let lock = lock(&trace);
    assert!(lock.hand_offs > 3, "{lock:?}");
    assert!(trace.counters.tasks.values().all(|task| task.held > Nanos::ZERO));
}

#[test]
fn one_that_waits_for_the_interpreter_lock_is_no_deadlock() {
    let trace = completed("interpreter switch-interval-s=600\nthread burns count=3 { compute ms=150 }\n");
    assert!(trace.findings.is_empty(), "{:?}", trace.findings);
}

#[test]
fn a_deadlock_under_the_interpreter_lock_is_told() {
    let text = "interpreter\nlock a\nlock b\nthread first { with a { sleep ms=30; with b { } } }\n\
                thread second { with b { sleep ms=30; with a { } } }\nthread apart daemon=#true { loop { compute ms=1 } }\n";
    let trace = run(&Real, text, &config(1));
    if trace.ended == Some(Ended::Deadlocked) {
        let told: Vec<_> = trace.findings.iter().filter(|finding| finding.kind == FindingKind::Deadlock).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].waits.iter().map(|wait| wait.task).max(), Some(TaskId(1)), "the one that computes is none of them");
    }
}

/// Polls until `done`; true if the run is over.
fn poll_until(run: &mut dyn Run, trace: &mut Trace, done: impl Fn(&Trace) -> bool) -> bool {
    let begin = Instant::now();
    while run.poll(trace) {
        if done(trace) {
            return false;
        }
        assert!(begin.elapsed() < PATIENCE, "still running");
        std::thread::park_timeout(Duration::from_millis(1));
    }
    true
}

#[test]
fn stop_and_pause_reach_those_that_wait_for_the_interpreter_lock() {
    let text = "interpreter switch-interval-s=3600\nthread burns count=3 { loop { compute ms=1 } }\n";
    let source = Source { text: text.to_owned(), name: "test".to_owned(), overrides: Vec::new() };
    let mut run = Real.start(&source, &config(1)).expect("the scenario has no mistakes");
    let mut trace = Trace::default();
    let waits = |trace: &Trace| trace.counters.resources.first().is_some_and(|lock| lock.waiters.len() == 2);
    assert!(!poll_until(run.as_mut(), &mut trace, waits));
    run.control(Control::Pause);
    run.control(Control::Resume);
    assert!(!poll_until(run.as_mut(), &mut trace, waits));
    run.control(Control::Pause);
    run.control(Control::Stop);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert_eq!(trace.ended, Some(Ended::Stopped));
}

/// Two that compute under one lock: each has it as long as it computes, and wants it or is done as long as the other does.
#[test]
fn on_the_stepper_who_computes_has_the_interpreter_lock_meanwhile() {
    let text = "interpreter\nthread t count=2 { repeat 10 { compute ms=1 } }\n";
    for seed in 0..20 {
        let trace = run(&Stepper, text, &config(seed));
        let tasks: Vec<_> = trace.counters.tasks.values().collect();
        // A step that computes nothing takes a microsecond.
        let steps = Nanos(1_000 * tasks.iter().map(|task| task.steps).sum::<u64>());
        for task in &tasks {
            let running = task.in_state[TaskState::Running as usize];
            assert_eq!(task.cpu, Nanos::from_millis(10), "seed {seed}");
            assert!(task.held >= task.cpu && task.held <= task.cpu + steps, "seed {seed}: {:?}", task.held);
            // Before the first has the lock, both stand at their first block.
            assert!(running >= task.cpu && running <= task.cpu + steps + Nanos::from_millis(1), "seed {seed}: {running:?}");
        }
        let held: u64 = tasks.iter().map(|task| task.held.0).sum();
        assert!(held <= trace.elapsed.0, "seed {seed}: {held} of {:?}", trace.elapsed);
    }
}

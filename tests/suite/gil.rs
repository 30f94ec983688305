//! The interpreter lock on real threads: invariants of runs. Never an order, never a time.

use std::time::{Duration, Instant};

use coreyard::engine::real::Real;
use coreyard::engine::{Control, Engine as _, Run, Source};
use coreyard::id::TaskId;
use coreyard::time::Nanos;
use coreyard::trace::store::{Ended, FindingKind, ResourceClass, ResourceCounters, Trace};

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

//! A pause is no time of the run: neither clock, waits, holds, states nor plots contain it.

use std::time::{Duration, Instant};

use coreyard::engine::Control;
use coreyard::id::TaskId;
use coreyard::metrics::Metrics;
use coreyard::metrics::history::History;
use coreyard::time::Nanos;
use coreyard::trace::store::{TaskState, Trace};
use coreyard::view::axis::{Axis, TimeRange};
use coreyard::view::contention::{Contention, series_of_counts};

use super::{poll_until, start};

const SLEEP: Nanos = Nanos::from_millis(500);
/// What of it was counted would be seen.
const PAUSE: Duration = Duration::from_millis(300);

const HELD_ASLEEP: &str = r#"
lock m
thread holder {
    with m { start waiter; sleep ms=500 }
}
thread waiter start=#false {
    with m { print "got" }
}
"#;

fn state(trace: &Trace, task: u32) -> Option<TaskState> {
    trace.counters.tasks.get(&TaskId(task)).map(|task| task.state)
}

/// What a plot of the whole run shows as waited for the only lock, from the events and from the counts.
fn plotted(trace: &Trace, history: &History) -> [f64; 2] {
    let axis = Axis { range: TimeRange { start: Nanos::ZERO, end: trace.elapsed }, width: 400.0 };
    let mut contention = Contention::default();
    contention.read(trace);
    [contention.series(trace, &axis, 1.0), series_of_counts(history, trace, &axis, 1.0)].map(|series| {
        assert_eq!(series.len(), 1);
        let columns = &series[0].columns;
        let mean = columns.iter().copied().map(f64::from).sum::<f64>() / 400.0;
        mean * trace.elapsed.seconds()
    })
}

#[test]
fn a_pause_is_no_time_of_the_run_for_whoever_holds_waits_or_sleeps() {
    let begin = Instant::now();
    let (mut run, mut trace) = start(HELD_ASLEEP);
    let mut history = History::default();
    let waits = |trace: &Trace| state(trace, 1) == Some(TaskState::Blocked);
    assert!(!poll_until(run.as_mut(), &mut trace, waits));
    history.look(&trace);
    run.control(Control::Pause);
    poll_until(run.as_mut(), &mut trace, |trace| state(trace, 0) == Some(TaskState::Paused));
    // The tasks are told before the clock is halted.
    let mut stands = Nanos::ZERO;
    while stands != trace.elapsed {
        stands = trace.elapsed;
        std::thread::park_timeout(Duration::from_millis(20));
        assert!(run.poll(&mut trace));
    }
    let paused = Instant::now();
    while paused.elapsed() < PAUSE {
        assert!(run.poll(&mut trace));
        history.look(&trace);
        assert_eq!(trace.elapsed, stands);
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let paused = paused.elapsed();
    run.control(Control::Resume);
    let mut over = false;
    while !over {
        over = poll_until(run.as_mut(), &mut trace, |_| true);
        history.look(&trace);
    }
    let whole = begin.elapsed();

    let elapsed = trace.elapsed;
    assert!(elapsed.duration() <= whole.checked_sub(paused).expect("the pause was part of it"), "{elapsed} of {whole:?}");
    let metrics = Metrics::of(&trace);
    for task in &metrics.tasks {
        let states: Nanos = trace.counters.tasks[&task.id].in_state[..TaskState::Done as usize].iter().copied().sum();
        assert!(states <= elapsed, "{}: {states} of {elapsed}", task.name);
    }
    let asleep = &trace.counters.tasks[&TaskId(0)].in_state;
    assert!(asleep[TaskState::Sleeping as usize] + asleep[TaskState::Paused as usize] >= SLEEP, "{asleep:?}");
    let lock = &metrics.resources[0];
    assert!(lock.wait.total <= elapsed && lock.hold.max <= elapsed, "{lock:?}");
    for shown in plotted(&trace, &history) {
        let told = lock.wait.total.seconds();
        assert!((shown - told).abs() < told / 1_000.0, "{shown} shown, {told} told");
    }
    assert!(history.entries().iter().all(|entry| entry.at <= elapsed));
}

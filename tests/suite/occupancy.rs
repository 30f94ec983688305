//! What is told of how full and how late things are: the lag of event loops, workers of pools, tasks in each state.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Engine, RunConfig, Source};
use coreyard::metrics::Metrics;
use coreyard::time::Nanos;
use coreyard::trace::store::{TaskState, Trace};

use super::conformance::{config, run};

fn measured(engine: &impl Engine, text: &str, config: &RunConfig) -> Metrics {
    Metrics::of(&run(engine, text, config))
}

const HELD_UP: &str = "event-loop turns
coroutine ticks loop=turns { repeat 20 { await sleep ms=1 } }
coroutine greedy loop=turns { await sleep ms=3; compute ms=40 }";

#[test]
fn a_coroutine_that_computes_shows_as_the_lag_of_its_loop() {
    for metrics in [measured(&Stepper, HELD_UP, &config(1)), measured(&Real, HELD_UP, &config(1))] {
        let [turns] = metrics.loops.as_slice() else { panic!("one loop") };
        assert!(turns.lag.max >= Nanos::from_millis(40), "{turns:?}");
        assert!(turns.lag.p50 < Nanos::from_millis(10) && turns.rounds > 10, "{turns:?}");
        assert!(metrics.resources.is_empty(), "a loop is told by itself");
    }
}

const POOLED: &str = "pool p workers=2
event done
routine hold { wait done }
main { submit p hold; submit p hold; submit p hold; submit p hold; sleep ms=100000 }";

#[test]
fn a_pool_tells_who_is_busy_and_how_many_stand_in_line() {
    let source = Source { text: POOLED.to_owned(), name: "pooled".into(), overrides: Vec::new() };
    let mut run = Real.start(&source, &config(1)).expect("it has no mistakes");
    let mut trace = Trace::default();
    let told = |trace: &Trace| {
        let metrics = Metrics::of(trace);
        let pool = &metrics.resources[0];
        let states = [TaskState::Sleeping, TaskState::Blocked].map(|state| metrics.states.get(&state).copied());
        (pool.capacity, pool.used, pool.level, states)
    };
    // All of them are on their way there; if one never comes, the run's own limit ends this.
    while run.poll(&mut trace) && told(&trace) != (Some(2), Some(2), Some(2), [Some(1), Some(4)]) {}
    assert!(trace.ended.is_none(), "{:?}", told(&trace));
}

#[test]
fn a_pipe_tells_how_much_of_it_is_taken() {
    let text = "pipe p capacity=3\nmain { send p 1; send p 2; send p 3; recv p }";
    for metrics in [measured(&Stepper, text, &config(1)), measured(&Real, text, &config(1))] {
        let pipe = &metrics.resources[0];
        assert_eq!((pipe.capacity, pipe.used, pipe.level), (Some(3), Some(2), Some(2)));
    }
}

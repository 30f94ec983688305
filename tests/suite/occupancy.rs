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

#[test]
fn servers_and_files_tell_how_often_they_were_asked_and_how_long_it_took() {
    let text = "event-loop l\nserver web latency-ms=3\nfile notes kb=2\n\
        routine fetch async=#true { await request web }\n\
        coroutine c loop=l { create-task fetch into=a; create-task fetch into=b; await gather a b }\n\
        main { request web; read-file notes; repeat 2 { write-file notes } }";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        let resources = coreyard::metrics::resources::of(&trace);
        let [web, notes] = ["web", "notes"].map(|name| resources.iter().find(|it| it.name == name).expect("it is there"));
        assert_eq!((web.acquisitions, web.wait.count, web.contended), (3, 3, 3), "{:?}", trace.ended);
        assert!((2..=3).contains(&web.longest_queue), "{}", web.longest_queue);
        assert!(web.wait.max >= Nanos::from_millis(3));
        assert_eq!((notes.acquisitions, notes.gets, notes.wait.count), (2, 1, 3));
        assert!(web.waiters.is_empty() && notes.waiters.is_empty());
    }
}

//! How often each block ran: both engines count it exactly, whatever stands in its expressions and whoever runs it.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Engine, Record, RunConfig, Source};
use coreyard::metrics::Metrics;
use coreyard::time::Nanos;
use coreyard::trace::store::{Ended, Trace};

use super::conformance::{config, run};
use super::scenarios::shipped;

/// How often each line's first block ran; none where none did.
fn by_line(trace: &Trace, text: &str) -> Vec<(usize, u64)> {
    let scenario = coreyard::scenario::load(text).value;
    let mut counts = Vec::new();
    scenario.walk(&mut |block| {
        let line = text[..block.span.start].matches('\n').count() + 1;
        if let Some(told) = trace.counters.blocks.get(&block.id).filter(|told| told.count > 0) {
            counts.push((line, told.count));
        }
    });
    counts.sort_unstable();
    counts
}

fn both(text: &str) -> [Vec<(usize, u64)>; 2] {
    [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))].map(|trace| {
        assert_eq!(trace.ended, Some(Ended::Completed), "{:?}", trace.findings);
        by_line(&trace, text)
    })
}

#[test]
fn what_an_expression_leaves_out_changes_no_count() {
    let text = r#"
shared n 0
lock m
main {
    repeat 6 as=i {
        if "i > 3 and n == 0 or n == 1" {
            let y "n if i == 4 else i"
        }
        elif "n == 0 and i == 1" {
            call other "n"
        }
        else {
            with m { }
        }
        while "n == 0 and i < 0" { }
        try {
            raise E "x"
        }
        except E {
            compute work="1 if i == 0 else 1 + n"
        }
        finally {
            assert "n == 0 or n == 1"
        }
    }
}
routine other k {
    return "k"
}
"#;
    let expected = [
        (4, 1),
        (5, 1),
        (6, 6),
        (7, 2),
        (9, 4),
        (10, 1),
        (12, 3),
        (13, 3),
        (15, 6),
        (16, 6),
        (17, 6),
        (19, 6),
        (20, 6),
        (22, 6),
        (23, 6),
        (27, 1),
        (28, 1),
    ];
    assert_eq!(both(text), [expected, expected]);
}

#[test]
fn coroutines_and_generators_count_each_block_once_however_often_they_are_refused() {
    let text = r#"
event-loop L
queue q
routine numbers {
    repeat 3 as=i { yield i }
}
routine child async=#true {
    repeat 4 {
        await sleep ms=1
        put q 1
    }
}
coroutine reader loop=L count=3 {
    repeat 3 {
        await get q into=x
    }
}
coroutine writer loop=L {
    repeat 5 {
        await sleep ms=1
        put q 1
    }
    create-task child into=t
    await t
}
main {
    generator numbers into=g
    for v in=g {
        print "{v}"
    }
}
"#;
    let expected = [
        (2, 1),
        (4, 1),
        (5, 1),
        (5, 3),
        (7, 1),
        (8, 1),
        (9, 4),
        (10, 4),
        (13, 3),
        (14, 3),
        (15, 9),
        (18, 1),
        (19, 1),
        (20, 5),
        (21, 5),
        (23, 1),
        (24, 1),
        (26, 1),
        (27, 1),
        (28, 1),
        (29, 3),
    ];
    assert_eq!(both(text), [expected, expected]);
}

#[test]
fn what_a_coroutine_rests_for_is_time_spent_waiting_in_its_block() {
    let text = "event-loop L\nroutine child async=#true { await sleep ms=20 }\n\
                coroutine c loop=L { await sleep ms=20; create-task child into=t; await t; \
                create-task child into=a; create-task child into=b; await gather a b }\n";
    for trace in [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))] {
        let waited = |word: &str| {
            let (mut found, scenario) = (None, coreyard::scenario::load(text).value);
            scenario.walk(&mut |block| {
                if block.kind.info().word.ends_with(word) && found.is_none() {
                    found = Some(block.id);
                }
            });
            trace.counters.blocks[&found.expect("it stands there")].waiting.millis()
        };
        let each = ["sleep", "await", "gather"].map(waited);
        assert!(each.iter().all(|waited| *waited >= 20.0), "{each:?}");
    }
}

/// Three jobs of one worker, so that two stand in line for long.
const IN_LINE: &str = "pool P workers=1\nroutine job { sleep ms=20 }\n\
    main { submit P job into=a; submit P job into=b; submit P job into=c; result c }\n";

#[test]
fn no_block_waits_for_longer_than_it_took() {
    let names = [
        "pool-of-four-and-five-jobs",
        "executors-of-both-kinds",
        "gil-every-instruction",
        "gil-call-in-between",
        "condition-bounded-buffer",
        "rwlock-preferences",
        "joinable-queue",
    ];
    let mut shipped = shipped();
    let texts = names.map(|name| (name, shipped.remove(name).expect("it is shipped")));
    let limit = Some(Nanos::from_millis(2_000));
    for (name, text) in texts.into_iter().chain([("in line", IN_LINE.to_owned())]) {
        for engine in [&Stepper as &dyn Engine, &Real] {
            let source = Source { text: text.clone(), name: name.into(), overrides: Vec::new() };
            let config = RunConfig { timeout: limit, ..config(1) };
            let mut run = engine.start(&source, &config).expect("it has no mistakes");
            let mut trace = Trace::default();
            loop {
                let goes_on = run.poll(&mut trace);
                let blocks = Metrics::of(&trace).blocks;
                let wrong = blocks.iter().find(|block| block.waiting > block.time);
                assert!(wrong.is_none(), "{name}: {wrong:?}");
                if !goes_on {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_run_that_records_nothing_does_the_same_and_counts_nothing() {
    let text = "shared n 0\nlock m\nmain {\n    repeat 3 as=i {\n        if \"i == 1\" { continue }\n        try { with m { set n \"n + 1\" } }\n        \
                finally { print \"{i} {n}\" }\n    }\n}\n";
    let [full, off] = [Record::Full, Record::Off].map(|record| run(&Real, text, &RunConfig { record, ..config(1) }));
    let printed = |trace: &Trace| trace.output.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
    assert_eq!((printed(&off), &off.ended), (printed(&full), &Some(Ended::Completed)));
    assert!(off.counters.blocks.values().all(|block| block.count == 0) && by_line(&full, text).len() > 5);
}

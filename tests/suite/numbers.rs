//! What a run comes to in numbers: they add up, and the window, the report and `--json` tell the same ones.
//! On both engines; of the real one only what holds in every run.

use std::collections::BTreeSet;

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Engine, Record, RunConfig};
use coreyard::export::json;
use coreyard::export::report::{Style, report};
use coreyard::lang::Lang;
use coreyard::metrics::{Metrics, Task};
use coreyard::time::Nanos;
use coreyard::trace::store::{BlockCounters, Ended, TaskState, Trace};
use coreyard::trace::{Event, EventKind};
use coreyard::view;
use serde_json::Value;

use crate::conformance::{config, run};

const ENGINES: [(&str, &dyn Engine); 2] = [("real", &Real), ("stepper", &Stepper)];

/// Two that hold what the other wants, and one that waits for the end of one of them.
const STUCK: &str = "lock a\nlock b\nsemaphore at_a permits=0\nsemaphore at_b permits=0\n\
                     thread one { with a { release at_a; acquire at_b; with b { } } }\n\
                     thread two { with b { release at_b; acquire at_a; with a { } } }\n\
                     main { join one }\n";

fn task<'a>(metrics: &'a Metrics, name: &str) -> &'a Task {
    metrics.tasks.iter().find(|task| task.name == name).expect("the task is declared")
}

#[test]
fn tasks_in_a_deadlock_are_told_as_they_stood_and_their_waits_count() {
    for (engine, machine) in ENGINES {
        let trace = run(machine, STUCK, &config(3));
        assert_eq!(trace.ended, Some(Ended::Deadlocked), "{engine}");
        let metrics = Metrics::of(&trace);
        for (name, on) in [("one", "b"), ("two", "a"), ("MainThread", "one")] {
            let told = task(&metrics, name);
            assert_eq!((told.state, told.waits_for.as_deref()), (TaskState::Blocked, Some(on)), "{engine}: {name}");
            // The stepper sees the deadlock in the very step that makes it.
            assert!(told.time_in(TaskState::Blocked) > Nanos::ZERO || engine == "stepper", "{engine}: {name}");
        }
        for lock in &metrics.resources[..2] {
            assert_eq!((lock.contended, lock.contended_share, lock.waiters.len()), (1, Some(0.5), 1), "{engine}: {lock:?}");
            assert!((lock.wait.total > Nanos::ZERO || engine == "stepper") && lock.wait.count == 1, "{engine}: {lock:?}");
        }
    }
}

/// The names under `key` of the entries of a list: one in each, or several.
fn named(list: &Value, key: &str) -> BTreeSet<String> {
    let values = list.as_array().expect("it is a list").iter().map(|entry| &entry[key]);
    let names = values.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

#[test]
fn tasks_of_several_processes_have_one_name_each_in_all_of_the_json() {
    let text = "queue q across-processes=#true
        process p count=2 {\nevent-loop L\ncoroutine c loop=L { await to-thread g into=x }\n}
        routine g { print \"here\"; get q into=x; return x }
        main { join p; put q 1 }";
    let both = |part: &str| BTreeSet::from(["p-0", "p-1"].map(|process| process.to_owned() + part));
    let mut all: BTreeSet<String> = ["", ".L", ".L.g-1", ".c"].into_iter().flat_map(both).collect();
    all.insert("MainThread".to_owned());
    for (engine, machine) in ENGINES {
        let trace = run(machine, text, &config(1));
        assert_eq!(trace.ended, Some(Ended::Deadlocked), "{engine}");
        let told = json::run(&trace, &Metrics::of(&trace), &[], Lang::En);
        let (metrics, waits) = (&told["metrics"], &told["findings"][0]["waits"]);
        assert_eq!(named(&metrics["tasks"], "name"), all, "{engine}");
        assert_eq!(named(waits, "task"), all, "{engine}");
        let awaited = named(waits, "for_task");
        assert!([".L", ".L.g-1"].into_iter().all(|part| both(part).is_subset(&awaited)), "{engine}: {waits}");
        assert!(both(".c").is_subset(&named(waits, "helpers")), "{engine}: {waits}");
        assert!(both(".L.g-1").is_subset(&named(&metrics["tasks"], "waits_for")), "{engine}: {metrics}");
        assert_eq!(named(&metrics["resources"], "waiters"), both(".L.g-1"), "{engine}");
        assert!(both(".c").is_subset(&named(&told["variables"]["tasks"], "task")), "{engine}: {}", told["variables"]);
        assert_eq!(named(&told["output"], "task"), both(".L.g-1"), "{engine}");
    }
}

#[test]
fn a_wait_that_was_given_up_is_a_wait() {
    let text = "lock l\nsemaphore held permits=0\nsemaphore over permits=0\n\
                thread holder { acquire l; release held; acquire over; release l }\n\
                main { acquire held; acquire l timeout-ms=5; release over }\n";
    for (engine, machine) in ENGINES {
        let metrics = Metrics::of(&run(machine, text, &config(1)));
        let lock = &metrics.resources[0];
        assert_eq!((lock.acquisitions, lock.timeouts, lock.contended, lock.wait.count), (1, 1, 1, 1), "{engine}: {lock:?}");
        assert!(lock.wait.max >= Nanos::from_millis(5) && lock.contended_share == Some(0.5), "{engine}: {lock:?}");
    }
}

/// When a task was seen to begin.
fn began(trace: &Trace, task: &Task) -> Nanos {
    let mut events = trace.chunks(task.id).iter().flat_map(|chunk| &chunk.events);
    events.find(|event| event.kind() == Some(EventKind::Started)).map_or(Nanos::ZERO, Event::at)
}

#[test]
fn the_times_of_a_task_in_its_states_add_up_to_its_life() {
    let text = "lock l\nthread worker count=2 { repeat 20 { with l { compute us=50 }; sleep us=20 } }\n\
                thread stuck { acquire l; acquire l }\nthread idle daemon=#true { sleep s=100 }\n";
    for (engine, machine) in ENGINES {
        let trace = run(machine, text, &config(2));
        for task in Metrics::of(&trace).tasks {
            let lived: Nanos = task.in_state.iter().copied().sum();
            assert!(lived <= trace.elapsed, "{engine}: {task:?}");
            if task.state != TaskState::Done {
                assert!(lived >= trace.elapsed.since(began(&trace, &task)), "{engine}: {task:?} of {}", trace.elapsed);
            }
        }
    }
}

#[test]
fn window_report_and_json_tell_the_same_numbers_whatever_is_recorded() {
    let text = "lock l\nqueue q capacity=2\nthread a { repeat 30 { with l { compute us=100 }; put q 1 } }\n\
                thread b { repeat 30 { with l { compute us=100 }; get q into=x } }\n";
    for (engine, machine) in ENGINES {
        for record in [Record::Full, Record::Counters] {
            let trace = run(machine, text, &RunConfig { record, ..config(1) });
            let metrics = Metrics::of(&trace);
            let told = json::run(&trace, &metrics, &[], Lang::En);
            let shown = report(&trace, &metrics, &[], Style { lang: Lang::En, colour: false, brief: false });
            let rows = view::locks::rows(&trace);
            assert_eq!(rows.len(), 2);
            for (row, json) in rows.iter().zip(told["metrics"]["resources"].as_array().expect("a list")) {
                let (total, max) = (row.wait.total.unwrap_or_default(), row.wait.max.unwrap_or_default());
                assert_eq!(json["acquisitions"], row.acquisitions, "{engine}");
                assert_eq!(json["contended_share"].as_f64(), row.contended, "{engine}");
                assert_eq!((&json["wait"]["total_nanos"], &json["wait"]["max_nanos"]), (&total.0.into(), &max.0.into()));
                let line = shown.lines().find(|line| line.trim_start().starts_with(&format!("{} ", row.name)));
                let line = line.unwrap_or_else(|| panic!("no line for {}:\n{shown}", row.name));
                assert!(line.contains(&row.acquisitions.to_string()), "{line}");
                assert!(total == Nanos::ZERO || line.contains(&max.to_string()), "{line}");
            }
            for (row, json) in view::tasks::rows(&trace).iter().zip(told["metrics"]["tasks"].as_array().expect("a list")) {
                assert_eq!(
                    (&json["name"], &json["cpu_nanos"]),
                    (&row.name.as_str().into(), &serde_json::json!(row.cpu)),
                    "{engine}"
                );
                for part in &row.parts {
                    let state = serde_json::to_value(part.state).expect("a word");
                    assert_eq!(json["state_nanos"][state.as_str().expect("a word")], part.time.0, "{engine}: {state}");
                }
            }
        }
    }
}

#[test]
fn coroutines_in_line_are_counted_as_threads_are() {
    let text = "event-loop turns\nlock l\nsemaphore s permits=0\nevent e\nqueue q\n\
                coroutine holds loop=turns { with l { await sleep ms=5 } }\n\
                coroutine wants loop=turns count=2 { await with l { } }\n\
                coroutine hopes loop=turns { await acquire s timeout-ms=5 }\n\
                coroutine looks loop=turns count=3 { await wait e }\n\
                coroutine gets loop=turns { await get q }\n\
                coroutine tells loop=turns { await sleep ms=5; set-event e; clear-event e; put q 1 }\n";
    for (engine, machine) in ENGINES {
        let metrics = Metrics::of(&run(machine, text, &config(1)));
        let [l, s, e, q] = &metrics.resources[..4] else { panic!("four: {:?}", metrics.resources) };
        assert_eq!((l.acquisitions, l.contended, l.wait.count, l.timeouts), (3, 2, 2, 0), "{engine}: {l:?}");
        assert_eq!((s.acquisitions, s.timeouts, s.contended), (0, 1, 1), "{engine}: {s:?}");
        assert_eq!((e.acquisitions, e.contended, e.wait.count, e.timeouts), (3, 3, 3, 0), "{engine}: {e:?}");
        assert_eq!((q.gets, q.contended, q.timeouts), (1, 1, 0), "{engine}: {q:?}");
        assert_eq!((l.longest_queue, e.longest_queue), (2, 3), "{engine}");
        for waited in [l, s, e, q] {
            assert!(waited.wait.total > Nanos::ZERO && waited.waiters.is_empty(), "{engine}: {waited:?}");
        }
        let waiting: u64 = metrics.blocks.iter().map(|block| block.waiting.0).sum();
        let at_resources: u64 = [l, s, e, q].iter().map(|resource| resource.wait.total.0).sum();
        assert!(waiting >= at_resources, "{engine}: what is waited at resources is waited in blocks: {waiting} {at_resources}");
    }
}

#[test]
fn a_join_of_a_queue_is_an_attempt_whether_it_waits_or_not() {
    let threads =
        "queue q\nmain { put q 1; sleep ms=20; get q into=x; task-done q; join q }\nthread j count=6 { sleep ms=5; join q }\n";
    let coroutines = "event-loop L\nqueue q\ncoroutine c loop=L { put q 1; await sleep ms=20; await get q into=x; task-done q; await join q }\n\
                      coroutine j loop=L count=6 { await sleep ms=5; await join q }\n";
    for text in [threads, coroutines] {
        for (engine, machine) in ENGINES {
            let queue = &Metrics::of(&run(machine, text, &config(1))).resources[0];
            let told = (queue.acquisitions, queue.gets, queue.joins);
            assert_eq!(told, (1, 1, 7), "{engine}: {queue:?}");
            // Which of them wait the engines choose.
            let waited = u32::try_from(queue.contended).ok();
            assert_eq!(queue.contended_share, waited.map(|waited| f64::from(waited) / 9.0), "{engine}: {queue:?}");
        }
    }
}

/// What the window tells of the block that a task stands on; the report's is the same.
fn at_block(trace: &Trace, name: &str) -> BlockCounters {
    let metrics = Metrics::of(trace);
    let block = task(&metrics, name).block.expect("it stands on a block");
    let shown = view::blocks::heat(trace, 99)[block.index()].counters;
    let told = metrics.blocks.iter().find(|told| told.block == block).map(|told| (told.count, told.time, told.waiting));
    assert_eq!(told.unwrap_or_default(), (shown.count, shown.time, shown.waiting), "{name}");
    shown
}

#[test]
fn a_block_in_which_a_task_stands_at_the_end_is_told_with_the_time_that_it_spent_there() {
    let stuck = "lock l\nsemaphore s permits=0\nmain { acquire l; acquire s }\nthread t { sleep ms=60; acquire l; release s }\n";
    for (engine, machine) in ENGINES {
        let trace = run(machine, stuck, &config(1));
        let main = at_block(&trace, "MainThread");
        assert_eq!(trace.ended, Some(Ended::Deadlocked), "{engine}");
        assert!(main.count == 1 && main.waiting > Nanos::ZERO && main.time >= main.waiting, "{engine}: {main:?}");
    }
    let cut = "pool P workers=1\nroutine job n { sleep s=30; return n }\n\
               main { submit P job 1 into=a; submit P job 2 into=b; result a }\n\
               thread sleeps { sleep s=30 }\nthread computes { compute s=30 }\n\
               event-loop L\ncoroutine rests loop=L { await sleep s=30 }\n";
    let trace = run(&Real, cut, &RunConfig { timeout: Some(Nanos::from_millis(400)), ..config(1) });
    assert_eq!(trace.ended, Some(Ended::TimedOut));
    for name in ["MainThread", "sleeps", "job-1", "rests"] {
        let there = at_block(&trace, name);
        assert!(there.waiting > Nanos::ZERO && there.time >= there.waiting, "{name}: {there:?}");
    }
    let computes = at_block(&trace, "computes");
    assert!(computes.time > Nanos::ZERO && computes.waiting == Nanos::ZERO, "{computes:?}");
    // It has not begun: it waits in its pool's line, and not in a block.
    assert_eq!(at_block(&trace, "job-2").waiting, Nanos::ZERO);
}

#[test]
fn cpu_time_is_told_of_who_waits_and_of_nobody_of_whom_it_is_not_measured() {
    let text = "thread sleeps { compute us=100; sleep s=30 }\nevent-loop L\ncoroutine c loop=L { await sleep s=30 }\n\
                lock l\nmain { acquire l; acquire l }\n";
    let trace = run(&Real, text, &RunConfig { timeout: Some(Nanos::from_millis(300)), stop_on_deadlock: false, ..config(1) });
    let metrics = Metrics::of(&trace);
    for name in ["sleeps", "MainThread"] {
        assert!(task(&metrics, name).cpu.is_some() == cfg!(unix), "{name}");
    }
    assert_eq!(task(&metrics, "c").cpu, None);
}

/// A resource's numbers: taken, waited for, waits cancelled, waits late, the most in line, waits timed, waiting now.
fn numbers(trace: &Trace, name: &str) -> [u64; 7] {
    let resources = coreyard::metrics::resources::of(trace);
    let it = resources.iter().find(|it| it.name == name).expect("it is there");
    [it.acquisitions, it.contended, it.cancelled, it.timeouts, it.longest_queue, it.wait.count, it.waiting]
}

#[test]
fn a_wait_that_is_cancelled_was_a_wait_and_no_time_out() {
    let text = "event-loop L\nsemaphore s permits=1\nlock m\nqueue q\nqueue p\nevent e\nevent go
        routine holder async=#true { await acquire s; await with m { await wait go }; release s }
        routine a async=#true { await acquire s }
        routine b async=#true { await with m { print 1 } }
        routine g async=#true { await get q }
        routine w async=#true { await wait e }
        routine j async=#true { await join p }
        routine boss async=#true {
            create-task holder into=h; put p 1; await sleep ms=0
            create-task a into=t1; create-task b into=t2; create-task g into=t3; create-task w into=t4; create-task j into=t5
            await sleep ms=5
            cancel t1; cancel t2; cancel t3; cancel t4; cancel t5
            await sleep ms=5
            set-event go; await h
        }
        main { run-loop L boss }\n";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        assert_eq!(trace.ended, Some(Ended::Completed), "{:?}", trace.findings);
        let told = ["s", "m", "q", "e", "p"].map(|name| numbers(&trace, name));
        let [held, never] = [[1, 1, 1, 0, 1, 1, 0], [0, 1, 1, 0, 1, 1, 0]];
        assert_eq!(told, [held, held, never, never, held]);
        let resources = coreyard::metrics::resources::of(&trace);
        for it in resources.iter().filter(|it| ["s", "m", "q", "e", "p"].contains(&&*it.name)) {
            let share = if it.acquisitions > 0 { 0.5 } else { 1.0 };
            assert!(it.wait.max >= Nanos::from_millis(4) && it.contended_share == Some(share), "{it:?}");
        }
    }
}

#[test]
fn a_job_that_is_cancelled_in_line_waits_until_then() {
    let text = "pool P workers=1\nlock k\nroutine job { with k { print 1 } }
        main {
            acquire k; submit P job into=a; submit P job into=b; submit P job into=c
            cancel c; sleep ms=1000; release k; result b
        }\n";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        assert_eq!(trace.ended, Some(Ended::Completed), "{:?}", trace.findings);
        let [acquired, contended, cancelled, late, _, waits, waiting] = numbers(&trace, "P");
        assert_eq!([acquired, contended, cancelled, late, waits, waiting], [2, 2, 1, 0, 2, 0]);
    }
    // The stepper's time is its own: one of them has waited for all of it, the other for next to nothing.
    let trace = run(&Stepper, text, &config(1));
    let waited = coreyard::metrics::resources::of(&trace)[0].wait;
    assert!((1_000.0..1_100.0).contains(&waited.total.millis()), "{waited:?}");
}

#[test]
fn the_jobs_of_a_map_whose_time_is_over_are_cancelled_in_line() {
    let text = "pool P workers=1\nevent go\nroutine job n { wait go }
        main {
            try { map P job over=\"[1, 2, 3, 4, 5]\" timeout-ms=100 }
            except TimeoutError { print 1 }
            set-event go
        }\n";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        assert_eq!(trace.ended, Some(Ended::Completed), "{:?}", trace.findings);
        // The first has the worker, or would have had it at once.
        let [_, contended, cancelled, late, _, waits, waiting] = numbers(&trace, "P");
        assert_eq!([contended, cancelled, late, waits, waiting], [4, 4, 0, 4, 0]);
    }
}

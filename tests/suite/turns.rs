//! Where a loop's thread and its coroutines are told to stand, and what they wait for.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Control, Engine, RunConfig, Source};
use coreyard::export::Places;
use coreyard::export::findings::{at_block, words};
use coreyard::id::TaskId;
use coreyard::lang::Lang;
use coreyard::time::Nanos;
use coreyard::trace::store::{Awaited, FindingKind, TaskState, Trace};
use coreyard::trace::{Event, EventKind};

use super::conformance::{config, run};

fn named(trace: &Trace, name: &str) -> TaskId {
    *trace.tasks.keys().find(|task| trace.task_name(**task) == name).expect("it has begun")
}

/// Who is told to wait in a deadlock, for what, in order of names.
fn deadlocked(engine: &dyn Engine, text: &str) -> (Trace, Vec<String>) {
    let trace = run(engine, text, &config(1));
    let places = Places::of(text);
    let deadlocks = trace.findings.iter().filter(|finding| finding.kind == FindingKind::Deadlock);
    let told = deadlocks.flat_map(|finding| finding.waits.iter().map(move |wait| (finding, wait)));
    let mut told: Vec<String> = told
        .map(|(finding, wait)| {
            let place = at_block(wait.block, &places, Lang::En);
            format!("{} {}", trace.who(wait.task), words(wait, finding, &trace, &place, Lang::En))
        })
        .collect();
    told.sort();
    (trace, told)
}

#[test]
fn a_loop_that_waits_for_itself_is_told_where_each_of_it_stands() {
    let text = "event-loop turns\nroutine answer async=#true { return 42 }\n\
                routine boss async=#true {\nsubmit turns answer into=f\nresult f into=x\n}\n\
                main { run-loop turns boss }\n";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let (trace, told) = deadlocked(engine, text);
        let expect = [
            "MainThread waits for the end of boss-1 at line 7, `run-loop turns boss`",
            "answer-2 waits for its turn on turns at line 2, `routine answer async=#true`, which boss-1 keeps",
            "boss-1 waits for the end of answer-2 at line 5, `result f into=x`",
        ];
        assert_eq!(told, expect);
        let finding = trace.findings.iter().find(|finding| finding.kind == FindingKind::Deadlock).expect("it is told");
        let answer = finding.waits.iter().find(|wait| trace.task_name(wait.task) == "answer-2").expect("it waits, too");
        assert_eq!(words(answer, finding, &trace, "", Lang::Zh), "在 turns 上等轮到自己，但 boss-1 一直占着它");
        // The table of tasks says the same.
        let [main, boss, answer] = ["MainThread", "boss-1", "answer-2"].map(|name| named(&trace, name));
        let state = |task: TaskId| (trace.counters.tasks[&task].state, trace.counters.tasks[&task].awaits);
        assert_eq!(state(main), (TaskState::Blocked, Some(Awaited::Task(boss))));
        assert_eq!(state(boss), (TaskState::Blocked, Some(Awaited::Task(answer))));
    }
}

#[test]
fn of_a_loop_that_stands_each_is_told_once_and_those_that_rest_for_what_they_wait_for() {
    let text = "event-loop turns\nevent over\nsemaphore never permits=0\nroutine other async=#true { return 1 }\n\
                routine calm async=#true { await acquire never }\n\
                routine stuck async=#true { submit turns other into=f; await sleep ms=1; result f into=x; acquire never }\n\
                coroutine host loop=turns { await wait over }\n\
                main { submit turns calm; submit turns stuck into=f; result f }\n";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let (_, told) = deadlocked(engine, text);
        let starts = [
            "MainThread waits for the end of stuck-",
            "calm-1 waits for never at line 5, `await acquire never`",
            "host waits for over at line 7, `await wait over`",
            "stuck-2 waits for never at line 6, `acquire never`",
            "turns waits for the end of stuck-2 at line 1, `event-loop turns`",
        ];
        assert_eq!(told.len(), starts.len(), "{told:#?}");
        assert!(told.iter().zip(starts).all(|(told, start)| told.starts_with(start)), "{told:#?}");
    }
}

/// Coroutines that wait for the very thread that runs them: while it stands in another of them, and while it stands in this one.
const ITS_OWN_THREAD: [(&str, &str); 2] = [
    (
        "event-loop L\npool P workers=1\nqueue q\nevent e\nroutine serves { run-loop L boss }
        routine awaits async=#true { get q into=f; await f }
        routine stands async=#true { await sleep ms=5; wait e }
        routine boss async=#true { create-task awaits into=a; create-task stands into=b; await gather a b }
        main { submit P serves into=f; put q f; result f }",
        "serves-1.awaits-2 waits for the end of serves-1 at line 6, `await f`",
    ),
    (
        "event-loop L\npool P workers=1\nqueue q\nroutine serves { run-loop L boss }
        routine boss async=#true { get q into=f; await sleep ms=5; result f }
        main { submit P serves into=f; put q f; result f }",
        "serves-1.boss-1 waits for the end of serves-1 at line 5, `result f`",
    ),
];

#[test]
fn a_coroutine_that_waits_for_the_end_of_its_own_thread_does_not_wait_for_its_turn() {
    for (text, expected) in ITS_OWN_THREAD {
        for engine in [&Stepper as &dyn Engine, &Real] {
            let (_, told) = deadlocked(engine, text);
            assert!(told.iter().any(|told| told == expected), "{told:#?}");
        }
    }
}

#[test]
fn only_its_own_coroutines_free_a_loop_and_its_thread_waits_for_nobody_else() {
    let of_two_processes = "queue q across-processes=#true
        process p count=2 {\nevent-loop L\ncoroutine c loop=L { await to-thread g into=x }\n}
        routine g { get q into=x; return x }
        main { join p; put q 1 }";
    let (first, second) = (["p-0", "p-1"], ["p-0.L", "p-1.L"]);
    for engine in [&Stepper as &dyn Engine, &Real] {
        let (trace, told) = deadlocked(engine, of_two_processes);
        for process in first {
            let expect = [
                format!(
                    "{process}.L waits for its coroutines at line 3, `event-loop L`; only {process}.c could help, and waits too"
                ),
                format!("{process}.L.g-1 waits for q at line 6, `get q into=x`; only MainThread could help, and waits too"),
            ];
            assert!(expect.iter().all(|expect| told.contains(expect)), "{told:#?}");
        }
        let threads = trace.tasks.keys().filter(|task| second.contains(&trace.who(**task).as_str()));
        let awaits: Vec<_> = threads.map(|task| (trace.counters.tasks[task].state, trace.counters.tasks[task].awaits)).collect();
        assert_eq!(awaits, [(TaskState::Blocked, None); 2]);
    }
    // Who submits to a loop is no coroutine of it.
    let submits = "event-loop A\npool P workers=1\nroutine ok { return 1 }
        routine co async=#true { submit P ok into=f; await f }
        routine job { submit A co into=f; result f }
        coroutine idle loop=A { await sleep ms=30 }
        main { submit P job into=f; result f }";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let (_, told) = deadlocked(engine, submits);
        assert_eq!(
            told[0], "A waits for its coroutines at line 1, `event-loop A`; only job-1.co-1 could help, and waits too",
            "{told:#?}"
        );
    }
}

#[test]
fn a_coroutine_that_runs_stands_at_one_block_and_its_loop_at_its_own() {
    let text = "event-loop net\ncoroutine hog loop=net {\nawait sleep ms=1\nloop {\ncompute ms=1\n} }\n";
    let source = Source { text: text.to_owned(), name: "hog".into(), overrides: Vec::new() };
    let config = RunConfig { timeout: Some(Nanos::from_millis(20_000)), ..config(1) };
    let places = Places::of(text);
    let mut run = Real.start(&source, &config).expect("the scenario has no mistakes");
    let mut trace = Trace::default();
    let line = |trace: &Trace, name: &str| {
        let counters = trace.counters.tasks.get(&named(trace, name))?;
        Some((counters.state, places.get(counters.block?)?.line))
    };
    let mut came = false;
    while run.poll(&mut trace) {
        if let Some((TaskState::Running, at @ (4 | 5))) = line(&trace, "hog") {
            assert_eq!(line(&trace, "net").map(|it| it.1), Some(1), "while the coroutine stands at line {at}");
            came = true;
            run.control(Control::Stop);
        }
    }
    assert!(came, "{:?}", trace.counters.tasks);
}

#[test]
fn who_has_waited_until_a_queue_was_done_is_counted_as_one_who_waited() {
    for head in ["queue q", "queue q across-processes=#true"] {
        let text = format!(
            "{head}\nevent begun\nmain {{ put q 1; set-event begun; join q }}\n\
             thread does {{ get q; wait begun; sleep ms=20; task-done q }}\n"
        );
        for engine in [&Stepper as &dyn Engine, &Real] {
            let trace = run(engine, &text, &config(1));
            let main = trace.chunks(named(&trace, "MainThread")).iter().flat_map(|chunk| &chunk.events);
            let joins = main.filter(|event| event.kind() == Some(EventKind::Resumed) && event.subject() == 0);
            let queue = &trace.counters.resources[0];
            let waited: u64 = joins.map(Event::payload).sum();
            assert!(waited == 0 || queue.longest_queue > 0, "{head}: {queue:?}");
            assert!(queue.wait.total.0 >= waited && queue.contended >= u64::from(waited > 0), "{head}: {queue:?}");
        }
    }
}

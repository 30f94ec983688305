//! Deadlocks and waiting cycles, each told for itself and with its own beginning, whichever engine runs the scenario.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Control, Engine, RunConfig, Source};
use coreyard::id::TaskId;
use coreyard::time::Nanos;
use coreyard::trace::store::{Awaited, Ended, Finding, FindingKind, Plain, TaskState, Trace, Wait};

use super::conformance::{config, run};

/// Two that cross, and one that may help and in the end does not.
const HOPE: &str = r#"
let HELPS 0
lock a
lock b
thread x { with a { sleep ms=20; with b { print "x" } } }
thread y { with b { sleep ms=20; with a { print "y" } } }
thread z { sleep ms=1000; if "HELPS == 1" { release a } }
"#;

/// The last to wait in a circle can never be freed, the other may.
const HALF_LOST: &str = r"
lock a
lock b
thread x { acquire a; sleep ms=20; acquire b }
thread y { acquire b; sleep ms=20; acquire a }
thread z { sleep ms=1000; release a }
";

fn told(trace: &Trace) -> Vec<String> {
    let each = trace.findings.iter().map(|finding| {
        let mut names: Vec<String> = finding.waits.iter().map(|wait| trace.task_name(wait.task)).collect();
        names.sort_unstable();
        format!("{:?} {}", finding.kind, names.join(" "))
    });
    each.collect()
}

fn stepped(text: &str, schedule: &str) -> Trace {
    run(&Stepper, text, &RunConfig { schedule: Some(schedule.to_owned()), ..config(1) })
}

fn both(text: &str, schedule: &str) -> [Trace; 2] {
    [run(&Real, text, &config(1)), stepped(text, schedule)]
}

#[test]
fn a_waiting_cycle_stays_told_when_it_becomes_a_deadlock_and_each_has_its_own_beginning() {
    for trace in both(HOPE, "0.1.0t.1t.2t") {
        assert_eq!(trace.ended, Some(Ended::Deadlocked));
        assert_eq!(told(&trace), ["WaitingCycle x y", "Deadlock x y"], "{}", trace.header.engine);
        let [circle, deadlock] = trace.findings.as_slice() else { panic!("there are two") };
        assert!(Nanos::from_millis(20) <= circle.at && circle.at < deadlock.at, "{} {}", circle.at, deadlock.at);
        assert!(Nanos::from_millis(1000) <= deadlock.at, "{}", deadlock.at);
    }
}

#[test]
fn a_circle_of_which_one_is_lost_is_told_beside_that() {
    for trace in both(HALF_LOST, "0.1.0t.1t.2t") {
        assert_eq!(told(&trace)[..2], ["Deadlock x", "WaitingCycle x y"], "{}", trace.header.engine);
        assert!(trace.findings[0].at <= trace.findings[1].at, "x is lost as soon as it waits, the circle closes with the last");
    }
}

#[test]
fn who_comes_to_wait_behind_a_deadlock_is_no_new_one() {
    let text = "lock a\nlock b\nevent mine\nevent yours\n\
                thread x { with a { set-event mine; wait yours; with b { } } }\n\
                thread y { with b { set-event yours; wait mine; with a { } } }\n\
                thread late { wait mine; sleep ms=200; with a { } }\n";
    for trace in [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))] {
        assert_eq!(trace.findings.iter().filter(|finding| finding.kind == FindingKind::Deadlock).count(), 1);
    }
}

#[test]
fn a_job_that_lies_there_for_a_loop_which_nobody_runs_is_no_deadlock() {
    let text = "event-loop turns\nroutine job async=#true { return 1 }\nthread t { submit turns job into=f }\n\
                main { sleep ms=120; print \"over\" }\n";
    for trace in [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))] {
        assert_eq!((&trace.ended, trace.findings.len()), (&Some(Ended::Completed), 0), "{}", trace.header.engine);
    }
}

#[test]
fn a_coroutine_that_is_cancelled_is_no_deadlock_until_its_loop_hears_of_it() {
    let text = "event-loop kitchen\nevent closed\nevent tender\nroutine stew async=#true { await wait tender }\n\
                coroutine host loop=kitchen { await wait closed }\n\
                main { submit kitchen stew into=order; sleep ms=1; cancel order; set-event closed }\n";
    for seed in 1..=60 {
        let trace = run(&Stepper, text, &config(seed));
        assert_eq!((&trace.ended, trace.findings.len()), (&Some(Ended::Completed), 0), "seed {seed}: {:?}", trace.findings);
    }
}

/// Who could help each that waits in the first finding, by name.
fn helpers(trace: &Trace) -> Vec<String> {
    let name = |task| trace.task_name(task);
    let each = trace.findings[0].waits.iter().map(|wait| {
        let mut helpers: Vec<String> = wait.helpers.iter().map(|&helper| name(helper)).collect();
        helpers.sort_unstable();
        format!("{} by {}", name(wait.task), helpers.join(" "))
    });
    let mut each: Vec<String> = each.collect();
    each.sort_unstable();
    each
}

#[test]
fn who_waits_is_no_help_to_itself_unless_it_has_what_it_waits_for() {
    let crossed = "process a {\n    send ab 1\n    send ab 2\n    recv ba into=x\n}\nprocess b {\n    send ba 1\n    send ba 2\n    recv ab into=x\n}\n\
                   pipe ab capacity=1\npipe ba capacity=1\n";
    let barrier = "barrier b parties=2\nmain { wait b }\n";
    let twice = "lock m\nmain { acquire m; acquire m }\n";
    for (text, expected) in
        [(crossed, &["a by b", "b by a"][..]), (barrier, &["MainThread by "][..]), (twice, &["MainThread by MainThread"][..])]
    {
        for trace in [run(&Real, text, &config(1)), run(&Stepper, text, &config(1))] {
            assert_eq!(trace.ended, Some(Ended::Deadlocked), "{text}");
            assert_eq!(helpers(&trace), expected, "{}: {text}", trace.header.engine);
        }
    }
}

/// Queues that all who are left wait for, and who could free whom: whoever gets a putter, whoever puts a getter, whoever tells that
/// an item is done one that joins.
const AT_QUEUES: [(&str, &[&str]); 5] = [
    (
        "queue q\nqueue z\nthread a { get q into=x; put z 1 }\nthread b { get q into=x; put z 1 }\nthread c { get z into=y; put q 1 }",
        &["a by c", "b by c", "c by a b"],
    ),
    (
        "queue q capacity=1\nqueue z\nthread a { put q 1; put q 2 }\nthread b { put q 3; put q 4 }\nthread c { get z into=y; get q into=x }",
        &["a by c", "b by c", "c by "],
    ),
    (
        "queue q\nqueue z\nmain { put q 1; put q 2; join q }\nthread d { get z into=y; get q into=x; task-done q }
        thread e { get z into=y; get q into=x }\nthread f { get z into=y; put q 1 }",
        &["MainThread by d", "d by ", "e by ", "f by "],
    ),
    (
        "event-loop A\nqueue q\nroutine w n async=#true { await get q into=x }
        routine boss async=#true { create-task w 1 into=a; create-task w 2 into=b; await gather a b }\nmain { run-loop A boss }",
        &["MainThread by boss-1 w-2 w-3", "boss-1 by w-2", "w-2 by ", "w-3 by "],
    ),
    (
        "queue q count=2 across-processes=#true\nprocess a { get \"q[0]\" into=x; put \"q[1]\" 1 }
        process b { get \"q[1]\" into=x; put \"q[0]\" 1 }\nthread t { get \"q[0]\" into=x }",
        &["a by b", "b by a", "t by b"],
    ),
];

#[test]
fn who_does_the_same_to_a_queue_frees_nobody_who_waits_there() {
    for (text, expected) in AT_QUEUES {
        for engine in [&Real as &dyn Engine, &Stepper] {
            let trace = run(engine, text, &config(1));
            assert_eq!(trace.ended, Some(Ended::Deadlocked), "{text}");
            assert_eq!(helpers(&trace), expected, "{}: {text}", trace.header.engine);
        }
    }
}

#[test]
fn a_loop_all_of_whose_coroutines_are_stuck_is_stuck_though_another_loop_goes_on() {
    let text = "event-loop l\nevent-loop m\nevent e\ncoroutine x loop=l { await wait e }
        coroutine y loop=m { loop { await sleep ms=1 } }";
    for engine in [&Stepper as &dyn Engine, &Real] {
        assert_eq!(told(&until_found(engine, text)), ["Deadlock l x"]);
    }
}

#[test]
fn what_is_stuck_at_the_end_is_told_as_it_stood_and_what_resources_hold_too() {
    let text = "shared x 7\nlock m\nprocess p { acquire m; acquire m }\nmain { join p }\n";
    for engine in [&Real as &dyn Engine, &Stepper] {
        let trace = run(engine, text, &config(1));
        assert_eq!(trace.ended, Some(Ended::Deadlocked));
        let states: Vec<TaskState> = trace.counters.tasks.values().map(|task| task.state).collect();
        assert_eq!(states, [TaskState::Blocked; 2], "{}", trace.header.engine);
        assert!(trace.counters.tasks.values().all(|task| task.awaits.is_some()), "{}", trace.header.engine);
        let state = trace.final_state.expect("it is told");
        assert!(state.resources.contains(&Some(Plain::Int(7))), "{}: {state:?}", trace.header.engine);
    }
}

#[test]
fn jobs_that_are_cut_off_are_told_where_they_stood() {
    let text = "pool p workers=1
        routine inner { return 1 }
        routine outer { submit p inner into=asked; result asked }
        main { submit p outer into=asked; result asked }";
    for engine in [&Real as &dyn Engine, &Stepper] {
        let trace = run(engine, text, &config(1));
        assert_eq!(told(&trace), ["Deadlock MainThread outer-1 outer-1.inner-1"], "{}", trace.header.engine);
        for wait in &trace.findings[0].waits {
            let stood = trace.counters.tasks[&wait.task].block;
            // One in line has not come to any block.
            let is_there = stood == wait.block || stood.is_none();
            assert!(is_there, "{}: {} at {stood:?}", trace.header.engine, trace.task_name(wait.task));
        }
    }
}

/// Runs a scenario until something is found, and stops it.
fn until_found(engine: &dyn Engine, text: &str) -> Trace {
    let source = Source { text: text.to_owned(), name: "findings".into(), overrides: Vec::new() };
    let mut run = engine.start(&source, &config(1)).expect("the scenario has no mistakes");
    let mut trace = Trace::default();
    while run.poll(&mut trace) {
        if !trace.findings.is_empty() {
            run.control(Control::Stop);
        }
    }
    trace
}

/// Two coroutines that cross, on a loop that goes on with a third.
const CROSSED: &str = "event-loop l
    lock a
    lock b
    coroutine x loop=l { await with a { await sleep ms=5; await with b { } } }
    coroutine y loop=l { await with b { await sleep ms=5; await with a { } } }
    coroutine on loop=l { loop { await sleep ms=1 } }";

#[test]
fn coroutines_that_nobody_can_free_are_told_while_their_loop_goes_on_with_others() {
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = until_found(engine, CROSSED);
        assert_eq!(told(&trace), ["Deadlock x y"], "{}", trace.header.engine);
        let helpers = |wait: &Wait| wait.helpers.iter().map(|task| trace.task_name(*task)).collect::<Vec<_>>();
        let mut helps: Vec<Vec<String>> = trace.findings[0].waits.iter().map(helpers).collect();
        helps.sort();
        assert_eq!(helps, [["x"], ["y"]], "the coroutine is named that has the lock, not its loop");
    }
}

#[test]
fn who_waits_for_a_token_that_another_gives_back_is_in_no_circle() {
    for text in [
        "lock track count=2\nmain { acquire \"track[0]\"; acquire \"track[1]\"; start runner; release \"track[0]\" }\n\
         thread runner count=2 start=#false { repeat 2 { acquire \"track[index]\"; sleep ms=150; release \"track[1 - index]\" } }",
        "semaphore arrived permits=0 count=2\n\
         thread hiker count=2 { repeat 3 { sleep ms=\"10 + 150 * index\"; release \"arrived[index]\"; acquire \"arrived[1 - index]\" } }",
    ] {
        for engine in [&Stepper as &dyn Engine, &Real] {
            let trace = run(engine, text, &config(1));
            assert_eq!((trace.ended.as_ref(), told(&trace)), (Some(&Ended::Completed), Vec::new()), "{}", trace.header.engine);
        }
    }
}

#[test]
fn coroutines_that_another_may_cancel_are_but_a_circle() {
    let cancels = format!("{CROSSED}\ncoroutine judge loop=l {{ await sleep s=1000; cancel x }}");
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = until_found(engine, &cancels);
        assert_eq!(told(&trace), ["WaitingCycle x y"], "{}", trace.header.engine);
    }
}

#[test]
fn a_coroutine_that_stops_its_loop_is_told_and_who_has_what_it_waits_for() {
    let text = "event-loop l
        lock door
        coroutine has loop=l { await acquire door; await sleep ms=5; release door }
        coroutine stops loop=l { await sleep ms=1; acquire door }";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        let wait = trace.findings[0].waits.iter().find(|wait| trace.task_name(wait.task) == "stops").expect("it is told");
        let helpers: Vec<String> = wait.helpers.iter().map(|task| trace.task_name(*task)).collect();
        assert_eq!(helpers, ["has"], "{}", trace.header.engine);
        let held = trace.counters.tasks.iter().find(|(task, _)| trace.task_name(**task) == "l").expect("the loop has a thread");
        assert_eq!(held.1.state, TaskState::Blocked);
    }
}

#[test]
fn a_deadlock_that_has_grown_takes_the_place_of_what_was_told_of_it() {
    let found = |kind, tasks: &[u32]| {
        let wait = |&task: &u32| Wait { task: TaskId(task), block: None, on: Awaited::Task(TaskId(9)), helpers: Vec::new() };
        Finding { kind, at: Nanos::ZERO, waits: tasks.iter().map(wait).collect() }
    };
    let mut trace = Trace::default();
    for (kind, tasks) in [
        (FindingKind::WaitingCycle, &[1, 2][..]),
        (FindingKind::Deadlock, &[1, 2]),
        (FindingKind::Deadlock, &[7]),
        (FindingKind::Deadlock, &[1, 2, 3]),
        (FindingKind::Deadlock, &[3, 2, 1, 4]),
    ] {
        trace.find(found(kind, tasks));
    }
    let told: Vec<_> = trace.findings.iter().map(|finding| (finding.kind, finding.waits.len())).collect();
    assert_eq!(told, [(FindingKind::WaitingCycle, 2), (FindingKind::Deadlock, 4), (FindingKind::Deadlock, 1)]);
    // What began earlier stands before, whenever it is told.
    trace.find(Finding { at: Nanos(9), ..found(FindingKind::Deadlock, &[5]) });
    trace.find(Finding { at: Nanos(4), ..found(FindingKind::Deadlock, &[6]) });
    assert_eq!(trace.findings.iter().map(|finding| finding.at.0).collect::<Vec<_>>(), [0, 0, 0, 4, 9]);
}

/// Coroutines and greenlets that wait for what nobody else brings, each with a time-out, and others that wait for one of them.
const TIMED: [&str; 3] = [
    // A job in line is cancelled when its time is over, and who waits for it goes on.
    "event-loop L\npool P workers=1\nevent over\nqueue q\nroutine long { wait over }\nroutine never { return 2 }
    thread t { get q into=g; try { result g }; except CancelledError { set-event over } }
    routine boss async=#true {
        submit P long into=f; submit P never into=g; put q g
        try { await wait-for g timeout-ms=60 }; except TimeoutError { }
        await f
    }
    main { run-loop L boss }",
    "event-loop l
    event e
    event go
    queue q
    lock a
    semaphore s permits=0
    condition c lock=a
    routine ever async=#true { await wait e }
    coroutine waits loop=l { await wait e timeout-ms=150 into=ok; set-event go }
    coroutine gets loop=l { try { await get q into=x timeout-ms=150 }; except Empty { } }
    coroutine acquires loop=l { await acquire s timeout-ms=150 into=ok }
    coroutine holds loop=l { await sleep ms=1; await acquire a; await acquire a timeout-ms=150 into=ok; release a }
    coroutine notified loop=l { await with a { await wait c timeout-ms=150 into=ok } }
    coroutine limits loop=l { create-task ever into=t; try { await wait-for t timeout-ms=150 }; except TimeoutError { } }
    coroutine follows loop=l { await wait go }
    thread outside { wait go }",
    "event-loop l style=gevent
    event e
    queue q
    greenlet waits loop=l { wait e timeout-ms=150 into=ok }
    greenlet gets loop=l { try { get q timeout-ms=150 into=x }; except Empty { } }",
];

fn nobody_is_stuck<const N: usize>(texts: [&str; N]) {
    for text in texts {
        for engine in [&Real as &dyn Engine, &Stepper] {
            let trace = run(engine, text, &config(1));
            assert_eq!(told(&trace), [""; 0], "{}: {text}", trace.header.engine);
            assert_eq!(trace.ended, Some(Ended::Completed), "{}: {text}", trace.header.engine);
        }
    }
}

#[test]
fn who_waits_with_a_time_out_is_never_stuck_nor_who_waits_for_him() {
    nobody_is_stuck(TIMED);
}

#[test]
fn a_loop_that_ends_cancels_the_job_that_its_coroutine_awaits_and_frees_who_waits_for_that() {
    let text = r#"pool p workers=1
lock l
event-loop turns
shared fut None
routine blocker { acquire l; release l }
routine job { return 1 }
routine waits async=#true { await result fut into=x }
routine boss async=#true { create-task waits into=t; await sleep ms=150 }
thread looper start=#false { run-loop turns boss }
main {
    acquire l
    submit p blocker into=b
    submit p job into=f
    set fut f
    start looper
    try { result f into=x }
    except CancelledError { print "cancelled" }
    release l
}"#;
    for engine in [&Real as &dyn Engine, &Stepper] {
        let trace = run(engine, text, &config(1));
        assert!(!told(&trace).iter().any(|told| told.starts_with("Deadlock")), "{}: {:?}", trace.header.engine, told(&trace));
        assert_eq!(trace.ended, Some(Ended::Completed), "{}", trace.header.engine);
    }
}

/// Deadlocks that grow or in which coroutines have to do with other processes, and who takes part.
const WHOLE: [(&str, &str); 10] = [
    (
        "lock a\nlock b\nbarrier meet parties=2
        thread t { acquire a; wait meet; acquire b }
        thread u { acquire b; wait meet; acquire a }",
        "Deadlock t u",
    ),
    (
        "event-loop L\nlock a across-processes=#true\nlock b across-processes=#true
        barrier meet parties=2 across-processes=#true
        process p { acquire a; wait meet; acquire b }
        coroutine x loop=L { await acquire b; await wait meet; await acquire a }",
        "Deadlock L p x",
    ),
    ("event-loop L\nevent e across-processes=#true\ncoroutine x loop=L { await wait e }", "Deadlock L x"),
    (
        "event-loop L\npipe p\nevent e across-processes=#true
        process c { wait e; send p 1 }
        coroutine x loop=L { await recv p into=m }",
        "Deadlock L c x",
    ),
    ("event-loop L\nevent e\nprocess p { wait e }\ncoroutine x loop=L { await join p }", "Deadlock L p x"),
    (
        "event-loop L\nqueue q
        routine c0 async=#true { try { await get q into=x }; except CancelledError { await get q into=x } }
        routine amain async=#true { create-task c0 into=t; await sleep ms=5 }
        main { run-loop L amain }",
        "Deadlock MainThread c0-2",
    ),
    (
        "event-loop L\npool P workers=1\nevent e\nroutine waits k { wait e }
        coroutine x loop=L { await map P waits over=\"[1]\" }",
        "Deadlock L L.waits-1 x",
    ),
    // The first of them ends, and may be long over when the second waits.
    (
        "event-loop L\npool P workers=2\nevent e\nroutine waits k { sleep ms=30; if \"k == 2\" { wait e } }
        coroutine x loop=L { await map P waits over=\"[1, 2]\" }",
        "Deadlock L L.waits-2 x",
    ),
    (
        "event-loop L\nevent e\nroutine ends async=#true { await sleep ms=30 }\nroutine waits async=#true { await wait e }
        coroutine x loop=L { create-task ends into=a; create-task waits into=b; await gather a b }",
        "Deadlock L L.waits-2 x",
    ),
    // What one waits for comes while another stops their loop.
    (
        "event-loop L\npool P workers=1\nevent e\nevent stops\nroutine ends { wait stops; sleep ms=30 }
        coroutine x loop=L { submit P ends into=f; await result f; set-event e }
        coroutine y loop=L { await sleep ms=1; set-event stops; wait e }",
        "Deadlock L x y",
    ),
];

#[test]
fn a_deadlock_ends_as_one_finding_with_all_that_take_part() {
    for (text, expected) in WHOLE {
        for engine in [&Real as &dyn Engine, &Stepper] {
            let trace = run(engine, text, &config(1));
            assert_eq!(trace.ended, Some(Ended::Deadlocked), "{}: {text}", trace.header.engine);
            assert_eq!(told(&trace), [expected], "{}: {text}", trace.header.engine);
        }
    }
}

/// Coroutines that wait for a pool whose jobs go on in the end, by themselves, by a time-out or by another coroutine.
const POOLED: [&str; 4] = [
    "event-loop L\npool P workers=1\nroutine sleeps k { sleep ms=40 }
    coroutine x loop=L { await map P sleeps over=\"[1, 2, 3]\" }",
    "event-loop L\npool P workers=2\nevent e\nroutine waits k { wait e }
    coroutine x loop=L { await map P waits over=\"[1, 2]\" }
    coroutine y loop=L { await sleep ms=100; set-event e }",
    "event-loop L\npool P workers=1\nevent e\nroutine waits k { wait e timeout-ms=200 into=ok }
    coroutine x loop=L { try { await map P waits over=\"[1, 2]\" timeout-ms=60 }; except TimeoutError { } }
    coroutine y loop=L { submit P waits 1 into=f; await result f }",
    "event-loop L\npool P workers=1\nevent e\nroutine waits k { wait e }\nroutine last async=#true { await map P waits over=\"[1]\" }
    coroutine x loop=L { create-task last into=t; try { await wait-for t timeout-ms=60 }; except TimeoutError { }; set-event e }",
];

#[test]
fn who_waits_for_jobs_that_go_on_in_the_end_is_never_stuck() {
    nobody_is_stuck(POOLED);
}

#[test]
fn a_coroutine_that_waits_for_the_jobs_of_a_map_is_blocked_on_the_first_that_has_not_returned() {
    let text = "event-loop L\npool P workers=2\nevent e\nroutine waits k { if \"k == 2\" { wait e } }
        coroutine x loop=L { await map P waits over=\"[1, 2]\" }";
    for engine in [&Real as &dyn Engine, &Stepper] {
        let trace = run(engine, text, &config(1));
        let (_, x) = trace.counters.tasks.iter().find(|(task, _)| trace.task_name(**task) == "x").expect("it is told");
        let awaits = |on| if let Awaited::Task(task) = on { trace.task_name(task) } else { "a resource".into() };
        assert_eq!((x.state, x.awaits.map(awaits).as_deref()), (TaskState::Blocked, Some("L.waits-2")));
    }
}

#[test]
fn an_exception_with_a_long_message_is_told_by_its_beginning() {
    let text = "main { raise ValueError \"{'数' * 5000}\" }";
    let told = [&Stepper as &dyn Engine, &Real].map(|engine| {
        let trace = run(engine, text, &config(1));
        let uncaught = trace.counters.tasks.values().find_map(|task| task.uncaught.clone());
        uncaught.expect("it is told").message
    });
    assert!(told[0].starts_with("数数") && told[0].ends_with('…') && told[0].chars().count() < 1_000);
    assert_eq!(told[0], told[1]);
}

#[test]
fn what_grows_beyond_a_message_by_what_it_shares_is_refused() {
    let text = "queue q across-processes=#true\nmain { let xs \"[1]\"; repeat 60 { let xs \"[xs, xs]\" }\n\
                try { put q xs }\nexcept OverflowError { print \"too large\" } }";
    for engine in [&Stepper as &dyn Engine, &Real] {
        let trace = run(engine, text, &config(1));
        let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["too large"]);
    }
}

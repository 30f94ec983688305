//! The real engine: invariants of runs on real threads. Never an order, never a time.
#![expect(clippy::disallowed_methods, reason = "processes are looked for, started and killed here")]

#[cfg(target_os = "linux")]
mod commands;
#[cfg(target_os = "linux")]
mod costs;
#[cfg(target_os = "linux")]
mod killing;
mod pausing;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use coreyard::engine::real::Real;
use coreyard::engine::{Control, Engine as _, Record, Run, RunConfig, Source};
use coreyard::id::TaskId;
use coreyard::time::Nanos;
use coreyard::trace::store::{Ended, FindingKind, Plain, TaskState, Trace, Wait};
use coreyard::trace::{Event, EventKind};

/// Long enough for a machine that does other things, too.
const PATIENCE: Duration = Duration::from_mins(2);

fn config() -> RunConfig {
    RunConfig {
        worker: PathBuf::from(env!("CARGO_BIN_EXE_coreyard")),
        cores: None,
        seed: 1,
        schedule: None,
        record: Record::Full,
        timeout: Some(Nanos::from_millis(60_000)),
        stop_on_deadlock: true,
        allow_commands: false,
    }
}

fn start_with(text: &str, config: &RunConfig) -> (Box<dyn Run>, Trace) {
    let source = Source { text: text.to_owned(), name: "test".to_owned(), overrides: Vec::new() };
    let run = Real.start(&source, config).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (run, Trace::default())
}

fn start(text: &str) -> (Box<dyn Run>, Trace) {
    start_with(text, &config())
}

/// Polls until `done`; true if the run is over.
fn poll_until(run: &mut dyn Run, trace: &mut Trace, done: impl Fn(&Trace) -> bool) -> bool {
    let begin = Instant::now();
    loop {
        if !run.poll(trace) {
            return true;
        }
        if done(trace) {
            return false;
        }
        assert!(begin.elapsed() < PATIENCE, "still running: {:?} {:?}", trace.ended, trace.counters.tasks);
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

fn finish(text: &str) -> Trace {
    let (mut run, mut trace) = start(text);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    trace
}

fn completed(text: &str) -> Trace {
    let trace = finish(text);
    assert_eq!(trace.ended, Some(Ended::Completed), "{text}");
    trace
}

/// The process that has a thread called `name`, if there is one.
fn process_with_thread(name: &str) -> Option<u32> {
    let has = |pid: &u32| {
        let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        threads
            .into_iter()
            .any(|thread| std::fs::read_to_string(thread.path().join("comm")).is_ok_and(|comm| comm.trim() == name))
    };
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).find(has)
}

/// The folder that a worker was told.
fn folder_of(worker: u32) -> PathBuf {
    let line = std::fs::read_to_string(format!("/proc/{worker}/cmdline")).expect("the worker runs");
    PathBuf::from(line.trim_end_matches('\0').rsplit('\0').next().expect("it has arguments"))
}

fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

fn events(trace: &Trace, task: u32) -> Vec<Event> {
    trace.chunks(TaskId(task)).iter().flat_map(|chunk| chunk.events.iter().copied()).collect()
}

fn shared(trace: &Trace, name: &str) -> Option<Plain> {
    let index = trace.resources.iter().position(|resource| resource.name == name).expect("it is declared");
    trace.final_state.as_ref()?.resources[index].clone()
}

const COUNTER: &str = "lock m\nshared n 0\nthread t count=3 { repeat 500 { with m { set n \"n + 1\" } } }\n";

#[test]
fn a_run_ends_with_its_state_its_totals_and_its_events() {
    let trace = completed(COUNTER);
    assert_eq!(shared(&trace, "n"), Some(Plain::Int(1500)));
    let lock = &trace.counters.resources[0];
    assert_eq!(lock.acquisitions, 1500);
    assert_eq!(lock.hold.count, 1500);
    assert_eq!(lock.wait.count, lock.contended);
    assert!(lock.hand_offs < lock.acquisitions);
    let cell = &trace.counters.resources[1];
    assert_eq!((cell.acquisitions, cell.gets), (1500, 1500));
    for task in 0..3 {
        let events = events(&trace, task);
        assert!(events.windows(2).all(|pair| pair[0].at() <= pair[1].at()), "events of a task are in order");
        let count = |kind| events.iter().filter(|event| event.kind() == Some(kind)).count();
        assert_eq!((count(EventKind::Acquired), count(EventKind::Released)), (500, 500));
        assert_eq!((count(EventKind::Started), count(EventKind::Ended)), (1, 1));
        assert_eq!(trace.counters.tasks[&TaskId(task)].state, TaskState::Done);
    }
    assert_eq!(trace.counters.lost_events, 0);
}

#[test]
fn each_block_counts_what_it_did_and_nothing_that_its_task_leaves_behind() {
    let text = "
lock l
queue q across-processes=#true
pool helpers workers=1
pool clerks workers=1 of=processes
routine late { sleep ms=30 }
routine job { yield-cpu }
routine errand { yield-cpu }
process giver { repeat 5 { put q 1 } }
main {
    repeat 5 { get q into=x }
    repeat 3 { submit helpers job }
    repeat 4 { submit clerks errand }
    spawn late
    with l { }
}";
    let counted: Vec<u64> = completed(text).counters.blocks.values().map(|block| block.count).collect();
    let expected = [1, 1, 3, 3, 4, 4, 1, 1, 5, 1, 1, 5, 1, 3, 1, 4, 1, 1];
    assert_eq!(counted, expected, "each routine and task with what stands in it");
}

#[test]
fn every_kind_of_lock_excludes() {
    for kind in ["barging", "spin", "ticket", "fair"] {
        let text =
            format!("lock m kind={kind}\nshared n 0\nthread t count=4 {{ repeat 300 {{ with m {{ set n \"n + 1\" }} }} }}\n");
        let trace = completed(&text);
        assert_eq!(shared(&trace, "n"), Some(Plain::Int(1200)), "{kind}");
        let lock = &trace.counters.resources[0];
        assert_eq!((lock.acquisitions, lock.hold.count, lock.wait.count), (1200, 1200, lock.contended), "{kind}");
        assert!(lock.holders.is_empty() && lock.waiters.is_empty(), "{kind}");
    }
}

#[test]
fn updates_without_a_lock_are_only_ever_lost() {
    let trace = completed("shared n 0\nthread t count=4 { repeat 2000 { set n \"n + 1\" } }\n");
    let Some(Plain::Int(n)) = shared(&trace, "n") else { panic!("{:?}", trace.final_state) };
    assert!((2..=8000).contains(&n), "{n}");
    let atomic = completed("shared n 0 atomic=#true\nthread t count=4 { repeat 2000 { atomic-add n 1 } }\n");
    assert_eq!(shared(&atomic, "n"), Some(Plain::Int(8000)));
}

#[test]
fn a_queue_loses_nothing() {
    let text = "queue q capacity=3\nshared total 0 atomic=#true\n\
        thread producer count=2 { repeat 200 as=i { put q \"i + 1\" } }\n\
        thread consumer count=2 { repeat 200 { get q into=x; atomic-add total x; task-done q } }\n\
        main { join producer; join consumer; join q }\n";
    let trace = completed(text);
    assert_eq!(shared(&trace, "total"), Some(Plain::Int(2 * 200 * 201 / 2)));
    assert_eq!(shared(&trace, "q"), Some(Plain::List(Vec::new())));
    let queue = &trace.counters.resources[0];
    assert_eq!((queue.acquisitions, queue.gets, queue.level), (400, 400, 0));
}

#[test]
fn each_sample_of_the_cores_tells_how_many_each_process_kept_busy() {
    let trace = completed("process p { compute ms=150 }\nmain { join p }\n");
    let busy: Vec<&Vec<f32>> = trace.cores.iter().map(|sample| &sample.processes).collect();
    assert!(!busy.is_empty() && busy.iter().all(|processes| !processes.is_empty()), "{busy:?}");
    assert!(busy.iter().any(|processes| processes.get(1).is_some_and(|&busy| busy > 0.0)), "{busy:?}");
    let alone = completed("main { compute ms=20 }\n");
    assert!(alone.cores.iter().all(|sample| sample.processes.is_empty()), "it has no other");
}

#[test]
fn what_is_printed_comes_whole_and_in_the_order_of_its_times() {
    let trace = completed("thread t count=3 { repeat 50 as=i { print \"line {i} of {name} 界\"; mark \"round\" } }\n");
    assert_eq!(trace.output.len(), 150);
    assert!(trace.output.windows(2).all(|pair| pair[0].at <= pair[1].at));
    for (task, info) in &trace.tasks {
        let lines: Vec<&str> = trace.output.iter().filter(|line| line.task == *task).map(|line| line.text.as_str()).collect();
        let expected: Vec<String> = (0..50).map(|i| format!("line {i} of {} 界", info.name)).collect();
        assert_eq!(lines, expected);
    }
    assert_eq!(trace.counters.marks.get("round"), Some(&150));
    let printed = (0..3).flat_map(|task| events(&trace, task)).filter(|event| event.kind() == Some(EventKind::Printed));
    assert_eq!(printed.count(), 150);
}

#[test]
fn an_exception_ends_its_task_only() {
    let trace = completed("shared n 0\nthread bad { raise ValueError \"too low\" }\nthread good { join bad; set n 7 }\n");
    assert_eq!(shared(&trace, "n"), Some(Plain::Int(7)));
    let uncaught = trace.counters.tasks[&TaskId(0)].uncaught.as_ref().expect("nobody caught it");
    assert_eq!((uncaught.name.as_str(), uncaught.message.as_str()), ("ValueError", "too low"));
    assert!(uncaught.block.is_some());
}

#[test]
fn spawned_tasks_have_names_parents_and_ends() {
    let text = "shared n 0 atomic=#true\nroutine work k { atomic-add n k }\n\
        main { repeat 20 as=i { spawn work \"i\" into=t; join t } }\n";
    let trace = completed(text);
    assert_eq!(shared(&trace, "n"), Some(Plain::Int(190)));
    assert_eq!(trace.tasks.len(), 21);
    for (task, info) in trace.tasks.iter().skip(1) {
        assert_eq!(info.parent, Some(TaskId(0)));
        assert!(!info.name.is_empty());
        assert_eq!(trace.counters.tasks[task].state, TaskState::Done);
    }
}

#[test]
fn daemons_are_cut_off_where_they_stand_when_the_others_have_ended() {
    let trace = completed("thread d daemon=#true { loop { compute us=50 } }\nthread t { compute ms=5 }\n");
    let state = |task| trace.counters.tasks[&TaskId(task)].state;
    assert!(matches!(state(0), TaskState::Running | TaskState::Runnable), "{:?}", state(0));
    assert_eq!(state(1), TaskState::Done);
    let last = events(&trace, 0).last().copied().expect("it has begun");
    assert_eq!((last.kind(), last.payload()), (Some(EventKind::Ended), 2));
}

const PHILOSOPHERS: &str = "lock a\nlock b\nshared gate 0\n\
    thread one { with a { set gate \"gate + 1\"; while \"gate < 2\" { yield-cpu }; with b { compute us=1 } } }\n\
    thread two { with b { while \"gate < 1\" { yield-cpu }; set gate 2; with a { compute us=1 } } }\n";

#[test]
fn a_deadlock_is_told_with_who_waits_for_what_and_ends_the_run() {
    let trace = finish(PHILOSOPHERS);
    assert_eq!(trace.ended, Some(Ended::Deadlocked));
    let [finding] = trace.findings.as_slice() else { panic!("{:?}", trace.findings) };
    assert_eq!(finding.kind, FindingKind::Deadlock);
    let mut who: Vec<(u32, Vec<TaskId>)> = finding.waits.iter().map(|wait| (wait.task.0, wait.helpers.clone())).collect();
    who.sort_unstable();
    assert_eq!(who, [(0, vec![TaskId(1)]), (1, vec![TaskId(0)])]);
    assert!(finding.waits.iter().all(|wait| wait.block.is_some()));
}

#[test]
fn two_are_found_stuck_while_a_third_runs_on() {
    let text = format!("{PHILOSOPHERS}thread third {{ loop {{ compute us=20 }} }}\n");
    let (mut run, mut trace) = start(&text);
    assert!(!poll_until(run.as_mut(), &mut trace, |trace| !trace.findings.is_empty()));
    assert_eq!(trace.findings[0].kind, FindingKind::Deadlock);
    run.control(Control::Stop);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert_eq!(trace.ended, Some(Ended::Stopped));
}

#[test]
fn a_circle_that_somebody_may_open_is_no_deadlock() {
    let text = format!("{PHILOSOPHERS}thread third {{ sleep s=1000; release a }}\n");
    let (mut run, mut trace) = start(&text);
    assert!(!poll_until(run.as_mut(), &mut trace, |trace| !trace.findings.is_empty()));
    assert_eq!(trace.findings[0].kind, FindingKind::WaitingCycle);
    let opened = |wait: &Wait| wait.helpers.contains(&TaskId(2)) == (trace.awaited_name(wait.on) == "a");
    assert!(trace.findings[0].waits.iter().all(opened), "who may open it is named where: {:?}", trace.findings);
}

/// Runs that never end by themselves, and the state in which they do so.
const ENDLESS: [(&str, &str); 10] = [
    ("deadlocked", "lock a\nmain { acquire a; acquire a }\n"),
    ("spinning", "lock a kind=spin\nmain { acquire a; acquire a }\n"),
    ("ticket", "lock a kind=ticket\nmain { acquire a; acquire a }\n"),
    ("computing", "thread t count=3 { compute s=1000 }\n"),
    ("memory", "main { compute work=100000000000 kind=memory }\n"),
    ("sleeping", "thread t count=2 { sleep s=1000 }\n"),
    ("looping", "main { let x 0; loop { let x \"(x + 1) % 7\" } }\n"),
    (
        "asking",
        "server s latency-s=3000\nserver u latency-s=3000 protocol=udp\nthread t count=2 { request s }\nmain { request u }\n",
    ),
    (
        "asking on a loop",
        "server s latency-s=3000\nevent-loop l\nroutine ask async=#true { await request s }\n\
         routine all async=#true { let x \"[]\"; repeat 1000 { create-task ask into=t; let x \"x + [t]\" }; await gather x }\n\
         main { run-loop l all }\n",
    ),
    ("writing", "file f mb=4\nmain { loop { write-file f; read-file f } }\n"),
];

#[test]
fn a_stop_ends_any_run_and_leaves_no_process() {
    for (what, text) in ENDLESS {
        let ends_by_itself = |_| {
            let (mut run, mut trace) = start_with(text, &RunConfig { stop_on_deadlock: false, ..config() });
            let begun = |trace: &Trace| trace.counters.tasks.values().any(|task| task.state != TaskState::New);
            assert!(!poll_until(run.as_mut(), &mut trace, begun), "{what}: {:?}", trace.ended);
            run.control(Control::Stop);
            assert!(poll_until(run.as_mut(), &mut trace, |_| false));
            assert_eq!(trace.ended, Some(Ended::Stopped), "{what}");
            trace.final_state.is_some()
        };
        // A worker that gets no core for so long is killed, and that is right.
        assert!((0..10).any(ends_by_itself), "{what}: it ends by itself, before it is killed");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_is_dropped_leaves_nothing() {
    let (mut run, mut trace) = start("thread dropped { compute s=1000 }\n");
    poll_until(run.as_mut(), &mut trace, |_| process_with_thread("dropped").is_some());
    let worker = process_with_thread("dropped").expect("it runs");
    assert!(!folder_of(worker).exists(), "it is needed for the beginning only");
    drop(run);
    assert!(!is_there(worker));
}

#[test]
fn time_that_is_over_ends_a_run() {
    let config = RunConfig { timeout: Some(Nanos::from_millis(30)), ..config() };
    let (mut run, mut trace) = start_with(ENDLESS[5].1, &config);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert_eq!(trace.ended, Some(Ended::TimedOut));
}

#[test]
fn a_pause_halts_every_task_and_resume_lets_them_go_on() {
    let text = "shared n 0 atomic=#true\nthread t count=2 { loop { atomic-add n 1 } }\n";
    let (mut run, mut trace) = start(text);
    let all = |trace: &Trace, states: &[TaskState]| {
        trace.counters.tasks.len() == 2 && trace.counters.tasks.values().all(|task| states.contains(&task.state))
    };
    poll_until(run.as_mut(), &mut trace, |trace| all(trace, &[TaskState::Running, TaskState::Runnable]));
    run.control(Control::Pause);
    poll_until(run.as_mut(), &mut trace, |trace| all(trace, &[TaskState::Paused]));
    let steps = |trace: &Trace| trace.counters.tasks.values().map(|task| task.steps).sum::<u64>();
    let halted = steps(&trace);
    for _ in 0..100 {
        run.poll(&mut trace);
        std::thread::park_timeout(Duration::from_millis(1));
    }
    assert_eq!(steps(&trace), halted);
    run.control(Control::Resume);
    poll_until(run.as_mut(), &mut trace, |trace| steps(trace) > halted);
    run.control(Control::Stop);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert!(trace.counters.tasks.values().all(|task| task.in_state[TaskState::Paused as usize] > Nanos::ZERO));
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_killed_from_outside_is_told_in_words_and_nothing_is_lost() {
    let (mut run, mut trace) = start("thread victim { print \"still here\"; sleep s=1000 }\n");
    poll_until(run.as_mut(), &mut trace, |trace| trace.counters.tasks.values().any(|task| task.state == TaskState::Sleeping));
    kill(process_with_thread("victim").expect("it runs"));
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    let Some(Ended::Crashed(words)) = &trace.ended else { panic!("{:?}", trace.ended) };
    assert!(words.contains("signal"), "{words}");
    assert_eq!(trace.output.len(), 1);
    assert!(events(&trace, 0).iter().any(|event| event.kind() == Some(EventKind::Sleeping)));
}

fn kill(process: u32) {
    let killed = Command::new("kill").args(["-9", &process.to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
}

#[test]
#[cfg(target_os = "linux")]
fn computing_is_seen_on_the_core_it_is_pinned_to_and_shares_sum_to_one() {
    let config = RunConfig { cores: Some(1), ..config() };
    let (mut run, mut trace) = start_with("thread t { compute s=1000 }\n", &config);
    assert!(!poll_until(run.as_mut(), &mut trace, |trace| trace.cores.len() >= 5), "{:?}", trace.ended);
    for sample in &trace.cores {
        for core in &sample.cores {
            let sum = core.scenario + core.coreyard + core.rest + core.stolen + core.idle;
            assert!((sum - 1.0).abs() < 1e-3, "{core:?}");
        }
        // Nothing of the scenario is anywhere but on the first core it may use.
        assert!(sample.cores.iter().skip(1).all(|core| core.scenario == 0.0), "{sample:?}");
    }
    assert!(trace.cores.iter().any(|sample| sample.cores[0].scenario > 0.0));
}

#[test]
fn more_cores_than_there_are_is_told() {
    for (cores, told) in [(Some(1_000_000), Some(1_000_000)), (Some(1), None), (None, None)] {
        let (mut run, mut trace) = start_with("thread t { let x 1 }\n", &RunConfig { cores, ..config() });
        assert!(poll_until(run.as_mut(), &mut trace, |_| false));
        assert_eq!(trace.header.cores_asked, told);
    }
}

#[test]
fn output_beyond_the_limit_is_counted() {
    let trace = completed("main { repeat 20000 as=i { print \"{i} {i:1500}\" } }\n");
    assert!(trace.counters.lost_lines > 0);
    assert_eq!(trace.output.len() as u64 + trace.counters.lost_lines, 20_000);
}

#[test]
fn an_app_that_polls_seldom_loses_events_but_no_totals() {
    let (mut run, mut trace) = start("lock m\nthread t count=2 { repeat 400000 { with m { } } }\n");
    // Nothing is read until the worker has ended and all it could not keep is lost.
    std::thread::park_timeout(Duration::from_millis(300));
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert_eq!(trace.ended, Some(Ended::Completed));
    assert_eq!(trace.counters.resources[0].acquisitions, 800_000);
    let kept: u64 = (0..2).map(|task| events(&trace, task).len() as u64).sum();
    // Besides acquisitions and releases there are waits, cores, beginnings and ends.
    assert!(kept + trace.counters.lost_events >= 1_600_000, "{kept} {}", trace.counters.lost_events);
}

/// Waits until the process is gone.
fn wait_until_gone(process: u32) {
    let begin = Instant::now();
    while is_there(process) {
        assert!(begin.elapsed() < PATIENCE, "{process} is still there");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_whose_app_has_died_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orphan.kdl");
    std::fs::write(&file, "thread orphaned { compute s=1000 }\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coreyard"));
    let mut app = command.arg("run").arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    let worker = loop {
        if let Some(worker) = process_with_thread("orphaned") {
            break worker;
        }
        assert!(app.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE, "the run has not begun");
        std::thread::park_timeout(Duration::from_millis(5));
    };
    assert!(!folder_of(worker).exists());
    app.kill().unwrap();
    app.wait().unwrap();
    wait_until_gone(worker);
}

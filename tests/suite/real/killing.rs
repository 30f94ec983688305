//! Killed from outside: whichever process of a run is killed, the app too, nothing of it is left and what was told stays told.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use coreyard::engine::Control;
use coreyard::export::Places;
use coreyard::id::ProcessId;
use coreyard::metrics::Metrics;
use coreyard::program;
use coreyard::trace::store::{Ended, ProcessCounters, TaskState, Trace};
use coreyard::verdict::{self, Judgement, Subject};

use super::{PATIENCE, completed, finish, kill, poll_until, shared, start};

/// How often the dice are thrown here; by hand, more often.
const ROUNDS: u64 = 10;
/// The run's own process, three workers, a parent and its child.
const PROCESSES: usize = 6;

/// Every way of meeting that processes have, for ever.
const BUSY: &str = r#"queue jobs across-processes=#true capacity=50
pipe news capacity=4
lock door across-processes=#true
event never across-processes=#true
shared n 0 across-processes=#true
routine deeper { loop { get jobs; sleep ms=1 } }
process worker count=3 {
    thread side { loop { with door { set n "n + 1" }; compute us=50 } }
    thread waits { wait never }
    loop { put jobs index; send news index; print "worker {index}"; compute us=300 }
}
process parent { spawn-process deeper into=child; join child }
main { loop { recv news } }
"#;

/// Whether a process is there and has not ended: one that nobody has reaped yet is nothing but a number.
fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

fn wait_until_gone(processes: &[u32]) {
    let begin = Instant::now();
    while let Some(left) = processes.iter().find(|process| runs(**process)) {
        assert!(begin.elapsed() < PATIENCE, "{left} is left behind");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

fn all_begun(trace: &Trace) -> bool {
    let processes = &trace.counters.processes;
    processes.len() == PROCESSES && processes.iter().all(|process| process.number != 0) && trace.output.len() > 5
}

fn of(trace: &Trace, id: ProcessId) -> &ProcessCounters {
    trace.counters.processes.iter().find(|process| process.id == id).expect("it has begun")
}

#[test]
fn whichever_process_is_killed_the_rest_is_told_and_nothing_is_left() {
    let seed = u64::from(std::process::id());
    for round in 0..ROUNDS {
        let (mut run, mut trace) = start(BUSY);
        assert!(!poll_until(run.as_mut(), &mut trace, all_begun), "{:?}", trace.ended);
        let numbers: Vec<u32> = trace.counters.processes.iter().map(|process| process.number).collect();
        let lines = trace.output.len();
        let at = usize::try_from((seed + round).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33).unwrap() % PROCESSES;
        let (victim, number) = (trace.counters.processes[at].id, numbers[at]);
        kill(number);
        if victim == ProcessId::MAIN {
            assert!(poll_until(run.as_mut(), &mut trace, |_| false));
            let Some(Ended::Crashed(words)) = &trace.ended else { panic!("{:?}", trace.ended) };
            assert!(words.contains("signal"), "{words}");
            let over = |(state, _): (&TaskState, &u64)| *state == TaskState::Done;
            assert!(Metrics::of(&trace).states.iter().all(over), "{:?}", Metrics::of(&trace).states);
        } else {
            let is_told = |trace: &Trace| of(trace, victim).exit_code.is_some();
            if !poll_until(run.as_mut(), &mut trace, is_told) {
                run.control(Control::Stop);
                assert!(poll_until(run.as_mut(), &mut trace, |_| false));
            }
            // Those who wait for what the dead one held may have been found stuck meanwhile.
            assert!(matches!(trace.ended, Some(Ended::Stopped | Ended::Deadlocked)), "{:?}", trace.ended);
            assert_eq!(of(&trace, victim).exit_code, Some(-9), "seed {seed}, round {round}");
            assert_eq!(of(&trace, victim).death.map(|death| death.signal), Some(9));
            if of(&trace, victim).name == "parent" {
                let child = trace.counters.processes.iter().find(|process| process.parent == Some(victim));
                assert_eq!(child.and_then(|child| child.exit_code), Some(-9), "it ends with its parent");
            }
        }
        assert!(trace.output.len() >= lines);
        drop(run);
        wait_until_gone(&numbers);
    }
}

/// The processes that descend from one.
fn descendants(of: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let parent = |process: u32| -> Option<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    };
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let all: Vec<(u32, u32)> = processes.filter_map(|process| Some((process, parent(process)?))).collect();
    let mut found = vec![of];
    let mut at = 0;
    while at < found.len() {
        let next = found[at];
        found.extend(all.iter().filter(|(_, parent)| *parent == next).map(|(process, _)| *process));
        at += 1;
    }
    found.split_off(1)
}

#[test]
fn an_app_that_is_killed_leaves_no_process_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let (file, temporary) = (folder.path().join("busy.kdl"), folder.path().join("tmp"));
    std::fs::write(&file, BUSY).unwrap();
    std::fs::create_dir(&temporary).unwrap();
    for round in 0..ROUNDS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coreyard"));
        command.arg("run").arg(&file).env("TMPDIR", &temporary).stdout(Stdio::null()).stderr(Stdio::null());
        let mut app = command.spawn().unwrap();
        let begin = Instant::now();
        // In every second round while the run is only just coming up.
        let most = if round % 2 == 0 { PROCESSES } else { usize::try_from(round / 2).unwrap() };
        let mut left = Vec::new();
        while left.len() < most {
            left = descendants(app.id());
            assert!(app.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE, "the run has not begun: {left:?}");
        }
        app.kill().unwrap();
        app.wait().unwrap();
        wait_until_gone(&left);
        let files: Vec<_> = std::fs::read_dir(&temporary).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(files.is_empty(), "{files:?}");
    }
    assert!(!started_workers_of(&temporary), "a worker that had just been started goes, too");
}

/// Whether a process runs whose temporary folder this is.
fn started_workers_of(temporary: &Path) -> bool {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let here = temporary.as_os_str().as_encoded_bytes();
    let begin = Instant::now();
    let mut processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    processes.any(|process| {
        let is_one = || {
            let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
            runs(process) && environment.windows(here.len()).any(|part| part == here)
        };
        while is_one() {
            if begin.elapsed() > PATIENCE {
                return true;
            }
            std::thread::park_timeout(Duration::from_millis(1));
        }
        false
    })
}

#[test]
fn a_hundred_processes_meet() {
    let text = "shared n 0 atomic=#true across-processes=#true\nevent go across-processes=#true\n\
        process one count=100 { atomic-add n 1; wait go; atomic-add n 1 }\n\
        main { let there 0; while \"there < 100\" { let there n; sleep ms=1 }; set-event go }\n";
    let trace = completed(text);
    assert_eq!(shared(&trace, "n"), Some(coreyard::trace::store::Plain::Int(200)));
    assert_eq!(trace.counters.processes.len(), 101);
    assert!(trace.counters.processes.iter().skip(1).all(|process| process.exit_code == Some(0)));
}

#[test]
fn processes_beyond_the_limit_are_refused_with_the_limit_named() {
    let text = "routine nothing { }\n\
        main { repeat 300 as=i { try { spawn-process nothing into=p }; except RuntimeError as=e { print \"{i} {e}\"; break }; join p } }\n";
    let trace = finish(text);
    assert_eq!(trace.ended, Some(Ended::Completed));
    assert!(trace.output[0].text.contains("at most 128"), "{}", trace.output[0].text);
}

#[test]
fn a_process_that_is_killed_is_what_nobody_expects_and_one_that_is_terminated_is_not() {
    let text = "process endless { loop { compute us=100 } }\nevent go\nmain { wait go }\n";
    let (mut run, mut trace) = start(text);
    let begun = |trace: &Trace| trace.counters.processes.iter().any(|process| process.name == "endless" && process.number != 0);
    assert!(!poll_until(run.as_mut(), &mut trace, begun), "{:?}", trace.ended);
    kill(trace.counters.processes[1].number);
    if !poll_until(run.as_mut(), &mut trace, |trace| trace.counters.processes[1].death.is_some()) {
        run.control(Control::Stop);
        assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    }
    let program = program::build(text, &[]).value.unwrap();
    let told = verdict::judge(&program, &trace);
    let died = told.iter().find_map(|verdict| match &verdict.subject {
        Subject::Death { process, signal, block } => Some((process.as_str(), *signal, *block, verdict.judgement)),
        _ => None,
    });
    let (process, signal, block, judgement) = died.expect("nothing expects it");
    assert_eq!((process, signal, judgement), ("endless", 9, Judgement::Refuted));
    let line = Places::of(text).get(block.expect("it stood somewhere")).map(|place| place.line);
    assert_eq!(line, Some(1));

    let trace = completed("process endless { loop { compute us=100 } }\nmain { terminate endless; join endless }\n");
    assert_eq!(trace.counters.processes[1].death, None);
}

#[test]
fn an_interrupt_from_the_terminal_stops_the_run_in_order() {
    use std::io::Read as _;
    use std::os::unix::process::CommandExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("busy.kdl");
    std::fs::write(&file, BUSY).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coreyard"));
    command.arg("run").arg(&file).args(["--lang", "en"]).process_group(0).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut app = command.spawn().unwrap();
    let begin = Instant::now();
    let mut all = Vec::new();
    while all.len() < PROCESSES {
        all = descendants(app.id());
        assert!(app.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE, "the run has not begun: {all:?}");
    }
    // What a terminal does: all of the group that is in front are told.
    let told = Command::new("kill").args(["-INT", "--", &format!("-{}", app.id())]).status();
    assert!(told.is_ok_and(|status| status.success()));
    let mut report = String::new();
    app.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    app.wait().unwrap();
    assert!(report.contains("stopped after"), "{report}");
    wait_until_gone(&all);
}

//! Programs of the system's run by a scenario: `echo`, `false` and `sleep`, which every Linux has.

use coreyard::engine::{Control, RunConfig};
use coreyard::trace::store::{Ended, TaskState, Trace};

use super::{config, poll_until, start_with};

fn confirmed() -> RunConfig {
    RunConfig { allow_commands: true, ..config() }
}

fn printed(text: &str, config: &RunConfig) -> Vec<String> {
    let text = format!("scenario x {{ allow-commands echo \"false\" sleep no_such_program }}\n{text}");
    let (mut run, mut trace) = start_with(&text, config);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert_eq!(trace.ended, Some(Ended::Completed), "{text}");
    trace.output.iter().map(|line| line.text.clone()).collect()
}

#[test]
fn a_program_runs_when_it_is_confirmed_and_gives_its_exit_code_and_what_it_wrote() {
    let text =
        "main { run-command echo \"'a  b'\" \"1 + 1\" into=a; print \"{a}\"; run-command \"false\" into=b; print \"{b}\" }\n";
    assert_eq!(printed(text, &confirmed()), ["[0, 'a  b 2\\n']", "[1, '']"]);
}

#[test]
fn nothing_runs_unless_it_is_confirmed() {
    let text = "main { try { run-command echo }; except PermissionError as=e { print \"{e}\" } }\n";
    let printed = printed(text, &config());
    assert!(printed[0].contains("--allow-commands"), "{printed:?}");
}

#[test]
fn a_program_that_is_not_there_is_told_by_its_name() {
    let text = "main { try { run-command no_such_program }; except FileNotFoundError as=e { print \"{e}\" } }\n";
    assert_eq!(printed(text, &confirmed()), ["[Errno 2] No such file or directory: 'no_such_program'"]);
}

#[test]
fn of_a_long_output_the_beginning_is_kept() {
    let text = "main { run-command echo \"'x' * 100000\" into=a; print \"{len(a[1])}\" }\n";
    assert_eq!(printed(text, &confirmed()), ["65536"]);
}

#[test]
fn a_stop_ends_the_program_too() {
    // A length that nobody else sleeps, to find it by.
    let text =
        "scenario x { allow-commands sleep }\nprocess child { run-command sleep 97531 }\nmain { run-command sleep 97531 }\n";
    let (mut run, mut trace) = start_with(text, &confirmed());
    let is_told = |trace: &Trace| trace.counters.tasks.values().any(|task| task.state == TaskState::Sleeping);
    let both = |trace: &Trace| sleepers("97531") == 2 && is_told(trace);
    assert!(!poll_until(run.as_mut(), &mut trace, both), "{:?}", trace.ended);
    run.control(Control::Stop);
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    assert_eq!(trace.ended, Some(Ended::Stopped));
    drop(run);
    all_end("97531");
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_program_has_started_ends_with_the_run_however_that_ends() {
    let text = "scenario x { allow-commands sh }\n\
                thread guarded { run-command sh \"'-c'\" \"'sleep 97532 & sleep 97532'\" }\n";
    let (mut run, mut trace) = start_with(text, &confirmed());
    assert!(!poll_until(run.as_mut(), &mut trace, |_| sleepers("97532") == 2), "{:?}", trace.ended);
    let worker = super::process_with_thread("guarded").expect("it runs");
    let worker = rustix::process::Pid::from_raw(i32::try_from(worker).expect("a number of a process")).expect("it has one");
    rustix::process::kill_process(worker, rustix::process::Signal::KILL).expect("it is there");
    assert!(poll_until(run.as_mut(), &mut trace, |_| false));
    all_end("97532");
}

/// Waits until nobody sleeps for `length` any more.
fn all_end(length: &str) {
    let begin = std::time::Instant::now();
    while sleepers(length) > 0 {
        assert!(begin.elapsed() < super::PATIENCE, "it sleeps on");
        std::thread::park_timeout(std::time::Duration::from_millis(1));
    }
}

fn sleepers(length: &str) -> usize {
    let end = format!("\0{length}\0");
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| line.starts_with(b"sleep\0") || line.ends_with(format!("/sleep{end}").as_bytes()))
        .filter(|line| line.ends_with(end.as_bytes()))
        .count()
}

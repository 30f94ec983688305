//! `coreyard run` as its users meet it: what goes in as arguments and text, what comes out as text and exit code.
#![expect(clippy::disallowed_methods, reason = "these tests start the program")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// Runs the program on `text` at its standard input.
fn coreyard(arguments: &[&str], text: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coreyard"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was built");
    let mut stdin = child.stdin.take().expect("its standard input is a pipe");
    // A program that does not read all of it may have ended already.
    drop(stdin.write_all(text.as_bytes()));
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], text: &str) -> (i32, String, String) {
    let limit: &[&str] = if arguments.contains(&"--timeout") { &[] } else { &["--timeout", "60"] };
    let arguments: Vec<&str> = ["run", "-", "--lang", "en"].iter().chain(limit).chain(arguments).copied().collect();
    let Output { status, stdout, stderr } = coreyard(&arguments, text);
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    (status.code().expect("it was not killed"), text(stdout), text(stderr))
}

const COUNTED: &str = "let N 50\nlock l\nshared n 0\nthread t count=2 { repeat N { with l { set n \"n + 1\" } } }\n\
                       expect always \"n == 2 * N\"\n";
const STUCK: &str = "lock a\nlock b\nsemaphore at_a permits=0\nsemaphore at_b permits=0\n\
                     thread one { with a { release at_a; acquire at_b; with b { } } }\n\
                     thread two { with b { release at_b; acquire at_a; with a { } } }\n";

#[test]
fn a_run_that_meets_what_is_expected_exits_with_0_on_both_engines() {
    for engine in ["real", "stepper"] {
        let (code, out, err) = run(&["--engine", engine], COUNTED);
        assert_eq!(code, 0, "{out}{err}");
        assert!(out.contains("completed in") && out.contains("✓ expect always \"n == 2 * N\""), "{out}");
        assert!(out.contains("n = 100"), "{out}");
    }
}

#[test]
fn what_is_refuted_exits_with_1_and_says_what_was_seen() {
    let (code, out, _) = run(&["--engine", "stepper"], "shared n 0\nthread t { set n 3 }\nexpect always \"n == 4\"\n");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("✗ expect always \"n == 4\"") && out.contains("n = 3"), "{out}");
}

#[test]
fn a_deadlock_ends_the_run_at_once_and_says_who_waits_for_whom() {
    for engine in ["real", "stepper"] {
        let (code, out, err) = run(&["--engine", engine], STUCK);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("ended in a deadlock"), "{out}");
        assert!(out.contains("one waits for b at line 5, `with b`; only two could release it, and waits too"), "{out}");
        assert!(out.contains("two waits for a at line 6, `with a`; only one could release it, and waits too"), "{out}");
    }
}

#[test]
fn a_lock_of_a_task_that_has_ended_is_told_as_such() {
    for engine in ["real", "stepper"] {
        let text = "lock m\nevent taken\nthread a { acquire m; set-event taken }\nthread b { wait taken; acquire m }\n";
        let (_, out, err) = run(&["--engine", engine], text);
        assert!(out.contains("`acquire m`; a has it and has ended: nobody is left who could release it"), "{out}{err}");
    }
}

#[test]
fn a_leak_is_told_with_the_lock_the_task_and_the_line() {
    let text = "lock k\nthread ok {\n    acquire k\n}\nexpect never leak\n";
    for engine in ["real", "stepper"] {
        let (code, out, err) = run(&["--engine", engine], text);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("ok ended and never released k, which it acquired at line 3, `acquire k`"), "{out}");
        let (_, out, _) = run(&["--engine", engine, "--json"], text);
        let told: serde_json::Value = serde_json::from_str(&out).expect("--json prints JSON");
        let finding = &told["findings"][0];
        assert_eq!((&finding["kind"], &finding["waits"][0]["for_resource"]), (&"leak".into(), &"k".into()), "{finding}");
        assert_eq!((&finding["waits"][0]["task"], &finding["waits"][0]["line"]), (&"ok".into(), &3.into()), "{finding}");
        assert_eq!(finding["line"], 3, "{finding}");
    }
}

#[test]
fn many_runs_tell_how_they_ended() {
    let (_, out, _) = run(&["--engine", "stepper", "--repeat", "3"], STUCK);
    assert!(out.contains("3 runs, 3 deadlocked; elapsed"), "{out}");
    assert!(!out.contains("outcome"), "{out}");
}

#[test]
fn an_expected_deadlock_is_no_failure() {
    let (code, out, err) = run(&[], &format!("{STUCK}expect sometimes deadlock\n"));
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("witnessed"), "{out}");
}

#[test]
fn an_exception_that_nothing_expects_exits_with_1_and_its_place() {
    let (code, out, _) = run(&[], "thread t {\n    raise ValueError \"too low\"\n}\n");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("ValueError: too low") && out.contains("at line 2, `raise ValueError"), "{out}");
}

#[test]
fn a_run_out_of_time_exits_with_3() {
    let (code, out, err) = run(&["--timeout", "0.2"], "thread t { loop { compute ms=1 } }\n");
    assert_eq!(code, 3, "{out}{err}");
    assert!(out.contains("ran out of time"), "{out}");
}

#[test]
fn a_wrong_file_exits_with_2_and_says_where() {
    let (code, out, err) = run(&[], "thread t {\n    aquire l\n}\n");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("<stdin>:2:5") && err.contains("acquire"), "{err}");
}

#[test]
fn wrong_calls_exit_with_2() {
    let calls: [&[&str]; 6] = [
        &["--cores", "0"],
        &["--timeout", "soon"],
        &["--repeat", "0"],
        &["--let", "N"],
        &["--engine", "cloud"],
        &["--let", "M=3"],
    ];
    for call in calls {
        assert_eq!(run(call, COUNTED).0, 2, "{call:?}");
    }
    assert_eq!(run(&["--engine", "stepper", "--schedule", "a.b"], COUNTED).0, 2);
}

#[test]
fn a_constant_from_the_command_line_replaces_that_of_the_file() {
    let (code, out, err) = run(&["--let", "N=7", "--engine", "stepper"], COUNTED);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("n = 14"), "{out}");
}

#[test]
fn strict_makes_what_is_unsettled_a_failure() {
    let text = "shared n 0\nthread t { set n 1 }\nexpect sometimes \"n == 2\"\n";
    assert_eq!(run(&["--engine", "stepper"], text).0, 0);
    assert_eq!(run(&["--engine", "stepper", "--strict"], text).0, 1);
}

#[test]
fn json_tells_of_a_file_that_cannot_run_what_is_wrong_where() {
    let (code, out, err) = run(&["--json"], "lok a\nmain { yield-cpu }\n");
    assert_eq!(code, 2, "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).expect("--json prints JSON and nothing else");
    let problem = &told["problems"][0];
    assert_eq!((&problem["code"], &problem["place"]["from"]["line"]), (&"E0201".into(), &1.into()), "{out}");
}

#[test]
fn a_text_of_several_lines_is_told_on_several_and_its_last_end_is_none() {
    let (code, out, err) = run(&["--engine", "stepper"], "main { print \"one\\ntwo\\n\" }\n");
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("  one\n  two\n") && !out.contains('\u{fffd}'), "{out}");
}

#[test]
fn a_marks_rate_is_of_the_time_between_its_first_and_last_passing() {
    let text = "main { sleep ms=50; repeat 11 { mark \"step\"; sleep ms=1 }; sleep ms=500 }\n";
    for engine in ["real", "stepper"] {
        let (code, out, err) = run(&["--engine", engine, "--json"], text);
        assert_eq!(code, 0, "{err}");
        let told: serde_json::Value = serde_json::from_str(&out).expect("--json prints JSON");
        let mark = &told["metrics"]["marks"][0];
        let [first, last, rate] =
            ["first_nanos", "last_nanos", "per_second"].map(|name| mark[name].as_f64().expect("it is told"));
        assert!(first >= 50e6 && last > first && mark["count"] == 11, "{mark}");
        assert!((rate * (last - first) / 1e9 - 10.0).abs() < 1e-6, "{mark}");
    }
}

#[test]
fn json_has_the_numbers_of_the_report() {
    for record in ["full", "counters"] {
        let (code, out, err) = run(&["--json", "--record", record], COUNTED);
        assert_eq!(code, 0, "{err}");
        let told: serde_json::Value = serde_json::from_str(&out).expect("--json prints JSON and nothing else");
        assert_eq!((&told["ended"], &told["values"]["n"]), (&"completed".into(), &100.into()), "{out}");
        assert_eq!(told["verdicts"][0]["judgement"], "holds");
        let lock = &told["metrics"]["resources"][0];
        assert_eq!((&lock["name"], &lock["acquisitions"]), (&"l".into(), &100.into()), "{out}");
        assert_eq!(lock["wait"]["count"], lock["contended"], "{out}");
    }
}

#[test]
fn many_runs_tell_their_spread_and_their_outcomes() {
    let text = "shared n 0\nthread t count=2 { set n \"n + 1\" }\nexpect sometimes \"n == 1\"\n";
    let (code, out, _) = run(&["--engine", "stepper", "--repeat", "40", "--json"], text);
    assert_eq!(code, 0);
    let told: serde_json::Value = serde_json::from_str(&out).expect("--json prints JSON and nothing else");
    let counts: Vec<u64> =
        told["spread"]["outcomes"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).collect();
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (2, 40), "{out}");
    assert_eq!(told["verdicts"][0]["judgement"], "witnessed");
}

#[test]
fn the_same_seed_gives_the_same_report_and_its_schedule_gives_it_again() {
    let text = "shared n 0\nthread t count=3 { set n \"n + 1\"; print \"{name} {n}\" }\n";
    let once = run(&["--engine", "stepper", "--seed", "5", "--json"], text);
    assert_eq!(once, run(&["--engine", "stepper", "--seed", "5", "--json"], text));
    let told: serde_json::Value = serde_json::from_str(&once.1).unwrap();
    let schedule = told["run"]["schedule"].as_str().expect("the stepper tells its schedule").to_owned();
    let (_, again, _) = run(&["--engine", "stepper", "--seed", "77", "--schedule", &schedule, "--json"], text);
    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!((&again["output"], &again["values"]), (&told["output"], &told["values"]));
}

#[test]
fn the_report_speaks_chinese() {
    let out = coreyard(&["run", "-", "--lang", "zh", "--engine", "stepper"], STUCK).stdout;
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("以死锁告终") && out.contains("（第 5 行 `with b`）"), "{out}");
    assert!(!out.contains("deadlock"), "{out}");
}

#[test]
fn what_a_scenario_prints_cannot_steer_the_terminal() {
    let (_, out, _) = run(&["--engine", "stepper"], "thread t { print \"a\\u{1b}[31mred\" }\n");
    assert!(!out.contains('\u{1b}') && out.contains("red"), "{out:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_run_and_the_report_still_comes() {
    use std::io::{BufRead as _, BufReader};
    // Once the program has warned of the lock, it listens.
    let text = "lock l\nthread t { acquire l; loop { compute ms=1 } }\n";
    let mut command = Command::new(env!("CARGO_BIN_EXE_coreyard"));
    command.args(["run", "-", "--lang", "en"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was built");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let (mut stderr, mut said) = (BufReader::new(child.stderr.take().unwrap()), String::new());
    stderr.read_line(&mut said).unwrap();
    assert!(said.starts_with("warning[W0401]"), "{said}");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let Output { status, stdout, stderr: _ } = child.wait_with_output().unwrap();
    let out = String::from_utf8(stdout).unwrap();
    assert_eq!(status.code(), Some(3), "{out}");
    assert!(out.contains("stopped after"), "{out}");
}

#[test]
fn a_long_schedule_is_cut_in_the_report_and_whole_in_a_file_that_makes_the_run_again() {
    let text = "shared n 0\nthread t count=4 { repeat 200 { set n \"n + 1\" } }\n";
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("schedule");
    let path = path.to_str().expect("temporary paths are UTF-8");
    let (code, out, err) = run(&["--engine", "stepper", "--seed", "9", "--schedule-out", path], text);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.lines().all(|line| line.chars().count() < 300) && out.contains("--schedule-out FILE"), "{out}");
    let at = |out: &str| out.lines().find(|line| line.contains("n = ")).map(ToOwned::to_owned);
    let (_, again, _) = run(&["--engine", "stepper", "--seed", "1", "--schedule", &format!("@{path}")], text);
    assert_eq!(at(&again), at(&out));
    assert_eq!(run(&["--engine", "stepper", "--schedule", "@/nowhere/at/all"], text).0, 2);
    assert_eq!(run(&["--schedule-out", path], text).0, 2, "real cores have no schedule");
}

#[test]
fn where_nothing_was_counted_no_zeros_are_told() {
    for engine in ["real", "stepper"] {
        let (code, out, err) = run(&["--engine", engine, "--record", "off"], COUNTED);
        assert_eq!(code, 0, "{out}{err}");
        assert!(out.contains("were not counted") && out.contains("n = 100"), "{out}");
        assert!(!out.contains("acquired"), "{out}");
        let (_, out, _) = run(&["--engine", engine, "--record", "off", "--json"], COUNTED);
        let told: serde_json::Value = serde_json::from_str(&out).expect("--json prints JSON and nothing else");
        assert!(told["metrics"]["resources"].is_null() && told["metrics"]["tasks"].is_array(), "{out}");
    }
}

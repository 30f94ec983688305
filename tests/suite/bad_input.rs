//! Everything that can be wrong with what the program is given, from the outside: a clear message with its place, the right exit
//! code, no panic, no hang, nothing lost.

#![expect(clippy::disallowed_methods, reason = "a test of files that cannot be read or are damaged has to make them")]

use crate::shell::{Answer, Folder, argument, coreyard, finish, start};

/// Wraps statements into a scenario with one thread.
fn in_main(statements: &str) -> String {
    format!("scenario \"T\"\nlock m\nqueue q\nshared x 0\nmain {{\n{statements}\n}}\n")
}

fn check(content: impl AsRef<[u8]>) -> Answer {
    let folder = Folder::new();
    let file = folder.file("bad.kdl", content);
    let answer = coreyard(&["check", argument(&file)]);
    sane(&answer);
    answer
}

fn run(content: impl AsRef<[u8]>, more: &[&str]) -> Answer {
    let folder = Folder::new();
    let file = folder.file("bad.kdl", content);
    let mut arguments = vec!["run", argument(&file)];
    arguments.extend(more);
    let answer = coreyard(&arguments);
    sane(&answer);
    answer
}

/// What holds for any answer whatever.
fn sane(answer: &Answer) {
    assert!(matches!(answer.code, Some(0..=3)), "{answer:?}");
    assert!(!answer.text().contains("panicked") && !answer.text().contains("RUST_BACKTRACE"), "{answer:?}");
}

/// Wrong, at `place` (line:column), with a code, in words that hold `said`, from `check` and from `run` alike.
#[track_caller]
fn wrong(content: impl AsRef<[u8]>, place: &str, said: &str) {
    let answers =
        [check(&content), run(&content, &["--timeout", "20"]), run(&content, &["--timeout", "20", "--engine", "stepper"])];
    for answer in answers {
        let text = answer.text();
        assert_eq!(answer.code, Some(2), "{text}");
        assert!(text.contains(&format!("bad.kdl:{place}")), "the place {place} in:\n{text}");
        assert!(text.to_lowercase().contains(&said.to_lowercase()), "`{said}` in:\n{text}");
        let coded = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word.len() == 5 && word.starts_with('E') && word[1..].parse::<u16>().is_ok());
        assert!(coded, "a code in:\n{text}");
    }
}

#[test]
fn a_text_that_is_not_kdl_is_refused_with_its_place() {
    wrong("scenario \"T\"\nmain { print \"unended }\n", "2:", "");
    wrong("{{{ ]]] ((", "1:", "");
    wrong("# Some Markdown\n\nHello (world).\n", "1:", "");
    wrong("main { compute ms=1 ", "1:", "");
    wrong("main { compute ms=1 } }", "1:", "");
}

#[test]
fn else_on_the_line_of_the_closing_brace_is_explained() {
    wrong(in_main("if x {\n  print \"a\"\n} else {\n  print \"b\"\n}"), "8:", "else");
}

#[test]
fn an_empty_file_is_refused_because_nothing_runs() {
    for content in ["", "\n\n", "// only a comment\n", "scenario \"T\"\n", "\u{feff}"] {
        wrong(content, "1:1", "");
    }
}

#[test]
fn ten_megabytes_are_refused_or_read_but_never_hang() {
    let comment = format!("scenario \"T\"\nmain {{ print \"ok\" }}\n// {}\n", "x".repeat(10 << 20));
    let blocks = format!("scenario \"T\"\nmain {{\n{}}}\n", "    compute us=1\n".repeat((10 << 20) / 17));
    let braces = "a{".repeat(5 << 20);
    for content in [comment, blocks, braces, "(".repeat(10 << 20), "\"".repeat(10 << 20), "\\".repeat(10 << 20)] {
        let answer = check(&content);
        assert!(answer.text().len() < 1 << 20, "the answer is short, not {} bytes", answer.text().len());
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for content in [
        &b"\x7fELF\x02\x01\x01\x00\x00\x00\xff\xfe"[..],
        b"scenario \"T\"\nmain { print \"\xff\" }",
        b"\x00\x00\x00\x00",
        b"\xff\xfes\x00c\x00",
    ] {
        let answer = check(content);
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(answer.text().contains("bad.kdl"), "{answer:?}");
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    for depth in [65, 5_000, 60_000] {
        let content = format!("scenario \"T\"\nmain {{ {}{} }}", "loop { ".repeat(depth), "}".repeat(depth));
        wrong(content, "2:", "64");
    }
    for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("x[", "]"), ("1 if x else ", "")] {
        let expression = format!("{}x{}", open.repeat(20_000), close.repeat(20_000));
        let answer = check(in_main(&format!("let y \"{expression}\"")));
        assert_eq!(answer.code, Some(2), "{open}: {}", &answer.text()[..answer.text().len().min(2_000)]);
    }
    let answer = check(format!("scenario \"T\"\n/*{}", "/*".repeat(100_000)));
    assert_eq!(answer.code, Some(2));
}

#[test]
fn an_unknown_node_is_named_with_the_nearest_known_one() {
    wrong(in_main("compte ms=1"), "6:1", "compute");
    wrong("scenario \"T\"\nlokc m\nmain { print \"a\" }", "2:1", "lock");
    wrong(in_main("qzxvw 3"), "6:1", "qzxvw");
}

#[test]
fn an_unknown_property_is_named_with_the_nearest_known_one() {
    wrong("scenario \"T\"\nthread worker cuont=2 { compute ms=1 }", "2:15", "count");
    wrong(in_main("while a>=3 { break }"), "6:", "");
}

#[test]
fn a_wrong_unit_is_refused() {
    wrong(in_main("compute minutes=1"), "6:", "ms=");
    wrong(in_main("sleep kb=1"), "6:", "ms=");
    wrong(in_main("sleep 100"), "6:7", "");
    wrong(in_main("sleep ms=1 s=1"), "6:", "");
    wrong(in_main("sleep ms=-5"), "6:", "");
}

#[test]
fn a_missing_name_is_refused() {
    wrong("scenario \"T\"\nlock\nmain { print \"a\" }", "2:1", "name");
    wrong("scenario \"T\"\nthread { print \"a\" }", "2:1", "name");
    wrong(in_main("get q into="), "6:", "");
    wrong(in_main("with { print \"a\" }"), "6:", "");
}

#[test]
fn a_name_with_a_dash_or_of_a_block_is_refused() {
    wrong("scenario \"T\"\nlock my-lock\nmain { with my-lock { print \"a\" } }", "2:6", "my-lock");
    wrong("scenario \"T\"\nlock compute\nmain { print \"a\" }", "2:6", "compute");
    wrong("scenario \"T\"\nlock m\nqueue m\nmain { print \"a\" }", "3:7", "m");
    wrong(in_main("let m 3"), "6:", "m");
}

#[test]
fn something_not_declared_is_named_with_the_nearest_that_is() {
    wrong("scenario \"T\"\nlock account\nmain { with acount { print \"a\" } }", "3:13", "account");
    wrong("scenario \"T\"\nshared total 0\nmain { set total \"totl + 1\" }", "3:", "total");
    wrong("scenario \"T\"\nlock m\nmain { put m 1 }", "3:12", "m");
}

#[test]
fn a_property_given_twice_and_a_word_too_much_are_refused() {
    wrong("scenario \"T\"\nqueue q capacity=1 capacity=2\nmain { put q 1 }", "2:", "capacity");
    wrong(in_main("yield-cpu 1 2"), "6:", "");
    wrong(in_main("put q"), "6:", "");
}

#[test]
fn an_expression_that_cannot_be_read_is_underlined() {
    wrong(in_main("let y \"1 +\""), "6:", "");
    wrong(in_main("let y \"foo(1)\""), "6:", "foo");
    wrong(in_main("let y \"1 = 2\""), "6:", "==");
    wrong(in_main("print \"a {1 + } b\""), "6:", "");
    wrong(in_main("let y \"99999999999999999999\""), "6:", "");
}

#[test]
fn a_billion_of_anything_is_refused_at_once() {
    wrong("scenario \"T\"\nthread t count=1000000000 { compute ms=1 }", "2:", "1000000000");
    wrong("scenario \"T\"\nlock m count=1000000000\nmain { print \"a\" }", "2:", "1000000000");
    wrong("scenario \"T\"\nlet N \"10 ** 9\"\nthread t count=N { compute ms=1 }", "3:", "1000000000");
    wrong("scenario \"T\"\nmachine cores=1000000000\nmain { print \"a\" }", "2:", "");
    wrong("scenario \"T\"\nmachine cores=0\nmain { print \"a\" }", "2:", "");
}

#[test]
fn all_problems_are_told_at_once() {
    let answer = check(
        "scenario \"T\"\nqueue q capacity=0\nsemaphore s permits=-1\nmain {\n  compute kg=1\n  set y 1\n  print \"{1 +}\"\n}\n",
    );
    assert_eq!(answer.code, Some(2));
    for place in ["bad.kdl:2:", "bad.kdl:3:", "bad.kdl:5:", "bad.kdl:6:", "bad.kdl:7:"] {
        assert!(answer.text().contains(place), "{place} in\n{}", answer.text());
    }
}

#[test]
fn a_lock_never_released_is_a_deadlock_that_names_it() {
    for engine in ["real", "stepper"] {
        let content = "scenario \"T\"\nlock guard\nthread first { acquire guard }\nthread second { join first; acquire guard }\n";
        let answer = run(content, &["--engine", engine, "--timeout", "20"]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(
            answer.text().contains("deadlock") && answer.text().contains("guard") && answer.text().contains("second"),
            "{}",
            answer.text()
        );
    }
}

#[test]
fn a_release_without_an_acquire_is_told() {
    // Somebody could hold it, so only the run can tell.
    let content =
        "scenario \"T\"\nlock guard\nthread first { release guard }\nthread second { join first; with guard { compute us=1 } }\n";
    for engine in ["real", "stepper"] {
        let answer = run(content, &["--engine", engine, "--timeout", "20"]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(
            answer.text().contains("RuntimeError") && answer.text().contains("first") && answer.text().contains("line 3"),
            "{}",
            answer.text()
        );
    }
    // Nobody could hold it, so the file says so.
    let answer = check("scenario \"T\"\nlock guard\nthread first { release guard }\n");
    assert!(answer.text().contains("bad.kdl:3:"), "{}", answer.text());
}

#[test]
fn recursion_without_end_raises_recursion_error() {
    for engine in ["real", "stepper"] {
        let content = "scenario \"T\"\nroutine again n { call again \"n + 1\" }\nmain { call again 0 }\n";
        let answer = run(content, &["--engine", engine, "--timeout", "30"]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.text().contains("RecursionError") && answer.text().contains("line 2"), "{}", answer.text());
    }
}

#[test]
fn a_queue_without_bound_ends_in_memory_error_or_with_the_time() {
    for engine in ["real", "stepper"] {
        let content = "scenario \"T\"\nqueue q\nmain { loop { put q \"'a text of some length'\" } }\n";
        let answer = run(content, &["--engine", engine, "--timeout", "5"]);
        match answer.code {
            Some(1) => {
                assert!(answer.text().contains("MemoryError") && answer.text().contains("line 3"), "{}", answer.text());
            }
            Some(3) => assert!(answer.text().contains("time"), "{}", answer.text()),
            _ => panic!("{answer:?}"),
        }
    }
}

#[test]
fn a_value_that_grows_without_end_is_stopped_by_its_limit() {
    for engine in ["real", "stepper"] {
        for statement in ["let t \"t + t\"", "let t \"t * 1000000\""] {
            for first in ["'x'", "[1]"] {
                let content = in_main(&format!("let t \"{first}\"\nloop {{ {statement} }}"));
                let answer = run(content, &["--engine", engine, "--timeout", "20"]);
                assert_eq!(answer.code, Some(1), "{answer:?}");
                assert!(answer.text().contains("MemoryError"), "{}", answer.text());
            }
        }
        let answer = run(in_main("let n 1\nloop { let n \"n * 2\" }"), &["--engine", engine, "--timeout", "20"]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.text().contains("OverflowError"), "{}", answer.text());
    }
}

#[test]
fn a_loop_without_end_ends_with_the_time() {
    for engine in ["real", "stepper"] {
        for body in [
            "loop { }",
            "loop { let y 1 }",
            "loop { compute ms=1 }",
            "loop { yield-cpu }",
            "sleep s=100000",
            "loop { print \"again\" }",
            "compute s=100000",
        ] {
            let answer = run(in_main(body), &["--engine", engine, "--timeout", "1"]);
            if engine == "real" || body != "sleep s=100000" && body != "compute s=100000" {
                assert_eq!(answer.code, Some(3), "{engine} {body}: {}", &answer.text()[..answer.text().len().min(3_000)]);
            }
        }
    }
}

#[test]
fn what_a_task_may_not_do_is_raised_at_its_block() {
    let cases = [
        ("thread t { current-task into=me; join me }", "RuntimeError: cannot join current thread", "`join me`"),
        ("condition c lock=m\nmain { wait c }", "RuntimeError: cannot wait on un-acquired lock", "`wait c`"),
        ("condition c lock=m\nmain { notify c }", "RuntimeError: cannot notify on un-acquired lock", "`notify c`"),
        (
            "semaphore s permits=1 bounded=#true\nmain { release s }",
            "ValueError: Semaphore released too many times",
            "`release s`",
        ),
        (
            "pipe p\nprocess a { send p m }\nmain { try { recv p }; except EOFError { } }",
            "TypeError: cannot pickle",
            "`send p m`",
        ),
        (
            "pipe p capacity=1\nprocess a { loop { send p 1 } }\nmain { recv p; close p end=read }",
            "BrokenPipeError",
            "`send p 1`",
        ),
        ("pipe p\nprocess a { send p 1 }\nmain { recv p; recv p }", "EOFError", "`recv p`"),
    ];
    for engine in ["real", "stepper"] {
        for (content, raised, block) in cases {
            let answer = run(format!("scenario T\nlock m\n{content}\n"), &["--engine", engine, "--timeout", "30"]);
            let text = answer.text();
            assert_eq!(answer.code, Some(1), "{engine} {content}: {text}");
            assert!(text.contains(raised) && text.contains(block), "{engine} {content}: {text}");
        }
    }
}

#[test]
fn limits_that_are_met_are_named() {
    let cases = [
        ("main { let t \"'x'\"; loop { let t \"t + t\" } }", "at most 16 MB"),
        ("main { let t \"[1]\"; loop { let t \"t + t\" } }", "at most 16 MB"),
        ("routine r { let x 1 }\nmain { repeat 200 { spawn-process r into=p; join p } }", "at most 128"),
    ];
    for engine in ["real", "stepper"] {
        for (content, limit) in cases {
            let answer = run(format!("scenario T\n{content}\n"), &["--engine", engine, "--timeout", "60"]);
            assert_eq!(answer.code, Some(1), "{answer:?}");
            assert!(answer.text().contains(limit), "{engine} {content}: {}", answer.text());
        }
    }
}

#[test]
fn a_hundred_processes_and_ten_thousand_threads_run() {
    let threads = "thread t count=10000 { sleep ms=1 }";
    for content in ["process p count=100 { let x 1 }", threads, &format!("{threads}\nmain {{ sleep ms=1 }}")] {
        for engine in ["real", "stepper"] {
            let answer = run(format!("scenario T\n{content}\n"), &["--engine", engine, "--timeout", "60", "--quiet"]);
            assert_eq!(answer.code, Some(0), "{engine} {content}: {}", answer.text());
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_the_system_gives_no_memory_is_told_as_such_and_takes_nobody_with_it() {
    let folder = Folder::new();
    let file = folder.file("grows.kdl", "scenario T\nqueue q\nmain { loop { put q 1 } }\n");
    // Room for the program and what it begins with, but not for ten million items and what is told of them.
    let command = r#"ulimit -v 420000; exec "$0" run "$1" --timeout 30"#;
    let arguments = ["-c", command, env!("CARGO_BIN_EXE_coreyard"), argument(&file)];
    let output = std::process::Command::new("sh").args(arguments).output().expect("there is a shell");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("asked for more memory than the system gives it"), "{text}");
    assert!(!text.to_lowercase().contains("backtrace"), "{text}");
}

#[test]
fn a_thread_that_starts_threads_without_end_is_refused_one_and_may_catch_that() {
    let content = "scenario \"T\"\nthread late start=#false { }\nroutine r { sleep s=1000 }\nmain {\n\
        try { loop { spawn r daemon=#true } }\nexcept RuntimeError as=refused { print \"{refused}\" }\n\
        try { start late }\nexcept RuntimeError as=refused { print \"{refused}\" }\n}\n";
    for engine in ["real", "stepper"] {
        let answer = run(content, &["--engine", engine, "--timeout", "120"]);
        assert_eq!(answer.code, Some(0), "{engine}: {}", answer.text());
        // The stepper's sleepers may have ended: then it is all there were that are too many.
        let limits = match engine {
            "real" => &["at most 10001 tasks are alive at once"; 2][..],
            _ => &["a run makes at most 20000 tasks"],
        };
        let told: Vec<String> = limits.iter().map(|limit| format!("  can't start new thread: {limit}\n")).collect();
        assert!(answer.text().contains(&told.concat()), "{engine}: {}", answer.text());
    }
}

#[test]
fn more_threads_than_may_be_declared_are_refused_at_the_block_wherever_it_stands() {
    let threads = "thread t count=10000 { sleep ms=1 }";
    wrong(format!("scenario T\n{threads}\nthread one {{ }}\nmain {{ }}"), "4:1", "10002 tasks");
    wrong(format!("scenario T\nmain {{ }}\nthread one {{ }}\n{threads}"), "4:16", "10002 tasks");
    wrong("scenario T\nprocess p count=100 { thread t count=200 { } }", "2:17", "20100 tasks");
}

#[test]
fn a_large_message_of_many_small_parts_arrives_on_every_engine() {
    let parts =
        "let few \"[False]\"\nrepeat 6 { let few \"few + few\" }\nlet many \"[few]\"\nrepeat 17 { let many \"many + many\" }";
    for (declared, give, take) in [("queue q across-processes=#true", "put", "get"), ("pipe q", "send", "recv")] {
        let content = format!(
            "scenario T\n{declared}\nprocess a {{\n{parts}\n{give} q many\n}}\n\
             process b {{\n{take} q into=had\nprint \"{{len(had)}} of {{len(had[0])}}\"\n}}\n"
        );
        for engine in ["real", "stepper"] {
            let answer = run(&content, &["--engine", engine, "--timeout", "60"]);
            assert_eq!(answer.code, Some(0), "{engine}: {}", answer.text());
            assert!(answer.text().contains("131072 of 64"), "{engine}: {}", answer.text());
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::new();
    let missing = folder.path("nowhere.kdl");
    let directory = folder.path("");
    for command in ["check", "run", "fmt", "show-trace"] {
        for path in [&missing, &directory] {
            let answer = coreyard(&[command, argument(path)]);
            sane(&answer);
            assert_eq!(answer.code, Some(2), "{command}: {answer:?}");
            assert!(answer.err.contains(argument(path)), "{command}: {answer:?}");
        }
    }
}

#[test]
fn a_file_laid_out_on_a_folder_that_cannot_be_written_stays_as_it_was() {
    let folder = Folder::new();
    let text = "scenario   \"T\"\nmain   {   print \"a\"   }\n";
    let file = folder.file("bad.kdl", format!("{text}lokc m\n"));
    let before = std::fs::read(&file).expect("it was just written");
    let answer = coreyard(&["fmt", argument(&file)]);
    sane(&answer);
    // A file with errors may be laid out or not, but what it says stays.
    let after = std::fs::read_to_string(&file).expect("it is still there");
    assert_eq!(
        after.split_whitespace().collect::<String>(),
        String::from_utf8_lossy(&before).split_whitespace().collect::<String>()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_killed_from_outside_by_any_signal_is_told() {
    let folder = Folder::new();
    let file = folder.file("long.kdl", "scenario \"T\"\nmain { print \"up\"; sleep s=100 }\n");
    for (signal, told) in [("KILL", "9"), ("SEGV", "11"), ("BUS", "7"), ("ABRT", "6"), ("FPE", "8")] {
        let child = start(&["run", argument(&file), "--timeout", "60"]);
        let worker = loop {
            if let Some(worker) = child_of(child.id()).filter(|&worker| watches(worker)) {
                break worker;
            }
            std::thread::yield_now();
        };
        let sent = std::process::Command::new("kill").args([&format!("-{signal}"), &worker.to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let answer = finish(child);
        sane(&answer);
        assert_eq!(answer.code, Some(3), "{signal}: {answer:?}");
        assert!(answer.text().contains(&format!("signal: {told} (SIG{signal})")), "{signal}: {answer:?}");
    }
}

/// Whether a worker is under way.
#[cfg(target_os = "linux")]
fn watches(worker: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{worker}/task")).into_iter().flatten().flatten();
    let mut names = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    names.any(|name| name.starts_with("coreyard-watch"))
}

/// A process whose parent is `parent` and that has become a worker.
#[cfg(target_os = "linux")]
fn child_of(parent: u32) -> Option<u32> {
    let pids = std::fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let of_parent = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok();
        let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let ppid = stat.and_then(|stat| stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse::<u32>().ok());
        ppid == Some(parent) && command.contains("worker")
    };
    pids.into_iter().find(of_parent)
}

#[test]
fn a_call_that_is_wrong_exits_with_two() {
    for arguments in [
        &["run"][..],
        &["run", "no-such-scenario"],
        &["show", "no-such-scenario"],
        &["frobnicate", "x"],
        &["run", "--frobnicate"],
        &["run", "producer-consumer", "--let", "NOBODY=1"],
        &["run", "producer-consumer", "--let", "ITEMS"],
        &["run", "producer-consumer", "--let", "ITEMS=1 +"],
        &["run", "producer-consumer", "--cores", "0"],
        &["run", "producer-consumer", "--cores", "many"],
        &["run", "producer-consumer", "--timeout", "-1"],
        &["run", "producer-consumer", "--repeat", "0"],
        &["run", "producer-consumer", "--engine", "imaginary"],
        &["run", "lost-update", "--engine", "stepper", "--schedule", "!!!"],
    ] {
        let answer = coreyard(arguments);
        sane(&answer);
        assert_eq!(answer.code, Some(2), "{arguments:?}: {answer:?}");
        assert!(!answer.err.trim().is_empty(), "{arguments:?} says what is wrong");
    }
}

#[test]
fn a_scenario_with_an_odd_name_or_line_ends_is_read() {
    let folder = Folder::new();
    for name in ["with space.kdl", "名字.kdl", "no-extension", "-dash.kdl"] {
        let file = folder.file(name, "\u{feff}scenario \"T\"\r\nmain {\r\n    print \"名\"\r\n}\r\n");
        let answer = coreyard(&["run", "--", argument(&file)]);
        assert_eq!(answer.code, Some(0), "{name}: {answer:?}");
        assert!(answer.out.contains('名'), "{name}: {answer:?}");
    }
}

#[test]
fn a_trace_cut_short_anywhere_is_refused_or_shown_as_far_as_it_goes() {
    let folder = Folder::new();
    let file = folder.file("good.kdl", in_main("repeat 200 { with m { set x \"x + 1\" } }\nput q x\nprint \"done\""));
    let trace = folder.path("run.trace");
    let answer = coreyard(&["run", argument(&file), "--trace", argument(&trace)]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let whole = coreyard(&["show-trace", argument(&trace)]);
    assert_eq!(whole.code, Some(0), "{whole:?}");

    let bytes = std::fs::read(&trace).expect("the trace was saved");
    for eighth in 0..8 {
        let cut = folder.file("cut.trace", &bytes[..bytes.len() * eighth / 8]);
        let answer = coreyard(&["show-trace", argument(&cut)]);
        sane(&answer);
        assert!(matches!(answer.code, Some(2 | 3)) && answer.err.contains("cut.trace"), "{eighth}/8: {answer:?}");
    }
    for at in (0..bytes.len()).step_by(bytes.len() / 24 + 1) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        let damaged = folder.file("damaged.trace", damaged);
        sane(&coreyard(&["show-trace", argument(&damaged)]));
    }
    let text = folder.file("text.trace", "scenario \"T\"\n");
    assert_eq!(coreyard(&["show-trace", argument(&text)]).code, Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_the_path() {
    let folder = Folder::new();
    let file = folder.file("good.kdl", "scenario \"T\"\nmain { print \"a\" }\n");
    let answer = coreyard(&["run", argument(&file), "--trace", "/dev/full"]);
    sane(&answer);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(answer.err.contains("/dev/full"), "{answer:?}");
}

#[test]
fn of_what_there_is_none_nothing_is_read() {
    let text = "let N 0\nthread t count=N { raise KeyError }\nprocess p count=0 { shared y 1 }\nlock l count=N\nmain {\n    try { acquire \"l[0]\" }\n    except IndexError as=e { print \"{e}\" }\n    print \"{x} {len(l)}\"\n}\nexpect never exception=KeyError in=t\nexpect always output-contains \"[] 0\"\nshared x 0 count=N\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.kdl");
    std::fs::write(&file, text).unwrap();
    for engine in ["real", "stepper"] {
        let run = coreyard(&["run", file.to_str().unwrap(), "--engine", engine, "--quiet"]);
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_may_not_have_its_memory_says_so() {
    let folder = Folder::new();
    let file = folder.file("x.kdl", "main { print \"ok\" }\n");
    let told = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 200; exec \"$0\" run \"$1\"", env!("CARGO_BIN_EXE_coreyard"), argument(&file)])
        .output()
        .expect("there is a shell");
    let words = String::from_utf8_lossy(&told.stderr);
    assert_eq!(told.status.code(), Some(3), "{told:?}");
    assert!(words.contains("shared memory") && words.contains("File too large"), "{words}");
}

//! The command line from the outside: what each subcommand prints and how it exits.

#![expect(clippy::disallowed_methods, reason = "a test of what the program writes has to read it")]

use crate::shell::{Folder, argument, coreyard};

#[test]
fn help_and_version_name_every_subcommand() {
    let help = coreyard(&["--help"]);
    assert_eq!(help.code, Some(0));
    for command in ["run", "check", "fmt", "list", "show", "blocks", "screenshot", "show-trace"] {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(command)), "{command} in\n{}", help.out);
        assert_eq!(coreyard(&[command, "--help"]).code, Some(0), "{command} --help");
    }
    assert!(coreyard(&["--version"]).out.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_listed_scenario_is_shown_as_its_file_is() {
    let list = coreyard(&["list"]);
    assert_eq!(list.code, Some(0));
    for (name, text) in crate::scenarios::shipped() {
        assert!(list.out.contains(&name), "{name} in\n{}", list.out);
        let shown = coreyard(&["show", &name]);
        assert_eq!(shown.code, Some(0));
        assert_eq!(shown.out, text, "{name}");
    }
}

#[test]
fn a_list_of_nothing_says_so_in_both_forms() {
    for (arguments, out) in [(vec!["list", "zzz"], ""), (vec!["list", "zzz", "--json"], "[]\n")] {
        let list = coreyard(&arguments);
        assert_eq!((list.code, list.out.as_str()), (Some(2), out), "{list:?}");
        assert!(list.err.contains("zzz: no built-in scenario has all of these words"), "{list:?}");
    }
}

#[test]
fn a_saved_run_is_drawn_whatever_its_file_is_called() {
    let folder = Folder::new();
    let [saved, picture] = ["saved.run", "saved.png"].map(|name| folder.path(name));
    let ran = coreyard(&["run", "counter-with-a-lock", "--engine", "stepper", "--quiet", "--trace", argument(&saved)]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let drawn = coreyard(&["screenshot", argument(&saved), "--out", argument(&picture), "--size", "640x480"]);
    assert_eq!(drawn.code, Some(0), "{drawn:?}");
    assert!(picture.exists());
    for size in ["1x1", "60x200", "200x200", "320x90"] {
        let small = coreyard(&["screenshot", argument(&saved), "--out", argument(&picture), "--size", size]);
        assert_eq!(small.code, Some(0), "{size} {small:?}");
    }
    let nowhere = folder.path("nowhere").join("p.png");
    let refused = coreyard(&["screenshot", argument(&saved), "--out", argument(&nowhere)]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("there is no folder"), "{refused:?}");
    // Nobody may write there, not even the one who may do everything.
    if cfg!(target_os = "linux") {
        let refused = coreyard(&["screenshot", argument(&saved), "--out", "/proc/p.png"]);
        assert_eq!(refused.code, Some(3), "{refused:?}");
        assert!(refused.err.contains("/proc/p.png") && !refused.err.contains(".coreyard-"), "{refused:?}");
    }
}

#[test]
fn a_good_file_is_checked_without_a_word_about_problems() {
    let folder = Folder::new();
    let file = folder.file("good.kdl", "scenario \"T\"\nmain { print \"a\" }\n");
    let answer = coreyard(&["check", argument(&file)]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(!answer.text().contains("error"), "{answer:?}");
}

#[test]
fn fmt_keeps_what_a_file_says_and_is_done_after_one_time() {
    let folder = Folder::new();
    let file = folder
        .file("f.kdl", "scenario   \"T\"   // why\n\n\n\n\nmain {\nprint    \"a  b\"   // what\n        compute   ms=1 }\n");
    assert_eq!(coreyard(&["fmt", argument(&file)]).code, Some(0));
    let once = std::fs::read_to_string(&file).expect("it is still there");
    for kept in ["// why", "\"a  b\"", "// what", "compute ms=1"] {
        assert!(once.contains(kept), "{kept} in\n{once}");
    }
    assert_eq!(coreyard(&["fmt", argument(&file)]).code, Some(0));
    assert_eq!(std::fs::read_to_string(&file).expect("it is still there"), once);
    assert_eq!(coreyard(&["check", argument(&file)]).code, Some(0));
}

#[test]
fn the_reference_of_blocks_names_each_in_both_languages() {
    let english = coreyard(&["blocks"]);
    assert_eq!(english.code, Some(0));
    for word in ["compute", "with", "try-acquire", "task-done", "compare-and-set", "invariant"] {
        assert!(english.out.contains(word), "{word}");
    }
}

#[test]
fn exit_codes_say_what_was_found() {
    let folder = Folder::new();
    let mut number = 0;
    let mut code = |text: &str, more: &[&str]| {
        number += 1;
        let file = folder.file(&format!("{number}.kdl"), format!("scenario \"T\"\nshared x 0\nlock m\n{text}\n"));
        let mut arguments = vec!["run", argument(&file), "--timeout", "20"];
        arguments.extend(more);
        coreyard(&arguments).code
    };
    for engine in ["real", "stepper"] {
        let engine = ["--engine", engine];
        let strict = [&engine[..], &["--strict"]].concat();
        assert_eq!(code("main { set x 1 }\nexpect always \"x == 1\"", &engine), Some(0), "nothing refuted");
        assert_eq!(code("main { set x 1 }\nexpect always \"x == 2\"", &engine), Some(1), "refuted");
        assert_eq!(code("main { set x 1 }\nexpect never \"x == 1\"", &engine), Some(1), "refuted");
        assert_eq!(code("main { set x 1 }\nexpect sometimes \"x == 1\"", &strict), Some(0), "witnessed");
        assert_eq!(code("main { set x 1 }\nexpect sometimes \"x == 2\"", &engine), Some(0), "unsettled");
        assert_eq!(code("main { set x 1 }\nexpect sometimes \"x == 2\"", &strict), Some(1), "unsettled, and that is not enough");
        assert_eq!(code("main { acquire m; acquire m }", &engine), Some(1), "a deadlock nobody expected");
        assert_eq!(code("main { acquire m; acquire m }\nexpect sometimes deadlock", &engine), Some(0), "one that somebody did");
        assert_eq!(code("main { acquire m; acquire m }\nexpect always deadlock", &engine), Some(0), "one that everybody did");
        assert_eq!(code("main { acquire m; acquire m }\nexpect never deadlock", &engine), Some(1), "one that was denied");
        assert_eq!(code("main { raise ValueError \"no\" }", &engine), Some(1), "an exception nobody caught");
        assert_eq!(
            code("main { raise ValueError \"no\" }\nexpect always exception=ValueError in=main", &engine),
            Some(0),
            "expected"
        );
        assert_eq!(
            code("main { set x 1 }\nexpect always exception=ValueError in=main", &engine),
            Some(1),
            "expected, but none came"
        );
        assert_eq!(code("main { assert \"x == 1\" \"x is {x}\" }", &engine), Some(1), "an assertion");
        assert_eq!(
            code("main { print \"a\"; print \"b\" }\nexpect always output \"a\" \"b\"", &engine),
            Some(0),
            "output as expected"
        );
        assert_eq!(
            code("main { print \"b\"; print \"a\" }\nexpect always output \"a\" \"b\"", &engine),
            Some(1),
            "in another order"
        );
        assert_eq!(code("main { print \"b\" }\nexpect never output-contains \"b\"", &engine), Some(1), "not to be said");
    }
}

#[test]
fn the_same_seed_gives_the_same_report_of_the_stepper() {
    let answer = |seed: &str| coreyard(&["run", "lost-update", "--engine", "stepper", "--seed", seed, "--json"]).out;
    for seed in ["1", "2", "3"] {
        assert_eq!(answer(seed), answer(seed), "seed {seed}");
    }
}

#[test]
fn json_is_one_object_with_the_verdicts_and_numbers() {
    let answer = coreyard(&["run", "counter-with-a-lock", "--let", "TURNS=3", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("the output is JSON and nothing else");
    let text = report.to_string();
    for said in ["guard", "adder-1", "careful", "counter == 3 * TURNS"] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn repeated_runs_are_summed_up_with_their_spread() {
    let answer = coreyard(&["run", "counter-with-an-atomic", "--repeat", "3", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("the output is JSON and nothing else");
    assert!(report.is_object(), "{report}");
}

#[test]
fn a_saved_trace_opens_again_with_the_same_numbers() {
    let folder = Folder::new();
    let trace = folder.path("run.trace");
    let run = coreyard(&["run", "counter-with-a-lock", "--let", "TURNS=5", "--trace", argument(&trace)]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let shown = coreyard(&["show-trace", argument(&trace)]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    // The table of locks is the same line in both.
    let row = |text: &str| text.lines().find(|line| line.trim_start().starts_with("guard ")).map(str::to_owned);
    assert!(row(&run.out).is_some(), "{}", run.out);
    assert_eq!(row(&run.out), row(&shown.out));
}

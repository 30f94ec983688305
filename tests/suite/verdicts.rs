//! What runs of the stepper say about what scenarios expect.

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Engine, RunConfig};
use coreyard::lang::Lang;
use coreyard::program::Program;
use coreyard::verdict::{Judgement, Tally, judge};

use super::conformance::{compile, config, run};

/// All verdicts after so many runs, one a line.
fn verdicts(text: &str, runs: u64) -> Vec<String> {
    let (program, tally) = tally(text, runs);
    tally.verdicts(&program).iter().map(|verdict| verdict.words(Lang::En)).collect()
}

fn tally(text: &str, runs: u64) -> (Program, Tally) {
    let program = compile(text);
    let mut tally = Tally::new(&program);
    for seed in 0..runs {
        tally.add(&program, &run(&Stepper, text, &config(seed)));
    }
    (program, tally)
}

const LOST: &str = r#"shared x 0
thread t count=2 { set x "x + 1" }
"#;

#[test]
fn what_is_sometimes_so_is_witnessed_by_one_run_and_refutes_always_and_never() {
    let text =
        format!("{LOST}expect sometimes \"x == 1\"\nexpect always \"x == 2\"\nexpect never \"x == 1\"\nexpect never race\n");
    let said = verdicts(&text, 40);
    assert!(said[0].starts_with("witnessed: seen in ") && said[0].ends_with(" of 40 runs"), "{said:?}");
    assert!(said[1].starts_with("refuted: seen in ") && said[1].ends_with("(x = 1)"), "{said:?}");
    assert!(said[2].starts_with("refuted: seen in ") && said[2].ends_with("(x = 1)"), "{said:?}");
    assert!(said[3].starts_with("refuted: seen in "), "{said:?}");
}

#[test]
fn an_interpreter_lock_orders_no_accesses_to_a_list_or_dict() {
    let refuted = |text: &str| {
        let said = verdicts(&format!("interpreter\nlist l\ndict d\n{text}expect never race\n"), 40);
        assert!(said[0].starts_with("refuted: ") || said[0].starts_with("holds: "), "{said:?}");
        said[0].starts_with("refuted: ")
    };
    assert!(refuted("thread a { append l 1 }\nthread b { print \"{len(l)}\" }\n"));
    assert!(refuted("thread a count=2 { put-key d 1 index }\n"));
    assert!(refuted("routine grow { append l 1 }\nthread a count=2 { call grow }\n"));
    assert!(!refuted("thread a { append l 1 }\nthread b { put-key d 1 1 }\n"), "they are not of the same");
    assert!(!refuted("lock m\nthread a count=2 { with m { append l 1 } }\n"));
    assert!(!refuted("thread a { append l 1 }\nmain { join a; append l 2 }\n"));
    assert!(!refuted("process p { append l 1 }\nmain { append l 2 }\n"), "each has its own");
    let safe = "interpreter\nlist l thread-safe=#true\nthread a count=2 { append l 1 }\nexpect never race\n";
    assert!(verdicts(safe, 40)[0].starts_with("holds: "));
}

#[test]
fn what_never_was_seen_says_of_how_many_schedules() {
    let text = "lock m\nshared x 0\nthread t count=2 { with m { set x \"x + 1\" } }\n\
        expect always \"x == 2\"\nexpect sometimes \"x == 1\"\nexpect never race\nexpect never deadlock\ninvariant \"x <= 2\"\n";
    let none = "0 of 30 random schedules (95 % bound 9.5 %)";
    let said = verdicts(text, 30);
    assert_eq!(
        said,
        [
            format!("holds: {none}"),
            format!("unsettled: {none}"),
            format!("holds: {none}"),
            format!("holds: {none}"),
            format!("holds: {none}")
        ]
    );
}

#[test]
fn a_deadlock_is_unexpected_unless_a_check_names_it() {
    let text = "lock m\nmain { acquire m; acquire m }\n";
    assert_eq!(verdicts(text, 1), ["a deadlock that nothing expects: seen in this run"]);
    assert_eq!(
        verdicts(&format!("{text}expect always deadlock\n"), 1),
        ["holds: in one schedule alone; another seed may tell otherwise"]
    );
    assert_eq!(verdicts(&format!("{text}expect never deadlock\n"), 1), ["refuted: seen in this run"]);
    assert_eq!(
        verdicts(&format!("{text}expect sometimes deadlock\nexpect always \"1 == 1\"\n"), 1),
        ["witnessed: seen in this run", "unsettled: no run ended"]
    );
}

#[test]
fn an_exception_is_unexpected_unless_a_check_names_it_for_its_task() {
    let text = "thread t { raise KeyError \"k\" }\nthread u { raise ValueError \"too low\" }\n";
    let said = verdicts(&format!("{text}expect always exception=LookupError in=t\nexpect never exception=ValueError in=t\n"), 1);
    assert_eq!(
        said,
        [
            "holds: in one schedule alone; another seed may tell otherwise",
            "holds: in one schedule alone; another seed may tell otherwise",
            "u ended by an exception that nothing expects, ValueError: too low: seen in this run",
        ]
    );
}

#[test]
fn an_exception_is_told_of_a_task_that_a_process_declares() {
    let text = "process p count=2 {\n thread bad count=2 { if \"index == 1\" { raise KeyError \"k\" } }\n thread good { }\n\
                routine fails { raise OSError \"o\" }\n spawn fails\n}\nprocess q { thread bad { } }\n\
                expect always exception=KeyError in=p.bad\nexpect always exception=KeyError in=\"p[1].bad\"\n\
                expect always exception=KeyError in=\"p[0].bad[-1]\"\nexpect never exception=KeyError in=\"p.bad[0]\"\n\
                expect never exception=Exception in=p.good\nexpect never exception=Exception in=q.bad\n\
                expect always exception=OSError in=p.fails\nexpect never exception=Exception in=p\n";
    let program = compile(text);
    for engine in [&Stepper as &dyn Engine, &Real] {
        let said = judge(&program, &run(engine, text, &config(1)));
        let judged: Vec<Judgement> = said.iter().map(|verdict| verdict.judgement).collect();
        assert_eq!(judged, [Judgement::Holds; 8], "{said:?}");
    }
}

#[test]
fn what_was_never_there_is_not_judged() {
    let text = "main { if \"False\" { mark \"m\" { print \"in\" } } }\nprocess p start=#false { shared y 0 }\n\
        expect always \"peak('m') == 0\"\nexpect always \"elapsed('m') < 5\"\nexpect always \"y == 0\" in=p\n";
    let never = "not judged: what it asks about was never there";
    assert_eq!(
        verdicts(text, 1),
        [
            "holds: in one schedule alone; another seed may tell otherwise",
            "not judged: only a run on the real cores measures time",
            never
        ]
    );
}

#[test]
fn who_was_in_a_region_when_its_process_ended_is_in_it_no_more() {
    let spawned = "main { repeat 2 { clear-event up; spawn-process work into=p; wait up; terminate p; join p }; sleep ms=1 }";
    let pooled = "pool p workers=1 of=processes\nmain { submit p work into=f; wait up; terminate p; join p; sleep ms=1 }";
    for ends in [spawned, pooled] {
        let text = format!(
            "event up across-processes=#true\nroutine work {{ mark \"work\" {{ set-event up; sleep s=30 }} }}\n{ends}\n\
             expect always \"peak('work') == 1\"\nexpect always \"inside('work') == 0\"\n\
             expect always \"elapsed('work') < 20000\"\n"
        );
        let program = compile(&text);
        for (engine, timed) in [(&Stepper as &dyn Engine, Judgement::NotJudged), (&Real, Judgement::Holds)] {
            let said = judge(&program, &run(engine, &text, &config(1)));
            let judged: Vec<Judgement> = said.iter().map(|verdict| verdict.judgement).collect();
            assert_eq!(judged, [Judgement::Holds, Judgement::Holds, timed], "{ends}: {said:?}");
        }
    }
}

#[test]
fn one_task_keeps_no_more_than_one_core_busy_however_short_its_region() {
    let text = "main { repeat 200 { mark \"short\" { let x 1 } } }\nexpect always \"cores_busy('short') <= 1\"\n";
    let said = judge(&compile(text), &run(&Real, text, &config(1)));
    assert_eq!(said[0].judgement, Judgement::Holds, "{said:?}");
}

#[test]
fn lines_that_were_not_kept_settle_nothing() {
    let text = "main { repeat 100000 { print \"x\" }; print \"last\" }\nexpect always output-contains \"last\"\n\
        expect never output-contains \"last\"\nexpect always output-contains \"x\"\nexpect never output \"x\"\n";
    let lost = "not judged: too many lines were printed to keep them all";
    let known = "holds: in one schedule alone; another seed may tell otherwise";
    assert_eq!(verdicts(text, 1), [lost, lost, known, known]);
}

#[test]
fn a_permit_of_an_ended_process_is_a_leak() {
    let text = "semaphore s permits=1 across-processes=#true\nprocess p { acquire s }\nmain { join p }\nexpect never leak\n";
    let program = compile(text);
    for engine in [&Stepper as &dyn Engine, &Real] {
        let mut trace = run(engine, text, &config(1));
        coreyard::verdict::tell_leaks(&program, &mut trace);
        assert_eq!(judge(&program, &trace)[0].judgement, Judgement::Refuted);
    }
}

#[test]
fn output_is_compared_line_by_line() {
    let text = "main { print \"a\"; print \"b\" }\n";
    let checks = "expect always output \"a\" \"b\"\nexpect never output \"a\"\nexpect always output-contains \"b\"\nexpect always output-contains \"c\"\n";
    let judged: Vec<Judgement> = {
        let (program, tally) = tally(&format!("{text}{checks}"), 1);
        tally.verdicts(&program)
    }
    .iter()
    .map(|it| it.judgement)
    .collect();
    assert_eq!(judged, [Judgement::Holds, Judgement::Holds, Judgement::Holds, Judgement::Refuted]);
}

#[test]
fn an_invariant_is_watched_in_every_state() {
    let text = "shared x 0\nmain { set x 5; set x 0 }\ninvariant \"x < 5\"\nexpect always \"x == 0\"\n";
    let (program, tally) = tally(text, 1);
    let judged: Vec<_> = tally.verdicts(&program).iter().map(|it| it.judgement).collect();
    assert_eq!(judged, [Judgement::Refuted, Judgement::Holds]);
}

#[test]
fn a_lock_held_by_a_task_that_has_ended_is_a_leak() {
    let judged = |text: &str| {
        let (program, tally) = tally(text, 1);
        tally.verdicts(&program)[0].judgement
    };
    assert_eq!(judged("lock m\nmain { acquire m }\nexpect never leak\n"), Judgement::Refuted);
    assert_eq!(judged("lock m\nmain { with m { } }\nexpect never leak\n"), Judgement::Holds);
    assert_eq!(judged("semaphore s permits=1\nmain { acquire s }\nexpect never leak\n"), Judgement::Refuted);
}

#[test]
fn what_only_a_search_can_tell_is_not_judged() {
    let said = verdicts("main { }\nexpect never livelock\nexpect never starvation\n", 3);
    assert_eq!(said, ["not judged: only a search of all schedules can tell"; 2]);
}

#[test]
fn some_threads_may_be_stuck_for_ever_while_another_goes_on() {
    let text = "lock a\nlock b\nshared turns 0 atomic=#true\nsemaphore both permits=0\n\
        thread one { acquire a; release both; acquire b }\nthread two { acquire both; acquire b; acquire a }\n\
        thread other { loop { atomic-add turns 1; if \"turns > 3000\" { break } } }\nexpect never deadlock\n";
    let found = (0..20).any(|seed| {
        let trace = run(&Stepper, text, &config(seed));
        trace.findings.iter().any(|finding| finding.kind == coreyard::trace::store::FindingKind::Deadlock)
    });
    assert!(found);
}

/// Everything there is in a trace, as text.
fn bytes(text: &str, config: &RunConfig) -> String {
    let trace = run(&Stepper, text, config);
    format!("{trace:?}")
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_another_run() {
    let text = "queue q capacity=2\nlock m kind=fair\nshared x 0\n\
        thread p count=2 { repeat 5 as=i { put q \"index * 10 + rand(5)\" timeout-ms=5 } }\n\
        thread c { repeat 10 { get q into=v; with m { set x \"x + v\"; print \"{v}\" } } }\n\
        thread d daemon=#true { loop { with m { sleep ms=1 } } }\n";
    let again = bytes(text, &config(7));
    assert_eq!(bytes(text, &config(7)), again);
    assert_ne!(bytes(text, &config(8)), again);
}

#[test]
fn a_run_is_taken_again_from_its_schedule() {
    let text = format!("{LOST}thread w {{ set x \"rand(9)\"; sleep ms=1 }}\n");
    for seed in 0..20 {
        let trace = run(&Stepper, &text, &config(seed));
        let schedule = trace.header.schedule.clone();
        let again = run(&Stepper, &text, &RunConfig { schedule: schedule.clone(), ..config(seed + 1_000) });
        assert_eq!(again.final_state, trace.final_state);
        assert_eq!(again.header.schedule, schedule);
    }
}

#[test]
fn every_shipped_scenario_keeps_its_own_expectations_on_the_stepper() {
    let mut broken = Vec::new();
    for (name, text) in super::scenarios::shipped() {
        // A hundred thousand messages, or ten thousand threads, say no more about a schedule than a thousand.
        let text = text.replace("let MANY 100000", "let MANY 1000").replace("let MOST 10000", "let MOST 1000");
        let (program, tally) = tally(&text, 3);
        for verdict in tally.verdicts(&program) {
            if verdict.judgement == Judgement::Refuted {
                broken.push(format!("{name}: {:?}: {}", verdict.subject, verdict.words(Lang::En)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn many_exceptions_are_told_by_their_tasks_numbers_and_not_all() {
    let text = "thread t count=30 { raise ValueError \"no\" }\n";
    let (program, tally) = tally(text, 1);
    let verdicts = tally.verdicts(&program);
    assert_eq!(verdicts.len(), 30);
    let told = coreyard::export::report::verdicts_text(
        text,
        &verdicts,
        coreyard::export::report::Style { lang: Lang::En, colour: false, brief: true },
    );
    let who: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("✗ ")?.split(' ').next()).collect();
    assert_eq!((who.len(), who[2], who[10]), (20, "t-2", "t-10"), "{told}");
    assert!(told.contains("… and 10 more exceptions that nothing expects"), "{told}");
}

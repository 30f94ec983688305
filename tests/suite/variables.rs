//! What variables hold and where tasks stand, as every engine tells it: when a run is stuck, while it is paused, while it goes on.
#![expect(clippy::disallowed_methods, reason = "a test that waits gives up at last")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use coreyard::engine::real::Real;
use coreyard::engine::stepper::Stepper;
use coreyard::engine::{Control, Engine, Run, Source};
use coreyard::export::Places;
use coreyard::lang::Lang;
use coreyard::metrics::Metrics;
use coreyard::trace::file;
use coreyard::trace::store::{Ended, TaskState, Trace};
use coreyard::view::variables::{What, rows};

use super::conformance::{config, run};

const ENGINES: [&dyn Engine; 2] = [&Real, &Stepper];
const PATIENCE: Duration = Duration::from_secs(40);

/// The rows of the panel, without times, each with its line of the scenario.
fn shown(trace: &Trace) -> String {
    let places = Places::of(&trace.header.text);
    let line = |row: &coreyard::view::variables::Row| {
        let what = match &row.what {
            What::Resources => "held".to_owned(),
            What::Task { .. } => format!("task {}", row.name),
            What::Frame(Some(number)) => format!("generator {number} {}", row.name),
            What::Frame(None) => format!("in {}", row.name),
            What::Generator { number, state, delegate, is_coroutine } => {
                let what = if *is_coroutine { "coroutine" } else { "generator" };
                let on = delegate.map(|to| format!(" to {to}")).unwrap_or_default();
                format!("{what} {number} {state}{on} {}", row.name)
            }
            What::Resource(..) | What::Local => format!("{} = {}", row.name, row.value),
            What::Over => "over".to_owned(),
            What::LeftOut(count) => format!("{count} more"),
        };
        let place = row.block.and_then(|block| places.get(block)).map(|place| place.line);
        let place = place.filter(|_| matches!(row.what, What::Frame(_) | What::Generator { .. }));
        let place = place.map(|line| format!(" @{line}")).unwrap_or_default();
        format!("{}{what}{place}", "  ".repeat(row.depth.into()))
    };
    rows(trace, &BTreeSet::new(), &|_| None).iter().map(line).collect::<Vec<_>>().join("\n")
}

const STUCK: &str = "lock m
shared total 5
queue jobs
routine average { let so_far 0; loop { yield so_far into=x; let so_far \"so_far + x\" } }
routine proxy { yield-from average into=came }
routine gate n { yield n; acquire m; print \"{n}\" }
routine inner g way { next way; print \"{g}\" }
main {
    put jobs 1
    put jobs \"'two'\"
    generator proxy into=g
    next g into=a
    send g 10 into=a
    generator average into=fresh
    generator average into=shut
    close shut
    generator gate 7 into=way
    next way
    acquire m
    call inner g way
    print \"{g} {fresh} {shut} {a}\"
}
";

const STUCK_SHOWN: &str = "held
  total = 5
  jobs = [1, 'two']
task MainThread
  generator 4 gate @6
    n = 7
  in inner @7
    g = <generator 0 of MainThread>
    way = <generator 4 of MainThread>
  in main @20
    g = <generator 0 of MainThread>
    a = 10
    fresh = <generator 2 of MainThread>
    shut = <generator 3 of MainThread>
    way = <generator 4 of MainThread>
  generator 0 GEN_SUSPENDED to 1 proxy @5
  generator 1 GEN_SUSPENDED average @4
    so_far = 10
    x = 10
  generator 2 GEN_CREATED average @4
  generator 3 GEN_CLOSED ";

#[test]
fn a_task_that_is_stuck_tells_its_frames_and_the_states_of_its_generators() {
    for engine in ENGINES {
        let trace = run(engine, STUCK, &config(1));
        assert_eq!(trace.ended, Some(Ended::Deadlocked));
        assert_eq!(shown(&trace), STUCK_SHOWN);
        let json = coreyard::export::json::run(&trace, &Metrics::of(&trace), &[], Lang::En);
        let task = &json["variables"]["tasks"][0];
        assert_eq!(task["frames"][0]["locals"]["n"], "7");
        assert_eq!(
            (&task["generators"][0]["state"], &task["generators"][0]["delegates_to"]),
            (&"GEN_SUSPENDED".into(), &1.into())
        );
        assert_eq!(json["variables"]["held"]["jobs"], "[1, 'two']");
        let mut bytes = Vec::new();
        file::write(&trace, &mut bytes).expect("a Vec takes all that is written");
        assert_eq!(shown(&file::read(&bytes).expect("it was written just now").trace), STUCK_SHOWN, "and so it is saved");
    }
}

#[test]
fn every_local_that_was_set_is_told_read_again_or_not_and_no_name_that_nobody_wrote() {
    let text = "lock m
thread one { join two }
thread two count=2 { if \"index == 0\" { join one } }
main {
    let x 1
    repeat 2 as=i { let y \"x + i\"; print \"{y}\" }
    let later 3
    acquire m
    acquire m
    let soon later
    print \"{soon}\"
}
";
    let expected = "task one
  in one @2
task two-0
  in two @3
    index = 0
task MainThread
  in main @9
    x = 1
    i = 1
    y = 2
    later = 3";
    for engine in ENGINES {
        let trace = run(engine, text, &config(1));
        assert_eq!((trace.ended.as_ref(), shown(&trace).as_str()), (Some(&Ended::Deadlocked), expected));
    }
}

fn start(engine: &dyn Engine, text: &str) -> Box<dyn Run> {
    let source = Source { text: text.to_owned(), name: "variables".into(), overrides: Vec::new() };
    let config = coreyard::engine::RunConfig { stop_on_deadlock: false, ..config(1) };
    engine.start(&source, &config).expect("the scenario has no mistakes")
}

/// Polls until what is shown is as wanted; before each poll `ask` may ask for something.
fn until(run: &mut dyn Run, trace: &mut Trace, ask: Option<Control>, wanted: impl Fn(&str) -> bool) {
    let begin = Instant::now();
    loop {
        assert!(run.poll(trace) && begin.elapsed() < PATIENCE, "{}", shown(trace));
        if wanted(&shown(trace)) {
            return;
        }
        if let Some(ask) = ask {
            run.control(ask);
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn coroutines_of_a_paused_run_tell_where_they_are_suspended() {
    let text = "event-loop l
event never
routine nap n async=#true { let k \"n * 2\"; await sleep s=1000; print \"{k}\" }
routine outer async=#true { await call nap 4 }
routine boss async=#true { create-task outer into=t; await wait never; print \"{t}\" }
main { run-loop l boss }
";
    let expected = "task MainThread
  in main @6
task boss-1
  in boss @5
    t = <task outer-2>
task outer-2
  in nap @3
    n = 4
    k = 8
  in outer @4";
    let mut run = start(&Real, text);
    let mut trace = Trace::default();
    until(run.as_mut(), &mut trace, None, |_| true);
    let sleeps = |trace: &Trace| trace.counters.tasks.values().any(|task| task.state == TaskState::Sleeping);
    while !sleeps(&trace) {
        until(run.as_mut(), &mut trace, None, |_| true);
    }
    run.control(Control::Pause);
    let sees = |shown: &str| shown.contains("nap");
    until(run.as_mut(), &mut trace, None, sees);
    assert_eq!(shown(&trace), expected);
    run.control(Control::Resume);
    run.control(Control::Stop);
    while run.poll(&mut trace) {}
    assert_eq!(shown(&trace), expected, "the last that was seen stays");
}

#[test]
fn a_run_that_goes_on_tells_what_it_holds_when_it_is_asked_in_every_process() {
    let text = "shared x 0\nprocess child { shared y 0; loop { set y \"y + 1\" } }\n\
                event never\nthread idle { wait never }\nmain { let n 0; loop { let n \"n + 1\"; set x n } }\n";
    for engine in ENGINES {
        let mut run = start(engine, text);
        let mut trace = Trace::default();
        let value = |shown: &str, name: &str| -> u64 {
            let line = shown.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(" = ")?.parse().ok());
            line.unwrap_or(0)
        };
        let all = |shown: &str| ["x", "child.y", "n"].iter().all(|name| value(shown, name) > 0) && shown.contains("in idle");
        until(run.as_mut(), &mut trace, Some(Control::Look), all);
        let before = shown(&trace);
        assert!(before.contains("in child"), "{before}");
        let grown = |now: &str| ["x", "child.y", "n"].iter().all(|name| value(now, name) > value(&before, name));
        until(run.as_mut(), &mut trace, Some(Control::Look), grown);
        run.control(Control::Stop);
        while run.poll(&mut trace) {}
    }
}

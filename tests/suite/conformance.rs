//! What every effect means, on every engine: small scenarios and all they may come to.
//! The stepper's outcomes are found exactly, by searching every schedule of the pure world; a real run must be among them.

mod cases;
mod ends;
mod executors;
mod interpreter;
mod lists;
mod loops;
mod network;
mod processes;
mod regions;
mod signals;
mod threads;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use coreyard::effect::{Ending, Moment, Outcome};
use coreyard::engine::stepper::Stepper;
use coreyard::engine::world::{Choice, How, Record, What, World};
use coreyard::engine::{Engine, RunConfig, Source};
use coreyard::id::{ResourceId, TaskId};
use coreyard::program::{self, Program};
use coreyard::time::Nanos;
use coreyard::trace::store::{Ended, Plain, Trace};
use coreyard::value::Table;
use coreyard::value::fingerprint::Fingerprint;
use coreyard::value::format::{exception_line, repr};

/// Compiles a scenario that has no mistakes.
pub(crate) fn compile(text: &str) -> Program {
    let built = program::build(text, &[]);
    let told: Vec<String> =
        built.diagnostics.iter().map(|told| format!("{} {}", told.code, told.message(coreyard::lang::Lang::En))).collect();
    built.value.unwrap_or_else(|| panic!("{told:?}\n{text}"))
}

/// How a run ended, as one line: what was printed, every `shared`, exceptions that nobody caught; or a deadlock.
type Outcomes = BTreeSet<String>;

/// Every outcome there is, by searching all schedules; the text of a time-out or a `rand` takes every value it may.
pub(crate) fn every_outcome(program: &Program) -> Outcomes {
    const MOST_STATES: usize = 400_000;
    let mut records = Vec::new();
    let world = World::new(program, &mut records);
    let mut said = Said::default();
    said.hear(program, &records);
    let mut outcomes = Outcomes::new();
    let mut seen = BTreeSet::new();
    let mut left = vec![(world, said)];
    while let Some((world, said)) = left.pop() {
        let mut print = Fingerprint::default();
        world.hash(&mut print);
        said.hash(&mut print);
        if !seen.insert((print.finish(), print.finish_wide())) {
            continue;
        }
        assert!(seen.len() < MOST_STATES, "the scenario is small");
        if world.is_final() {
            outcomes.insert(said.outcome(program, &world));
            continue;
        }
        let mut choices = Vec::new();
        world.choices(program, &mut choices);
        if World::is_dead(&choices) {
            outcomes.insert("deadlock".into());
        }
        for choice in choices.into_iter().flat_map(each) {
            let (mut world, mut said) = (world.clone(), said.clone());
            let mut records = Vec::new();
            world.step(program, choice, Nanos::ZERO, &mut records);
            said.hear(program, &records);
            left.push((world, said));
        }
    }
    outcomes
}

fn each(choice: Choice) -> Vec<Choice> {
    match choice.how {
        How::Draw(most) => (0..=most).map(|value| Choice { how: How::Draw(value), ..choice }).collect(),
        _ => vec![choice],
    }
}

/// What a run has shown so far.
#[derive(Clone, Default, Hash)]
struct Said {
    lines: Vec<String>,
    uncaught: BTreeMap<u32, String>,
}

impl Said {
    fn hear(&mut self, program: &Program, records: &[Record]) {
        for record in records {
            match record.what {
                What::Performed(coreyard::effect::Effect::Print(text), Outcome::Value(_)) => {
                    self.lines.push(program.table.get_text(text).to_string());
                }
                What::Ended(Ending::Raised(exception)) | What::Moment(Moment::CallbackRaised { exception, .. }) => {
                    let raised = program.table.get_exception(exception);
                    self.uncaught.insert(record.task.0, exception_line(&raised.name, &raised.message));
                }
                _ => {}
            }
        }
    }

    fn outcome(&self, program: &Program, world: &World) -> String {
        let shown = |at: usize| {
            if let Some((inside, peak)) = world.region(ResourceId::from_index(at)) {
                return Some(region(&program.resources[at].name, inside as u64, peak as u64));
            }
            let value = world.shared(ResourceId::from_index(at))?;
            Some(format!("{}={}", program.resources[at].name, repr(&program.table, value).expect("small")))
        };
        let values = (0..program.resources.len()).filter_map(shown);
        let lines = self.lines.iter().cloned();
        let uncaught = self.uncaught.iter().map(|(&task, line)| format!("{}! {line}", program.table.task_name(TaskId(task))));
        lines.chain(values).chain(uncaught).collect::<Vec<_>>().join(" | ")
    }
}

fn region(label: &str, inside: u64, peak: u64) -> String {
    format!("{label}: {inside} inside, {peak} at most")
}

/// The outcome of a run on an engine.
pub(crate) fn outcome_of(trace: &Trace, program: &Program) -> String {
    match &trace.ended {
        Some(Ended::Completed) => {}
        Some(Ended::Deadlocked) => return "deadlock".into(),
        other => return format!("{other:?}"),
    }
    let state = trace.final_state.as_ref().expect("a run that has ended in order has a final state");
    let table = Table::new(u32::try_from(program.tasks.len()).expect("few"));
    let shown = |(at, info): (usize, &coreyard::trace::store::ResourceInfo)| {
        if let Some(told) = trace.counters.resources[at].region {
            return Some(region(&info.name, told.inside, told.peak));
        }
        let value = state.resources[at].as_ref()?;
        let shared = info.class.is_data();
        let text = |value: &Plain| repr(&table, value.to_value(&table).expect("small")).expect("small");
        shared.then(|| format!("{}={}", info.name, text(value)))
    };
    let values = trace.resources.iter().enumerate().filter_map(shown);
    let lines = trace.output.iter().map(|line| line.text.clone());
    let uncaught = trace.counters.tasks.iter().filter_map(|(task, counters)| {
        let raised = counters.uncaught.as_ref()?;
        Some(format!("{}! {}", trace.tasks[task].name, exception_line(&raised.name, &raised.message)))
    });
    lines.chain(values).chain(uncaught).collect::<Vec<_>>().join(" | ")
}

pub(crate) fn config(seed: u64) -> RunConfig {
    RunConfig {
        worker: env!("CARGO_BIN_EXE_coreyard").into(),
        cores: None,
        seed,
        schedule: None,
        record: coreyard::engine::Record::Full,
        timeout: Some(Nanos::from_millis(60_000)),
        stop_on_deadlock: true,
        allow_commands: false,
    }
}

/// Runs a scenario to its end.
pub(crate) fn run(engine: &dyn Engine, text: &str, config: &RunConfig) -> Trace {
    let source = Source { text: text.to_owned(), name: "conformance".into(), overrides: Vec::new() };
    let mut run = engine.start(&source, config).expect("the scenario has no mistakes");
    let mut trace = Trace::default();
    while run.poll(&mut trace) {}
    trace
}

/// A scenario, and all it may come to.
#[derive(Clone, Copy)]
struct Case(&'static str, &'static str, &'static [&'static str]);

fn all() -> impl Iterator<Item = Case> {
    cases::CASES
        .iter()
        .chain(interpreter::CASES)
        .chain(signals::CASES)
        .chain(threads::CASES)
        .chain(lists::CASES)
        .chain(executors::CASES)
        .chain(loops::CASES)
        .chain(network::CASES)
        .chain(regions::CASES)
        .copied()
}

#[test]
fn the_world_comes_to_exactly_what_is_allowed() {
    let mut wrong = Vec::new();
    for Case(name, text, allowed) in all() {
        let outcomes = every_outcome(&compile(text));
        let allowed: Outcomes = allowed.iter().map(ToString::to_string).collect();
        if outcomes != allowed {
            wrong.push(format!("{name}\n   found   {outcomes:?}\n   allowed {allowed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), all().count(), wrong.join("\n"));
}

fn agrees(engine: &dyn Engine, runs: u64) {
    let mut wrong = Vec::new();
    for Case(name, text, allowed) in all() {
        let program = compile(text);
        for seed in 0..runs {
            let outcome = outcome_of(&run(engine, text, &config(seed)), &program);
            if !allowed.contains(&outcome.as_str()) {
                wrong.push(format!("{name}, run {seed}: {outcome}\n   allowed: {allowed:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_stepper_stays_within_what_is_allowed() {
    agrees(&Stepper, 25);
}

#[test]
fn the_real_engine_stays_within_what_is_allowed() {
    agrees(&coreyard::engine::real::Real, 2);
}

#[test]
fn a_hundred_thousand_items_go_into_a_list_and_a_thousand_out_again() {
    let text = r#"list safe thread-safe=#true
list plain
main {
    repeat 100000 as=i { append safe i }
    repeat 20000 { append plain 7 }
    repeat 1000 { pop safe 0 into=first }
    print "{len(safe)} {len(plain)} {first} {safe[0]} {safe[-1]}"
}"#;
    for engine in [&Stepper as &dyn Engine, &coreyard::engine::real::Real] {
        let trace = run(engine, text, &config(1));
        let lines: Vec<&str> = trace.output.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["99000 20000 999 1000 99999"], "{:?}", trace.ended);
    }
}

/// Every state of the world, by searching all schedules: how many there are, and those in which nothing can step though
/// somebody waits.
fn states(program: &Program) -> (usize, Vec<World>) {
    let mut dead = Vec::new();
    let mut seen = BTreeSet::new();
    let mut left = vec![World::new(program, &mut Vec::new())];
    while let Some(world) = left.pop() {
        let mut print = Fingerprint::default();
        world.hash(&mut print);
        if !seen.insert(print.finish_wide()) {
            continue;
        }
        let mut choices = Vec::new();
        world.choices(program, &mut choices);
        if World::is_dead(&choices) && !world.is_final() {
            dead.push(world.clone());
        }
        for choice in choices.into_iter().flat_map(each) {
            let mut next = world.clone();
            next.step(program, choice, Nanos::ZERO, &mut Vec::new());
            left.push(next);
        }
    }
    (seen.len(), dead)
}

#[test]
fn philosophers_who_all_take_the_left_fork_first_have_one_dead_state() {
    for count in 2..=4 {
        let text = format!(
            "lock fork count={count}\nthread p count={count} {{ with \"fork[index]\" {{ with \"fork[(index + 1) % {count}]\" {{ }} }} }}"
        );
        let program = compile(&text);
        let (_, dead) = states(&program);
        assert_eq!(dead.len(), 1, "{count} philosophers");
        let stuck = dead[0].stuck(&program);
        assert_eq!(stuck.len(), count, "all of them");
        // Each waits for the fork that the next one holds.
        assert!(stuck.iter().enumerate().all(|(at, stuck)| stuck.helpers == [TaskId::from_index((at + 1) % count)]), "{stuck:?}");
    }
}

#[test]
fn a_local_that_nobody_reads_again_tells_no_states_apart() {
    let count = |use_again: &str| {
        let text = format!("shared x 0\nmain {{ let drawn \"rand(10)\"; sleep ms=1; sleep ms=1; {use_again} }}");
        states(&compile(&text)).0
    };
    assert_eq!(count("set x 1"), count("set x 2"));
    assert_eq!(count("set x drawn"), count("set x 1") + 9 * 4, "ten values, two sleeps, a store and the state after it");
}

#[test]
fn what_is_waited_for_by_some_while_others_go_on_is_told_apart_from_a_deadlock() {
    let program = compile(
        "lock m\nsemaphore held permits=0\nthread one { acquire m; release held }\nthread two { acquire held; acquire m }\n\
         thread three { sleep ms=1; release m }",
    );
    let mut world = World::new(&program, &mut Vec::new());
    for task in [0, 0, 1] {
        let choice = Choice { task: TaskId(task), how: How::Go };
        world.step(&program, choice, Nanos::ZERO, &mut Vec::new());
    }
    assert!(world.waits(&program, TaskId(1)));
    assert_eq!(world.stuck(&program), [], "the third may still release what the second waits for");
}

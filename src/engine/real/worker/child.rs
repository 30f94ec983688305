//! A child process of a run: compiles the scenario for itself, joins the run's segment, runs what is its own, and ends with an exit
//! code of its own. Told what to do by its standard input, whose end means that its parent is gone; tells by its standard output.

use std::fs::File;
use std::io::{BufRead as _, Read as _, Write as _};
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::bond;
use super::driver;
use super::family::{self, PAUSE, STOP};
use super::main::{self, WorkerError};
use super::yard::Yard;
use crate::engine::Record;
use crate::engine::real::message::{ChildReport, ChildSetup, Recipe};
use crate::engine::real::resource::across::{listen, read_bell};
use crate::engine::real::task::context::Frame;
use crate::engine::real::transport::clock::Clock;
use crate::engine::real::transport::segment::process::CUT;
use crate::engine::real::transport::segment::{Head, Mapping, Segment, half};
use crate::engine::real::wait::control::Control;
use crate::engine::real::wait::interpreter::Interpreter;
use crate::id::TaskId;
use crate::program::TaskKind;
use crate::trace::store::Ended;
use crate::value::Value;

/// Between two reports, orders or not.
const BEAT: Duration = Duration::from_millis(100);

/// Plays a child, to its end: the process ends in here unless something fails early.
///
/// # Errors
/// When the segment cannot be reached or understood.
pub(in crate::engine::real) fn work() -> Result<(), WorkerError> {
    bond::die_with_the_app();
    bond::adopt_orphans();
    bond::die_of_any_signal();
    let (mut recipe, mut line) = (String::new(), String::new());
    let mut told = std::io::stdin().lock();
    told.read_line(&mut recipe)?;
    recipe.truncate(recipe.trim_end().len());
    told.read_line(&mut line)?;
    drop(told);
    let ChildSetup { setup, process, parent, spawned, wires, pooled } =
        serde_json::from_str(&line).map_err(|error| WorkerError::Understand(error.to_string()))?;
    let file = File::options().read(true).write(true).open(&setup.segment)?;
    let mapping: &'static Mapping = Box::leak(Box::new(Mapping::new(&file)?));
    let segment = Segment::open(mapping.words()).ok_or_else(|| WorkerError::Understand("the shared segment".to_owned()))?;
    let record = Record::from_word(&setup.record).ok_or_else(|| WorkerError::Understand(setup.record.clone()))?;
    let program = Recipe::program(&recipe).ok_or_else(|| WorkerError::Understand("the scenario".to_owned()))?;
    main::report_panics_by(|words| tell(&ChildReport::Ended(Ended::Crashed(words))));

    let control = Control::of(segment, process).ok_or_else(|| WorkerError::Understand("its place".to_owned()))?;
    let interpreter = Interpreter::of(&program, process);
    let interpreter: Option<&'static Interpreter> = interpreter.map(|interpreter| &*Box::leak(Box::new(interpreter)));
    let clock = Clock::of(setup.counter, segment.head(Head::Clock));
    let frame = Frame { segment, control, clock, record, interpreter };
    let yard = Yard::new(program, frame, (recipe, setup), process, Some(wires))?;
    let yard: &'static Yard = Box::leak(Box::new(yard));
    family::enter(segment, process, clock.now());
    let ear = move || {
        if pooled {
            return driver::work_for_a_pool(yard, |ending| tell(&ChildReport::Done(ending)));
        }
        let mut rest = Vec::new();
        let _gone = std::io::stdin().lock().read_to_end(&mut rest);
        std::process::exit(1);
    };
    main::named("coreyard-watch", move || watch(yard))?;
    if pooled || !bond::is_tied_to(parent) {
        main::named("coreyard-ear", ear)?;
    }
    if !pooled {
        start(yard, spawned.as_ref());
    }
    let ended = loop {
        match yard.ended() {
            Some(ended) => break ended,
            None => std::thread::park(),
        }
    };
    if !matches!(ended, Ended::Completed | Ended::Stopped) {
        tell(&ChildReport::Ended(ended.clone()));
    }
    main::halt(yard);
    family::report(segment, process);
    if ended != Ended::Completed
        && let Some(slot) = segment.process(process.index())
    {
        slot[CUT].store(1, SeqCst);
    }
    let state = yard.own_state();
    if !state.is_empty() {
        tell(&ChildReport::State(state));
    }
    std::process::exit(yard.exit.load(SeqCst));
}

fn tell(report: &ChildReport) {
    let line = serde_json::to_string(report).expect("a report is plain data");
    let mut out = std::io::stdout().lock();
    // A parent that is gone is noticed by the ear.
    let _gone = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The main thread's task, which runs on this thread, to its end, and those that start with it: all alive before the first one
/// runs.
fn start(yard: &'static Yard, spawned: Option<&(crate::id::CodeId, Vec<crate::trace::store::Plain>)>) {
    let mut starting = Vec::new();
    let mut main = None;
    for (index, template) in yard.program.tasks.iter().enumerate().filter(|(_, task)| task.process == yard.process) {
        let is_main = template.kind == TaskKind::Process;
        if !is_main && !template.starts {
            continue;
        }
        let Some(mut task) = yard.tasks.get(TaskId::from_index(index)) else { continue };
        let mut arguments = vec![Value::Int(template.index)];
        if let (true, Some((code, plain))) = (is_main, spawned) {
            task = crate::engine::real::task::all::Task::new(
                task.id,
                task.name.clone(),
                *code,
                yard.program.codes[code.index()].block,
                false,
            );
            yard.tasks.add(&task);
            arguments = plain.iter().map(|plain| plain.to_value(&yard.program.table).unwrap_or_default()).collect();
        }
        task.start();
        yard.tasks.began(&task);
        yard.tasks.show(&task, yard.process, yard.frame.clock.now());
        if is_main {
            main = Some((task, arguments));
        } else {
            starting.push((task, arguments));
        }
    }
    for (task, arguments) in starting {
        driver::give_thread(yard, &task, arguments, task.block);
    }
    if let Some((task, arguments)) = main {
        take_name(&task.name);
        driver::run(yard, &task, &arguments);
    }
}

/// The system shows this process by the name of its task.
#[cfg(target_os = "linux")]
fn take_name(name: &str) {
    let shown = std::ffi::CString::new(name.replace('\0', " ")).unwrap_or_default();
    let _refused = rustix::thread::set_name(&shown);
}

#[cfg(not(target_os = "linux"))]
fn take_name(_name: &str) {}

/// Obeys the orders in the segment, and tells what this process costs.
fn watch(yard: &'static Yard) {
    let segment = yard.frame.segment;
    let bell = half(segment.head(Head::Bell));
    let mut before = 0;
    loop {
        let seen = read_bell(bell);
        let orders = segment.head(Head::Orders).load(SeqCst);
        if orders & STOP != 0 {
            yard.end(Ended::Stopped);
        }
        if orders != before {
            before = orders;
            yard.frame.control.pause(orders & PAUSE != 0);
            yard.nudge_all();
            yard.tell_held();
        }
        listen(bell, seen, BEAT);
        yard.frame.control.beat();
        family::report(segment, yard.process);
    }
}

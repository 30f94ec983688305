//! The worker: the process in which a scenario's threads run. Compiles the scenario for itself, starts the tasks, obeys the app and
//! ends when the run has ended or the app is gone. Nothing is kept here: what happened is in the shared segment.
#![expect(clippy::disallowed_methods, reason = "the worker is a process of its own, with files, threads and a clock")]

use std::fs::File;
use std::path::Path;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::bond;
use super::watch::Watch;
use super::yard::Yard;
use super::{driver, family};
use crate::engine::Record;
use crate::engine::real::message::{Order, Recipe, Report, Setup};
use crate::engine::real::task::context::Frame;
use crate::engine::real::transport::clock::Clock;
use crate::engine::real::transport::segment::{Head, Mapping, Segment};
use crate::engine::real::transport::socket::Socket;
use crate::engine::real::wait::control::Control;
use crate::engine::real::wait::interpreter::Interpreter;
use crate::id::ProcessId;
use crate::program::{TaskKind, TaskTemplate};
use crate::trace::store::Ended;
use crate::value::Value;

/// Between two looks for deadlocks.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Looks between two beats.
const LOOKS_A_BEAT: u32 = 2;
/// How long tasks have to halt when the run ends; the app kills after 100 ms.
const HALT: Duration = Duration::from_millis(60);

/// Why a worker could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It was not started by Coreyard, or Coreyard is gone.
    #[error("the worker could not reach Coreyard: {0}")]
    Reach(#[from] std::io::Error),
    /// What it was told makes no sense: another version.
    #[error("the worker was told what it does not understand: {0}")]
    Understand(String),
}

/// The socket's sending side, shared by those who have something to tell.
type Voice = Arc<Mutex<Socket>>;

fn tell(voice: &Voice, report: &Report) {
    let line = serde_json::to_string(report).expect("a report is plain data");
    // An app that is gone is noticed by whoever listens.
    let _gone = voice.lock().unwrap_or_else(PoisonError::into_inner).write_line(&line);
}

/// Plays the worker for the app that listens in `folder`, to its end: the process ends in here unless something fails early.
///
/// # Errors
/// When the app or its segment cannot be reached or understood.
pub(in crate::engine::real) fn work(folder: &Path) -> Result<(), WorkerError> {
    bond::die_with_the_app();
    bond::adopt_orphans();
    bond::die_of_any_signal();
    wake_in_time();
    let mut ear = Socket::connect(folder)?;
    let voice: Voice = Arc::new(Mutex::new(ear.second()?));
    let mut hear = || ear.read_line()?.ok_or_else(|| WorkerError::Understand("nothing".to_owned()));
    let (recipe, setup) = (hear()?, hear()?);
    let setup: Setup = serde_json::from_str(&setup).map_err(|error| WorkerError::Understand(error.to_string()))?;
    let mapping: &'static Mapping =
        Box::leak(Box::new(Mapping::new(&File::options().read(true).write(true).open(&setup.segment)?)?));
    let segment = Segment::open(mapping.words()).ok_or_else(|| WorkerError::Understand("the shared segment".to_owned()))?;
    let record = Record::from_word(&setup.record).ok_or_else(|| WorkerError::Understand(setup.record.clone()))?;
    let program = Recipe::program(&recipe).ok_or_else(|| WorkerError::Understand("the scenario".to_owned()))?;
    report_panics(&voice);

    let control = Control::of(segment, ProcessId::MAIN).ok_or_else(|| WorkerError::Understand("its place".to_owned()))?;
    let interpreter = Interpreter::of(&program, ProcessId::MAIN);
    let interpreter: Option<&'static Interpreter> = interpreter.map(|interpreter| &*Box::leak(Box::new(interpreter)));
    let clock = Clock::of(setup.counter, segment.head(Head::Clock));
    // Before any process begins: all go by it.
    clock.start();
    let frame = Frame { segment, control, clock, record, interpreter };
    let (cores, stop_on_deadlock) = (setup.cores, setup.stop_on_deadlock);
    let yard: &'static Yard = Box::leak(Box::new(Yard::new(program, frame, (recipe, setup), ProcessId::MAIN, None)?));
    family::enter(segment, ProcessId::MAIN, frame.clock.now());
    if let Some(slot) = segment.process(0) {
        slot[crate::engine::real::transport::segment::process::STATE]
            .store(crate::engine::real::transport::segment::process::ALIVE, SeqCst);
    }
    named("coreyard-ear", move || listen(&mut ear, yard))?;
    let watcher = Arc::clone(&voice);
    named("coreyard-watch", move || watch(yard, &watcher, stop_on_deadlock))?;
    pin(cores);
    start_declared(yard);
    let ended = loop {
        match yard.ended() {
            Some(ended) => break ended,
            None => std::thread::park(),
        }
    };
    segment.head(Head::EndedAt).store(frame.clock.now().0, Relaxed);
    family::order(segment, true, None);
    halt(yard);
    family::report(segment, ProcessId::MAIN);
    crate::engine::real::transport::usage::report_scenario(segment);
    if let Some(slot) = segment.process(0) {
        slot[crate::engine::real::transport::segment::process::ENDED].store(frame.clock.now().0, SeqCst);
    }
    tell(&voice, &Report::Ended(ended, Some(yard.final_state())));
    std::process::exit(0);
}

/// The declared tasks that start with the run: all alive before the first one runs, so that none ends the run too early.
fn start_declared(yard: &'static Yard) {
    for (index, process) in yard.program.processes.iter().enumerate() {
        if process.main.is_none_or(|main| yard.program.tasks[main.index()].starts) {
            family::open_ends(yard, ProcessId::from_index(index), None);
        }
    }
    let is_here = |task: &TaskTemplate| task.process == ProcessId::MAIN || task.kind == TaskKind::Process;
    let templates = yard.program.tasks.iter().enumerate().filter(|(_, task)| task.starts && is_here(task));
    let starting: Vec<_> = templates
        .filter_map(|(index, template)| {
            let task = yard.tasks.get(crate::id::TaskId::from_index(index))?;
            task.start();
            if let Some(process) = yard.program.process_behind(task.id) {
                // All of them, so that whoever runs first may ask after any.
                family::claim(yard, process);
            }
            yard.tasks.began(&task);
            yard.tasks.show(&task, template.process, yard.frame.clock.now());
            Some((task, vec![Value::Int(template.index)]))
        })
        .collect();
    for (task, arguments) in starting {
        if yard.program.process_behind(task.id).is_some() {
            family::begin(yard, &task, None, task.block);
        } else {
            driver::give_thread(yard, &task, arguments, task.block);
        }
    }
    if yard.tasks.nobody_waited_for() {
        yard.end(Ended::Completed);
    }
}

/// Stops all tasks and waits until they have, but not long: what cannot stop ends with the process.
pub(in crate::engine::real) fn halt(yard: &'static Yard) {
    yard.frame.control.stop();
    let begin = Instant::now();
    while yard.tasks.alive() > 0 && begin.elapsed() < HALT {
        yard.nudge_all();
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// Obeys the app, and ends the process when the app is gone.
fn listen(ear: &mut Socket, yard: &'static Yard) {
    while let Ok(Some(line)) = ear.read_line() {
        match serde_json::from_str(&line) {
            Ok(Order::Stop) => yard.end(Ended::Stopped),
            Ok(Order::Pause) => pause(yard, true),
            Ok(Order::Resume) => pause(yard, false),
            Ok(Order::Look) => look_at_all(yard),
            Err(_) => break,
        }
    }
    std::process::exit(1);
}

/// Halts the run and its clock, or lets both go on.
fn pause(yard: &'static Yard, halt: bool) {
    let Frame { segment, clock, .. } = yard.frame;
    if !halt {
        clock.go_on();
    }
    family::order(segment, false, Some(halt));
    if halt {
        clock.halt();
    }
    yard.nudge_all();
    yard.tell_held();
}

/// Has all of the run told what they stand in and hold.
fn look_at_all(yard: &'static Yard) {
    family::look(yard.frame.segment);
    yard.nudge_all();
    yard.tell_held();
}

fn watch(yard: &'static Yard, voice: &Voice, stop_on_deadlock: bool) {
    let mut watch = Watch::new(yard);
    for look in 1_u32.. {
        std::thread::park_timeout(LOOK_EVERY);
        if look % LOOKS_A_BEAT == 0 {
            yard.frame.control.beat();
            family::report(yard.frame.segment, yard.process);
            crate::engine::real::transport::usage::report_scenario(yard.frame.segment);
        }
        let judgement = watch.look();
        yard.frame.segment.head(Head::WatchCpu).store(
            (crate::engine::real::transport::clock::thread_cpu() + crate::engine::real::wait::net::served_cpu()).0,
            Relaxed,
        );
        yard.frame.segment.head(Head::WatchCore).store(crate::engine::real::task::context::core_number(), Relaxed);
        if !judgement.found.is_empty() {
            look_at_all(yard);
        }
        for finding in judgement.found {
            tell(voice, &Report::Found(finding));
        }
        if judgement.all_stuck && stop_on_deadlock {
            yard.end(Ended::Deadlocked);
        }
    }
}

pub(in crate::engine::real) fn named(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map(drop)
}

/// A panic of any thread is a mistake of ours: it is told in words and ends the run.
fn report_panics(voice: &Voice) {
    let voice = Arc::clone(voice);
    report_panics_by(move |words| tell(&voice, &Report::Ended(Ended::Crashed(words), None)));
}

/// The same for whoever can `tell`.
pub(in crate::engine::real) fn report_panics_by(tell: impl Fn(String) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |info| {
        let words = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let task = std::thread::current().name().unwrap_or("?").to_owned();
        let words = format!("a mistake of Coreyard's own in `{task}` at {place}: {words}");
        tell(words);
        std::process::exit(101);
    }));
}

/// Asks the kernel not to put off the ends of this thread's timed waits, and of those it starts: 50 µs are its usual liberty.
#[cfg(target_os = "linux")]
fn wake_in_time() {
    let microsecond = std::num::NonZeroU64::new(1_000);
    let _refused = rustix::thread::set_current_timer_slack(microsecond);
}

#[cfg(not(target_os = "linux"))]
fn wake_in_time() {}

/// Lets this thread, and all it starts from now on, run on the first `cores` of the cores it may use.
#[cfg(target_os = "linux")]
fn pin(cores: u32) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let mut chosen = CpuSet::new();
    let allowed = (0..CpuSet::MAX_CPU).filter(|&core| allowed.is_set(core));
    allowed.take(cores.max(1) as usize).for_each(|core| chosen.set(core));
    // A refusal leaves the run on all cores.
    let _refused = sched_setaffinity(None, &chosen);
}

/// Elsewhere there is no way to ask for that.
#[cfg(not(target_os = "linux"))]
fn pin(_cores: u32) {}

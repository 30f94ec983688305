//! A process's children: started as this executable once more, watched until they end, and put in order then.
//! Each is kept by a thread of its own, because the kernel ends a child with the thread that started it.
#![expect(clippy::disallowed_methods, reason = "this file starts processes")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use super::super::yard::{Resource, Yard};
use crate::effect::{Ending, Ends};
use crate::engine::real::message::{ChildReport, ChildSetup};
use crate::engine::real::task::all::{Task, Tasks};
use crate::engine::real::transport::segment::{Head, Segment, process, task};
use crate::engine::real::transport::state;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId};
use crate::trace::ended::Limit;
use crate::trace::store::{Ended, Plain, TaskState};
use crate::value::{Failure, Value};

/// What `terminate` leaves, as Python tells it.
const TERMINATED: i32 = -15;
/// What the end of its parent leaves.
const KILLED: i32 = -9;

/// Starts a process whose main thread is `task`, for the block `by`; for a spawned one with its routine's code and arguments.
pub(in crate::engine::real) fn begin(yard: &'static Yard, task: &Arc<Task>, spawned: Option<(CodeId, &[Value])>, by: BlockId) {
    let segment = yard.frame.segment;
    let id = yard.program.process_of(task.id);
    let now = yard.frame.clock.now();
    if let Some(slot) = segment.task(task.id.index()) {
        Tasks::describe(task, slot, id);
        state::enter(slot, TaskState::Runnable, now);
    }
    if segment.process(id.index()).is_none() {
        return yard.end(Limit::Processes(segment.sizes().processes).at(by));
    }
    // Seen from now on: those who wait for what they will do are not lost.
    for (index, template) in yard.program.tasks.iter().enumerate() {
        let other = yard.tasks.get(crate::id::TaskId::from_index(index)).filter(|other| other.id != task.id);
        if let Some(other) = other.filter(|_| template.process == id && template.starts && spawned.is_none()) {
            yard.tasks.show(&other, id, now);
        }
    }
    open_ends(yard, id, spawned.map(|(code, _)| code));
    let table = &yard.program.table;
    let setup = ChildSetup {
        setup: yard.setup.clone(),
        process: id,
        parent: std::process::id(),
        spawned: spawned.map(|(code, arguments)| (code, arguments.iter().map(|&value| Plain::of(table, value)).collect())),
        wires: yard.wires.clone(),
        pooled: false,
    };
    let line = serde_json::to_string(&setup).expect("a setup is plain data");
    let kept = Arc::clone(task);
    super::begins(segment, id, now);
    let keeper = std::thread::Builder::new().name("coreyard-keeper".to_owned());
    let started = keeper.spawn(move || match start(&yard.recipe, &line) {
        Ok(child) => keep(yard, &kept, id, child),
        Err(error) => yard.end(Limit::Process { of: kept.name.clone(), error: error.to_string() }.at(by)),
    });
    if let Err(error) = started {
        yard.end(Limit::Process { of: task.name.clone(), error: error.to_string() }.at(by));
    }
}

/// Takes a process for oneself to start it; false if somebody has.
pub(in crate::engine::real) fn claim(yard: &Yard, id: ProcessId) -> bool {
    let slot = yard.frame.segment.process(id.index());
    let free = |slot: &crate::engine::real::transport::segment::ProcessSlot<'_>| {
        slot[process::STATE].compare_exchange(0, process::CLAIMED, SeqCst, SeqCst).is_ok()
    };
    let Some(slot) = slot.filter(free) else { return false };
    slot[process::PARENT].store(u64::from(yard.process.0) + 1, SeqCst);
    slot[process::STATE].store(process::ALIVE, SeqCst);
    true
}

/// The ends of pipes a process has when it begins: those its code may ever use.
pub(in crate::engine::real) fn open_ends(yard: &Yard, id: ProcessId, spawned: Option<CodeId>) {
    let declared = yard.program.tasks.iter().filter(|task| task.process == id && spawned.is_none()).map(|task| task.code);
    for code in declared.chain(spawned) {
        let code = &yard.program.codes[code.index()];
        for (pipes, ends) in [(&code.may_send, Ends::Write), (&code.may_receive, Ends::Read)] {
            for &pipe in pipes {
                yard.station(pipe).set_ends(id, ends, true);
            }
        }
    }
}

/// A process ends by itself: what waits for its ends of pipes need not wait until it is reaped.
pub(in crate::engine::real) fn close_ends(yard: &Yard) {
    for (id, resource) in (0..).map(ResourceId).zip(&yard.resources) {
        if matches!(resource, Resource::Pipe(_)) {
            let station = yard.station(id);
            station.set_ends(yard.process, Ends::Both, false);
            station.ring();
        }
    }
}

/// What this process runs.
///
/// # Errors
/// When the system does not tell.
pub(in crate::engine::real) fn executable() -> std::io::Result<std::path::PathBuf> {
    // The very file that runs, be it replaced or removed meanwhile.
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}

/// Starts this executable as a child, which is told the run's recipe and its own `setup`.
///
/// # Errors
/// When the system refuses.
pub(super) fn start(recipe: &str, setup: &str) -> std::io::Result<Child> {
    let mut command = Command::new(executable()?);
    command.arg("worker").arg(super::IS_CHILD).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(stdin) = &mut child.stdin {
        // One that cannot read it has ended; that is seen in a moment.
        let _ended = [recipe, "\n", setup, "\n"].iter().try_for_each(|part| stdin.write_all(part.as_bytes()));
    }
    Ok(child)
}

/// Hears a child out, reaps it, and puts in order what it leaves.
fn keep(yard: &'static Yard, task: &Arc<Task>, id: ProcessId, mut child: Child) {
    // Held open as long as this process lives: its end tells the child that its parent is gone.
    let lifeline = child.stdin.take();
    if let Some(told) = child.stdout.take() {
        for line in BufReader::new(told).lines().map_while(Result::ok) {
            match serde_json::from_str(&line) {
                Ok(ChildReport::State(values)) => yard.states().extend(values),
                Ok(ChildReport::Ended(how)) => yard.end(how),
                Ok(ChildReport::Done(_)) | Err(_) => {}
            }
        }
    }
    reap(yard, id, &mut child);
    drop(lifeline);
    let now = yard.frame.clock.now();
    task.end(now, Ending::Cut);
    if yard.tasks.ended(task) {
        yard.end(Ended::Completed);
    }
}

/// Waits for the end of a child that says nothing more. Whether it was ended by `terminate`.
pub(super) fn reap(yard: &Yard, id: ProcessId, child: &mut Child) -> bool {
    let code = child.wait().map_or(-1, exit_number);
    let Some(slot) = yard.frame.segment.process(id.index()) else { return false };
    let terminated = slot[process::TERMINATED].load(SeqCst) == 1;
    if code < 0 && !terminated && !yard.frame.control.orders().stop() {
        slot[process::STOOD].store(stood_at(yard.frame.segment, id).map_or(0, |block| u64::from(block.0) + 1), SeqCst);
        slot[process::SIGNAL].store(u64::from(code.unsigned_abs()), SeqCst);
    }
    end(yard, id, if terminated { TERMINATED } else { code });
    terminated
}

/// Where a process that has died stood: a task of it that had a core, if one had, else the first that was alive.
fn stood_at(segment: Segment<'_>, id: ProcessId) -> Option<BlockId> {
    let tasks = usize::try_from(segment.head(Head::TaskEnd).load(SeqCst)).unwrap_or(0).min(segment.sizes().tasks);
    let own = (0..tasks).filter_map(|index| segment.task(index));
    let own = own.filter(|slot| slot[task::PROCESS].load(SeqCst) == u64::from(id.0) + 1);
    let alive = own.filter(|&slot| !matches!(state::read(slot), TaskState::New | TaskState::Done));
    let stood = alive.min_by_key(|&slot| state::read(slot) != TaskState::Running)?;
    u32::try_from(stood[task::BLOCK].load(SeqCst)).ok()?.checked_sub(1).map(BlockId)
}

/// A process has ended, and all that it had started and left behind ends with it: nobody else is there to reap that.
fn end(yard: &Yard, id: ProcessId, code: i32) {
    let segment = yard.frame.segment;
    for (index, slot) in (0..segment.sizes().processes).filter_map(|index| Some((index, segment.process(index)?))) {
        let descends = slot[process::PARENT].load(SeqCst) == u64::from(id.0) + 1;
        if descends && matches!(slot[process::STATE].load(SeqCst), process::ALIVE | process::CLAIMED) {
            end_orphan(slot[process::NUMBER].load(SeqCst));
            end(yard, ProcessId::from_index(index), KILLED);
        }
    }
    let now = yard.frame.clock.now();
    if let Some(slot) = segment.process(id.index()) {
        slot[process::EXIT].store(u64::from(code.cast_unsigned()), SeqCst);
        slot[process::ENDED].store(now.0.max(1), SeqCst);
        slot[process::STATE].store(process::GONE, SeqCst);
    }
    super::tidy(yard, id, now, yard.frame.control.orders().stop());
}

/// An exit code as Python tells it: minus its number for a signal.
#[cfg(unix)]
pub(in crate::engine::real) fn exit_number(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| status.signal().map(|signal| -signal)).unwrap_or(-1)
}

#[cfg(not(unix))]
pub(in crate::engine::real) fn exit_number(status: ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}

/// `terminate` of a child.
pub(in crate::engine::real) fn terminate(yard: &Yard, id: ProcessId) {
    let Some(slot) = yard.frame.segment.process(id.index()) else { return };
    if slot[process::STATE].load(SeqCst) != process::ALIVE {
        return;
    }
    slot[process::TERMINATED].store(1, SeqCst);
    // One that has just been started has told no number yet.
    let number = loop {
        let number = slot[process::NUMBER].load(SeqCst);
        if number != 0 || slot[process::STATE].load(SeqCst) != process::ALIVE || yard.frame.control.orders().stop() {
            break number;
        }
        std::thread::park_timeout(std::time::Duration::from_micros(200));
    };
    kill(number);
    // Short: until its keeper has seen that.
    while slot[process::STATE].load(SeqCst) == process::ALIVE && !yard.frame.control.orders().stop() {
        std::thread::park_timeout(std::time::Duration::from_micros(200));
    }
}

/// Ends a process whose parent has died, and waits until it is gone. It has become this one's child by that, if it is there.
#[cfg(target_os = "linux")]
fn end_orphan(number: u64) {
    use rustix::process::{Pid, WaitOptions, waitpid};
    let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
    if pid.is_some_and(|pid| matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(None))) {
        kill(number);
        let _gone = waitpid(pid, WaitOptions::empty());
    }
}

#[cfg(not(target_os = "linux"))]
fn end_orphan(number: u64) {
    kill(number);
}

#[cfg(unix)]
fn kill(number: u64) {
    let pid = i32::try_from(number).ok().and_then(rustix::process::Pid::from_raw);
    // One that has ended just now needs no end.
    let _ended = pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::KILL));
}

#[cfg(not(unix))]
fn kill(number: u64) {
    if number == 0 {
        return;
    }
    let _done = Command::new("taskkill").args(["/F", "/PID", &number.to_string()]).status();
}

/// What a process has left; None while it goes on.
pub(in crate::engine::real) fn exit_code(yard: &Yard, id: ProcessId) -> Value {
    let Some(slot) = yard.frame.segment.process(id.index()) else { return Value::None };
    if slot[process::STATE].load(SeqCst) != process::GONE {
        return Value::None;
    }
    let code = u32::try_from(slot[process::EXIT].load(SeqCst) & u64::from(u32::MAX)).unwrap_or(0);
    Value::Int(code.cast_signed().into())
}

/// `pid` and `ppid`, as the system has them.
pub(in crate::engine::real) fn number(parent: bool) -> Value {
    if parent { Value::Int(parent_number()) } else { Value::Int(std::process::id().into()) }
}

#[cfg(unix)]
fn parent_number() -> i64 {
    rustix::process::getppid().map_or(0, |pid| i64::from(pid.as_raw_nonzero().get()))
}

#[cfg(not(unix))]
fn parent_number() -> i64 {
    0
}

/// Whether this process may ask after another one: only its parent may, as in Python.
///
/// # Errors
/// `AssertionError`, with what it wanted to do.
pub(in crate::engine::real) fn own_child(yard: &Yard, id: ProcessId, what: &str) -> Result<(), Failure> {
    if !has_started(yard, id) {
        return Err(Failure::new("AssertionError", format!("can only {what} a started process")));
    }
    if word_of(yard, id, process::PARENT) != u64::from(yard.process.0) + 1 {
        return Err(Failure::new("AssertionError", format!("can only {what} a child process")));
    }
    Ok(())
}

/// Whether a process is there or has been.
pub(in crate::engine::real) fn has_started(yard: &Yard, id: ProcessId) -> bool {
    !matches!(word_of(yard, id, process::STATE), 0 | process::CLAIMED)
}

fn word_of(yard: &Yard, id: ProcessId, which: usize) -> u64 {
    yard.frame.segment.process(id.index()).map_or(0, |slot| slot[which].load(SeqCst))
}

/// The feeders of this process, through which all that it put must have gone before it ends.
pub(in crate::engine::real) fn feeders(yard: &Yard) -> impl Iterator<Item = &crate::engine::real::resource::across::Queue> {
    yard.resources.iter().filter_map(|resource| match resource {
        Resource::AcrossQueue(queue) => Some(queue),
        _ => None,
    })
}

//! `run-command`: a program of the system's, run without a shell, with what it writes kept up to a limit. It ends with the task
//! that waits for it: this executable starts once more, asks the kernel for that, and becomes the program. What the program has
//! started in turn ends with it by a guard, this executable again, which leads their group.
//! Whether it may run at all was asked before.
#![expect(clippy::disallowed_methods, reason = "this file starts programs")]

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::transport::state;
use crate::trace::store::TaskState;
use crate::trace::{EventKind, NOTHING};
use crate::value::Failure;

/// In the place of a folder: the worker is to become a program.
pub(in crate::engine::real) const IS_PROGRAM: &str = "+";
/// Likewise: it is to guard one.
pub(in crate::engine::real) const IS_GUARD: &str = "++";
/// Bytes of output that are kept.
const MOST_OUTPUT: usize = 64 << 10;
/// Between two looks whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// Looks at what it wrote once it has ended: those it has left behind may hold its output open for ever.
const LAST_LOOKS: u32 = 200;

/// Becomes the program whose words follow the number of the process that asks for it.
///
/// # Errors
/// When there is no such program.
pub(in crate::engine::real) fn become_program(words: &[OsString]) -> io::Result<()> {
    super::bond::die_with_the_app();
    super::bond::die_of_full_files();
    let [asker, program, arguments @ ..] = words else { return Err(io::ErrorKind::InvalidInput.into()) };
    if super::family::number(true) != crate::value::Value::Int(asker.to_string_lossy().parse().unwrap_or(0)) {
        // Whoever asked has died before the kernel could be asked to tell.
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    become_it(Command::new(program).args(arguments))
}

#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<()> {
    std::process::exit(command.status()?.code().unwrap_or(1))
}

/// Runs the program `words` begin with, and gives its exit code and output.
///
/// # Errors
/// When the run ends; inside, what Python raises.
pub(in crate::engine::real) fn run(
    context: &mut Context,
    words: &[String],
    is_allowed: bool,
) -> Result<Result<(i64, String), Failure>, Cut> {
    let program = words.first().map_or("", String::as_str);
    if !is_allowed {
        let words = format!("`{program}` may not run: nobody has confirmed the programs of this file (--allow-commands)");
        return Ok(Err(Failure::new("PermissionError", words)));
    }
    let Some(path) = find(program) else {
        return Ok(Err(Failure::new("FileNotFoundError", format!("[Errno 2] No such file or directory: '{program}'"))));
    };
    match start(&path, words.get(1..).unwrap_or_default()) {
        Ok(program) => Ok(Ok(wait(context, program)?)),
        Err(error) => Ok(Err(Failure::new("OSError", format!("`{program}`: {error}")))),
    }
}

/// Where a program is: itself, if it is a path; else as the shell would find it.
fn find(program: &str) -> Option<PathBuf> {
    if program.is_empty() {
        return None;
    }
    if Path::new(program).components().count() > 1 {
        return Some(PathBuf::from(program)).filter(|path| path.is_file());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

/// A program that runs, and who leads its group; its number belongs to nobody else until it is reaped.
struct Program {
    child: Child,
    guard: Guard,
}

fn start(path: &Path, arguments: &[String]) -> io::Result<Program> {
    let mut guard = Guard::start()?;
    let mut command = Command::new(super::family::executable()?);
    command.arg("worker").arg(IS_PROGRAM).arg(std::process::id().to_string()).arg(path).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    guard.lead(&mut command);
    match command.spawn() {
        Ok(child) => Ok(Program { child, guard }),
        Err(error) => {
            guard.end();
            Err(error)
        }
    }
}

impl Program {
    /// Ends it and all that it has started.
    fn end(&mut self) {
        self.guard.end();
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Ends the group that it leads when the one who asked for it has ended, however that was: then its standard input ends.
pub(in crate::engine::real) fn guard() {
    let _gone = io::copy(&mut io::stdin().lock(), &mut io::sink());
    #[cfg(unix)]
    if rustix::process::getpgrp() == rustix::process::getpid() {
        let _ended = rustix::process::kill_current_process_group(rustix::process::Signal::KILL);
    }
}

#[cfg(unix)]
struct Guard(Child);

#[cfg(unix)]
impl Guard {
    fn start() -> io::Result<Self> {
        use std::os::unix::process::CommandExt as _;
        let mut command = Command::new(super::family::executable()?);
        command.arg("worker").arg(IS_GUARD).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.process_group(0).spawn().map(Self)
    }

    /// All that it starts can be ended with it.
    fn lead(&self, command: &mut Command) {
        use std::os::unix::process::CommandExt as _;
        command.process_group(self.0.id().cast_signed());
    }

    /// Ends all of the group, itself too.
    fn end(&mut self) {
        if let Some(group) = rustix::process::Pid::from_raw(self.0.id().cast_signed()) {
            let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _reaped = self.0.wait();
    }
}

/// Elsewhere there are no groups to end.
#[cfg(not(unix))]
struct Guard;

#[cfg(not(unix))]
impl Guard {
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
    fn start() -> io::Result<Self> {
        Ok(Self)
    }

    fn lead(&self, _command: &mut Command) {}

    fn end(&mut self) {}
}

/// Waits for its end.
fn wait(context: &mut Context, mut program: Program) -> Result<(i64, String), Cut> {
    let begin = context.frame.clock.now();
    context.event(EventKind::Sleeping, NOTHING, 0, begin);
    context.leave_interpreter();
    state::enter(context.slot, TaskState::Sleeping, begin);
    let kept: Arc<Mutex<Vec<u8>>> = Arc::default();
    let reader = program.child.stdout.take().and_then(|output| {
        let kept = Arc::clone(&kept);
        std::thread::Builder::new().name("coreyard-reader".to_owned()).spawn(move || read(output, &kept)).ok()
    });
    let is_over = || context.frame.control.orders().stop();
    let ended = loop {
        match program.child.try_wait() {
            Ok(Some(status)) => break exit_code(status),
            Ok(None) if is_over() => {
                program.end();
                return Err(Cut);
            }
            Ok(None) => std::thread::park_timeout(LOOK_EVERY),
            Err(_) => break -1,
        }
    };
    for _ in 0..LAST_LOOKS {
        if reader.as_ref().is_none_or(std::thread::JoinHandle::is_finished) || is_over() {
            break;
        }
        std::thread::park_timeout(LOOK_EVERY);
    }
    program.end();
    let now = context.frame.clock.now();
    state::enter(context.slot, TaskState::Running, now);
    let waited = now.since(begin).0;
    context.event(EventKind::Resumed, NOTHING, waited, now);
    context.step_done(now, waited);
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((ended, String::from_utf8_lossy(&kept).into_owned()))
}

/// Reads all it writes, and keeps the beginning.
fn read(mut output: ChildStdout, kept: &Mutex<Vec<u8>>) {
    let mut some = [0; 4096];
    while let Ok(read @ 1..) = output.read(&mut some) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_OUTPUT.saturating_sub(kept.len()).min(read);
        kept.extend_from_slice(&some[..room]);
    }
}

fn exit_code(status: ExitStatus) -> i64 {
    super::family::exit_number(status).into()
}

//! The worker's process as the app holds it: started, watched, killed when it must be, and nothing of it left behind.
//! A thread of its own keeps it, because a window that is not drawn polls nothing; the same thread samples the cores.
#![expect(clippy::disallowed_methods, reason = "this file starts the worker's process")]

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::engine::EngineError;
use crate::engine::real::transport::socket::{Listener, Socket};
use crate::trace::store::CoreSample;

/// Between two samples of the cores.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);
/// How long a worker may take to call back.
const CALL_BACK: Duration = Duration::from_secs(10);
/// What of a worker's last words is told.
const MOST_WORDS: usize = 2_000;
/// What of them is read.
const MOST_READ: u64 = 1 << 20;

/// In the place of a folder: there is none.
const NOWHERE: &str = "=";

/// What the keeper is asked.
enum Ask {
    /// Kill it if it is still there then.
    KillAt(Instant),
    /// Kill it now and end.
    End,
}

/// What keeper and app share.
#[derive(Debug, Default)]
struct Kept {
    exit: Option<ExitStatus>,
    samples: Vec<CoreSample>,
}

/// A worker under way.
#[derive(Debug)]
pub(in crate::engine::real) struct Process {
    ask: Sender<Ask>,
    kept: Arc<Mutex<Kept>>,
    keeper: Option<JoinHandle<()>>,
    /// What it writes to its standard error: a file without a name.
    errors: File,
    /// Where the socket is, and the segment; none where both are in no file system.
    _folder: Option<tempfile::TempDir>,
}

impl Process {
    /// Starts `worker` and waits until it has called back. `sample` is called on the keeper's thread.
    ///
    /// # Errors
    /// When the system refuses, or the worker does not call; with what was tried.
    pub(in crate::engine::real) fn start(
        worker: &Path,
        folder: Option<tempfile::TempDir>,
        sample: impl FnMut() -> Option<CoreSample> + Send + 'static,
    ) -> Result<(Self, Socket), EngineError> {
        let path = folder.as_ref().map_or(Path::new(NOWHERE), tempfile::TempDir::path);
        let mut listener = Listener::new(path).map_err(EngineError::system("a socket", "套接字"))?;
        let errors = tempfile::tempfile().and_then(|file| Ok((file.try_clone()?, file)));
        let (errors, words) = errors.map_err(EngineError::system("a temporary file", "临时文件"))?;
        let mut command = Command::new(worker);
        command.arg("worker").arg(path).stdin(listener.input()).stdout(Stdio::null()).stderr(words);
        alone(&mut command);
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let (ask, asked) = channel();
        let (started, start) = channel();
        let shared = Arc::clone(&kept);
        // The kernel ends the worker with the thread that started it: that is the keeper, which lives as long as the run.
        let keeper = std::thread::Builder::new().name("coreyard-keeper".to_owned()).spawn(move || {
            let worker = command.spawn();
            // With it goes this process's copy of the worker's end of the socket, so that the worker's end is seen.
            drop(command);
            match worker {
                Ok(child) => {
                    // Nobody listens any more when the app was dropped meanwhile.
                    let _nobody = started.send(Ok(()));
                    keep(child, &asked, &shared, sample);
                }
                Err(error) => {
                    let _nobody = started.send(Err(error));
                }
            }
        });
        let keeper = keeper.map_err(EngineError::system("a thread", "线程"))?;
        let started = start.recv().unwrap_or_else(|_gone| Err(std::io::ErrorKind::BrokenPipe.into()));
        let program = worker.display().to_string();
        started.map_err(EngineError::system_with("starting", "启动", &program))?;
        let process = Self { ask, kept, keeper: Some(keeper), errors, _folder: folder };
        match listener.accept(CALL_BACK, || process.exit().is_none()) {
            Ok(socket) => Ok((process, socket)),
            Err(error) => {
                let words = process.last_words();
                Err(EngineError::system_with("starting", "启动", &format!("{program} worker {words}"))(error))
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it has ended, if it has.
    pub(in crate::engine::real) fn exit(&self) -> Option<ExitStatus> {
        self.kept().exit
    }

    /// Samples taken since this was asked last.
    pub(in crate::engine::real) fn samples(&self) -> Vec<CoreSample> {
        std::mem::take(&mut self.kept().samples)
    }

    /// Kills it in so long, should it still be there.
    pub(in crate::engine::real) fn kill_in(&self, patience: Duration) {
        // A keeper that is gone has nothing left to kill.
        let _gone = self.ask.send(Ask::KillAt(Instant::now() + patience));
    }

    /// What it wrote to its standard error, the end of it.
    pub(in crate::engine::real) fn last_words(&self) -> String {
        let mut bytes = Vec::new();
        let mut errors = &self.errors;
        // What cannot be read again is not told.
        let _unread = errors.rewind().and_then(|()| errors.take(MOST_READ).read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(MOST_WORDS)..]).trim().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.ask.send(Ask::End);
        if let Some(keeper) = self.keeper.take() {
            // A keeper that panicked has nothing more to say.
            let _panicked = keeper.join();
        }
    }
}

/// A Ctrl+C in the app's terminal is for the app, which stops the run in order.
#[cfg(unix)]
fn alone(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn alone(_command: &mut Command) {}

/// Watches, samples and kills, until the process has ended and been reaped.
fn keep(mut child: Child, asked: &Receiver<Ask>, kept: &Mutex<Kept>, mut sample: impl FnMut() -> Option<CoreSample>) {
    let mut kill_at: Option<Instant> = None;
    let mut sample_at = Instant::now() + SAMPLE_EVERY;
    loop {
        let wake_at = kill_at.map_or(sample_at, |kill| kill.min(sample_at));
        // Short steps, so that an end is seen soon.
        let patience = wake_at.saturating_duration_since(Instant::now()).min(Duration::from_millis(5));
        match asked.recv_timeout(patience) {
            Ok(Ask::KillAt(at)) => kill_at = Some(kill_at.map_or(at, |kill| kill.min(at))),
            Ok(Ask::End) | Err(RecvTimeoutError::Disconnected) => kill_at = Some(Instant::now()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = Instant::now();
        if kill_at.is_some_and(|kill| kill <= now) {
            // It may have ended just now; then there is nobody to kill.
            let _ended = child.kill();
        }
        let exit = if kill_at.is_some_and(|kill| kill <= now) { child.wait().ok() } else { child.try_wait().ok().flatten() };
        if now >= sample_at || exit.is_some() {
            sample_at = now + SAMPLE_EVERY;
            let taken = sample();
            kept.lock().unwrap_or_else(PoisonError::into_inner).samples.extend(taken);
        }
        if exit.is_some() {
            kept.lock().unwrap_or_else(PoisonError::into_inner).exit = exit;
            return;
        }
    }
}

//! Dialogs and disk: which file to open or save, read and written without ever losing text. Dialogs answer later, on a channel.
#![expect(clippy::disallowed_methods, reason = "a shell file: writes the user's files, waits for dialogs on a thread")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crossbeam::channel::{Receiver, bounded};

use super::reading::{self, Pipes};
use crate::lang::{Lang, Told};
use crate::ui::i18n::{self, fill};

/// A dialog that closes sooner than anybody can was never there.
const NO_DIALOG: Duration = Duration::from_millis(250);

/// What a dialog is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Opens a scenario or a trace.
    Open,
    /// Saves the text.
    Save,
    /// Saves the text, then goes on with what was asked before.
    SaveThenGoOn,
    /// Saves the run.
    Trace,
    /// Saves a picture: of the window, or of the panel named.
    Picture(Option<crate::ui::command::PanelKind>),
}

impl Purpose {
    /// The ending of what is written, for names typed without one.
    #[must_use]
    pub(super) const fn ending(&self) -> &'static str {
        match self {
            Self::Open | Self::Save | Self::SaveThenGoOn => "kdl",
            Self::Trace => "coretrace",
            Self::Picture(_) => "png",
        }
    }
}

/// A dialog that is open.
#[derive(Debug)]
pub(super) struct Dialog {
    /// What for.
    pub(super) purpose: Purpose,
    /// What was proposed.
    pub(super) proposed: PathBuf,
    answer: Receiver<Reply>,
}

/// What came of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// This path.
    Path(PathBuf),
    /// None, thank you.
    Cancelled,
    /// No dialog answers here.
    NoDialog,
}

impl Dialog {
    /// A dialog that is not there: the window takes the path itself.
    #[must_use]
    pub(super) fn none(purpose: Purpose, proposed: PathBuf) -> Self {
        let (_, answer) = bounded(1);
        Self { purpose, proposed, answer }
    }

    /// Opens a dialog over the window of `frame`; `wake` is called when it has closed.
    #[must_use]
    pub(super) fn open(purpose: Purpose, proposed: PathBuf, frame: &eframe::Frame, wake: impl FnOnce() + Send + 'static) -> Self {
        let dialog = rfd::AsyncFileDialog::new().set_parent(frame);
        let dialog = match purpose {
            Purpose::Open => dialog.add_filter("Coreyard", &["kdl", "coretrace"]),
            Purpose::Save | Purpose::SaveThenGoOn => dialog.add_filter("KDL", &["kdl"]),
            Purpose::Trace => dialog.add_filter("Coreyard", &["coretrace"]),
            Purpose::Picture(_) => dialog.add_filter("PNG", &["png"]),
        };
        // A folder is proposed as such, a file with its folder.
        let folder = if proposed.is_dir() { Some(proposed.as_path()) } else { proposed.parent() };
        let dialog = match folder.filter(|folder| folder.is_dir()) {
            Some(folder) => dialog.set_directory(folder),
            None => dialog,
        };
        let name = proposed.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let saving = purpose != Purpose::Open;
        let dialog = if saving { dialog.set_file_name(name) } else { dialog };
        // The future is made here, on the thread of the window; a thread of its own waits for it.
        let future: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            if saving { Box::pin(dialog.save_file()) } else { Box::pin(dialog.pick_file()) };
        let (send, answer) = bounded(1);
        let waiting = std::thread::Builder::new().name("dialog".to_owned()).spawn(move || {
            let begun = Instant::now();
            let reply = match wait_for(future) {
                Some(file) => Reply::Path(file.path().to_owned()),
                None if begun.elapsed() < NO_DIALOG => Reply::NoDialog,
                None => Reply::Cancelled,
            };
            // Nobody waits any more when the window has closed meanwhile.
            drop(send.send(reply));
            wake();
        });
        // Without a thread the channel is closed, and `reply` says that no dialog answers.
        drop(waiting);
        Self { purpose, proposed, answer }
    }

    /// What came of it, once it has closed.
    #[must_use]
    pub(super) fn reply(&self) -> Option<Reply> {
        match self.answer.try_recv() {
            Ok(reply) => Some(reply),
            Err(crossbeam::channel::TryRecvError::Empty) => None,
            Err(crossbeam::channel::TryRecvError::Disconnected) => Some(Reply::NoDialog),
        }
    }
}

/// Polls a future to its end on this thread.
fn wait_for<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + Send>>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}

/// Reads a text; what went wrong in words.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String, Told> {
    let bytes = read(path, reading::MOST_OF_A_TEXT)?;
    let byte = |error: std::string::FromUtf8Error| (error.utf8_error().valid_up_to() + 1).to_string();
    let bytes = String::from_utf8(bytes).map_err(byte);
    bytes.map_err(|byte| not_read(path, |lang| fill(i18n::NO_TEXT.get(lang), &[&byte])))
}

/// Reads a saved run; what went wrong in words.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read_trace(path: &Path) -> Result<Vec<u8>, Told> {
    read(path, reading::MOST_OF_A_TRACE)
}

/// The window waits for nothing that may never come.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, Told> {
    reading::whole(path, most, Pipes::Refused).map_err(|unread| not_read(path, |lang| unread.words(lang)))
}

/// That a file was not read, and why.
pub(super) fn not_read(path: &Path, why: impl Fn(Lang) -> String) -> Told {
    Told::of(|lang| fill(i18n::NOT_READ.get(lang), &[&path.display().to_string(), &why(lang)]))
}

/// The path from the root: it still leads there from another folder, at another start.
#[must_use]
pub(super) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// Replaces a file; what went wrong in words.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Told> {
    let place = path.display().to_string();
    let told = |error: std::io::Error| Told::of(|lang| fill(i18n::NOT_WRITTEN.get(lang), &[&place, &reading::why(&error, lang)]));
    super::replacing::replace(path, bytes).map_err(told)
}

/// When a file was last changed; none if it cannot be told.
#[must_use]
pub(super) fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|there| there.modified()).ok()
}

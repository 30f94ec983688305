//! Watches the open file for what other programs do to it, beside the window's thread: it wakes the window, which looks itself.
//! Reads no text and decides nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::files;

/// How often it looks. A program that writes in several goes is waited for: what has changed must have stayed so for as long.
const BETWEEN: Duration = Duration::from_millis(700);

/// When the file was changed last, as the window knows it; none if it is not there.
type Changed = Option<SystemTime>;

/// A thread that watches one file at a time.
pub(super) struct Watcher {
    tell: Sender<Option<Watched>>,
    noticed: Arc<AtomicBool>,
    /// What it was told last.
    told: Option<(PathBuf, Changed)>,
}

/// A file, and how it has been seen.
struct Watched {
    path: PathBuf,
    known: Changed,
    /// The time of a change seen once, which may still be under way.
    seen: Option<Changed>,
}

impl Watched {
    /// Whether a look that found `now` shows a change that is over.
    fn has_changed(&mut self, now: Changed) -> bool {
        if now == self.known {
            self.seen = None;
            return false;
        }
        let is_over = self.seen == Some(now);
        self.seen = Some(now);
        if is_over {
            self.known = now;
        }
        is_over
    }
}

impl Watcher {
    /// Starts the thread; `wake` is called when the file has changed. None where the system refuses a thread.
    pub(super) fn start(wake: impl Fn() + Send + 'static) -> Option<Self> {
        let (tell, told) = unbounded();
        let noticed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&noticed);
        let watches = move || {
            watch(&told, &|| {
                flag.store(true, Ordering::Release);
                wake();
            });
        };
        let thread = std::thread::Builder::new().name("watcher".to_owned()).spawn(watches);
        thread.ok().map(|_detached| Self { tell, noticed, told: None })
    }

    /// Watches `path`, last changed at `known`, from now on; none for nothing.
    pub(super) fn watch(&mut self, file: Option<(PathBuf, Changed)>) {
        if self.told != file {
            self.told.clone_from(&file);
            self.noticed.store(false, Ordering::Release);
            // The thread lives as long as this does.
            drop(self.tell.send(file.map(|(path, known)| Watched { path, known, seen: None })));
        }
    }

    /// Whether [`Self::has_noticed`] will say so.
    pub(super) fn will_tell(&self) -> bool {
        self.noticed.load(Ordering::Acquire)
    }

    /// Whether the file has changed since this was asked last.
    pub(super) fn has_noticed(&self) -> bool {
        self.noticed.swap(false, Ordering::AcqRel)
    }
}

fn watch(told: &Receiver<Option<Watched>>, notice: &dyn Fn()) {
    let mut watched: Option<Watched> = None;
    loop {
        let next = if watched.is_some() { told.recv_timeout(BETWEEN) } else { told.recv().map_err(RecvTimeoutError::from) };
        match next {
            Ok(file) => watched = file,
            Err(RecvTimeoutError::Timeout) => {
                if watched.as_mut().is_some_and(|file| file.has_changed(files::changed(&file.path))) {
                    notice();
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once_and_only_when_it_is_over() {
        let at = |seconds: u64| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let mut file = Watched { path: PathBuf::new(), known: at(1), seen: None };
        let looks = [at(1), at(2), at(3), at(3), at(3), None, at(3), None, None, None];
        let told: Vec<bool> = looks.into_iter().map(|now| file.has_changed(now)).collect();
        assert_eq!(told, [false, false, false, true, false, false, false, false, true, false]);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "writes the file that is watched")]
    fn the_window_is_woken_when_another_program_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.kdl");
        let (woken, wait) = unbounded();
        let mut watcher = Watcher::start(move || woken.send(()).unwrap()).unwrap();
        watcher.watch(Some((path.clone(), None)));
        std::fs::write(&path, "lock a\n").unwrap();
        wait.recv().expect("the thread goes on");
        assert!(watcher.has_noticed() && !watcher.has_noticed());
    }
}

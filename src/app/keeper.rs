//! Keeps text that is not saved, so that a crash loses none: held in memory at each change, written to disk beside the window's
//! thread a moment later, and at once when the program panics. Does not decide what is worth keeping.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread::JoinHandle;

use crossbeam::channel::{Receiver, Sender, bounded};

use super::settings::Store;
use super::unsaved::{Slot, Unsaved};

/// What is to lie on the disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Kept {
    /// No text.
    #[default]
    Nothing,
    /// This text.
    Text(Unsaved),
}

/// Holds the text and has it written.
pub(super) struct Keeper {
    desk: Arc<Desk>,
    /// Tells the thread that what is held has changed; it always writes the latest.
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the window's thread, the one that writes, and a panic on any share.
struct Desk {
    store: Store,
    held: Mutex<Kept>,
    /// The file of this window, once there has been something to keep.
    slot: OnceLock<Slot>,
    /// Held by who writes: what is older is never written behind what is newer.
    writing: Mutex<()>,
    /// Why the text could not be written, until that is told.
    failure: Mutex<Option<String>>,
    /// It is told once, until writing succeeds again.
    has_failed: AtomicBool,
    /// Called when there is a failure to tell.
    tell: Box<dyn Fn() + Send + Sync>,
}

impl Keeper {
    /// One that writes into `store`; `tell` is called when that has failed.
    pub(super) fn new(store: Store, tell: impl Fn() + Send + Sync + 'static) -> Self {
        let desk = Arc::new(Desk {
            store,
            held: Mutex::default(),
            slot: OnceLock::new(),
            writing: Mutex::default(),
            failure: Mutex::default(),
            has_failed: AtomicBool::new(false),
            tell: Box::new(tell),
        });
        let (wake, woken) = bounded(1);
        let writes = {
            let desk = Arc::clone(&desk);
            move || write_when_woken(&woken, &desk)
        };
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(writes);
        Self { desk, wake: Some(wake), thread: thread.ok() }
    }

    /// Holds this from now on; touches no disk.
    pub(super) fn hold(&self, kept: Kept) {
        *locked(&self.desk.held) = kept;
    }

    /// Has what is held written soon.
    pub(super) fn write(&self) {
        match &self.wake {
            // A full channel will wake the thread after this: it then writes what is held by now.
            Some(wake) if self.thread.is_some() => drop(wake.try_send(())),
            _ => self.desk.write_or_tell(),
        }
    }

    /// Writes what is held, and comes back when it lies on the disk.
    pub(super) fn write_now(&self) -> io::Result<()> {
        self.desk.write()
    }

    /// Why text could not be written; told once.
    pub(super) fn take_failure(&self) -> Option<String> {
        locked(&self.desk.failure).take()
    }

    /// Comes back when all is written; what is not needed any more is gone.
    pub(super) fn finish(&mut self) {
        self.write();
        self.wake = None;
        // A keeper that panicked has told so; what is held is written below.
        drop(self.thread.take().map(JoinHandle::join));
        self.desk.write_or_tell();
        if let Some(slot) = self.desk.slot.get().filter(|_| *locked(&self.desk.held) == Kept::Nothing) {
            // What cannot be taken away holds no text, and is tidied up at the next start.
            drop(slot.leave());
        }
    }

    /// Writes what is held at once, from any thread, when the program panics.
    pub(super) fn write_on_panic(&self) {
        let (desk, before) = (Arc::clone(&self.desk), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            desk.rescue();
            before(panic);
        }));
    }
}

impl Desk {
    /// The file of this window; none where nothing is to be kept at all.
    fn slot(&self) -> io::Result<Option<&Slot>> {
        if self.slot.get().is_none()
            && let Some(folder) = self.store.folder()
        {
            // Two that came at once would each have one: the second goes.
            drop(self.slot.set(Slot::new_in(folder)?).map_err(|second| second.leave()));
        }
        Ok(self.slot.get())
    }

    fn write(&self) -> io::Result<()> {
        let _writing = locked(&self.writing);
        // Copied, so that typing goes on while the disk is slow.
        let kept = locked(&self.held).clone();
        match kept {
            Kept::Text(unsaved) => self.slot()?.map_or(Ok(()), |slot| slot.keep(&unsaved)),
            Kept::Nothing => self.slot.get().map_or(Ok(()), Slot::forget),
        }
    }

    fn write_or_tell(&self) {
        match self.write() {
            Ok(()) => self.has_failed.store(false, Ordering::Relaxed),
            Err(_) if self.has_failed.swap(true, Ordering::Relaxed) => {}
            Err(error) => {
                let folder = self.store.folder().map(|folder| folder.display().to_string()).unwrap_or_default();
                *locked(&self.failure) = Some(format!("{folder}: {error}"));
                (self.tell)();
            }
        }
    }

    /// Writes text that is held; never waits for a lock, which the thread that panics may hold itself.
    fn rescue(&self) {
        let held = match self.held.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if let Kept::Text(unsaved) = &*held
            && let Ok(Some(slot)) = self.slot()
        {
            // The program is about to end: there is nobody left to tell.
            drop(slot.keep(unsaved));
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write_when_woken(woken: &Receiver<()>, desk: &Desk) {
    while woken.recv().is_ok() {
        desk.write_or_tell();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Unsaved {
        Unsaved { path: None, on_disk: None, text: text.to_owned() }
    }

    fn keeper(store: &Store) -> Keeper {
        Keeper::new(store.clone(), || {})
    }

    #[test]
    fn the_latest_is_written_and_forgotten_when_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().to_owned());
        let mut first = keeper(&store);
        for version in ["a", "ab", "abc"] {
            first.hold(Kept::Text(text(version)));
            first.write();
        }
        first.finish();
        assert_eq!(store.unsaved(), [text("abc")]);
        keeper(&store).finish();
        assert_eq!(store.unsaved(), [text("abc")], "each keeps its own");
        first.hold(Kept::Nothing);
        first.finish();
        assert_eq!(store.unsaved(), []);
    }

    #[test]
    fn what_is_held_is_rescued_even_when_nothing_was_written_yet() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().to_owned());
        let keeper = keeper(&store);
        keeper.hold(Kept::Text(text("typed just now")));
        keeper.desk.rescue();
        assert_eq!(store.unsaved(), [text("typed just now")]);
        let locked = keeper.desk.held.lock().unwrap();
        keeper.desk.rescue();
        drop(locked);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "puts a file where the folder should be")]
    fn what_cannot_be_written_is_told_once_until_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::write(&home, "no folder").unwrap();
        let (told, tells) = bounded(9);
        let mut keeper = Keeper::new(Store::at(home.clone()), move || told.send(()).unwrap());
        for words in ["a", "ab"] {
            keeper.hold(Kept::Text(text(words)));
            keeper.desk.write_or_tell();
        }
        assert_eq!(tells.try_iter().count(), 1);
        let failure = keeper.take_failure().unwrap();
        assert!(failure.starts_with(&home.display().to_string()), "{failure}");
        assert_eq!(keeper.take_failure(), None);
        std::fs::remove_file(&home).unwrap();
        keeper.finish();
        assert_eq!(Store::at(home).unsaved(), [text("ab")]);
    }
}

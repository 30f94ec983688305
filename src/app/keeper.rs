//! Keeps text that is not saved, so that a crash loses none: held in memory at each change, written to disk beside the window's
//! thread a moment later, and at once when the program panics. Does not decide what is worth keeping.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam::channel::{Receiver, Sender, bounded};

use super::settings::{Store, Unsaved};

/// What is to lie on the disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Kept {
    /// What lies there already, be it from before a crash.
    #[default]
    Untouched,
    /// No text.
    Nothing,
    /// This text.
    Text(Unsaved),
}

type Held = Arc<Mutex<Kept>>;

/// Holds the text and has it written.
pub(super) struct Keeper {
    store: Store,
    held: Held,
    /// Tells the thread that what is held has changed; it always writes the latest.
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// One that writes into `store`.
    pub(super) fn new(store: Store) -> Self {
        let held = Held::default();
        let (wake, woken) = bounded(1);
        let writes = {
            let (store, held) = (store.clone(), Arc::clone(&held));
            move || write_when_woken(&woken, &store, &held)
        };
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(writes);
        Self { store, held, wake: Some(wake), thread: thread.ok() }
    }

    /// Holds this from now on; touches no disk.
    pub(super) fn hold(&self, kept: Kept) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// Has what is held written soon.
    pub(super) fn write(&self) {
        match &self.wake {
            // A full channel will wake the thread after this: it then writes what is held by now.
            Some(wake) if self.thread.is_some() => drop(wake.try_send(())),
            _ => write(&self.store, &self.held),
        }
    }

    /// Comes back when all is written.
    pub(super) fn finish(&mut self) {
        self.write();
        self.wake = None;
        // A keeper that panicked has told so; what is held is written below.
        drop(self.thread.take().map(JoinHandle::join));
        write(&self.store, &self.held);
    }

    /// Writes what is held at once, from any thread, when the program panics.
    pub(super) fn write_on_panic(&self) {
        let (store, held, before) = (self.store.clone(), Arc::clone(&self.held), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            rescue(&store, &held);
            before(panic);
        }));
    }
}

/// Writes text that is held; never waits for a lock, which the thread that panics may hold itself.
fn rescue(store: &Store, held: &Held) {
    let held = match held.try_lock() {
        Ok(held) => held,
        Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(std::sync::TryLockError::WouldBlock) => return,
    };
    if let Kept::Text(unsaved) = &*held {
        store.keep_unsaved(unsaved);
    }
}

fn write_when_woken(woken: &Receiver<()>, store: &Store, held: &Held) {
    while woken.recv().is_ok() {
        write(store, held);
    }
}

fn write(store: &Store, held: &Held) {
    // Copied, so that typing goes on while the disk is slow.
    let kept = held.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match kept {
        Kept::Untouched => {}
        Kept::Text(unsaved) => store.keep_unsaved(&unsaved),
        Kept::Nothing => store.forget_unsaved(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Unsaved {
        Unsaved { path: None, text: text.to_owned() }
    }

    #[test]
    fn the_latest_is_written_and_forgotten_when_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().to_owned());
        let mut keeper = Keeper::new(store.clone());
        for version in ["a", "ab", "abc"] {
            keeper.hold(Kept::Text(text(version)));
            keeper.write();
        }
        keeper.finish();
        assert_eq!(store.unsaved(), Some(text("abc")));
        Keeper::new(store.clone()).finish();
        assert_eq!(store.unsaved(), Some(text("abc")), "untouched until something is held");
        let mut keeper = Keeper::new(store.clone());
        keeper.hold(Kept::Nothing);
        keeper.finish();
        assert_eq!(store.unsaved(), None);
    }

    #[test]
    fn what_is_held_is_rescued_even_when_nothing_was_written_yet() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().to_owned());
        let keeper = Keeper::new(store.clone());
        keeper.hold(Kept::Text(text("typed just now")));
        rescue(&keeper.store, &keeper.held);
        assert_eq!(store.unsaved(), Some(text("typed just now")));
        let locked = keeper.held.lock().unwrap();
        rescue(&keeper.store, &keeper.held);
        drop(locked);
    }
}

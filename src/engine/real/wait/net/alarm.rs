//! How a thread is woken, wherever it waits: parked, or polling its sockets. Does not know what it waits for.

use std::io;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, fence};
use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::Duration;

use polling::{Events, Poller};

/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct Alarm {
    thread: Thread,
    poller: OnceLock<Poller>,
    /// Whether it polls, or is about to.
    polls: AtomicBool,
}

impl Alarm {
    /// The running thread's.
    pub(in crate::engine::real) fn of_this_thread() -> Arc<Self> {
        Arc::new(Self { thread: std::thread::current(), poller: OnceLock::new(), polls: AtomicBool::new(false) })
    }

    /// Wakes it. After what it is to see.
    pub(in crate::engine::real) fn wake(&self) {
        self.thread.unpark();
        // Before its last look it says that it polls: either that is seen here, or it sees what was done before.
        fence(SeqCst);
        if self.polls.load(Relaxed)
            && let Some(poller) = self.poller.get()
        {
            // One that cannot be notified looks again when its time is over.
            let _unheard = poller.notify();
        }
    }

    /// What it polls with.
    ///
    /// # Errors
    /// When the system refuses one more.
    pub(super) fn poller(&self) -> io::Result<&Poller> {
        if let Some(poller) = self.poller.get() {
            return Ok(poller);
        }
        let poller = Poller::new()?;
        Ok(self.poller.get_or_init(|| poller))
    }

    /// Polls until something has happened, it is woken or time is over; not at all unless, at the last look, `may_rest`.
    pub(super) fn poll(&self, events: &mut Events, at_most: Option<Duration>, may_rest: impl FnOnce() -> bool) {
        let Some(poller) = self.poller.get() else { return };
        self.polls.store(true, Relaxed);
        fence(SeqCst);
        if may_rest() && poller.wait(events, at_most).is_err() {
            // Whatever the system has against it, it is asked again soon.
            std::thread::park_timeout(Duration::from_millis(1));
        }
        self.polls.store(false, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_polls_is_woken_and_one_that_may_not_rest_does_not_begin() {
        let alarm = Arc::new(OnceLock::<Arc<Alarm>>::new());
        let told = Arc::clone(&alarm);
        let sleeper = std::thread::Builder::new().spawn(move || {
            let own = Alarm::of_this_thread();
            own.poller().unwrap();
            let mut events = Events::new();
            own.poll(&mut events, None, || false);
            told.set(Arc::clone(&own)).unwrap();
            own.poll(&mut events, None, || true);
            events.is_empty()
        });
        let sleeper = sleeper.unwrap();
        while !sleeper.is_finished() {
            if let Some(alarm) = alarm.get() {
                alarm.wake();
            }
            std::thread::yield_now();
        }
        assert!(sleeper.join().unwrap());
    }
}

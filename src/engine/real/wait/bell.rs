//! Event loops that rest until others have done something: who does rings, and each looks whether that is what it waits for.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicUsize, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::waiter::{End, Waiter, Waiters};
use crate::time::Nanos;

/// See the file's head.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Bell {
    /// How many listen.
    listening: AtomicUsize,
    queue: Mutex<Waiters>,
}

impl Bell {
    fn queue(&self) -> MutexGuard<'_, Waiters> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens from here on: what is done after this rings, what was done before can be seen.
    pub(in crate::engine::real) fn listen(&self, waiter: &Arc<Waiter>) {
        self.queue().join(waiter, false);
        self.listening.fetch_add(1, SeqCst);
        fence(SeqCst);
    }

    /// Listens no more; false if it rang.
    pub(in crate::engine::real) fn leave(&self, waiter: &Arc<Waiter>) -> bool {
        let left = self.queue().leave(waiter);
        if left {
            self.listening.fetch_sub(1, SeqCst);
        }
        left
    }

    /// Whether somebody listens. After what was done.
    #[inline]
    pub(in crate::engine::real) fn is_listened_to(&self) -> bool {
        fence(SeqCst);
        self.listening.load(SeqCst) > 0
    }

    /// Wakes all that listen.
    pub(in crate::engine::real) fn ring(&self, now: Nanos) {
        let mut queue = self.queue();
        let woken: Vec<_> = std::iter::from_fn(|| queue.end_first(End::Woken, now)).collect();
        drop(queue);
        self.listening.fetch_sub(woken.len(), SeqCst);
        for waiter in woken {
            waiter.wake();
        }
    }
}

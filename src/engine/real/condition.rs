//! Conditions: a queue of tasks that have let a lock go until another gives them a sign, by Mesa semantics: a woken task competes
//! for the lock again. Waiting as such is `waiter`; what a lock is, is told by `Guard`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::context::{Context, Cut};
use super::guard::{Guard, NotHeld};
use super::meter::Meter;
use super::signal::deadline;
use super::waiter::{End, Waiters};
use crate::effect::Patience;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// A condition.
#[derive(Debug)]
pub(super) struct Condition {
    meter: Meter,
    pub(super) spurious: bool,
    queue: Mutex<Waiters>,
}

impl Condition {
    pub(super) fn new(meter: Meter, spurious: bool) -> Self {
        Self { meter, spurious, queue: Mutex::default() }
    }

    fn queue(&self) -> MutexGuard<'_, Waiters> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the lock go, waits for a sign and takes the lock back; false when patience ended first. Where `wakes` is given, the
    /// wait ends after so long as if there had been a sign.
    ///
    /// # Errors
    /// When the run ends; when the lock is not held.
    pub(super) fn wait(
        &self,
        context: &mut Context,
        lock: &dyn Guard,
        patience: Patience,
        wakes: Option<Nanos>,
    ) -> Result<Result<bool, NotHeld>, Cut> {
        if !lock.is_held_by(context.task) {
            return Ok(Err(NotHeld));
        }
        let asked = context.frame.clock.now();
        let late = deadline(asked, patience);
        let wakes = wakes.map(|after| asked + after).filter(|&wakes| late.is_none_or(|late| wakes < late));
        // In the queue before the lock is free: whoever then takes it and gives a sign finds this task.
        let mut queue = self.queue();
        context.begin(Awaited::Resource(self.meter.id), late.or(wakes).is_some(), TaskState::Blocked, false);
        queue.join(&context.waiter, false);
        self.meter.waiting(true);
        drop(queue);
        let depth = lock.let_go(context);
        let end = context.wait(wakes.or(late), |waiter| self.queue().leave(waiter));
        self.meter.waiting(false);
        let notified = end?.is_some() || wakes.is_some();
        if notified {
            self.meter.passed(context, Some(asked));
        } else {
            self.meter.timed_out(context, asked);
        }
        lock.take_back(context, depth)?;
        Ok(Ok(notified))
    }

    /// Wakes so many of those that have waited longest.
    ///
    /// # Errors
    /// When the lock is not held.
    pub(super) fn notify(&self, context: &mut Context, lock: &dyn Guard, count: u64) -> Result<(), NotHeld> {
        if !lock.is_held_by(context.task) {
            return Err(NotHeld);
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut queue = self.queue();
        let next = || queue.end_first(End::Woken, context.frame.clock.now());
        let ended: Vec<Arc<_>> = std::iter::from_fn(next).take(count).collect();
        self.meter.signalled(context, ended.len() as u64);
        drop(queue);
        for waiter in ended {
            waiter.wake();
        }
        Ok(())
    }
}

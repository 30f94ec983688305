//! Conditions: a queue of tasks that have let a lock go until another gives them a sign, by Mesa semantics: a woken task competes
//! for the lock again. Waiting as such is `waiter`; what a lock is, is told by `Guard`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::signal::deadline;
use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::guard::{Guard, NotHeld};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::wait::waiter::{End, Waiter, Waiters};
use crate::id::TaskId;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// A condition.
#[derive(Debug)]
pub(in crate::engine::real) struct Condition {
    meter: Meter,
    pub(in crate::engine::real) spurious: bool,
    line: Mutex<Line>,
}

/// Who waits.
#[derive(Debug, Default)]
struct Line {
    queue: Waiters,
    /// Coroutines, each in the name of the task that runs its loop.
    aside: VecDeque<TaskId>,
    /// Signs for those of these tasks.
    signs: Vec<TaskId>,
}

impl Condition {
    pub(in crate::engine::real) fn new(meter: Meter, spurious: bool) -> Self {
        Self { meter, spurious, line: Mutex::default() }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the lock go, waits for a sign and takes the lock back; false when patience ended first. Where `wakes` is given, the
    /// wait ends after so long as if there had been a sign.
    ///
    /// # Errors
    /// When the run ends; when the lock is not held.
    pub(in crate::engine::real) fn wait(
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
        let mut line = self.line();
        context.begin(Awaited::Resource(self.meter.id), late.or(wakes).is_some(), TaskState::Blocked, false);
        line.queue.join(&context.waiter, false);
        self.meter.waiting(true);
        drop(line);
        let depth = lock.let_go(context);
        let end = context.wait(wakes.or(late), |waiter| self.line().queue.leave(waiter));
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
    pub(in crate::engine::real) fn notify(&self, context: &mut Context, lock: &dyn Guard, count: u64) -> Result<(), NotHeld> {
        if !lock.is_held_by(context.task) {
            return Err(NotHeld);
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut line = self.line();
        let ended = line.wake(context, count);
        let coroutines = (count - ended.len()).min(line.aside.len());
        let signed: Vec<TaskId> = line.aside.drain(..coroutines).collect();
        line.signs.extend(signed);
        self.meter.signalled(context, (ended.len() + coroutines) as u64);
        drop(line);
        for waiter in ended {
            waiter.wake();
        }
        Ok(())
    }

    /// A coroutine of the task waits for a sign and the task does not; how often it held the lock, which is let go.
    ///
    /// # Errors
    /// When the lock is not held.
    pub(in crate::engine::real) fn stand_aside(&self, context: &mut Context, lock: &dyn Guard) -> Result<u32, NotHeld> {
        if !lock.is_held_by(context.task) {
            return Err(NotHeld);
        }
        self.line().aside.push_back(context.task);
        Ok(lock.let_go(context))
    }

    /// Whether there is a sign for a coroutine of the task.
    pub(in crate::engine::real) fn has_sign(&self, task: TaskId) -> bool {
        self.line().signs.contains(&task)
    }

    /// It is taken, if there is one.
    pub(in crate::engine::real) fn take_sign(&self, task: TaskId) -> bool {
        let mut line = self.line();
        let at = line.signs.iter().position(|&of| of == task);
        at.map(|at| line.signs.remove(at)).is_some()
    }

    /// A coroutine of the task waits no more; a sign that has come for it goes to another.
    pub(in crate::engine::real) fn leave_aside(&self, context: &Context) {
        let mut line = self.line();
        if let Some(at) = line.aside.iter().rposition(|&of| of == context.task) {
            line.aside.remove(at);
            return;
        }
        let Some(at) = line.signs.iter().position(|&of| of == context.task) else { return };
        line.signs.remove(at);
        let ended = line.wake(context, 1);
        if ended.is_empty()
            && let Some(next) = line.aside.pop_front()
        {
            line.signs.push(next);
        }
        drop(line);
        for waiter in ended {
            waiter.wake();
        }
    }
}

impl Line {
    /// Takes so many threads out, those that have waited longest; to be woken when the line is let go.
    fn wake(&mut self, context: &Context, most: usize) -> Vec<Arc<Waiter>> {
        std::iter::from_fn(|| self.queue.end_first(End::Woken, context.frame.clock.now())).take(most).collect()
    }
}

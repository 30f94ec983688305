//! Events and barriers: tasks in a queue until a sign lets all of them go on. Waiting as such is `waiter`, counting is `meter`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::effect::Patience;
use crate::engine::crowd::Crowd;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::clock::Clock;
use crate::engine::real::wait::waiter::{End, Waiter, Waiters};
use crate::id::TaskId;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes everybody out of a queue; to be woken when its mutex is let go.
fn end_all(queue: &mut Waiters, end: End, clock: Clock) -> Vec<Arc<Waiter>> {
    std::iter::from_fn(|| queue.end_first(end, clock.now())).collect()
}

fn wake_all(ended: &[Arc<Waiter>]) {
    for waiter in ended {
        waiter.wake();
    }
}

/// When a wait that begins now is over by itself.
pub(in crate::engine::real) fn deadline(asked: Nanos, patience: Patience) -> Option<Nanos> {
    match patience {
        Patience::Forever => None,
        Patience::AtMost(length) => Some(asked + length),
        Patience::Never => Some(asked),
    }
}

/// An event.
#[derive(Debug)]
pub(in crate::engine::real) struct Event {
    meter: Meter,
    inner: Mutex<Flag>,
}

#[derive(Debug, Default)]
struct Flag {
    set: bool,
    queue: Waiters,
    aside: Crowd,
}

impl Event {
    pub(in crate::engine::real) fn new(meter: Meter) -> Self {
        Self { meter, inner: Mutex::default() }
    }

    /// Waits until it is set; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        let mut inner = guard(&self.inner);
        if inner.set {
            drop(inner);
            self.meter.passed(context, None);
            return Ok(true);
        }
        let asked = context.frame.clock.now();
        if patience == Patience::Never {
            drop(inner);
            context.step_done(asked, 0);
            return Ok(false);
        }
        let deadline = deadline(asked, patience);
        context.begin(Awaited::Resource(self.meter.id), deadline.is_some(), TaskState::Blocked, false);
        inner.queue.join(&context.waiter, false);
        self.meter.waiting(true);
        drop(inner);
        let end = context.wait(deadline, |waiter| guard(&self.inner).queue.leave(waiter));
        self.meter.waiting(false);
        let set = end?.is_some();
        if set {
            self.meter.passed(context, Some(asked));
        } else {
            self.meter.timed_out(context, asked);
        }
        Ok(set)
    }

    /// Sets it: all that wait go on. Or clears it.
    pub(in crate::engine::real) fn put(&self, context: &mut Context, set: bool) {
        let mut inner = guard(&self.inner);
        inner.set = set;
        let ended = if set { end_all(&mut inner.queue, End::Handed, context.frame.clock) } else { Vec::new() };
        let aside = if set { inner.aside.let_go() } else { 0 };
        self.meter.signalled(context, ended.len() as u64 + aside);
        drop(inner);
        wake_all(&ended);
    }
}

impl Event {
    /// A coroutine of the task waits, and the task does not; whether it need not, because it is set.
    pub(in crate::engine::real) fn stand_aside(&self, context: &mut Context) -> bool {
        let mut inner = guard(&self.inner);
        if !inner.set {
            inner.aside.join(context.task);
            return false;
        }
        drop(inner);
        self.meter.passed(context, None);
        true
    }

    /// Whether a coroutine of the task may go on.
    pub(in crate::engine::real) fn has_sign(&self, task: TaskId) -> bool {
        guard(&self.inner).aside.has_sign(task)
    }

    /// It goes on, if it may.
    pub(in crate::engine::real) fn take_sign(&self, task: TaskId) -> bool {
        guard(&self.inner).aside.take_sign(task)
    }

    /// A coroutine of the task waits no more.
    pub(in crate::engine::real) fn leave_aside(&self, task: TaskId, behind: u32) {
        guard(&self.inner).aside.leave(task, behind);
    }
}

/// The barrier was aborted, or somebody's time was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Broken;

/// A barrier. `Handed` in its queue: all have come; `Woken`: it is broken.
#[derive(Debug)]
pub(in crate::engine::real) struct Barrier {
    meter: Meter,
    parties: u64,
    inner: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    broken: bool,
    came: u64,
    queue: Waiters,
    /// Coroutines, each in the name of the task that runs its loop, with its place.
    aside: Vec<(TaskId, u64)>,
    /// Those of them that may go on.
    signs: Vec<(TaskId, u64)>,
}

impl Line {
    /// All have come: to be woken when the line is let go.
    fn open(&mut self, clock: Clock) -> Vec<Arc<Waiter>> {
        self.came = 0;
        self.signs.append(&mut self.aside);
        end_all(&mut self.queue, End::Handed, clock)
    }

    fn break_up(&mut self, clock: Clock) -> Vec<Arc<Waiter>> {
        self.broken = true;
        self.aside.clear();
        end_all(&mut self.queue, End::Woken, clock)
    }
}

impl Barrier {
    pub(in crate::engine::real) fn new(meter: Meter, parties: u64) -> Self {
        Self { meter, parties, inner: Mutex::default() }
    }

    /// Waits until all have come: the place, 0 for the first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait(&self, context: &mut Context, patience: Patience) -> Result<Result<u64, Broken>, Cut> {
        let mut inner = guard(&self.inner);
        if inner.broken {
            drop(inner);
            context.step_done(context.stamp(), 0);
            return Ok(Err(Broken));
        }
        let place = inner.came;
        if place + 1 == self.parties {
            let ended = inner.open(context.frame.clock);
            drop(inner);
            wake_all(&ended);
            self.meter.passed(context, None);
            return Ok(Ok(place));
        }
        inner.came += 1;
        let asked = context.frame.clock.now();
        let deadline = deadline(asked, patience);
        context.begin(Awaited::Resource(self.meter.id), deadline.is_some(), TaskState::Blocked, false);
        inner.queue.join(&context.waiter, false);
        self.meter.waiting(true);
        drop(inner);
        let clock = context.frame.clock;
        let end = context.wait(deadline, |waiter| self.leave(waiter, clock));
        self.meter.waiting(false);
        match end? {
            Some(End::Handed) => self.meter.passed(context, Some(asked)),
            Some(End::Woken) => {
                self.meter.passed(context, Some(asked));
                return Ok(Err(Broken));
            }
            None => {
                self.meter.timed_out(context, asked);
                return Ok(Err(Broken));
            }
        }
        Ok(Ok(place))
    }

    /// A coroutine of the task has come, and the task does not wait: the place if it was the last.
    ///
    /// # Errors
    /// When it is broken.
    pub(in crate::engine::real) fn stand_aside(&self, context: &mut Context) -> Result<Option<u64>, Broken> {
        let mut inner = guard(&self.inner);
        if inner.broken {
            return Err(Broken);
        }
        let place = inner.came;
        if place + 1 < self.parties {
            inner.came += 1;
            inner.aside.push((context.task, place));
            return Ok(None);
        }
        let ended = inner.open(context.frame.clock);
        drop(inner);
        wake_all(&ended);
        self.meter.passed(context, None);
        Ok(Some(place))
    }

    /// Whether a coroutine of the task may go on.
    pub(in crate::engine::real) fn has_sign(&self, task: TaskId) -> bool {
        let inner = guard(&self.inner);
        inner.broken || inner.signs.iter().any(|&(of, _)| of == task)
    }

    /// It goes on with its place, if it may.
    ///
    /// # Errors
    /// When it is broken.
    pub(in crate::engine::real) fn take_sign(&self, task: TaskId) -> Result<Option<u64>, Broken> {
        let mut inner = guard(&self.inner);
        match inner.signs.iter().position(|&(of, _)| of == task) {
            Some(at) => Ok(Some(inner.signs.remove(at).1)),
            None if inner.broken => Err(Broken),
            None => Ok(None),
        }
    }

    /// A coroutine of the task waits no more; one that is late breaks it.
    pub(in crate::engine::real) fn leave_aside(&self, context: &Context, late: bool) {
        let mut inner = guard(&self.inner);
        if let Some(at) = inner.aside.iter().rposition(|&(of, _)| of == context.task) {
            inner.aside.remove(at);
            inner.came -= 1;
        } else if let Some(at) = inner.signs.iter().position(|&(of, _)| of == context.task) {
            inner.signs.remove(at);
        }
        let ended = if late { inner.break_up(context.frame.clock) } else { Vec::new() };
        drop(inner);
        wake_all(&ended);
    }

    /// Out of the queue, which breaks it for all the others.
    fn leave(&self, waiter: &Arc<Waiter>, clock: Clock) -> bool {
        let mut inner = guard(&self.inner);
        let left = inner.queue.leave(waiter);
        if left {
            let ended = inner.break_up(clock);
            drop(inner);
            wake_all(&ended);
        }
        left
    }

    /// Breaks it for all that wait and all to come.
    pub(in crate::engine::real) fn abort(&self, context: &mut Context) {
        let mut inner = guard(&self.inner);
        let ended = inner.break_up(context.frame.clock);
        self.meter.signalled(context, ended.len() as u64);
        drop(inner);
        wake_all(&ended);
    }
}

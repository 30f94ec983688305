//! Semaphores: permits and a queue of waiters under one mutex. A release wakes the one that has waited longest, which competes
//! with those that come by. Waiting as such is `waiter`, counting is `meter`.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::context::{Context, Cut};
use super::meter::Meter;
use super::segment::resource;
use super::spinner::Spinner;
use super::waiter::{End, Waiters};
use crate::effect::Patience;
use crate::id::TaskId;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// How many acquisitions are remembered with their time; permits taken beyond count without one.
const MOST_REMEMBERED: usize = 65_536;

/// A release beyond the permits of a bounded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overfull;

/// A semaphore.
#[derive(Debug)]
pub(super) struct Semaphore {
    meter: Meter,
    most: Option<u64>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    permits: u64,
    /// Permits out: who took each and when, oldest first.
    taken: VecDeque<(TaskId, Nanos)>,
    queue: Waiters,
}

impl Semaphore {
    pub(super) fn new(meter: Meter, permits: u64, bounded: bool) -> Self {
        meter.word(resource::LEVEL).store(permits, Relaxed);
        let inner = Inner { permits, taken: VecDeque::new(), queue: Waiters::default() };
        Self { meter, most: bounded.then_some(permits), inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a permit is left.
    pub(super) fn is_free(&self) -> bool {
        self.meter.word(resource::LEVEL).load(Relaxed) > 0
    }

    /// Takes a permit; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(super) fn acquire(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        let (mut asked, mut spun, mut stood) = (None, false, false);
        let mut deadline = None;
        loop {
            let mut inner = self.inner();
            if inner.permits > 0 {
                inner.permits -= 1;
                let now = context.stamp();
                if inner.taken.len() < MOST_REMEMBERED {
                    inner.taken.push_back((context.task, now));
                }
                self.tell(&inner);
                self.meter.permit_taken(context, asked, now);
                return Ok(true);
            }
            if patience == Patience::Never {
                drop(inner);
                context.step_done(context.stamp(), 0);
                return Ok(false);
            }
            let since = *asked.get_or_insert_with(|| context.frame.clock.now());
            if let Patience::AtMost(length) = patience {
                deadline = Some(since + length);
            }
            // One that has spun and found the permit taken by another does not spin on.
            if !spun && context.may_spin() {
                drop(inner);
                spun = Spinner::for_rival().until(|| self.is_free());
                inner = self.inner();
                if inner.permits > 0 {
                    continue;
                }
            }
            spun = false;
            context.begin(Awaited::Resource(self.meter.id), deadline.is_some(), TaskState::Blocked, stood);
            inner.queue.join(&context.waiter, stood);
            stood = true;
            self.meter.waiting(true);
            drop(inner);
            let end = context.wait(deadline, |waiter| self.inner().queue.leave(waiter));
            self.meter.waiting(false);
            if end?.is_none() {
                self.meter.timed_out(context, since);
                return Ok(false);
            }
        }
    }

    /// Gives a permit back.
    ///
    /// # Errors
    /// When it is bounded and none is out.
    pub(super) fn release(&self, context: &mut Context) -> Result<(), Overfull> {
        let mut inner = self.inner();
        if self.most.is_some_and(|most| inner.permits >= most) {
            return Err(Overfull);
        }
        let now = context.stamp();
        inner.permits += 1;
        // A permit has no identity: one's own latest, else the oldest that is out.
        let own = inner.taken.iter().rposition(|entry| entry.0 == context.task).unwrap_or(0);
        let since = inner.taken.remove(own).map(|entry| entry.1);
        self.tell(&inner);
        self.meter.permit_given(context, since, now);
        let first = inner.queue.end_first(End::Woken, context.frame.clock.now());
        drop(inner);
        if let Some(first) = first {
            first.wake();
        }
        Ok(())
    }

    /// Shows permits left and the first holders.
    fn tell(&self, inner: &Inner) {
        self.meter.word(resource::LEVEL).store(inner.permits, Relaxed);
        let holders = inner.taken.iter().map(|entry| u64::from(entry.0.0) + 1).chain(std::iter::repeat(0));
        for (place, holder) in holders.take(8).enumerate() {
            self.meter.word(resource::HOLDERS + place).store(holder, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::super::context::tests::{frame, together};
    use super::*;
    use crate::id::{BlockId, ResourceId};

    #[test]
    fn never_more_than_its_permits_are_inside() {
        let frame = frame();
        let semaphore = Semaphore::new(Meter::new(frame.segment, ResourceId(0)), 2, true);
        let inside = AtomicU64::new(0);
        together(frame, 5, |task, context| {
            for _ in 0..1_000 {
                context.step(BlockId(task));
                assert_eq!(semaphore.acquire(context, Patience::Forever), Ok(true));
                assert!(inside.fetch_add(1, Ordering::SeqCst) < 2);
                inside.fetch_sub(1, Ordering::SeqCst);
                assert_eq!(semaphore.release(context), Ok(()));
            }
        });
        let slot = frame.segment.resource(0).unwrap().0;
        assert_eq!(slot[resource::ACQUISITIONS].load(Relaxed), 5_000);
        assert_eq!(slot[resource::LEVEL].load(Relaxed), 2);
        together(frame, 1, |_, context| {
            assert_eq!(semaphore.release(context), Err(Overfull));
            assert_eq!(semaphore.acquire(context, Patience::Never), Ok(true));
            assert_eq!(semaphore.acquire(context, Patience::Never), Ok(true));
            assert_eq!(semaphore.acquire(context, Patience::AtMost(Nanos(1_000))), Ok(false));
        });
    }
}

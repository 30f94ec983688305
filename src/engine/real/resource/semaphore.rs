//! Semaphores: permits and a queue of waiters under a latch, for a few nanoseconds at a time. A release wakes the one that has
//! waited longest, which competes with those that come by. Waiting as such is `waiter`, counting is `meter`.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;

use super::signal::deadline;
use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::resource;
use crate::engine::real::wait::latch::Latch;
use crate::engine::real::wait::waiter::{End, Waiters};
use crate::id::{BlockId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// How many acquisitions are remembered with their time; permits taken beyond count without one.
const MOST_REMEMBERED: usize = 65_536;

/// A release beyond the permits of a bounded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Overfull;

/// A semaphore.
#[derive(Debug)]
pub(in crate::engine::real) struct Semaphore {
    meter: Meter,
    most: Option<u64>,
    inner: Latch<Inner>,
}

#[derive(Debug)]
struct Inner {
    permits: u64,
    /// Permits out: who took each and when, oldest first.
    taken: VecDeque<(TaskId, Nanos)>,
    queue: Waiters,
}

impl Semaphore {
    pub(in crate::engine::real) fn new(meter: Meter, permits: u64, bounded: bool) -> Self {
        meter.word(resource::LEVEL).store(permits, Relaxed);
        let inner = Inner { permits, taken: VecDeque::new(), queue: Waiters::default() };
        Self { meter, most: bounded.then_some(permits), inner: Latch::new(inner) }
    }

    /// Whether a permit is left.
    #[inline]
    pub(in crate::engine::real) fn is_free(&self) -> bool {
        self.meter.word(resource::LEVEL).load(Relaxed) > 0
    }

    /// Takes a permit; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn acquire(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        if let Some(taken) = self.take(context) {
            self.meter.permit_taken(context, None, taken);
            return Ok(true);
        }
        self.acquire_slowly(context, patience)
    }

    /// Takes a permit for `block` if one is left; else nothing has been done.
    #[inline]
    pub(in crate::engine::real) fn acquire_at_once(&self, context: &mut Context, block: BlockId) -> bool {
        let Some(taken) = self.take(context) else { return false };
        context.step(block);
        self.meter.permit_taken(context, None, taken);
        true
    }

    /// Takes a permit if one is left, and tells the time.
    #[inline]
    fn take(&self, context: &Context) -> Option<Nanos> {
        // Looked at first: who only looks takes no line from the one that is about to give its permit back.
        if !self.is_free() {
            return None;
        }
        self.take_from(&mut self.inner.lock(), context)
    }

    #[inline]
    fn take_from(&self, inner: &mut Inner, context: &Context) -> Option<Nanos> {
        inner.permits = inner.permits.checked_sub(1)?;
        let now = context.stamp();
        let place = inner.taken.len();
        if place < MOST_REMEMBERED {
            inner.taken.push_back((context.task, now));
        }
        self.tell(inner, place);
        Some(now)
    }

    #[cold]
    fn acquire_slowly(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        let asked = context.frame.clock.now();
        if patience == Patience::Never {
            context.step_done(asked, 0);
            return Ok(false);
        }
        let deadline = deadline(asked, patience);
        let mut again = false;
        loop {
            let mut taken = None;
            if context.may_spin() {
                context.spin_for(|| {
                    taken = self.take(context);
                    taken.is_some()
                });
            }
            if taken.is_none() {
                // Seen to wait before it stands in the queue: whoever takes it out of there tells that it goes on.
                context.begin(Awaited::Resource(self.meter.id), deadline.is_some(), TaskState::Blocked, again);
                let mut inner = self.inner.lock();
                taken = self.take_from(&mut inner, context);
                if taken.is_none() {
                    inner.queue.join(&context.waiter, again);
                }
                drop(inner);
                if taken.is_some() {
                    context.end_wait();
                }
            }
            if let Some(taken) = taken {
                self.meter.permit_taken(context, Some(asked), taken);
                return Ok(true);
            }
            again = true;
            self.meter.waiting(true);
            let end = context.wait(deadline, |waiter| self.inner.lock().queue.leave(waiter));
            self.meter.waiting(false);
            if end?.is_none() {
                self.meter.timed_out(context, asked);
                return Ok(false);
            }
        }
    }

    /// Gives a permit back.
    ///
    /// # Errors
    /// When it is bounded and none is out.
    pub(in crate::engine::real) fn release(&self, context: &mut Context) -> Result<(), Overfull> {
        let (since, now) = self.give(context)?;
        self.meter.permit_given(context, since, now);
        Ok(())
    }

    /// Gives a permit back for `block`; if it is refused, nothing has been done.
    #[inline]
    pub(in crate::engine::real) fn release_at_once(&self, context: &mut Context, block: BlockId) -> bool {
        let Ok((since, now)) = self.give(context) else { return false };
        context.step(block);
        self.meter.permit_given(context, since, now);
        true
    }

    /// Gives a permit back that was taken then, if that is known, and tells the time.
    #[inline]
    fn give(&self, context: &Context) -> Result<(Option<Nanos>, Nanos), Overfull> {
        let now = context.stamp();
        let mut inner = self.inner.lock();
        if self.most.is_some_and(|most| inner.permits >= most) {
            return Err(Overfull);
        }
        inner.permits += 1;
        // A permit has no identity: one's own latest, else the oldest that is out.
        let own = inner.taken.iter().rposition(|entry| entry.0 == context.task).unwrap_or(0);
        let since = inner.taken.remove(own).map(|entry| entry.1);
        self.tell(&inner, own);
        let first = if inner.queue.is_empty() { None } else { inner.queue.end_first(End::Woken, context.frame.clock.now()) };
        drop(inner);
        if let Some(first) = first {
            first.wake();
        }
        Ok((since, now))
    }

    /// Shows permits left, and the first holders, of whom those `from` a place on have changed.
    #[inline]
    fn tell(&self, inner: &Inner, from: usize) {
        self.meter.word(resource::LEVEL).store(inner.permits, Relaxed);
        for (place, &word) in resource::HOLDERS.iter().enumerate().skip(from) {
            let holder = inner.taken.get(place).map_or(0, |entry| u64::from(entry.0.0) + 1);
            if self.meter.word(word).load(Relaxed) == holder && holder == 0 {
                break;
            }
            self.meter.word(word).store(holder, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::engine::real::task::context::tests::{frame, together};
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

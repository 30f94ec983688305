//! Readers-writer locks: who is inside and who waits, under one mutex. Whoever leaves lets in those whose turn it is.
//! Waiting as such is `waiter`, counting is `meter`.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::context::{Context, Cut};
use super::meter::Meter;
use super::segment::resource;
use super::waiter::{End, Waiter, Waiters};
use crate::effect::Access;
use crate::id::TaskId;
use crate::program::Prefer;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// A readers-writer lock.
#[derive(Debug)]
pub(super) struct ReadWrite {
    meter: Meter,
    prefer: Prefer,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whether the only one inside writes.
    writing: bool,
    /// Who is inside, since when.
    inside: Vec<(TaskId, Nanos)>,
    /// Those who wait, in the order of arrival; their waiters are in the queue of their kind, in the same order.
    line: VecDeque<(TaskId, Access)>,
    readers: Waiters,
    writers: Waiters,
}

impl Inner {
    fn queue(&mut self, access: Access) -> &mut Waiters {
        match access {
            Access::Read => &mut self.readers,
            Access::Write => &mut self.writers,
        }
    }

    fn waits(&self, access: Access) -> bool {
        self.line.iter().any(|&(_, other)| other == access)
    }

    /// Whether one may enter as far as those inside are concerned.
    fn is_open(&self, access: Access) -> bool {
        !self.writing && (access == Access::Read || self.inside.is_empty())
    }

    fn let_in(&mut self, task: TaskId, access: Access, now: Nanos) {
        self.writing = access == Access::Write;
        self.inside.push((task, now));
    }

    /// The place in line of the next to enter, now that somebody has left.
    fn next(&self, prefer: Prefer) -> Option<usize> {
        let first = |access| self.line.iter().position(|&(_, other)| other == access);
        let place = match prefer {
            Prefer::Fair => (!self.line.is_empty()).then_some(0),
            Prefer::Readers => first(Access::Read).or_else(|| first(Access::Write)),
            Prefer::Writers => first(Access::Write).or_else(|| first(Access::Read)),
        };
        place.filter(|&place| self.is_open(self.line[place].1))
    }

    /// Lets in all whose turn it is; the caller wakes them.
    fn hand_over(&mut self, prefer: Prefer, clock: Clock) -> Vec<Arc<Waiter>> {
        let mut ended = Vec::new();
        while let Some(place) = self.next(prefer) {
            let (task, access) = self.line.remove(place).expect("the place is in the line");
            let now = clock.now();
            self.let_in(task, access, now);
            ended.extend(self.queue(access).end_first(End::Handed, now));
        }
        ended
    }
}

impl ReadWrite {
    pub(super) fn new(meter: Meter, prefer: Prefer) -> Self {
        Self { meter, prefer, inner: Mutex::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters.
    ///
    /// # Errors
    /// When the run ends.
    pub(super) fn enter(&self, context: &mut Context, access: Access) -> Result<(), Cut> {
        let mut inner = self.inner();
        let first = match (self.prefer, access) {
            (Prefer::Readers, Access::Read) | (Prefer::Writers, Access::Write) => true,
            (Prefer::Readers, Access::Write) => !inner.waits(Access::Read),
            (Prefer::Writers, Access::Read) => !inner.waits(Access::Write),
            (Prefer::Fair, _) => inner.line.is_empty(),
        };
        if first && inner.is_open(access) {
            let now = context.stamp();
            inner.let_in(context.task, access, now);
            self.tell(&inner);
            self.meter.permit_taken(context, None, now);
            return Ok(());
        }
        let asked = context.frame.clock.now();
        context.begin(Awaited::Resource(self.meter.id), false, TaskState::Blocked, false);
        inner.line.push_back((context.task, access));
        inner.queue(access).join(&context.waiter, false);
        self.meter.waiting(true);
        drop(inner);
        let end = context.wait(None, |waiter| self.inner().queue(access).leave(waiter));
        self.meter.waiting(false);
        end?;
        let inner = self.inner();
        self.tell(&inner);
        self.meter.permit_taken(context, Some(asked), context.stamp());
        Ok(())
    }

    /// Leaves, and lets in those whose turn it is.
    pub(super) fn leave(&self, context: &mut Context, access: Access) {
        let mut inner = self.inner();
        let now = context.stamp();
        let place = inner.inside.iter().rposition(|&(task, _)| task == context.task);
        let since = place.map(|place| inner.inside.remove(place).1);
        if access == Access::Write {
            inner.writing = false;
        }
        let ended = inner.hand_over(self.prefer, context.frame.clock);
        self.tell(&inner);
        self.meter.permit_given(context, since, now);
        drop(inner);
        for waiter in ended {
            waiter.wake();
        }
    }

    /// Shows the first of those inside.
    fn tell(&self, inner: &Inner) {
        let inside = inner.inside.iter().map(|entry| u64::from(entry.0.0) + 1).chain(std::iter::repeat(0));
        for (place, task) in inside.take(8).enumerate() {
            self.meter.word(resource::HOLDERS + place).store(task, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::super::context::tests::{frame, together};
    use super::*;
    use crate::id::{BlockId, ResourceId};

    #[test]
    fn a_writer_is_alone_and_everybody_comes_in() {
        for prefer in [Prefer::Readers, Prefer::Writers, Prefer::Fair] {
            let frame = frame();
            let lock = ReadWrite::new(Meter::new(frame.segment, ResourceId(0)), prefer);
            let inside = AtomicI64::new(0);
            together(frame, 5, |task, context| {
                for _ in 0..400 {
                    context.step(BlockId(task));
                    if task < 2 {
                        assert_eq!(lock.enter(context, Access::Write), Ok(()));
                        assert_eq!(inside.fetch_sub(1_000, Ordering::SeqCst), 0);
                        inside.fetch_add(1_000, Ordering::SeqCst);
                        lock.leave(context, Access::Write);
                    } else {
                        assert_eq!(lock.enter(context, Access::Read), Ok(()));
                        assert!(inside.fetch_add(1, Ordering::SeqCst) >= 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        lock.leave(context, Access::Read);
                    }
                }
            });
            let inner = lock.inner();
            assert!(inner.inside.is_empty() && inner.line.is_empty() && !inner.writing);
        }
    }
}

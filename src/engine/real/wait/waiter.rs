//! The base of every wait: a queue of waiters, each ended by somebody else with an outcome, or by itself when its time is over or
//! the run stops. A resource keeps its queues under its own mutex; so an end and a removal never cross.
//! Does not know what is waited for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::control::Control;
use super::net::Alarm;
use crate::engine::real::transport::segment::TaskSlot;
use crate::engine::real::transport::state;
use crate::time::Nanos;
use crate::trace::store::TaskState;

/// How a wait was ended by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum End {
    /// What was waited for is given to this waiter.
    Handed,
    /// It may be there now: look again.
    Woken,
}

const WAITING: u32 = 0;
const HANDED: u32 = 1;
const WOKEN: u32 = 2;

/// One task's place in queues. A task waits for one thing at a time, so each has one for its whole life.
#[derive(Debug)]
pub(in crate::engine::real) struct Waiter {
    end: AtomicU32,
    alarm: Arc<Alarm>,
    slot: TaskSlot<'static>,
    control: Control,
}

impl Waiter {
    /// The running thread's.
    pub(in crate::engine::real) fn of_this_thread(slot: TaskSlot<'static>, control: Control) -> Arc<Self> {
        Arc::new(Self { end: AtomicU32::new(WAITING), alarm: Alarm::of_this_thread(), slot, control })
    }

    /// What wakes its thread.
    pub(in crate::engine::real) const fn alarm(&self) -> &Arc<Alarm> {
        &self.alarm
    }

    /// Makes ready for a wait; before it is put into a queue.
    pub(in crate::engine::real) fn prepare(&self) {
        self.end.store(WAITING, Ordering::Relaxed);
    }

    /// How the wait has ended, if it has.
    pub(in crate::engine::real) fn end(&self) -> Option<End> {
        match self.end.load(Ordering::Acquire) {
            HANDED => Some(End::Handed),
            WOKEN => Some(End::Woken),
            _ => None,
        }
    }

    /// Ends the wait of one that was just taken out of its queue. Its task can go on from `now`; tell it by [`Waiter::wake`].
    fn finish(&self, end: End, now: Nanos) {
        // One that the end of the run frees in passing is told as it stood.
        if !self.control.orders().stop() {
            state::enter(self.slot, TaskState::Runnable, now);
        }
        self.end.store(if end == End::Handed { HANDED } else { WOKEN }, Ordering::Release);
    }

    /// Tells it. Best after the resource's mutex is let go.
    pub(in crate::engine::real) fn wake(&self) {
        self.alarm.wake();
    }
}

/// Those who wait, the one that has waited longest first.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Waiters {
    list: VecDeque<Arc<Waiter>>,
}

impl Waiters {
    /// Joins at the end, or at the front if it was woken in vain before.
    pub(in crate::engine::real) fn join(&mut self, waiter: &Arc<Waiter>, again: bool) {
        waiter.prepare();
        if again {
            self.list.push_front(Arc::clone(waiter));
        } else {
            self.list.push_back(Arc::clone(waiter));
        }
    }

    /// Takes the first out and ends its wait; the caller wakes it.
    pub(in crate::engine::real) fn end_first(&mut self, end: End, now: Nanos) -> Option<Arc<Waiter>> {
        let first = self.list.pop_front()?;
        first.finish(end, now);
        Some(first)
    }

    /// Leaves without what was waited for. False if the wait was ended by somebody else before.
    pub(in crate::engine::real) fn leave(&mut self, waiter: &Arc<Waiter>) -> bool {
        let place = self.list.iter().position(|other| Arc::ptr_eq(other, waiter));
        place.and_then(|place| self.list.remove(place)).is_some()
    }

    pub(in crate::engine::real) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::real::transport::segment::tests::{SMALL, leaked};

    #[test]
    fn the_one_that_waited_longest_is_ended_first_and_one_that_left_never() {
        let segment = leaked(SMALL);
        let control = crate::engine::real::wait::control::tests::leaked();
        let waiter = |task: usize| Waiter::of_this_thread(segment.task(task).unwrap(), control);
        let [first, second, third] = [0, 1, 2].map(waiter);
        let mut queue = Waiters::default();
        for waiter in [&first, &second, &third] {
            queue.join(waiter, false);
        }
        assert!(queue.leave(&second));
        assert!(!queue.leave(&second), "it is out");
        let is = |ended: Option<Arc<Waiter>>, expected: &Arc<Waiter>| ended.is_some_and(|ended| Arc::ptr_eq(&ended, expected));
        assert!(is(queue.end_first(End::Woken, Nanos(5)), &first));
        assert_eq!((first.end(), second.end(), third.end()), (Some(End::Woken), None, None));
        queue.join(&first, true);
        assert!(is(queue.end_first(End::Handed, Nanos(6)), &first));
        assert!(is(queue.end_first(End::Handed, Nanos(7)), &third));
        assert!(queue.is_empty());
    }
}

//! What a loop knows of one that it runs. There may be a million: what few of them have stands apart.

use std::num::NonZeroU64;

use crate::effect::Outcome;
use crate::id::{ResourceId, TaskId};
use crate::time::Nanos;

use super::waits::{Ended, Waits};
use super::{Callback, Fiber};

/// When a coroutine is to be woken, and its place among those that are due then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Due {
    pub(super) at: Nanos,
    pub(super) nth: NonZeroU64,
}

/// What a loop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Coroutine,
    /// Made for somebody who has a future of it: how far it has come the engine tells.
    Job,
    Greenlet,
    /// Only calls back: it is known by the one of whose end it tells, and is no task.
    Callback,
    /// Waits for a future that is none of the loop's, by which it is known: `asyncio.wrap_future`. It is no task and has no body.
    Future,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Coroutine {
    pub(super) fiber: Fiber,
    pub(super) waits: Waits,
    /// When it is to be woken at the latest.
    pub(super) timer: Option<Due>,
    /// Who is to be told of its end first.
    callback: Option<Callback>,
    seldom: Option<Box<Seldom>>,
    pub(super) id: TaskId,
    /// Counts its waits, so that what comes late for one is not taken for the next.
    pub(super) serial: u32,
    pub(super) kind: Kind,
    pub(super) must_cancel: bool,
    /// Somebody has taken its exception.
    pub(super) heard: bool,
}

/// What few have, and none for long.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Seldom {
    arrival: Option<Outcome>,
    again: Option<Again>,
    back: Option<Back>,
    callbacks: Vec<Callback>,
}

/// A lock to be taken back, and what its taker goes on with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Back {
    pub(super) lock: ResourceId,
    /// How often.
    pub(super) depth: u32,
    /// None until the wait is over.
    pub(super) outcome: Option<Outcome>,
}

/// It was woken and tries again what it stood in line for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Again {
    /// Until then at the latest.
    pub(super) timer: Option<Due>,
}

impl Coroutine {
    pub(super) const fn new(id: TaskId, fiber: Fiber, kind: Kind) -> Self {
        Self {
            fiber,
            waits: Waits::Nothing,
            timer: None,
            callback: None,
            seldom: None,
            id,
            serial: 0,
            kind,
            must_cancel: false,
            heard: false,
        }
    }

    /// What it came to, if its body has been left.
    pub(super) const fn ended(&self) -> Option<Ended> {
        if let Waits::Ended(ended) = self.waits { Some(ended) } else { None }
    }

    pub(super) fn is_greenlet(&self) -> bool {
        self.kind == Kind::Greenlet
    }

    pub(super) fn is_job(&self) -> bool {
        self.kind == Kind::Job
    }

    pub(super) fn is_future(&self) -> bool {
        self.kind == Kind::Future
    }

    /// Nothing is told of it.
    pub(super) fn is_no_task(&self) -> bool {
        matches!(self.kind, Kind::Callback | Kind::Future)
    }

    fn seldom(&mut self) -> &mut Seldom {
        self.seldom.get_or_insert_default()
    }

    /// Forgets that it had what few have, if it has nothing of it any more.
    fn tidy(&mut self) {
        if self.seldom.as_deref() == Some(&Seldom::default()) {
            self.seldom = None;
        }
    }

    /// What has arrived for it: it will go on.
    pub(super) fn arrival(&self) -> Option<Outcome> {
        self.seldom.as_ref()?.arrival
    }

    pub(super) fn set_arrival(&mut self, outcome: Outcome) {
        self.seldom().arrival = Some(outcome);
    }

    pub(super) fn take_arrival(&mut self) -> Option<Outcome> {
        let arrival = self.seldom.as_mut()?.arrival.take();
        self.tidy();
        arrival
    }

    /// One more who is to be told of its end.
    pub(super) fn add_callback(&mut self, callback: Callback) {
        if self.callback.is_none() {
            self.callback = Some(callback);
        } else {
            self.seldom().callbacks.push(callback);
        }
    }

    /// Who wanted to be told of its end no longer does.
    pub(super) fn silence(&mut self, callback: Callback) {
        let mut left = self.take_callbacks();
        left.retain(|other| *other != callback);
        for callback in left {
            self.add_callback(callback);
        }
    }

    /// Those to be told of its end, the first first; nobody is any more.
    pub(super) fn take_callbacks(&mut self) -> Vec<Callback> {
        let Some(first) = self.callback.take() else { return Vec::new() };
        let others = self.seldom.as_mut().map(|it| std::mem::take(&mut it.callbacks)).unwrap_or_default();
        self.tidy();
        std::iter::once(first).chain(others).collect()
    }

    /// It is woken, to try again what it stands in line for.
    pub(super) fn tries_again(&mut self) {
        let timer = self.timer;
        self.seldom().again = Some(Again { timer });
    }

    /// Whether it tries again; from now on it does not.
    pub(super) fn take_again(&mut self) -> Option<Again> {
        let again = self.seldom.as_mut()?.again.take();
        self.tidy();
        again
    }

    /// The lock that it takes back before it goes on.
    pub(super) fn back(&mut self) -> Option<&mut Back> {
        self.seldom.as_mut()?.back.as_mut()
    }

    pub(super) fn set_back(&mut self, back: Option<Back>) {
        self.seldom().back = back;
        self.tidy();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coroutine_is_small() {
        assert!(
            size_of::<Coroutine>() <= 144,
            "{} bytes, of which what it waits for {}",
            size_of::<Coroutine>(),
            size_of::<Waits>()
        );
    }

    #[test]
    fn callbacks_are_called_in_the_order_in_which_they_came() {
        let mut it = Coroutine::new(TaskId(0), Fiber::default(), Kind::Coroutine);
        let awaits = |number| Callback::Awaits(number, 7);
        (0..4).for_each(|number| it.add_callback(awaits(number)));
        it.silence(awaits(1));
        it.silence(awaits(0));
        it.silence(awaits(9));
        assert_eq!(it.take_callbacks(), [awaits(2), awaits(3)]);
        assert_eq!(it, Coroutine::new(TaskId(0), Fiber::default(), Kind::Coroutine), "nothing is left of them");
    }
}

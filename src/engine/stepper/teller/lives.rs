//! The tasks as they are told, by number: ten thousand may begin to wait and go on with every step.

use crate::id::TaskId;
use crate::time::Nanos;
use crate::trace::Event;
use crate::trace::store::{TaskCounters, TaskState};

/// A task as it is told.
#[derive(Default)]
pub(super) struct Life {
    pub(super) counters: TaskCounters,
    /// When it came to the effect it stands at.
    pub(super) since: Nanos,
    /// When it was seen to wait for it.
    pub(super) asked: Option<Nanos>,
    /// Since when it has had the interpreter lock.
    pub(super) inside: Option<Nanos>,
    pub(super) events: Vec<Event>,
}

impl Life {
    pub(super) fn become_state(&mut self, state: TaskState, now: Nanos) {
        self.counters.in_state[self.counters.state as usize] += now.since(self.counters.since);
        (self.counters.state, self.counters.since) = (state, now);
    }

    /// Its totals, the state it is in counted up to `now`; whether it stands at an effect, of a task of the world.
    pub(super) fn told(&self, now: Nanos, stands: Option<bool>) -> TaskCounters {
        let mut counters = self.counters.clone();
        // Of a coroutine its rest alone: while it runs, the time is its thread's.
        let rests = counters.steps > 0 && matches!(counters.state, TaskState::Blocked | TaskState::Sleeping);
        counters.here = match stands {
            Some(stands) => stands.then_some(self.since),
            None => rests.then_some(self.asked.unwrap_or(counters.since)),
        };
        counters.in_state[counters.state as usize] += now.since(self.counters.since);
        counters
    }
}

/// All that were ever told of.
#[derive(Default)]
pub(super) struct Lives(Vec<Option<Box<Life>>>);

impl Lives {
    /// A task's, which begins if it is new.
    pub(super) fn of(&mut self, task: TaskId) -> &mut Life {
        if task.index() >= self.0.len() {
            self.0.resize_with(task.index() + 1, || None);
        }
        self.0[task.index()].get_or_insert_default()
    }

    pub(super) fn get(&self, task: TaskId) -> Option<&Life> {
        self.0.get(task.index())?.as_deref()
    }

    /// How many were ever told of, at most.
    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }

    /// In the order of their numbers.
    pub(super) fn each(&mut self) -> impl Iterator<Item = (TaskId, &mut Life)> {
        self.0.iter_mut().enumerate().filter_map(|(at, life)| Some((TaskId::from_index(at), life.as_deref_mut()?)))
    }
}

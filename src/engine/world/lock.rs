//! Locks and semaphores: what acquiring and releasing one means.
//! Locks are tokens: whoever holds a handle may release one, unless it is owner-checked.

use std::collections::VecDeque;

use crate::id::TaskId;
use crate::program::LockAlgorithm;
use crate::value::Failure;

/// A lock's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Lock {
    /// Who acquired it, if it is not free.
    pub(super) owner: Option<TaskId>,
    /// Those in line, if it serves in the order of arrival.
    pub(super) line: VecDeque<TaskId>,
}

/// What came of asking for a lock.
pub(super) enum Asked {
    /// It is had.
    Had,
    /// It is not, and nobody waits.
    Refused,
    /// Stands in line now.
    InLine,
}

/// Whether waiters are served in the order in which they came.
pub(super) const fn in_order(algorithm: LockAlgorithm) -> bool {
    matches!(algorithm, LockAlgorithm::Fair | LockAlgorithm::Ticket)
}

impl Lock {
    /// A task arrives, or takes what it has waited for.
    pub(super) fn acquire(&mut self, task: TaskId, may_wait: bool) -> Asked {
        if self.owner.is_none() {
            self.owner = Some(task);
            return Asked::Had;
        }
        if !may_wait {
            return Asked::Refused;
        }
        self.line.push_back(task);
        Asked::InLine
    }

    /// Frees it; gives it straight to the first in line, who is returned.
    ///
    /// # Errors
    /// RuntimeError for a free lock, and for another's one that checks its owner.
    pub(super) fn release(&mut self, task: TaskId, owner_checked: bool) -> Result<Option<TaskId>, Failure> {
        match self.owner {
            None => Err(Failure::new("RuntimeError", "release unlocked lock")),
            Some(owner) if owner_checked && owner != task => Err(Failure::new("RuntimeError", "cannot release un-acquired lock")),
            Some(_) => {
                self.owner = self.line.pop_front();
                Ok(self.owner)
            }
        }
    }

    /// Its time is over: no longer in line.
    pub(super) fn give_up(&mut self, task: TaskId) {
        self.line.retain(|&waiting| waiting != task);
    }
}

/// A semaphore's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Semaphore {
    /// Permits left.
    pub(super) permits: u64,
}

impl Semaphore {
    /// Takes a permit if there is one.
    pub(super) fn acquire(&mut self) -> bool {
        let had = self.permits > 0;
        self.permits -= u64::from(had);
        had
    }

    /// Gives one back.
    ///
    /// # Errors
    /// ValueError when a bounded one would have more than it began with.
    pub(super) fn release(&mut self, most: Option<u64>) -> Result<(), Failure> {
        if most.is_some_and(|most| self.permits >= most) {
            return Err(Failure::new("ValueError", "Semaphore released too many times"));
        }
        self.permits = self.permits.saturating_add(1);
        Ok(())
    }
}

//! Reentrant locks and readers-writer locks: who may enter, who goes first.

use crate::effect::Access;
use crate::id::TaskId;
use crate::program::Prefer;
use crate::value::Failure;

/// A reentrant lock's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Reentrant {
    /// Who holds it.
    pub(super) owner: Option<TaskId>,
    /// How often.
    pub(super) depth: u32,
}

/// A readers-writer lock's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct ReadWrite {
    /// Who writes.
    pub(super) writer: Option<TaskId>,
    /// Who reads, by task; one that reads inside of its own reading is in it twice.
    pub(super) readers: Vec<TaskId>,
    /// Those who wait, in the order of arrival.
    line: Vec<(TaskId, Access)>,
}

impl Reentrant {
    /// Whether the task could take it now.
    pub(super) fn is_free_for(&self, task: TaskId) -> bool {
        self.owner.is_none_or(|owner| owner == task)
    }

    /// Takes it, once more or for the first time; false if another has it.
    pub(super) fn acquire(&mut self, task: TaskId) -> bool {
        let had = self.is_free_for(task);
        if had {
            self.owner = Some(task);
            self.depth += 1;
        }
        had
    }

    /// Gives it back once.
    ///
    /// # Errors
    /// RuntimeError unless the task holds it.
    pub(super) fn release(&mut self, task: TaskId) -> Result<(), Failure> {
        if self.owner != Some(task) {
            return Err(Failure::new("RuntimeError", "cannot release un-acquired lock"));
        }
        self.depth -= 1;
        if self.depth == 0 {
            self.owner = None;
        }
        Ok(())
    }
}

impl ReadWrite {
    /// Whether one may enter before whom those stand that are in `line`.
    fn admits(&self, prefer: Prefer, access: Access, line: &[(TaskId, Access)]) -> bool {
        let open = self.writer.is_none() && (access == Access::Read || self.readers.is_empty());
        let first = match (prefer, access) {
            (Prefer::Readers, Access::Read) | (Prefer::Writers, Access::Write) => true,
            (Prefer::Readers, Access::Write) | (Prefer::Writers, Access::Read) => line.iter().all(|&(_, other)| other == access),
            (Prefer::Fair, _) => line.is_empty(),
        };
        open && first
    }

    /// Whether one that arrives enters.
    pub(super) fn lets_in(&self, prefer: Prefer, access: Access) -> bool {
        self.admits(prefer, access, &self.line)
    }

    /// A task arrives: false if it stands in line now.
    pub(super) fn enter(&mut self, prefer: Prefer, task: TaskId, access: Access) -> bool {
        let enters = self.admits(prefer, access, &self.line);
        if enters {
            self.let_in(task, access);
        } else {
            self.line.push((task, access));
        }
        enters
    }

    /// Whether one that stands in line may go in by itself. Where all are served in order it is given that.
    pub(super) fn may_enter(&self, prefer: Prefer, task: TaskId, access: Access) -> bool {
        let others: Vec<_> = self.line.iter().copied().filter(|&(other, _)| other != task).collect();
        prefer != Prefer::Fair && self.admits(prefer, access, &others)
    }

    /// One that stands in line goes in.
    pub(super) fn goes_in(&mut self, task: TaskId, access: Access) {
        self.line.retain(|&(other, _)| other != task);
        self.let_in(task, access);
    }

    fn let_in(&mut self, task: TaskId, access: Access) {
        match access {
            Access::Write => self.writer = Some(task),
            Access::Read => {
                let at = self.readers.partition_point(|&other| other <= task);
                self.readers.insert(at, task);
            }
        }
    }

    /// Leaves; gives those their turn whose it is, if all are served in order.
    pub(super) fn leave(&mut self, prefer: Prefer, task: TaskId, access: Access) -> Vec<TaskId> {
        match access {
            Access::Write => self.writer = None,
            Access::Read => {
                let at = self.readers.iter().position(|&other| other == task).expect("only who reads stops reading");
                self.readers.remove(at);
            }
        }
        let mut given = Vec::new();
        while prefer == Prefer::Fair
            && let Some(&(first, access)) = self.line.first()
            && self.admits(prefer, access, &[])
        {
            self.goes_in(first, access);
            given.push(first);
        }
        given
    }
}

//! Regions: which tasks are between the braces of a `mark`. One that the end of the run cuts off there is told as it stood: it stays
//! in. One whose process has ended is nowhere.

use crate::id::TaskId;

/// A region's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Region {
    /// Tasks in it, in their order; one that runs coroutines stands there for each of them. That nobody comes in again from inside
    /// the machine sees to.
    inside: Vec<TaskId>,
    /// The most that ever were.
    pub(super) peak: usize,
}

impl Region {
    pub(super) const fn inside(&self) -> usize {
        self.inside.len()
    }

    pub(super) fn enter(&mut self, task: TaskId) {
        let at = self.inside.partition_point(|&other| other < task);
        self.inside.insert(at, task);
        self.peak = self.peak.max(self.inside.len());
    }

    pub(super) fn leave(&mut self, task: TaskId) {
        let at = self.inside.binary_search(&task).expect("only who entered leaves");
        self.inside.remove(at);
    }

    /// A task is no more.
    pub(super) fn forget(&mut self, task: TaskId) {
        self.inside.retain(|&other| other != task);
    }
}

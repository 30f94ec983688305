//! The words between a task and whatever runs it. A task asks for one [`Effect`] at a time; an engine answers with one [`Outcome`].
//! What an effect means is written once, in `engine::world`; the real engine must agree with it.

use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::value::{ExceptionId, ListId, TextId, Value};

/// How long an effect that may have to wait will wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patience {
    /// Until it is done, however long.
    Forever,
    /// At most so long; what happens then depends on the effect.
    AtMost(Nanos),
    /// Not at all: `try-acquire`.
    Never,
}

/// What `compute` burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// CPU time of the task's own thread.
    Time(Nanos),
    /// A fixed number of rounds of the kind of work named.
    Rounds(u64),
}

/// What a round of `compute work=` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A dependent integer multiplication: stays in the core.
    Integer,
    /// A dependent load from a buffer larger than the caches.
    Memory,
}

/// One thing a task asks of the world: one step, indivisible, unless its own words say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `compute`. Outcome: none.
    Compute {
        /// How much.
        work: Work,
        /// Of what.
        kind: WorkKind,
        /// Released from an interpreter lock meanwhile.
        native: bool,
    },
    /// `sleep`. Outcome: none.
    Sleep(Nanos),
    /// `print`, one line. Outcome: none.
    Print(TextId),
    /// `mark "label"`, a progress point. Outcome: none.
    Mark(TextId),
    /// A plain or atomic load of a `shared`. Outcome: its value.
    Load(ResourceId),
    /// A plain or atomic store to a `shared`. Outcome: none.
    Store(ResourceId, Value),
    /// `atomic-add`. Outcome: the old value; TypeError unless both are numbers.
    AtomicAdd(ResourceId, Value),
    /// `swap`. Outcome: the old value.
    Swap(ResourceId, Value),
    /// `compare-and-set`: stores `new` if the value equals `old`. Outcome: whether it did.
    CompareAndSet {
        /// The `shared`.
        shared: ResourceId,
        /// What it must be.
        old: Value,
        /// What it becomes.
        new: Value,
    },
    /// `acquire`, `try-acquire`, entry of `with`: a lock or one permit of a semaphore. Outcome: whether it was had.
    Acquire(ResourceId, Patience),
    /// `release`, exit of `with`. Outcome: none; RuntimeError for a free lock, ValueError for a full bounded semaphore.
    Release(ResourceId),
    /// `put`. Outcome: none; Full when patience ends.
    Put(ResourceId, Value, Patience),
    /// `get`. Outcome: the item; Empty when patience ends.
    Get(ResourceId, Patience),
    /// `task-done`. Outcome: none; ValueError when called more often than there were items.
    TaskDone(ResourceId),
    /// `join` of a queue: until every item put has been marked done. Outcome: none.
    JoinQueue(ResourceId),
    /// `len(Q)` inside an expression. Outcome: an integer.
    Length(ResourceId),
    /// `start` of a declared task. Outcome: none; RuntimeError the second time.
    Start(TaskId),
    /// `spawn R args…`. Outcome: the new task's handle.
    Spawn {
        /// Its id and, behind it in the table, its name: chosen by the parent, so that independent spawns commute.
        task: TaskId,
        /// The routine's code.
        code: CodeId,
        /// Its arguments.
        arguments: ListId,
        /// Whether the run ends without waiting for it.
        daemon: bool,
    },
    /// `join` of a task. Outcome: whether it has ended; RuntimeError for oneself or for a task not started.
    Join(TaskId, Patience),
    /// `is-alive`. Outcome: whether it has started and not ended.
    IsAlive(TaskId),
    /// `yield-cpu`. Outcome: none.
    YieldCpu,
    /// `rand(n)` in an expression. Outcome: an integer from 0 to n-1. The explorer takes each.
    Random(u64),
    /// `now()` in an expression. Outcome: seconds since the run began, a float.
    Now,
}

impl Effect {
    /// The same done to the resources that `place` gives for those named.
    #[must_use]
    pub fn placed(self, place: impl Fn(ResourceId) -> ResourceId) -> Self {
        match self {
            Self::Load(resource) => Self::Load(place(resource)),
            Self::Store(resource, value) => Self::Store(place(resource), value),
            Self::AtomicAdd(resource, value) => Self::AtomicAdd(place(resource), value),
            Self::Swap(resource, value) => Self::Swap(place(resource), value),
            Self::CompareAndSet { shared, old, new } => Self::CompareAndSet { shared: place(shared), old, new },
            Self::Acquire(resource, patience) => Self::Acquire(place(resource), patience),
            Self::Release(resource) => Self::Release(place(resource)),
            Self::Put(resource, value, patience) => Self::Put(place(resource), value, patience),
            Self::Get(resource, patience) => Self::Get(place(resource), patience),
            Self::TaskDone(resource) => Self::TaskDone(place(resource)),
            Self::JoinQueue(resource) => Self::JoinQueue(place(resource)),
            Self::Length(resource) => Self::Length(place(resource)),
            Self::Compute { .. }
            | Self::Sleep(_)
            | Self::Print(_)
            | Self::Mark(_)
            | Self::Start(_)
            | Self::Spawn { .. }
            | Self::Join(..)
            | Self::IsAlive(_)
            | Self::YieldCpu
            | Self::Random(_)
            | Self::Now => self,
        }
    }

    /// How long it waits where it has to.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        match *self {
            Self::Acquire(_, patience) | Self::Put(_, _, patience) | Self::Get(_, patience) | Self::Join(_, patience) => patience,
            _ => Patience::Forever,
        }
    }
}

/// What the world answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Go on, with this value (none where the effect gives none).
    Value(Value),
    /// Go on by raising this in the task.
    Raise(ExceptionId),
}

/// What a task does next, said by the machine that runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Asks for `effect`, on behalf of the block.
    Perform(Effect, BlockId),
    /// Stands at a check point of the interpreter lock; `resume` to go on, with the lock.
    CheckPoint(BlockId),
    /// Has run its whole allowance of local instructions without asking for anything; `resume` again to go on.
    Busy(BlockId),
    /// Has ended.
    Done(Ending),
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Its body ran to the end, with this value returned.
    Returned(Value),
    /// An exception left its body.
    Raised(ExceptionId),
}

//! What becomes known of a coroutine while its loop runs it: told to the engine, which need not do anything about it.

use super::Ending;
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::value::{ExceptionId, ListId};

/// What happens to a coroutine inside the task that runs its event loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// It is made a task of the loop, by another coroutine or by whoever runs the loop.
    Made {
        /// By whom.
        by: TaskId,
        /// What it runs.
        code: CodeId,
    },
    /// It goes on.
    Runs,
    /// It was submitted to the loop as a job, and is a task of it from now on.
    TakenIn,
    /// It has awaited.
    Rests {
        /// Where.
        block: BlockId,
        /// What it waits for.
        on: Rests,
        /// Whether it goes on at a time at the latest.
        timed: bool,
    },
    /// A wait for a resource is over, that may have been several rests: it may have tried again in vain meanwhile.
    Waited(ResourceId, Waited),
    /// It has taken a lock or a permit, or has entered.
    Took(ResourceId),
    /// It has given one back that was taken in the name of its loop.
    Gave(ResourceId),
    /// It has ended.
    Ended(Ending),
    /// It has ended, and was submitted to the loop as a job, whose future others may have.
    Settled(Ending),
    /// It ended by this exception, and nobody ever asked.
    Unheard(ExceptionId),
    /// It was called when a task had ended, by whom, and raised this: a task for itself, so that the other has ended as it did.
    CallbackRaised {
        /// In whose thread.
        by: TaskId,
        /// What it ran.
        code: CodeId,
        /// What it raised.
        exception: ExceptionId,
    },
    /// A coroutine that it made at the block is gone, and nobody has awaited it.
    NeverAwaited(BlockId),
}

/// How a coroutine's wait for a resource ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Waited {
    /// The engine has done what it waited for.
    Served,
    /// Its time was over.
    Late,
    /// It was cancelled.
    Cancelled,
}

/// What a coroutine that has awaited waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rests {
    /// Its turn.
    Turn,
    /// That somebody switches to it.
    Switch,
    /// Time.
    Time,
    /// A resource.
    Resource(ResourceId),
    /// Another task's end; of several the first that has not ended.
    Task(TaskId),
    /// The ends of jobs, in their order: the engine knows which has come.
    Jobs(ListId),
}

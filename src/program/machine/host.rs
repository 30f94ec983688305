//! Whoever answers effects while the task stays in its loop. Leaving it and coming back costs more than a free lock does.
//! What cannot be answered at once is asked as usual: a host may always decline.

use crate::effect::{Effect, Moment, Rests};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::value::Value;

/// See the file's head.
pub trait Host {
    /// The answer to what `block` asks for; none: nothing has been done, and the task stands at the effect.
    fn answer_at_once(&mut self, effect: Effect, block: BlockId) -> Option<Value>;

    /// The task, or a coroutine or generator that it runs, comes to a block.
    fn begin(&mut self, block: BlockId);

    /// Whether the task, at a check point, keeps the interpreter lock and goes on.
    fn pass_check_point(&mut self) -> bool;

    /// The time, which event loops go by.
    fn now(&mut self) -> Nanos;

    /// A round of an event loop is over that took so long.
    fn round(&mut self, event_loop: ResourceId, length: Nanos);

    /// A coroutine gives others a turn, at the block, and one that had done so goes on or begins.
    fn turn(&mut self, from: TaskId, block: BlockId, to: TaskId) {
        self.moment(from, Moment::Rests { block, on: Rests::Turn, timed: false });
        self.moment(to, Moment::Runs);
    }

    /// Whether states between two effects are compared or hashed: then locals that nobody reads any more are forgotten there, too.
    #[inline]
    fn compares(&self) -> bool {
        true
    }

    /// Something has happened to a coroutine that the task runs.
    fn moment(&mut self, coroutine: TaskId, moment: Moment);
}

/// Declines everything: a task stands at each of its effects.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Host for Nobody {
    #[inline]
    fn answer_at_once(&mut self, _effect: Effect, _block: BlockId) -> Option<Value> {
        None
    }

    #[inline]
    fn begin(&mut self, _block: BlockId) {}

    #[inline]
    fn pass_check_point(&mut self) -> bool {
        false
    }

    #[inline]
    fn now(&mut self) -> Nanos {
        Nanos::ZERO
    }

    #[inline]
    fn round(&mut self, _event_loop: ResourceId, _length: Nanos) {}

    #[inline]
    fn moment(&mut self, _coroutine: TaskId, _moment: Moment) {}
}

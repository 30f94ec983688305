//! Stands beside a machine while it runs: tells it the time, and keeps what its coroutines do.

use crate::effect::{Effect, Moment};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::machine::Host;
use crate::time::Nanos;
use crate::value::Value;

use super::{Record, What};

/// See the file's head.
pub(super) struct Listener<'a> {
    /// Whose machine it is.
    pub(super) task: TaskId,
    pub(super) now: Nanos,
    pub(super) records: &'a mut Vec<Record>,
}

impl Host for Listener<'_> {
    fn answer_at_once(&mut self, _effect: Effect, _block: BlockId) -> Option<Value> {
        None
    }

    fn begin(&mut self, block: BlockId) {
        self.records.push(Record { task: self.task, block, what: What::Begun });
    }

    fn pass_check_point(&mut self) -> bool {
        false
    }

    fn now(&mut self) -> Nanos {
        self.now
    }

    fn round(&mut self, event_loop: ResourceId, length: Nanos) {
        self.records.push(Record { task: self.task, block: BlockId::default(), what: What::Round(event_loop, length) });
    }

    fn moment(&mut self, coroutine: TaskId, moment: Moment) {
        let block = if let Moment::Rests { block, .. } = moment { block } else { BlockId::default() };
        self.records.push(Record { task: coroutine, block, what: What::Moment(moment) });
    }
}

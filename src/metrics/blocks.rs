//! What each block cost. A block's time is counted when control leaves it; what is spent by those who stand there is told with it.

use std::collections::BTreeMap;

use crate::id::BlockId;
use crate::trace::store::{BlockCounters, TaskState, Trace};

/// The totals of each block up to now, those who stand there included.
#[must_use]
pub fn of(trace: &Trace) -> BTreeMap<BlockId, BlockCounters> {
    let mut blocks = trace.counters.blocks.clone();
    for task in trace.counters.tasks.values().filter(|task| !matches!(task.state, TaskState::New | TaskState::Done)) {
        let (Some(block), Some(here)) = (task.block, task.here) else { continue };
        let cost = blocks.entry(block).or_default();
        cost.time += trace.elapsed.since(here);
        if matches!(task.state, TaskState::Blocked | TaskState::Spinning | TaskState::Sleeping) {
            cost.waiting += trace.elapsed.since(here.max(task.since));
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TaskId;
    use crate::time::Nanos;
    use crate::trace::store::TaskCounters;

    #[test]
    fn who_stands_on_a_block_adds_to_its_time_whatever_he_does_there() {
        let mut trace = Trace::default();
        trace.elapsed = Nanos(900);
        let here = Some(Nanos(200));
        let task = |block, state, here| TaskCounters {
            state,
            here,
            since: Nanos(300),
            block: Some(BlockId(block)),
            ..TaskCounters::default()
        };
        let tasks = [
            task(0, TaskState::Blocked, here),
            task(0, TaskState::Sleeping, here),
            task(1, TaskState::Running, here),
            task(1, TaskState::Runnable, here),
            task(2, TaskState::Done, here),
            // A job in its pool's line.
            task(2, TaskState::Blocked, None),
        ];
        trace.counters.tasks = (0..).map(TaskId).zip(tasks).collect();
        let counted = BlockCounters { count: 3, time: Nanos(50), waiting: Nanos(10) };
        trace.counters.blocks = [(BlockId(1), counted)].into();
        let cost = |count, time, waiting| BlockCounters { count, time: Nanos(time), waiting: Nanos(waiting) };
        assert_eq!(of(&trace), [(BlockId(0), cost(0, 1_400, 1_200)), (BlockId(1), cost(3, 1_450, 10))].into());
    }
}

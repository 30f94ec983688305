//! What a run tells about blocks: how often and how long they ran, and which tasks stand on them.

use crate::time::Nanos;
use crate::trace::store::{BlockCounters, TaskState, Trace};

/// What a run tells about a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heat {
    /// Totals.
    pub counters: BlockCounters,
    /// Time in it as a share of the hottest block's, 0..=1.
    pub share: f32,
    /// States of the tasks that stand on it now, each state with how many, in the order of states.
    pub standing: Vec<(TaskState, usize)>,
}

/// What a run of this very text tells about each of its blocks, by [`BlockId`](crate::id::BlockId).
#[must_use]
pub fn heat(trace: &Trace, block_count: usize) -> Vec<Heat> {
    let hottest = trace.counters.blocks.values().map(|block| block.time).max().unwrap_or_default();
    let mut heat = vec![Heat::default(); block_count];
    for (id, &counters) in &trace.counters.blocks {
        if let Some(heat) = heat.get_mut(id.index()) {
            heat.counters = counters;
            heat.share = share(counters.time, hottest);
        }
    }
    let live = |state| !matches!(state, TaskState::New | TaskState::Done);
    for task in trace.counters.tasks.values().filter(|task| live(task.state)) {
        let Some(heat) = task.block.and_then(|block| heat.get_mut(block.index())) else { continue };
        match heat.standing.binary_search_by_key(&task.state, |(state, _)| *state) {
            Ok(index) => heat.standing[index].1 += 1,
            Err(index) => heat.standing.insert(index, (task.state, 1)),
        }
    }
    heat
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
fn share(part: Nanos, whole: Nanos) -> f32 {
    (part.seconds() / whole.seconds().max(1e-9)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BlockId, TaskId};
    use crate::trace::store::TaskCounters;

    #[test]
    fn heat_is_relative_to_the_hottest_block_and_only_living_tasks_stand_on_blocks() {
        let mut trace = Trace::default();
        let cost = |time| BlockCounters { count: 1, time: Nanos(time), waiting: Nanos::ZERO };
        trace.counters.blocks = [(BlockId(0), cost(50)), (BlockId(1), cost(200)), (BlockId(9), cost(10))].into();
        let task = |state, block| TaskCounters { state, block: Some(BlockId(block)), ..TaskCounters::default() };
        let tasks =
            [task(TaskState::Blocked, 1), task(TaskState::Running, 1), task(TaskState::Blocked, 1), task(TaskState::Done, 0)];
        trace.counters.tasks = tasks.into_iter().enumerate().map(|(index, task)| (TaskId::from_index(index), task)).collect();
        let heat = heat(&trace, 2);
        assert_eq!((heat[0].share, heat[1].share), (0.25, 1.0));
        assert_eq!(heat[0].standing, []);
        assert_eq!(heat[1].standing, [(TaskState::Running, 1), (TaskState::Blocked, 2)]);
    }
}

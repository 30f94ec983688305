//! What a run tells about blocks: how often and how long they ran, and which tasks stand on them.

use super::kin::Kin;
use crate::id::BlockId;
use crate::metrics;
use crate::time::Nanos;
use crate::trace::store::{BlockCounters, TaskState, Trace};

/// What a run tells about a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heat {
    /// Totals, with what is spent by those that stand on it now.
    pub counters: BlockCounters,
    /// Time in it as a share of the hottest block's, 0..=1.
    pub share: f32,
    /// States of the tasks that stand on it now, each state with how many, in the order of states.
    pub standing: Vec<(TaskState, usize)>,
}

/// What a run tells about each of the `blocks` blocks of its own text, by [`BlockId`](crate::id::BlockId).
#[must_use]
pub fn heat(trace: &Trace, blocks: usize) -> Vec<Heat> {
    let mut heat = vec![Heat::default(); blocks];
    for (id, counters) in metrics::blocks::of(trace) {
        if let Some(heat) = heat.get_mut(id.index()) {
            heat.counters = counters;
        }
    }
    let live = |state| !matches!(state, TaskState::New | TaskState::Done);
    for task in trace.counters.tasks.values().filter(|task| live(trace.state_of(task))) {
        let Some(heat) = task.block.and_then(|block| heat.get_mut(block.index())) else { continue };
        match heat.standing.binary_search_by_key(&task.state, |(state, _)| *state) {
            Ok(index) => heat.standing[index].1 += 1,
            Err(index) => heat.standing.insert(index, (task.state, 1)),
        }
    }
    let hottest = heat.iter().map(|heat| heat.counters.time).max().unwrap_or_default();
    for heat in &mut heat {
        heat.share = share(heat.counters.time, hottest);
    }
    heat
}

/// The same of the `blocks` blocks that they are now: what was new since did not run.
#[must_use]
pub fn carried(mut ran: Vec<Heat>, kin: &Kin, blocks: usize) -> Vec<Heat> {
    let mut heat = vec![Heat::default(); blocks];
    for (at, was) in ran.iter_mut().enumerate() {
        if let Some(is) = kin.now(BlockId::from_index(at)).and_then(|now| heat.get_mut(now.index())) {
            *is = std::mem::take(was);
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
    use crate::id::TaskId;
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
        assert_eq!(heat[1].counters.waiting, Nanos::ZERO, "the run has not gone on");
        assert_eq!(heat[0].standing, []);
        assert_eq!(heat[1].standing, [(TaskState::Running, 1), (TaskState::Blocked, 2)]);
    }
    #[test]
    fn who_stands_on_a_block_heats_it() {
        let mut trace = Trace::default();
        trace.elapsed = Nanos(900);
        let state = TaskState::Blocked;
        let task =
            TaskCounters { state, since: Nanos(200), here: Some(Nanos(200)), block: Some(BlockId(0)), ..TaskCounters::default() };
        trace.counters.tasks = [(TaskId(0), task.clone()), (TaskId(1), task)].into();
        let heat = heat(&trace, 1);
        assert_eq!(heat[0].counters, BlockCounters { count: 0, time: Nanos(1_400), waiting: Nanos(1_400) });
    }
}

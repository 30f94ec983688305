//! What a run tells about blocks: how often and how long they ran, and which tasks stand on them.

use super::times::{is_come_into, steps_each_time};
use crate::id::BlockId;
use crate::scenario::{Block, Scenario};
use crate::time::Nanos;
use crate::trace::store::{BlockCounters, TaskState, Trace};

/// What a run tells about a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heat {
    /// Totals, with what is spent by those that still wait on it.
    pub counters: BlockCounters,
    /// Time in it as a share of the hottest block's, 0..=1.
    pub share: f32,
    /// States of the tasks that stand on it now, each state with how many, in the order of states.
    pub standing: Vec<(TaskState, usize)>,
}

/// What a run of this very text tells about each of its blocks, by [`BlockId`](crate::id::BlockId).
#[must_use]
pub fn heat(trace: &Trace, scenario: &Scenario) -> Vec<Heat> {
    let mut heat = told(trace, &steps_each_time(scenario));
    for (block, tasks) in inside(scenario, &heat) {
        // They have come in, which is the first of two steps.
        let steps = trace.counters.blocks.get(&block).map_or(0, |block| block.count);
        heat[block.index()].counters.count = u64::midpoint(steps, tasks);
    }
    heat
}

/// How many tasks stand inside of each block that is come into and left.
fn inside(scenario: &Scenario, heat: &[Heat]) -> Vec<(BlockId, u64)> {
    let mut found = Vec::new();
    scenario.walk(&mut |block| {
        if is_come_into(block) {
            let mut tasks = 0;
            let mut count = |inner: &Block| {
                let standing = heat.get(inner.id.index()).map(|heat| heat.standing.iter().map(|(_, tasks)| *tasks as u64).sum());
                tasks += standing.unwrap_or(0_u64);
            };
            block.body.iter().for_each(|inner| inner.walk(&mut count));
            if tasks > 0 {
                found.push((block.id, tasks));
            }
        }
    });
    found
}

fn told(trace: &Trace, steps: &[u64]) -> Vec<Heat> {
    let mut heat = vec![Heat::default(); steps.len()];
    for (id, &counters) in &trace.counters.blocks {
        if let Some((heat, steps)) = heat.get_mut(id.index()).zip(steps.get(id.index())) {
            heat.counters = BlockCounters { count: counters.count.div_ceil(*steps), ..counters };
        }
    }
    let live = |state| !matches!(state, TaskState::New | TaskState::Done);
    for task in trace.counters.tasks.values().filter(|task| live(task.state)) {
        let Some(heat) = task.block.and_then(|block| heat.get_mut(block.index())) else { continue };
        // Counted when it is over; until then it goes on.
        if matches!(task.state, TaskState::Blocked | TaskState::Spinning) {
            let open = trace.elapsed.since(task.since);
            heat.counters.time += open;
            heat.counters.waiting += open;
        }
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
        let heat = told(&trace, &[1, 1]);
        assert_eq!((heat[0].share, heat[1].share), (0.25, 1.0));
        assert_eq!(heat[1].counters.waiting, Nanos::ZERO, "the run has not gone on");
        assert_eq!(heat[0].standing, []);
        assert_eq!(heat[1].standing, [(TaskState::Running, 1), (TaskState::Blocked, 2)]);
    }
    #[test]
    fn who_still_waits_on_a_block_heats_it() {
        let mut trace = Trace::default();
        trace.elapsed = Nanos(900);
        let state = TaskState::Blocked;
        let task = TaskCounters { state, since: Nanos(200), block: Some(BlockId(0)), ..TaskCounters::default() };
        trace.counters.tasks = [(TaskId(0), task.clone()), (TaskId(1), task)].into();
        let heat = told(&trace, &[1]);
        assert_eq!(heat[0].counters, BlockCounters { count: 0, time: Nanos(1_400), waiting: Nanos(1_400) });
    }
    #[test]
    fn a_block_of_several_steps_is_counted_once() {
        let text = "lock m\nshared n 0\nlist l\nprocess p { }\nmain { repeat 5 { with m { set n \"n + 1\" }; append l n; compute work=\"n + rand(3)\"; print \"{p.exitcode} {n}\" } }\n";
        let scenario = crate::scenario::load(text).value;
        let mut trace = Trace::default();
        let mut times = Vec::new();
        scenario.walk(&mut |block| {
            let steps = match block.kind.info().word {
                "with" | "set" => 10,
                "append" | "compute" | "print" => 15,
                _ => return,
            };
            trace.counters.blocks.insert(block.id, BlockCounters { count: steps, ..BlockCounters::default() });
            times.push(block.id);
        });
        let heat = heat(&trace, &scenario);
        assert_eq!(times.iter().map(|block| heat[block.index()].counters.count).collect::<Vec<_>>(), [5; 5]);
    }
    #[test]
    fn who_is_inside_of_a_with_has_come_in() {
        let scenario = crate::scenario::load("lock m\nthread t count=5 { with m { sleep ms=1 } }\n").value;
        let (mut with, mut sleep) = (BlockId(0), BlockId(0));
        scenario.walk(&mut |block| match block.kind.info().word {
            "with" => with = block.id,
            "sleep" => sleep = block.id,
            _ => {}
        });
        let mut trace = Trace::default();
        // Two have left, the third sleeps inside.
        trace.counters.blocks.insert(with, BlockCounters { count: 5, ..BlockCounters::default() });
        let inside = TaskCounters { state: TaskState::Sleeping, block: Some(sleep), ..TaskCounters::default() };
        trace.counters.tasks.insert(TaskId(0), inside);
        assert_eq!(heat(&trace, &scenario)[with.index()].counters.count, 3);
    }
}

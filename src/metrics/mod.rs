//! What a trace adds up to: utilization, states, contention. Pure; cannot tell which engine made the trace.
//! [`Metrics`] is what the report and the JSON read: the same numbers everywhere.

pub mod blocks;
pub mod history;
pub mod loops;
pub mod processes;
pub mod regions;
pub mod resources;
pub mod tasks;
pub mod throughput;
pub mod utilization;

use std::collections::BTreeMap;

use crate::id::BlockId;
use crate::time::Nanos;
use crate::trace::store::{BlockCounters, TaskState, Trace};

pub use loops::Loop;
pub use regions::Region;
pub use resources::{Resource, Times};
pub use tasks::Task;
pub use throughput::Mark;
pub use utilization::Utilization;

/// A run in numbers.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Metrics {
    /// How long it went on, pauses left out.
    #[serde(rename = "elapsed_nanos")]
    pub elapsed: Nanos,
    /// What the cores did.
    pub utilization: Utilization,
    /// Its tasks, in the order of their ids.
    pub tasks: Vec<Task>,
    /// Its resources, in the order of the text.
    pub resources: Vec<Resource>,
    /// How many of its tasks are in each state now; those that never started are not among them.
    pub states: BTreeMap<TaskState, u64>,
    /// Its event loops, in the order of the text.
    pub loops: Vec<Loop>,
    /// Its progress points, by label.
    pub marks: Vec<Mark>,
    /// Its regions, in the order of the text.
    pub regions: Vec<Region>,
    /// Its blocks, those that took most time first.
    pub blocks: Vec<Block>,
    /// Steps of all tasks.
    pub steps: u64,
    /// Events that were not recorded or kept.
    pub lost_events: u64,
    /// Output lines that were not kept.
    pub lost_lines: u64,
    /// Tasks that have no row of their own among `tasks`.
    pub unlisted_tasks: u64,
}

/// What a block cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Block {
    /// Which.
    pub block: BlockId,
    /// How often control came to it; of a loop, not its turns.
    pub count: u64,
    /// Time in it.
    #[serde(rename = "time_nanos")]
    pub time: Nanos,
    /// The part of it spent waiting.
    #[serde(rename = "waiting_nanos")]
    pub waiting: Nanos,
}

impl Metrics {
    /// Its resources without the copies that processes have and never used.
    pub fn used(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(|resource| !resource.is_idle_copy())
    }

    /// The numbers of a run as far as it has come. Its cost grows with tasks, resources and samples, not with events.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let mut blocks: Vec<Block> = blocks::of(trace).into_iter().map(block).collect();
        blocks.sort_by_key(|block| (std::cmp::Reverse(block.time), block.block));
        Self {
            elapsed: trace.elapsed,
            utilization: utilization::of(&trace.cores),
            tasks: tasks::of(trace),
            resources: resources::of(trace),
            states: tasks::states(trace),
            loops: loops::of(trace),
            marks: throughput::marks(trace),
            regions: regions::of(trace),
            blocks,
            steps: trace.counters.tasks.values().fold(0, |sum, task| sum.saturating_add(task.steps)),
            lost_events: trace.counters.lost_events.saturating_add(trace.dropped_events()),
            lost_lines: trace.counters.lost_lines,
            unlisted_tasks: trace.counters.unlisted_tasks,
        }
    }
}

const fn block((block, counters): (BlockId, BlockCounters)) -> Block {
    Block { block, count: counters.count, time: counters.time, waiting: counters.waiting }
}

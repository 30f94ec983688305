//! Exact totals of a run: what each resource, task, process and block has come to so far. Plain data; who counts it and how is the
//! engines' business.

use std::collections::BTreeMap;

use crate::id::{BlockId, ProcessId, ResourceId, TaskId};
use crate::time::Nanos;

/// Exact totals since the start; never lossy, whatever is recorded.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Counters {
    /// By [`ResourceId`].
    pub resources: Vec<ResourceCounters>,
    /// Every process that has begun, the run's own first; empty where that is the only one.
    #[serde(default)]
    pub processes: Vec<ProcessCounters>,
    /// Every task that has started.
    pub tasks: BTreeMap<TaskId, TaskCounters>,
    /// How often each label was marked, by label.
    pub marks: BTreeMap<String, u64>,
    /// When the first and the last time, where times were counted.
    #[serde(default)]
    pub mark_times: BTreeMap<String, Passed>,
    /// Per block.
    pub blocks: BTreeMap<BlockId, BlockCounters>,
    /// Events that were not recorded because a buffer was full, and in a trace from a file those that were not kept.
    pub lost_events: u64,
    /// Output lines that were not kept because there were too many.
    #[serde(default)]
    pub lost_lines: u64,
    /// Tasks that ran without a row of their own because there were too many.
    #[serde(default)]
    pub unlisted_tasks: u64,
}

/// A process of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProcessCounters {
    /// Which.
    pub id: ProcessId,
    /// `worker-1`; empty for the run's own.
    pub name: String,
    /// The process that started it.
    pub parent: Option<ProcessId>,
    /// The system's number, `pid`.
    pub number: u32,
    /// When it had begun.
    #[serde(rename = "began_nanos")]
    pub began: Nanos,
    /// When it had ended, if it has.
    #[serde(rename = "ended_nanos")]
    pub ended: Option<Nanos>,
    /// What it left: 0, 1 after an uncaught exception, minus a signal's number.
    pub exit_code: Option<i32>,
    /// CPU time of all its threads, Coreyard's own in it included.
    #[serde(rename = "cpu_nanos")]
    pub cpu: Nanos,
    /// Resident memory as last told.
    pub memory_bytes: u64,
    /// How it died, if it did.
    #[serde(default)]
    pub death: Option<Death>,
}

/// When something was passed first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Passed {
    #[serde(rename = "first_nanos")]
    pub first: Nanos,
    #[serde(rename = "last_nanos")]
    pub last: Nanos,
}

/// The death of a process by a signal that nothing in the scenario sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Death {
    /// The signal's number.
    pub signal: u32,
    /// Where it stood: one of its tasks that had a core, if any had.
    pub block: Option<BlockId>,
}

/// A resource's totals.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ResourceCounters {
    /// Times acquired, put, stored or waited for to the end.
    pub acquisitions: u64,
    /// Attempts that had to wait, those that wait now or gave up among them.
    pub contended: u64,
    /// Times a release gave it straight to a waiter, or the next to acquire was another task than the last.
    pub hand_offs: u64,
    /// Gets of a queue, loads of a `shared`, signals given to a condition, event or barrier.
    pub gets: u64,
    /// Joins of a queue that came to their end, those that had nothing to wait for among them.
    #[serde(default)]
    pub joins: u64,
    /// Waits that ended by time-out.
    pub timeouts: u64,
    /// Waits that ended by a cancel.
    #[serde(default)]
    pub cancelled: u64,
    /// The most that ever waited at once.
    pub longest_queue: u64,
    /// Waits: those that were served, those whose time was over, those that were cancelled, and those that go on, up to now.
    pub wait: Distribution,
    /// Holds; of an event loop its rounds: whatever becomes due in one has to wait until it is over.
    pub hold: Distribution,
    /// Who holds it now, at most the first 8.
    pub holders: Vec<TaskId>,
    /// How many wait now.
    #[serde(default)]
    pub waiting: u64,
    /// Who waits now, in no order, at most the first 64.
    pub waiters: Vec<TaskId>,
    /// Items in it now (queue), permits left (semaphore), jobs in line (pool).
    pub level: u64,
    /// How much of its capacity is taken now: busy workers of a pool, messages or bytes in a pipe.
    #[serde(default)]
    pub used: u64,
    /// Of a region: who was in it, and for how long. Entries count as acquisitions, stays as holds.
    #[serde(default)]
    pub region: Option<RegionCounters>,
}

/// What is known of a region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RegionCounters {
    /// Tasks in it now.
    pub inside: u64,
    /// The most that were in it at once.
    pub peak: u64,
    /// For how long anybody was in it, up to now.
    #[serde(rename = "open_nanos")]
    pub open: Nanos,
    /// CPU time that the scenario used meanwhile; none where the engine has no cores.
    #[serde(rename = "cpu_nanos")]
    pub cpu: Option<Nanos>,
}

impl RegionCounters {
    /// How many cores the scenario kept busy while anybody was in it, on the average; none where nobody can know.
    #[must_use]
    pub fn cores_busy(&self) -> Option<f64> {
        (self.open > Nanos::ZERO).then_some(self.cpu?.seconds() / self.open.seconds())
    }
}

impl ResourceCounters {
    /// One more waits, and has for so long.
    pub fn waits_on(&mut self, waited: Nanos) {
        self.waiting += 1;
        self.contended += 1;
        self.wait.add(waited);
    }
}

/// How long something took, each time: the logarithmic histogram of `trace::record`, eight steps a doubling (≤ 12.5 % error).
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Distribution {
    /// How many.
    pub count: u64,
    /// All of them together.
    pub total: Nanos,
    /// The longest.
    pub max: Nanos,
    /// How many fell into each step: (step, count), empty steps left out.
    pub steps: Vec<(u16, u64)>,
}

/// A task's totals.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TaskCounters {
    /// What it does now.
    pub state: TaskState,
    /// Since when.
    #[serde(default)]
    pub since: Nanos,
    /// What it waits for.
    #[serde(default)]
    pub awaits: Option<Awaited>,
    /// The block it stands on.
    pub block: Option<BlockId>,
    /// Since when it is there: that time is not yet among the block's. None where it is none of a block's.
    #[serde(default)]
    pub here: Option<Nanos>,
    /// CPU time used.
    pub cpu: Nanos,
    /// The core it was last seen on.
    pub core: Option<u32>,
    /// Time in each state, [`TaskState::ALL`]'s order.
    pub in_state: [Nanos; 8],
    /// Steps taken.
    pub steps: u64,
    /// Time for which it has held the interpreter lock.
    #[serde(default)]
    pub held: Nanos,
    /// Time for which it has waited for the interpreter lock.
    #[serde(default)]
    pub wanted: Nanos,
    /// The exception that ended it, `ValueError: too low`.
    pub uncaught: Option<Uncaught>,
    /// The process it runs in, where there are several.
    #[serde(default)]
    pub process: Option<ProcessId>,
}

/// An exception that left a task's body.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Uncaught {
    /// `ValueError`.
    pub name: String,
    /// `too low`, possibly empty.
    pub message: String,
    /// Where it was raised.
    pub block: Option<BlockId>,
}

/// What a block cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BlockCounters {
    /// How often control came to it; of a loop, not its turns.
    pub count: u64,
    /// Time in it.
    pub time: Nanos,
    /// The part of it spent waiting.
    pub waiting: Nanos,
}

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskState {
    /// Declared, not started.
    #[default]
    New,
    /// On a core.
    Running,
    /// Wants a core and has none.
    Runnable,
    /// Waits for a resource or a task.
    Blocked,
    /// Sleeps.
    Sleeping,
    /// Burns CPU waiting for a spin or ticket lock.
    Spinning,
    /// Stopped by pause.
    Paused,
    /// Ended.
    Done,
}

impl TaskState {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 8] =
        [Self::New, Self::Running, Self::Runnable, Self::Blocked, Self::Sleeping, Self::Spinning, Self::Paused, Self::Done];
}

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    /// A resource.
    Resource(ResourceId),
    /// The end of a task.
    Task(TaskId),
}

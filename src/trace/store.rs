//! A whole run as data: what the engines fill while it goes on and what every view, export and verdict reads.
//! Grows only by [`Trace`]'s own methods, so that levels of detail stay true. Does not know which engine filled it.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{BlockId, GeneratorId, ResourceId, TaskId};
use crate::time::Nanos;

use super::Chunk;
pub use super::counters::{
    Awaited, BlockCounters, Counters, Death, Distribution, Passed, ProcessCounters, RegionCounters, ResourceCounters,
    TaskCounters, TaskState, Uncaught,
};
pub use super::ended::Ended;
use super::events::{Events, Gap};
use super::frames::{Held, Stack};

/// A run, as far as it has come.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Where it comes from.
    pub header: Header,
    /// Its tasks by id, those made during the run included.
    pub tasks: BTreeMap<TaskId, TaskInfo>,
    /// Its resources; the index is the [`ResourceId`].
    pub resources: Vec<ResourceInfo>,
    /// Texts of marks and exceptions; events name them by number.
    pub labels: Vec<String>,
    /// What `print` wrote, in the order it was written.
    pub output: Vec<OutputLine>,
    /// The latest exact totals.
    pub counters: Counters,
    /// What the cores did, oldest first.
    pub cores: Vec<CoreSample>,
    /// What was found while it ran, each once.
    pub findings: Vec<Finding>,
    /// What each task stood in when somebody looked last.
    pub stacks: BTreeMap<TaskId, Stack>,
    /// What each `shared`, list, dict, queue and pipe held when somebody looked last.
    pub held: Held,
    /// The state at the end, if it has ended in order.
    pub final_state: Option<FinalState>,
    /// How it ended, if it has.
    pub ended: Option<Ended>,
    /// How long it has been going, pauses included.
    pub elapsed: Nanos,
    events: Events,
}

/// Where a run comes from; all that is needed to make it again.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    /// Coreyard's version.
    pub version: String,
    /// `real` or `stepper`.
    pub engine: String,
    /// The machine, in words: processor, operating system.
    pub machine: String,
    /// How many cores the run could use.
    pub cores: u32,
    /// How many it was to use, where the machine has no more than it had.
    #[serde(default)]
    pub cores_asked: Option<u32>,
    /// The seed of whatever chose.
    pub seed: u64,
    /// The choices taken, where something chose: what `--schedule` takes to do the same again.
    #[serde(default)]
    pub schedule: Option<String>,
    /// `full`, `counters` or `off`.
    pub record: String,
    /// The scenario's text.
    pub text: String,
    /// The file's name or the built-in's, without a path.
    pub name: String,
    /// Constants overridden, `--let`.
    pub overrides: Vec<(String, String)>,
    /// Unix time of the start, seconds.
    pub started: u64,
}

/// A task of the run.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TaskInfo {
    /// `consumer-2`.
    pub name: String,
    /// `main` or `thread`.
    pub kind: String,
    /// Who started it; none for those that start with the run.
    pub parent: Option<TaskId>,
    /// The block that declares it or its routine.
    pub block: BlockId,
    /// The run does not wait for it.
    pub daemon: bool,
}

/// A resource of the run.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ResourceInfo {
    /// `fork[2]`.
    pub name: String,
    /// What it is.
    pub class: ResourceClass,
    /// The block that declares it.
    pub block: BlockId,
    /// How much it holds, where that is limited: workers of a pool, items of a queue, messages or bytes of a pipe, permits.
    #[serde(default)]
    pub capacity: Option<u64>,
}

/// What a resource is, as far as plots and tables care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ResourceClass {
    Shared,
    List,
    Dict,
    Lock,
    Rlock,
    Rwlock,
    Semaphore,
    Queue,
    Interpreter,
    Pipe,
    Condition,
    Event,
    Barrier,
    Region,
    Pool,
    EventLoop,
    Server,
    File,
}

impl ResourceClass {
    /// Whether tasks hold it: it is acquired and released.
    #[must_use]
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Lock | Self::Rlock | Self::Rwlock | Self::Semaphore | Self::Interpreter | Self::Pool)
    }

    /// Whether tasks wait at it for a sign from another.
    #[must_use]
    pub const fn is_signal(self) -> bool {
        matches!(self, Self::Condition | Self::Event | Self::Barrier)
    }

    /// Whether it is outside of the scenario: whoever asks it waits for the network or the disk.
    #[must_use]
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Server | Self::File)
    }

    /// Whether it only keeps values: nobody waits for it.
    #[must_use]
    pub const fn is_data(self) -> bool {
        matches!(self, Self::Shared | Self::List | Self::Dict)
    }

    /// Whether tasks meet at it: it is acquired, filled or waited for.
    #[must_use]
    pub const fn is_met(self) -> bool {
        !self.is_data() && !matches!(self, Self::Region)
    }

    /// Whether it has a level: items in it, permits left.
    #[must_use]
    pub const fn has_level(self) -> bool {
        matches!(self, Self::Queue | Self::Semaphore | Self::Pipe | Self::Pool)
    }
}

/// A line that `print` wrote.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutputLine {
    /// When.
    pub at: Nanos,
    /// Who.
    pub task: TaskId,
    /// The line, without its end; cut at 4 KiB.
    pub text: String,
}

impl OutputLine {
    /// The lines that it is shown on: at least one, without the end of the last, such as a command's answer has.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        let whole = self.text.strip_suffix('\n').unwrap_or(&self.text);
        whole.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
    }
}

/// What the machine's cores did during one interval.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CoreSample {
    /// The end of the interval.
    pub at: Nanos,
    /// How long it was.
    pub length: Nanos,
    /// One for each core of the machine.
    pub cores: Vec<CoreUse>,
    /// How many cores the tasks of each process kept busy, by the process's id; nothing of a run that has only its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<f32>,
}

/// Shares of one core's time, each 0..=1; they sum to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CoreUse {
    /// This scenario's tasks.
    pub scenario: f32,
    /// Coreyard itself: the window, the worker's own threads.
    pub coreyard: f32,
    /// Everything else on the machine.
    pub rest: f32,
    /// Taken by the hypervisor.
    pub stolen: f32,
    /// Nothing.
    pub idle: f32,
}

/// Something worth telling that was seen while the run went on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// When it was first seen.
    pub at: Nanos,
    /// Those it is about, in the order of the cycle where there is one.
    pub waits: Vec<Wait>,
}

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// Tasks wait and nobody who could free them is able to.
    Deadlock,
    /// Tasks wait for each other in a circle, but someone outside could still free one.
    WaitingCycle,
    /// Two accesses to a plain `shared`, one a write, could be next at the same moment.
    Race,
    /// The invariant of this block did not hold.
    Broken(BlockId),
    /// A coroutine that this block made was never awaited: nothing of it has run.
    NeverAwaited(BlockId),
    /// At the end tasks that had ended still held what they had acquired: each with what, and where it acquired it.
    Leak,
}

/// One task that waits, and for what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Wait {
    /// Who.
    pub task: TaskId,
    /// At which block.
    pub block: Option<BlockId>,
    /// For which resource or task.
    pub on: Awaited,
    /// Who could free it: holders, or tasks whose code may release it.
    pub helpers: Vec<TaskId>,
}

/// The state a run ended in.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FinalState {
    /// Each `shared`'s value and each queue's items, by resource; nothing for others.
    pub resources: Vec<Option<Plain>>,
}

/// A value without a table, as it travels between processes and into files.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the variants of Value")]
pub enum Plain {
    None,
    Bool(bool),
    Int(i64),
    Float(#[serde(with = "super::plain::float")] f64),
    Text(String),
    List(Vec<Plain>),
    Task(TaskId),
    Resource(ResourceId),
    Exception(Uncaught),
    /// A handle to a generator.
    Generator(GeneratorId),
}

impl Trace {
    /// Tells of a finding, in the order of time. A deadlock that has grown takes the place of what was told of it before.
    pub fn find(&mut self, finding: Finding) {
        let tasks: BTreeSet<TaskId> = finding.waits.iter().map(|wait| wait.task).collect();
        let is_in = |wait: &Wait| tasks.contains(&wait.task);
        let is_part = |old: &Finding| {
            let deadlocks = [old.kind, finding.kind] == [FindingKind::Deadlock; 2];
            deadlocks && old.waits.len() <= finding.waits.len() && old.waits.iter().all(is_in)
        };
        match self.findings.iter().position(is_part) {
            Some(at) => {
                self.findings.retain(|old| !is_part(old));
                self.findings.insert(at, finding);
            }
            None => self.findings.push(finding),
        }
        self.findings.sort_by_key(|finding| finding.at);
    }

    /// What a task does. One that was in the middle of something when the run's process died does nothing any more.
    #[must_use]
    pub fn state_of(&self, task: &TaskCounters) -> TaskState {
        match (&self.ended, task.state) {
            (Some(Ended::Crashed(_)), TaskState::New) | (None, _) => task.state,
            (Some(Ended::Crashed(_)), _) => TaskState::Done,
            (Some(_), state) => state,
        }
    }

    /// Adds events of one task; they come after all of its events so far. Beyond 16 million in all, the oldest go.
    pub fn push(&mut self, chunk: Chunk) {
        self.events.push(chunk);
    }

    /// One task's events that are kept, in order; only its last chunk ever grows.
    #[must_use]
    pub fn chunks(&self, task: TaskId) -> &[Chunk] {
        self.events.chunks(task)
    }

    /// The number of the first of them: how many chunks have gone before.
    #[must_use]
    pub fn first_chunk(&self, task: TaskId) -> u64 {
        self.events.first(task)
    }

    /// Events that have gone because there were too many.
    #[must_use]
    pub const fn dropped_events(&self) -> u64 {
        self.events.dropped()
    }

    /// Where events are missing, by task and then by time.
    pub fn gaps(&self) -> impl Iterator<Item = Gap> {
        self.events.gaps()
    }
}

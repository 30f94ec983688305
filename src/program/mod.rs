//! A scenario made ready to run: per body a flat list of instructions, each knowing its block. Immutable, shared by every task.
//! Owns the shapes; `compile` makes them from a scenario, `machine` runs them. Pure: no engine, no clock.

pub mod check;
pub mod compile;
pub mod condition;
pub mod instruction;
pub mod machine;
pub mod process;
pub mod queue;
mod shape;
mod uncounted;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::check::Check;
pub use self::instruction::{Handler, Instruction};
pub use self::process::ProcessTemplate;
pub use self::queue::QueueAct;
use crate::diagnostic::Checked;
use crate::effect::{Effect, Ends};
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::scenario::{Scenario, Tree};
use crate::time::Nanos;
use crate::value::{Table, Value};

/// Tasks alive at once on threads of their own, on every engine: ten thousand, and the main thread. As many may be declared,
/// coroutines among them.
pub const MOST_ALIVE: usize = 10_001;

/// What moving a byte to or from a file takes where time is counted: about what disks take.
const NANOS_A_BYTE: u64 = 1;

/// Everything an engine needs to run a scenario.
#[derive(Debug, Default)]
pub struct Program {
    /// The bodies of tasks and routines.
    pub codes: Vec<Code>,
    /// Declared tasks, one for each of a `count=`; a [`TaskId`] below its length is an index.
    pub tasks: Vec<TaskTemplate>,
    /// Declared resources, one for each of a `count=` and once more for each process that has its own; a [`ResourceId`] is an
    /// index.
    pub resources: Vec<ResourceTemplate>,
    /// The run's own process, the declared ones, and room for those that may be spawned; a [`ProcessId`] is an index.
    pub processes: Vec<ProcessTemplate>,
    /// What the scenario claims, in the order of the text.
    pub checks: Vec<Check>,
    /// The contents of values, shared by all that runs this program.
    pub table: Arc<Table>,
    /// How many cores `machine cores=` asks for.
    pub cores: Option<u32>,
    /// Where tasks wait for queues, and what frees them there: see [`Program::frees`].
    pub queue_waits: BTreeMap<BlockId, QueueAct>,
    /// How many blocks the scenario has; block ids are below it.
    pub block_count: u32,
}

/// A body.
#[derive(Debug, Default)]
pub struct Code {
    /// Its name: the routine's or the task's as declared.
    pub name: String,
    /// The block that declares it.
    pub block: BlockId,
    /// A check's condition is about this process.
    pub process: ProcessId,
    /// A call gives a coroutine.
    pub is_async: bool,
    /// How many of its locals are parameters.
    pub parameters: u16,
    /// Resources it may release, put into or otherwise wake a waiter of, itself or through what it calls, starts or spawns;
    /// sorted. What a live deadlock report needs to know who could still help.
    pub may_release: Vec<ResourceId>,
    /// The same without what the event loops that it runs do: their coroutines are tasks of their own.
    pub may_release_apart: Vec<ResourceId>,
    /// What of that it does to queues, sorted.
    pub queue_acts: Vec<(ResourceId, QueueAct)>,
    /// The same apart, likewise.
    pub queue_acts_apart: Vec<(ResourceId, QueueAct)>,
    /// Whether it may cancel a coroutine.
    pub may_cancel: bool,
    /// Pipes it may send to or whose write end it closes, itself or through what it calls, starts or spawns: the process it runs
    /// in has their write ends.
    pub may_send: Vec<ResourceId>,
    /// Likewise pipes it may receive from or whose read end it closes.
    pub may_receive: Vec<ResourceId>,
    /// Ends of pipes it may close.
    pub may_close: Vec<(ResourceId, Ends)>,
    /// What it does.
    pub instructions: Vec<Instruction>,
    /// The block of each instruction.
    pub blocks: Vec<BlockId>,
    /// Who takes an exception raised where; innermost first.
    pub handlers: Vec<Handler>,
    /// Its locals in the order of their slots, parameters first; hidden ones have no name.
    pub locals: Vec<String>,
    /// Values its instructions name by number.
    pub constants: Vec<Value>,
    /// What its `except` clauses catch, by number.
    pub families: Vec<Vec<String>>,
    /// Per instruction that leaves the frame standing: which locals nobody reads any more, as an index into `clears`; 0 is none.
    pub clear_at: Vec<u16>,
    /// Sets of locals to clear.
    pub clears: Vec<Vec<u16>>,
}

/// A declared task.
#[derive(Debug, Clone)]
pub struct TaskTemplate {
    /// As `name` gives it: `closer`, or `consumer-2` for one of several.
    pub name: String,
    /// What kind.
    pub kind: TaskKind,
    /// The body.
    pub code: CodeId,
    /// 0..count-1.
    pub index: i64,
    /// The run does not wait for it.
    pub daemon: bool,
    /// Starts with the run.
    pub starts: bool,
    /// The block that declares it.
    pub block: BlockId,
    /// The process it runs in.
    pub process: ProcessId,
    /// Of a coroutine: the event loop that runs it.
    pub event_loop: Option<ResourceId>,
}

/// What kind of task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// The main thread.
    Main,
    /// Another thread.
    Thread,
    /// The main thread of another process, which also stands for that process: it ends when the process does.
    Process,
    /// A coroutine: the thread of its event loop runs it.
    Coroutine,
    /// A greenlet: likewise.
    Greenlet,
}

impl TaskKind {
    /// Whether the thread of an event loop runs it.
    #[must_use]
    pub const fn is_looped(self) -> bool {
        matches!(self, Self::Coroutine | Self::Greenlet)
    }

    /// The same, by the word of a trace.
    #[must_use]
    pub fn is_looped_word(word: &str) -> bool {
        [Self::Coroutine, Self::Greenlet].into_iter().any(|kind| kind.word() == word)
    }

    /// As a trace names it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Thread => "thread",
            Self::Process => "process",
            Self::Coroutine => "coroutine",
            Self::Greenlet => "greenlet",
        }
    }
}

/// A declared resource.
#[derive(Debug, Clone)]
pub struct ResourceTemplate {
    /// `tally`, or `fork[2]` for one of several.
    pub name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// The block that declares it.
    pub block: BlockId,
    /// Whose it is; none if several processes meet at it.
    pub process: Option<ProcessId>,
    /// The number by which code names it, which is that of its first copy.
    pub logical: ResourceId,
}

/// What a resource is, with what it starts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// A `shared`.
    Shared {
        /// Its first value.
        initial: Value,
        /// Whether atomic operations are allowed and plain accesses are ordered; of a list or dict, whether each change is a step.
        atomic: bool,
        /// What it is to its users.
        holds: Holds,
    },
    /// A `lock`.
    Lock {
        /// How waiters are served.
        algorithm: LockAlgorithm,
        /// Whether only the task that acquired it may release it.
        owner_checked: bool,
    },
    /// An `rlock`.
    ReentrantLock,
    /// An `rwlock`.
    ReadWriteLock {
        /// Who goes first.
        prefer: Prefer,
    },
    /// A `semaphore`.
    Semaphore {
        /// Permits at the start.
        permits: u64,
        /// Whether it may not exceed them.
        bounded: bool,
    },
    /// A `queue`.
    Queue {
        /// How many items it holds at most.
        capacity: Option<u64>,
        /// Which comes out first.
        order: QueueOrder,
    },
    /// A `condition`.
    Condition {
        /// The lock that guards what is waited for, as code names it: see [`Program::lock_of`].
        lock: ResourceId,
        /// Whether a wait may end without a `notify`.
        spurious: bool,
    },
    /// An `event`.
    Event,
    /// A `barrier`.
    Barrier {
        /// How many go on together.
        parties: u64,
    },
    /// The lock over all threads of a process's interpreter.
    Interpreter {
        /// How long a waiter waits before it asks the holder to let go.
        switch_interval: Nanos,
    },
    /// A region that `mark "label" { }` opens: tasks are counted in it, wherever they run.
    Region,
    /// A `pool`.
    Pool {
        /// How many jobs run at once.
        workers: u64,
        /// Whether each worker is a process of its own; otherwise a thread.
        processes: bool,
    },
    /// A `pipe`.
    Pipe {
        /// How much it holds.
        capacity: PipeCapacity,
    },
    /// An `event-loop`.
    EventLoop {
        /// Whether it runs others wherever one of its tasks would wait, as gevent does.
        gevent: bool,
        /// Whether jobs may be submitted to it, from other threads too.
        open: bool,
    },
    /// A `server`.
    Server {
        /// How long it takes to answer.
        latency: Nanos,
        /// How much it answers with.
        bytes: u64,
        /// Whether by UDP; otherwise by TCP.
        datagrams: bool,
    },
    /// A `file`.
    File {
        /// How large it is.
        bytes: u64,
    },
}

/// Where a holder of the interpreter lock may be made to let it go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckPoints {
    /// At loop back-edges, at routine entry and after calls: CPython from 3.10 on.
    Call,
    /// Between any two steps: CPython up to 3.9.
    Instruction,
}

/// How much a pipe holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PipeCapacity {
    /// Bytes of messages.
    Bytes(u64),
    /// Messages.
    Messages(u64),
}

impl ResourceKind {
    /// Whether it is one of what coroutines stand in line for.
    #[must_use]
    pub const fn has_line(&self) -> bool {
        !matches!(self, Self::Server { .. } | Self::File { .. } | Self::EventLoop { .. } | Self::Pool { .. })
    }

    /// The same where it names another resource: that which is given for it.
    #[must_use]
    pub fn placed(self, place: impl Fn(ResourceId) -> ResourceId + Copy) -> Self {
        match self {
            Self::Condition { lock, spurious } => Self::Condition { lock: place(lock), spurious },
            Self::Shared { .. }
            | Self::ReentrantLock
            | Self::ReadWriteLock { .. }
            | Self::Event
            | Self::EventLoop { .. }
            | Self::Server { .. }
            | Self::File { .. }
            | Self::Barrier { .. }
            | Self::Lock { .. }
            | Self::Semaphore { .. }
            | Self::Queue { .. }
            | Self::Interpreter { .. }
            | Self::Region
            | Self::Pool { .. }
            | Self::Pipe { .. } => self,
        }
    }

    /// Whether anybody may give it back, whoever has taken it.
    #[must_use]
    pub const fn is_token(&self) -> bool {
        matches!(self, Self::Lock { owner_checked: false, .. } | Self::Semaphore { .. })
    }

    /// Whether a condition may use it as its lock.
    #[must_use]
    pub const fn guards_conditions(self) -> bool {
        matches!(self, Self::Lock { .. } | Self::ReentrantLock)
    }

    /// The word of its block, and Python-like name of its type in errors.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shared { holds: Holds::List, .. } => "list",
            Self::Shared { holds: Holds::Dict, .. } => "dict",
            Self::Shared { .. } => "shared",
            Self::Lock { .. } => "lock",
            Self::ReentrantLock => "rlock",
            Self::ReadWriteLock { .. } => "rwlock",
            Self::Semaphore { .. } => "semaphore",
            Self::Queue { .. } => "queue",
            Self::Interpreter { .. } => "interpreter",
            Self::Region => "region",
            Self::Pipe { .. } => "pipe",
            Self::Pool { .. } => "pool",
            Self::Condition { .. } => "condition",
            Self::Event => "event",
            Self::EventLoop { .. } => "event-loop",
            Self::Server { .. } => "server",
            Self::File { .. } => "file",
            Self::Barrier { .. } => "barrier",
        }
    }
}

/// What a cell of memory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holds {
    /// Any value: a `shared`.
    Value,
    /// A list.
    List,
    /// The pairs of a dict.
    Dict,
}

/// How a lock serves those who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockAlgorithm {
    /// A release frees it; whoever comes first takes it, also one that never waited.
    Barging,
    /// Waiters burn CPU until they see it free.
    Spin,
    /// Each draws a number and is served in that order; waiters burn CPU.
    Ticket,
    /// A release hands it to the one that waited longest.
    Fair,
}

/// Who enters a readers-writer lock first where readers and writers wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefer {
    /// Readers: a writer waits until nobody reads or wants to.
    Readers,
    /// Writers: a reader waits while a writer does.
    Writers,
    /// Whoever came first.
    Fair,
}

/// Which item of a queue comes out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueueOrder {
    /// The oldest.
    Fifo,
    /// The newest.
    Lifo,
    /// The least, by Python's comparison.
    Priority,
}

impl Program {
    /// The template of a declared task, none for one made during the run.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&TaskTemplate> {
        self.tasks.get(id.index())
    }

    /// How long an effect takes that ends by itself, where time is counted and not measured; none for the others.
    #[must_use]
    pub fn time_of(&self, effect: Effect) -> Option<Nanos> {
        match effect {
            Effect::Sleep(length) => Some(length),
            Effect::Request(server) => Some(self.latency(server)),
            Effect::ReadFile(file) | Effect::WriteFile(file) => match self.resources[file.index()].kind {
                ResourceKind::File { bytes } => Some(Nanos(bytes * NANOS_A_BYTE)),
                _ => None,
            },
            _ => None,
        }
    }

    /// How long a server takes to answer.
    #[must_use]
    pub fn latency(&self, server: ResourceId) -> Nanos {
        match self.resources[server.index()].kind {
            ResourceKind::Server { latency, .. } => latency,
            _ => Nanos::ZERO,
        }
    }

    /// Whether a body is that of an event loop's own thread, which runs what is declared on it.
    #[must_use]
    pub fn serves_loop(&self, code: CodeId) -> bool {
        self.codes[code.index()].instructions.iter().any(|instruction| matches!(instruction, Instruction::ServeLoop(_)))
    }

    /// The lock that acquiring `resource` takes: of a condition the one that guards it, else itself.
    #[must_use]
    pub fn lock_of(&self, resource: ResourceId) -> ResourceId {
        match self.resources[resource.index()].kind {
            ResourceKind::Condition { lock, .. } => lock,
            _ => resource,
        }
    }
}

/// Reads, checks and compiles a scenario's text. There is a program when nothing forbids running it.
#[must_use]
pub fn build(text: &str, overrides: &[(String, String)]) -> Checked<Option<Program>> {
    compiled(crate::scenario::load(text), overrides)
}

/// The same, and the tree of which another process can [`rebuild`] it.
#[must_use]
pub fn build_with_tree(text: &str, overrides: &[(String, String)]) -> (Checked<Option<Program>>, Tree) {
    let (scenario, tree) = crate::scenario::load_with_tree(text);
    (compiled(scenario, overrides), tree)
}

fn compiled(scenario: Checked<Scenario>, overrides: &[(String, String)]) -> Checked<Option<Program>> {
    if scenario.has_errors() {
        return Checked { value: None, diagnostics: scenario.diagnostics };
    }
    let mut compiled = compile::compile(&scenario.value, overrides);
    compiled.diagnostics.splice(0..0, scenario.diagnostics);
    compiled
}

impl Program {
    /// Keeps what locals hold, read again or not: for whoever tells what tasks stand in and compares no states.
    #[must_use]
    pub fn keeping_locals(mut self) -> Self {
        for code in &mut self.codes {
            code.clear_at.fill(0);
        }
        self
    }
}

/// The same of the tree of a text that has been checked before: what would be told of it has been told.
#[must_use]
pub fn rebuild(tree: &Tree, overrides: &[(String, String)]) -> Option<Program> {
    compile::compile(&crate::scenario::reload(tree), overrides).value
}

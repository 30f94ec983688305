//! The table of block kinds: the one place that knows which nodes a scenario file may hold and what each takes.
//! Drives the reader, the checker, completion, the palette, the printed reference and the command line's help.
//! What a block does when it runs is `program::compile`.

mod actions;
mod coroutines;
mod declarations;
mod executors;
mod flow;
mod generators;
mod greenlets;
mod limits;
mod lists;
mod locks;
mod network;
mod parameter;
mod processes;
pub mod reference;
mod signals;
mod timers;

pub use limits::{MOST_COROUTINES, MOST_PROCESSES, MOST_RESOURCES, MOST_SERVERS, MOST_THREADS, MOST_WORKERS};
pub use parameter::{Accepts, Choice, Form, Parameter};

use crate::lang::Words;

/// A row of the table.
#[derive(Debug)]
pub struct Info {
    /// Which.
    pub kind: Kind,
    /// The node's name in a file.
    pub word: &'static str,
    /// The shelf it stands on.
    pub group: Group,
    /// Where it may stand.
    pub place: Place,
    /// What it takes, in the order of the palette; positional ones first, in their order.
    pub parameters: &'static [Parameter],
    /// Whether it takes blocks between braces.
    pub body: Body,
    /// One or two sentences: what it does.
    pub doc: Words,
    /// A line or a few that read without problems inside a scenario.
    pub example: &'static str,
}

/// A shelf of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The file, the machine, constants.
    Scenario,
    /// Things tasks meet at.
    Resources,
    /// Things that run.
    Tasks,
    /// Computing, sleeping, printing.
    Work,
    /// Values.
    Data,
    /// What runs next.
    Control,
    /// Mutual exclusion and signals.
    Locks,
    /// Passing items.
    Queues,
    /// Starting, joining.
    Threads,
    /// Jobs for pools of workers, and what becomes of them.
    Executors,
    /// Bodies that give one value after another.
    Generators,
    /// Awaiting.
    Coroutines,
    /// What must hold.
    Checks,
}

impl Group {
    /// What it offers besides its own kinds: one word does something to the resources of several groups.
    #[must_use]
    pub const fn shared(self) -> &'static [Kind] {
        match self {
            Self::Queues => &[Kind::Send, Kind::Close, Kind::Join],
            Self::Executors => &[Kind::Close, Kind::Join, Kind::Cancel, Kind::State],
            Self::Coroutines => &[Kind::Cancel, Kind::State],
            _ => &[],
        }
    }
}

/// Where a node may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// At the top of the file.
    Top,
    /// At the top and inside bodies: `let`.
    Anywhere,
    /// Inside a task's or routine's body.
    Statement,
    /// Inside `scenario { }`.
    Header,
    /// Directly behind a block of one of these kinds (or behind another clause of it).
    Clause(&'static [Kind]),
}

/// Whether a node has braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Body {
    /// None.
    Never,
    /// Statements; may be empty.
    Statements,
    /// Statements, or no braces at all: `mark`.
    Optional,
    /// Header nodes: `scenario`.
    Header,
}

/// Which kind of node a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is documented in its row of the table, in two languages")]
pub enum Kind {
    Scenario,
    About,
    Tags,
    AllowCommands,
    Machine,
    Interpreter,
    Shared,
    List,
    Dict,
    Lock,
    Rlock,
    Rwlock,
    Semaphore,
    Queue,
    Condition,
    Event,
    Barrier,
    Pipe,
    Pool,
    EventLoop,
    Server,
    File,
    Main,
    Thread,
    Process,
    Coroutine,
    Greenlet,
    Routine,
    Compute,
    Sleep,
    Request,
    ReadFile,
    WriteFile,
    Print,
    Mark,
    Let,
    Set,
    AtomicAdd,
    Swap,
    CompareAndSet,
    Append,
    Pop,
    PutKey,
    GetKey,
    Repeat,
    While,
    Loop,
    For,
    If,
    Elif,
    Else,
    Break,
    Continue,
    Call,
    Return,
    Raise,
    Try,
    Except,
    Finally,
    Assert,
    Disabled,
    Acquire,
    TryAcquire,
    Release,
    With,
    Read,
    Write,
    Wait,
    Notify,
    NotifyAll,
    SetEvent,
    ClearEvent,
    Abort,
    Put,
    Get,
    TaskDone,
    Join,
    Start,
    Spawn,
    Timer,
    Cancel,
    CurrentTask,
    Enumerate,
    ActiveCount,
    IsAlive,
    YieldCpu,
    Submit,
    Map,
    Result,
    AddDoneCallback,
    Generator,
    Next,
    Send,
    Throw,
    Close,
    State,
    Yield,
    YieldFrom,
    Await,
    Gather,
    WaitFor,
    Shield,
    ToThread,
    CreateTask,
    RunLoop,
    Switch,
    Recv,
    SpawnProcess,
    Terminate,
    RunCommand,
    Pid,
    Ppid,
    Expect,
    Invariant,
    /// A node that the table does not know, or that may not stand where it does: kept as it is written, and told.
    Unknown,
}

impl Kind {
    /// Its row.
    #[must_use]
    pub fn info(self) -> &'static Info {
        TABLE.get(self as usize).unwrap_or(&declarations::UNKNOWN)
    }
}

/// What an `expect` may be about beside an expression; `exception=` is a property.
pub const OUTCOMES: &[Choice] = &["deadlock", "race", "livelock", "starvation", "leak", "output", "output-contains"];

/// Every kind but [`Kind::Unknown`], in the order of [`Kind`] and of the palette.
pub static TABLE: &[Info] = &[
    declarations::SCENARIO,
    declarations::ABOUT,
    declarations::TAGS,
    declarations::ALLOW_COMMANDS,
    declarations::MACHINE,
    declarations::INTERPRETER,
    declarations::SHARED,
    lists::LIST,
    lists::DICT,
    declarations::LOCK,
    locks::RLOCK,
    locks::RWLOCK,
    declarations::SEMAPHORE,
    declarations::QUEUE,
    signals::CONDITION_ROW,
    signals::EVENT_ROW,
    signals::BARRIER_ROW,
    processes::PIPE,
    executors::POOL,
    coroutines::EVENT_LOOP,
    network::SERVER,
    network::FILE,
    declarations::MAIN,
    declarations::THREAD,
    processes::PROCESS,
    coroutines::COROUTINE,
    greenlets::GREENLET,
    declarations::ROUTINE,
    actions::COMPUTE,
    actions::SLEEP,
    network::REQUEST,
    network::READ_FILE,
    network::WRITE_FILE,
    actions::PRINT,
    actions::MARK,
    flow::LET,
    actions::SET,
    actions::ATOMIC_ADD,
    actions::SWAP,
    actions::COMPARE_AND_SET,
    lists::APPEND,
    lists::POP,
    lists::PUT_KEY,
    lists::GET_KEY,
    flow::REPEAT,
    flow::WHILE,
    flow::LOOP,
    flow::FOR,
    flow::IF,
    flow::ELIF,
    flow::ELSE,
    flow::BREAK,
    flow::CONTINUE,
    flow::CALL,
    flow::RETURN,
    flow::RAISE,
    flow::TRY,
    flow::EXCEPT,
    flow::FINALLY,
    flow::ASSERT,
    flow::DISABLED,
    actions::ACQUIRE,
    actions::TRY_ACQUIRE,
    actions::RELEASE,
    actions::WITH,
    locks::READ,
    locks::WRITE,
    signals::WAIT,
    signals::NOTIFY,
    signals::NOTIFY_ALL,
    signals::SET_EVENT,
    signals::CLEAR_EVENT,
    signals::ABORT,
    actions::PUT,
    actions::GET,
    actions::TASK_DONE,
    actions::JOIN,
    actions::START,
    actions::SPAWN,
    timers::TIMER,
    timers::CANCEL,
    actions::CURRENT_TASK,
    timers::ENUMERATE,
    timers::ACTIVE_COUNT,
    actions::IS_ALIVE,
    actions::YIELD_CPU,
    executors::SUBMIT,
    executors::MAP,
    executors::RESULT,
    executors::ADD_DONE_CALLBACK,
    generators::GENERATOR,
    generators::NEXT,
    generators::SEND,
    generators::THROW,
    generators::CLOSE,
    generators::STATE,
    generators::YIELD,
    generators::YIELD_FROM,
    coroutines::AWAIT,
    coroutines::GATHER,
    coroutines::WAIT_FOR,
    coroutines::SHIELD,
    coroutines::TO_THREAD,
    coroutines::CREATE_TASK,
    coroutines::RUN_LOOP,
    greenlets::SWITCH,
    processes::RECV,
    processes::SPAWN_PROCESS,
    processes::TERMINATE,
    processes::RUN_COMMAND,
    processes::PID,
    processes::PPID,
    declarations::EXPECT,
    declarations::INVARIANT,
];

impl Kind {
    /// The kind written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        TABLE.iter().find(|info| info.word == word).map(|info| info.kind)
    }

    /// Whether it declares something that tasks meet at.
    #[must_use]
    pub const fn is_resource(self) -> bool {
        matches!(
            self,
            Self::Shared
                | Self::List
                | Self::Dict
                | Self::Lock
                | Self::Rlock
                | Self::Rwlock
                | Self::Semaphore
                | Self::Queue
                | Self::Condition
                | Self::Event
                | Self::Barrier
                | Self::Pipe
                | Self::Pool
                | Self::EventLoop
                | Self::Server
                | Self::File
        )
    }

    /// Whether it may be declared in a process, for that process alone.
    #[must_use]
    pub const fn is_declared_inside(self) -> bool {
        (self.is_resource() && !matches!(self, Self::Pipe))
            || matches!(self, Self::Interpreter | Self::Thread | Self::Coroutine | Self::Greenlet | Self::Routine)
    }

    /// Whether it declares something that runs with the scenario.
    #[must_use]
    pub const fn is_task(self) -> bool {
        matches!(self, Self::Main | Self::Thread | Self::Process | Self::Coroutine | Self::Greenlet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_row() {
        for (index, info) in TABLE.iter().enumerate() {
            assert_eq!(info.kind as usize, index, "{}", info.word);
            assert_eq!(Kind::from_word(info.word), Some(info.kind));
        }
        assert_eq!(TABLE.len(), Kind::Unknown as usize);
        assert_eq!((Kind::Unknown.info().kind, Kind::from_word(declarations::UNKNOWN.word)), (Kind::Unknown, None));
    }

    #[test]
    fn positional_parameters_come_first_and_required_ones_before_optional_ones() {
        for info in TABLE {
            let order: Vec<_> = info.parameters.iter().map(|p| (p.form as u8, p.form != Form::Property && p.optional)).collect();
            assert!(order.is_sorted(), "{}: {order:?}", info.word);
        }
    }

    #[test]
    fn every_row_speaks_both_languages() {
        for info in TABLE.iter().chain([&declarations::UNKNOWN]) {
            for words in std::iter::once(&info.doc).chain(info.parameters.iter().map(|p| &p.doc)) {
                assert!(words.en.is_ascii() && words.en.ends_with('.'), "{}: {}", info.word, words.en);
                assert!(!words.zh.is_ascii() && words.zh.ends_with('。'), "{}: {}", info.word, words.zh);
            }
        }
    }
}

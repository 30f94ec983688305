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
mod processes;
pub mod reference;
mod signals;
mod timers;

pub use limits::{MOST_COROUTINES, MOST_PROCESSES, MOST_RESOURCES, MOST_SERVERS, MOST_THREADS, MOST_WORKERS};

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

/// One thing a block takes.
#[derive(Debug)]
pub struct Parameter {
    /// Its name: shown, and the property's name in the file unless positional. For a measure the stem: `timeout` for
    /// `timeout-ms=`, empty for a bare `ms=`.
    pub name: &'static str,
    /// How it is written.
    pub form: Form,
    /// What it takes.
    pub accepts: Accepts,
    /// What holds when it is left out; `None` for one that must be given (or, with `optional`, may be absent altogether).
    pub default: Option<&'static str>,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it means.
    pub doc: Words,
}

/// How an argument is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// By its position behind the word.
    Positional,
    /// All positions that remain.
    Rest,
    /// `name=value`.
    Property,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Accepts {
    /// A new name for something declared.
    NewName,
    /// A local to bind.
    Local,
    /// The name of something declared, or an expression that gives a handle, of one of these kinds.
    Reference(&'static [Kind]),
    /// The name of a `shared` (or one of several, `x[i]`) that is written to.
    Target,
    /// Any expression.
    Expression,
    /// What an `expect` is about: a word of [`OUTCOMES`], or an expression.
    Claim,
    /// An expression that gives a whole number in this range.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Text with `{expressions}`.
    Template,
    /// Plain text.
    Text,
    /// One of these words.
    Choice(&'static [Choice]),
    /// `#true` or `#false`.
    Switch,
    /// A time: `us=`, `ms=`, `s=`.
    Duration,
    /// A size: `bytes=`, `kb=`, `mb=`.
    Size,
    /// The name of an exception.
    ExceptionName,
}

/// A fixed word, such as `kind=ticket`.
pub type Choice = &'static str;

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

impl Parameter {
    /// One that must be given, by its position.
    const fn positional(name: &'static str, accepts: Accepts, en: &'static str, zh: &'static str) -> Self {
        Self { name, form: Form::Positional, accepts, default: None, optional: false, doc: Words { en, zh } }
    }

    /// All that follow.
    const fn rest(name: &'static str, accepts: Accepts, en: &'static str, zh: &'static str) -> Self {
        Self { name, form: Form::Rest, accepts, default: None, optional: true, doc: Words { en, zh } }
    }

    /// One that may be left out, by its name.
    const fn property(name: &'static str, accepts: Accepts, en: &'static str, zh: &'static str) -> Self {
        Self { name, form: Form::Property, accepts, default: None, optional: true, doc: Words { en, zh } }
    }

    const fn required(mut self) -> Self {
        self.optional = false;
        self
    }

    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self.optional = true;
        self
    }

    /// How its property may be spelled in a file: `into`, or one for each unit, `timeout-us`, `timeout-ms`, `timeout-s`.
    pub fn spellings(&self) -> Vec<String> {
        let units = self.accepts.units();
        if units.is_empty() {
            return vec![self.name.to_owned()];
        }
        let stem = if self.name.is_empty() { String::new() } else { format!("{}-", self.name) };
        units.iter().map(|(unit, _)| format!("{stem}{unit}")).collect()
    }

    /// How a property with this scale of its unit is spelled.
    #[must_use]
    pub fn spelled(&self, scale: u64) -> String {
        let of_scale = self.accepts.units().iter().position(|(_, each)| *each == scale);
        self.spellings().swap_remove(of_scale.unwrap_or(0))
    }
}

impl Accepts {
    /// The units of a measure, each with what it is in nanoseconds or bytes; empty for all else.
    #[must_use]
    pub const fn units(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Duration => &[("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)],
            Self::Size => &[("bytes", 1), ("kb", 1_024), ("mb", 1_048_576)],
            _ => &[],
        }
    }
}

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

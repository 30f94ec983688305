//! The table of block kinds: the one place that knows which nodes a scenario file may hold and what each takes.
//! Drives the reader, the checker, completion, the palette, the printed reference and the command line's help.
//! What a block does when it runs is `program::compile`.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// By its position behind the word.
    Positional,
    /// All remaining positions.
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
    Shared,
    Lock,
    Semaphore,
    Queue,
    Main,
    Thread,
    Routine,
    Compute,
    Sleep,
    Print,
    Mark,
    Let,
    Set,
    AtomicAdd,
    Swap,
    CompareAndSet,
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
    Put,
    Get,
    TaskDone,
    Join,
    Start,
    Spawn,
    CurrentTask,
    IsAlive,
    YieldCpu,
    Expect,
    Invariant,
}

impl Kind {
    /// Its row.
    #[must_use]
    pub fn info(self) -> &'static Info {
        &TABLE[self as usize]
    }
}

/// Every kind, in the order of [`Kind`] and of the palette.
pub static TABLE: &[Info] = &[];

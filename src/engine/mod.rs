//! What runs a program. An engine only answers effects; tasks run in the one interpreter of `program::machine`.
//! Owns the interface that the runner of the window and of the command line drives.

mod crowd;
mod describe;
mod error;
pub mod real;
mod room;
pub mod scheduler;
mod sight;
pub mod stepper;
pub mod world;

use std::path::PathBuf;

pub use self::error::EngineError;
use crate::program::{Holds, ResourceKind};
use crate::time::Nanos;
use crate::trace::store::{ResourceClass, Trace};

/// What is to be run.
#[derive(Debug, Clone)]
pub struct Source {
    /// The scenario's text: each engine compiles it for itself.
    pub text: String,
    /// What to call it.
    pub name: String,
    /// Constants overridden: name and expression.
    pub overrides: Vec<(String, String)>,
}

/// How it is to be run.
#[derive(Debug, Clone)]
pub struct RunConfig {
    /// The executable that plays the worker (`coreyard` itself).
    pub worker: PathBuf,
    /// Cores the run may use; over `machine cores=`. None: as the scenario says, else all.
    pub cores: Option<u32>,
    /// The seed of `rand` and of the stepper's choices.
    pub seed: u64,
    /// A schedule to follow first: the stepper's choices in its text form.
    pub schedule: Option<String>,
    /// What is recorded.
    pub record: Record,
    /// Ends the run when it has gone on so long, by the wall's clock. An engine without a clock leaves that to who drives it.
    pub timeout: Option<Nanos>,
    /// Whether a deadlock ends the run (command line) or leaves it standing to be looked at (window).
    pub stop_on_deadlock: bool,
    /// Whether the user has confirmed the programs that the scenario asks to run.
    pub allow_commands: bool,
}

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Record {
    /// Every event.
    #[default]
    Full,
    /// Exact counters only.
    Counters,
    /// Nothing but what must be known to end the run.
    Off,
}

impl Record {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Full, Self::Counters, Self::Off];

    /// The one that is called so.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|record| record.word() == word)
    }

    /// As `--record` takes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Counters => "counters",
            Self::Off => "off",
        }
    }
}

/// What can be asked of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Every task halts at its next step.
    Pause,
    /// On again.
    Resume,
    /// What its tasks stand in and its resources hold is told soon, without halting anybody.
    Look,
    /// Ends the run, whatever it does.
    Stop,
}

/// A run under way. Dropping it ends it and leaves nothing behind.
pub trait Run: Send {
    /// Asks; never blocks.
    fn control(&mut self, control: Control);
    /// Moves what has happened since into `trace`, never blocking for longer than a frame can bear (2 ms).
    /// True while there is more to come; when false, `trace.ended` is set.
    fn poll(&mut self, trace: &mut Trace) -> bool;
}

/// A kind of machine to run on.
pub trait Engine {
    /// Starts `source`.
    ///
    /// # Errors
    /// When the text has errors, a limit is exceeded or the system refuses a file, process or socket.
    fn start(&self, source: &Source, config: &RunConfig) -> Result<Box<dyn Run>, EngineError>;
}

/// What a trace calls a resource of this kind.
const fn class_of(kind: ResourceKind) -> ResourceClass {
    match kind {
        ResourceKind::Shared { holds: Holds::List, .. } => ResourceClass::List,
        ResourceKind::Shared { holds: Holds::Dict, .. } => ResourceClass::Dict,
        ResourceKind::Shared { .. } => ResourceClass::Shared,
        ResourceKind::Lock { .. } => ResourceClass::Lock,
        ResourceKind::ReentrantLock => ResourceClass::Rlock,
        ResourceKind::ReadWriteLock { .. } => ResourceClass::Rwlock,
        ResourceKind::Semaphore { .. } => ResourceClass::Semaphore,
        ResourceKind::Queue { .. } => ResourceClass::Queue,
        ResourceKind::Condition { .. } => ResourceClass::Condition,
        ResourceKind::Event => ResourceClass::Event,
        ResourceKind::Barrier { .. } => ResourceClass::Barrier,
        ResourceKind::Interpreter { .. } => ResourceClass::Interpreter,
        ResourceKind::Region => ResourceClass::Region,
        ResourceKind::Pipe { .. } => ResourceClass::Pipe,
        ResourceKind::Pool { .. } => ResourceClass::Pool,
        ResourceKind::EventLoop { .. } => ResourceClass::EventLoop,
        ResourceKind::Server { .. } => ResourceClass::Server,
        ResourceKind::File { .. } => ResourceClass::File,
    }
}

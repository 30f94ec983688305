//! How runs end, and the limits that end them: which was met, and at which block. Owns the shapes.

use crate::id::BlockId;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Every task that is no daemon has ended.
    Completed,
    /// Nothing can step any more and somebody still waits.
    Deadlocked,
    /// The user stopped it.
    Stopped,
    /// Its time was over.
    TimedOut,
    /// There is no more of something.
    LimitReached(Reached),
    /// The worker process died; in words.
    Crashed(String),
}

/// How the words about a crash begin when memory ran out.
pub const OUT_OF_MEMORY: &str = "the process of the run asked for more memory than the system gives it";
/// And when nobody knows why.
pub const ENDED_UNEXPECTEDLY: &str = "the process of the run has ended unexpectedly";

/// A limit that a run has met.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reached {
    /// Which.
    pub limit: Limit,
    /// The block that asked for more; none where no single one did.
    pub block: Option<BlockId>,
}

/// What there is only so much of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// So many steps of the stepper.
    Steps(u64),
    /// What a schedule was given for: it says nothing that can be done at this step, counted from 1.
    Schedule(u64),
    /// So many processes in all.
    Processes(usize),
    /// Threads: the system gives none for this one.
    Thread {
        /// Whose it would be.
        of: String,
        /// In the system's words.
        error: String,
    },
    /// Processes: the system gives none for this one.
    Process {
        /// What it would be called.
        of: String,
        /// In the system's words.
        error: String,
    },
}

impl Limit {
    /// The end of a run that met it at `block`.
    #[must_use]
    pub fn at(self, block: impl Into<Option<BlockId>>) -> Ended {
        Ended::LimitReached(Reached { limit: self, block: block.into() })
    }
}

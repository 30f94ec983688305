//! What a scenario claims about its runs, compiled. Judged by `verdict`.

use crate::id::{BlockId, CodeId, TaskId};

/// An `expect` or `invariant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The block.
    pub block: BlockId,
    /// In which runs.
    pub modality: Modality,
    /// What.
    pub claim: Claim,
}

/// In how many of the possible runs a claim is said to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// In every one that ends.
    Always,
    /// In at least one.
    Sometimes,
    /// In none.
    Never,
}

/// What a check is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// A condition on the final state: a body without parameters that returns its value.
    Final(CodeId),
    /// A condition on every state, likewise.
    Invariant(CodeId),
    /// A deadlock.
    Deadlock,
    /// Two accesses to a plain `shared`, one a write, that nothing orders.
    Race,
    /// Tasks that go on for ever and get nowhere.
    Livelock,
    /// A task that waits for ever while others get somewhere.
    Starvation,
    /// A lock or permit held by a task that has ended.
    Leak,
    /// An exception that leaves a task.
    Exception {
        /// Its name or family.
        name: String,
        /// Whose.
        whose: Whose,
    },
    /// All that was printed, line by line.
    Output(Vec<String>),
    /// Lines that are among those printed.
    OutputContains(Vec<String>),
}

/// Which tasks a check is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Every task.
    Anyone,
    /// None: as many are declared.
    Nobody,
    /// Those whose body this block is.
    OfBlock(BlockId),
    /// These.
    Tasks(Vec<TaskId>),
}

//! What tasks stood in and what resources held when somebody looked: frames with their locals, generators and their states, values
//! as Python shows them. Looks cost time, so there is one only at a pause, at a finding, at the end, and while somebody watches.

use std::collections::BTreeMap;

use crate::id::{BlockId, ResourceId};
use crate::time::Nanos;

/// What one task stood in.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stack {
    /// When that was.
    pub at: Nanos,
    /// The innermost first.
    pub frames: Vec<Frame>,
    /// The generators that it knows, by number; and coroutines that nobody has awaited yet.
    pub generators: Vec<Generator>,
    /// Frames, locals and generators for which there was no room.
    pub left_out: u32,
}

/// A body under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Frame {
    /// The routine's name, or the task's as declared.
    pub routine: String,
    /// Where it stood.
    pub block: Option<BlockId>,
    /// Of a generator: its number among those of its task.
    pub generator: Option<u32>,
    /// Its locals that had a value.
    pub locals: Vec<Local>,
}

/// A local.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Local {
    /// What it is called.
    pub name: String,
    /// Its value as Python shows it, cut where that is long.
    pub value: String,
}

/// A generator.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Generator {
    /// Its number among those of its task.
    pub number: u32,
    /// It is a coroutine that nobody has awaited yet.
    pub is_coroutine: bool,
    /// `GEN_SUSPENDED` and the like.
    pub state: String,
    /// Where it rests; none while it runs, and once it is closed.
    pub frame: Option<Frame>,
    /// The one that it has handed control on to, by `yield-from`.
    pub delegate: Option<u32>,
}

/// What resources held, as Python shows it.
pub type Held = BTreeMap<ResourceId, String>;

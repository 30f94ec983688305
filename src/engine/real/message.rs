//! What app and worker tell each other over the control socket: one JSON text a line. Events and counts go through the segment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::resource::across::WireEnds;
use super::transport::clock::Counter;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::{self, Program};
use crate::scenario::Tree;
use crate::time::Nanos;
use crate::trace::store::{Ended, FinalState, Finding, Plain, Uncaught};

/// The first line that every process of a run reads, and hands on as it came: the scenario, read from its text and checked, so
/// that none of them does that again.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Recipe {
    pub(super) tree: Tree,
    pub(super) overrides: Vec<(String, String)>,
    /// Whether anything is counted.
    pub(super) counts: bool,
}

impl Recipe {
    /// The program that `line` says how to make; none where it was written by another version of Coreyard.
    pub(super) fn program(line: &str) -> Option<Program> {
        let recipe: Self = serde_json::from_str(line).ok()?;
        let program = program::rebuild(&recipe.tree, &recipe.overrides)?.keeping_locals();
        Some(if recipe.counts { program } else { program.uncounted() })
    }
}

/// The second line the app sends: all else that a worker must know.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Setup {
    /// Where the segment is opened.
    pub(super) segment: PathBuf,
    pub(super) counter: Counter,
    pub(super) cores: u32,
    pub(super) seed: u64,
    /// `full`, `counters` or `off`.
    pub(super) record: String,
    pub(super) stop_on_deadlock: bool,
    pub(super) allow_commands: bool,
}

/// Where child processes find what the first process of a run has opened, by resource.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Wires {
    pub(super) pipes: BTreeMap<ResourceId, WireEnds>,
    pub(super) servers: BTreeMap<ResourceId, std::net::SocketAddr>,
    pub(super) files: BTreeMap<ResourceId, PathBuf>,
}

/// The second line a child process reads.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct ChildSetup {
    pub(super) setup: Setup,
    pub(super) process: ProcessId,
    /// The system's number of the process that starts it.
    pub(super) parent: u32,
    /// Of one made during the run: its routine's code and arguments.
    pub(super) spawned: Option<(CodeId, Vec<Plain>)>,
    pub(super) wires: Wires,
    /// It works for a pool: jobs follow, one a line.
    pub(super) pooled: bool,
}

/// A job for a process that works for a pool.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct JobOrder {
    pub(super) task: TaskId,
    pub(super) name: String,
    pub(super) code: CodeId,
    pub(super) arguments: Vec<Plain>,
    pub(super) pool: ResourceId,
    /// Since when it has waited for a worker, if it had to.
    pub(super) asked: Option<Nanos>,
}

/// How a job ended, in words that every process understands.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) enum PlainEnding {
    Returned(Plain),
    Raised(Uncaught),
}

/// What a child tells its parent.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) enum ChildReport {
    /// What its own resources hold at its end, and those of its children.
    State(Vec<(ResourceId, Plain)>),
    /// The whole run must end like this.
    Ended(Ended),
    /// The job it was given has ended.
    Done(PlainEnding),
}

/// What the app asks then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum Order {
    Pause,
    Resume,
    Look,
    Stop,
}

/// What the worker tells.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) enum Report {
    /// Something was found.
    Found(Finding),
    /// The run has ended; the last report.
    Ended(Ended, Option<FinalState>),
}

/// A task made during the run, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Made {
    pub(super) name: String,
    pub(super) parent: TaskId,
    pub(super) block: BlockId,
    pub(super) daemon: bool,
    /// `thread` or `process`.
    pub(super) kind: String,
}

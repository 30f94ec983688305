//! What the window shows, borrowed from the session that owns it. Panels read it and push commands.

use std::path::{Path, PathBuf};

use super::command::{EngineChoice, Page, Recording};
use super::panels::View;
use super::theme::Shade;
use crate::document::history::History;
use crate::lang::{Lang, Told};
use crate::time::Nanos;
use crate::trace::store::{Ended, Trace};

/// The whole window's state.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, asked for on its own")]
pub struct State<'a> {
    /// What the panels that show things show.
    pub view: View<'a>,
    /// Light or dark.
    pub shade: Shade,
    /// What was chosen: none for as the system does.
    pub chosen_shade: Option<Shade>,
    /// What was chosen: none for as the system does.
    pub chosen_lang: Option<Lang>,
    /// The language of the window.
    pub lang: Lang,
    /// Where the text comes from.
    pub origin: Origin<'a>,
    /// Whether it differs from what is saved.
    pub is_dirty: bool,
    /// Why the text cannot be run, if it cannot.
    pub blocked: Option<String>,
    /// Whether a run goes on of what the text was before.
    pub is_outrun: bool,
    /// What was done to the text, and can be undone and done again.
    pub history: &'a History,
    /// What runs it.
    pub engine: EngineChoice,
    /// Cores it may use; 0 as the scenario says.
    pub cores: u32,
    /// Cores of this machine.
    pub machine_cores: u32,
    /// The seed.
    pub seed: u64,
    /// What the next run records.
    pub recording: Recording,
    /// How far the run is.
    pub phase: Phase<'a>,
    /// What it has come to, check by check.
    pub verdicts: &'a [VerdictLine],
    /// Files opened lately.
    pub recent: &'a [PathBuf],
    /// Something to tell.
    pub notice: Option<&'a Notice>,
    /// Something to ask.
    pub question: Option<&'a Question>,
    /// The page of the help that is open.
    pub help: Option<Page>,
    /// Whether what to try first is shown.
    pub shows_welcome: bool,
    /// Whether it is said what this is.
    pub shows_about: bool,
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// Nowhere yet.
    New,
    /// The built-in scenario of this name.
    BuiltIn(&'a str),
    /// This file.
    File(&'a Path),
    /// The trace in this file.
    Trace(&'a Path),
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase<'a> {
    /// There is none.
    Ready,
    /// It goes on.
    Running(Nanos),
    /// It stands still.
    Paused(Nanos),
    /// It has ended.
    Ended(&'a Ended, Nanos),
}

impl Phase<'_> {
    /// Whether there is something to stop.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Running(_) | Self::Paused(_))
    }
}

/// One check and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictLine {
    /// Whether it held; none while open or not judged.
    pub good: Option<bool>,
    /// What was expected, or found, as written.
    pub claim: String,
    /// How strong the judgement is, in words.
    pub strength: String,
    /// Where it is written.
    pub block: Option<crate::id::BlockId>,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub told: Told,
    /// Whether something failed.
    pub is_error: bool,
    /// Whether it is about the text as it is now: once that is another one, it is no news any more.
    pub is_of_text: bool,
}

/// Something to ask before going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The text is not saved: save, discard or go back?
    Unsaved {
        /// What is it called.
        name: String,
    },
    /// The file was changed by another program: reload or keep?
    Changed {
        /// Its name.
        name: String,
        /// What it holds now.
        theirs: String,
    },
    /// There is text from before a crash: recover it or not?
    Recover {
        /// What it was called.
        name: String,
        /// How many lines it has.
        lines: usize,
        /// How many more there are.
        others: usize,
    },
    /// The scenario asks to run programs of the system: may it?
    Commands {
        /// Which.
        programs: Vec<String>,
    },
    /// No dialog answers: which path?
    Path {
        /// Whether it is to be written.
        saving: bool,
        /// What stands in the field at first.
        proposed: PathBuf,
        /// Added to a name typed without one.
        ending: &'static str,
    },
}

impl State<'_> {
    /// The run's trace, if there is one.
    #[must_use]
    pub fn trace(&self) -> Option<&Trace> {
        self.view.run.map(|run| run.trace)
    }

    /// What the text is called.
    #[must_use]
    pub fn name(&self) -> String {
        match self.origin {
            Origin::New => super::i18n::UNTITLED.get(self.lang).to_owned(),
            Origin::BuiltIn(name) => name.to_owned(),
            Origin::File(path) | Origin::Trace(path) => {
                path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
            }
        }
    }
}

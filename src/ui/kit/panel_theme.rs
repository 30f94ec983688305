//! Which colours and fonts the panels need, by role. Makes none: `theme` fills it in, for light and for dark.

use egui::{Color32, FontId};

use crate::diagnostic::Severity;
use crate::scenario::block::Group;
use crate::trace::store::TaskState;
use crate::view::cores::PARTS;

/// The colours and fonts of every panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Writing.
    pub text: Color32,
    /// Writing that matters less.
    pub weak: Color32,
    /// Behind bars, alternate rows, grid lines.
    pub faint: Color32,
    /// Behind text and plots.
    pub page: Color32,
    /// Frames and axes.
    pub line: Color32,
    /// The moment pointed at.
    pub cursor: Color32,
    /// Errors, warnings.
    pub severities: [Color32; 2],
    /// In the order of [`Group`].
    pub groups: [Color32; 13],
    /// In the order of [`TaskState::ALL`].
    pub states: [Color32; 8],
    /// Scenario, Coreyard, rest, stolen.
    pub core_parts: [Color32; PARTS],
    /// Lines of a plot; they repeat.
    pub series: [Color32; 6],
    /// Words.
    pub body: FontId,
    /// Notes.
    pub small: FontId,
    /// Figures and code.
    pub mono: FontId,
}

impl Theme {
    /// How bad something is.
    pub const fn severity(&self, severity: Severity) -> Color32 {
        self.severities[severity as usize]
    }

    /// A shelf of blocks.
    pub const fn group(&self, group: Group) -> Color32 {
        self.groups[group as usize]
    }

    /// What a task does.
    pub const fn state(&self, state: TaskState) -> Color32 {
        self.states[state as usize]
    }

    /// A part of a core's time.
    pub const fn core_part(&self, part: usize) -> Color32 {
        self.core_parts[part]
    }

    /// The `index`-th line of a plot.
    pub const fn series(&self, index: usize) -> Color32 {
        self.series[index % self.series.len()]
    }

    /// Words.
    pub fn body(&self) -> FontId {
        self.body.clone()
    }

    /// Notes.
    pub fn small(&self) -> FontId {
        self.small.clone()
    }

    /// Figures and code.
    pub fn mono(&self) -> FontId {
        self.mono.clone()
    }
}

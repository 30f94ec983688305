//! Changing the text: edits, undo and redo, and what is read and checked after each. Where it is kept is `filing` and `keeping`.

use super::{Good, Origin, Session};
use crate::app::files;
use crate::diagnostic::{Severity, Span};
use crate::document::Document;
use crate::document::edit::{Edit, History};
use crate::program::compile;
use crate::scenario;
use crate::ui::panels::Asked;

/// A text longer than this is checked when typing pauses, not at each key.
const CHECKED_AT_ONCE: usize = 60_000;

impl Session {
    /// Whether the text differs from what is saved.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.document.text() != self.saved
    }

    /// Whether the text as it is now can be run.
    #[must_use]
    pub fn can_run(&self) -> bool {
        let told = &self.diagnostics;
        !told.iter().any(|told| told.severity == Severity::Error)
    }

    pub(super) fn panel(&mut self, asked: Asked) {
        match asked {
            Asked::Edit(span, text) => self.edit(span, text),
            Asked::Undo => {
                let place = self.history.undo(&mut self.document);
                self.text_changed(place);
            }
            Asked::Redo => {
                let place = self.history.redo(&mut self.document);
                self.text_changed(place);
            }
            Asked::Select(block) => self.selected = block,
            Asked::Jump(offset) => self.jump = Some(offset),
            Asked::Time(time) => self.time = time,
        }
    }

    pub(super) fn edit(&mut self, span: Span, text: String) {
        if self.document.is_read_only() || self.document.text().get(span.range()).is_none() {
            return;
        }
        if let Origin::BuiltIn(_) | Origin::Trace(_) = self.origin {
            self.origin = Origin::New;
        }
        let typing = text.chars().count() <= 1 && span.start == span.end && text != "\n";
        let label = if typing { text.clone() } else { text.lines().next().unwrap_or_default().chars().take(40).collect() };
        self.history.apply(&mut self.document, &label, &[Edit { span, text }], typing);
        self.text_changed(None);
    }

    /// The text is another one now; `place` is where to show it.
    pub(super) fn text_changed(&mut self, place: Option<Span>) {
        self.jump = place.map(|place| place.end).or(self.jump);
        self.version += 1;
        self.changed_at = self.now;
        self.unkept_since.get_or_insert(self.now);
        self.gives_up = false;
        if self.document.text().len() <= CHECKED_AT_ONCE {
            self.check();
        }
    }

    pub(super) fn check(&mut self) {
        self.checked = Some(self.version);
        let read = scenario::read_document(&self.document, &[]);
        let compiled = compile::compile(&read.value, &[]);
        self.diagnostics = read.diagnostics;
        if self.can_run() {
            self.diagnostics.extend(compiled.diagnostics);
        }
        if self.document.diagnostics().is_empty() {
            self.good = Good { scenario: read.value, text: self.document.text().to_owned(), version: self.version };
            self.selected = self.selected.filter(|block| block.0 < self.good.scenario.block_count);
        }
    }

    pub(super) fn set_text(&mut self, text: String, origin: Origin) {
        self.saved.clone_from(&text);
        self.document = Document::new(text);
        self.history = History::default();
        self.on_disk = if let Origin::File(path) = &origin { files::changed(path) } else { None };
        self.origin = origin;
        self.selected = None;
        self.jump = Some(0);
        self.version += 1;
        self.kept = self.version;
        self.unkept_since = None;
        self.gives_up = false;
        self.forget();
        self.check();
    }
}

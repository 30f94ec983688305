//! Changing the text: edits, undo and redo, and what is read and checked after each. Where it is kept is `filing` and `keeping`.

use super::{Good, Origin, Session};
use crate::app::files;
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::document::edit::{Change, Edit, Selection};
use crate::document::history::{History, Place};
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
            Asked::Change(change) => self.change(change),
            Asked::Undo => {
                let place = self.history.undo(&mut self.document);
                self.text_changed(place);
            }
            Asked::Redo => {
                let place = self.history.redo(&mut self.document);
                self.text_changed(place);
            }
            Asked::History(done) => {
                let place = self.history.go_to(&mut self.document, done);
                self.text_changed(place);
            }
            Asked::Select(block) => self.selected = block,
            Asked::Jump(offset) => self.jump = Some(Selection::caret(offset)),
            Asked::Time(time) => self.time = time,
        }
    }

    pub(super) fn change(&mut self, change: Change) {
        let fits = |edit: &Edit| self.document.text().get(edit.span.range()).is_some();
        let in_order = change.edits.is_sorted_by(|one, next| one.span.end <= next.span.start);
        if self.document.is_read_only() || change.edits.is_empty() || !in_order || !change.edits.iter().all(fits) {
            return;
        }
        if let Origin::BuiltIn(_) | Origin::Trace(_) = self.origin {
            self.origin = Origin::New;
        }
        self.history.apply(&mut self.document, change);
        self.text_changed(None);
    }

    /// The text is another one now; `place` is where to show it.
    pub(super) fn text_changed(&mut self, place: Option<Place>) {
        self.jump = place.map(|place| place.selection()).or(self.jump);
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
        self.jump = Some(Selection::default());
        self.version += 1;
        self.kept = self.version;
        self.unkept_since = None;
        self.gives_up = false;
        self.forget();
        self.check();
    }
}

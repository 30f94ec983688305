//! Changing the text: edits, undo and redo. What is wrong with it is `checking`, where it is kept `filing` and `keeping`.

use super::{Good, Origin, Session};
use crate::app::files;
use crate::document::Document;
use crate::document::edit::{Change, Edit, Label, Selection};
use crate::document::history::{History, Place};
use crate::lang::{Told, Words};
use crate::ui::command::{Arrange, PanelKind};
use crate::ui::i18n::{self, fill};
use crate::ui::panels::Asked;
use crate::view::blocks::block_at;
use crate::view::lines::difference;

/// What a reload is called in the history.
const RELOADED: Words = Words { en: "Reload {0}", zh: "重新载入 {0}" };

impl Session {
    /// Whether the text differs from what is saved.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.is_gone || self.document.text() != self.saved
    }

    pub(super) fn panel(&mut self, asked: Asked) {
        match asked {
            Asked::Change(change) => self.change(change),
            Asked::Undo => {
                let step = self.history.next_undo().cloned();
                let place = self.history.undo(&mut self.document);
                self.told(i18n::UNDONE, step, i18n::NO_UNDO);
                self.text_changed(place);
            }
            Asked::Redo => {
                let step = self.history.next_redo().cloned();
                let place = self.history.redo(&mut self.document);
                self.told(i18n::REDONE, step, i18n::NO_REDO);
                self.text_changed(place);
            }
            Asked::History(done) => {
                let place = self.history.go_to(&mut self.document, done);
                self.text_changed(place);
            }
            Asked::Select(block) => self.selected = block,
            Asked::Jump(offset) => {
                self.jump = Some(Selection::caret(offset));
                // The blocks go there, too.
                if self.good.version == self.version {
                    self.selected = block_at(self.good.scenario(), offset);
                }
                self.arrange(Arrange::Show(PanelKind::Editor));
            }
            Asked::Mark(span) => {
                self.jump = Some(Selection { anchor: span.start, caret: span.end });
                self.arrange(Arrange::Show(PanelKind::Editor));
            }
            Asked::Time(time) => self.time = time,
            Asked::Look => self.look(),
            Asked::Told(words) => self.failed(words.told()),
        }
    }

    /// Says which step was taken back or done again, or that there is none.
    fn told(&mut self, words: Words, step: Option<Label>, none: Words) {
        self.done(step.map_or_else(|| none.told(), |step| Told::of(|lang| fill(words.get(lang), &[&step.get(lang)]))));
    }

    pub(super) fn change(&mut self, change: Change) {
        let fits = |edit: &Edit| self.document.text().get(edit.span.range()).is_some();
        let in_order = change.edits.is_sorted_by(|one, next| one.span.end <= next.span.start);
        if self.document.is_read_only() || change.edits.is_empty() || !in_order || !change.edits.iter().all(fits) {
            return;
        }
        self.history.apply(&mut self.document, change);
        self.notice.take_if(|notice| notice.is_of_text);
        self.text_changed(None);
    }

    /// Takes the text that lies on the disk: one step, so that undo brings back what was here.
    pub(super) fn reload(&mut self, theirs: String) {
        let label = Label::new(RELOADED, &self.name());
        self.replace(label, theirs);
        self.keep();
    }

    /// Takes another text that is kept elsewhere, in one step.
    pub(super) fn replace(&mut self, label: Label, theirs: String) {
        if let Some((span, with)) = difference(self.document.text(), &theirs) {
            self.history.apply(&mut self.document, Change::new(label, vec![Edit::new(span, with)]));
        }
        self.saved = theirs;
        self.is_gone = false;
        self.notice = None;
        self.text_changed(None);
    }

    /// The text is another one now; `place` is where to show it.
    pub(super) fn text_changed(&mut self, place: Option<Place>) {
        self.jump = place.as_ref().map(Place::selection).or(self.jump);
        // What differs from a text that cannot be written to is the user's own.
        if matches!(self.origin, Origin::BuiltIn(_) | Origin::Trace(_)) && self.document.text() != self.saved {
            self.origin = Origin::New;
        }
        self.version += 1;
        self.changed_at = self.now;
        self.unkept_since.get_or_insert(self.now);
        self.gives_up = false;
        self.hold();
        self.check_soon();
        if let Some(place) = place {
            // The blocks have other numbers now: those that were selected are known by their places.
            let at = place.marked.first().copied().unwrap_or(place.selection().caret);
            if self.good.version == self.version {
                self.selected = block_at(self.good.scenario(), at);
            }
            self.marked = Some(place.marked);
        }
    }

    pub(super) fn set_text(&mut self, text: String, origin: Origin) {
        self.saved.clone_from(&text);
        self.notice = None;
        self.is_gone = false;
        self.document = Document::new(text);
        self.history = History::default();
        self.on_disk = if let Origin::File(path) = &origin { files::changed(path) } else { None };
        self.origin = origin;
        // Blocks of the text before are none of this one, be it unreadable.
        self.good = Good::default();
        self.diagnostics.clear();
        self.selected = None;
        self.jump = Some(Selection::default());
        self.version += 1;
        self.opened += 1;
        self.tried_engine = None;
        self.kept = self.version;
        self.unkept_since = None;
        self.gives_up = false;
        self.forget();
        self.check_soon();
    }
}

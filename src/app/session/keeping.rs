//! Text is never lost: what is not saved is kept against a crash, and what windows before left behind is offered, one by one.

use super::{Origin, Session};
use crate::app::files;
use crate::app::keeper::Kept;
use crate::app::unsaved::{LeftBehind, Unsaved};
use crate::lang::Told;
use crate::ui::i18n::{self, fill};
use crate::ui::state::Question;

impl Session {
    /// Has the text written against a crash if it is not saved.
    pub fn keep(&mut self) {
        self.kept = self.version;
        self.unkept_since = None;
        self.hold();
        self.keeper.write();
    }

    /// Holds the text as it is now: it is written within a moment, and at once when the program panics.
    pub(super) fn hold(&self) {
        self.keeper.hold(if self.is_dirty() {
            let path = if let Origin::File(path) = &self.origin { Some(path.clone()) } else { None };
            // Earlier times have no form in the file.
            let on_disk = self.on_disk.filter(|at| *at >= std::time::UNIX_EPOCH);
            Kept::Text(Unsaved { path, on_disk, text: self.document.text().to_owned() })
        } else {
            Kept::Nothing
        });
    }

    /// From now on a panic anywhere in the program writes the text before anything else.
    pub fn keep_on_panic(&self) {
        self.keeper.write_on_panic();
    }

    /// The window closes: comes back when all that is to be kept is written.
    pub fn finish(&mut self) {
        self.keeper.finish();
    }

    /// Takes away the copy kept against a crash: the text is saved, or given up.
    pub(super) fn forget(&mut self) {
        // What was typed last falls due no more.
        self.kept = self.version;
        self.unkept_since = None;
        self.keeper.hold(Kept::Nothing);
        self.keeper.write();
    }

    /// Says that text is not kept, if that is so and has not been said.
    pub(super) fn tell_unkept(&mut self) {
        if let Some(why) = self.keeper.take_failure() {
            self.failed(Told::of(|lang| fill(i18n::NOT_KEPT.get(lang), &[&why])));
        }
    }

    /// Asks about a text that was left behind, as soon as nothing here would be lost by it.
    pub(super) fn offer(&mut self) {
        let Some(LeftBehind { unsaved, .. }) = self.left_behind.first() else { return };
        if self.asks_later || self.question.is_some() || self.go_on.is_some() || self.is_dirty() {
            return;
        }
        let untitled = || i18n::UNTITLED.get(self.lang()).to_owned();
        let name = unsaved.path.as_ref().map_or_else(untitled, |path| path.display().to_string());
        let (lines, others) = (unsaved.text.lines().count(), self.left_behind.len() - 1);
        self.question = Some(Question::Recover { name, lines, others });
    }

    /// Gives up the text that was asked about.
    pub(super) fn forget_left(&mut self) {
        let LeftBehind { slot, .. } = self.left_behind.remove(0);
        if let Err(error) = slot.forget() {
            self.failed(Told::of(|lang| fill(i18n::NOT_FORGOTTEN.get(lang), &[&error.to_string()])));
        }
        // An empty lock without a text is tidied up at the next start, if it cannot be now.
        drop(slot.leave());
        self.offer();
    }

    /// Shows the text that was asked about. Its file goes when the text is kept by this window.
    pub(super) fn recover(&mut self) {
        let LeftBehind { unsaved: Unsaved { path, on_disk, text }, slot } = self.left_behind.remove(0);
        self.leave_run();
        self.verdicts.clear();
        let there = path.as_ref().and_then(|path| files::read_text(path).ok());
        self.set_text(text, path.map_or(Origin::New, Origin::File));
        self.saved = there.unwrap_or_default();
        self.kept = self.version;
        // Looked at as if the window had been open all the time: who has changed the file since is not overwritten unasked.
        self.on_disk = on_disk;
        self.look_at_disk();
        self.hold();
        match self.keeper.write_now() {
            Ok(()) => drop(slot.leave()),
            Err(error) => self.failed(Told::of(|lang| fill(i18n::NOT_KEPT.get(lang), &[&error.to_string()]))),
        }
    }
}

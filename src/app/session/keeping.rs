//! Text is never lost: what is not saved is kept against a crash, and offered again at the next start.

use super::{Origin, Session};
use crate::app::settings::Unsaved;

impl Session {
    /// Keeps the text against a crash if it is not saved.
    pub fn keep(&mut self) {
        self.kept = self.version;
        self.unkept_since = None;
        if self.left_behind.is_some() {
            // What is kept is from before: it must not be lost while nobody has said what to do with it.
            return;
        }
        if self.is_dirty() {
            let path = if let Origin::File(path) = &self.origin { Some(path.clone()) } else { None };
            self.store.keep_unsaved(&Unsaved { path, text: self.document.text().to_owned() });
        } else {
            self.store.forget_unsaved();
        }
    }

    /// Takes away the copy kept against a crash: the text is saved, or given up.
    pub(super) fn forget(&mut self) {
        if self.left_behind.is_none() {
            self.store.forget_unsaved();
        }
    }

    pub(super) fn recover(&mut self) {
        let Some(Unsaved { path, text }) = self.left_behind.clone() else { return };
        self.leave_run();
        self.set_text(text, path.map_or(Origin::New, Origin::File));
        self.saved = String::new();
        self.left_behind = None;
        self.keep();
    }
}

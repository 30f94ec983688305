//! Text is never lost: what is not saved is kept against a crash, and offered again at the next start.

use super::{Origin, Session};
use crate::app::files;
use crate::app::keeper::Kept;
use crate::app::settings::Unsaved;

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
        self.keeper.hold(match &self.left_behind {
            // What is kept is from before: it must not be lost while nobody has said what to do with it.
            Some(_) => Kept::Untouched,
            None if self.is_dirty() => {
                let path = if let Origin::File(path) = &self.origin { Some(path.clone()) } else { None };
                Kept::Text(Unsaved { path, text: self.document.text().to_owned() })
            }
            None => Kept::Nothing,
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
        if self.left_behind.is_none() {
            self.keeper.hold(Kept::Nothing);
            self.keeper.write();
        }
    }

    pub(super) fn recover(&mut self) {
        let Some(Unsaved { path, text }) = self.left_behind.clone() else { return };
        self.leave_run();
        let on_disk = path.as_ref().and_then(|path| files::read_text(path, self.lang()).ok());
        self.set_text(text, path.map_or(Origin::New, Origin::File));
        self.saved = on_disk.unwrap_or_default();
        self.left_behind = None;
        self.keep();
    }
}

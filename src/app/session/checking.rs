//! What is wrong with the text, and the scenario read from it: at once for short texts, beside the window for long ones.

use super::{Good, Session};
use crate::app::checker::{self, Checker, Findings};
use crate::diagnostic::Severity;

/// A longer text is not checked within the frame that changed it.
const CHECKED_AT_ONCE: usize = 60_000;

impl Session {
    /// Whether the text can be run, as far as it has been checked.
    #[must_use]
    pub fn can_run(&self) -> bool {
        let told = &self.diagnostics;
        !told.iter().any(|told| told.severity == Severity::Error)
    }

    /// Whether all that is told of the text is true of it as it is now.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.checked == Some(self.version)
    }

    /// Checks the text, here if it is short.
    pub(super) fn check_soon(&mut self) {
        if self.document.text().len() <= CHECKED_AT_ONCE {
            self.check();
        } else {
            self.check_aside();
        }
    }

    /// Checks the text here and now, unless that is done.
    pub(super) fn check(&mut self) {
        if !self.is_checked() {
            self.take_in(checker::check(&self.document, self.version));
        }
    }

    /// Has a text that is not checked yet checked aside, and takes in what was found.
    pub(super) fn check_aside(&mut self) {
        let found = self.checker.as_ref().and_then(Checker::found);
        // Places are bytes of a text: what is true of another version stands in the wrong places.
        if let Some(found) = found.filter(|found| found.version == self.version) {
            self.take_in(found);
        }
        if self.is_checked() || self.asked == Some(self.version) {
            return;
        }
        let wake = self.wake.clone();
        let start = || Checker::start(move || wake.request_repaint());
        self.checker = self.checker.take().or_else(start);
        self.asked = Some(self.version);
        match &self.checker {
            Some(checker) => checker.ask(self.version, self.document.text().to_owned()),
            None => self.check(),
        }
    }

    fn take_in(&mut self, found: Findings) {
        let Findings { version, scenario, diagnostics, is_whole } = found;
        self.checked = Some(version);
        self.diagnostics = diagnostics;
        if is_whole {
            self.good = Good { scenario, text: self.document.text().to_owned(), version };
            self.selected = self.selected.filter(|block| block.0 < self.good.scenario.block_count);
        }
    }
}

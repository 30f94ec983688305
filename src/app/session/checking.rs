//! The scenario read from the text, at once, and what is wrong with it: at once too for short texts, beside the window for long ones.

use super::Session;
use crate::app::checker::{self, Checker, Findings};
use crate::diagnostic::{Diagnostic, Severity, Span, catalog};
use crate::view::lines::difference;

/// A longer text is not checked within the frame that changed it.
const CHECKED_AT_ONCE: usize = 20_000;

impl Session {
    /// Whether the text can be run, as far as it has been checked.
    #[must_use]
    pub fn can_run(&self) -> bool {
        !self.is_wrong() && !self.is_taskless()
    }

    /// Whether there is a mistake in the text.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.problems().iter().any(|told| told.severity == Severity::Error)
    }

    /// Whether nothing runs because no task has been written yet.
    #[must_use]
    pub fn is_taskless(&self) -> bool {
        self.diagnostics.last().is_some_and(is_lack)
    }

    /// What is shown as wrong: a text that has no task yet lacks something, but has no mistake.
    #[must_use]
    pub fn problems(&self) -> &[Diagnostic] {
        match self.diagnostics.split_last() {
            Some((last, others)) if is_lack(last) => others,
            _ => &self.diagnostics,
        }
    }

    /// Whether all that is told of the text is true of it as it is now.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.checked == Some(self.version)
    }

    /// Checks the text, here if it is short.
    pub(super) fn check_soon(&mut self) {
        self.read();
        if self.document.text().len() <= CHECKED_AT_ONCE {
            self.check();
        } else {
            self.check_aside();
        }
    }

    /// Reads the text, which is quick, so that its blocks are shown at once; what is wrong with it is told later, until then what
    /// was told before goes where its places have gone.
    fn read(&mut self) {
        if self.document.diagnostics().is_empty() {
            self.good.reading.follow(&self.document);
            self.document.text().clone_into(&mut self.good.text);
            self.good.version = self.version;
            self.selected = self.selected.filter(|block| block.0 < self.good.scenario().block_count);
        }
        if let Some((span, with)) = difference(&self.told_text, self.document.text()) {
            self.diagnostics.retain_mut(|told| {
                let behind = told.span.start >= span.end;
                if behind {
                    told.span = Span::new(told.span.start - span.end, told.span.end - span.end).shifted(span.start + with.len());
                    told.related.clear();
                }
                behind || told.span.end <= span.start
            });
            self.document.text().clone_into(&mut self.told_text);
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
        let Findings { version, mut diagnostics } = found;
        diagnostics.sort_by_key(is_lack);
        self.checked = Some(version);
        self.diagnostics = diagnostics;
        self.document.text().clone_into(&mut self.told_text);
    }
}

fn is_lack(told: &Diagnostic) -> bool {
    told.code == catalog::NOTHING_TO_RUN.code
}

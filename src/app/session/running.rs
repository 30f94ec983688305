//! Running the text and judging what came of it. How an engine is driven is `runner`.

use super::Session;
use crate::app::runner::Runner;
use crate::app::verdicts;
use crate::program::{Program, compile};
use crate::scenario;
use crate::ui::command::{Arrange, PanelKind};
use crate::ui::i18n::{self, fill};
use crate::verdict;
use crate::view::axis::TimeView;

impl Session {
    /// Whether a run goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.runner.as_ref().is_some_and(Runner::is_live)
    }

    pub(super) fn run(&mut self) {
        self.check();
        if !self.can_run() || self.runner.as_ref().is_some_and(Runner::is_live) {
            self.arrange(Arrange::Front(PanelKind::Problems));
            return;
        }
        self.runs += 1;
        self.verdicts.clear();
        self.time = TimeView::default();
        let (text, name, choice) = (self.document.text(), self.name(), self.settings.choice);
        match Runner::start(text, &name, choice, self.worker.clone(), self.runs, !self.is_attended) {
            Ok(runner) => {
                self.runner = Some(runner);
                self.notice = None;
            }
            Err(error) => self.failed(fill(i18n::NOT_RUN.get(self.lang()), &[&error.to_string()])),
        }
    }

    /// Ends the run, if one goes on, and runs again.
    pub(super) fn restart(&mut self) {
        self.runner = None;
        self.run();
    }

    /// Judges the run that has ended.
    pub(super) fn judge(&mut self) {
        let Some(runner) = &self.runner else { return };
        let lang = self.lang();
        let text = &runner.trace.header.text;
        let scenario = scenario::load(text).value;
        let program: Option<Program> = compile::compile(&scenario, &runner.trace.header.overrides).value;
        let Some(program) = program else { return };
        let judged = verdict::judge(&program, &runner.trace);
        self.verdicts = verdicts::lines(&judged, &scenario, text, &runner.trace, lang);
        self.arrange(Arrange::Front(PanelKind::Verdict));
    }

    /// Which run is next, for one that comes from a file.
    pub(super) fn next_run(&mut self) -> u64 {
        self.runs += 1;
        self.runs
    }
}

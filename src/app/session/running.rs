//! Running the text and judging what came of it. How an engine is driven is `runner`.

use super::Session;
use crate::app::runner::Runner;
use crate::app::verdicts;
use crate::diagnostic::{LineColumn, Severity};
use crate::engine::{Record, RunConfig, Source};
use crate::lang::Told;
use crate::program::{Program, compile};
use crate::scenario::{self, Scenario};
use crate::trace::store::Trace;
use crate::ui::command::{Arrange, EngineChoice, PanelKind, Recording};
use crate::ui::i18n::{self, fill};
use crate::ui::state::{Notice, Question, VerdictLine};
use crate::verdict;
use crate::view::axis::TimeView;

/// Between two looks at what tasks stand in, while somebody watches.
const LOOK_SECONDS: f64 = 0.25;

impl Session {
    /// Whether a run goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.runner.as_ref().is_some_and(Runner::is_live)
    }

    /// Why the text cannot be run, if it cannot.
    #[must_use]
    pub fn why_not(&self) -> Option<Told> {
        let text = self.document.text();
        if text.trim().is_empty() {
            return Some(i18n::RUN_EMPTY_TIP.told());
        }
        let error = self.problems().iter().find(|told| told.severity == Severity::Error);
        if error.is_none() && self.is_taskless() {
            return Some(i18n::RUN_TASKLESS_TIP.told());
        }
        let error = error?;
        let line = LineColumn::of(text, error.span.start).line.to_string();
        Some(Told::of(|lang| fill(i18n::RUN_BLOCKED_TIP.get(lang), &[&line, &error.message(lang)])))
    }

    /// The run, if one goes on; that none does is told.
    pub(super) fn live(&mut self) -> Option<&mut Runner> {
        if !self.is_running() {
            self.done(i18n::NOTHING_RUNS.told());
        }
        self.runner.as_mut().filter(|runner| runner.is_live())
    }

    /// Runs, anew if what runs is what the text was before.
    pub(super) fn run(&mut self) {
        self.start(self.is_outrun());
    }

    /// Runs; with `anew` what goes on is ended, unless the text cannot be run.
    fn start(&mut self, anew: bool) {
        self.check();
        if self.is_running() && !anew {
            return self.done(i18n::RUNS_ALREADY.told());
        }
        if let Some(why) = self.why_not() {
            if self.is_wrong() {
                self.arrange(Arrange::Front(PanelKind::Problems));
                self.notice = Some(Notice { told: why, is_error: true, is_of_text: true });
                return;
            }
            return self.done(why);
        }
        let choice = self.settings.choice;
        let engine = self.engine();
        let declines = std::mem::take(&mut self.declines_commands);
        let commands = self.good.scenario().commands();
        let is_confirmed = self.confirmed_commands.contains(self.document.text());
        if engine == EngineChoice::Real && !commands.is_empty() && !is_confirmed && !declines {
            self.question = Some(Question::Commands { programs: commands.into_iter().collect() });
            return;
        }
        self.leave_run();
        self.runs += 1;
        self.verdicts.clear();
        self.time = TimeView::default();
        let source = Source { text: self.document.text().to_owned(), name: self.name(), overrides: Vec::new() };
        let config = RunConfig {
            worker: self.worker.clone(),
            cores: (choice.cores > 0).then_some(choice.cores),
            seed: choice.seed,
            schedule: None,
            record: match choice.recording {
                Recording::Full => Record::Full,
                Recording::Counters => Record::Counters,
                Recording::Off => Record::Off,
            },
            timeout: None,
            // It stays standing, to be looked at.
            stop_on_deadlock: false,
            allow_commands: is_confirmed,
        };
        match Runner::start(engine, &source, &config, self.runs) {
            Ok(runner) => {
                self.runner = Some(runner);
                self.notice = None;
            }
            Err(error) => self.failed(Told::of(|lang| fill(i18n::NOT_RUN.get(lang), &[&error.words(lang)]))),
        }
    }

    /// Has it told what its tasks stand in, if that was long ago.
    pub(super) fn look(&mut self) {
        let Some(runner) = self.runner.as_mut().filter(|runner| !runner.is_paused) else { return };
        if self.now - self.looked >= LOOK_SECONDS || self.now < self.looked {
            self.looked = self.now;
            runner.look();
        }
    }

    /// Shows a run that was driven elsewhere, or comes from a file.
    pub fn show_run(&mut self, trace: Trace) {
        self.runs += 1;
        self.runner = Some(Runner::saved(trace, self.runs));
        self.time = TimeView::default();
        self.judge();
    }

    /// Shows a run that was driven elsewhere to its end, with how its counts grew.
    pub fn show_watched(&mut self, mut runner: Runner) {
        self.runs += 1;
        runner.number = self.runs;
        self.runner = Some(runner);
        self.time = TimeView::default();
        self.judge();
    }

    /// Ends the run, if one goes on, and forgets it.
    pub(super) fn leave_run(&mut self) {
        if let Some(runner) = self.runner.take() {
            runner.leave();
        }
    }

    /// Whether a run goes on of what the text was before.
    #[must_use]
    pub fn is_outrun(&self) -> bool {
        let live = self.runner.as_ref().filter(|runner| runner.is_live());
        live.is_some_and(|runner| runner.trace.header.text != self.document.text())
    }

    /// Ends the run, if one goes on, and runs again.
    pub(super) fn restart(&mut self) {
        self.start(true);
    }

    /// Judges the run that has ended.
    pub(super) fn judge(&mut self) {
        let Some((scenario, program)) = self.ran() else { return };
        let Some(runner) = &mut self.runner else { return };
        verdict::tell_leaks(&program, &mut runner.trace);
        self.verdicts = self.judged(&scenario, &program);
        let Some(runner) = &self.runner else { return };
        // Where nothing is expected, what was printed is what there is to see.
        let only_output = self.verdicts.is_empty() && !runner.trace.output.is_empty();
        self.arrange(Arrange::Front(if only_output { PanelKind::Output } else { PanelKind::Verdict }));
    }

    /// Says in the language of now what was judged.
    pub(super) fn judge_in_other_words(&mut self) {
        if !self.verdicts.is_empty()
            && let Some((scenario, program)) = self.ran()
        {
            self.verdicts = self.judged(&scenario, &program);
        }
    }

    /// What was run.
    fn ran(&self) -> Option<(Scenario, Program)> {
        let header = &self.runner.as_ref()?.trace.header;
        let scenario = scenario::load(&header.text).value;
        let program: Option<Program> = compile::compile(&scenario, &header.overrides).value;
        Some((scenario, program?))
    }

    fn judged(&self, scenario: &Scenario, program: &Program) -> Vec<VerdictLine> {
        let Some(runner) = &self.runner else { return Vec::new() };
        let judged = verdict::judge(program, &runner.trace);
        verdicts::lines(&judged, scenario, &runner.trace.header.text, &runner.trace, self.lang())
    }
}

//! Drives one run for the window: starts it on the chosen engine, moves what happened into the trace, says when it has ended.

use std::path::PathBuf;

use crate::engine::real::Real;
use crate::engine::stepper::Stepper;
use crate::engine::{Control, Engine as _, EngineError, Record, Run, RunConfig, Source};
use crate::trace::store::Trace;
use crate::ui::command::EngineChoice;

/// What the bar chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Choice {
    /// What runs it.
    pub engine: EngineChoice,
    /// Cores it may use; 0 as the scenario says.
    pub cores: u32,
    /// The seed.
    pub seed: u64,
}

impl Default for Choice {
    fn default() -> Self {
        Self { engine: EngineChoice::Real, cores: 0, seed: 1 }
    }
}

/// A run, under way or ended, or one that was saved.
pub struct Runner {
    run: Option<Box<dyn Run>>,
    /// What is known of it.
    pub trace: Trace,
    /// Tells it from every other run of this window.
    pub number: u64,
    /// Changes whenever the trace does.
    pub version: u64,
    /// Whether it stands still.
    pub is_paused: bool,
}

impl Runner {
    /// Starts `text`. `stop_on_deadlock` ends a run that can go no further; else it stays to be looked at.
    ///
    /// # Errors
    /// When the engine cannot.
    pub fn start(
        text: &str,
        name: &str,
        choice: Choice,
        worker: PathBuf,
        number: u64,
        stop_on_deadlock: bool,
    ) -> Result<Self, EngineError> {
        let source = Source { text: text.to_owned(), name: name.to_owned(), overrides: Vec::new() };
        let config = RunConfig {
            worker,
            cores: (choice.cores > 0).then_some(choice.cores),
            seed: choice.seed,
            schedule: None,
            record: Record::Full,
            timeout: None,
            stop_on_deadlock,
        };
        let run = match choice.engine {
            EngineChoice::Real => Real.start(&source, &config)?,
            EngineChoice::Stepper => Stepper.start(&source, &config)?,
        };
        Ok(Self { run: Some(run), trace: Trace::default(), number, version: 0, is_paused: false })
    }

    /// A run that was saved.
    #[must_use]
    pub const fn saved(trace: Trace, number: u64) -> Self {
        Self { run: None, trace, number, version: 0, is_paused: false }
    }

    /// Whether it goes on.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.run.is_some()
    }

    /// Takes in what has happened. True when it ended just now.
    pub fn poll(&mut self) -> bool {
        let Some(run) = &mut self.run else { return false };
        self.version += 1;
        let ended = !run.poll(&mut self.trace);
        if ended {
            self.run = None;
            self.is_paused = false;
        }
        ended
    }

    /// Halts it, or lets it go on.
    pub fn toggle_pause(&mut self) {
        if let Some(run) = &mut self.run {
            self.is_paused = !self.is_paused;
            run.control(if self.is_paused { Control::Pause } else { Control::Resume });
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        if let Some(run) = &mut self.run {
            run.control(Control::Stop);
        }
    }
}

//! Drives one run: starts it on an engine, moves what happened into the trace, keeps the time that was allowed, says when it has
//! ended. The window polls it once a frame, the command line in a loop. Does not know what either makes of it.
#![expect(clippy::disallowed_methods, reason = "drives runs in real time")]

use std::time::{Duration, Instant};

use crate::engine::real::Real;
use crate::engine::stepper::Stepper;
use crate::engine::{Control, Engine as _, EngineError, Run, RunConfig, Source};
use crate::metrics::history::History;
use crate::trace::store::{Ended, Trace};
use crate::ui::command::{EngineChoice, Recording};

/// Between two polls of who waits for the end: short at first, for short runs.
const FIRST_WAIT: Duration = Duration::from_micros(500);
const LONGEST_WAIT: Duration = Duration::from_millis(20);
/// For so long one that gets on by being polled gets on at a time.
const A_WHILE: Duration = Duration::from_millis(8);

/// What the bar chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Choice {
    /// What runs it.
    pub engine: EngineChoice,
    /// Cores it may use; 0 as the scenario says.
    pub cores: u32,
    /// The seed.
    pub seed: u64,
    /// What is recorded.
    pub recording: Recording,
}

impl Default for Choice {
    fn default() -> Self {
        Self { engine: EngineChoice::Real, cores: 0, seed: 1, recording: Recording::Full }
    }
}

/// A run, under way or ended, or one that was saved.
pub struct Runner {
    run: Option<Box<dyn Run>>,
    /// How its counts grew; none for a run that nobody watched.
    history: Option<History>,
    /// What is known of it.
    pub trace: Trace,
    /// Tells it from every other run of this window.
    pub number: u64,
    /// Changes whenever the trace does.
    pub version: u64,
    /// Whether it stands still.
    pub is_paused: bool,
    /// An engine that goes on by being polled, and has no clock of its own.
    is_polled: bool,
    deadline: Option<Instant>,
    is_late: bool,
}

impl Runner {
    /// Starts `source`.
    ///
    /// # Errors
    /// When the engine cannot.
    pub fn start(engine: EngineChoice, source: &Source, config: &RunConfig, number: u64) -> Result<Self, EngineError> {
        let (run, is_polled) = match engine {
            EngineChoice::Real => (Real.start(source, config)?, false),
            EngineChoice::Stepper => (Stepper.start(source, config)?, true),
        };
        let deadline = config.timeout.filter(|_| is_polled).and_then(|most| Instant::now().checked_add(most.duration()));
        Ok(Self {
            run: Some(run),
            is_polled,
            deadline,
            history: Some(History::default()),
            ..Self::saved(Trace::default(), number)
        })
    }

    /// A run that has ended.
    #[must_use]
    pub const fn saved(trace: Trace, number: u64) -> Self {
        Self {
            run: None,
            history: None,
            trace,
            number,
            version: 0,
            is_paused: false,
            is_polled: false,
            deadline: None,
            is_late: false,
        }
    }

    /// Whether it goes on.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.run.is_some()
    }

    /// Takes in what has happened. True when it ended just now. One that gets on by being polled gets on for a while.
    pub fn poll(&mut self) -> bool {
        let until = Instant::now() + A_WHILE;
        loop {
            let ended = self.poll_once();
            if ended || !self.is_polled || self.is_paused || self.run.is_none() || Instant::now() >= until {
                return ended;
            }
        }
    }

    fn poll_once(&mut self) -> bool {
        let Some(run) = &mut self.run else { return false };
        if !self.is_late && self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.is_late = true;
            run.control(Control::Stop);
        }
        self.version += 1;
        let ended = !run.poll(&mut self.trace);
        self.history.iter_mut().for_each(|history| history.look(&self.trace));
        if ended {
            self.run = None;
            self.is_paused = false;
            if self.is_late && self.trace.ended == Some(Ended::Stopped) {
                self.trace.ended = Some(Ended::TimedOut);
            }
        }
        ended
    }

    /// Stays until it has ended. `look` sees it after each poll; once it says so, the run is stopped.
    pub fn wait(&mut self, mut look: impl FnMut(&Trace) -> bool) {
        let mut pause = FIRST_WAIT;
        let mut stopped = false;
        while self.is_live() && !self.poll() {
            if look(&self.trace) && !stopped {
                stopped = true;
                self.stop();
            }
            // A run that gets on by being polled gets on all the faster.
            if !self.is_polled {
                std::thread::park_timeout(pause);
                pause = (pause + pause / 8).min(LONGEST_WAIT);
            }
        }
    }

    /// Halts it, or lets it go on.
    pub fn toggle_pause(&mut self) {
        if let Some(run) = &mut self.run {
            self.is_paused = !self.is_paused;
            run.control(if self.is_paused { Control::Pause } else { Control::Resume });
        }
    }

    /// How its counts grew; none for a run that was saved.
    #[must_use]
    pub const fn history(&self) -> Option<&History> {
        self.history.as_ref()
    }

    /// Has it told what its tasks stand in.
    pub fn look(&mut self) {
        if let Some(run) = &mut self.run {
            run.control(Control::Look);
        }
    }

    /// Ends it without waiting for the end, which may take a process 100 ms.
    pub fn leave(self) {
        let ending = std::thread::Builder::new().name("farewell".to_owned()).spawn(move || drop(self));
        // Without a thread the run has been ended here.
        drop(ending);
    }

    /// Ends it.
    pub fn stop(&mut self) {
        if let Some(run) = &mut self.run {
            run.control(Control::Stop);
        }
    }
}

//! Drives a run from its start to its end, and tells on a terminal how it goes. Ctrl-C ends the run, not the program: a report
//! still follows. Does not know what was asked on the command line.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::app::runner::Runner;
use crate::diagnostic::width;
use crate::engine::{EngineError, Record, RunConfig, Source};
use crate::lang::Lang;
use crate::trace::store::Trace;
use crate::ui::command::EngineChoice;

/// Between two lines of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);
/// Cells of a line of progress.
const PROGRESS_CELLS: usize = 78;

/// Whether Ctrl-C was pressed. The second one ends the program at once, by the system's way.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen() -> Self {
        let interrupt = Self::default();
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // In this order: the second time, the flag that the first has set is seen. Where the system refuses, Ctrl-C ends the
            // program as ever, and the run with it.
            let _refused = signal_hook::flag::register_conditional_default(signal, Arc::clone(&interrupt.0));
            let _refused = signal_hook::flag::register(signal, Arc::clone(&interrupt.0));
        }
        interrupt
    }

    /// Whether it was pressed.
    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a run is driven where nothing else is asked for.
///
/// # Errors
/// When this program does not know where it is, and so cannot start itself as a worker.
pub(super) fn config() -> Result<RunConfig, EngineError> {
    let worker = std::env::current_exe();
    let worker = worker.map_err(EngineError::system("the path of this program", "本程序的路径"))?;
    let (record, stop_on_deadlock) = (Record::Full, true);
    let (cores, schedule, timeout) = (None, None, None);
    Ok(RunConfig { worker, cores, seed: 1, schedule, record, timeout, stop_on_deadlock, allow_commands: false })
}

/// Runs `source` to its end.
///
/// # Errors
/// When the engine cannot start it.
pub(super) fn drive(
    engine: EngineChoice,
    source: &Source,
    config: &RunConfig,
    interrupt: &Interrupt,
    progress: Option<Lang>,
) -> Result<Trace, EngineError> {
    watched(engine, source, config, interrupt, progress).map(|runner| runner.trace)
}

/// The same with how its counts grew.
///
/// # Errors
/// When the engine cannot start it.
#[expect(clippy::disallowed_methods, reason = "progress is told by the clock")]
pub(super) fn watched(
    engine: EngineChoice,
    source: &Source,
    config: &RunConfig,
    interrupt: &Interrupt,
    progress: Option<Lang>,
) -> Result<Runner, EngineError> {
    let mut runner = Runner::start(engine, source, config, 0)?;
    let mut progress = progress.map(Progress::new);
    runner.wait(|trace| {
        if let Some(progress) = &mut progress {
            progress.tell(trace, Instant::now());
        }
        interrupt.came()
    });
    if let Some(progress) = progress {
        progress.clear();
    }
    Ok(runner)
}

/// One line that is written over and over.
struct Progress {
    lang: Lang,
    next: Instant,
    steps: u64,
    at: f64,
    shown: bool,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "progress is told by the clock")]
    fn new(lang: Lang) -> Self {
        Self { lang, next: Instant::now() + PROGRESS_EVERY, steps: 0, at: 0.0, shown: false }
    }

    fn tell(&mut self, trace: &Trace, now: Instant) {
        if now < self.next {
            return;
        }
        self.next = now + PROGRESS_EVERY;
        let steps = trace.counters.tasks.values().fold(0, |sum: u64, task| sum.saturating_add(task.steps));
        let at = trace.elapsed.seconds();
        #[expect(clippy::cast_precision_loss, reason = "a rate of three digits")]
        let rate = (steps.saturating_sub(self.steps)) as f64 / (at - self.at).max(1e-9);
        (self.steps, self.at, self.shown) = (steps, at, true);
        let line = cut(&progress_line(trace, rate, self.lang), PROGRESS_CELLS);
        // Where the standard error is gone there is nobody to tell.
        drop(write!(std::io::stderr().lock(), "\r\u{1b}[K{line}"));
    }

    fn clear(self) {
        if self.shown {
            drop(write!(std::io::stderr().lock(), "\r\u{1b}[K"));
        }
    }
}

/// `1.20 s · 12,000 steps/s · 1.9 cores · 3 waiting · 4 lines · the last of them`.
fn progress_line(trace: &Trace, steps_per_second: f64, lang: Lang) -> String {
    let busy: f32 = trace.cores.last().map_or(0.0, |sample| sample.cores.iter().map(|used| used.scenario).sum());
    let waiting: u64 = trace.counters.resources.iter().map(|resource| resource.waiting).sum();
    let (elapsed, lines) = (trace.elapsed, trace.output.len());
    let last = trace.output.last().map_or("", |line| line.text.as_str());
    let last: String = last.chars().filter(|character| !character.is_control()).collect();
    match lang {
        Lang::En => {
            format!("{elapsed} · {steps_per_second:.0} steps/s · {busy:.1} cores · {waiting} waiting · {lines} lines · {last}")
        }
        Lang::Zh => {
            format!("{elapsed} · {steps_per_second:.0} 步/秒 · {busy:.1} 个核心 · {waiting} 个等待 · {lines} 行 · {last}")
        }
    }
}

fn cut(line: &str, cells: usize) -> String {
    let mut used = 0;
    let fits = |character: &char| {
        used += width(*character);
        used <= cells
    };
    line.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress_fits_the_terminal_in_any_script() {
        assert_eq!(cut("甲乙丙", 5), "甲乙");
        let mut trace = Trace::default();
        trace.elapsed = crate::time::Nanos::from_millis(1_200);
        assert_eq!(progress_line(&trace, 12_000.0, Lang::En), "1.20 s · 12000 steps/s · 0.0 cores · 0 waiting · 0 lines · ");
    }
}

//! `coreyard screenshot`: run a scenario and draw the window, without a display.
//! Owns the driving of the window's own code by a headless host; what is drawn is `app`'s, how, `picture`'s.
#![expect(clippy::disallowed_methods, reason = "waits for a run in real time")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Exit;
use super::source::{self, Source};
use crate::app::App;
use crate::app::settings::Store;
use crate::diagnostic::Severity;
use crate::lang::Lang;
use crate::picture::png::{PngError, write as write_png};
use crate::picture::{Headless, MAX_SIDE};
use crate::ui::command::{Command, EngineChoice, PanelKind};
use crate::ui::theme::Shade;

/// How often a run under way is asked how it stands.
const LOOKS: Duration = Duration::from_millis(10);

/// Passes that a window may take until everything has its size.
const MOST_PASSES: u32 = 12;

/// The size of the window where none is asked for: the one it opens with.
pub(super) const SIZE: [u32; 2] = [1440, 900];

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file, a saved trace, the name of a built-in scenario, or `-` for the standard input
    file: String,
    /// Where to write the picture
    #[arg(long, value_name = "P.png")]
    out: PathBuf,
    /// Pixels across and down
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    size: Option<Size>,
    /// `light` or `dark`
    #[arg(long, value_parser = theme, default_value = "dark")]
    theme: Shade,
    /// The language of the window: `en` or `zh`
    #[arg(long, value_parser = source::lang)]
    lang: Option<Lang>,
    /// One panel alone: library, text, blocks, problems, cores, locks, tasks, output or verdict
    #[arg(long, value_parser = panel)]
    panel: Option<PanelKind>,
    /// `real` or `stepper`
    #[arg(long, value_parser = engine, default_value = "real")]
    engine: EngineChoice,
    /// Cores the run may use
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    cores: u32,
    /// The seed of `rand` and of the stepper
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seconds after which a run that goes on is ended and drawn as it stands
    #[arg(long, default_value_t = 20.0, value_parser = seconds)]
    timeout: f64,
}

/// Pixels across and down.
type Size = [u32; 2];

fn size(given: &str) -> Result<Size, String> {
    let sides = given.split_once(['x', 'X', '×']).and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    let sides = sides.ok_or("it is written WIDTHxHEIGHT, as in 1440x900")?;
    let fits = sides.iter().all(|side| (1..=MAX_SIDE).contains(side));
    if fits { Ok(sides) } else { Err(format!("each side is from 1 to {MAX_SIDE} pixels")) }
}

fn theme(given: &str) -> Result<Shade, &'static str> {
    match given {
        "light" => Ok(Shade::Light),
        "dark" => Ok(Shade::Dark),
        _ => Err("there are `light` and `dark`"),
    }
}

fn engine(given: &str) -> Result<EngineChoice, &'static str> {
    match given {
        "real" => Ok(EngineChoice::Real),
        "stepper" => Ok(EngineChoice::Stepper),
        _ => Err("there are `real` and `stepper`"),
    }
}

fn panel(given: &str) -> Result<PanelKind, String> {
    let names = || PanelKind::ALL.map(PanelKind::name).join(", ");
    PanelKind::from_name(&given.to_lowercase()).ok_or_else(|| format!("the panels are {}", names()))
}

fn seconds(given: &str) -> Result<f64, &'static str> {
    let seconds = given.parse().ok().filter(|seconds: &f64| *seconds > 0.0 && seconds.is_finite());
    seconds.ok_or("it is a number of seconds above zero")
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    let lang = source::language(args.lang);
    let source = match Source::open(&args.file) {
        Ok(source) => source,
        Err(trouble) => {
            source::complain(&trouble);
            return Exit::Wrong;
        }
    };
    let mut window = match HeadlessWindow::new(args.size.unwrap_or(SIZE), lang, args.theme) {
        Ok(window) => window,
        Err(error) => {
            source::complain(&format!("coreyard: {error}"));
            return Exit::Failed;
        }
    };
    window.app.apply(Command::Engine(args.engine));
    window.app.apply(Command::Cores(args.cores));
    window.app.apply(Command::Seed(args.seed));
    window.app.session.show(&source.name, source.text.clone(), source.path.clone());
    let told = &window.app.session.diagnostics;
    if told.iter().any(|told| told.severity == Severity::Error) {
        source::complain(&source::shown(&source, told, lang).trim_end());
        return Exit::Wrong;
    }
    window.run(Duration::from_secs_f64(args.timeout));
    let exit = window.exit();
    match window.write(args.panel, &args.out) {
        Ok(()) => exit,
        Err(error) => {
            source::complain(&format!("coreyard: {error}"));
            Exit::Failed
        }
    }
}

/// The window's code on a host without display.
pub(super) struct HeadlessWindow {
    host: Headless,
    pub(super) app: App,
}

impl HeadlessWindow {
    /// A window that remembers nothing and reads no settings.
    ///
    /// # Errors
    /// When this program does not know where it is, and so cannot start itself as a worker.
    pub(super) fn new(size: Size, lang: Lang, shade: Shade) -> std::io::Result<Self> {
        let worker = std::env::current_exe()?;
        let host = Headless::new(size, 1.0);
        let mut app = App::new(host.context(), worker, Store::none(), (lang, shade));
        app.session.is_attended = false;
        Ok(Self { host, app })
    }

    /// Runs what is shown, to its end or for so long.
    pub(super) fn run(&mut self, timeout: Duration) {
        let begin = Instant::now();
        self.app.apply(Command::Run);
        while self.app.session.is_running() {
            if begin.elapsed() >= timeout {
                self.app.apply(Command::Stop);
            }
            self.app.session.tick(0.0);
            std::thread::sleep(LOOKS);
        }
    }

    /// What the run came to.
    pub(super) fn exit(&self) -> Exit {
        let session = &self.app.session;
        match &session.runner {
            None => Exit::Failed,
            Some(_) if session.verdicts.iter().any(|line| line.good == Some(false)) => Exit::Refuted,
            Some(_) => Exit::Good,
        }
    }

    /// Writes the picture of the window, or of one panel.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&mut self, panel: Option<PanelKind>, path: &std::path::Path) -> Result<(), PngError> {
        let Self { host, app } = self;
        host.settle(MOST_PASSES, |ui| app.ui(ui, panel));
        write_png(path, &host.paint(app.session.shade().ground()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_two_sides_within_limits() {
        assert_eq!(size("1440x900"), Ok([1440, 900]));
        assert_eq!(size("1X1"), Ok([1, 1]));
        for wrong in ["", "12", "0x9", "9x99999", "axb", "3x4x5", "-1x3"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_that_are_not_known_name_those_that_are() {
        assert!(panel("kitchen").unwrap_err().contains("cores, locks, tasks"));
        assert_eq!(panel("Locks"), Ok(PanelKind::Locks));
        assert_eq!(engine("simulated"), Err("there are `real` and `stepper`"));
        assert_eq!(theme("blue"), Err("there are `light` and `dark`"));
        assert!(seconds("nan").is_err() && seconds("-1").is_err() && seconds("0.5").is_ok());
    }
}

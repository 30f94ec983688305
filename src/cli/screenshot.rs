//! `coreyard screenshot`: run a scenario and draw the window, without a display.
//! Owns the window's own code on a headless host; the run is `drive`'s, what is drawn `app`'s, how, `picture`'s.

use std::path::{Path, PathBuf};

use super::drive::{self, Interrupt, watched};
use super::source::{self, Source};
use super::words::Refused;
use super::{Exit, run};
use crate::app::App;
use crate::app::settings::Store;
use crate::engine::RunConfig;
use crate::lang::Lang;
use crate::picture::png::{PngError, write as write_png};
use crate::picture::{Headless, MAX_SIDE};
use crate::time::Nanos;
use crate::ui::command::{Arrange, Command, EngineChoice, PanelKind};
use crate::ui::theme::Shade;

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
    /// One panel alone: library, palette, text, blocks, problems, cores, locks, levels, tasks, variables, output, verdict or history
    #[arg(long, value_parser = panel)]
    panel: Option<PanelKind>,
    /// What runs it: the real cores, or one step at a time as the seed says
    #[arg(long, value_parser = source::engines(), default_value = "real")]
    engine: EngineChoice,
    /// Cores the run may use
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    cores: u32,
    /// The seed of `rand` and of the stepper
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seconds after which a run that goes on is ended and drawn as it stands
    #[arg(long, default_value = "20", value_name = "SECONDS", value_parser = source::seconds)]
    timeout: Nanos,
}

/// Pixels across and down.
type Size = [u32; 2];

fn size(given: &str) -> Result<Size, Refused> {
    let sides = given.split_once(['x', 'X', '×']).and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    let sides = sides.ok_or_else(|| Refused::new("it is written WIDTHxHEIGHT, as in 1440x900", "要写成 宽x高，例如 1440x900"))?;
    let fits = sides.iter().all(|side| (1..=MAX_SIDE).contains(side));
    let refused = || Refused::new(format!("each side is from 1 to {MAX_SIDE} pixels"), format!("每边是 1 到 {MAX_SIDE} 个像素"));
    fits.then_some(sides).ok_or_else(refused)
}

fn theme(given: &str) -> Result<Shade, Refused> {
    match given {
        "light" => Ok(Shade::Light),
        "dark" => Ok(Shade::Dark),
        _ => Err(Refused::new("there are `light` and `dark`", "可以是 `light` 和 `dark`")),
    }
}

fn panel(given: &str) -> Result<PanelKind, Refused> {
    let names = |between: &str| PanelKind::ALL.map(PanelKind::name).join(between);
    let refused = || Refused::new(format!("the panels are {}", names(", ")), format!("面板有 {}", names("、")));
    PanelKind::from_name(&given.to_lowercase()).ok_or_else(refused)
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    let lang = source::language(args.lang);
    if let Some(why) = source::missing_folder([&args.out], lang) {
        source::complain(&source::ours(&why, lang));
        return Exit::Wrong;
    }
    let mut window = HeadlessWindow::new(args.size.unwrap_or(SIZE), lang, args.theme);
    window.app.apply(Command::Engine(args.engine));
    window.app.apply(Command::Cores(args.cores));
    window.app.apply(Command::Seed(args.seed));
    let shown = if source::is_saved(&args.file) { show_saved(args, &mut window) } else { show_run(args, &mut window, lang) };
    match shown {
        Ok(true) => window.write(args.panel, &args.out),
        // The window with the problems in it is a picture too; it is no run.
        Ok(false) => match window.write(args.panel, &args.out) {
            Exit::Failed => Exit::Failed,
            _ => Exit::Wrong,
        },
        Err(exit) => exit,
    }
}

/// Shows a saved run.
fn show_saved(args: &Args, window: &mut HeadlessWindow) -> Result<bool, Exit> {
    window.app.session.open_path(PathBuf::from(&args.file));
    let Some(notice) = &window.app.session.notice else { return Ok(true) };
    let lang = window.app.session.lang();
    source::complain(&source::ours(notice.told.get(lang), lang));
    if window.app.session.runner.is_some() { Ok(true) } else { Err(Exit::Wrong) }
}

/// Runs a scenario and shows the run; false when it cannot be run and its problems are shown instead.
fn show_run(args: &Args, window: &mut HeadlessWindow, lang: Lang) -> Result<bool, Exit> {
    let source = Source::open(&args.file).map_err(|trouble| {
        source::complain(&trouble.words(lang));
        Exit::Wrong
    })?;
    let session = &mut window.app.session;
    session.show(&source.name, source.text.clone(), source.path.clone());
    if !session.can_run() {
        source::complain(&source::shown(&source, &session.diagnostics, lang).trim_end());
        session.apply(Command::Arrange(Arrange::Show(PanelKind::Problems)));
        return Ok(false);
    }
    let cores = (args.cores > 0).then_some(args.cores);
    let run = drive::config().and_then(|config| {
        let config = RunConfig { cores, seed: args.seed, timeout: Some(args.timeout), ..config };
        watched(args.engine, &source.to_run(), &config, &Interrupt::listen(), None)
    });
    session.show_watched(run.map_err(|error| run::not_started(&source, &error, lang))?);
    Ok(true)
}

/// The window's code on a host without display.
pub(super) struct HeadlessWindow {
    host: Headless,
    pub(super) app: App,
}

impl HeadlessWindow {
    /// A window that remembers nothing, reads no settings and starts no runs.
    pub(super) fn new(size: Size, lang: Lang, shade: Shade) -> Self {
        let host = Headless::new(size, 1.0);
        let app = App::new(host.context(), PathBuf::new(), Store::none(), (lang, shade));
        Self { host, app }
    }

    /// Writes the picture of the window, or of one panel; the exit is what the run came to.
    pub(super) fn write(&mut self, panel: Option<PanelKind>, path: &Path) -> Exit {
        let Self { host, app } = self;
        host.settle(MOST_PASSES, |ui| app.ui(ui, panel));
        if let Err(error) = write_png(path, &host.paint(app.session.shade().ground())) {
            let lang = app.session.lang();
            let told = match &error {
                PngError::Encode { .. } => error.to_string(),
                PngError::Write { path, source } => source::not_written(path, source, lang),
            };
            source::complain(&source::ours(&told, lang));
            return Exit::Failed;
        }
        let refuted = app.session.verdicts.iter().any(|line| line.good == Some(false));
        if refuted { Exit::Refuted } else { Exit::Good }
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
        assert!(panel("kitchen").unwrap_err().to_string().contains("cores, locks, tasks"));
        assert_eq!(panel("Locks"), Ok(PanelKind::Locks));
        assert_eq!(theme("blue").unwrap_err().to_string(), "there are `light` and `dark`");
    }
}

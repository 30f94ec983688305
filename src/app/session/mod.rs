//! What the window is about: the text and where it comes from, the run, the choices. The only thing that changes any of it: panels
//! push commands, `apply` carries them out, a room a topic. Draws nothing.

use std::path::PathBuf;
use std::time::SystemTime;

mod asking;
mod checking;
mod editing;
mod filing;
mod keeping;
mod running;
mod trying;

use super::checker::Checker;
use super::files::{Dialog, Purpose};
use super::keeper::Keeper;
use super::runner::Runner;
use super::settings::{Settings, Store, WindowSize};
use super::unsaved::LeftBehind;
use super::watcher::Watcher;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::document::edit::Selection;
use crate::document::history::History;
use crate::id::BlockId;
use crate::lang::{Lang, Told};
use crate::scenario::{Reading, Scenario, library};
use crate::time::Nanos;
use crate::ui::command::{Arrange, Command, EngineChoice, Page, PanelKind, Zoom};
use crate::ui::i18n;
use crate::ui::layout::Layout;
use crate::ui::panels::EditorAction;
use crate::ui::state::{Notice, Question, VerdictLine};
use crate::ui::theme::Shade;
use crate::view::axis::TimeView;

/// A run is short until then: it is looked at more often.
const SHORT: Nanos = Nanos::from_millis(250);
/// How long a change may go unkept, in seconds.
const UNKEPT_SECONDS: f64 = 0.5;

/// Where the text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere yet.
    New,
    /// A built-in scenario, unchanged.
    BuiltIn(&'static str),
    /// A file.
    File(PathBuf),
    /// A saved trace.
    Trace(PathBuf),
}

/// The last text that could be read, and what was read from it.
#[derive(Debug, Default)]
pub struct Good {
    /// The scenario.
    reading: Reading,
    /// Its text.
    pub text: String,
    /// The text's version.
    pub version: u64,
}

impl Good {
    /// The scenario.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        self.reading.scenario()
    }
}

/// What the session is asked to do once a question is answered or a dialog has closed.
type GoOn = Option<Box<Command>>;

/// Everything the window is about.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, asked for on its own")]
pub struct Session {
    /// The text.
    pub document: Document,
    /// What was done to it.
    pub history: History,
    /// Changes whenever the text does.
    pub version: u64,
    /// Changes whenever another text takes its place.
    pub opened: u64,
    /// Where it comes from.
    pub origin: Origin,
    /// The last that could be read.
    pub good: Good,
    /// What is wrong with the text; that no task is there yet comes last.
    pub diagnostics: Vec<Diagnostic>,
    /// The run.
    pub runner: Option<Runner>,
    /// What it came to.
    pub verdicts: Vec<VerdictLine>,
    /// What is remembered.
    pub settings: Settings,
    /// What the system asks for where the user has chosen nothing.
    pub system: (Lang, Shade),
    /// The selected block.
    pub selected: Option<BlockId>,
    /// The time in view.
    pub time: TimeView,
    /// Where the text is to be shown, in the next frame.
    pub jump: Option<Selection>,
    /// The blocks that are to be selected, in the next frame: the bytes at which their words begin.
    pub marked: Option<Vec<usize>>,
    /// What the text is asked to do, in the next frame.
    pub action: Option<EditorAction>,
    /// Something to tell.
    pub notice: Option<Notice>,
    /// Something to ask.
    pub question: Option<Question>,
    /// The page of the help that is open.
    pub help: Option<Page>,
    /// What to try first is shown.
    pub shows_welcome: bool,
    /// It is said what this is.
    pub shows_about: bool,
    /// The window is to close.
    pub quits: bool,
    /// What is to become of the panels, in order.
    pub arranges: Vec<Arrange>,
    /// A picture is to be taken, of a panel or of all, into this file.
    pub picture: Option<(Option<PanelKind>, PathBuf)>,
    store: Store,
    keeper: Keeper,
    /// Watches the open file; none before there is one.
    watcher: Option<Watcher>,
    /// Checks long texts; none before the first.
    checker: Option<Checker>,
    /// The version it was asked for last.
    asked: Option<u64>,
    /// The text that places of `diagnostics` are in.
    told_text: String,
    worker: PathBuf,
    wake: egui::Context,
    dialog: Option<Dialog>,
    saved: String,
    on_disk: Option<SystemTime>,
    /// The file that was saved is no longer there.
    is_gone: bool,
    /// A dialog that is to be opened.
    wanted: Option<(Purpose, PathBuf)>,
    go_on: GoOn,
    runs: u64,
    checked: Option<u64>,
    /// Texts that other windows did not come to save, until they are recovered or given up.
    left_behind: Vec<LeftBehind>,
    /// They are to be asked about at the next start.
    asks_later: bool,
    /// The user has given the text up: it may be replaced without asking, once.
    gives_up: bool,
    /// Texts whose programs the user has confirmed, for as long as this window is open.
    confirmed_commands: std::collections::BTreeSet<String>,
    /// The user wants the run without them, once.
    declines_commands: bool,
    /// What something tried runs this text on, whatever was chosen.
    tried_engine: Option<EngineChoice>,
    /// The version whose text is kept, and since when there is one that is not.
    kept: u64,
    unkept_since: Option<f64>,
    /// When the text was changed last.
    changed_at: f64,
    now: f64,
    /// When the run was asked last what its tasks stand in.
    looked: f64,
}

impl Session {
    /// A session that runs scenarios by `worker`, remembers in `store` and shows the first built-in scenario.
    #[must_use]
    pub fn new(worker: PathBuf, store: Store, system: (Lang, Shade), wake: egui::Context) -> Self {
        let settings = store.settings();
        let tell = wake.clone();
        let keeper = Keeper::new(store.clone(), move || tell.request_repaint());
        let mut session = Self {
            document: Document::default(),
            history: History::default(),
            version: 0,
            opened: 0,
            origin: Origin::New,
            good: Good::default(),
            diagnostics: Vec::new(),
            runner: None,
            verdicts: Vec::new(),
            settings,
            system,
            selected: None,
            time: TimeView::default(),
            jump: None,
            marked: None,
            action: None,
            notice: None,
            question: None,
            help: None,
            shows_welcome: false,
            shows_about: false,
            quits: false,
            arranges: Vec::new(),
            picture: None,
            keeper,
            watcher: None,
            checker: None,
            asked: None,
            told_text: String::new(),
            store,
            worker,
            wake,
            dialog: None,
            saved: String::new(),
            on_disk: None,
            is_gone: false,
            wanted: None,
            go_on: None,
            runs: 0,
            checked: None,
            left_behind: Vec::new(),
            asks_later: false,
            gives_up: false,
            confirmed_commands: std::collections::BTreeSet::new(),
            declines_commands: false,
            tried_engine: None,
            kept: 0,
            unkept_since: None,
            changed_at: f64::NEG_INFINITY,
            now: 0.0,
            looked: 0.0,
        };
        session.left_behind = session.store.left_behind();
        session.open_built_in(library::FIRST);
        session.offer();
        session
    }

    /// The language in force.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.settings.lang.unwrap_or(self.system.0)
    }

    /// Light or dark, in force.
    #[must_use]
    pub fn shade(&self) -> Shade {
        self.settings.shade.unwrap_or(self.system.1)
    }

    /// What time brings: the run moves on, dialogs close, checks and copies fall due. `now` is in seconds.
    pub fn tick(&mut self, now: f64) {
        self.now = now;
        // A finding may take another's place.
        let waits = |runner: &Runner| runner.trace.findings.iter().map(|finding| 1 + finding.waits.len()).sum::<usize>();
        let found = |session: &Self| session.runner.as_ref().map_or(0, waits);
        let before = found(self);
        let ended = self.runner.as_mut().is_some_and(Runner::poll);
        if ended || found(self) != before {
            self.judge();
        }
        self.dialog_closed();
        self.check_aside();
        self.watch();
        if self.kept != self.version && now - *self.unkept_since.get_or_insert(now) > UNKEPT_SECONDS {
            self.keep();
        }
        self.tell_unkept();
        self.offer();
    }

    /// Seconds until `tick` has something to do, if it has.
    #[must_use]
    pub fn due(&self) -> Option<f64> {
        let live = self.runner.as_ref().filter(|runner| runner.is_live());
        let live = live.map(|runner| match runner.trace.elapsed {
            _ if runner.is_paused => 0.5,
            // How a short run goes is seen, too.
            elapsed if elapsed < SHORT => 1.0 / 120.0,
            _ => 1.0 / 15.0,
        });
        let keep = (self.kept != self.version).then_some(UNKEPT_SECONDS);
        [live, keep, self.look_due()].into_iter().flatten().min_by(f64::total_cmp)
    }

    /// Does what is asked.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Panel(asked) => self.panel(asked),
            Command::Editor(action) => {
                self.action = Some(action);
                self.arrange(Arrange::Show(PanelKind::Editor));
            }
            Command::Run => self.run(),
            Command::TogglePause => self.live().into_iter().for_each(Runner::toggle_pause),
            Command::Stop => self.live().into_iter().for_each(Runner::stop),
            Command::Restart => self.restart(),
            Command::Engine(engine) => {
                self.tried_engine = None;
                self.remember(|settings| settings.choice.engine = engine);
            }
            Command::Cores(cores) => self.remember(|settings| settings.choice.cores = cores),
            Command::Seed(seed) => self.remember(|settings| settings.choice.seed = seed),
            Command::Record(recording) => self.remember(|settings| settings.choice.recording = recording),
            Command::Shade(shade) => self.remember(|settings| settings.shade = shade),
            Command::Lang(lang) => {
                self.remember(|settings| settings.lang = lang);
                self.judge_in_other_words();
            }
            Command::New
            | Command::NewFrom(_)
            | Command::OpenBuiltIn(_)
            | Command::Try(_)
            | Command::OpenPath(_)
            | Command::Open
            | Command::Quit
                if self.question.is_some() => {}
            Command::Try(trial) if self.tries_over(trial) => self.ask_first(command),
            Command::Try(trial) => self.try_out(trial),
            Command::New
            | Command::NewFrom(_)
            | Command::OpenBuiltIn(_)
            | Command::OpenPath(_)
            | Command::Open
            | Command::Quit
                if self.must_ask() =>
            {
                self.ask_first(command);
            }
            Command::New => self.open_new(),
            Command::NewFrom(index) => self.open_template(index),
            // The desk shows its list of commands itself.
            Command::Commands => {}
            Command::Zoom(zoom) => match zoom {
                Zoom::Larger => egui::gui_zoom::zoom_in(&self.wake),
                Zoom::Smaller => egui::gui_zoom::zoom_out(&self.wake),
                Zoom::Normal => self.wake.set_zoom_factor(1.0),
            },
            Command::OpenBuiltIn(name) => self.open_built_in(name),
            Command::OpenPath(path) => self.open_path(path),
            Command::Open => self.ask(Purpose::Open, self.folder()),
            Command::Save => self.save(),
            Command::SaveAs => self.ask(Purpose::Save, self.proposed("kdl")),
            Command::ExportTrace => self.ask(Purpose::Trace, self.proposed("coretrace")),
            Command::ExportPicture(panel) => self.ask(Purpose::Picture(panel), self.proposed("png")),
            Command::Path(path) => self.path_given(path),
            Command::Answer(answer) => self.answered(answer),
            Command::Dismiss => self.notice = None,
            Command::Arrange(asked) => self.arrange(asked),
            Command::Help(page) => self.help = page,
            Command::Welcome(shown) => self.welcome(shown),
            Command::About => self.shows_about = !self.shows_about,
            Command::Quit => {
                self.forget();
                self.quits = true;
            }
        }
    }

    fn arrange(&mut self, asked: Arrange) {
        self.arranges.push(asked);
    }

    /// Keeps where the panels stand.
    pub fn keep_layout(&self, layout: &Layout) {
        self.store.keep_layout(layout);
    }

    /// Where the panels stood the last time.
    #[must_use]
    pub fn kept_layout(&self) -> Option<Layout> {
        self.store.layout()
    }

    /// Keeps how large the window is.
    pub fn keep_window(&mut self, window: WindowSize) {
        if self.settings.window != Some(window) {
            self.remember(|settings| settings.window = Some(window));
        }
    }

    /// Keeps how large everything is drawn.
    pub fn keep_zoom(&mut self, zoom: f32) {
        if self.settings.zoom != Some(zoom) {
            self.remember(|settings| settings.zoom = Some(zoom));
        }
    }

    /// Greets whoever starts Coreyard for the first time: a scenario runs, and it is said what to try.
    pub fn greet(&mut self) {
        if self.store.is_new() {
            self.welcome(true);
            self.run();
        }
    }

    fn welcome(&mut self, shown: bool) {
        self.shows_welcome = shown;
        // Once there are settings, the next start is not the first.
        self.remember(|_| ());
    }

    fn remember(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.store.keep_settings(&self.settings);
    }

    /// What the text is called.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.origin {
            Origin::New => i18n::UNTITLED.get(self.lang()).to_owned(),
            Origin::BuiltIn(name) => (*name).to_owned(),
            Origin::File(path) | Origin::Trace(path) => {
                path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
        }
    }

    pub(super) fn failed(&mut self, told: Told) {
        self.notice = Some(Notice { told, is_error: true, is_of_text: false });
    }

    pub(super) fn done(&mut self, told: Told) {
        self.notice = Some(Notice { told, is_error: false, is_of_text: true });
    }
}

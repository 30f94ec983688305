//! What the window is about: the text and where it comes from, the run, the choices. The only thing that changes any of it: panels
//! push commands, `apply` carries them out. Draws nothing.

use std::path::PathBuf;
use std::time::SystemTime;

use super::files::{self, Dialog, Purpose};
use super::runner::Runner;
use super::settings::{Settings, Store, Unsaved};
use crate::diagnostic::{Diagnostic, Span};
use crate::document::Document;
use crate::document::edit::{Edit, History};
use crate::id::BlockId;
use crate::lang::Lang;
use crate::program::{Program, compile};
use crate::scenario::{self, Scenario, library};
use crate::ui::command::{Answer, Command, PanelKind};
use crate::ui::i18n::{self, fill};
use crate::ui::panels::Asked;
use crate::ui::state::{Notice, Question, VerdictLine};
use crate::ui::theme::Shade;
use crate::verdict;
use crate::view::axis::TimeView;

/// A text longer than this is checked when typing pauses, not at each key.
const CHECKED_AT_ONCE: usize = 60_000;
/// How long typing pauses, in seconds.
const PAUSE_SECONDS: f64 = 0.3;
/// How long a change may go unkept, in seconds.
const UNKEPT_SECONDS: f64 = 1.5;

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
    pub scenario: Scenario,
    /// Its text.
    pub text: String,
    /// The text's version.
    pub version: u64,
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
    /// Where it comes from.
    pub origin: Origin,
    /// The last that could be read.
    pub good: Good,
    /// What is wrong with the text.
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
    pub jump: Option<usize>,
    /// Something to tell.
    pub notice: Option<Notice>,
    /// Something to ask.
    pub question: Option<Question>,
    /// The list of shortcuts is open.
    pub shows_shortcuts: bool,
    /// It is said what this is.
    pub shows_about: bool,
    /// The window is to close.
    pub quits: bool,
    /// The panels go back to where they were at first.
    pub resets_layout: bool,
    /// A picture is to be taken, of a panel or of all, into this file.
    pub picture: Option<(Option<PanelKind>, PathBuf)>,
    /// The panel to bring to the front.
    pub shows: Option<PanelKind>,
    /// Somebody looks at the run: a deadlock stays standing to be looked at instead of ending it.
    pub is_attended: bool,
    pub(super) store: Store,
    pub(super) worker: PathBuf,
    pub(super) wake: egui::Context,
    pub(super) dialog: Option<Dialog>,
    pub(super) saved: String,
    pub(super) on_disk: Option<SystemTime>,
    pub(super) go_on: GoOn,
    runs: u64,
    checked: Option<u64>,
    /// Text from before a crash, until it is recovered or given up.
    left_behind: Option<Unsaved>,
    /// The user has given the text up: it may be replaced without asking, once.
    gives_up: bool,
    /// The version whose text is kept, and since when there is one that is not.
    kept: u64,
    unkept_since: Option<f64>,
    changed_at: f64,
    now: f64,
}

impl Session {
    /// A session that runs scenarios by `worker`, remembers in `store` and shows the first built-in scenario.
    #[must_use]
    pub fn new(worker: PathBuf, store: Store, system: (Lang, Shade), wake: egui::Context) -> Self {
        let settings = store.settings();
        let mut session = Self {
            document: Document::default(),
            history: History::default(),
            version: 0,
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
            notice: None,
            question: None,
            shows_shortcuts: false,
            shows_about: false,
            quits: false,
            resets_layout: false,
            picture: None,
            shows: None,
            is_attended: true,
            store,
            worker,
            wake,
            dialog: None,
            saved: String::new(),
            on_disk: None,
            go_on: None,
            runs: 0,
            checked: None,
            left_behind: None,
            gives_up: false,
            kept: 0,
            unkept_since: None,
            changed_at: 0.0,
            now: 0.0,
        };
        session.left_behind = session.store.unsaved();
        if let Some(Unsaved { path, text }) = &session.left_behind {
            let untitled = || i18n::UNTITLED.get(session.lang()).to_owned();
            let name = path.as_ref().map_or_else(untitled, |path| path.display().to_string());
            session.question = Some(Question::Recover { name, lines: text.lines().count() });
        }
        session.open_built_in(library::FIRST);
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

    /// Whether the text differs from what is saved.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.document.text() != self.saved
    }

    /// Whether the text as it is now can be run.
    #[must_use]
    pub fn can_run(&self) -> bool {
        let told = &self.diagnostics;
        !told.iter().any(|told| told.severity == crate::diagnostic::Severity::Error)
    }

    /// Whether a run goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.runner.as_ref().is_some_and(Runner::is_live)
    }

    /// Shows a text that was read elsewhere.
    pub fn show(&mut self, name: &str, text: String, path: Option<PathBuf>) {
        let built_in = library::find(name).filter(|entry| entry.text == text).map(|entry| Origin::BuiltIn(entry.name));
        self.runner = None;
        self.set_text(text, built_in.or(path.map(Origin::File)).unwrap_or(Origin::New));
    }

    /// What time brings: the run moves on, dialogs close, checks and copies fall due. `now` is in seconds.
    pub fn tick(&mut self, now: f64) {
        self.now = now;
        let found = |session: &Self| session.runner.as_ref().map_or(0, |runner| runner.trace.findings.len());
        let before = found(self);
        let ended = self.runner.as_mut().is_some_and(Runner::poll);
        if ended || found(self) != before {
            self.judge();
        }
        self.dialog_closed();
        if self.checked != Some(self.version) && now - self.changed_at > PAUSE_SECONDS {
            self.check();
        }
        if self.kept != self.version && now - *self.unkept_since.get_or_insert(now) > UNKEPT_SECONDS {
            self.keep();
        }
    }

    /// Seconds until `tick` has something to do, if it has.
    #[must_use]
    pub fn due(&self) -> Option<f64> {
        let live = self.runner.as_ref().filter(|runner| runner.is_live());
        let live = live.map(|runner| if runner.is_paused { 0.5 } else { 1.0 / 15.0 });
        let check = (self.checked != Some(self.version)).then_some(PAUSE_SECONDS);
        let keep = (self.kept != self.version).then_some(UNKEPT_SECONDS);
        [live, check, keep].into_iter().flatten().min_by(f64::total_cmp)
    }

    /// Keeps the text against a crash if it is not saved.
    pub fn keep(&mut self) {
        self.kept = self.version;
        self.unkept_since = None;
        if self.left_behind.is_some() {
            // What is kept is from before: it must not be lost while nobody has said what to do with it.
            return;
        }
        if self.is_dirty() {
            let path = if let Origin::File(path) = &self.origin { Some(path.clone()) } else { None };
            self.store.keep_unsaved(&Unsaved { path, text: self.document.text().to_owned() });
        } else {
            self.store.forget_unsaved();
        }
    }

    /// Does what is asked.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Panel(asked) => self.panel(asked),
            Command::Run => self.run(),
            Command::TogglePause => self.runner.iter_mut().for_each(Runner::toggle_pause),
            Command::Stop => self.runner.iter_mut().for_each(Runner::stop),
            Command::Restart => {
                self.runner = None;
                self.run();
            }
            Command::Engine(engine) => self.remember(|settings| settings.choice.engine = engine),
            Command::Cores(cores) => self.remember(|settings| settings.choice.cores = cores),
            Command::Seed(seed) => self.remember(|settings| settings.choice.seed = seed),
            Command::Shade(shade) => self.remember(|settings| settings.shade = shade),
            Command::Lang(lang) => self.remember(|settings| settings.lang = lang),
            Command::New | Command::OpenBuiltIn(_) | Command::OpenPath(_) | Command::Open | Command::Quit
                if self.question.is_some() => {}
            Command::New | Command::OpenBuiltIn(_) | Command::OpenPath(_) | Command::Open | Command::Quit if self.must_ask() => {
                self.question = Some(Question::Unsaved { name: self.name() });
                self.go_on = Some(Box::new(command));
            }
            Command::New => self.set_text(NEW_TEXT.to_owned(), Origin::New),
            Command::OpenBuiltIn(name) => self.open_built_in(name),
            Command::OpenPath(path) => self.open_path(path),
            Command::Open => self.ask(Purpose::Open, PathBuf::new()),
            Command::Save => self.save(),
            Command::SaveAs => self.ask(Purpose::Save, self.proposed("kdl")),
            Command::ExportTrace => self.ask(Purpose::Trace, self.proposed("coretrace")),
            Command::ExportPicture(panel) => self.ask(Purpose::Picture(panel), self.proposed("png")),
            Command::Path(path) => self.path_given(path),
            Command::Answer(answer) => self.answered(answer),
            Command::Dismiss => self.notice = None,
            Command::ResetLayout => self.resets_layout = true,
            Command::Shortcuts => self.shows_shortcuts = !self.shows_shortcuts,
            Command::About => self.shows_about = !self.shows_about,
            Command::Quit => {
                self.forget();
                self.quits = true;
            }
        }
    }

    /// Whether the text would be lost; asked once for each time the user gives it up.
    fn must_ask(&mut self) -> bool {
        self.is_dirty() && !std::mem::take(&mut self.gives_up)
    }

    /// Takes away the copy kept against a crash: the text is saved, or given up.
    pub(super) fn forget(&mut self) {
        if self.left_behind.is_none() {
            self.store.forget_unsaved();
        }
    }

    fn remember(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.store.keep_settings(&self.settings);
    }

    fn panel(&mut self, asked: Asked) {
        match asked {
            Asked::Edit(span, text) => self.edit(span, text),
            Asked::Undo => {
                let place = self.history.undo(&mut self.document);
                self.text_changed(place);
            }
            Asked::Redo => {
                let place = self.history.redo(&mut self.document);
                self.text_changed(place);
            }
            Asked::Select(block) => self.selected = block,
            Asked::Jump(offset) => self.jump = Some(offset),
            Asked::Time(time) => self.time = time,
        }
    }

    fn edit(&mut self, span: Span, text: String) {
        if self.document.is_read_only() || self.document.text().get(span.range()).is_none() {
            return;
        }
        if let Origin::BuiltIn(_) | Origin::Trace(_) = self.origin {
            self.origin = Origin::New;
        }
        let typing = text.chars().count() <= 1 && span.start == span.end && text != "\n";
        let label = if typing { text.clone() } else { text.lines().next().unwrap_or_default().chars().take(40).collect() };
        self.history.apply(&mut self.document, &label, &[Edit { span, text }], typing);
        self.text_changed(None);
    }

    /// The text is another one now; `place` is where to show it.
    fn text_changed(&mut self, place: Option<Span>) {
        self.jump = place.map(|place| place.end).or(self.jump);
        self.version += 1;
        self.changed_at = self.now;
        self.unkept_since.get_or_insert(self.now);
        self.gives_up = false;
        if self.document.text().len() <= CHECKED_AT_ONCE {
            self.check();
        }
    }

    fn check(&mut self) {
        self.checked = Some(self.version);
        let read = scenario::read_document(&self.document, &[]);
        let compiled = compile::compile(&read.value, &[]);
        self.diagnostics = read.diagnostics;
        if self.can_run() {
            self.diagnostics.extend(compiled.diagnostics);
        }
        if self.document.diagnostics().is_empty() {
            self.good = Good { scenario: read.value, text: self.document.text().to_owned(), version: self.version };
            self.selected = self.selected.filter(|block| block.0 < self.good.scenario.block_count);
        }
    }

    pub(super) fn set_text(&mut self, text: String, origin: Origin) {
        self.saved.clone_from(&text);
        self.document = Document::new(text);
        self.history = History::default();
        self.on_disk = if let Origin::File(path) = &origin { files::changed(path) } else { None };
        self.origin = origin;
        self.selected = None;
        self.jump = Some(0);
        self.version += 1;
        self.kept = self.version;
        self.unkept_since = None;
        self.gives_up = false;
        self.forget();
        self.check();
    }

    pub(super) fn open_built_in(&mut self, name: &str) {
        let Some(entry) = library::find(name) else { return };
        self.runner = None;
        self.verdicts.clear();
        self.set_text(entry.text.to_owned(), Origin::BuiltIn(entry.name));
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

    fn run(&mut self) {
        self.check();
        if !self.can_run() || self.runner.as_ref().is_some_and(Runner::is_live) {
            self.shows = Some(PanelKind::Problems);
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

    pub(super) fn failed(&mut self, text: String) {
        self.notice = Some(Notice { text, is_error: true });
    }

    pub(super) fn done(&mut self, text: String) {
        self.notice = Some(Notice { text, is_error: false });
    }

    /// Judges the run that has ended.
    pub(super) fn judge(&mut self) {
        let Some(runner) = &self.runner else { return };
        let lang = self.lang();
        let text = &runner.trace.header.text;
        let scenario = scenario::load(text).value;
        let program: Option<Program> = compile::compile(&scenario, &runner.trace.header.overrides).value;
        let Some(program) = program else { return };
        let verdicts = verdict::judge(&program, &runner.trace);
        self.verdicts = super::verdicts::lines(&verdicts, &scenario, text, &runner.trace, lang);
        self.shows = Some(PanelKind::Verdict);
    }

    /// Which run is next, for one that comes from a file.
    pub(super) fn next_run(&mut self) -> u64 {
        self.runs += 1;
        self.runs
    }

    fn answered(&mut self, answer: Answer) {
        let Some(question) = self.question.take() else { return };
        match (question, answer) {
            (Question::Unsaved { .. }, Answer::Yes) => self.save_then_go_on(),
            (Question::Unsaved { .. }, Answer::No) => {
                self.gives_up = true;
                self.go_on();
            }
            (Question::Unsaved { .. } | Question::Path { .. }, _) => {
                self.dialog = None;
                self.go_on = None;
            }
            (Question::Changed { .. }, Answer::Yes) => {
                if let Origin::File(path) = self.origin.clone() {
                    self.open_path(path);
                }
            }
            (Question::Recover { .. }, Answer::Yes) => self.recover(),
            (Question::Recover { .. }, Answer::No) => {
                self.left_behind = None;
                self.forget();
            }
            (Question::Changed { .. } | Question::Recover { .. }, _) => {}
        }
    }

    fn recover(&mut self) {
        let Some(Unsaved { path, text }) = self.left_behind.clone() else { return };
        self.runner = None;
        self.set_text(text, path.map_or(Origin::New, Origin::File));
        self.saved = String::new();
        self.left_behind = None;
        self.keep();
    }

    /// Does what was put off until the text was safe.
    pub(super) fn go_on(&mut self) {
        if let Some(command) = self.go_on.take() {
            self.apply(*command);
        }
    }
}

/// What a new text begins with.
const NEW_TEXT: &str = "scenario \"New scenario\" {\n    about \"What it shows.\"\n}\n\nshared done 0\n\nthread worker count=2 {\n    \
    repeat 3 { compute ms=100; set done \"done + 1\" }\n}\n\nexpect sometimes \"done == 6\"\n";

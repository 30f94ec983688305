//! The whole window as a user meets it, without a screen: by accessible names, keys and clicks. Runs are real where the test says so.
//! What single panels do is in `viewing`; what pictures look like in `pictures`.
#![expect(clippy::disallowed_methods, reason = "makes files for the window to open, and looks at those it wrote")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use coreyard::app::App;
use coreyard::app::settings::{Settings, Store};
use coreyard::diagnostic::Span;
use coreyard::document::edit::{Change, Edit, Label};
use coreyard::lang::{Lang, Words};
use coreyard::trace::store::Ended;
use coreyard::ui::command::{Command, EngineChoice, PanelKind};
use coreyard::ui::fonts;
use coreyard::ui::panels::Asked;
use coreyard::ui::theme::Shade;
use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

mod asking;
mod commanding;
mod covering;
mod fitting;
mod keeping;
mod mending;
mod undoing;

const SMALL: &str = "shared n 0\nmain {\n    set n \"n + 1\"\n    print \"{n}\"\n}\nexpect always \"n == 1\"\n";

/// A window over a folder of its own.
struct Desk {
    harness: Harness<'static, Option<App>>,
    folder: tempfile::TempDir,
}

/// Opens a window that remembers in `folder`; each frame does what the real one does.
fn window(folder: &Path, lang: Lang) -> Harness<'static, Option<App>> {
    window_of(vec2(1440.0, 900.0), folder, lang)
}

fn window_of(size: egui::Vec2, folder: &Path, lang: Lang) -> Harness<'static, Option<App>> {
    let store = Store::at(folder.join("home"));
    let builder = Harness::builder().with_size(size).with_step_dt(1.0 / 20.0);
    let builder = builder.with_context_setup(|context| context.set_fonts(fonts::definitions()));
    let mut harness = builder.build_ui_state(
        move |ui, app: &mut Option<App>| {
            let context = ui.ctx().clone();
            let worker = PathBuf::from(env!("CARGO_BIN_EXE_coreyard"));
            let app = app.get_or_insert_with(|| App::new(&context, worker, store.clone(), (lang, Shade::Dark)));
            app.logic(&context, context.input(|input| input.time));
            app.ui(ui, None);
            app.session.open_dialog(None);
        },
        None,
    );
    harness.run_steps(4);
    harness
}

impl Desk {
    fn new() -> Self {
        Self::speaking(Lang::En)
    }

    fn speaking(lang: Lang) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Self { harness: window(folder.path(), lang), folder }
    }

    /// A window on a file with this text.
    fn on(text: &str) -> (Self, PathBuf) {
        let mut desk = Self::new();
        let path = desk.file("small.kdl");
        std::fs::write(&path, text).expect("the test's folder can be written");
        desk.app().session.open_path(path.clone());
        desk.steps(3);
        (desk, path)
    }

    fn app(&mut self) -> &mut App {
        self.harness.state_mut().as_mut().expect("the window is open")
    }

    fn text(&mut self) -> String {
        self.app().session.document.text().to_owned()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn steps(&mut self, steps: usize) {
        self.harness.run_steps(steps);
    }

    fn click(&mut self, label: &str) {
        self.harness.get_by_role_and_label(Role::Button, label).click();
        self.steps(3);
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.steps(3);
    }

    /// Types before the first place where the text says this.
    fn type_before(&mut self, place: &str, text: &str) {
        let at = self.text().find(place).expect("the text says so");
        self.app().apply(Command::Panel(Asked::Jump(at)));
        self.steps(3);
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.steps(3);
    }

    fn shows(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).next().is_some()
    }

    /// Frames until it is so: many, not for ever.
    fn until(&mut self, what: &str, is_so: impl Fn(&App) -> bool) {
        for _ in 0..20_000 {
            self.steps(1);
            if is_so(self.app()) {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        panic!("not reached: {what}");
    }

    fn run_on(&mut self, engine: EngineChoice) {
        self.app().apply(Command::Engine(engine));
        self.steps(2);
        self.click("Run");
        self.until("the run has ended", |app| !app.session.is_running() && app.session.runner.is_some());
        self.steps(3);
    }
}

/// Forgets the window as a crash does: nothing is said good-bye to.
fn crash(desk: Desk) -> tempfile::TempDir {
    let Desk { harness, folder } = desk;
    std::mem::forget(harness);
    // What is held by a process that died is held no more; here it lives on, so its files are copied, which nobody holds.
    let (home, held) = (folder.path().join("home"), folder.path().join("held"));
    if std::fs::rename(&home, &held).is_ok() {
        std::fs::create_dir(&home).expect("the test's folder can be written");
        for entry in std::fs::read_dir(&held).expect("it is there").flatten() {
            let copy = home.join(entry.file_name());
            std::fs::copy(entry.path(), &copy).expect("it can be copied");
            let at = entry.metadata().and_then(|there| there.modified()).expect("it has a time");
            std::fs::File::options().write(true).open(copy).and_then(|file| file.set_modified(at)).expect("a time can be set");
        }
        std::fs::remove_dir_all(held).expect("it can be taken away");
    }
    folder
}

#[test]
fn a_scenario_opened_is_run_on_the_stepper_to_its_verdict() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.run_on(EngineChoice::Stepper);
    assert!(desk.shows("Completed") && desk.shows("Nothing refuted"));
    assert_eq!(desk.app().session.verdicts[0].good, Some(true));
    desk.key(Modifiers::COMMAND, Key::Num8);
    assert!(desk.harness.query_by_label("1").is_some(), "what was printed is shown");
}

#[test]
fn a_scenario_is_run_on_the_real_cores_to_its_end() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.run_on(EngineChoice::Real);
    let session = &desk.app().session;
    let runner = session.runner.as_ref().expect("there was a run");
    assert_eq!(runner.trace.ended, Some(Ended::Completed));
    assert_eq!(session.verdicts[0].good, Some(true), "{:?}", session.verdicts);
}

#[test]
fn an_expectation_that_fails_is_refuted_in_the_bar_and_the_panel() {
    let (mut desk, _) = Desk::on(&SMALL.replace("n == 1", "n == 2"));
    desk.run_on(EngineChoice::Stepper);
    assert!(desk.shows("Refuted"));
    assert_eq!(desk.app().session.verdicts[0].good, Some(false));
}

#[test]
fn a_text_with_an_error_says_why_it_cannot_run() {
    let (mut desk, _) = Desk::on("lok a\n");
    assert!(!desk.app().session.can_run());
    let run = desk.harness.get_by_role_and_label(Role::Button, "Run");
    assert!(run.accesskit_node().is_disabled());
    let place = run.rect().center();
    desk.harness.hover_at(place);
    desk.steps(30);
    assert!(desk.shows("Cannot run. Line 1:"));
}

#[test]
fn a_deadlocked_run_stands_until_it_is_stopped() {
    let mut desk = Desk::new();
    desk.app().apply(Command::OpenBuiltIn("philosophers"));
    desk.app().apply(Command::Engine(EngineChoice::Real));
    desk.steps(2);
    desk.click("Run");
    desk.until("the deadlock is found", |app| {
        app.session.runner.as_ref().is_some_and(|runner| !runner.trace.findings.is_empty())
    });
    assert!(desk.app().session.is_running(), "it stands, to be looked at");
    desk.steps(3);
    assert!(desk.shows("deadlock: philosopher-0"));
    desk.click("Stop");
    desk.until("the run has ended", |app| !app.session.is_running());
}

#[test]
fn a_run_is_paused_resumed_and_run_again() {
    let (mut desk, _) = Desk::on("main {\n    sleep ms=60000\n}\n");
    desk.app().apply(Command::Engine(EngineChoice::Real));
    desk.steps(2);
    desk.click("Run");
    desk.click("Pause");
    assert!(desk.shows("Paused"));
    desk.click("Resume");
    assert!(desk.shows("Running"));
    let first = desk.app().session.runner.as_ref().map(|runner| runner.number);
    desk.click("Restart");
    let next = desk.app().session.runner.as_ref().map(|runner| runner.number);
    assert!(next > first && desk.app().session.is_running());
    desk.key(Modifiers::SHIFT, Key::F5);
    desk.until("the run has ended", |app| !app.session.is_running());
}

#[test]
fn typing_is_undone_and_done_again_by_keys() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.type_before("main", "lock 锁\n");
    let changed = desk.text();
    assert_ne!(changed, SMALL);
    desk.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(desk.text(), SMALL);
    assert!(!desk.app().session.is_dirty());
    desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(desk.text(), changed);
}

#[test]
fn a_text_is_saved_saved_elsewhere_and_opened_again() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// once\n");
    desk.key(Modifiers::COMMAND, Key::S);
    assert_eq!(std::fs::read_to_string(&path).expect("the file is there"), desk.text());
    assert!(!desk.app().session.is_dirty() && desk.shows("Saved"));

    desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    assert!(desk.shows("Path to save to"));
    let copy = desk.file("copy");
    let field = desk.harness.get_by_role_and_label(Role::TextInput, "Path to save to");
    field.focus();
    desk.steps(2);
    desk.key(Modifiers::COMMAND, Key::A);
    desk.harness.event(egui::Event::Text(copy.display().to_string()));
    desk.steps(3);
    desk.key(Modifiers::NONE, Key::Enter);
    let copy = copy.with_extension("kdl");
    assert_eq!(std::fs::read_to_string(&copy).expect("an ending was added"), desk.text());
    assert_eq!(desk.app().session.name(), "copy.kdl");

    desk.app().apply(Command::New);
    desk.steps(3);
    desk.key(Modifiers::COMMAND, Key::O);
    desk.harness.event(egui::Event::Text(path.display().to_string()));
    desk.steps(3);
    desk.click("Open");
    assert_eq!(desk.app().session.name(), "small.kdl");
    assert!(desk.app().session.settings.recent.starts_with(&[path, copy]));
}

#[test]
fn unsaved_text_is_asked_about_before_the_window_closes() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// mine\n");
    desk.key(Modifiers::COMMAND, Key::Q);
    assert!(desk.shows("Save the changes to small.kdl?") && !desk.app().session.quits);
    desk.click("Cancel");
    assert!(!desk.app().session.quits && desk.app().session.question.is_none());

    desk.key(Modifiers::COMMAND, Key::Q);
    desk.key(Modifiers::NONE, Key::Escape);
    assert!(!desk.app().session.quits && desk.app().session.is_dirty());

    desk.key(Modifiers::COMMAND, Key::Q);
    desk.click("Do not save");
    assert!(desk.app().session.quits);
    assert_eq!(std::fs::read_to_string(&path).expect("the file is there"), SMALL);

    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// mine\n");
    desk.key(Modifiers::COMMAND, Key::Q);
    desk.click("Save");
    assert!(desk.app().session.quits);
    assert!(std::fs::read_to_string(&path).expect("the file is there").contains("// mine"));
}

#[test]
fn a_built_in_scenario_becomes_a_copy_when_it_is_edited() {
    let mut desk = Desk::new();
    desk.click("A lost update");
    assert_eq!(desk.app().session.name(), "lost-update");
    let built_in = desk.text();
    desk.type_before("scenario", "// mine\n");
    assert_eq!(desk.app().session.name(), "Untitled");
    desk.click("Start does not wait, join does");
    assert!(desk.shows("Save the changes to Untitled?"));
    desk.click("Do not save");
    assert_eq!(desk.app().session.name(), "start-and-join");
    desk.click("A lost update");
    assert_eq!(desk.text(), built_in);
}

#[test]
fn looks_language_and_panels_are_chosen_in_the_menu_and_remembered() {
    let mut desk = Desk::new();
    desk.click("View");
    desk.click("Theme");
    desk.harness.get_by_label("Light").click();
    desk.steps(3);
    assert_eq!(desk.app().session.shade(), Shade::Light);
    desk.click("View");
    desk.click("Language");
    desk.harness.get_by_label("简体中文").click();
    desk.steps(3);
    assert!(desk.harness.query_by_role_and_label(Role::Button, "运行").is_some());
    desk.click("视图");
    desk.harness.get_by_role_and_label(Role::CheckBox, "场景库").click();
    desk.steps(3);
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "搜索场景").is_none(), "the library is hidden");
    desk.app().leave();
    let folder = crash(desk);
    let store = Store::at(folder.path().join("home"));
    let Settings { shade, lang, .. } = store.settings();
    assert_eq!((shade, lang), (Some(Shade::Light), Some(Lang::Zh)));
    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "搜索场景").is_none(), "it is hidden still");
    desk.key(Modifiers::COMMAND, Key::Num1);
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "搜索场景").is_some());
}

#[test]
fn every_control_has_a_name_in_both_languages() {
    for lang in Lang::ALL {
        let mut desk = Desk::speaking(lang);
        desk.app().apply(Command::OpenBuiltIn("lock-taken-twice"));
        desk.app().apply(Command::Engine(EngineChoice::Stepper));
        desk.app().apply(Command::Run);
        desk.until("the run has ended", |app| !app.session.is_running());
        for panel in PanelKind::ALL {
            desk.app().apply(Command::Arrange(coreyard::ui::command::Arrange::Show(panel)));
            desk.steps(3);
            let unnamed: Vec<_> = desk
                .harness
                .root()
                .children_recursive()
                .map(|node| node.accesskit_node())
                .filter(|node| IS_CONTROL.contains(&node.role()) && node.label().unwrap_or_default().trim().is_empty())
                .map(|node| format!("{:?} at {:?}", node.role(), node.raw_bounds()))
                .collect();
            assert_eq!(unnamed, [""; 0], "{panel:?} in {lang:?}");
        }
    }
}

#[test]
fn the_first_start_runs_a_scenario_and_says_what_to_try() {
    let mut desk = Desk::new();
    desk.app().session.greet();
    assert!(desk.app().session.is_running());
    desk.steps(3);
    assert!(desk.shows("Three things to try"));
    desk.click("Open and run it");
    assert!(desk.app().session.name() == "philosophers" && desk.app().session.is_running());
    desk.click("Run on the stepper");
    desk.until("the stepper has found the deadlock", |app| !app.session.is_running());
    desk.click("What blocks are there?");
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "Search the help").is_some());
    let folder = crash(desk);
    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    desk.app().session.greet();
    assert!(!desk.app().session.is_running(), "only the first start runs by itself");
}

#[test]
fn the_help_is_searched_in_both_languages() {
    let mut desk = Desk::speaking(Lang::Zh);
    desk.key(Modifiers::NONE, Key::F1);
    let search = |desk: &mut Desk, text: &str| {
        desk.harness.get_by_role_and_label(Role::TextInput, "搜索帮助").focus();
        desk.steps(2);
        desk.key(Modifiers::COMMAND, Key::A);
        desk.harness.event(egui::Event::Text(text.to_owned()));
        desk.steps(6);
    };
    search(&mut desk, "semaphore");
    assert!(desk.harness.query_by_label_contains("semaphore NAME").is_some(), "how it is written");
    search(&mut desk, "no such block");
    assert!(desk.shows("没有找到"));
    desk.click("术语表");
    search(&mut desk, "deadlock");
    assert!(desk.shows("任务循环等待"), "the word is explained");
}

#[test]
fn a_window_that_nobody_touches_asks_for_no_frame() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.run_on(EngineChoice::Stepper);
    desk.steps(80);
    let delay = |desk: &Desk| desk.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(delay(&desk) >= Duration::from_millis(400), "{:?}: at most the caret blinks", delay(&desk));
}

/// What is named: whatever can be clicked, typed into or chosen.
const IS_CONTROL: &[Role] = &[
    Role::Button,
    Role::CheckBox,
    Role::ColumnHeader,
    Role::ComboBox,
    Role::DisclosureTriangle,
    Role::Link,
    Role::Meter,
    Role::MultilineTextInput,
    Role::RadioButton,
    Role::Row,
    Role::SpinButton,
    Role::TextInput,
    Role::TreeItem,
];

#[test]
fn the_bars_fit_into_the_smallest_window_in_both_languages() {
    for lang in Lang::ALL {
        let mut desk = Desk::speaking(lang);
        desk.harness.set_size(vec2(900.0, 600.0));
        desk.steps(4);
        let window = egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(900.0, 600.0));
        let names = if lang == Lang::En {
            ["Run", "Pause", "Stop", "Restart", "Help"]
        } else {
            ["运行", "暂停", "停止", "重新运行", "帮助"]
        };
        let places = names.map(|name| desk.harness.get_by_role_and_label(Role::Button, name).rect());
        for (index, place) in places.iter().enumerate() {
            assert!(window.contains_rect(*place), "{} at {place:?}", names[index]);
            let other = places[index + 1..].iter().find(|other| other.shrink(0.5).intersects(place.shrink(0.5)));
            assert_eq!(other, None, "{} is covered", names[index]);
        }
    }
}

#[test]
fn programs_are_run_only_when_that_is_allowed_and_enter_alone_allows_none() {
    let text =
        "scenario \"S\" { allow-commands \"true\" }\nmain {\n    run-command \"true\" into=code\n    print \"{code}\"\n}\n";
    let (mut window, _path) = Desk::on(text);
    window.app().apply(Command::Engine(EngineChoice::Real));
    window.app().apply(Command::Run);
    window.steps(4);
    assert!(window.app().session.question.is_some(), "it is asked");
    window.key(Modifiers::NONE, Key::Enter);
    window.steps(3);
    assert!(window.app().session.question.is_none(), "Enter answers it");
    assert!(window.app().session.runner.is_none(), "and that is no");
    window.app().apply(Command::Run);
    window.steps(4);
    window.click("Allow");
    window.until("the run has ended", |app| app.session.runner.is_some() && !app.session.is_running());
    let lines: Vec<String> = window
        .app()
        .session
        .runner
        .as_ref()
        .map(|run| run.trace.output.iter().map(|line| line.text.clone()).collect())
        .unwrap_or_default();
    assert_eq!(lines, ["[0, '']"]);
}

#[test]
fn the_blocks_of_a_long_text_follow_a_change_at_once_and_its_problems_later() {
    let filler: String = (0..1_500).map(|at| format!("lock gate{at} // so that it is long\n")).collect();
    let (mut window, _path) = Desk::on(&format!("main {{\n    sleep ms=1\n}}\n{filler}"));
    window.until("it has been checked", |app| app.session.is_checked());
    let at = window.text().find("ms=1").expect("it is there") + "ms=".len();
    let label = Label::new(Words { en: "Set", zh: "设置" }, "");
    let edit = Edit::new(Span::new(at, at + 1), "nobody");
    window.app().apply(Command::Panel(Asked::Change(Change::new(label, vec![edit]))));
    let app = window.app();
    assert_eq!(app.session.good.version, app.session.version, "the blocks are those of the new text");
    window.until("its problem is told", |app| app.session.is_checked());
    assert!(!window.app().session.can_run(), "{:?}", window.app().session.diagnostics);
    window.key(Modifiers::COMMAND, Key::Z);
    window.until("it is undone", |app| app.session.is_checked() && app.session.can_run());
}

#[test]
fn more_than_a_text_may_hold_is_not_pasted_and_that_is_said() {
    let (mut window, _path) = Desk::on(SMALL);
    window.app().apply(Command::Panel(Asked::Jump(0)));
    window.steps(3);
    let before = window.text();
    window.harness.event(egui::Event::Paste("y".repeat(10 << 20)));
    window.steps(3);
    assert_eq!(window.text(), before);
    assert!(window.shows("Not pasted"), "it is said");
    window.harness.event(egui::Event::Paste("{".repeat(5_000)));
    window.steps(3);
    assert!(window.text().len() > 5_000, "what fits is pasted, however wrong it is");
    window.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.text(), before);
}

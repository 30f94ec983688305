//! Small windows: the bar stays one row in every state, nothing leaves it, and no control is lost.

use egui::Rect;

use super::*;

/// Completes a while after it was paused.
const LONG: &str = "shared n 0\nmain {\n    sleep ms=50\n    set n \"n + 1\"\n}\nexpect always \"n == 1\"\n";

fn small(size: egui::Vec2, lang: Lang, text: &str) -> Desk {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("small.kdl");
    std::fs::write(&path, text).expect("the test's folder can be written");
    let mut desk = Desk { harness: window_of(size, folder.path(), lang), folder };
    desk.app().session.open_path(path);
    desk.app().apply(Command::Welcome(false));
    desk.steps(4);
    desk
}

impl Desk {
    /// Where the panels begin, told by what stands at the top of the first, and where Restart is.
    fn places(&mut self) -> [f32; 2] {
        let top = self.top();
        let restart = |label| self.harness.query_by_role_and_label(Role::Button, label);
        let restart = restart("Restart").or_else(|| restart("重新运行")).expect("the bar has all its buttons");
        [top, restart.rect().left()]
    }

    fn top(&mut self) -> f32 {
        self.steps(3);
        let search = |label| self.harness.query_by_role_and_label(Role::TextInput, label);
        search("Search scenarios").or_else(|| search("搜索场景")).expect("the library is in view").rect().top()
    }

    fn place_of(&self, role: Role, label: &str) -> Rect {
        self.harness.get_by_role_and_label(role, label).rect()
    }
}

#[test]
fn the_bar_is_the_same_before_a_run_as_during_it_and_after() {
    for (width, lang) in [(800.0, Lang::En), (800.0, Lang::Zh), (534.0, Lang::En), (534.0, Lang::Zh), (1600.0, Lang::En)] {
        let mut desk = small(vec2(width, 600.0), lang, LONG);
        let before = desk.places();
        desk.app().apply(Command::Run);
        desk.until("it runs", |app| app.session.runner.is_some());
        let mut seen = vec![desk.places()];
        desk.app().apply(Command::TogglePause);
        seen.push(desk.places());
        desk.app().apply(Command::TogglePause);
        desk.until("the run has ended", |app| !app.session.is_running());
        seen.push(desk.places());
        desk.app().apply(Command::Engine(EngineChoice::Stepper));
        desk.app().apply(Command::Restart);
        desk.until("the run has ended", |app| !app.session.is_running());
        seen.push(desk.places());
        let moved = |[top, left]: &[f32; 2]| (top - before[0]).abs() > 0.1 || (left - before[1]).abs() > 0.1;
        assert!(!seen.iter().any(moved), "{width} {lang:?}: {before:?} then {seen:?}");
    }
}

#[test]
fn a_deadlock_in_a_small_window_stays_in_the_bar() {
    let text = "lock a\nmain { with a { with a { print \"never\" } } }\nexpect never deadlock\n";
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = small(vec2(800.0, 600.0), lang, text);
        let before = desk.top();
        let words = if lang == Lang::En { "Deadlock: 1 waiting for ever" } else { "死锁：1 个任务永远等待" };
        desk.app().apply(Command::Run);
        for _ in 0..20_000 {
            desk.steps(1);
            if desk.shows(words) {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        assert!(desk.place_of(Role::Button, words).right() <= 800.0);
        assert!((desk.top() - before).abs() < 0.1);
        desk.app().apply(Command::Stop);
        desk.until("the run has ended", |app| !app.session.is_running());
        assert!((desk.top() - before).abs() < 0.1);
    }
}

#[test]
fn what_a_small_window_has_no_room_for_is_in_a_menu() {
    let mut desk = small(vec2(400.0, 400.0), Lang::En, SMALL);
    for button in ["Run", "Pause", "Stop", "Restart", "How to run"] {
        assert!(desk.place_of(Role::Button, button).right() <= 400.0, "{button}");
    }
    desk.click("How to run");
    desk.harness.get_by_label("Stepper").click();
    desk.steps(3);
    assert!(desk.shows("Seed"));
    desk.click("Run");
    desk.until("the run has ended", |app| !app.session.is_running() && app.session.runner.is_some());
    desk.steps(3);
    assert!(desk.place_of(Role::Button, "✔ Nothing refuted").right() <= 400.0);
}

#[test]
fn a_page_without_a_number_is_shown_one_all_the_same() {
    let mut desk = Desk::new();
    desk.app().apply(Command::New);
    desk.app().apply(Command::Welcome(true));
    desk.steps(4);
    assert_eq!(desk.text(), "");
    desk.click("Show me one");
    assert!(desk.text().contains("let "));
}

#[test]
fn what_is_looked_for_is_seen_in_the_smallest_window() {
    let mut desk = small(vec2(800.0, 600.0), Lang::En, SMALL);
    desk.key(Modifiers::COMMAND, Key::H);
    desk.steps(3);
    for field in ["Find", "Replace with"] {
        let place = desk.place_of(Role::TextInput, field);
        assert!(place.width() >= 110.0, "{field}: {place}");
    }
    let row = |label: &str| desk.place_of(Role::Button, label).top();
    assert!((row("Previous (Shift+Enter)") - row("Next (Enter)")).abs() < 1.0);
}

#[test]
fn a_narrow_window_shows_the_text_or_the_blocks_and_a_wide_one_both() {
    let mut desk = small(vec2(800.0, 600.0), Lang::En, SMALL);
    let shown = |desk: &mut Desk| {
        desk.steps(4);
        [PanelKind::Editor, PanelKind::Blocks].map(|panel| desk.app().place(panel).is_some())
    };
    assert_eq!(shown(&mut desk), [true, false]);
    desk.key(Modifiers::COMMAND, Key::Num3);
    assert_eq!(shown(&mut desk), [false, true]);
    desk.app().apply(Command::Panel(Asked::Jump(0)));
    assert_eq!(shown(&mut desk), [true, false], "where the text is shown to be looked at");
    desk.key(Modifiers::NONE, Key::Insert);
    assert_eq!(shown(&mut desk), [false, true], "where the block chosen is to stand");
    desk.key(Modifiers::NONE, Key::Escape);
    desk.harness.set_size(vec2(1440.0, 900.0));
    assert_eq!(shown(&mut desk), [true, true]);
    desk.harness.set_size(vec2(800.0, 600.0));
    assert_eq!(shown(&mut desk), [false, true], "what keys go to stays in view");
}

//! Commands by name and by keys: the list of them, the help, what is typed beside them.

use coreyard::id::BlockId;
use coreyard::lang::Lang;
use coreyard::ui::command::{Arrange, Command, PanelKind};
use coreyard::ui::panels::Asked;
use coreyard::ui::theme::Shade;
use egui::{Event, Key, Modifiers};

use egui_kittest::kittest::Queryable as _;

use super::{Desk, SMALL};

fn typed(desk: &mut Desk, text: &str) {
    desk.harness.event(Event::Text(text.to_owned()));
    desk.steps(3);
}

fn command(desk: &mut Desk, words: &str) {
    desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    typed(desk, words);
    desk.key(Modifiers::NONE, Key::Enter);
}

#[test]
fn what_the_menus_choose_is_found_in_the_list_of_commands_too() {
    let (mut desk, _) = Desk::on(SMALL);
    command(&mut desk, "theme light");
    assert_eq!(desk.app().session.settings.shade, Some(Shade::Light));
    command(&mut desk, "glossary");
    assert!(desk.app().session.help.is_some());
    desk.key(Modifiers::NONE, Key::Escape);
    let before = desk.text();
    desk.type_before("main", "// mine\n");
    command(&mut desk, "save");
    assert_ne!(desk.text(), before);
    assert!(!desk.app().session.is_dirty(), "Save is nearer than Save as");
}

#[test]
fn whoever_asks_for_help_types_into_its_search() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Panel(Asked::Select(Some(BlockId(0)))));
    desk.steps(3);
    desk.key(Modifiers::NONE, Key::F1);
    desk.steps(6);
    assert!(desk.shows("shared NAME VALUE"), "the selected block is explained");
    typed(&mut desk, "semaphore");
    desk.steps(6);
    assert_eq!(desk.text(), SMALL);
    assert!(desk.shows("semaphore NAME") && !desk.shows("shared NAME VALUE"));
}

#[test]
fn whoever_has_saved_types_on_where_they_were_and_escape_closes_what_is_over_the_text() {
    let mut desk = Desk::new();
    desk.app().apply(Command::New);
    desk.app().apply(Command::Welcome(true));
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Editor)));
    desk.steps(4);
    typed(&mut desk, "lock a");
    desk.key(Modifiers::COMMAND, Key::S);
    desk.steps(4);
    let path = desk.file("saved.kdl");
    typed(&mut desk, &path.display().to_string());
    desk.key(Modifiers::NONE, Key::Enter);
    desk.steps(4);
    assert!(path.exists() && !desk.app().session.is_dirty());
    typed(&mut desk, "b");
    assert_eq!(desk.text(), "lock ab");
    desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    desk.key(Modifiers::NONE, Key::Escape);
    desk.steps(3);
    typed(&mut desk, "c");
    assert_eq!(desk.text(), "lock abc");
    assert!(desk.app().session.shows_welcome, "what nobody has closed stays");
}

#[test]
fn the_keys_that_lay_the_text_out_type_nothing_into_it() {
    let (mut desk, _) = Desk::on("main {\n  sleep ms=1\n}\n");
    desk.app().apply(Command::Panel(Asked::Jump(0)));
    desk.steps(3);
    // As a window hears it: the key, and its letter as text.
    let modifiers = Modifiers::ALT | Modifiers::SHIFT;
    let key = Event::Key { key: Key::F, physical_key: None, pressed: true, repeat: false, modifiers };
    desk.harness.input_mut().events.extend([key, Event::Text("F".to_owned())]);
    desk.steps(3);
    assert_eq!(desk.text(), "main {\n    sleep ms=1\n}\n");
}

#[test]
fn the_selection_follows_what_is_typed() {
    let (mut desk, _) = Desk::on("main {\n    yield-cpu\n}\n");
    desk.app().apply(Command::Panel(Asked::Jump("main {\n    yield-cpu".len())));
    desk.steps(3);
    desk.key(Modifiers::NONE, Key::Enter);
    for piece in ["sleep ms=", "1"] {
        typed(&mut desk, piece);
    }
    let session = &desk.app().session;
    let selected = session.selected.and_then(|id| coreyard::scenario::write::find(session.good.scenario(), id));
    let span = selected.map(|block| block.span).expect("a block is selected");
    assert_eq!(&session.good.text[span.range()], "sleep ms=1");
}

#[test]
fn a_name_that_is_taken_is_asked_for_again() {
    let (mut desk, _) = Desk::on("lock a\nlock b\nmain { with a { yield-cpu } }\n");
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
    desk.steps(3);
    desk.app().session.selected = Some(BlockId(0));
    desk.steps(3);
    desk.key(Modifiers::NONE, Key::F2);
    desk.steps(3);
    typed(&mut desk, "b");
    desk.key(Modifiers::NONE, Key::Enter);
    assert!(desk.shows("This name is taken"));
    desk.steps(3);
    typed(&mut desk, "gate");
    desk.key(Modifiers::NONE, Key::Enter);
    assert_eq!(desk.text(), "lock gate\nlock b\nmain { with gate { yield-cpu } }\n");
}

#[test]
fn a_text_that_has_no_task_yet_has_no_mistake_and_run_says_what_it_lacks() {
    let (mut desk, _) = Desk::on("queue jobs capacity=4\n");
    assert!(desk.shows("No problems"), "it is only not done yet");
    assert!(!desk.app().session.can_run());
    desk.key(Modifiers::NONE, Key::F5);
    let notice = desk.app().session.notice.clone().expect("it is said");
    assert_eq!((notice.told.get(Lang::En), notice.is_error), ("Nothing runs yet: add a main or a thread", false));
}

#[test]
fn what_covers_the_panels_gives_the_keyboard_back() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Panel(Asked::Jump(0)));
    desk.steps(3);
    typed(&mut desk, "1");
    assert!(desk.text().starts_with('1'));
    for covers in [(Modifiers::COMMAND | Modifiers::SHIFT, Key::P), (Modifiers::NONE, Key::F1)] {
        desk.key(covers.0, covers.1);
        typed(&mut desk, "seed");
        desk.key(Modifiers::NONE, Key::Escape);
        desk.steps(3);
        let before = desk.text();
        typed(&mut desk, "2");
        assert_eq!(desk.text().len(), before.len() + 1, "{covers:?}");
    }
    assert!(desk.text().starts_with("122"));
}

#[test]
fn commands_are_found_in_either_language() {
    let mut desk = Desk::speaking(Lang::Zh);
    command(&mut desk, "light");
    assert_eq!(desk.app().session.settings.shade, Some(Shade::Light));
    command(&mut desk, "深色 主题");
    assert_eq!(desk.app().session.settings.shade, Some(Shade::Dark));
    command(&mut desk, "english");
    assert_eq!(desk.app().session.settings.lang, Some(Lang::En));
    command(&mut desk, "浅");
    assert_eq!(desk.app().session.settings.shade, Some(Shade::Light));
}

#[test]
fn keys_pressed_before_a_question_is_in_view_are_for_it() {
    let pressed = |modifiers, key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let keys = [pressed(Modifiers::COMMAND, Key::N), pressed(Modifiers::NONE, Key::Tab), pressed(Modifiers::NONE, Key::Enter)];
    // All in one slow frame, or in frames right after one another.
    for frames in [1, 3] {
        let (mut desk, _) = Desk::on(SMALL);
        desk.type_before("main", "// mine\n");
        for events in keys.chunks(keys.len() / frames) {
            desk.harness.input_mut().events.extend(events.iter().cloned());
            desk.steps(1);
        }
        desk.steps(12);
        assert!(desk.app().session.question.is_none() && !desk.shows("Path to save to"), "in {frames}");
        assert_eq!(desk.text(), "", "the second answer: not to save, in {frames}");
    }
}

#[test]
#[cfg(not(target_os = "macos"))]
fn no_letter_with_alt_is_typed_into_the_text() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Panel(Asked::Jump(0)));
    desk.steps(3);
    for key in [Key::Num2, Key::Num9, Key::Q] {
        let key = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::ALT };
        desk.harness.input_mut().events.extend([key, Event::Text("2".to_owned())]);
        desk.steps(3);
    }
    assert_eq!(desk.text(), SMALL);
}

#[test]
fn the_palette_begins_at_its_top_for_another_text() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Palette)));
    desk.steps(3);
    let top = |desk: &Desk| desk.harness.query_by_label("Producer and consumer").map(|first| first.rect().top());
    let before = top(&desk).expect("it begins with the templates");
    let at = desk.harness.get_by_label("Dining philosophers").rect().center();
    wheel(&mut desk, at);
    assert!(top(&desk).is_none_or(|top| top < before - 50.0), "it is scrolled");
    desk.key(Modifiers::COMMAND, Key::N);
    desk.steps(3);
    assert_eq!(top(&desk), Some(before));
}

#[test]
fn whoever_types_on_at_once_types_into_the_list_of_commands() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
    desk.app().session.selected = Some(BlockId(0));
    desk.steps(3);
    let pressed = |modifiers, key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let plain = |key| pressed(Modifiers::NONE, key);
    let list = pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    let text = |text: &str| Event::Text(text.to_owned());
    let events = [list, plain(Key::M), text("m"), text("e theme light"), plain(Key::Enter)];
    desk.harness.input_mut().events.extend(events);
    desk.steps(15);
    assert_eq!(desk.app().session.settings.shade, Some(Shade::Light));
    assert!(!desk.shows("Moving: arrows choose the place"));
}

fn wheel(desk: &mut Desk, at: egui::Pos2) {
    desk.harness.hover_at(at);
    desk.harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Page,
        delta: egui::vec2(0.0, -2.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    desk.steps(20);
}

#[test]
fn the_wheel_turns_the_page_over_its_line_numbers_too() {
    let (mut desk, _) = Desk::on(&format!("main {{\n{}}}\n", "    yield-cpu\n".repeat(200)));
    let page = |desk: &Desk| desk.harness.get_by_label("Scenario text").rect();
    let before = page(&desk);
    wheel(&mut desk, before.left_top() + egui::vec2(-8.0, 60.0));
    assert!(page(&desk).top() < before.top() - 50.0, "{before} {}", page(&desk));
}

#[test]
fn what_is_typed_before_tab_is_not_typed_behind_it_too() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Panel(Asked::Jump(0)));
    desk.steps(3);
    let pressed = |modifiers, key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let mut events = vec![pressed(Modifiers::COMMAND, Key::H)];
    events.extend("main".chars().map(|letter| Event::Text(letter.to_string())));
    events.extend([pressed(Modifiers::NONE, Key::Tab), Event::Text("x".to_owned())]);
    desk.harness.input_mut().events.extend(events);
    desk.steps(12);
    let value = |label: &str| desk.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label).value();
    assert_eq!([value("Find"), value("Replace with")].map(Option::unwrap_or_default), ["main", "x"]);
    assert_eq!(desk.text(), SMALL);
}

#[test]
fn the_search_of_the_library_leads_to_its_first_hit_by_keys() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Library)));
    desk.steps(3);
    typed(&mut desk, "lost-update");
    desk.key(Modifiers::NONE, Key::ArrowDown);
    desk.key(Modifiers::NONE, Key::Enter);
    assert_eq!(desk.app().session.name(), "lost-update", "Down goes to it");
    desk.app().apply(Command::OpenBuiltIn("philosophers"));
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Library)));
    desk.steps(3);
    desk.key(Modifiers::NONE, Key::Enter);
    assert_eq!(desk.app().session.name(), "lost-update", "Enter opens it");
}

#[test]
fn a_click_on_a_problem_selects_its_block_too() {
    let (mut desk, _) = Desk::on("lock a\nlock b\nmain { with a { yield-cpu }; acquire b }\n");
    desk.app().session.selected = Some(BlockId(0));
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Problems)));
    desk.steps(3);
    let found = desk.app().session.diagnostics.first().map(|told| told.span.start).expect("there is a problem");
    desk.app().apply(Command::Panel(Asked::Jump(found)));
    assert_ne!(desk.app().session.selected, Some(BlockId(0)), "with the caret the blocks go there");
    assert!(desk.app().session.selected.is_some());
}

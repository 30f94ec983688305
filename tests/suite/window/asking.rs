//! What the window says and does when it is asked for something: also for what cannot be done now.

use coreyard::app::App;
use coreyard::lang::Lang;
use coreyard::ui::command::{Command, EngineChoice, Zoom};
use coreyard::ui::panels::Asked;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::{Desk, SMALL, crash, window};

#[test]
fn what_cannot_be_done_says_why() {
    let (mut desk, _) = Desk::on(SMALL);
    for (modifiers, key, why) in [
        (Modifiers::SHIFT, Key::F5, "Nothing runs now"),
        (Modifiers::NONE, Key::F6, "Nothing runs now"),
        (Modifiers::COMMAND, Key::Z, "There is no such step"),
    ] {
        desk.app().apply(Command::Dismiss);
        desk.key(modifiers, key);
        assert!(desk.shows(why), "{why}");
    }
    desk.type_before("main", "lok a\n");
    desk.key(Modifiers::NONE, Key::F5);
    assert!(desk.shows("Cannot run. Line 2"), "where the first error stands is said");
    assert!(desk.app().session.runner.is_none());
    desk.app().session.show("", String::new(), None);
    desk.steps(3);
    desk.key(Modifiers::NONE, Key::F5);
    assert!(desk.shows("Nothing to run yet"));
}

#[test]
fn keys_that_need_a_name_say_so_where_there_is_none() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.type_before("set", "");
    for (modifiers, key) in [(Modifiers::NONE, Key::F12), (Modifiers::SHIFT, Key::F12), (Modifiers::NONE, Key::F2)] {
        desk.app().apply(Command::Dismiss);
        desk.steps(2);
        desk.key(modifiers, key);
        assert!(desk.shows("The caret stands on no name"), "{key:?}");
    }
}

#[test]
fn the_text_is_searched_by_keys_wherever_they_go() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.harness.get_by_role_and_label(Role::TextInput, "Search scenarios").focus();
    desk.steps(2);
    desk.key(Modifiers::COMMAND, Key::F);
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "Find").is_some());
    desk.key(Modifiers::NONE, Key::Escape);
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "Find").is_none());
    desk.app().apply(Command::Panel(Asked::Select(None)));
    desk.harness.get_by_role_and_label(Role::TextInput, "Search scenarios").focus();
    desk.steps(2);
    desk.key(Modifiers::COMMAND, Key::H);
    assert!(desk.harness.query_by_role_and_label(Role::TextInput, "Replace with").is_some());
}

#[test]
fn the_size_of_everything_is_changed_by_keys_and_kept() {
    let mut desk = Desk::new();
    desk.key(Modifiers::COMMAND, Key::Plus);
    desk.key(Modifiers::COMMAND, Key::Plus);
    let larger = desk.harness.ctx.zoom_factor();
    assert!(larger > 1.15, "{larger}");
    let folder = crash(desk);
    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    assert!((desk.harness.ctx.zoom_factor() - larger).abs() < 1e-3);
    desk.app().apply(Command::Zoom(Zoom::Normal));
    desk.steps(3);
    assert!((desk.harness.ctx.zoom_factor() - 1.0).abs() < 1e-3);
}

#[test]
fn a_deadlock_is_told_in_the_bar_while_it_stands() {
    let (mut desk, _) = Desk::on("lock a\nmain { acquire a; acquire a }\n");
    desk.app().apply(Command::Engine(EngineChoice::Real));
    desk.app().apply(Command::Run);
    let is_found = |app: &App| app.session.runner.as_ref().is_some_and(|runner| !runner.trace.findings.is_empty());
    desk.until("the deadlock is found", is_found);
    desk.steps(3);
    assert!(desk.app().session.is_running() && desk.shows("Deadlock: 1 waiting for ever"));
    desk.key(Modifiers::SHIFT, Key::F5);
    desk.until("the run has ended", |app| !app.session.is_running());
    desk.steps(3);
    assert!(!desk.shows("waiting for ever") && desk.shows("Stopped"));
}

#[test]
fn where_nothing_is_expected_the_output_is_in_front_in_the_end() {
    let (mut desk, _) = Desk::on("main { print \"hello\" }\n");
    desk.run_on(EngineChoice::Stepper);
    assert!(desk.harness.query_by_role_and_label(Role::Button, "Copy").is_some());
    let (mut desk, _) = Desk::on(SMALL);
    desk.run_on(EngineChoice::Stepper);
    assert!(desk.harness.query_by_role_and_label(Role::Button, "Copy").is_none() && desk.shows("expect always"));
}

#[test]
fn each_of_the_first_things_to_try_works_one_after_another() {
    let mut desk = Desk::new();
    desk.app().apply(Command::Engine(EngineChoice::Stepper));
    desk.app().apply(Command::Welcome(true));
    desk.steps(3);
    desk.click("Show me one");
    desk.harness.event(egui::Event::Text("7".to_owned()));
    desk.steps(3);
    assert!(desk.text().contains("\nlet ITEMS 7 "), "the number is marked, typing replaces it");
    desk.click("Open and run it");
    assert!(desk.shows("Save the changes"), "what was typed is not lost");
    desk.click("Do not save");
    assert!(desk.app().session.name() == "philosophers" && desk.app().session.runner.is_some());
}

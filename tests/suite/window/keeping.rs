//! Text is never lost: not by a crash, not by another program that writes the file, not by keys typed on.
#![expect(clippy::disallowed_methods, reason = "writes the files that the window has open, as another program would")]

use std::path::Path;
use std::time::Duration;

use coreyard::app::settings::{Store, Unsaved};
use coreyard::lang::Lang;
use coreyard::ui::command::Command;
use coreyard::ui::panels::Asked;
use egui::{Event, Key, Modifiers};

use super::{Desk, SMALL, crash, window};

/// Writes a file as another program does, at another time than any before.
fn write_outside(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the test's folder can be written");
    let file = std::fs::File::options().write(true).open(path).expect("the file is there");
    // The same moment may be told for two writes that follow at once: another one is set.
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(text.len() as u64)).expect("a time can be set");
}

/// The file is changed, and the window looks at it.
fn changed_outside(desk: &mut Desk, path: &Path, text: &str) {
    write_outside(path, text);
    desk.app().session.look_at_disk();
    desk.steps(3);
}

#[test]
fn what_is_typed_on_presses_no_button_of_a_question_that_came_unasked() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// mine ");
    let theirs = format!("{SMALL}// theirs\n");
    changed_outside(&mut desk, &path, &theirs);
    for _ in 0..6 {
        for key in [Key::Space, Key::Enter] {
            desk.key(Modifiers::NONE, key);
        }
        desk.harness.event(Event::Text("words ".to_owned()));
        desk.steps(3);
    }
    assert!(desk.text().contains("// mine ") && desk.shows("was changed by another program"));

    // Nobody types any more: the answer that keeps the text has the focus.
    desk.steps(20);
    let mine = desk.text();
    desk.key(Modifiers::NONE, Key::Enter);
    assert!(desk.app().session.question.is_none() && desk.text() == mine && desk.app().session.is_dirty());
}

#[test]
fn a_reload_is_one_step_that_undo_takes_back() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// mine\n");
    let (mine, theirs) = (desk.text(), format!("{}// theirs\n", SMALL.replace("n == 1", "n == 3")));
    changed_outside(&mut desk, &path, &theirs);
    desk.click("Reload");
    assert_eq!(desk.text(), theirs);
    assert!(!desk.app().session.is_dirty());
    desk.app().apply(Command::Panel(Asked::Undo));
    desk.steps(3);
    assert_eq!(desk.text(), mine);
    assert!(desk.app().session.is_dirty() && desk.shows("Undone: Reload small.kdl"));
}

#[test]
fn who_types_is_asked_about_the_changed_file_when_the_keys_are_quiet() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// a");
    write_outside(&path, &format!("{SMALL}// theirs\n"));
    for _ in 0..100 {
        desk.harness.event(Event::Text("b".to_owned()));
        desk.steps(1);
        std::thread::park_timeout(Duration::from_millis(20));
        assert_eq!(desk.app().session.question, None);
    }
    desk.until("the question comes", |app| app.session.question.is_some());
}

#[test]
fn text_from_before_a_crash_is_offered_and_recovered() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// not saved\n");
    let text = desk.text();
    let home = Store::at(desk.file("home"));
    let expected = Unsaved { path: Some(path), text: text.clone() };
    desk.until("the text is kept", |_| home.unsaved().as_ref() == Some(&expected));
    let folder = crash(desk);

    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    assert!(desk.shows("not saved when Coreyard ended last"));
    desk.click("Ask again next time");
    let folder = crash(desk);
    assert_eq!(home.unsaved(), Some(expected), "who has not decided loses nothing");

    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    desk.click("Recover");
    assert_eq!(desk.text(), text);
    assert!(desk.app().session.is_dirty());
    assert_eq!(desk.app().session.name(), "small.kdl");
    desk.key(Modifiers::COMMAND, Key::S);
    desk.app().leave();
    assert_eq!(home.unsaved(), None, "saved text is not kept twice");
}

#[test]
fn a_file_changed_on_disk_is_compared_kept_or_read_again() {
    let (mut desk, path) = Desk::on(SMALL);
    let theirs = SMALL.replace("n == 1", "n == 3");
    changed_outside(&mut desk, &path, &theirs);
    assert!(desk.shows("was changed by another program"));
    desk.click("Compare");
    assert!(desk.shows("− expect always \"n == 1\"") && desk.shows("+ expect always \"n == 3\""));
    // The dialog finds its new place.
    desk.steps(10);
    desk.click("Keep mine");
    assert_eq!(desk.app().session.question, None);
    assert_eq!(desk.text(), SMALL);
    assert!(desk.app().session.is_dirty(), "what is on disk is another text");

    let theirs = format!("{theirs}// longer\n");
    changed_outside(&mut desk, &path, &theirs);
    desk.click("Reload");
    assert_eq!(desk.text(), theirs);
    assert!(!desk.app().session.is_dirty());

    std::fs::remove_file(&path).expect("the file is there");
    desk.app().session.look_at_disk();
    desk.steps(3);
    assert!(desk.app().session.is_dirty() && desk.shows("no longer on the disk"));
    desk.key(Modifiers::COMMAND, Key::S);
    assert_eq!(std::fs::read_to_string(&path).expect("it was written again"), theirs);
}

//! Text is never lost: not by a crash, not by another program that writes the file, not by keys typed on.
#![expect(clippy::disallowed_methods, reason = "writes the files that the window has open, as another program would")]

use std::path::Path;
use std::time::Duration;

use coreyard::app::session::Origin;
use coreyard::app::settings::Store;
use coreyard::document::edit::{Change, Edit};
use coreyard::lang::Lang;
use coreyard::ui::command::{Answer, Arrange, Command, PanelKind};
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
pub(super) fn changed_outside(desk: &mut Desk, path: &Path, text: &str) {
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
    let is_kept = || home.unsaved().into_iter().map(|kept| (kept.path, kept.text)).eq([(Some(path.clone()), text.clone())]);
    desk.until("the text is kept", |_| is_kept());
    let folder = crash(desk);

    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    assert!(desk.shows("not saved when Coreyard ended last"));
    desk.click("Ask again next time");
    let folder = crash(desk);
    assert!(is_kept(), "who has not decided loses nothing");

    let mut desk = Desk { harness: window(folder.path(), Lang::En), folder };
    desk.click("Recover");
    assert_eq!(desk.text(), text);
    assert!(desk.app().session.is_dirty());
    assert_eq!(desk.app().session.name(), "small.kdl");
    desk.key(Modifiers::COMMAND, Key::S);
    desk.app().leave();
    assert_eq!(home.unsaved(), [], "saved text is not kept twice");
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

/// The texts kept in this home, in the order of their letters.
fn kept(home: &Path) -> Vec<String> {
    let mut texts: Vec<_> = Store::at(home.to_owned()).unsaved().into_iter().map(|kept| kept.text).collect();
    texts.sort();
    texts
}

/// Types, and waits until that is kept; the text.
fn type_and_keep(desk: &mut Desk, place: &str, words: &str) -> String {
    desk.type_before(place, words);
    let (text, home) = (desk.text(), desk.file("home"));
    desk.until("the text is kept", |_| kept(&home).contains(&text));
    text
}

fn again(folder: tempfile::TempDir) -> Desk {
    Desk { harness: window(folder.path(), Lang::En), folder }
}

#[test]
fn what_is_typed_while_an_older_text_waits_is_kept_beside_it_and_both_are_offered() {
    let (mut desk, _) = Desk::on(SMALL);
    let older = type_and_keep(&mut desk, "main", "// older\n");

    let mut desk = again(crash(desk));
    desk.click("Ask again next time");
    let newer = type_and_keep(&mut desk, "let", "// newer\n");
    let mut both = vec![older.clone(), newer.clone()];
    both.sort();
    assert_eq!(kept(&desk.file("home")), both);

    let mut desk = again(crash(desk));
    assert!(desk.shows("texts asked about afterwards: 1"));
    desk.click("Recover");
    assert_eq!(desk.text(), newer, "the latest comes first");
    assert_eq!(desk.app().session.question, None, "the text recovered is not saved yet");
    desk.app().apply(Command::SaveAs);
    desk.steps(3);
    let path = desk.file("newer.kdl");
    desk.app().apply(Command::Path(path.clone()));
    desk.steps(3);
    assert_eq!(std::fs::read_to_string(path).expect("it was saved"), newer);
    desk.click("Recover");
    assert_eq!(desk.text(), older);
    desk.app().session.keep();
    let home = desk.file("home");
    desk.until("only this is kept", |_| kept(&home) == [older.clone()]);
}

#[test]
fn a_text_given_up_is_gone_and_the_next_is_asked_about() {
    let (mut desk, _) = Desk::on(SMALL);
    let one = type_and_keep(&mut desk, "main", "// one\n");
    let mut desk = again(crash(desk));
    desk.click("Ask again next time");
    type_and_keep(&mut desk, "let", "// two\n");
    let mut desk = again(crash(desk));
    desk.click("Forget it");
    assert_eq!(kept(&desk.file("home")), std::slice::from_ref(&one));
    // The dialog finds its new place.
    desk.steps(10);
    desk.click("Recover");
    assert_eq!(desk.text(), one);
}

#[test]
fn two_windows_keep_their_texts_apart_and_neither_is_offered_what_the_other_has() {
    let (mut first, _) = Desk::on(SMALL);
    let one = type_and_keep(&mut first, "main", "// first\n");

    let mut second = window(first.folder.path(), Lang::En);
    let session = &mut second.state_mut().as_mut().expect("the window is open").session;
    assert_eq!(session.question, None, "the first window runs");
    let two = "// second\n".to_owned();
    let edit = Edit::insert(0, two.clone());
    session.show("", String::new(), None);
    session.apply(Command::Panel(Asked::Change(Change::typed("", edit))));
    session.keep();
    let home = first.file("home");
    first.until("both are kept", |_| kept(&home) == [two.clone(), one.clone()]);
    second.state_mut().as_mut().expect("the window is open").session.apply(Command::Answer(Answer::Cancel));
    std::mem::forget(second);

    let mut desk = again(crash(first));
    assert!(desk.shows("texts asked about afterwards: 1"));
    desk.click("Recover");
    assert!([one, two].contains(&desk.text()));
}

#[test]
fn a_file_changed_since_the_crash_is_not_overwritten_unasked() {
    let (mut desk, path) = Desk::on(SMALL);
    let mine = type_and_keep(&mut desk, "main", "// mine\n");
    let folder = crash(desk);
    let theirs = format!("{SMALL}// theirs\n");
    write_outside(&path, &theirs);

    let mut desk = again(folder);
    desk.click("Recover");
    assert_eq!(desk.text(), mine);
    assert!(desk.shows("small.kdl was changed by another program"));
    // The dialog finds its new place.
    desk.steps(10);
    desk.click("Reload");
    assert_eq!(desk.text(), theirs);
    desk.app().apply(Command::Panel(Asked::Undo));
    desk.steps(3);
    assert_eq!(desk.text(), mine, "nothing is lost either way");
}

#[test]
fn a_file_named_from_this_folder_is_found_again_from_another() {
    let mut desk = Desk::new();
    let path = desk.file("small.kdl");
    std::fs::write(&path, SMALL).expect("the test's folder can be written");
    let here = std::env::current_dir().expect("there is one");
    let up = "../".repeat(here.components().count() - 1);
    let relative = Path::new(&up).join(path.strip_prefix("/").unwrap_or(&path));
    desk.app().session.open_path(relative);
    desk.type_before("main", "// mine\n");
    desk.key(Modifiers::COMMAND, Key::S);
    let text = desk.text();
    let session = &desk.app().session;
    let Origin::File(opened) = &session.origin else { panic!("it was opened") };
    assert!(opened.is_absolute() && session.settings.recent.iter().all(|recent| recent.is_absolute()));
    assert_eq!(std::fs::read_to_string(path).expect("it was saved"), text);
}

#[test]
fn that_text_cannot_be_kept_is_said_once() {
    let mut desk = Desk::new();
    let home = desk.file("home");
    std::fs::remove_dir_all(&home).ok();
    std::fs::write(&home, "no folder").expect("the test's folder can be written");
    desk.type_before("let", "// mine\n");
    desk.until("it is said", |app| app.session.notice.as_ref().is_some_and(|notice| notice.is_error));
    assert!(desk.shows("it cannot be kept"));
    desk.app().apply(Command::Dismiss);
    desk.type_before("let", "// more\n");
    desk.app().leave();
    desk.steps(3);
    assert_eq!(desk.app().session.notice, None);
}

#[test]
fn a_saved_run_is_known_by_its_bytes_says_its_constants_and_that_its_end_is_missing() {
    let mut desk = Desk::new();
    let path = desk.file("run.tr");
    let run = ["run", "producer-consumer", "--engine", "stepper", "--let", "ITEMS=2", "--trace"];
    let called = crate::shell::coreyard(&[&run[..], &[crate::shell::argument(&path)]].concat());
    let whole = std::fs::read(&path).unwrap_or_else(|error| panic!("{error}: {called:?}"));
    desk.app().session.open_path(path.clone());
    desk.steps(3);
    assert!(desk.shows("a saved run") && desk.shows("ITEMS=2"));

    let header = whole.windows(4).position(|word| word == b"task").expect("the tasks follow the text");
    std::fs::write(&path, &whole[..header + 40]).expect("the test's folder can be written");
    desk.app().session.open_path(path.clone());
    desk.app().apply(Command::Arrange(Arrange::Front(PanelKind::Locks)));
    desk.steps(5);
    assert!(desk.shows("the file was cut short") && desk.shows("The end of this saved run is missing"));

    std::fs::write(&path, b"lock \xff\n").expect("the test's folder can be written");
    desk.app().session.open_path(path);
    desk.steps(3);
    assert!(desk.shows("it is no text: byte 6 is not UTF-8"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_no_file_or_never_ends_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let [large, pipe, trace] = ["large.kdl", "pipe.kdl", "pipe.coretrace"].map(|name| folder.path().join(name));
    std::fs::File::create(&large).and_then(|file| file.set_len(10 << 30)).expect("it takes no room");
    for pipe in [&pipe, &trace] {
        rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("the folder is ours");
    }
    let zero = std::path::PathBuf::from("/dev/zero");
    let mut desk = Desk::new();
    for (path, why) in [
        (large, "it is larger than 64 MB"),
        (pipe, "it is no file but a pipe or a device"),
        (trace, "it is no file but a pipe or a device"),
        (zero, "it is no file but a pipe or a device"),
        (folder.path().to_owned(), "it is a folder"),
    ] {
        desk.app().session.open_path(path);
        desk.steps(2);
        assert!(desk.shows(why), "{why}");
    }
}

//! What the window says and does when it is asked for something: also for what cannot be done now.
#![expect(clippy::disallowed_methods, reason = "looks at the file that was written")]

use coreyard::app::App;
use coreyard::lang::{Lang, Words};
use coreyard::ui::command::{Answer, Command, EngineChoice, Trial, Zoom};
use coreyard::ui::panels::Asked;
use coreyard::ui::state::Question;
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
        (Modifiers::COMMAND, Key::Z, "Nothing to undo"),
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
    let (mut desk, _) = Desk::on("lock a\nmain { acquire a; acquire a }\nexpect sometimes deadlock\n");
    desk.app().apply(Command::Engine(EngineChoice::Real));
    desk.app().apply(Command::Run);
    let is_found = |app: &App| app.session.runner.as_ref().is_some_and(|runner| !runner.trace.findings.is_empty());
    desk.until("the deadlock is found", is_found);
    desk.steps(3);
    assert!(desk.app().session.is_running() && desk.shows("Deadlock: 1 waiting for ever"));
    desk.key(Modifiers::SHIFT, Key::F5);
    desk.until("the run has ended", |app| !app.session.is_running());
    desk.steps(3);
    assert!(desk.shows("waiting for ever") && desk.shows("Stopped"), "what it came to is told still");
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

/// Opens the first start's page, and has each of the things to try done in this order; what is open and runs is as it says.
fn tried_in_order(lang: Lang, order: [Trial; 3]) {
    let mut desk = Desk::speaking(lang);
    desk.app().apply(Command::Welcome(true));
    desk.steps(3);
    for trial in order {
        let before = desk.text();
        match trial {
            Trial::Change => {
                desk.click(TRY_CHANGE.get(lang));
                desk.harness.event(egui::Event::Text("7".to_owned()));
                desk.steps(3);
                assert!(desk.text() != before && desk.text().contains('7'), "the number is marked, typing replaces it");
            }
            Trial::Deadlock => {
                desk.click(TRY_DEADLOCK.get(lang));
                assert!(desk.app().session.question.is_none(), "a number that one was asked to change is no work: {order:?}");
                assert_eq!(desk.app().session.name(), "philosophers");
                if desk.app().session.history.next_undo().is_some() {
                    desk.app().apply(Command::Panel(Asked::Undo));
                    assert_eq!(desk.text(), before, "and not lost");
                    desk.app().apply(Command::Panel(Asked::Redo));
                }
                assert_eq!(desk.app().session.engine(), EngineChoice::Real, "it deadlocks there");
                // Where a thread starts late they do not: that is the machine's to say.
                let is_seen = |app: &App| {
                    let run = app.session.runner.as_ref();
                    run.is_some_and(|run| run.trace.header.engine == "real" && (!run.trace.findings.is_empty() || !run.is_live()))
                };
                desk.until("they deadlock, or have eaten", is_seen);
            }
            Trial::Stepper => {
                desk.click(TRY_STEPPER.get(lang));
                assert_eq!(desk.text(), before);
                assert_eq!(desk.app().session.engine(), EngineChoice::Stepper);
                let is_over = |app: &App| app.session.runner.is_some() && !app.session.is_running();
                desk.until("the stepper has come to the end", is_over);
            }
        }
    }
    desk.app().apply(Command::OpenBuiltIn("lost-update"));
    desk.app().apply(Command::Answer(Answer::No));
    desk.steps(3);
    assert_eq!(desk.app().session.engine(), EngineChoice::Real, "what was chosen holds again for another scenario");
}

const TRY_CHANGE: Words = Words { en: "Show me one", zh: "给我看一个" };
const TRY_DEADLOCK: Words = Words { en: "Open and run it", zh: "打开并运行" };
const TRY_STEPPER: Words = Words { en: "Run on the stepper", zh: "在步进器上运行" };

#[test]
fn the_first_things_to_try_work_in_any_order_and_language() {
    use Trial::{Change, Deadlock, Stepper};
    let orders = [
        [Change, Deadlock, Stepper],
        [Change, Stepper, Deadlock],
        [Deadlock, Change, Stepper],
        [Deadlock, Stepper, Change],
        [Stepper, Change, Deadlock],
        [Stepper, Deadlock, Change],
    ];
    for (index, order) in orders.into_iter().enumerate() {
        tried_in_order(Lang::ALL[index % 2], order);
    }
}

#[test]
fn what_somebody_has_written_is_asked_about_before_something_is_tried() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.app().apply(Command::Welcome(true));
    desk.steps(3);
    desk.type_before("main", "// mine\n");
    desk.click("Open and run it");
    assert!(desk.shows("Save the changes"));
    desk.click("Cancel");
    assert!(desk.text().contains("// mine"));
    // A built-in one with more changed than its numbers is somebody's own, too.
    desk.app().apply(Command::OpenBuiltIn("lost-update"));
    desk.steps(3);
    desk.click("Do not save");
    desk.type_before("scenario", "// mine\n");
    desk.click("Open and run it");
    assert!(desk.shows("Save the changes"));
    desk.click("Do not save");
    assert!(desk.app().session.name() == "philosophers" && desk.app().session.runner.is_some());
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_who_says_so_twice() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.type_before("main", "// mine\n");
    desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    assert!(desk.shows("pressing Enter twice replaces it") && desk.shows("Replace"));
    let written = || std::fs::read_to_string(&path).expect("it is there");
    desk.key(Modifiers::NONE, Key::Enter);
    assert!(written() == SMALL && desk.shows("Enter once more replaces it"));
    desk.key(Modifiers::NONE, Key::Enter);
    assert!(written().contains("// mine") && desk.app().session.question.is_none());
}

#[test]
fn what_was_told_is_said_in_the_language_that_is_chosen_then() {
    let (mut desk, _) = Desk::on(SMALL);
    desk.key(Modifiers::SHIFT, Key::F5);
    assert!(desk.shows("Nothing runs now"));
    desk.app().apply(Command::Lang(Some(Lang::Zh)));
    desk.steps(3);
    assert!(!desk.shows("Nothing runs now") && desk.shows("现在没有运行"));
}

#[test]
fn the_list_of_what_may_come_next_closes_when_something_else_is_asked_for() {
    let (mut desk, _) = Desk::on(SMALL);
    for (modifiers, key) in [(Modifiers::NONE, Key::F5), (Modifiers::COMMAND | Modifiers::SHIFT, Key::S)] {
        desk.type_before("print", "s");
        let is_offered = |desk: &Desk| desk.harness.query_all_by_role(Role::ListBoxOption).next().is_some();
        assert!(is_offered(&desk), "something begins so");
        desk.key(modifiers, key);
        assert!(!is_offered(&desk), "{key:?}");
        desk.app().apply(Command::Answer(Answer::Cancel));
        desk.key(Modifiers::COMMAND, Key::Z);
    }
}

#[test]
fn a_question_after_another_takes_over_no_focus() {
    let (mut desk, _) = Desk::on(SMALL);
    let ask = |desk: &mut Desk, question| {
        desk.app().session.question = Some(question);
        desk.steps(30);
    };
    let is_focused =
        |desk: &Desk, label| desk.harness.query_by_role_and_label(Role::Button, label).is_some_and(|button| button.is_focused());
    ask(&mut desk, Question::Recover { name: "mine.kdl".to_owned(), lines: 3, others: 0 });
    assert!(is_focused(&desk, "Recover"));
    desk.app().session.question = Some(Question::Changed { name: "mine.kdl".to_owned(), theirs: String::new() });
    for _ in 0..30 {
        desk.steps(1);
        assert!(!is_focused(&desk, "Reload"), "a second Enter would throw the text away");
    }
    assert!(is_focused(&desk, "Keep mine"));
}

#[test]
fn programs_to_be_run_are_listed_one_by_one() {
    let (mut desk, _) = Desk::on(SMALL);
    let programs = ["echo".to_owned(), "false".to_owned()].into();
    desk.app().session.question = Some(Question::Commands { programs });
    desk.steps(3);
    assert!(desk.shows("echo, false"));
}

#[test]
fn what_to_open_is_looked_for_where_the_open_file_lies() {
    let (mut desk, path) = Desk::on(SMALL);
    desk.app().apply(Command::Open);
    desk.steps(3);
    let Some(Question::Path { proposed, .. }) = &desk.app().session.question else { panic!("a path is asked for") };
    assert_eq!(Some(proposed.as_path()), path.parent());
}

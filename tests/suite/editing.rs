//! Writing a scenario as a user does, by keyboard alone: completion, renaming, finding, replacing, comments, brackets, undo.

use coreyard::lang::Lang;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::viewing::{Desk, desk, put_caret, type_text};

const TEXT: &str = "lock tally\nshared done 0\nmain {\n    // here\n    with tally { set done \"done + 1\" }\n}\n";

fn press(harness: &mut Harness<'_, Desk>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn text<'a>(harness: &'a Harness<'_, Desk>) -> &'a str {
    harness.state().document.text()
}

fn undo(harness: &mut Harness<'_, Desk>) {
    press(harness, Modifiers::COMMAND, Key::Z);
}

#[test]
fn a_block_is_completed_and_then_the_lock_it_takes() {
    let mut harness = desk("lock tally\nlock other\nmain {\n    |here\n}\n", Lang::En);
    put_caret(&mut harness, "|here");
    type_text(&mut harness, "w");
    type_text(&mut harness, "i");
    assert!(harness.query_by_label_contains("with LOCK").is_some(), "the list is open");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(text(&harness).contains("    with |here"), "{}", text(&harness));
    assert!(harness.query_by_label_contains("tally lock tally").is_some(), "the locks are offered");
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::Tab);
    type_text(&mut harness, " ");
    assert!(text(&harness).contains("    with other |here"), "{}", text(&harness));
    undo(&mut harness);
    assert!(text(&harness).contains("    with |here"), "{}", text(&harness));
}

#[test]
fn the_list_is_asked_for_and_sent_away() {
    let mut harness = desk("main {\n    \n}\n", Lang::Zh);
    put_caret(&mut harness, "\n}");
    press(&mut harness, Modifiers::COMMAND, Key::Space);
    assert!(harness.query_by_label_contains("compute").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label_contains("compute").is_none());
    type_text(&mut harness, "sle");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    type_text(&mut harness, "m");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    type_text(&mut harness, "5");
    assert_eq!(text(&harness), "main {\n    sleep ms=5\n}\n");
}

#[test]
fn brackets_and_quotes_close_themselves_and_are_gone_over() {
    let mut harness = desk("main ", Lang::En);
    put_caret(&mut harness, "main");
    press(&mut harness, Modifiers::NONE, Key::End);
    type_text(&mut harness, "{");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    for typed in ["p", "rint ", "\"", "锁 ", "{", "1", "}", "\""] {
        type_text(&mut harness, typed);
    }
    assert_eq!(text(&harness), "main {\n    print \"锁 {1}\"\n}");
}

#[test]
fn a_name_is_renamed_everywhere_and_back_in_one_step() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "tally {");
    press(&mut harness, Modifiers::NONE, Key::F2);
    assert!(harness.query_by_label("New name").is_some());
    type_text(&mut harness, "锁");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(text(&harness), TEXT.replace("tally", "锁"));
    undo(&mut harness);
    assert_eq!(text(&harness), TEXT);
}

#[test]
fn a_name_that_is_taken_is_refused_until_it_is_another() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "tally {");
    press(&mut harness, Modifiers::NONE, Key::F2);
    type_text(&mut harness, "done");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert!(harness.query_by_label_contains("declared twice").is_some());
    assert_eq!(text(&harness), TEXT);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("New name").is_none());
    assert_eq!(text(&harness), TEXT);
}

#[test]
fn the_declaration_is_gone_to_and_selected() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "tally {");
    press(&mut harness, Modifiers::NONE, Key::F12);
    type_text(&mut harness, "count");
    assert!(text(&harness).starts_with("lock count\n"), "{}", text(&harness));
}

#[test]
fn all_places_are_replaced_and_undone_in_one_step() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "shared");
    press(&mut harness, Modifiers::COMMAND, Key::H);
    type_text(&mut harness, "DONE");
    harness.get_by_label("1/3");
    harness.get_by_label("Replace with").click();
    harness.run_steps(3);
    type_text(&mut harness, "finished");
    harness.get_by_label("Replace all").click();
    harness.run_steps(3);
    assert_eq!(text(&harness), TEXT.replace("done", "finished"));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    undo(&mut harness);
    assert_eq!(text(&harness), TEXT);
}

#[test]
fn what_is_found_is_gone_through_and_the_text_gets_the_keys_back() {
    let mut harness = desk(TEXT, Lang::Zh);
    put_caret(&mut harness, "shared");
    press(&mut harness, Modifiers::COMMAND, Key::F);
    type_text(&mut harness, "done");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.get_by_label("2/3");
    press(&mut harness, Modifiers::NONE, Key::F3);
    harness.get_by_label("3/3");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    type_text(&mut harness, "x");
    assert_eq!(text(&harness), TEXT.replace("\"done + 1\"", "\"x + 1\""));
}

#[test]
fn a_line_is_gone_to_commented_moved_doubled_and_deleted() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "lock");
    press(&mut harness, Modifiers::COMMAND, Key::G);
    type_text(&mut harness, "2");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    press(&mut harness, Modifiers::COMMAND, Key::Slash);
    assert_eq!(text(&harness), TEXT.replace("shared", "// shared"));
    press(&mut harness, Modifiers::COMMAND, Key::Slash);
    press(&mut harness, Modifiers::ALT, Key::ArrowUp);
    assert!(text(&harness).starts_with("shared done 0\nlock tally\n"), "{}", text(&harness));
    press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::ArrowDown);
    assert!(text(&harness).starts_with("shared done 0\nshared done 0\nlock"), "{}", text(&harness));
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
    assert!(text(&harness).starts_with("shared done 0\nlock tally\nmain"), "{}", text(&harness));
    for _ in 0..5 {
        undo(&mut harness);
    }
    assert_eq!(text(&harness), TEXT);
}

#[test]
fn the_text_is_laid_out_by_keys() {
    let mut harness = desk("main{\nprint   a\n}", Lang::En);
    put_caret(&mut harness, "print");
    press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::F);
    assert_eq!(text(&harness), "main {\n    print a\n}\n");
}

/// What a user may do, by number.
fn step(harness: &mut Harness<'_, Desk>, number: u8) {
    let typed = ["lo", "w", "{", "}", "\"", "'", "锁", " ", "=", ";"];
    match number {
        0..10 => harness.event(Event::Text(typed[usize::from(number)].to_owned())),
        10 => harness.key_press(Key::Enter),
        11 => harness.key_press(Key::Backspace),
        12 => harness.key_press(Key::Delete),
        13 => harness.key_press(Key::ArrowUp),
        14 => harness.key_press(Key::ArrowLeft),
        15 => harness.key_press(Key::Tab),
        16 => harness.key_press_modifiers(Modifiers::COMMAND, Key::Slash),
        17 => harness.key_press_modifiers(Modifiers::ALT, Key::ArrowDown),
        18 => harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::K),
        19 => harness.key_press_modifiers(Modifiers::COMMAND, Key::Space),
        20 => harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown),
        21 => harness.key_press_modifiers(Modifiers::COMMAND, Key::Z),
        22 => harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z),
        _ => harness.event(Event::Paste("a {\n\"b".to_owned())),
    }
    harness.run_steps(2);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(12))]
    #[test]
    fn whatever_is_done_by_keys_undo_gives_back_the_same_bytes(steps in proptest::collection::vec(0u8..24, 1..24)) {
        let mut harness = desk(TEXT, Lang::Zh);
        put_caret(&mut harness, "with");
        for number in steps {
            step(&mut harness, number);
        }
        press(&mut harness, Modifiers::NONE, Key::Escape);
        let after = text(&harness).to_owned();
        let done = harness.state().history.position();
        let desk = harness.state_mut();
        desk.history.go_to(&mut desk.document, 0);
        proptest::prop_assert_eq!(desk.document.text(), TEXT);
        desk.history.go_to(&mut desk.document, done);
        proptest::prop_assert_eq!(desk.document.text(), &after);
    }
}

#[test]
fn tab_leads_from_what_is_looked_for_to_what_comes_instead_and_back() {
    let mut harness = desk(TEXT, Lang::En);
    put_caret(&mut harness, "shared");
    press(&mut harness, Modifiers::COMMAND, Key::H);
    type_text(&mut harness, "tall");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    type_text(&mut harness, "doo");
    press(&mut harness, Modifiers::SHIFT, Key::Tab);
    press(&mut harness, Modifiers::NONE, Key::End);
    type_text(&mut harness, "y");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    press(&mut harness, Modifiers::NONE, Key::End);
    type_text(&mut harness, "r");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    press(&mut harness, Modifiers::NONE, Key::Tab);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert_eq!(text(&harness), TEXT.replace("tally", "door"));
}

//! What stands beside the blocks: their comments, and what a run has told of them.

use coreyard::diagnostic::Span;
use coreyard::document::edit::{Change, Edit};
use coreyard::ui::command::{Arrange, Command, EngineChoice, PanelKind};
use coreyard::ui::panels::Asked;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::Window;

#[test]
fn counts_of_a_run_stay_at_their_blocks_when_the_text_is_edited_and_the_panel_says_so() {
    let mut window = Window::open();
    let text = "lock a\nmain {\n    repeat 7 {\n        with a { }\n    }\n    sleep ms=1\n}\n";
    window.app().session.show("", text.to_owned(), None);
    window.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
    window.app().apply(Command::Engine(EngineChoice::Stepper));
    window.run();
    window.settle();
    let told = |window: &Window, line: &str| {
        let tile = window.harness.query_all_by_role_and_label(Role::TreeItem, line).last().expect("it is there");
        tile.accesskit_node().description().unwrap_or_default()
    };
    assert!(told(&window, "with a").starts_with("Ran 7×, "), "{}", told(&window, "with a"));
    assert_eq!(told(&window, "repeat 7"), "Ran 1×");
    let edited = "Edited since it was run";
    assert!(window.harness.query_by_label_contains(edited).is_none());
    let before = told(&window, "with a");
    // Other blocks above it, another value around it.
    for (place, length, put) in [("7 {", 1, "9"), ("main", 0, "shared n 0\n")] {
        let at = window.text().find(place).expect("it is there");
        let edit = Edit { span: Span::new(at, at + length), text: put.to_owned() };
        let change = Change::typed(window.text(), edit);
        window.app().apply(Command::Panel(Asked::Change(change)));
        window.settle();
    }
    assert!(window.text().contains("shared n 0"), "{}", window.text());
    assert_eq!(told(&window, "with a"), before);
    assert_eq!(told(&window, "shared n 0"), "");
    assert!(window.harness.query_by_label_contains(edited).is_some());
}

#[test]
fn a_comment_is_written_changed_and_taken_away_by_keys() {
    let mut window = Window::open();
    let text = "lock a\nmain {\n    yield-cpu // why\n}\n";
    window.show(text.to_owned());
    window.key(Key::ArrowDown);
    let comment = |window: &mut Window, text: &str| {
        window.key(Key::Slash);
        window.keys(Modifiers::COMMAND, Key::A);
        if text.is_empty() {
            window.key(Key::Backspace);
        } else {
            window.typed(text);
        }
        window.key(Key::Enter);
    };
    comment(&mut window, "of the door");
    assert_eq!(window.text(), format!("// of the door\n{text}"));
    comment(&mut window, "of the gate");
    assert_eq!(window.text(), format!("// of the gate\n{text}"));
    window.key(Key::End);
    comment(&mut window, "");
    assert_eq!(window.text(), format!("// of the gate\n{}", text.replace(" // why", "")));
    for _ in 0..3 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(window.text(), text);
}

#[test]
fn a_block_that_was_commented_out_comes_back_by_keys_whatever_sign_shift_gives() {
    for key in [Key::Slash, Key::Questionmark] {
        let mut window = Window::open();
        let text = "lock a\nlock b\n";
        window.show(text.to_owned());
        window.key(Key::ArrowDown);
        window.keys(Modifiers::COMMAND, Key::Slash);
        assert_eq!(window.text(), "/-lock a\nlock b\n");
        window.keys(Modifiers::COMMAND | Modifiers::SHIFT, key);
        assert_eq!(window.text(), text);
        // The same keys once more bring back what they took, and nothing else.
        for text in ["/-lock a\nlock b\n", text, "/-lock a\nlock b\n"] {
            window.keys(Modifiers::COMMAND, Key::Slash);
            assert_eq!(window.text(), text);
        }
    }
}

#[test]
fn comments_are_walked_onto_edited_moved_and_taken_away_by_keys() {
    let mut window = Window::open();
    let text = "// head\nlock a\nmain {\n    // first\n    yield-cpu\n    /-break\n}\n";
    window.show(text.to_owned());
    window.key(Key::ArrowDown);
    window.key(Key::Enter);
    window.keys(Modifiers::COMMAND, Key::A);
    window.typed("of all");
    window.key(Key::Enter);
    assert_eq!(window.text(), text.replace("head", "of all"));
    // It is still stood on: Down goes to the lock, main, its first comment; that one is moved behind the last block.
    for _ in 0..3 {
        window.key(Key::ArrowDown);
    }
    window.key(Key::M);
    assert!(window.harness.query_by_label_contains("Moving").is_some(), "it is announced");
    window.key(Key::ArrowDown);
    assert!(window.harness.query_by_label_contains("Place 4 of 5").is_some(), "each place is announced");
    window.key(Key::Enter);
    let moved = "// of all\nlock a\nmain {\n    yield-cpu\n    // first\n    /-break\n}\n";
    assert_eq!(window.text(), moved);
    window.key(Key::Delete);
    assert_eq!(window.text(), moved.replace("    // first\n", ""));
    // What has come in its place is next: the block that is a comment becomes one that runs.
    window.key(Key::Enter);
    assert_eq!(window.text(), "// of all\nlock a\nmain {\n    yield-cpu\n    break\n}\n");
    window.key(Key::ArrowUp);
    window.key(Key::ArrowLeft);
    window.keys(Modifiers::COMMAND, Key::D);
    assert_eq!(window.text().matches("main").count(), 2);
    for _ in 0..5 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(window.text(), text);
}

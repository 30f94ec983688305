//! Blocks that nobody knows are rows like any other, and what was selected around a step of the history is selected again with it.

use coreyard::ui::command::{Arrange, Command, PanelKind};
use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::Desk;

const WRONG: &str = "lokc door\nmain {\n    wibble 3 y=1 {\n        print \"in\"\n    }\n    lock b\n    print \"out\"\n}\n";

impl Desk {
    fn tile(&mut self, begins: &str, modifiers: Modifiers) {
        let is_it = |node: &egui_kittest::Node<'_>| node.accesskit_node().label().is_some_and(|label| label.starts_with(begins));
        let found: Vec<_> = self.harness.query_all_by_role(Role::TreeItem).filter(is_it).collect();
        let place = found.first().unwrap_or_else(|| panic!("a tile begins with {begins}")).rect().left_center();
        drop(found);
        self.harness.hover_at(place + egui::vec2(2.0, 0.0));
        self.steps(1);
        for pressed in [true, false] {
            let pos = place + egui::vec2(2.0, 0.0);
            self.harness.event(Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, modifiers });
        }
        self.steps(3);
    }

    /// What is selected among the blocks, as a screen reader says it.
    fn selected(&self) -> Vec<String> {
        let tiles = self.harness.query_all_by_role(Role::TreeItem);
        let selected = tiles.filter(|tile| tile.accesskit_node().toggled() == Some(Toggled::True));
        selected.filter_map(|tile| tile.accesskit_node().label()).collect()
    }
}

fn on(text: &str) -> Desk {
    let (mut desk, _) = Desk::on(text);
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
    desk.steps(3);
    desk
}

#[test]
fn a_block_nobody_knows_is_seen_with_its_text_and_its_problem() {
    let mut desk = on(WRONG);
    for label in [
        "lokc door · there is no block called `lokc`",
        "wibble 3 y=1 · there is no block called `wibble`",
        "lock b · `lock` cannot stand here",
    ] {
        assert!(desk.harness.query_by_label(label).is_some(), "{label}");
    }
    assert!(desk.harness.query_by_label("print in").is_some(), "what stands in it is seen");
    desk.tile("lokc", Modifiers::NONE);
    assert_eq!(desk.selected(), ["lokc door · there is no block called `lokc`"]);
    desk.steps(30);
    assert!(desk.shows("did you mean `lock`?"));
}

#[test]
fn a_block_nobody_knows_is_deleted_doubled_moved_and_mended_by_pointer_and_keys() {
    let mut desk = on(WRONG);
    desk.tile("wibble", Modifiers::NONE);
    desk.key(Modifiers::COMMAND, Key::D);
    assert_eq!(desk.text().matches("wibble 3 y=1 {").count(), 2);
    desk.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(desk.text(), WRONG);
    desk.key(Modifiers::NONE, Key::M);
    desk.key(Modifiers::NONE, Key::ArrowUp);
    desk.key(Modifiers::NONE, Key::Enter);
    assert!(desk.text().starts_with("lokc door\n\nwibble 3 y=1 {\n    print \"in\"\n}\n\nmain"), "{}", desk.text());
    desk.key(Modifiers::COMMAND, Key::Z);
    desk.key(Modifiers::NONE, Key::Delete);
    assert_eq!(desk.text(), "lokc door\nmain {\n    lock b\n    print \"out\"\n}\n");
    desk.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(desk.selected(), ["wibble 3 y=1 · there is no block called `wibble`"]);
    desk.key(Modifiers::NONE, Key::Home);
    desk.key(Modifiers::NONE, Key::Enter);
    desk.harness.event(Event::Text("lock door".to_owned()));
    desk.steps(2);
    desk.key(Modifiers::NONE, Key::Enter);
    assert_eq!(desk.text(), WRONG.replace("lokc", "lock"));
}

#[test]
fn a_text_of_one_word_is_a_row() {
    let mut desk = on("letters");
    desk.tile("letters", Modifiers::NONE);
    desk.key(Modifiers::NONE, Key::Delete);
    assert_eq!(desk.text(), "");
}

#[test]
fn undo_selects_what_was_selected_before_the_step_and_redo_what_was_behind_it() {
    let text = "main {\n    let a 1\n    if a { print \"x\" }\n    print \"y\"\n}\n";
    let mut desk = on(text);
    let steps: [(Key, Modifiers, &[&str]); 4] = [
        (Key::U, Modifiers::COMMAND, &["print x"]),
        (Key::Delete, Modifiers::NONE, &["print y"]),
        (Key::D, Modifiers::COMMAND, &["if a"]),
        (Key::E, Modifiers::COMMAND, &["disabled"]),
    ];
    for (key, modifiers, behind) in steps {
        desk.tile("if", Modifiers::NONE);
        desk.key(modifiers, key);
        assert_ne!(desk.text(), text, "{key:?}");
        assert_eq!(desk.selected(), behind, "{key:?}");
        desk.key(Modifiers::COMMAND, Key::Z);
        assert_eq!((desk.text().as_str(), desk.selected()), (text, vec!["if a".to_owned()]), "{key:?}");
        desk.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
        assert_eq!(desk.selected(), behind, "{key:?}");
        desk.key(Modifiers::COMMAND, Key::Z);
    }
}

#[test]
fn several_selected_blocks_are_selected_again() {
    let text = "main {\n    let a 1\n    let b 2\n    print \"y\"\n}\n";
    let mut desk = on(text);
    desk.tile("let a", Modifiers::NONE);
    desk.key(Modifiers::SHIFT, Key::ArrowDown);
    desk.key(Modifiers::NONE, Key::Delete);
    assert_eq!(desk.selected(), ["print y"]);
    desk.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(desk.selected(), ["let a 1", "let b 2"]);
}

#[test]
fn a_move_by_keys_begins_where_the_block_is_and_each_arrow_goes_where_something_changes() {
    let text = "main {\n    loop {\n        print \"in\"\n    }\n    print \"a\"\n    print \"b\"\n    print \"c\"\n}\n";
    let moved = |keys: &[Key]| {
        let mut desk = on(text);
        desk.tile("print a", Modifiers::NONE);
        desk.key(Modifiers::NONE, Key::M);
        for key in keys {
            desk.key(Modifiers::NONE, *key);
        }
        desk.key(Modifiers::NONE, Key::Enter);
        assert!(!desk.shows("Moving"));
        desk.text()
    };
    let (a, b) = ("    print \"a\"\n", "    print \"b\"\n");
    let below = text.replace(&format!("{a}{b}"), &format!("{b}{a}"));
    let inside = text.replace(a, "").replace("    }\n", &format!("    {a}    }}\n"));
    assert_eq!(moved(&[]), text);
    assert_eq!(moved(&[Key::ArrowDown]), below);
    assert_eq!(moved(&[Key::ArrowUp]), inside);
    assert_eq!(moved(&[Key::ArrowDown, Key::ArrowUp]), text);
}

#[test]
fn a_value_stands_as_high_when_it_is_edited_as_when_it_is_not() {
    let mut desk = on("queue letters capacity=6283\nmain { put letters 1 }\n");
    desk.tile("queue", Modifiers::NONE);
    let places = |desk: &Desk| -> Vec<f32> {
        let texts = desk.harness.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
            egui::Shape::Text(text) if text.galley.text() == "6283" => Some(text.pos.y + text.galley.rect.top()),
            _ => None,
        });
        texts.collect()
    };
    let before = places(&desk);
    desk.key(Modifiers::NONE, Key::Enter);
    desk.key(Modifiers::NONE, Key::Tab);
    let after = places(&desk);
    assert_eq!((before.len(), after.len()), (1, 1));
    assert!((before[0] - after[0]).abs() <= 0.5, "{before:?} {after:?}");
}

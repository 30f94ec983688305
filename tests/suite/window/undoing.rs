//! One history over all that is done to a text, by whatever hand: typed, done to blocks, replaced, read again from the disk.

use coreyard::id::BlockId;
use coreyard::lang::Lang;
use coreyard::scenario::load;
use coreyard::ui::command::{Arrange, Command, PanelKind};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::keeping::changed_outside;
use super::{Desk, SMALL};

impl Desk {
    fn typed(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.steps(3);
    }

    /// Does this to the block whose text begins so.
    fn do_at(&mut self, begins: &str, command: &str) {
        let text = self.text();
        let mut found: Option<BlockId> = None;
        load(&text).value.walk(&mut |block| {
            if found.is_none() && text[block.span.start..].starts_with(begins) {
                found = Some(block.id);
            }
        });
        self.app().apply(Command::Arrange(Arrange::Show(PanelKind::Blocks)));
        self.app().session.selected = Some(found.expect("there is such a block"));
        self.steps(3);
        self.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
        self.typed(command);
        self.key(Modifiers::NONE, Key::Enter);
        self.steps(3);
    }
}

#[test]
fn whatever_was_done_by_whatever_hand_is_undone_and_done_again_byte_for_byte() {
    let (mut desk, path) = Desk::on(SMALL);
    let mut texts = vec![SMALL.to_owned()];
    let mut step = |desk: &mut Desk, what: &str| {
        let text = desk.text();
        assert_ne!(Some(&text), texts.last(), "{what} changes the text");
        texts.push(text);
    };
    desk.type_before("main", "lock tally // 锁\n");
    step(&mut desk, "typing");
    desk.do_at("print", "duplicate");
    step(&mut desk, "Duplicate");
    desk.do_at("set", "wrap in with");
    step(&mut desk, "Wrap");
    desk.do_at("lock", "rename everywhere");
    desk.typed("gate");
    desk.key(Modifiers::NONE, Key::Enter);
    step(&mut desk, "Rename");
    desk.do_at("print", "blocks: delete");
    step(&mut desk, "Delete");
    desk.do_at("with", "disable");
    step(&mut desk, "Disable");
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Palette)));
    desk.steps(3);
    desk.click("Pipeline");
    step(&mut desk, "a template");
    desk.app().apply(Command::Arrange(Arrange::Show(PanelKind::Editor)));
    desk.steps(3);
    desk.key(Modifiers::COMMAND, Key::H);
    desk.typed("gate");
    desk.harness.get_by_label("Replace with").click();
    desk.steps(3);
    desk.typed("door");
    desk.click("Replace all");
    step(&mut desk, "Replace all");
    let theirs = desk.text().replace("shared n 0", "shared n 5");
    changed_outside(&mut desk, &path, &theirs);
    desk.click("Reload");
    step(&mut desk, "Reload");

    let history = &desk.app().session.history;
    let names: Vec<String> = history.steps().map(|label| label.get(Lang::En)).collect();
    assert_eq!(history.position(), names.len());
    let all = names.join("\n");
    for name in ["Duplicate print", "Wrap in with", "Rename tally → gate", "Delete print", "Insert Pipeline", "Reload"] {
        assert!(all.contains(name), "{name} is not in\n{all}");
    }
    for _ in 0..names.len() {
        desk.app().apply(Command::Panel(coreyard::ui::panels::Asked::Undo));
        desk.steps(1);
    }
    assert_eq!(desk.text(), SMALL);
    let mut seen = vec![SMALL.to_owned()];
    for _ in 0..names.len() {
        desk.app().apply(Command::Panel(coreyard::ui::panels::Asked::Redo));
        desk.steps(1);
        seen.push(desk.text());
    }
    assert_eq!(seen.last(), texts.last());
    assert!(texts.iter().all(|text| seen.contains(text)), "each state is met again");
}

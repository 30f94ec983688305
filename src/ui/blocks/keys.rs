//! The blocks by keys alone: arrows walk, letters and shortcuts act, a moved block follows the arrows until it is put down.

use egui::{Event, Key, Modifiers, Ui};

use super::{BlockAction, BlocksPanel, Shown, spoken, words};
use crate::id::BlockId;
use crate::scenario::write::{Home, find, slot_of};
use crate::ui::asked::Asked;
use crate::view::blocks::{Fold, Row};

impl BlocksPanel {
    pub(super) fn keys(&mut self, ui: &Ui, shown: &Shown<'_>, rows: &[Row], asked: &mut Vec<Asked>) {
        if self.moving.is_some() {
            return self.moving_keys(ui, shown, asked);
        }
        self.clipboard(ui, shown, rows, asked);
        for action in BlockAction::ALL {
            let Some(keys) = action.keys() else { continue };
            let also = action == BlockAction::Delete && pressed(ui, Modifiers::NONE, Key::Backspace);
            if ui.input_mut(|input| input.consume_shortcut(&keys)) || also {
                self.perform(ui, shown, rows, action, asked);
            }
        }
        self.walk(ui, shown, rows, asked);
    }

    fn walk(&mut self, ui: &Ui, shown: &Shown<'_>, rows: &[Row], asked: &mut Vec<Asked>) {
        let steps = [
            (Modifiers::SHIFT, Key::ArrowUp),
            (Modifiers::SHIFT, Key::ArrowDown),
            (Modifiers::SHIFT, Key::PageUp),
            (Modifiers::SHIFT, Key::PageDown),
            (Modifiers::SHIFT, Key::Home),
            (Modifiers::SHIFT, Key::End),
            (Modifiers::NONE, Key::ArrowUp),
            (Modifiers::NONE, Key::ArrowDown),
            (Modifiers::NONE, Key::ArrowLeft),
            (Modifiers::NONE, Key::ArrowRight),
            (Modifiers::NONE, Key::PageUp),
            (Modifiers::NONE, Key::PageDown),
            (Modifiers::NONE, Key::Home),
            (Modifiers::NONE, Key::End),
        ];
        for (modifiers, key) in steps {
            if pressed(ui, modifiers, key)
                && let Some(block) = self.goes_to(shown, rows, key)
            {
                self.select(shown, rows, block, modifiers.shift, false, asked);
                if self.selection.len() == 1 {
                    self.said.clear();
                }
                self.reveal = rows.iter().position(|row| row.is_block() && row.block == block);
                self.heard = spoken(rows, block);
            }
        }
        if pressed(ui, Modifiers::NONE, Key::Escape) {
            self.selection = shown.selected.into_iter().collect();
            self.said.clear();
        }
    }

    /// The block an arrow leads to; left and right also fold and open.
    fn goes_to(&mut self, shown: &Shown<'_>, rows: &[Row], key: Key) -> Option<BlockId> {
        let blocks: Vec<&Row> = rows.iter().filter(|row| row.is_block()).collect();
        let at = blocks.iter().position(|row| Some(row.block) == shown.selected);
        let Some(at) = at else { return blocks.first().map(|row| row.block) };
        let row = blocks[at];
        let target = match key {
            Key::ArrowUp => at.checked_sub(1)?,
            Key::ArrowDown => at + 1,
            Key::PageUp => at.saturating_sub(10),
            Key::PageDown => (at + 10).min(blocks.len() - 1),
            Key::Home => 0,
            Key::End => blocks.len() - 1,
            Key::ArrowLeft => {
                if row.fold == Fold::Open && !row.clause {
                    // The parent is one press away; folding has a key of its own.
                    return parent(shown, row.block).or_else(|| {
                        self.fold(row.key);
                        None
                    });
                }
                return parent(shown, row.block);
            }
            _ => {
                if matches!(row.fold, Fold::Closed(_)) {
                    self.fold(row.key);
                    return None;
                }
                let inner = find(shown.scenario, row.block).and_then(|block| block.body.first());
                return inner.map(|block| block.id);
            }
        };
        blocks.get(target).map(|row| row.block)
    }

    fn moving_keys(&mut self, ui: &Ui, shown: &Shown<'_>, asked: &mut Vec<Asked>) {
        let Some(mut moving) = self.moving.take() else { return };
        if pressed(ui, Modifiers::NONE, Key::Escape) {
            words::MOVE_CANCELLED.get(shown.lang).clone_into(&mut self.said);
            return;
        }
        if pressed(ui, Modifiers::NONE, Key::Enter) {
            return self.move_blocks(shown, moving.blocks.clone(), moving.gap().slot, asked);
        }
        for (key, forward) in [(Key::ArrowUp, false), (Key::ArrowLeft, false), (Key::ArrowDown, true), (Key::ArrowRight, true)] {
            if pressed(ui, Modifiers::NONE, key) {
                moving.step(forward);
                self.reveal = Some(moving.gap().row.saturating_sub(1));
            }
        }
        self.moving = Some(moving);
    }

    fn clipboard(&mut self, ui: &Ui, shown: &Shown<'_>, rows: &[Row], asked: &mut Vec<Asked>) {
        let events: Vec<Event> = ui.input(|input| input.events.clone());
        for event in events {
            match event {
                Event::Copy => self.perform(ui, shown, rows, BlockAction::Copy, asked),
                Event::Cut => self.perform(ui, shown, rows, BlockAction::Cut, asked),
                Event::Paste(text) => self.paste(shown, &text, asked),
                _ => {}
            }
        }
    }
}

fn parent(shown: &Shown<'_>, block: BlockId) -> Option<BlockId> {
    match slot_of(shown.scenario, block)?.home {
        Home::Top => None,
        Home::Body(parent) | Home::Clauses(parent) => Some(parent),
    }
}

fn pressed(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(modifiers, key))
}

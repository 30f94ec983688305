//! The blocks by keys alone: arrows walk, letters and shortcuts act, a moved block follows the arrows until it is put down.

use egui::{Event, Key, Modifiers, Ui};

use super::{BlockAction, BlocksPanel, Shown, note_of, spoken, words};
use crate::id::BlockId;
use crate::scenario::write::{Home, slot_of};
use crate::ui::keys::take;
use crate::ui::kit::asked::Asked;
use crate::ui::kit::key_order::Pace;
use crate::view::blocks::{Fold, Row};

impl BlocksPanel {
    /// What of the keys the next frame can take: they wait for a change that is asked for, and for the focus of what they open.
    pub(super) fn pace(&mut self, ui: &Ui, asked: &[Asked]) -> Pace {
        let focused = ui.memory(egui::Memory::focused);
        let is_settled = focused == std::mem::replace(&mut self.had_focus, focused);
        let is_led_on = self.takes_focus || self.edit_next.is_some() || !self.queue.is_empty();
        let changes = asked.iter().any(|asked| matches!(asked, Asked::Change(_)));
        let is_on_blocks = focused == Some(Self::focus_id());
        let is_writing = self.editing.is_some() || self.naming.is_some() || self.choosing.is_some();
        match (is_writing, is_on_blocks) {
            _ if is_led_on || changes => Pace::Nothing,
            (true, false) if focused.is_some() && is_settled => Pace::Writing,
            (false, true) if is_settled => Pace::OneKey,
            (false, false) => Pace::All,
            _ => Pace::Nothing,
        }
    }

    pub(super) fn keys(&mut self, ui: &Ui, shown: &Shown<'_>, rows: &[Row], asked: &mut Vec<Asked>) {
        if self.moving.is_some() {
            return self.moving_keys(ui, shown, asked);
        }
        self.clipboard(ui, shown, rows, asked);
        for action in BlockAction::ALL {
            let Some(keys) = action.keys() else { continue };
            let also = action == BlockAction::Delete && pressed(ui, Modifiers::NONE, Key::Backspace);
            if ui.input_mut(|input| take(input, &keys)) || also {
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
        let lead = |row: &Row| row.is_block() && Some(row.block) == shown.selected;
        let began = self.standing_note(rows).map(|(_, index)| index).or_else(|| rows.iter().position(lead));
        let (mut on, mut selects) = (began, false);
        for (modifiers, key) in steps {
            // A slow frame may bring several presses of one key.
            for _ in 0..times_pressed(ui, modifiers, key) {
                if let Some(next) = self.goes_to(shown, rows, on, key, modifiers.shift) {
                    (on, selects) = (Some(next), modifiers.shift);
                }
            }
        }
        if let Some(index) = on.filter(|_| on != began) {
            let row = &rows[index];
            if row.is_block() {
                self.select(shown, rows, row.block, selects, false, asked);
                self.heard = spoken(rows, row.block);
            } else {
                self.stand_on(row, index, shown.lang, asked);
            }
            if self.selection.len() <= 1 {
                self.said.clear();
            }
            self.reveal = Some(index);
        }
        if pressed(ui, Modifiers::NONE, Key::Escape) {
            self.selection = shown.selected.into_iter().collect();
            self.said.clear();
        }
    }

    /// The row an arrow leads to; left and right also fold and open. Comments are passed by when blocks are selected.
    fn goes_to(&mut self, shown: &Shown<'_>, rows: &[Row], on: Option<usize>, key: Key, selects: bool) -> Option<usize> {
        let is_stop = |row: &Row| row.is_block() || (!selects && note_of(row).is_some());
        let stops: Vec<usize> = (0..rows.len()).filter(|index| is_stop(&rows[*index])).collect();
        let Some(on) = on else { return stops.first().copied() };
        let at = stops.partition_point(|stop| *stop < on);
        let row = &rows[on];
        let target = match key {
            Key::ArrowUp => at.checked_sub(1)?,
            Key::ArrowDown => at + usize::from(stops.get(at) == Some(&on)),
            Key::PageUp => at.saturating_sub(10),
            Key::PageDown => (at + 10).min(stops.len() - 1),
            Key::Home => 0,
            Key::End => stops.len() - 1,
            Key::ArrowLeft => {
                let parent = parent(shown, rows, on);
                if parent.is_none() && row.fold == Fold::Open && !row.clause {
                    // The parent is one press away; folding has a key of its own.
                    self.fold(row.key);
                }
                return parent;
            }
            _ => {
                if matches!(row.fold, Fold::Closed(_)) {
                    self.fold(row.key);
                }
                let inner = rows.get(on + 1).filter(|inner| row.fold == Fold::Open && inner.inside.len() > row.inside.len());
                return inner.map(|_| on + 1);
            }
        };
        stops.get(target).copied()
    }

    fn moving_keys(&mut self, ui: &Ui, shown: &Shown<'_>, asked: &mut Vec<Asked>) {
        let Some(mut moving) = self.moving.take() else { return };
        if pressed(ui, Modifiers::NONE, Key::Escape) {
            words::MOVE_CANCELLED.get(shown.lang).clone_into(&mut self.said);
            return;
        }
        if pressed(ui, Modifiers::NONE, Key::Enter) {
            return self.move_there(shown, &moving.taken, moving.gap().slot, asked);
        }
        for (key, forward) in [(Key::ArrowUp, false), (Key::ArrowLeft, false), (Key::ArrowDown, true), (Key::ArrowRight, true)] {
            for _ in 0..times_pressed(ui, Modifiers::NONE, key) {
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

/// The row of what a block or a comment stands in.
fn parent(shown: &Shown<'_>, rows: &[Row], on: usize) -> Option<usize> {
    let row = &rows[on];
    let of = |block: BlockId| rows.iter().position(|row| row.is_block() && row.block == block);
    if !row.is_block() {
        return rows[..on].iter().rposition(|above| above.is_block() && above.inside.len() < row.inside.len());
    }
    match slot_of(shown.scenario, row.block)?.home {
        Home::Top => None,
        Home::Body(parent) | Home::Clauses(parent) => of(parent),
    }
}

fn times_pressed(ui: &Ui, modifiers: Modifiers, key: Key) -> usize {
    ui.input_mut(|input| input.count_and_consume_key(modifiers, key))
}

fn pressed(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(modifiers, key))
}

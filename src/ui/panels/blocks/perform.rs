//! What is done to the selected blocks: each action as a change of the text that is asked for, or as something begun here.

use egui::{Ui, ViewportCommand};

use super::drag::{Moving, Taken, end};
use super::field::{Named, Naming};
use super::palette::Chooser;
use super::{BlockAction, BlocksPanel, Shown, words};
use crate::document::edit::{Label, Selection};
use crate::id::BlockId;
use crate::scenario::block::Kind;
use crate::scenario::template::Template;
use crate::scenario::write::{
    self, BlockChange, NoteAt, Slot, commented, copied, find, name_of, outermost, proposed_name, skeleton,
};
use crate::ui::kit::asked::Asked;
use crate::view::blocks::{NoteKind, Row, What, next_to};

impl BlocksPanel {
    pub(super) fn perform(&mut self, ui: &Ui, shown: &Shown<'_>, rows: &[Row], action: BlockAction, asked: &mut Vec<Asked>) {
        if !self.is_possible(shown, action) {
            let why = if shown.stale && action.changes() { words::STALE_SHORT } else { words::NO_BLOCK };
            why.get(shown.lang).clone_into(&mut self.said);
            return;
        }
        self.said.clear();
        if let Some(note) = self.standing_note(rows).filter(|_| action.needs_block() || action == BlockAction::CommentIn) {
            return self.perform_on_note(ui, shown, rows, note, action, asked);
        }
        let blocks: Vec<BlockId> = outermost(shown.scenario, &self.selection.iter().copied().collect::<Vec<_>>());
        let lead = shown.selected.or_else(|| blocks.first().copied());
        let found = lead.and_then(|lead| find(shown.scenario, lead));
        let mut change = |panel: &mut Self, change: BlockChange| panel.change(shown, &change, asked);
        match action {
            BlockAction::Edit => {
                if let Some(lead) = lead {
                    self.begin_edit(shown, lead, None, asked);
                }
            }
            BlockAction::Rename => match found.and_then(name_of) {
                None if found.is_some_and(|block| block.kind == Kind::Unknown) => {
                    self.begin_edit(shown, lead.unwrap_or_default(), None, asked);
                }
                Some((at, name)) => self.naming = Some(Naming::begin(name.to_owned(), Named::Name(at))),
                None => self.refused(shown, write::Refusal::Nameless),
            },
            BlockAction::Insert => self.choosing = Some((Chooser::default(), None)),
            BlockAction::Move => {
                self.moving = Moving::begin(shown.document, shown.scenario, rows, Taken::Blocks(blocks));
                if self.moving.is_none() {
                    words::NO_PLACE.get(shown.lang).clone_into(&mut self.said);
                }
            }
            BlockAction::Duplicate => drop(change(self, BlockChange::Duplicate(blocks))),
            BlockAction::Delete => drop(change(self, BlockChange::Delete(blocks))),
            BlockAction::Copy => ui.ctx().copy_text(copied(shown.document, &blocks)),
            BlockAction::Cut => {
                ui.ctx().copy_text(copied(shown.document, &blocks));
                change(self, BlockChange::Delete(blocks));
            }
            BlockAction::Paste => ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste),
            BlockAction::Wrap(kind) => drop(change(self, BlockChange::Wrap { blocks, kind })),
            BlockAction::Unwrap => drop(change(self, BlockChange::Unwrap(blocks))),
            BlockAction::Disable if self.are_disabled(shown) => drop(change(self, BlockChange::Unwrap(blocks))),
            BlockAction::Disable => drop(change(self, BlockChange::Disable(blocks))),
            BlockAction::Await => drop(change(self, BlockChange::Await(blocks))),
            BlockAction::CommentOut => drop(change(self, BlockChange::CommentOut(blocks))),
            BlockAction::CommentIn => {
                let from = found.map_or(0, |block| block.span.start);
                let all = commented(shown.text);
                match all.iter().find(|node| node.mark.start >= from).or_else(|| all.last()) {
                    Some(node) => drop(change(self, BlockChange::CommentIn(node.mark))),
                    None => words::NO_COMMENT.get(shown.lang).clone_into(&mut self.said),
                }
            }
            BlockAction::Note => {
                let at = rows.iter().position(|row| row.is_block() && Some(row.block) == lead);
                if let Some((at, lead)) = at.zip(lead) {
                    self.naming = Some(note_of(rows, at, lead));
                }
            }
            BlockAction::Extract => {
                let first = blocks.first().copied().unwrap_or_default();
                self.naming = Some(Naming::begin(proposed_name(shown.scenario, shown.text, first), Named::Routine));
            }
            BlockAction::Fold => {
                if let Some(row) = rows.iter().find(|row| row.is_block() && Some(row.block) == lead) {
                    self.fold(row.key);
                }
            }
            BlockAction::SelectAll => {
                self.selection = shown.scenario.blocks.iter().map(|block| block.id).collect();
                let all = words::SELECTED_COUNT.get(shown.lang);
                self.said = all.replace("{0}", &self.selection.len().to_string());
                let first = self.selection.first().copied();
                if shown.selected.is_none_or(|selected| !self.selection.contains(&selected)) {
                    asked.push(Asked::Select(first));
                }
            }
        }
    }

    /// Asks for a change; whether it can be made.
    pub(super) fn change(&mut self, shown: &Shown<'_>, change: &BlockChange, asked: &mut Vec<Asked>) -> bool {
        self.change_called(shown, change, None, asked)
    }

    /// The same, of a change that has a name of its own.
    fn change_called(&mut self, shown: &Shown<'_>, change: &BlockChange, called: Option<Label>, asked: &mut Vec<Asked>) -> bool {
        if shown.stale {
            return false;
        }
        let mut rewrite = match write::write(shown.document, change) {
            Ok(rewrite) => rewrite,
            Err(refusal) => {
                self.refused(shown, refusal);
                return false;
            }
        };
        if rewrite.change.edits.is_empty() {
            return false;
        }
        rewrite.change.label = called.unwrap_or(rewrite.change.label);
        let label = rewrite.change.label.get(shown.lang);
        let block = shown.selected.and_then(|block| find(shown.scenario, block)).map(|block| block.span.start);
        let note = || self.standing_note(self.sheet.rows()).map(|(note, _)| note.span.start);
        let before = block.or_else(note).unwrap_or(0);
        let after = rewrite.words.first().copied();
        let edit = match after {
            Some(after) => rewrite.change.selecting(Selection::caret(before), Selection::caret(after)),
            None => rewrite.change,
        };
        let chosen = self.selection.iter().filter_map(|block| find(shown.scenario, *block));
        let chosen: Vec<usize> = chosen.map(|block| block.word.start).collect();
        let chosen = if chosen.is_empty() { note().into_iter().collect() } else { chosen };
        let edit = edit.marking(chosen, rewrite.words.clone());
        asked.push(Asked::Change(edit));
        self.changing = Some(shown.version);
        self.said = label;
        self.awaited = Some((shown.version, rewrite.words)).filter(|(_, words)| !words.is_empty());
        true
    }

    pub(super) fn refused(&mut self, shown: &Shown<'_>, refusal: write::Refusal) {
        refusal.words().get(shown.lang).clone_into(&mut self.said);
    }

    pub(super) fn move_there(&mut self, shown: &Shown<'_>, taken: &Taken, slot: Slot, asked: &mut Vec<Asked>) {
        self.change(shown, &taken.to(slot), asked);
    }

    /// A new block of a kind at a place, or next to what is selected.
    pub(super) fn insert_kind(&mut self, shown: &Shown<'_>, kind: Kind, slot: Option<Slot>, asked: &mut Vec<Asked>) {
        let text = skeleton(shown.scenario, shown.text, kind);
        self.insert(shown, text, &[kind], slot, asked);
    }

    fn insert(&mut self, shown: &Shown<'_>, text: String, kinds: &[Kind], slot: Option<Slot>, asked: &mut Vec<Asked>) {
        let selected = self.selection.last().copied();
        let beside = || self.next_to_note(shown, kinds).or_else(|| next_to(shown.scenario, kinds, selected));
        match slot.or_else(beside) {
            Some(slot) => drop(self.change(shown, &BlockChange::Insert { slot, text }, asked)),
            None => words::NO_PLACE.get(shown.lang).clone_into(&mut self.said),
        }
    }

    /// A scenario to start from, beside what is there.
    pub(super) fn insert_template(&mut self, shown: &Shown<'_>, template: &Template, asked: &mut Vec<Asked>) {
        let change = BlockChange::Insert { slot: end(shown.scenario), text: template.text.to_owned() };
        self.change_called(shown, &change, Some(write::inserted(template.title.get(shown.lang))), asked);
    }

    pub(super) fn paste(&mut self, shown: &Shown<'_>, text: &str, asked: &mut Vec<Asked>) {
        match write::kinds(text) {
            Ok(kinds) => self.insert(shown, text.to_owned(), &kinds, None, asked),
            Err(refusal) => self.refused(shown, refusal),
        }
    }

    /// A name was given; whether it can be used.
    pub(super) fn named(
        &mut self,
        shown: &Shown<'_>,
        naming: &Naming,
        name: String,
        asked: &mut Vec<Asked>,
    ) -> Result<(), write::Refusal> {
        let change = match naming.what {
            Named::Name(at) => BlockChange::Rename { at, to: name },
            Named::Line(block) => BlockChange::Retype { block, text: name },
            Named::Routine => BlockChange::Extract { blocks: self.selection.iter().copied().collect(), name },
            Named::Note(NoteAt::Above(_), _) if name.is_empty() => return Ok(()),
            Named::Note(at, _) => BlockChange::Note { at, text: name },
        };
        match write::write(shown.document, &change) {
            Ok(_) => {
                self.change(shown, &change, asked);
            }
            // Another name may do; what else is wrong stays wrong.
            Err(refusal @ (write::Refusal::BadName | write::Refusal::TakenName | write::Refusal::NoLine)) => return Err(refusal),
            Err(refusal) => self.refused(shown, refusal),
        }
        Ok(())
    }
}

/// The comment of a block: the one behind it, else the one above it, else a new one.
fn note_of(rows: &[Row], at: usize, block: BlockId) -> Naming {
    let above = at.checked_sub(1).and_then(|above| match &rows[above].what {
        What::Note(note) if rows[above].block == block => Some((note, above)),
        _ => None,
    });
    let behind = rows[at].note.as_ref().map(|note| (note, at));
    match behind.or(above).filter(|(note, _)| note.kind == NoteKind::Words) {
        Some((note, row)) => Naming::begin(note.text.clone(), Named::Note(NoteAt::There(note.span), row)),
        None => Naming::begin(String::new(), Named::Note(NoteAt::Above(block), at)),
    }
}

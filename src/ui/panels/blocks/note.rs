//! Comments among the blocks: keys walk onto them, and they are edited, moved, copied and taken away as blocks are.
//! Which comments there are is `view::blocks`; what becomes of the text is `scenario::write`'s.

use egui::{DragAndDrop, Ui};

use super::drag::{Dragged, Moving, Taken};
use super::field::{Named, Naming};
use super::tile::{NoteRow, written};
use super::{BlockAction, BlocksPanel, Shown, words};
use crate::diagnostic::Span;
use crate::lang::Lang;
use crate::scenario::block::Kind;
use crate::scenario::write::{BlockChange, NoteAt, Slot, copied_note, fits};
use crate::ui::kit::asked::Asked;
use crate::ui::kit::panel_theme::Theme;
use crate::view::blocks::{Key, Note, NoteKind, Row, What, nearest};

/// The comment that keys stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnNote {
    pub(super) key: Key,
    /// Its row: when it is no more, what has come in its place is next.
    pub(super) row: usize,
}

/// The comment on a row, if one is.
pub(super) fn note_of(row: &Row) -> Option<&Note> {
    match &row.what {
        What::Note(note) => Some(note),
        What::Block | What::Hole => None,
    }
}

impl BlocksPanel {
    #[expect(clippy::too_many_arguments, reason = "all that a comment is drawn from")]
    pub(super) fn note(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        shown: &Shown<'_>,
        (row, index, note): (&Row, usize, &Note),
        has_focus: bool,
        row_height: f32,
        asked: &mut Vec<Asked>,
    ) {
        let selected = self.on_note.is_some_and(|on| on.key == row.key);
        let quiet = self.is_busy(ui);
        let drawn = NoteRow { row, note, selected: (selected, selected && has_focus), quiet, lang: shown.lang };
        let response = drawn.ui(ui, theme, row_height);
        if selected && has_focus {
            let id = response.id;
            ui.ctx().accesskit_node_builder(Self::focus_id(), |node| node.set_active_descendant(id.accesskit_id()));
        }
        if response.clicked() || response.secondary_clicked() {
            self.stand_on(row, index, shown.lang, asked);
            self.takes_focus = true;
        }
        if response.clicked() && !shown.stale {
            self.note_clicked(shown, note, index, asked);
        }
        if response.drag_started() && !shown.stale && !matches!(note.kind, NoteKind::More(_)) {
            DragAndDrop::set_payload(ui.ctx(), Dragged::Taken(Taken::Note(note.span), shown.version));
        }
        let menu = response.context_menu(|ui| self.menu(ui, shown));
        self.menu_shown |= menu.is_some();
    }

    /// A comment is asked for anew; a block that is one becomes a block again.
    pub(super) fn note_clicked(&mut self, shown: &Shown<'_>, note: &Note, index: usize, asked: &mut Vec<Asked>) {
        match note.kind {
            NoteKind::Words => {
                self.naming = Some(Naming::begin(note.text.clone(), Named::Note(NoteAt::There(note.span), index)));
            }
            NoteKind::More(_) => asked.push(Asked::Jump(note.span.start)),
            NoteKind::LeftOut => {
                let mark = Span::new(note.span.start, note.span.start + "/-".len());
                self.change(shown, &BlockChange::CommentIn(mark), asked);
            }
        }
    }

    /// Keys come to stand on a comment: no block is selected then.
    pub(super) fn stand_on(&mut self, row: &Row, index: usize, lang: Lang, asked: &mut Vec<Asked>) {
        let Some(note) = note_of(row) else { return };
        self.selection.clear();
        self.anchor = None;
        self.shown = None;
        self.on_note = Some(OnNote { key: row.key, row: index });
        self.heard = written(note, lang);
        asked.push(Asked::Select(None));
    }

    /// Where the comment is that keys stood on, now that the rows are others: what stands in its place if it is no more.
    pub(super) fn follow_note(&mut self, rows: &[Row], asked: &mut Vec<Asked>) {
        let Some(on) = self.on_note else { return };
        if let Some(row) = rows.iter().position(|row| row.key == on.key && note_of(row).is_some()) {
            self.on_note = Some(OnNote { row, ..on });
            return;
        }
        let row = on.row.min(rows.len().saturating_sub(1));
        self.on_note = match rows.get(row) {
            Some(found) if note_of(found).is_some() => Some(OnNote { key: found.key, row }),
            Some(found) => {
                asked.push(Asked::Select(Some(found.block)));
                None
            }
            None => None,
        };
    }

    /// Where the comment stands in the text that keys stand on.
    pub(in crate::ui) fn note_span(&self) -> Option<Span> {
        self.standing_note(self.sheet.rows()).map(|(note, _)| note.span)
    }

    /// The comment that keys stand on, and its row.
    pub(super) fn standing_note<'r>(&self, rows: &'r [Row]) -> Option<(&'r Note, usize)> {
        let on = self.on_note?;
        let row = rows.get(on.row).filter(|row| row.key == on.key)?;
        Some((note_of(row)?, on.row))
    }

    /// Does to a comment what is done to blocks, as far as that can be.
    pub(super) fn perform_on_note(
        &mut self,
        ui: &Ui,
        shown: &Shown<'_>,
        rows: &[Row],
        (note, index): (&Note, usize),
        action: BlockAction,
        asked: &mut Vec<Asked>,
    ) {
        let many = matches!(note.kind, NoteKind::More(_));
        match action {
            BlockAction::Edit | BlockAction::Note => self.note_clicked(shown, note, index, asked),
            BlockAction::CommentIn | BlockAction::CommentOut if note.kind == NoteKind::LeftOut => {
                self.note_clicked(shown, note, index, asked);
            }
            BlockAction::Delete if !many => drop(self.change(shown, &BlockChange::DeleteNote(note.span), asked)),
            BlockAction::Copy if !many => ui.ctx().copy_text(copied_note(shown.text, note.span)),
            BlockAction::Cut if !many => {
                ui.ctx().copy_text(copied_note(shown.text, note.span));
                self.change(shown, &BlockChange::DeleteNote(note.span), asked);
            }
            BlockAction::Move if !many => {
                self.moving = Moving::begin(shown.document, shown.scenario, rows, Taken::Note(note.span));
                if self.moving.is_none() {
                    words::NO_PLACE.get(shown.lang).clone_into(&mut self.said);
                }
            }
            _ => words::NOT_A_BLOCK.get(shown.lang).clone_into(&mut self.said),
        }
    }

    /// Whether an action means something to a comment.
    pub(super) const fn is_for_notes(action: BlockAction) -> bool {
        matches!(
            action,
            BlockAction::Edit
                | BlockAction::Note
                | BlockAction::CommentIn
                | BlockAction::CommentOut
                | BlockAction::Delete
                | BlockAction::Copy
                | BlockAction::Cut
                | BlockAction::Move
        )
    }

    /// The place for new blocks of these kinds next to the comment that keys stand on.
    pub(super) fn next_to_note(&self, shown: &Shown<'_>, kinds: &[Kind]) -> Option<Slot> {
        let rows = self.sheet.rows();
        let (_, row) = self.standing_note(rows)?;
        #[expect(clippy::cast_precision_loss, reason = "some thousand rows at most")]
        let at = (row as f32 + 1.0, rows[row].inside.len() as f32);
        Some(nearest(shown.scenario, rows, at, &|slot| fits(shown.scenario, kinds, slot))?.slot)
    }
}

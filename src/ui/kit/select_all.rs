//! A field that begins with its text selected: what is typed takes its place.

use egui::text::{CCursor, CCursorRange};
use egui::{Id, TextEdit, Ui};

/// Selects all of `text` in the field of this name.
pub(in crate::ui) fn select_all(ui: &Ui, field: Id, text: &str) {
    select_from(ui, field, text, 0);
}

/// Selects `text` from the byte `from` on.
pub(in crate::ui) fn select_from(ui: &Ui, field: Id, text: &str, from: usize) {
    let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
    let [start, end] = [from, text.len()].map(|at| CCursor::new(text[..at].chars().count()));
    state.cursor.set_char_range(Some(CCursorRange::two(start, end)));
    state.store(ui.ctx(), field);
}

//! A field that begins with all of its text selected: what is typed takes its place.

use egui::text::{CCursor, CCursorRange};
use egui::{Id, TextEdit, Ui};

/// Selects all of `text` in the field of this name.
pub(in crate::ui) fn select_all(ui: &Ui, field: Id, text: &str) {
    let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
    let end = CCursor::new(text.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::default(), end)));
    state.store(ui.ctx(), field);
}

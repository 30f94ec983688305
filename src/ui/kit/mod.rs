//! What panels are drawn with: their colours and words by role, signs, tables, the time axis, what is said where nothing is shown.

pub mod asked;
pub(in crate::ui) mod elide;
pub(in crate::ui) mod focus_ring;
pub(in crate::ui) mod hint;
pub(in crate::ui) mod key_order;
#[cfg(test)]
pub(in crate::ui) mod panel_desk;
pub(in crate::ui) mod panel_signs;
pub(in crate::ui) mod panel_table;
pub(in crate::ui) mod panel_theme;
pub(in crate::ui) mod panel_words;
pub(in crate::ui) mod select_all;
pub(in crate::ui) mod time_axis;
pub(in crate::ui) mod tip;

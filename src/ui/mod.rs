//! The window's panels: each draws what it is shown and asks for what the user wants; nothing here changes the document or a run.
//! Does not open a window; `app` does.

mod blocks;
mod blocks_tile;
mod cores;
mod cores_strip;
mod editor;
mod editor_buffer;
mod editor_layout;
mod editor_marks;
mod editor_viewer;
pub mod fonts;
mod locks;
#[cfg(test)]
mod panel_desk;
mod panel_signs;
mod panel_table;
mod panel_theme;
mod panel_words;
pub mod panels;
mod problems;
mod tasks;
mod time_axis;

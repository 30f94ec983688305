//! The window's panels.

mod blocks;
mod blocks_tile;
mod cores;
mod cores_strip;
mod editor;
mod editor_buffer;
mod editor_layout;
mod editor_marks;
#[cfg(test)]
mod editor_viewer;
pub mod fonts;
mod locks;
#[cfg(test)]
mod panel_desk;
mod panel_signs;
mod panel_table;
mod panel_theme;
mod panel_words;
mod problems;
mod tasks;
mod time_axis;

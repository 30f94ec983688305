//! The window's panels: each draws what it is shown and asks for what the user wants; nothing here changes the document or a run.
//! Does not open a window; `app` does.

pub mod asked;
mod blocks;
pub mod command;
mod command_palette;
mod cores;
mod cores_strip;
pub mod desk;
mod dialogs;
mod editor;
mod elide;
mod focus;
pub mod fonts;
mod help;
mod hint;
mod history;
pub mod i18n;
pub mod keys;
pub mod layout;
mod levels;
mod library;
mod locks;
mod menu;
mod output;
#[cfg(test)]
mod panel_desk;
mod panel_signs;
mod panel_table;
mod panel_theme;
mod panel_words;
pub mod panels;
mod problems;
mod processes;
mod run_bar;
pub mod state;
mod status;
mod tasks;
pub mod theme;
mod time_axis;
mod variables;
mod verdict;
mod welcome;

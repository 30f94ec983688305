//! The window's panels: each draws what it is shown and asks for what the user wants; nothing here changes the document or a run.
//! Does not open a window; `app` does.

pub mod command;
pub mod desk;
pub mod fonts;
pub mod i18n;
pub mod keys;
pub mod kit;
pub mod layout;
pub mod panels;
pub mod state;
pub mod theme;

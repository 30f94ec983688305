//! The window's panels.

mod editor_buffer;
mod editor_layout;

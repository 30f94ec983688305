//! The window's panels.

mod cores_strip;
mod editor;
mod editor_buffer;
mod editor_layout;
mod editor_marks;
mod time_axis;

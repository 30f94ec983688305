//! Draw plans: what each panel shows, decided before anything is painted. Pure data in, pure data out, testable as text.
//! Knows no egui, no colour and no engine; `ui` paints what stands here and decides nothing.

pub mod axis;
pub mod blocks;
pub mod comparison;
pub mod contention;
pub mod cores;
pub mod figure;
pub mod gaps;
pub mod levels;
pub mod lines;
pub mod locks;
pub mod processes;
pub mod tasks;
pub mod variables;

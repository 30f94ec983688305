//! What helps while a text is written: what may come next, what stands at a place, where a name is declared and used.
//! Works on the text as it is, whether it parses or not. Changes nothing: it answers with edits.

mod completion;
mod functions;
mod hover;
pub mod mentions;
mod pieces;
mod spot;
pub mod symbols;

pub use completion::{Completion, Item, ItemKind, complete};
pub use hover::{Hover, hover};
pub use symbols::{Symbol, What, rename, rename_label, symbol_at};

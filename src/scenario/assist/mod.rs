//! What helps while a text is written: what may come next, what stands at a place, where a name is declared and used.
//! Works on the text as it is, whether it parses or not. Changes nothing: it answers with edits.

pub mod mentions;
mod pieces;
pub mod symbols;

pub use symbols::{Symbol, What, rename, symbol_at};

//! What the panels ask for; the window's session does it.

use crate::diagnostic::Span;
use crate::document::edit::Change;
use crate::id::BlockId;
use crate::lang::Words;
use crate::view::axis::TimeView;

/// What a panel asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Change the text: one step of the history.
    Change(Change),
    /// A step back in the document's history.
    Undo,
    /// A step forth.
    Redo,
    /// So many steps of the history are to be done.
    History(usize),
    /// Select this block everywhere.
    Select(Option<BlockId>),
    /// Show this byte of the text and put the caret there.
    Jump(usize),
    /// Show this stretch of the text and select it.
    Mark(Span),
    /// Show this part of the run in every plot.
    Time(TimeView),
    /// What tasks stand in is to be known soon.
    Look,
    /// This is told to the user.
    Told(Words),
}

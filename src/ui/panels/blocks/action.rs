//! What can be done to the selected blocks, by menu, key or command palette: one list for all three. Does none of it.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::words;
use crate::lang::Words;
use crate::scenario::block::Kind;

/// Something to be done to the selected blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockAction {
    /// Edit the first value.
    Edit,
    /// Another name, everywhere.
    Rename,
    /// Choose a new block for the place behind.
    Insert,
    /// Take them up, to be put down elsewhere by keys.
    Move,
    /// A copy behind them.
    Duplicate,
    /// Away with them.
    Delete,
    /// Onto the clipboard, as text.
    Copy,
    /// The same, and away.
    Cut,
    /// From the clipboard.
    Paste,
    /// A new block around them.
    Wrap(Kind),
    /// What is in them instead of them.
    Unwrap,
    /// Keep them without running them, or run them again.
    Disable,
    /// Let the loop go on while it waits, or not.
    Await,
    /// Write about it.
    Note,
    /// Make a comment of them.
    CommentOut,
    /// Make a block again of the comment that is next.
    CommentIn,
    /// A routine instead of them.
    Extract,
    /// Fold the body away, or open it.
    Fold,
    /// All at the top.
    SelectAll,
}

impl BlockAction {
    /// Those of the menu and of the command palette, in order; wrapping is one for each kind.
    pub const ALL: [Self; 18] = [
        Self::Edit,
        Self::Rename,
        Self::Insert,
        Self::Move,
        Self::Duplicate,
        Self::Delete,
        Self::Cut,
        Self::Copy,
        Self::Paste,
        Self::Unwrap,
        Self::Disable,
        Self::Await,
        // Its keys are those of the next one and more: it is asked first.
        Self::CommentIn,
        Self::CommentOut,
        Self::Note,
        Self::Extract,
        Self::Fold,
        Self::SelectAll,
    ];

    /// What it is called.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::Edit => words::EDIT,
            Self::Rename => words::RENAME,
            Self::Insert => words::INSERT,
            Self::Move => words::MOVE,
            Self::Duplicate => words::DUPLICATE,
            Self::Delete => words::DELETE,
            Self::Copy => words::COPY,
            Self::Cut => words::CUT,
            Self::Paste => words::PASTE,
            Self::Wrap(_) => words::WRAP,
            Self::Unwrap => words::UNWRAP,
            Self::Disable => words::DISABLE,
            Self::Await => words::AWAIT,
            Self::Note => words::NOTE,
            Self::CommentOut => words::COMMENT_OUT,
            Self::CommentIn => words::COMMENT_IN,
            Self::Extract => words::EXTRACT,
            Self::Fold => words::FOLD,
            Self::SelectAll => words::SELECT_ALL,
        }
    }

    /// The keys that ask for it while the blocks have the focus. Those of the clipboard come as events of their own.
    #[must_use]
    pub const fn keys(self) -> Option<KeyboardShortcut> {
        let (modifiers, key) = match self {
            Self::Edit => (Modifiers::NONE, Key::Enter),
            Self::Rename => (Modifiers::NONE, Key::F2),
            Self::Insert => (Modifiers::NONE, Key::Insert),
            Self::Move => (Modifiers::NONE, Key::M),
            Self::Duplicate => (Modifiers::COMMAND, Key::D),
            Self::Delete => (Modifiers::NONE, Key::Delete),
            Self::Copy => (Modifiers::COMMAND, Key::C),
            Self::Cut => (Modifiers::COMMAND, Key::X),
            Self::Paste => (Modifiers::COMMAND, Key::V),
            Self::Unwrap => (Modifiers::COMMAND, Key::U),
            Self::Disable => (Modifiers::COMMAND, Key::E),
            Self::Await => (Modifiers::NONE, Key::A),
            Self::Note => (Modifiers::NONE, Key::Slash),
            Self::CommentOut => (Modifiers::COMMAND, Key::Slash),
            Self::CommentIn => (Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Slash),
            Self::Extract => (Modifiers::COMMAND, Key::R),
            Self::Fold => (Modifiers::NONE, Key::Space),
            Self::SelectAll => (Modifiers::COMMAND, Key::A),
            Self::Wrap(_) => return None,
        };
        Some(KeyboardShortcut::new(modifiers, key))
    }

    /// Whether it changes the text: not while that cannot be read.
    #[must_use]
    pub const fn changes(self) -> bool {
        !matches!(self, Self::Copy | Self::Fold | Self::SelectAll)
    }

    /// Whether it needs a block to be done to.
    #[must_use]
    pub const fn needs_block(self) -> bool {
        !matches!(self, Self::Insert | Self::Paste | Self::SelectAll | Self::CommentIn)
    }
}

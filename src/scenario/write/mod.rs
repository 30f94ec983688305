//! A change of blocks as a change of the text: what a drag, a field or a menu means for the file, in edits that touch nothing else.
//! Comments, blank lines, order and spelling stay byte for byte. Applies nothing: whoever owns the document does, as one step of undo.

mod argument;
mod awaiting;
mod comment;
mod compose;
mod extract;
mod fragment;
mod insert;
mod label;
mod layout;
mod note;
mod rename;
mod retype;
mod skeleton;
mod take;
mod wrap;

#[cfg(test)]
mod tests;

pub use argument::{check_argument, typed, values};
pub use comment::{Commented, commented, commented_in};
pub use extract::proposed_name;
pub use fragment::kinds;
pub use label::{inserted, subject};
pub use note::{NoteAt, copied_note};
pub use rename::{free_name, name_of, names_at};
pub use retype::head;
pub use skeleton::{skeleton, wrappers};
pub use take::{copied, is_inside};

use super::block::{Body, Kind, Place};
use super::{Block, Scenario, read};
use crate::diagnostic::Span;
use crate::document::Document;
use crate::document::edit::{Change, Edit};
use crate::id::BlockId;

/// What is to become of the blocks. Ids are those of the reading of the very text that is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockChange {
    /// This text comes at a place; names it declares are made unique.
    Insert {
        /// Where.
        slot: Slot,
        /// What: nodes as in a file, their first line at the left edge.
        text: String,
    },
    /// Blocks go to another place, in the order of the text.
    Move {
        /// Which.
        blocks: Vec<BlockId>,
        /// Where.
        slot: Slot,
    },
    /// Blocks go, with all in them and with the comments that are theirs.
    Delete(Vec<BlockId>),
    /// A copy of neighbouring blocks comes behind them.
    Duplicate(Vec<BlockId>),
    /// A parameter gets a value.
    Set {
        /// Of which block.
        block: BlockId,
        /// Which: an index into its kind's parameters.
        parameter: usize,
        /// Which of its values, for a parameter that takes many.
        nth: usize,
        /// The property's spelling, for one that has several: `timeout-ms`.
        spelling: Option<String>,
        /// As a user types it, without the file's quotes.
        text: String,
    },
    /// The line of a block, up to its braces, is another one.
    Retype {
        /// Which.
        block: BlockId,
        /// As it is written in a file.
        text: String,
    },
    /// A parameter is left out again.
    Clear {
        /// Of which block.
        block: BlockId,
        /// Which.
        parameter: usize,
        /// Which of its values, for a parameter that takes many.
        nth: usize,
    },
    /// A name is another one, where it is declared and wherever it is used.
    Rename {
        /// Whose: a byte of the text where it stands.
        at: usize,
        /// The new one.
        to: String,
    },
    /// Neighbouring blocks go into the body of a new one.
    Wrap {
        /// Which.
        blocks: Vec<BlockId>,
        /// What around them.
        kind: Kind,
    },
    /// Blocks are replaced by what is in them.
    Unwrap(Vec<BlockId>),
    /// Blocks stay in the file, but do not run.
    Disable(Vec<BlockId>),
    /// Blocks await what they wait for, or all of them do not any more.
    Await(Vec<BlockId>),
    /// Blocks become a comment.
    CommentOut(Vec<BlockId>),
    /// A node that is a comment becomes a block again.
    CommentIn(Span),
    /// A comment gets this text; none takes it away.
    Note {
        /// Which.
        at: NoteAt,
        /// What it says, without what makes it a comment.
        text: String,
    },
    /// A comment, or a block that is one, goes.
    DeleteNote(Span),
    /// A comment, or a block that is one, goes to another place: not between a block's clauses.
    MoveNote {
        /// Which.
        span: Span,
        /// Where.
        slot: Slot,
    },
    /// Neighbouring blocks become a routine, called where they stood.
    Extract {
        /// Which.
        blocks: Vec<BlockId>,
        /// What the routine is called.
        name: String,
    },
}

/// A place between blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// In what.
    pub home: Home,
    /// Before the so-many-th of its blocks; behind all of them if there are just as many.
    pub at: usize,
}

/// What has places for blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// The file.
    Top,
    /// A block's braces.
    Body(BlockId),
    /// What belongs to a block and follows it: `else` to `if`.
    Clauses(BlockId),
}

/// A change of blocks as one of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// One step of the history.
    pub change: Change,
    /// Where the words of the blocks, or the comments, begin that the change was about, in the text afterwards.
    pub words: Vec<usize>,
}

/// Why a change cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There is no such block, parameter or place any more.
    Gone,
    /// Such a block does not go there.
    Misplaced,
    /// A text to be pasted cannot be read.
    Unreadable,
    /// A text is not the line of one block.
    NoLine,
    /// The blocks do not stand side by side.
    Scattered,
    /// Not a name.
    BadName,
    /// A name that something else has.
    TakenName,
    /// A place behind one that is still empty, or before one that is not.
    OutOfTurn,
    /// It has no name to change.
    Nameless,
    /// `break`, `continue`, `return` or `raise` would leave something else than now.
    LeavesBlocks,
    /// More than one local would have to come out.
    ManyResults,
    /// It has no body.
    Bodiless,
    /// It does not wait, or cannot but await.
    NothingToAwait,
}

/// The edits that make `change` of the blocks of `document`.
///
/// # Errors
/// When it cannot be made; the text stays as it is.
pub fn write(document: &Document, change: &BlockChange) -> Result<Rewrite, Refusal> {
    let mut draft = Draft::new(document);
    let label = label::label(&draft.scenario, document.text(), change);
    let words = match change {
        BlockChange::Insert { slot, text } => insert::insert(&mut draft, *slot, text)?,
        BlockChange::Move { blocks, slot } => take::move_to(&mut draft, blocks, *slot)?,
        BlockChange::Delete(blocks) => take::delete(&mut draft, blocks)?,
        BlockChange::Duplicate(blocks) => take::duplicate(&mut draft, blocks)?,
        BlockChange::Set { block, parameter, nth, spelling, text } => {
            argument::set(&mut draft, *block, *parameter, *nth, spelling.as_deref(), text)?
        }
        BlockChange::Retype { block, text } => retype::retype(&mut draft, *block, text)?,
        BlockChange::Clear { block, parameter, nth } => argument::clear(&mut draft, *block, *parameter, *nth)?,
        BlockChange::Rename { at, to } => rename::rename(&mut draft, *at, to)?,
        BlockChange::Wrap { blocks, kind } => wrap::wrap(&mut draft, blocks, *kind)?,
        BlockChange::Unwrap(blocks) => wrap::unwrap(&mut draft, blocks)?,
        BlockChange::Disable(blocks) => wrap::wrap(&mut draft, blocks, Kind::Disabled)?,
        BlockChange::Await(blocks) => awaiting::toggle(&mut draft, blocks)?,
        BlockChange::CommentOut(blocks) => comment::out(&mut draft, blocks)?,
        BlockChange::CommentIn(span) => comment::back(&mut draft, *span)?,
        BlockChange::Note { at, text } => note::note(&mut draft, *at, text)?,
        BlockChange::DeleteNote(span) => note::delete(&mut draft, *span)?,
        BlockChange::MoveNote { span, slot } => note::move_to(&mut draft, *span, *slot)?,
        BlockChange::Extract { blocks, name } => extract::extract(&mut draft, blocks, name)?,
    };
    let change = Change::new(label, compose::composed(document.text(), &draft.edits));
    Ok(Rewrite { change, words })
}

/// Whether blocks of these kinds may stand at `slot`, which need not exist.
#[must_use]
pub fn fits(scenario: &Scenario, kinds: &[Kind], slot: Slot) -> bool {
    let in_home = |kind: &Kind| match (slot.home, kind.info().place) {
        (Home::Clauses(owner), Place::Clause(_)) => find(scenario, owner).is_some_and(|owner| clause_fits(owner, *kind, slot.at)),
        (Home::Clauses(_), _) | (_, Place::Clause(_)) => false,
        (Home::Top, place) => matches!(place, Place::Top | Place::Anywhere),
        (Home::Body(parent), place) => match find(scenario, parent).map(|parent| (parent.kind, parent.kind.info().body)) {
            // In what nobody knows anything may stand, and what nobody knows in anything.
            Some((Kind::Unknown, _)) => find(scenario, parent).is_some_and(|parent| parent.braces.is_some()),
            Some((Kind::Disabled, _)) if is_at_top(scenario, parent) => matches!(place, Place::Top | Place::Anywhere),
            Some((Kind::Process, _)) if kind.is_declared_inside() => true,
            Some((_, Body::Statements | Body::Optional)) => matches!(place, Place::Statement | Place::Anywhere),
            Some((_, Body::Header)) => place == Place::Header || *kind == Kind::Unknown,
            Some((_, Body::Never)) | None => false,
        },
    };
    !kinds.is_empty() && kinds.iter().all(in_home)
}

/// What a block stands for where places are asked for: itself, and all that is disabled in it.
#[must_use]
pub fn kinds_in(block: &Block) -> Vec<Kind> {
    let inner = block.body.iter().filter(|_| block.kind == Kind::Disabled).flat_map(kinds_in);
    std::iter::once(block.kind).chain(inner).collect()
}

/// Whether a clause may come before the `at`-th clause of `owner`.
fn clause_fits(owner: &Block, kind: Kind, at: usize) -> bool {
    let Place::Clause(owners) = kind.info().place else { return false };
    let may_follow = |last: Kind, kind: Kind| {
        let Place::Clause(owners) = kind.info().place else { return false };
        owners.contains(&last) || (owners.contains(&owner.kind) && !matches!(last, Kind::Else | Kind::Finally))
    };
    let before = at.checked_sub(1).and_then(|before| owner.clauses.get(before)).map_or(owner.kind, |clause| clause.kind);
    owners.contains(&owner.kind)
        && may_follow(before, kind)
        && owner.clauses.get(at).is_none_or(|next| may_follow(kind, next.kind))
}

fn is_at_top(scenario: &Scenario, block: BlockId) -> bool {
    scenario.blocks.iter().any(|top| top.id == block || (top.kind == Kind::Disabled && is_disabled_top(top, block)))
}

fn is_disabled_top(outer: &Block, block: BlockId) -> bool {
    outer.body.iter().any(|inner| inner.id == block || (inner.kind == Kind::Disabled && is_disabled_top(inner, block)))
}

/// The block of that number.
#[must_use]
pub fn find(scenario: &Scenario, id: BlockId) -> Option<&Block> {
    find_in(&scenario.blocks, id)
}

/// Numbers grow in the order of the text, so only one block at each level can hold it.
fn find_in(blocks: &[Block], id: BlockId) -> Option<&Block> {
    let block = blocks.partition_point(|block| block.id <= id).checked_sub(1).and_then(|at| blocks.get(at))?;
    if block.id == id {
        return Some(block);
    }
    match block.clauses.first() {
        Some(clause) if clause.id <= id => find_in(&block.clauses, id),
        _ => find_in(&block.body, id),
    }
}

/// The block whose word begins at a byte of the text.
#[must_use]
pub fn at_word(scenario: &Scenario, word: usize) -> Option<BlockId> {
    let mut found = None;
    scenario.walk(&mut |block| found = found.or((block.word.start == word).then_some(block.id)));
    found
}

/// Where a block stands.
#[must_use]
pub fn slot_of(scenario: &Scenario, id: BlockId) -> Option<Slot> {
    slot_in(&scenario.blocks, Home::Top, id)
}

fn slot_in(blocks: &[Block], home: Home, id: BlockId) -> Option<Slot> {
    let at = blocks.partition_point(|block| block.id <= id).checked_sub(1)?;
    let block = blocks.get(at)?;
    if block.id == id {
        return Some(Slot { home, at });
    }
    match block.clauses.first() {
        Some(clause) if clause.id <= id => slot_in(&block.clauses, Home::Clauses(block.id), id),
        _ => slot_in(&block.body, Home::Body(block.id), id),
    }
}

/// The blocks of a home, in order.
fn blocks_of(scenario: &Scenario, home: Home) -> Option<&[Block]> {
    match home {
        Home::Top => Some(&scenario.blocks),
        Home::Body(parent) => find(scenario, parent).map(|parent| parent.body.as_slice()),
        Home::Clauses(owner) => find(scenario, owner).map(|owner| owner.clauses.as_slice()),
    }
}

/// Without those that stand inside others of them; in the order of the text.
#[must_use]
pub fn outermost(scenario: &Scenario, blocks: &[BlockId]) -> Vec<BlockId> {
    let mut all = blocks.to_vec();
    all.sort_unstable();
    all.dedup();
    let mut kept: Vec<BlockId> = Vec::new();
    let mut end = 0;
    for id in all {
        let Some(block) = find(scenario, id) else { continue };
        if kept.is_empty() || block.span.start >= end {
            kept.push(id);
            end = block.clauses.last().map_or(block.span.end, |clause| clause.span.end);
        }
    }
    kept
}

/// A document on the way to its new text, and the edits so far.
struct Draft {
    document: Document,
    scenario: Scenario,
    edits: Vec<Edit>,
}

impl Draft {
    fn new(document: &Document) -> Self {
        Self { document: document.clone(), scenario: read::read(document).value, edits: Vec::new() }
    }

    fn text(&self) -> &str {
        self.document.text()
    }

    /// Applies edits that are all in terms of the text as it is now, and reads it again.
    fn apply(&mut self, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
        for edit in edits {
            self.document.apply(&edit);
            self.edits.push(edit);
        }
        self.scenario = read::read(&self.document).value;
    }

    fn block(&self, id: BlockId) -> Result<&Block, Refusal> {
        find(&self.scenario, id).ok_or(Refusal::Gone)
    }

    /// Where the words of `count` blocks begin that stand at `slot`.
    fn words(&self, slot: Slot, count: usize) -> Vec<usize> {
        let blocks = blocks_of(&self.scenario, slot.home).unwrap_or_default();
        blocks.iter().skip(slot.at).take(count).map(|block| block.word.start).collect()
    }
}

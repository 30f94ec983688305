//! The rows of a scenario, kept from text to text: a stretch of the text that says what it said has the rows it had, at its new
//! place. How rows are made of blocks is the room's `Rows`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::note::Notes;
use super::{Key, Row, Rows, What};
use crate::diagnostic::Span;
use crate::id::BlockId;
use crate::scenario::Scenario;
use crate::scenario::block::Kind;

/// Rows, and which stretches of the text they were made of.
#[derive(Debug, Default)]
pub struct Sheet {
    rows: Arc<Vec<Row>>,
    pieces: Vec<Piece>,
    folded: BTreeSet<Key>,
}

/// A stretch from the beginning of a top-level block to that of the next, or before the first.
#[derive(Debug)]
struct Piece {
    text: String,
    start: usize,
    /// The number of its block.
    first: u32,
    /// The block that follows, if one does: comments above it are in this stretch.
    next: Option<Kind>,
    /// How many rows it has.
    rows: usize,
    /// What is counted in the keys of its outermost rows.
    counted: Vec<(u64, u64)>,
}

/// A stretch that rows are to be had of.
struct Stretch {
    span: Span,
    /// The block it begins with, an index.
    block: Option<usize>,
    first: u32,
    next: Option<(BlockId, Kind)>,
}

impl Sheet {
    /// The rows, from top to bottom.
    #[must_use]
    pub const fn rows(&self) -> &Arc<Vec<Row>> {
        &self.rows
    }

    /// Brings them up to date. `text` is the one the scenario was read from; `folded` are the blocks whose bodies are closed.
    pub fn follow(&mut self, scenario: &Scenario, text: &str, folded: &BTreeSet<Key>) {
        if self.folded != *folded {
            *self = Self { folded: folded.clone(), ..Self::default() };
        }
        let stretches = stretches(scenario, text);
        let last = scenario.blocks.last().map_or((BlockId::default(), Kind::Scenario), |block| (block.id, block.kind));
        let same = |(piece, stretch): &(&Piece, &Stretch)| {
            piece.next == stretch.next.map(|(_, kind)| kind) && Some(piece.text.as_str()) == text.get(stretch.span.range())
        };
        let old = std::mem::take(&mut self.pieces);
        let head = old.iter().zip(&stretches).take_while(same).count();
        let tail = old[head..].iter().rev().zip(stretches[head..].iter().rev()).take_while(same).count();
        let (old_tail, new_tail) = (old.len() - tail, stretches.len() - tail);

        let mut rows = Arc::unwrap_or_clone(std::mem::take(&mut self.rows)).into_iter();
        let mut done = Vec::with_capacity(rows.len());
        let mut seen = BTreeMap::new();
        let mut old = old.into_iter();
        for (index, stretch) in stretches.iter().enumerate() {
            if index == new_tail {
                let gone = old.by_ref().take(old_tail - head).map(|piece| piece.rows).sum();
                skip(&mut rows, gone);
            }
            let kept = if index < head || index >= new_tail { old.next() } else { None };
            match kept {
                Some(mut piece) if count(&mut seen, &piece.counted) => {
                    let way = ((piece.start, stretch.span.start), (piece.first, stretch.first));
                    (piece.start, piece.first) = (stretch.span.start, stretch.first);
                    let is_moved = way.0.0 != way.0.1 || way.1.0 != way.1.1;
                    done.extend(rows.by_ref().take(piece.rows).map(|row| if is_moved { carried(row, way) } else { row }));
                    self.pieces.push(piece);
                }
                kept => {
                    skip(&mut rows, kept.map_or(0, |piece| piece.rows));
                    let before = done.len();
                    let notes = Notes::of(text, stretch.span);
                    let made = Rows { text, folded, seen, done, notes, off: 0, counted: Vec::new() };
                    // What stands behind all blocks goes with the last.
                    let made = made.stretch(scenario, stretch.block, stretch.next.unwrap_or(last), stretch.span.end);
                    (done, seen) = (made.done, made.seen);
                    self.pieces.push(Piece {
                        text: text.get(stretch.span.range()).unwrap_or_default().to_owned(),
                        start: stretch.span.start,
                        first: stretch.first,
                        next: stretch.next.map(|(_, kind)| kind),
                        rows: done.len() - before,
                        counted: made.counted,
                    });
                }
            }
        }
        self.rows = Arc::new(done);
    }
}

fn stretches(scenario: &Scenario, text: &str) -> Vec<Stretch> {
    let blocks = &scenario.blocks;
    let at = |index: usize| blocks.get(index).map_or(text.len(), |block| block.span.start);
    let next = |index: usize| blocks.get(index).map(|block| (block.id, block.kind));
    let first = Stretch { span: Span::new(0, at(0)), block: None, first: 0, next: next(0) };
    let behind = blocks.iter().enumerate().map(|(index, block)| Stretch {
        span: Span::new(block.span.start, at(index + 1)),
        block: Some(index),
        first: block.id.0,
        next: next(index + 1),
    });
    std::iter::once(first).chain(behind).collect()
}

/// Counts what is alike as it was counted; whether each has the number it had. Where not, nothing is counted.
fn count(seen: &mut BTreeMap<u64, u64>, counted: &[(u64, u64)]) -> bool {
    let mut fits = true;
    for (alike, nth) in counted {
        let now = seen.entry(*alike).or_default();
        *now += 1;
        fits &= *now == *nth;
    }
    for (alike, _) in counted.iter().filter(|_| !fits) {
        *seen.entry(*alike).or_default() -= 1;
    }
    fits
}

fn skip(rows: &mut std::vec::IntoIter<Row>, count: usize) {
    rows.take(count).for_each(drop);
}

/// A row whose stretch began at one byte, its block at one number, and begins at another each now.
fn carried(row: Row, ((from, to), (old, new)): ((usize, usize), (u32, u32))) -> Row {
    let note = |note: super::Note| super::Note { span: note.span.carried(from, to), ..note };
    let what = match row.what {
        What::Note(its) => What::Note(note(its)),
        what => what,
    };
    Row { block: BlockId(row.block.0 - old + new), span: row.span.carried(from, to), what, note: row.note.map(note), ..row }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rows;
    use super::*;
    use crate::document::Document;
    use crate::document::edit::Edit;

    const TEXT: &str = "// head\nlock a // one\nlock a\n// x\nthread t { // y\n    if a { } // z\n    // in\n    sleep ms=1; sleep ms=1\n}\n// x\nlock a\n/-lock c\nmain { /* d */ loop { break } } /* e\n f */\n// g\n// h\n";

    #[test]
    fn comments_behind_the_last_block_go_with_the_one_that_comes_behind_them() {
        let mut sheet = Sheet::default();
        for text in ["a\n// x\n", "a\n// x\na\n", "a\n// x\n"] {
            let scenario = crate::scenario::load(text).value;
            sheet.follow(&scenario, text, &BTreeSet::new());
            assert_eq!(**sheet.rows(), rows(&scenario, text, &BTreeSet::new()), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn rows_that_follow_the_text_are_those_made_anew(
            folds in any::<bool>(),
            edits in proptest::collection::vec((0usize..300, 0usize..40, "|a|\\n|\\nlock a\\n|\\n// x\\n|// c\\n|1|lock a // one\\n|/-"), 1..12),
        ) {
            let mut document = Document::new(TEXT);
            let (mut sheet, mut folded) = (Sheet::default(), BTreeSet::new());
            for (start, length, with) in edits {
                let start = start.min(document.text().len());
                let end = (start + length).min(document.text().len());
                document.apply(&Edit::new(Span::new(start, end), with));
                let scenario = crate::scenario::read_only(&document);
                sheet.follow(&scenario, document.text(), &folded);
                let fresh = rows(&scenario, document.text(), &folded);
                prop_assert_eq!(&**sheet.rows(), &fresh, "{}", document.text());
                let keys: BTreeSet<Key> = fresh.iter().map(|row| row.key).collect();
                prop_assert_eq!(keys.len(), fresh.len(), "each row has a key of its own");
                if folds {
                    folded.extend(fresh.iter().filter(|row| row.kind == Kind::Thread).map(|row| row.key));
                }
            }
        }
    }
}

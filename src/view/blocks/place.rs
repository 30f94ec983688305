//! Where a block may go: the places between rows, the one nearest to a point, the one that follows a selected block.

use std::collections::BTreeSet;

use super::{Fold, Row, What};
use crate::id::BlockId;
use crate::scenario::Scenario;
use crate::scenario::block::{Body, Kind};
use crate::scenario::write::{Home, Slot, find, fits, slot_of};

/// A place between two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The row it is before; the number of rows for the last.
    pub row: usize,
    /// How deep a block would stand there.
    pub depth: usize,
    /// The place in the scenario.
    pub slot: Slot,
}

/// The places before the `row`-th row, the deepest first.
fn gaps_before(scenario: &Scenario, rows: &[Row], row: usize) -> Vec<Gap> {
    let gap = |depth: usize, home: Home, at: usize| Gap { row, depth, slot: Slot { home, at } };
    let is_note = |row: &Row| matches!(row.what, What::Note(_));
    let directly = row.checked_sub(1).and_then(|above| rows.get(above));
    // A comment goes with what it stands above: the place before that is above the comment.
    let follows = |note: &Row| rows.get(row).is_some_and(|next| next.inside.len() == note.inside.len());
    if directly.is_some_and(|above| is_note(above) && follows(above)) {
        return gaps_before(scenario, rows, row - 1);
    }
    let Some(above) = rows[..row].iter().rev().find(|row| !is_note(row)) else { return vec![gap(0, Home::Top, 0)] };
    let depth = above.inside.len();
    if above.what == What::Hole {
        let mut gaps = vec![gap(depth, Home::Body(above.block), 0)];
        gaps.extend(behind(scenario, above.block, row, depth - 1));
        return gaps;
    }
    let takes_blocks = match above.kind.info().body {
        Body::Never => false,
        Body::Optional => above.fold == Fold::Open,
        Body::Statements | Body::Header => !matches!(above.fold, Fold::Closed(_)),
    };
    if takes_blocks { vec![gap(depth + 1, Home::Body(above.block), 0)] } else { behind(scenario, above.block, row, depth) }
}

/// The places behind a block and behind all that end with it.
fn behind(scenario: &Scenario, block: BlockId, row: usize, depth: usize) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let (mut block, mut depth) = (block, depth);
    while let (Some(found), Some(slot)) = (find(scenario, block), slot_of(scenario, block)) {
        let (siblings, parent) = match slot.home {
            Home::Clauses(owner) => {
                gaps.push(Gap { row, depth, slot: Slot { home: slot.home, at: slot.at + 1 } });
                if find(scenario, owner).is_none_or(|owner| slot.at + 1 < owner.clauses.len()) {
                    return gaps;
                }
                // Behind the last clause is behind what it belongs to.
                let Some(owners) = slot_of(scenario, owner) else { return gaps };
                gaps.push(Gap { row, depth, slot: Slot { home: owners.home, at: owners.at + 1 } });
                (owners, owners.home)
            }
            Home::Top | Home::Body(_) => {
                gaps.push(Gap { row, depth, slot: Slot { home: Home::Clauses(block), at: 0 } });
                if !found.clauses.is_empty() {
                    return gaps;
                }
                gaps.push(Gap { row, depth, slot: Slot { home: slot.home, at: slot.at + 1 } });
                (slot, slot.home)
            }
        };
        let Home::Body(parent) = parent else { return gaps };
        if find(scenario, parent).is_none_or(|parent| siblings.at + 1 < parent.body.len()) {
            return gaps;
        }
        (block, depth) = (parent, depth - 1);
    }
    gaps
}

/// Every place that `allows` allows, from top to bottom, the deepest first.
#[must_use]
pub fn gaps(scenario: &Scenario, rows: &[Row], allows: &dyn Fn(Slot) -> bool) -> Vec<Gap> {
    let all = (0..=rows.len()).flat_map(|row| gaps_before(scenario, rows, row));
    let mut seen = BTreeSet::new();
    all.filter(|gap| allows(gap.slot) && seen.insert(gap.slot)).collect()
}

/// How many rows further down a place may be that is one level closer.
const ROWS_A_LEVEL: f32 = 0.45;

/// The place nearest to a point, in rows from the top and in levels; only places that `allows` allows.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousand rows")]
pub fn nearest(scenario: &Scenario, rows: &[Row], (down, depth): (f32, f32), allows: &dyn Fn(Slot) -> bool) -> Option<Gap> {
    let start = (down.max(0.0).round() as usize).min(rows.len());
    let mut best: Option<(f32, Gap)> = None;
    for away in 0..=rows.len() {
        let least = (away as f32 - 0.5).max(0.0);
        if best.is_some_and(|(cost, _)| cost < least) {
            break;
        }
        let around = [start.checked_sub(away), Some(start + away).filter(|row| away > 0 && *row <= rows.len())];
        for row in around.into_iter().flatten() {
            for gap in gaps_before(scenario, rows, row) {
                let cost = (row as f32 - down).abs() + (gap.depth as f32 - depth).abs() * ROWS_A_LEVEL;
                let better = best.is_none_or(|(least, _)| cost < least);
                if better && allows(gap.slot) {
                    best = Some((cost, gap));
                }
            }
        }
    }
    best.map(|(_, gap)| gap)
}

/// The place for new blocks of these kinds when `selected` is selected: in it if it is empty, else behind it, else as near as can be.
#[must_use]
pub fn next_to(scenario: &Scenario, kinds: &[Kind], selected: Option<BlockId>) -> Option<Slot> {
    let last = Slot { home: Home::Top, at: scenario.blocks.len() };
    let mut tried = Vec::new();
    let mut around = selected;
    if let Some(block) = selected.and_then(|block| find(scenario, block))
        && block.body.is_empty()
    {
        tried.push(Slot { home: Home::Body(block.id), at: 0 });
    }
    while let Some(block) = around.and_then(|block| find(scenario, block)) {
        let Some(slot) = slot_of(scenario, block.id) else { break };
        tried.push(Slot { home: Home::Clauses(block.id), at: block.clauses.len() });
        tried.push(Slot { at: slot.at + 1, ..slot });
        around = match slot.home {
            Home::Top => None,
            Home::Body(parent) | Home::Clauses(parent) => Some(parent),
        };
    }
    // What fits nowhere around goes inside, and what is declared goes to the end.
    tried.extend(
        selected.and_then(|block| find(scenario, block)).map(|block| Slot { home: Home::Body(block.id), at: block.body.len() }),
    );
    tried.push(last);
    tried.into_iter().find(|slot| fits(scenario, kinds, *slot))
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;

    const TEXT: &str = "lock a\nmain {\n    if a {\n        yield-cpu\n    }\n    else { }\n}\n";

    /// Each place as `row/depth`, for a kind.
    fn check(kind: Kind, expect: &str) {
        let scenario = crate::scenario::load(TEXT).value;
        let rows = rows(&scenario, TEXT, &BTreeSet::new());
        let shown: Vec<_> = gaps(&scenario, &rows, &|slot| fits(&scenario, &[kind], slot))
            .iter()
            .map(|gap| format!("{}/{}", gap.row, gap.depth))
            .collect();
        assert_eq!(shown.join(" "), expect, "{}", kind.info().word);
    }

    #[test]
    fn each_kind_has_the_places_where_it_may_stand() {
        check(Kind::Lock, "0/0 1/0 6/0");
        check(Kind::Sleep, "2/1 3/2 4/2 5/2 6/1");
        check(Kind::Elif, "4/1");
        check(Kind::About, "");
    }

    #[test]
    fn a_comment_goes_with_the_block_below_it() {
        let text = "main {\n    // one\n    yield-cpu\n    // last\n}\n";
        let scenario = crate::scenario::load(text).value;
        let rows = rows(&scenario, text, &BTreeSet::new());
        let shown: Vec<_> = gaps(&scenario, &rows, &|slot| fits(&scenario, &[Kind::Sleep], slot))
            .iter()
            .map(|gap| (gap.row, gap.slot.at))
            .collect();
        assert_eq!(shown, [(1, 0), (3, 1)]);
    }

    #[test]
    fn the_nearest_place_is_the_one_at_the_pointers_depth() {
        let scenario = crate::scenario::load(TEXT).value;
        let rows = rows(&scenario, TEXT, &BTreeSet::new());
        let at = |down: f32, depth: f32| {
            let gap =
                nearest(&scenario, &rows, (down, depth), &|slot| fits(&scenario, &[Kind::Sleep], slot)).expect("there is one");
            (gap.row, gap.depth)
        };
        assert_eq!(at(6.0, 2.0), (6, 2));
        assert_eq!(at(6.0, 1.0), (6, 1));
        assert_eq!(at(0.0, 0.0), (2, 1));
        assert_eq!(at(90.0, 9.0), (6, 2));
    }

    #[test]
    fn a_new_block_goes_into_an_empty_one_or_behind_a_full_one() {
        let scenario = crate::scenario::load(TEXT).value;
        let slot =
            |kind: Kind, selected: u32| next_to(&scenario, &[kind], Some(BlockId(selected))).map(|slot| (slot.home, slot.at));
        assert_eq!(slot(Kind::Sleep, 4), Some((Home::Body(BlockId(4)), 0)));
        assert_eq!(slot(Kind::Sleep, 2), Some((Home::Body(BlockId(1)), 1)));
        assert_eq!(slot(Kind::Lock, 3), Some((Home::Top, 2)));
        assert_eq!(slot(Kind::Elif, 3), None);
        assert_eq!(slot(Kind::Sleep, 0), None);
    }
}

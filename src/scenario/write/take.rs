//! Blocks that go, go elsewhere or are doubled, with the comments that are theirs.

use super::layout::{Layout, dedented};
use super::{Draft, Home, Refusal, Slot, blocks_of, fits, fragment, insert, kinds_in, outermost, rename, slot_of};
use crate::document::edit::Edit;
use crate::id::BlockId;
use crate::scenario::Scenario;
use crate::scenario::block::Kind;

/// Neighbours: from which place, how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) slot: Slot,
    pub(super) count: usize,
}

/// Blocks as runs of neighbours, in the order of the text.
fn runs(scenario: &Scenario, blocks: &[BlockId]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for slot in outermost(scenario, blocks).into_iter().filter_map(|block| slot_of(scenario, block)) {
        match runs.last_mut() {
            Some(run) if run.slot.home == slot.home && run.slot.at + run.count == slot.at => run.count += 1,
            _ => runs.push(Run { slot, count: 1 }),
        }
    }
    runs
}

/// Blocks that stand side by side, and all between them.
pub(super) fn side_by_side(scenario: &Scenario, blocks: &[BlockId]) -> Result<Run, Refusal> {
    let runs = runs(scenario, blocks);
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return Err(Refusal::Gone) };
    if runs.iter().any(|run| run.slot.home != first.slot.home) {
        return Err(Refusal::Scattered);
    }
    Ok(Run { slot: first.slot, count: last.slot.at + last.count - first.slot.at })
}

/// The text of a run, its first line at the left edge.
pub(super) fn text_of(draft: &Draft, layout: &Layout<'_>, run: Run) -> String {
    let blocks = &blocks_of(&draft.scenario, run.slot.home).unwrap_or_default()[run.slot.at..run.slot.at + run.count];
    let unit = match (blocks, run.slot.home) {
        ([first, .., last], Home::Clauses(_)) => layout.unit_of(crate::diagnostic::Span::new(first.span.start, last.span.end)),
        ([first, .., last], _) => layout.unit(first, last),
        ([only], _) => layout.unit(only, only),
        ([], _) => return String::new(),
    };
    dedented(&layout.text[unit.span.range()], layout.indentation(unit.span.start))
}

/// Blocks as text, as they are copied: each run's first line at the left edge.
#[must_use]
pub fn copied(document: &crate::document::Document, blocks: &[BlockId]) -> String {
    let draft = Draft::new(document);
    let layout = Layout::of(draft.text());
    let each = runs(&draft.scenario, blocks).into_iter().map(|run| text_of(&draft, &layout, run));
    each.collect::<Vec<_>>().join("\n")
}

fn removal(draft: &Draft, runs: &[Run]) -> Vec<Edit> {
    let layout = Layout::of(draft.text());
    let each = runs.iter().filter_map(|run| {
        let blocks = blocks_of(&draft.scenario, run.slot.home)?.get(run.slot.at..run.slot.at + run.count)?;
        let unit = layout.unit(blocks.first()?, blocks.last()?);
        Some(Edit { span: layout.without(unit), text: String::new() })
    });
    each.collect()
}

pub(super) fn delete(draft: &mut Draft, blocks: &[BlockId]) -> Result<Vec<usize>, Refusal> {
    let runs = runs(&draft.scenario, blocks);
    let Some(first) = runs.first().copied() else { return Err(Refusal::Gone) };
    let edits = removal(draft, &runs);
    draft.apply(edits);
    // What comes to stand in its place is next, else what stood before it, else what it stood in.
    let next = draft.words(first.slot, 1);
    if !next.is_empty() {
        return Ok(next);
    }
    let parent = match first.slot.home {
        Home::Top => None,
        Home::Body(parent) | Home::Clauses(parent) => draft.block(parent).ok().map(|parent| parent.word.start),
    };
    let before = first.slot.at.checked_sub(1).map(|at| draft.words(Slot { at, ..first.slot }, 1));
    Ok(before.filter(|before| !before.is_empty()).unwrap_or_else(|| parent.into_iter().collect()))
}

pub(super) fn move_to(draft: &mut Draft, blocks: &[BlockId], slot: Slot) -> Result<Vec<usize>, Refusal> {
    let moved = outermost(&draft.scenario, blocks);
    let kinds: Vec<Kind> = moved.iter().filter_map(|id| draft.block(*id).ok()).flat_map(kinds_in).collect();
    let runs = runs(&draft.scenario, &moved);
    let inside = match slot.home {
        Home::Top => false,
        Home::Body(home) | Home::Clauses(home) => is_inside(&draft.scenario, &moved, home),
    };
    if runs.is_empty() {
        return Err(Refusal::Gone);
    }
    if inside || !fits_without(draft, &moved, &kinds, slot) {
        return Err(Refusal::Misplaced);
    }
    if let [run] = runs.as_slice()
        && run.slot.home == slot.home
        && (run.slot.at..=run.slot.at + run.count).contains(&slot.at)
    {
        return Ok(draft.words(run.slot, run.count));
    }
    let text = {
        let layout = Layout::of(draft.text());
        runs.iter().map(|run| text_of(draft, &layout, *run)).collect::<Vec<_>>().join(layout.line_break())
    };
    let target = after_removal(draft, &moved, slot);
    let edits = removal(draft, &runs);
    draft.apply(edits);
    let count = insert::place(draft, target, &text)?;
    Ok(draft.words(target, count))
}

/// Whether the blocks may stand there once they are gone from where they are.
fn fits_without(draft: &Draft, moved: &[BlockId], kinds: &[Kind], slot: Slot) -> bool {
    if let (Home::Clauses(owner), [one], [kind]) = (slot.home, moved, kinds)
        && let Some(from) = slot_of(&draft.scenario, *one)
        && from.home == slot.home
        && let Ok(owner) = draft.block(owner)
    {
        let mut rest = owner.clone();
        rest.clauses.remove(from.at);
        return super::clause_fits(&rest, *kind, if from.at < slot.at { slot.at - 1 } else { slot.at });
    }
    let orphans = moved.iter().filter_map(|id| slot_of(&draft.scenario, *id)).any(|from| matches!(from.home, Home::Clauses(_)));
    (!orphans || moved.len() == 1) && fits(&draft.scenario, kinds, slot)
}

/// Whether `home` is one of the blocks or stands in one.
#[must_use]
pub fn is_inside(scenario: &Scenario, blocks: &[BlockId], home: BlockId) -> bool {
    blocks.iter().any(|id| {
        let mut found = false;
        if let Some(block) = super::find(scenario, *id) {
            block.walk(&mut |inner| found |= inner.id == home);
        }
        found
    })
}

/// The same place once `gone` and all in them are no more.
fn after_removal(draft: &Draft, gone: &[BlockId], slot: Slot) -> Slot {
    let mut all = Vec::new();
    for block in gone.iter().filter_map(|id| draft.block(*id).ok()) {
        block.walk(&mut |inner| all.push(inner.id));
    }
    let below =
        |id: BlockId| u32::try_from(all.iter().filter(|gone| **gone < id).count()).expect("no more than there are blocks");
    let home = match slot.home {
        Home::Top => Home::Top,
        Home::Body(id) => Home::Body(BlockId(id.0 - below(id))),
        Home::Clauses(id) => Home::Clauses(BlockId(id.0 - below(id))),
    };
    let siblings = blocks_of(&draft.scenario, slot.home).unwrap_or_default();
    let at = siblings.iter().take(slot.at).filter(|sibling| !gone.contains(&sibling.id)).count();
    Slot { home, at }
}

pub(super) fn duplicate(draft: &mut Draft, blocks: &[BlockId]) -> Result<Vec<usize>, Refusal> {
    let run = side_by_side(&draft.scenario, blocks)?;
    let text = {
        let layout = Layout::of(draft.text());
        text_of(draft, &layout, run)
    };
    let slot = Slot { at: run.slot.at + run.count, ..run.slot };
    let kinds = fragment::kinds(&text)?;
    if !fits(&draft.scenario, &kinds, slot) {
        return Err(Refusal::Misplaced);
    }
    let text = rename::made_unique(&text, draft.text());
    let count = insert::place(draft, slot, &text)?;
    Ok(draft.words(slot, count))
}

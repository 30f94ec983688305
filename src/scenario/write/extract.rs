//! Neighbouring blocks as a routine of their own: what they read of the locals around them are its parameters, what they bind for
//! later is its result.

use super::layout::{Layout, indented};
use super::rename::{free_name, used_and_bound};
use super::take::{side_by_side, text_of};
use super::{Draft, Home, Refusal, Slot, blocks_of, find, insert, is_inside};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::id::BlockId;
use crate::scenario::assist::mentions::Mentions;
use crate::scenario::block::Kind;
use crate::scenario::check::is_function;
use crate::scenario::{Block, Scenario, is_name};

pub(super) fn extract(draft: &mut Draft, blocks: &[BlockId], name: &str) -> Result<Vec<usize>, Refusal> {
    if !is_name(name) || is_function(name) {
        return Err(Refusal::BadName);
    }
    let run = side_by_side(&draft.scenario, blocks)?;
    if matches!(run.slot.home, Home::Top | Home::Clauses(_)) {
        return Err(Refusal::Misplaced);
    }
    let own = &blocks_of(&draft.scenario, run.slot.home).ok_or(Refusal::Gone)?[run.slot.at..run.slot.at + run.count];
    let first = own.first().ok_or(Refusal::Gone)?;
    let (body, home) = surroundings(&draft.scenario, first.id).ok_or(Refusal::Gone)?;
    if !matches!(body.kind, Kind::Main | Kind::Thread | Kind::Greenlet | Kind::Routine | Kind::Process) {
        return Err(Refusal::Misplaced);
    }
    if own.iter().any(|block| block.kind.is_declared_inside()) {
        return Err(Refusal::Misplaced);
    }
    if own.iter().any(|block| leaves(block, false, false)) {
        return Err(Refusal::LeavesBlocks);
    }
    if free_name(draft.text(), name) != name {
        return Err(Refusal::TakenName);
    }
    let (parameters, results) = ways_in_and_out(draft.text(), body, own);
    let result = match results.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => return Err(Refusal::ManyResults),
    };
    let layout = Layout::of(draft.text());
    let inner = text_of(draft, &layout, run);
    let line_break = layout.line_break();
    let deep = layout.deeper();
    let head: String = std::iter::once(name).chain(parameters.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
    let returned = result.as_ref().map(|local| format!("{line_break}{deep}return {local}")).unwrap_or_default();
    let routine = format!("routine {head} {{{line_break}{deep}{}{returned}{line_break}}}", indented(&inner, deep, line_break));
    let into = result.as_ref().map(|local| format!(" into={local}")).unwrap_or_default();
    let last = own.last().expect("a run has blocks");
    let unit = layout.unit(first, last);
    let call = Edit { span: Span::new(unit.span.start, unit.span.end), text: format!("call {head}{into}") };
    draft.apply(vec![call]);
    insert::place(draft, home, &routine)?;
    Ok(draft.words(home, 1))
}

/// The task or routine that a block stands in, and where a routine is declared that it may call: before it, in the process or in
/// the file that declares it.
fn surroundings(scenario: &Scenario, block: BlockId) -> Option<(&Block, Slot)> {
    let holds = |outer: &Block| is_inside(scenario, &[outer.id], block);
    let top = scenario.blocks.iter().position(holds)?;
    let (body, file) = (&scenario.blocks[top], Slot { home: Home::Top, at: top });
    if body.kind != Kind::Process {
        return Some((body, file));
    }
    let at = body.body.iter().position(holds)?;
    let home = Slot { home: Home::Body(body.id), at };
    let inner = &body.body[at];
    Some((if inner.kind.is_declared_inside() { inner } else { body }, home))
}

/// The locals that blocks need from around them, and those that others need of them.
fn ways_in_and_out(text: &str, body: &Block, own: &[Block]) -> (Vec<String>, Vec<String>) {
    let mentions = Mentions::of(text);
    let start = own.first().map_or(0, |block| block.span.start);
    let end = own.last().map_or(0, |block| block.clauses.last().map_or(block.span.end, |clause| clause.span.end));
    let inside = |span: Span| start <= span.start && span.end <= end;
    let around = |span: Span| body.span.start <= span.start && span.end <= body.span.end && !inside(span);
    let (read, bound) = used_and_bound(&mentions, &inside);
    let (read_around, bound_around) = used_and_bound(&mentions, &around);
    let numbered = matches!(body.kind, Kind::Thread | Kind::Main | Kind::Greenlet | Kind::Process)
        && (body.kind == Kind::Main || body.argument("as").is_none());
    let given = |name: &&String| bound_around.contains(*name) || (numbered && name.as_str() == "index");
    let parameters = read.iter().filter(given).cloned().collect();
    let results = bound.iter().filter(|name| read_around.contains(*name)).cloned().collect();
    (parameters, results)
}

/// Whether a block, moved to a routine, would leave something else than it does now.
fn leaves(block: &Block, in_loop: bool, in_except: bool) -> bool {
    let itself = match block.kind {
        Kind::Return => true,
        Kind::Break | Kind::Continue => !in_loop,
        Kind::Raise => block.arguments.is_empty() && !in_except,
        _ => false,
    };
    let turns = matches!(block.kind, Kind::Repeat | Kind::While | Kind::Loop | Kind::For);
    itself
        || block.body.iter().any(|inner| leaves(inner, in_loop || turns, in_except || block.kind == Kind::Except))
        || block.clauses.iter().any(|clause| leaves(clause, in_loop, in_except))
}

/// The name of the routine that a block's extraction would make: free, and telling of the first block.
#[must_use]
pub fn proposed_name(scenario: &Scenario, text: &str, block: BlockId) -> String {
    let word = find(scenario, block).map_or("step", |block| block.kind.info().word);
    free_name(text, &format!("{}_step", word.replace('-', "_")))
}

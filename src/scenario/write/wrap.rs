//! Blocks that get another around them, and blocks replaced by what is in them. What belonged to a block taken away stays.

use super::layout::{Layout, dedented, indented, is_one_line};
use super::take::{Run, side_by_side, text_of};
use super::{Draft, Home, Refusal, blocks_of, fits, kinds_in, outermost, skeleton, slot_of};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::id::BlockId;
use crate::scenario::Block;
use crate::scenario::block::{Body, Kind};

pub(super) fn wrap(draft: &mut Draft, blocks: &[BlockId], kind: Kind) -> Result<Vec<usize>, Refusal> {
    let run = side_by_side(&draft.scenario, blocks)?;
    let slot = run.slot;
    if matches!(slot.home, Home::Clauses(_)) || !takes_blocks(kind) || !fits(&draft.scenario, &[kind], slot) {
        return Err(Refusal::Misplaced);
    }
    let own = blocks_of(&draft.scenario, slot.home).unwrap_or_default().iter().skip(slot.at).take(run.count);
    let declares = own.clone().any(|block| block.kind.is_declared_inside());
    if (slot.home == Home::Top || declares) && kind != Kind::Disabled {
        return Err(Refusal::Misplaced);
    }
    let wrapper = skeleton(&draft.scenario, draft.text(), kind);
    let (head, tail) = wrapper.split_once('}').unwrap_or((&wrapper, ""));
    let head = head.trim_end().trim_end_matches('{').trim_end();
    let edit = around(draft, run, head, tail);
    draft.apply(vec![edit]);
    Ok(draft.words(slot, 1))
}

fn takes_blocks(kind: Kind) -> bool {
    matches!(kind.info().body, Body::Statements | Body::Optional)
}

/// Writes `head { … }tail` around a run; inside it everything stands one level deeper.
fn around(draft: &Draft, run: Run, head: &str, tail: &str) -> Edit {
    let layout = Layout::of(draft.text());
    let blocks = &blocks_of(&draft.scenario, run.slot.home).unwrap_or_default()[run.slot.at..run.slot.at + run.count];
    let (first, last) = (blocks.first().expect("a run has blocks"), blocks.last().expect("a run has blocks"));
    let unit = layout.unit(first, last);
    let inner = text_of(draft, &layout, run);
    let base = layout.indentation(unit.span.start);
    let line_break = layout.line_break();
    let deep = format!("{base}{}", layout.deeper());
    // A semicolon that a comment follows stands inside the run; one at its very end would stand alone.
    let inline = !(unit.begins_line && unit.ends_line) && is_one_line(&inner);
    let text = if inline {
        format!("{head} {{ {inner} }}{}", tail.replace('\n', "; "))
    } else {
        let body = indented(&inner, &deep, line_break);
        let lead = if unit.begins_line { String::new() } else { format!("{line_break}{base}") };
        format!("{lead}{head} {{{line_break}{deep}{body}{line_break}{base}}}{}", indented(tail, base, line_break))
    };
    let end = if unit.ends_line { unit.semicolon.unwrap_or(unit.span.end) } else { unit.span.end };
    Edit { span: Span::new(unit.span.start, end), text }
}

pub(super) fn unwrap(draft: &mut Draft, blocks: &[BlockId]) -> Result<Vec<usize>, Refusal> {
    let mut outer = outermost(&draft.scenario, blocks);
    outer.reverse();
    if outer.is_empty() {
        return Err(Refusal::Gone);
    }
    let mut words = Vec::new();
    for id in outer {
        words = unwrap_one(draft, id)?;
    }
    Ok(words)
}

fn unwrap_one(draft: &mut Draft, id: BlockId) -> Result<Vec<usize>, Refusal> {
    let slot = slot_of(&draft.scenario, id).ok_or(Refusal::Gone)?;
    let block = draft.block(id)?;
    let bodies: Vec<&Block> = std::iter::once(block).chain(&block.clauses).collect();
    let kept = || bodies.iter().filter(|block| block.kind != Kind::Except).flat_map(|block| &block.body);
    let count = kept().count();
    let kinds: Vec<Kind> = kept().flat_map(kinds_in).collect();
    if block.braces.is_none() || matches!(slot.home, Home::Clauses(_)) {
        return Err(Refusal::Bodiless);
    }
    if !kinds.is_empty() && !fits(&draft.scenario, &kinds, slot) {
        return Err(Refusal::Misplaced);
    }
    let edit = opened(draft, &bodies);
    draft.apply(vec![edit]);
    Ok(draft.words(slot, count))
}

/// What is between the braces of each of these, one behind the other, in place of them.
fn opened(draft: &Draft, bodies: &[&Block]) -> Edit {
    let layout = Layout::of(draft.text());
    let (first, last) = (bodies.first().expect("a block is there"), bodies.last().expect("a block is there"));
    let base = layout.indentation(first.span.start);
    let mut parts = Vec::new();
    for block in bodies {
        // Without its `try` nothing comes to a handler any more: it is kept as a comment.
        if block.kind == Kind::Except {
            parts.push(format!("/-{}", dedented(&layout.text[block.span.range()], base)));
            continue;
        }
        let Some(braces) = block.braces else { continue };
        let inside = &layout.text[braces.start + 1..braces.end - 1];
        let own = inside.split_once('\n').map(|(_, lines)| lines.trim_start_matches(['\r', '\n']));
        let depth = own.map(|lines| &lines[..lines.len() - lines.trim_start_matches([' ', '\t']).len()]);
        let piece = dedented(inside.trim(), depth.unwrap_or_default());
        if !piece.is_empty() {
            parts.push(piece);
        }
    }
    let unit = layout.unit_of(Span::new(first.span.start, last.span.end));
    let inline = !(unit.begins_line && unit.ends_line) && parts.iter().all(|part| is_one_line(part));
    let separator = if inline { "; " } else { layout.line_break() };
    let text = indented(&parts.join(separator), base, layout.line_break());
    if text.is_empty() {
        return Edit { span: layout.without(unit), text };
    }
    // A comment at the end of what was inside would swallow what follows on the line.
    let swallows = !unit.ends_line && text.lines().next_back().is_some_and(|line| line.contains("//"));
    let text = if swallows { format!("{text}{}{base}", layout.line_break()) } else { text };
    Edit { span: Span::new(first.span.start, last.span.end), text }
}

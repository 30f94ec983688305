//! Text that comes between blocks: on lines of its own where its neighbours have theirs, else on their line.

use super::layout::{Layout, Unit, indented, is_one_line};
use super::{Draft, Home, Refusal, Slot, blocks_of, fits, fragment, rename};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::document::token::TokenKind;
use crate::scenario::Block;

pub(super) fn insert(draft: &mut Draft, slot: Slot, text: &str) -> Result<Vec<usize>, Refusal> {
    let text = rename::made_unique(text, draft.text());
    let kinds = fragment::kinds(&text)?;
    if !fits(&draft.scenario, &kinds, slot) {
        return Err(Refusal::Misplaced);
    }
    let count = place(draft, slot, text.trim_end())?;
    Ok(draft.words(slot, count))
}

/// Puts `text` at `slot`; how many blocks came.
pub(super) fn place(draft: &mut Draft, slot: Slot, text: &str) -> Result<usize, Refusal> {
    let before = blocks_of(&draft.scenario, slot.home).ok_or(Refusal::Gone)?.len();
    if slot.at > before {
        return Err(Refusal::Gone);
    }
    if needs_lines(draft, slot, text) {
        let edits = expansion(draft, slot.home);
        draft.apply(edits);
    }
    let edit = edit(draft, slot, text)?;
    draft.apply(vec![edit]);
    let after = blocks_of(&draft.scenario, slot.home).map_or(0, <[Block]>::len);
    Ok(after.saturating_sub(before))
}

/// The neighbours of a place as they stand in the text.
struct Between {
    before: Option<(Unit, bool)>,
    behind: Option<(Unit, bool)>,
}

impl Between {
    fn of(draft: &Draft, layout: &Layout<'_>, slot: Slot) -> Self {
        let blocks = blocks_of(&draft.scenario, slot.home).unwrap_or_default();
        let unit = |block: &Block| (layout.unit(block, block), is_tall(layout, block));
        let own = |block: &Block| (layout.unit_of(block.span), true);
        let clauses = matches!(slot.home, Home::Clauses(_));
        let before = match (slot.at.checked_sub(1), slot.home) {
            (Some(before), _) => blocks.get(before).map(if clauses { &own as &dyn Fn(&Block) -> (Unit, bool) } else { &unit }),
            (None, Home::Clauses(owner)) => draft.block(owner).ok().map(own),
            (None, _) => None,
        };
        Self { before, behind: blocks.get(slot.at).map(unit) }
    }
}

fn is_tall(layout: &Layout<'_>, block: &Block) -> bool {
    block.braces.is_some() || layout.text[block.span.range()].contains('\n')
}

/// Whether what stands in one line has to be given lines before `text` can come.
fn needs_lines(draft: &Draft, slot: Slot, text: &str) -> bool {
    let Home::Body(parent) = slot.home else { return false };
    let Some(braces) = draft.block(parent).ok().and_then(|parent| parent.braces) else { return false };
    let blocks = blocks_of(&draft.scenario, slot.home).unwrap_or_default();
    let inside = &draft.text()[braces.range()];
    let long = || {
        let layout = Layout::of(draft.text());
        layout.text[layout.line_start(braces.start)..layout.line_end(braces.end)].chars().count() + text.chars().count() > 100
    };
    !blocks.is_empty() && is_one_line(inside) && (!is_one_line(text) || long())
}

/// Gives each block of a body that stands in one line a line of its own.
fn expansion(draft: &Draft, home: Home) -> Vec<Edit> {
    let Home::Body(parent) = home else { return Vec::new() };
    let Some(braces) = draft.block(parent).ok().and_then(|parent| parent.braces) else { return Vec::new() };
    let layout = Layout::of(draft.text());
    let outer = format!("{}{}", layout.line_break(), layout.indentation(braces.start));
    let inner = format!("{outer}{}", layout.deeper());
    let tokens = layout.within(Span::new(braces.start + 1, braces.end - 1));
    let mut edits = Vec::new();
    let (mut depth, mut at, mut separated, mut begun) = (0_usize, braces.start + 1, true, false);
    for token in tokens {
        match token.kind {
            TokenKind::Space if separated => continue,
            TokenKind::Semicolon if depth == 0 => {
                separated = true;
                continue;
            }
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if separated {
            let line = &inner;
            edits.push(Edit { span: Span::new(at, token.span.start), text: line.clone() });
            (separated, begun) = (false, true);
        }
        if token.kind != TokenKind::Space {
            at = token.span.end;
        }
    }
    if begun {
        edits.push(Edit { span: Span::new(at, braces.end - 1), text: outer });
    }
    edits
}

/// The edit that puts `text` at `slot`.
fn edit(draft: &Draft, slot: Slot, text: &str) -> Result<Edit, Refusal> {
    let layout = Layout::of(draft.text());
    let at = |at: usize, text: String| Edit { span: Span::new(at, at), text };
    let line_break = layout.line_break();
    let parent = match slot.home {
        Home::Top => None,
        Home::Body(block) | Home::Clauses(block) => Some(draft.block(block)?),
    };
    let between = Between::of(draft, &layout, slot);
    let one_line = is_one_line(text);
    let indentation = indentation(&layout, slot, parent, &between);
    let lines = indented(text, &indentation, line_break);
    let top = slot.home == Home::Top;
    let tall = top && text.contains('{');
    match (between.before, between.behind, parent) {
        (Some((before, was_tall)), behind, _) if before.ends_line => {
            let end = layout.line_end(before.span.end);
            let gap = if tall || (top && was_tall) { line_break } else { "" };
            let next = layout.next_line(before.span.end);
            let blank = layout.text[next..layout.line_end(next)].trim().is_empty();
            let trail = if top && !blank && behind.is_some_and(|(_, is_tall)| tall || is_tall) { line_break } else { "" };
            Ok(at(end, format!("{line_break}{gap}{indentation}{lines}{trail}")))
        }
        (Some((before, _)), _, _) if one_line => Ok(match before.semicolon {
            Some(end) => at(end, format!(" {lines};")),
            None => at(before.span.end, format!("; {lines}")),
        }),
        (Some((before, _)), _, _) => {
            let from = before.span.end;
            let next = layout.behind(before.semicolon.unwrap_or(from)).map_or(layout.text.len(), |token| token.span.start);
            let closes = layout.text[next..].starts_with('}');
            let rest = if closes { layout.indentation(from) } else { &indentation };
            Ok(Edit { span: Span::new(from, next), text: format!("{line_break}{indentation}{lines}{line_break}{rest}") })
        }
        (None, Some((behind, was_tall)), _) if behind.begins_line => {
            let gap = if top && (tall || was_tall) { line_break } else { "" };
            Ok(at(behind.span.start, format!("{lines}{line_break}{gap}{indentation}")))
        }
        (None, Some((behind, _)), _) if one_line => Ok(at(behind.span.start, format!("{lines}; "))),
        (None, Some((behind, _)), _) => {
            Ok(at(behind.span.start, format!("{line_break}{indentation}{lines}{line_break}{indentation}")))
        }
        (None, None, None) => {
            let begins = layout.text.is_empty() || layout.line_start(layout.text.len()) == layout.text.len();
            let start = if begins { "" } else { line_break };
            Ok(at(layout.text.len(), format!("{start}{lines}{line_break}")))
        }
        (None, None, Some(parent)) => Ok(into_empty(&layout, parent, &indentation, &lines, one_line)),
    }
}

fn into_empty(layout: &Layout<'_>, parent: &Block, indentation: &str, lines: &str, one_line: bool) -> Edit {
    let line_break = layout.line_break();
    let outer = layout.indentation(parent.span.start);
    let Some(braces) = parent.braces else {
        let end = parent.written.last().map_or(parent.word.end, |written| written.value.end);
        let text = format!(" {{{line_break}{indentation}{lines}{line_break}{outer}}}");
        return Edit { span: Span::new(end, end), text };
    };
    let inside = Span::new(braces.start + 1, braces.end - 1);
    let own_line = layout.unit_of(parent.span).begins_line;
    if layout.text[inside.range()].trim().is_empty() {
        let text = if one_line && !own_line && is_one_line(&layout.text[inside.range()]) {
            format!(" {lines} ")
        } else {
            format!("{line_break}{indentation}{lines}{line_break}{outer}")
        };
        return Edit { span: inside, text };
    }
    let close = braces.end - 1;
    let begin = layout.line_start(close);
    if layout.text[begin..close].trim().is_empty() {
        return Edit { span: Span::new(begin, begin), text: format!("{indentation}{lines}{line_break}") };
    }
    Edit { span: Span::new(close, close), text: format!("{line_break}{indentation}{lines}{line_break}{outer}") }
}

fn indentation(layout: &Layout<'_>, slot: Slot, parent: Option<&Block>, between: &Between) -> String {
    let beside = |unit: &Option<(Unit, bool)>| {
        unit.filter(|(unit, _)| unit.begins_line).map(|(unit, _)| layout.indentation(unit.span.start).to_owned())
    };
    beside(&between.before).or_else(|| beside(&between.behind)).unwrap_or_else(|| match (slot.home, parent) {
        (Home::Body(_), Some(parent)) => {
            format!("{}{}", layout.indentation(parent.braces.map_or(parent.span.start, |braces| braces.start)), layout.deeper())
        }
        (_, Some(parent)) => layout.indentation(parent.span.start).to_owned(),
        (_, None) => String::new(),
    })
}

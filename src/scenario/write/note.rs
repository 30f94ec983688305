//! Comments about blocks: written, changed and taken away as one edit each. Which comment is whose is `layout`'s; blocks that are
//! comments are `comment`'s.

use super::comment::commented;
use super::layout::{Layout, Unit, dedented, indented};
use super::{Draft, Home, Refusal, Slot, blocks_of, insert};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::document::token::{Token, TokenKind};
use crate::id::BlockId;

/// Where a comment stands, or is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteAt {
    /// This one is there.
    There(Span),
    /// A new one directly above a block, or before it where it shares its line.
    Above(BlockId),
}

pub(super) fn note(draft: &mut Draft, at: NoteAt, text: &str) -> Result<Vec<usize>, Refusal> {
    let text = written(text);
    let layout = Layout::of(draft.text());
    let (edit, words) = match at {
        NoteAt::There(span) => {
            let [token] = layout.within(span) else { return Err(Refusal::Gone) };
            if token.span != span || !matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment(true)) {
                return Err(Refusal::Gone);
            }
            (changed(&layout, *token, &text), Vec::new())
        }
        NoteAt::Above(_) if text.is_empty() => return Err(Refusal::Gone),
        NoteAt::Above(id) => {
            let block = draft.block(id)?;
            let at = block.span.start;
            let unit = layout.unit(block, block);
            let indentation = layout.indentation(at);
            let text = if unit.begins_line {
                format!("// {text}{}{indentation}", layout.line_break())
            } else {
                format!("/* {} */ ", inside(&text))
            };
            let word = block.word.start + text.len();
            (Edit::insert(at, text), vec![word])
        }
    };
    draft.apply(vec![edit]);
    Ok(words)
}

/// Another text in a comment of the same kind; no text takes it away.
fn changed(layout: &Layout<'_>, token: Token, text: &str) -> Edit {
    let Token { kind, span } = token;
    if !text.is_empty() {
        let text = if kind == TokenKind::LineComment { format!("// {text}") } else { format!("/* {} */", inside(text)) };
        return Edit { span, text };
    }
    let (start, end) = (layout.line_start(span.start), layout.line_end(span.end));
    let blank_before = layout.text[start..span.start].trim().is_empty();
    let blank_behind = layout.text[span.end..end].trim().is_empty();
    match (blank_before, blank_behind) {
        (true, true) => Edit { span: Span::new(start, layout.next_line(span.end)), text: String::new() },
        // Nothing else on the line would stand apart any more.
        (false, false) => Edit { span, text: " ".to_owned() },
        (true, false) => {
            let rest = &layout.text[span.end..end];
            Edit { span: Span::new(span.start, span.end + rest.len() - rest.trim_start().len()), text: String::new() }
        }
        (false, true) => {
            let before = &layout.text[start..span.start];
            Edit { span: Span::new(start + before.trim_end().len(), span.end), text: String::new() }
        }
    }
}

/// A comment, or a block that is one, goes.
pub(super) fn delete(draft: &mut Draft, span: Span) -> Result<Vec<usize>, Refusal> {
    let edit = gone(&Layout::of(draft.text()), span)?;
    draft.apply(vec![edit]);
    Ok(Vec::new())
}

/// A comment, or a block that is one, goes to a place between blocks: above the next one there, or behind the last.
pub(super) fn move_to(draft: &mut Draft, span: Span, slot: Slot) -> Result<Vec<usize>, Refusal> {
    if matches!(slot.home, Home::Clauses(_)) {
        return Err(Refusal::Misplaced);
    }
    let layout = Layout::of(draft.text());
    let text = text_of(&layout, span)?;
    let edit = gone(&layout, span)?;
    // No block's number changes with it.
    draft.apply(vec![edit]);
    let layout = Layout::of(draft.text());
    let next = blocks_of(&draft.scenario, slot.home).ok_or(Refusal::Gone)?.get(slot.at);
    let next = next.map(|next| layout.unit_of(next.span)).filter(|unit| unit.begins_line);
    let count = draft.edits.len();
    if let Some(Unit { span: next, .. }) = next {
        let (line_break, indentation) = (layout.line_break(), layout.indentation(next.start));
        let text = format!("{}{line_break}{indentation}", indented(&text, indentation, line_break));
        draft.apply(vec![Edit::insert(next.start, text)]);
    } else {
        insert::place(draft, slot, &text)?;
    }
    // Nothing stands before it in what was put down but blanks and what separates it.
    let put = draft.edits[count..].last().ok_or(Refusal::Gone)?;
    let before = put.text.len() - put.text.trim_start_matches([' ', '\t', '\r', '\n', ';', '{']).len();
    Ok(vec![put.span.start + before])
}

/// The text of a comment, or of a block that is one, as it is copied: its first line at the left edge.
#[must_use]
pub fn copied_note(text: &str, span: Span) -> String {
    text_of(&Layout::of(text), span).unwrap_or_default()
}

fn text_of(layout: &Layout<'_>, span: Span) -> Result<String, Refusal> {
    let whole = whole(layout, span)?;
    Ok(dedented(&layout.text[whole.range()], layout.indentation(span.start)))
}

/// With what is written behind a block that is a comment.
fn whole(layout: &Layout<'_>, span: Span) -> Result<Span, Refusal> {
    match layout.within(span) {
        [token] if token.span == span && matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment(true)) => Ok(span),
        _ if commented(layout.text).iter().any(|node| Span::new(node.mark.start, node.end) == span) => {
            Ok(Span::new(span.start, layout.unit_of(span).span.end))
        }
        _ => Err(Refusal::Gone),
    }
}

fn gone(layout: &Layout<'_>, span: Span) -> Result<Edit, Refusal> {
    let whole = whole(layout, span)?;
    if let [token] = layout.within(span) {
        return Ok(changed(layout, *token, ""));
    }
    let unit = layout.unit_of(span);
    // What else stands before it on its line is not its own.
    let begins_line = layout.text[layout.line_start(span.start)..span.start].trim().is_empty();
    Ok(Edit { span: layout.without(Unit { span: whole, begins_line, ..unit }), text: String::new() })
}

/// On one line, without what a file may not hold.
fn written(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => Some(' '),
        c => Some(c),
    };
    text.chars().filter_map(plain).collect::<String>().trim().to_owned()
}

/// Nothing that would end a comment in `/* */`, or begin another in it.
fn inside(text: &str) -> String {
    text.replace("*/", "* /").replace("/*", "/ *")
}

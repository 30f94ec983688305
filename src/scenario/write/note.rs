//! Comments about blocks: written, changed and taken away as one edit each. Which comment is whose is `layout`'s; blocks that are
//! comments are `comment`'s.

use super::layout::Layout;
use super::{Draft, Refusal};
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

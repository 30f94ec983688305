//! Blocks that become comments, by KDL's `/-`, and nodes that are such comments.

use super::{Draft, Refusal, outermost};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::document::token::{Token, TokenKind, tokens};
use crate::id::BlockId;
use crate::scenario::block::{Kind, Place};

/// A node that is a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commented {
    /// The `/-`.
    pub mark: Span,
    /// The node's line, up to its braces or its end.
    pub head: Span,
    /// Where all of it ends.
    pub end: usize,
}

pub(super) fn out(draft: &mut Draft, blocks: &[BlockId]) -> Result<Vec<usize>, Refusal> {
    let mut edits = Vec::new();
    for id in outermost(&draft.scenario, blocks) {
        let block = draft.block(id)?;
        for node in std::iter::once(block).chain(&block.clauses) {
            edits.push(Edit { span: Span::new(node.span.start, node.span.start), text: "/-".to_owned() });
        }
    }
    if edits.is_empty() {
        return Err(Refusal::Gone);
    }
    // No word of a block is there any more: where the comments begin is.
    let marks = edits.iter().enumerate().map(|(before, edit)| edit.span.start + before * "/-".len()).collect();
    draft.apply(edits);
    Ok(marks)
}

/// With what it belongs to and what belongs to it, if they are comments, too: a clause is nothing without its block.
pub(super) fn back(draft: &mut Draft, mark: Span) -> Result<Vec<usize>, Refusal> {
    let text = draft.text();
    let all = commented(text);
    let at = all.iter().position(|node| node.mark.start == mark.start).ok_or(Refusal::Gone)?;
    let is_clause = |node: &Commented| {
        let word = text[node.head.range()].split(|sign: char| sign.is_whitespace() || sign == '{').next();
        word.and_then(Kind::from_word).is_some_and(|kind| matches!(kind.info().place, Place::Clause(_)))
    };
    let goes_on = |nth: usize| {
        nth > 0 && nth < all.len() && is_clause(&all[nth]) && text[all[nth - 1].end..all[nth].mark.start].trim().is_empty()
    };
    let first = (0..=at).rev().find(|nth| !goes_on(*nth)).unwrap_or(at);
    let last = (at + 1..=all.len()).find(|nth| !goes_on(*nth)).unwrap_or(all.len());
    let edit = |node: &Commented| Edit { span: Span::new(node.mark.start, node.head.start), text: String::new() };
    let (start, edits) = (all[first].mark.start, all[first..last].iter().map(edit).collect());
    draft.apply(edits);
    Ok(vec![start])
}

/// Every node of `text` that is a comment by `/-`, those inside others left out.
#[must_use]
pub fn commented(text: &str) -> Vec<Commented> {
    commented_in(text, &tokens(text))
}

/// The same where the tokens of the text are known.
#[must_use]
pub fn commented_in(text: &str, all: &[Token]) -> Vec<Commented> {
    let mut found: Vec<Commented> = Vec::new();
    let (mut begins, mut at, mut until) = (true, 0, 0);
    while at < all.len() {
        let token = all[at];
        match token.kind {
            TokenKind::Newline | TokenKind::Semicolon | TokenKind::Open | TokenKind::Close => begins = true,
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment(_) => {}
            TokenKind::Slashdash if begins && token.span.start >= until => {
                let rest = &all[at + 1..];
                let blank = |kind| matches!(kind, TokenKind::Space | TokenKind::BlockComment(_) | TokenKind::Newline);
                let node = rest.iter().find(|next| !blank(next.kind));
                let ends = |kind| matches!(kind, TokenKind::Newline | TokenKind::Semicolon | TokenKind::Open | TokenKind::Close);
                if let Some(node) = node.filter(|node| matches!(node.kind, TokenKind::Bare | TokenKind::Text(true))) {
                    let end = rest.iter().find(|next| next.span.start > node.span.start && ends(next.kind));
                    let head = Span::new(node.span.start, end.map_or(text.len(), |end| end.span.start));
                    until = end_of_braces(all, end.map_or(usize::MAX, |end| end.span.start)).unwrap_or(head.end);
                    found.push(Commented { mark: token.span, head, end: until });
                }
                begins = false;
            }
            _ => begins = false,
        }
        at += 1;
    }
    found
}

/// Where the braces that open at `open` close again, if braces open there.
fn end_of_braces(all: &[Token], open: usize) -> Option<usize> {
    let first = all.iter().position(|token| token.span.start == open && token.kind == TokenKind::Open)?;
    let mut depth = 0_usize;
    for token in &all[first..] {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(token.span.end);
        }
    }
    None
}

//! The comments of a text, as the blocks panel shows them: each on a row of its own, or behind the tile it follows.
//! Changes none: that is `scenario::write`'s.

use crate::diagnostic::Span;
use crate::document::token::{TokenKind, tokens};
use crate::scenario::write::commented_in;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    /// Its place in the text.
    pub span: Span,
    /// What it says, without the signs that make it a comment.
    pub text: String,
    /// What it is.
    pub kind: NoteKind,
}

/// What a comment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// `// …` or `/* … */`.
    Words,
    /// A block that `/-` leaves out.
    LeftOut,
    /// So many more that are not shown.
    More(usize),
}

impl Note {
    /// Several of which only the number is shown.
    pub(super) fn of_many(all: &[Self]) -> Self {
        let start = all.first().map_or(0, |note| note.span.start);
        let end = all.last().map_or(start, |note| note.span.end);
        Self { span: Span::new(start, end), text: String::new(), kind: NoteKind::More(all.len()) }
    }
}

/// The comments of a text in its order, each told whether it begins its line; handed out as the blocks between them are met.
pub(super) struct Notes {
    all: Vec<(Note, bool)>,
    next: usize,
}

impl Notes {
    /// Those of a stretch of `text` that begins and ends between its tokens.
    pub(super) fn of(text: &str, stretch: Span) -> Self {
        let text = text.get(stretch.range()).unwrap_or_default();
        let tokens = tokens(text);
        let left_out = commented_in(text, &tokens);
        let outside = |span: Span| !left_out.iter().any(|node| node.mark.start <= span.start && span.start < node.end);
        let comments = tokens
            .into_iter()
            .filter(|token| matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment(true)) && outside(token.span));
        let mut all: Vec<Note> = comments.map(|token| words(text, token.span)).collect();
        all.extend(left_out.iter().map(|node| {
            let head = text[node.head.range()].trim().to_owned();
            Note { span: Span::new(node.mark.start, node.end), text: head, kind: NoteKind::LeftOut }
        }));
        all.sort_by_key(|note| note.span.start);
        // Also one that stands before a block in the middle of a line: `{ /* here */ compute ms=1; }`.
        let begins = |note: &Note| {
            let before = text[..note.span.start].rsplit('\n').next().unwrap_or_default().trim_end();
            let after = text[note.span.end..].lines().next().unwrap_or_default().trim_start();
            before.trim().is_empty()
                || (before.ends_with(['{', ';'])
                    && !(after.is_empty() || after.starts_with(['}', ';']) || after.starts_with("//")))
        };
        let told = |note: Note| {
            let begins = begins(&note);
            (Note { span: note.span.shifted(stretch.start), ..note }, begins)
        };
        let all = all.into_iter().map(told).collect();
        Self { all, next: 0 }
    }

    /// The next one, if it begins before `end`.
    pub(super) fn before(&mut self, end: usize) -> Option<Note> {
        let (note, _) = self.all.get(self.next).filter(|(note, _)| note.span.start < end)?;
        self.next += 1;
        Some(note.clone())
    }

    /// The next one, if it begins before `end` and does not begin its line.
    pub(super) fn behind(&mut self, end: usize) -> Option<Note> {
        let (note, _) = self.all.get(self.next).filter(|(note, begins)| note.span.start < end && !begins)?;
        self.next += 1;
        Some(note.clone())
    }
}

fn words(text: &str, span: Span) -> Note {
    let written = &text[span.range()];
    let inner = match written.strip_prefix("//") {
        Some(line) => line,
        None => written.trim_start_matches("/*").trim_end_matches("*/"),
    };
    let text = inner.split_whitespace().collect::<Vec<_>>().join(" ");
    Note { span, text, kind: NoteKind::Words }
}

//! How blocks stand in the lines of a text: which comments are theirs, whether they have their lines to themselves, how far they
//! are indented. Changes nothing.

use crate::diagnostic::Span;
use crate::document::token::{Token, TokenKind, tokens};
use crate::scenario::Block;

/// A text with its tokens.
pub(super) struct Layout<'a> {
    pub(super) text: &'a str,
    tokens: Vec<Token>,
}

/// A run of neighbouring blocks with the comments that are theirs: on the lines directly above, and behind them on their line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub(super) span: Span,
    /// Nothing stands before it on its first line.
    pub(super) begins_line: bool,
    /// Nothing stands behind it on its last line, but perhaps a semicolon.
    pub(super) ends_line: bool,
    /// One past the semicolon behind it, if there is one.
    pub(super) semicolon: Option<usize>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, tokens: tokens(text) }
    }

    /// The first token that begins at `at` or behind it.
    fn index(&self, at: usize) -> usize {
        self.tokens.partition_point(|token| token.span.start < at)
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The blocks from `first` to `last`, clauses included.
    pub(super) fn unit(&self, first: &Block, last: &Block) -> Unit {
        let end = last.clauses.last().map_or(last.span.end, |clause| clause.span.end);
        self.unit_of(Span::new(first.span.start, end))
    }

    /// The same of the nodes in a stretch of the text.
    pub(super) fn unit_of(&self, nodes: Span) -> Unit {
        let (start, begins_line) = self.start(self.index(nodes.start));
        let (mut end, mut at) = (nodes.end, self.index(nodes.end));
        let mut semicolon = None;
        loop {
            match self.kind(at) {
                Some(TokenKind::Space) => {}
                Some(TokenKind::BlockComment(true)) if semicolon.is_none() => end = self.tokens[at].span.end,
                Some(TokenKind::Semicolon) if semicolon.is_none() => semicolon = Some(self.tokens[at].span.end),
                Some(TokenKind::LineComment) => {
                    (end, semicolon) = (self.tokens[at].span.end, None);
                }
                _ => break,
            }
            at += 1;
        }
        let ends_line = matches!(self.kind(at), None | Some(TokenKind::Newline));
        Unit { span: Span::new(start, end), begins_line, ends_line, semicolon }
    }

    /// Where the comments before a node begin, and whether they, or it, begin a line.
    fn start(&self, node: usize) -> (usize, bool) {
        let mut first = node;
        let mut at = node;
        while let Some(kind) = at.checked_sub(1).and_then(|before| self.kind(before)) {
            match kind {
                TokenKind::BlockComment(true) => first = at - 1,
                TokenKind::Space => {}
                TokenKind::Newline => break,
                _ => return (self.place(first), false),
            }
            at -= 1;
        }
        // `at` is the first token of the line.
        while let Some(newline) = at.checked_sub(1) {
            let line = (0..newline).rev().take_while(|&index| self.tokens[index].kind != TokenKind::Newline).last();
            let Some(line) = line else { break };
            let comment =
                |index: &usize| matches!(self.kind(*index), Some(TokenKind::LineComment | TokenKind::BlockComment(true)));
            let blank = |index: usize| self.kind(index) == Some(TokenKind::Space) || comment(&index);
            let Some(begin) = (line..newline).find(comment).filter(|_| (line..newline).all(blank)) else { break };
            (first, at) = (begin, line);
        }
        (self.place(first), true)
    }

    fn place(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(self.text.len(), |token| token.span.start)
    }

    /// The token before `at`, blanks left out, and where it stands.
    pub(super) fn before(&self, at: usize) -> Option<Token> {
        self.tokens[..self.index(at)].iter().rev().find(|token| token.kind != TokenKind::Space).copied()
    }

    /// The first token at `at` or behind it, blanks left out.
    pub(super) fn behind(&self, at: usize) -> Option<Token> {
        self.tokens[self.index(at)..].iter().find(|token| token.kind != TokenKind::Space).copied()
    }

    /// The tokens inside a stretch of the text.
    pub(super) fn within(&self, span: Span) -> &[Token] {
        &self.tokens[self.index(span.start)..self.index(span.end)]
    }

    /// Where the line of `at` begins: behind the byte order mark on the first.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.tokens[..self.index(at)].iter().rev().find(|token| token.kind == TokenKind::Newline);
        before.map_or(if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }, |token| token.span.end)
    }

    /// Where the line of `at` ends, before the end of the line itself.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let newline = self.tokens[self.index(at)..].iter().find(|token| token.kind == TokenKind::Newline);
        newline.map_or(self.text.len(), |token| token.span.start)
    }

    /// Where the line behind that of `at` begins; the end of the text if there is none.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let newline = self.tokens[self.index(at)..].iter().find(|token| token.kind == TokenKind::Newline);
        newline.map_or(self.text.len(), |token| token.span.end)
    }

    /// The blanks that the line of `at` begins with.
    pub(super) fn indentation(&self, at: usize) -> &'a str {
        let line = &self.text[self.line_start(at)..];
        let length = line.find(|c: char| c != ' ' && c != '\t').unwrap_or(line.len());
        &line[..length]
    }

    /// How much deeper a body stands.
    pub(super) fn deeper(&self) -> &'static str {
        if self.text.contains("\n\t") { "\t" } else { "    " }
    }

    /// What ends a line here.
    pub(super) fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// What takes a unit away, with the separators and the blank line that nobody needs any more.
    pub(super) fn without(&self, unit: Unit) -> Span {
        let Unit { span, begins_line, ends_line, semicolon } = unit;
        let behind = |at: usize| self.behind(at).map_or(self.text.len(), |token| token.span.start);
        match (begins_line, ends_line) {
            (true, true) => self.without_lines(span),
            (true, false) => Span::new(span.start, behind(semicolon.unwrap_or(span.end))),
            (false, _) => {
                let before = self.before(span.start).expect("something stands before it on its line");
                let last = !ends_line && semicolon.is_none();
                match before.kind {
                    _ if !ends_line && semicolon.is_some() => Span::new(span.start, behind(semicolon.unwrap_or(span.end))),
                    TokenKind::Semicolon => Span::new(before.span.start, semicolon.unwrap_or(span.end)),
                    _ if last => Span::new(span.start, behind(span.end)),
                    _ => Span::new(before.span.end, semicolon.unwrap_or(span.end)),
                }
            }
        }
    }

    fn without_lines(&self, span: Span) -> Span {
        let (start, end) = (self.line_start(span.start), self.next_line(span.end));
        let is_blank = |at: usize| self.text[at..self.line_end(at)].trim().is_empty();
        let first = self.before(start).is_none();
        let opens = self.tokens[..self.index(start)]
            .iter()
            .rev()
            .find(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Newline));
        let newline = self.index(start).checked_sub(1).map(|index| self.tokens[index].span.start);
        let before = newline.filter(|_| !first).map(|at| self.line_start(at));
        let blank_before = before.is_some_and(is_blank);
        let begins = first || (!blank_before && opens.is_some_and(|token| token.kind == TokenKind::Open));
        let ends = self.behind(end).is_none_or(|token| token.kind == TokenKind::Close);
        if end < self.text.len() && is_blank(end) && (blank_before || begins) {
            return Span::new(start, self.next_line(end));
        }
        match before {
            Some(before) if blank_before && ends => Span::new(before, end),
            _ => Span::new(start, end),
        }
    }
}

/// A piece of a text as if its first line began at the left edge: `base` is taken from the lines that follow.
/// Lines inside texts and comments stay as they are.
pub(super) fn dedented(piece: &str, base: &str) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut begins = false;
    for token in tokens(piece) {
        let written = &piece[token.span.range()];
        out.push_str(if begins && token.kind == TokenKind::Space { written.strip_prefix(base).unwrap_or("") } else { written });
        begins = matches!(token.kind, TokenKind::Newline | TokenKind::Continuation);
    }
    out
}

/// The reverse: every line but the first is `base` further to the right; lines end as `line_break`.
pub(super) fn indented(piece: &str, base: &str, line_break: &str) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut begins = false;
    for token in tokens(piece) {
        if begins && token.kind != TokenKind::Newline {
            out.push_str(base);
        }
        out.push_str(if token.kind == TokenKind::Newline { line_break } else { &piece[token.span.range()] });
        begins = matches!(token.kind, TokenKind::Newline | TokenKind::Continuation);
    }
    out
}

/// Whether a piece of text stands on one line and may have something behind it there.
pub(super) fn is_one_line(piece: &str) -> bool {
    !tokens(piece).iter().any(|token| matches!(token.kind, TokenKind::Newline | TokenKind::LineComment | TokenKind::Continuation))
}

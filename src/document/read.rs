//! From text to the tree. Each node's own line is read by the kdl crate alone, so that one mistake spoils one line and nothing else;
//! which braces belong to which node is found here, and bounded in depth, since the crate would overflow its stack.

use kdl::{KdlDocument, KdlEntry, KdlError, KdlValue};

use super::token::{self, Token, TokenKind, tokens};
use super::{Entry, Literal, MOST_BYTES, Node};
use crate::diagnostic::catalog::{self, Row};
use crate::diagnostic::{Diagnostic, Span};

/// How deep nodes may stand inside each other: deeper than any scenario, far from overflowing a stack.
const MOST_NESTED: usize = 64;

/// What forbids reading a text at all.
pub(super) fn unreadable(text: &str) -> Option<Diagnostic> {
    if text.len() > MOST_BYTES {
        let tenths = text.len() * 10 / MOST_BYTES;
        let megabytes = format!("{}.{}", tenths / 10, tenths % 10);
        return Some(Diagnostic::new(catalog::TOO_LARGE, Span::default(), [megabytes]));
    }
    let zero = text.find('\0')?;
    Some(Diagnostic::new(catalog::BINARY, Span::new(zero, zero + 1), []))
}

/// The places of the top-level pieces of a text, each one node, and what is told about the places between them.
pub(super) fn pieces(text: &str) -> (Vec<Span>, Vec<Diagnostic>) {
    let all = tokens(text);
    let mut told = Vec::new();
    let pieces = split(text, &all, true, &mut told);
    (pieces.into_iter().map(around).collect(), told)
}

/// What one top-level piece gives: places count from its start.
pub(super) fn piece(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let all = tokens(text);
    let mut reader = Reader { text, told: Vec::new() };
    let node = reader.node(&all, 1);
    reader.told.sort_by_key(|told| told.span);
    (node, reader.told)
}

fn around(tokens: &[Token]) -> Span {
    Span::new(tokens.first().map_or(0, |token| token.span.start), tokens.last().map_or(0, |token| token.span.end))
}

const fn is_blank(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment(true))
}

/// Cuts tokens that stand on one level into one piece for each node.
fn split<'a>(text: &str, tokens: &'a [Token], top: bool, told: &mut Vec<Diagnostic>) -> Vec<&'a [Token]> {
    let mut pieces = Vec::new();
    let (mut at, mut broken) = (0, false);
    while at < tokens.len() {
        match tokens[at].kind {
            kind if is_blank(kind) || matches!(kind, TokenKind::Newline | TokenKind::Semicolon | TokenKind::Continuation) => {
                at += 1;
            }
            TokenKind::Close => {
                told.push(Diagnostic::new(catalog::UNOPENED_BRACE, tokens[at].span, ["}".to_owned()]));
                at += 1;
            }
            _ => {
                let end = end_of_node(text, tokens, at, top, &mut broken);
                let is_end = |kind| is_blank(kind) || kind == TokenKind::Newline;
                let last = (at..end).rev().find(|&i| !is_end(tokens[i].kind)).map_or(end, |i| i + 1);
                pieces.push(&tokens[at..last]);
                told.extend(after_brace(text, &tokens[at..last], &tokens[last..]));
                at = end;
            }
        }
    }
    pieces
}

/// One past the last token of the node that begins at `start`.
fn end_of_node(text: &str, tokens: &[Token], start: usize, top: bool, broken: &mut bool) -> usize {
    let (mut depth, mut begun, mut left_out) = (0_usize, false, false);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth == 0 => return at,
            TokenKind::Close => {
                depth -= 1;
                if depth == 0 && !left_out && followed_by_node(&tokens[at + 1..]) {
                    return at + 1;
                }
            }
            TokenKind::Newline | TokenKind::Semicolon if depth == 0 && begun => return at,
            TokenKind::Bare if *broken && at > start && begins_line(text, tokens, at) => return at,
            _ => {}
        }
        if depth == usize::from(token.kind == TokenKind::Open) && !is_blank(token.kind) && token.kind != TokenKind::Close {
            left_out = token.kind == TokenKind::Slashdash || (left_out && token.kind == TokenKind::Open);
        }
        begun |= !is_blank(token.kind) && !matches!(token.kind, TokenKind::Slashdash | TokenKind::Newline);
    }
    if depth == 0 || !top {
        return tokens.len();
    }
    // It never closes its braces. It and all after it end before the next word at the very start of a line.
    *broken = true;
    (start + 1..tokens.len()).find(|&at| begins_line(text, tokens, at)).unwrap_or(tokens.len())
}

fn begins_line(text: &str, tokens: &[Token], at: usize) -> bool {
    tokens[at].kind == TokenKind::Bare
        && tokens[at - 1].kind == TokenKind::Newline
        && text[tokens[at].span.range()].starts_with(char::is_alphabetic)
}

/// Whether another node begins before the line ends.
fn followed_by_node(rest: &[Token]) -> bool {
    let next = rest.iter().find(|token| !is_blank(token.kind));
    next.is_some_and(|token| {
        !matches!(token.kind, TokenKind::Newline | TokenKind::Semicolon | TokenKind::Close | TokenKind::Slashdash)
    })
}

/// What is told when a node follows a closing brace on its line: `} else {`.
fn after_brace(text: &str, piece: &[Token], rest: &[Token]) -> Option<Diagnostic> {
    if piece.last()?.kind != TokenKind::Close || !followed_by_node(rest) {
        return None;
    }
    let next = rest.iter().find(|token| !is_blank(token.kind))?;
    let word = &text[next.span.range()];
    Some(Diagnostic::new(catalog::CLAUSE_AFTER_BRACE, next.span, [word.to_owned()]))
}

struct Reader<'a> {
    text: &'a str,
    told: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn tell(&mut self, row: &'static Row, span: Span) {
        let written = self.text[span.range()].to_owned();
        self.told.push(Diagnostic::new(row, span, [written]));
    }

    /// Reads one node, `level` deep; none when it is left out, or has nothing that could be read.
    fn node(&mut self, tokens: &[Token], level: usize) -> Option<Node> {
        let first = tokens.first().expect("a piece has tokens");
        if first.kind == TokenKind::Slashdash {
            if !self.unclosed(tokens)
                && let Some((open, None)) = own_braces(&tokens[1..])
            {
                self.tell(catalog::UNCLOSED_BRACE, tokens[open + 1].span);
            }
            return None;
        }
        let braces = own_braces(tokens);
        let header = braces.map_or(tokens, |(open, _)| &tokens[..open]);
        let node = self.header(header, around(tokens));
        let Some((open, close)) = braces else { return node.filter(|node| !node.damaged) };
        if close.is_none() && !has_unclosed(tokens) {
            self.tell(catalog::UNCLOSED_BRACE, tokens[open].span);
        }
        if let Some(close) = close {
            self.behind(&tokens[close + 1..]);
        }
        let inside = &tokens[open + 1..close.unwrap_or(tokens.len())];
        let children = self.children(inside, level + 1, tokens[open].span);
        let braces = close.map(|close| Span::new(tokens[open].span.start, tokens[close].span.end));
        node.map(|node| Node { children: Some(children), braces, ..node })
    }

    fn children(&mut self, tokens: &[Token], level: usize, open: Span) -> Vec<Node> {
        let nothing = tokens.iter().all(|token| is_blank(token.kind) || token.kind == TokenKind::Newline);
        if level > MOST_NESTED && !nothing {
            self.tell(catalog::TOO_DEEP, open);
            return Vec::new();
        }
        let pieces = split(self.text, tokens, false, &mut self.told);
        pieces.into_iter().filter_map(|piece| self.node(piece, level)).collect()
    }

    /// Only braces left out by `/-` may follow a node's own.
    fn behind(&mut self, rest: &[Token]) {
        let mut left = rest.iter().filter(|token| !is_blank(token.kind));
        if let Some(token) = left.next().filter(|token| !matches!(token.kind, TokenKind::Slashdash | TokenKind::Newline)) {
            self.tell(catalog::NOT_KDL, token.span);
        }
    }

    /// The word and what stands behind it, up to the braces. A damaged one has its word only.
    fn header(&mut self, tokens: &[Token], span: Span) -> Option<Node> {
        let word = tokens.first().filter(|token| matches!(token.kind, TokenKind::Bare | TokenKind::Text(true)));
        let damaged = word.map(|word| Node {
            word: self.text[word.span.range()].to_owned(),
            word_span: word.span,
            entries: Vec::new(),
            children: None,
            span,
            braces: None,
            damaged: true,
        });
        if self.unclosed(tokens) {
            return damaged;
        }
        if let Some(bad) = tokens.iter().find(|token| token.kind == TokenKind::Bad) {
            self.tell(catalog::NOT_KDL, bad.span);
            return damaged;
        }
        let source = without_comments(self.text, tokens);
        match KdlDocument::parse_v2(&source) {
            Ok(read) if read.nodes().len() == 1 => Some(convert(&read, &source, span)),
            Ok(_) => {
                self.tell(catalog::NOT_KDL, tokens.first().map_or(span, |token| token.span));
                damaged
            }
            Err(error) => {
                self.told.push(first_cause(&source, span.start, &error));
                damaged
            }
        }
    }

    /// Tells of a text or comment that has no end: the first cause of all else in its node.
    fn unclosed(&mut self, tokens: &[Token]) -> bool {
        let open = tokens.iter().find(|token| matches!(token.kind, TokenKind::Text(false) | TokenKind::BlockComment(false)));
        let Some(open) = open else { return false };
        let (row, length) =
            if open.kind == TokenKind::Text(false) { (catalog::OPEN_STRING, 1) } else { (catalog::OPEN_COMMENT, 2) };
        self.tell(row, Span::new(open.span.start, open.span.start + length));
        true
    }
}

/// The opening brace of a node's own blocks, and the closing one if there is one; blocks left out by `/-` do not count.
fn own_braces(tokens: &[Token]) -> Option<(usize, Option<usize>)> {
    let (mut depth, mut own, mut left_out) = (0_usize, None, false);
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => {
                if depth == 0 && !left_out && own.is_none() {
                    own = Some(at);
                }
                depth += 1;
            }
            TokenKind::Close => {
                depth = depth.saturating_sub(1);
                if let (0, Some(open)) = (depth, own) {
                    return Some((open, Some(at)));
                }
            }
            _ => {}
        }
        if !is_blank(token.kind) {
            left_out = token.kind == TokenKind::Slashdash;
        }
    }
    own.map(|open| (open, None))
}

fn has_unclosed(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.kind, TokenKind::Text(false) | TokenKind::BlockComment(false)))
}

/// The tokens' text with blanks of the same length for comments: the crate reads them by recursion, a step for each `*` or `/`,
/// and a long one would overflow the stack. What is left out by `/-` in braces is blanked for the same reason.
fn without_comments(text: &str, tokens: &[Token]) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        let written = &text[token.span.range()];
        depth += usize::from(token.kind == TokenKind::Open);
        let braces_follow =
            || tokens[at + 1..].iter().find(|next| !is_blank(next.kind)).is_some_and(|next| next.kind == TokenKind::Open);
        let (kept, tail) = match token.kind {
            TokenKind::LineComment | TokenKind::BlockComment(_) => ("", ""),
            _ if depth > 0 => ("", ""),
            TokenKind::Slashdash if braces_follow() => ("", ""),
            TokenKind::Continuation => ("\\", &written[written.trim_end_matches(token::is_newline).len().max(1)..]),
            _ => (written, ""),
        };
        depth -= usize::from(token.kind == TokenKind::Close && depth > 0);
        out.push_str(kept);
        out.extend(std::iter::repeat_n(' ', written.len() - kept.len() - tail.len()));
        out.push_str(tail);
    }
    debug_assert_eq!(out.len(), around(tokens).end - around(tokens).start, "every place stays where it was");
    out
}

/// The crate's errors cascade: one missing quote gives ten. The earliest is the cause.
fn first_cause(source: &str, base: usize, error: &KdlError) -> Diagnostic {
    let first = error.diagnostics.iter().min_by_key(|told| told.span.offset());
    let boundary = |at: usize| (0..=at.min(source.len())).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0);
    let Some(first) = first else {
        return Diagnostic::new(catalog::NOT_KDL, Span::new(base, base + source.len()), []);
    };
    let start = boundary(first.span.offset());
    let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
    let end = boundary((first.span.offset() + first.span.len().max(1)).min(line_end)).max(start);
    Diagnostic::new(catalog::NOT_KDL, Span::new(base + start, base + end), [])
}

fn convert(read: &KdlDocument, source: &str, span: Span) -> Node {
    let node = &read.nodes()[0];
    let name = node.name().span();
    let base = span.start;
    let word_span = Span::new(base + name.offset(), base + name.offset() + name.len());
    let entries = node.entries().iter().map(|entry| read_entry(source, base, entry)).collect();
    Node { word: node.name().value().to_owned(), word_span, entries, children: None, span, braces: None, damaged: false }
}

fn read_entry(text: &str, base: usize, entry: &KdlEntry) -> Entry {
    let whole = entry.span();
    let (mut start, mut end) = (whole.offset(), (whole.offset() + whole.len()).min(text.len()));
    let name = entry.name().map(|name| {
        let span = Span::new(name.span().offset(), name.span().offset() + name.span().len());
        start = text[span.end..end].find('=').map_or(span.end, |at| span.end + at + 1);
        (name.value().to_owned(), span.shifted(base))
    });
    let slice = &text[start..end];
    start += slice.len() - slice.trim_start().len();
    end = start + text[start..end].trim_end().len();
    let written = &text[start..end];
    let value = match entry.value() {
        KdlValue::String(text) => Literal::Text(text.clone()),
        KdlValue::Integer(number) => Literal::Int(*number),
        KdlValue::Float(number) => Literal::Float(*number),
        KdlValue::Bool(truth) => Literal::Bool(*truth),
        KdlValue::Null => Literal::Null,
    };
    let content = match &value {
        Literal::Text(read) => written.find(read.as_str()).filter(|_| !read.is_empty()).map(|at| base + start + at),
        _ => None,
    };
    Entry { name, value, span: Span::new(base + start, base + end), content }
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    /// Each node on a line, indented: its word, its entries' values as written, its own first and last word.
    fn check(text: &str, expect: &[&str]) {
        fn tell(text: &str, node: &super::Node, depth: usize, lines: &mut Vec<String>) {
            let entries = node.entries.iter().map(|entry| {
                let name = entry.name.as_ref().map(|(name, _)| format!("{name}=")).unwrap_or_default();
                format!(" {name}{}", &text[entry.span.range()])
            });
            assert_eq!(&text[node.word_span.range()], node.word);
            let whole = text[node.span.range()].replace('\n', "\\n");
            lines.push(format!("{}{}{} | {whole}", "  ".repeat(depth), node.word, entries.collect::<String>()));
            for child in node.children.iter().flatten() {
                tell(text, child, depth + 1, lines);
            }
        }
        let document = Document::new(text);
        let mut lines = Vec::new();
        for node in document.nodes() {
            tell(text, node, 0, &mut lines);
        }
        lines.extend(document.diagnostics().iter().map(|told| format!("{} {:?}", told.code, &text[told.span.range()])));
        assert_eq!(lines, expect, "{text}");
    }

    #[test]
    fn places_are_those_of_the_text() {
        check(
            "lock a kind=fair // x\nthread 甲 { put q \"i + 1\"; get q }\n",
            &[
                "lock a kind=fair | lock a kind=fair",
                "thread 甲 | thread 甲 { put q \"i + 1\"; get q }",
                "  put q \"i + 1\" | put q \"i + 1\"",
                "  get q | get q",
            ],
        );
    }

    #[test]
    fn a_node_that_cannot_be_read_spoils_no_other() {
        check("lock a\nlet x (y\nlock b", &["lock a | lock a", "lock b | lock b", "E0101 \"(\""]);
    }

    #[test]
    fn flaws_of_the_braces_are_named() {
        check("thread a {\n", &["thread a | thread a {", "E0102 \"{\""]);
        check("}\nlock a", &["lock a | lock a", "E0103 \"}\""]);
        check("lock \"a\n\nlock b", &["lock b | lock b", "E0104 \"\\\"\""]);
        check("if x { } else { }", &["if x | if x { }", "else | else { }", "E0107 \"else\""]);
    }

    #[test]
    fn nesting_is_limited_and_braces_without_end_do_no_harm() {
        let told =
            |text: String| Document::new(text).diagnostics().iter().map(|told| (told.code, told.span.start)).collect::<Vec<_>>();
        assert_eq!(told(format!("{}{}", "a {".repeat(64), "}".repeat(64))), []);
        assert_eq!(told(format!("{}b{}", "a {".repeat(64), "}".repeat(64))), [("E0106", 191)]);
        assert_eq!(told("a {".repeat(100_000)).last(), Some(&("E0106", 191)));
        assert_eq!(told("a {\n".repeat(5_000)).len(), 5_000);
        assert_eq!(told("}".repeat(5_000)).len(), 5_000);
        assert_eq!(told(format!("a {}", "/-{ c } ".repeat(20_000))), []);
    }

    #[test]
    fn a_mistake_inside_braces_spoils_its_line_only() {
        check(
            "main {\n let x (y\n if a { print \"b\n }\n else { break } else { yield-cpu }\n sleep ms=1\n}\nlock a",
            &[
                "main | main {\\n let x (y\\n if a { print \"b\\n }\\n else { break } else { yield-cpu }\\n sleep ms=1\\n}",
                "  if a | if a { print \"b\\n }",
                "  else | else { break }",
                "    break | break",
                "  else | else { yield-cpu }",
                "    yield-cpu | yield-cpu",
                "  sleep ms=1 | sleep ms=1",
                "lock a | lock a",
                "E0101 \"(\"",
                "E0104 \"\\\"\"",
                "E0107 \"else\"",
            ],
        );
    }

    #[test]
    fn a_slashdash_takes_the_node_away() {
        check("/- lock a\nlock b", &["lock b | lock b"]);
    }

    #[test]
    fn a_long_comment_inside_a_node_is_read() {
        let nested = format!("lock {}{} a", "/*".repeat(50_000), "*/".repeat(50_000));
        let banner = format!("main {{\n /{}/\n yield-cpu \\ // {}\r\n\n}}", "*".repeat(100_001), "*".repeat(100_000));
        for (text, word) in [(nested, "lock"), (banner, "main")] {
            let document = Document::new(text.as_str());
            assert_eq!(document.diagnostics(), []);
            assert_eq!(document.nodes()[0].word, word);
            assert_eq!(document.text(), text);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn reading_any_text_never_panics(text in "[a-c {}\"#/\\\\*;=\n()0-9锁\r-]{0,60}") {
            let document = Document::new(text.clone());
            for told in document.diagnostics() {
                proptest::prop_assert!(text.get(told.span.range()).is_some());
            }
        }
    }
}

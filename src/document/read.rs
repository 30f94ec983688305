//! One top-level node: from its text to the tree, by the kdl crate, with places relative to its start.

use kdl::{KdlDocument, KdlEntry, KdlNode, KdlValue};

use super::split::{self, Flaw};
use super::token::{self, TokenKind};
use super::{Entry, Literal, MOST_BYTES, Node};
use crate::diagnostic::{Diagnostic, Span, catalog};

/// What one piece gave. Places count from its start.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    nodes: Vec<Node>,
    diagnostics: Vec<Diagnostic>,
}

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

/// Reads one piece.
pub(super) fn piece(text: &str, piece: split::Piece) -> Piece {
    let relative = |span: Span| Span::new(span.start - piece.span.start, span.end - piece.span.start);
    if let Some(flaw) = piece.flaw {
        let (row, span) = match flaw {
            Flaw::Unclosed(at) => (catalog::UNCLOSED_BRACE, at),
            Flaw::Unopened(at) => (catalog::UNOPENED_BRACE, at),
            Flaw::OpenString(at) => (catalog::OPEN_STRING, at),
            Flaw::OpenComment(at) => (catalog::OPEN_COMMENT, at),
            Flaw::TooDeep(at) => (catalog::TOO_DEEP, at),
            Flaw::ClauseAfterBrace(at) => (catalog::CLAUSE_AFTER_BRACE, at),
        };
        let span = relative(span);
        let named = text.get(span.range()).unwrap_or_default().to_owned();
        return Piece { nodes: Vec::new(), diagnostics: vec![Diagnostic::new(row, span, [named])] };
    }
    let text = &without_comments(text);
    match KdlDocument::parse_v2(text) {
        Ok(document) => {
            Piece { nodes: document.nodes().iter().map(|node| read_node(text, node)).collect(), diagnostics: Vec::new() }
        }
        Err(error) => Piece { nodes: Vec::new(), diagnostics: vec![first_cause(text, &error)] },
    }
}

/// The text with blanks of the same length for its comments: the crate reads them by recursion, a step for each `*` or `/`, and
/// a long one would overflow the stack.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for token in token::tokens(text) {
        let written = &text[token.span.range()];
        let kept = match token.kind {
            TokenKind::LineComment | TokenKind::BlockComment(_) => "",
            TokenKind::Continuation => "\\",
            _ => written,
        };
        let line_end = match token.kind {
            TokenKind::Continuation => &written[written.trim_end_matches(token::is_newline).len()..],
            _ => "",
        };
        out.push_str(kept);
        out.extend(std::iter::repeat_n(' ', written.len() - kept.len() - line_end.len()));
        out.push_str(line_end);
    }
    debug_assert_eq!(out.len(), text.len(), "every place stays where it was");
    out
}

impl Piece {
    /// Adds what it holds, with places counted from `offset`.
    pub(super) fn add_to(&self, offset: usize, nodes: &mut Vec<Node>, diagnostics: &mut Vec<Diagnostic>) {
        nodes.extend(self.nodes.iter().map(|node| moved(node, offset)));
        diagnostics.extend(self.diagnostics.iter().map(|told| Diagnostic { span: told.span.shifted(offset), ..told.clone() }));
    }
}

fn moved(node: &Node, by: usize) -> Node {
    Node {
        word: node.word.clone(),
        word_span: node.word_span.shifted(by),
        entries: node
            .entries
            .iter()
            .map(|entry| Entry {
                name: entry.name.as_ref().map(|(name, span)| (name.clone(), span.shifted(by))),
                value: entry.value.clone(),
                span: entry.span.shifted(by),
                content: entry.content.map(|at| at + by),
            })
            .collect(),
        children: node.children.as_ref().map(|children| children.iter().map(|child| moved(child, by)).collect()),
        span: node.span.shifted(by),
    }
}

/// The crate's errors cascade: one missing quote gives ten. The earliest is the cause.
fn first_cause(text: &str, error: &kdl::KdlError) -> Diagnostic {
    let first = error.diagnostics.iter().min_by_key(|told| told.span.offset());
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let Some(first) = first else { return Diagnostic::new(catalog::NOT_KDL, Span::new(0, text.len()), [String::new()]) };
    let start = boundary(first.span.offset());
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = boundary((first.span.offset() + first.span.len().max(1)).min(line_end)).max(start);
    let said = first.help.as_ref().or(first.message.as_ref()).cloned().unwrap_or_default();
    Diagnostic::new(catalog::NOT_KDL, Span::new(start, end), [said])
}

fn read_node(text: &str, node: &KdlNode) -> Node {
    let word = node.name().span();
    let start = node.ty().map_or(word.offset(), |ty| ty.span().offset().saturating_sub(1));
    let span = node.span();
    let end = (span.offset() + span.len()).min(text.len());
    // The crate's span of a node reaches over blanks and the terminator behind it.
    let end = start + text[start..end].trim_end_matches(|c: char| c.is_whitespace() || c == ';').len();
    Node {
        word: node.name().value().to_owned(),
        word_span: Span::new(word.offset(), word.offset() + word.len()),
        entries: node.entries().iter().map(|entry| read_entry(text, entry)).collect(),
        children: node.children().map(|children| children.nodes().iter().map(|child| read_node(text, child)).collect()),
        span: Span::new(start, end),
    }
}

fn read_entry(text: &str, entry: &KdlEntry) -> Entry {
    let whole = entry.span();
    let (mut start, mut end) = (whole.offset(), (whole.offset() + whole.len()).min(text.len()));
    let name = entry.name().map(|name| {
        let span = Span::new(name.span().offset(), name.span().offset() + name.span().len());
        start = text[span.end..end].find('=').map_or(span.end, |at| span.end + at + 1);
        (name.value().to_owned(), span)
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
        Literal::Text(read) => written.find(read.as_str()).filter(|_| !read.is_empty()).map(|at| start + at),
        _ => None,
    };
    Entry { name, value, span: Span::new(start, end), content }
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
        check("lock a\nlet x (y\nlock b", &["lock a | lock a", "lock b | lock b", "E0101 \"y\""]);
    }

    #[test]
    fn flaws_of_the_braces_are_named() {
        check("thread a {\n", &["E0102 \"{\""]);
        check("}\nlock a", &["lock a | lock a", "E0103 \"}\""]);
        check("lock \"a\n\nlock b", &["lock b | lock b", "E0104 \"\\\"\""]);
        check("if x { } else { }", &["E0107 \"else\""]);
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

//! The pieces of a written value: names, functions, texts. Works on values that are still being written, and on the text as it
//! stands in the file, escapes included, so that every place is exact. The tree of an expression is `expression`'s.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::document::token::TokenKind;
use crate::scenario::expression::RESERVED;

/// A name in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) kind: PieceKind,
}

/// What a name in an expression is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// Stands for a value.
    Name,
    /// Is called: a parenthesis follows.
    Function,
    /// Follows a point.
    Attribute,
}

/// What a place in a value is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// An expression: names stand here.
    Expression,
    /// Behind a point.
    Attribute,
    /// A text, a number, or what is plain in a template.
    Text,
}

/// The bytes of a value between its quotes; of one without quotes, all. With whether escapes count.
pub(super) fn content(text: &str, span: Span, token: TokenKind) -> (Span, bool) {
    let TokenKind::Text(closed) = token else { return (span, false) };
    let written = &text[span.range()];
    let hashes = written.len() - written.trim_start_matches('#').len();
    let quotes = if written[hashes..].starts_with("\"\"\"") { 3 } else { 1 };
    let begin = hashes + quotes;
    let end = if closed { written.len().saturating_sub(begin).max(begin) } else { written.len() };
    (Span::new(span.start + begin, span.start + end), hashes == 0)
}

/// The characters of a value with the bytes each is written with.
struct Characters<'a> {
    written: &'a str,
    base: usize,
    at: usize,
    escapes: bool,
}

impl Iterator for Characters<'_> {
    type Item = (Range<usize>, char);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.written[self.at..];
        let first = rest.chars().next()?;
        let (length, character) = if first == '\\' && self.escapes { escaped(rest) } else { (first.len_utf8(), first) };
        let start = self.base + self.at;
        self.at += length;
        Some((start..start + length, character))
    }
}

/// How long an escape is, and what it stands for; one for a character in no name stands for a blank.
fn escaped(rest: &str) -> (usize, char) {
    match rest[1..].chars().next() {
        Some('u') => (rest.find('}').map_or(2, |end| end + 1), ' '),
        Some(mark @ ('"' | '\\' | '/')) => (2, mark),
        Some(other) => (1 + other.len_utf8(), ' '),
        None => (1, ' '),
    }
}

/// Walks a value and stops behind the byte `until`.
struct Walk<'a> {
    characters: std::iter::Peekable<Characters<'a>>,
    until: usize,
    found: Vec<Piece>,
}

/// The names in a value between the bytes `span`, and what the byte `at` is in.
pub(super) fn pieces(text: &str, span: Span, escapes: bool, is_template: bool, at: usize) -> (Vec<Piece>, Inside) {
    let characters = Characters { written: &text[span.range()], base: span.start, at: 0, escapes };
    let mut walk = Walk { characters: characters.peekable(), until: at, found: Vec::new() };
    let inside = if is_template { walk.template() } else { walk.expression(false) };
    (walk.found, inside.unwrap_or(Inside::Text))
}

impl Walk<'_> {
    /// Plain text with holes.
    fn template(&mut self) -> Option<Inside> {
        let mut inside = (self.until < self.start()?).then_some(Inside::Text);
        while let Some((range, character)) = self.characters.next() {
            if character != '{' {
                inside = inside.or_else(|| (self.until <= range.start).then_some(Inside::Text));
                continue;
            }
            if self.characters.next_if(|(_, next)| *next == '{').is_some() {
                continue;
            }
            inside = inside.or_else(|| (self.until <= range.start).then_some(Inside::Text)).or(self.expression(true));
        }
        inside
    }

    fn start(&mut self) -> Option<usize> {
        self.characters.peek().map(|(range, _)| range.start)
    }

    /// An expression, up to the end or, in a hole of a template, up to its brace.
    fn expression(&mut self, is_hole: bool) -> Option<Inside> {
        let (mut inside, mut depth) = (None, 0_usize);
        let mut last = None;
        let mut end = 0;
        while let Some((range, character)) = self.characters.next() {
            end = range.end;
            if self.until <= range.start {
                inside = inside.or(Some(Inside::Expression));
            }
            match character {
                '\'' | '"' => {
                    let before = self.until;
                    let closed = self.text(character, &mut end);
                    if before > range.start && (before < end || (!closed && before <= end)) {
                        inside = inside.or(Some(Inside::Text));
                    }
                    last = None;
                }
                '}' if is_hole => return inside,
                ':' if is_hole && depth == 0 => {
                    let close = self.characters.by_ref().find(|(_, character)| *character == '}').map(|(range, _)| range.start);
                    let in_spec = range.start < self.until && close.is_none_or(|close| self.until <= close);
                    return inside.or(in_spec.then_some(Inside::Text));
                }
                '(' | '[' => (depth, last) = (depth + 1, None),
                ')' | ']' => (depth, last) = (depth.saturating_sub(1), None),
                '0'..='9' => {
                    end = self.word(range.end);
                    if range.start < self.until && self.until <= end {
                        inside = inside.or(Some(Inside::Text));
                    }
                    last = None;
                }
                _ if character == '_' || character.is_alphabetic() => {
                    end = self.word(range.end);
                    let is_attribute = last == Some('.');
                    if self.until <= end {
                        inside = inside.or(Some(if is_attribute { Inside::Attribute } else { Inside::Expression }));
                    }
                    self.found_name(Span::new(range.start, end), is_attribute);
                    last = None;
                }
                '.' => {
                    last = Some('.');
                    if self.until == end {
                        inside = inside.or(Some(Inside::Attribute));
                    }
                }
                _ => last = last.filter(|_| character.is_whitespace()),
            }
        }
        inside.or((self.until >= end).then_some(if last == Some('.') { Inside::Attribute } else { Inside::Expression }))
    }

    fn found_name(&mut self, span: Span, is_attribute: bool) {
        let kind = match self.characters.peek() {
            _ if is_attribute => PieceKind::Attribute,
            Some((_, '(')) => PieceKind::Function,
            _ => PieceKind::Name,
        };
        self.found.push(Piece { span, kind });
    }

    /// The rest of a name or number; where it ends.
    fn word(&mut self, mut end: usize) -> usize {
        while let Some((range, _)) = self.characters.next_if(|(_, next)| *next == '_' || next.is_alphanumeric()) {
            end = range.end;
        }
        end
    }

    /// The rest of a text in quotes; whether it is closed.
    fn text(&mut self, quote: char, end: &mut usize) -> bool {
        while let Some((range, character)) = self.characters.next() {
            *end = range.end;
            match character {
                '\\' => drop(self.characters.next()),
                _ if character == quote => return true,
                _ => {}
            }
        }
        false
    }
}

/// The names that stand for values or functions, reserved words left out.
pub(super) fn names(text: &str, span: Span, escapes: bool, is_template: bool) -> Vec<Piece> {
    let (mut found, _) = pieces(text, span, escapes, is_template, usize::MAX);
    found.retain(|piece| !RESERVED.contains(&&text[piece.span.range()]));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, is_template: bool, expect: &str) {
        let found = names(written, Span::new(0, written.len()), true, is_template);
        let shown: Vec<_> = found
            .iter()
            .map(|piece| {
                let name = &written[piece.span.range()];
                match piece.kind {
                    PieceKind::Name => name.to_owned(),
                    PieceKind::Function => format!("{name}()"),
                    PieceKind::Attribute => format!(".{name}"),
                }
            })
            .collect();
        assert_eq!(shown.join(" "), expect, "{written}");
    }

    #[test]
    fn names_are_found_and_texts_numbers_and_reserved_words_are_not() {
        check("done + 1", false, "done");
        check("len(jobs) if a.name == 'x y' else 锁_1[i] // 1e3", false, "len() jobs a .name 锁_1 i");
        check(r#"x == \"y\" and 'it\\'s z' or w"#, false, "x w");
        check("'open x", false, "");
    }

    #[test]
    fn templates_hold_names_in_their_holes() {
        check("n is {n:>10} of {{x}} {a[i] + 'b}'} {", true, "n a i");
        check(r"\u{41} {b}\n", true, "b");
    }

    /// What the place of `|` is in.
    fn inside(written: &str, is_template: bool) -> Inside {
        let at = written.find('|').expect("a caret");
        let written = written.replacen('|', "", 1);
        pieces(&written, Span::new(0, written.len()), true, is_template, at).1
    }

    #[test]
    fn a_place_is_in_an_expression_behind_a_point_or_in_a_text() {
        use Inside::{Attribute, Expression, Text};
        for (written, expect) in [
            ("|", Expression),
            ("don| + 1", Expression),
            ("1 + |", Expression),
            ("1 + | + 2", Expression),
            ("12|", Text),
            ("e.|", Attribute),
            ("e.va|", Attribute),
            ("'a|b'", Text),
            ("'a|", Text),
            ("'a' + |", Expression),
            ("len(|)", Expression),
        ] {
            assert_eq!(inside(written, false), expect, "{written}");
        }
        for (written, expect) in [
            ("|", Text),
            ("a |b", Text),
            ("a {|", Expression),
            ("a {|}", Expression),
            ("a {x|} b", Expression),
            ("a {x} |b", Text),
            ("a {x:|.2f}", Text),
            ("a {{|", Text),
            ("{x} {y|", Expression),
            ("{x}|{y}", Text),
        ] {
            assert_eq!(inside(written, true), expect, "{written}");
        }
    }
}

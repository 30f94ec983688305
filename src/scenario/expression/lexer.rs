//! An expression's text as tokens, each with its place in the file.

use crate::diagnostic::{Diagnostic, Span, catalog};

/// Where an expression's text stands in the file.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// Its first byte is this byte of the file, and so on: a string without escapes.
    From(usize),
    /// Somewhere inside this: a string with escapes.
    Within(Span),
}

impl Place {
    /// The place in the file of a stretch of the expression's text.
    pub(super) const fn span(self, start: usize, end: usize) -> Span {
        match self {
            Self::From(offset) => Span::new(offset + start, offset + end),
            Self::Within(span) => span,
        }
    }

    /// The place of what begins `by` bytes further on.
    pub(super) const fn after(self, by: usize) -> Self {
        match self {
            Self::From(offset) => Self::From(offset + by),
            Self::Within(_) => self,
        }
    }
}

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'a> {
    Int(i64),
    Float(f64),
    Text(String),
    /// A name or a word of the language.
    Word(&'a str),
    Symbol(&'static str),
    End,
}

/// Longest first, so that `**` is not read as two.
const SYMBOLS: [&str; 22] =
    ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "<", ">", "(", ")", "[", "]", ",", ".", ":", "{", "}"];

/// All tokens of `text`, the end included.
pub(super) fn tokens(text: &str, place: Place) -> Result<Vec<Token<'_>>, Diagnostic> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '\'' | '"' => string(rest, place.after(at))?,
            '0'..='9' => number(rest, place.after(at))?,
            '.' if rest[1..].starts_with(|digit: char| digit.is_ascii_digit()) => number(rest, place.after(at))?,
            _ if first == '_' || first.is_alphabetic() => {
                let length = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
                (TokenKind::Word(&rest[..length]), length)
            }
            _ => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                Some(symbol) => (TokenKind::Symbol(symbol), symbol.len()),
                None if first == '=' => return Err(Diagnostic::new(catalog::SINGLE_EQUALS, place.span(at, at + 1), [])),
                None => {
                    let span = place.span(at, at + first.len_utf8());
                    return Err(Diagnostic::new(catalog::UNEXPECTED_TOKEN, span, [first.to_string()]));
                }
            },
        };
        found.push(Token { kind, span: place.span(at, at + length) });
        at += length;
    }
    found.push(Token { kind: TokenKind::End, span: place.span(at, at) });
    Ok(found)
}

fn number(text: &str, place: Place) -> Result<(TokenKind<'_>, usize), Diagnostic> {
    let digits = |from: usize| text[from..].find(|c: char| c != '_' && !c.is_ascii_digit()).map_or(text.len(), |at| from + at);
    let mut end = digits(0);
    let mut float = false;
    if text[end..].starts_with('.') {
        float = true;
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        if text[end + 1 + sign..].starts_with(|c: char| c.is_ascii_digit()) {
            float = true;
            end = digits(end + 1 + sign);
        }
    }
    let written: String = text[..end].chars().filter(|&c| c != '_').collect();
    let bad = || Diagnostic::new(catalog::BAD_NUMBER, place.span(0, end), [text[..end].to_owned()]);
    let kind = if float { written.parse().map(TokenKind::Float).ok() } else { written.parse().map(TokenKind::Int).ok() };
    Ok((kind.ok_or_else(bad)?, end))
}

fn string(text: &str, place: Place) -> Result<(TokenKind<'_>, usize), Diagnostic> {
    let quote = text.chars().next().expect("called at a quote");
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, escaped @ ('\\' | '\'' | '"'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            _ if character == quote => return Ok((TokenKind::Text(value), at + 1)),
            _ => value.push(character),
        }
    }
    Err(Diagnostic::new(catalog::OPEN_TEXT, place.span(0, text.len()), []))
}

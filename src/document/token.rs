//! Cuts a text into KDL's tokens. Every byte belongs to exactly one; any text can be cut. Does not know what a node is.

use crate::diagnostic::Span;

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
}

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Spaces, and the byte order mark at the start.
    Space,
    /// One end of a line.
    Newline,
    /// `// …`, without the end of its line.
    LineComment,
    /// `/* … */`, nested; false when it has no end.
    BlockComment(bool),
    /// `/-`: what follows is left out.
    Slashdash,
    /// `;`
    Semicolon,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `=`
    Equals,
    /// `\` at the end of a line, with that end.
    Continuation,
    /// A bare word or a number.
    Bare,
    /// `#true` and its like.
    Keyword,
    /// A text in quotes of any kind; false when it has no closing quote.
    Text(bool),
    /// A character that may not stand here: `( ) [ ]`, a lone `/` or `\`, a control character.
    Bad,
}

/// The tokens of a text, in order, without gaps.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while at < text.len() {
        let (kind, length) = next(&text[at..], at == 0);
        debug_assert!(length > 0, "every token has at least a byte");
        all.push(Token { kind, span: Span::new(at, at + length) });
        at += length;
    }
    all
}

fn next(rest: &str, first: bool) -> (TokenKind, usize) {
    let c = rest.chars().next().expect("there is text left");
    let one = c.len_utf8();
    match c {
        '\u{feff}' if first => (TokenKind::Space, one),
        _ if is_space(c) => (TokenKind::Space, take(rest, is_space)),
        _ if is_newline(c) => (TokenKind::Newline, if rest.starts_with("\r\n") { 2 } else { one }),
        ';' => (TokenKind::Semicolon, 1),
        '{' => (TokenKind::Open, 1),
        '}' => (TokenKind::Close, 1),
        '=' => (TokenKind::Equals, 1),
        '/' => slash(rest),
        '\\' => continuation(rest),
        '"' => text(rest, 0),
        '#' => hash(rest),
        _ if is_bare(c) => (TokenKind::Bare, take(rest, is_bare)),
        _ => (TokenKind::Bad, one),
    }
}

fn take(rest: &str, belongs: fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

fn slash(rest: &str) -> (TokenKind, usize) {
    match rest.as_bytes().get(1) {
        Some(b'/') => (TokenKind::LineComment, rest.find(is_newline).unwrap_or(rest.len())),
        Some(b'-') => (TokenKind::Slashdash, 2),
        Some(b'*') => block_comment(rest),
        _ => (TokenKind::Bad, 1),
    }
}

fn block_comment(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match &bytes[at..(at + 2).min(bytes.len())] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return (TokenKind::BlockComment(true), at);
        }
    }
    (TokenKind::BlockComment(false), rest.len())
}

fn continuation(rest: &str) -> (TokenKind, usize) {
    let mut at = 1;
    loop {
        let tail = &rest[at..];
        let Some(c) = tail.chars().next() else { return (TokenKind::Continuation, at) };
        match c {
            _ if is_space(c) => at += take(tail, is_space),
            _ if is_newline(c) => return (TokenKind::Continuation, at + if tail.starts_with("\r\n") { 2 } else { c.len_utf8() }),
            '/' => match slash(tail) {
                (TokenKind::LineComment | TokenKind::BlockComment(_), length) => at += length,
                _ => return (TokenKind::Bad, 1),
            },
            _ => return (TokenKind::Bad, 1),
        }
    }
}

fn hash(rest: &str) -> (TokenKind, usize) {
    let hashes = take(rest, |c| c == '#');
    if rest[hashes..].starts_with('"') {
        return text(rest, hashes);
    }
    (TokenKind::Keyword, hashes + take(&rest[hashes..], is_bare))
}

/// A text in quotes: raw with `hashes` before and behind it, else with escapes.
fn text(rest: &str, hashes: usize) -> (TokenKind, usize) {
    let quotes = if rest[hashes..].starts_with("\"\"\"") { 3 } else { 1 };
    let body = hashes + quotes;
    let close = format!("{}{}", &"\"\"\""[..quotes], "#".repeat(hashes));
    let mut at = body;
    while let Some(c) = rest[at..].chars().next() {
        if rest[at..].starts_with(&close) {
            return (TokenKind::Text(true), at + close.len());
        }
        if is_newline(c) && quotes == 1 {
            return (TokenKind::Text(false), at);
        }
        at += c.len_utf8();
        if c == '\\' && hashes == 0 {
            let blank = take(&rest[at..], |c| is_space(c) || is_newline(c));
            at += if blank > 0 { blank } else { rest[at..].chars().next().map_or(0, char::len_utf8) };
        }
    }
    (TokenKind::Text(false), rest.len())
}

/// KDL's ends of a line.
#[must_use]
pub const fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

/// KDL's spaces.
#[must_use]
pub const fn is_space(c: char) -> bool {
    matches!(c, '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// What may stand in a bare word.
#[must_use]
pub const fn is_bare(c: char) -> bool {
    !(is_newline(c)
        || is_space(c)
        || matches!(c, '\\' | '/' | '(' | ')' | '{' | '}' | '[' | ']' | ';' | '"' | '#' | '=')
        || matches!(c, '\0'..='\u{1f}' | '\u{7f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let each = tokens(text).into_iter().filter(|token| token.kind != TokenKind::Space);
        each.map(|token| format!("{:?} {:?}\n", token.kind, &text[token.span.range()])).collect()
    }

    #[test]
    fn each_kind_of_text_ends_where_kdl_ends_it() {
        let text = "\"a\\\"b\" #\"c\"d\"# \"\"\"\ne\"f\n\"\"\" \"open\n\"x\\\n  y\"";
        let expected = "Text(true) \"\\\"a\\\\\\\"b\\\"\"\nText(true) \"#\\\"c\\\"d\\\"#\"\nText(true) \"\\\"\\\"\\\"\\ne\\\"f\\n\\\"\\\"\\\"\"\n\
                        Text(false) \"\\\"open\"\nNewline \"\\n\"\nText(true) \"\\\"x\\\\\\n  y\\\"\"\n";
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn comments_nest_and_slashdash_is_not_one() {
        assert_eq!(
            shown("/* a /* b */ c */ // d\n/-e"),
            "BlockComment(true) \"/* a /* b */ c */\"\nLineComment \"// d\"\nNewline \"\\n\"\nSlashdash \"/-\"\nBare \"e\"\n"
        );
        assert_eq!(shown("/* a /* b */"), "BlockComment(false) \"/* a /* b */\"\n");
    }

    #[test]
    fn a_continuation_takes_its_line_end_and_comment() {
        assert_eq!(shown("a \\ // why\r\nb"), "Bare \"a\"\nContinuation \"\\\\ // why\\r\\n\"\nBare \"b\"\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn tokens_cover_any_text_without_gaps(text in "[a-c{};=/*\\-\\\\\"#\\[ \\n\\r\u{feff}中\0]{0,60}") {
            let mut at = 0;
            for token in tokens(&text) {
                prop_assert_eq!(token.span.start, at);
                prop_assert!(token.span.end > at);
                at = token.span.end;
            }
            prop_assert_eq!(at, text.len());
        }
    }
}

//! Cuts a text into its top-level nodes without understanding them: enough of KDL's spelling to know strings, comments and braces.
//! Also measures nesting, so that the reader never sees a text deep enough to overflow its stack. Linear in the text; never fails.

use crate::diagnostic::Span;

/// A stretch of text that holds one top-level node, its trailing comment and terminator left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where.
    pub(super) span: Span,
    /// What forbids handing it to the reader.
    pub(super) flaw: Option<Flaw>,
}

/// What can be wrong with a piece already here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A brace that is never closed; its place.
    Unclosed(Span),
    /// A closing brace that nothing opened.
    Unopened(Span),
    /// A string that is never closed; its opening quote.
    OpenString(Span),
    /// A comment that is never closed.
    OpenComment(Span),
    /// Braces nested deeper than allowed; the first that is.
    TooDeep(Span),
    /// `} else {`: a clause that does not begin a line; its word.
    ClauseAfterBrace(Span),
}

/// How deep braces may nest.
pub(super) const MOST_NESTED: usize = 64;

/// The top-level pieces of `text`, in order.
pub(super) fn split(text: &str) -> Vec<Piece> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    let mut pieces = Vec::new();
    while let Some(piece) = scanner.piece() {
        pieces.push(piece);
    }
    pieces
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What stands at a place, as far as cutting cares.
enum Token {
    Blank,
    Newline,
    Comment,
    Semicolon,
    Open,
    Close,
    Other,
    OpenString,
    OpenComment,
    /// A backslash that continues the line, with the line's end.
    Continuation,
}

impl Scanner<'_> {
    fn piece(&mut self) -> Option<Piece> {
        let mut start = None;
        let mut end = self.at;
        let mut open: Vec<usize> = Vec::new();
        let mut flaw = None;
        let mut after_close = false;
        while self.at < self.bytes.len() {
            let from = self.at;
            let token = self.token();
            let here = Span::new(from, self.at);
            match token {
                Token::Blank | Token::Comment => continue,
                Token::Newline | Token::Semicolon => {
                    after_close = false;
                    if open.is_empty() && start.is_some() {
                        break;
                    }
                    continue;
                }
                Token::Continuation => {}
                Token::Open => {
                    open.push(from);
                    if open.len() == MOST_NESTED + 1 {
                        flaw.get_or_insert(Flaw::TooDeep(here));
                    }
                }
                Token::Close if open.pop().is_none() => {
                    flaw.get_or_insert(Flaw::Unopened(here));
                }
                Token::OpenString => {
                    flaw.get_or_insert(Flaw::OpenString(Span::new(from, from + 1)));
                }
                Token::OpenComment => {
                    flaw.get_or_insert(Flaw::OpenComment(Span::new(from, from + 2)));
                }
                Token::Close | Token::Other => {}
            }
            if after_close && matches!(self.bytes.get(from..self.at), Some(b"else" | b"elif" | b"except" | b"finally")) {
                flaw.get_or_insert(Flaw::ClauseAfterBrace(here));
            }
            after_close = matches!(token, Token::Close);
            start.get_or_insert(from);
            end = self.at;
        }
        let start = start?;
        if let Some(&brace) = open.last() {
            flaw.get_or_insert(Flaw::Unclosed(Span::new(brace, brace + 1)));
        }
        Some(Piece { span: Span::new(start, end), flaw })
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn token(&mut self) -> Token {
        let rest = self.rest();
        match rest[0] {
            b' ' | b'\t' => self.take(1, Token::Blank),
            b'\r' | b'\n' | 0x0b | 0x0c => self.take(1, Token::Newline),
            b';' => self.take(1, Token::Semicolon),
            b'{' => self.take(1, Token::Open),
            b'}' => self.take(1, Token::Close),
            b'\\' => self.continuation(),
            b'/' if rest.starts_with(b"//") => {
                let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                self.take(length, Token::Comment)
            }
            b'/' if rest.starts_with(b"/*") => self.block_comment(),
            b'/' if rest.starts_with(b"/-") => self.take(2, Token::Other),
            b'"' | b'#' => self.string(),
            _ if unicode_newline(rest) > 0 => self.take(unicode_newline(rest), Token::Newline),
            _ if rest.starts_with("\u{feff}".as_bytes()) => self.take(3, Token::Blank),
            _ => {
                let length = rest.iter().position(|byte| b" \t\r\n;{}\\\"/#=()".contains(byte)).unwrap_or(rest.len());
                self.take(length.max(1), Token::Other)
            }
        }
    }

    fn take(&mut self, length: usize, token: Token) -> Token {
        self.at += length;
        token
    }

    fn continuation(&mut self) -> Token {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.token() {
                Token::Blank | Token::Comment => {}
                Token::Newline => {
                    if self.bytes[self.at - 1] == b'\r' && self.rest().first() == Some(&b'\n') {
                        self.at += 1;
                    }
                    break;
                }
                _ => break,
            }
        }
        Token::Continuation
    }

    fn block_comment(&mut self) -> Token {
        let mut depth = 0;
        while self.at < self.bytes.len() {
            match self.rest() {
                [b'/', b'*', ..] => {
                    depth += 1;
                    self.at += 2;
                }
                [b'*', b'/', ..] => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Token::Comment;
                    }
                }
                _ => self.at += 1,
            }
        }
        Token::OpenComment
    }

    /// A quoted, raw or multi-line string, or a keyword such as `#true`. A string that does not end is skipped to the end of
    /// its line only (a multi-line one to the end of the text), so that the nodes after it are still found.
    fn string(&mut self) -> Token {
        let rest = self.rest();
        let hashes = rest.iter().take_while(|&&byte| byte == b'#').count();
        let quotes = rest[hashes..].iter().take_while(|&&byte| byte == b'"').count();
        if quotes == 0 {
            let length = rest.iter().position(|byte| b" \t\r\n;{}".contains(byte)).unwrap_or(rest.len());
            return self.take(length.max(1), Token::Other);
        }
        let quotes = if quotes >= 3 { 3 } else { 1 };
        let close: Vec<u8> = std::iter::repeat_n(b'"', quotes).chain(std::iter::repeat_n(b'#', hashes)).collect();
        let mut at = hashes + quotes;
        while at < rest.len() {
            match rest[at] {
                b'\\' if hashes == 0 => at += 2,
                b'\n' | b'\r' if quotes == 1 => return self.take(at, Token::OpenString),
                _ if rest[at..].starts_with(&close) => return self.take(at + close.len(), Token::Other),
                _ => at += 1,
            }
        }
        let length = rest.len();
        self.take(length, Token::OpenString)
    }
}

/// The length of KDL's newlines beyond ASCII: next line, line and paragraph separators.
fn unicode_newline(bytes: &[u8]) -> usize {
    ["\u{85}", "\u{2028}", "\u{2029}"].iter().find(|line| bytes.starts_with(line.as_bytes())).map_or(0, |line| line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let pieces: Vec<_> = split(text).into_iter().map(|piece| &text[piece.span.range()]).collect();
        assert_eq!(pieces, expect, "{text}");
    }

    #[test]
    fn nodes_end_at_a_line_or_a_semicolon_outside_braces() {
        check("a 1; b\nc {\n d; e\n}\n\n// x\nf", &["a 1", "b", "c {\n d; e\n}", "f"]);
    }

    #[test]
    fn braces_in_strings_and_comments_do_not_count() {
        check(
            "a \"{\" // {\nb #\"\"{\"# /* { /* { */ */\nc \"\"\"\n {\n \"\"\"\nd",
            &["a \"{\"", "b #\"\"{\"#", "c \"\"\"\n {\n \"\"\"", "d"],
        );
    }

    #[test]
    fn a_backslash_continues_the_line() {
        check("a \\\r\n b\nc \\ // why\n d", &["a \\\r\n b", "c \\ // why\n d"]);
    }

    #[test]
    fn an_open_string_spoils_its_line_only() {
        let text = "a \"x\nb 1";
        let pieces = split(text);
        assert_eq!(pieces[0].flaw, Some(Flaw::OpenString(Span::new(2, 3))));
        assert_eq!(&text[pieces[1].span.range()], "b 1");
    }

    #[test]
    fn a_clause_behind_a_brace_is_found() {
        let flaws = |text: &str| split(text).first().and_then(|piece| piece.flaw);
        assert_eq!(flaws("if x { } else { }"), Some(Flaw::ClauseAfterBrace(Span::new(9, 13))));
        assert_eq!(flaws("a { if x { }\n else { } }"), None);
        assert_eq!(flaws(&"a {".repeat(65)), Some(Flaw::TooDeep(Span::new(194, 195))));
    }
}

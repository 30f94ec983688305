//! Where lines begin in a text, and the ways to say a place: byte, character, line and column. Egui counts characters, spans
//! count bytes, people count lines. Also the smallest edit between two texts.

use crate::diagnostic::Span;

/// An index of a text's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// For each line the byte and the character it begins at.
    starts: Vec<(usize, usize)>,
    bytes: usize,
    chars: usize,
}

/// A place as people say it; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Which line.
    pub line: usize,
    /// Which character of it.
    pub column: usize,
}

impl Lines {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (mut starts, mut bytes, mut chars) = (vec![(0, 0)], 0, 0);
        for line in text.split_inclusive('\n') {
            bytes += line.len();
            chars += line.chars().count();
            if line.ends_with('\n') {
                starts.push((bytes, chars));
            }
        }
        Self { starts, bytes, chars }
    }

    /// How many lines; an empty text has one.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.starts.len()
    }

    /// How many characters.
    #[must_use]
    pub const fn chars(&self) -> usize {
        self.chars
    }

    /// The bytes of the `index`-th line, from 0, with its end.
    #[must_use]
    pub fn line(&self, index: usize) -> Span {
        let end = self.starts.get(index + 1).map_or(self.bytes, |start| start.0);
        self.starts.get(index).map_or(Span::new(self.bytes, self.bytes), |start| Span::new(start.0, end))
    }

    /// The index of the line that holds a byte; the last for bytes beyond the text.
    #[must_use]
    pub fn line_of_byte(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| start.0 <= byte) - 1
    }

    /// The character at or around a byte of `text`, the text this was made of.
    #[must_use]
    pub fn char_from_byte(&self, text: &str, byte: usize) -> usize {
        let byte = text.floor_char_boundary(byte);
        let start = self.starts[self.line_of_byte(byte)];
        start.1 + text[start.0..byte].chars().count()
    }

    /// The byte a character of `text` begins at.
    #[must_use]
    pub fn byte_from_char(&self, text: &str, char: usize) -> usize {
        let start = self.starts[self.starts.partition_point(|start| start.1 <= char) - 1];
        text[start.0..].char_indices().nth(char - start.1).map_or(text.len(), |(offset, _)| start.0 + offset)
    }

    /// Line and column of a byte of `text`.
    #[must_use]
    pub fn line_column(&self, text: &str, byte: usize) -> LineColumn {
        let line = self.line_of_byte(byte);
        let start = self.starts[line];
        LineColumn { line: line + 1, column: self.char_from_byte(text, byte) - start.1 + 1 }
    }
}

impl std::fmt::Display for LineColumn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}", self.line, self.column)
    }
}

/// The smallest single replacement that turns `before` into `after`: the bytes of `before` it replaces, and with what.
/// None when they are equal.
#[must_use]
pub fn difference<'a>(before: &str, after: &'a str) -> Option<(Span, &'a str)> {
    if before == after {
        return None;
    }
    let common = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let start = before.floor_char_boundary(common).min(after.floor_char_boundary(common));
    let rest = before[start..].bytes().rev().zip(after[start..].bytes().rev()).take_while(|(one, other)| one == other).count();
    // A boundary in one text is one in the other: the bytes behind it are the same.
    let end = before.ceil_char_boundary(before.len() - rest);
    Some((Span::new(start, end), &after[start..after.len() - (before.len() - end)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_in_bytes_characters_and_columns() {
        let text = "锁 a\n\n中文\n";
        let lines = Lines::of(text);
        assert_eq!(lines.count(), 4);
        assert_eq!(lines.chars(), text.chars().count());
        for (char, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(lines.char_from_byte(text, byte), char);
            assert_eq!(lines.byte_from_char(text, char), byte);
        }
        let places: Vec<_> = [0, 4, 5, 6, 7, 10, 14, 99].map(|byte| lines.line_column(text, byte).to_string()).into();
        assert_eq!(places, ["1:1", "1:3", "1:4", "2:1", "3:1", "3:2", "4:1", "4:1"]);
        assert_eq!(lines.byte_from_char(text, 99), text.len());
        assert_eq!(&text[lines.line(2).range()], "中文\n");
        assert_eq!(lines.line(9), Span::new(14, 14));
    }

    fn check(before: &str, after: &str, expected: &str) {
        let shown = match difference(before, after) {
            None => "nothing".to_owned(),
            Some((span, with)) => {
                let mut applied = before.to_owned();
                applied.replace_range(span.range(), with);
                assert_eq!(applied, after);
                format!("{}..{} {with:?}", span.start, span.end)
            }
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_difference_is_one_smallest_replacement() {
        check("abc", "abc", "nothing");
        check("abc", "abXc", "2..2 \"X\"");
        check("abc", "ac", "1..2 \"\"");
        check("aaa", "aaaa", "3..3 \"a\"");
        check("", "锁", "0..0 \"锁\"");
        check("锁", "钥", "0..3 \"钥\"");
        check("锁x", "銁x", "0..3 \"銁\"");
        check("a中b", "a丮b", "1..4 \"丮\"");
        check("中", "", "0..3 \"\"");
    }

    proptest::proptest! {
        #[test]
        fn applying_the_difference_gives_the_other_text(before in "[a中é\n]{0,12}", after in "[a中é\n]{0,12}") {
            let mut applied = before.clone();
            if let Some((span, with)) = difference(&before, &after) {
                applied.replace_range(span.range(), with);
            }
            proptest::prop_assert_eq!(applied, after);
        }
    }
}

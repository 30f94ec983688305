//! The text while it is typed into: a copy of the document's, with an editor's manners for Enter and Tab.
//! Does not undo (the document does) and does not send edits: `editor` compares with the document afterwards.

use std::any::TypeId;
use std::ops::Range;

use egui::TextBuffer;
use egui::text::{CCursor, CharIndex};

use crate::document::typing::INDENT;

/// The copy.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    pub(super) text: String,
    pub(super) read_only: bool,
}

impl Buffer {
    /// What Enter inserts at byte `at`, before the caret and behind it: the line's end, the indentation of the line it leaves,
    /// one step more behind an open brace, and the closing brace on a line of its own.
    fn enter(&self, at: usize) -> (String, String) {
        let before = &self.text[..at];
        let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let opens = line.trim_end().ends_with('{');
        let closes = opens && self.text[at..].starts_with('}');
        let more = if opens { INDENT } else { "" };
        let behind = if closes { format!("{end}{indent}") } else { String::new() };
        (format!("{end}{indent}{more}"), behind)
    }
}

impl TextBuffer for Buffer {
    fn is_mutable(&self) -> bool {
        !self.read_only
    }

    fn as_str(&self) -> &str {
        &self.text
    }

    fn insert_text(&mut self, text: &str, char_index: CharIndex) -> usize {
        if self.read_only { 0 } else { self.text.insert_text(text, char_index) }
    }

    fn delete_char_range(&mut self, char_range: Range<CharIndex>) {
        if !self.read_only {
            self.text.delete_char_range(char_range);
        }
    }

    fn insert_text_at(&mut self, cursor: &mut CCursor, text: &str, _: usize) {
        let (before, behind) = match text {
            "\n" => self.enter(self.byte_index_from_char_index(cursor.index).0),
            "\t" => (INDENT.to_owned(), String::new()),
            pasted if self.text.contains("\r\n") => (pasted.replace("\r\n", "\n").replace('\n', "\r\n"), String::new()),
            pasted => (pasted.replace("\r\n", "\n"), String::new()),
        };
        let index = cursor.index;
        self.insert_text(&behind, index);
        cursor.index += self.insert_text(&before, index);
    }

    fn type_id(&self) -> TypeId {
        TypeId::of::<Self>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the caret.
    fn check(before: &str, typed: &str, after: &str) {
        let caret = before.chars().position(|char| char == '|').expect("a text with a caret");
        let mut buffer = Buffer { text: before.replacen('|', "", 1), read_only: false };
        let mut cursor = CCursor::new(caret);
        buffer.insert_text_at(&mut cursor, typed, usize::MAX);
        let caret = buffer.byte_index_from_char_index(cursor.index).0;
        buffer.text.insert(caret, '|');
        assert_eq!(buffer.text, after);
    }

    #[test]
    fn enter_keeps_the_indentation() {
        check("    锁 a|b", "\n", "    锁 a\n    |b");
        check("a\n  b|\nc", "\n", "a\n  b\n  |\nc");
        check("|a", "\n", "\n|a");
        check("a\r\n  b|", "\n", "a\r\n  b\r\n  |");
    }

    #[test]
    fn enter_behind_a_brace_goes_one_step_in_and_puts_the_other_below() {
        check("  loop {|", "\n", "  loop {\n      |");
        check("  loop {|}", "\n", "  loop {\n      |\n  }");
    }

    #[test]
    fn tab_is_four_spaces_and_pasted_line_ends_become_the_texts_own() {
        check("锁|", "\t", "锁    |");
        check("a|\n", "x\r\ny", "ax\ny|\n");
        check("a|\r\n", "x\ny", "ax\r\ny|\r\n");
    }
}

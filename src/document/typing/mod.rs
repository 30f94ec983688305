//! What the keys of an editor do to a text beside putting a letter in: lines moved, commented, indented; brackets and quotes that
//! close themselves. Each is a change to be made, with what is selected then. Knows tokens, not what any node means.

mod lines;
mod pairs;

pub use lines::{comment, delete, duplicate, indent, shift};
pub use pairs::{backspace, matching, typed};

use super::edit::{Change, Edit, Label, Selection};
use crate::lang::Words;

/// One step of indentation.
pub const INDENT: &str = "    ";

/// A step up or down, in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Up the page, or out of braces.
    Back,
    /// Down the page, or into braces.
    Forth,
}

/// Lays out the whole text.
#[must_use]
pub fn format(text: &str, selection: Selection) -> Option<Change> {
    const FORMAT: Words = Words { en: "Format", zh: "整理格式" };
    moving(Label::new(FORMAT, ""), super::format::changes(text), selection)
}

/// Where the byte `at` has come to when `edits` are done; one at the place of an insertion goes behind it.
fn moved(edits: &[Edit], at: usize) -> usize {
    let mut to = at;
    for edit in edits.iter().filter(|edit| edit.span.start <= at) {
        let gone = at.min(edit.span.end) - edit.span.start;
        to = to - gone + edit.text.len();
    }
    to
}

/// `edits` as a step, what was selected moving along.
fn moving(label: Label, edits: Vec<Edit>, before: Selection) -> Option<Change> {
    let after = Selection { anchor: moved(&edits, before.anchor), caret: moved(&edits, before.caret) };
    (!edits.is_empty()).then(|| Change::new(label, edits).selecting(before, after))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::document::Document;

    /// `[` and `]` of fullwidth stand around what is selected, `|` is a caret.
    pub(in crate::document) fn selected(marked: &str) -> (String, Selection) {
        let text: String = marked.chars().filter(|mark| !matches!(mark, '|' | '【' | '】')).collect();
        let at = |mark: char| marked.find(mark);
        let selection = match (at('|'), at('【'), at('】')) {
            (Some(at), ..) => Selection::caret(at),
            (_, Some(anchor), Some(caret)) => Selection { anchor, caret: caret - '【'.len_utf8() },
            _ => Selection::default(),
        };
        (text, selection)
    }

    /// The text after `change`, marked the same way; as it was without one.
    pub(in crate::document) fn check(before: &str, change: impl Fn(&str, Selection) -> Option<Change>, after: &str) {
        let (text, selection) = selected(before);
        let Some(change) = change(&text, selection) else {
            assert_eq!("no change", after, "{before:?}");
            return;
        };
        let mut document = Document::new(text.as_str());
        let inverse = document.apply_all(&change.edits);
        let mut shown = document.text().to_owned();
        let selection = change.after.expect("the change says what is selected");
        if selection.anchor == selection.caret {
            shown.insert(selection.caret, '|');
        } else {
            let span = selection.span();
            shown.insert(span.end, '】');
            shown.insert(span.start, '【');
        }
        assert_eq!(shown, after, "{before:?}");
        document.apply_all(&inverse);
        assert_eq!(document.text(), text);
    }
}

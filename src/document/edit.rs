//! A change of the text: what goes, what comes, what is selected before and behind it, what it is called. Every change anywhere
//! in Coreyard is one of these. Does not remember what was done: `history` does.

use crate::diagnostic::Span;
use crate::lang::{Lang, Words};

/// Replaces a stretch of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// Puts `text` in the place of `span`.
    #[must_use]
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Puts `text` before the byte `at`.
    #[must_use]
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(Span::new(at, at), text)
    }
}

/// What is selected in the text, in bytes; where both are equal, a caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    /// Where selecting began.
    pub anchor: usize,
    /// Where it has come to.
    pub caret: usize,
}

impl Selection {
    /// Nothing selected, the caret at `at`.
    #[must_use]
    pub const fn caret(at: usize) -> Self {
        Self { anchor: at, caret: at }
    }

    /// The bytes selected.
    #[must_use]
    pub const fn span(self) -> Span {
        if self.anchor < self.caret { Span::new(self.anchor, self.caret) } else { Span::new(self.caret, self.anchor) }
    }
}

/// What a step of the history is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    words: Words,
    detail: String,
}

/// A detail longer than this is cut: it names a step, it does not repeat it.
const MOST_DETAIL_CHARS: usize = 48;

impl Label {
    /// `words`, whose `{0}` is filled with the beginning of `detail`.
    #[must_use]
    pub fn new(words: Words, detail: &str) -> Self {
        let mut detail: String = detail.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = detail.char_indices().nth(MOST_DETAIL_CHARS) {
            detail.replace_range(end.., "…");
        }
        Self { words, detail }
    }

    /// In a language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> String {
        self.words.get(lang).replace("{0}", &self.detail).trim_end().to_owned()
    }
}

/// One step: everything that is done, and undone, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is called.
    pub label: Label,
    /// Each in terms of the text before all of them, in its order; none touches another.
    pub edits: Vec<Edit>,
    /// Typed bit by bit: goes on in one step as long as it goes on in one word.
    pub typing: bool,
    /// What was selected before.
    pub before: Option<Selection>,
    /// What is selected behind it.
    pub after: Option<Selection>,
    /// Which nodes are.
    pub marked: Marked,
}

/// The nodes that are selected around a change, each by the byte at which its word begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// Before it, in the text before it.
    pub before: Vec<usize>,
    /// Behind it, in the text behind it.
    pub after: Vec<usize>,
}

const TYPE: Words = Words { en: "Type {0}", zh: "输入 {0}" };
const NEW_LINE: Words = Words { en: "New line", zh: "换行" };
const SPACE: Words = Words { en: "Type a space", zh: "输入空格" };
const JOIN_LINES: Words = Words { en: "Join lines", zh: "合并行" };
const DELETE_SPACE: Words = Words { en: "Delete a space", zh: "删除空格" };
const DELETE: Words = Words { en: "Delete {0}", zh: "删除 {0}" };

impl Change {
    /// Several edits as a step called `label`.
    #[must_use]
    pub const fn new(label: Label, edits: Vec<Edit>) -> Self {
        Self { label, edits, typing: false, before: None, after: None, marked: Marked { before: Vec::new(), after: Vec::new() } }
    }

    /// One edit of `text` as it comes from the keyboard; joins the step before it where it goes on with it.
    #[must_use]
    pub fn typed(text: &str, edit: Edit) -> Self {
        let label = typed_label(&edit.text, text.get(edit.span.range()).unwrap_or_default());
        Self { typing: true, ..Self::new(label, vec![edit]) }
    }

    /// With what is selected before and behind it.
    #[must_use]
    pub fn selecting(self, before: Selection, after: Selection) -> Self {
        Self { before: Some(before), after: Some(after), ..self }
    }

    /// With the nodes that are selected before it, and behind it: none named, the same ones.
    #[must_use]
    pub fn marking(self, before: Vec<usize>, after: Vec<usize>) -> Self {
        let after = if after.is_empty() { before.iter().map(|at| self.moved(*at)).collect() } else { after };
        Self { marked: Marked { before, after }, ..self }
    }

    /// Where a place has gone; what is put right before it does not move it.
    fn moved(&self, at: usize) -> usize {
        let before = self.edits.iter().take_while(|edit| edit.span.end <= at && edit.span.start < at);
        before.fold(at, |moved, edit| moved + edit.text.len() - (edit.span.end - edit.span.start))
    }
}

/// What a step is called that puts `typed` in the place of `deleted`.
pub(super) fn typed_label(typed: &str, deleted: &str) -> Label {
    match typed {
        "" if !deleted.trim().is_empty() => Label::new(DELETE, deleted),
        "" if deleted.contains('\n') => Label::new(JOIN_LINES, ""),
        "" => Label::new(DELETE_SPACE, ""),
        _ if !typed.trim().is_empty() => Label::new(TYPE, typed),
        _ if typed.contains('\n') => Label::new(NEW_LINE, ""),
        _ => Label::new(SPACE, ""),
    }
}

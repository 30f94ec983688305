//! A change of the text, and the history of changes. Every change anywhere in Coreyard is one of these; undo lives here and nowhere else.

use super::Document;
use crate::diagnostic::Span;

/// Replaces a stretch of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// Changes done and undone. Bounded: the oldest are forgotten beyond [`MOST_STEPS`].
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

/// One step of undo.
#[derive(Debug, Clone)]
struct Step {
    label: String,
    /// The edits that take it back, in the order to apply.
    inverse: Vec<Edit>,
    typing: bool,
}

/// Steps that can be undone.
pub const MOST_STEPS: usize = 10_000;

impl History {
    /// Applies `edits` in order as one step called `label`. Typing that goes on where the last typing ended joins its step.
    pub fn apply(&mut self, document: &mut Document, label: &str, edits: &[Edit], typing: bool) {
        let mut inverse: Vec<Edit> = edits.iter().map(|edit| document.apply(edit)).collect();
        inverse.reverse();
        self.undone.clear();
        if let (true, Some(last), [next]) = (typing, self.done.last_mut(), inverse.as_slice())
            && last.typing
            && joins(&last.inverse, next)
        {
            let joined = &mut last.inverse[0];
            joined.span.end = next.span.end;
            return;
        }
        if self.done.len() == MOST_STEPS {
            self.done.remove(0);
        }
        self.done.push(Step { label: label.to_owned(), inverse, typing });
    }

    /// Takes the last step back; the place where the text changed, if there was one.
    pub fn undo(&mut self, document: &mut Document) -> Option<Span> {
        shift(document, &mut self.done, &mut self.undone)
    }

    /// Does the step undone last again; the place where the text changed, if there was one.
    pub fn redo(&mut self, document: &mut Document) -> Option<Span> {
        shift(document, &mut self.undone, &mut self.done)
    }

    /// Labels of what can be undone, the latest first.
    pub fn undoable(&self) -> impl Iterator<Item = &str> {
        self.done.iter().rev().map(|step| step.label.as_str())
    }

    /// Labels of what can be done again, the next first.
    pub fn redoable(&self) -> impl Iterator<Item = &str> {
        self.undone.iter().rev().map(|step| step.label.as_str())
    }
}

/// Whether typing undone by `next` goes on directly behind the step undone by `last`, on the same line.
fn joins(last: &[Edit], next: &Edit) -> bool {
    let [last] = last else { return false };
    last.text.is_empty() && next.text.is_empty() && next.span.start == last.span.end
}

fn shift(document: &mut Document, from: &mut Vec<Step>, to: &mut Vec<Step>) -> Option<Span> {
    let step = from.pop()?;
    let mut inverse: Vec<Edit> = step.inverse.iter().map(|edit| document.apply(edit)).collect();
    let place = inverse.last().map(|edit| edit.span);
    inverse.reverse();
    to.push(Step { inverse, typing: false, ..step });
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(history: &mut History, document: &mut Document, at: usize, text: &str) {
        history.apply(document, "typing", &[Edit { span: Span::new(at, at), text: text.to_owned() }], true);
    }

    #[test]
    fn typing_on_is_one_step_and_moving_the_caret_starts_another() {
        let (mut document, mut history) = (Document::new("lock a"), History::default());
        for (at, text) in [(6, "b"), (7, "c"), (0, "/"), (1, "/")] {
            typed(&mut history, &mut document, at, text);
        }
        assert_eq!(document.text(), "//lock abc");
        history.undo(&mut document);
        assert_eq!(document.text(), "lock abc");
        history.undo(&mut document);
        assert_eq!(document.text(), "lock a");
        assert_eq!(history.undo(&mut document), None);
        history.redo(&mut document);
        history.redo(&mut document);
        assert_eq!(document.text(), "//lock abc");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn edits_and_their_undo_give_the_same_bytes(text in "[ -~\n{}\"锁]{0,60}", edits in proptest::collection::vec((0usize..80, 0usize..80, "[ -~\n锁]{0,8}"), 1..8)) {
            let (mut document, mut history) = (Document::new(text.clone()), History::default());
            for (a, b, new) in edits {
                let place = |at: usize| (0..=at.min(document.text().len())).rev().find(|&at| document.text().is_char_boundary(at)).unwrap_or(0);
                let (a, b) = (place(a), place(b));
                let edit = Edit { span: Span::new(a.min(b), a.max(b)), text: new };
                history.apply(&mut document, "edit", &[edit], true);
            }
            let after = document.text().to_owned();
            while history.undo(&mut document).is_some() {}
            proptest::prop_assert_eq!(document.text(), &text);
            while history.redo(&mut document).is_some() {}
            proptest::prop_assert_eq!(document.text(), &after);
        }
    }
}

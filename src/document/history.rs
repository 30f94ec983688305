//! What was done to the text, step by step, and the way back and forth. Undo lives here and nowhere else; a list of the steps
//! can be shown. Does not know what a step was for.

use super::Document;
use super::edit::{Change, Edit, Label, Marked, Selection, typed_label};
use crate::diagnostic::Span;

/// Changes done and undone. Bounded: the oldest are forgotten beyond [`MOST_STEPS`].
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    forgotten: usize,
}

/// One step of undo.
#[derive(Debug, Clone)]
struct Step {
    label: Label,
    /// The edits that take it back (or, once undone, do it again), together.
    inverse: Vec<Edit>,
    typing: bool,
    before: Option<Selection>,
    after: Option<Selection>,
    marked: Marked,
}

/// Where a step back or forth has changed the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The last stretch that changed.
    pub span: Span,
    /// What is to be selected, where that is known.
    pub selection: Option<Selection>,
    /// The nodes that are to be, by the bytes at which their words begin; none where that is not known.
    pub marked: Vec<usize>,
}

impl Place {
    /// What is to be selected: what was, or the end of what changed.
    #[must_use]
    pub fn selection(&self) -> Selection {
        self.selection.unwrap_or(Selection::caret(self.span.end))
    }
}

/// Steps that can be undone.
pub const MOST_STEPS: usize = 10_000;

impl History {
    /// Does `change`. Typing that goes on where the last typing ended, in the same word, joins its step; so does deleting.
    pub fn apply(&mut self, document: &mut Document, change: Change) {
        let Change { label, edits, typing, before, after, marked } = change;
        if edits.is_empty() {
            return;
        }
        let behind = edits.first().and_then(|edit| document.text().get(..edit.span.start)?.chars().next_back());
        let inverse = document.apply_all(&edits);
        self.undone.clear();
        let last = self.done.last_mut().filter(|last| typing && last.typing);
        if let (Some(last), [next]) = (last, inverse.as_slice())
            && let [before] = last.inverse.as_slice()
            && let Some(joined) = joined(before, next, &edits[0].text, behind)
        {
            last.label = typed_label(&document.text()[joined.span.range()], &joined.text);
            last.inverse = vec![joined];
            last.after = after;
            return;
        }
        if self.done.len() == MOST_STEPS {
            self.done.remove(0);
            self.forgotten += 1;
        }
        self.done.push(Step { label, inverse, typing, before, after, marked });
    }

    /// Takes the last step back; where, if there was one.
    pub fn undo(&mut self, document: &mut Document) -> Option<Place> {
        let step = shift(document, &mut self.done, &mut self.undone)?;
        Some(Place { selection: step.before, span: step.place(), marked: step.marked.before.clone() })
    }

    /// Does the step undone last again; where, if there was one.
    pub fn redo(&mut self, document: &mut Document) -> Option<Place> {
        let step = shift(document, &mut self.undone, &mut self.done)?;
        Some(Place { selection: step.after, span: step.place(), marked: step.marked.after.clone() })
    }

    /// Goes back or forth until `done` steps are done.
    pub fn go_to(&mut self, document: &mut Document, done: usize) -> Option<Place> {
        let mut place = None;
        while self.done.len() > done {
            place = self.undo(document).or(place);
        }
        while self.done.len() < done && !self.undone.is_empty() {
            place = self.redo(document).or(place);
        }
        place
    }

    /// How many steps are done; the first so many of [`Self::steps`].
    #[must_use]
    pub const fn position(&self) -> usize {
        self.done.len()
    }

    /// Every step that can be undone or done again, the oldest first.
    pub fn steps(&self) -> impl Iterator<Item = &Label> {
        self.done.iter().chain(self.undone.iter().rev()).map(|step| &step.label)
    }

    /// How many steps are so old that they cannot be undone any more.
    #[must_use]
    pub const fn forgotten(&self) -> usize {
        self.forgotten
    }

    /// The step that undo takes back.
    #[must_use]
    pub fn next_undo(&self) -> Option<&Label> {
        self.done.last().map(|step| &step.label)
    }

    /// The step that redo does again.
    #[must_use]
    pub fn next_redo(&self) -> Option<&Label> {
        self.undone.last().map(|step| &step.label)
    }
}

impl Step {
    /// The last stretch that its edits, just done or undone, have left.
    fn place(&self) -> Span {
        self.inverse.last().map(|edit| edit.span).unwrap_or_default()
    }
}

/// The inverse of two pieces of typing as one, if they belong to one step. `typed` came behind the character `behind`.
fn joined(last: &Edit, next: &Edit, typed: &str, behind: Option<char>) -> Option<Edit> {
    let breaks = |text: &str| text.contains(['\n', '\r']);
    if !typed.is_empty() {
        // Typing on at the end of what was typed, or inside it: between brackets that closed themselves.
        let goes_on = next.text.is_empty() && last.span.start < next.span.start && next.span.start <= last.span.end;
        let new_word = typed.starts_with(is_word) && !behind.is_some_and(is_word);
        return (goes_on && !new_word && !breaks(typed))
            .then(|| Edit { span: Span::new(last.span.start, last.span.end + typed.len()), text: last.text.clone() });
    }
    let (at, before) = (next.span.start, last.span.start);
    if last.span.start != last.span.end || breaks(&next.text) || breaks(&last.text) {
        return None;
    }
    let seam =
        |left: &str, right: &str| (left.chars().next_back().is_some_and(is_word), right.chars().next().is_some_and(is_word));
    if at + next.text.len() == before && seam(&next.text, &last.text) != (true, false) {
        return Some(Edit::insert(at, format!("{}{}", next.text, last.text)));
    }
    (at == before && seam(&last.text, &next.text) != (false, true))
        .then(|| Edit::insert(at, format!("{}{}", last.text, next.text)))
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn shift<'a>(document: &mut Document, from: &mut Vec<Step>, to: &'a mut Vec<Step>) -> Option<&'a Step> {
    let step = from.pop()?;
    let inverse = document.apply_all(&step.inverse);
    to.push(Step { inverse, typing: false, ..step });
    to.last()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{Lang, Words};

    fn typed(history: &mut History, document: &mut Document, span: Span, text: &str) {
        let edit = Edit::new(span, text);
        let (before, after) = (Selection::caret(span.end), Selection::caret(span.start + text.len()));
        let change = Change::typed(document.text(), edit).selecting(before, after);
        history.apply(document, change);
    }

    fn type_at(history: &mut History, document: &mut Document, at: usize, text: &str) {
        for (offset, character) in text.char_indices() {
            typed(history, document, Span::new(at + offset, at + offset), character.encode_utf8(&mut [0; 4]));
        }
    }

    fn check(history: &History, lang: Lang, expect: &[&str]) {
        assert_eq!(history.steps().map(|label| label.get(lang)).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn typing_on_is_one_step_and_moving_the_caret_starts_another() {
        let (mut document, mut history) = (Document::new("lock a"), History::default());
        type_at(&mut history, &mut document, 6, "bc");
        type_at(&mut history, &mut document, 0, "//");
        assert_eq!(document.text(), "//lock abc");
        check(&history, Lang::En, &["Type bc", "Type //"]);
        assert_eq!(history.undo(&mut document).expect("a step").selection(), Selection::caret(0));
        assert_eq!(document.text(), "lock abc");
        history.undo(&mut document);
        assert_eq!(document.text(), "lock a");
        assert_eq!(history.undo(&mut document), None);
        history.redo(&mut document);
        assert_eq!(history.redo(&mut document).expect("a step").selection(), Selection::caret(2));
        assert_eq!(document.text(), "//lock abc");
    }

    #[test]
    fn each_word_is_a_step_whether_typed_or_deleted() {
        let (mut document, mut history) = (Document::new(""), History::default());
        type_at(&mut history, &mut document, 0, "set done 锁+1\nlock");
        check(&history, Lang::En, &["Type set", "Type done", "Type 锁+", "Type 1", "New line", "Type lock"]);
        let whole = document.text().to_owned();
        for at in (0..whole.len()).rev().filter(|at| whole.is_char_boundary(*at)) {
            let end = document.text().len();
            typed(&mut history, &mut document, Span::new(at, end), "");
        }
        assert_eq!(document.text(), "");
        let typed = ["输入 set", "输入 done", "输入 锁+", "输入 1", "换行", "输入 lock"];
        let deleted = ["删除 lock", "合并行", "删除 +1", "删除 锁", "删除 done", "删除 set"];
        check(&history, Lang::Zh, &[typed, deleted].concat());
        history.go_to(&mut document, 6);
        assert_eq!(document.text(), whole);
        assert_eq!(history.position(), 6);
    }

    #[test]
    fn deleting_forward_joins_too() {
        let (mut document, mut history) = (Document::new("lock a"), History::default());
        for _ in 0..6 {
            typed(&mut history, &mut document, Span::new(0, 1), "");
        }
        check(&history, Lang::En, &["Delete lock", "Delete a"]);
        assert_eq!(history.undo(&mut document).expect("a step").selection(), Selection::caret(1));
    }

    #[test]
    fn typing_between_brackets_that_closed_themselves_goes_on() {
        let (mut document, mut history) = (Document::new("x "), History::default());
        let pair = Change::typed(document.text(), Edit::insert(2, "\"\"")).selecting(Selection::caret(2), Selection::caret(3));
        history.apply(&mut document, pair);
        type_at(&mut history, &mut document, 3, "+");
        assert_eq!(document.text(), "x \"+\"");
        check(&history, Lang::En, &["Type \"+\""]);
        history.undo(&mut document);
        assert_eq!(document.text(), "x ");
    }

    #[test]
    fn several_edits_are_one_step() {
        let (mut document, mut history) = (Document::new("lock a; lock a; lock a"), History::default());
        let edits = document.text().match_indices('a').map(|(at, _)| Edit::new(Span::new(at, at + 1), "tally")).collect();
        let label = Label::new(Words { en: "Rename to {0}", zh: "改名为 {0}" }, "tally");
        history.apply(&mut document, Change::new(label, edits));
        assert_eq!(document.text(), "lock tally; lock tally; lock tally");
        assert_eq!(history.undo(&mut document).expect("a step").span, Span::new(21, 22));
        assert_eq!(document.text(), "lock a; lock a; lock a");
        history.redo(&mut document);
        assert_eq!(document.text(), "lock tally; lock tally; lock tally");
    }

    #[test]
    fn the_oldest_steps_are_forgotten_and_counted() {
        let (mut document, mut history) = (Document::new(""), History::default());
        for _ in 0..MOST_STEPS + 2 {
            history.apply(&mut document, Change::new(Label::new(Words { en: "x", zh: "x" }, ""), vec![Edit::insert(0, ";")]));
            document = Document::new("");
        }
        assert_eq!((history.position(), history.forgotten()), (MOST_STEPS, 2));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn edits_and_their_undo_give_the_same_bytes(
            text in "[ -~\n{}\"锁]{0,60}",
            changes in proptest::collection::vec((proptest::collection::vec((0usize..80, "[ -~\n锁]{0,3}"), 1..5), proptest::bool::ANY), 1..12),
        ) {
            let (mut document, mut history) = (Document::new(text.clone()), History::default());
            let mut texts = vec![text.clone()];
            for (ends, typing) in changes {
                let place = |at: usize| document.text().floor_char_boundary(at.min(document.text().len()));
                let mut places: Vec<_> = ends.iter().map(|(at, _)| place(*at)).collect();
                places.sort_unstable();
                let spans = places.chunks(2).map(|pair| Span::new(pair[0], pair[pair.len() - 1]));
                let mut edits: Vec<Edit> = spans.zip(&ends).map(|(span, (_, new))| Edit::new(span, new.clone())).collect();
                edits.dedup_by(|next, before| next.span.start <= before.span.end);
                let change = match (typing, edits.len()) {
                    (true, 1) => Change::typed(document.text(), edits.remove(0)),
                    _ => Change::new(Label::new(Words { en: "x", zh: "x" }, ""), edits),
                };
                history.apply(&mut document, change);
                texts.truncate(history.position());
                texts.push(document.text().to_owned());
            }
            for position in (0..=history.position()).chain((0..history.position()).rev()) {
                history.go_to(&mut document, position);
                proptest::prop_assert_eq!(document.text(), &texts[position]);
            }
        }
    }
}

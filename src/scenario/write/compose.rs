//! Edits made one after another as edits made all at once, each in terms of the first text. Knows nothing of blocks.

use crate::diagnostic::Span;
use crate::document::edit::Edit;

/// A stretch of the text as it has become.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// As it was at these places.
    Kept(Span),
    New(String),
}

impl Piece {
    const fn len(&self) -> usize {
        match self {
            Self::Kept(span) => span.end - span.start,
            Self::New(text) => text.len(),
        }
    }

    /// The part of it from `start` to `end`, counted from its own start.
    fn part(&self, start: usize, end: usize) -> Self {
        match self {
            Self::Kept(span) => Self::Kept(Span::new(span.start + start, span.start + end)),
            Self::New(text) => Self::New(text[start..end].to_owned()),
        }
    }
}

/// The edits that make of `text` what `edits` make of it one after another. None touches another, and none changes nothing.
pub(super) fn composed(text: &str, edits: &[Edit]) -> Vec<Edit> {
    let mut pieces = vec![Piece::Kept(Span::new(0, text.len()))];
    for edit in edits {
        pieces = replaced(&pieces, edit);
    }
    let mut all: Vec<Edit> = Vec::new();
    let (mut at, mut new) = (0, String::new());
    pieces.push(Piece::Kept(Span::new(text.len(), text.len())));
    for piece in pieces {
        match piece {
            Piece::New(written) => new.push_str(&written),
            Piece::Kept(span) => {
                if span.start > at || !new.is_empty() {
                    all.push(Edit::new(Span::new(at, span.start), std::mem::take(&mut new)));
                }
                at = span.end;
            }
        }
    }
    all.retain(|edit| text[edit.span.range()] != edit.text);
    all
}

fn replaced(pieces: &[Piece], edit: &Edit) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len() + 2);
    let mut new = Some(Piece::New(edit.text.clone())).filter(|new| new.len() > 0);
    let mut at = 0;
    for piece in pieces {
        let end = at + piece.len();
        let (before, behind) = (edit.span.start.clamp(at, end) - at, edit.span.end.clamp(at, end) - at);
        out.extend((before > 0).then(|| piece.part(0, before)));
        if edit.span.start < end || edit.span.start == at {
            out.extend(new.take());
        }
        out.extend((behind < piece.len()).then(|| piece.part(behind, piece.len())));
        at = end;
    }
    out.extend(new);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Document;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn all_at_once_is_one_after_another(text in "[a-f]{0,12}", edits in proptest::collection::vec((0usize..16, 0usize..16, "[X-Z]{0,3}"), 0..6)) {
            let mut one_by_one = text.clone();
            let mut done = Vec::new();
            for (a, b, new) in edits {
                let (a, b) = (a.min(one_by_one.len()), b.min(one_by_one.len()));
                one_by_one.replace_range(a.min(b)..a.max(b), &new);
                done.push(Edit::new(Span::new(a.min(b), a.max(b)), new));
            }
            let all = composed(&text, &done);
            prop_assert!(all.is_sorted_by(|one, next| one.span.end < next.span.start), "{all:?}");
            let mut document = Document::new(text);
            document.apply_all(&all);
            prop_assert_eq!(document.text(), one_by_one);
        }
    }
}

//! Brackets and quotes: which belong together, and how they close themselves while typed.

use super::super::token::{Token, TokenKind, tokens};
use super::moving;
use crate::diagnostic::Span;
use crate::document::edit::{Change, Edit, Label, Selection};
use crate::lang::Words;

const SURROUND: Words = Words { en: "Surround", zh: "加上括号" };

/// What a place in the text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// Nodes.
    Nodes,
    /// Between the quotes of this.
    Quotes(Span),
    Comment,
}

fn around(all: &[Token], at: usize) -> Around {
    let index = all.partition_point(|token| token.span.start < at);
    let Some(token) = index.checked_sub(1).map(|index| all[index]) else { return Around::Nodes };
    match token.kind {
        TokenKind::Text(closed) if at < token.span.end || !closed => Around::Quotes(token.span),
        TokenKind::LineComment if at <= token.span.end => Around::Comment,
        TokenKind::BlockComment(closed) if at < token.span.end || !closed => Around::Comment,
        _ => Around::Nodes,
    }
}

const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

/// The bracket at the byte `at`, or before it, and the one it belongs to, in the order of the text.
#[must_use]
pub fn matching(text: &str, at: usize) -> Option<(usize, usize)> {
    let is_bracket = |at: &usize| text[*at..].starts_with(|c| BRACKETS.iter().any(|(open, close)| c == *open || c == *close));
    let at = [Some(at), at.checked_sub(1)].into_iter().flatten().filter(|at| text.is_char_boundary(*at)).find(is_bracket)?;
    let all = tokens(text);
    let within = |at: usize| if let Around::Quotes(span) = around(&all, at + 1) { Some(span) } else { None };
    let bracket = text[at..].chars().next()?;
    let (open, close) = BRACKETS.into_iter().find(|(open, close)| bracket == *open || bracket == *close)?;
    let found: Vec<(usize, bool)> = if let Some(span) = within(at) {
        let marks = text[span.range()].char_indices().filter(|(_, c)| *c == open || *c == close);
        marks.map(|(offset, c)| (span.start + offset, c == open)).collect()
    } else {
        let marks = all.iter().filter(|token| matches!(token.kind, TokenKind::Open | TokenKind::Close));
        marks.map(|token| (token.span.start, token.kind == TokenKind::Open)).collect()
    };
    let mut opened = Vec::new();
    for (place, opens) in found {
        if opens {
            opened.push(place);
            continue;
        }
        let start = opened.pop();
        if let Some(start) = start.filter(|start| *start == at || place == at) {
            return Some((start, place));
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// What typing `character` does besides putting it in: a bracket or quote closes itself, one that is there already is gone
/// over, what is selected is put between, a closing brace goes out to the line that opened it. None where it is put in plainly.
#[must_use]
pub fn typed(text: &str, selection: Selection, character: char) -> Option<Change> {
    let span = selection.span();
    let all = tokens(text);
    let around = around(&all, span.start);
    let (before, behind) = (text[..span.start].chars().next_back(), text[span.end..].chars().next());
    if span.start == span.end && behind == Some(character) && goes_over(text, &all, around, span.start, character) {
        let after = Selection::caret(span.start + character.len_utf8());
        let nothing = Change::typed(text, Edit::insert(span.start, ""));
        return Some(Change { edits: Vec::new(), ..nothing.selecting(selection, after) });
    }
    if character == '}' && around == Around::Nodes && span.start == span.end {
        return closing_brace(text, &all, selection);
    }
    let close = match (character, around) {
        ('"', Around::Nodes) => '"',
        // One that waits for it already is not given another.
        ('{', Around::Nodes) if count(&all, TokenKind::Open) < count(&all, TokenKind::Close) => return None,
        ('{', Around::Nodes | Around::Quotes(_)) => '}',
        ('(', Around::Quotes(_)) => ')',
        ('[', Around::Quotes(_)) => ']',
        ('\'', Around::Quotes(_)) => '\'',
        _ => return None,
    };
    if span.start < span.end {
        if text[span.range()].contains('\n') {
            return None;
        }
        let edits = vec![Edit::insert(span.start, String::from(character)), Edit::insert(span.end, String::from(close))];
        let by = character.len_utf8();
        let after = Selection { anchor: selection.anchor + by, caret: selection.caret + by };
        return Some(Change::new(Label::new(SURROUND, ""), edits).selecting(selection, after));
    }
    let free = behind.is_none_or(|c| c.is_whitespace() || matches!(c, '}' | ')' | ']' | ';' | '"' | '\'' | ':' | ','));
    let begins = !matches!(character, '"' | '\'') || !before.is_some_and(|c| is_word(c) || c == character);
    (free && begins).then(|| {
        let pair: String = [character, close].iter().collect();
        let change = Change::typed(text, Edit::insert(span.start, pair));
        change.selecting(selection, Selection::caret(span.start + character.len_utf8()))
    })
}

fn count(all: &[Token], kind: TokenKind) -> usize {
    all.iter().filter(|token| token.kind == kind).count()
}

/// Whether typing `character` only steps over the same one that stands behind the caret.
fn goes_over(text: &str, all: &[Token], around: Around, at: usize, character: char) -> bool {
    match (character, around) {
        // One that closes the texts in quotes it is in.
        ('"', Around::Quotes(quotes)) => quotes.end == at + 1 && !text[..at].ends_with('\\'),
        (')' | ']' | '}', Around::Quotes(_)) => true,
        ('\'', Around::Quotes(quotes)) => text[quotes.start..at].matches('\'').count() % 2 == 1,
        ('}', Around::Nodes) => count(all, TokenKind::Open) <= count(all, TokenKind::Close),
        _ => false,
    }
}

/// A closing brace that is the first on its line stands below the line that opened it.
fn closing_brace(text: &str, all: &[Token], selection: Selection) -> Option<Change> {
    let at = selection.caret;
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    if start == at || !text[start..at].trim().is_empty() {
        return None;
    }
    let mut opened = Vec::new();
    for token in all.iter().take_while(|token| token.span.start < at) {
        match token.kind {
            TokenKind::Open => opened.push(token.span.start),
            TokenKind::Close => drop(opened.pop()),
            _ => {}
        }
    }
    let brace = opened.pop()?;
    let line = &text[text[..brace].rfind('\n').map_or(0, |end| end + 1)..brace];
    let indent = &line[..line.len() - line.trim_start().len()];
    let edit = Edit::new(Span::new(start, at), format!("{indent}}}"));
    let after = Selection::caret(start + edit.text.len());
    Some(Change::typed(text, edit).selecting(selection, after))
}

/// What Backspace does between a bracket or quote and the one that closed itself behind it: both go.
#[must_use]
pub fn backspace(text: &str, selection: Selection) -> Option<Change> {
    let at = selection.caret;
    if selection.anchor != at {
        return None;
    }
    let (before, behind) = (text[..at].chars().next_back()?, text[at..].chars().next()?);
    let is_pair = BRACKETS.contains(&(before, behind)) || (before == behind && matches!(before, '"' | '\''));
    let all = tokens(text);
    let right = match around(&all, at) {
        Around::Comment => false,
        // Only quotes with nothing between them.
        Around::Quotes(span) if before == '"' => span == Span::new(at - 1, at + 1),
        Around::Quotes(_) => true,
        Around::Nodes => before == '{',
    };
    let edit = Edit::new(Span::new(at - 1, at + 1), "");
    (is_pair && right).then(|| moving(Change::typed(text, edit.clone()).label, vec![edit], selection)).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    fn type_in(before: &str, character: char, after: &str) {
        check(before, |text, at| typed(text, at, character), after);
    }

    #[test]
    fn brackets_and_quotes_close_themselves_where_they_may_stand() {
        type_in("main |", '{', "main {|}");
        type_in("print |", '"', "print \"|\"");
        type_in("print \"a |\"", '{', "print \"a {|}\"");
        type_in("let x \"len|\"", '(', "let x \"len(|)\"");
        type_in("let x \"锁 + |\"", '\'', "let x \"锁 + '|'\"");
        type_in("let x |", '(', "no change");
        type_in("print \"it|\"", '\'', "no change");
        type_in("main |loop", '{', "no change");
        type_in("// |", '{', "no change");
        // Another waits for it.
        type_in("main |\n    sleep ms=1\n}", '{', "no change");
        type_in("a|", '"', "no change");
    }

    #[test]
    fn one_that_is_there_already_is_gone_over() {
        type_in("print \"a|\"", '"', "print \"a\"|");
        type_in("let x \"len(|)\"", ')', "let x \"len()|\"");
        type_in("main { | }", '}', "no change");
        type_in("main {|}", '}', "main {}|");
        type_in("main { loop {|}", '}', "no change");
        type_in("print \"a \\|\"", '"', "no change");
    }

    #[test]
    fn a_closing_brace_goes_out_to_the_line_that_opened_it() {
        type_in("main {\n    loop {\n        |\n", '}', "main {\n    loop {\n    }|\n");
        type_in("main { a|\n", '}', "no change");
    }

    #[test]
    fn what_is_selected_is_put_between() {
        type_in("let x 【i + 1】", '"', "let x \"【i + 1】\"");
        type_in("let x \"【i】 + 1\"", '(', "let x \"(【i】) + 1\"");
    }

    #[test]
    fn backspace_between_a_pair_takes_both() {
        check("main {|}", backspace, "main |");
        check("print \"|\"", backspace, "print |");
        check("let x \"len(|)\"", backspace, "let x \"len|\"");
        check("print \"a|\"", backspace, "no change");
        check("【main】 {", backspace, "no change");
    }

    #[test]
    fn brackets_know_each_other() {
        let text = "main { print \"{a[i]} }\"; loop { } }";
        let pair = |needle: &str| matching(text, text.find(needle).expect("it is there"));
        assert_eq!(pair("{ print"), Some((5, text.len() - 1)));
        assert_eq!(pair("[i]"), Some((16, 18)));
        assert_eq!((matching(text, 17), matching(text, 19)), (Some((16, 18)), Some((14, 19))));
        assert_eq!(pair("print"), None);
        assert_eq!(matching(text, text.len()), Some((5, text.len() - 1)));
        assert_eq!(matching("}", 0), None);
        assert_eq!(matching("锁", 3), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn anything_typed_anywhere_fits_the_text(text in "[a{}()\"'\\\\;\n 锁]{0,24}", anchor in 0usize..30, caret in 0usize..30, character in "[{}()\"'\\[\\]]") {
            let place = |at: usize| text.floor_char_boundary(at.min(text.len()));
            let selection = Selection { anchor: place(anchor), caret: place(caret) };
            let change = typed(&text, selection, character.chars().next().expect("one"));
            for change in [change, backspace(&text, selection), super::super::comment(&text, selection), super::super::delete(&text, selection),
                super::super::shift(&text, selection, super::super::Direction::Back), super::super::duplicate(&text, selection)].into_iter().flatten() {
                let mut document = crate::document::Document::new(text.clone());
                let inverse = document.apply_all(&change.edits);
                let after = change.after.expect("each says what is selected");
                proptest::prop_assert!(document.text().is_char_boundary(after.anchor) && document.text().is_char_boundary(after.caret));
                document.apply_all(&inverse);
                proptest::prop_assert_eq!(document.text(), &text);
            }
            proptest::prop_assert!(matching(&text, place(caret)).is_none_or(|(open, close)| open < close));
        }
    }
}

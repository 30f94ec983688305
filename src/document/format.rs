//! The layout of a text: four spaces a level, single spaces between words, at most one blank line, one line end at the end.
//! Changes nothing but blanks between tokens; never a token, a comment or the order. What is inside quotes stays as it is.

use super::edit::Edit;
use super::token::{Token, TokenKind, tokens};
use crate::diagnostic::Span;

/// Spaces a level.
const INDENT: usize = 4;

/// The changes that lay out `text`, in its order; each in terms of the text before all of them. None when it is laid out already.
#[must_use]
pub fn changes(text: &str) -> Vec<Edit> {
    let all = tokens(text);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut changes = Vec::new();
    let mut depth = 0_usize;
    let mut previous: Option<Token> = None;
    let mut at = 0;
    loop {
        let start = at;
        while at < all.len() && matches!(all[at].kind, TokenKind::Space | TokenKind::Newline) {
            at += 1;
        }
        let gap = Span::new(
            all.get(start).map_or(text.len(), |token| token.span.start),
            all.get(at).map_or(text.len(), |token| token.span.start),
        );
        let next = all.get(at).copied();
        if next.is_some_and(|next| next.kind == TokenKind::Close) {
            depth = depth.saturating_sub(1);
        }
        let lines = all[start..at].iter().filter(|token| token.kind == TokenKind::Newline).count();
        let written = &text[gap.range()];
        let wanted = between(previous, next, lines, depth, line_end, written);
        if wanted != written {
            changes.push(Edit { span: gap, text: wanted });
        }
        let Some(next) = next else { return changes };
        if next.kind == TokenKind::Open {
            depth += 1;
        }
        previous = Some(next);
        at += 1;
    }
}

/// The text laid out.
#[must_use]
pub fn formatted(text: &str) -> String {
    let mut out = text.to_owned();
    for edit in changes(text).into_iter().rev() {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

/// What stands between two tokens that had `lines` ends of a line between them.
fn between(previous: Option<Token>, next: Option<Token>, lines: usize, depth: usize, line_end: &str, written: &str) -> String {
    let mark = if written.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let (Some(previous), Some(next)) = (previous, next) else {
        // Before the first token nothing, behind the last one end of a line, unless that token has no end and would take it in.
        return match previous.map(|previous| previous.kind) {
            None => mark.to_owned(),
            Some(TokenKind::Continuation | TokenKind::Text(false) | TokenKind::BlockComment(false)) => written.to_owned(),
            Some(_) => line_end.to_owned(),
        };
    };
    let indent = |levels: usize| " ".repeat(INDENT * levels);
    if previous.kind == TokenKind::Continuation {
        return indent(depth + 1);
    }
    if lines > 0 {
        let blank = lines > 1 && previous.kind != TokenKind::Open && next.kind != TokenKind::Close;
        return line_end.repeat(if blank { 2 } else { 1 }) + &indent(depth);
    }
    match (previous.kind, next.kind) {
        // A trailing comment stands wherever it was put: people align them.
        (_, TokenKind::LineComment) if !written.is_empty() && !written.contains('\t') => written.to_owned(),
        (_, TokenKind::LineComment) => " ".to_owned(),
        (TokenKind::Slashdash | TokenKind::Equals, _) | (_, TokenKind::Semicolon | TokenKind::Equals) => String::new(),
        (TokenKind::Semicolon | TokenKind::Open, _) | (_, TokenKind::Open | TokenKind::Close | TokenKind::Continuation) => {
            " ".to_owned()
        }
        _ if written.is_empty() => String::new(),
        _ => " ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn check(text: &str, expect: &str) {
        assert_eq!(formatted(text), expect, "{text:?}");
        assert_eq!(formatted(expect), expect, "laid out twice: {text:?}");
    }

    #[test]
    fn levels_are_indented_and_words_stand_a_space_apart() {
        check(
            "main{\nlet  x   1\n\trepeat 3{ print \"a  b\" ;yield-cpu}\n  }",
            "main {\n    let x 1\n    repeat 3 { print \"a  b\"; yield-cpu }\n}\n",
        );
        check("queue q capacity = 8", "queue q capacity=8\n");
        check("thread a {}", "thread a { }\n");
    }

    #[test]
    fn one_blank_line_stays_and_none_beside_a_brace() {
        check("\n\nlock a\n\n\n\nlock b\nmain {\n\n  yield-cpu\n\n}\n\n\n", "lock a\n\nlock b\nmain {\n    yield-cpu\n}\n");
    }

    #[test]
    fn comments_stay_where_they_are_put() {
        check(
            "lock a    // first\nlock bcd  // second\n  /* own */ lock c",
            "lock a    // first\nlock bcd  // second\n/* own */ lock c\n",
        );
        check("/- lock a\nmain { // why\n}", "/-lock a\nmain { // why\n}\n");
    }

    #[test]
    fn texts_of_several_lines_and_line_ends_stay() {
        check("print \"\"\"\n   a\n   \"\"\"", "print \"\"\"\n   a\n   \"\"\"\n");
        check("\u{feff}lock a\r\n\r\n\r\nlock b\r\n", "\u{feff}lock a\r\n\r\nlock b\r\n");
        check("lock \\\n  a", "lock \\\n    a\n");
        check("", "");
        check("\n\n", "");
    }

    #[test]
    fn shipped_scenarios_keep_their_tokens() {
        for file in include_dir::include_dir!("$CARGO_MANIFEST_DIR/scenarios").files() {
            let text = file.contents_utf8().expect("scenarios are text");
            assert_eq!(words(&formatted(text)), words(text), "{}", file.path().display());
        }
    }

    /// All tokens but blanks, as written.
    fn words(text: &str) -> Vec<&str> {
        let blank = |token: &Token| matches!(token.kind, TokenKind::Space | TokenKind::Newline);
        tokens(text).into_iter().filter(|token| !blank(token)).map(|token| &text[token.span.range()]).collect()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]
        #[test]
        fn layout_keeps_the_tokens_and_the_nodes_and_is_done_once(text in "(a|b=|1|\"x y\"|\"|#true|\\{|\\}|;|\n|\r\n|//c|/\\*d\\*/|/-|\\\\|\t| |=|锁|#\"r\"#){0,24}") {
            let after = formatted(&text);
            proptest::prop_assert_eq!(words(&after), words(&text));
            proptest::prop_assert_eq!(formatted(&after), after.clone());
            let (before, after) = (Document::new(text), Document::new(after));
            if before.diagnostics().is_empty() {
                proptest::prop_assert_eq!(after.diagnostics().len(), 0, "{:?}", after.text());
                proptest::prop_assert_eq!(outline(before.nodes()), outline(after.nodes()), "{:?}", after.text());
            }
        }
    }

    fn outline(nodes: &[crate::document::Node]) -> String {
        let each = nodes.iter().map(|node| {
            let entries: String = node
                .entries
                .iter()
                .map(|entry| format!(" {:?}{:?}", entry.name.as_ref().map(|(name, _)| name), entry.value))
                .collect();
            format!("{}{entries}[{}];", node.word, outline(node.children.as_deref().unwrap_or_default()))
        });
        each.collect()
    }
}

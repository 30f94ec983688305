//! Whole lines: commented, indented, moved, doubled, deleted.

use super::{Direction, INDENT, moving};
use crate::diagnostic::Span;
use crate::document::edit::{Change, Edit, Label, Selection};
use crate::lang::Words;

const COMMENT: Words = Words { en: "Toggle comment", zh: "切换注释" };
const INDENT_LINES: Words = Words { en: "Indent lines", zh: "增加缩进" };
const OUTDENT_LINES: Words = Words { en: "Outdent lines", zh: "减少缩进" };
const MOVE_LINES: Words = Words { en: "Move lines", zh: "移动行" };
const DUPLICATE_LINES: Words = Words { en: "Duplicate lines", zh: "复制行" };
const DELETE_LINES: Words = Words { en: "Delete lines", zh: "删除行" };

/// The lines that `selection` reaches, without the end of the last. One that ends before the first character of a line does
/// not mean that line.
fn reached(text: &str, selection: Selection) -> Span {
    let span = selection.span();
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let last = if span.end > span.start && text[..span.end].ends_with('\n') { span.end - 1 } else { span.end };
    Span::new(start, end_of_line(text, last))
}

/// The end of the line that holds `at`, before what ends it.
fn end_of_line(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |offset| at + offset);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the line behind the one that ends at `end` begins; none behind the last.
fn next_line(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    let length = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    (length > 0).then_some(end + length)
}

/// The lines in `span`, each with the byte it begins at.
fn each_line(text: &str, span: Span) -> impl Iterator<Item = (usize, &str)> {
    let mut at = span.start;
    text[span.range()].split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line.trim_end_matches('\r'))
    })
}

fn blank_before(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Makes the lines comments; takes that back where all of them are.
#[must_use]
pub fn comment(text: &str, selection: Selection) -> Option<Change> {
    let span = reached(text, selection);
    let written = || each_line(text, span).filter(|(_, line)| !line.trim().is_empty());
    let all = written().all(|(_, line)| line.trim_start().starts_with("//"));
    let least = written().map(|(_, line)| blank_before(line)).min()?;
    let edits = written().map(|(start, line)| {
        if !all {
            return Edit::insert(start + least, "// ");
        }
        let at = start + blank_before(line);
        let length = if line.trim_start().starts_with("// ") { 3 } else { 2 };
        Edit::new(Span::new(at, at + length), "")
    });
    moving(Label::new(COMMENT, ""), edits.collect(), selection)
}

/// Moves the lines one step of indentation in or out.
#[must_use]
pub fn indent(text: &str, selection: Selection, direction: Direction) -> Option<Change> {
    let lines = each_line(text, reached(text, selection));
    let edits = lines.filter_map(|(start, line)| match direction {
        Direction::Forth => (!line.trim().is_empty()).then(|| Edit::insert(start, INDENT)),
        Direction::Back => {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let cut = if line.starts_with('\t') { 1 } else { spaces.min(INDENT.len()) };
            (cut > 0).then(|| Edit::new(Span::new(start, start + cut), ""))
        }
    });
    let words = if direction == Direction::Forth { INDENT_LINES } else { OUTDENT_LINES };
    moving(Label::new(words, ""), edits.collect(), selection)
}

/// Changes places with the line above or below.
#[must_use]
pub fn shift(text: &str, selection: Selection, direction: Direction) -> Option<Change> {
    let lines = reached(text, selection);
    let (first, second, is_first) = match direction {
        Direction::Back => {
            let above = text[..lines.start].rfind('\n')?;
            let start = text[..above].rfind('\n').map_or(0, |at| at + 1);
            (Span::new(start, end_of_line(text, start)), lines, false)
        }
        Direction::Forth => {
            let start = next_line(text, lines.end)?;
            (lines, Span::new(start, end_of_line(text, start)), true)
        }
    };
    let between = &text[first.end..second.start];
    let swapped = format!("{}{between}{}", &text[second.range()], &text[first.range()]);
    let to = if is_first { first.start + (second.end - second.start) + between.len() } else { first.start };
    let at = |byte: usize| byte - lines.start + to;
    let after = Selection { anchor: at(selection.anchor.min(lines.end)), caret: at(selection.caret.min(lines.end)) };
    let edit = Edit::new(Span::new(first.start, second.end), swapped);
    Some(Change::new(Label::new(MOVE_LINES, ""), vec![edit]).selecting(selection, after))
}

/// Puts the lines below themselves once more; the copy is selected as they were.
#[must_use]
pub fn duplicate(text: &str, selection: Selection) -> Option<Change> {
    let lines = reached(text, selection);
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let copy = format!("{line_end}{}", &text[lines.range()]);
    let at = |byte: usize| byte.min(lines.end) + copy.len();
    let after = Selection { anchor: at(selection.anchor), caret: at(selection.caret) };
    let edit = Edit::insert(lines.end, copy);
    Some(Change::new(Label::new(DUPLICATE_LINES, ""), vec![edit]).selecting(selection, after))
}

/// Takes the lines away.
#[must_use]
pub fn delete(text: &str, selection: Selection) -> Option<Change> {
    let lines = reached(text, selection);
    let span = match next_line(text, lines.end) {
        Some(next) => Span::new(lines.start, next),
        None => Span::new(text[..lines.start].trim_end_matches(['\n', '\r']).len().max(lines.start.saturating_sub(2)), lines.end),
    };
    if span.start == span.end {
        return None;
    }
    let edit = Edit::new(span, "");
    Some(Change::new(Label::new(DELETE_LINES, ""), vec![edit]).selecting(selection, Selection::caret(span.start)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn lines_become_comments_and_come_back() {
        check("    锁 a|", comment, "    // 锁 a|");
        check("    // 锁 a|", comment, "    锁 a|");
        check("  a【\n\n    b\n】c", comment, "  // a【\n\n  //   b\n】c");
        check("//a【\n  // b】", comment, "a【\n  b】");
        check("|\n", comment, "no change");
    }

    #[test]
    fn lines_move_in_and_out() {
        check("【a\n\n中】\nb", |text, at| indent(text, at, Direction::Forth), "    【a\n\n    中】\nb");
        check("      a|\n", |text, at| indent(text, at, Direction::Back), "  a|\n");
        check("\ta|\r\n  b", |text, at| indent(text, at, Direction::Back), "a|\r\n  b");
        check("a|", |text, at| indent(text, at, Direction::Back), "no change");
    }

    #[test]
    fn lines_change_places() {
        check("a\n锁|b\nc", |text, at| shift(text, at, Direction::Back), "锁|b\na\nc");
        check("a\n【b\nc】\nd", |text, at| shift(text, at, Direction::Forth), "a\nd\n【b\nc】");
        check("a|\r\nb", |text, at| shift(text, at, Direction::Forth), "b\r\na|");
        check("a|\nb", |text, at| shift(text, at, Direction::Back), "no change");
        check("a\nb|", |text, at| shift(text, at, Direction::Forth), "no change");
    }

    #[test]
    fn lines_are_doubled_and_deleted() {
        check("a\n锁|\nb", duplicate, "a\n锁\n锁|\nb");
        check("【a\nb】", duplicate, "a\nb\n【a\nb】");
        check("a\nb|b\nc", delete, "a\n|c");
        check("a\nb|", delete, "a|");
        check("a\r\nb|", delete, "a|");
        check("|", delete, "no change");
    }
}

//! A diagnostic as lines of text with the place underlined, for a terminal.

use std::fmt::Write as _;

use super::{Diagnostic, Severity, Span};
use crate::lang::Lang;

/// A place as people count: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct LineColumn {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl LineColumn {
    /// Of a byte of `text`; of the end for one beyond it.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = before.split(|&byte| byte == b'\n').count();
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        Self { line, column }
    }
}

/// The cells of a terminal that a character takes: two for those of East Asia.
#[must_use]
pub const fn width(character: char) -> usize {
    match character {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// `diagnostic` about `text`, which is called `name`: what, where with the place underlined, and what to do.
#[must_use]
pub fn render(text: &str, name: &str, diagnostic: &Diagnostic, lang: Lang) -> String {
    let severity = match (diagnostic.severity, lang) {
        (Severity::Error, Lang::En) => "error",
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Warning, Lang::Zh) => "警告",
    };
    let mut out = format!("{severity}[{}]: {}\n", diagnostic.code, diagnostic.message(lang));
    let place = LineColumn::of(text, diagnostic.span.start);
    let gutter = place.line.to_string().len();
    let mut put = |line: std::fmt::Arguments<'_>| writeln!(out, "{line}").expect("a String takes all that is written");
    put(format_args!("{:gutter$}--> {name}:{}:{}", "", place.line, place.column));
    let (line, before, marked) = underlined(text, diagnostic.span);
    put(format_args!("{:gutter$} |", ""));
    put(format_args!("{} | {line}", place.line));
    put(format_args!("{:gutter$} | {}{}", "", " ".repeat(before), "^".repeat(marked.max(1))));
    for (span, label) in &diagnostic.related {
        let place = LineColumn::of(text, span.start);
        put(format_args!("{:gutter$} = {name}:{}:{}: {label}", "", place.line, place.column));
    }
    let help = diagnostic.help(lang);
    if !help.is_empty() {
        put(format_args!("{:gutter$} = {}: {help}", "", if lang == Lang::En { "help" } else { "建议" }));
    }
    out
}

/// `diagnostic` about `text` for other programs: offsets are bytes, lines and columns count from 1.
#[must_use]
pub fn json(text: &str, diagnostic: &Diagnostic, lang: Lang) -> serde_json::Value {
    let place = |span: Span| {
        let (from, to) = (LineColumn::of(text, span.start), LineColumn::of(text, span.end));
        serde_json::json!({ "start": span.start, "end": span.end, "from": from, "to": to })
    };
    let related = diagnostic.related.iter().map(|(span, label)| serde_json::json!({ "place": place(*span), "label": label }));
    serde_json::json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message(lang),
        "help": diagnostic.help(lang),
        "replacement": diagnostic.replacement,
        "place": place(diagnostic.span),
        "related": related.collect::<Vec<_>>(),
    })
}

/// The line a span begins on, cut to what a terminal can show, with the cells before the span and in it.
fn underlined(text: &str, span: Span) -> (String, usize, usize) {
    const MOST: usize = 200;
    let start = span.start.min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
    let cells = |part: &str| part.chars().map(|character| if character == '\t' { 4 } else { width(character) }).sum::<usize>();
    let from = text[line_start..start].char_indices().rev().nth(MOST / 2).map_or(line_start, |(at, _)| line_start + at);
    let shown: String = text[from..line_end].chars().take(MOST).collect();
    let end = span.end.clamp(start, line_end);
    (shown.replace('\t', "    "), cells(&text[from..start]), cells(&text[start..end]).min(MOST))
}

#[cfg(test)]
mod tests {
    use super::super::catalog;
    use super::*;

    #[test]
    fn the_place_is_underlined_by_cells_not_bytes() {
        let text = "lock 甲\nthread 甲 { }\n";
        let told = Diagnostic::new(catalog::DUPLICATE_NAME, Span::new(16, 19), ["甲".to_owned()])
            .related_to(Span::new(5, 8), "first here");
        let lines = render(text, "x.kdl", &told, Lang::En);
        assert_eq!(
            lines,
            "error[E0301]: `甲` is declared twice\n --> x.kdl:2:8\n  |\n2 | thread 甲 { }\n  |        ^^\n  = x.kdl:1:6: first here\n  \
             = help: give one of them another name\n"
        );
    }
}

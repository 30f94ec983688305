//! Reads templates: text, `{expression}`, `{expression:spec}`, and doubled braces.

use super::{Part, Place, Template, read};
use crate::diagnostic::{Checked, Diagnostic, catalog};

/// Reads a template. A hole that cannot be read is left out and told.
#[must_use]
pub fn read_template(text: &str, place: Place) -> Checked<Template> {
    let mut checked = Checked::<Template>::default();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        match character {
            '{' | '}' if text[at + 1..].starts_with(character) => {
                plain.push(character);
                at += 2;
            }
            '{' => {
                let (colon, end) = hole(&text[at + 1..]);
                let Some(end) = end.map(|end| at + 1 + end) else {
                    checked.diagnostics.push(Diagnostic::new(catalog::OPEN_HOLE, place.span(at, at + 1), []));
                    break;
                };
                let colon = colon.map_or(end, |colon| at + 1 + colon);
                let read = read(&text[at + 1..colon], place.after(at + 1));
                checked.diagnostics.extend(read.diagnostics);
                if !plain.is_empty() {
                    checked.value.parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                let spec = text.get(colon + 1..end).unwrap_or_default().to_owned();
                checked.value.parts.extend(read.value.map(|expression| Part::Hole { expression, spec }));
                at = end + 1;
            }
            '}' => {
                checked.diagnostics.push(Diagnostic::new(catalog::LONE_BRACE, place.span(at, at + 1), []));
                at += 1;
            }
            _ => {
                plain.push(character);
                at += character.len_utf8();
            }
        }
    }
    if !plain.is_empty() {
        checked.value.parts.push(Part::Text(plain));
    }
    checked
}

/// Where a hole's colon and its closing brace stand, texts and brackets inside it skipped.
fn hole(text: &str) -> (Option<usize>, Option<usize>) {
    let (mut colon, mut depth, mut quote) = (None, 0_usize, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') if colon.is_none() => quote = Some(character),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ':') if depth == 0 && colon.is_none() => colon = Some(at),
            (None, '}') => return (colon, Some(at)),
            _ => {}
        }
    }
    (colon, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::expression::Node;

    fn check(text: &str, expect: &str) {
        let read = read_template(text, Place::From(0));
        let parts = read.value.parts.iter().map(|part| match part {
            Part::Text(text) => format!("{text:?}"),
            Part::Hole { expression, spec } => match &expression.node {
                Node::Name(name) => format!("{name}:{spec}"),
                _ => format!("{:?}:{spec}", &text[expression.span.range()]),
            },
        });
        let told = read.diagnostics.iter().map(|told| format!("{} at {:?}", told.code, &text[told.span.range()]));
        assert_eq!(parts.chain(told).collect::<Vec<_>>().join(" "), expect, "{text}");
    }

    #[test]
    fn holes_and_doubled_braces_are_told_apart() {
        check("{x} of {{n}} is {total / n:.2f}", "x: \" of {n} is \" \"total / n\":.2f");
        check("{xs[1:2]}", "E0218 at \":\"");
        check("{'a:}' + s:>10}!", "\"'a:}' + s\":>10 \"!\"");
        check("", "");
    }

    #[test]
    fn a_lone_brace_is_told() {
        check("a {x", "\"a \" E0224 at \"{\"");
        check("a } b", "\"a  b\" E0225 at \"}\"");
    }
}

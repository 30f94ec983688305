//! What is written behind a block's word: each entry finds its parameter, each value becomes what the parameter takes.

use super::block::{Accepts, Form, Info, OUTCOMES, Parameter, TABLE};
use super::expression::{self, Expression, Place, RESERVED, Template};
use super::{Argument, ArgumentValue, Written};
use crate::diagnostic::{Checked, Diagnostic, Span, catalog};
use crate::document::{Entry, Literal, Node};

/// The arguments of `node`, which is an `info`, in the order of the text.
pub(super) fn read(node: &Node, info: &'static Info, diagnostics: &mut Vec<Diagnostic>) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    let (mut positions, told_before) = (0, diagnostics.len());
    for entry in &node.entries {
        let found = match &entry.name {
            None => positional(info, positions).ok_or_else(|| {
                let told = Diagnostic::new(catalog::TOO_MANY_ARGUMENTS, entry.span, [node.word.clone()]);
                told.replaced_by(named(entry, info, node))
            }),
            Some((name, span)) => property(info, name, *span),
        };
        positions += usize::from(entry.name.is_none());
        let (parameter, scale) = match found {
            Ok(found) => found,
            Err(told) => {
                diagnostics.push(told);
                continue;
            }
        };
        let accepts = &info.parameters[parameter];
        if accepts.form == Form::Property && arguments.iter().any(|argument| argument.parameter == parameter) {
            let name = entry.name.as_ref().map_or_else(String::new, |(name, _)| name.clone());
            diagnostics.push(Diagnostic::new(catalog::GIVEN_TWICE, entry.span, [name]));
            continue;
        }
        let read = value(entry, accepts, scale);
        diagnostics.extend(read.diagnostics);
        arguments.extend(read.value.map(|value| Argument { parameter, value, span: entry.span }));
    }
    // A property that was misspelled is told once, not also as missing.
    if diagnostics.len() == told_before && !node.damaged {
        missing(node, info, diagnostics);
    }
    arguments
}

/// What was probably meant by a value too much, with the property's name before it: `sleep 100`, `queue q 8`.
fn named(entry: &Entry, info: &Info, node: &Node) -> Option<String> {
    let text = match &entry.value {
        Literal::Int(_) | Literal::Float(_) => as_text(entry),
        Literal::Text(text) if is_name(text) => text.clone(),
        _ => return None,
    };
    let takes = |parameter: &Parameter| match parameter.accepts {
        Accepts::Choice(words) => words.contains(&text.as_str()),
        Accepts::Duration => true,
        // How many there are is meant only by a number, and only where nothing else is counted.
        Accepts::Integer { .. } if parameter.name == "count" => matches!(entry.value, Literal::Int(_)),
        Accepts::Integer { .. } => !matches!(entry.value, Literal::Float(_)),
        _ => false,
    };
    let is_given = |parameter: &Parameter| {
        let spellings = parameter.spellings();
        node.entries.iter().any(|entry| entry.name.as_ref().is_some_and(|(name, _)| spellings.contains(name)))
    };
    let free = |parameter: &&Parameter| parameter.form == Form::Property && takes(parameter) && !is_given(parameter);
    let mut meant = info.parameters.iter().filter(free);
    let parameter = meant.clone().find(|parameter| parameter.name != "count").or_else(|| meant.next())?;
    let spellings = parameter.spellings();
    let spelling = spellings.iter().find(|spelling| spelling.ends_with("ms")).or(spellings.first())?;
    Some(format!("{spelling}={text}"))
}

/// Where each entry of `node` stands, and which parameter it is for.
pub(super) fn written(node: &Node, info: &'static Info) -> Vec<Written> {
    let mut positions = 0;
    let each = node.entries.iter().map(|entry| {
        let found = match &entry.name {
            None => positional(info, positions),
            Some((name, span)) => property(info, name, *span).ok(),
        };
        positions += usize::from(entry.name.is_none());
        Written { parameter: found.map(|(index, _)| index), name: entry.name.as_ref().map(|(_, span)| *span), value: entry.span }
    });
    each.collect()
}

/// The parameter of the `nth` position.
fn positional(info: &Info, nth: usize) -> Option<(usize, u64)> {
    let by_position = || info.parameters.iter().enumerate().filter(|(_, parameter)| parameter.form != Form::Property);
    let at = by_position().nth(nth).or_else(|| by_position().next_back().filter(|(_, last)| last.form == Form::Rest));
    at.map(|(index, _)| (index, 1))
}

/// The parameter of a property, with the scale of its unit.
fn property(info: &Info, name: &str, span: Span) -> Result<(usize, u64), Diagnostic> {
    let properties = || info.parameters.iter().enumerate().filter(|(_, parameter)| parameter.form == Form::Property);
    for (index, parameter) in properties() {
        let units = parameter.accepts.units();
        for (spelling, at) in parameter.spellings().iter().zip(0..) {
            if spelling == name {
                return Ok((index, units.get(at).map_or(1, |(_, scale)| *scale)));
            }
        }
    }
    let spellings: Vec<String> = properties().flat_map(|(_, parameter)| parameter.spellings()).collect();
    let wrong_unit = properties().find(|(_, parameter)| {
        let stem = name.rsplit_once('-').map_or("", |(stem, _)| stem);
        let is_meant = match parameter.name {
            "" => UNITS.contains(&name),
            meant => stem == meant || name == meant,
        };
        !parameter.accepts.units().is_empty() && is_meant
    });
    let nearest = super::nearest(name, spellings.iter().map(String::as_str));
    if let (Some((_, parameter)), true) = (wrong_unit, name != "count") {
        let unit = name.rsplit_once('-').map_or(name, |(_, unit)| unit);
        let choices = parameter.spellings().iter().map(|spelling| format!("{spelling}=")).collect::<Vec<_>>().join(", ");
        return Err(
            Diagnostic::new(catalog::WRONG_UNIT, span, [info.word.to_owned(), unit.to_owned(), choices]).replaced_by(nearest)
        );
    }
    let all = spellings.iter().map(|spelling| format!("{spelling}=")).collect::<Vec<_>>().join(", ");
    let row = if all.is_empty() { catalog::NO_PROPERTIES } else { catalog::UNKNOWN_PROPERTY };
    Err(Diagnostic::new(row, span, [info.word.to_owned(), name.to_owned(), all]).replaced_by(nearest))
}

/// Units as they are called elsewhere.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "ns", "nanos", "us", "micros", "ms", "millis", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute",
    "minutes", "h", "hour", "hours", "b", "byte", "bytes", "k", "kb", "mb", "gb", "milliseconds", "microseconds",
];

/// Tells of each parameter that had to be given and was not written at all.
fn missing(node: &Node, info: &Info, diagnostics: &mut Vec<Diagnostic>) {
    let positions = node.entries.iter().filter(|entry| entry.name.is_none()).count();
    let mut position = 0;
    for parameter in info.parameters {
        let written = match parameter.form {
            Form::Positional | Form::Rest => {
                position += 1;
                positions >= position
            }
            Form::Property => {
                let spellings = parameter.spellings();
                node.entries.iter().any(|entry| entry.name.as_ref().is_some_and(|(name, _)| spellings.contains(name)))
            }
        };
        if !written && !parameter.optional {
            let shown = match parameter.form {
                Form::Property => parameter.spellings().iter().map(|name| format!("{name}=")).collect::<Vec<_>>().join(" / "),
                Form::Positional | Form::Rest => parameter.name.to_owned(),
            };
            let example = info.example.lines().find(|line| line.contains(info.word)).unwrap_or(info.example).to_owned();
            diagnostics.push(Diagnostic::new(catalog::MISSING_ARGUMENT, node.word_span, [node.word.clone(), shown, example]));
        }
    }
}

fn value(entry: &Entry, parameter: &Parameter, scale: u64) -> Checked<Option<ArgumentValue>> {
    let one = |value: ArgumentValue| Checked { value: Some(value), diagnostics: Vec::new() };
    let told = |told: Diagnostic| Checked { value: None, diagnostics: vec![told] };
    match (parameter.accepts, &entry.value) {
        (Accepts::NewName | Accepts::Local | Accepts::ExceptionName, Literal::Text(name)) if is_name(name) => {
            one(ArgumentValue::Name(name.clone()))
        }
        (Accepts::NewName | Accepts::Local | Accepts::ExceptionName, _) => {
            told(Diagnostic::new(catalog::BAD_NAME, entry.span, [as_text(entry)]))
        }
        (Accepts::Claim, Literal::Text(text)) if OUTCOMES.contains(&text.as_str()) => {
            let word = OUTCOMES.iter().find(|word| *word == text).expect("it was just found");
            one(ArgumentValue::Choice(word))
        }
        (Accepts::Text, _) => one(ArgumentValue::Text(as_text(entry))),
        (Accepts::Template, Literal::Text(text)) => {
            let read = expression::read_template(text, place(entry));
            Checked { value: Some(ArgumentValue::Template(read.value)), diagnostics: read.diagnostics }
        }
        (Accepts::Template, _) => {
            let parts = vec![expression::Part::Text(as_text(entry))];
            one(ArgumentValue::Template(Template { parts }))
        }
        (Accepts::Choice(words), _) => {
            let text = as_text(entry);
            if let Some(word) = words.iter().find(|word| **word == text) {
                return one(ArgumentValue::Choice(word));
            }
            let nearest = super::nearest(&text, words.iter().copied());
            let arguments = [text, parameter.name.to_owned(), words.join(", ")];
            told(Diagnostic::new(catalog::WRONG_WORD, entry.span, arguments).replaced_by(nearest))
        }
        (Accepts::Switch, Literal::Bool(on)) => one(ArgumentValue::Switch(*on)),
        (Accepts::Switch, Literal::Text(text)) if matches!(text.as_str(), "true" | "True") => one(ArgumentValue::Switch(true)),
        (Accepts::Switch, Literal::Text(text)) if matches!(text.as_str(), "false" | "False") => one(ArgumentValue::Switch(false)),
        (Accepts::Switch, _) => told(Diagnostic::new(catalog::NOT_SWITCH, entry.span, [parameter.name.to_owned()])),
        (
            Accepts::Expression
            | Accepts::Claim
            | Accepts::Reference(_)
            | Accepts::Target
            | Accepts::Integer { .. }
            | Accepts::Duration
            | Accepts::Size,
            _,
        ) => {
            let read = expression_of(entry);
            let measure = !parameter.accepts.units().is_empty();
            let value = read
                .value
                .map(|amount| if measure { ArgumentValue::Measure { amount, scale } } else { ArgumentValue::Expression(amount) });
            Checked { value, diagnostics: read.diagnostics }
        }
    }
}

fn place(entry: &Entry) -> Place {
    entry.content.map_or(Place::Within(entry.span), Place::From)
}

/// A literal as it would be read as text.
fn as_text(entry: &Entry) -> String {
    match &entry.value {
        Literal::Text(text) => text.clone(),
        Literal::Int(number) => number.to_string(),
        Literal::Float(number) => number.to_string(),
        Literal::Bool(truth) => truth.to_string(),
        Literal::Null => "null".to_owned(),
    }
}

fn expression_of(entry: &Entry) -> Checked<Option<Expression>> {
    let node = match &entry.value {
        Literal::Text(text) => return expression::read(text, place(entry)),
        Literal::Int(number) => {
            let Ok(number) = i64::try_from(*number) else {
                let told = Diagnostic::new(catalog::BAD_NUMBER, entry.span, [number.to_string()]);
                return Checked { value: None, diagnostics: vec![told] };
            };
            expression::Node::Int(number)
        }
        Literal::Float(number) => expression::Node::Float(*number),
        Literal::Bool(truth) => expression::Node::Bool(*truth),
        Literal::Null => expression::Node::None,
    };
    Checked { value: Some(Expression { node, span: entry.span }), diagnostics: Vec::new() }
}

/// Letters, digits and `_` in any script, no digit first, no word of a block or of expressions.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && text.chars().all(|character| character == '_' || character.is_alphanumeric())
        && !RESERVED.contains(&text)
        && !TABLE.iter().any(|info| info.word == text)
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::document::Document;
    use crate::lang::Lang;

    fn check(text: &str, expect: &[&str]) {
        let read = read::read(&Document::new(text));
        let told: Vec<_> = read
            .diagnostics
            .iter()
            .map(|told| {
                format!("{} {:?} {} ({})", told.code, &text[told.span.range()], told.message(Lang::En), told.help(Lang::En))
            })
            .collect();
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn what_is_missing_or_too_much_is_told() {
        check("queue q 3", &["E0206 \"3\" `queue` does not take this (did you mean `capacity=3`?)"]);
        check("lock", &["E0205 \"lock\" `lock` needs `name` (for example: lock door kind=fair)"]);
        check("lock a kind=fair kind=spin", &["E0207 \"spin\" `kind` is given twice (keep one of them)"]);
    }

    #[test]
    fn a_property_nobody_knows_has_its_nearest_name() {
        check("queue q capacty=3", &["E0204 \"capacty\" `queue` takes no `capacty=` (did you mean `capacity`?)"]);
        check(
            "event-loop l style=curio",
            &["E0214 \"curio\" `curio` is none of the words for `style` (write one of: asyncio, gevent)"],
        );
    }

    #[test]
    fn units_and_words_are_checked() {
        check("main { sleep min=1 }", &["E0210 \"min\" `sleep` has no unit `min` (write one of: us=, ms=, s=)"]);
        check("main { sleep seconds=1 }", &["E0210 \"seconds\" `sleep` has no unit `seconds` (write one of: us=, ms=, s=)"]);
        check(
            "main { compute ms=1 colour=red }",
            &["E0204 \"colour\" `compute` takes no `colour=` (it takes: us=, ms=, s=, work=, kind=, native=)"],
        );
        check("lock a kind=fast", &["E0214 \"fast\" `fast` is none of the words for `kind` (did you mean `fair`?)"]);
        check("shared a 0 atomic=1", &["E0229 \"1\" `atomic` is on or off (write #true or #false)"]);
    }

    #[test]
    fn a_name_is_letters_digits_and_underscores() {
        for name in ["a-b", "\"a b\"", "1", "not", "with", "\"\""] {
            check(
                &format!("lock {name}"),
                &[&format!(
                    "E0215 {name:?} `{}` cannot be a name (names are letters, digits and _, and do not begin with a digit; - is minus; words of blocks and expressions are taken)",
                    name.trim_matches('"')
                )],
            );
        }
        check("lock 锁_1", &[]);
    }

    #[test]
    fn places_inside_an_expression_are_those_of_the_file() {
        check(
            "main { let x \"1 + )\" }",
            &["E0219 \")\" `)` is not expected here (expressions are written as in Python, texts inside them in single quotes)"],
        );
    }
}

//! Values as text: Python's `str()`, `repr()` and `format(value, spec)`.

use std::fmt::Write as _;

use super::Value;
pub use super::number::float_repr;
use super::number::{self, Number};
use super::operator::{Failure, limit};
use super::spec::{Spec, format_float, format_int, pad};
use super::table::Table;
use crate::id::GeneratorId;

/// What Python's `type(value).__name__` says; for a resource its kind's word.
#[must_use]
pub fn type_name(table: &Table, value: Value) -> String {
    match value {
        Value::None => "NoneType".into(),
        Value::Bool(_) => "bool".into(),
        Value::Int(_) => "int".into(),
        Value::Float(_) => "float".into(),
        Value::Text(_) => "str".into(),
        Value::List(_) => "list".into(),
        Value::Task(_) => "task".into(),
        Value::Resource(resource) => table.resource_word(resource).into(),
        Value::Exception(exception) => table.get_exception(exception).name.to_string(),
        Value::Generator(it) if it.is_coroutine() => "coroutine".into(),
        Value::Generator(_) => "generator".into(),
    }
}

/// `str(value)`.
///
/// # Errors
/// MemoryError when it would be too long.
pub fn text(table: &Table, value: Value) -> Result<String, Failure> {
    match value {
        Value::Text(text) => Ok(table.get_text(text).to_string()),
        Value::Exception(exception) => {
            let raised = table.get_exception(exception);
            let quoted = &*raised.name == "KeyError" && !raised.message.is_empty();
            Ok(if quoted { quote(&raised.message) } else { raised.message.to_string() })
        }
        _ => repr(table, value),
    }
}

/// `repr(value)`.
///
/// # Errors
/// MemoryError when it would be too long.
pub fn repr(table: &Table, value: Value) -> Result<String, Failure> {
    let mut out = String::new();
    write_repr(table, value, &mut out)?;
    Ok(out)
}

fn write_repr(table: &Table, value: Value, out: &mut String) -> Result<(), Failure> {
    limit(out.len())?;
    let infallible = "writing to a String succeeds";
    match value {
        Value::None => out.push_str("None"),
        Value::Bool(truth) => out.push_str(if truth { "True" } else { "False" }),
        Value::Int(int) => write!(out, "{int}").expect(infallible),
        Value::Float(float) => out.push_str(&float_repr(float.get())),
        Value::Text(text) => out.push_str(&quote(&table.get_text(text))),
        Value::List(list) => {
            out.push('[');
            for (at, &item) in table.get_list(list).iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write_repr(table, item, out)?;
            }
            out.push(']');
        }
        Value::Task(task) => write!(out, "<task {}>", table.task_name(task)).expect(infallible),
        Value::Resource(resource) => {
            write!(out, "<{} {}>", table.resource_word(resource), table.resource_name(resource)).expect(infallible);
        }
        Value::Exception(exception) => {
            let raised = table.get_exception(exception);
            let message = if raised.message.is_empty() { String::new() } else { quote(&raised.message) };
            write!(out, "{}({message})", raised.name).expect(infallible);
        }
        Value::Generator(it) => {
            let (what, number) =
                if it.is_coroutine() { ("coroutine", it.number - GeneratorId::COROUTINES) } else { ("generator", it.number) };
            write!(out, "<{what} {number} of {}>", table.task_name(it.task)).expect(infallible);
        }
    }
    Ok(())
}

/// `format(value, spec)`, as `{value:spec}` in a template.
///
/// # Errors
/// ValueError and TypeError as Python; MemoryError for an immense width.
pub fn format(table: &Table, value: Value, spec: &str) -> Result<String, Failure> {
    if spec.is_empty() {
        return text(table, value);
    }
    let name = || type_name(table, value);
    let parse = || Spec::parse(spec, &name());
    match (number::from_value(value), value) {
        (Some(Number::Int(int)), _) => format_int(int, &parse()?, &name()),
        (Some(Number::Float(float)), _) => format_float(float, &parse()?, &name()),
        (None, Value::Text(text)) => pad_text(&table.get_text(text), &parse()?),
        _ => Err(Failure::type_error(format!("unsupported format string passed to {}.__format__", name()))),
    }
}

fn pad_text(text: &str, spec: &Spec) -> Result<String, Failure> {
    let bad = |what: &str| Err(Failure::new("ValueError", format!("{what} not allowed in string format specifier")));
    match spec {
        Spec { kind: Some(kind), .. } if *kind != 's' => {
            Err(Failure::new("ValueError", format!("Unknown format code '{kind}' for object of type 'str'")))
        }
        Spec { sign: Some(' '), .. } => bad("Space"),
        Spec { sign: Some(_), .. } => bad("Sign"),
        Spec { no_negative_zero: true, .. } => bad("Negative zero coercion (z)"),
        Spec { alternate: true, .. } => {
            Err(Failure::new("ValueError", "Alternate form (#) not allowed in string format specifier"))
        }
        Spec { align: Some('='), .. } => Err(Failure::new("ValueError", "'=' alignment not allowed in string format specifier")),
        Spec { grouping: Some(grouping), .. } => {
            Err(Failure::new("ValueError", format!("Cannot specify '{grouping}' with 's'.")))
        }
        _ => {
            let cut: String = text.chars().take(spec.precision.unwrap_or(usize::MAX)).collect();
            pad("", &cut, spec, '<')
        }
    }
}

/// A text in quotes as Python's `repr` writes it.
///
/// # Panics
/// Never: a String takes all that is written.
#[must_use]
pub fn quote(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(mark);
    for each in text.chars() {
        match each {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if each == mark => out.extend(['\\', each]),
            '\0'..' ' | '\x7f'..='\u{a0}' | '\u{ad}' => {
                write!(out, "\\x{:02x}", u32::from(each)).expect("a String takes all that is written");
            }
            _ => out.push(each),
        }
    }
    out.push(mark);
    out
}

/// What `{e}` shows of an uncaught exception: `ValueError: too low`, or the name alone.
#[must_use]
pub fn exception_line(name: &str, message: &str) -> String {
    if message.is_empty() { name.into() } else { format!("{name}: {message}") }
}

//! The functions an expression may call on values: `len min max abs sum int float str range`, with Python's errors.
//! `rand` and `now` ask the world and are effects.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Value;
use super::comparison::order;
use super::format::{repr, text, type_name};
use super::number::{self, Number};
use super::operation::{binary, whole_index};
use super::operator::{Binary, Failure, limit};
use super::table::Table;

/// A function of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "Python's")]
pub enum Function {
    Len,
    Min,
    Max,
    Abs,
    Sum,
    Int,
    Float,
    Str,
    Range,
}

impl Function {
    /// Every function, with its name in an expression.
    pub const ALL: [(&'static str, Self); 9] = [
        ("len", Self::Len),
        ("min", Self::Min),
        ("max", Self::Max),
        ("abs", Self::Abs),
        ("sum", Self::Sum),
        ("int", Self::Int),
        ("float", Self::Float),
        ("str", Self::Str),
        ("range", Self::Range),
    ];

    /// The function called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(word, _)| *word == name).map(|&(_, function)| function)
    }

    const fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// `function(arguments…)`.
///
/// # Errors
/// As Python: TypeError, ValueError, OverflowError; MemoryError beyond the table's limits.
pub fn call(table: &Table, function: Function, arguments: &[Value]) -> Result<Value, Failure> {
    match (function, arguments) {
        (Function::Len, &[value]) => len(table, value),
        (Function::Abs, &[value]) => abs(table, value),
        (Function::Len | Function::Abs, _) => {
            let (name, given) = (function.name(), arguments.len());
            Err(Failure::type_error(format!("{name}() takes exactly one argument ({given} given)")))
        }
        (Function::Min, _) => extreme(table, function, Ordering::Less, "<", arguments),
        (Function::Max, _) => extreme(table, function, Ordering::Greater, ">", arguments),
        (Function::Sum, &[items]) => sum(table, items, Value::Int(0)),
        (Function::Sum, &[items, start]) => sum(table, items, start),
        (Function::Int, &[]) => Ok(Value::Int(0)),
        (Function::Int, &[value]) => int(table, value),
        (Function::Float, &[]) => Ok(Value::float(0.0)),
        (Function::Float, &[value]) => float(table, value),
        (Function::Str, &[]) => Ok(Value::Text(table.text("")?)),
        (Function::Str, &[value]) => Ok(Value::Text(table.text(&text(table, value)?)?)),
        (Function::Range, &[end]) => range(table, Value::Int(0), end, Value::Int(1)),
        (Function::Range, &[start, end]) => range(table, start, end, Value::Int(1)),
        (Function::Range, &[start, end, step]) => range(table, start, end, step),
        (Function::Sum | Function::Range, &[]) => {
            let name = function.name();
            Err(Failure::type_error(format!("{name}() takes at least 1 positional argument (0 given)")))
        }
        (Function::Sum | Function::Int | Function::Float | Function::Str | Function::Range, _) => {
            let most = match function {
                Function::Sum => 2,
                Function::Range => 3,
                _ => 1,
            };
            let (name, given, s) = (function.name(), arguments.len(), if most == 1 { "" } else { "s" });
            Err(Failure::type_error(format!("{name}() takes at most {most} argument{s} ({given} given)")))
        }
    }
}

fn len(table: &Table, value: Value) -> Result<Value, Failure> {
    let length = match value {
        Value::Text(text) => table.get_text(text).chars().count(),
        Value::List(list) => table.list_len(list),
        _ => return Err(Failure::type_error(format!("object of type '{}' has no len()", type_name(table, value)))),
    };
    i64::try_from(length).map(Value::Int).map_err(|_too_long| Failure::overflow())
}

fn abs(table: &Table, value: Value) -> Result<Value, Failure> {
    match number::from_value(value) {
        Some(Number::Int(int)) => int.checked_abs().map(Value::Int).ok_or_else(Failure::overflow),
        Some(Number::Float(float)) => Ok(Value::float(float.abs())),
        None => Err(Failure::type_error(format!("bad operand type for abs(): '{}'", type_name(table, value)))),
    }
}

/// The items of what a `for` may walk: a list, or the characters of a text.
///
/// # Errors
/// TypeError for anything else.
pub fn items(table: &Table, value: Value) -> Result<Arc<[Value]>, Failure> {
    match value {
        Value::List(list) => Ok(table.get_list(list)),
        Value::Text(text) => {
            let mut bytes = [0; 4];
            let text = table.get_text(text);
            limit(text.len().saturating_mul(size_of::<Value>()))?;
            let each = text.chars().map(|each| table.text(each.encode_utf8(&mut bytes)).map(Value::Text));
            Ok(each.collect::<Result<_, _>>()?)
        }
        _ => Err(Failure::type_error(format!("'{}' object is not iterable", type_name(table, value)))),
    }
}

fn extreme(table: &Table, function: Function, wanted: Ordering, symbol: &str, arguments: &[Value]) -> Result<Value, Failure> {
    let name = function.name();
    let among: Arc<[Value]> = match arguments {
        [] => return Err(Failure::type_error(format!("{name} expected at least 1 argument, got 0"))),
        &[only] => items(table, only)?,
        several => several.into(),
    };
    let Some((&first, rest)) = among.split_first() else {
        return Err(Failure::new("ValueError", format!("{name}() arg is an empty sequence")));
    };
    let mut best = first;
    for &each in rest {
        if order(table, symbol, each, best)? == Some(wanted) {
            best = each;
        }
    }
    Ok(best)
}

fn sum(table: &Table, summands: Value, start: Value) -> Result<Value, Failure> {
    if matches!(start, Value::Text(_)) {
        return Err(Failure::type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    items(table, summands)?.iter().try_fold(start, |total, &each| binary(table, Binary::Add, total, each))
}

fn int(table: &Table, value: Value) -> Result<Value, Failure> {
    match (number::from_value(value), value) {
        (Some(Number::Int(int)), _) => Ok(Value::Int(int)),
        (Some(Number::Float(float)), _) => number::truncated(float).map(Value::Int),
        (None, Value::Text(written)) => {
            let written = table.get_text(written);
            parse_int(&written).unwrap_or_else(|| {
                let shown = repr(table, value)?;
                Err(Failure::new("ValueError", format!("invalid literal for int() with base 10: {shown}")))
            })
        }
        _ => {
            let found = type_name(table, value);
            let wanted = "a string, a bytes-like object or a real number";
            Err(Failure::type_error(format!("int() argument must be {wanted}, not '{found}'")))
        }
    }
}

/// A whole number as `int` reads it; none if it is not written as one.
fn parse_int(written: &str) -> Option<Result<Value, Failure>> {
    let digits = without_underscores(written.trim())?;
    let plain = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().map(Value::Int).map_err(|_too_large| Failure::overflow()))
}

/// Without the underscores between digits; none where one stands elsewhere.
fn without_underscores(written: &str) -> Option<String> {
    let bytes = written.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let misplaced = |(at, &byte): (usize, &u8)| byte == b'_' && !(at > 0 && digit(at - 1) && digit(at + 1));
    if bytes.iter().enumerate().any(misplaced) { None } else { Some(written.replace('_', "")) }
}

fn float(table: &Table, value: Value) -> Result<Value, Failure> {
    match (number::from_value(value), value) {
        (Some(number), _) => Ok(Value::float(number.to_f64())),
        (None, Value::Text(written)) => {
            let written = table.get_text(written);
            let read: Option<f64> = without_underscores(written.trim()).and_then(|written| written.parse().ok());
            read.map(Value::float).map_or_else(
                || {
                    let shown = repr(table, value)?;
                    Err(Failure::new("ValueError", format!("could not convert string to float: {shown}")))
                },
                Ok,
            )
        }
        _ => {
            let found = type_name(table, value);
            Err(Failure::type_error(format!("float() argument must be a string or a real number, not '{found}'")))
        }
    }
}

fn range(table: &Table, start: Value, end: Value, step: Value) -> Result<Value, Failure> {
    let whole = |value| {
        whole_index(value).ok_or_else(|| {
            let found = type_name(table, value);
            Failure::type_error(format!("'{found}' object cannot be interpreted as an integer"))
        })
    };
    let (start, end, step) = (whole(start)?, whole(end)?, whole(step)?);
    if step == 0 {
        return Err(Failure::new("ValueError", "range() arg 3 must not be zero"));
    }
    let distance = if step > 0 { i128::from(end) - i128::from(start) } else { i128::from(start) - i128::from(end) };
    let stride = i128::from(step.unsigned_abs());
    let count = usize::try_from((distance.max(0) + stride - 1) / stride).unwrap_or(usize::MAX);
    limit(count.saturating_mul(size_of::<Value>()))?;
    let turns = std::iter::successors(Some(start), |last| last.checked_add(step));
    let all: Vec<Value> = turns.take(count).map(Value::Int).collect();
    Ok(Value::List(table.list(&all)?))
}

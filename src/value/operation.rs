//! Python's operators on values, with CPython 3.11's errors, word for word. Integers have 64 bits: beyond, OverflowError.
//! Owns arithmetic and subscripts; comparisons are in `comparison`, named functions in `function`.

use std::sync::Arc;

use super::Value;
use super::comparison::{compare, truth};
use super::format::type_name;
use super::number::{self, Number};
use super::operator::limit;
pub use super::operator::{Binary, Comparison, Failure, Unary};
use super::table::{Full, Table};

/// `op value`.
///
/// # Errors
/// TypeError for what is no number; OverflowError.
pub fn unary(table: &Table, op: Unary, value: Value) -> Result<Value, Failure> {
    if op == Unary::Not {
        return Ok(Value::Bool(!truth(table, value)));
    }
    let sign = if op == Unary::Minus { '-' } else { '+' };
    match (number::from_value(value), op) {
        (Some(Number::Int(int)), Unary::Minus) => int.checked_neg().map(Value::Int).ok_or_else(Failure::overflow),
        (Some(Number::Float(float)), Unary::Minus) => Ok(Value::float(-float)),
        (Some(number), _) => Ok(number.into()),
        (None, _) => Err(Failure::type_error(format!("bad operand type for unary {sign}: '{}'", type_name(table, value)))),
    }
}

/// `left op right`.
///
/// # Errors
/// As Python: TypeError, ZeroDivisionError; OverflowError beyond 64 bits, MemoryError beyond the table's limits.
#[inline]
pub fn binary(table: &Table, op: Binary, left: Value, right: Value) -> Result<Value, Failure> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return number::integers(op, left, right);
    }
    slow_binary(table, op, left, right)
}

fn slow_binary(table: &Table, op: Binary, left: Value, right: Value) -> Result<Value, Failure> {
    match (number::from_value(left), number::from_value(right)) {
        (Some(Number::Int(left)), Some(Number::Int(right))) => number::integers(op, left, right),
        (Some(left), Some(right)) => number::floats(op, left.to_f64(), right.to_f64()),
        _ => sequences(table, op, left, right),
    }
}

fn sequences(table: &Table, op: Binary, left: Value, right: Value) -> Result<Value, Failure> {
    match (op, left, right) {
        (Binary::Add, Value::Text(left), Value::Text(right)) => {
            let (left, right) = (table.get_text(left), table.get_text(right));
            limit(left.len() + right.len())?;
            Ok(Value::Text(table.text(&[&*left, &*right].concat())?))
        }
        (Binary::Add, Value::List(left), Value::List(right)) => {
            limit((table.list_len(left) + table.list_len(right)) * size_of::<Value>())?;
            Ok(Value::List(table.spliced(left, table.list_len(left), 0, &table.get_list(right))?))
        }
        (Binary::Add, Value::Text(_) | Value::List(_), _) => {
            let (left, right) = (type_name(table, left), type_name(table, right));
            Err(Failure::type_error(format!("can only concatenate {left} (not \"{right}\") to {left}")))
        }
        (Binary::Multiply, sequence @ (Value::Text(_) | Value::List(_)), times)
        | (Binary::Multiply, times, sequence @ (Value::Text(_) | Value::List(_))) => repeated(table, sequence, times),
        _ => Err(unsupported(table, op, left, right)),
    }
}

fn unsupported(table: &Table, op: Binary, left: Value, right: Value) -> Failure {
    let (left, right) = (type_name(table, left), type_name(table, right));
    Failure::type_error(format!("unsupported operand type(s) for {}: '{left}' and '{right}'", op.symbol()))
}

fn repeated(table: &Table, sequence: Value, times: Value) -> Result<Value, Failure> {
    let Some(Number::Int(times)) = number::from_value(times) else {
        let times = type_name(table, times);
        return Err(Failure::type_error(format!("can't multiply sequence by non-int of type '{times}'")));
    };
    let times = usize::try_from(times.max(0)).map_err(|_too_large| Failure::from(Full))?;
    match sequence {
        Value::Text(text) => {
            let text = table.get_text(text);
            limit(text.len().saturating_mul(times))?;
            Ok(Value::Text(table.text(&text.repeat(times))?))
        }
        Value::List(list) => {
            let list = table.get_list(list);
            limit(list.len().saturating_mul(times).saturating_mul(size_of::<Value>()))?;
            Ok(Value::List(table.list(&list.repeat(times))?))
        }
        _ => unreachable!("only texts and lists are repeated"),
    }
}

/// `container[position]`, of a text or a list; negative positions count from the end.
///
/// # Errors
/// IndexError, TypeError.
pub fn index(table: &Table, container: Value, position: Value) -> Result<Value, Failure> {
    match container {
        Value::List(list) => {
            let at = whole_index(position).ok_or_else(|| {
                let found = type_name(table, position);
                Failure::type_error(format!("list indices must be integers or slices, not {found}"))
            })?;
            let found = place(at, table.list_len(list)).and_then(|at| table.list_item(list, at));
            found.ok_or_else(|| Failure::new("IndexError", "list index out of range"))
        }
        Value::Text(text) => {
            let at = whole_index(position).ok_or_else(|| {
                let found = type_name(table, position);
                Failure::type_error(format!("string indices must be integers, not '{found}'"))
            })?;
            let text: Arc<str> = table.get_text(text);
            let found = place(at, text.chars().count()).and_then(|at| text.chars().nth(at));
            let found = found.ok_or_else(|| Failure::new("IndexError", "string index out of range"))?;
            Ok(Value::Text(table.text(found.encode_utf8(&mut [0; 4]))?))
        }
        _ => Err(Failure::type_error(format!("'{}' object is not subscriptable", type_name(table, container)))),
    }
}

/// The position among `length` that Python's index `at` means, if there is one.
#[must_use]
pub fn place(at: i64, length: usize) -> Option<usize> {
    let length_signed = i64::try_from(length).ok()?;
    let at = if at < 0 { at.checked_add(length_signed)? } else { at };
    usize::try_from(at).ok().filter(|&at| at < length)
}

/// An integer or a truth value as the integer Python's `__index__` gives.
#[must_use]
pub fn whole_index(value: Value) -> Option<i64> {
    match value {
        Value::Int(int) => Some(int),
        Value::Bool(truth) => Some(i64::from(truth)),
        _ => None,
    }
}

/// `left op right` as a truth value.
///
/// # Errors
/// As [`compare`].
pub fn comparison(table: &Table, op: Comparison, left: Value, right: Value) -> Result<Value, Failure> {
    compare(table, op, left, right).map(Value::Bool)
}

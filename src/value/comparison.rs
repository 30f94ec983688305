//! Python's comparisons, truth and membership.

use std::cmp::Ordering;

use super::Value;
use super::format::type_name;
use super::number::{self, Number};
use super::operator::{Comparison, Failure};
use super::table::Table;

/// `left op right`.
///
/// # Errors
/// TypeError where Python has no order, or nothing to look in.
#[inline]
pub fn compare(table: &Table, op: Comparison, left: Value, right: Value) -> Result<bool, Failure> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        match op {
            Comparison::Equal | Comparison::Is => return Ok(left == right),
            Comparison::NotEqual | Comparison::IsNot => return Ok(left != right),
            Comparison::Less => return Ok(left < right),
            Comparison::LessOrEqual => return Ok(left <= right),
            Comparison::Greater => return Ok(left > right),
            Comparison::GreaterOrEqual => return Ok(left >= right),
            Comparison::In | Comparison::NotIn => {}
        }
    }
    slow_compare(table, op, left, right)
}

fn slow_compare(table: &Table, op: Comparison, left: Value, right: Value) -> Result<bool, Failure> {
    Ok(match op {
        Comparison::Equal => equal(table, left, right),
        Comparison::NotEqual => !equal(table, left, right),
        Comparison::Is => left == right,
        Comparison::IsNot => left != right,
        Comparison::In => contains(table, right, left)?,
        Comparison::NotIn => !contains(table, right, left)?,
        Comparison::Less => order(table, "<", left, right)?.is_some_and(Ordering::is_lt),
        Comparison::LessOrEqual => order(table, "<=", left, right)?.is_some_and(Ordering::is_le),
        Comparison::Greater => order(table, ">", left, right)?.is_some_and(Ordering::is_gt),
        Comparison::GreaterOrEqual => order(table, ">=", left, right)?.is_some_and(Ordering::is_ge),
    })
}

/// Python's `==`: 1, 1.0 and True are equal, NaN is not equal to itself.
#[must_use]
pub fn equal(table: &Table, left: Value, right: Value) -> bool {
    match (number::from_value(left), number::from_value(right)) {
        (Some(left), Some(right)) => number_order(left, right) == Some(Ordering::Equal),
        (None, None) => match (left, right) {
            // Items compare by identity first, so a list is equal to itself even with a NaN in it.
            (Value::List(left), Value::List(right)) if left != right => {
                let (left, right) = (table.get_list(left), table.get_list(right));
                left.len() == right.len() && left.iter().zip(&*right).all(|(&left, &right)| same(table, left, right))
            }
            _ => left == right,
        },
        _ => false,
    }
}

/// What `in` and the comparison of lists use: identity or equality.
fn same(table: &Table, left: Value, right: Value) -> bool {
    left == right || equal(table, left, right)
}

/// Whether Python's `if value` goes in.
#[inline]
#[must_use]
pub fn truth(table: &Table, value: Value) -> bool {
    match value {
        Value::None => false,
        Value::Bool(truth) => truth,
        Value::Int(int) => int != 0,
        Value::Float(float) => float.get() != 0.0,
        Value::Text(text) => !table.get_text(text).is_empty(),
        Value::List(list) => table.list_len(list) > 0,
        Value::Task(_) | Value::Resource(_) | Value::Exception(_) | Value::Generator(_) => true,
    }
}

/// `item in container`.
fn contains(table: &Table, container: Value, item: Value) -> Result<bool, Failure> {
    match (container, item) {
        (Value::List(list), _) => Ok(table.get_list(list).iter().any(|&each| same(table, each, item))),
        (Value::Text(text), Value::Text(part)) => Ok(table.get_text(text).contains(&*table.get_text(part))),
        (Value::Text(_), _) => {
            let found = type_name(table, item);
            Err(Failure::type_error(format!("'in <string>' requires string as left operand, not {found}")))
        }
        _ => {
            let found = type_name(table, container);
            Err(Failure::type_error(format!("argument of type '{found}' is not iterable")))
        }
    }
}

/// Python's order of two values; none where neither is less nor equal (NaN).
///
/// # Errors
/// TypeError in which `symbol` is the operator asked for.
pub fn order(table: &Table, symbol: &str, left: Value, right: Value) -> Result<Option<Ordering>, Failure> {
    if let (Some(left), Some(right)) = (number::from_value(left), number::from_value(right)) {
        return Ok(number_order(left, right));
    }
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Ok(Some(table.get_text(left).cmp(&table.get_text(right)))),
        (Value::List(left), Value::List(right)) => {
            let (left, right) = (table.get_list(left), table.get_list(right));
            let differs = left.iter().zip(&*right).find(|&(&left, &right)| !same(table, left, right));
            match differs {
                Some((&left, &right)) => order(table, symbol, left, right),
                None => Ok(Some(left.len().cmp(&right.len()))),
            }
        }
        _ => {
            let (left, right) = (type_name(table, left), type_name(table, right));
            Err(Failure::type_error(format!("'{symbol}' not supported between instances of '{left}' and '{right}'")))
        }
    }
}

fn number_order(left: Number, right: Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(&right),
        (Number::Int(left), Number::Float(right)) => int_order(left, right),
        (Number::Float(left), Number::Int(right)) => int_order(right, left).map(Ordering::reverse),
    }
}

/// Exact, also where the integer has no float.
fn int_order(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    match number::truncated(float) {
        Ok(whole) => Some(int.cmp(&whole).then_with(|| 0.0_f64.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal))),
        Err(_) => Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater }),
    }
}

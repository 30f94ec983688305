//! Shared variables: loads, stores and atomic operations on a value of any size.

use crate::value::comparison::equal;
use crate::value::format::type_name;
use crate::value::operation::{Binary, binary};
use crate::value::{Failure, Table, Value};

/// `atomic-add`: what the sum is.
///
/// # Errors
/// TypeError unless both are numbers; OverflowError.
pub(super) fn sum(table: &Table, old: Value, more: Value) -> Result<Value, Failure> {
    let number = |value: Value| matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_));
    if number(old) && number(more) {
        return binary(table, Binary::Add, old, more);
    }
    let (old, more) = (type_name(table, old), type_name(table, more));
    Err(Failure::new("TypeError", format!("unsupported operand type(s) for +: '{old}' and '{more}'")))
}

/// `compare-and-set`: whether the cell takes the new value, by Python's `==`.
pub(super) fn exchange(table: &Table, cell: &mut Value, old: Value, new: Value) -> bool {
    let matches = equal(table, *cell, old);
    if matches {
        *cell = new;
    }
    matches
}

//! What literals alone come to: failures that are certain before the run.

use crate::scenario::expression::{Expression, Node};
use crate::value::operation::{Failure, binary, unary};
use crate::value::{Table, Value};

/// The exception that computing this very operator, on literals alone, always raises.
pub(super) fn failure(expression: &Expression) -> Option<Failure> {
    let table = Table::default();
    match &expression.node {
        Node::Unary(op, of) => unary(&table, *op, literal(&table, of)?).err(),
        Node::Binary(op, left, right) => binary(&table, *op, literal(&table, left)?, literal(&table, right)?).err(),
        _ => None,
    }
}

/// The whole number that literals come to.
pub(super) fn whole(expression: &Expression) -> Option<i64> {
    match literal(&Table::default(), expression) {
        Some(Value::Int(number)) => Some(number),
        _ => None,
    }
}

fn literal(table: &Table, expression: &Expression) -> Option<Value> {
    match &expression.node {
        Node::None => Some(Value::None),
        Node::Bool(truth) => Some(Value::Bool(*truth)),
        Node::Int(number) => Some(Value::Int(*number)),
        Node::Float(number) => Some(Value::float(*number)),
        Node::Text(text) => table.text(text).ok().map(Value::Text),
        Node::Unary(op, of) => unary(table, *op, literal(table, of)?).ok(),
        Node::Binary(op, left, right) => binary(table, *op, literal(table, left)?, literal(table, right)?).ok(),
        _ => None,
    }
}

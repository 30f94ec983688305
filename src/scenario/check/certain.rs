//! What literals and constants come to: failures that are certain before the run.

use super::names::Names;
use crate::scenario::ArgumentValue;
use crate::scenario::block::Kind;
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

/// The whole number that literals and constants come to.
pub(super) fn whole_with(expression: &Expression, names: &Names<'_>) -> Option<i64> {
    let mut expression = expression.clone();
    put_in(&mut expression, names, MOST_CONSTANTS_DEEP);
    whole(&expression)
}

/// Constants made of constants are followed so far: two that need each other would have no end.
const MOST_CONSTANTS_DEEP: u32 = 8;

/// Puts the values of constants in the place of their names.
fn put_in(expression: &mut Expression, names: &Names<'_>, deep: u32) {
    match &mut expression.node {
        Node::Name(name) if deep > 0 => {
            let constant = names.get(name).filter(|declared| declared.kind() == Kind::Let);
            if let Some(ArgumentValue::Expression(value)) = constant.and_then(|declared| declared.block.argument("value")) {
                let mut value = value.clone();
                put_in(&mut value, names, deep - 1);
                expression.node = value.node;
            }
        }
        Node::Unary(_, of) => put_in(of, names, deep),
        Node::Binary(_, left, right) => {
            put_in(left, names, deep);
            put_in(right, names, deep);
        }
        _ => {}
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

//! Short cuts for what programs do most: whole numbers that fit, effects whose resource and patience are known. Each gives what the long way
//! gives, or None and the long way is taken.

use crate::effect::Patience;
use crate::id::ResourceId;
use crate::value::Value;
use crate::value::operation::{Binary, Comparison};

use super::super::instruction::Wait;
use super::super::{Program, ResourceKind};

/// `left op right` of two integers, where it is one.
#[inline]
pub(super) fn binary(op: Binary, left: Value, right: Value) -> Option<Value> {
    let (Value::Int(left), Value::Int(right)) = (left, right) else { return None };
    let result = match op {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Modulo if left >= 0 && right > 0 => Some(left % right),
        Binary::FloorDivide if left >= 0 && right > 0 => Some(left / right),
        _ => None,
    };
    result.map(Value::Int)
}

/// A comparison of two integers.
#[inline]
pub(super) fn compare(op: Comparison, left: Value, right: Value) -> Option<bool> {
    let (Value::Int(left), Value::Int(right)) = (left, right) else { return None };
    Some(match op {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Is | Comparison::IsNot | Comparison::In | Comparison::NotIn => return None,
    })
}

/// How long an effect waits that takes no time from the stack.
#[inline]
pub(super) const fn patience(wait: Wait) -> Option<Patience> {
    match wait {
        Wait::Forever => Some(Patience::Forever),
        Wait::Never => Some(Patience::Never),
        Wait::Timed => None,
    }
}

/// Whether a `shared` takes atomic steps.
#[inline]
pub(super) fn is_atomic(program: &Program, shared: ResourceId) -> bool {
    matches!(program.resources[shared.index()].kind, ResourceKind::Shared { atomic: true, .. })
}

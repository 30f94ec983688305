//! Short cuts for what programs do most: whole numbers that fit, effects whose resource is known. Each gives what the long way
//! gives, or None and the long way is taken.

use crate::effect::{Effect, Patience};
use crate::value::Value;
use crate::value::operation::{Binary, Comparison};

use super::super::instruction::{Instruction, Into, Wait};

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

/// The effect of an instruction that takes nothing from the stack, and where its answer goes.
#[inline]
pub(super) fn effect(instruction: Instruction) -> Option<(Effect, Into)> {
    let patience = |wait: Wait| match wait {
        Wait::Forever => Some(Patience::Forever),
        Wait::Never => Some(Patience::Never),
        Wait::Timed => None,
    };
    Some(match instruction {
        Instruction::Load(shared, into) => (Effect::Load(shared.as_known()?), into),
        Instruction::Acquire(lock, wait, into) => (Effect::Acquire(lock.as_known()?, patience(wait)?), into),
        Instruction::Release(lock) => (Effect::Release(lock.as_known()?), Into::NOWHERE),
        Instruction::Get(queue, wait, into) => (Effect::Get(queue.as_known()?, patience(wait)?), into),
        Instruction::YieldCpu => (Effect::YieldCpu, Into::NOWHERE),
        _ => return None,
    })
}

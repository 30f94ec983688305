//! Integers and floats as Python computes with them: rounding down, the divisor's sign, exact true division.
//! Owns how a float is written, too. Knows nothing of texts and lists.

use super::Value;
use super::operator::{Binary, Failure};

/// A value that counts as a number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    /// An integer or a truth value.
    Int(i64),
    /// A float.
    Float(f64),
}

impl Number {
    #[expect(clippy::cast_precision_loss, reason = "rounds to nearest, as Python's conversion does")]
    pub(super) fn to_f64(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::Float(float) => float,
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(int) => Self::Int(int),
            Number::Float(float) => Self::float(float),
        }
    }
}

pub(super) fn from_value(value: Value) -> Option<Number> {
    match value {
        Value::Int(int) => Some(Number::Int(int)),
        Value::Bool(truth) => Some(Number::Int(i64::from(truth))),
        Value::Float(float) => Some(Number::Float(float.get())),
        _ => None,
    }
}

fn division_by_zero(message: &'static str) -> Failure {
    Failure::new("ZeroDivisionError", message)
}

#[inline]
pub(super) fn integers(op: Binary, left: i64, right: i64) -> Result<Value, Failure> {
    let result = match op {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Divide => return true_division(left, right).map(Value::float),
        Binary::FloorDivide if right == 0 => return Err(division_by_zero("integer division or modulo by zero")),
        Binary::FloorDivide => {
            left.checked_div(right).map(|quotient| quotient - i64::from(left % right != 0 && (left < 0) != (right < 0)))
        }
        Binary::Modulo if right == 0 => return Err(division_by_zero("integer modulo by zero")),
        Binary::Modulo => {
            let rest = left.wrapping_rem(right);
            Some(if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest })
        }
        Binary::Power => return power(left, right),
    };
    result.map(Value::Int).ok_or_else(Failure::overflow)
}

/// Correctly rounded, also where the operands have no exact float (CPython's `long_true_divide`).
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53; above, one rounding of a quotient with a sticky bit")]
fn true_division(left: i64, right: i64) -> Result<f64, Failure> {
    const EXACT: u64 = 1 << 53;
    if right == 0 {
        return Err(division_by_zero("division by zero"));
    }
    let (dividend, divisor) = (left.unsigned_abs(), right.unsigned_abs());
    if dividend <= EXACT && divisor <= EXACT {
        return Ok(left as f64 / right as f64);
    }
    if dividend == 0 {
        return Ok(if right < 0 { -0.0 } else { 0.0 });
    }
    let (dividend, divisor) = (u128::from(dividend), u128::from(divisor));
    let shift = dividend.leading_zeros();
    let scaled = dividend << shift;
    let quotient = (scaled / divisor) | u128::from(scaled % divisor != 0);
    let magnitude = quotient as f64 / (1_u128 << shift) as f64;
    Ok(if (left < 0) == (right < 0) { magnitude } else { -magnitude })
}

#[expect(clippy::cast_precision_loss, reason = "Python computes a negative power with floats")]
fn power(base: i64, exponent: i64) -> Result<Value, Failure> {
    if exponent < 0 {
        return float_power(base as f64, exponent as f64).map(Value::float);
    }
    let result = match (base, u32::try_from(exponent)) {
        (0 | 1, _) => Some(if exponent == 0 { 1 } else { base }),
        (-1, _) => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        (_, Ok(exponent)) => base.checked_pow(exponent),
        (_, Err(_)) => None,
    };
    result.map(Value::Int).ok_or_else(Failure::overflow)
}

fn float_power(base: f64, exponent: f64) -> Result<f64, Failure> {
    if base == 0.0 && exponent < 0.0 {
        return Err(division_by_zero("0.0 cannot be raised to a negative power"));
    }
    let result = base.powf(exponent);
    if result.is_nan() && !base.is_nan() && !exponent.is_nan() {
        // Python gives a complex number here, which this language does not have.
        return Err(Failure::new("ValueError", "negative number cannot be raised to a fractional power"));
    }
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(Failure::new("OverflowError", "(34, 'Numerical result out of range')"));
    }
    Ok(result)
}

pub(super) fn floats(op: Binary, left: f64, right: f64) -> Result<Value, Failure> {
    let result = match op {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide if right == 0.0 => return Err(division_by_zero("float division by zero")),
        Binary::Divide => left / right,
        Binary::FloorDivide if right == 0.0 => return Err(division_by_zero("float floor division by zero")),
        Binary::FloorDivide => floor_and_rest(left, right).0,
        Binary::Modulo if right == 0.0 => return Err(division_by_zero("float modulo")),
        Binary::Modulo => floor_and_rest(left, right).1,
        Binary::Power => float_power(left, right)?,
    };
    Ok(Value::float(result))
}

/// CPython's `_float_div_mod`.
fn floor_and_rest(left: f64, right: f64) -> (f64, f64) {
    let mut rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(right);
    } else if (right < 0.0) != (rest < 0.0) {
        rest += right;
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0.0_f64.copysign(left / right)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (floor, rest)
}

/// The integer that `float` is cut to.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
pub(super) fn truncated(float: f64) -> Result<i64, Failure> {
    if float.is_nan() {
        return Err(Failure::new("ValueError", "cannot convert float NaN to integer"));
    }
    if float.is_infinite() {
        return Err(Failure::new("OverflowError", "cannot convert float infinity to integer"));
    }
    let whole = float.trunc();
    // Both bounds are powers of two, so they are exact.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
        Ok(whole as i64)
    } else {
        Err(Failure::overflow())
    }
}

/// The shortest digits that read back as the same float, in Python's layout.
///
/// # Panics
/// Never: what is taken apart was put together a line before.
#[must_use]
pub fn float_repr(float: f64) -> String {
    if float.is_nan() {
        return "nan".into();
    }
    if float.is_infinite() {
        return if float > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let scientific = format!("{float:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a whole exponent");
    // Between two shortest candidates equally near, Python takes the even one.
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let even = format!("{float:.*e}", digits - 1);
    let mantissa = match even.split_once('e') {
        Some((other, _)) if even.parse() == Ok(float) => other,
        _ => mantissa,
    };
    if (-4..16).contains(&exponent) {
        let decimals = i32::try_from(digits).expect("a float has few digits") - 1 - exponent;
        let decimals = usize::try_from(decimals.max(1)).expect("never negative");
        format!("{float:.decimals$}")
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
    }
}

//! Values as bytes, on their way to another process: a tag and the content; what is rare goes as JSON.

use crate::trace::store::Plain;
use crate::value::{Full, Table, Value};

/// Bytes before a parcel in a pipe: how long it is with what fills it up, how long without.
pub(in crate::engine::real) const HEAD: usize = 8;

/// A value as a parcel, head included, filled up to `bytes`.
pub(in crate::engine::real) fn wrap(table: &Table, value: Value, bytes: u32) -> Vec<u8> {
    let mut parcel = vec![0; HEAD];
    encode(table, value, &mut parcel);
    let content = parcel.len() - HEAD;
    parcel.resize(HEAD + content.max(bytes as usize), 0);
    let whole = u32::try_from(parcel.len() - HEAD).expect("messages are limited");
    parcel[..4].copy_from_slice(&whole.to_le_bytes());
    parcel[4..HEAD].copy_from_slice(&u32::try_from(content).expect("messages are limited").to_le_bytes());
    parcel
}

/// How much follows a head, and how much of that is content.
pub(in crate::engine::real) fn lengths(head: [u8; HEAD]) -> (usize, usize) {
    let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
    (number(0), number(4))
}

/// Adds a value's bytes.
pub(in crate::engine::real) fn encode(table: &Table, value: Value, to: &mut Vec<u8>) {
    match value {
        Value::None => to.push(0),
        Value::Bool(truth) => to.push(1 + u8::from(truth)),
        Value::Int(int) => {
            to.push(3);
            to.extend(int.to_le_bytes());
        }
        Value::Float(float) => {
            to.push(4);
            to.extend(float.get().to_bits().to_le_bytes());
        }
        Value::Text(text) => {
            to.push(5);
            to.extend(table.get_text(text).as_bytes());
        }
        _ => {
            to.push(6);
            let json = serde_json::to_vec(&Plain::of(table, value)).expect("a value is plain data");
            to.extend(json);
        }
    }
}

/// The value of such bytes; None for what makes no sense.
///
/// # Errors
/// When the table is full.
pub(in crate::engine::real) fn decode(table: &Table, bytes: &[u8]) -> Result<Value, Full> {
    let Some((tag, content)) = bytes.split_first() else { return Ok(Value::None) };
    let number = || content.get(..8).and_then(|eight| eight.try_into().ok()).map_or(0, u64::from_le_bytes);
    Ok(match tag {
        1 => Value::Bool(false),
        2 => Value::Bool(true),
        3 => Value::Int(number().cast_signed()),
        4 => Value::float(f64::from_bits(number())),
        5 => Value::Text(table.text(&String::from_utf8_lossy(content))?),
        6 => serde_json::from_slice::<Plain>(content).unwrap_or(Plain::None).to_value(table)?,
        _ => Value::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_arrives_as_it_was_sent_and_as_large_as_was_said() {
        let [here, there] = [Table::new(0), Table::new(0)];
        let text = Value::Text(here.text("数 x").unwrap());
        let list = Value::List(here.list(&[text, Value::float(0.5), Value::None]).unwrap());
        for value in [Value::None, Value::Bool(true), Value::Int(-5), Value::float(f64::INFINITY), text, list] {
            let parcel = wrap(&here, value, 100);
            let (whole, content) = lengths(parcel[..HEAD].try_into().unwrap());
            assert_eq!((whole, parcel.len()), (100, 100 + HEAD));
            let arrived = decode(&there, &parcel[HEAD..HEAD + content]).unwrap();
            assert_eq!(there.fingerprint(arrived), here.fingerprint(value));
        }
    }

    #[test]
    fn what_is_no_parcel_is_none() {
        let table = Table::new(0);
        for bytes in [&[][..], &[9, 9], &[6, b'{'], &[0]] {
            assert_eq!(decode(&table, bytes), Ok(Value::None));
        }
    }
}

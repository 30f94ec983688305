//! Values as bytes, on their way to another process: a tag and the content.

use crate::id::BlockId;
use crate::trace::store::Plain;
use crate::value::{Full, MOST_DEPTH, Raised, Table, Value};

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

/// Adds a value's bytes: never more than a message is said to weigh (`program::machine`), so that none that was let through
/// turns out too long.
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
            encode_text(&table.get_text(text), to);
        }
        Value::List(list) => {
            to.push(6);
            let items = table.get_list(list);
            encode_length(items.len(), to);
            items.iter().for_each(|&item| encode(table, item, to));
        }
        Value::Exception(exception) => {
            let raised = table.get_exception(exception);
            to.push(7);
            encode_text(&raised.name, to);
            encode_text(&raised.message, to);
            to.extend(raised.block.map_or(0, |block| block.0.saturating_add(1)).to_le_bytes());
        }
        // Handles mean nothing elsewhere, and few come here.
        Value::Task(_) | Value::Resource(_) | Value::Generator(_) => {
            to.push(8);
            encode_text(&serde_json::to_string(&Plain::of(table, value)).expect("a value is plain data"), to);
        }
    }
}

fn encode_length(length: usize, to: &mut Vec<u8>) {
    to.extend(u32::try_from(length).expect("messages are limited").to_le_bytes());
}

fn encode_text(text: &str, to: &mut Vec<u8>) {
    encode_length(text.len(), to);
    to.extend(text.as_bytes());
}

/// The value of such bytes; None for what makes no sense.
///
/// # Errors
/// When the table is full.
pub(in crate::engine::real) fn decode(table: &Table, bytes: &[u8]) -> Result<Value, Full> {
    Reading { table, bytes, deep: 0 }.value().map(Option::unwrap_or_default)
}

/// A parcel that is read: what is left of it. Gives none where it makes no sense.
struct Reading<'a> {
    table: &'a Table,
    bytes: &'a [u8],
    deep: u32,
}

impl Reading<'_> {
    fn value(&mut self) -> Result<Option<Value>, Full> {
        let Some([tag]) = self.take() else { return Ok(None) };
        Ok(match tag {
            0 => Some(Value::None),
            1 => Some(Value::Bool(false)),
            2 => Some(Value::Bool(true)),
            3 => self.take().map(|eight| Value::Int(i64::from_le_bytes(eight))),
            4 => self.take().map(|eight| Value::float(f64::from_bits(u64::from_le_bytes(eight)))),
            5 => self.text().map(|text| self.table.text(&text)).transpose()?.map(Value::Text),
            6 => self.list()?,
            7 => self.exception().map(|raised| self.table.exception(raised)).transpose()?.map(Value::Exception),
            8 => match self.text().and_then(|json| serde_json::from_str::<Plain>(&json).ok()) {
                Some(plain) => Some(plain.to_value(self.table)?),
                None => None,
            },
            _ => None,
        })
    }

    fn list(&mut self) -> Result<Option<Value>, Full> {
        // Each item is a byte at least.
        let length = self.length().filter(|&length| length <= self.bytes.len());
        let Some(length) = length.filter(|_| self.deep < MOST_DEPTH) else { return Ok(None) };
        self.deep += 1;
        let mut items = Vec::with_capacity(length);
        for _ in 0..length {
            let Some(item) = self.value()? else { return Ok(None) };
            items.push(item);
        }
        self.deep -= 1;
        self.table.list(&items).map(|list| Some(Value::List(list)))
    }

    fn exception(&mut self) -> Option<Raised> {
        let (name, message) = (self.text()?, self.text()?);
        let block = u32::from_le_bytes(self.take()?).checked_sub(1).map(BlockId);
        Some(Raised { name: name.as_str().into(), message: message.as_str().into(), value: Value::None, block })
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn length(&mut self) -> Option<usize> {
        self.take().map(|four| u32::from_le_bytes(four) as usize)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_arrives_as_it_was_sent_and_as_large_as_was_said() {
        let [here, there] = [Table::new(0), Table::new(0)];
        let text = Value::Text(here.text("数 x").unwrap());
        let list = Value::List(here.list(&[text, Value::float(0.5), Value::None]).unwrap());
        let lists = Value::List(here.list(&[list, Value::Bool(false), list]).unwrap());
        let raised = Raised { name: "KeyError".into(), message: "'数'".into(), value: Value::None, block: Some(BlockId(7)) };
        let raised = Value::Exception(here.exception(raised).unwrap());
        for value in [Value::None, Value::Bool(true), Value::Int(-5), Value::float(f64::INFINITY), text, list, lists, raised] {
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
        let long = [6, 255, 255, 255, 255, 0];
        let deep = [6, 1, 0, 0, 0].repeat(100_000);
        for bytes in
            [&[][..], &[9, 9], &[3, 1], &[5, 2, 0, 0, 0, b'x'], &[6, 1, 0, 0, 0], &[8, 1, 0, 0, 0, b'{'], &long, &deep, &[0]]
        {
            assert_eq!(decode(&table, bytes), Ok(Value::None));
        }
    }
}

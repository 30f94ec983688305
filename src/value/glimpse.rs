//! A value as Python shows it, as far as there is room: for panels, which show many and must not wait for large ones.

use std::fmt::Write as _;

use super::Value;
use super::format::{quote, repr};
use super::table::Table;

/// `repr(value)`, cut after about so many characters; what was cut ends in `…`.
#[must_use]
pub fn glimpse(table: &Table, value: Value, most: usize) -> String {
    let mut out = String::new();
    write(table, value, most, &mut out);
    out
}

/// The same of several values, as a list.
#[must_use]
pub fn glimpse_all(table: &Table, values: impl IntoIterator<Item = Value>, most: usize) -> String {
    let mut out = String::new();
    write_all(table, values, most, &mut out);
    out
}

fn write_all(table: &Table, values: impl IntoIterator<Item = Value>, most: usize, out: &mut String) {
    out.push('[');
    for (at, item) in values.into_iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        if out.len() >= most {
            out.push('…');
            break;
        }
        write(table, item, most, out);
    }
    out.push(']');
}

fn write(table: &Table, value: Value, most: usize, out: &mut String) {
    let room = most.saturating_sub(out.len());
    match value {
        Value::List(list) => write_all(table, table.get_list(list).iter().copied(), most, out),
        Value::Text(text) => {
            let text = table.get_text(text);
            let whole = text.len() <= room;
            out.push_str(&quote(if whole { &text } else { &text[..text.floor_char_boundary(room)] }));
            out.push_str(if whole { "" } else { "…" });
        }
        Value::Exception(exception) => {
            let raised = table.get_exception(exception);
            let message = &raised.message[..raised.message.floor_char_boundary(room)];
            let message = if message.is_empty() { String::new() } else { quote(message) };
            write!(out, "{}({message})", raised.name).expect("a String takes all that is written");
        }
        _ => out.push_str(&repr(table, value).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_is_whole_and_what_is_long_is_cut() {
        let table = Table::default();
        let text = |text: &str| Value::Text(table.text(text).unwrap());
        let list = |items: &[Value]| Value::List(table.list(items).unwrap());
        let many: Vec<Value> = (0..1000).map(Value::Int).collect();
        let nested = list(&[list(&many), list(&many), Value::None]);
        for (value, shown) in [
            (Value::None, "None"),
            (list(&[Value::Int(1), text("it's"), Value::Bool(true)]), "[1, \"it's\", True]"),
            (list(&many), "[0, 1, 2, 3, 4, 5, 6, …]"),
            (nested, "[[0, 1, 2, 3, 4, 5, …], …]"),
            (text("nobody needs all of this"), "'nobody needs all of '…"),
            (text("三个消费者和两个生产者"), "'三个消费者和'…"),
        ] {
            assert_eq!(glimpse(&table, value, 20), shown);
        }
    }
}

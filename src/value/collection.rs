//! What lists and dicts come to when they are changed: each operation gives a new value. A dict is a list of pairs, `[key, value]`,
//! in the order in which its keys came. Whether a change is one step or two is not asked here.

use super::comparison::equal;
use super::format::{text, type_name};
use super::operation::{place, whole_index};
use super::{Failure, Full, ListId, Table, Value};

/// A change of a list or dict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// `append`: this item at the end.
    Append(Value),
    /// `pop`: the item at this place, None for the last one.
    Pop(Value),
    /// `put-key`: this pair.
    Put(ListId),
}

fn items(table: &Table, list: Value) -> Vec<Value> {
    match list {
        Value::List(list) => table.get_list(list).to_vec(),
        _ => unreachable!("a list or dict holds a list"),
    }
}

fn list(table: &Table, items: &[Value]) -> Result<Value, Full> {
    table.list(items).map(Value::List)
}

/// The list or dict after a change, and what the change gives: the item taken out, else None.
///
/// # Errors
/// IndexError where there is nothing to take out, TypeError for a place that is no number or a key that is a list, MemoryError.
pub fn changed(table: &Table, old: Value, change: Change) -> Result<(Value, Value), Failure> {
    let mut items = items(table, old);
    let gives = match change {
        Change::Append(item) => {
            items.push(item);
            Value::None
        }
        Change::Pop(at) => {
            let at = if at == Value::None { -1 } else { index(table, at)? };
            let empty = items.is_empty();
            let words = if empty { "pop from empty list" } else { "pop index out of range" };
            let at = place(at, items.len()).ok_or_else(|| Failure::new("IndexError", words))?;
            items.remove(at)
        }
        Change::Put(pair) => {
            let key = table.get_list(pair)[0];
            hashable(table, key)?;
            match find(table, &items, key) {
                Some(at) => {
                    // The key stays the one that came first, as in Python.
                    let first = table.get_list(pair_of(items[at]))[0];
                    let value = table.get_list(pair)[1];
                    items[at] = list(table, &[first, value])?;
                }
                None => items.push(Value::List(pair)),
            }
            Value::None
        }
    };
    Ok((list(table, &items)?, gives))
}

/// The value of a key of a dict, if it has it.
///
/// # Errors
/// TypeError for a key that is a list.
pub fn get(table: &Table, dict: Value, key: Value) -> Result<Option<Value>, Failure> {
    hashable(table, key)?;
    let items = items(table, dict);
    Ok(find(table, &items, key).map(|at| table.get_list(pair_of(items[at]))[1]))
}

/// The value of a key of a dict.
///
/// # Errors
/// KeyError where it does not have it, TypeError for a key that is a list.
pub fn item(table: &Table, dict: Value, key: Value) -> Result<Value, Failure> {
    match get(table, dict, key)? {
        Some(value) => Ok(value),
        // `str` of a KeyError quotes what it says.
        None => Err(Failure::new("KeyError", text(table, key)?)),
    }
}

/// The keys of a dict, in the order in which they came.
///
/// # Errors
/// MemoryError.
pub fn keys(table: &Table, dict: Value) -> Result<Value, Failure> {
    let keys: Vec<Value> = items(table, dict).into_iter().map(|pair| table.get_list(pair_of(pair))[0]).collect();
    Ok(list(table, &keys)?)
}

fn pair_of(pair: Value) -> ListId {
    match pair {
        Value::List(pair) => pair,
        _ => unreachable!("a dict holds pairs"),
    }
}

fn find(table: &Table, pairs: &[Value], key: Value) -> Option<usize> {
    pairs.iter().position(|&pair| equal(table, table.get_list(pair_of(pair))[0], key))
}

fn hashable(table: &Table, key: Value) -> Result<(), Failure> {
    match key {
        Value::List(_) => Err(Failure::new("TypeError", format!("unhashable type: '{}'", type_name(table, key)))),
        _ => Ok(()),
    }
}

fn index(table: &Table, at: Value) -> Result<i64, Failure> {
    whole_index(at).ok_or_else(|| {
        let found = type_name(table, at);
        Failure::new("TypeError", format!("'{found}' object cannot be interpreted as an integer"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::format::repr;
    use super::*;

    #[test]
    fn a_list_is_changed_as_in_python() {
        let table = Table::new(0);
        let start = list(&table, &[Value::Int(1), Value::Int(2), Value::Int(3)]).unwrap();
        let shown = |change| match changed(&table, start, change) {
            Ok((new, gives)) => format!("{} {}", repr(&table, new).unwrap(), repr(&table, gives).unwrap()),
            Err(failure) => format!("{}: {}", failure.name, failure.message),
        };
        assert_eq!(shown(Change::Append(Value::Int(4))), "[1, 2, 3, 4] None");
        assert_eq!(shown(Change::Pop(Value::None)), "[1, 2] 3");
        assert_eq!(shown(Change::Pop(Value::Int(0))), "[2, 3] 1");
        assert_eq!(shown(Change::Pop(Value::Int(-2))), "[1, 3] 2");
        assert_eq!(shown(Change::Pop(Value::Int(3))), "IndexError: pop index out of range");
        let empty = list(&table, &[]).unwrap();
        assert_eq!(changed(&table, empty, Change::Pop(Value::None)).unwrap_err().message, "pop from empty list");
    }

    #[test]
    fn equal_keys_are_one_and_the_first_stays() {
        let table = Table::new(0);
        let mut dict = list(&table, &[]).unwrap();
        for (key, value) in [(Value::Int(1), 10), (Value::float(1.0), 11), (Value::Bool(false), 12), (Value::Int(0), 13)] {
            let pair = table.list(&[key, Value::Int(value)]).unwrap();
            dict = changed(&table, dict, Change::Put(pair)).unwrap().0;
        }
        assert_eq!(repr(&table, dict).unwrap(), "[[1, 11], [False, 13]]");
        assert_eq!(get(&table, dict, Value::Bool(true)).unwrap(), Some(Value::Int(11)));
        assert_eq!(item(&table, dict, Value::Int(7)).unwrap_err().message, "7");
        assert!(get(&table, dict, dict).is_err());
    }
}

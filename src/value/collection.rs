//! What lists and dicts come to when they are changed: each operation gives a new value. A dict is a list of pairs, `[key, value]`,
//! in the order in which its keys came. Whether a change is one step or two is not asked here.

use super::format::{text, type_name};
use super::operation::{place, whole_index};
use super::{Failure, ListId, Table, Value};

/// A dict of fewer keys is searched through.
const FEW: usize = 16;

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

fn list_of(value: Value) -> ListId {
    match value {
        Value::List(list) => list,
        _ => unreachable!("a list or dict holds a list"),
    }
}

/// The list or dict after a change, and what the change gives: the item taken out, else None.
///
/// # Errors
/// IndexError where there is nothing to take out, TypeError for a place that is no number or a key that is a list, MemoryError.
pub fn changed(table: &Table, old: Value, change: Change) -> Result<(Value, Value), Failure> {
    let old = list_of(old);
    let length = table.list_len(old);
    let (new, gives) = match change {
        Change::Append(item) => (table.spliced(old, length, 0, &[item])?, Value::None),
        Change::Pop(at) => {
            let at = if at == Value::None { -1 } else { index(table, at)? };
            let words = if length == 0 { "pop from empty list" } else { "pop index out of range" };
            let at = place(at, length).ok_or_else(|| Failure::new("IndexError", words))?;
            let gives = table.list_item(old, at).ok_or_else(|| Failure::new("IndexError", words))?;
            (table.spliced(old, at, 1, &[])?, gives)
        }
        Change::Put(pair) => {
            let (key, value) = parts(table, pair);
            hashable(table, key)?;
            let (new, added) = match find(table, old, key) {
                Some((at, known)) => {
                    // The key stays the one that came first, as in Python.
                    let pair = table.list(&[parts(table, known).0, value])?;
                    (table.spliced(old, at, 1, &[Value::List(pair)])?, None)
                }
                None => (table.spliced(old, length, 0, &[Value::List(pair)])?, Some((plain(key), length))),
            };
            if length >= FEW {
                table.indices.follows(old, new, added);
            }
            (new, Value::None)
        }
    };
    Ok((Value::List(new), gives))
}

/// The value of a key of a dict, if it has it.
///
/// # Errors
/// TypeError for a key that is a list.
pub fn get(table: &Table, dict: Value, key: Value) -> Result<Option<Value>, Failure> {
    hashable(table, key)?;
    Ok(find(table, list_of(dict), key).map(|(_, pair)| parts(table, pair).1))
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
    let keys: Vec<Value> = table.firsts(list_of(dict)).into_iter().flatten().collect();
    Ok(Value::List(table.list(&keys)?))
}

/// Key and value.
fn parts(table: &Table, pair: ListId) -> (Value, Value) {
    let part = |at| table.list_item(pair, at).expect("a dict holds pairs");
    (part(0), part(1))
}

/// Where a key's pair stands in a dict, and the pair.
fn find(table: &Table, dict: ListId, key: Value) -> Option<(usize, ListId)> {
    let key = plain(key);
    let pair = |at| Some((at, list_of(table.list_item(dict, at)?)));
    let length = table.list_len(dict);
    if length >= FEW {
        let keys = || table.firsts(dict).into_iter().map(|first| plain(first.unwrap_or_default())).collect();
        let at = table.indices.place(dict, key, keys)?;
        let found = if at < length { pair(at) } else { None };
        if let Some((_, known)) = found.filter(|&(_, known)| plain(parts(table, known).0) == key) {
            return Some((at, known));
        }
    }
    pair(table.firsts(dict).into_iter().position(|known| known.map(plain) == Some(key))?)
}

/// The same for all keys that are equal: 1, 1.0 and True are one key.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "whole numbers of 64 bits are told apart exactly"
)]
fn plain(key: Value) -> Value {
    const LIMIT: f64 = -(i64::MIN as f64);
    match key {
        Value::Bool(truth) => Value::Int(truth.into()),
        Value::Float(float) if float.get().fract() == 0.0 && (-LIMIT..LIMIT).contains(&float.get()) => {
            Value::Int(float.get() as i64)
        }
        _ => key,
    }
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
        let list = |items: &[Value]| Value::List(table.list(items).unwrap());
        let start = list(&[Value::Int(1), Value::Int(2), Value::Int(3)]);
        let shown = |change| match changed(&table, start, change) {
            Ok((new, gives)) => format!("{} {}", repr(&table, new).unwrap(), repr(&table, gives).unwrap()),
            Err(failure) => format!("{}: {}", failure.name, failure.message),
        };
        assert_eq!(shown(Change::Append(Value::Int(4))), "[1, 2, 3, 4] None");
        assert_eq!(shown(Change::Pop(Value::None)), "[1, 2] 3");
        assert_eq!(shown(Change::Pop(Value::Int(0))), "[2, 3] 1");
        assert_eq!(shown(Change::Pop(Value::Int(-2))), "[1, 3] 2");
        assert_eq!(shown(Change::Pop(Value::Int(3))), "IndexError: pop index out of range");
        let empty = list(&[]);
        assert_eq!(changed(&table, empty, Change::Pop(Value::None)).unwrap_err().message, "pop from empty list");
    }

    #[test]
    fn equal_keys_are_one_and_the_first_stays() {
        let table = Table::new(0);
        let mut dict = Value::List(table.list(&[]).unwrap());
        for (key, value) in [(Value::Int(1), 10), (Value::float(1.0), 11), (Value::Bool(false), 12), (Value::Int(0), 13)] {
            let pair = table.list(&[key, Value::Int(value)]).unwrap();
            dict = changed(&table, dict, Change::Put(pair)).unwrap().0;
        }
        assert_eq!(repr(&table, dict).unwrap(), "[[1, 11], [False, 13]]");
        assert_eq!(get(&table, dict, Value::Bool(true)).unwrap(), Some(Value::Int(11)));
        assert_eq!(item(&table, dict, Value::Int(7)).unwrap_err().message, "7");
        assert!(get(&table, dict, dict).is_err());
    }

    #[test]
    fn every_dict_has_its_own_keys_however_many_came_of_it() {
        let table = Table::new(0);
        let mut dicts: Vec<(Value, Vec<(Value, i64)>)> = vec![(Value::List(table.list(&[]).unwrap()), Vec::new())];
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let key = |nth: usize| match nth % 4 {
            0 => Value::Int(i64::try_from(nth / 4).unwrap()),
            1 => Value::float(f64::from(u32::try_from(nth / 4).unwrap())),
            2 => Value::float(f64::from(u32::try_from(nth).unwrap()) + 0.5),
            _ => Value::Text(table.text(&format!("key {nth}")).unwrap()),
        };
        for turn in 0..2_000 {
            // Mostly the latest is changed, now and then an old one.
            let from = if random(10) == 0 { random(dicts.len()) } else { dicts.len() - 1 };
            let (dict, mut model) = dicts[from].clone();
            let (new, value) = (key(random(300)), turn);
            let pair = table.list(&[new, Value::Int(value)]).unwrap();
            let dict = changed(&table, dict, Change::Put(pair)).unwrap().0;
            match model.iter_mut().find(|(known, _)| super::super::comparison::equal(&table, *known, new)) {
                Some((_, known)) => *known = value,
                None => model.push((new, value)),
            }
            dicts.push((dict, model));
            let (dict, model) = &dicts[random(dicts.len())];
            let asked = key(random(300));
            let expected = model.iter().find(|(known, _)| super::super::comparison::equal(&table, *known, asked));
            assert_eq!(get(&table, *dict, asked).unwrap(), expected.map(|(_, value)| Value::Int(*value)));
        }
        let (dict, model) = dicts.last().unwrap();
        let all: Vec<Value> = model.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys(&table, *dict).unwrap(), Value::List(table.list(&all).unwrap()));
    }
}

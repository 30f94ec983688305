//! Values on their way between processes and into files: from a table, and into another one.

use super::store::{Plain, Trace, Uncaught};
use crate::value::format::{exception_line, float_repr, quote};
use crate::value::{ExceptionId, Full, Raised, Table, Value};

/// The most values, those in lists among them, that are told of one resource: lists in lists may share what they hold, which
/// takes no room in a table and any amount of it outside. So may items share a text.
const MOST_TOLD: usize = 1_000_000;
/// So many bytes of a text count as one value more.
const BYTES_OF_ONE: usize = 16;

/// The most characters that are told of what was raised: with its name it fits a record of a run, however it is written there.
const MOST_CHARS_TOLD: usize = 320;

fn fits(table: &Table, value: Value, left: &mut usize) -> bool {
    let Some(less) = left.checked_sub(1) else { return false };
    *left = less;
    match value {
        Value::List(list) => table.list_len(list) <= *left && table.get_list(list).iter().all(|&item| fits(table, item, left)),
        Value::Text(text) => {
            let less = left.checked_sub(table.get_text(text).len() / BYTES_OF_ONE);
            *left = less.unwrap_or(0);
            less.is_some()
        }
        _ => true,
    }
}

impl Plain {
    /// What a resource holds; none if that is too much to be told.
    #[must_use]
    pub fn told(table: &Table, value: Value) -> Option<Self> {
        let mut left = MOST_TOLD;
        fits(table, value, &mut left).then(|| Self::of(table, value))
    }

    /// The same for a resource that holds several.
    #[must_use]
    pub fn told_all(table: &Table, values: impl IntoIterator<Item = Value>) -> Option<Self> {
        let mut left = MOST_TOLD;
        let told = |value| fits(table, value, &mut left).then(|| Self::of(table, value));
        values.into_iter().map(told).collect::<Option<_>>().map(Self::List)
    }

    /// What `value` is, without its table.
    #[must_use]
    pub fn of(table: &Table, value: Value) -> Self {
        match value {
            Value::None => Self::None,
            Value::Bool(truth) => Self::Bool(truth),
            Value::Int(int) => Self::Int(int),
            Value::Float(float) => Self::Float(float.get()),
            Value::Text(text) => Self::Text(table.get_text(text).to_string()),
            Value::List(list) => Self::List(table.get_list(list).iter().map(|&item| Self::of(table, item)).collect()),
            Value::Task(task) => Self::Task(task),
            Value::Resource(resource) => Self::Resource(resource),
            Value::Exception(exception) => Self::Exception(Uncaught::of(table, exception)),
            Value::Generator(generator) => Self::Generator(generator),
        }
    }

    /// The same value in `table`.
    ///
    /// # Errors
    /// When the table is full.
    pub fn to_value(&self, table: &Table) -> Result<Value, Full> {
        Ok(match self {
            Self::None => Value::None,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Int(int) => Value::Int(*int),
            Self::Float(float) => Value::float(*float),
            Self::Text(text) => Value::Text(table.text(text)?),
            Self::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| item.to_value(table)).collect::<Result<_, _>>()?;
                Value::List(table.list(&items)?)
            }
            Self::Task(task) => Value::Task(*task),
            Self::Resource(resource) => Value::Resource(*resource),
            Self::Generator(generator) => Value::Generator(*generator),
            Self::Exception(raised) => Value::Exception(table.exception(Raised {
                name: raised.name.as_str().into(),
                message: raised.message.as_str().into(),
                value: Value::None,
                block: raised.block,
            })?),
        })
    }
}

impl Trace {
    /// A value as Python shows it.
    #[must_use]
    pub fn shown(&self, value: &Plain) -> String {
        match value {
            Plain::None => "None".to_owned(),
            Plain::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
            Plain::Int(int) => int.to_string(),
            Plain::Float(float) => float_repr(*float),
            Plain::Text(text) => quote(text),
            Plain::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.shown(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Plain::Task(task) => format!("<{}>", self.task_name(*task)),
            Plain::Resource(id) => format!("<{}>", self.resources.get(id.index()).map_or("?", |info| &info.name)),
            Plain::Generator(it) => format!("<generator {} of {}>", it.number, self.task_name(it.task)),
            Plain::Exception(raised) => exception_line(&raised.name, &raised.message),
        }
    }
}

impl Uncaught {
    /// What was raised, without its table.
    #[must_use]
    pub fn of(table: &Table, exception: ExceptionId) -> Self {
        let raised = table.get_exception(exception);
        Self { name: raised.name.to_string(), message: raised.message.to_string(), block: raised.block }
    }

    /// The same for a report: of a long message, its beginning.
    #[must_use]
    pub fn told(table: &Table, exception: ExceptionId) -> Self {
        let mut told = Self::of(table, exception);
        for text in [&mut told.name, &mut told.message] {
            if let Some((end, _)) = text.char_indices().nth(MOST_CHARS_TOLD) {
                text.replace_range(end.., "…");
            }
        }
        told
    }
}

/// A float in JSON, which has no word for those that are no finite number.
pub(super) mod float {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(f64),
        Word(String),
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(in crate::trace) fn serialize<S: Serializer>(float: &f64, to: S) -> Result<S::Ok, S::Error> {
        let written = if float.is_finite() { Written::Number(*float) } else { Written::Word(float.to_string()) };
        written.serialize(to)
    }

    pub(in crate::trace) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        match Written::deserialize(from)? {
            Written::Number(float) => Ok(float),
            Written::Word(word) => word.parse().map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lists_share_is_not_told_over_and_over() {
        let table = Table::new(0);
        let row = table.list(&vec![Value::None; 2_000]).unwrap();
        let few = Value::List(table.list(&[Value::List(row); 400]).unwrap());
        let many = Value::List(table.list(&[Value::List(row); 500]).unwrap());
        assert!(Plain::told(&table, few).is_some() && Plain::told(&table, many).is_none());
        assert!(Plain::told_all(&table, [few]).is_some() && Plain::told_all(&table, [few, few]).is_none());
        let text = Value::Text(table.text(&"x".repeat(1_000_000)).unwrap());
        assert!(Plain::told_all(&table, [text; 10]).is_some() && Plain::told_all(&table, [text; 20]).is_none());
    }

    #[test]
    fn a_value_survives_the_way_into_another_table() {
        let [here, there] = [Table::new(0), Table::new(0)];
        let _shifts_the_ids = there.text("other").unwrap();
        let inner = here.list(&[Value::float(0.5), Value::Text(here.text("数").unwrap())]).unwrap();
        let value = Value::List(here.list(&[Value::List(inner), Value::Bool(true), Value::None]).unwrap());
        let arrived = Plain::of(&here, value).to_value(&there).unwrap();
        assert_eq!(there.fingerprint(arrived), here.fingerprint(value));
    }
}

//! What a handle names: one of several by its number, and its attributes.

use crate::value::operation::{place, whole_index};
use crate::value::{Failure, Value, format};

use super::super::instruction::Attribute;
use super::super::{Code, Program};
use super::{Machine, text_constant};

impl Machine {
    pub(super) fn one_of(&mut self, program: &Program, count: u32) -> Result<u32, Failure> {
        let position = *self.top();
        let at = whole_index(position).ok_or_else(|| {
            let found = format::type_name(&program.table, position);
            Failure::new("TypeError", format!("list indices must be integers or slices, not {found}"))
        })?;
        let found = place(at, count as usize).and_then(|at| u32::try_from(at).ok());
        found.ok_or_else(|| Failure::new("IndexError", "list index out of range"))
    }

    pub(super) fn attribute(program: &Program, code: &Code, attribute: Attribute, of: Value) -> Result<Value, Failure> {
        let table = &*program.table;
        let name = match (attribute, of) {
            (Attribute::Name, Value::Task(task)) => return Ok(Value::Text(table.text(&table.task_name(task))?)),
            (Attribute::Name, Value::Resource(resource)) => {
                return Ok(Value::Text(table.text(&table.resource_name(resource))?));
            }
            (Attribute::Value, Value::Exception(exception)) => {
                let raised = table.get_exception(exception);
                // What was raised by hand carries its words.
                if &*raised.name == "StopIteration" {
                    let by_hand = raised.value == Value::None && !raised.message.is_empty();
                    return Ok(if by_hand { Value::Text(table.text(&raised.message)?) } else { raised.value });
                }
                "value".into()
            }
            (Attribute::Name, _) => "name".into(),
            (Attribute::Value, _) => "value".into(),
            (Attribute::Unknown(name), _) => text_constant(program, code, name),
        };
        let found = format::type_name(table, of);
        Err(Failure::new("AttributeError", format!("'{found}' object has no attribute '{name}'")))
    }
}

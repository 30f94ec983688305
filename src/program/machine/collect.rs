//! Lists and dicts inside a task: what their values come to, before or after they are loaded and stored.

use crate::value::collection::{changed, get, item, keys};
use crate::value::format::type_name;
use crate::value::{Failure, Value};

use super::super::instruction::Collect;
use super::super::{Holds, Program, ResourceKind};
use super::Machine;
use super::ask::change;

impl Machine {
    /// Whether what the handle on the stack names is changed in one step.
    pub(super) fn is_one_step(&mut self, program: &Program, wanted: Holds) -> Result<(), Failure> {
        let handle = self.pop();
        if let Value::Resource(resource) = handle
            && let ResourceKind::Shared { atomic, holds, .. } = program.resources[resource.index()].kind
            && holds == wanted
        {
            self.stack.push(Value::Bool(atomic));
            return Ok(());
        }
        let name = if wanted == Holds::List { "append" } else { "keys" };
        let found = type_name(&program.table, handle);
        Err(Failure::new("AttributeError", format!("'{found}' object has no attribute '{name}'")))
    }

    pub(super) fn collect(&mut self, program: &Program, collect: Collect) -> Result<(), Failure> {
        let table = &*program.table;
        match collect {
            Collect::Changed(kind) => {
                let list = self.pop();
                let with = self.pop();
                let (new, gives) = changed(table, list, change(kind, with))?;
                self.stack.push(gives);
                self.stack.push(new);
            }
            Collect::Get => {
                let dict = self.pop();
                *self.top() = get(table, dict, *self.top())?.unwrap_or_default();
            }
            Collect::Item => {
                let key = self.pop();
                *self.top() = item(table, *self.top(), key)?;
            }
            Collect::Keys => *self.top() = keys(table, *self.top())?,
        }
        Ok(())
    }
}

//! Instructions that are not on the shortest path: each leaves the inner loop. What asks the world is in `ask`.

use crate::id::TaskId;
use crate::value::function::{self, items};
use crate::value::operation::{index, unary, whole_index};
use crate::value::{Failure, Value, format};

use super::super::instruction::{Instruction, Into, Slot, Wait};
use super::super::{Code, Program};
use super::{Machine, Turn, UNBOUND, ask, executor};

impl Machine {
    /// Everything that is not on the shortest path. `self.pc` stands behind the instruction and may be changed.
    pub(super) fn seldom(&mut self, program: &Program, code: &Code, instruction: Instruction) -> Result<Turn, Failure> {
        let table = &*program.table;
        match instruction {
            Instruction::CheckedLocal(slot) => {
                let value = self.local(slot);
                if value == UNBOUND {
                    let name = &code.locals[usize::from(slot.0)];
                    let message = format!("cannot access local variable '{name}' where it is not associated with a value");
                    return Err(Failure::new("UnboundLocalError", message));
                }
                self.stack.push(value);
            }
            Instruction::OwnName => {
                let name = table.text(&table.task_name(self.me()))?;
                self.stack.push(Value::Text(name));
            }
            Instruction::IsOneStep(holds) => self.is_one_step(program, holds)?,
            Instruction::Collect(collect) => self.collect(program, collect)?,
            Instruction::EnterRegion(region) if self.comes_in_again(region) => {}
            Instruction::LeaveRegion(region) if self.stays_in(region) => {}
            Instruction::Callback(code) => self.stack.push(Value::Int(code.0.into())),
            Instruction::OwnTask => self.stack.push(Value::Task(self.me())),
            Instruction::Unbind(slot) => self.set(slot, UNBOUND),
            Instruction::Unary(op) => {
                let value = *self.top();
                *self.top() = unary(table, op, value)?;
            }
            Instruction::List(count) => {
                let start = self.stack.len() - count as usize;
                let list = table.list(&self.stack[start..])?;
                self.stack.truncate(start);
                self.stack.push(Value::List(list));
            }
            Instruction::Index => {
                let position = self.pop();
                let container = *self.top();
                *self.top() = index(table, container, position)?;
            }
            Instruction::OneResource { first, count } => {
                let at = self.one_of(program, count)?;
                *self.top() = Value::Resource(crate::id::ResourceId(first.0 + at));
            }
            Instruction::OneTask { first, count } => {
                let at = self.one_of(program, count)?;
                *self.top() = Value::Task(TaskId(first.0 + at));
            }
            Instruction::Attribute(attribute) => {
                let of = *self.top();
                *self.top() = Self::attribute(program, code, attribute, of)?;
            }
            Instruction::Function(function, count) => {
                let start = self.stack.len() - usize::from(count);
                let value = function::call(table, function, &self.stack[start..])?;
                self.stack.truncate(start);
                self.stack.push(value);
            }
            Instruction::Length if !self.top_is_queue(program) => {
                let value = *self.top();
                *self.top() = function::call(table, function::Function::Len, &[value])?;
            }
            Instruction::Nanos { scale, used } => self.nanos(program, scale, used)?,
            Instruction::Format(spec) => {
                let value = *self.top();
                let Value::Text(spec) = code.constants[spec as usize] else { unreachable!("a format is a text") };
                let text = format::format(table, value, &table.get_text(spec))?;
                *self.top() = Value::Text(table.text(&text)?);
            }
            Instruction::Concat(count) => {
                let start = self.stack.len() - count as usize;
                let mut whole = String::new();
                for &part in &self.stack[start..] {
                    whole += &format::text(table, part)?;
                }
                self.stack.truncate(start);
                self.stack.push(Value::Text(table.text(&whole)?));
            }
            Instruction::RepeatBegin(slot) => {
                let count = self.pop();
                let whole = whole_index(count).ok_or_else(|| {
                    let found = format::type_name(table, count);
                    Failure::new("TypeError", format!("'{found}' object cannot be interpreted as an integer"))
                })?;
                self.set(slot, Value::Int(whole));
                self.set(Slot(slot.0 + 1), Value::Int(0));
            }
            Instruction::ForBegin(slot) => {
                let value = self.pop();
                let (items, position) = match value {
                    Value::List(_) => (value, Value::Int(0)),
                    Value::Generator(_) => (value, Value::None),
                    _ => (Value::List(table.list(&items(table, value)?)?), Value::Int(0)),
                };
                self.set(slot, items);
                self.set(Slot(slot.0 + 1), position);
            }
            Instruction::Call { code: callee, arguments, into } => self.call(program, callee, arguments, into)?,
            Instruction::CallBack => {
                let callback = executor::code_of(self.pop()).expect("a callback is told by its code");
                self.call(program, callback, 1, Into::NOWHERE)?;
            }
            Instruction::Cancelled(into) => {
                let (cancelled, callbacks) = match self.pop() {
                    Value::List(callbacks) => (Value::Bool(true), callbacks),
                    other => (other, table.list(&[])?),
                };
                self.give(into, cancelled);
                self.stack.push(Value::List(callbacks));
            }
            Instruction::Raise(_)
            | Instruction::RaiseValue
            | Instruction::RaiseAgain
            | Instruction::EnterExcept
            | Instruction::CallbackRaised
            | Instruction::Handled
            | Instruction::Matches(_)
            | Instruction::LeaveExcept
            | Instruction::LeaveAndRaise
            | Instruction::Gosub(_)
            | Instruction::EndFinally
            | Instruction::LeaveFinally
            | Instruction::ReplaceInFinally => return Ok(self.exceptional(program, code, instruction)),
            Instruction::Generator { .. }
            | Instruction::Next(_)
            | Instruction::Send(_)
            | Instruction::Throw(_)
            | Instruction::Close
            | Instruction::State(_)
            | Instruction::Exception(_)
            | Instruction::Yield(_)
            | Instruction::Delegate
            | Instruction::Ask(_)
            | Instruction::ForNext { .. } => return self.generating(program, code, instruction),
            Instruction::Coroutine { .. }
            | Instruction::CreateTask { .. }
            | Instruction::AwaitNext
            | Instruction::Await(_)
            | Instruction::Gather { .. }
            | Instruction::AwaitFor(..)
            | Instruction::Shield(_)
            | Instruction::Switch(_)
            | Instruction::RunLoop { .. }
            | Instruction::ServeLoop(_) => return self.awaiting(program, code, instruction),
            Instruction::Cancel(into)
                if let of = *self.top()
                    && let Some(number) = self.coroutine(program, of) =>
            {
                self.pop();
                let cancelled = self.cancel_coroutine(program, number)?;
                self.give(into, Value::Bool(cancelled));
            }
            Instruction::AddCallback(called)
                if let of = *self.top()
                    && let Some(number) = self.coroutine(program, of) =>
            {
                self.pop();
                self.add_done_callback(number, called);
                self.stack.push(Value::Bool(true));
            }
            Instruction::Result(wait, into)
                if !self.yields_by_itself()
                    && let Some(number) = self.coroutine(program, self.below_patience(wait)) =>
            {
                self.drop_patience(wait);
                match self.coroutine_result(program, number)? {
                    crate::effect::Outcome::Value(value) => self.give(into, value),
                    crate::effect::Outcome::Raise(exception) => return Ok(self.raise(program, exception)),
                }
            }
            _ => {
                let step = self.ask(program, code, instruction)?;
                return Ok(if self.is_refused(program, step) { Turn::On } else { Turn::Out(step) });
            }
        }
        Ok(Turn::On)
    }

    /// The handle on the stack below how long to wait.
    fn below_patience(&self, wait: Wait) -> Value {
        self.stack[self.stack.len() - 1 - usize::from(wait == Wait::Timed)]
    }

    fn drop_patience(&mut self, wait: Wait) {
        let left = self.stack.len() - 1 - usize::from(wait == Wait::Timed);
        self.stack.truncate(left);
    }

    fn top_is_queue(&mut self, program: &Program) -> bool {
        matches!(*self.top(), Value::Resource(resource) if ask::is_queue(program.resources[resource.index()].kind))
    }
}

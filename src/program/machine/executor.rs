//! What a task asks of pools and of its futures: jobs get their ids and names here, as spawned tasks do.

use crate::effect::{Effect, Outcome};
use crate::id::{CodeId, TaskId};
use crate::value::function::items;
use crate::value::{Failure, Full, Table, Value};

use super::super::instruction::{Instruction, Into, Operand};
use super::super::{Program, ResourceKind};
use super::Machine;
use super::ask::{Needs, is_pool};

const SUBMIT: Needs = Needs("submit", |kind| is_pool(kind) || matches!(kind, ResourceKind::EventLoop { .. }));
const MAP: Needs = Needs("map", is_pool);
const CLOSE: Needs = Needs("close", is_pool);

impl Machine {
    pub(super) fn executor(&mut self, program: &Program, instruction: Instruction, into: &mut Into) -> Result<Effect, Failure> {
        let table = &*program.table;
        Ok(match instruction {
            Instruction::Submit { pool, code, arguments, into: to } => {
                *into = to;
                let pool = self.resource(program, pool, SUBMIT)?;
                let failed = code_of(self.pop());
                let done = code_of(self.pop());
                let start = self.stack.len() - usize::from(arguments);
                let list = table.list(&self.stack[start..])?;
                self.stack.truncate(start);
                if let ResourceKind::EventLoop { gevent: false, .. } = program.resources[pool.index()].kind
                    && !program.codes[code.index()].is_async
                {
                    return Err(Failure::new("TypeError", "A coroutine object is required"));
                }
                let task = self.new_task(program, code, None)?;
                Effect::Submit { pool, task, code, arguments: list, callbacks: [done, failed] }
            }
            Instruction::SubmitEach { pool, code } => {
                *into = Into::STACK;
                let pool = self.resource(program, pool, MAP)?;
                let over = self.pop();
                let items = match over {
                    Value::List(items) => items,
                    _ => table.list(&items(table, over)?)?,
                };
                let mut jobs = Vec::new();
                for _ in &*table.get_list(items) {
                    jobs.push(Value::Task(self.new_task(program, code, None)?));
                }
                Effect::SubmitEach { pool, code, jobs: table.list(&jobs)?, items }
            }
            Instruction::Results(wait, to) => {
                *into = to;
                let patience = self.patience(wait);
                let Value::List(jobs) = self.pop() else { unreachable!("the jobs of a map are a list") };
                Effect::Results(jobs, patience)
            }
            Instruction::AddCallback(code) => {
                *into = Into::STACK;
                Effect::AddCallback(self.pop_future(program, "add_done_callback")?, code)
            }
            _ => Effect::ClosePool(self.resource(program, Operand::STACK, CLOSE)?),
        })
    }
}

/// What whoever has cancelled jobs is answered, where it has to call somebody: `None` where not.
///
/// # Errors
/// MemoryError when the table is full.
pub fn to_tell(table: &Table, callbacks: &[(TaskId, CodeId)]) -> Result<Option<Value>, Failure> {
    if callbacks.is_empty() {
        return Ok(None);
    }
    let pair = |&(task, code): &(TaskId, CodeId)| table.list(&[Value::Task(task), Value::Int(code.0.into())]);
    let pairs: Result<Vec<Value>, Full> = callbacks.iter().map(|told| pair(told).map(Value::List)).collect();
    Ok(Some(Value::List(table.list(&pairs?)?)))
}

/// The routines to call of what [`to_tell`] gave.
pub(super) fn told(table: &Table, came: Outcome) -> Vec<CodeId> {
    let Outcome::Value(Value::List(pairs)) = came else { return Vec::new() };
    let routine = |pair: &Value| match *pair {
        Value::List(pair) => table.get_list(pair).last().copied().and_then(code_of),
        _ => None,
    };
    table.get_list(pairs).iter().filter_map(routine).collect()
}

/// The compiler pushes a code as its number.
pub(super) fn code_of(value: Value) -> Option<CodeId> {
    match value {
        Value::Int(code) => u32::try_from(code).ok().map(CodeId),
        _ => None,
    }
}

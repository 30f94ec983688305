//! Exceptions inside a task: who takes one, what `except` and `finally` do with it.
//! As CPython 3.11: entering a `try` costs nothing, a raise looks into a table.

use crate::effect::{Ending, Step};
use crate::value::exception::is_a;
use crate::value::{ExceptionId, Value};

use super::super::instruction::Instruction;
use super::super::{Code, Program};
use super::executor::code_of;
use super::{Machine, Turn, text_constant, text_of};

impl Machine {
    /// Hands an exception raised by the instruction before `pc` to the innermost handler; the ending, when there is none.
    pub(super) fn unwind(&mut self, program: &Program, mut exception: ExceptionId) -> Option<Ending> {
        loop {
            let code = &program.codes[self.code.index()];
            let raised_at = self.pc.saturating_sub(1);
            let handler = code.handlers.iter().find(|handler| (handler.start..handler.end).contains(&raised_at));
            if let Some(handler) = handler {
                self.stack.truncate(self.base as usize + code.locals.len() + usize::from(handler.depth));
                self.stack.push(Value::Exception(exception));
                self.pc = handler.target;
                return None;
            }
            let dying = self.handles_of_frame(program);
            let Some(caller) = self.callers.pop() else {
                if !self.generators.is_empty()
                    && self.event_loop.is_none()
                    && let Some(turn) = self.close_all(program, exception)
                {
                    return if let Turn::Out(Step::Done(ending)) = turn { Some(ending) } else { None };
                }
                self.abandoned.extend(dying);
                self.stack.clear();
                self.handled = Value::None;
                return Some(Ending::Raised(exception));
            };
            self.stack.truncate(self.base as usize);
            self.back_in(caller);
            let Some(entry) = caller.entry else {
                self.abandoned.extend(dying);
                continue;
            };
            let goes_on = self.left(program, entry, exception);
            if let Some(turn) = self.close_left(program, entry, (dying, goes_on)) {
                return if let Turn::Out(Step::Done(ending)) = turn { Some(ending) } else { None };
            }
            exception = goes_on?;
        }
    }

    pub(super) fn raise(&mut self, program: &Program, exception: ExceptionId) -> Turn {
        self.unwind(program, exception).map_or(Turn::On, |ending| Turn::Out(Step::Done(ending)))
    }

    /// The instructions of `raise`, `except` and `finally`.
    pub(super) fn exceptional(&mut self, program: &Program, code: &Code, instruction: Instruction) -> Turn {
        let table = &*program.table;
        let block = Some(code.blocks[self.pc as usize - 1]);
        match instruction {
            Instruction::Raise(name) => {
                let message = table.get_text(text_of(self.pop()));
                let exception = table.raise(&text_constant(program, code, name), &message, block);
                return self.raise(program, exception);
            }
            Instruction::RaiseValue => {
                let exception = match self.pop() {
                    Value::Exception(exception) => exception,
                    _ => table.raise("TypeError", "exceptions must derive from BaseException", block),
                };
                return self.raise(program, exception);
            }
            Instruction::RaiseAgain => {
                let exception = match self.handled {
                    Value::Exception(exception) => exception,
                    _ => table.raise("RuntimeError", "No active exception to reraise", block),
                };
                return self.raise(program, exception);
            }
            Instruction::EnterExcept => {
                let exception = self.pop();
                self.stack.push(self.handled);
                self.handled = exception;
            }
            Instruction::CallbackRaised => {
                let callback = code_of(self.pop());
                let (Some(callback), Value::Task(of), Value::Exception(exception)) = (callback, self.pop(), self.handled) else {
                    unreachable!("what a future's callback has raised has been caught")
                };
                self.late_callback_raised(program, of, callback, exception);
            }
            Instruction::Handled => self.stack.push(self.handled),
            Instruction::Matches(families) => {
                let Value::Exception(exception) = self.handled else { unreachable!("except follows EnterExcept") };
                let raised = table.get_exception(exception);
                let caught = code.families[families as usize].iter().any(|family| is_a(&raised.name, family));
                self.stack.push(Value::Bool(caught));
            }
            Instruction::LeaveExcept => {
                self.handled = self.pop();
                return self.close_abandoned(program).unwrap_or(Turn::On);
            }
            Instruction::LeaveAndRaise => {
                let exception = self.pop_exception();
                self.handled = self.pop();
                return self.raise(program, exception);
            }
            Instruction::Gosub(target) => {
                self.stack.extend([Value::None, Value::Int(i64::from(self.pc))]);
                self.pc = target;
            }
            Instruction::EndFinally => match self.pop() {
                Value::Int(place) => {
                    self.pop();
                    self.pc = u32::try_from(place).expect("Gosub pushed it");
                }
                Value::Exception(exception) => {
                    self.handled = self.pop();
                    return self.raise(program, exception);
                }
                _ => unreachable!("a finally is entered with a place or an exception"),
            },
            Instruction::LeaveFinally => self.leave_finally(),
            Instruction::ReplaceInFinally => {
                let exception = self.pop_exception();
                self.leave_finally();
                return self.raise(program, exception);
            }
            _ => unreachable!("the others are not about exceptions"),
        }
        Turn::On
    }

    fn leave_finally(&mut self) {
        let way = self.pop();
        let handled = self.pop();
        if matches!(way, Value::Exception(_)) {
            self.handled = handled;
        }
    }

    fn pop_exception(&mut self) -> ExceptionId {
        let Value::Exception(exception) = self.pop() else { unreachable!("a handler begins with an exception") };
        exception
    }
}

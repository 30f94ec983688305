//! Futures that are none of a loop's, where a coroutine wants several of them or not for ever: `asyncio.wrap_future`. Each is waited
//! for beside whoever wants it, and is in the loop as what has no body.

use crate::effect::{Effect, Ending, Outcome, Patience, Step};
use crate::id::TaskId;
use crate::program::Program;
use crate::value::Value;

use super::super::{Machine, Turn, executor};
use super::coroutine::Kind;
use super::waits::WOKEN;
use super::{Asked, Fiber, Handle, Number};

impl Machine {
    /// Waits for a future, at the block where whoever wants it stands. It tries in a turn of its own.
    pub(super) fn wrap_future(&mut self, future: TaskId) -> Number {
        let fiber = Fiber { code: self.code, pc: self.pc, ..Fiber::default() };
        let number = self.event_loop().add_apart(future, fiber, Kind::Future);
        self.stand_in_line(number, Effect::Result(future, Patience::Forever));
        self.event_loop().arrives(number, WOKEN);
        number
    }

    /// Nobody wants it any more: a job that has not begun never will.
    pub(super) fn cancel_future(&mut self, program: &Program, number: Number) -> Turn {
        let it = self.event_loop();
        let task = it.task_mut(number);
        task.must_cancel = true;
        let effect = Effect::Cancel(task.id);
        it.asked = Asked::Effect(effect);
        Turn::Out(Step::Perform(effect, self.block(program)))
    }

    /// What it waited for has come, or it has been cancelled: those who are to be told of that are called in turns of their own.
    pub(super) fn future_came(&mut self, program: &Program, number: Number, came: Outcome) {
        let it = self.event_loop();
        let (id, cancelled) = (it.task(number).id, it.task(number).must_cancel);
        self.coroutine_ended(program, if cancelled { Ending::Cancelled } else { came.into() });
        let told = if cancelled { executor::told(&program.table, came) } else { Vec::new() };
        for callback in told {
            let number = self.event_loop().add_callback(id, Self::fiber(program, callback, &[Value::Task(id)]));
            self.event_loop().ready.push_back(Handle::Step(number));
        }
    }
}

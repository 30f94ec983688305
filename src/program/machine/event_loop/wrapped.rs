//! Futures that are none of a loop's, where a coroutine wants several of them or not for ever: `asyncio.wrap_future`. Each is waited
//! for beside whoever wants it, and is in the loop as what has no body.

use crate::effect::{Effect, Ending, Outcome, Patience, Step};
use crate::id::TaskId;
use crate::program::Program;
use crate::value::Value;

use super::super::{Host, Machine, Turn, executor};
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
        if cancelled {
            self.call_told(program, id, came);
        }
    }

    /// Whether what it stands in line for is cancelled with it: a greenlet does not await.
    pub(super) fn awaits_future(&mut self, number: Number) -> bool {
        let it = self.event_loop();
        !it.gevent && !it.task(number).is_future()
    }

    /// Whoever awaits a future has been cancelled: the future is, before that one goes on.
    pub(super) fn cancel_with(&mut self, program: &Program, number: Number, future: TaskId, arrived: Outcome) -> Turn {
        self.event_loop().leave_line(number);
        self.enter_coroutine(number);
        self.event_loop().asked = Asked::CancelWith(future, arrived);
        Turn::Out(Step::Perform(Effect::Cancel(future), self.block(program)))
    }

    /// The engine has cancelled it, if it could: whoever awaited it goes on after those who are told of that.
    pub(super) fn cancelled_with(
        &mut self,
        host: &mut impl Host,
        program: &Program,
        (future, arrived): (TaskId, Outcome),
        came: Outcome,
    ) -> Turn {
        let number = self.event_loop().current.expect("a coroutine has asked");
        if let Outcome::Raise(exception) = arrived
            && !executor::told(&program.table, came).is_empty()
        {
            self.park(program, number);
            self.goes_first(Handle::Throw(number, exception));
            self.call_told(program, future, came);
            return self.next(host, program);
        }
        self.go_on(host, program, arrived)
    }

    /// Those who are to be told that it has been cancelled are called before anybody else: whoever cancels a future calls them.
    fn call_told(&mut self, program: &Program, future: TaskId, came: Outcome) {
        for callback in executor::told(&program.table, came).into_iter().rev() {
            let fiber = Self::fiber(program, callback, &[Value::Task(future)]);
            let number = self.event_loop().add_callback(future, fiber);
            self.goes_first(Handle::Step(number));
        }
    }

    fn goes_first(&mut self, handle: Handle) {
        let it = self.event_loop();
        it.ready.push_front(handle);
        it.left += 1;
    }
}

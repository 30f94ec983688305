//! Awaited requests: asked, rested for, taken. Where time is counted the loop knows when the answer comes; else the engine tells.

use crate::effect::{Effect, Outcome, Step};
use crate::id::{ResourceId, TaskId};
use crate::program::Program;
use crate::time::Nanos;
use crate::value::Value;

use super::super::{Host, Machine, Turn};
use super::waits::{WOKEN, Waits};
use super::{Asked, Number};

impl Machine {
    /// The running coroutine sends a request.
    pub(super) fn send_request(&mut self, program: &Program, server: ResourceId) -> Turn {
        let (by, block) = (self.me(), self.block(program));
        self.event_loop().asked = Asked::Request(server);
        Turn::Out(Step::Perform(Effect::Ask { server, by }, block))
    }

    /// The engine has sent it, or could not.
    pub(super) fn request_sent(&mut self, host: &mut impl Host, program: &Program, server: ResourceId, outcome: Outcome) -> Turn {
        let Outcome::Value(arrives) = outcome else { return self.go_on(host, program, outcome) };
        let it = self.event_loop();
        let number = it.current.expect("a coroutine has asked");
        let told = match arrives {
            Value::Int(nanos) => {
                it.set_timer(number, Nanos(nanos.cast_unsigned()));
                false
            }
            _ => true,
        };
        it.calls += u32::from(told);
        self.forget(program, &program.codes[self.code.index()]);
        self.event_loop().task_mut(number).waits = Waits::Answer { server, told };
        self.park(program, number);
        self.next(host, program)
    }

    /// The answer is there: the coroutine goes on by taking it.
    pub(super) fn take_answer(&mut self, program: &Program, number: Number, server: ResourceId) -> Turn {
        let by = self.event_loop().task(number).id;
        self.enter_coroutine(number);
        let block = self.block(program);
        let effect = Effect::Reply { server, by };
        self.event_loop().asked = Asked::Effect(effect);
        Turn::Out(Step::Perform(effect, block))
    }

    /// The engine has seen that the answer for a coroutine has come; it may have been cancelled meanwhile.
    pub(super) fn has_answer(&mut self, by: TaskId) {
        let it = self.event_loop();
        if let Some(number) = it.number(by)
            && let Waits::Answer { told: true, .. } = it.task(number).waits
        {
            it.arrives(number, WOKEN);
        }
    }
}

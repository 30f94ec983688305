//! How a loop goes from one coroutine to another: who runs and the machine change places. Going on after `await sleep ms=0` is the
//! shortest way, which no other part of a round is asked about. Who goes next is the parent's question.

use crate::effect::{Ending, Moment, Outcome, Rests};
use crate::id::BlockId;
use crate::program::instruction::Into;
use crate::program::{Code, Program};
use crate::value::{Failure, Value};

use super::super::{Host, Machine, Turn};
use super::ending::is_cancellation;
use super::waits::Waits;
use super::{Asked, EventLoop, Handle, Number};

impl EventLoop {
    /// Whether it goes on with nothing and nothing else is to be seen to.
    fn is_only_next(&self, number: Number) -> bool {
        let task = self.task(number);
        !task.must_cancel && !task.is_no_task() && task.ended().is_none() && task.timer.is_none() && self.outer.is_none()
    }
}

impl Machine {
    /// A coroutine and the machine change places. While nobody runs, the machine stands where the loop does; while one does, its
    /// place keeps that. A stack with nothing on it changes places only with one that has something: it is there for the next who
    /// needs one.
    #[inline]
    pub(super) fn trade(&mut self, number: Number) {
        let Self { code, pc, base, deliver, handled, callers, stack, event_loop, .. } = self;
        let it = event_loop.as_mut().expect("only a running loop is asked for");
        let fiber = &mut it.tasks[number as usize].fiber;
        std::mem::swap(code, &mut fiber.code);
        std::mem::swap(pc, &mut fiber.pc);
        std::mem::swap(base, &mut fiber.base);
        std::mem::swap(deliver, &mut fiber.deliver);
        std::mem::swap(handled, &mut fiber.handled);
        std::mem::swap(callers, &mut fiber.callers);
        if !(stack.is_empty() && fiber.stack.is_empty()) {
            std::mem::swap(stack, &mut fiber.stack);
        }
    }

    /// `await sleep ms=0`, of the instruction before `pc`; as [`Machine::give_turn`].
    #[inline]
    pub(in crate::program::machine) fn await_turn(
        &mut self,
        host: &mut impl Host,
        program: &Program,
        code: &Code,
    ) -> Result<bool, Failure> {
        self.deliver = Into::NOWHERE;
        let at = self.pc as usize - 1;
        if code.clear_at[at] != 0 {
            self.forget(program, code);
        }
        self.give_turn(host, code.blocks[at])
    }

    /// The running coroutine gives the others a turn. Whether the next of this round has gone on at once: one that had done the
    /// same, or begins. Else nobody runs.
    ///
    /// # Errors
    /// RuntimeError where no loop runs.
    #[inline]
    fn give_turn(&mut self, host: &mut impl Host, block: BlockId) -> Result<bool, Failure> {
        let number = self.running()?;
        if !self.moments.is_empty() {
            self.tell(host);
        }
        let it = self.event_loop();
        it.ready.push_back(Handle::Step(number));
        let next = match it.ready.front() {
            Some(&Handle::Step(next)) if it.left > 0 && it.is_only_next(next) && it.is_only_next(number) => next,
            _ => {
                self.rest_a_round(number, block);
                return Ok(false);
            }
        };
        it.left -= 1;
        it.ready.pop_front();
        let (from, to) = (it.task(number).id, it.task(next).id);
        it.task_mut(next).serial += 1;
        it.current = Some(next);
        self.trade(number);
        self.trade(next);
        host.turn(from, block, to);
        self.deliver(Value::None);
        Ok(true)
    }

    /// The running coroutine has its next turn in the next round.
    #[cold]
    fn rest_a_round(&mut self, number: Number, block: BlockId) {
        self.trade(number);
        let it = self.event_loop();
        it.current = None;
        it.asked = Asked::Nothing;
        let (id, told) = (it.task(number).id, !it.task(number).is_no_task());
        if told {
            self.moments.push((id, Moment::Rests { block, on: Rests::Turn, timed: false }));
        }
    }

    /// A coroutine that rests is the running one again; whether it is to be cancelled.
    pub(super) fn enter_coroutine(&mut self, number: Number) -> bool {
        let it = self.event_loop();
        it.clear_timer(number);
        if let Waits::Answer { told: true, .. } = it.task(number).waits {
            it.calls -= 1;
        }
        let task = it.task_mut(number);
        task.waits = Waits::Nothing;
        task.take_arrival();
        task.serial += 1;
        let (id, told, cancel) = (task.id, !task.is_no_task(), std::mem::take(&mut task.must_cancel));
        it.current = Some(number);
        it.outer = it.outer.filter(|&outer| outer != number);
        self.trade(number);
        if told {
            self.moments.push((id, Moment::Runs));
        }
        cancel
    }

    /// A coroutine goes on; None: it ended at once.
    pub(super) fn step(&mut self, program: &Program, number: Number, outcome: Outcome) -> Option<Turn> {
        if self.event_loop().task(number).ended().is_some() {
            return None;
        }
        let cancel = self.enter_coroutine(number);
        let outcome = if cancel && !is_cancellation(program, outcome) {
            Outcome::Raise(self.cancellation(program, number))
        } else {
            outcome
        };
        let ending = match outcome {
            _ if self.event_loop().task(number).is_future() => return Some(self.cancel_future(program, number)),
            Outcome::Value(value) => {
                self.deliver(value);
                None
            }
            // Nothing of it has run: nothing of it can catch this.
            Outcome::Raise(exception) if self.pc == 0 && self.callers.is_empty() => Some(Ending::Raised(exception)),
            Outcome::Raise(exception) => self.unwind(program, exception),
        };
        match ending {
            None => Some(Turn::On),
            Some(ending) => {
                self.coroutine_ended(program, ending);
                None
            }
        }
    }

    /// The running coroutine has awaited: it rests, and nobody runs.
    pub(super) fn park(&mut self, program: &Program, number: Number) {
        let block = self.block(program);
        self.trade(number);
        let it = self.event_loop();
        it.current = None;
        it.asked = Asked::Nothing;
        let cancel = it.task(number).must_cancel;
        self.tell_rest_at(block, number);
        if cancel && self.cancel_awaited(program, number) {
            self.event_loop().task_mut(number).must_cancel = false;
        }
    }

    /// What one that rests waits for is another thing than before.
    pub(super) fn tell_rest(&mut self, program: &Program, number: Number) {
        let block = self.event_loop().task(number).fiber.block(program);
        self.tell_rest_at(block, number);
    }

    fn tell_rest_at(&mut self, block: BlockId, number: Number) {
        let it = self.event_loop();
        let task = it.task(number);
        let (id, told) = (task.id, !task.is_no_task());
        let (on, timed) = (it.rests(number), task.timer.is_some());
        if told {
            self.moments.push((id, Moment::Rests { block, on, timed }));
        }
    }
}

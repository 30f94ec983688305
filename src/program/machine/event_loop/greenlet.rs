//! Greenlets: tasks of a loop that hand control to each other (Python's `greenlet`), and loops that run others wherever one of
//! their tasks would wait (gevent). A greenlet's parent is whoever runs the loop: on a loop whose tasks await, the coroutine that has
//! switched to one; on a loop in gevent's style, the loop itself.

use crate::effect::{Effect, Ending, Moment, Outcome, Patience, Step};
use crate::program::Program;
use crate::program::instruction::Into;
use crate::value::{ExceptionId, Failure, Value, format};

use super::super::{Host, Machine, Turn};
use super::ending::is_cancellation;
use super::waits::{Ended, Waits};
use super::{Asked, CANCELLED, Callback, EventLoop, Handle, KILLED, Number};

const ELSEWHERE: &str = "Cannot switch to a different thread";

impl EventLoop {
    /// It has not run yet.
    fn is_new(&self, number: Number) -> bool {
        let fiber = &self.task(number).fiber;
        fiber.pc == 0 && fiber.callers.is_empty()
    }

    /// A greenlet that nobody but another can let go on: not begun, or in a switch.
    fn is_left(&self, number: Number) -> bool {
        let task = self.task(number);
        let begins = self.is_new(number) && !self.gevent;
        (task.is_greenlet() || self.gevent) && task.arrival().is_none() && (begins || matches!(task.waits, Waits::Switch))
    }

    /// Whether a task of it asks for something that lets others run meanwhile, though it has not said `await`.
    pub(in crate::program::machine) fn is_to_yield(&self, effect: Effect) -> bool {
        let waits = match effect {
            Effect::Sleep(_) | Effect::Request(_) | Effect::Wait(..) => true,
            _ => effect.at_once() != effect && effect.patience() != Patience::Never,
        };
        self.gevent && waits && self.current.is_some() && self.asked == Asked::Effect(effect)
    }

    /// Somebody switches to it: it does not go on once more when its turn in the loop comes.
    fn lose_turn(&mut self, number: Number) {
        let task = self.task(number);
        if matches!(task.waits, Waits::Switch) && task.arrival().is_none() {
            return;
        }
        let goes_on = |handle: &Handle| match *handle {
            Handle::Step(it) | Handle::Wake(it) | Handle::Throw(it, _) => it == number,
            Handle::Time(..) | Handle::Ended(..) => false,
        };
        if let Some(at) = self.ready.iter().position(goes_on) {
            self.ready.remove(at);
            self.left -= usize::from(at < self.left);
        }
    }
}

impl Machine {
    /// Whether the running task lets others run wherever it waits.
    pub(in crate::program::machine) fn yields_by_itself(&self) -> bool {
        self.event_loop.as_ref().is_some_and(|it| it.gevent && it.current.is_some())
    }

    /// What a task is cancelled with.
    pub(super) fn cancellation(&mut self, program: &Program, number: Number) -> ExceptionId {
        let name = if self.event_loop().task(number).is_greenlet() { KILLED } else { CANCELLED };
        program.table.raise(name, "", None)
    }

    /// `switch`: another goes on with `value`, this one stands still.
    pub(super) fn switch_to(&mut self, program: &Program, to: Value, value: Value, into: Into) -> Result<Turn, Failure> {
        let elsewhere = || Failure::new("GreenletError", ELSEWHERE);
        let Value::Task(_) = to else {
            let found = format::type_name(&program.table, to);
            return Err(Failure::new("AttributeError", format!("'{found}' object has no attribute 'switch'")));
        };
        let number = self.running().map_err(|_no_loop| elsewhere())?;
        let target = self.coroutine(program, to).ok_or_else(elsewhere)?;
        let (it, own) = (self.event_loop(), number);
        let (gevent, outer) = (it.gevent, it.outer);
        let from_outside = !gevent && !it.task(own).is_greenlet();
        if target == own {
            self.give(into, value);
            return Ok(Turn::On);
        }
        self.deliver = into;
        if it_has_ended(self, target) {
            return Ok(self.switch_to_parent(program, own, value));
        }
        let it = self.event_loop();
        let task = it.task(target);
        let awaited = !matches!(task.waits, Waits::Switch) && !it.is_new(target);
        if !gevent && !task.is_greenlet() && (outer != Some(target) || awaited) {
            return Err(Failure::new("GreenletError", "cannot switch to a coroutine that has not switched"));
        }
        if from_outside {
            it.outer = Some(own);
        }
        self.stand_still(program, own);
        let it = self.event_loop();
        let is_new = it.is_new(target);
        it.lose_turn(target);
        // One that was to be killed goes on first; it is killed where it waits next.
        let killed = it.task(target).arrival().is_some_and(|arrived| is_cancellation(program, arrived));
        let outcome = if is_new {
            self.begin(target, value);
            Outcome::Value(Value::None)
        } else if awaited {
            it.clear_timer(target);
            it.leave_line(target);
            let name = program.table.task_name(it.task(target).id);
            let words = format!("Invalid switch into {name}");
            Outcome::Raise(program.table.raise("InvalidSwitchError", &words, None))
        } else {
            Outcome::Value(value)
        };
        let turn = self.step(program, target, outcome);
        if killed {
            self.event_loop().task_mut(target).must_cancel = true;
        }
        Ok(turn.unwrap_or_else(|| self.parked(program)))
    }

    /// The running one rests until somebody switches to it.
    fn stand_still(&mut self, program: &Program, number: Number) {
        self.forget(program, &program.codes[self.code.index()]);
        self.event_loop().task_mut(number).waits = Waits::Switch;
        self.park(program, number);
    }

    /// One that has not run gets what the first switch passes.
    fn begin(&mut self, number: Number, value: Value) {
        let it = self.event_loop();
        let task = it.task_mut(number);
        if let (true, Some(first)) = (task.is_greenlet(), task.fiber.stack.get_mut(1)) {
            *first = value;
        }
    }

    /// Who is switched to has ended: whoever runs the loop goes on.
    fn switch_to_parent(&mut self, program: &Program, number: Number, value: Value) -> Turn {
        let it = self.event_loop();
        let from_outside = !it.gevent && !it.task(number).is_greenlet();
        if from_outside {
            self.deliver(value);
            return Turn::On;
        }
        let outer = it.outer;
        self.stand_still(program, number);
        let turn = outer.and_then(|outer| self.step(program, outer, Outcome::Value(value)));
        turn.unwrap_or_else(|| self.parked(program))
    }

    /// A greenlet has ended: its parent goes on with what it returned, or by what it raised.
    pub(super) fn give_back(&mut self, program: &Program, number: Number, ended: Ended) {
        let it = self.event_loop();
        if !it.task(number).is_greenlet() {
            return;
        }
        let Some(outer) = it.outer.take() else {
            if let (true, Ended::Raised(exception)) = (it.gevent, ended) {
                let task = it.task_mut(number);
                task.heard = true;
                let id = task.id;
                self.moments.push((id, Moment::Unheard(exception)));
            }
            return;
        };
        let outcome = match ended {
            Ended::Returned(value) => Outcome::Value(value),
            Ended::Raised(exception) => {
                it.task_mut(number).heard = true;
                Outcome::Raise(exception)
            }
            Ended::Cancelled => Outcome::Value(Value::Exception(program.table.raise(KILLED, "", None))),
        };
        it.task_mut(outer).set_arrival(outcome);
        it.ready.push_front(Handle::Wake(outer));
        it.left += 1;
    }

    /// Nothing is due. Greenlets that nobody can switch to any more are ended as Python ends them when they are forgotten:
    /// `finally` runs. False while others may still go on.
    pub(super) fn gives_up(&mut self, program: &Program) -> bool {
        let it = self.event_loop();
        let count = Number::try_from(it.tasks.len()).expect("tasks are fewer than ids");
        let mut alive = (0..count).filter(|&number| it.task(number).ended().is_none());
        if !it.timers.is_empty() || !alive.all(|number| it.is_left(number)) {
            return false;
        }
        for number in 0..count {
            if it_has_ended(self, number) {
                continue;
            }
            if self.event_loop().is_new(number) {
                self.never_began(number);
            } else {
                let killed = Outcome::Raise(program.table.raise(KILLED, "", None));
                self.event_loop().arrives(number, killed);
            }
        }
        true
    }

    fn never_began(&mut self, number: Number) {
        let it = self.event_loop();
        it.alive -= 1;
        let task = it.task_mut(number);
        (task.waits, task.fiber) = (Waits::Ended(Ended::Cancelled), super::Fiber::default());
        let id = task.id;
        self.moments.push((id, Moment::Ended(Ending::Cancelled)));
    }

    /// A task of a loop in gevent's style is about to wait; who goes on then.
    pub(in crate::program::machine) fn yield_by_itself(
        &mut self,
        host: &mut impl Host,
        program: &Program,
        effect: Effect,
    ) -> Turn {
        match self.yield_for(program, effect) {
            Turn::Out(_) if self.event_loop().is_idle() => self.next(host, program),
            Turn::Out(Step::Done(ending)) => {
                self.coroutine_ended(program, ending);
                self.next(host, program)
            }
            turn => turn,
        }
    }

    /// A task of a loop in gevent's style is about to wait: others run meanwhile.
    fn yield_for(&mut self, program: &Program, effect: Effect) -> Turn {
        let number = self.event_loop().current.expect("it was seen to run");
        match effect {
            Effect::Sleep(length) => {
                let it = self.event_loop();
                let waits = if length == crate::time::Nanos::ZERO {
                    it.ready.push_back(Handle::Step(number));
                    Waits::Nothing
                } else {
                    it.set_timer(number, length);
                    Waits::Time
                };
                it.task_mut(number).waits = waits;
                self.park(program, number);
                self.parked(program)
            }
            Effect::Request(server) => self.send_request(program, server),
            Effect::Join(of, patience) | Effect::Result(of, patience)
                if let Some(other) = self.coroutine(program, Value::Task(of)).filter(|&other| other != number) =>
            {
                self.wait_for_end(program, number, other, (matches!(effect, Effect::Join(..)), patience))
            }
            _ => self.attempt(program, number, effect),
        }
    }

    /// Waits for the end of another of the loop: of one that `joins` what became of it is not asked.
    pub(super) fn wait_for_end(
        &mut self,
        program: &Program,
        number: Number,
        other: Number,
        (joins, patience): (bool, Patience),
    ) -> Turn {
        let it = self.event_loop();
        it.asked = Asked::Nothing;
        if it.task(other).ended().is_some() {
            return match self.end_waited(program, other, joins, Outcome::Value(Value::None)) {
                Outcome::Value(value) => {
                    self.deliver(value);
                    Turn::On
                }
                Outcome::Raise(exception) => self.raise(program, exception),
            };
        }
        if let Patience::AtMost(length) = patience {
            it.set_timer(number, length);
        }
        let serial = it.task(number).serial;
        it.call_back(other, Callback::WaitsFor(number, serial));
        it.task_mut(number).waits = Waits::End(other, joins);
        self.park(program, number);
        self.parked(program)
    }

    /// What one goes on with that waited for another's end, or for the time it gave it.
    pub(super) fn end_waited(&mut self, program: &Program, of: Number, joins: bool, arrived: Outcome) -> Outcome {
        let ended = it_has_ended(self, of);
        match arrived {
            Outcome::Raise(_) => arrived,
            _ if joins => Outcome::Value(Value::Bool(ended)),
            _ if ended => self.result_of(program, of),
            Outcome::Value(_) => Outcome::Raise(program.table.raise("TimeoutError", "", None)),
        }
    }
}

fn it_has_ended(machine: &mut Machine, number: Number) -> bool {
    machine.event_loop().task(number).ended().is_some()
}

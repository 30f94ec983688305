//! What a coroutine awaits, and what it goes on with when that has come: `await`, `gather`, `wait-for`, `shield`, and any effect.

use crate::effect::{Effect, Outcome, Patience, Step, Waited};
use crate::id::{GeneratorId, TaskId};
use crate::program::instruction::{Instruction, Into, Wait};
use crate::program::{Code, Program, ResourceKind};
use crate::time::Nanos;
use crate::value::function::items;
use crate::value::{Failure, Value, format};

use super::super::{Caller, MOST_FRAMES, Machine, Turn};
use super::ending::is_cancellation;
use super::waits::{Gather, SERVED, WOKEN, Waits};
use super::{Asked, Callback, Fiber, Handle, Number};

impl Machine {
    /// The instructions of coroutines and loops.
    pub(in crate::program::machine) fn awaiting(
        &mut self,
        program: &Program,
        code: &Code,
        instruction: Instruction,
    ) -> Result<Turn, Failure> {
        match instruction {
            Instruction::Coroutine { code: body, arguments, into } => {
                let made = self.make_coroutine(program, body, arguments);
                let old = into.as_slot().map(|slot| self.local(slot));
                self.give(into, made);
                let lost = if into == Into::NOWHERE { Some(made) } else { old };
                if let Some(lost @ Value::Generator(_)) = lost {
                    return Ok(self.close_dropped_by_binding(program, lost).unwrap_or(Turn::On));
                }
            }
            Instruction::CreateTask { code: body, arguments, named, into } => {
                let name = if named { Some(super::super::text_of(self.pop())) } else { None };
                return self.create_task(program, (body, arguments), name, into);
            }
            Instruction::RunLoop { code: body, event_loop, arguments, into } => {
                let id = event_loop.as_known().expect("a loop is named");
                return self.open_loop(program, id, Some((body, arguments)), into).map(Turn::Out);
            }
            Instruction::ServeLoop(id) => return self.open_loop(program, id, None, Into::NOWHERE).map(Turn::Out),
            Instruction::Await(into) => {
                self.deliver = into;
                let of = self.pop();
                return self.await_value(program, of);
            }
            Instruction::Switch(into) => {
                let value = self.pop();
                let to = self.pop();
                return self.switch_to(program, to, value, into);
            }
            Instruction::AwaitNext => return self.await_effect(program, code),
            Instruction::Gather { count, return_exceptions, into } => {
                self.deliver = into;
                let start = self.stack.len() - count as usize;
                let of: Vec<Value> = self.stack.drain(start..).collect();
                return self.gather(program, of, return_exceptions);
            }
            Instruction::AwaitFor(wait, into) => {
                self.deliver = into;
                let patience = if wait == Wait::Timed { self.pop() } else { Value::None };
                let of = self.pop();
                return self.await_for(program, of, patience);
            }
            Instruction::Shield(into) => {
                self.deliver = into;
                let of = self.pop();
                let number = self.running()?;
                let inner = self.ensure_task(program, of)?;
                return Ok(self.await_end(program, number, inner, Waits::Shield(inner), Callback::Shields));
            }
            _ => unreachable!("the others are not about coroutines"),
        }
        Ok(Turn::On)
    }

    /// Rests until something has come for it.
    fn rest(&mut self, program: &Program, number: Number, waits: Waits) -> Turn {
        self.forget(program, &program.codes[self.code.index()]);
        self.event_loop().task_mut(number).waits = waits;
        self.park(program, number);
        self.parked(program)
    }

    /// Nobody runs: whoever called chooses the next.
    pub(super) fn parked(&self, program: &Program) -> Turn {
        Turn::Out(Step::Busy(self.block(program)))
    }

    /// Goes on with the result of one that has ended, or rests until then.
    fn await_end(
        &mut self,
        program: &Program,
        number: Number,
        other: Number,
        waits: Waits,
        callback: fn(Number, u32) -> Callback,
    ) -> Turn {
        if self.event_loop().task(other).ended().is_some() {
            return match self.result_of(program, other) {
                Outcome::Value(value) => {
                    self.deliver(value);
                    Turn::On
                }
                Outcome::Raise(exception) => self.raise(program, exception),
            };
        }
        let it = self.event_loop();
        let serial = it.task(number).serial;
        it.call_back(other, callback(number, serial));
        self.rest(program, number, waits)
    }

    fn await_value(&mut self, program: &Program, of: Value) -> Result<Turn, Failure> {
        let number = self.running()?;
        match of {
            Value::Generator(it) if it.is_coroutine() => self.await_coroutine(program, it),
            Value::Task(task) => match self.coroutine(program, of) {
                Some(other) if other == number => {
                    let exception = program.table.raise("RuntimeError", &awaits_itself(program, task), Some(self.block(program)));
                    self.event_loop().ready.push_back(Handle::Throw(number, exception));
                    Ok(self.rest(program, number, Waits::Nothing))
                }
                Some(other) => Ok(self.await_end(program, number, other, Waits::Task(other), Callback::Awaits)),
                None => {
                    let effect = Effect::Result(task, Patience::Forever);
                    Ok(self.attempt(program, number, effect))
                }
            },
            other => Err(not_awaitable(program, other)),
        }
    }

    /// A coroutine that is no task runs inside the one that awaits it, as if it were called.
    fn await_coroutine(&mut self, program: &Program, id: GeneratorId) -> Result<Turn, Failure> {
        if self.callers.len() + 1 >= MOST_FRAMES {
            return Err(Failure::new("RecursionError", "maximum recursion depth exceeded"));
        }
        let fiber = self.take_coroutine(id)?;
        self.forget(program, &program.codes[self.code.index()]);
        let into = self.deliver;
        self.callers.push(Caller { code: self.code, pc: self.pc, base: self.base, into, entry: None });
        self.base = u32::try_from(self.stack.len()).expect("a thousand frames of 65,536 locals are fewer than 2^32");
        self.stack.extend(fiber.stack);
        (self.code, self.pc, self.deliver) = (fiber.code, 0, Into::NOWHERE);
        Ok(Turn::On)
    }

    /// A coroutine that has not begun is no task yet: it becomes one, or part of one.
    fn take_coroutine(&mut self, id: GeneratorId) -> Result<Fiber, Failure> {
        let at = if id.task == self.task { self.place_of(id.number) } else { None };
        let at = at.ok_or_else(|| Failure::new("RuntimeError", "cannot reuse already awaited coroutine"))?;
        let (code, stack) = self.generators.remove(at).into_body();
        Ok(Fiber { code, deliver: Into::NOWHERE, stack, ..Fiber::default() })
    }

    /// The task of a handle: a coroutine becomes one.
    fn ensure_task(&mut self, program: &Program, of: Value) -> Result<Number, Failure> {
        if let Some(number) = self.coroutine(program, of) {
            return Ok(number);
        }
        match of {
            Value::Generator(id) if id.is_coroutine() => {
                let fiber = self.take_coroutine(id)?;
                self.make_task(program, fiber, None)
            }
            Value::Task(future) => Ok(self.wrap_future(future)),
            _ => Err(Failure::new("TypeError", "An asyncio.Future, a coroutine or an awaitable is required")),
        }
    }

    fn gather(&mut self, program: &Program, of: Vec<Value>, return_exceptions: bool) -> Result<Turn, Failure> {
        let number = self.running()?;
        let mut named = Vec::new();
        for value in of {
            match value {
                Value::List(_) => named.extend(items(&program.table, value)?.iter().copied()),
                _ => named.push(value),
            }
        }
        let serial = self.event_loop().task(number).serial;
        let (mut children, mut known): (Vec<Number>, Vec<(Value, Number)>) = (Vec::new(), Vec::new());
        for value in named {
            let before = known.iter().find(|(of, _)| *of == value).map(|&(_, child)| child);
            let child = if let Some(child) = before {
                child
            } else {
                let child = self.ensure_task(program, value)?;
                known.push((value, child));
                self.event_loop().call_back(child, Callback::Gathers(number, serial));
                child
            };
            children.push(child);
        }
        if children.is_empty() {
            let none = program.table.list(&[])?;
            self.deliver(Value::List(none));
            return Ok(Turn::On);
        }
        let gather = Gather { children, left: known.len(), ended: 0, return_exceptions, cancelled: false };
        Ok(self.rest(program, number, Waits::Gather(Box::new(gather))))
    }

    fn await_for(&mut self, program: &Program, of: Value, patience: Value) -> Result<Turn, Failure> {
        let number = self.running()?;
        let Value::Int(nanos) = patience else { return self.await_value(program, of) };
        let length = Nanos(nanos.cast_unsigned());
        let other = self.ensure_task(program, of)?;
        if length == Nanos::ZERO {
            if self.event_loop().task(other).ended().is_some() {
                return Ok(self.await_end(program, number, other, Waits::Task(other), Callback::Awaits));
            }
            self.forget(program, &program.codes[self.code.index()]);
            self.cancel_and_wait(program, number, other, None);
            self.park(program, number);
            return Ok(self.parked(program));
        }
        let it = self.event_loop();
        it.set_timer(number, length);
        let serial = it.task(number).serial;
        it.call_back(other, Callback::WaitsFor(number, serial));
        Ok(self.rest(program, number, Waits::First(other)))
    }

    /// What the next instruction asks for makes the coroutine wait, and not the loop.
    fn await_effect(&mut self, program: &Program, code: &Code) -> Result<Turn, Failure> {
        let number = self.running()?;
        let instruction = code.instructions[self.pc as usize];
        self.pc += 1;
        let Step::Perform(effect, _) = self.ask(program, code, instruction)? else {
            unreachable!("only what asks the engine stands behind `await`")
        };
        match effect {
            Effect::Sleep(Nanos::ZERO) => {
                self.event_loop().ready.push_back(Handle::Step(number));
                Ok(self.rest(program, number, Waits::Nothing))
            }
            Effect::Sleep(length) => {
                self.event_loop().set_timer(number, length);
                Ok(self.rest(program, number, Waits::Time))
            }
            Effect::Request(server) => Ok(self.send_request(program, server)),
            Effect::Join(of, patience) | Effect::Result(of, patience)
                if let Some(other) = self.coroutine(program, Value::Task(of)) =>
            {
                if other == number {
                    return Err(Failure::new("RuntimeError", awaits_itself(program, of)));
                }
                Ok(self.wait_for_end(program, number, other, (matches!(effect, Effect::Join(..)), patience)))
            }
            _ => Ok(self.attempt(program, number, effect)),
        }
    }

    /// Does the effect if it can be done at once; else the coroutine stands in line for it.
    pub(super) fn attempt(&mut self, program: &Program, number: Number, effect: Effect) -> Turn {
        if let Some(id) = Self::sign_waited_for(program, effect) {
            return self.stand_aside(program, effect, id);
        }
        if self.event_loop().must_stand_in_line(program, effect) {
            self.stand_in_line(number, effect);
            self.park(program, number);
            return self.parked(program);
        }
        self.try_now(program, effect)
    }

    fn try_now(&mut self, program: &Program, effect: Effect) -> Turn {
        let at_once = effect.at_once();
        if at_once == effect {
            return self.ask_once(program, effect);
        }
        self.event_loop().asked = Asked::Try(effect);
        Turn::Out(Step::Perform(at_once, self.block(program)))
    }

    /// Goes on with what the engine answers.
    fn ask_once(&mut self, program: &Program, effect: Effect) -> Turn {
        self.event_loop().asked = Asked::Effect(effect);
        Turn::Out(Step::Perform(effect, self.block(program)))
    }

    /// Something has come for a coroutine that rests. None: it rests on.
    pub(super) fn wake(&mut self, program: &Program, number: Number, arrived: Outcome) -> Option<Turn> {
        let task = self.event_loop().task_mut(number);
        if matches!(task.waits, Waits::Switch) && task.must_cancel && !is_cancellation(program, arrived) {
            // Cancelled while inside a greenlet, it ran: it hears of that where it awaits next.
            task.must_cancel = false;
            let turn = self.step(program, number, arrived);
            self.event_loop().task_mut(number).must_cancel = turn.is_some();
            return turn;
        }
        // Task.__step: cancelled twice before its turn comes, it is told so once.
        let cancel = std::mem::take(&mut self.event_loop().task_mut(number).must_cancel);
        let arrived = if cancel && !is_cancellation(program, arrived) {
            Outcome::Raise(self.cancellation(program, number))
        } else {
            arrived
        };
        let task = self.event_loop().task_mut(number);
        let takes_back = task.back().is_some();
        if let Waits::Line(effect) = &task.waits {
            let effect = **effect;
            return self.wake_in_line(program, number, (effect, takes_back), arrived);
        }
        match task.waits {
            Waits::First(of) => {
                let outcome = self.waited_for(program, number, of, arrived)?;
                self.step(program, number, outcome)
            }
            Waits::Last(ref last) => {
                let (of, then) = **last;
                let outcome = self.cancelled_and_waited(program, of, then, arrived);
                self.step(program, number, outcome)
            }
            Waits::End(of, joins) => {
                let outcome = self.end_waited(program, of, joins, arrived);
                self.step(program, number, outcome)
            }
            Waits::Answer { server, .. } if arrived == WOKEN => Some(self.take_answer(program, number, server)),
            _ => self.step(program, number, arrived),
        }
    }

    /// The same of one that stands in line; whether it is for the lock that it takes back.
    fn wake_in_line(
        &mut self,
        program: &Program,
        number: Number,
        (effect, takes_back): (Effect, bool),
        arrived: Outcome,
    ) -> Option<Turn> {
        if arrived != WOKEN && arrived != SERVED {
            let how = match arrived {
                _ if is_cancellation(program, arrived) => Waited::Cancelled,
                _ => Waited::Late,
            };
            self.has_waited(number, effect, how);
        }
        match effect {
            _ if arrived == WOKEN || arrived == SERVED => {
                let it = self.event_loop();
                it.leave_line(number);
                it.task_mut(number).tries_again();
                self.enter_coroutine(number);
                Some(match effect {
                    Effect::JoinQueue(queue, _) if arrived == SERVED => self.ask_once(program, Effect::Joined(queue)),
                    _ => self.try_now(program, effect),
                })
            }
            // Those that have not begun are cancelled by that.
            Effect::Results(jobs, _) if !is_cancellation(program, arrived) => {
                self.enter_coroutine(number);
                let late = Effect::Results(jobs, Patience::AtMost(Nanos::ZERO));
                self.event_loop().asked = Asked::Effect(late);
                Some(Turn::Out(Step::Perform(late, self.block(program))))
            }
            Effect::TakeSign(of, _) => Some(self.leave_aside(program, number, of, arrived)),
            Effect::Result(future, _) if is_cancellation(program, arrived) && self.awaits_future(number) => {
                Some(self.cancel_with(program, number, future, arrived))
            }
            Effect::Acquire(..) if takes_back => self.cancelled_taking_back(program, number, arrived),
            _ => {
                // Whoever is cancelled or late after it was woken leaves what it was woken for to the next.
                let it = self.event_loop();
                if it.leave_line(number) {
                    it.wake_line(effect.wish(), 1);
                }
                self.step(program, number, arrived)
            }
        }
    }

    /// The time is over that a coroutine waits for.
    pub(super) fn time_over(&mut self, program: &Program, number: Number, serial: u32) {
        let block = Some(self.block(program));
        let it = self.event_loop();
        let task = it.task_mut(number);
        if task.serial != serial || task.arrival().is_some() || task.ended().is_some() {
            return;
        }
        task.timer = None;
        let outcome = match &task.waits {
            Waits::Line(effect) => {
                let effect = **effect;
                it.gives_up_line(program, number);
                match effect {
                    Effect::Get(..) => Outcome::Raise(program.table.raise("Empty", "", block)),
                    Effect::Put(..) | Effect::PutAcross { .. } => Outcome::Raise(program.table.raise("Full", "", block)),
                    Effect::Result(..) => Outcome::Raise(program.table.raise("TimeoutError", "", block)),
                    Effect::TakeSign(of, _) if matches!(program.resources[of.index()].kind, ResourceKind::Barrier { .. }) => {
                        Outcome::Raise(program.table.raise("BrokenBarrierError", "", block))
                    }
                    _ => Outcome::Value(Value::Bool(false)),
                }
            }
            _ => Outcome::Value(Value::None),
        };
        self.event_loop().arrives(number, outcome);
    }

    fn make_coroutine(&mut self, program: &Program, code: crate::id::CodeId, arguments: u16) -> Value {
        self.make(program, code, arguments, true)
    }
}

fn awaits_itself(program: &Program, task: TaskId) -> String {
    format!("Task cannot await on itself: {}", program.table.task_name(task))
}

fn not_awaitable(program: &Program, value: Value) -> Failure {
    let found = format::type_name(&program.table, value);
    Failure::new("TypeError", format!("object {found} can't be used in 'await' expression"))
}

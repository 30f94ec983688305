//! The only interpreter: runs one task's instructions until it must ask the world for something.
//! Owns a task's local state (frames, locals, the exception being handled); it can be copied, compared and hashed at any effect.
//! Does not own resources, other tasks, time or chance: those are the engine's answers.

mod ask;
mod collect;
mod event_loop;
mod executor;
mod frames;
mod generator;
mod host;
mod lookup;
mod quick;
mod seldom;
pub mod sight;
mod stays;
mod unwind;

use std::collections::BTreeMap;

use crate::effect::{Effect, Ending, Moment, Outcome, Patience, Step};
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::value::comparison::{compare, truth};
use crate::value::operation::binary;
use crate::value::{ExceptionId, Failure, Value};

pub use self::ask::crosses;
use self::ask::{text_constant, text_of};
use self::event_loop::EventLoop;
pub use self::event_loop::seen::Resting;
pub use self::executor::to_tell;
use self::generator::{Entry, Generator, Wish};
pub use self::host::{Host, Nobody};
use self::stays::Who;
use super::instruction::{Instruction, Into, Slot};
use super::{Code, Program};

/// Frames before `RecursionError`, as CPython's default.
const MOST_FRAMES: usize = 1_000;

/// A local that has no value yet. No table has so many exceptions.
const UNBOUND: Value = Value::Exception(ExceptionId(u32::MAX));

/// A task's local state. Between two calls of [`Machine::resume`] it stands at an effect (or before its first instruction).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Machine {
    task: TaskId,
    process: ProcessId,
    daemon: bool,
    /// How many tasks it has spawned.
    spawned: u32,
    /// How many generators it has made.
    generated: u32,
    /// Those that have not ended, by number.
    generators: Vec<Generator>,
    /// The loop whose coroutines it runs.
    event_loop: Option<Box<EventLoop>>,
    /// What its coroutines have done and the engine has not been told: nothing between two calls.
    moments: Vec<(TaskId, Moment)>,
    /// What frames knew of them that an exception under way has left, the innermost first.
    abandoned: Vec<u32>,
    /// Those that go after one that is being ended because its last handle has gone, by its number.
    dying: BTreeMap<u32, Vec<u32>>,
    /// How often whoever is in a region has come into it and not gone out.
    stays: BTreeMap<(ResourceId, Who), u32>,
    code: CodeId,
    /// The next instruction.
    pc: u32,
    /// Where the locals of the running frame begin in `stack`; its temporaries stand above them.
    base: u32,
    /// Where the answer of the effect under way goes.
    deliver: Into,
    /// Those who called, outermost first.
    callers: Vec<Caller>,
    stack: Vec<Value>,
    /// The exception an `except` or `finally` is dealing with, or None.
    handled: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::program::machine) struct Caller {
    code: CodeId,
    pc: u32,
    base: u32,
    into: Into,
    /// What it went into, if that is a generator and no routine.
    entry: Option<Entry>,
}

/// What an instruction that is not simple does to the flow.
enum Turn {
    /// On, perhaps in another frame or place.
    On,
    /// Out of `resume`.
    Out(Step),
}

impl Machine {
    /// A task about to run `code` with these arguments.
    #[must_use]
    pub fn new(program: &Program, task: TaskId, code: CodeId, arguments: &[Value], daemon: bool) -> Self {
        let body = &program.codes[code.index()];
        let mut stack = Vec::with_capacity(body.locals.len() + 8);
        stack.extend(arguments.iter().take(body.locals.len()));
        stack.resize(body.locals.len(), UNBOUND);
        Self {
            task,
            process: if body.process == ProcessId::MAIN { program.process_of(task) } else { body.process },
            daemon,
            spawned: 0,
            generated: 0,
            generators: Vec::new(),
            event_loop: None,
            moments: Vec::new(),
            abandoned: Vec::new(),
            dying: BTreeMap::new(),
            stays: BTreeMap::new(),
            code,
            pc: 0,
            base: 0,
            deliver: Into::NOWHERE,
            callers: Vec::new(),
            stack,
            handled: Value::None,
        }
    }

    /// It runs in this process from now on.
    pub const fn enter_process(&mut self, process: ProcessId) {
        self.process = process;
    }

    /// Whose it is.
    #[must_use]
    pub const fn task(&self) -> TaskId {
        self.task
    }

    /// The process it runs in.
    #[must_use]
    pub const fn process(&self) -> ProcessId {
        self.process
    }

    /// The body it is in.
    #[must_use]
    pub const fn running_code(&self) -> CodeId {
        self.code
    }

    /// The block it stands at: of the effect it asked for.
    #[must_use]
    pub fn block(&self, program: &Program) -> BlockId {
        let code = &program.codes[self.code.index()];
        code.blocks.get(self.pc.saturating_sub(1) as usize).copied().unwrap_or(code.block)
    }

    /// Takes the world's answer to what was asked (none before the first instruction and after [`Step::Busy`]) and goes on
    /// until there is something to ask, it has ended, or `allowance` turns of loops and calls are over.
    pub fn resume(&mut self, program: &Program, outcome: Outcome, allowance: u32) -> Step {
        self.resume_at(&mut Nobody, program, outcome, allowance)
    }

    /// As [`Machine::resume`], but what `host` can answer at once is not asked. Such a state is not one to compare or hash:
    /// locals that nobody reads any more are forgotten only where a task stands.
    pub fn resume_at(&mut self, host: &mut impl Host, program: &Program, outcome: Outcome, allowance: u32) -> Step {
        let step = self.resume_with(host, program, outcome, allowance);
        if matches!(step, Step::Done(_)) && !self.generators.is_empty() {
            self.discard_all();
        }
        if !self.moments.is_empty() {
            self.tell(host);
        }
        step
    }

    #[inline]
    fn resume_with(&mut self, host: &mut impl Host, program: &Program, outcome: Outcome, allowance: u32) -> Step {
        if self.event_loop.is_some() {
            let turn = self.answered(host, program, outcome);
            return self.run_loop(host, program, turn, allowance);
        }
        match outcome {
            Outcome::Value(value) => self.deliver(value),
            Outcome::Raise(exception) => {
                if let Some(ending) = self.unwind(program, exception) {
                    return Step::Done(ending);
                }
            }
        }
        self.run(host, program, allowance)
    }

    /// As [`Machine::run`], of one coroutine after another.
    fn run_loop(&mut self, host: &mut impl Host, program: &Program, mut turn: Turn, allowance: u32) -> Step {
        let step = loop {
            if let Turn::Out(step) = turn {
                break step;
            }
            let step = self.run(host, program, allowance);
            turn = match (step, &self.event_loop) {
                (Step::Done(ending), Some(_)) => {
                    self.coroutine_ended(program, ending);
                    self.next(host, program)
                }
                (Step::Perform(effect, _), Some(it)) if it.is_to_yield(effect) => self.yield_by_itself(host, program, effect),
                (Step::Busy(_), Some(it)) if it.is_idle() => self.next(host, program),
                (step, _) => break step,
            };
        };
        self.tell(host);
        step
    }

    fn deliver(&mut self, value: Value) {
        self.give(self.deliver, value);
    }

    #[inline]
    fn give(&mut self, into: Into, value: Value) {
        if let Some(slot) = into.as_slot() {
            self.set(slot, value);
        } else if into == Into::STACK {
            self.stack.push(value);
        }
    }

    #[inline]
    fn pop(&mut self) -> Value {
        self.stack.pop().expect("the compiler pushes what it pops")
    }

    #[inline]
    fn top(&mut self) -> &mut Value {
        self.stack.last_mut().expect("the compiler pushes what it reads")
    }

    #[inline]
    fn local(&self, slot: Slot) -> Value {
        self.stack[self.base as usize + usize::from(slot.0)]
    }

    #[inline]
    fn local_mut(&mut self, slot: Slot) -> &mut Value {
        &mut self.stack[self.base as usize + usize::from(slot.0)]
    }

    #[inline]
    fn set(&mut self, slot: Slot, value: Value) {
        self.stack[self.base as usize + usize::from(slot.0)] = value;
    }

    fn run(&mut self, host: &mut impl Host, program: &Program, mut allowance: u32) -> Step {
        let table = &*program.table;
        'frame: loop {
            let code: &Code = &program.codes[self.code.index()];
            let mut pc = self.pc as usize;
            'next: loop {
                let instruction = &code.instructions[pc];
                pc += 1;
                // The simple ones stay in this loop; a failure, an effect or another frame leaves it.
                let failed: Failure = 'simple: {
                    macro_rules! attempt {
                        ($result:expr) => {
                            match $result {
                                Ok(value) => value,
                                Err(failure) => break 'simple failure,
                            }
                        };
                    }
                    macro_rules! back_to {
                        ($place:expr) => {{
                            pc = $place as usize;
                            if allowance == 0 {
                                self.pc = $place;
                                self.deliver = Into::NOWHERE;
                                return Step::Busy(code.blocks[pc]);
                            }
                            allowance -= 1;
                        }};
                    }
                    macro_rules! ask {
                        ($effect:expr, $into:expr) => {{
                            let effect = $effect;
                            match host.answer_at_once(effect, code.blocks[pc - 1]) {
                                Some(value) => self.give($into, value),
                                None => return self.stand(program, code, pc, effect, $into),
                            }
                        }};
                    }
                    match *instruction {
                        Instruction::Int(int) => self.stack.push(Value::Int(int)),
                        Instruction::Constant(at) => self.stack.push(code.constants[at as usize]),
                        Instruction::Local(slot) => self.stack.push(self.local(slot)),
                        Instruction::SetLocal(slot) => {
                            let value = self.pop();
                            let old = std::mem::replace(self.local_mut(slot), value);
                            let knew = match old {
                                Value::Generator(_) => old != value,
                                Value::List(_) => !self.generators.is_empty() && old != value,
                                _ => false,
                            };
                            if knew {
                                self.pc = u32::try_from(pc).expect("bodies are limited");
                                match self.close_dropped_by_binding(program, old) {
                                    Some(Turn::Out(step)) => return step,
                                    Some(Turn::On) => continue 'frame,
                                    None => {}
                                }
                            }
                        }
                        Instruction::BinaryInt(op, right) => {
                            let (left, right) = (*self.top(), Value::Int(i64::from(right)));
                            *self.top() = match quick::binary(op, left, right) {
                                Some(value) => value,
                                None => attempt!(binary(table, op, left, right)),
                            };
                        }
                        Instruction::Binary(op) => {
                            let right = self.pop();
                            let left = *self.top();
                            *self.top() = match quick::binary(op, left, right) {
                                Some(value) => value,
                                None => attempt!(binary(table, op, left, right)),
                            };
                        }
                        Instruction::CompareInt(op, right) => {
                            let (left, right) = (*self.top(), Value::Int(i64::from(right)));
                            *self.top() = Value::Bool(match quick::compare(op, left, right) {
                                Some(holds) => holds,
                                None => attempt!(compare(table, op, left, right)),
                            });
                        }
                        Instruction::Compare(op) => {
                            let right = self.pop();
                            let left = *self.top();
                            *self.top() = Value::Bool(match quick::compare(op, left, right) {
                                Some(holds) => holds,
                                None => attempt!(compare(table, op, left, right)),
                            });
                        }
                        Instruction::Jump(target) => pc = target as usize,
                        Instruction::Back(target) => back_to!(target),
                        Instruction::JumpIfFalse(target) => {
                            let value = self.pop();
                            if !truth(table, value) {
                                pc = target as usize;
                            }
                        }
                        Instruction::BackIfTrue(target) => {
                            let value = self.pop();
                            if truth(table, value) {
                                back_to!(target);
                            }
                        }
                        Instruction::JumpIfFalseKeep(target) => {
                            let value = *self.top();
                            if truth(table, value) {
                                self.pop();
                            } else {
                                pc = target as usize;
                            }
                        }
                        Instruction::JumpIfTrueKeep(target) => {
                            let value = *self.top();
                            if truth(table, value) {
                                pc = target as usize;
                            } else {
                                self.pop();
                            }
                        }
                        Instruction::RepeatNext { slot, turn, body } => {
                            let (Value::Int(limit), Value::Int(done)) = (self.local(slot), self.local(Slot(slot.0 + 1))) else {
                                unreachable!("RepeatBegin sets both to integers")
                            };
                            if done < limit {
                                self.set(Slot(slot.0 + 1), Value::Int(done + 1));
                                if let Some(turn) = turn.as_slot() {
                                    self.set(turn, Value::Int(done));
                                }
                                back_to!(body);
                            }
                        }
                        Instruction::ForNext { slot, item, body } if let Value::List(list) = self.local(slot) => {
                            let Value::Int(done) = self.local(Slot(slot.0 + 1)) else {
                                unreachable!("ForBegin sets it to an integer")
                            };
                            let next = usize::try_from(done).ok().and_then(|at| table.list_item(list, at));
                            if let Some(next) = next {
                                self.set(Slot(slot.0 + 1), Value::Int(done + 1));
                                if let Some(item) = item.as_slot() {
                                    self.set(item, next);
                                }
                                back_to!(body);
                            }
                        }
                        Instruction::Begin(block) => host.begin(block),
                        Instruction::Pop => {
                            self.pop();
                        }
                        Instruction::Store(shared)
                            if !matches!(
                                *self.top(),
                                Value::List(_) | Value::Task(_) | Value::Resource(_) | Value::Exception(_)
                            ) && let Some(shared) = shared.as_known() =>
                        {
                            let value = self.pop();
                            if self.generated > 0 {
                                self.escape(program, value);
                            }
                            ask!(Effect::Store(self.meant(program, shared), value), Into::NOWHERE);
                        }
                        Instruction::Load(shared, into) if let Some(shared) = shared.as_known() => {
                            ask!(Effect::Load(self.meant(program, shared)), into);
                        }
                        Instruction::Acquire(lock, wait, into)
                            if let (Some(lock), Some(patience)) = (lock.as_known(), quick::patience(wait))
                                && self.event_loop.is_none() =>
                        {
                            ask!(Effect::Acquire(self.meant(program, lock), patience), into);
                        }
                        Instruction::Release(lock)
                            if let Some(lock) = lock.as_known()
                                && self.event_loop.is_none() =>
                        {
                            ask!(Effect::Release(self.meant(program, lock)), Into::NOWHERE);
                        }
                        Instruction::Enter(lock, access)
                            if let Some(lock) = lock.as_known()
                                && self.event_loop.is_none() =>
                        {
                            ask!(Effect::Enter(self.meant(program, lock), access, Patience::Forever), Into::NOWHERE);
                        }
                        Instruction::Leave(lock, access)
                            if let Some(lock) = lock.as_known()
                                && self.event_loop.is_none() =>
                        {
                            ask!(Effect::Leave(self.meant(program, lock), access), Into::NOWHERE);
                        }
                        Instruction::Get(queue, wait, into)
                            if let (Some(queue), Some(patience)) = (queue.as_known(), quick::patience(wait)) =>
                        {
                            ask!(Effect::Get(self.meant(program, queue), patience), into);
                        }
                        Instruction::Put(queue, wait)
                            if let (Some(queue), Some(patience)) = (queue.as_known(), quick::patience(wait))
                                && program.resources[queue.index()].process.is_some() =>
                        {
                            let item = self.pop();
                            if self.generated > 0 {
                                self.escape(program, item);
                            }
                            ask!(Effect::Put(self.meant(program, queue), item, patience), Into::NOWHERE);
                        }
                        Instruction::AtomicAdd(shared, into)
                            if let Some(shared) = shared.as_known()
                                && quick::is_atomic(program, shared) =>
                        {
                            let more = self.pop();
                            ask!(Effect::AtomicAdd(self.meant(program, shared), more), into);
                        }
                        Instruction::AwaitTurn => {
                            self.pc = u32::try_from(pc).expect("bodies are limited");
                            if attempt!(self.await_turn(host, program, code)) {
                                continue 'frame;
                            }
                            return Step::Busy(code.blocks[pc - 1]);
                        }
                        Instruction::Next(into)
                            if let handle = *self.top()
                                && let Some(at) = self.way_into(handle) =>
                        {
                            self.pop();
                            self.pc = u32::try_from(pc).expect("bodies are limited");
                            if host.compares() {
                                self.forget(program, code);
                            }
                            self.go_in(at, Wish::Item, into);
                            self.deliver(Value::None);
                            continue 'frame;
                        }
                        Instruction::ForNext { slot, item, body } if let Some(at) = self.way_into(self.local(slot)) => {
                            self.pc = u32::try_from(pc).expect("bodies are limited");
                            if host.compares() {
                                self.forget(program, code);
                            }
                            self.go_in(at, Wish::Turn { item, body }, Into::NOWHERE);
                            self.deliver(Value::None);
                            continue 'frame;
                        }
                        Instruction::Yield(into) if self.is_asked_for_a_value() => {
                            let value = self.pop();
                            self.pc = u32::try_from(pc).expect("bodies are limited");
                            if host.compares() {
                                self.forget(program, code);
                            }
                            self.give_out(value, into);
                            continue 'frame;
                        }
                        Instruction::CheckPoint if host.pass_check_point() => {}
                        Instruction::CheckPoint => {
                            self.pc = u32::try_from(pc).expect("bodies are limited");
                            self.deliver = Into::NOWHERE;
                            return Step::CheckPoint(code.blocks[pc - 1]);
                        }
                        Instruction::Return => {
                            let value = *self.top();
                            if !self.generators.is_empty() {
                                // Comes back to this instruction when what was dropped is closed.
                                self.pc = u32::try_from(pc - 1).expect("bodies are limited");
                                match self.close_dropped_by_return(program, value) {
                                    Some(Turn::Out(step)) => return step,
                                    Some(Turn::On) => continue 'frame,
                                    None => {}
                                }
                            }
                            self.pop();
                            match self.callers.pop() {
                                None => {
                                    self.stack.clear();
                                    return Step::Done(Ending::Returned(value));
                                }
                                Some(caller) => {
                                    self.stack.truncate(self.base as usize);
                                    self.back_in(caller);
                                    match caller.entry {
                                        None => self.deliver(value),
                                        Some(entry) => {
                                            if let Turn::Out(step) = self.returned(program, entry, value) {
                                                return step;
                                            }
                                        }
                                    }
                                    continue 'frame;
                                }
                            }
                        }
                        _ => {
                            self.pc = u32::try_from(pc).expect("bodies are limited");
                            let turn = attempt!(self.seldom(program, code, *instruction));
                            match turn {
                                Turn::Out(step) => return step,
                                Turn::On => {}
                            }
                            if matches!(instruction, Instruction::Call { .. }) {
                                if allowance == 0 {
                                    self.deliver = Into::NOWHERE;
                                    return Step::Busy(program.codes[self.code.index()].block);
                                }
                                allowance -= 1;
                            }
                            continue 'frame;
                        }
                    }
                    continue 'next;
                };
                self.pc = u32::try_from(pc).expect("bodies are limited");
                let exception = table.raise(failed.name, &failed.message, Some(code.blocks[pc - 1]));
                match self.unwind(program, exception) {
                    Some(ending) => return Step::Done(ending),
                    None => continue 'frame,
                }
            }
        }
    }

    /// Stands at an effect until its answer comes.
    fn suspend(&mut self, program: &Program, code: &Code, pc: usize, effect: Effect, into: Into) -> Step {
        let effect = self.placed(program, effect);
        self.stand(program, code, pc, effect, into)
    }

    fn stand(&mut self, program: &Program, code: &Code, pc: usize, effect: Effect, into: Into) -> Step {
        self.pc = u32::try_from(pc).expect("bodies are limited");
        if code.clear_at[pc - 1] != 0 {
            self.forget(program, code);
        }
        self.deliver = into;
        if let Some(it) = &mut self.event_loop {
            it.asks(effect);
        }
        Step::Perform(effect, code.blocks[pc - 1])
    }

    /// What its process means by a resource named.
    #[inline]
    fn meant(&self, program: &Program, named: ResourceId) -> ResourceId {
        if self.process == ProcessId::MAIN { named } else { program.place(self.process, named) }
    }

    /// The effect on what its process means by the names in it.
    #[inline]
    fn placed(&self, program: &Program, effect: Effect) -> Effect {
        if self.process == ProcessId::MAIN {
            return effect;
        }
        effect.placed(|named| program.place(self.process, named), |named| program.own_task(self.process, named))
    }
}

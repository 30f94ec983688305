//! Generators: frames that rest between two of their values. They live in the task that made them; going into one and out of it
//! asks nobody. The meaning is CPython 3.11's: Objects/genobject.c, PEP 342 (send, throw, close), 380 (yield from), 479.

mod dropped;
mod passing;

use crate::effect::Moment;
use crate::id::{BlockId, CodeId, GeneratorId, TaskId};
use crate::value::exception::is_a;
use crate::value::function::items;
use crate::value::{ExceptionId, Failure, Raised, Value, format};

use super::super::instruction::{Instruction, Into, Place};
use super::super::{Code, Program};
use super::{Machine, Turn, UNBOUND, ask, text_constant, text_of};

/// A generator that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Generator {
    number: u32,
    /// Whether somebody has gone into it and it has given nothing yet. It then stands where the task or a coroutine does.
    runs: bool,
    code: CodeId,
    pc: u32,
    /// Its locals, and above them its temporaries. While it runs: the stack of whoever went into it.
    stack: Vec<Value>,
    /// Where what is sent to it goes.
    deliver: Into,
    /// The exception its `except` or `finally` is dealing with.
    handled: Value,
    /// Whether others may know it: its handle has left the task.
    escaped: bool,
    /// Who made it, and with which block.
    made: (TaskId, BlockId),
}

/// Who went into a generator: kept with the frame that will go on when it yields or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    number: u32,
    wish: Wish,
    /// The exception that frame was dealing with.
    handled: Value,
}

/// What the one who went into a generator wants of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wish {
    /// `next`, `send`, `throw`: a value, or StopIteration.
    Item,
    /// `for`: another turn, or the end of the loop.
    Turn { item: Into, body: Place },
    /// `yield-from`: a value to yield on, or the result.
    Part { end: Place },
    /// `close`: its end.
    Close,
    /// Its end, since the one that delegates to it is being closed with this exception.
    CloseThen(ExceptionId),
    /// Its end, since nobody can ask it any more; then the frame goes on leaving.
    Drop,
    /// The same while this exception leaves the task.
    DropThen(ExceptionId),
}

/// What a generator is doing, by Python's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Created,
    Suspended,
    Running,
    Closed,
}

impl State {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Created => "GEN_CREATED",
            Self::Suspended => "GEN_SUSPENDED",
            Self::Running => "GEN_RUNNING",
            Self::Closed => "GEN_CLOSED",
        }
    }
}

const STOP: &str = "StopIteration";
const EXIT: &str = "GeneratorExit";

impl Entry {
    pub(super) const fn number(&self) -> u32 {
        self.number
    }
}

impl Generator {
    /// What it runs.
    pub(super) const fn code(&self) -> CodeId {
        self.code
    }

    pub(super) const fn number(&self) -> u32 {
        self.number
    }

    /// Its next instruction.
    pub(super) const fn pc(&self) -> u32 {
        self.pc
    }

    /// Whether somebody has gone into it and it has given nothing yet.
    pub(super) const fn runs(&self) -> bool {
        self.runs
    }

    /// Its locals, and above them its temporaries. While it runs: the stack of whoever went into it.
    pub(super) fn stack(&self) -> &[Value] {
        &self.stack
    }

    /// What it runs, and its locals: of one that has not begun.
    pub(super) fn into_body(self) -> (CodeId, Vec<Value>) {
        (self.code, self.stack)
    }
}

impl Machine {
    /// The instructions about generators.
    pub(super) fn generating(&mut self, program: &Program, code: &Code, instruction: Instruction) -> Result<Turn, Failure> {
        let block = Some(code.blocks[self.pc as usize - 1]);
        match instruction {
            Instruction::Generator { code: body, arguments, into } => {
                let made = self.make(program, body, arguments, false);
                let old = into.as_slot().map(|slot| self.local(slot));
                self.give(into, made);
                if let Some(old @ Value::Generator(_)) = old {
                    return Ok(self.close_dropped_by_binding(program, old).unwrap_or(Turn::On));
                }
            }
            Instruction::Next(into) => {
                let of = self.pop();
                let generator = self.own(program, of, "next")?;
                return self.send(program, generator, Value::None, Wish::Item, into);
            }
            Instruction::Send(_) if self.stack.len().checked_sub(2).is_some_and(|at| ask::is_a_pipe(program, self.stack[at])) => {
                return self.ask(program, code, instruction).map(Turn::Out);
            }
            Instruction::Close if ask::is_a_pipe(program, *self.top()) => {
                return self.ask(program, code, instruction).map(Turn::Out);
            }
            Instruction::Send(into) => {
                let value = self.pop();
                let of = self.pop();
                let generator = self.own(program, of, "send")?;
                return self.send(program, generator, value, Wish::Item, into);
            }
            Instruction::ForNext { slot, item, body } => {
                let of = self.local(slot);
                let generator = self.own(program, of, "next")?;
                return self.send(program, generator, Value::None, Wish::Turn { item, body }, Into::NOWHERE);
            }
            Instruction::Exception(name) => {
                let message = program.table.get_text(text_of(self.pop()));
                let exception = program.table.raise(&text_constant(program, code, name), &message, block);
                self.stack.push(Value::Exception(exception));
            }
            Instruction::Throw(into) => {
                let Value::Exception(exception) = self.pop() else {
                    return Err(Failure::new("TypeError", "exceptions must derive from BaseException"));
                };
                let of = self.pop();
                let generator = self.own(program, of, "throw")?;
                return self.throw(program, generator, exception, Wish::Item, into);
            }
            Instruction::Close if matches!(*self.top(), Value::Resource(_)) => {
                return self.ask(program, code, instruction).map(Turn::Out);
            }
            Instruction::Close => {
                let of = self.pop();
                let generator = self.own(program, of, "close")?;
                return self.close(program, generator, Wish::Close);
            }
            Instruction::State(into)
                if let of = *self.top()
                    && let Some(number) = self.coroutine(program, of) =>
            {
                self.pop();
                let word = program.table.text(self.coroutine_state(number))?;
                self.give(into, Value::Text(word));
            }
            Instruction::State(_) if matches!(*self.top(), Value::Task(_)) => {
                return self.ask(program, code, instruction).map(Turn::Out);
            }
            Instruction::State(into) => {
                let of = self.pop();
                let generator = self.own(program, of, "gi_frame")?;
                let word = program.table.text(self.state(generator).word())?;
                self.give(into, Value::Text(word));
            }
            Instruction::Yield(into) => {
                let value = self.pop();
                return Ok(self.come_out(program, value, into));
            }
            Instruction::Delegate => self.delegate(program)?,
            Instruction::Ask(end) => return self.ask_delegate(program, end),
            _ => unreachable!("the others are not about generators"),
        }
        Ok(Turn::On)
    }

    /// A generator of this routine that has not begun; its arguments stand on the stack.
    pub(super) fn make(&mut self, program: &Program, code: CodeId, arguments: u16, is_coroutine: bool) -> Value {
        let start = self.stack.len() - usize::from(arguments);
        let mut stack: Vec<Value> = self.stack.drain(start..).collect();
        stack.resize(program.codes[code.index()].locals.len(), UNBOUND);
        let by = (self.me(), self.block(program));
        let number = self.generated + if is_coroutine { GeneratorId::COROUTINES } else { 0 };
        self.generated += 1;
        let (deliver, handled) = (Into::NOWHERE, Value::None);
        let made = Generator { number, runs: false, code, pc: 0, stack, deliver, handled, escaped: false, made: by };
        let at = self.generators.partition_point(|other| other.number < number);
        self.generators.insert(at, made);
        Value::Generator(GeneratorId { task: self.task, number })
    }

    /// One is gone for good; a coroutine that nobody awaited is told, as of the one who made it: that may have ended long since.
    /// What it knew is given.
    pub(super) fn discard(&mut self, at: usize) -> Vec<Value> {
        let gone = self.generators.remove(at);
        if gone.number >= GeneratorId::COROUTINES {
            let (by, block) = gone.made;
            self.moments.push((by, Moment::NeverAwaited(block)));
        }
        gone.stack
    }

    /// Whatever rests when the task has ended is gone.
    pub(super) fn discard_all(&mut self) {
        while !self.generators.is_empty() {
            let _gone = self.discard(0);
        }
    }

    /// The number of a generator of this task.
    fn own(&self, program: &Program, value: Value, wanted: &str) -> Result<u32, Failure> {
        match value {
            Value::Generator(it) if it.is_coroutine() && matches!(wanted, "next" | "gi_frame") => Err(match wanted {
                "next" => Failure::new("TypeError", "'coroutine' object is not an iterator"),
                _ => Failure::new("AttributeError", "'coroutine' object has no attribute 'gi_frame'"),
            }),
            Value::Generator(generator) if generator.task == self.task => Ok(generator.number),
            Value::Generator(_) => Err(Failure::new("RuntimeError", "a generator runs only in the task that made it")),
            other => {
                let found = format::type_name(&program.table, other);
                Err(if wanted == "next" {
                    Failure::new("TypeError", format!("'{found}' object is not an iterator"))
                } else {
                    Failure::new("AttributeError", format!("'{found}' object has no attribute '{wanted}'"))
                })
            }
        }
    }

    pub(super) fn state(&self, number: u32) -> State {
        match self.place_of(number).map(|at| &self.generators[at]) {
            None => State::Closed,
            Some(it) if it.runs => State::Running,
            Some(it) if it.pc == 0 => State::Created,
            Some(_) => State::Suspended,
        }
    }

    fn send(&mut self, program: &Program, number: u32, value: Value, wish: Wish, into: Into) -> Result<Turn, Failure> {
        match self.state(number) {
            State::Running => return Err(executing()),
            State::Closed => return Ok(self.ended(program, wish, Value::None)),
            State::Created if value != Value::None => {
                return Err(Failure::new("TypeError", "can't send non-None value to a just-started generator"));
            }
            State::Created => self.enter(program, number, wish, into)?,
            State::Suspended => {
                self.enter(program, number, wish, into)?;
                self.deliver(value);
            }
        }
        Ok(Turn::On)
    }

    fn throw(&mut self, program: &Program, number: u32, exception: ExceptionId, wish: Wish, into: Into) -> Result<Turn, Failure> {
        match self.state(number) {
            State::Running => return Err(executing()),
            State::Closed => return Ok(self.raise(program, exception)),
            State::Created => {
                let at = self.place_of(number).expect("it has not ended");
                self.generators.remove(at);
                return Ok(self.raise(program, no_stop(program, exception)));
            }
            State::Suspended => self.enter(program, number, wish, into)?,
        }
        Ok(self.raise_inside(program, exception))
    }

    /// Raises in the generator just entered; one that delegates passes it on.
    fn raise_inside(&mut self, program: &Program, exception: ExceptionId) -> Turn {
        let before = self.pc as usize - 2;
        let (Instruction::Ask(end), [.., Value::Generator(inner), _]) =
            (program.codes[self.code.index()].instructions[before], self.stack.as_slice())
        else {
            return self.raise(program, exception);
        };
        let inner = inner.number;
        // As if it had just asked: what the inner one yields is yielded on.
        self.pc -= 1;
        let turn = if is_a(&program.table.get_exception(exception).name, EXIT) {
            self.close(program, inner, Wish::CloseThen(exception))
        } else {
            self.throw(program, inner, exception, Wish::Part { end }, Into::NOWHERE)
        };
        turn.unwrap_or_else(|Failure { name, message }| {
            let block = self.block(program);
            let refused = program.table.raise(name, &message, Some(block));
            self.raise(program, refused)
        })
    }

    fn close(&mut self, program: &Program, number: u32, wish: Wish) -> Result<Turn, Failure> {
        match self.state(number) {
            State::Running => return Err(executing()),
            State::Closed => {}
            State::Created => {
                let at = self.place_of(number).expect("it has not ended");
                let knew = self.generators.remove(at).stack;
                let then = match wish {
                    Wish::CloseThen(exception) => Wish::DropThen(exception),
                    _ => Wish::Drop,
                };
                if let Some(turn) = self.close_dropped_here(program, self.handles(program, &knew), then) {
                    return Ok(turn);
                }
            }
            State::Suspended => {
                self.enter(program, number, wish, Into::NOWHERE)?;
                let exit = program.table.raise(EXIT, "", None);
                return Ok(self.raise_inside(program, exit));
            }
        }
        Ok(match wish {
            Wish::CloseThen(exception) | Wish::DropThen(exception) => self.raise(program, exception),
            _ => Turn::On,
        })
    }

    /// The running generator gives a value and rests; whoever went into it goes on.
    fn come_out(&mut self, program: &Program, value: Value, deliver: Into) -> Turn {
        self.forget(program, &program.codes[self.code.index()]);
        let entry = self.go_out(deliver);
        if matches!(entry.wish, Wish::Drop | Wish::DropThen(_)) {
            self.is_over(entry);
        }
        match entry.wish {
            Wish::Item => self.deliver(value),
            Wish::Turn { item, body } => {
                self.give(item, value);
                self.pc = body;
            }
            Wish::Part { .. } => self.stack.push(value),
            Wish::Close | Wish::CloseThen(_) => {
                let block = program.codes[self.code.index()].blocks[self.pc as usize - 1];
                let ignored = program.table.raise("RuntimeError", "generator ignored GeneratorExit", Some(block));
                if let Wish::CloseThen(_) = entry.wish {
                    // The one that delegated lets go of it: if nobody else knows it, it is ended once more.
                    let its = self.stack.split_off(self.stack.len() - 2);
                    let dying = self.handles(program, &its);
                    if let Some(turn) = self.close_dropped_here(program, dying, Wish::DropThen(ignored)) {
                        return turn;
                    }
                }
                return self.raise(program, ignored);
            }
            Wish::Drop | Wish::DropThen(_) => return self.dropped(program, entry),
        }
        Turn::On
    }

    /// The frame that `entry` was kept with goes on after a generator has returned `value`. It is the running one again.
    pub(super) fn returned(&mut self, program: &Program, entry: Entry, value: Value) -> Turn {
        self.is_over(entry);
        self.handled = entry.handled;
        if matches!(entry.wish, Wish::Drop | Wish::DropThen(_)) {
            return self.dropped(program, entry);
        }
        self.ended(program, entry.wish, value)
    }

    fn ended(&mut self, program: &Program, wish: Wish, value: Value) -> Turn {
        match wish {
            Wish::Item => {
                let block = program.codes[self.code.index()].blocks[self.pc as usize - 1];
                let message = if value == Value::None { Ok(String::new()) } else { format::text(&program.table, value) };
                let message = message.unwrap_or_default();
                let raised = Raised { name: STOP.into(), message: message.as_str().into(), value, block: Some(block) };
                let stop = program.table.exception(raised);
                let stop = stop.unwrap_or_else(|_full| program.table.raise("MemoryError", "", Some(block)));
                return self.raise(program, stop);
            }
            Wish::Part { end } => {
                self.stack.truncate(self.stack.len() - 2);
                self.stack.push(value);
                self.pc = end;
            }
            Wish::Turn { .. } | Wish::Close | Wish::Drop => {}
            Wish::CloseThen(exception) | Wish::DropThen(exception) => return self.raise(program, exception),
        }
        Turn::On
    }

    /// What becomes of an exception that leaves a generator, in the frame that `entry` was kept with, which runs again.
    /// None: it was what was wanted, the frame goes on.
    pub(super) fn left(&mut self, program: &Program, entry: Entry, exception: ExceptionId) -> Option<ExceptionId> {
        self.is_over(entry);
        self.handled = entry.handled;
        let exception = no_stop(program, exception);
        let as_wanted = || is_a(&program.table.get_exception(exception).name, EXIT);
        match entry.wish {
            Wish::Drop => None,
            Wish::DropThen(under_way) => Some(under_way),
            Wish::Close if as_wanted() => None,
            Wish::CloseThen(under_way) if as_wanted() => Some(under_way),
            _ => Some(exception),
        }
    }

    /// iterable → iterable, position or None, None
    fn delegate(&mut self, program: &Program) -> Result<(), Failure> {
        let position = match *self.top() {
            Value::Generator(_) => Value::None,
            Value::List(_) => Value::Int(0),
            other => {
                let items = items(&program.table, other)?;
                *self.top() = Value::List(program.table.list(&items)?);
                Value::Int(0)
            }
        };
        self.stack.extend([position, Value::None]);
        Ok(())
    }

    /// iterable, position, what was sent → iterable, position, what to yield; or the result, and on at `end`
    fn ask_delegate(&mut self, program: &Program, end: Place) -> Result<Turn, Failure> {
        let sent = self.pop();
        let at = self.stack.len() - 2;
        match (self.stack[at], self.stack[at + 1]) {
            (Value::List(list), Value::Int(position)) => {
                if sent != Value::None {
                    return Err(Failure::new("AttributeError", "'list_iterator' object has no attribute 'send'"));
                }
                let next = usize::try_from(position).ok().and_then(|at| program.table.list_item(list, at));
                if let Some(next) = next {
                    self.stack[at + 1] = Value::Int(position + 1);
                    self.stack.push(next);
                    return Ok(Turn::On);
                }
                Ok(self.ended(program, Wish::Part { end }, Value::None))
            }
            (inner, _) => {
                let generator = self.own(program, inner, "send")?;
                self.send(program, generator, sent, Wish::Part { end }, Into::NOWHERE)
            }
        }
    }
}

fn executing() -> Failure {
    Failure::new("ValueError", "generator already executing")
}

/// PEP 479: a StopIteration does not leave a generator as such.
fn no_stop(program: &Program, exception: ExceptionId) -> ExceptionId {
    let raised = program.table.get_exception(exception);
    if &*raised.name == STOP {
        return program.table.raise("RuntimeError", "generator raised StopIteration", raised.block);
    }
    exception
}

//! Instructions that ask the world: takes what they need from the stack, checks its types, and says the effect.

use crate::effect::{Effect, Ends, Patience, Step, Work};
use crate::id::{CodeId, ResourceId, TaskId};
use crate::program::process::MOST_MESSAGE;
use crate::time::Nanos;
use crate::value::collection::Change;
use crate::value::format::{text, type_name};
use crate::value::operation::whole_index;
use crate::value::{ChildName, Failure, Table, TextId, Value};

use super::super::instruction::{ChangeKind, Daemon, Instruction, Into, Operand, TimeUse, Wait};
use super::super::{Code, Program, ResourceKind};
use super::Machine;

/// Longer names of a parent are left out of its children's: a chain of spawns must not make names without end.
const MOST_PARENT_NAME: usize = 60;

/// What an effect needs of a resource, with Python's name for it.
#[derive(Clone, Copy)]
pub(super) struct Needs(pub(super) &'static str, pub(super) fn(ResourceKind) -> bool);

const ACQUIRE: Needs = Needs("acquire", is_lock);
const RELEASE: Needs = Needs("release", is_lock);
const READ_WRITE: Needs = Needs("read", |kind| matches!(kind, ResourceKind::ReadWriteLock { .. }));
const WAIT: Needs = Needs("wait", is_waited_for);
const NOTIFY: Needs = Needs("notify", |kind| matches!(kind, ResourceKind::Condition { .. }));
const SET: Needs = Needs("set", |kind| matches!(kind, ResourceKind::Event));
const CLEAR: Needs = Needs("clear", |kind| matches!(kind, ResourceKind::Event));
const ABORT: Needs = Needs("abort", |kind| matches!(kind, ResourceKind::Barrier { .. }));
const PUT: Needs = Needs("put", is_queue);
const GET: Needs = Needs("get", is_queue);
const TASK_DONE: Needs = Needs("task_done", is_queue);
const SEND: Needs = Needs("send", is_pipe);
const RECEIVE: Needs = Needs("recv", is_pipe);
const CLOSE: Needs = Needs("close", is_pipe);
const TERMINATE: Needs = Needs("terminate", is_pool);
const REQUEST: Needs = Needs("request", |kind| matches!(kind, ResourceKind::Server { .. }));
const FILE: Needs = Needs("read", |kind| matches!(kind, ResourceKind::File { .. }));
const VALUE: Needs = Needs("value", is_shared);

fn is_lock(kind: ResourceKind) -> bool {
    use ResourceKind::{Condition, Lock, ReentrantLock, Semaphore};
    matches!(kind, Lock { .. } | ReentrantLock | Semaphore { .. } | Condition { .. })
}

fn is_waited_for(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Condition { .. } | ResourceKind::Event | ResourceKind::Barrier { .. })
}

pub(super) fn is_queue(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Queue { .. })
}

fn is_pipe(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Pipe { .. })
}

pub(super) fn is_pool(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Pool { .. })
}

/// Whether a value is a pipe's handle.
pub(super) fn is_a_pipe(program: &Program, value: Value) -> bool {
    matches!(value, Value::Resource(resource) if is_pipe(program.resources[resource.index()].kind))
}

fn is_shared(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Shared { .. })
}

fn no_attribute(table: &Table, value: Value, name: &str) -> Failure {
    Failure::new("AttributeError", format!("'{}' object has no attribute '{name}'", type_name(table, value)))
}

pub(super) fn text_constant(program: &Program, code: &Code, at: u32) -> std::sync::Arc<str> {
    let Value::Text(text) = code.constants[at as usize] else { unreachable!("this constant is a text") };
    program.table.get_text(text)
}

pub(super) fn text_of(value: Value) -> TextId {
    let Value::Text(text) = value else { unreachable!("templates make texts") };
    text
}

impl Machine {
    /// The effect that `instruction` asks for; its answer will go where the instruction says.
    pub(super) fn ask(&mut self, program: &Program, code: &Code, instruction: Instruction) -> Result<Step, Failure> {
        let mut into = Into::NOWHERE;
        let effect = match instruction {
            Instruction::Load(shared, to) => {
                into = to;
                Effect::Load(self.resource(program, shared, VALUE)?)
            }
            Instruction::Store(shared) => {
                let shared = self.resource(program, shared, VALUE)?;
                let value = self.pop();
                if program.resources[shared.index()].process.is_none() {
                    parcel(&program.table, value, Value::None)?;
                }
                Effect::Store(shared, value)
            }
            Instruction::Acquire(lock, wait, to) => {
                into = to;
                let patience = self.patience(wait);
                Effect::Acquire(program.lock_of(self.resource(program, lock, ACQUIRE)?), patience)
            }
            Instruction::Release(lock) => Effect::Release(program.lock_of(self.resource(program, lock, RELEASE)?)),
            Instruction::Enter(lock, access) => {
                Effect::Enter(self.resource(program, lock, READ_WRITE)?, access, Patience::Forever)
            }
            Instruction::Leave(lock, access) => Effect::Leave(self.resource(program, lock, READ_WRITE)?, access),
            Instruction::WaitFor(target, wait, to) => {
                into = to;
                let patience = self.patience(wait);
                Effect::Wait(self.resource(program, target, WAIT)?, patience)
            }
            Instruction::Notify(condition) => {
                let condition = self.resource(program, condition, NOTIFY)?;
                match self.pop() {
                    Value::None => Effect::Notify(condition, u64::MAX),
                    n => Effect::Notify(condition, whole(&program.table, n)?.max(0).cast_unsigned()),
                }
            }
            Instruction::SetEvent(event) => Effect::SetEvent(self.resource(program, event, SET)?),
            Instruction::ClearEvent(event) => Effect::ClearEvent(self.resource(program, event, CLEAR)?),
            Instruction::Abort(barrier) => Effect::Abort(self.resource(program, barrier, ABORT)?),
            Instruction::Put(queue, wait) => {
                let patience = self.patience(wait);
                let item = self.pop();
                let queue = self.resource(program, queue, PUT)?;
                Self::put(program, queue, item, patience, Value::None)?
            }
            Instruction::PutSized(queue, wait) => {
                let bytes = self.pop();
                let patience = self.patience(wait);
                let item = self.pop();
                let queue = self.resource(program, queue, PUT)?;
                Self::put(program, queue, item, patience, bytes)?
            }
            Instruction::SendTo(pipe) => {
                let bytes = self.pop();
                let message = self.pop();
                let pipe = self.resource(program, pipe, SEND)?;
                Effect::Send { pipe, message, bytes: parcel(&program.table, message, bytes)?, patience: Patience::Forever }
            }
            // Of what a local holds, it is seen only now that it is a pipe.
            Instruction::Send(_) => {
                let message = self.pop();
                let pipe = self.resource(program, Operand::STACK, SEND)?;
                Effect::Send { pipe, message, bytes: parcel(&program.table, message, Value::None)?, patience: Patience::Forever }
            }
            Instruction::Close if is_a_pipe(program, *self.top()) => {
                Effect::Close(self.resource(program, Operand::STACK, CLOSE)?, Ends::Both)
            }
            Instruction::Receive(pipe, to) => {
                into = to;
                Effect::Receive(self.resource(program, pipe, RECEIVE)?, Patience::Forever)
            }
            Instruction::CloseEnd(pipe, ends) => Effect::Close(self.resource(program, pipe, CLOSE)?, ends),
            Instruction::SpawnProcess { code, arguments, into: to } => {
                into = to;
                let start = self.stack.len() - usize::from(arguments);
                let list = program.table.list(&self.stack[start..])?;
                self.stack.truncate(start);
                parcel(&program.table, Value::List(list), Value::None)?;
                self.spawned += 1;
                Effect::SpawnProcess { nth: self.spawned - 1, code, arguments: list }
            }
            Instruction::RunCommand { words, into: to } => {
                into = to;
                let table = &program.table;
                let start = self.stack.len() - usize::from(words);
                let mut texts = Vec::new();
                for &word in &self.stack[start..] {
                    texts.push(Value::Text(table.text(&text(table, word)?)?));
                }
                self.stack.truncate(start);
                Effect::RunCommand(table.list(&texts)?)
            }
            Instruction::Terminate => {
                into = Into::STACK;
                match *self.top() {
                    Value::Resource(_) => Effect::TerminatePool(self.resource(program, Operand::STACK, TERMINATE)?),
                    _ => Effect::Terminate(self.pop_process(program, "terminate")?),
                }
            }
            Instruction::ExitCode => {
                into = Into::STACK;
                Effect::ExitCode(self.pop_process(program, "exitcode")?)
            }
            Instruction::ProcessNumber { parent, into: to } => {
                into = to;
                Effect::ProcessNumber { parent }
            }
            Instruction::Get(queue, wait, to) => {
                into = to;
                let patience = self.patience(wait);
                Effect::Get(self.resource(program, queue, GET)?, patience)
            }
            Instruction::AtomicAdd(shared, to) => {
                into = to;
                let shared = self.atomic(program, shared, "fetch_add")?;
                Effect::AtomicAdd(shared, self.pop())
            }
            Instruction::Update(cell, kind, to) => {
                into = to;
                let cell = self.resource(program, cell, VALUE)?;
                let with = self.pop();
                Effect::Update(cell, change(kind, with))
            }
            Instruction::Swap(shared, to) => {
                into = to;
                let shared = self.atomic(program, shared, "swap")?;
                Effect::Swap(shared, self.pop())
            }
            Instruction::CompareAndSet(shared, to) => {
                into = to;
                let shared = self.atomic(program, shared, "compare_exchange")?;
                let new = self.pop();
                Effect::CompareAndSet { shared, old: self.pop(), new }
            }
            Instruction::TaskDone(queue) => Effect::TaskDone(self.resource(program, queue, TASK_DONE)?),
            Instruction::Join(wait, to) => {
                into = to;
                self.join(program, wait)?
            }
            Instruction::Result(wait, to) => {
                into = to;
                let patience = self.patience(wait);
                Effect::Result(self.pop_future(program, "result")?, patience)
            }
            Instruction::State(to) => {
                into = to;
                Effect::State(self.pop_future(program, "state")?)
            }
            Instruction::Length => {
                into = Into::STACK;
                let Value::Resource(queue) = self.pop() else { unreachable!("other lengths are known inside the task") };
                Effect::Length(queue)
            }
            Instruction::Compute { kind, native, rounds } => {
                let amount = self.pop();
                let work = if rounds { Work::Rounds(count(&program.table, amount)?) } else { Work::Time(nanos_of(amount)) };
                Effect::Compute { work, kind, native }
            }
            Instruction::Sleep => Effect::Sleep(nanos_of(self.pop())),
            Instruction::Request(server) => Effect::Request(self.resource(program, server, REQUEST)?),
            Instruction::ReadFile(file) => Effect::ReadFile(self.resource(program, file, FILE)?),
            Instruction::WriteFile(file) => Effect::WriteFile(self.resource(program, file, FILE)?),
            Instruction::Print => Effect::Print(text_of(self.pop())),
            Instruction::Mark => Effect::Mark(text_of(self.pop())),
            Instruction::EnterRegion(region) => Effect::EnterRegion(region),
            Instruction::LeaveRegion(region) => Effect::LeaveRegion(region),
            Instruction::Measure(region, measure) => {
                into = Into::STACK;
                Effect::Measure(region, measure)
            }
            Instruction::Start => Effect::Start(self.pop_task(program, "start")?),
            Instruction::IsAlive(to) => {
                into = to;
                Effect::IsAlive(self.pop_task(program, "is_alive")?)
            }
            Instruction::Cancel(to) => {
                into = to;
                Effect::Cancel(self.pop_task(program, "cancel")?)
            }
            Instruction::Submit { .. }
            | Instruction::SubmitEach { .. }
            | Instruction::Results(..)
            | Instruction::AddCallback(_)
            | Instruction::Close => self.executor(program, instruction, &mut into)?,
            Instruction::Enumerate(to) => {
                into = to;
                Effect::Enumerate
            }
            Instruction::ActiveCount(to) => {
                into = to;
                Effect::ActiveCount
            }
            Instruction::Spawn { code, arguments, named, delayed, awaited, daemon, into: to } => {
                into = to;
                let after = if delayed { Some(nanos_of(self.pop())) } else { None };
                let name = if named { Some(self.pop()) } else { None };
                let start = self.stack.len() - usize::from(arguments);
                let list = program.table.list(&self.stack[start..])?;
                self.stack.truncate(start);
                let task = self.new_task(program, code, name.map(text_of))?;
                let daemon = match daemon {
                    Daemon::Inherit => self.daemon,
                    Daemon::Is(daemon) => daemon,
                };
                Effect::Spawn { task, code, arguments: list, daemon, after, awaited }
            }
            Instruction::YieldCpu => Effect::YieldCpu,
            Instruction::Random => {
                into = Into::STACK;
                let limit = count(&program.table, self.pop())?;
                if limit == 0 {
                    return Err(Failure::new("ValueError", "empty range for randrange()"));
                }
                Effect::Random(limit)
            }
            Instruction::Now => {
                into = Into::STACK;
                Effect::Now
            }
            _ => unreachable!("the others stay inside the task"),
        };
        if self.generated > 0 {
            self.escape_by(program, effect);
        }
        Ok(self.suspend(program, code, self.pc as usize, effect, into))
    }

    /// `nanoseconds or None`, from a number in another unit.
    pub(super) fn nanos(&mut self, program: &Program, scale: u32, used: TimeUse) -> Result<(), Failure> {
        let amount = *self.top();
        let in_nanos = match amount {
            Value::None if !matches!(used, TimeUse::Sleep | TimeUse::Compute | TimeUse::Timer) => return Ok(()),
            Value::Int(whole) => whole.checked_mul(i64::from(scale)).unwrap_or(if whole < 0 { -1 } else { i64::MAX }),
            Value::Bool(truth) => i64::from(truth) * i64::from(scale),
            Value::Float(float) if float.get().is_nan() => {
                return Err(Failure::new("ValueError", "Invalid value NaN (not a number)"));
            }
            #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is what is wanted")]
            Value::Float(float) => (float.get() * f64::from(scale)).ceil() as i64,
            _ => {
                let found = type_name(&program.table, amount);
                return Err(Failure::new("TypeError", format!("'{found}' object cannot be interpreted as an integer")));
            }
        };
        let too_small = in_nanos < 0;
        let complaint = match used {
            TimeUse::Sleep => "sleep length must be non-negative",
            TimeUse::Timer => "timer delay must be non-negative",
            TimeUse::Compute => "compute length must be non-negative",
            TimeUse::Acquire => "timeout value must be a non-negative number",
            TimeUse::Queue => "'timeout' must be a non-negative number",
            TimeUse::Join => "",
        };
        if too_small && used != TimeUse::Join {
            return Err(Failure::new("ValueError", complaint));
        }
        *self.top() = Value::Int(in_nanos.max(0));
        Ok(())
    }

    pub(super) fn patience(&mut self, wait: Wait) -> Patience {
        match wait {
            Wait::Forever => Patience::Forever,
            Wait::Never => Patience::Never,
            Wait::Timed => match self.pop() {
                Value::None => Patience::Forever,
                amount => Patience::AtMost(nanos_of(amount)),
            },
        }
    }

    pub(super) fn resource(&mut self, program: &Program, operand: Operand, needs: Needs) -> Result<ResourceId, Failure> {
        if let Some(known) = operand.as_known() {
            return Ok(known);
        }
        match self.pop() {
            Value::Resource(resource) if needs.1(program.resources[resource.index()].kind) => Ok(resource),
            other => Err(no_attribute(&program.table, other, needs.0)),
        }
    }

    fn atomic(&mut self, program: &Program, operand: Operand, name: &str) -> Result<ResourceId, Failure> {
        let shared = self.resource(program, operand, VALUE)?;
        match program.resources[shared.index()].kind {
            ResourceKind::Shared { atomic: true, .. } => Ok(shared),
            _ => Err(no_attribute(&program.table, Value::Resource(shared), name)),
        }
    }

    fn join(&mut self, program: &Program, wait: Wait) -> Result<Effect, Failure> {
        let patience = self.patience(wait);
        match self.pop() {
            Value::Task(task) => Ok(Effect::Join(task, patience)),
            Value::Resource(queue) if is_queue(program.resources[queue.index()].kind) => match patience {
                Patience::Forever => Ok(Effect::JoinQueue(queue, patience)),
                _ => Err(Failure::new("TypeError", "join of a queue takes no time-out")),
            },
            Value::Resource(pool) if is_pool(program.resources[pool.index()].kind) => match patience {
                Patience::Forever => Ok(Effect::JoinPool(pool, patience)),
                _ => Err(Failure::new("TypeError", "join of a pool takes no time-out")),
            },
            other => Err(no_attribute(&program.table, other, "join")),
        }
    }

    /// To a queue of this process, or to one across processes.
    fn put(program: &Program, queue: ResourceId, item: Value, patience: Patience, bytes: Value) -> Result<Effect, Failure> {
        if program.resources[queue.index()].process.is_some() {
            return Ok(Effect::Put(queue, item, patience));
        }
        Ok(Effect::PutAcross { queue, item, bytes: parcel(&program.table, item, bytes)?, patience })
    }

    /// A process's handle: its main thread's.
    fn pop_process(&mut self, program: &Program, name: &str) -> Result<TaskId, Failure> {
        match self.pop() {
            Value::Task(task) if program.process_behind(task).is_some() => Ok(task),
            other => Err(no_attribute(&program.table, other, name)),
        }
    }

    /// A task that keeps how it ended: any but a process, which leaves an exit code.
    pub(super) fn pop_future(&mut self, program: &Program, name: &str) -> Result<TaskId, Failure> {
        match self.pop() {
            Value::Task(task) if program.process_behind(task).is_none() => Ok(task),
            other => Err(no_attribute(&program.table, other, name)),
        }
    }

    fn pop_task(&mut self, program: &Program, name: &str) -> Result<TaskId, Failure> {
        match self.pop() {
            Value::Task(task) => Ok(task),
            other => Err(no_attribute(&program.table, other, name)),
        }
    }

    /// One more task that this one makes: called so, or by what it runs.
    pub(super) fn new_task(&mut self, program: &Program, code: CodeId, name: Option<TextId>) -> Result<TaskId, Failure> {
        let name = match name {
            Some(name) => ChildName::Given(name),
            None => ChildName::Numbered(Self::child_stem(program, self.task, &program.codes[code.index()].name)?),
        };
        let id = program.table.child(self.task, self.spawned, name)?;
        self.spawned += 1;
        Ok(id)
    }

    /// The callback of this code, which has raised something, of a task that has ended: by that one's name, without a number, since
    /// one raises or does not. It is called as the `nth`.
    pub(super) fn raised_callback(program: &Program, of: TaskId, nth: u32, code: CodeId) -> Result<TaskId, Failure> {
        let name = Self::child_stem(program, of, &program.codes[code.index()].name)?;
        Ok(program.table.child(of, nth, ChildName::Given(name))?)
    }

    /// What a task's children that run this are called by, before their numbers: `worker` of the main thread's, `producer-2.worker` of
    /// another's. Told apart without a counter that all tasks would share.
    fn child_stem(program: &Program, of: TaskId, routine: &str) -> Result<TextId, Failure> {
        let stem = match program.task(of) {
            Some(template) if template.kind == super::super::TaskKind::Main => return Ok(program.table.text(routine)?),
            _ => match program.table.task_name(of) {
                parent if parent.len() < MOST_PARENT_NAME => format!("{parent}.{routine}"),
                _ => format!("….{routine}"),
            },
        };
        Ok(program.table.text(&stem)?)
    }
}

/// How large a value is on its way to another process: as said, at least as it is.
///
/// # Errors
/// TypeError where it is or holds a handle, which means nothing there; OverflowError beyond [`MOST_MESSAGE`].
fn parcel(table: &Table, value: Value, said: Value) -> Result<u32, Failure> {
    let own = weight(table, value)?;
    let said = if said == Value::None { 0 } else { count(table, said)? };
    u32::try_from(own.max(said)).ok().filter(|&bytes| bytes <= MOST_MESSAGE).ok_or_else(|| {
        Failure::new("OverflowError", format!("a message of {} bytes is too large: at most {MOST_MESSAGE}", own.max(said)))
    })
}

/// Whether a value may go to another process.
///
/// # Errors
/// TypeError where it is or holds a handle.
pub fn crosses(table: &Table, value: Value) -> Result<(), Failure> {
    weight(table, value).map(|_bytes| ())
}

fn weight(table: &Table, value: Value) -> Result<u64, Failure> {
    let mut sum = 0;
    weigh(table, value, &mut sum)?;
    Ok(sum)
}

/// Adds what a value weighs, as it is written on its way (a tag, lengths, contents), and ends with what is too much for a message:
/// parts that are shared here are sent over and over.
fn weigh(table: &Table, value: Value, sum: &mut u64) -> Result<(), Failure> {
    *sum += match value {
        Value::None | Value::Bool(_) => 1,
        Value::Int(_) | Value::Float(_) => 9,
        Value::Text(text) => 5 + table.get_text(text).len() as u64,
        Value::List(_) => 5,
        Value::Exception(exception) => {
            let raised = table.get_exception(exception);
            13 + (raised.name.len() + raised.message.len()) as u64
        }
        Value::Task(_) | Value::Resource(_) | Value::Generator(_) => {
            return Err(Failure::new("TypeError", format!("cannot pickle '{}' object", type_name(table, value))));
        }
    };
    if *sum > u64::from(MOST_MESSAGE) {
        let told = format!("a message of {sum} bytes or more is too large: at most {MOST_MESSAGE}");
        return Err(Failure::new("OverflowError", told));
    }
    match value {
        Value::List(list) => table.get_list(list).iter().try_for_each(|&item| weigh(table, item, sum)),
        Value::Exception(exception) => weigh(table, table.get_exception(exception).value, sum),
        _ => Ok(()),
    }
}

fn nanos_of(amount: Value) -> Nanos {
    let Value::Int(nanos) = amount else { unreachable!("Nanos leaves an integer") };
    Nanos(nanos.cast_unsigned())
}

fn count(table: &Table, amount: Value) -> Result<u64, Failure> {
    u64::try_from(whole(table, amount)?).map_err(|_negative| Failure::new("ValueError", "must be non-negative"))
}

fn whole(table: &Table, amount: Value) -> Result<i64, Failure> {
    whole_index(amount).ok_or_else(|| {
        let found = type_name(table, amount);
        Failure::new("TypeError", format!("'{found}' object cannot be interpreted as an integer"))
    })
}

pub(super) fn change(kind: ChangeKind, with: Value) -> Change {
    match (kind, with) {
        (ChangeKind::Append, item) => Change::Append(item),
        (ChangeKind::Pop, place) => Change::Pop(place),
        (ChangeKind::Put, Value::List(pair)) => Change::Put(pair),
        (ChangeKind::Put, _) => unreachable!("the compiler makes the pair"),
    }
}

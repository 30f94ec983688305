//! Pipes between processes: how much is in one, who may still send and receive, and what that means to those who wait.
//! Who has begun to wait in a call goes on waiting when its process closes the end: the end is in use until the call is over, as a
//! file is for the system.

use std::collections::VecDeque;

use crate::effect::{Effect, Ends, Patience};
use crate::id::{ProcessId, ResourceId, TaskId};
use crate::program::{PipeCapacity, Program, ResourceKind};
use crate::value::{Failure, Value};

use super::perform::{Done, Gift, Rest};
use super::{Resource, World};

/// A set of processes: there are at most 128.
type Processes = u128;

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Message {
    value: Value,
    bytes: u32,
    /// Who waits until it has been taken, because it is larger than the pipe.
    sender: Option<(TaskId, ProcessId)>,
}

/// One that waits in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Caller {
    task: TaskId,
    process: ProcessId,
    end: Ends,
}

/// A pipe's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Pipe {
    messages: VecDeque<Message>,
    writers: Processes,
    readers: Processes,
    /// By number.
    callers: Vec<Caller>,
}

const fn bit(process: ProcessId) -> Processes {
    1 << (process.0 % 128)
}

impl Pipe {
    /// A process has an end from now on.
    pub(super) const fn open(&mut self, process: ProcessId, end: Ends) {
        if matches!(end, Ends::Write | Ends::Both) {
            self.writers |= bit(process);
        }
        if matches!(end, Ends::Read | Ends::Both) {
            self.readers |= bit(process);
        }
    }

    /// A process gives ends up.
    pub(super) fn close(&mut self, process: ProcessId, end: Ends) {
        if matches!(end, Ends::Write | Ends::Both) {
            self.writers &= !bit(process);
        }
        if matches!(end, Ends::Read | Ends::Both) {
            self.readers &= !bit(process);
        }
        self.desert();
    }

    /// Senders that wait for a reader who will not come find that out.
    fn desert(&mut self) {
        if self.users(Ends::Read) != 0 {
            return;
        }
        let waiting: Vec<(TaskId, ProcessId)> = self.messages.iter().filter_map(|message| message.sender).collect();
        self.messages.retain(|message| message.sender.is_none());
        for (task, process) in waiting {
            self.begin_call(Caller { task, process, end: Ends::Write });
        }
    }

    /// Who has one of the ends, be it but until a call is over.
    fn users(&self, end: Ends) -> Processes {
        let open = if end == Ends::Write { self.writers } else { self.readers };
        let callers = self.callers.iter().filter(|caller| caller.end == end);
        callers.fold(open, |users, caller| users | bit(caller.process))
    }

    fn begin_call(&mut self, caller: Caller) {
        let at = self.callers.partition_point(|other| *other < caller);
        self.callers.insert(at, caller);
    }

    /// A call is over; whether there was one.
    fn end_call(&mut self, task: TaskId) -> bool {
        let before = self.callers.len();
        self.callers.retain(|caller| caller.task != task);
        self.callers.len() < before
    }

    fn is_open(&self, process: ProcessId, end: Ends) -> bool {
        let open = if end == Ends::Write { self.writers } else { self.readers };
        open & bit(process) != 0
    }

    /// Whether a process has an end that its own end would close.
    pub(super) const fn has_end(&self, process: ProcessId) -> bool {
        (self.writers | self.readers) & bit(process) != 0
    }

    /// How many bytes are in it.
    pub(super) fn used(&self) -> u64 {
        self.messages.iter().map(|message| u64::from(message.bytes)).sum()
    }

    /// How many messages are in it.
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether a message can be sent now, be it to fail as nobody reads.
    fn has_room(&self, capacity: PipeCapacity, bytes: u32) -> bool {
        if self.users(Ends::Read) == 0 {
            return true;
        }
        match capacity {
            PipeCapacity::Messages(most) => (self.messages.len() as u64) < most,
            PipeCapacity::Bytes(most) => self.messages.is_empty() || self.used() + u64::from(bytes) <= most,
        }
    }

    /// Whether something can be received now, be it that there is nothing more.
    fn has_news(&self) -> bool {
        !self.messages.is_empty() || self.users(Ends::Write) == 0
    }

    /// One is gone; what it had not sent whole goes with it.
    pub(super) fn forget(&mut self, task: TaskId) {
        self.messages.retain(|message| message.sender.is_none_or(|(sender, _)| sender != task));
        self.end_call(task);
        self.desert();
    }

    /// What is in it, the next first.
    pub(super) fn items(&self) -> impl Iterator<Item = Value> {
        self.messages.iter().map(|message| message.value)
    }
}

impl World {
    fn pipe(&self, resource: ResourceId) -> &Pipe {
        match &self.resources[resource.index()] {
            Resource::Pipe(pipe) => pipe,
            _ => unreachable!("the machine checks what is a pipe"),
        }
    }

    pub(super) fn pipe_mut(&mut self, resource: ResourceId) -> &mut Pipe {
        match &mut self.resources[resource.index()] {
            Resource::Pipe(pipe) => pipe,
            _ => unreachable!("the machine checks what is a pipe"),
        }
    }

    fn capacity(program: &Program, pipe: ResourceId) -> PipeCapacity {
        match program.resources[pipe.index()].kind {
            ResourceKind::Pipe { capacity } => capacity,
            _ => unreachable!("the machine checks what is a pipe"),
        }
    }

    /// Whether the pipe lets what waits for that send or receive.
    pub(super) fn passes(&self, program: &Program, effect: Effect) -> bool {
        match effect {
            Effect::Send { pipe, bytes, .. } => self.pipe(pipe).has_room(Self::capacity(program, pipe), bytes),
            Effect::Receive(pipe, _) => self.pipe(pipe).has_news(),
            _ => unreachable!("only these pass a pipe"),
        }
    }

    /// Whether one that waits in a call goes on: one whose message is partly there waits until that is taken.
    pub(super) fn returns(&self, program: &Program, task: TaskId, effect: Effect) -> bool {
        let (Effect::Send { pipe, .. } | Effect::Receive(pipe, _)) = effect else { return false };
        self.pipe(pipe).callers.iter().any(|caller| caller.task == task) && self.passes(program, effect)
    }

    /// Whether one that stands before a call may begin it: to go through with it, to fail, or to wait in it, which is a step of its
    /// own where another might close the end before.
    pub(super) fn may_call(&self, program: &Program, task: TaskId, effect: Effect) -> bool {
        let (pipe, end) = match effect {
            Effect::Send { pipe, .. } => (pipe, Ends::Write),
            Effect::Receive(pipe, _) => (pipe, Ends::Read),
            _ => unreachable!("only these are calls"),
        };
        let process = self.task(task).machine.process();
        let closes = |&(closed, ends): &(ResourceId, Ends)| closed == pipe && (ends == end || ends == Ends::Both);
        let may_close = |other: TaskId| {
            let machine = &self.task(other).machine;
            let mut codes = machine.codes();
            machine.process() == process && codes.any(|code| program.codes[code.index()].may_close.iter().any(closes))
        };
        self.passes(program, effect)
            || !self.pipe(pipe).is_open(process, end)
            || self.alive().any(|other| other != task && may_close(other))
    }

    /// `send`, begun or gone on with.
    ///
    /// # Errors
    /// `BrokenPipeError` without a reader, `OSError` for an end that was closed here before.
    pub(super) fn send(
        &mut self,
        program: &Program,
        task: TaskId,
        (id, message, bytes): (ResourceId, Value, u32),
        patience: Patience,
    ) -> Result<Done, Failure> {
        let process = self.task(task).machine.process();
        let capacity = Self::capacity(program, id);
        let pipe = self.pipe_mut(id);
        let is_under_way = pipe.end_call(task);
        if !is_under_way && !pipe.is_open(process, Ends::Write) {
            return Err(Failure::new("OSError", "handle is closed"));
        }
        if !pipe.has_room(capacity, bytes) {
            if patience == Patience::Never {
                return Ok(Done::Value(Value::Bool(false)));
            }
            pipe.begin_call(Caller { task, process, end: Ends::Write });
            return Ok(Done::InLine(id));
        }
        if pipe.users(Ends::Read) == 0 {
            return Err(Failure::new("BrokenPipeError", "[Errno 32] Broken pipe"));
        }
        let partly = matches!(capacity, PipeCapacity::Bytes(most) if u64::from(bytes) > most);
        pipe.messages.push_back(Message { value: message, bytes, sender: partly.then_some((task, process)) });
        Ok(if partly { Done::InLine(id) } else { Done::Value(Value::None) })
    }

    /// `recv`, begun or gone on with.
    ///
    /// # Errors
    /// `EOFError` when it is empty and nobody can send, `OSError` for an end that was closed here before.
    pub(super) fn receive(&mut self, task: TaskId, id: ResourceId, patience: Patience, rest: &mut Rest) -> Result<Done, Failure> {
        let process = self.task(task).machine.process();
        let pipe = self.pipe_mut(id);
        let is_under_way = pipe.callers.iter().any(|caller| caller.task == task);
        if !is_under_way && !pipe.is_open(process, Ends::Read) {
            return Err(Failure::new("OSError", "handle is closed"));
        }
        if !pipe.has_news() {
            if patience == Patience::Never {
                return Err(Failure::new("Empty", ""));
            }
            pipe.begin_call(Caller { task, process, end: Ends::Read });
            return Ok(Done::InLine(id));
        }
        let message = pipe.messages.pop_front();
        pipe.end_call(task);
        pipe.desert();
        let message = message.ok_or_else(|| Failure::new("EOFError", ""))?;
        rest.given.extend(message.sender.map(|(sender, _)| (sender, Gift::Sign(Value::None))));
        Ok(Done::Value(message.value))
    }
}

//! Pipes between processes: how much is in one, who may still send and receive, and what that means to those who wait.

use std::collections::VecDeque;

use crate::effect::Ends;
use crate::id::{ProcessId, TaskId};
use crate::program::PipeCapacity;
use crate::value::{Failure, Value};

/// A set of processes: there are at most 128.
type Processes = u128;

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Message {
    value: Value,
    bytes: u32,
    /// Who waits until it has been taken, because it is larger than the pipe.
    sender: Option<TaskId>,
}

/// A pipe's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Pipe {
    messages: VecDeque<Message>,
    writers: Processes,
    readers: Processes,
}

/// What came of sending.
pub(super) enum Sent {
    /// It is in the pipe.
    Whole,
    /// A part of it is; the rest follows when it is taken.
    Partly,
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

    /// A process gives ends up. Gives the senders that wait for a reader who will not come.
    pub(super) fn close(&mut self, process: ProcessId, end: Ends) -> Vec<TaskId> {
        if matches!(end, Ends::Write | Ends::Both) {
            self.writers &= !bit(process);
        }
        if matches!(end, Ends::Read | Ends::Both) {
            self.readers &= !bit(process);
        }
        if self.readers != 0 {
            return Vec::new();
        }
        let waiting: Vec<TaskId> = self.messages.iter().filter_map(|message| message.sender).collect();
        self.messages.retain(|message| message.sender.is_none());
        waiting
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

    /// Whether a message can be sent now, be it to fail.
    pub(super) fn takes(&self, capacity: PipeCapacity, process: ProcessId, bytes: u32) -> bool {
        if self.readers == 0 || self.writers & bit(process) == 0 {
            return true;
        }
        match capacity {
            PipeCapacity::Messages(most) => (self.messages.len() as u64) < most,
            PipeCapacity::Bytes(most) => self.messages.is_empty() || self.used() + u64::from(bytes) <= most,
        }
    }

    /// Sends what it takes.
    ///
    /// # Errors
    /// `BrokenPipeError` without a reader, `OSError` for an end that was closed here.
    pub(super) fn send(
        &mut self,
        capacity: PipeCapacity,
        (task, process): (TaskId, ProcessId),
        value: Value,
        bytes: u32,
    ) -> Result<Sent, Failure> {
        if self.writers & bit(process) == 0 {
            return Err(Failure::new("OSError", "handle is closed"));
        }
        if self.readers == 0 {
            return Err(Failure::new("BrokenPipeError", "[Errno 32] Broken pipe"));
        }
        let partly = matches!(capacity, PipeCapacity::Bytes(most) if u64::from(bytes) > most);
        self.messages.push_back(Message { value, bytes, sender: partly.then_some(task) });
        Ok(if partly { Sent::Partly } else { Sent::Whole })
    }

    /// Whether something can be received now, be it that there is nothing more.
    pub(super) fn gives(&self, process: ProcessId) -> bool {
        !self.messages.is_empty() || self.writers == 0 || self.readers & bit(process) == 0
    }

    /// Receives, with the sender who has waited for that.
    ///
    /// # Errors
    /// `EOFError` when it is empty and nobody can send, `OSError` for an end that was closed here.
    pub(super) fn receive(&mut self, process: ProcessId) -> Result<(Value, Option<TaskId>), Failure> {
        if self.readers & bit(process) == 0 {
            return Err(Failure::new("OSError", "handle is closed"));
        }
        let message = self.messages.pop_front().ok_or_else(|| Failure::new("EOFError", ""))?;
        Ok((message.value, message.sender))
    }

    /// A sender is gone; what it had not sent whole goes with it.
    pub(super) fn forget(&mut self, task: TaskId) {
        self.messages.retain(|message| message.sender != Some(task));
    }

    /// What is in it, the next first.
    pub(super) fn items(&self) -> impl Iterator<Item = Value> {
        self.messages.iter().map(|message| message.value)
    }
}

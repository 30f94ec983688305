//! What is done to queues, and which of it frees those that wait there: a put frees no other that puts.

use std::collections::BTreeMap;

use super::instruction::{Instruction, Operand};
use super::{Code, Program, ResourceKind};
use crate::id::{BlockId, ResourceId};

/// What is done to a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueueAct {
    /// An item goes in.
    Put,
    /// One comes out.
    Get,
    /// One is told to be done.
    TaskDone,
}

impl QueueAct {
    /// What an instruction does, and to which queue.
    pub(super) const fn of(instruction: Instruction) -> Option<(Self, Operand)> {
        match instruction {
            Instruction::Put(queue, _) | Instruction::PutSized(queue, _) => Some((Self::Put, queue)),
            Instruction::Get(queue, ..) => Some((Self::Get, queue)),
            Instruction::TaskDone(queue) => Some((Self::TaskDone, queue)),
            _ => None,
        }
    }
}

/// By block, what frees whoever waits there for a queue.
pub(super) fn awaited(codes: &[Code]) -> BTreeMap<BlockId, QueueAct> {
    let frees = |instruction: Instruction| match instruction {
        Instruction::Join(..) => Some(QueueAct::TaskDone),
        _ => match QueueAct::of(instruction)?.0 {
            QueueAct::Put => Some(QueueAct::Get),
            QueueAct::Get => Some(QueueAct::Put),
            QueueAct::TaskDone => None,
        },
    };
    let each = codes.iter().flat_map(|code| code.instructions.iter().zip(&code.blocks));
    each.filter_map(|(&instruction, &block)| Some((block, frees(instruction)?))).collect()
}

impl Program {
    /// What frees one that waits at `block` for a queue; none for other resources, which whatever is done to them may free.
    #[must_use]
    pub fn frees(&self, block: BlockId, resource: ResourceId) -> Option<QueueAct> {
        let is_queue = matches!(self.resources.get(resource.index())?.kind, ResourceKind::Queue { .. });
        self.queue_waits.get(&block).copied().filter(|_| is_queue)
    }
}

impl Code {
    /// What it may do to queues; `apart` from what the event loops do that it runs.
    #[must_use]
    pub fn queue_acts(&self, apart: bool) -> &[(ResourceId, QueueAct)] {
        if apart { &self.queue_acts_apart } else { &self.queue_acts }
    }
}

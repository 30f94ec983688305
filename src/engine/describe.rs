//! What is known of a program's tasks, resources and processes before its first step, as a trace tells it.

use crate::id::TaskId;
use crate::program::{PipeCapacity, Program, ResourceKind, ResourceTemplate};
use crate::trace::store::{ResourceInfo, TaskInfo};

/// The declared tasks. Those there is only room for are told when they are made.
pub(super) fn tasks(program: &Program) -> impl Iterator<Item = (TaskId, TaskInfo)> {
    let declared = program.tasks.iter().enumerate().filter(|(_, task)| !program.processes[task.process.index()].spawned);
    declared.map(|(at, task)| {
        let (name, kind) = (task.name.clone(), task.kind.word().to_owned());
        (TaskId::from_index(at), TaskInfo { name, kind, parent: None, block: task.block, daemon: task.daemon })
    })
}

/// Every resource.
pub(super) fn resources(program: &Program) -> Vec<ResourceInfo> {
    let info = |resource: &ResourceTemplate| ResourceInfo {
        name: resource.name.clone(),
        class: super::class_of(resource.kind),
        block: resource.block,
        capacity: capacity_of(resource.kind),
    };
    program.resources.iter().map(info).collect()
}

/// How much a resource holds, where that is limited.
const fn capacity_of(kind: ResourceKind) -> Option<u64> {
    match kind {
        ResourceKind::Pool { workers, .. } => Some(workers),
        ResourceKind::Queue { capacity, .. } => capacity,
        ResourceKind::Pipe { capacity: PipeCapacity::Bytes(most) | PipeCapacity::Messages(most) } => Some(most),
        ResourceKind::Semaphore { permits, bounded: true } => Some(permits),
        _ => None,
    }
}

//! Which resources a body may release, put into or take from, itself or through what it calls, starts or spawns.
//! A handle that is computed may be any resource of the kind.

use std::collections::BTreeSet;

use crate::id::{CodeId, ResourceId};

use super::super::instruction::{Instruction, Operand};
use super::super::{Code, ResourceKind, ResourceTemplate, TaskTemplate};

pub(super) fn find(codes: &mut [Code], tasks: &[TaskTemplate], resources: &[ResourceTemplate]) {
    let startable: Vec<CodeId> = tasks.iter().filter(|task| !task.starts).map(|task| task.code).collect();
    let mut own: Vec<BTreeSet<ResourceId>> = Vec::new();
    let mut onward: Vec<BTreeSet<CodeId>> = Vec::new();
    for code in codes.iter() {
        let (mut releases, mut runs) = (BTreeSet::new(), BTreeSet::new());
        for instruction in &code.instructions {
            match *instruction {
                Instruction::Release(operand) => add(&mut releases, operand, resources, is_lock),
                Instruction::Put(operand, _) | Instruction::Get(operand, ..) | Instruction::TaskDone(operand) => {
                    add(&mut releases, operand, resources, is_queue);
                }
                Instruction::Call { code, .. } | Instruction::Spawn { code, .. } | Instruction::Generator { code, .. } => {
                    runs.insert(code);
                }
                Instruction::Start => runs.extend(&startable),
                _ => {}
            }
        }
        own.push(releases);
        onward.push(runs);
    }
    // Until nothing changes: a body may do what those it runs may do.
    loop {
        let mut changed = false;
        for at in 0..codes.len() {
            for next in onward[at].clone() {
                let more: Vec<ResourceId> = own[next.index()].difference(&own[at]).copied().collect();
                changed |= !more.is_empty();
                own[at].extend(more);
            }
        }
        if !changed {
            break;
        }
    }
    for (code, releases) in codes.iter_mut().zip(own) {
        code.may_release = releases.into_iter().collect();
    }
}

fn is_lock(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Lock { .. } | ResourceKind::Semaphore { .. })
}

fn is_queue(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Queue { .. })
}

fn add(to: &mut BTreeSet<ResourceId>, operand: Operand, resources: &[ResourceTemplate], of: fn(ResourceKind) -> bool) {
    if let Some(resource) = operand.as_known() {
        to.insert(resource);
    } else {
        let all = resources.iter().enumerate().filter(|(_, resource)| of(resource.kind));
        to.extend(all.map(|(at, _)| ResourceId::from_index(at)));
    }
}

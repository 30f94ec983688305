//! Data races, found where two tasks stand before accesses that nothing orders.

use super::super::sight::plain_access;
use super::Teller;
use crate::engine::world::World;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::Program;
use crate::time::Nanos;
use crate::trace::store::{Awaited, Finding, FindingKind, Wait};

impl Teller {
    /// Whether what a task is about to do conflicts with what another is about to do.
    pub(super) fn race(&mut self, program: &Program, world: &World, task: TaskId, now: Nanos) {
        let Some((mine, block)) = world.pending(task) else { return };
        let Some((shared, writes)) = plain_access(program, mine) else { return };
        if self.found.contains(&(FindingKind::Race, vec![shared.0])) {
            return;
        }
        // Whoever stands before an access has come to it in some step, and was noted then.
        let before = self.before.entry(shared).or_default();
        before.retain(|&other| world.is_alive(other) && stands_before(program, world, other, shared).is_some());
        let other = before.iter().filter(|&&other| other != task).find_map(|&other| {
            let (also_writes, block) = stands_before(program, world, other, shared)?;
            (writes || also_writes).then_some((other, block))
        });
        before.insert(task);
        if let Some(other) = other {
            let on = Awaited::Resource(shared);
            let wait = |(task, block)| Wait { task, block: Some(block), on, helpers: Vec::new() };
            let waits = [(task, block), other].map(wait).into();
            self.found.insert((FindingKind::Race, vec![shared.0]));
            self.findings.push(Finding { kind: FindingKind::Race, at: now, waits });
        }
    }
}

/// Whether a task is about to access a plain `shared`, list or dict, to write it or not, and at which block.
fn stands_before(program: &Program, world: &World, task: TaskId, shared: ResourceId) -> Option<(bool, BlockId)> {
    let (effect, block) = world.pending(task)?;
    let (same, writes) = plain_access(program, effect)?;
    (same == shared).then_some((writes, block))
}

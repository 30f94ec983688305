//! Data races, found where two tasks stand before accesses that nothing orders.

use super::super::sight::plain_access;
use super::Teller;
use crate::engine::world::World;
use crate::id::TaskId;
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
        let other = world.alive().filter(|&other| other != task).find_map(|other| {
            let (theirs, block) = world.pending(other)?;
            let (same, also_writes) = plain_access(program, theirs)?;
            (same == shared && (writes || also_writes)).then_some((other, block))
        });
        if let Some(other) = other {
            let on = Awaited::Resource(shared);
            let wait = |(task, block)| Wait { task, block: Some(block), on, helpers: Vec::new() };
            let waits = [(task, block), other].map(wait).into();
            self.found.insert((FindingKind::Race, vec![shared.0]));
            self.findings.push(Finding { kind: FindingKind::Race, at: now, waits });
        }
    }
}

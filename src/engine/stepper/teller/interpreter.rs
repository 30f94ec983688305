//! What is told of the interpreter lock: who has it from when to when, and for how long others wanted it.

use super::Teller;
use crate::engine::world::World;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;

impl Teller {
    /// A task has the interpreter lock; what it waited for before may have been another lock, which it does not have yet.
    pub(super) fn entered(&mut self, world: &World, now: Nanos, at: (TaskId, BlockId), lock: ResourceId) {
        let wanted = self.resources[lock.index()].waiting.contains(&at.0);
        let life = self.tasks.of(at.0);
        let asked = life.asked.take();
        if wanted {
            life.counters.wanted += asked.map_or(Nanos::ZERO, |asked| now.since(asked));
            life.asked = asked;
        }
        self.acquired(world, now, at, lock);
        if !wanted {
            self.tasks.of(at.0).asked = asked;
        }
    }

    pub(super) fn left(&mut self, world: &World, now: Nanos, at: (TaskId, BlockId), lock: ResourceId) {
        let held = now.since(self.resources[lock.index()].held_since);
        self.tasks.of(at.0).counters.held += held;
        self.released(world, now, at, lock);
    }
}

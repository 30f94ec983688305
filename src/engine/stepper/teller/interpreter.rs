//! What is told of the interpreter lock: who has it from when to when, and for how long others wanted it.

use super::Teller;
use crate::engine::world::World;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::store::TaskState;

impl Teller {
    /// A task has the interpreter lock; what it waited for before may have been another lock, which it does not have yet.
    pub(super) fn entered(&mut self, world: &World, now: Nanos, at: (TaskId, BlockId), lock: ResourceId) {
        let wanted = self.resources[lock.index()].waiting.contains(&at.0);
        let life = self.tasks.of(at.0);
        life.inside = Some(now);
        let asked = life.asked.take();
        if wanted {
            life.counters.wanted += asked.map_or(Nanos::ZERO, |asked| now.since(asked));
            life.asked = asked;
            life.become_state(TaskState::Running, now);
        }
        self.acquired(world, now, at, lock);
        if !wanted {
            self.tasks.of(at.0).asked = asked;
        }
    }

    pub(super) fn left(&mut self, world: &World, now: Nanos, at: (TaskId, BlockId), lock: ResourceId) {
        let life = self.tasks.of(at.0);
        life.counters.held += life.inside.take().map_or(Nanos::ZERO, |inside| now.since(inside));
        self.released(world, now, at, lock);
    }
}

//! What an event loop asks of the world: to begin, to end, to rest until one of its coroutines' wishes can be fulfilled. Which of its
//! coroutines goes on then is the machine's business.

use crate::effect::{Effect, Patience};
use crate::id::{ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::value::Failure;

use super::task::{Pending, Task};
use super::{Resource, World};

impl World {
    pub(super) fn open_loop(&mut self, task: TaskId, id: ResourceId) -> Result<(), Failure> {
        let served = self.served_mut(id);
        if served.by.is_some() {
            return Err(Failure::new("RuntimeError", "This event loop is already running"));
        }
        (served.by, served.closed) = (Some(task), false);
        Ok(())
    }

    /// The first wish of the task's coroutines that can be fulfilled.
    pub(super) fn fulfillable(&self, program: &Program, task: &Task) -> Option<usize> {
        task.machine.wishes().position(|wish| self.is_fulfillable(program, task.id, wish))
    }

    pub(super) fn is_fulfillable(&self, program: &Program, task: TaskId, wish: Effect) -> bool {
        match wish {
            Effect::Acquire(resource, _) => match &self.resources[resource.index()] {
                Resource::Lock(lock) => lock.owner.is_none(),
                Resource::Reentrant(lock) => lock.is_free_for(task),
                Resource::Semaphore(semaphore) => semaphore.permits > 0,
                _ => false,
            },
            Effect::TakeSign(id, _) => self.has_sign(task, id),
            Effect::Put(queue, ..) => match program.resources[queue.index()].kind {
                ResourceKind::Queue { capacity: Some(capacity), .. } => (self.queue(queue).len() as u64) < capacity,
                _ => true,
            },
            Effect::Get(queue, _) => self.queue(queue).len() > 0,
            Effect::JoinQueue(queue, _) => self.queue(queue).unfinished == 0,
            Effect::Enter(lock, access, _) => self.lets_in(program, lock, access),
            Effect::JoinPool(pool, _) => self.pool(pool).lets_join(),
            Effect::Results(jobs, _) => self.unreturned(program, jobs).is_none_or(|job| self.task(job).ended().is_some()),
            Effect::Send { .. } | Effect::Receive(..) => self.passes(program, wish),
            Effect::PutAcross { queue, item, bytes, .. } => {
                self.can(program, task, Effect::PutAcross { queue, item, bytes, patience: Patience::Forever })
            }
            Effect::Join(other, _) | Effect::Result(other, _) => self.find(other).is_none_or(|other| other.ended().is_some()),
            _ => false,
        }
    }

    /// Whether it is about a task that is none of the world's: a coroutine, which only its own loop knows.
    pub(super) fn is_strange(&self, effect: Effect) -> bool {
        let about = match effect {
            Effect::Start(task)
            | Effect::IsAlive(task)
            | Effect::State(task)
            | Effect::Cancel(task)
            | Effect::AddCallback(task, _) => Some(task),
            _ => effect.touches().and_then(Result::err),
        };
        about.is_some_and(|task| self.find(task).is_none_or(|task| task.is_coroutine))
    }

    /// Whether a task is an event loop with nothing to do.
    #[must_use]
    pub fn idles(&self, task: TaskId) -> bool {
        matches!(self.task(task).pending, Pending::Ask(Effect::Rest(patience), _) if patience != Patience::Never)
    }
}

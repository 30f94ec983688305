//! The steps of waiting for a sign and giving one, and of entering a readers-writer lock: what happens to the tasks in line and
//! to the lock of a condition.

use crate::effect::{Access, Effect};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::{Prefer, Program, ResourceKind};
use crate::value::Failure;

use super::lock::Asked;
use super::perform::{Done, Gift, Rest};
use super::rwlock::ReadWrite;
use super::signal::Condition;
use super::task::Pending;
use super::{Resource, World};

impl World {
    /// How many outcomes a `notify` has.
    pub(super) fn ways(&self, program: &Program, task: TaskId, condition: ResourceId, count: u64) -> u64 {
        if self.holds(task, program.lock_of(condition)) { self.condition(condition).ways(count) } else { 1 }
    }

    /// The first step of a wait on a condition: lets the lock go and stands in line.
    pub(super) fn wait(
        &mut self,
        program: &Program,
        task: TaskId,
        condition: ResourceId,
        rest: &mut Rest,
    ) -> Result<Done, Failure> {
        let lock = program.lock_of(condition);
        if !self.holds(task, lock) {
            return Err(Failure::new("RuntimeError", "cannot wait on un-acquired lock"));
        }
        let depth = self.depth(lock);
        rest.given.extend(self.let_go(program, task, lock)?.map(|next| (next, Gift::Lock)));
        rest.let_go = Some(lock);
        self.condition_mut(condition).line.push((task, depth));
        Ok(Done::InLine(condition))
    }

    /// A wait on a condition ends otherwise than by `notify`: its task wants the lock back.
    pub(super) fn retakes(&mut self, program: &Program, condition: ResourceId, at: usize, block: BlockId, notified: bool) {
        let task = self.tasks[at].id;
        let depth = self.condition_mut(condition).leave(task);
        self.wants_back(program, condition, (task, depth), block, notified);
    }

    /// One that was taken out of the line wants the lock back.
    pub(super) fn wants_back(
        &mut self,
        program: &Program,
        condition: ResourceId,
        (task, depth): (TaskId, u32),
        block: BlockId,
        notified: bool,
    ) {
        let at = self.position(task);
        let lock = program.lock_of(condition);
        self.tasks[at].pending = Pending::Ask(Effect::Retake { lock, depth, notified }, block);
    }

    /// The second step: false if it stands in line for the lock.
    pub(super) fn retake(&mut self, task: TaskId, lock: ResourceId, depth: u32) -> bool {
        match &mut self.resources[lock.index()] {
            Resource::Reentrant(lock) => {
                (lock.owner, lock.depth) = (Some(task), depth);
                true
            }
            Resource::Lock(lock) => matches!(lock.acquire(task, true), Asked::Had),
            _ => unreachable!("the compiler checks what guards a condition"),
        }
    }

    /// Whether the task holds the lock.
    pub(super) fn holds(&self, task: TaskId, lock: ResourceId) -> bool {
        self.owner(lock) == Some(task)
    }

    /// How often its owner holds the lock.
    #[must_use]
    pub fn depth(&self, lock: ResourceId) -> u32 {
        match &self.resources[lock.index()] {
            Resource::Reentrant(lock) => lock.depth,
            _ => u32::from(self.owner(lock).is_some()),
        }
    }

    /// Lets a lock go that the task holds, however often; who is given it.
    fn let_go(&mut self, program: &Program, task: TaskId, lock: ResourceId) -> Result<Option<TaskId>, Failure> {
        if let Resource::Reentrant(lock) = &mut self.resources[lock.index()] {
            lock.depth = 1;
        }
        self.release(program, task, lock)
    }

    /// A task enters a readers-writer lock: false if it stands in line.
    pub(super) fn enter(&mut self, program: &Program, task: TaskId, lock: ResourceId, access: Access) -> bool {
        let (lock, prefer) = self.read_write(program, lock);
        lock.enter(prefer, task, access)
    }

    /// Whether one that stands in line may go in now.
    pub(super) fn may_enter(&self, program: &Program, task: TaskId, lock: ResourceId, access: Access) -> bool {
        match (&self.resources[lock.index()], program.resources[lock.index()].kind) {
            (Resource::ReadWrite(lock), ResourceKind::ReadWriteLock { prefer }) => lock.may_enter(prefer, task, access),
            _ => unreachable!("the machine checks what is entered"),
        }
    }

    /// One that stands in line goes in.
    pub(super) fn goes_in(&mut self, task: TaskId, lock: ResourceId, access: Access) {
        let Resource::ReadWrite(lock) = &mut self.resources[lock.index()] else {
            unreachable!("the machine checks what is entered")
        };
        lock.goes_in(task, access);
    }

    /// A task leaves; who is let in by that.
    pub(super) fn leave_lock(&mut self, program: &Program, task: TaskId, lock: ResourceId, access: Access) -> Vec<TaskId> {
        let (lock, prefer) = self.read_write(program, lock);
        lock.leave(prefer, task, access)
    }

    fn read_write(&mut self, program: &Program, lock: ResourceId) -> (&mut ReadWrite, Prefer) {
        match (&mut self.resources[lock.index()], program.resources[lock.index()].kind) {
            (Resource::ReadWrite(lock), ResourceKind::ReadWriteLock { prefer }) => (lock, prefer),
            _ => unreachable!("the machine checks what is entered"),
        }
    }

    /// Everybody in line at a barrier, which is broken from now on.
    pub(super) fn break_barrier(&mut self, barrier: ResourceId) -> Vec<(TaskId, Gift)> {
        let Resource::Barrier(barrier) = &mut self.resources[barrier.index()] else { unreachable!("it is a barrier") };
        barrier.broken = true;
        std::mem::take(&mut barrier.line).into_iter().map(|task| (task, Gift::Broken)).collect()
    }

    fn condition(&self, condition: ResourceId) -> &Condition {
        match &self.resources[condition.index()] {
            Resource::Condition(condition) => condition,
            _ => unreachable!("the machine checks what is a condition"),
        }
    }

    pub(super) fn condition_mut(&mut self, condition: ResourceId) -> &mut Condition {
        match &mut self.resources[condition.index()] {
            Resource::Condition(condition) => condition,
            _ => unreachable!("the machine checks what is a condition"),
        }
    }
}

//! The steps of waiting for a sign and giving one, and of entering a readers-writer lock: what happens to the tasks in line and
//! to the lock of a condition.

use crate::effect::{Access, Effect};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::{Prefer, Program, ResourceKind};
use crate::value::{Failure, Value};

use super::lock::Asked;
use super::perform::{Done, Gift, Rest};
use super::rwlock::ReadWrite;
use super::signal::{self, Condition};
use super::task::Pending;
use super::{Record, Resource, What, World};

impl World {
    /// A coroutine of the task stands in line in the name of its loop.
    pub(super) fn stand_aside(
        &mut self,
        program: &Program,
        task: TaskId,
        id: ResourceId,
        rest: &mut Rest,
    ) -> Result<Value, Failure> {
        if let (Resource::Barrier(barrier), ResourceKind::Barrier { parties }) =
            (&mut self.resources[id.index()], program.resources[id.index()].kind)
        {
            if barrier.broken {
                return Err(signal::broken());
            }
            let (place, last) = barrier.come(parties);
            if !last {
                barrier.aside.push((task, place));
                return Ok(Value::None);
            }
            let came = barrier.open().into_iter();
            rest.given.extend(came.map(|(other, place)| (other, Gift::Sign(Value::Int(place.cast_signed())))));
            return Ok(Value::Int(place.cast_signed()));
        }
        if let Resource::Event(event) = &mut self.resources[id.index()] {
            if event.set {
                return Ok(Value::Bool(true));
            }
            event.aside.join(task);
            return Ok(Value::None);
        }
        let lock = program.lock_of(id);
        if !self.holds(task, lock) {
            return Err(Failure::new("RuntimeError", "cannot wait on un-acquired lock"));
        }
        let depth = self.depth(lock);
        rest.given.extend(self.let_go(program, task, lock)?.map(|next| (next, Gift::Lock)));
        rest.others.push(Record { task, block: self.task(task).standing(), what: What::LetGo(lock) });
        self.condition_mut(id).line.push((task, 0));
        Ok(Value::Int(depth.into()))
    }

    /// Whether there is a sign for a coroutine of the task; it is taken.
    pub(super) fn take_sign(&mut self, task: TaskId, id: ResourceId) -> Result<Value, Failure> {
        match &mut self.resources[id.index()] {
            Resource::Condition(condition) => match condition.signs.iter().position(|&of| of == task) {
                Some(at) => {
                    condition.signs.remove(at);
                    Ok(Value::Bool(true))
                }
                None => Ok(Value::Bool(false)),
            },
            Resource::Barrier(barrier) => match barrier.signs.iter().position(|&(of, _)| of == task) {
                Some(at) => Ok(Value::Int(barrier.signs.remove(at).1.cast_signed())),
                None if barrier.broken => Err(signal::broken()),
                None => Ok(Value::Bool(false)),
            },
            Resource::Event(event) => Ok(Value::Bool(event.aside.take_sign(task))),
            _ => unreachable!("a coroutine stands aside at these"),
        }
    }

    /// Whether there is one.
    pub(super) fn has_sign(&self, task: TaskId, id: ResourceId) -> bool {
        match &self.resources[id.index()] {
            Resource::Condition(condition) => condition.signs.contains(&task),
            Resource::Event(event) => event.aside.has_sign(task),
            Resource::Barrier(barrier) => barrier.broken || barrier.signs.iter().any(|&(of, _)| of == task),
            _ => false,
        }
    }

    /// A coroutine of the task leaves the line; a sign that has come for it goes to another.
    pub(super) fn leave_aside(
        &mut self,
        program: &Program,
        task: TaskId,
        (of, late, behind): (ResourceId, bool, u32),
        rest: &mut Rest,
    ) {
        if let Resource::Event(event) = &mut self.resources[of.index()] {
            return event.aside.leave(task, behind);
        }
        if let Resource::Barrier(barrier) = &mut self.resources[of.index()] {
            if let Some(at) = barrier.aside.iter().rposition(|&(other, _)| other == task) {
                barrier.aside.remove(at);
            } else if let Some(at) = barrier.signs.iter().position(|&(other, _)| other == task) {
                barrier.signs.remove(at);
            }
            if late {
                rest.given.extend(self.break_barrier(of));
            }
            return;
        }
        let condition = self.condition_mut(of);
        if let Some(at) = condition.line.iter().rposition(|&entry| entry == (task, 0)) {
            condition.line.remove(at);
            return;
        }
        let Some(at) = condition.signs.iter().position(|&other| other == task) else { return };
        condition.signs.remove(at);
        for woken in self.condition_mut(of).wake(1, 0) {
            if woken.1 == 0 {
                self.condition_mut(of).signs.push(woken.0);
                continue;
            }
            let block = self.task(woken.0).standing();
            rest.others.push(Record { task: woken.0, block, what: What::Woken(of) });
            self.wants_back(program, of, woken, block, true);
        }
    }

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
    pub(super) fn lets_in(&self, program: &Program, lock: ResourceId, access: Access) -> bool {
        match (&self.resources[lock.index()], program.resources[lock.index()].kind) {
            (Resource::ReadWrite(lock), ResourceKind::ReadWriteLock { prefer }) => lock.lets_in(prefer, access),
            _ => unreachable!("the machine checks what is entered"),
        }
    }

    /// Whether one that stands in line may go in by itself.
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
        barrier.aside.clear();
        std::mem::take(&mut barrier.line).into_iter().map(|(task, _)| (task, Gift::Broken)).collect()
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

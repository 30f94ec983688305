//! What the interpreter lock means for schedules: only its holder takes steps, it may change hands where the holder stands at a
//! check point, and whoever waits is without it meanwhile. How long a waiter waits before it asks is no question here: a switch may
//! come at any check point (CPython, `Python/ceval_gil.c`).

use crate::effect::Effect;
use crate::id::{ResourceId, TaskId};
use crate::program::{LockAlgorithm, Program, ResourceKind};

use super::task::{Pending, Task};
use super::{How, Record, Resource, What, World};

/// Whether doing it is always done without the lock.
const fn is_outside(effect: Effect) -> bool {
    matches!(
        effect,
        Effect::Sleep(_)
            | Effect::Request(_)
            | Effect::ReadFile(_)
            | Effect::WriteFile(_)
            | Effect::YieldCpu
            | Effect::RunCommand(_)
            | Effect::Compute { native: true, .. }
    )
}

/// Whether a task that cannot do it burns CPU, with the lock, rather than wait.
fn spins(program: &Program, effect: Effect) -> bool {
    let Effect::Acquire(lock, _) = effect else { return false };
    let kind = program.resources[lock.index()].kind;
    matches!(kind, ResourceKind::Lock { algorithm: LockAlgorithm::Spin | LockAlgorithm::Ticket, .. })
}

impl World {
    /// Who has the interpreter lock.
    pub(super) fn interpreter_holder(&self, lock: ResourceId) -> Option<TaskId> {
        match self.resources[lock.index()] {
            Resource::Interpreter(holder) => holder,
            _ => unreachable!("a program's interpreter lock is one"),
        }
    }

    fn set_interpreter_holder(&mut self, lock: ResourceId, holder: Option<TaskId>) {
        self.resources[lock.index()] = Resource::Interpreter(holder);
    }

    /// The interpreter lock that a task must have for its next step; none where there is no such lock, or it goes on without it.
    pub(super) fn needed_interpreter(program: &Program, task: &Task) -> Option<ResourceId> {
        let inside = matches!(task.pending, Pending::Ask(..) | Pending::Busy(_) | Pending::Over(..)) && !task.outside;
        program.interpreter(task.machine.process()).filter(|_| inside)
    }

    /// What the task may do next, as far as the interpreter lock lets it.
    pub(super) fn turn_of(&self, program: &Program, task: &Task) -> Option<How> {
        let Some(lock) = Self::needed_interpreter(program, task) else { return self.turn_inside(program, task) };
        if !self.may_take_interpreter(program, lock, task.id) {
            return None;
        }
        match task.pending {
            Pending::Ask(effect, _) if is_outside(effect) => Some(How::Go),
            Pending::Ask(effect, _) if !self.can(program, task.id, effect) => {
                // Taking the lock only to find that one must wait, and to wait without it.
                if spins(program, effect) { self.turn_inside(program, task) } else { Some(How::Go) }
            }
            _ => self.turn_inside(program, task),
        }
    }

    /// Whether the task needs the interpreter lock for its next step.
    #[must_use]
    pub fn is_under_interpreter(&self, program: &Program, task: TaskId) -> bool {
        Self::needed_interpreter(program, self.task(task)).is_some()
    }

    fn may_take_interpreter(&self, program: &Program, lock: ResourceId, task: TaskId) -> bool {
        let Some(holder) = self.interpreter_holder(lock) else { return true };
        let other = self.task(holder);
        let spinning = |effect| spins(program, effect) && !self.can(program, holder, effect);
        holder == task || other.at_check_point || matches!(other.pending, Pending::Ask(effect, _) if spinning(effect))
    }

    /// The interpreter lock, if the task wants it for its next step and another has it.
    #[must_use]
    pub fn wants_interpreter(&self, program: &Program, task: TaskId) -> Option<ResourceId> {
        let wanting = self.task(task);
        let lock = Self::needed_interpreter(program, wanting)?;
        let spinning =
            matches!(wanting.pending, Pending::Ask(effect, _) if spins(program, effect) && !self.can(program, task, effect));
        (!spinning && self.interpreter_holder(lock).is_some_and(|holder| holder != task)).then_some(lock)
    }

    /// Before a step of the task at a position: it takes the interpreter lock, if it needs it. True if that was the whole step,
    /// because it waits from here on.
    pub(super) fn enter_interpreter(&mut self, program: &Program, at: usize, records: &mut Vec<Record>) -> bool {
        let Some(lock) = Self::needed_interpreter(program, &self.tasks[at]) else { return false };
        let task = self.tasks[at].id;
        let block = self.tasks[at].machine.block(program);
        let holder = self.interpreter_holder(lock);
        if holder != Some(task) {
            if let Some(other) = holder {
                let block = self.task(other).machine.block(program);
                records.push(Record { task: other, block, what: What::LeftInterpreter(lock) });
            }
            records.push(Record { task, block, what: What::EnteredInterpreter(lock) });
            self.set_interpreter_holder(lock, Some(task));
        }
        self.leave_interpreter(program, at, records)
    }

    /// The task at a position lets the interpreter lock go, if it has it and cannot use it any more. True if it now waits outside.
    pub(super) fn leave_interpreter(&mut self, program: &Program, at: usize, records: &mut Vec<Record>) -> bool {
        let Some(lock) = program.interpreter(self.tasks[at].machine.process()) else { return false };
        let id = self.tasks[at].id;
        if self.interpreter_holder(lock) != Some(id) {
            return false;
        }
        let (leaves, waits) = match self.tasks[at].pending {
            Pending::Ask(effect, _) if is_outside(effect) => (true, true),
            Pending::Ask(effect, _) if self.can(program, id, effect) => (false, false),
            Pending::Ask(effect, _) => (true, !spins(program, effect)),
            Pending::InLine(..) => (true, true),
            Pending::Leaving(..) | Pending::Ended(_) | Pending::Queued(..) | Pending::Looped { .. } => (true, false),
            Pending::New | Pending::Busy(_) | Pending::Over(..) => (false, false),
        };
        if leaves {
            self.tasks[at].outside = waits;
            self.give_interpreter_back(program, at, records);
        }
        waits
    }

    /// The task at a position is about to leave its process, or has no more use for the interpreter lock there.
    pub(super) fn give_interpreter_back(&mut self, program: &Program, at: usize, records: &mut Vec<Record>) {
        let machine = &self.tasks[at].machine;
        let (task, block) = (self.tasks[at].id, machine.block(program));
        if let Some(lock) = program.interpreter(machine.process())
            && self.interpreter_holder(lock) == Some(task)
        {
            records.push(Record { task, block, what: What::LeftInterpreter(lock) });
            self.set_interpreter_holder(lock, None);
        }
    }
}

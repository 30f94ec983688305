//! Coroutines that wait for a sign: `await wait` of a condition, of an event and at a barrier. Each stands in the line of the resource in the name
//! of its loop, beside the threads, and in a line of its loop, whose order is that of asyncio's (Lib/asyncio/locks.py). After a
//! condition it takes the lock back, whatever came: also one that was cancelled.

use crate::effect::{Effect, Outcome, Patience, Step};
use crate::id::ResourceId;
use crate::program::{Program, ResourceKind};
use crate::value::Value;

use super::super::{Host, Machine, Turn};
use super::coroutine::Back;
use super::ending::is_cancellation;
use super::{Asked, Number};

impl Machine {
    /// What gives the sign that a coroutine is to wait for. For a condition or a barrier across processes its loop waits.
    pub(super) fn sign_waited_for(program: &Program, effect: Effect) -> Option<ResourceId> {
        let Effect::Wait(id, _) = effect else { return None };
        let resource = &program.resources[id.index()];
        (resource.kind == ResourceKind::Event || resource.process.is_some()).then_some(id)
    }

    pub(super) fn stand_aside(&mut self, program: &Program, effect: Effect, id: ResourceId) -> Turn {
        self.event_loop().asked = Asked::Aside(effect);
        Turn::Out(Step::Perform(Effect::StandAside(id), self.block(program)))
    }

    /// The engine has put the running coroutine's loop in line, or told why not.
    pub(super) fn stood_aside(&mut self, host: &mut impl Host, program: &Program, effect: Effect, outcome: Outcome) -> Turn {
        let (Effect::Wait(id, patience), Outcome::Value(value)) = (effect, outcome) else {
            return self.go_on(host, program, outcome);
        };
        let it = self.event_loop();
        let number = it.current.expect("a coroutine has asked");
        if let ResourceKind::Condition { lock, .. } = program.resources[id.index()].kind {
            let depth = if let Value::Int(depth) = value { u32::try_from(depth).unwrap_or(1) } else { 1 };
            it.task_mut(number).set_back(Some(Back { lock, depth, outcome: None }));
            it.wake_line(Effect::Acquire(lock, Patience::Forever), 1);
            (0..depth).for_each(|_| self.gave(lock));
        } else if value != Value::None {
            // The event is set; or it came last to the barrier, and all others go on.
            if let Value::Int(_) = value {
                it.wake_line(Effect::TakeSign(id, Patience::Forever), usize::MAX);
            }
            return self.go_on(host, program, outcome);
        }
        self.stand_in_line(number, Effect::TakeSign(id, patience));
        self.park(program, number);
        self.next(host, program)
    }

    /// One that stood aside is late, or was cancelled: it leaves the line.
    pub(super) fn leave_aside(&mut self, program: &Program, number: Number, of: ResourceId, arrived: Outcome) -> Turn {
        let behind = self.event_loop().behind(number);
        let woken = self.event_loop().leave_line(number);
        self.enter_coroutine(number);
        self.event_loop().asked = Asked::Left { of, woken, arrived };
        let late = !is_cancellation(program, arrived);
        Turn::Out(Step::Perform(Effect::LeaveLine { of, late, behind }, self.block(program)))
    }

    /// It has left it.
    pub(super) fn left_line(
        &mut self,
        host: &mut impl Host,
        program: &Program,
        (of, woken, arrived): (ResourceId, bool, Outcome),
    ) -> Turn {
        let late = !is_cancellation(program, arrived);
        let most = match program.resources[of.index()].kind {
            // A sign that had come for it is another's: asyncio from 3.13 on. In 3.11 it was lost (gh-112202).
            ResourceKind::Condition { .. } if woken => 1,
            // It is broken now.
            ResourceKind::Barrier { .. } if late => usize::MAX,
            _ => 0,
        };
        self.event_loop().wake_line(Effect::TakeSign(of, Patience::Forever), most);
        self.go_on_with_lock(host, program, arrived)
    }

    /// Cancelled while it takes the lock back: it takes it, and is cancelled then.
    pub(super) fn cancelled_taking_back(&mut self, program: &Program, number: Number, arrived: Outcome) -> Option<Turn> {
        let it = self.event_loop();
        let back = it.task_mut(number).back()?;
        back.outcome = Some(arrived);
        let lock = back.lock;
        if it.leave_line(number) {
            it.wake_line(Effect::Acquire(lock, Patience::Forever), 1);
        }
        self.enter_coroutine(number);
        Some(self.attempt(program, number, Effect::Acquire(lock, Patience::Forever)))
    }

    /// The running coroutine goes on with the engine's answer; one that has a lock to take back does that first.
    pub(super) fn go_on_with_lock(&mut self, host: &mut impl Host, program: &Program, outcome: Outcome) -> Turn {
        let it = self.event_loop();
        let number = it.current.expect("the running coroutine was answered");
        let task = it.task_mut(number);
        let Some(back) = task.back() else { return self.go_on(host, program, outcome) };
        match back.outcome {
            None => back.outcome = Some(outcome),
            Some(_) => back.depth -= 1,
        }
        let (lock, came_to) = (back.lock, back.outcome.expect("it was set above"));
        if back.depth == 0 {
            task.set_back(None);
            return self.go_on(host, program, came_to);
        }
        let turn = self.attempt(program, number, Effect::Acquire(lock, Patience::Forever));
        if self.event_loop().is_idle() { self.next(host, program) } else { turn }
    }
}

//! Coroutines in line for what only one at a time can have: a lock, an item, room, an event. First come, first served, as asyncio's
//! (Lib/asyncio/locks.py, queues.py). Who is woken tries again: a thread may have been quicker.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::effect::{Access, Effect, Moment, Outcome, Patience, Step, Waited};
use crate::id::ResourceId;
use crate::program::{Prefer, Program, ResourceKind};
use crate::value::Value;

use super::super::Machine;
use super::coroutine::Again;
use super::waits::{SERVED, WOKEN, Waits};
use super::{Asked, EventLoop, Number};

/// The lines, by what is wished in them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Lines {
    by_wish: BTreeMap<Effect, Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Line {
    /// Those who have not been woken, the next first.
    waiting: VecDeque<Number>,
    /// Those who have been and have not tried again.
    woken: VecDeque<Number>,
    /// Those in either who have been cancelled and stand there until their turn comes.
    cancelled: BTreeSet<Number>,
    /// How often somebody was to be woken while all had been: so many permits lie there for those who come until they have tried.
    spare: u32,
}

/// Takes one out of a line: of many that are woken, late or cancelled together it is the first that is asked for.
fn take(line: &mut VecDeque<Number>, number: Number) -> bool {
    let place = line.iter().position(|&other| other == number);
    place.and_then(|place| line.remove(place)).is_some()
}

/// Whether it has come for all who wish it when it has come for one.
const fn is_end(wish: Effect) -> bool {
    matches!(wish, Effect::Join(..) | Effect::Result(..) | Effect::Results(..))
}

impl Line {
    /// Whether somebody stands in it who has not been cancelled.
    fn is_awaited(&self) -> bool {
        self.waiting.len() + self.woken.len() > self.cancelled.len()
    }
}

impl Lines {
    /// What somebody in line wishes who has not been woken yet.
    pub(super) fn wishes(&self) -> impl Iterator<Item = Effect> {
        self.by_wish.iter().filter(|(_, line)| !line.waiting.is_empty()).map(|(&wish, _)| wish)
    }

    /// Whether somebody waits for the end of what is not the loop's.
    pub(super) fn await_ends(&self) -> bool {
        self.wishes().any(is_end)
    }
}

impl Effect {
    /// It, without what does not matter to those who wait for the same.
    pub(super) const fn wish(self) -> Self {
        match self {
            Self::Acquire(on, _) => Self::Acquire(on, Patience::Forever),
            Self::TakeSign(on, _) => Self::TakeSign(on, Patience::Forever),
            Self::Put(on, ..) => Self::Put(on, Value::None, Patience::Forever),
            Self::Get(on, _) => Self::Get(on, Patience::Forever),
            Self::JoinQueue(on, _) => Self::JoinQueue(on, Patience::Forever),
            Self::Join(task, _) => Self::Join(task, Patience::Forever),
            Self::Result(task, _) => Self::Result(task, Patience::Forever),
            Self::Results(jobs, _) => Self::Results(jobs, Patience::Forever),
            Self::PutAcross { queue, bytes, .. } => {
                Self::PutAcross { queue, item: Value::None, bytes, patience: Patience::Forever }
            }
            Self::Send { pipe, bytes, .. } => Self::Send { pipe, message: Value::None, bytes, patience: Patience::Forever },
            other => other,
        }
    }

    /// It, done at once or not at all.
    pub(super) const fn at_once(self) -> Self {
        match self {
            Self::Acquire(on, _) => Self::Acquire(on, Patience::Never),
            Self::TakeSign(on, _) => Self::TakeSign(on, Patience::Never),
            Self::Put(on, item, _) => Self::Put(on, item, Patience::Never),
            Self::Get(on, _) => Self::Get(on, Patience::Never),
            Self::JoinQueue(on, _) => Self::JoinQueue(on, Patience::Never),
            Self::Join(task, _) => Self::Join(task, Patience::Never),
            Self::Result(task, _) => Self::Result(task, Patience::Never),
            Self::Results(jobs, _) => Self::Results(jobs, Patience::Never),
            Self::Enter(lock, access, _) => Self::Enter(lock, access, Patience::Never),
            Self::JoinPool(pool, _) => Self::JoinPool(pool, Patience::Never),
            Self::PutAcross { queue, item, bytes, .. } => Self::PutAcross { queue, item, bytes, patience: Patience::Never },
            Self::Send { pipe, message, bytes, .. } => Self::Send { pipe, message, bytes, patience: Patience::Never },
            Self::Receive(pipe, _) => Self::Receive(pipe, Patience::Never),
            other => other,
        }
    }
}

impl EventLoop {
    /// Whether others stand in line before it.
    pub(super) fn must_stand_in_line(&self, program: &Program, effect: Effect) -> bool {
        let kind = |of: ResourceId| program.resources[of.index()].kind;
        let line = |wish: Effect| self.lines.by_wish.get(&wish).is_some_and(Line::is_awaited);
        match effect {
            Effect::Acquire(lock, patience) => {
                let in_order = matches!(kind(lock), ResourceKind::Lock { .. } | ResourceKind::Semaphore { .. });
                in_order && patience != Patience::Never && line(effect.wish())
            }
            Effect::Enter(lock, access, _) => {
                let [reads, writes] =
                    [Access::Read, Access::Write].map(|access| line(Effect::Enter(lock, access, Patience::Forever)));
                match (kind(lock), access) {
                    (ResourceKind::ReadWriteLock { prefer: Prefer::Fair }, _) => reads || writes,
                    (ResourceKind::ReadWriteLock { prefer: Prefer::Readers }, Access::Write) => reads,
                    (ResourceKind::ReadWriteLock { prefer: Prefer::Writers }, Access::Read) => writes,
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// One is cancelled, or late: it is out of its line, unless it stands there until its turn comes.
    pub(super) fn gives_up_line(&mut self, program: &Program, number: Number) {
        if !self.keeps_its_place(program, number) {
            self.leave_line(number);
        } else if let Waits::Line(effect) = &self.task(number).waits
            && let wish = effect.wish()
            && let Some(line) = self.lines.by_wish.get_mut(&wish)
        {
            line.cancelled.insert(number);
        }
    }

    /// Whether one that is cancelled stands in its line until its turn comes: a lock's, so that what is released meanwhile wakes
    /// nobody else (asyncio's `Lock._wake_up_first`, which looks at the first only), and an event's, since engines do not tell those
    /// of a loop apart.
    fn keeps_its_place(&self, program: &Program, number: Number) -> bool {
        let Waits::Line(effect) = &self.task(number).waits else { return false };
        match **effect {
            Effect::Acquire(of, _) => matches!(program.resources[of.index()].kind, ResourceKind::Lock { .. }),
            Effect::TakeSign(of, _) => program.resources[of.index()].kind == ResourceKind::Event,
            _ => false,
        }
    }

    /// How many stand before it in its line.
    pub(super) fn behind(&self, number: Number) -> u32 {
        let Waits::Line(effect) = &self.task(number).waits else { return 0 };
        let Some(line) = self.lines.by_wish.get(&effect.wish()) else { return 0 };
        let before = line.woken.iter().chain(&line.waiting).take_while(|&&other| other != number).count();
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// It is out of the line it stands in, if it does; whether it had been woken.
    pub(super) fn leave_line(&mut self, number: Number) -> bool {
        let Waits::Line(effect) = &self.task(number).waits else { return false };
        let wish = effect.wish();
        let Some(line) = self.lines.by_wish.get_mut(&wish) else { return false };
        line.cancelled.remove(&number);
        let woken = take(&mut line.woken, number);
        if !woken {
            take(&mut line.waiting, number);
        }
        if line.waiting.is_empty() && line.woken.is_empty() {
            self.lines.by_wish.remove(&wish);
        }
        woken
    }

    /// The first so many who have not been woken try again when their turn comes.
    pub(super) fn wake_line(&mut self, wish: Effect, most: usize) {
        self.wake_line_with(wish, most, WOKEN);
    }

    /// One that was woken has taken what it was woken for: the next is, if there is more (asyncio's `Semaphore.acquire`).
    fn wake_for_spare(&mut self, taken: Effect) {
        let wish = taken.wish();
        if let Some(line) = self.lines.by_wish.get_mut(&wish)
            && let Some(left) = line.spare.checked_sub(1)
        {
            line.spare = left;
            self.wake_line(wish, 1);
        }
    }

    fn wake_line_with(&mut self, wish: Effect, most: usize, arrived: Outcome) {
        for _ in 0..most {
            let Some(line) = self.lines.by_wish.get_mut(&wish) else { return };
            let Some(number) = line.waiting.pop_front() else {
                line.spare += u32::from(matches!(wish, Effect::Acquire(..)));
                return;
            };
            line.woken.push_back(number);
            self.arrives(number, arrived);
        }
    }
}

impl Machine {
    /// The event loop that it runs.
    #[must_use]
    pub fn loop_run(&self) -> Option<ResourceId> {
        self.event_loop.as_ref().map(|it| it.placed)
    }

    /// What would free its coroutines: what an engine looks for while their loop rests.
    pub fn wishes(&self) -> impl Iterator<Item = Effect> {
        self.event_loop.iter().flat_map(|it| it.lines.wishes())
    }

    pub(super) fn stand_in_line(&mut self, number: Number, effect: Effect) {
        let it = self.event_loop();
        let line = &mut it.lines.by_wish.entry(effect.wish()).or_default().waiting;
        let task = &mut it.tasks[number as usize];
        task.waits = Waits::Line(Box::new(effect));
        if let Some(Again { timer }) = task.take_again() {
            // In a lock's line one keeps its place, in a queue's it does not.
            if matches!(effect, Effect::Acquire(..) | Effect::TakeSign(..) | Effect::Enter(..)) {
                line.push_front(number);
            } else {
                line.push_back(number);
            }
            if let Some(due) = timer {
                it.keep_timer(number, due);
            }
            return;
        }
        line.push_back(number);
        if let Patience::AtMost(length) = effect.patience() {
            it.set_timer(number, length);
        }
    }

    /// Whether the running coroutine tries to take what others of the loop stand in line for: they are first, and it goes on.
    pub(in crate::program::machine) fn is_refused(&mut self, program: &Program, step: Step) -> bool {
        let Step::Perform(effect @ Effect::Acquire(lock, Patience::Never), _) = step else { return false };
        let Some(it) = self.event_loop.as_mut().filter(|it| it.asked == Asked::Effect(effect)) else { return false };
        let refused = it.must_stand_in_line(program, Effect::Acquire(lock, Patience::Forever));
        if refused {
            it.asked = Asked::Nothing;
            self.deliver(Value::Bool(false));
        }
        refused
    }

    /// The running coroutine has tried something, and it was done.
    pub(super) fn tried(&mut self, effect: Effect) {
        let it = self.event_loop();
        if let Some(number) = it.current
            && it.task_mut(number).take_again().is_some()
        {
            self.event_loop().wake_for_spare(effect);
            self.has_waited(number, effect, Waited::Served);
        }
    }

    /// One that stood in line does no more.
    pub(super) fn has_waited(&mut self, number: Number, effect: Effect, how: Waited) {
        let task = self.event_loop().task(number);
        let (id, told) = (task.id, !task.is_no_task());
        if let (Some(Ok(of)), true) = (effect.touches(), told) {
            self.moments.push((id, Moment::Waited(of, how)));
        }
    }

    /// The engine has seen that a wish can be fulfilled.
    pub(super) fn fulfilled(&mut self, wish: usize) {
        let it = self.event_loop();
        let found = it.lines.wishes().nth(wish);
        if let Some(wish) = found {
            it.wake_line(wish, if is_end(wish) { usize::MAX } else { 1 });
        }
    }

    /// Whether what was tried could not be done at once.
    pub(super) fn was_refused(&self, program: &Program, effect: Effect, outcome: Outcome) -> bool {
        match (effect, outcome) {
            (
                Effect::Acquire(..)
                | Effect::TakeSign(..)
                | Effect::Join(..)
                | Effect::JoinQueue(..)
                | Effect::JoinPool(..)
                | Effect::Enter(..)
                | Effect::Send { .. },
                Outcome::Value(value),
            ) => value == Value::Bool(false),
            (
                Effect::Get(..)
                | Effect::Receive(..)
                | Effect::Put(..)
                | Effect::PutAcross { .. }
                | Effect::Result(..)
                | Effect::Results(..),
                Outcome::Raise(exception),
            ) => {
                let raised = program.table.get_exception(exception);
                let name = match effect {
                    Effect::Get(..) | Effect::Receive(..) => "Empty",
                    Effect::Put(..) | Effect::PutAcross { .. } => "Full",
                    _ => "TimeoutError",
                };
                &*raised.name == name && raised.message.is_empty() && raised.block == Some(self.block(program))
            }
            _ => false,
        }
    }

    /// The running coroutine has taken this in the name of its loop.
    fn took(&mut self, of: ResourceId) {
        let it = self.event_loop();
        let Some(number) = it.current else { return };
        *it.holds.entry((of, number)).or_default() += 1;
        let (id, told) = (it.task(number).id, !it.task(number).is_no_task());
        self.moments.extend(told.then_some((id, Moment::Took(of))));
    }

    /// It gives back what it has, or what another has: a lock is a token.
    pub(super) fn gave(&mut self, of: ResourceId) {
        let it = self.event_loop();
        let Some(number) = it.current else { return };
        let first = || it.holds.range((of, 0)..=(of, Number::MAX)).next().map(|(&(_, by), _)| by);
        let Some(by) = (if it.holds.contains_key(&(of, number)) { Some(number) } else { first() }) else { return };
        let often = it.holds.get_mut(&(of, by)).expect("it was just found");
        *often -= 1;
        if *often == 0 {
            it.holds.remove(&(of, by));
        }
        let id = it.task(by).id;
        self.moments.push((id, Moment::Gave(of)));
    }

    /// A coroutine of the loop has done something that others in line may have waited for.
    pub(super) fn has_done(&mut self, effect: Effect, outcome: Outcome) {
        if matches!(outcome, Outcome::Raise(_)) {
            return;
        }
        match effect {
            Effect::Acquire(of, _) if outcome == Outcome::Value(Value::Bool(true)) => self.took(of),
            Effect::Enter(of, ..) if outcome != Outcome::Value(Value::Bool(false)) => self.took(of),
            Effect::Release(of) | Effect::Leave(of, _) => self.gave(of),
            _ => {}
        }
        let it = self.event_loop();
        match effect {
            Effect::Result(task, _) | Effect::Join(task, _) if outcome != Outcome::Value(Value::Bool(false)) => {
                if let Some(at) = it.threads.iter().position(|&thread| thread == task) {
                    it.threads.swap_remove(at);
                }
            }
            Effect::Release(lock) => it.wake_line(Effect::Acquire(lock, Patience::Forever), 1),
            Effect::Leave(lock, _) => {
                it.wake_line(Effect::Enter(lock, Access::Write, Patience::Forever), 1);
                it.wake_line(Effect::Enter(lock, Access::Read, Patience::Forever), usize::MAX);
            }
            Effect::Send { pipe, .. } => it.wake_line(Effect::Receive(pipe, Patience::Forever), 1),
            Effect::Put(queue, ..) => it.wake_line(Effect::Get(queue, Patience::Forever), 1),
            Effect::Get(queue, _) => it.wake_line(Effect::Put(queue, Value::None, Patience::Forever), 1),
            Effect::Notify(condition, count) => {
                let most = usize::try_from(count).unwrap_or(usize::MAX);
                it.wake_line(Effect::TakeSign(condition, Patience::Forever), most);
            }
            Effect::Wait(on, _) | Effect::Abort(on) | Effect::SetEvent(on) => {
                it.wake_line(Effect::TakeSign(on, Patience::Forever), usize::MAX);
            }
            Effect::TaskDone(queue) if outcome == SERVED => it.all_done(queue),
            _ => {}
        }
    }
}

impl EventLoop {
    /// The last item has been marked done: whoever joins the queue goes on, whatever is put until its turn comes (asyncio's
    /// `Queue.join`, which looks once).
    fn all_done(&mut self, queue: ResourceId) {
        self.wake_line_with(Effect::JoinQueue(queue, Patience::Forever), usize::MAX, SERVED);
    }
}

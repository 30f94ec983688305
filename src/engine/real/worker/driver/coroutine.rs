//! Event loops on their threads: what they rest for, and what becomes known of their coroutines. Who goes next the machine decides.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::super::yard::Resource;
use super::{Driver, mail};
use crate::effect::{Effect, Ending, Moment, Outcome, Patience, Progress, Rests, Waited};
use crate::engine::real::message::Made;
use crate::engine::real::resource::across::Side;
use crate::engine::real::task::all::{Phase, Task};
use crate::engine::real::task::context::Cut;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::log::Kind;
use crate::engine::real::transport::segment::{Head, TaskSlot, resource, station, task};
use crate::engine::real::transport::state::{self, Looped, Target};
use crate::engine::real::wait::waiter::End;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::ResourceKind;
use crate::program::machine::Machine;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};
use crate::value::{ExceptionId, Failure, ListId, Value};

/// What other processes do rings no bell here: it is looked for so often.
const LOOK_AFTER: Nanos = Nanos(1_000_000);
/// Whoever looks for deadlocks sees from the run's own process alone whether a bell has rung. Loops of others look by themselves, often
/// enough to have looked twice between two looks of his, so that he knows that nothing has come.
const LOOK_SELDOM: Nanos = Nanos(5_000_000);
/// With more wishes than this they do not, which would take too long.
const MOST_LOOKED_FOR: usize = 1_000;

/// What a loop rests for.
pub(super) struct Rest {
    of: ResourceId,
    wishes: Vec<Effect>,
}

impl Rest {
    pub(super) fn of(machine: &Machine) -> Self {
        Self { of: machine.loop_run().expect("only a loop rests"), wishes: machine.wishes().collect() }
    }
}

impl Driver {
    pub(super) fn open_loop(&mut self, id: ResourceId) -> Result<Value, Failure> {
        let (by, segment) = (self.context.task, self.yard.frame.segment);
        let tell = |job: TaskId| {
            if let Some(slot) = segment.task(job.index()) {
                slot[task::LOOPED].store(Looped::By(Some(by)).word(), Relaxed);
            }
        };
        match self.resource(id) {
            Resource::EventLoop(inbox) if inbox.open(by, tell) => {
                let runs = Looped::Runs { event_loop: id, at: self.context.block() };
                self.context.slot[task::LOOPED].store(runs.word(), Relaxed);
                Ok(self.now(Value::None))
            }
            _ => Err(Failure::new("RuntimeError", "This event loop is already running")),
        }
    }

    pub(super) fn close_loop(&mut self, id: ResourceId) -> Value {
        if let Resource::EventLoop(inbox) = self.resource(id) {
            for job in inbox.close() {
                mail::settle(self.yard, &job, Ending::Cancelled);
            }
        }
        self.context.slot[task::LOOPED].store(Looped::No.word(), Relaxed);
        self.now(Value::None)
    }

    /// Whether an effect is about a coroutine that another loop runs: only its own knows it.
    pub(super) fn is_strange(&self, effect: Effect) -> bool {
        let (Effect::Start(about)
        | Effect::IsAlive(about)
        | Effect::State(about)
        | Effect::Cancel(about)
        | Effect::AddCallback(about, _)
        | Effect::Join(about, _)
        | Effect::Result(about, _)) = effect
        else {
            return false;
        };
        match self.yard.program.task(about) {
            Some(template) => template.kind.is_looped(),
            None => self.yard.tasks.get(about).is_none(),
        }
    }

    /// Waits until a wish of the machine's coroutines can be fulfilled, or time is over.
    ///
    /// # Errors
    /// When the run ends.
    pub(super) fn rest(&mut self, rest: &Rest, patience: Patience, block: BlockId) -> Result<Outcome, Cut> {
        self.context.step(block);
        let wishes = &rest.wishes;
        let begin = self.yard.frame.clock.now();
        let deadline = match patience {
            Patience::Forever => None,
            Patience::AtMost(length) => Some(begin + length),
            Patience::Never => Some(begin),
        };
        let looks = self.looks_after(wishes);
        let found = loop {
            if let Some(by) = self.context.calls.as_mut().and_then(|calls| calls.next()) {
                break Value::Task(by);
            }
            if let Some(mail) = self.take_mail(rest.of) {
                break mail;
            }
            let now = self.yard.frame.clock.now();
            let found = wishes.iter().position(|&wish| self.is_fulfillable(wish));
            if found.is_some() || deadline.is_some_and(|deadline| deadline <= now) {
                break found.and_then(|wish| i64::try_from(wish).ok()).map_or(Value::None, Value::Int);
            }
            let comes = deadline.is_some() || self.context.is_calling();
            let (timed, how) = if comes { (true, TaskState::Sleeping) } else { (false, TaskState::Blocked) };
            self.context.slot[task::ASKED].store(now.0, Relaxed);
            self.context.begin(Awaited::Resource(rest.of), timed, how, true);
            let bell = &self.yard.bell;
            bell.listen(&self.context.waiter);
            if self.has_mail(rest.of) || wishes.iter().any(|&wish| self.is_fulfillable(wish)) {
                bell.leave(&self.context.waiter);
                self.context.end_wait();
                continue;
            }
            self.tell_maps();
            self.context.leave_interpreter();
            let end = match looks {
                Some(after) => self.look_on(wishes, after, deadline),
                None => self.context.park(deadline),
            };
            self.context.part(end, |waiter| bell.leave(waiter))?;
            self.context.check()?;
        };
        let now = self.context.stamp();
        let waited = if self.context.counts() { now.since(begin).0 } else { 0 };
        self.context.step_done(now, waited);
        Ok(Outcome::Value(found))
    }

    /// After how long one that rests looks whether what is wished has come, if it does before a bell rings.
    fn looks_after(&self, wishes: &[Effect]) -> Option<Nanos> {
        if wishes.iter().any(|wish| self.is_across(*wish)) {
            return Some(LOOK_AFTER);
        }
        let is_seen = self.yard.process == ProcessId::MAIN;
        (!is_seen && (1..=MOST_LOOKED_FOR).contains(&wishes.len())).then_some(LOOK_SELDOM)
    }

    /// Parks, and looks meanwhile whether others have done in passing what is wished. A look in vain leaves it as it stood.
    fn look_on(&mut self, wishes: &[Effect], after: Nanos, deadline: Option<Nanos>) -> Option<End> {
        loop {
            let look = self.yard.frame.clock.now() + after;
            let until = deadline.map_or(look, |deadline| deadline.min(look));
            let end = self.context.park(Some(until));
            let now = self.yard.frame.clock.now();
            if end.is_some() || now < until || deadline.is_some_and(|deadline| deadline <= now) {
                return end;
            }
            if self.yard.frame.control.orders().stop() || wishes.iter().any(|&wish| self.is_fulfillable(wish)) {
                return None;
            }
            state::add(&self.context.slot[task::SIDE], 1);
        }
    }

    fn has_mail(&self, event_loop: ResourceId) -> bool {
        matches!(self.resource(event_loop), Resource::EventLoop(inbox) if inbox.has_mail())
    }

    fn is_across(&self, wish: Effect) -> bool {
        use Resource::{AcrossEvent, AcrossQueue, AcrossToken, Pipe};
        let Some(Ok(resource)) = wish.touches() else { return false };
        matches!(self.resource(resource), AcrossToken(_) | AcrossEvent(_) | AcrossQueue(_) | Pipe(_))
    }

    fn is_fulfillable(&self, wish: Effect) -> bool {
        match wish {
            Effect::Join(other, _) | Effect::Result(other, _) => {
                self.yard.tasks.get(other).is_none_or(|other| other.phase() == Phase::Ended)
            }
            Effect::Acquire(id, _) => match self.resource(id) {
                Resource::Lock(lock) => lock.is_free(),
                Resource::Reentrant(lock) => lock.is_up_for_taking() || lock.is_held_by(self.context.task),
                Resource::Semaphore(semaphore) => semaphore.is_free(),
                Resource::AcrossToken(_) => self.yard.station(id).load(station::COUNT) > 0,
                _ => false,
            },
            Effect::TakeSign(id, _) => match self.resource(id) {
                Resource::Condition(condition) => condition.has_sign(self.context.task),
                Resource::Barrier(barrier) => barrier.has_sign(self.context.task),
                Resource::Event(event) => event.has_sign(self.context.task),
                Resource::AcrossEvent(event) => event.has_sign(self.context.task),
                _ => false,
            },
            Effect::Get(id, _) => match self.resource(id) {
                Resource::Queue(queue) => queue.len() > 0,
                Resource::AcrossQueue(queue) => queue.len() > 0,
                _ => false,
            },
            Effect::Put(id, ..) => match (self.resource(id), self.yard.program.resources[id.index()].kind) {
                (Resource::Queue(queue), ResourceKind::Queue { capacity: Some(capacity), .. }) => (queue.len() as u64) < capacity,
                _ => true,
            },
            Effect::Enter(id, access, _) => matches!(self.resource(id), Resource::ReadWrite(lock) if lock.lets_in(access)),
            Effect::JoinPool(id, _) => matches!(self.resource(id), Resource::Pool(executor) if executor.lets_join()),
            Effect::Results(jobs, _) => self.have_returned(jobs),
            Effect::Send { pipe, bytes, .. } => matches!(self.resource(pipe), Resource::Pipe(pipe) if pipe.takes(bytes)),
            Effect::Receive(id, _) => matches!(self.resource(id), Resource::Pipe(pipe) if pipe.moves(Side::Take)),
            Effect::PutAcross { queue, .. } => match (self.resource(queue), self.yard.program.resources[queue.index()].kind) {
                (Resource::AcrossQueue(queue), ResourceKind::Queue { capacity: Some(capacity), .. }) => queue.len() < capacity,
                _ => true,
            },
            Effect::JoinQueue(id, _) => matches!(self.resource(id), Resource::Queue(queue) if queue.unfinished() == 0),
            _ => false,
        }
    }

    /// Whether `map` goes on: all of these have returned, or the first that has not never will.
    fn have_returned(&self, jobs: ListId) -> bool {
        self.unreturned(jobs).is_none_or(|job| matches!(job.progress(), Progress::Ended(_)))
    }

    /// The first of several jobs that has not returned.
    fn unreturned(&self, jobs: ListId) -> Option<Arc<Task>> {
        let list = self.yard.program.table.get_list(jobs);
        let task = |job: &Value| if let Value::Task(job) = *job { self.yard.tasks.get(job) } else { None };
        list.iter().filter_map(task).find(|job| !matches!(job.progress(), Progress::Ended(Ending::Returned(_))))
    }

    /// Jobs may have ended: who waits for several waits for the next.
    fn tell_maps(&self) {
        for (id, &jobs) in &self.maps {
            let (Some(slot), Some(job)) = (self.yard.frame.segment.task(id.index()), self.unreturned(jobs)) else { continue };
            let on = Awaited::Task(job.id);
            if let Some(target) = Target::read(slot).filter(|target| target.on != on) {
                slot[task::TARGET].store(Target { on, ..target }.word(), std::sync::atomic::Ordering::Release);
                state::enter(slot, TaskState::Blocked, self.yard.frame.clock.now());
            }
        }
    }

    /// Loops that rest look whether this task has done what they wait for.
    #[inline]
    pub(super) fn ring(&self) {
        self.yard.ring();
    }

    /// Tells that one coroutine gives another its turn: neither waits for anything.
    #[inline]
    pub(super) fn tell_turn(&mut self, from: TaskId, block: BlockId, to: TaskId) {
        if !self.context.counts() {
            return;
        }
        let frame = &self.yard.frame;
        let now = frame.clock.now();
        if let Some(slot) = frame.segment.task(from.index()) {
            slot[task::BLOCK].store(u64::from(block.0) + 1, Relaxed);
            state::enter(slot, TaskState::Runnable, now);
        }
        if let Some(slot) = frame.segment.task(to.index()) {
            state::add(&slot[task::STEPS], 1);
            state::enter(slot, TaskState::Running, now);
        }
    }

    /// Tells what has happened to a coroutine.
    pub(super) fn tell_moment(&mut self, id: TaskId, moment: Moment) {
        let yard = self.yard;
        let now = yard.frame.clock.now();
        let Some(slot) = yard.frame.segment.task(id.index()) else { return self.tell_unlisted(id, moment, now) };
        match moment {
            Moment::NeverAwaited(block) => self.never_awaited(id, block, now),
            Moment::Made { by, code } => {
                let block = yard.program.codes[code.index()].block;
                if yard.program.task(id).is_none() {
                    self.tell_made(id, by, (block, "coroutine"), now);
                }
                slot[task::PROCESS].store(u64::from(yard.process.0) + 1, Relaxed);
                slot[task::CODE].store(u64::from(code.0) + 1, Relaxed);
                slot[task::BLOCK].store(u64::from(block.0) + 1, Relaxed);
                slot[task::LOOPED].store(Looped::By(Some(self.context.task)).word(), Relaxed);
                state::enter(slot, TaskState::Runnable, now);
                yard.frame.segment.head(Head::TaskEnd).fetch_max(id.index() as u64 + 1, Relaxed);
            }
            Moment::Runs => {
                self.maps.remove(&id);
                self.gives_up(id);
                // One that stood in line may be refused once more, and has waited all along then.
                if !self.waits_aside(slot, false) {
                    self.has_rested(slot, now);
                }
                slot[task::TARGET].store(0, Relaxed);
                state::add(&slot[task::STEPS], 1);
                state::enter(slot, TaskState::Running, now);
            }
            Moment::Waited(of, how) => {
                let asked = Nanos(slot[task::ASKED].swap(0, Relaxed));
                let block = u32::try_from(slot[task::BLOCK].load(Relaxed)).ok().and_then(|block| block.checked_sub(1));
                self.has_waited(of, how, asked, block.map(BlockId));
            }
            Moment::Rests { block, on: rests, timed } => {
                let (how, on) = match rests {
                    Rests::Turn => (TaskState::Runnable, None),
                    Rests::Switch => (TaskState::Blocked, None),
                    Rests::Time => (TaskState::Sleeping, None),
                    Rests::Resource(resource) => (TaskState::Blocked, Some(Awaited::Resource(resource))),
                    Rests::Task(task) => (TaskState::Blocked, Some(Awaited::Task(task))),
                    Rests::Jobs(jobs) => {
                        self.maps.insert(id, jobs);
                        (TaskState::Blocked, self.unreturned(jobs).map(|job| Awaited::Task(job.id)))
                    }
                };
                // It may have rested already, for another thing: of several children for the next.
                if !self.is_in_line(Target::read(slot).map(|target| target.on)) {
                    self.has_rested(slot, now);
                }
                slot[task::BLOCK].store(u64::from(block.0) + 1, Relaxed);
                if !(self.is_in_line(on) && slot[task::ASKED].load(Relaxed) > 0) {
                    slot[task::ASKED].store(now.0, Relaxed);
                }
                let target = on.map_or(0, |on| Target { on, timed: timed || self.comes_by_itself(on) }.word());
                slot[task::TARGET].store(target, std::sync::atomic::Ordering::Release);
                self.waits_aside(slot, true);
                state::enter(slot, how, now);
            }
            Moment::Ended(_) => {
                self.maps.remove(&id);
                self.deserts(id);
                self.waits_aside(slot, false);
                slot[task::TARGET].store(0, Relaxed);
                state::enter(slot, TaskState::Done, now);
            }
            Moment::TakenIn => {
                slot[task::TARGET].store(0, Relaxed);
                state::enter(slot, TaskState::Runnable, now);
            }
            Moment::Settled(ending) => {
                self.deserts(id);
                self.settled(id, ending);
            }
            Moment::Took(of) | Moment::Gave(of) => self.changed_hands(id, of, matches!(moment, Moment::Took(_))),
            Moment::Unheard(exception) => self.uncaught(id, exception),
            Moment::CallbackRaised { by, code, exception } => {
                self.tell_callback(id, (by, code), exception, now);
                // Nobody sees it alive.
                slot[task::BLOCK].store(u64::from(yard.program.codes[code.index()].block.0) + 1, Relaxed);
                state::enter(slot, TaskState::Done, now);
                yard.frame.segment.head(Head::TaskEnd).fetch_max(id.index() as u64 + 1, Relaxed);
            }
        }
    }

    fn tell_callback(&self, id: TaskId, (by, code): (TaskId, CodeId), exception: ExceptionId, now: Nanos) {
        self.tell_made(id, by, (self.yard.program.codes[code.index()].block, "callback"), now);
        self.uncaught(id, exception);
    }

    /// Which of a loop's coroutines has a lock that is held in the name of its thread.
    fn changed_hands(&self, id: TaskId, of: ResourceId, took: bool) {
        if let Some((slot, _, _)) = self.yard.frame.segment.resource(of.index()) {
            slot[resource::COROUTINE].store(if took { u64::from(id.0) + 1 } else { 0 }, Relaxed);
        }
    }

    /// The same of one for which there is no slot: it runs as the others do, but has no row of its own. What it does to others
    /// and what is wrong with it is told nevertheless.
    #[cold]
    fn tell_unlisted(&mut self, id: TaskId, moment: Moment, now: Nanos) {
        let yard = self.yard;
        match moment {
            Moment::Made { .. } => {
                yard.frame.segment.head(Head::TasksUnlisted).fetch_add(1, Relaxed);
            }
            Moment::Runs => self.gives_up(id),
            Moment::Took(of) | Moment::Gave(of) => self.changed_hands(id, of, matches!(moment, Moment::Took(_))),
            Moment::TakenIn | Moment::Rests { .. } | Moment::Waited(..) => {}
            Moment::Ended(_) => self.deserts(id),
            Moment::Settled(ending) => {
                self.deserts(id);
                self.settled(id, ending);
            }
            Moment::NeverAwaited(block) => self.never_awaited(id, block, now),
            Moment::Unheard(exception) => {
                let block = yard.uncaught(exception).block.unwrap_or(BlockId(0));
                self.tell_made(id, self.context.task, (block, "coroutine"), now);
                self.uncaught(id, exception);
            }
            Moment::CallbackRaised { by, code, exception } => self.tell_callback(id, (by, code), exception, now),
        }
    }

    /// Whether it is one of what coroutines stand in line for.
    fn is_in_line(&self, on: Option<Awaited>) -> bool {
        let Some(Awaited::Resource(id)) = on else { return false };
        self.yard.program.resources[id.index()].kind.has_line()
    }

    /// If a coroutine rests in line for a resource, it is one more there, or one fewer; false if it does not.
    fn waits_aside(&self, slot: TaskSlot<'_>, more: bool) -> bool {
        let on = Target::read(slot).map(|target| target.on);
        if self.is_in_line(on)
            && let Some(Awaited::Resource(id)) = on
        {
            Meter::new(self.yard.frame.segment, id).waiting(more);
            return true;
        }
        false
    }

    /// A coroutine's wait in line at `block` is over.
    fn has_waited(&mut self, of: ResourceId, how: Waited, asked: Nanos, block: Option<BlockId>) {
        if asked == Nanos::ZERO || !self.is_in_line(Some(Awaited::Resource(of))) {
            return;
        }
        let meter = Meter::new(self.yard.frame.segment, of);
        match how {
            Waited::Served => {
                use Resource::{AcrossEvent, Barrier, Condition, Event};
                let passes = matches!(self.resource(of), Condition(_) | Barrier(_) | Event(_) | AcrossEvent(_));
                meter.waited_aside(&mut self.context, asked, passes);
            }
            Waited::Late => meter.timed_out_aside(&mut self.context, asked),
            Waited::Cancelled => meter.cancelled(self.context.frame, asked),
        }
        if let Some(block) = block {
            self.context.waited_aside(block, self.yard.frame.clock.now().since(asked).0);
        }
    }

    /// A coroutine's rest, if it did rest, that was no wait in line is over.
    fn has_rested(&mut self, slot: TaskSlot<'static>, now: Nanos) {
        let asked = Nanos(slot[task::ASKED].swap(0, Relaxed));
        let waited = matches!(state::read(slot), TaskState::Blocked | TaskState::Sleeping);
        let block = u32::try_from(slot[task::BLOCK].load(Relaxed)).ok().and_then(|block| block.checked_sub(1));
        if let Some(block) = block.filter(|_| waited && asked > Nanos::ZERO) {
            self.context.waited_aside(BlockId(block), now.since(asked).0);
        }
    }

    fn never_awaited(&self, id: TaskId, block: BlockId, now: Nanos) {
        let _kept = self.yard.log.append(Kind::Unawaited, id, &block.0.to_string(), || now);
    }

    fn tell_made(&self, id: TaskId, by: TaskId, (block, kind): (BlockId, &str), now: Nanos) {
        let name = self.yard.program.table.task_name(id).to_string();
        let made = Made { name, parent: by, block, daemon: false, kind: kind.to_owned() };
        let text = serde_json::to_string(&made).expect("a task's name is plain data");
        let _kept = self.yard.log.append(Kind::Task, id, &text, || now);
    }

    /// Whether nobody in the run has to do anything for it.
    fn comes_by_itself(&self, on: Awaited) -> bool {
        matches!(on, Awaited::Resource(id) if matches!(self.resource(id), Resource::Server(_) | Resource::File(_)))
    }

    /// An exception that nobody took ended a task.
    pub(super) fn uncaught(&self, id: TaskId, exception: ExceptionId) {
        let yard = self.yard;
        let text = serde_json::to_string(&yard.uncaught(exception)).expect("an exception is plain data");
        let _kept = yard.log.append(Kind::Uncaught, id, &text, || yard.frame.clock.now());
    }
}

//! A task's own side of the run: its place in the shared segment, its stamps, events and counts, and how it waits, halts and ends.
//! Every effect is answered with one of these in hand. What an effect does is the resource's business.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};

use super::blocks::Blocks;
use super::tally::Tallies;
use crate::engine::Record;
use crate::engine::real::transport::chunks::Writer;
use crate::engine::real::transport::clock::{self, Clock};
use crate::engine::real::transport::segment::{Segment, TaskSlot, task};
use crate::engine::real::transport::shot::Stand;
use crate::engine::real::transport::state::{self, Target};
use crate::engine::real::wait::control::{Control, Orders};
use crate::engine::real::wait::interpreter::Interpreter;
use crate::engine::real::wait::net::{Answer, Calls};
use crate::engine::real::wait::spinner::Spinner;
use crate::engine::real::wait::waiter::{End, Waiter};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};
use crate::trace::{Event, EventKind, NOTHING};
use crate::value::Failure;

/// The run is ending: the task stops where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Cut;

/// What all tasks of a worker have in common, as far as a context needs it.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Frame {
    pub(in crate::engine::real) segment: Segment<'static>,
    pub(in crate::engine::real) control: Control,
    pub(in crate::engine::real) clock: Clock,
    pub(in crate::engine::real) record: Record,
    /// The interpreter lock over all tasks, if there is one.
    pub(in crate::engine::real) interpreter: Option<&'static Interpreter>,
}

/// CPU time is reported at a wait when the last report is older than this.
const REPORT_AFTER: Nanos = Nanos(1_000_000);
/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct Context {
    pub(in crate::engine::real) task: TaskId,
    pub(in crate::engine::real) waiter: Arc<Waiter>,
    pub(in crate::engine::real) frame: Frame,
    pub(in crate::engine::real) slot: TaskSlot<'static>,
    seen: Orders,
    /// What it runs; none for one that runs nothing.
    pub(in crate::engine::real) stand: Option<Stand>,
    /// How often it has been asked what it stands in.
    looks: u64,
    writer: Writer,
    block: BlockId,
    last: Nanos,
    reported: Nanos,
    /// CPU time that its thread has spent on others before.
    cpu_before: Nanos,
    /// CPU time that the task has used on other threads before.
    cpu_elsewhere: Nanos,
    core: u64,
    blocks: Blocks,
    /// Whether it has the interpreter lock.
    pub(in crate::engine::real) inside: bool,
    /// Whether whoever it waited for last was soon there.
    pub(in crate::engine::real) partner_is_quick: bool,
    /// What it counts of resources.
    pub(in crate::engine::real) tallies: Box<Tallies>,
    /// The regions it is in, and since when.
    pub(in crate::engine::real) stays: Vec<(ResourceId, Nanos)>,
    /// The requests that its thread has on their way, once it has sent one.
    pub(in crate::engine::real) calls: Option<Box<Calls>>,
}

impl Context {
    /// The running thread's, for `task`, whose slot it takes over.
    pub(in crate::engine::real) fn new(frame: Frame, task: TaskId, block: BlockId) -> Self {
        let slot = frame.segment.task(task.index()).expect("a task that runs has a slot");
        let last = frame.clock.now();
        state::enter(slot, TaskState::Running, last);
        if frame.record != Record::Off {
            slot[task::HERE].store(last.0.max(1), Relaxed);
        }
        Self {
            task,
            waiter: Waiter::of_this_thread(slot, frame.control),
            frame,
            slot,
            seen: Orders::default(),
            stand: None,
            looks: 0,
            writer: Writer::new(frame.segment, task),
            block,
            last,
            reported: last,
            cpu_before: Nanos::ZERO,
            cpu_elsewhere: Nanos::ZERO,
            core: 0,
            inside: false,
            blocks: Blocks::new(frame.segment),
            partner_is_quick: false,
            tallies: Box::new(Tallies::new(frame.segment)),
            stays: Vec::new(),
            calls: None,
        }
    }

    /// Its thread has worked for others: what that cost is not this task's.
    pub(in crate::engine::real) fn takes_over(&mut self) {
        self.cpu_before = clock::thread_cpu();
    }

    /// The task goes on here after it has run elsewhere.
    pub(in crate::engine::real) fn goes_on(&mut self) {
        self.cpu_elsewhere = Nanos(self.slot[task::CPU].load(Relaxed));
    }

    /// Whether anything is counted at all.
    #[inline]
    pub(in crate::engine::real) fn counts(&self) -> bool {
        self.frame.record != Record::Off
    }

    /// The time for counts and events; zero when nothing is counted.
    #[inline]
    pub(in crate::engine::real) fn stamp(&self) -> Nanos {
        if self.counts() { self.frame.clock.now() } else { Nanos::ZERO }
    }

    /// The block whose step the task is in the middle of, or took last.
    pub(in crate::engine::real) const fn block(&self) -> BlockId {
        self.block
    }

    /// The task takes a step of `block`.
    #[inline]
    pub(in crate::engine::real) fn step(&mut self, block: BlockId) {
        self.block = block;
        self.slot[task::BLOCK].store(u64::from(block.0) + 1, Relaxed);
        state::add(&self.slot[task::STEPS], 1);
    }

    /// The task computes something local in `block`.
    pub(in crate::engine::real) fn stand(&mut self, block: BlockId) {
        self.slot[task::BLOCK].store(u64::from(block.0) + 1, Relaxed);
    }

    /// The task's body has ended, and it takes care of what it leaves behind: that is no step of any block. It stands at `head`;
    /// one that was cut off, where it stood.
    pub(in crate::engine::real) fn leave_body(&mut self, head: Option<BlockId>) {
        if let Some(head) = head {
            self.stand(head);
            self.slot[task::HERE].store(0, Relaxed);
        }
        self.block = BlockId(NOTHING);
    }

    /// The step is over at `now`, `waiting` of it spent waiting, or the task has waited before or after it. What was local before it
    /// counts as the block's, too.
    #[inline]
    pub(in crate::engine::real) fn step_done(&mut self, now: Nanos, waiting: u64) {
        if self.counts() {
            let spent = now.since(self.last);
            // What was told of it before is not told again.
            self.blocks.spent(self.block, spent.0, waiting.min(spent.0));
            if spent > REPORT_AFTER {
                // It has been told all the while: it must not be gone until the next beat.
                self.blocks.tell();
            }
            self.last = self.last.max(now);
            if self.block.0 != NOTHING {
                self.slot[task::HERE].store(self.last.0.max(1), Relaxed);
            }
        }
    }

    /// The task, or a coroutine or generator that it runs, comes to a block.
    #[inline]
    pub(in crate::engine::real) fn begin_block(&mut self, block: BlockId) {
        if self.counts() {
            self.blocks.begun(block);
        }
    }

    /// A coroutine of the task has waited in a block, while the task did other things.
    pub(in crate::engine::real) fn waited_aside(&mut self, block: BlockId, waited: u64) {
        self.blocks.spent(block, waited, waited);
    }

    /// What the task does now.
    pub(in crate::engine::real) fn state(&self) -> TaskState {
        state::read(self.slot)
    }

    /// Records an event of the current block.
    #[inline]
    pub(in crate::engine::real) fn event(&mut self, kind: EventKind, subject: u32, payload: u64, now: Nanos) {
        if self.frame.record == Record::Full {
            self.writer.push(&Event::new(now, kind, Some(self.block), subject, payload));
        }
    }

    /// Whether there are orders that it has not seen.
    #[inline]
    pub(in crate::engine::real) fn is_ordered(&self) -> bool {
        self.frame.control.orders() != self.seen
    }

    /// Looks whether the run ends, halts or wants a report, and does what is asked.
    ///
    /// # Errors
    /// When the run ends.
    #[inline]
    pub(in crate::engine::real) fn check(&mut self) -> Result<(), Cut> {
        let orders = self.frame.control.orders();
        if orders == self.seen { Ok(()) } else { self.obey(orders) }
    }

    #[cold]
    fn obey(&mut self, mut orders: Orders) -> Result<(), Cut> {
        if orders.stop() {
            return Err(Cut);
        }
        self.report();
        self.tell_if_asked();
        if orders.pause() {
            let before = state::read(self.slot);
            state::enter(self.slot, TaskState::Paused, self.frame.clock.now());
            while orders.pause() && !orders.stop() {
                std::thread::park();
                orders = self.frame.control.orders();
            }
            state::enter(self.slot, before, self.frame.clock.now());
        }
        self.seen = orders;
        if orders.stop() { Err(Cut) } else { Ok(()) }
    }

    /// Tells what it stands in if somebody has asked since it did so last.
    #[inline]
    pub(in crate::engine::real) fn tell_if_asked(&mut self) {
        let looks = self.frame.control.orders().looks();
        if looks != self.looks {
            self.looks = looks;
            self.tell_stand();
        }
    }

    /// Tells what it stands in.
    pub(in crate::engine::real) fn tell_stand(&self) {
        if let Some(stand) = &self.stand {
            stand.show(self.frame.segment, self.frame.clock.now());
        }
    }

    /// Adds what the task has counted to the totals of all.
    fn tell_totals(&mut self) {
        self.blocks.tell();
        self.tallies.tell();
    }

    /// Tells CPU time, core and totals. The first two even when nothing is counted: they cost nothing while the task runs.
    pub(in crate::engine::real) fn report(&mut self) {
        self.tell_totals();
        self.reported = self.frame.clock.now();
        let cpu = clock::thread_cpu().since(self.cpu_before) + self.cpu_elsewhere;
        self.slot[task::CPU].store(cpu.0, Relaxed);
        self.slot[task::REPORTED].store(self.reported.0, Relaxed);
        self.slot[task::OFF_CORE].store(state::active(self.slot, self.reported).since(cpu).0, Relaxed);
        let core = core_number();
        self.slot[task::CORE].store(core, Relaxed);
        if core != self.core {
            self.core = core;
            self.event(EventKind::Core, NOTHING, core.saturating_sub(1), self.reported);
        }
    }

    /// The task begins to wait, or waits `again` after it was woken in vain; before it joins a queue, and like that under the
    /// mutex of what it waits for.
    pub(in crate::engine::real) fn begin(&mut self, on: Awaited, timed: bool, how: TaskState, again: bool) {
        if !again {
            self.tell_wait(on);
            self.slot[task::ASKED].store(self.frame.clock.now().0, Relaxed);
        }
        self.slot[task::TARGET].store(Target { on, timed }.word(), Release);
        state::enter(self.slot, how, self.frame.clock.now());
    }

    /// Whoever waits for long hears no beat: tells what there is to tell before, unless that has just been done.
    fn report_if_due(&mut self, now: Nanos) {
        if now.since(self.reported) > REPORT_AFTER || self.slot[task::REPORTED].load(Relaxed) == 0 {
            self.report();
        }
    }

    fn tell_wait(&mut self, on: Awaited) {
        let now = self.frame.clock.now();
        self.report_if_due(now);
        match on {
            Awaited::Resource(id) => self.event(EventKind::Asked, id.0, 0, now),
            Awaited::Task(id) => self.event(EventKind::Joining, id.0, 0, now),
        }
        self.writer.spare();
    }

    /// The wait is over, unless the run is: a task that the end of the run cuts off is told as it stood.
    pub(in crate::engine::real) fn end_wait(&mut self) {
        self.slot[task::TARGET].store(0, Relaxed);
        state::enter(self.slot, TaskState::Running, self.frame.clock.now());
    }

    /// Waits in the queue that its waiter has joined until somebody ends the wait or `deadline` has passed (none: time-out);
    /// `leave` takes the waiter out of the queue again and tells whether it was still there.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait(
        &mut self,
        deadline: Option<Nanos>,
        leave: impl FnOnce(&Arc<Waiter>) -> bool,
    ) -> Result<Option<End>, Cut> {
        self.leave_interpreter();
        let end = self.park(deadline);
        self.part(end, leave)
    }

    /// The rest of [`Self::wait`], once it has parked.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn part(
        &mut self,
        mut end: Option<End>,
        leave: impl FnOnce(&Arc<Waiter>) -> bool,
    ) -> Result<Option<End>, Cut> {
        if end.is_none() && !leave(&self.waiter) {
            end = self.waiter.end();
        }
        // Those that the end of the run cuts off free others in passing: they, too, are told as they stood.
        if self.frame.control.orders().stop() {
            return Err(Cut);
        }
        self.end_wait();
        Ok(end)
    }

    /// The requests of its thread.
    ///
    /// # Errors
    /// When the system has no descriptors left for polling.
    pub(in crate::engine::real) fn calls(&mut self) -> Result<&mut Calls, Failure> {
        if self.calls.is_none() {
            self.calls = Some(Box::new(Calls::new(self.waiter.alarm(), self.frame.clock)?));
        }
        Ok(self.calls.as_mut().expect("it has just been made"))
    }

    /// Whether requests are on their way.
    pub(in crate::engine::real) fn is_calling(&self) -> bool {
        self.calls.as_ref().is_some_and(|calls| calls.is_open())
    }

    /// Waits until the server has answered the task's own request.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn await_answer(&mut self, server: ResourceId) -> Result<Answer, Cut> {
        let me = self.task;
        self.waiter.prepare();
        let mut again = false;
        loop {
            let calls = self.calls.as_mut().expect("it has sent one");
            if let Some(answer) = calls.take(me) {
                calls.wait_for(None);
                return Ok(answer);
            }
            calls.wait_for(Some(me));
            self.begin(Awaited::Resource(server), true, TaskState::Blocked, again);
            again = true;
            self.wait(None, |_| true)?;
        }
    }

    /// Spins for what others want, too; whether it was `there`.
    #[inline]
    pub(in crate::engine::real) fn spin_for(&self, there: impl FnMut() -> bool) -> bool {
        self.spin(Spinner::for_rival(true), there)
    }

    /// Spins; whether it was `there`. Whoever gives its core away for that waits, and is told so.
    #[inline]
    pub(in crate::engine::real) fn spin(&self, mut spinner: Spinner, mut there: impl FnMut() -> bool) -> bool {
        spinner.briefly(&mut there) || state::soon(self.slot, self.frame.clock, || spinner.until(there))
    }

    /// Whether it may burn time for something that comes soon: not while others wait for the interpreter lock that it has.
    pub(in crate::engine::real) fn may_spin(&self) -> bool {
        self.frame.interpreter.is_none()
    }

    pub(in crate::engine::real) fn park(&mut self, deadline: Option<Nanos>) -> Option<End> {
        let mut spinner = Spinner::for_rival(true);
        let mut told = false;
        loop {
            if let Some(end) = self.waiter.end() {
                return Some(end);
            }
            let orders = self.frame.control.orders();
            if orders.stop() || self.calls.as_ref().is_some_and(|calls| calls.is_answered()) {
                return None;
            }
            self.tell_if_asked();
            if orders.pause() {
                self.halted(|| self.waiter.end().is_none());
            } else if self.is_calling() {
                if !std::mem::replace(&mut told, true) {
                    self.tell_totals();
                }
                let left = deadline.map(|deadline| deadline.since(self.frame.clock.now()));
                if left == Some(Nanos::ZERO) {
                    return None;
                }
                let Self { calls, waiter, frame, .. } = self;
                let may_rest = || waiter.end().is_none() && frame.control.orders() == orders;
                calls.as_mut().expect("it has requests").poll(left, may_rest);
            } else if !spinner.pause() && told {
                match deadline {
                    None => std::thread::park(),
                    Some(deadline) => {
                        let left = deadline.since(self.frame.clock.now());
                        if left == Nanos::ZERO {
                            return None;
                        }
                        std::thread::park_timeout(left.duration());
                    }
                }
            } else if spinner.is_over() {
                self.report_if_due(self.frame.clock.now());
                self.tell_totals();
                told = true;
            }
        }
    }

    /// Stands still while the run halts, where nobody ends the wait but the task itself.
    pub(in crate::engine::real) fn stand_still(&self) {
        self.halted(|| true);
    }

    fn halted(&self, goes_on: impl Fn() -> bool) {
        let halts = || {
            let orders = self.frame.control.orders();
            orders.pause() && !orders.stop()
        };
        while halts() && goes_on() {
            std::thread::park();
        }
    }

    /// Sleeps. While the run halts, its clock stands still, and so does the sleep.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn sleep(&mut self, length: Nanos) -> Result<(), Cut> {
        let begin = self.frame.clock.now();
        self.report_if_due(begin);
        self.event(EventKind::Sleeping, NOTHING, length.0, begin);
        self.writer.spare();
        self.leave_interpreter();
        self.tell_totals();
        state::enter(self.slot, TaskState::Sleeping, begin);
        let mut now = begin;
        while now.since(begin) < length && !self.frame.control.orders().stop() {
            std::thread::park_timeout(length.since(now.since(begin)).duration());
            now = self.frame.clock.now();
            if now.since(begin) < length && self.frame.control.orders().pause() {
                self.check()?;
                now = self.frame.clock.now();
            } else if now.since(begin) < length {
                self.tell_if_asked();
            }
        }
        if self.frame.control.orders().stop() {
            return Err(Cut);
        }
        state::enter(self.slot, TaskState::Running, now);
        self.check()?;
        let slept = now.since(begin).0;
        self.event(EventKind::Resumed, NOTHING, slept, now);
        self.step_done(now, slept);
        Ok(())
    }

    /// The task has ended; nothing of it is heard any more.
    pub(in crate::engine::real) fn end(&mut self, how: u64) {
        self.report();
        let now = self.frame.clock.now();
        self.event(EventKind::Ended, NOTHING, how, now);
        self.writer.publish();
    }
}

/// The core this thread runs on, plus one; zero where that is not known.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn core_number() -> u64 {
    rustix::thread::sched_getcpu() as u64 + 1
}

#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn core_number() -> u64 {
    0
}

/// A yard without a worker: contexts on threads of a test.
#[cfg(test)]
pub(in crate::engine::real) mod tests {
    use super::*;
    use crate::engine::real::transport::segment::tests::{SMALL, leaked};

    pub(crate) fn frame() -> Frame {
        let control = crate::engine::real::wait::control::tests::leaked();
        Frame { segment: leaked(SMALL), control, clock: clock::running(), record: Record::Full, interpreter: None }
    }

    /// Runs `body` as so many tasks at once, with their numbers.
    pub(crate) fn together(frame: Frame, tasks: u32, body: impl Fn(u32, &mut Context) + Sync) {
        std::thread::scope(|scope| {
            for task in 0..tasks {
                let body = &body;
                let run = move || {
                    let mut context = Context::new(frame, TaskId(task), BlockId(task));
                    body(task, &mut context);
                    context.end(0);
                };
                std::thread::Builder::new().name(format!("task-{task}")).spawn_scoped(scope, run).unwrap();
            }
        });
    }

    #[test]
    fn block_totals_of_all_tasks_add_up_in_the_segment() {
        let frame = frame();
        together(frame, 4, |task, context| {
            for round in 0..1_000 {
                context.begin_block(BlockId((task + round) % 16));
                context.step(BlockId((task + round) % 16));
                let now = context.stamp();
                // It says that it has waited for longer than has passed.
                context.step_done(now, 1_000_000_000);
            }
        });
        let total = |which: usize| -> u64 { (0..16).map(|block| frame.segment.block(block).unwrap()[which].load(Relaxed)).sum() };
        assert_eq!((total(0), total(2)), (4_000, total(1)));
    }

    #[test]
    fn a_sleep_stands_still_while_the_run_halts() {
        let frame = frame();
        let length = Nanos::from_millis(20);
        let sleeper = std::sync::OnceLock::new();
        let took = std::sync::OnceLock::new();
        together(frame, 2, |task, context| {
            if task == 1 {
                sleeper.get_or_init(std::thread::current);
                frame.control.pause(true);
                frame.clock.halt();
                let begin = frame.clock.now();
                assert_eq!(context.sleep(length), Ok(()));
                took.get_or_init(|| frame.clock.now().since(begin));
                return;
            }
            let slot = frame.segment.task(1).unwrap();
            while state::read(slot) != TaskState::Paused {
                std::thread::yield_now();
            }
            // Longer than the sleep, by a clock that nobody halts.
            let other = clock::running();
            while other.now() < length + length {
                assert_eq!(state::read(slot), TaskState::Paused);
                std::thread::yield_now();
            }
            frame.clock.go_on();
            frame.control.pause(false);
            sleeper.get().unwrap().unpark();
        });
        let total = |state: TaskState| Nanos(frame.segment.task(1).unwrap()[task::IN_STATE + state as usize].load(Relaxed));
        let [sleeping, paused] = [TaskState::Sleeping, TaskState::Paused].map(total);
        let took = took.into_inner().unwrap();
        assert!(took >= length && sleeping + paused <= took, "{took}: {sleeping} of sleep, {paused} halted");
    }
}

//! What is told of a resource: its holder, its exact totals in the shared segment, and the events that go with them.
//! What a holder writes it writes alone, by plain stores; what several may write at once is added atomically; what every
//! acquisition counts goes into the task's own `tally` first.

use std::sync::atomic::Ordering::Relaxed;

use super::context::{Context, Frame};
use crate::engine::Record;
use crate::engine::real::transport::segment::{ResourceSlot, Segment, Word, resource, task};
use crate::id::{ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::EventKind;

/// For how long a lock was held.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Held {
    since: Nanos,
    until: Nanos,
}

/// Where a resource's totals are.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Meter {
    pub(in crate::engine::real) id: ResourceId,
    pub(in crate::engine::real) slot: ResourceSlot<'static>,
}

impl Meter {
    pub(in crate::engine::real) fn new(segment: Segment<'static>, id: ResourceId) -> Self {
        let (slot, ..) = segment.resource(id.index()).expect("every resource has a place in the segment");
        Self { id, slot }
    }

    /// One of the slot's words.
    pub(in crate::engine::real) fn word(&self, which: usize) -> &'static Word {
        &self.slot[which]
    }

    /// The holder, if the resource is a lock and held.
    pub(in crate::engine::real) fn holder(&self) -> Option<TaskId> {
        let holder = self.slot[resource::HOLDER].load(Relaxed) & u64::from(u32::MAX);
        u32::try_from(holder).ok()?.checked_sub(1).map(TaskId)
    }

    /// The task has just got the lock; `asked` since when it waited, if it did. Written by the new holder.
    #[inline]
    pub(in crate::engine::real) fn acquired(&self, context: &mut Context, asked: Option<Nanos>) {
        let me = u64::from(context.task.0) + 1;
        let before = self.slot[resource::HOLDER].load(Relaxed) >> 32;
        self.slot[resource::HOLDER].store(me << 32 | me, Relaxed);
        if context.counts() {
            let now = context.stamp();
            self.slot[resource::SINCE].store(now.0, Relaxed);
            self.taken(context, asked, now, before != 0 && before != me);
        }
    }

    /// Counts one more taken, waited for since `asked`.
    #[inline]
    fn taken(&self, context: &mut Context, asked: Option<Nanos>, now: Nanos, handed: bool) {
        let waited = self.got(context, asked, now, handed);
        context.step_done(now, waited);
    }

    /// The same without a word on the block; how long was waited.
    #[inline]
    fn got(&self, context: &mut Context, asked: Option<Nanos>, now: Nanos, handed: bool) -> u64 {
        let tally = context.tallies.of(self.id);
        tally.acquisitions += 1;
        tally.hand_offs += u64::from(handed);
        let mut waited = 0;
        if let Some(asked) = asked {
            waited = now.since(asked).0;
            tally.waited(waited);
        }
        context.event(EventKind::Acquired, self.id.0, waited, now);
        waited
    }

    /// The lock is about to be let go by the one that releases it. Tell [`Meter::released`] when it is.
    #[inline]
    pub(in crate::engine::real) fn releasing(&self, context: &Context) -> Held {
        let held = self.slot[resource::HOLDER].load(Relaxed);
        self.slot[resource::HOLDER].store(held & !u64::from(u32::MAX), Relaxed);
        Held { since: Nanos(self.slot[resource::SINCE].load(Relaxed)), until: context.stamp() }
    }

    /// The lock has been let go.
    #[inline]
    pub(in crate::engine::real) fn released(&self, context: &mut Context, held: Held) {
        if context.counts() {
            self.held(context, held.until.since(held.since).0, held.until);
        }
    }

    #[inline]
    fn held(&self, context: &mut Context, nanos: u64, now: Nanos) {
        context.tallies.of(self.id).held(nanos);
        context.event(EventKind::Released, self.id.0, nanos, now);
        context.step_done(now, 0);
    }

    /// The task has just got the interpreter lock; `asked` since when it waited, if it did. Written by the new holder.
    pub(in crate::engine::real) fn entered(&self, context: &mut Context, asked: Option<Nanos>) {
        let me = u64::from(context.task.0) + 1;
        let before = self.slot[resource::HOLDER].load(Relaxed) >> 32;
        self.slot[resource::HOLDER].store(me << 32 | me, Relaxed);
        if !context.counts() {
            return;
        }
        let now = context.stamp();
        self.slot[resource::SINCE].store(now.0, Relaxed);
        let tally = context.tallies.of(self.id);
        tally.acquisitions += 1;
        tally.hand_offs += u64::from(before != 0 && before != me);
        let waited = asked.map_or(0, |asked| now.since(asked).0);
        if asked.is_some() {
            tally.waited(waited);
            context.count_interpreter(task::WANTED, task::WANTED_SINCE, waited);
            context.step_done(now, waited);
        }
        context.slot[task::HELD_SINCE].store(now.0.max(1), Relaxed);
        context.event(EventKind::Acquired, self.id.0, waited, now);
    }

    /// The interpreter lock is about to be let go by its holder.
    pub(in crate::engine::real) fn left(&self, context: &mut Context) {
        let held = self.releasing(context);
        if context.counts() {
            let nanos = held.until.since(held.since).0;
            context.tallies.of(self.id).held(nanos);
            context.count_interpreter(task::HELD, task::HELD_SINCE, nanos);
            context.event(EventKind::Released, self.id.0, nanos, held.until);
        }
    }

    /// The task is the last to have taken something: whether another was before it.
    #[inline]
    pub(in crate::engine::real) fn is_handed(&self, task: TaskId) -> bool {
        let me = u64::from(task.0) + 1;
        let holder = &self.slot[resource::HOLDER];
        if holder.load(Relaxed) >> 32 == me {
            return false;
        }
        let before = holder.swap(me << 32, Relaxed) >> 32;
        before != 0 && before != me
    }

    /// A permit was taken; waited for since `asked`, if it was. Many may write at once.
    #[inline]
    pub(in crate::engine::real) fn permit_taken(&self, context: &mut Context, asked: Option<Nanos>, now: Nanos) {
        let handed = self.is_handed(context.task);
        if context.counts() {
            self.taken(context, asked, now, handed);
        }
    }

    /// A job has its worker. What it stood in line for is no time of its routine, which begins now.
    pub(in crate::engine::real) fn worker_taken(&self, context: &mut Context, asked: Option<Nanos>, now: Nanos) {
        let handed = self.is_handed(context.task);
        if context.counts() {
            self.got(context, asked, now, handed);
            context.step_done(now, 0);
        }
    }

    /// A permit was given back.
    #[inline]
    pub(in crate::engine::real) fn permit_given(&self, context: &mut Context, since: Option<Nanos>, now: Nanos) {
        if context.counts() {
            self.held(context, since.map_or(0, |since| now.since(since).0), now);
        }
    }

    /// The task is among those that have it: one of the first of them is shown. Many may write at once.
    #[inline]
    pub(in crate::engine::real) fn holder_came(&self, task: TaskId) {
        let me = u64::from(task.0) + 1;
        let takes = |&at: &usize| {
            let word = &self.slot[at];
            word.load(Relaxed) == 0 && word.compare_exchange(0, me, Relaxed, Relaxed).is_ok()
        };
        let _shown = resource::HOLDERS.iter().any(takes);
    }

    /// The task is not among them any more.
    #[inline]
    pub(in crate::engine::real) fn holder_left(&self, task: TaskId) {
        let me = u64::from(task.0) + 1;
        if let Some(&at) = resource::HOLDERS.iter().find(|&&at| self.slot[at].load(Relaxed) == me) {
            self.slot[at].store(0, Relaxed);
        }
    }

    /// A permit was given back: by one that had one, or for one of those that have.
    pub(in crate::engine::real) fn holder_gave(&self, task: TaskId) {
        let me = u64::from(task.0) + 1;
        let find = |fits: &dyn Fn(u64) -> bool| resource::HOLDERS.iter().find(|&&at| fits(self.slot[at].load(Relaxed)));
        if let Some(&at) = find(&|holder| holder == me).or_else(|| find(&|holder| holder != 0)) {
            self.slot[at].store(0, Relaxed);
        }
    }

    /// The task has come in where several can be; `asked` since when it waited, if it did. Many may write at once.
    #[inline]
    pub(in crate::engine::real) fn entered_room(&self, context: &mut Context, asked: Option<Nanos>) {
        let now = context.stamp();
        if context.counts() {
            context.stays.push((self.id, now));
        }
        self.permit_taken(context, asked, now);
    }

    /// The task has gone out of it at `now`.
    #[inline]
    pub(in crate::engine::real) fn left_room(&self, context: &mut Context, now: Nanos) {
        if context.counts() {
            let stay = context.stays.iter().rposition(|(id, _)| *id == self.id).map(|at| context.stays.remove(at));
            self.held(context, stay.map_or(0, |(_, since)| now.since(since).0), now);
        }
    }

    /// An item has gone in or out: waited for since when, and whether in a line; at what time, and how many there were then.
    pub(in crate::engine::real) fn moved(
        &self,
        context: &mut Context,
        kind: EventKind,
        (asked, stood): (Option<Nanos>, bool),
        (now, level): (Nanos, u64),
    ) {
        if !context.counts() {
            return;
        }
        let tally = context.tallies.of(self.id);
        if kind == EventKind::Got {
            tally.gets += 1;
        } else {
            tally.acquisitions += 1;
        }
        let waited = asked.map_or(0, |asked| now.since(asked).0);
        if asked.is_some() {
            tally.waited(waited);
        }
        match asked {
            Some(_) if stood => context.event(EventKind::Resumed, self.id.0, waited, now),
            // It was so short that it was not told when it began.
            Some(asked) => context.event(EventKind::Asked, self.id.0, 0, asked),
            None => {}
        }
        context.event(kind, self.id.0, level, now);
        context.step_done(now, waited);
    }

    /// As [`Meter::moved`], for one that many processes may move at once: this is the level now.
    pub(in crate::engine::real) fn moved_now(&self, context: &mut Context, kind: EventKind, asked: Option<Nanos>, level: u64) {
        self.slot[resource::LEVEL].store(level, Relaxed);
        self.moved(context, kind, (asked, asked.is_some()), (context.stamp(), level));
    }

    /// One more waits from now on; `more` false: one fewer. Under no mutex for the kinds that spin.
    pub(in crate::engine::real) fn waiting(&self, more: bool) {
        if more {
            let before = self.slot[resource::WAITING].fetch_add(1, Relaxed);
            self.slot[resource::LONGEST].fetch_max(before + 1, Relaxed);
        } else {
            self.slot[resource::WAITING].fetch_sub(1, Relaxed);
        }
    }

    /// A wait since `asked` ended without success.
    pub(in crate::engine::real) fn timed_out(&self, context: &mut Context, asked: Nanos) {
        let now = context.frame.clock.now();
        let waited = now.since(asked).0;
        if context.counts() {
            self.slot[resource::TIMEOUTS].fetch_add(1, Relaxed);
            self.slot[resource::TIMED_OUT].fetch_add(waited, Relaxed);
            context.event(EventKind::TimedOut, self.id.0, waited, now);
            context.step_done(now, waited);
        }
    }

    /// A wait since `asked` ended by a cancel: nothing was taken, and no time was over.
    pub(in crate::engine::real) fn cancelled(&self, frame: Frame, asked: Nanos) {
        if frame.record != Record::Off {
            self.slot[resource::CANCELLED].fetch_add(1, Relaxed);
            self.slot[resource::CANCELLED_TIME].fetch_add(frame.clock.now().since(asked).0, Relaxed);
        }
    }

    /// A wait for a sign is over, successful; `asked` since when, if it was one. Many may write at once.
    pub(in crate::engine::real) fn passed(&self, context: &mut Context, asked: Option<Nanos>) {
        if context.counts() {
            context.tallies.of(self.id).acquisitions += 1;
            self.resumed(context, asked);
        }
    }

    /// All items of a queue have been marked done; `asked` since when that was waited for, if it was.
    pub(in crate::engine::real) fn joined(&self, context: &mut Context, asked: Option<Nanos>) {
        if context.counts() {
            context.tallies.of(self.id).joins += 1;
            self.resumed(context, asked);
        }
    }

    /// A wait that leaves the resource as it is is over, if it was one.
    fn resumed(&self, context: &mut Context, asked: Option<Nanos>) {
        let now = context.stamp();
        let waited = asked.map_or(0, |asked| now.since(asked).0);
        if asked.is_some() {
            context.tallies.of(self.id).waited(waited);
            context.event(EventKind::Resumed, self.id.0, waited, now);
        }
        context.step_done(now, waited);
    }

    /// What a task had asked the network or the disk for has come. Many may write at once.
    pub(in crate::engine::real) fn answered(&self, context: &mut Context, asked: Nanos, read: bool) {
        if !context.counts() {
            return;
        }
        let now = context.stamp();
        let tally = context.tallies.of(self.id);
        *(if read { &mut tally.gets } else { &mut tally.acquisitions }) += 1;
        let waited = now.since(asked).0;
        tally.waited(waited);
        context.event(EventKind::Resumed, self.id.0, waited, now);
        context.step_done(now, waited);
    }

    /// What a coroutine of the task had asked the network for has come; the task has done other things meanwhile.
    pub(in crate::engine::real) fn answered_for(&self, context: &mut Context, asked: Nanos) {
        if context.counts() {
            let now = context.stamp();
            let tally = context.tallies.of(self.id);
            tally.acquisitions += 1;
            let waited = now.since(asked).0;
            tally.waited(waited);
            context.event(EventKind::Waited, self.id.0, waited, now);
            context.step_done(now, 0);
        }
    }

    /// A coroutine of the task has waited since `asked`, and been served; `passes`: nothing else counts that it has.
    pub(in crate::engine::real) fn waited_aside(&self, context: &mut Context, asked: Nanos, passes: bool) {
        if !context.counts() {
            return;
        }
        let now = context.stamp();
        let waited = now.since(asked).0;
        let tally = context.tallies.of(self.id);
        tally.acquisitions += u64::from(passes);
        tally.waited(waited);
        context.event(EventKind::Waited, self.id.0, waited, now);
    }

    /// The same in vain.
    pub(in crate::engine::real) fn timed_out_aside(&self, context: &mut Context, asked: Nanos) {
        if context.counts() {
            let now = context.frame.clock.now();
            let waited = now.since(asked).0;
            self.slot[resource::TIMEOUTS].fetch_add(1, Relaxed);
            self.slot[resource::TIMED_OUT].fetch_add(waited, Relaxed);
            context.event(EventKind::TimedOut, self.id.0, waited, now);
        }
    }

    /// A sign was given that woke so many. Under the mutex of whoever waits.
    pub(in crate::engine::real) fn signalled(&self, context: &mut Context, woken: u64) {
        if context.counts() {
            let now = context.stamp();
            self.slot[resource::GETS].fetch_add(1, Relaxed);
            context.event(EventKind::Signalled, self.id.0, woken, now);
            context.step_done(now, 0);
        }
    }
}

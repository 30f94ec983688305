//! Locks of every kind, each an atomic word and, for those that park, a queue of waiters. A lock is a token: whoever releases it
//! need not be the one that acquired it, unless it checks owners. Waiting as such is `waiter`, counting is `meter`.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::signal::deadline;
use super::spell::Spell;
use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::guard::Guard;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::{Word, resource};
use crate::engine::real::wait::waiter::{End, Waiters};
use crate::id::{BlockId, TaskId};
use crate::program::LockAlgorithm;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

const FREE: u64 = 0;
const HELD: u64 = 1;
/// Held, and somebody may be in the queue.
const WANTED: u64 = 2;

/// Rounds of spinning between two looks at orders and clock.
const ROUNDS: u32 = 64;

/// Why a release was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Misuse {
    /// Nobody holds it.
    Free,
    /// It checks owners and another task holds it.
    NotOwner,
}

/// A lock.
#[derive(Debug)]
pub(in crate::engine::real) struct Lock {
    meter: Meter,
    algorithm: LockAlgorithm,
    owner_checked: bool,
    word: &'static Word,
    /// The ticket to be drawn next; `word` is then the one being served.
    next: &'static Word,
    queue: Mutex<Waiters>,
    /// Tickets whose drawers have left; their number is in `abandoned_count`.
    abandoned: Mutex<BTreeSet<u64>>,
    abandoned_count: Word,
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the word over from free; true if it was.
#[inline]
fn take(word: &Word, held: u64) -> bool {
    word.compare_exchange(FREE, held, SeqCst, Relaxed).is_ok()
}

impl Lock {
    pub(in crate::engine::real) fn new(meter: Meter, algorithm: LockAlgorithm, owner_checked: bool) -> Self {
        Self {
            meter,
            algorithm,
            owner_checked,
            word: meter.word(resource::WORD),
            next: meter.word(resource::NEXT),
            queue: Mutex::default(),
            abandoned: Mutex::default(),
            abandoned_count: Word::new(0),
        }
    }

    /// Whether nobody holds it.
    pub(in crate::engine::real) fn is_free(&self) -> bool {
        match self.algorithm {
            LockAlgorithm::Ticket => self.word.load(SeqCst) == self.next.load(SeqCst),
            _ => self.word.load(SeqCst) == FREE,
        }
    }

    /// Whether the task holds it.
    pub(in crate::engine::real) fn is_held_by(&self, task: TaskId) -> bool {
        !self.is_free() && self.meter.holder() == Some(task)
    }

    /// Whether it is free, or on its way to a waiter that has not noticed yet: a thread that spins may be without a core for long.
    pub(in crate::engine::real) fn is_up_for_taking(&self) -> bool {
        self.is_free() || self.meter.holder().is_none()
    }

    /// Takes it; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn acquire(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        if self.algorithm == LockAlgorithm::Ticket {
            return self.acquire_ticket(context, patience);
        }
        if take(self.word, HELD) {
            self.meter.acquired(context, None);
            return Ok(true);
        }
        self.acquire_slowly(context, patience)
    }

    /// Takes it for `block` if nobody has it; else nothing has been done.
    #[inline]
    pub(in crate::engine::real) fn acquire_at_once(&self, context: &mut Context, block: BlockId) -> bool {
        let had = match self.algorithm {
            LockAlgorithm::Ticket => self.draw_if_served(),
            LockAlgorithm::Barging | LockAlgorithm::Fair | LockAlgorithm::Spin => take(self.word, HELD),
        };
        if had {
            context.step(block);
            self.meter.acquired(context, None);
        }
        had
    }

    #[cold]
    fn acquire_slowly(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        let asked = context.frame.clock.now();
        if patience == Patience::Never {
            context.step_done(asked, 0);
            return Ok(false);
        }
        let deadline = deadline(asked, patience);
        let had = match self.algorithm {
            LockAlgorithm::Barging => self.wait_barging(context, deadline)?,
            LockAlgorithm::Fair => self.wait_fair(context, deadline)?,
            LockAlgorithm::Spin | LockAlgorithm::Ticket => self.spin(context, deadline, || self.try_spin())?,
        };
        Ok(self.settle(context, asked, had))
    }

    fn settle(&self, context: &mut Context, asked: Nanos, had: bool) -> bool {
        if had {
            self.meter.acquired(context, Some(asked));
        } else {
            self.meter.timed_out(context, asked);
        }
        had
    }

    /// Spins a little, then queues; one that is woken competes with those that come by, and spins again.
    fn wait_barging(&self, context: &mut Context, deadline: Option<Nanos>) -> Result<bool, Cut> {
        let on = Awaited::Resource(self.meter.id);
        let mut again = false;
        loop {
            // Whoever has been in the queue takes the lock as wanted: others may still be in it.
            if context.may_spin() && self.spin_for(context, if again { WANTED } else { HELD }) {
                return Ok(true);
            }
            let mut queue = guard(&self.queue);
            // From here on a release looks into the queue. One that takes the lock so may tell a release to look in vain.
            if self.word.swap(WANTED, SeqCst) == FREE {
                return Ok(true);
            }
            context.begin(on, deadline.is_some(), TaskState::Blocked, again);
            queue.join(&context.waiter, again);
            self.meter.waiting(true);
            drop(queue);
            let end = context.wait(deadline, |waiter| guard(&self.queue).leave(waiter));
            self.meter.waiting(false);
            if end?.is_none() {
                return Ok(false);
            }
            again = true;
        }
    }

    /// Tries for some microseconds, ever more seldom: each look takes the line from the one that is about to let go.
    fn spin_for(&self, context: &Context, held: u64) -> bool {
        context.spin_for(|| self.word.load(Relaxed) == FREE && take(self.word, held))
    }

    /// Queues; a release hands the lock to the first.
    fn wait_fair(&self, context: &mut Context, deadline: Option<Nanos>) -> Result<bool, Cut> {
        let mut queue = guard(&self.queue);
        if self.word.swap(WANTED, SeqCst) == FREE {
            return Ok(true);
        }
        context.begin(Awaited::Resource(self.meter.id), deadline.is_some(), TaskState::Blocked, false);
        queue.join(&context.waiter, false);
        self.meter.waiting(true);
        drop(queue);
        let end = context.wait(deadline, |waiter| guard(&self.queue).leave(waiter));
        self.meter.waiting(false);
        Ok(end? == Some(End::Handed))
    }

    fn try_spin(&self) -> bool {
        self.word.load(Relaxed) == FREE && take(self.word, HELD)
    }

    /// Burns CPU until `had` or the deadline; tells that it waits only when it lasts.
    fn spin(&self, context: &mut Context, deadline: Option<Nanos>, had: impl Fn() -> bool) -> Result<bool, Cut> {
        let tried = |rounds: u32| {
            (0..rounds).any(|_| {
                let done = had();
                if !done {
                    std::hint::spin_loop();
                }
                done
            })
        };
        if tried(ROUNDS) {
            return Ok(true);
        }
        let on = Awaited::Resource(self.meter.id);
        context.begin(on, deadline.is_some(), TaskState::Spinning, false);
        let mut spell = Spell::begin(context);
        self.meter.waiting(true);
        let end = loop {
            if tried(ROUNDS) {
                break Ok(true);
            }
            spell.look(context);
            if let Err(cut) = context.check().and_then(|()| context.check_point()) {
                break Err(cut);
            }
            if deadline.is_some_and(|deadline| context.frame.clock.now() >= deadline) {
                break Ok(false);
            }
        };
        self.meter.waiting(false);
        if end.is_ok() {
            context.end_wait();
        }
        spell.end(context);
        end
    }

    fn acquire_ticket(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        if patience == Patience::Never {
            if self.draw_if_served() {
                self.meter.acquired(context, None);
                return Ok(true);
            }
            context.step_done(context.stamp(), 0);
            return Ok(false);
        }
        let mine = self.next.fetch_add(1, SeqCst);
        if self.word.load(SeqCst) == mine {
            self.meter.acquired(context, None);
            return Ok(true);
        }
        let asked = context.frame.clock.now();
        let deadline = if let Patience::AtMost(length) = patience { Some(asked + length) } else { None };
        let served = self.spin(context, deadline, || self.word.load(Acquire) == mine)?;
        let had = served || !self.abandon(mine);
        Ok(self.settle(context, asked, had))
    }

    /// Draws the ticket that is being served, if nobody has it.
    #[inline]
    fn draw_if_served(&self) -> bool {
        let serving = self.word.load(SeqCst);
        self.next.compare_exchange(serving, serving + 1, SeqCst, Relaxed).is_ok()
    }

    /// Leaves with a ticket not served. False if it is being served just now: then the lock is had after all.
    fn abandon(&self, mine: u64) -> bool {
        let mut abandoned = guard(&self.abandoned);
        abandoned.insert(mine);
        self.abandoned_count.fetch_add(1, SeqCst);
        // Either this sees its number served, or the release that serves it sees the count.
        if self.word.load(SeqCst) != mine {
            return true;
        }
        abandoned.remove(&mine);
        self.abandoned_count.fetch_sub(1, SeqCst);
        false
    }

    /// Lets it go.
    ///
    /// # Errors
    /// When nobody holds it, or another task does and owners are checked.
    pub(in crate::engine::real) fn release(&self, context: &mut Context) -> Result<(), Misuse> {
        if self.is_free() {
            return Err(Misuse::Free);
        }
        if self.owner_checked && self.meter.holder() != Some(context.task) {
            return Err(Misuse::NotOwner);
        }
        if self.let_go(context) { Ok(()) } else { Err(Misuse::Free) }
    }

    /// Lets it go for `block` if the task holds it; else nothing has been done.
    #[inline]
    pub(in crate::engine::real) fn release_at_once(&self, context: &mut Context, block: BlockId) -> bool {
        if self.is_free() || self.meter.holder() != Some(context.task) {
            return false;
        }
        context.step(block);
        self.let_go(context)
    }

    /// False if it was free after all: somebody else has released it meanwhile.
    #[inline]
    fn let_go(&self, context: &mut Context) -> bool {
        let held = self.meter.releasing(context);
        let was_held = match self.algorithm {
            LockAlgorithm::Barging => self.release_barging(context),
            LockAlgorithm::Fair => self.release_fair(context),
            LockAlgorithm::Spin => self.word.swap(FREE, SeqCst) != FREE,
            LockAlgorithm::Ticket => self.release_ticket(),
        };
        if was_held {
            self.meter.released(context, held);
        }
        was_held
    }

    #[inline]
    fn release_barging(&self, context: &Context) -> bool {
        let before = self.word.swap(FREE, SeqCst);
        if before == WANTED {
            self.wake_first(context);
        }
        before != FREE
    }

    #[cold]
    fn wake_first(&self, context: &Context) {
        let first = guard(&self.queue).end_first(End::Woken, context.frame.clock.now());
        if let Some(first) = first {
            first.wake();
        }
    }

    fn release_fair(&self, context: &Context) -> bool {
        match self.word.compare_exchange(HELD, FREE, SeqCst, SeqCst) {
            Ok(_) => return true,
            Err(FREE) => return false,
            Err(_) => {}
        }
        let mut queue = guard(&self.queue);
        let Some(first) = queue.end_first(End::Handed, context.frame.clock.now()) else {
            return self.word.swap(FREE, SeqCst) != FREE;
        };
        drop(queue);
        first.wake();
        true
    }

    fn release_ticket(&self) -> bool {
        let serving = self.word.load(SeqCst);
        if serving == self.next.load(SeqCst) || self.word.compare_exchange(serving, serving + 1, SeqCst, Relaxed).is_err() {
            return false;
        }
        if self.abandoned_count.load(SeqCst) > 0 {
            let mut abandoned = guard(&self.abandoned);
            let mut serving = serving + 1;
            while abandoned.remove(&serving) {
                self.abandoned_count.fetch_sub(1, SeqCst);
                serving += 1;
                self.word.store(serving, SeqCst);
            }
        }
        true
    }
}

impl Guard for Lock {
    fn is_held_by(&self, task: TaskId) -> bool {
        self.is_held_by(task)
    }

    fn let_go(&self, context: &mut Context) -> u32 {
        self.release(context).map_or(0, |()| 1)
    }

    fn take_back(&self, context: &mut Context, _depth: u32) -> Result<bool, Cut> {
        self.acquire(context, Patience::Forever)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::engine::real::task::context::tests::{frame, together};
    use crate::engine::real::transport::segment::Segment;
    use crate::engine::real::transport::state;
    use crate::id::ResourceId;

    const ALL: [LockAlgorithm; 4] = [LockAlgorithm::Barging, LockAlgorithm::Spin, LockAlgorithm::Ticket, LockAlgorithm::Fair];

    fn lock(segment: Segment<'static>, algorithm: LockAlgorithm, owner_checked: bool) -> Lock {
        Lock::new(Meter::new(segment, ResourceId(0)), algorithm, owner_checked)
    }

    fn total(segment: Segment<'static>, which: usize) -> u64 {
        segment.resource(0).unwrap().0[which].load(Relaxed)
    }

    #[test]
    fn every_kind_excludes_and_counts_exactly() {
        for algorithm in ALL {
            let frame = frame();
            let lock = lock(frame.segment, algorithm, false);
            let inside = AtomicU64::new(0);
            together(frame, 4, |task, context| {
                for _ in 0..2_000 {
                    context.step(BlockId(task));
                    assert_eq!(lock.acquire(context, Patience::Forever), Ok(true));
                    assert_eq!(inside.fetch_add(1, SeqCst), 0, "{algorithm:?}");
                    inside.fetch_sub(1, SeqCst);
                    assert_eq!(lock.release(context), Ok(()));
                }
            });
            assert!(lock.is_free());
            assert_eq!(total(frame.segment, resource::ACQUISITIONS), 8_000, "{algorithm:?}");
            assert!(total(frame.segment, resource::HAND_OFFS) < 8_000);
            assert_eq!(total(frame.segment, resource::WAITING), 0);
            let (_, waits, holds) = frame.segment.resource(0).unwrap();
            let count = |steps: &[Word]| steps.iter().map(|step| step.load(Relaxed)).sum::<u64>();
            assert_eq!(count(holds), 8_000);
            assert_eq!(count(waits), total(frame.segment, resource::CONTENDED));
        }
    }

    #[test]
    fn patience_ends_and_leaves_no_trace_in_the_lock() {
        for algorithm in ALL {
            let frame = frame();
            let lock = lock(frame.segment, algorithm, false);
            together(frame, 1, |_, context| assert_eq!(lock.acquire(context, Patience::Forever), Ok(true)));
            together(frame, 4, |task, context| {
                context.step(BlockId(task));
                assert_eq!(lock.acquire(context, Patience::Never), Ok(false));
                assert_eq!(lock.acquire(context, Patience::AtMost(Nanos::from_millis(2))), Ok(false));
            });
            assert_eq!(total(frame.segment, resource::TIMEOUTS), 4, "{algorithm:?}");
            together(frame, 1, |_, context| {
                assert_eq!(lock.release(context), Ok(()), "any task may release it");
                assert_eq!(lock.release(context), Err(Misuse::Free));
                assert_eq!(lock.acquire(context, Patience::Never), Ok(true), "{algorithm:?}");
                assert_eq!(lock.release(context), Ok(()));
            });
        }
    }

    #[test]
    fn time_outs_and_hand_overs_may_cross_without_losing_the_lock() {
        for algorithm in ALL {
            let frame = frame();
            let lock = lock(frame.segment, algorithm, false);
            let had = AtomicU64::new(0);
            together(frame, 4, |task, context| {
                for round in 0..300_u64 {
                    context.step(BlockId(task));
                    let patience = Patience::AtMost(Nanos(round * 100));
                    if lock.acquire(context, patience) == Ok(true) {
                        had.fetch_add(1, Relaxed);
                        assert_eq!(lock.release(context), Ok(()));
                    }
                }
            });
            assert!(lock.is_free(), "{algorithm:?}");
            assert_eq!(total(frame.segment, resource::ACQUISITIONS), had.load(Relaxed), "{algorithm:?}");
        }
    }

    #[test]
    fn a_ticket_that_is_up_can_be_taken_though_the_lock_is_not_free() {
        let frame = frame();
        let lock = lock(frame.segment, LockAlgorithm::Ticket, false);
        together(frame, 1, |_, context| {
            assert!(lock.is_up_for_taking());
            assert_eq!(lock.acquire(context, Patience::Forever), Ok(true));
            lock.next.fetch_add(1, SeqCst); // another draws a ticket and loses its core
            assert!(!lock.is_up_for_taking());
            assert_eq!(lock.release(context), Ok(()));
            assert!(!lock.is_free() && lock.is_up_for_taking());
        });
    }

    #[test]
    fn an_owner_checked_lock_is_released_by_its_holder_only() {
        let frame = frame();
        let lock = lock(frame.segment, LockAlgorithm::Barging, true);
        together(frame, 1, |_, context| assert_eq!(lock.acquire(context, Patience::Forever), Ok(true)));
        together(frame, 2, |task, context| {
            if task == 1 {
                assert_eq!(lock.release(context), Err(Misuse::NotOwner));
            }
        });
        together(frame, 1, |_, context| assert_eq!(lock.release(context), Ok(())));
    }

    #[test]
    fn a_stop_ends_every_wait() {
        for algorithm in ALL {
            let frame = frame();
            let lock = lock(frame.segment, algorithm, false);
            together(frame, 1, |_, context| assert_eq!(lock.acquire(context, Patience::Forever), Ok(true)));
            let waiters: Mutex<Vec<std::thread::Thread>> = Mutex::default();
            together(frame, 3, |task, context| {
                if task > 0 {
                    guard(&waiters).push(std::thread::current());
                    return assert_eq!(lock.acquire(context, Patience::Forever), Err(Cut), "{algorithm:?}");
                }
                let waits = |task: usize| {
                    let state = state::read(frame.segment.task(task).unwrap());
                    matches!(state, TaskState::Blocked | TaskState::Spinning)
                };
                while !(waits(1) && waits(2)) {
                    std::thread::yield_now();
                }
                frame.control.stop();
                for waiter in guard(&waiters).iter() {
                    waiter.unpark();
                }
            });
        }
    }
}

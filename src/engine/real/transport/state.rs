//! What a task does, as its slot in the shared segment tells it: state, since when, and the time in each state so far.
//! One writer at a time: the task itself, or whoever takes it out of a queue.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::fence;

use super::clock::Clock;
use super::segment::{TaskSlot, Word, task};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// Adds to a word that only one may write at a time.
#[inline]
pub(in crate::engine::real) fn add(word: &Word, more: u64) {
    word.store(word.load(Relaxed).wrapping_add(more), Relaxed);
}

/// The task goes over into `state` at `now`. The epoch is odd meanwhile, so that nobody takes the half of a change for a whole.
pub(in crate::engine::real) fn enter(slot: TaskSlot<'_>, state: TaskState, now: Nanos) {
    let epoch = slot[task::EPOCH].load(Relaxed) | 1;
    slot[task::EPOCH].store(epoch, Relaxed);
    fence(Release);
    let before = slot[task::STATE].load(Relaxed);
    let since = slot[task::SINCE].load(Relaxed);
    // Nobody asks how long it had not begun.
    if let Some(total) =
        usize::try_from(before).ok().filter(|&before| before > 0).and_then(|before| slot.get(task::IN_STATE + before.min(7)))
    {
        add(total, now.0.saturating_sub(since));
    }
    slot[task::SINCE].store(now.0.max(since), Relaxed);
    slot[task::STATE].store(state as u64, Relaxed);
    slot[task::EPOCH].store(epoch.wrapping_add(1), Release);
}

/// What a task does and waits for at one moment, with an epoch that differs after each change; None while it changes.
pub(in crate::engine::real) fn look(slot: TaskSlot<'_>) -> Option<(u64, TaskState, Option<Target>)> {
    let before = slot[task::EPOCH].load(Acquire);
    let (state, target) = (read(slot), Target::read(slot));
    (is_still(slot, before) && before.is_multiple_of(2)).then_some((before, state, target))
}

/// One that waits looks whether it can go on. What it takes by that is gone before it is in another state: it is in the middle of
/// a change until it has looked in vain, which leaves the epoch as it was.
pub(in crate::engine::real) fn looks(slot: TaskSlot<'_>) {
    slot[task::EPOCH].fetch_or(1, SeqCst);
}

/// It has looked in vain.
pub(in crate::engine::real) fn looked(slot: TaskSlot<'_>) {
    slot[task::EPOCH].fetch_and(!1, SeqCst);
}

/// One that looks has got a part through, and waits on for the rest.
pub(in crate::engine::real) fn advanced(slot: TaskSlot<'_>) {
    slot[task::EPOCH].fetch_add(2, SeqCst);
}

/// Whether nothing has changed since a look gave this epoch; what was read meanwhile is of one moment.
pub(in crate::engine::real) fn is_still(slot: TaskSlot<'_>, epoch: u64) -> bool {
    fence(Acquire);
    slot[task::EPOCH].load(SeqCst) == epoch
}

/// Waits for what comes soon and stands in no line for it: `wait` looks again and again. The task is blocked meanwhile, and
/// not one that has no core. One that stands in a line already waits there.
pub(in crate::engine::real) fn soon<T>(slot: TaskSlot<'_>, clock: Clock, wait: impl FnOnce() -> T) -> T {
    if read(slot) != TaskState::Running {
        return wait();
    }
    enter(slot, TaskState::Blocked, clock.now());
    let had = wait();
    enter(slot, TaskState::Running, clock.now());
    had
}

/// How long the task has been told to have spun.
pub(in crate::engine::real) fn spun(slot: TaskSlot<'_>) -> Nanos {
    Nanos(slot[task::IN_STATE + TaskState::Spinning as usize].load(Relaxed))
}

/// Of what it has spun since that was `before` it had a core for `most` at most: for the rest it waited for one.
pub(in crate::engine::real) fn cut_spinning(slot: TaskSlot<'_>, before: Nanos, most: Nanos) {
    let off_core = spun(slot).since(before).since(most).0;
    let total = &slot[task::IN_STATE + TaskState::Spinning as usize];
    total.store(total.load(Relaxed) - off_core, Relaxed);
    add(&slot[task::IN_STATE + TaskState::Runnable as usize], off_core);
}

/// How long the task has run or spun, by the wall clock.
pub(in crate::engine::real) fn active(slot: TaskSlot<'_>, now: Nanos) -> Nanos {
    let total = |state: TaskState| Nanos(slot[task::IN_STATE + state as usize].load(Relaxed));
    let closed = total(TaskState::Running) + total(TaskState::Spinning);
    let open = matches!(read(slot), TaskState::Running | TaskState::Spinning);
    if open { closed + now.since(Nanos(slot[task::SINCE].load(Relaxed))) } else { closed }
}

/// The task's state; one that is not of ours is `Done`.
pub(in crate::engine::real) fn read(slot: TaskSlot<'_>) -> TaskState {
    let number = usize::try_from(slot[task::STATE].load(Relaxed)).unwrap_or(usize::MAX);
    TaskState::ALL.get(number).copied().unwrap_or(TaskState::Done)
}

const RESOURCE: u64 = 1 << 32;
const TASK: u64 = 2 << 32;
const TIMED: u64 = 1 << 63;

/// What a task waits for, and whether the wait ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Target {
    pub(in crate::engine::real) on: Awaited,
    pub(in crate::engine::real) timed: bool,
}

impl Target {
    /// As the slot keeps it; zero is nothing.
    pub(in crate::engine::real) const fn word(self) -> u64 {
        let what = match self.on {
            Awaited::Resource(id) => RESOURCE | id.0 as u64,
            Awaited::Task(id) => TASK | id.0 as u64,
        };
        what | if self.timed { TIMED } else { 0 }
    }

    /// From the slot.
    pub(in crate::engine::real) fn read(slot: TaskSlot<'_>) -> Option<Self> {
        let word = slot[task::TARGET].load(Acquire);
        let id = u32::try_from(word & u64::from(u32::MAX)).ok()?;
        let on = match word & !TIMED & !u64::from(u32::MAX) {
            RESOURCE => Awaited::Resource(ResourceId(id)),
            TASK => Awaited::Task(TaskId(id)),
            _ => return None,
        };
        Some(Self { on, timed: word & TIMED != 0 })
    }
}

const RUNS: u64 = 1 << 62;
const NOBODY: u64 = u64::MAX;

/// What a task has to do with event loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Looped {
    /// Nothing.
    No,
    /// A coroutine, which the thread of its loop runs; nobody's yet where that does not run.
    By(Option<TaskId>),
    /// It runs a loop, and stands at the block that does so.
    Runs { event_loop: ResourceId, at: BlockId },
}

impl Looped {
    /// As the slot keeps it.
    pub(in crate::engine::real) const fn word(self) -> u64 {
        match self {
            Self::No => 0,
            Self::By(None) => NOBODY,
            Self::By(Some(task)) => task.0 as u64 + 1,
            Self::Runs { event_loop, at } => RUNS | (event_loop.0 as u64) << 32 | at.0 as u64,
        }
    }

    /// From the slot.
    pub(in crate::engine::real) fn read(slot: TaskSlot<'_>) -> Self {
        let word = slot[task::LOOPED].load(Relaxed);
        let half = |word: u64| u32::try_from(word & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        match word {
            0 => Self::No,
            NOBODY => Self::By(None),
            _ if word & RUNS != 0 => Self::Runs { event_loop: ResourceId(half((word ^ RUNS) >> 32)), at: BlockId(half(word)) },
            _ => Self::By(Some(TaskId(half(word - 1)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment::tests::{SMALL, leaked};
    use super::*;

    #[test]
    fn the_times_in_each_state_add_up_to_the_time_passed() {
        let segment = leaked(SMALL);
        let slot = segment.task(0).unwrap();
        for (at, state) in [(10, TaskState::Running), (30, TaskState::Blocked), (70, TaskState::Runnable), (75, TaskState::Done)]
        {
            enter(slot, state, Nanos(at));
        }
        let totals: Vec<u64> = slot[task::IN_STATE..][..8].iter().map(|word| word.load(Relaxed)).collect();
        assert_eq!(totals, [0, 20, 5, 40, 0, 0, 0, 0]);
        assert_eq!(read(slot), TaskState::Done);
        assert_eq!(slot[task::EPOCH].load(Relaxed), 8);
        assert_eq!(look(slot), Some((8, TaskState::Done, None)));
        slot[task::EPOCH].store(9, Relaxed);
        assert_eq!(look(slot), None, "it is in the middle of a change");
        enter(slot, TaskState::Done, Nanos(80));
        assert_eq!(look(slot), Some((10, TaskState::Done, None)));
    }

    #[test]
    fn one_that_waits_for_what_comes_soon_is_blocked_and_stays_in_the_line_it_stands_in() {
        let segment = leaked(SMALL);
        let slot = segment.task(0).unwrap();
        let clock = super::super::clock::running();
        enter(slot, TaskState::Running, clock.now());
        assert_eq!(soon(slot, clock, || read(slot)), TaskState::Blocked);
        assert_eq!(read(slot), TaskState::Running);
        enter(slot, TaskState::Blocked, clock.now());
        looks(slot);
        assert_eq!(soon(slot, clock, || look(slot)), None, "it is in the middle of a change as before");
        assert_eq!(read(slot), TaskState::Blocked);
    }

    #[test]
    fn one_that_looks_is_in_the_middle_of_a_change_until_it_has_looked_in_vain() {
        let segment = leaked(SMALL);
        let slot = segment.task(0).unwrap();
        enter(slot, TaskState::Blocked, Nanos(10));
        looks(slot);
        assert_eq!(look(slot), None);
        looked(slot);
        assert_eq!(look(slot), Some((2, TaskState::Blocked, None)), "nothing has changed");
        looks(slot);
        advanced(slot);
        looked(slot);
        assert_eq!(look(slot), Some((4, TaskState::Blocked, None)), "a part got through");
        looks(slot);
        enter(slot, TaskState::Running, Nanos(20));
        assert_eq!(look(slot), Some((6, TaskState::Running, None)), "it went on");
    }

    #[test]
    fn a_target_is_read_as_written() {
        let segment = leaked(SMALL);
        let slot = segment.task(0).unwrap();
        assert_eq!(Target::read(slot), None);
        for on in [Awaited::Resource(ResourceId(5)), Awaited::Task(TaskId(7))] {
            for timed in [false, true] {
                let target = Target { on, timed };
                slot[task::TARGET].store(target.word(), Relaxed);
                assert_eq!(Target::read(slot), Some(target));
            }
        }
        slot[task::TARGET].store(9 << 32, Relaxed);
        assert_eq!(Target::read(slot), None);
    }

    #[test]
    fn what_a_task_has_to_do_with_loops_is_read_as_written() {
        let segment = leaked(SMALL);
        let slot = segment.task(0).unwrap();
        let runs = Looped::Runs { event_loop: ResourceId(3), at: BlockId(4_000_000) };
        for looped in [Looped::No, Looped::By(None), Looped::By(Some(TaskId(0))), Looped::By(Some(TaskId(7))), runs] {
            slot[task::LOOPED].store(looped.word(), Relaxed);
            assert_eq!(Looped::read(slot), looped);
        }
    }
}

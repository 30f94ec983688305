//! Conditions, events and barriers: who stands in line for a sign, and what a sign does to them.
//! Which of the waiting a `notify` wakes is not said here: that is a choice.

use crate::engine::crowd::Crowd;
use crate::id::TaskId;
use crate::value::Failure;

/// A condition's state. Mesa semantics: a woken task competes for the lock again, so what it waited for may no longer hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Condition {
    /// Those in line, in the order of arrival, with how often each held the lock.
    pub(super) line: Vec<(TaskId, u32)>,
    /// Signs for coroutines of these tasks, which stand in line in the name of their loop: as if they had not held the lock.
    pub(super) signs: Vec<TaskId>,
}

/// An event's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Event {
    /// Whether it is set.
    pub(super) set: bool,
    /// Those who wait for that.
    pub(super) line: Vec<TaskId>,
    /// Likewise coroutines, in the name of their loops.
    pub(super) aside: Crowd,
}

/// A barrier's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Barrier {
    /// Aborted, or somebody's time was over.
    pub(super) broken: bool,
    /// Those who have come and wait for the rest, with their places.
    pub(super) line: Vec<(TaskId, u64)>,
    /// Likewise coroutines, in the name of their loops.
    pub(super) aside: Vec<(TaskId, u64)>,
    /// Coroutines that may go on.
    pub(super) signs: Vec<(TaskId, u64)>,
}

impl Barrier {
    /// One more comes: its place; and whether it is the last.
    pub(super) fn come(&self, parties: u64) -> (u64, bool) {
        let place = (self.line.len() + self.aside.len()) as u64;
        (place, place + 1 >= parties)
    }

    /// All have come: coroutines may go on; who else goes on.
    pub(super) fn open(&mut self) -> Vec<(TaskId, u64)> {
        self.signs.append(&mut self.aside);
        std::mem::take(&mut self.line)
    }
}

/// What every wait at a broken barrier raises.
pub(super) fn broken() -> Failure {
    Failure::new("BrokenBarrierError", "")
}

impl Condition {
    /// How many different sets of `count` of those in line there are, up to a limit; 1 if all are woken.
    pub(super) fn ways(&self, count: u64) -> u64 {
        let waiting = self.line.len() as u64;
        if count == 0 || count >= waiting { 1 } else { combinations(waiting, count).min(MOST_WAYS) }
    }

    /// Takes the `nth` of these sets out of the line.
    pub(super) fn wake(&mut self, count: u64, nth: u64) -> Vec<(TaskId, u32)> {
        let mut left = usize::try_from(count).unwrap_or(usize::MAX).min(self.line.len());
        let (mut nth, mut woken) = (nth, Vec::new());
        let mut at = 0;
        while left > 0 {
            // So many sets begin with the one at `at`; the first sets are those of the longest waiting.
            let with = combinations((self.line.len() - at - 1) as u64, left as u64 - 1);
            if nth < with {
                woken.push(self.line.remove(at));
                left -= 1;
            } else {
                nth -= with;
                at += 1;
            }
        }
        woken
    }

    /// Takes one out whose wait ends otherwise; how often it held the lock.
    pub(super) fn leave(&mut self, task: TaskId) -> u32 {
        let at = self.line.iter().position(|&(waiting, _)| waiting == task).expect("who waits on a condition stands in its line");
        self.line.remove(at).1
    }
}

/// Of more sets than these only the first are chosen from.
const MOST_WAYS: u64 = 1 << 20;

/// How many sets of `count` there are among `of`, saturating.
fn combinations(of: u64, count: u64) -> u64 {
    if count > of {
        return 0;
    }
    let count = count.min(of - count);
    let mut ways: u128 = 1;
    for at in 0..count {
        ways = ways * u128::from(of - at) / u128::from(at + 1);
        if ways > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    u64::try_from(ways).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_notify_may_wake_every_set_of_the_waiting_and_each_is_one_way() {
        let condition = Condition { signs: Vec::new(), line: (0..5).map(|task| (TaskId(task), 1)).collect() };
        for count in 0..=7 {
            let ways = condition.ways(count);
            let woken = |nth| condition.clone().wake(count, nth).iter().map(|(task, _)| task.0).collect::<Vec<_>>();
            let sets: BTreeSet<Vec<u32>> = (0..ways).map(woken).collect();
            assert_eq!(sets.len() as u64, ways);
            assert!(sets.iter().all(|set| set.len() as u64 == count.min(5)));
            assert_eq!(woken(0), (0..u32::try_from(count.min(5)).unwrap()).collect::<Vec<_>>(), "the longest waiting first");
        }
    }
}

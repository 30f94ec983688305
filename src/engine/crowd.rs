//! The coroutines that wait for an event, each in the name of the task that runs its loop. All of them go on by one sign, so they
//! are counted, not lined up. Which of a loop's goes on first is its machine's question.

use std::collections::BTreeMap;

use crate::id::TaskId;

/// See the file's head.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Crowd(BTreeMap<TaskId, Part>);

/// Those of one loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Part {
    waiting: u64,
    /// How many may go on and have not.
    signs: u64,
}

impl Crowd {
    /// One more waits.
    pub(super) fn join(&mut self, of: TaskId) {
        self.0.entry(of).or_default().waiting += 1;
    }

    /// All that wait may go on; how many those are.
    pub(super) fn let_go(&mut self) -> u64 {
        let mut let_go = 0;
        for part in self.0.values_mut() {
            let_go += part.waiting;
            part.signs += std::mem::take(&mut part.waiting);
        }
        let_go
    }

    /// Whether one of a task's may go on.
    pub(super) fn has_sign(&self, of: TaskId) -> bool {
        self.0.get(&of).is_some_and(|part| part.signs > 0)
    }

    /// It does, if it may.
    pub(super) fn take_sign(&mut self, of: TaskId) -> bool {
        self.less(of, |part| part.signs > 0, |part| part.signs -= 1)
    }

    /// One waits no more that so many of its loop had come before: the signs are for the first of them.
    pub(super) fn leave(&mut self, of: TaskId, behind: u32) {
        if !self.less(of, |part| part.signs > u64::from(behind), |part| part.signs -= 1) {
            self.less(of, |part| part.waiting > 0, |part| part.waiting -= 1);
        }
    }

    fn less(&mut self, of: TaskId, may: impl Fn(&Part) -> bool, change: impl Fn(&mut Part)) -> bool {
        let Some(part) = self.0.get_mut(&of).filter(|part| may(part)) else { return false };
        change(part);
        if *part == Part::default() {
            self.0.remove(&of);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_for_those_who_waited_when_it_was_given() {
        let (ours, theirs) = (TaskId(1), TaskId(2));
        let mut crowd = Crowd::default();
        crowd.join(ours);
        crowd.join(ours);
        crowd.join(theirs);
        assert!(!crowd.has_sign(ours));
        assert_eq!(crowd.let_go(), 3);
        crowd.join(ours);
        assert!(crowd.take_sign(ours) && crowd.take_sign(ours));
        assert!(!crowd.take_sign(ours), "the third came later");
        crowd.leave(ours, 0);
        crowd.leave(theirs, 0);
        assert_eq!(crowd, Crowd::default(), "nothing is left of them");
    }

    #[test]
    fn who_leaves_takes_no_sign_of_another() {
        let (ours, left) = (TaskId(1), |part: Part| Crowd([(TaskId(1), part)].into()));
        let mut crowd = Crowd::default();
        crowd.join(ours);
        crowd.let_go();
        crowd.join(ours);
        let mut first_leaves = crowd.clone();
        first_leaves.leave(ours, 0);
        assert_eq!(first_leaves, left(Part { waiting: 1, signs: 0 }));
        crowd.leave(ours, 1);
        assert_eq!(crowd, left(Part { waiting: 0, signs: 1 }));
    }
}

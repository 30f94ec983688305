//! The tasks of a run that are not over, for those who look at all of them again and again: tens of thousands may have come and
//! gone, and looking at them would take the cores from those that run.

use std::sync::atomic::Ordering::Acquire;
use std::sync::atomic::fence;

use super::segment::{Head, Segment};
use super::state;
use crate::trace::store::TaskState;

/// One that was not over when it was looked at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Entry {
    /// Its place in the segment.
    pub(in crate::engine::real) index: usize,
    /// It is over by now: nothing of it changes any more.
    pub(in crate::engine::real) over: bool,
}

/// See the file's head.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Roll {
    /// How many places have been seen.
    seen: usize,
    open: Vec<Entry>,
}

impl Roll {
    /// Takes in those that have come, and sees who is over: what is read of those afterwards is final.
    pub(in crate::engine::real) fn call(&mut self, segment: &Segment<'_>) {
        let end = Self::end(segment);
        self.open.extend((self.seen..end).map(|index| Entry { index, over: false }));
        self.seen = self.seen.max(end);
        for entry in &mut self.open {
            entry.over = segment.task(entry.index).is_some_and(|slot| state::read(slot) == TaskState::Done);
        }
        fence(Acquire);
    }

    /// How many places have been taken.
    pub(in crate::engine::real) fn end(segment: &Segment<'_>) -> usize {
        usize::try_from(segment.head(Head::TaskEnd).load(Acquire)).unwrap_or(0).min(segment.sizes().tasks)
    }

    /// How many places have been seen.
    pub(in crate::engine::real) const fn seen(&self) -> usize {
        self.seen
    }

    /// Those that were not over before.
    pub(in crate::engine::real) fn open(&self) -> &[Entry] {
        &self.open
    }

    /// Looks at each of those that were not over before; who is over and has been looked at successfully is left out from now on.
    pub(in crate::engine::real) fn each(&mut self, mut look: impl FnMut(Entry) -> bool) {
        self.open.retain(|&entry| !(look(entry) && entry.over));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::super::segment::tests::{SMALL, leaked};
    use super::*;
    use crate::time::Nanos;

    #[test]
    fn one_that_is_over_is_looked_at_once_more_and_then_never_again() {
        let segment = leaked(SMALL);
        let mut roll = Roll::default();
        let mut call = |takes: bool| {
            roll.call(&segment);
            let mut seen = Vec::new();
            roll.each(|entry| {
                seen.push(entry.index);
                takes
            });
            seen
        };
        assert!(call(true).is_empty());
        segment.head(Head::TaskEnd).store(3, Relaxed);
        assert_eq!(call(true), [0, 1, 2]);
        state::enter(segment.task(1).unwrap(), TaskState::Done, Nanos(5));
        assert_eq!(call(false), [0, 1, 2], "it could not be looked at");
        assert_eq!(call(true), [0, 1, 2]);
        assert_eq!(call(true), [0, 2]);
        segment.head(Head::TaskEnd).store(u64::MAX, Relaxed);
        assert_eq!(call(true).len(), SMALL.tasks - 1, "a damaged segment has no more places than there are");
    }
}

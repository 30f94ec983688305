//! What all tasks of a process are told at once: go on, halt, end, tell what they stand in; and the beat at which they report what
//! they have counted.
//! One word that every task compares with what it saw last, so that asking costs a load. It is in the shared segment: the tasks
//! of all processes hear an order at once, whether or not their own process has had a core to hear it.
//! Who says so is `worker`'s business.

use std::sync::atomic::Ordering;

use crate::engine::real::transport::segment::{Segment, Word, process};
use crate::id::ProcessId;

const STOP: u64 = 1;
const PAUSE: u64 = 2;
const BEAT: u64 = 4;
/// Above all beats.
const LOOK: u64 = 1 << 48;

/// The word.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Control {
    word: &'static Word,
}

/// What a task saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::engine::real) struct Orders(u64);

impl Control {
    /// A process's own; none for a process that has no place in the segment.
    pub(in crate::engine::real) fn of(segment: Segment<'static>, process: ProcessId) -> Option<Self> {
        segment.process(process.index()).map(|slot| Self { word: &slot[process::CONTROL] })
    }

    /// The latest orders.
    #[inline]
    pub(in crate::engine::real) fn orders(self) -> Orders {
        Orders(self.word.load(Ordering::Relaxed))
    }

    /// Ends every task at its next step; never taken back.
    pub(in crate::engine::real) fn stop(self) {
        self.word.fetch_or(STOP, Ordering::SeqCst);
    }

    /// Halts every task at its next step, or lets it go on.
    pub(in crate::engine::real) fn pause(self, halt: bool) {
        if halt {
            // First: whoever halts has told what it stands in.
            self.look();
            self.word.fetch_or(PAUSE, Ordering::SeqCst);
        } else {
            self.word.fetch_and(!PAUSE, Ordering::SeqCst);
        }
    }

    /// Asks every task to tell what it stands in.
    pub(in crate::engine::real) fn look(self) {
        self.word.fetch_add(LOOK, Ordering::SeqCst);
    }

    /// Asks every task to report.
    pub(in crate::engine::real) fn beat(self) {
        self.word.fetch_add(BEAT, Ordering::Relaxed);
    }
}

impl Orders {
    /// Whether to end.
    pub(in crate::engine::real) const fn stop(self) -> bool {
        self.0 & STOP != 0
    }

    /// How often tasks have been asked what they stand in.
    pub(in crate::engine::real) const fn looks(self) -> u64 {
        self.0 / LOOK
    }

    /// Whether to halt.
    pub(in crate::engine::real) const fn pause(self) -> bool {
        self.0 & PAUSE != 0
    }
}

#[cfg(test)]
pub(in crate::engine::real) mod tests {
    use super::*;

    /// One that nobody else has.
    pub(crate) fn leaked() -> Control {
        Control { word: Box::leak(Box::default()) }
    }

    #[test]
    fn a_beat_changes_the_orders_without_halting_or_ending() {
        let control = leaked();
        let before = control.orders();
        control.beat();
        let after = control.orders();
        assert_ne!(before, after);
        assert!(!after.stop() && !after.pause());
    }

    #[test]
    fn a_stop_is_never_taken_back() {
        let control = leaked();
        control.pause(true);
        control.stop();
        control.pause(false);
        assert!(control.orders().stop() && !control.orders().pause());
    }
}

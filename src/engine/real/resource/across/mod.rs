//! What several processes meet at: state in the shared segment, waiting by the kernel's futex on a bell in it, items through pipes
//! of the system's. Nobody stands in a queue here, so one that is killed leaves nothing behind but what it held.
//! Owns the station each such resource has and how one waits at it; what is waited for is said in the files beside it.

mod bell;
mod cell;
pub(in crate::engine::real) mod parcel;
mod pipe;
mod queue;
mod sign;
mod token;
mod wire;

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

pub(in crate::engine::real) use self::bell::{listen, read as read_bell, ring};
pub(in crate::engine::real) use self::cell::{Cell, abandon as abandon_cell};
pub(in crate::engine::real) use self::pipe::Pipe;
pub(in crate::engine::real) use self::queue::Queue;
pub(in crate::engine::real) use self::sign::{Barrier, Condition, Event, is_given};
pub(in crate::engine::real) use self::token::{Refused, Token};
pub(in crate::engine::real) use self::wire::Ends as WireEnds;
use self::wire::Wire;
use crate::effect::{Ends, Patience};
use crate::engine::real::task::context::{Context, Cut, Frame};
use crate::engine::real::transport::segment::{StationSlot, TaskSlot, Word, half, station, task};
use crate::engine::real::transport::state;
use crate::id::{ProcessId, ResourceId};
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// How often one looks whether a gate is free that others have for a moment.
const GATE_EVERY: Duration = Duration::from_micros(50);
/// The longest one sleeps without a look around: a bell that nobody could ring, because its ringer was killed, costs so much.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// For what of a resource a task waits, so that others can tell whether it is about to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Side {
    /// To give so much: needs room for it.
    Give(u64),
    /// To take something: needs that there is something.
    Take,
    /// To get the rest of something through.
    Rest,
    /// Until all is done, or a sign is given.
    Done,
}

impl Side {
    /// As a task's slot keeps it: see [`task::SIDE`].
    const fn word(self) -> u64 {
        match self {
            Self::Give(amount) => 1 | amount << 8,
            Self::Take => 2,
            Self::Rest => 3,
            Self::Done => 4,
        }
    }

    /// From a slot.
    pub(in crate::engine::real) const fn from_word(word: u64) -> Option<Self> {
        match word & 0xff {
            1 => Some(Self::Give(word >> 8)),
            2 => Some(Self::Take),
            3 => Some(Self::Rest),
            4 => Some(Self::Done),
            _ => None,
        }
    }
}

/// Where processes meet for one resource.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Station {
    pub(in crate::engine::real) id: ResourceId,
    pub(in crate::engine::real) words: StationSlot<'static>,
    /// Whose view this is.
    pub(in crate::engine::real) process: ProcessId,
}

/// A lock on a part of a station, held for a moment. Whoever reaps a process that died with it frees it.
pub(in crate::engine::real) struct Gate(&'static Word);

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.store(0, SeqCst);
    }
}

impl Station {
    pub(in crate::engine::real) fn word(&self, which: usize) -> &'static Word {
        &self.words[which]
    }

    pub(in crate::engine::real) fn load(&self, which: usize) -> u64 {
        self.words[which].load(SeqCst)
    }

    /// Tells those who wait that something has changed.
    pub(in crate::engine::real) fn ring(&self) {
        if self.load(station::WAITING) > 0 {
            ring(half(&self.words[station::BELL]));
        }
    }

    /// Takes a gate if nobody has it.
    pub(in crate::engine::real) fn gate(&self, which: usize) -> Option<Gate> {
        let word = self.word(which);
        // Made only by the one that has it: a gate that is dropped lets the next in.
        word.compare_exchange(0, u64::from(self.process.0) + 1, SeqCst, SeqCst).is_ok().then(|| Gate(word))
    }

    /// A gate, however often others have it for a moment.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn enter(&self, context: &Context, which: usize) -> Result<Gate, Cut> {
        if let Some(gate) = self.gate(which) {
            return Ok(gate);
        }
        state::soon(context.slot, context.frame.clock, || {
            loop {
                if let Some(gate) = self.gate(which) {
                    return Ok(gate);
                }
                if context.frame.control.orders().stop() {
                    return Err(Cut);
                }
                std::thread::park_timeout(GATE_EVERY);
            }
        })
    }

    /// Waits a little for the rest of a parcel of which the task has read the beginning; false when it will not come.
    fn await_rest(&self, slot: TaskSlot<'_>, frame: Frame, wire: &Wire) -> bool {
        let may_come = !frame.control.orders().stop() && self.load(station::BROKEN) == 0;
        if may_come {
            state::soon(slot, frame.clock, || wire.await_bytes());
        }
        may_come
    }

    /// A process has an end of a pipe, or gives it up; of a queue the first means that it has items on their way.
    pub(in crate::engine::real) fn set_ends(&self, process: ProcessId, ends: Ends, open: bool) {
        let (at, bit) = (process.index() / 64 % 2, 1 << (process.index() % 64));
        let sides = match ends {
            Ends::Write => &[station::WRITERS][..],
            Ends::Read => &[station::READERS],
            Ends::Both => &[station::WRITERS, station::READERS],
        };
        for side in sides {
            let word = &self.words[side + at];
            if open {
                word.fetch_or(bit, SeqCst);
            } else {
                word.fetch_and(!bit, SeqCst);
            }
        }
    }

    /// Whether a process has an end: of `station::WRITERS` or `station::READERS`.
    pub(in crate::engine::real) fn has_end(&self, side: usize, process: ProcessId) -> bool {
        self.load(side + process.index() / 64 % 2) & 1 << (process.index() % 64) != 0
    }

    /// Whether nobody has such an end any more.
    pub(in crate::engine::real) fn is_deserted(&self, side: usize) -> bool {
        self.load(side) == 0 && self.load(side + 1) == 0
    }

    /// Adds to a count as long as that stays within `most`; whether it did.
    pub(in crate::engine::real) fn admit(&self, which: usize, more: u64, most: u64) -> bool {
        let fits = |is: u64| Self::fits(is, more, most).then(|| is.saturating_add(more));
        self.words[which].fetch_update(SeqCst, SeqCst, fits).is_ok()
    }

    /// Whether so much more may be added. What is larger than there is room for goes through alone.
    pub(in crate::engine::real) const fn fits(is: u64, more: u64, most: u64) -> bool {
        is.saturating_add(more) <= most || is == 0
    }

    /// Takes from a count; false if there is not so much.
    pub(in crate::engine::real) fn take(&self, which: usize, less: u64) -> bool {
        self.words[which].fetch_update(SeqCst, SeqCst, |is| is.checked_sub(less)).is_ok()
    }

    /// Counts what went in, or out, after it did; how many are there now. One that takes may have counted first what the
    /// giver has yet to count, so that for a moment the sum is below nothing: that reads as nothing.
    pub(in crate::engine::real) fn tally(&self, change: i64) -> u64 {
        let change = change.cast_unsigned();
        let now = self.words[station::COUNT].fetch_add(change, SeqCst).wrapping_add(change);
        now.cast_signed().max(0).cast_unsigned()
    }

    /// Waits until `ready` gives something; none when patience is over before. A `ready` that gives nothing has done nothing, or
    /// has told [`state::advanced`].
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait<T>(
        &self,
        context: &mut Context,
        side: Side,
        deadline: Option<Nanos>,
        mut ready: impl FnMut() -> Option<T>,
    ) -> Result<Option<T>, Cut> {
        context.slot[task::SIDE].store(side.word(), SeqCst);
        context.begin(Awaited::Resource(self.id), deadline.is_some(), TaskState::Blocked, false);
        context.leave_interpreter();
        self.words[station::WAITING].fetch_add(1, SeqCst);
        let end = loop {
            let seen = read_bell(half(&self.words[station::BELL]));
            let orders = context.frame.control.orders();
            if orders.stop() {
                break Err(Cut);
            }
            context.tell_if_asked();
            if orders.pause() {
                context.stand_still();
                continue;
            }
            state::looks(context.slot);
            if let Some(had) = ready() {
                break Ok(Some(had));
            }
            state::looked(context.slot);
            let mut length = LOOK_EVERY;
            if let Some(deadline) = deadline {
                let left = deadline.since(context.frame.clock.now());
                if left == Nanos::ZERO {
                    break Ok(None);
                }
                length = length.min(left.duration());
            }
            listen(half(&self.words[station::BELL]), seen, length);
        };
        self.words[station::WAITING].fetch_sub(1, SeqCst);
        if end.is_ok() {
            context.end_wait();
        }
        end
    }
}

/// Until when one waits that begins now; none: for ever.
pub(in crate::engine::real) fn deadline(patience: Patience, now: Nanos) -> Option<Nanos> {
    match patience {
        Patience::AtMost(length) => Some(now + length),
        Patience::Forever | Patience::Never => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::real::transport::segment::tests::{SMALL, leaked};

    #[test]
    fn a_gate_is_let_go_by_the_one_that_has_it_and_by_nobody_that_only_tried() {
        let segment = leaked(SMALL);
        let station = |process| Station { id: ResourceId(0), words: segment.station(0).unwrap(), process: ProcessId(process) };
        let (mine, other) = (station(0), station(1));
        let gate = mine.gate(station::READ_GATE);
        assert!(gate.is_some());
        for _ in 0..2 {
            assert!(other.gate(station::READ_GATE).is_none());
        }
        drop(gate);
        assert!(other.gate(station::READ_GATE).is_some());
    }
}

//! What happened, in one vocabulary for every engine. An event is 24 bytes; a task's events come in chunks, in order.
//! Owns the words; `record` writes them on the hot path, `store` keeps them, `file` saves them. Does not judge or sum up.

pub mod counters;
pub mod ended;
pub mod events;
pub mod file;
pub mod frames;
mod names;
pub mod plain;
pub mod record;
pub mod store;

use crate::id::{BlockId, TaskId};
use crate::time::Nanos;

/// One event of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Event {
    /// Time in the upper 56 bits (nanoseconds since the run began, 2.2 years), the kind in the lower 8.
    time_and_kind: u64,
    /// The block that did it, `u32::MAX` for none.
    block: u32,
    /// A resource, a task or an output line, as the kind says; `u32::MAX` for none.
    subject: u32,
    /// As the kind says.
    payload: u64,
}

const _: () = assert!(size_of::<Event>() == 24, "an event is 24 bytes");

/// What kind of event: what its subject and payload are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum EventKind {
    /// The task began. Subject: its parent task, or none.
    Started = 1,
    /// The task ended. Payload: 0 returned, 1 raised, 2 cut off.
    Ended = 2,
    /// Subject: the resource or (for `Joining`) see that. The task must wait for it. Written only by one that waits.
    Asked = 3,
    /// Subject: the lock or semaphore taken. Payload: nanoseconds waited, 0 if not at all.
    Acquired = 4,
    /// Subject: the lock or semaphore released. Payload: nanoseconds held.
    Released = 5,
    /// Subject: resource. A wait ended without success: its time was over. Payload: nanoseconds waited.
    TimedOut = 6,
    /// Subject: queue. Payload: its length after. Ends a wait for that, too.
    Put = 7,
    /// As `Put`.
    Got = 8,
    /// Subject: queue. Payload: items not yet marked done, after.
    TaskDone = 9,
    /// Subject: `shared`. Payload: hash of the value read.
    Loaded = 10,
    /// Subject: `shared`. Payload: hash of the value written.
    Stored = 11,
    /// Subject: `shared`. Payload: hash of the value written. An atomic read and write in one.
    Exchanged = 12,
    /// Begins to compute. Payload: nanoseconds asked for, 0 for a number of rounds.
    Computing = 13,
    /// Begins to sleep. Payload: nanoseconds asked for.
    Sleeping = 14,
    /// Subject: the task waited for. Begins to wait for its end.
    Joining = 15,
    /// What `Computing`, `Sleeping`, `Joining` or `Asked` began is over (`Acquired`, `TimedOut`, `Put` and `Got` say so themselves). Payload: nanoseconds
    /// it took.
    Resumed = 16,
    /// Subject: the task it started.
    Spawned = 17,
    /// Subject: the output line's number.
    Printed = 18,
    /// Subject: the label's number in the trace's table of labels. A progress point.
    Marked = 19,
    /// An exception was raised. Subject: its text's number in the table of labels.
    Raised = 20,
    /// The task was seen on another core. Payload: the core.
    Core = 21,
    /// Payload: how many events were lost here.
    Gap = 22,
    /// Subject: the condition notified, event set or cleared, barrier aborted. Payload: how many it woke.
    Signalled = 23,
    /// Subject: the region entered. Payload: tasks in it, after.
    Entered = 24,
    /// Subject: the region left. Payload: nanoseconds spent in it.
    Left = 25,
    /// Subject: the resource. A coroutine that the task runs has waited there and got what it waited for. Payload: nanoseconds
    /// waited.
    Waited = 26,
}

/// No block, no subject.
pub const NOTHING: u32 = u32::MAX;

impl Event {
    /// An event. Times beyond 2^56 ns are cut to that.
    #[must_use]
    pub const fn new(at: Nanos, kind: EventKind, block: Option<BlockId>, subject: u32, payload: u64) -> Self {
        let time = if at.0 >> 56 == 0 { at.0 } else { (1 << 56) - 1 };
        let block = match block {
            Some(block) => block.0,
            None => NOTHING,
        };
        Self { time_and_kind: time << 8 | kind as u64, block, subject, payload }
    }

    /// An event from its 24 bytes as three words, as [`Event::words`] gives them; none if its kind is not one of ours.
    #[must_use]
    pub fn from_words(words: [u64; 3]) -> Option<Self> {
        let [time_and_kind, place, payload] = words;
        let [block, subject] = [place, place >> 32].map(|half| u32::try_from(half & u64::from(u32::MAX)).unwrap_or(NOTHING));
        let event = Self { time_and_kind, block, subject, payload };
        event.kind().map(|_known| event)
    }

    /// Its 24 bytes as three words.
    #[must_use]
    pub const fn words(&self) -> [u64; 3] {
        [self.time_and_kind, self.block as u64 | (self.subject as u64) << 32, self.payload]
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Nanos {
        Nanos(self.time_and_kind >> 8)
    }

    /// What kind; none if the byte is not one of ours (a damaged file or segment).
    #[must_use]
    pub fn kind(&self) -> Option<EventKind> {
        EventKind::ALL.get(usize::from(self.time_and_kind.to_le_bytes()[0]).wrapping_sub(1)).copied()
    }

    /// The block that did it.
    #[must_use]
    pub fn block(&self) -> Option<BlockId> {
        (self.block != NOTHING).then_some(BlockId(self.block))
    }

    /// As the kind says.
    #[must_use]
    pub const fn subject(&self) -> u32 {
        self.subject
    }

    /// As the kind says.
    #[must_use]
    pub const fn payload(&self) -> u64 {
        self.payload
    }
}

impl EventKind {
    /// Every kind, in the order of their numbers, which start at 1 and have no gaps.
    pub const ALL: [Self; 26] = [
        Self::Started,
        Self::Ended,
        Self::Asked,
        Self::Acquired,
        Self::Released,
        Self::TimedOut,
        Self::Put,
        Self::Got,
        Self::TaskDone,
        Self::Loaded,
        Self::Stored,
        Self::Exchanged,
        Self::Computing,
        Self::Sleeping,
        Self::Joining,
        Self::Resumed,
        Self::Spawned,
        Self::Printed,
        Self::Marked,
        Self::Raised,
        Self::Core,
        Self::Gap,
        Self::Signalled,
        Self::Entered,
        Self::Left,
        Self::Waited,
    ];
}

/// A run of consecutive events of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Whose.
    pub task: TaskId,
    /// In order of time.
    pub events: Vec<Event>,
    /// How many events of this task were lost just before the first.
    pub lost_before: u64,
}

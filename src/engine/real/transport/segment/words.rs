//! What each word means of the slots in a segment: where a task, a resource, a station, a process or a chunk keeps what.
//! Owns no memory and no layout: those are the parent's.

/// Words of a [`super::TaskSlot`]. The first line of the cache is what a coroutine's turn touches: thousands of them take turns.
pub(in crate::engine::real) mod task {
    /// The `TaskState`'s number.
    pub(crate) const STATE: usize = 0;
    /// The block it stands on, plus one.
    pub(crate) const BLOCK: usize = 1;
    /// Grows with each change of state.
    pub(crate) const EPOCH: usize = 2;
    /// Steps taken.
    pub(crate) const STEPS: usize = 3;
    /// Since when it is in its state.
    pub(crate) const SINCE: usize = 4;
    /// Eight totals, one a state. The first, before its start, is none: see the next.
    pub(crate) const IN_STATE: usize = 5;
    /// Since when its time is not yet among its block's; zero when that is no block's.
    pub(crate) const HERE: usize = IN_STATE;
    /// What it waits for: see `wait::Target`.
    pub(crate) const TARGET: usize = 13;
    /// The index of the chunk being written, plus one.
    pub(crate) const CHUNK: usize = 14;
    /// The process it runs in, plus one.
    pub(crate) const PROCESS: usize = 15;
    /// CPU time.
    pub(crate) const CPU: usize = 16;
    /// The core last seen on, plus one.
    pub(crate) const CORE: usize = 17;
    /// Events lost.
    pub(crate) const LOST: usize = 18;
    /// Time in which it ran but had no core.
    pub(crate) const OFF_CORE: usize = 19;
    /// When CPU time and core were told.
    pub(crate) const REPORTED: usize = 20;
    /// Since when it waits, once woken in vain or not.
    pub(crate) const ASKED: usize = 21;
    /// Of a job that has a worker: its pool, plus one.
    pub(crate) const POOL: usize = 22;
    /// The sign it waits for across processes: see `across::sign`.
    pub(crate) const SIGN: usize = 23;
    /// Nanoseconds for which it has held the interpreter lock, and has waited for it.
    pub(crate) const HELD: usize = 24;
    pub(crate) const WANTED: usize = 25;
    /// Since when it holds it, or waits for it; zero when it does not.
    pub(crate) const HELD_SINCE: usize = 26;
    pub(crate) const WANTED_SINCE: usize = 27;
    /// Its body's code, plus one.
    pub(crate) const CODE: usize = 28;
    /// 1: the run does not wait for it.
    pub(crate) const DAEMON: usize = 29;
    /// On which side of a resource across processes it waits: see `across::Side`. Of an event loop that rests: one more with each
    /// look in vain.
    pub(crate) const SIDE: usize = 30;
    /// Of a coroutine whose thread runs it, of a thread which loop it runs: see `state::Looped`.
    pub(crate) const LOOPED: usize = 31;
}

/// Words of a [`super::ResourceSlot`]. The first line is what changes hands with a lock; the rest is written when tasks tell.
pub(in crate::engine::real) mod resource {
    /// A lock's or a cell's own word.
    pub(crate) const WORD: usize = 0;
    /// Holder plus one in the lower half, the last to hold plus one in the upper.
    pub(crate) const HOLDER: usize = 1;
    /// When it was acquired.
    pub(crate) const SINCE: usize = 2;
    /// A ticket lock's next number; a cell's first half.
    pub(crate) const NEXT: usize = 3;
    /// A cell's second half.
    pub(crate) const CELL: usize = 4;
    pub(crate) const LEVEL: usize = 5;
    pub(crate) const ACQUISITIONS: usize = 8;
    pub(crate) const CONTENDED: usize = 9;
    pub(crate) const HAND_OFFS: usize = 10;
    pub(crate) const HOLD_TOTAL: usize = 11;
    pub(crate) const HOLD_MAX: usize = 12;
    pub(crate) const WAIT_TOTAL: usize = 13;
    pub(crate) const WAIT_MAX: usize = 14;
    pub(crate) const TIMEOUTS: usize = 15;
    pub(crate) const GETS: usize = 16;
    pub(crate) const LONGEST: usize = 17;
    /// Waiting now.
    pub(crate) const WAITING: usize = 18;
    /// Time of waits that ended by time-out.
    pub(crate) const TIMED_OUT: usize = 19;
    /// Joins of a queue.
    pub(crate) const JOINS: usize = 20;
    /// Waits that ended by a cancel.
    pub(crate) const CANCELLED: usize = 21;
    /// Time of those.
    pub(crate) const CANCELLED_TIME: usize = 22;
    /// Up to eight of those that have it where several can, plus one each. Two of them are in the first line.
    pub(crate) const HOLDERS: [usize; 8] = [6, 7, 24, 25, 26, 27, 28, 29];
    /// The coroutine that took it last in the name of its loop's thread, and has it, plus one.
    pub(crate) const COROUTINE: usize = 30;
}

/// Words of a [`super::ResourceSlot`] that is a region: what several may enter and leave at once.
pub(in crate::engine::real) mod region {
    /// Tasks in it in the lower sixteen bits, since when anybody is in the others.
    pub(crate) const STATE: usize = 0;
    /// For how long anybody was in it, until all had left last.
    pub(crate) const OPEN: usize = 2;
    /// CPU time of the scenario meanwhile.
    pub(crate) const CPU: usize = 3;
    /// CPU time of the scenario when the first came in.
    pub(crate) const CPU_BEFORE: usize = 4;
    /// The most that were in it at once.
    pub(crate) const PEAK: usize = 6;
    /// How many bits count tasks.
    pub(crate) const BITS: u32 = 16;

    /// Tasks in it, and since when anybody is.
    pub(crate) const fn taken_apart(state: u64) -> (u64, u64) {
        (state & ((1 << BITS) - 1), state >> BITS)
    }
}

/// Words of a [`super::StationSlot`].
pub(in crate::engine::real) mod station {
    /// Rung when something has changed; see [`super::super::half`].
    pub(crate) const BELL: usize = 0;
    /// Permits left, items or messages; 1: an event is set.
    pub(crate) const COUNT: usize = 1;
    /// What of a pipe's capacity is taken; how many ever stood in line for a sign; how often an rlock's holder has it.
    pub(crate) const USED: usize = 2;
    /// Items not yet marked done.
    pub(crate) const UNFINISHED: usize = 3;
    /// The same word of an event: how often it was set.
    pub(crate) const TIMES_SET: usize = 3;
    /// Processes that have the end that sends, or items on their way into a queue: two words, a bit each.
    pub(crate) const WRITERS: usize = 4;
    /// Processes that have the end that receives: two words.
    pub(crate) const READERS: usize = 6;
    /// The process that writes, plus one.
    pub(crate) const WRITE_GATE: usize = 8;
    /// The process that reads, plus one.
    pub(crate) const READ_GATE: usize = 9;
    /// 1: what is in the pipe makes no sense any more; a barrier is broken.
    pub(crate) const BROKEN: usize = 10;
    /// How many listen to the bell, at least.
    pub(crate) const WAITING: usize = 11;
    /// 1: the resource is a cell.
    pub(crate) const IS_CELL: usize = 12;
    /// A cell's second place.
    pub(crate) const KIND: usize = 13;
    pub(crate) const CONTENT: usize = 14;
}

/// Words of a [`super::ProcessSlot`].
pub(in crate::engine::real) mod process {
    /// 0 not begun, [`ALIVE`], [`GONE`].
    pub(crate) const STATE: usize = 0;
    /// The system's number; zero until it has told.
    pub(crate) const NUMBER: usize = 1;
    /// Who started it, plus one.
    pub(crate) const PARENT: usize = 2;
    /// Its exit code, as 32 bits.
    pub(crate) const EXIT: usize = 3;
    /// When it began, and had ended; at least 1.
    pub(crate) const BEGAN: usize = 4;
    pub(crate) const ENDED: usize = 5;
    /// CPU time of all its threads.
    pub(crate) const CPU: usize = 6;
    /// Resident bytes.
    pub(crate) const MEMORY: usize = 7;
    /// 1: by `terminate`.
    pub(crate) const TERMINATED: usize = 8;
    /// 1: it was cut off where it stood, because the run ended.
    pub(crate) const CUT: usize = 9;
    /// The signal that it died by, where nothing in the scenario sent it; and the block where it stood then, plus one.
    pub(crate) const SIGNAL: usize = 10;
    pub(crate) const STOOD: usize = 11;
    /// CPU time of all its threads before it began.
    pub(crate) const CPU_BEFORE: usize = 12;
    /// What its tasks are told: see `control`.
    pub(crate) const CONTROL: usize = 15;
    /// Somebody is about to start it.
    pub(crate) const CLAIMED: u64 = 3;
    /// It has begun.
    pub(crate) const ALIVE: u64 = 1;
    /// It has ended.
    pub(crate) const GONE: u64 = 2;
}

/// Words of a chunk's head.
pub(in crate::engine::real) mod chunk {
    /// 0 free, 1 taken by a task, 2 published.
    pub(crate) const STATE: usize = 0;
    pub(crate) const TASK: usize = 1;
    /// Which chunk of its task, from 0.
    pub(crate) const NUMBER: usize = 2;
    /// Events lost just before its first.
    pub(crate) const LOST_BEFORE: usize = 3;
    /// Events written so far.
    pub(crate) const LENGTH: usize = 4;
    /// Where events begin.
    pub(crate) const EVENTS: usize = 8;
}

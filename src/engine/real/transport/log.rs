//! Texts of a run in the shared segment: output lines in their true order, labels, tasks made, exceptions nobody caught.
//! Each is one record, whole or not there. Appended only, up to the size of the log; what finds no room is counted.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crossbeam::utils::Backoff;

use super::segment::{Head, Segment, Word};
use crate::id::{ProcessId, TaskId};
use crate::time::Nanos;

/// The longest text of a record; lines are cut to it.
pub(in crate::engine::real) const MOST_BYTES: usize = 4096;
/// Records of other kinds than output may use this part of the log alone: one of so many.
const RESERVE: usize = 4;
/// Words of a record before its text.
const HEAD: usize = 3;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Kind {
    /// A line that `print` wrote.
    Line = 1,
    /// A label; its number is how many came before.
    Label = 2,
    /// A task made during the run, as JSON.
    Task = 3,
    /// An exception that nobody caught, as JSON.
    Uncaught = 4,
    /// The block that made a coroutine which nobody awaited.
    Unawaited = 5,
}

/// A record as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine::real) struct Record {
    pub(in crate::engine::real) kind: Kind,
    pub(in crate::engine::real) task: TaskId,
    pub(in crate::engine::real) at: Nanos,
    pub(in crate::engine::real) text: String,
}

/// The worker's side.
#[derive(Debug)]
pub(in crate::engine::real) struct Log {
    segment: Segment<'static>,
    /// One thread of this process at a time; one process at a time by the gate in the segment.
    turn: Mutex<()>,
    process: ProcessId,
}

impl Log {
    pub(in crate::engine::real) fn new(segment: Segment<'static>, process: ProcessId) -> Self {
        Self { segment, turn: Mutex::default(), process }
    }

    /// Appends a record, cut to [`MOST_BYTES`]. The time is taken inside, so that lines are in the order of their times.
    /// Gives how many lines, or labels, there were before; none if there is no room.
    pub(in crate::engine::real) fn append(
        &self,
        kind: Kind,
        task: TaskId,
        text: &str,
        clock: impl FnOnce() -> Nanos,
    ) -> Option<u32> {
        let text = cut(text).as_bytes();
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _gate = self.gate();
        let words = usize::try_from(self.segment.head(Head::LogEnd).load(Acquire)).unwrap_or(usize::MAX);
        let log = self.segment.log();
        let room = if kind == Kind::Line { log.len() - log.len() / RESERVE } else { log.len() };
        let length = HEAD + text.len().div_ceil(8);
        if words.saturating_add(length) > room {
            if kind == Kind::Line {
                self.segment.head(Head::LinesLost).fetch_add(1, Relaxed);
            }
            return None;
        }
        let record = &log[words..words + length];
        record[0].store(kind as u64 | (text.len() as u64) << 8, Relaxed);
        record[1].store(task.0.into(), Relaxed);
        record[2].store(clock().0, Relaxed);
        for (word, bytes) in record[HEAD..].iter().zip(text.chunks(8)) {
            let mut whole = [0; 8];
            whole[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_le_bytes(whole), Relaxed);
        }
        let before = match kind {
            Kind::Line => self.segment.head(Head::Lines).fetch_add(1, Relaxed),
            Kind::Label => self.segment.head(Head::Labels).fetch_add(1, Relaxed),
            Kind::Task | Kind::Uncaught | Kind::Unawaited => 0,
        };
        self.segment.head(Head::LogEnd).store((words + length) as u64, Release);
        u32::try_from(before).ok()
    }

    /// Keeps other processes out. One that is killed in here is put right by whoever reaps it.
    fn gate(&self) -> Option<Gate> {
        if self.segment.sizes().processes < 2 {
            return None;
        }
        let word = self.segment.head(Head::LogGate);
        let backoff = Backoff::new();
        while word.compare_exchange(0, u64::from(self.process.0) + 1, Acquire, Relaxed).is_err() {
            if backoff.is_completed() {
                std::thread::park_timeout(Duration::from_micros(20));
            } else {
                backoff.snooze();
            }
        }
        Some(Gate(word))
    }
}

/// A process is dead. If it was appending, what it had begun is not there, and the counts are made those of what is.
pub(in crate::engine::real) fn mend(segment: Segment<'_>, dead: ProcessId) {
    let gate = segment.head(Head::LogGate);
    let (its, mending) = (u64::from(dead.0) + 1, u64::MAX);
    if gate.compare_exchange(its, mending, Acquire, Relaxed).is_err() {
        return;
    }
    let mut reader = Reader::default();
    let (mut lines, mut labels) = (0, 0);
    while let Some(record) = reader.next(&segment) {
        lines += u64::from(record.kind == Kind::Line);
        labels += u64::from(record.kind == Kind::Label);
    }
    segment.head(Head::Lines).store(lines, Relaxed);
    segment.head(Head::Labels).store(labels, Relaxed);
    gate.store(0, Release);
}

struct Gate(&'static Word);

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.store(0, Release);
    }
}

/// The part of a text that a record holds.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_BYTES)]
}

/// The app's side: where it has read to.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Reader {
    words: usize,
}

impl Reader {
    /// The next record; none when there is none yet, or none that makes sense.
    pub(in crate::engine::real) fn next(&mut self, segment: &Segment<'_>) -> Option<Record> {
        let log = segment.log();
        let end = usize::try_from(segment.head(Head::LogEnd).load(Acquire)).ok()?.min(log.len());
        let (head, rest) = log.get(self.words..end)?.split_at_checked(HEAD)?;
        let [first, task, at] = [0, 1, 2].map(|word| head[word].load(Relaxed));
        let bytes = usize::try_from(first >> 8).ok()?;
        let text = rest.get(..bytes.div_ceil(8)).filter(|_| bytes <= MOST_BYTES);
        let Some(text) = text else {
            self.words = log.len();
            return None;
        };
        self.words += HEAD + text.len();
        let kind = match first & 0xff {
            1 => Kind::Line,
            2 => Kind::Label,
            3 => Kind::Task,
            4 => Kind::Uncaught,
            5 => Kind::Unawaited,
            _ => return None,
        };
        Some(Record { kind, task: TaskId(u32::try_from(task).ok()?), at: Nanos(at), text: read_text(text, bytes) })
    }
}

fn read_text(words: &[Word], bytes: usize) -> String {
    let mut all: Vec<u8> = words.iter().flat_map(|word| word.load(Relaxed).to_le_bytes()).collect();
    all.truncate(bytes);
    String::from_utf8_lossy(&all).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::segment::tests::{SMALL, leaked};
    use super::*;

    #[test]
    fn records_are_read_as_written_and_in_order() {
        let segment = leaked(SMALL);
        let log = Log::new(segment, ProcessId::MAIN);
        let mut reader = Reader::default();
        for (at, text) in ["", "eight by", "nine byte", "三个消费者"].iter().enumerate() {
            let before = log.append(Kind::Line, TaskId(2), text, || Nanos(at as u64));
            assert_eq!(before, u32::try_from(at).ok());
        }
        let read: Vec<String> = std::iter::from_fn(|| reader.next(&segment)).map(|record| record.text).collect();
        assert_eq!(read, ["", "eight by", "nine byte", "三个消费者"]);
    }

    #[test]
    fn lines_beyond_the_limit_are_counted_and_leave_room_for_the_rest() {
        let segment = leaked(SMALL);
        let log = Log::new(segment, ProcessId::MAIN);
        let line = "x".repeat(1000);
        let kept = (0..10).filter(|_| log.append(Kind::Line, TaskId(0), &line, || Nanos::ZERO).is_some()).count();
        assert_eq!(kept as u64 + segment.head(Head::LinesLost).load(Relaxed), 10);
        assert!(log.append(Kind::Label, TaskId(0), "still", || Nanos::ZERO).is_some());
        let mut reader = Reader::default();
        assert_eq!(std::iter::from_fn(|| reader.next(&segment)).count(), kept + 1);
    }

    #[test]
    fn a_process_killed_while_it_appends_leaves_the_log_open_and_the_counts_true() {
        let segment = leaked(SMALL);
        let log = Log::new(segment, ProcessId(0));
        for (kind, before) in [(Kind::Line, 0), (Kind::Label, 0), (Kind::Line, 1)] {
            assert_eq!(log.append(kind, TaskId(0), "whole", || Nanos::ZERO), Some(before));
        }
        segment.head(Head::LogGate).store(3, Relaxed);
        segment.head(Head::Lines).fetch_add(1, Relaxed);
        mend(segment, ProcessId(1));
        assert_eq!(segment.head(Head::LogGate).load(Relaxed), 3, "that one has not died");
        mend(segment, ProcessId(2));
        assert_eq!(log.append(Kind::Line, TaskId(0), "next", || Nanos::ZERO), Some(2));
        assert_eq!(log.append(Kind::Label, TaskId(0), "next", || Nanos::ZERO), Some(1));
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        assert_eq!(cut(&"界".repeat(2000)).len(), MOST_BYTES - 1);
    }

    #[test]
    fn a_damaged_record_ends_the_reading() {
        let segment = leaked(SMALL);
        let log = Log::new(segment, ProcessId::MAIN);
        let _none_before = log.append(Kind::Line, TaskId(0), "good", || Nanos::ZERO);
        segment.log()[0].store(u64::MAX, Relaxed);
        segment.head(Head::LogEnd).store(u64::MAX, Relaxed);
        assert_eq!(Reader::default().next(&segment), None);
    }
}

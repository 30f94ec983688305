//! The pool of event chunks in the shared segment: a task takes one, fills it and publishes it; the reader frees it.
//! Never blocks: a task that finds no free chunk loses events and counts them. What an event says is `recorder`'s business.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use super::segment::{CHUNK_EVENTS, Head, Segment, Word, chunk, task};
use crate::id::TaskId;
use crate::trace::Event;

const FREE: u64 = 0;
const TAKEN: u64 = 1;
const PUBLISHED: u64 = 2;
/// How many chunks are looked at before the pool counts as empty.
const PROBES: usize = 64;

/// A task's place in the pool: the chunk it writes, if it has one.
#[derive(Debug)]
pub(in crate::engine::real) struct Writer {
    segment: Segment<'static>,
    slot: &'static [Word],
    task: TaskId,
    /// The places of the chunk; none without one, so that looking for the next place finds both ends.
    places: &'static [[Word; 3]],
    /// Where the chunk tells its length.
    told: &'static Word,
    chunk: Option<&'static [Word]>,
    index: usize,
    length: usize,
    number: u64,
    /// How many more are lost before a chunk is asked for again.
    pause: usize,
    lost: u64,
    lost_in_all: u64,
}

/// Where one without a chunk would tell its length.
static NOWHERE: Word = Word::new(0);

impl Writer {
    pub(in crate::engine::real) fn new(segment: Segment<'static>, task: TaskId) -> Self {
        let slot = segment.task(task.index()).expect("a task that runs has a slot");
        let index = task.index().wrapping_mul(7) % segment.sizes().chunks.max(1);
        Self {
            segment,
            slot,
            task,
            places: &[],
            told: &NOWHERE,
            chunk: None,
            index,
            length: 0,
            number: 0,
            pause: 0,
            lost: 0,
            lost_in_all: 0,
        }
    }

    /// Adds an event. Its words are made here, before anything is handed on: an event in memory is written field by field, and a
    /// word of two fields that is read at once would wait until both have reached the cache.
    #[inline]
    pub(in crate::engine::real) fn push(&mut self, event: &Event) {
        let words = event.words();
        match self.places.get(self.length) {
            Some(place) => self.write(place, words),
            None => self.turn(words),
        }
    }

    #[inline]
    fn write(&mut self, place: &[Word; 3], [first, second, third]: [u64; 3]) {
        place[0].store(first, Relaxed);
        place[1].store(second, Relaxed);
        place[2].store(third, Relaxed);
        self.length += 1;
        self.told.store(self.length as u64, Release);
    }

    /// Publishes the full chunk and takes another. Without one the event is lost, and some more before it asks again.
    #[cold]
    fn turn(&mut self, event: [u64; 3]) {
        self.publish();
        self.pause = self.pause.saturating_sub(1);
        if self.pause == 0 {
            if self.take()
                && let Some(place) = self.places.first()
            {
                return self.write(place, event);
            }
            self.pause = CHUNK_EVENTS;
        }
        self.lost += 1;
        self.lost_in_all += 1;
        self.slot[task::LOST].store(self.lost_in_all, Relaxed);
    }

    fn take(&mut self) -> bool {
        let count = self.segment.sizes().chunks;
        for probe in 0..PROBES.min(count) {
            let index = (self.index + 1 + probe) % count;
            let words = self.segment.chunk(index).expect("an index below the number of chunks");
            if words[chunk::STATE].compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_err() {
                continue;
            }
            words[chunk::LENGTH].store(0, Relaxed);
            words[chunk::TASK].store(self.task.0.into(), Relaxed);
            words[chunk::NUMBER].store(self.number, Relaxed);
            words[chunk::LOST_BEFORE].store(std::mem::take(&mut self.lost), Relaxed);
            self.number += 1;
            self.index = index;
            (self.chunk, self.told, self.length) = (Some(&words[..]), &words[chunk::LENGTH], 0);
            self.places = words[chunk::EVENTS..].as_chunks().0;
            self.segment.head(Head::Taken).fetch_add(1, Relaxed);
            self.slot[task::CHUNK].store(index as u64 + 1, Release);
            return true;
        }
        false
    }

    /// Hands the chunk to the reader.
    pub(in crate::engine::real) fn publish(&mut self) {
        let Some(words) = self.chunk.take() else { return };
        (self.places, self.told, self.length) = (&[], &NOWHERE, 0);
        self.slot[task::CHUNK].store(0, Relaxed);
        words[chunk::STATE].store(PUBLISHED, Release);
        let ring = self.segment.ring();
        let place = self.segment.head(Head::Published).fetch_add(1, AcqRel) % ring.len() as u64;
        // The ring has a place for every chunk, and a chunk is in it at most once: the place is free.
        ring[usize::try_from(place).expect("the ring is short")].store(self.index as u64 + 1, Release);
    }

    /// Gives the chunk back early when more than half of the pool is out: the task is about to wait.
    pub(in crate::engine::real) fn spare(&mut self) {
        let taken = self.segment.head(Head::Taken).load(Relaxed);
        if self.chunk.is_some() && taken > self.segment.sizes().chunks as u64 / 2 {
            self.publish();
        }
    }
}

/// The reader's side: what it has already read.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Reader {
    next: u64,
    /// By task: the number of the chunk it reads next, and how much of it has been read.
    progress: std::collections::BTreeMap<TaskId, Progress>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Progress {
    number: u64,
    read: usize,
    last: u64,
}

/// What was read at once: events of one task in order, and how many were lost before them.
pub(in crate::engine::real) type Piece = crate::trace::Chunk;

impl Reader {
    /// The run has ended: the places in the ring that those left empty who were killed in the middle are passed over.
    pub(in crate::engine::real) fn pass_gaps(&mut self, segment: &Segment<'_>) {
        let ring = segment.ring();
        let at = |next: u64| usize::try_from(next.checked_rem(ring.len() as u64)?).ok();
        let published = segment.head(Head::Published).load(Acquire);
        let most = self.next.saturating_add(ring.len() as u64).min(published);
        while self.next < most && at(self.next).is_some_and(|place| ring[place].load(Acquire) == 0) {
            self.next += 1;
        }
    }

    /// The next published chunk, which is freed; none when there is none (yet).
    pub(in crate::engine::real) fn published(&mut self, segment: &Segment<'_>) -> Option<Piece> {
        let ring = segment.ring();
        let place = &ring[usize::try_from(self.next.checked_rem(ring.len() as u64)?).ok()?];
        let index = place.load(Acquire).checked_sub(1)?;
        place.store(0, Relaxed);
        self.next += 1;
        let empty = Piece { task: TaskId(0), events: Vec::new(), lost_before: 0 };
        let Some(words) = usize::try_from(index).ok().and_then(|index| segment.chunk(index)) else { return Some(empty) };
        let piece = self.read(words).unwrap_or(empty);
        self.progress.entry(piece.task).or_default().finish();
        words[chunk::STATE].store(FREE, Release);
        segment.head(Head::Taken).fetch_sub(1, Relaxed);
        Some(piece)
    }

    /// What a task has written so far into the chunk it has not published.
    pub(in crate::engine::real) fn unpublished(&mut self, segment: &Segment<'_>, id: TaskId) -> Option<Piece> {
        let index = segment.task(id.index())?[task::CHUNK].load(Acquire).checked_sub(1)?;
        let words = segment.chunk(usize::try_from(index).ok()?)?;
        let number = self.progress.get(&id).map_or(0, |progress| progress.number);
        let ours = words[chunk::TASK].load(Relaxed) == u64::from(id.0) && words[chunk::NUMBER].load(Relaxed) == number;
        if ours { self.read(words).filter(|piece| !piece.events.is_empty()) } else { None }
    }

    fn read(&mut self, words: &[Word]) -> Option<Piece> {
        let task = TaskId(u32::try_from(words[chunk::TASK].load(Relaxed)).ok()?);
        let length = usize::try_from(words[chunk::LENGTH].load(Acquire)).ok()?.min(CHUNK_EVENTS);
        let progress = self.progress.entry(task).or_default();
        let lost_before = if progress.read == 0 { words[chunk::LOST_BEFORE].load(Relaxed) } else { 0 };
        let mut events = Vec::with_capacity(length.saturating_sub(progress.read));
        for at in progress.read..length {
            let [first, second, third] = [0, 1, 2].map(|word| words[chunk::EVENTS + at * 3 + word].load(Relaxed));
            // Time of a task never runs backwards, not even in a damaged segment.
            progress.last = progress.last.max(first >> 8);
            events.extend(Event::from_words([progress.last << 8 | first & 0xff, second, third]));
        }
        progress.read = length;
        Some(Piece { task, events, lost_before })
    }
}

impl Progress {
    fn finish(&mut self) {
        self.number += 1;
        self.read = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment::tests::{SMALL, leaked};
    use super::*;
    use crate::time::Nanos;
    use crate::trace::EventKind;

    fn marked(writer: &mut Writer, at: u64) {
        writer.push(&Event::new(Nanos(at), EventKind::Marked, None, 0, at));
    }

    fn payloads(piece: &Piece) -> Vec<u64> {
        piece.events.iter().map(Event::payload).collect()
    }

    #[test]
    fn what_is_written_is_read_once_and_in_order_also_before_it_is_published() {
        let segment = leaked(SMALL);
        let mut writer = Writer::new(segment, TaskId(3));
        let mut reader = Reader::default();
        for at in 0..5 {
            marked(&mut writer, at);
        }
        assert!(reader.published(&segment).is_none());
        assert_eq!(payloads(&reader.unpublished(&segment, TaskId(3)).unwrap()), [0, 1, 2, 3, 4]);
        assert!(reader.unpublished(&segment, TaskId(3)).is_none());
        for at in 5..130 {
            marked(&mut writer, at);
        }
        let piece = reader.published(&segment).unwrap();
        assert_eq!((piece.task, payloads(&piece)), (TaskId(3), (5..128).collect()));
        assert_eq!(payloads(&reader.unpublished(&segment, TaskId(3)).unwrap()), [128, 129]);
        assert_eq!(piece.events[0].at(), Nanos(5));
    }

    #[test]
    fn a_writer_killed_while_it_publishes_hides_nothing_of_the_others() {
        let segment = leaked(SMALL);
        let mut reader = Reader::default();
        segment.head(Head::Published).fetch_add(1, Relaxed);
        let mut writer = Writer::new(segment, TaskId(3));
        marked(&mut writer, 7);
        writer.publish();
        assert!(reader.published(&segment).is_none());
        reader.pass_gaps(&segment);
        assert_eq!(payloads(&reader.published(&segment).unwrap()), [7]);
        reader.pass_gaps(&segment);
        assert!(reader.published(&segment).is_none());
    }

    #[test]
    fn a_task_without_a_chunk_loses_events_and_counts_them() {
        let segment = leaked(super::super::segment::Sizes { chunks: 2, ..SMALL });
        let mut writer = Writer::new(segment, TaskId(0));
        let mut reader = Reader::default();
        let all = 10 * CHUNK_EVENTS as u64;
        for at in 0..all {
            marked(&mut writer, at);
        }
        let mut read = 0;
        while let Some(piece) = reader.published(&segment) {
            read += piece.events.len() as u64;
        }
        for at in all..2 * all {
            marked(&mut writer, at);
        }
        writer.publish();
        let mut lost = 0;
        while let Some(piece) = reader.published(&segment) {
            read += piece.events.len() as u64;
            lost += piece.lost_before;
        }
        let lost_in_all = segment.task(0).unwrap()[task::LOST].load(Relaxed);
        assert!(lost > 0 && lost <= lost_in_all);
        assert_eq!(read + lost_in_all, 2 * all);
    }

    #[test]
    fn a_damaged_chunk_harms_nobody() {
        let segment = leaked(SMALL);
        let mut writer = Writer::new(segment, TaskId(1));
        let mut reader = Reader::default();
        marked(&mut writer, 9);
        marked(&mut writer, 4);
        marked(&mut writer, 10);
        let words = segment.chunk(usize::try_from(segment.task(1).unwrap()[task::CHUNK].load(Relaxed)).unwrap() - 1).unwrap();
        words[chunk::LENGTH].store(u64::MAX, Relaxed);
        words[chunk::EVENTS + 6].store(7 << 8 | 0xff, Relaxed);
        writer.publish();
        let piece = reader.published(&segment).unwrap();
        assert_eq!(piece.events.len(), 2, "events without a kind are left out");
        assert_eq!(piece.events[1].at(), Nanos(9), "time does not run backwards");
        segment.ring()[1].store(u64::MAX, Relaxed);
        segment.task(2).unwrap()[task::CHUNK].store(u64::MAX, Relaxed);
        assert!(reader.published(&segment).is_some_and(|piece| piece.events.is_empty()));
        assert!(reader.unpublished(&segment, TaskId(2)).is_none());
    }
}

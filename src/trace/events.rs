//! The events of a run, per task and in order, in chunks. Bounded: at the limit the oldest go, whole chunks at a time, and are
//! counted; where any are missing there is a gap. Does not look into events.

use std::collections::BTreeMap;

use super::Chunk;
use crate::id::TaskId;
use crate::time::Nanos;

/// The most events of a run that are kept: 400 MB.
const MOST_EVENTS: usize = 16_000_000;
/// The part of them that goes when there are more: seldom, so that it costs an event next to nothing.
const PART_DROPPED: usize = 16;
/// Small chunks of a task are joined up to here.
const EVENTS_OF_A_CHUNK: usize = 4_096;

/// See the file's head.
#[derive(Debug, Clone)]
pub(super) struct Events {
    lanes: BTreeMap<TaskId, Lane>,
    kept: usize,
    most: usize,
    dropped: u64,
}

#[derive(Debug, Clone, Default)]
struct Lane {
    /// The number of the first chunk kept.
    first: u64,
    chunks: Vec<Chunk>,
}

/// A stretch of a task's time whose events are not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Whose.
    pub task: TaskId,
    /// The last event before it, or the beginning of the run.
    pub start: Nanos,
    /// The first event after it; none where none came since.
    pub end: Option<Nanos>,
    /// How many there were.
    pub lost: u64,
}

impl Default for Events {
    fn default() -> Self {
        Self::with_limit(MOST_EVENTS)
    }
}

impl Events {
    const fn with_limit(most: usize) -> Self {
        Self { lanes: BTreeMap::new(), kept: 0, most, dropped: 0 }
    }

    /// Adds events of one task; they come after all of its events so far. Small chunks become one, so that a chunk's own bytes
    /// do not count beside those of its events; only a task's last chunk ever grows.
    pub(super) fn push(&mut self, chunk: Chunk) {
        self.kept += chunk.events.len();
        let chunks = &mut self.lanes.entry(chunk.task).or_default().chunks;
        match chunks.last_mut() {
            Some(last) if chunk.lost_before == 0 && last.events.len() + chunk.events.len() <= EVENTS_OF_A_CHUNK => {
                last.events.extend(chunk.events);
            }
            Some(last) => {
                last.events.shrink_to_fit();
                chunks.push(chunk);
            }
            None => chunks.push(chunk),
        }
        if self.kept > self.most {
            self.drop_oldest();
        }
    }

    pub(super) fn chunks(&self, task: TaskId) -> &[Chunk] {
        self.lanes.get(&task).map_or(&[], |lane| &lane.chunks)
    }

    pub(super) fn first(&self, task: TaskId) -> u64 {
        self.lanes.get(&task).map_or(0, |lane| lane.first)
    }

    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn gaps(&self) -> impl Iterator<Item = Gap> {
        self.lanes.iter().flat_map(|(&task, lane)| {
            let lossy = lane.chunks.iter().enumerate().filter(|(_, chunk)| chunk.lost_before > 0);
            lossy.map(move |(at, chunk)| Gap {
                task,
                start: lane.chunks[..at].iter().rev().find_map(Chunk::end).unwrap_or_default(),
                end: lane.chunks[at..].iter().find_map(|chunk| Some(chunk.events.first()?.at())),
                lost: chunk.lost_before,
            })
        })
    }

    fn drop_oldest(&mut self) {
        let chunks = self.lanes.values().flat_map(|lane| &lane.chunks);
        let mut ends: Vec<(Nanos, usize)> = chunks.filter_map(|chunk| Some((chunk.end()?, chunk.events.len()))).collect();
        ends.sort_unstable();
        let mut excess = self.kept.saturating_sub(self.most - self.most / PART_DROPPED);
        let last = ends.into_iter().find(|(_, events)| {
            let enough = *events >= excess;
            excess = excess.saturating_sub(*events);
            enough
        });
        let Some((last, _)) = last else { return };
        for (&task, lane) in &mut self.lanes {
            let dropped = lane.drop_until(task, last);
            self.kept -= dropped;
            self.dropped += dropped as u64;
        }
    }
}

impl Lane {
    /// Drops the chunks that end until then; how many events that were. A task's very last event stays: it may tell what the task
    /// has been waiting for ever since.
    fn drop_until(&mut self, task: TaskId, last: Nanos) -> usize {
        let count = self.chunks.iter().take_while(|chunk| chunk.end().is_none_or(|end| end <= last)).count();
        let all: usize = self.chunks[..count].iter().map(|chunk| chunk.events.len()).sum();
        let kept = self.chunks[..count].iter().rev().find_map(|chunk| chunk.events.last().copied());
        let kept = kept.filter(|_| count == self.chunks.len());
        let dropped = all - usize::from(kept.is_some());
        if dropped == 0 {
            return 0;
        }
        let lost_before = self.chunks.drain(..count).map(|chunk| chunk.lost_before).sum::<u64>() + dropped as u64;
        self.first += count as u64;
        match self.chunks.first_mut() {
            Some(first) => first.lost_before += lost_before,
            None => self.chunks.push(Chunk { task, events: kept.into_iter().collect(), lost_before }),
        }
        dropped
    }
}

impl Chunk {
    /// The time of its last event.
    #[must_use]
    pub fn end(&self) -> Option<Nanos> {
        self.events.last().map(super::Event::at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Event, EventKind};

    fn chunk(task: u32, from: u64, events: u64, lost_before: u64) -> Chunk {
        let event = |at| Event::new(Nanos(at), EventKind::Core, None, 0, 0);
        Chunk { task: TaskId(task), events: (from..from + events).map(event).collect(), lost_before }
    }

    fn times(events: &Events, task: u32) -> Vec<u64> {
        events.chunks(TaskId(task)).iter().flat_map(|chunk| &chunk.events).map(|event| event.at().0).collect()
    }

    #[test]
    fn many_small_chunks_cost_little_more_than_their_events_and_keep_their_order() {
        let mut events = Events::default();
        for at in 0..100_000 {
            events.push(chunk(3, at, 1, 0));
        }
        let chunks = events.chunks(TaskId(3));
        let kept: usize = chunks.iter().map(|chunk| size_of::<Chunk>() + chunk.events.capacity() * size_of::<Event>()).sum();
        assert!(kept < 100_000 * 40, "{kept}");
        assert_eq!(times(&events, 3), (0..100_000).collect::<Vec<_>>());
    }

    #[test]
    fn where_events_were_lost_a_new_chunk_begins_and_there_is_a_gap() {
        let mut events = Events::default();
        for (from, lost) in [(0, 0), (2, 0), (10, 5), (12, 0)] {
            events.push(chunk(3, from, 2, lost));
        }
        let told: Vec<_> = events.chunks(TaskId(3)).iter().map(|chunk| (chunk.lost_before, chunk.events.len())).collect();
        assert_eq!(told, [(0, 4), (5, 4)]);
        let gap = Gap { task: TaskId(3), start: Nanos(3), end: Some(Nanos(10)), lost: 5 };
        assert_eq!(events.gaps().collect::<Vec<_>>(), [gap]);
    }

    #[test]
    fn at_the_limit_the_oldest_go_first_whoever_they_are_of_and_are_counted() {
        let mut events = Events::with_limit(64);
        events.push(chunk(1, 0, 8, 0));
        for piece in 0..30 {
            events.push(chunk(2, 100 + piece * 10, 10, u64::from(piece % 7 == 6)));
        }
        let all = 8 + 300;
        let kept = times(&events, 2);
        assert!(kept.len() <= 64, "{}", kept.len());
        assert_eq!(kept.last(), Some(&399), "the newest stay");
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(times(&events, 1), [7], "a task's last event stays");
        assert_eq!(events.dropped() + kept.len() as u64 + 1, all);
        let lost: u64 = events.gaps().map(|gap| gap.lost).sum();
        assert_eq!(lost, events.dropped() + 4, "what was lost before counts in the gap");
        let first = events.gaps().next().expect("the first task has nothing left");
        assert_eq!(first, Gap { task: TaskId(1), start: Nanos::ZERO, end: Some(Nanos(7)), lost: 7 });
    }

    #[test]
    fn what_goes_at_once_is_a_small_part() {
        let mut events = Events::with_limit(50 * EVENTS_OF_A_CHUNK);
        for piece in 0..5_000_u64 {
            events.push(chunk(u32::try_from(piece % 3).expect("small"), piece * 128, 128, 0));
            let kept = events.kept;
            assert!(kept <= 50 * EVENTS_OF_A_CHUNK && (events.dropped() == 0 || kept >= 40 * EVENTS_OF_A_CHUNK), "{kept}");
        }
        let kept: usize = (0..3).map(|task| times(&events, task).len()).sum();
        assert_eq!((kept, kept as u64 + events.dropped()), (events.kept, 5_000 * 128));
    }

    #[test]
    fn a_chunk_keeps_its_number_when_those_before_it_go() {
        let mut events = Events::with_limit(64);
        let mut last = 0;
        for piece in 0..40 {
            events.push(chunk(2, piece * 10, 10, 1));
            let numbered = events.first(TaskId(2)) + events.chunks(TaskId(2)).len() as u64;
            assert_eq!(numbered, last + 1, "one more has come");
            last = numbered;
        }
    }
}

//! How many tasks wait at each resource over time, fed with a growing trace and cut to the pixels there are.
//! Each event is read once, memory is bounded: a wait is kept as what it adds to the stretches of time it touches.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{ResourceId, TaskId};
use crate::metrics::history::History;
use crate::time::Nanos;
use crate::trace::store::{Awaited, ResourceClass, TaskState, Trace};
use crate::trace::{Event, EventKind};

use super::axis::Axis;

/// Several times as many stretches as any screen has pixels: the events themselves are read again only for a small part of a run.
/// When a run outgrows them, each becomes twice as long.
const STRETCHES: usize = 16_384;

/// The shortest stretch that is kept, so that the first two seconds of every run are seen in full detail.
const FIRST_LENGTH: u64 = 1 << 17;

/// So many events back one sees what a task waits for: it tells at most that it lets go of the interpreter lock, wants that again
/// and is on another core.
const EVENTS_BEFORE: usize = 4;

/// What tasks wait for is told a little later than that a wait is over, by less than this.
const LATELY: Nanos = Nanos::from_millis(100);
/// A coroutine waits for a server at most so long after it has asked it.
const ASKED_BEFORE: u64 = 20_000;

/// What has been read of a trace so far.
#[derive(Debug, Clone)]
pub struct Contention {
    /// Nanoseconds of one stretch; a power of two.
    length: u64,
    /// Per resource and stretch: nanoseconds waited there, all waiters together.
    waited: BTreeMap<ResourceId, Vec<u64>>,
    /// Per task: the number of the chunk that was read last and how many of its events, and since when it waits for what.
    read: BTreeMap<TaskId, Reading>,
    /// Waits of coroutines that have ended lately, and when: where, since when.
    lately: BTreeMap<(ResourceId, Nanos), Nanos>,
}

/// A wait that has ended: where, from when to when.
type Wait = (ResourceId, Nanos, Nanos);

#[derive(Debug, Clone, Default)]
struct Reading {
    chunk: u64,
    event: usize,
    /// What it waits for since when, once each: a resource, and at its end the interpreter lock, before it can go on.
    waits: Vec<(ResourceId, Nanos)>,
}

/// One resource's line in the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Which.
    pub resource: ResourceId,
    /// Its name.
    pub name: String,
    /// Mean number of tasks waiting, for each column of equal width from the left.
    pub columns: Vec<f32>,
}

impl Reading {
    /// Reads on; waits that it tells the end of go into `ended`.
    #[inline]
    fn event(&mut self, event: &Event, ended: &mut Vec<Wait>) {
        let (at, subject) = (event.at(), ResourceId(event.subject()));
        let told = at.since(Nanos(event.payload()));
        match event.kind() {
            Some(EventKind::Asked) => {
                self.over(subject);
                self.waits.push((subject, at));
            }
            // These say how long it took; a wait whose beginning was lost is known from them alone.
            Some(EventKind::Acquired | EventKind::TimedOut) => {
                self.over(subject);
                if told < at {
                    ended.push((subject, told, at));
                }
            }
            // What its coroutines do while they wait is not this task's.
            Some(EventKind::Waited) => ended.push((subject, told, at)),
            // One that waits lets go of the interpreter lock, and may be told to be on another core.
            Some(EventKind::Released | EventKind::Core) | None => {}
            // How that wait ended was lost.
            Some(EventKind::Gap) => self.waits.clear(),
            Some(_) if self.waits.is_empty() => {}
            // It goes on: nothing else does a task that waits, though how the wait ended may not be told, as when it is ended.
            Some(kind) => {
                let is_told = |resource| kind == EventKind::Resumed && resource == subject;
                let over = self.waits.drain(..);
                ended.extend(over.map(|(of, since)| (of, if is_told(of) { told } else { since }, at)));
            }
        }
    }

    /// It waits there no more.
    #[inline]
    fn over(&mut self, there: ResourceId) {
        if let Some(place) = self.waits.iter().position(|(resource, _)| *resource == there) {
            self.waits.swap_remove(place);
        }
    }
}

impl Default for Contention {
    fn default() -> Self {
        Self { length: FIRST_LENGTH, waited: BTreeMap::new(), read: BTreeMap::new(), lately: BTreeMap::new() }
    }
}

impl Contention {
    /// Reads what the trace has more than last time. Another run needs another `Contention`.
    pub fn read(&mut self, trace: &Trace) {
        let mut ended = Vec::new();
        for &task in trace.tasks.keys() {
            let mut reading = self.read.remove(&task).unwrap_or_default();
            let (first, chunks) = (trace.first_chunk(task), trace.chunks(task));
            if reading.chunk < first {
                // What was not read in time has gone.
                reading = Reading { chunk: first, ..Reading::default() };
            }
            let unread = usize::try_from(reading.chunk - first).unwrap_or(usize::MAX).min(chunks.len());
            for (chunk, number) in chunks[unread..].iter().zip(reading.chunk..) {
                if number != reading.chunk {
                    (reading.chunk, reading.event) = (number, 0);
                }
                if reading.event == 0 && chunk.lost_before > 0 {
                    // How that wait ended was lost.
                    reading.waits.clear();
                }
                for event in &chunk.events[reading.event..] {
                    reading.event(event, &mut ended);
                    let at = event.at();
                    if matches!(event.kind(), Some(EventKind::Waited | EventKind::TimedOut)) && trace.elapsed.since(at) < LATELY {
                        self.lately.insert((ResourceId(event.subject()), at.since(Nanos(event.payload()))), at);
                    }
                    while let Some((resource, start, end)) = ended.pop() {
                        self.add(resource, start, end);
                    }
                }
                // The last chunk may still grow.
                reading.event = chunk.events.len();
            }
            self.read.insert(task, reading);
        }
        self.lately.retain(|_, at| trace.elapsed.since(*at) < LATELY);
        // Waits that go on reach as far as the run.
        self.reach(trace.elapsed);
    }

    fn add(&mut self, resource: ResourceId, start: Nanos, end: Nanos) {
        if start >= end {
            return;
        }
        self.reach(end);
        spread(self.waited.entry(resource).or_default(), self.length, start.0, end.0);
    }

    /// Makes stretches so long that they reach `end`.
    fn reach(&mut self, end: Nanos) {
        while end.0 / self.length >= STRETCHES as u64 {
            self.length *= 2;
            for stretches in self.waited.values_mut() {
                *stretches = stretches.chunks(2).map(|pair| pair.iter().sum()).collect();
            }
        }
    }

    /// The lines of what `axis` has in view, in columns `column_width` points wide, in the order of resources: those that tasks
    /// have waited at, with the waits that go on counted up to now. Zoomed in beyond the stretches, the events are read again.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
    pub fn series(&self, trace: &Trace, axis: &Axis, column_width: f32) -> Vec<Series> {
        let count = (axis.width / column_width).floor().max(1.0) as usize;
        let untold = self.untold(trace);
        let told = self.read.values().flat_map(|reading| reading.waits.iter());
        let going_on: Vec<Wait> =
            told.map(|&(resource, since)| (resource, since, trace.elapsed)).chain(untold.iter().copied()).collect();
        let mut columns = if axis.range.length().0 / count as u64 > self.length {
            let mut columns = Columns::new(trace, axis, count);
            for (resource, stretches) in &self.waited {
                if let Some(columns) = columns.of.get_mut(resource.index()) {
                    *columns = self.columns(stretches, axis, count);
                }
            }
            columns.add(&going_on);
            columns
        } else {
            let mut columns = exact(trace, axis, count);
            columns.add(&untold);
            columns
        };
        let line = |resource: ResourceId| {
            let info = trace.resources.get(resource.index()).filter(|info| info.class.is_met())?;
            let mut columns = std::mem::take(&mut columns.of[resource.index()]);
            columns.resize(count, 0.0);
            Some(Series { resource, name: info.name.clone(), columns: up_to_now(columns, trace, axis) })
        };
        let waited_at: BTreeSet<ResourceId> = self.waited.keys().copied().chain(going_on.iter().map(|wait| wait.0)).collect();
        waited_at.into_iter().filter_map(line).collect()
    }

    /// Waits that go on of those that tell no events themselves: jobs in line, and coroutines, of which their loops tell only what
    /// is over.
    fn untold(&self, trace: &Trace) -> Vec<Wait> {
        let mut lately = self.lately.clone();
        let mut waits = Vec::new();
        for (&task, counters) in &trace.counters.tasks {
            let (Some(Awaited::Resource(on)), TaskState::Blocked) = (counters.awaits, counters.state) else { continue };
            let is_loop = trace.resources.get(on.index()).is_some_and(|info| info.class == ResourceClass::EventLoop);
            let tells = trace.first_chunk(task) > 0 || trace.chunks(task).iter().any(|chunk| !chunk.events.is_empty());
            if is_loop || tells {
                continue;
            }
            let since = counters.since;
            let same = (on, Nanos(since.0.saturating_sub(ASKED_BEFORE)))..=(on, since);
            match lately.range(same).next_back().map(|(&wait, _)| wait) {
                // It has ended since.
                Some(wait) => drop(lately.remove(&wait)),
                None => waits.push((on, since, trace.elapsed)),
            }
        }
        waits
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "means for a plot")]
    fn columns(&self, stretches: &[u64], axis: &Axis, count: usize) -> Vec<f32> {
        let (start, span) = (axis.range.start.0 as f64, axis.range.length().0 as f64 / count as f64);
        let mean = |column: usize| {
            let from = start + span * column as f64;
            (share(stretches, self.length, from, from + span) / span) as f32
        };
        (0..count).map(mean).collect()
    }
}

/// The column that the run has only begun is the mean of what there is of it.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "means for a plot")]
fn up_to_now(mut columns: Vec<f32>, trace: &Trace, axis: &Axis) -> Vec<f32> {
    let span = axis.range.length().0 as f64 / columns.len() as f64;
    let now = (trace.elapsed.0 as f64 - axis.range.start.0 as f64) / span;
    if now > 0.0
        && let Some(last) = columns.get_mut(now as usize)
    {
        *last /= now.fract().max(0.01) as f32;
    }
    columns
}

/// The same from how counts grew, where no events were recorded: a wait counts in the stretch in which it ended.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "pixels")]
pub fn series_of_counts(history: &History, trace: &Trace, axis: &Axis, column_width: f32) -> Vec<Series> {
    let count = (axis.width / column_width).floor().max(1.0) as usize;
    let span = axis.range.length().0 as f64 / count as f64;
    let place = |at: Nanos| (at.0 as f64 - axis.range.start.0 as f64) / span;
    let mut columns: BTreeMap<ResourceId, Vec<f32>> = BTreeMap::new();
    for entry in history.entries() {
        let (from, to) = (place(Nanos(entry.at.0.saturating_sub(entry.length.0))), place(entry.at));
        let (first, last) = (from.max(0.0) as usize, to.ceil().clamp(0.0, count as f64) as usize);
        for (index, growth) in entry.resources.iter().enumerate().filter(|(_, growth)| growth.wait > Nanos::ZERO) {
            let columns = columns.entry(ResourceId::from_index(index)).or_insert_with(|| vec![0.0; count]);
            let mean = growth.wait.0 as f64 / entry.length.0.max(1) as f64;
            for (index, column) in columns.iter_mut().enumerate().take(last).skip(first) {
                let covered = (to.min(index as f64 + 1.0) - from.max(index as f64)).max(0.0);
                *column += (mean * covered) as f32;
            }
        }
    }
    let line = |(resource, columns): (ResourceId, Vec<f32>)| {
        let info = trace.resources.get(resource.index()).filter(|info| info.class.is_met())?;
        Some(Series { resource, name: info.name.clone(), columns: up_to_now(columns, trace, axis) })
    };
    columns.into_iter().filter_map(line).collect()
}

/// The columns of each resource, none where nobody has waited.
struct Columns {
    of: Vec<Vec<f32>>,
    count: usize,
    /// Where the first begins, and how many a nanosecond is.
    start: f64,
    scale: f64,
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "columns of a plot")]
impl Columns {
    fn new(trace: &Trace, axis: &Axis, count: usize) -> Self {
        let (start, scale) = (axis.range.start.0 as f64, count as f64 / axis.range.length().0 as f64);
        Self { of: vec![Vec::new(); trace.resources.len()], count, start, scale }
    }

    /// Adds waits to the columns they cover, in part where they cover a part.
    fn add(&mut self, waits: &[Wait]) {
        let place = |at: Nanos| (at.0 as f64 - self.start) * self.scale;
        for &(resource, from, to) in waits {
            let Some(columns) = self.of.get_mut(resource.index()) else { continue };
            columns.resize(self.count, 0.0);
            let (from, to) = (place(from).max(0.0), place(to).min(self.count as f64));
            let (first, last) = (from as usize, to.ceil().max(0.0) as usize);
            for (index, column) in columns.iter_mut().enumerate().take(last).skip(first) {
                *column += (to.min(index as f64 + 1.0) - from.max(index as f64)).max(0.0) as f32;
            }
        }
    }
}

/// The same from the events in view themselves.
fn exact(trace: &Trace, axis: &Axis, count: usize) -> Columns {
    let (start, end) = (axis.range.start, axis.range.end);
    let (mut columns, mut ended) = (Columns::new(trace, axis, count), Vec::new());
    for &task in trace.tasks.keys() {
        let chunks = trace.chunks(task);
        let first = chunks.partition_point(|chunk| chunk.events.last().is_none_or(|event| event.at() < start));
        // A task that waits does next to nothing else: what it began before its first event in view is told just before that.
        let mut reading = Reading::default();
        let before: Vec<&Event> =
            chunks[..first].iter().rev().flat_map(|chunk| chunk.events.iter().rev()).take(EVENTS_BEFORE).collect();
        before.into_iter().rev().for_each(|event| reading.event(event, &mut ended));
        ended.clear();
        for chunk in &chunks[first..] {
            // The first beyond the view may end a wait that reaches into it.
            let in_view = chunk.events.partition_point(|event| event.at() <= end);
            chunk.events.iter().take(in_view + 1).for_each(|event| reading.event(event, &mut ended));
            columns.add(&ended);
            ended.clear();
            if in_view < chunk.events.len() {
                break;
            }
        }
        ended.extend(reading.waits.into_iter().map(|(resource, since)| (resource, since, trace.elapsed)));
        columns.add(&ended);
        ended.clear();
    }
    columns
}

/// Adds a wait to each stretch it touches.
fn spread(stretches: &mut Vec<u64>, length: u64, start: u64, end: u64) {
    if start >= end {
        return;
    }
    let index = |at: u64| usize::try_from(at / length).expect("a run has at most so many stretches");
    let (first, last) = (index(start), index(end - 1));
    if stretches.len() <= last {
        stretches.resize(last + 1, 0);
    }
    for (index, stretch) in stretches.iter_mut().enumerate().take(last + 1).skip(first) {
        let (from, to) = (index as u64 * length, (index as u64 + 1) * length);
        *stretch += end.min(to) - start.max(from);
    }
}

/// Nanoseconds waited from one time to another; a stretch partly inside counts in part.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "means for a plot")]
fn share(stretches: &[u64], length: u64, from: f64, to: f64) -> f64 {
    let length = length as f64;
    let (first, last) = ((from / length).max(0.0) as usize, (to / length).ceil().max(0.0) as usize);
    let inside = stretches.iter().enumerate().take(last).skip(first);
    inside
        .map(|(index, &waited)| {
            let start = index as f64 * length;
            let part = (to.min(start + length) - from.max(start)).max(0.0) / length;
            waited as f64 * part
        })
        .fold(0.0, |sum, waited| sum + waited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::BlockId;
    use crate::trace::Chunk;
    use crate::trace::store::{ResourceInfo, TaskCounters, TaskInfo};
    use crate::view::axis::TimeRange;

    const MILLI: u64 = 1_000_000;

    fn trace(events: &[&[Event]], elapsed_millis: u64) -> Trace {
        let mut trace = Trace::default();
        for (index, events) in events.iter().enumerate() {
            let task = TaskId::from_index(index);
            let (name, kind) = (format!("t{index}"), "thread".to_owned());
            trace.tasks.insert(task, TaskInfo { name, kind, parent: None, block: BlockId(0), daemon: false });
            trace.push(Chunk { task, events: events.to_vec(), lost_before: 0 });
        }
        let resource = |name: &str, class| ResourceInfo { name: name.to_owned(), class, block: BlockId(0), capacity: None };
        trace.resources = vec![resource("锁", ResourceClass::Lock), resource("jobs", ResourceClass::Queue)];
        trace.elapsed = Nanos::from_millis(elapsed_millis);
        trace
    }

    fn event(at_millis: u64, kind: EventKind, subject: u32, payload_millis: u64) -> Event {
        Event::new(Nanos(at_millis * MILLI), kind, None, subject, payload_millis * MILLI)
    }

    fn check(contention: &Contention, trace: &Trace, expected: &[&str]) {
        let axis = Axis { range: TimeRange { start: Nanos::ZERO, end: trace.elapsed }, width: 8.0 };
        let series = contention.series(trace, &axis, 2.0);
        let show = |series: &Series| {
            let columns: Vec<_> = series.columns.iter().map(|column| format!("{column:.2}")).collect();
            format!("{}: {}", series.name, columns.join(" "))
        };
        assert_eq!(series.iter().map(show).collect::<Vec<_>>(), expected);
    }

    fn read(trace: &Trace) -> Contention {
        let mut contention = Contention::default();
        contention.read(trace);
        contention
    }

    #[test]
    fn a_column_is_the_mean_number_of_tasks_that_wait() {
        use EventKind::{Acquired, Asked, Released};
        let one = [event(0, Asked, 0, 0), event(200, Acquired, 0, 200), event(300, Released, 0, 100)];
        let two = [event(100, Asked, 0, 0), event(300, Acquired, 0, 200), event(400, Acquired, 0, 0)];
        let trace = trace(&[&one, &two], 400);
        check(&read(&trace), &trace, &["锁: 1.00 2.00 1.00 0.00"]);
    }

    #[test]
    fn a_wait_that_goes_on_counts_up_to_now() {
        let trace = trace(&[&[event(100, EventKind::Asked, 1, 0)]], 400);
        check(&read(&trace), &trace, &["jobs: 0.00 1.00 1.00 1.00"]);
    }

    #[test]
    fn the_column_that_is_going_on_does_not_fall() {
        let trace = trace(&[&[event(100, EventKind::Asked, 1, 0)]], 450);
        let axis = Axis { range: TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(1_000) }, width: 20.0 };
        for width in [2.0, 0.001] {
            // Wide columns from the stretches, narrow ones from the events themselves.
            let series = read(&trace).series(&trace, &axis, width);
            let columns = &series[0].columns;
            let (from, to) = (columns.len() / 10, columns.len() * 45 / 100);
            assert!(columns[from..to].iter().all(|waiting| (waiting - 1.0).abs() < 0.01), "{:?}", &columns[from..to]);
            let now = if width > 1.0 { columns[4] } else { columns[to - 1] };
            assert!((now - 1.0).abs() < 0.02, "{now}");
        }
    }

    #[test]
    fn a_wait_that_goes_on_is_seen_however_long_it_is() {
        let trace = trace(&[&[event(100, EventKind::Asked, 1, 0)]], 4_000_000);
        check(&read(&trace), &trace, &["jobs: 1.00 1.00 1.00 1.00"]);
    }

    #[test]
    fn a_queue_is_waited_at_until_its_task_resumes_and_a_time_out_ends_a_wait() {
        use EventKind::{Asked, Got, Resumed, TimedOut};
        let one = [event(0, Asked, 1, 0), event(200, Resumed, 1, 200), event(200, Got, 1, 0)];
        let two = [event(300, TimedOut, 0, 100)];
        let trace = trace(&[&one, &two], 400);
        check(&read(&trace), &trace, &["锁: 0.00 0.00 1.00 0.00", "jobs: 1.00 1.00 0.00 0.00"]);
    }

    #[test]
    fn a_wait_at_a_queue_ends_with_what_is_put_or_got() {
        use EventKind::{Asked, Computing, Got, Put, Resumed};
        let one = [event(0, Asked, 1, 0), event(100, Got, 1, 0), event(100, Computing, 9, 0), event(400, Resumed, 9, 300)];
        let two = [event(200, Asked, 1, 0), event(250, Put, 1, 1)];
        let trace = trace(&[&one, &two], 400);
        check(&read(&trace), &trace, &["jobs: 1.00 0.00 0.50 0.00"]);
    }

    #[test]
    fn one_that_wants_the_interpreter_lock_back_still_waits_for_the_other() {
        use EventKind::{Acquired, Asked, Released, Resumed};
        let events = [
            event(0, Asked, 1, 0),
            event(0, Released, 0, 0),
            event(200, Asked, 0, 0),
            event(300, Acquired, 0, 100),
            event(300, Resumed, 1, 300),
        ];
        let trace = trace(&[&events], 400);
        check(&read(&trace), &trace, &["锁: 0.00 0.00 1.00 0.00", "jobs: 1.00 1.00 1.00 0.00"]);
        let axis = Axis { range: TimeRange { start: Nanos(100 * MILLI), end: Nanos(100 * MILLI + 400) }, width: 8.0 };
        let inside = read(&trace).series(&trace, &axis, 2.0);
        assert_eq!(inside.iter().find(|series| series.name == "jobs").map(|series| series.columns[0]), Some(1.0));
    }

    #[test]
    fn a_run_of_microseconds_shows_its_waits() {
        use EventKind::{Asked, Got};
        let at = |micros: u64, kind| Event::new(Nanos(micros * 1_000), kind, None, 1, 0);
        let mut trace = trace(&[&[at(1, Asked), at(3, Got)]], 0);
        trace.elapsed = Nanos(4_000);
        check(&read(&trace), &trace, &["jobs: 0.00 1.00 1.00 0.00"]);
    }

    #[test]
    fn reading_in_parts_is_reading_at_once() {
        use EventKind::{Acquired, Asked};
        let events = [event(0, Asked, 0, 0), event(200, Acquired, 0, 200), event(300, Asked, 0, 0), event(400, Acquired, 0, 100)];
        let whole = trace(&[&events], 400);
        let mut growing = trace(&[&events[..1]], 400);
        let mut contention = read(&growing);
        for event in &events[1..] {
            growing.push(Chunk { task: TaskId(0), events: vec![*event], lost_before: 0 });
            contention.read(&growing);
        }
        check(&read(&whole), &whole, &["锁: 1.00 1.00 0.00 1.00"]);
        check(&contention, &growing, &["锁: 1.00 1.00 0.00 1.00"]);
    }

    #[test]
    fn zoomed_in_the_events_themselves_are_read() {
        use EventKind::{Acquired, Asked, Released};
        let at =
            |micros: u64, kind, payload_micros: u64| Event::new(Nanos(micros * 1_000), kind, None, 0, payload_micros * 1_000);
        let one = [at(10, Asked, 0), at(30, Acquired, 20), at(40, Released, 10), at(90_000, Acquired, 89_950)];
        let two = [at(25, Asked, 0)];
        let trace = trace(&[&one, &two], 100);
        let axis = Axis { range: TimeRange { start: Nanos(20_000), end: Nanos(60_000) }, width: 8.0 };
        let series = read(&trace).series(&trace, &axis, 2.0);
        assert_eq!(series.len(), 1);
        assert_eq!(series[0].columns, [1.5, 1.0, 1.0, 2.0]);
    }

    #[test]
    fn without_events_waits_are_read_from_how_counts_grew() {
        use crate::trace::store::ResourceCounters;
        let mut growing = trace(&[], 0);
        growing.counters.resources = vec![ResourceCounters::default(), ResourceCounters::default()];
        let mut history = History::default();
        for (at, waited) in [(100, 0), (200, 200), (300, 0), (400, 50)] {
            growing.elapsed = Nanos::from_millis(at);
            growing.counters.resources[0].wait.add(Nanos::from_millis(waited));
            history.look(&growing);
        }
        let axis = Axis { range: TimeRange { start: Nanos::ZERO, end: growing.elapsed }, width: 8.0 };
        let series = series_of_counts(&history, &growing, &axis, 2.0);
        assert_eq!(series.len(), 1, "only what was waited at");
        assert_eq!((series[0].name.as_str(), series[0].columns.as_slice()), ("锁", [0.0, 2.0, 0.0, 0.5].as_slice()));
    }

    #[test]
    fn a_task_ended_while_it_waits_waited_until_then() {
        let trace = trace(&[&[event(100, EventKind::Asked, 0, 0), event(300, EventKind::Ended, 0, 0)]], 400);
        check(&read(&trace), &trace, &["锁: 0.00 1.00 1.00 0.00"]);
    }

    #[test]
    fn memory_is_bounded_however_long_the_run() {
        let events = [event(1, EventKind::Acquired, 0, 1), event(100_000_000, EventKind::Acquired, 0, 50_000_000)];
        let trace = trace(&[&events], 100_000_000);
        let contention = read(&trace);
        assert!(contention.waited.values().all(|stretches| stretches.len() <= STRETCHES));
        check(&contention, &trace, &["锁: 0.00 0.00 1.00 1.00"]);
    }

    #[test]
    fn waits_of_coroutines_are_drawn_beside_each_other_and_end_none_of_their_threads() {
        use EventKind::{Asked, Resumed, Waited};
        let events = [event(0, Asked, 1, 0), event(200, Waited, 0, 200), event(200, Waited, 0, 100), event(400, Resumed, 1, 400)];
        let trace = trace(&[&events], 400);
        check(&read(&trace), &trace, &["锁: 1.00 2.00 0.00 0.00", "jobs: 1.00 1.00 1.00 1.00"]);
    }

    #[test]
    fn jobs_in_line_and_coroutines_wait_up_to_now_though_they_tell_no_events() {
        let waits = |since| TaskCounters {
            state: TaskState::Blocked,
            awaits: Some(Awaited::Resource(ResourceId(1))),
            since: Nanos(since * MILLI),
            ..TaskCounters::default()
        };
        let over = event(350, EventKind::Waited, 1, 250);
        let mut trace = trace(&[&[over], &[], &[]], 400);
        for (task, since) in [(1, 100), (2, 200)] {
            trace.counters.tasks.insert(TaskId(task), waits(since));
        }
        check(&read(&trace), &trace, &["jobs: 0.00 1.00 2.00 1.50"]);
        let axis = Axis { range: TimeRange { start: Nanos(350 * MILLI), end: Nanos(350 * MILLI + 400) }, width: 8.0 };
        assert_eq!(read(&trace).series(&trace, &axis, 2.0)[0].columns, [1.0; 4], "what has ended since is not told twice");
    }
}

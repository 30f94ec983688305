//! What the levels panel shows over time: how many tasks were in each state, how long each event loop's rounds took, how busy each
//! pool and how full each queue and pipe was. Does not choose colours, heights or words.

use super::axis::Axis;
use super::figure::count;
use crate::id::BlockId;
use crate::metrics::history::{Entry, Growth, History};
use crate::time::Nanos;
use crate::trace::store::{ResourceClass, TaskState, Trace};

/// The panel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LevelsPlan {
    /// How many tasks were in each state, from left to right.
    pub states: Vec<StatesPiece>,
    /// The most that lived at once.
    pub most_tasks: u32,
    /// One for each resource that has a level, in the order of the text.
    pub meters: Vec<Meter>,
}

/// A stretch in which so many tasks were in each state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatesPiece {
    /// Left.
    pub start_x: f32,
    /// Right.
    pub end_x: f32,
    /// In the order of [`SHOWN_STATES`].
    pub counts: [u32; SHOWN_STATES.len()],
}

/// The states a task lives in, as they are stacked from the bottom.
pub const SHOWN_STATES: [TaskState; 6] =
    [TaskState::Running, TaskState::Spinning, TaskState::Runnable, TaskState::Sleeping, TaskState::Blocked, TaskState::Paused];

/// Something measured over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Meter {
    /// Whose.
    pub name: String,
    /// The block that declares it.
    pub block: BlockId,
    /// What.
    pub measure: Measure,
    /// From left to right; of what is narrower than a piece the most is shown.
    pub pieces: Vec<LevelPiece>,
    /// The top of its plot.
    pub top: u64,
    /// How much there may be, where that is limited.
    pub capacity: Option<u64>,
    /// The most there was in the whole run.
    pub most: u64,
    /// Now, or at the moment pointed at.
    pub now: u64,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The longest round of an event loop in the stretch: whatever becomes due in it waits so long. Nanoseconds.
    Lag,
    /// Workers of a pool that have a job.
    Busy,
    /// Jobs that wait for a worker.
    Line,
    /// Items in a queue.
    Items,
    /// Messages or bytes in a pipe.
    Fill,
}

/// A stretch of one height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelPiece {
    /// Left and right, in thousandths of a point.
    pub start: i64,
    /// Likewise.
    pub end: i64,
    /// How much.
    pub value: u64,
}

/// A narrower piece cannot be seen.
const LEAST_WIDTH: f32 = 2.0;

impl Meter {
    /// Its value as it is written: a time, or a count of what may be.
    #[must_use]
    pub fn figure(&self, value: u64) -> String {
        match (self.measure, self.capacity) {
            (Measure::Lag, _) => Nanos(value).to_string(),
            (_, Some(capacity)) => format!("{} / {}", count(value), count(capacity)),
            (_, None) => count(value),
        }
    }
}

/// Whether there is anything to measure in a run.
#[must_use]
pub fn measures(trace: &Trace) -> Vec<(usize, Measure)> {
    let of = |(index, info): (usize, &crate::trace::store::ResourceInfo)| {
        let measures: &[Measure] = match info.class {
            ResourceClass::EventLoop => &[Measure::Lag],
            ResourceClass::Pool => &[Measure::Busy, Measure::Line],
            ResourceClass::Queue => &[Measure::Items],
            ResourceClass::Pipe => &[Measure::Fill],
            _ => &[],
        };
        measures.iter().map(move |measure| (index, *measure)).collect::<Vec<_>>()
    };
    trace.resources.iter().enumerate().flat_map(of).collect()
}

/// Makes the plan for what the axis has in view; `cursor` is the moment pointed at.
#[must_use]
pub fn plan(trace: &Trace, history: &History, axis: &Axis, cursor: Option<Nanos>) -> LevelsPlan {
    let entries = history.entries();
    let first = entries.partition_point(|entry| entry.at <= axis.range.start);
    let end = entries.partition_point(|entry| entry.at.since(entry.length) < axis.range.end);
    let in_view = &entries[first..end.max(first)];
    let pointed = cursor.and_then(|at| entries.get(entries.partition_point(|entry| entry.at < at))).or(entries.last());
    let meter = |(index, measure): (usize, Measure)| {
        let info = &trace.resources[index];
        let value = |entry: &Entry| entry.resources.get(index).map_or(0, |growth| value_of(growth, measure));
        let most = entries.iter().map(value).max().unwrap_or(0);
        // Whatever is in line has no limit but that of its pool's own making.
        let capacity = info.capacity.filter(|_| measure != Measure::Line);
        Meter {
            name: info.name.clone(),
            block: info.block,
            measure,
            pieces: pieces(in_view, axis, &value),
            top: capacity.unwrap_or(0).max(most).max(1),
            capacity,
            most,
            now: pointed.map_or(0, value),
        }
    };
    // A process has copies of what it never touches: they tell nothing.
    let of_process = |meter: &Meter| !trace.counters.processes.is_empty() && meter.name.contains('.');
    let there = |meter: &Meter| meter.most > 0 || !(meter.measure == Measure::Line || of_process(meter));
    let lived = |entry: &Entry| counts(entry).iter().sum();
    LevelsPlan {
        states: states(in_view, axis),
        most_tasks: entries.iter().map(lived).max().unwrap_or(0).max(1),
        meters: measures(trace).into_iter().map(meter).filter(there).collect(),
    }
}

/// How many tasks are in each state, of [`SHOWN_STATES`], now or at the moment pointed at.
#[must_use]
pub fn states_at(history: &History, cursor: Option<Nanos>) -> [u32; SHOWN_STATES.len()] {
    let entries = history.entries();
    let pointed = cursor.and_then(|at| entries.get(entries.partition_point(|entry| entry.at < at))).or(entries.last());
    pointed.map(counts).unwrap_or_default()
}

const fn value_of(growth: &Growth, measure: Measure) -> u64 {
    match measure {
        Measure::Lag => growth.longest.0,
        Measure::Busy | Measure::Fill => growth.used,
        Measure::Line | Measure::Items => growth.level,
    }
}

fn counts(entry: &Entry) -> [u32; SHOWN_STATES.len()] {
    SHOWN_STATES.map(|state| entry.states[state as usize])
}

/// Neighbours are joined until they are wide enough to be seen; the most of them is shown.
fn pieces(entries: &[Entry], axis: &Axis, value: &dyn Fn(&Entry) -> u64) -> Vec<LevelPiece> {
    let mut pieces: Vec<LevelPiece> = Vec::new();
    for entry in entries {
        let (start, end) = place(entry, axis);
        let value = value(entry);
        match pieces.last_mut() {
            Some(last) if thousandths(start) <= last.end && last.end - last.start < thousandths(LEAST_WIDTH) => {
                (last.end, last.value) = (thousandths(end), last.value.max(value));
            }
            _ => pieces.push(LevelPiece { start: thousandths(start), end: thousandths(end), value }),
        }
    }
    pieces
}

fn states(entries: &[Entry], axis: &Axis) -> Vec<StatesPiece> {
    let mut pieces: Vec<StatesPiece> = Vec::new();
    for entry in entries {
        let (start_x, end_x) = place(entry, axis);
        match pieces.last_mut() {
            // The latest look of those too narrow to be seen stands for them: sums of several would be of no moment.
            Some(last) if start_x <= last.end_x + 0.001 && last.end_x - last.start_x < LEAST_WIDTH => {
                (last.end_x, last.counts) = (end_x, counts(entry));
            }
            _ => pieces.push(StatesPiece { start_x, end_x, counts: counts(entry) }),
        }
    }
    pieces
}

fn place(entry: &Entry, axis: &Axis) -> (f32, f32) {
    let x = |at: Nanos| axis.x_from_time(at).clamp(0.0, axis.width);
    (x(entry.at.since(entry.length)), x(entry.at))
}

#[expect(clippy::cast_possible_truncation, reason = "a position on a screen")]
fn thousandths(x: f32) -> i64 {
    (f64::from(x) * 1_000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TaskId;
    use crate::trace::store::{ResourceCounters, ResourceInfo, TaskCounters};
    use crate::view::axis::TimeRange;

    /// A run of 500 ms in which a queue of 4 fills by one each 100 ms while a task sleeps.
    fn run() -> (Trace, History) {
        let (mut trace, mut history) = (Trace::default(), History::default());
        let resource = |name: &str, class, capacity| ResourceInfo { name: name.into(), class, block: BlockId(0), capacity };
        trace.resources = vec![
            resource("jobs", ResourceClass::Queue, Some(4)),
            resource("crew", ResourceClass::Pool, Some(2)),
            resource("tally", ResourceClass::Lock, None),
            resource("turns", ResourceClass::EventLoop, None),
        ];
        trace.counters.resources = vec![ResourceCounters::default(); 4];
        let state = TaskState::Sleeping;
        trace.counters.tasks = [(TaskId(0), TaskCounters { state, ..TaskCounters::default() })].into();
        for step in 1..=5 {
            trace.elapsed = Nanos::from_millis(step * 100);
            trace.counters.resources[0].level = step - 1;
            trace.counters.resources[1].used = step % 2;
            trace.counters.resources[3].hold.add(Nanos::from_millis(step));
            history.look(&trace);
        }
        (trace, history)
    }

    fn check(width: f32, cursor: Option<u64>, expected: &[&str]) {
        let (trace, history) = run();
        let axis = Axis { range: TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(500) }, width };
        let plan = plan(&trace, &history, &axis, cursor.map(Nanos::from_millis));
        let show = |meter: &Meter| {
            let values: Vec<_> = meter.pieces.iter().map(|piece| piece.value.min(9).to_string()).collect();
            format!(
                "{} {:?} {} of {} now {}",
                meter.name,
                meter.measure,
                values.join(""),
                meter.top.min(99),
                meter.figure(meter.now)
            )
        };
        let shown: Vec<_> = plan.meters.iter().map(show).collect();
        assert_eq!(shown, expected);
        assert!(plan.states.iter().all(|piece| piece.counts == [0, 0, 0, 1, 0, 0]) && plan.most_tasks == 1, "{:?}", plan.states);
    }

    #[test]
    fn each_level_is_told_over_time_and_what_has_none_is_left_out() {
        check(
            500.0,
            None,
            &["jobs Items 01234 of 4 now 4 / 4", "crew Busy 10101 of 2 now 1 / 2", "turns Lag 99999 of 99 now 5.24 ms"],
        );
        check(
            500.0,
            Some(250),
            &["jobs Items 01234 of 4 now 2 / 4", "crew Busy 10101 of 2 now 1 / 2", "turns Lag 99999 of 99 now 3.15 ms"],
        );
    }

    #[test]
    fn of_what_is_too_narrow_the_most_is_shown() {
        check(5.0, None, &["jobs Items 134 of 4 now 4 / 4", "crew Busy 111 of 2 now 1 / 2", "turns Lag 999 of 99 now 5.24 ms"]);
    }
}

//! What the cores panel shows: a strip per core over time, cut to the pixels there are, what each does now, and the CPU time of
//! each thread. Does not choose colours, heights or words.

use crate::id::{ProcessId, TaskId};
use crate::program::TaskKind;
use crate::time::Nanos;
use crate::trace::store::{CoreSample, CoreUse, TaskState, Trace};

use super::axis::Axis;

/// The strips of the panel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CoresPlan {
    /// All cores together; shares are means.
    pub all: Strip,
    /// One for each core of the machine.
    pub cores: Vec<Strip>,
}

/// One core over time, from left to right, without overlap; between two pieces that do not touch nothing was measured.
pub type Strip = Vec<Piece>;

/// What the cores do in the latest interval, or did in the one under the cursor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Now {
    /// All cores together.
    pub all: CoreUse,
    /// Each.
    pub cores: Vec<CoreUse>,
}

/// A stretch of constant shares; at least a pixel wide unless it ends at the edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Left.
    pub start_x: f32,
    /// Right.
    pub end_x: f32,
    /// Shares of the core's time.
    pub used: CoreUse,
}

/// A thread's CPU time.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadBar {
    /// Whose.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// CPU time used since the start, where it was measured.
    pub cpu: Option<Nanos>,
    /// That as a share of the longest bar, 0..=1.
    pub length: f32,
    /// The core it was last seen on.
    pub core: Option<u32>,
    /// What it does.
    pub state: TaskState,
    /// The process it runs in, where there are several.
    pub process: Option<ProcessId>,
}

/// The four parts of a core's time that are drawn, from the bottom; the rest is idle.
pub const PARTS: usize = 4;

/// Shares in the order they are stacked: scenario, Coreyard, rest of the machine, stolen.
#[must_use]
pub const fn stacked(used: &CoreUse) -> [f32; PARTS] {
    [used.scenario, used.coreyard, used.rest, used.stolen]
}

/// How much of a core is not idle.
#[must_use]
pub fn busy(used: &CoreUse) -> f32 {
    stacked(used).iter().sum()
}

/// Makes the plan for what the axes have in view: one for the strip of all cores, one for that of each.
#[must_use]
pub fn plan(trace: &Trace, all: &Axis, each: &Axis) -> CoresPlan {
    let count = trace.cores.last().map_or(0, |sample| sample.cores.len());
    let used = |core: usize| move |sample: &CoreSample| sample.cores.get(core).copied().unwrap_or_default();
    CoresPlan {
        all: pieces(in_view(&trace.cores, all), all, &mean),
        cores: (0..count).map(|core| pieces(in_view(&trace.cores, each), each, &used(core))).collect(),
    }
}

/// What the cores do now, or did at `cursor` where that was measured; of a run that has ended, what they did on the average.
#[must_use]
pub fn now(trace: &Trace, cursor: Option<Nanos>) -> Now {
    let pointed = cursor.and_then(|at| sample_at(&trace.cores, at));
    if pointed.is_none() && trace.ended.is_some() {
        return over_all(&trace.cores);
    }
    let pointed = pointed.or(trace.cores.last());
    pointed.map(|sample| Now { all: mean(sample), cores: sample.cores.clone() }).unwrap_or_default()
}

/// How many cores each process kept busy over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lanes {
    /// Cores at the top of every lane: as many as any process kept busy at once, rounded up.
    pub top: f32,
    /// By the process's id: the share of the scenario is that of `top`.
    pub strips: Vec<Strip>,
}

/// Makes the lanes for what the axis has in view.
#[must_use]
pub fn lanes(trace: &Trace, axis: &Axis) -> Lanes {
    let count = trace.cores.iter().map(|sample| sample.processes.len()).max().unwrap_or(0);
    let busy = trace.cores.iter().flat_map(|sample| &sample.processes).copied().fold(0.0, f32::max);
    let top = busy.ceil().max(1.0);
    let used = |process: usize| {
        move |sample: &CoreSample| CoreUse {
            scenario: sample.processes.get(process).copied().unwrap_or(0.0) / top,
            ..CoreUse::default()
        }
    };
    let samples = in_view(&trace.cores, axis);
    Lanes { top, strips: (0..count).map(|process| pieces(samples, axis, &used(process))).collect() }
}

/// How many cores a process keeps busy now, or kept at `cursor` where that was measured; none of a run that has ended.
#[must_use]
pub fn process_now(trace: &Trace, process: ProcessId, cursor: Option<Nanos>) -> Option<f32> {
    let latest = if trace.ended.is_none() { trace.cores.last() } else { None };
    let sample = cursor.and_then(|at| sample_at(&trace.cores, at)).or(latest)?;
    sample.processes.get(process.index()).copied()
}

/// The means over all samples, each as long as it was.
#[expect(clippy::cast_possible_truncation, reason = "a weight of a mean")]
fn over_all(samples: &[CoreSample]) -> Now {
    let count = samples.last().map_or(0, |sample| sample.cores.len());
    let mut sums: Vec<Weighted> = (0..count).map(|_| Weighted::default()).collect();
    let mut all = Weighted::default();
    for sample in samples {
        let weight = sample.length.seconds() as f32;
        all.add(&mean(sample), weight);
        sums.iter_mut().zip(&sample.cores).for_each(|(sum, core)| sum.add(core, weight));
    }
    Now { all: all.mean(), cores: sums.iter().map(Weighted::mean).collect() }
}

/// The sample whose interval holds `at`.
#[must_use]
pub fn sample_at(samples: &[CoreSample], at: Nanos) -> Option<&CoreSample> {
    let sample = samples.get(samples.partition_point(|sample| sample.at < at))?;
    (sample.at.since(sample.length) <= at).then_some(sample)
}

fn in_view<'a>(samples: &'a [CoreSample], axis: &Axis) -> &'a [CoreSample] {
    let first = samples.partition_point(|sample| sample.at <= axis.range.start);
    let end = samples.partition_point(|sample| sample.at.since(sample.length) < axis.range.end);
    &samples[first..end.max(first)]
}

fn mean(sample: &CoreSample) -> CoreUse {
    let mut sum = Weighted::default();
    for core in &sample.cores {
        sum.add(core, 1.0);
    }
    sum.mean()
}

/// Neighbours are joined until a piece is a pixel wide, weighted by their lengths: a peak narrower than that is averaged, as the
/// sampler itself does.
fn pieces(samples: &[CoreSample], axis: &Axis, used: &dyn Fn(&CoreSample) -> CoreUse) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut sum, mut left, mut right) = (Weighted::default(), 0.0_f32, f32::NEG_INFINITY);
    for sample in samples {
        let start = axis.x_from_time(sample.at.since(sample.length)).clamp(0.0, axis.width);
        let end = axis.x_from_time(sample.at).clamp(0.0, axis.width);
        // What follows within half a pixel touches.
        if sum.weight == 0.0 || start > right + 0.5 {
            sum.flush(left, right, &mut pieces);
            left = if (start - right).abs() <= 0.5 { right } else { start };
        }
        sum.add(&used(sample), end - start);
        right = end;
        if right - left >= 1.0 {
            sum.flush(left, right, &mut pieces);
            left = right;
        }
    }
    sum.flush(left, right, &mut pieces);
    pieces
}

#[derive(Default)]
struct Weighted {
    used: CoreUse,
    weight: f32,
}

impl Weighted {
    fn add(&mut self, used: &CoreUse, weight: f32) {
        self.used.scenario += used.scenario * weight;
        self.used.coreyard += used.coreyard * weight;
        self.used.rest += used.rest * weight;
        self.used.stolen += used.stolen * weight;
        self.used.idle += used.idle * weight;
        self.weight += weight;
    }

    fn mean(&self) -> CoreUse {
        let weight = if self.weight > 0.0 { self.weight } else { 1.0 };
        CoreUse {
            scenario: self.used.scenario / weight,
            coreyard: self.used.coreyard / weight,
            rest: self.used.rest / weight,
            stolen: self.used.stolen / weight,
            idle: self.used.idle / weight,
        }
    }

    fn flush(&mut self, start_x: f32, end_x: f32, pieces: &mut Vec<Piece>) {
        if self.weight > 0.0 {
            pieces.push(Piece { start_x, end_x, used: self.mean() });
            *self = Self::default();
        }
    }
}

/// A bar for each task that has started, in the order of ids; what a coroutine uses is its loop's thread's.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
pub fn threads(trace: &Trace) -> Vec<ThreadBar> {
    let longest = trace.counters.tasks.values().map(|task| task.cpu).max().unwrap_or_default();
    let name = |task: TaskId| trace.tasks.get(&task).map_or_else(|| format!("#{}", task.0), |info| info.name.clone());
    let is_looped = |id: &TaskId| trace.tasks.get(id).is_some_and(|info| TaskKind::is_looped_word(&info.kind));
    let started = trace.counters.tasks.iter().filter(|(id, task)| task.state != TaskState::New && !is_looped(id));
    let bar = |(&id, task): (&TaskId, &crate::trace::store::TaskCounters)| ThreadBar {
        task: id,
        name: name(id),
        cpu: (task.cpu > Nanos::ZERO).then_some(task.cpu),
        length: (task.cpu.seconds() / longest.seconds().max(1e-9)) as f32,
        core: task.core,
        state: trace.state_of(task),
        process: task.process,
    };
    started.map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::BlockId;
    use crate::trace::store::{TaskCounters, TaskInfo};
    use crate::view::axis::TimeRange;
    use crate::view::figure::percent;

    fn used(scenario: f32, rest: f32) -> CoreUse {
        CoreUse { scenario, rest, idle: 1.0 - scenario - rest, ..CoreUse::default() }
    }

    fn sample(at_millis: u64, cores: &[CoreUse]) -> CoreSample {
        let (at, length) = (Nanos::from_millis(at_millis), Nanos::from_millis(100));
        CoreSample { at, length, cores: cores.to_vec(), processes: Vec::new() }
    }

    fn show(strip: &Strip) -> String {
        let part = |share: f32| percent(share.into());
        let shown: Vec<_> = strip
            .iter()
            .map(|piece| {
                format!("{:.0}-{:.0} {}+{}", piece.start_x, piece.end_x, part(piece.used.scenario), part(piece.used.rest))
            })
            .collect();
        shown.join(", ")
    }

    fn check(samples: Vec<CoreSample>, range_millis: (u64, u64), width: f32, expected: &[&str]) {
        let mut trace = Trace::default();
        trace.cores = samples;
        let range = TimeRange { start: Nanos::from_millis(range_millis.0), end: Nanos::from_millis(range_millis.1) };
        let axis = Axis { range, width };
        let plan = plan(&trace, &axis, &axis);
        let shown: Vec<_> = std::iter::once(&plan.all).chain(&plan.cores).map(show).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn each_sample_is_a_stretch_and_all_is_the_mean() {
        check(
            vec![sample(100, &[used(1.0, 0.0), used(0.0, 0.2)]), sample(200, &[used(0.5, 0.25), used(0.0, 0.0)])],
            (0, 200),
            100.0,
            &["0-50 50 %+10 %, 50-100 25 %+12 %", "0-50 100 %+0 %, 50-100 50 %+25 %", "0-50 0 %+20 %, 50-100 0 %+0 %"],
        );
    }

    #[test]
    fn samples_narrower_than_a_pixel_are_averaged() {
        let samples = (1..=8).map(|n| sample(n * 100, &[used(if n % 2 == 0 { 1.0 } else { 0.0 }, 0.0)])).collect();
        check(samples, (0, 800), 4.0, &["0-1 50 %+0 %, 1-2 50 %+0 %, 2-3 50 %+0 %, 3-4 50 %+0 %"; 2]);
    }

    #[test]
    fn nothing_is_drawn_where_nothing_was_measured() {
        let samples = vec![sample(100, &[used(1.0, 0.0)]), sample(400, &[used(1.0, 0.0)])];
        check(samples, (0, 400), 40.0, &["0-10 100 %+0 %, 30-40 100 %+0 %"; 2]);
    }

    #[test]
    fn only_what_is_in_view_is_planned() {
        let samples = (1..=10).map(|n| sample(n * 100, &[used(1.0, 0.0)])).collect();
        check(samples, (450, 650), 20.0, &["0-5 100 %+0 %, 5-15 100 %+0 %, 15-20 100 %+0 %"; 2]);
    }

    #[test]
    fn the_pieces_never_outnumber_the_pixels() {
        let samples = (1..=5_000).map(|n| sample(n * 100, &[used(1.0, 0.0); 64])).collect();
        let mut trace = Trace::default();
        trace.cores = samples;
        let range = TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(500_000) };
        let axis = Axis { range, width: 300.0 };
        let plan = plan(&trace, &axis, &axis);
        assert_eq!(plan.cores.len(), 64);
        assert!(plan.cores.iter().all(|strip| strip.len() <= 300));
    }

    #[test]
    fn the_lane_of_a_process_shows_when_it_kept_how_many_cores_busy() {
        let busy = |at_millis, processes: [f32; 2]| CoreSample { processes: processes.to_vec(), ..sample(at_millis, &[]) };
        let mut trace = Trace::default();
        trace.cores = vec![busy(100, [1.5, 0.0]), busy(200, [0.0, 1.0])];
        let range = TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(200) };
        let lanes = lanes(&trace, &Axis { range, width: 20.0 });
        assert_eq!(percent(lanes.top.into()), "200 %");
        let shown: Vec<String> = lanes.strips.iter().map(show).collect();
        assert_eq!(shown, ["0-10 75 %+0 %, 10-20 0 %+0 %", "0-10 0 %+0 %, 10-20 50 %+0 %"]);
        let now = |cursor: Option<u64>| process_now(&trace, ProcessId(1), cursor.map(Nanos::from_millis));
        assert_eq!([now(None), now(Some(50))], [Some(1.0), Some(0.0)]);
    }

    #[test]
    fn a_coroutine_has_no_bar() {
        let mut trace = Trace::default();
        for (id, kind) in (0..).zip(["thread", "coroutine", "greenlet", "job"]) {
            let info = TaskInfo { name: kind.to_owned(), kind: kind.to_owned(), parent: None, block: BlockId(0), daemon: false };
            trace.tasks.insert(TaskId(id), info);
            trace.counters.tasks.insert(TaskId(id), TaskCounters { state: TaskState::Running, ..TaskCounters::default() });
        }
        let names: Vec<String> = threads(&trace).into_iter().map(|bar| bar.name).collect();
        assert_eq!(names, ["thread", "job"]);
    }

    #[test]
    fn figures_are_those_under_the_cursor_or_the_latest() {
        let mut trace = Trace::default();
        trace.cores = vec![sample(100, &[used(1.0, 0.0), used(0.0, 0.5)]), sample(400, &[used(0.25, 0.0), used(0.0, 0.0)])];
        let show = |cursor: Option<u64>| {
            let now = now(&trace, cursor.map(Nanos::from_millis));
            let cores: Vec<_> = now.cores.iter().map(|core| percent(busy(core).into())).collect();
            format!("{} of {}", percent(busy(&now.all).into()), cores.join(" "))
        };
        assert_eq!(show(None), "12 % of 25 % 0 %");
        assert_eq!(show(Some(50)), "75 % of 100 % 50 %");
        assert_eq!(show(Some(200)), "12 % of 25 % 0 %", "nothing was measured there");
        trace.ended = Some(crate::trace::store::Ended::Completed);
        let ended = now(&trace, None);
        assert_eq!(percent(busy(&ended.all).into()), "44 %", "the mean of a run that has ended");
        assert_eq!(percent(busy(&now(&trace, Some(Nanos::from_millis(50))).all).into()), "75 %");
    }
}

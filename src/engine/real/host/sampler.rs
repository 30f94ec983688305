//! What the machine's cores did lately: this scenario's tasks by their own CPU clocks, Coreyard's threads by the scheduler's, the
//! rest, stolen and idle time by the kernel's ticks, which are coarse and so are taken over a longer stretch.
//! Owns the attribution to cores. What is plotted of it is not decided here.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use crate::engine::real::transport::clock::Counter;
use crate::engine::real::transport::roll::Roll;
use crate::engine::real::transport::segment::{Head, Mapping, Segment, process, task};
use crate::engine::real::transport::state;
use crate::time::Nanos;
use crate::trace::store::{CoreSample, CoreUse, TaskState};

/// Ticks come a hundred times a second: shares are taken over at least so long.
const TICKS_OVER: Nanos = Nanos::from_millis(200);

/// One core's ticks since the machine began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ticks {
    busy: u64,
    stolen: u64,
    idle: u64,
}

/// CPU time and the core it was last used on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Usage {
    /// As last told.
    told: Nanos,
    told_at: Nanos,
    /// CPU time a nanosecond between the last two tellings.
    rate: f64,
    /// As it probably was at the last sample.
    sampled: f64,
}

/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct Sampler {
    mapping: Arc<Mapping>,
    counter: Counter,
    /// The run's time at the last sample, and time as it passes.
    last: Nanos,
    passed: Nanos,
    roll: Roll,
    tasks: BTreeMap<usize, Usage>,
    own: BTreeMap<i32, Nanos>,
    watch: Nanos,
    /// The latest looks at the ticks, with what of the time was ours on each core.
    looks: VecDeque<Look>,
}

#[derive(Debug, Clone, Default)]
struct Look {
    at: Nanos,
    ticks: Vec<Ticks>,
    /// Nanoseconds of scenario and Coreyard in the interval that ended here.
    ours: Vec<f64>,
}

/// Nanoseconds of CPU time on each core.
type PerCore = Vec<f64>;

impl Sampler {
    pub(in crate::engine::real) fn new(mapping: Arc<Mapping>, counter: Counter) -> Self {
        let (tasks, own) = (BTreeMap::new(), BTreeMap::new());
        let first = Look { at: Nanos::ZERO, ticks: system::ticks(), ours: Vec::new() };
        let (last, watch) = (Nanos::ZERO, Nanos::ZERO);
        let passed = counter.passing();
        Self { mapping, counter, last, passed, roll: Roll::default(), tasks, own, watch, looks: [first].into() }
    }

    /// What happened since this was asked last, the first time since the run began; none before that, while it is halted and
    /// after its end.
    pub(in crate::engine::real) fn sample(&mut self) -> Option<CoreSample> {
        let mapping = Arc::clone(&self.mapping);
        let segment = Segment::open(mapping.words())?;
        let now = self.counter.shown(segment.head(Head::Clock))?;
        let ended = Nanos(segment.head(Head::EndedAt).load(Acquire));
        let at = if ended == Nanos::ZERO { now } else { now.min(ended) };
        let ticks = system::ticks();
        let count = ticks.len().max(1);
        let (scenario, processes) = self.scenario(&segment, at, count);
        let mut own = self.own(&segment, count);
        let length = at.since(std::mem::replace(&mut self.last, at));
        let passing = self.counter.passing();
        let passed = passing.since(std::mem::replace(&mut self.passed, passing));
        if length == Nanos::ZERO {
            // The run is halted: what others do meanwhile is not asked.
            self.looks = [Look { at, ticks, ours: Vec::new() }].into();
            return None;
        }
        if length < passed {
            // So is what Coreyard did in the part of it in which it was.
            for spent in &mut own {
                *spent *= nanos(length) / nanos(passed);
            }
        }
        let ours = scenario.iter().zip(&own).map(|(scenario, own)| scenario + own).collect();
        self.looks.push_back(Look { at, ticks, ours });
        while self.looks.len() > 2 && at.since(self.looks[1].at) >= TICKS_OVER {
            self.looks.pop_front();
        }
        let cores = (0..count).map(|core| self.divide(core, &scenario, &own, length)).collect();
        let processes = processes.into_iter().map(|spent| busy(spent, length, count)).collect();
        Some(CoreSample { at, length, cores, processes })
    }

    /// CPU time of the tasks on each core since the last sample, and the same of each process where there are several. A task
    /// tells its time at its beats only; in between it is taken to go on at the rate it had.
    fn scenario(&mut self, segment: &Segment<'_>, at: Nanos, count: usize) -> (PerCore, Vec<f64>) {
        let mut cores = vec![0.0; count];
        let several = segment.sizes().processes > 1;
        let mut processes = vec![0.0; if several { segment.sizes().processes } else { 0 }];
        self.roll.call(segment);
        self.roll.each(|entry| {
            let Some(slot) = segment.task(entry.index) else { return true };
            let core = usize::try_from(slot[task::CORE].load(Relaxed)).ok().and_then(|core| core.checked_sub(1));
            let Some(place) = core.and_then(|core| cores.get_mut(core)) else { return true };
            let told = Nanos(slot[task::CPU].load(Relaxed));
            let told_at = Nanos(slot[task::REPORTED].load(Relaxed));
            let runs = matches!(state::read(slot), TaskState::Running | TaskState::Spinning);
            let usage = self.tasks.entry(entry.index).or_default();
            let spent = usage.go_on(told, told_at, at, runs);
            *place += spent;
            let process = usize::try_from(slot[task::PROCESS].load(Relaxed)).ok().and_then(|process| process.checked_sub(1));
            if let Some(place) = process.and_then(|process| processes.get_mut(process)) {
                *place += spent;
            }
            if entry.over {
                self.tasks.remove(&entry.index);
            }
            true
        });
        // Those that may be spawned have their places from the beginning.
        let begun = |&process: &usize| segment.process(process).is_some_and(|slot| slot[process::STATE].load(Relaxed) != 0);
        processes.truncate((0..processes.len()).rfind(begun).map_or(0, |last| last + 1));
        (cores, processes)
    }

    /// CPU time of Coreyard's own threads on each core since the last sample.
    fn own(&mut self, segment: &Segment<'_>, count: usize) -> PerCore {
        let mut cores = vec![0.0; count];
        let threads = system::own_threads();
        let before = std::mem::take(&mut self.own);
        for (thread, cpu, core) in threads {
            let since = before.get(&thread).copied().unwrap_or(cpu);
            if let Some(place) = cores.get_mut(core) {
                *place += nanos(cpu.since(since));
            }
            self.own.insert(thread, cpu);
        }
        let watch = Nanos(segment.head(Head::WatchCpu).load(Relaxed));
        let core = usize::try_from(segment.head(Head::WatchCore).load(Relaxed)).ok().and_then(|core| core.checked_sub(1));
        if let Some(place) = core.and_then(|core| cores.get_mut(core)) {
            *place += nanos(watch.since(self.watch));
        }
        self.watch = watch;
        cores
    }

    /// One core's time, each part measured where it is measured best; ours first, because it is exact.
    fn divide(&self, core: usize, scenario: &PerCore, own: &PerCore, length: Nanos) -> CoreUse {
        let share = |spent: &PerCore| (spent[core] / nanos(length)).clamp(0.0, 1.0);
        let scenario = share(scenario);
        let coreyard = share(own).min(1.0 - scenario);
        let (busy, stolen) = self.ticked(core);
        let left = 1.0 - scenario - coreyard;
        let stolen = stolen.min(left);
        let rest = busy.min(left - stolen);
        let part = |share: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
            let part = share as f32;
            part
        };
        CoreUse {
            scenario: part(scenario),
            coreyard: part(coreyard),
            rest: part(rest),
            stolen: part(stolen),
            idle: part((left - stolen - rest).max(0.0)),
        }
    }

    /// Shares of others' work and of stolen time on a core, over the last looks.
    fn ticked(&self, core: usize) -> (f64, f64) {
        let (Some(first), Some(last)) = (self.looks.front(), self.looks.back()) else { return (0.0, 0.0) };
        let (Some(before), Some(after)) = (first.ticks.get(core), last.ticks.get(core)) else { return (0.0, 0.0) };
        let since = |of: fn(&Ticks) -> u64| u32::try_from(of(after).saturating_sub(of(before))).map_or(0.0, f64::from);
        let (busy, stolen) = (since(|ticks| ticks.busy), since(|ticks| ticks.stolen));
        let all = busy + stolen + since(|ticks| ticks.idle);
        if all == 0.0 {
            return (0.0, 0.0);
        }
        let ours: f64 = self.looks.iter().skip(1).filter_map(|look| look.ours.get(core)).sum();
        let ours = ours / nanos(last.at.since(first.at)).max(1.0);
        ((busy / all - ours).max(0.0), stolen / all)
    }
}

/// So much CPU time in an interval as a number of cores, of `count`.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a number of cores for a plot")]
fn busy(spent: f64, length: Nanos, count: usize) -> f32 {
    (spent / nanos(length)).clamp(0.0, count as f64) as f32
}

fn nanos(time: Nanos) -> f64 {
    time.seconds() * 1e9
}

impl Usage {
    /// CPU time used since the last sample, as well as can be known.
    fn go_on(&mut self, told: Nanos, told_at: Nanos, now: Nanos, runs: bool) -> f64 {
        if told_at > self.told_at {
            self.rate = (nanos(told.since(self.told)) / nanos(told_at.since(self.told_at))).clamp(0.0, 1.0);
            (self.told, self.told_at) = (told, told_at);
        }
        let since = if runs { nanos(now.since(told_at)) * self.rate } else { 0.0 };
        let probably = (nanos(told) + since).max(self.sampled);
        probably - std::mem::replace(&mut self.sampled, probably)
    }
}

#[cfg(target_os = "linux")]
mod system {
    use procfs::{CurrentSI as _, KernelStats};

    use super::{Nanos, Ticks};

    /// Of each core.
    pub(super) fn ticks() -> Vec<Ticks> {
        let Ok(stats) = KernelStats::current() else { return Vec::new() };
        let each = stats.cpu_time.iter().map(|core| Ticks {
            busy: core.user + core.nice + core.system + core.irq.unwrap_or(0) + core.softirq.unwrap_or(0),
            stolen: core.steal.unwrap_or(0),
            idle: core.idle + core.iowait.unwrap_or(0),
        });
        each.collect()
    }

    /// This process's threads: number, CPU time, core.
    pub(super) fn own_threads() -> Vec<(i32, Nanos, usize)> {
        let tasks = procfs::process::Process::myself().and_then(|process| process.tasks());
        let told = |task: procfs::process::Task| {
            let core = usize::try_from(task.stat().ok()?.processor?).ok()?;
            Some((task.tid, Nanos(task.schedstat().ok()?.sum_exec_runtime), core))
        };
        tasks.into_iter().flatten().flatten().filter_map(told).collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::{Mutex, OnceLock, PoisonError};

    use super::{Nanos, Ticks};

    /// Of each core: percentages, summed up as if they were ticks.
    pub(super) fn ticks() -> Vec<Ticks> {
        static LOOK: OnceLock<Mutex<(sysinfo::System, Vec<Ticks>)>> = OnceLock::new();
        let look = LOOK.get_or_init(|| Mutex::new((sysinfo::System::new(), Vec::new())));
        let mut look = look.lock().unwrap_or_else(PoisonError::into_inner);
        let (system, sums) = &mut *look;
        system.refresh_cpu_usage();
        sums.resize(system.cpus().len(), Ticks::default());
        for (sum, core) in sums.iter_mut().zip(system.cpus()) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
            let busy = core.cpu_usage().clamp(0.0, 100.0) as u64;
            sum.busy += busy;
            sum.idle += 100 - busy;
        }
        sums.clone()
    }

    /// Not to be had here: Coreyard counts as the rest.
    pub(super) fn own_threads() -> Vec<(i32, Nanos, usize)> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_computes_all_the_time_uses_all_the_time_between_its_beats() {
        let mut usage = Usage::default();
        let mut all = 0.0;
        for sample in 1..=10_u64 {
            let now = Nanos(sample * 100);
            // It tells every 40.
            let told = Nanos(now.0 / 40 * 40);
            all += usage.go_on(told, told, now, true);
        }
        assert!((all - 1000.0).abs() < 1e-9, "{all}");
    }

    #[test]
    fn a_task_that_stopped_computing_uses_nothing_more() {
        let mut usage = Usage::default();
        let used = usage.go_on(Nanos(30), Nanos(30), Nanos(100), false);
        assert!((used - 30.0).abs() < 1e-9);
        assert!(usage.go_on(Nanos(30), Nanos(30), Nanos(200), false).abs() < 1e-9);
    }
}

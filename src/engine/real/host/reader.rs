//! The app's side of the segment: moves what a worker has written into a trace. Validates everything: ids that do not exist,
//! texts without an end and counts without sense are left out. Works the same on the segment of a worker that has died.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::time::{Duration, Instant};

use super::on_core::OnCore;
use crate::engine::real::message::Made;
use crate::engine::real::transport::chunks;
use crate::engine::real::transport::log::{self, Kind};
use crate::engine::real::transport::roll::Roll;
use crate::engine::real::transport::segment::{
    Head, ResourceSlot, Segment, Steps, TaskSlot, process, region, resource, station, task,
};
use crate::engine::real::transport::shot::{self, Shot};
use crate::engine::real::transport::state::{self, Looped, Target};
use crate::engine::sight::Turn;
use crate::id::{BlockId, ProcessId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::record::STEPS;
use crate::trace::store::{
    Awaited, BlockCounters, Death, Distribution, Finding, FindingKind, OutputLine, Passed, ProcessCounters, RegionCounters,
    ResourceClass, ResourceCounters, TaskCounters, TaskInfo, TaskState, Trace, Uncaught, Wait,
};
use crate::trace::{Chunk, Event, EventKind};

/// Counts are read anew at most so often.
const COUNTS_EVERY: Duration = Duration::from_millis(40);
/// Published chunks read between two looks at the clock.
const CHUNKS_AT_ONCE: usize = 64;
/// Waiters told of one resource.
const MOST_WAITERS: usize = 64;
/// Counts of a resource by which it is seen that something was done to it.
const SIGNS: usize = 10;

/// What has been read so far.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Reader {
    chunks: chunks::Reader,
    log: log::Reader,
    shots: shot::Reader,
    roll: Roll,
    /// Events lost by those that are over.
    lost_before: u64,
    labels: Vec<String>,
    processes: Vec<String>,
    uncaught: BTreeMap<TaskId, Uncaught>,
    counted: Option<Instant>,
    /// Per resource what its counts were when it was last read.
    signatures: Vec<[u64; SIGNS]>,
    on_core: OnCore,
}

impl Reader {
    /// With the names of the run's processes.
    pub(in crate::engine::real) fn new(processes: Vec<String>) -> Self {
        Self { processes, ..Self::default() }
    }

    /// Moves what there is into `trace`, for about as long as `budget`. True if there is more.
    #[expect(clippy::disallowed_methods, reason = "the real engine keeps its promise not to hold up a frame")]
    pub(in crate::engine::real) fn drain(
        &mut self,
        segment: &Segment<'_>,
        trace: &mut Trace,
        now: Nanos,
        budget: Duration,
        ended: bool,
    ) -> bool {
        let begin = Instant::now();
        let mut pieces = Vec::new();
        let mut more = true;
        while more && begin.elapsed() < budget {
            let before = pieces.len();
            let next = |_| {
                if ended {
                    self.chunks.pass_gaps(segment);
                }
                self.chunks.published(segment)
            };
            pieces.extend((0..CHUNKS_AT_ONCE).map_while(next));
            more = pieces.len() == before + CHUNKS_AT_ONCE;
        }
        self.roll.call(segment);
        if !more {
            let open = self.roll.open().iter();
            pieces.extend(open.filter_map(|entry| self.chunks.unpublished(segment, TaskId::from_index(entry.index))));
        }
        // After the events, so that every line, label and task they name is there.
        while let Some(record) = self.log.next(segment) {
            self.note(record, segment, trace);
        }
        for piece in pieces {
            Self::push(piece, segment, trace);
        }
        if ended || self.counted.is_none_or(|counted| counted.elapsed() >= COUNTS_EVERY) {
            self.counted = Some(begin);
            self.count(segment, trace, now);
            self.look(segment, trace);
        }
        more
    }

    /// What tasks stand in and resources hold, as far as it has been told.
    fn look(&mut self, segment: &Segment<'_>, trace: &mut Trace) {
        let resources = segment.sizes().resources;
        self.shots.each(segment, |task, shot| match (task, shot) {
            (Some(task), Shot::Task(stack)) => drop(trace.stacks.insert(task, stack)),
            (_, Shot::Held(held)) => trace.held.extend(held.into_iter().filter(|(id, _)| id.index() < resources)),
            _ => {}
        });
        let is_over = |task: &TaskId| trace.counters.tasks.get(task).is_some_and(|task| task.state == TaskState::Done);
        trace.stacks.retain(|task, _| !is_over(task));
    }

    fn note(&mut self, record: log::Record, segment: &Segment<'_>, trace: &mut Trace) {
        match record.kind {
            Kind::Line => trace.output.push(OutputLine { at: record.at, task: record.task, text: record.text }),
            Kind::Label => {
                self.labels.push(record.text.clone());
                trace.labels.push(record.text);
            }
            Kind::Task => {
                let Ok(made) = serde_json::from_str::<Made>(&record.text) else { return };
                let info = TaskInfo {
                    name: made.name,
                    kind: made.kind,
                    parent: Some(made.parent),
                    block: made.block,
                    daemon: made.daemon,
                };
                trace.tasks.insert(record.task, info);
            }
            Kind::Unawaited => {
                let Ok(block) = record.text.parse().map(BlockId) else { return };
                let kind = FindingKind::NeverAwaited(block);
                if trace.findings.iter().all(|finding| finding.kind != kind) {
                    let on = Awaited::Task(record.task);
                    let waits = vec![Wait { task: record.task, block: Some(block), on, helpers: Vec::new() }];
                    trace.find(Finding { kind, at: record.at, waits });
                }
            }
            Kind::Uncaught => {
                let Ok(uncaught) = serde_json::from_str::<Uncaught>(&record.text) else { return };
                if let Some(counters) = trace.counters.tasks.get_mut(&record.task) {
                    counters.uncaught = Some(uncaught.clone());
                } else if record.task.index() >= segment.sizes().tasks {
                    // Nothing else will ever be known of it.
                    let state = TaskState::Done;
                    let its = TaskCounters { state, uncaught: Some(uncaught.clone()), ..TaskCounters::default() };
                    trace.counters.tasks.insert(record.task, its);
                }
                self.uncaught.insert(record.task, uncaught);
            }
        }
    }

    fn push(mut piece: Chunk, segment: &Segment<'_>, trace: &mut Trace) {
        if !trace.tasks.contains_key(&piece.task) || (piece.events.is_empty() && piece.lost_before == 0) {
            return;
        }
        let sizes = segment.sizes();
        piece.events.retain(|event| {
            let subject = event.subject() as usize;
            let block = event.block().is_none_or(|block| block.index() < sizes.blocks);
            block && subject < limit(event, sizes.resources, trace)
        });
        trace.push(piece);
    }

    fn count(&mut self, segment: &Segment<'_>, trace: &mut Trace, now: Nanos) {
        let mut waiters: BTreeMap<ResourceId, Vec<(TaskId, Nanos)>> = BTreeMap::new();
        let mut lost = self.lost_before;
        let mut loops: Vec<(TaskId, ResourceId, BlockId)> = Vec::new();
        let mut running: BTreeMap<TaskId, TaskId> = BTreeMap::new();
        self.roll.each(|entry| {
            let id = TaskId::from_index(entry.index);
            let Some(slot) = segment.task(entry.index).filter(|_| trace.tasks.contains_key(&id)) else { return false };
            let its = slot[task::LOST].load(Relaxed);
            lost += its;
            if entry.over {
                self.lost_before += its;
            } else if let Some(Target { on: Awaited::Resource(on), .. }) = Target::read(slot) {
                waiters.entry(on).or_default().push((id, now.since(Nanos(slot[task::ASKED].load(Relaxed)))));
            }
            if state::read(slot) == TaskState::New && slot[task::EPOCH].load(Relaxed) == 0 {
                return false;
            }
            let mut counters = task_counters(slot, now, segment.sizes().blocks);
            counters.state = self.on_core.state(id, &counters, now);
            counters.uncaught = self.uncaught.get(&id).cloned();
            counters.process =
                counters.process.filter(|process| self.processes.len() > 1 && process.index() < self.processes.len());
            match Looped::read(slot) {
                Looped::Runs { event_loop, at } if at.index() < segment.sizes().blocks => loops.push((id, event_loop, at)),
                Looped::By(Some(by)) if counters.state == TaskState::Running => drop(running.insert(by, id)),
                _ => {}
            }
            trace.counters.tasks.insert(id, counters);
            true
        });
        for (thread, event_loop, at) in loops {
            Turn { thread, event_loop, at, coroutine: running.get(&thread).copied() }.tell(&mut trace.counters.tasks);
        }
        trace.counters.lost_events = lost;
        if self.processes.len() > 1 {
            let begun = (0..).zip(&self.processes).filter_map(|(index, name)| process_counters(segment, index, name));
            trace.counters.processes = begun.collect();
        }
        trace.counters.lost_lines = segment.head(Head::LinesLost).load(Relaxed);
        trace.counters.unlisted_tasks = segment.head(Head::TasksUnlisted).load(Relaxed);
        trace.counters.resources.resize(segment.sizes().resources, ResourceCounters::default());
        self.signatures.resize(segment.sizes().resources, [u64::MAX; SIGNS]);
        for (index, counters) in trace.counters.resources.iter_mut().enumerate() {
            let Some((slot, waits, holds)) = segment.resource(index) else { continue };
            let signature = signature(slot);
            let open = waiters.remove(&ResourceId::from_index(index)).unwrap_or_default();
            let same = std::mem::replace(&mut self.signatures[index], signature) == signature;
            let class = trace.resources.get(index).map(|info| info.class);
            let is_region = class == Some(ResourceClass::Region);
            if matches!(class, Some(ResourceClass::Region | ResourceClass::Pool | ResourceClass::Pipe))
                || !same
                || counters.waiting > 0
                || !open.is_empty()
            {
                *counters = resource_counters(slot, waits, holds);
                counters.used = match class {
                    Some(ResourceClass::Pool) => slot[resource::NEXT].load(Relaxed),
                    Some(ResourceClass::Pipe) => segment.station(index).map_or(0, |station| station[station::USED].load(Relaxed)),
                    _ => 0,
                };
                if class == Some(ResourceClass::Pipe) {
                    // Its ends are moved by different processes: only what they meet at is exact.
                    counters.level = segment.station(index).map_or(0, |station| station[station::COUNT].load(Relaxed));
                }
                counters.region = is_region.then(|| region_counters(segment, slot, now));
                for (_, waited) in &open {
                    counters.waits_on(*waited);
                }
                counters.waiters = open.into_iter().take(MOST_WAITERS).map(|(task, _)| task).collect();
            }
        }
        for index in 0..segment.sizes().blocks {
            let Some([count, time, waiting, _]) = segment.block(index) else { continue };
            // The part before the whole, which is told first: it is never the greater of the two.
            let waiting = waiting.load(Acquire);
            let [count, time] = [count, time].map(|word| word.load(Relaxed));
            if count > 0 || time > 0 {
                let counters = BlockCounters { count, time: Nanos(time), waiting: Nanos(waiting) };
                trace.counters.blocks.insert(BlockId::from_index(index), counters);
            }
        }
        let (mut marks, mut times) = (BTreeMap::new(), BTreeMap::new());
        for (index, label) in self.labels.iter().enumerate() {
            let Some([count, first, latest]) = segment.label(index).map(|words| words.each_ref().map(|word| word.load(Relaxed)))
            else {
                break;
            };
            if count > 0 {
                // Each process that marks it has a number of its own for it.
                *marks.entry(label.clone()).or_default() += count;
            }
            // The two are written one after the other.
            if latest > 0 && first > 0 {
                let (first, latest) = (Nanos(u64::MAX - first), Nanos(latest));
                let passed = times.entry(label.clone()).or_insert(Passed { first, last: latest });
                (passed.first, passed.last) = (passed.first.min(first), passed.last.max(latest));
            }
        }
        (trace.counters.marks, trace.counters.mark_times) = (marks, times);
    }
}

/// One past the greatest subject that an event of its kind may have.
fn limit(event: &Event, resources: usize, trace: &Trace) -> usize {
    use EventKind as Of;
    match event.kind() {
        Some(
            Of::Asked
            | Of::Acquired
            | Of::Released
            | Of::TimedOut
            | Of::Put
            | Of::Got
            | Of::TaskDone
            | Of::Loaded
            | Of::Stored
            | Of::Exchanged
            | Of::Signalled
            | Of::Entered
            | Of::Left
            | Of::Waited,
        ) => resources,
        Some(Of::Printed) => trace.output.len(),
        // Labels beyond the limit have no number.
        Some(Of::Marked) => trace.labels.len(),
        Some(_) => usize::MAX,
        None => 0,
    }
}

/// What is told of a process; none before it has begun.
fn process_counters(segment: &Segment<'_>, index: usize, name: &str) -> Option<ProcessCounters> {
    let slot = segment.process(index)?;
    let word = |at: usize| slot[at].load(Relaxed);
    let small = |at: usize| u32::try_from(word(at)).unwrap_or(u32::MAX);
    if word(process::STATE) == 0 {
        return None;
    }
    let gone = word(process::STATE) == process::GONE;
    Some(ProcessCounters {
        id: ProcessId::from_index(index),
        name: name.to_owned(),
        parent: small(process::PARENT).checked_sub(1).map(ProcessId),
        number: small(process::NUMBER),
        began: Nanos(word(process::BEGAN)),
        ended: (word(process::ENDED) > 0).then(|| Nanos(word(process::ENDED))),
        exit_code: (gone && word(process::CUT) == 0).then(|| small(process::EXIT).cast_signed()),
        cpu: Nanos(word(process::CPU)),
        memory_bytes: word(process::MEMORY),
        death: (word(process::SIGNAL) > 0)
            .then(|| Death { signal: small(process::SIGNAL), block: small(process::STOOD).checked_sub(1).map(BlockId) }),
    })
}

fn core(slot: TaskSlot<'_>) -> Option<u32> {
    slot[task::CORE].load(Relaxed).checked_sub(1).and_then(|core| u32::try_from(core).ok())
}

fn task_counters(slot: TaskSlot<'_>, now: Nanos, blocks: usize) -> TaskCounters {
    let state = state::read(slot);
    let mut in_state = [Nanos::ZERO; 8];
    for (place, word) in in_state.iter_mut().zip(&slot[task::IN_STATE..]) {
        *place = Nanos(word.load(Relaxed));
    }
    if !matches!(state, TaskState::New | TaskState::Done) {
        in_state[state as usize] += now.since(Nanos(slot[task::SINCE].load(Relaxed)));
    }
    // Time between beginning and end of running in which the thread had no core.
    let [running, runnable] = [TaskState::Running as usize, TaskState::Runnable as usize];
    let off_core = Nanos(slot[task::OFF_CORE].load(Relaxed)).min(in_state[running]);
    in_state[running] = in_state[running].since(off_core);
    in_state[runnable] += off_core;
    in_state[TaskState::New as usize] = Nanos::ZERO;
    let steps = slot[task::STEPS].load(Relaxed);
    // Of a coroutine its rest alone: while it runs, the time is its thread's.
    let word = match Looped::read(slot) {
        Looped::By(_) if steps == 0 || !matches!(state, TaskState::Blocked | TaskState::Sleeping) => 0,
        Looped::By(_) => slot[task::ASKED].load(Relaxed),
        Looped::No | Looped::Runs { .. } => slot[task::HERE].load(Relaxed),
    };
    let block = slot[task::BLOCK].load(Relaxed).checked_sub(1).and_then(|block| usize::try_from(block).ok());
    TaskCounters {
        state,
        since: Nanos(slot[task::SINCE].load(Relaxed)),
        awaits: Target::read(slot).map(|target| target.on),
        block: block.filter(|&block| block < blocks).map(BlockId::from_index),
        here: (word > 0).then_some(Nanos(word)),
        cpu: Nanos(slot[task::CPU].load(Relaxed)),
        core: core(slot),
        in_state,
        steps,
        held: so_far(slot, task::HELD, task::HELD_SINCE, now),
        wanted: so_far(slot, task::WANTED, task::WANTED_SINCE, now),
        uncaught: None,
        process: u32::try_from(slot[task::PROCESS].load(Relaxed)).ok().and_then(|process| process.checked_sub(1)).map(ProcessId),
    }
}

/// A total with what is under way.
fn so_far(slot: TaskSlot<'_>, total: usize, since: usize, now: Nanos) -> Nanos {
    let since = slot[since].load(Relaxed);
    let open = if since == 0 { Nanos::ZERO } else { now.since(Nanos(since)) };
    Nanos(slot[total].load(Relaxed)) + open
}

fn signature(slot: ResourceSlot<'_>) -> [u64; SIGNS] {
    use resource::{ACQUISITIONS, CANCELLED, CONTENDED, GETS, HOLD_TOTAL, HOLDER, JOINS, LEVEL, TIMEOUTS, WAITING};
    [ACQUISITIONS, CANCELLED, CONTENDED, GETS, JOINS, HOLD_TOTAL, HOLDER, LEVEL, TIMEOUTS, WAITING]
        .map(|word| slot[word].load(Relaxed))
}

fn resource_counters(slot: ResourceSlot<'_>, waits: Steps<'_>, holds: Steps<'_>) -> ResourceCounters {
    let word = |at: usize| slot[at].load(Relaxed);
    let task = |holder: u64| u32::try_from(holder & u64::from(u32::MAX)).ok()?.checked_sub(1).map(TaskId);
    let holders = std::iter::once(word(resource::HOLDER)).chain(resource::HOLDERS.map(word));
    let [timeouts, cancelled] = [resource::TIMEOUTS, resource::CANCELLED].map(word);
    let mut wait = distribution(waits, word(resource::WAIT_TOTAL), word(resource::WAIT_MAX));
    wait.add_like(timeouts, Nanos(word(resource::TIMED_OUT)));
    wait.add_like(cancelled, Nanos(word(resource::CANCELLED_TIME)));
    ResourceCounters {
        acquisitions: word(resource::ACQUISITIONS),
        contended: word(resource::CONTENDED).saturating_add(timeouts).saturating_add(cancelled),
        hand_offs: word(resource::HAND_OFFS),
        gets: word(resource::GETS),
        joins: word(resource::JOINS),
        timeouts,
        cancelled,
        longest_queue: word(resource::LONGEST),
        wait,
        hold: distribution(holds, word(resource::HOLD_TOTAL), word(resource::HOLD_MAX)),
        holders: holders.filter_map(task).take(8).collect(),
        waiting: 0,
        waiters: Vec::new(),
        level: word(resource::LEVEL),
        used: 0,
        region: None,
    }
}

/// What is told of a region, up to now.
fn region_counters(segment: &Segment<'_>, slot: ResourceSlot<'_>, now: Nanos) -> RegionCounters {
    let time = |at: usize| Nanos(slot[at].load(Relaxed));
    let (inside, since) = region::taken_apart(slot[region::STATE].load(Relaxed));
    let (mut open, mut cpu) = (time(region::OPEN), time(region::CPU));
    if inside > 0 {
        open += now.since(Nanos(since));
        cpu += Nanos(segment.head(Head::ScenarioCpu).load(Relaxed)).since(time(region::CPU_BEFORE));
    }
    RegionCounters { inside, peak: slot[region::PEAK].load(Relaxed), open, cpu: cfg!(unix).then_some(cpu) }
}

fn distribution(steps: Steps<'_>, total: u64, max: u64) -> Distribution {
    let counts = (0..STEPS).map(|step| steps[step].load(Relaxed));
    let steps: Vec<(u16, u64)> = (0..).zip(counts).filter(|&(_, count)| count > 0).collect();
    let count = steps.iter().fold(0_u64, |sum, &(_, count)| sum.saturating_add(count));
    Distribution { count, total: Nanos(total), max: Nanos(max), steps }
}

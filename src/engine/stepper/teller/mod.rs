//! Tells a run of the stepper as a trace: events, exact totals, output, findings, the final state.
//! Looks at the world, never changes it.

mod coroutine;
mod interpreter;
mod jobs;
mod lives;
mod network;
mod race;
mod regions;
mod stuck;
mod telling;

use std::collections::{BTreeMap, BTreeSet};

use self::lives::Lives;
use super::offers::Changed;
use super::sight::{measure, waiting_state};
use crate::effect::{Effect, Ending, Outcome, Patience, Work};
use crate::engine::world::{Record, What, World};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::check::Claim;
use crate::program::condition::Question;
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::trace::store::{
    Awaited, Finding, FindingKind, Header, OutputLine, Passed, ResourceCounters, TaskInfo, TaskState, Uncaught,
};
use crate::trace::{Event, EventKind, NOTHING};
use crate::value::{ExceptionId, ListId, TextId, Value};
use crate::verdict::invariant_holds;

/// A printed line is cut here.
const MOST_LINE: usize = 4_096;
/// Lines kept.
const MOST_LINES: usize = 100_000;
/// Waiters told of one resource.
const MOST_WAITERS: usize = 64;

/// What has happened and is not yet told.
pub(super) struct Teller {
    header: Header,
    full: bool,
    tasks: Lives,
    /// What was told of tasks made during the run.
    infos: Vec<(TaskId, TaskInfo)>,
    resources: Vec<Meter>,
    output: Vec<OutputLine>,
    printed: usize,
    labels: BTreeMap<String, u32>,
    new_labels: Vec<String>,
    marks: BTreeMap<String, u64>,
    mark_times: BTreeMap<String, Passed>,
    blocks: BTreeMap<BlockId, crate::trace::store::BlockCounters>,
    findings: Vec<Finding>,
    found: BTreeSet<(FindingKind, Vec<u32>)>,
    /// Tasks that may begin to wait, or need not any more, by what others do.
    dependent: BTreeSet<TaskId>,
    /// Whether any has begun to wait or has ended since that was asked last.
    has_news: bool,
    /// Those that nobody can free any more, once that was told, and since when.
    lost: BTreeMap<TaskId, Nanos>,
    /// Coroutines that wait for the jobs of a `map`.
    maps: BTreeMap<TaskId, ListId>,
    /// Who has come to an access of a plain `shared`, list or dict, as long as it may stand there.
    before: BTreeMap<ResourceId, BTreeSet<TaskId>>,
}

/// A resource as it is told.
#[derive(Default)]
struct Meter {
    counters: ResourceCounters,
    waiting: BTreeSet<TaskId>,
    held_since: Nanos,
    last: Option<TaskId>,
    /// Of a region: who has been in it since when.
    stays: Vec<(TaskId, Nanos)>,
}

impl Meter {
    /// Its totals, the waits that go on counted up to `now`.
    fn told(&self, tasks: &Lives, now: Nanos) -> ResourceCounters {
        let mut counters = self.counters.clone();
        if let (Some(region), false) = (&mut counters.region, self.stays.is_empty()) {
            region.open += now.since(self.held_since);
        }
        let asked = |task: &TaskId| tasks.get(*task).and_then(|life| life.asked).unwrap_or(now);
        self.waiting.iter().for_each(|task| counters.waits_on(now.since(asked(task))));
        counters.waiters = self.waiting.iter().copied().take(MOST_WAITERS).collect();
        counters
    }
}

impl Teller {
    pub(super) fn new(header: Header, full: bool) -> Self {
        Self {
            header,
            full,
            tasks: Lives::default(),
            infos: Vec::new(),
            resources: Vec::new(),
            output: Vec::new(),
            printed: 0,
            labels: BTreeMap::new(),
            new_labels: Vec::new(),
            marks: BTreeMap::new(),
            mark_times: BTreeMap::new(),
            blocks: BTreeMap::new(),
            findings: Vec::new(),
            found: BTreeSet::new(),
            dependent: BTreeSet::new(),
            has_news: false,
            lost: BTreeMap::new(),
            maps: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }

    /// When a task came to what it stands at.
    pub(super) fn since(&self, task: TaskId) -> Nanos {
        self.tasks.get(task).map_or(Nanos::ZERO, |life| life.since)
    }

    pub(super) fn begin(&mut self, program: &Program, world: &World, records: &[Record]) {
        self.resources.resize_with(program.resources.len(), Meter::default);
        self.all(program, world, (None, &Changed::Any), (Nanos::ZERO, Nanos::ZERO), records);
    }

    /// What a task's step did, from when to when; what others may do was changed by it like that.
    pub(super) fn step(
        &mut self,
        program: &Program,
        world: &World,
        (task, changed): (TaskId, &Changed),
        from_to: (Nanos, Nanos),
        records: &[Record],
    ) {
        let life = self.tasks.of(task);
        life.counters.steps += 1;
        life.counters.cpu += Nanos(1_000);
        self.all(program, world, (Some(task), changed), from_to, records);
    }

    fn all(
        &mut self,
        program: &Program,
        world: &World,
        (stepped, changed): (Option<TaskId>, &Changed),
        (begun, now): (Nanos, Nanos),
        records: &[Record],
    ) {
        let mut moved: BTreeSet<TaskId> = stepped.into_iter().collect();
        let touched: BTreeSet<TaskId> = stepped.into_iter().chain(records.iter().map(|record| record.task)).collect();
        for record in records {
            // A step begins with taking the interpreter lock from whoever has it, and computes then.
            let ousts = matches!(record.what, What::LeftInterpreter(_)) && Some(record.task) != stepped;
            let first = ousts || matches!(record.what, What::EnteredInterpreter(_));
            self.record(program, world, if first { begun } else { now }, record);
            // One that the interpreter lock was taken from stands where it stood.
            // A coroutine is none of the world's tasks.
            if !matches!(record.what, What::Begun | What::LeftInterpreter(_) | What::Moment(_) | What::Round(..)) {
                moved.insert(record.task);
            }
        }
        for &task in &moved {
            self.arrived(program, world, task, now);
            self.race(program, world, task, now);
        }
        self.levels(program, world);
        self.waits(program, world, (&touched, changed), now);
        self.invariants(program, world, now);
    }

    /// Tells each invariant that does not hold in this state, once.
    fn invariants(&mut self, program: &Program, world: &World, now: Nanos) {
        for check in &program.checks {
            let Claim::Invariant(condition) = check.claim else { continue };
            let kind = FindingKind::Broken(check.block);
            if self.found.contains(&(kind, Vec::new())) {
                continue;
            }
            let mut tell = |question| match question {
                Question::Value(shared) => world.shared(shared),
                Question::Length(queue) => i64::try_from(world.level(queue)).ok().map(Value::Int),
                Question::Measure(region, what) => measure(world, region, what),
            };
            if !invariant_holds(program, condition, &mut tell) {
                self.found.insert((kind, Vec::new()));
                self.findings.push(Finding { kind, at: now, waits: Vec::new() });
            }
        }
    }

    fn event(&mut self, task: TaskId, kind: EventKind, block: BlockId, (subject, payload): (u32, u64), now: Nanos) {
        if self.full {
            let life = self.tasks.of(task);
            life.events.push(Event::new(now, kind, Some(block), subject, payload));
        }
    }

    /// The number of a label, which may be new.
    fn label(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.labels.get(text) {
            return known;
        }
        let next = u32::try_from(self.labels.len()).expect("labels are fewer than steps");
        self.labels.insert(text.to_owned(), next);
        self.new_labels.push(text.to_owned());
        next
    }

    fn record(&mut self, program: &Program, world: &World, now: Nanos, record: &Record) {
        let Record { task, block, what } = *record;
        match what {
            What::Started(parent) => {
                self.tasks.of(task).become_state(TaskState::Runnable, now);
                self.event(task, EventKind::Started, block, (parent.map_or(NOTHING, |parent| parent.0), 0), now);
                if let Some(parent) = parent {
                    self.event(parent, EventKind::Spawned, block, (task.0, 0), now);
                }
            }
            What::InLine(_) | What::Turned => {}
            What::Begun => self.blocks.entry(block).or_default().count += 1,
            What::Round(event_loop, length) => self.round(event_loop, length),
            What::Moment(moment) => self.moment((program, world), now, (task, block), moment),
            What::EnteredInterpreter(lock) => self.entered(world, now, (task, block), lock),
            What::LeftInterpreter(lock) => self.left(world, now, (task, block), lock),
            What::Performed(effect, outcome) => self.performed(program, world, now, (task, block), (effect, outcome)),
            What::LetGo(lock) => self.released(world, now, (task, block), lock),
            What::Woken(condition) => self.passed(now, (task, block), condition),
            What::Given(Effect::Acquire(lock, _) | Effect::Retake { lock, .. } | Effect::Enter(lock, ..), _) => {
                self.resources[lock.index()].counters.hand_offs += 1;
                self.acquired(world, now, (task, block), lock);
            }
            What::Given(effect @ Effect::Send { pipe, .. }, outcome) => {
                self.performed(program, world, now, (task, block), (effect, outcome));
                self.resources[pipe.index()].counters.hand_offs += 1;
            }
            What::Given(effect, outcome) => {
                if let Effect::Wait(on, _) = effect {
                    self.passed(now, (task, block), on);
                }
                if let Outcome::Raise(exception) = outcome {
                    self.raised(program, now, (task, block), exception);
                }
            }
            What::TimedOut(effect, outcome) => self.timed_out(program, now, (task, block), effect, outcome),
            What::TookWorker(_) | What::LeftWorker(_) | What::Answered(_) => {
                self.job(program, world, now, record);
            }
            What::Ended(ending) => self.task_ended(program, now, (task, block), ending),
        }
    }

    fn performed(
        &mut self,
        program: &Program,
        world: &World,
        now: Nanos,
        (task, block): (TaskId, BlockId),
        (effect, outcome): (Effect, Outcome),
    ) {
        let table = &*program.table;
        let life = self.tasks.of(task);
        let waited = life.asked.take();
        let took = now.since(life.since);
        let cost = self.blocks.entry(block).or_default();
        cost.time += took;
        let rested = if matches!(effect, Effect::Sleep(_) | Effect::Rest(_)) { took } else { Nanos::ZERO };
        cost.waiting += waited.map_or(rested, |asked| now.since(asked).min(took));
        let value = match outcome {
            Outcome::Raise(exception) => return self.raised(program, now, (task, block), exception),
            Outcome::Value(value) => value,
        };
        let print = |value: Value| (table.fingerprint(value) >> 64) as u64;
        let since_asked = waited.map_or(0, |asked| now.since(asked).0);
        match effect {
            // Taken again by its holder, or given back but once: nothing that others could see.
            Effect::Acquire(resource, _) if world.depth(resource) > 1 => {}
            Effect::Release(resource) if is_reentrant(program, resource) && world.owner(resource) == Some(task) => {}
            Effect::Enter(_, _, Patience::Never)
            | Effect::Wait(_, Patience::Never)
            | Effect::Send { patience: Patience::Never, .. }
                if value == Value::Bool(false) => {}
            Effect::Enter(resource, ..) => {
                self.tasks.of(task).asked = waited;
                self.acquired(world, now, (task, block), resource);
            }
            Effect::Acquire(resource, _) if value == Value::Bool(true) => {
                self.tasks.of(task).asked = waited;
                self.acquired(world, now, (task, block), resource);
            }
            Effect::Retake { lock, .. } => {
                self.tasks.of(task).asked = waited;
                self.acquired(world, now, (task, block), lock);
            }
            Effect::Release(resource) | Effect::Leave(resource, _) => self.released(world, now, (task, block), resource),
            Effect::Wait(on, _) => {
                self.tasks.of(task).asked = waited;
                self.passed(now, (task, block), on);
            }
            Effect::Notify(on, _) | Effect::SetEvent(on) | Effect::ClearEvent(on) | Effect::Abort(on) => {
                let meter = &mut self.resources[on.index()];
                meter.counters.gets += 1;
                let goes_on = |waiter: TaskId| world.knows(waiter) && world.awaited(program, waiter) != Some(Ok(on));
                let woken = meter.waiting.iter().filter(|&&waiter| goes_on(waiter)).count() as u64;
                self.event(task, EventKind::Signalled, block, (on.0, woken), now);
            }
            Effect::Put(queue, ..) | Effect::PutAcross { queue, .. } | Effect::Send { pipe: queue, .. } => {
                self.taken(now, task, queue, waited);
                self.event(task, EventKind::Put, block, (queue.0, world.level(queue)), now);
                self.resources[queue.index()].counters.level = world.level(queue);
            }
            Effect::Get(queue, _) | Effect::Receive(queue, _) => {
                self.resources[queue.index()].counters.gets += 1;
                self.waited(now, task, queue, waited);
                self.event(task, EventKind::Got, block, (queue.0, world.level(queue)), now);
                self.resources[queue.index()].counters.level = world.level(queue);
            }
            Effect::TaskDone(queue) => self.event(task, EventKind::TaskDone, block, (queue.0, world.unfinished(queue)), now),
            Effect::JoinQueue(queue, _) | Effect::Joined(queue) if value == Value::Bool(true) => {
                self.resources[queue.index()].counters.joins += 1;
                self.waited(now, task, queue, waited);
                if waited.is_some() {
                    self.event(task, EventKind::Resumed, block, (queue.0, since_asked), now);
                }
            }
            Effect::Join(joined, _) | Effect::Result(joined, _) if waited.is_some() => {
                self.event(task, EventKind::Resumed, block, (joined.0, since_asked), now);
            }
            Effect::Ask { server, by } => self.asks(now, server, by),
            Effect::Reply { server, by } => self.answered(now, server, by),
            Effect::Load(shared) => {
                self.resources[shared.index()].counters.gets += 1;
                self.event(task, EventKind::Loaded, block, (shared.0, print(value)), now);
            }
            Effect::Store(shared, stored) => {
                self.taken(now, task, shared, None);
                self.event(task, EventKind::Stored, block, (shared.0, print(stored)), now);
            }
            Effect::Update(shared, _)
            | Effect::AtomicAdd(shared, _)
            | Effect::Swap(shared, _)
            | Effect::CompareAndSet { shared, .. } => {
                self.taken(now, task, shared, None);
                let now_holds = print(world.shared(shared).unwrap_or_default());
                self.event(task, EventKind::Exchanged, block, (shared.0, now_holds), now);
            }
            Effect::Compute { .. } => {
                let life = self.tasks.of(task);
                // It has not computed while it waited for the interpreter lock.
                let computed = life.inside.map_or(took, |inside| took.min(now.since(inside)));
                life.counters.cpu += computed.since(Nanos(1_000));
                self.event(task, EventKind::Resumed, block, (NOTHING, took.0), now);
            }
            Effect::Print(text) => self.printed(program, now, (task, block), text),
            Effect::Mark(text) => {
                let text = table.get_text(text);
                let label = self.label(&text);
                *self.marks.entry(text.to_string()).or_default() += 1;
                self.mark_times.entry(text.to_string()).or_insert(Passed { first: now, last: now }).last = now;
                self.event(task, EventKind::Marked, block, (label, 0), now);
            }
            Effect::EnterRegion(region) => self.enters(now, (task, block), region),
            Effect::LeaveRegion(region) => self.leaves(now, (task, block), region),
            Effect::Spawn { task: made, code, daemon, .. } => {
                let info = TaskInfo {
                    name: table.task_name(made).to_string(),
                    kind: "thread".to_owned(),
                    parent: Some(task),
                    block: program.codes[code.index()].block,
                    daemon,
                };
                self.infos.push((made, info));
            }
            Effect::Submit { .. } | Effect::SubmitEach { .. } => self.submitted(program, world, task, effect),
            Effect::SpawnProcess { code, .. } => {
                let Value::Task(made) = value else { return };
                let info = TaskInfo {
                    name: table.task_name(made).to_string(),
                    kind: "process".to_owned(),
                    parent: Some(task),
                    block: program.codes[code.index()].block,
                    daemon: false,
                };
                self.infos.push((made, info));
            }
            _ => {}
        }
    }

    fn printed(&mut self, program: &Program, now: Nanos, (task, block): (TaskId, BlockId), text: TextId) {
        let number = u32::try_from(self.printed).unwrap_or(NOTHING);
        self.event(task, EventKind::Printed, block, (number, 0), now);
        self.printed += 1;
        if self.printed <= MOST_LINES {
            let text = program.table.get_text(text);
            let end = text.floor_char_boundary(MOST_LINE);
            self.output.push(OutputLine { at: now, task, text: text[..end].to_owned() });
        }
    }

    /// Counts one more acquisition, put or store, and the wait before it.
    fn taken(&mut self, now: Nanos, task: TaskId, resource: ResourceId, waited: Option<Nanos>) {
        let meter = &mut self.resources[resource.index()];
        meter.counters.acquisitions += 1;
        meter.last = Some(task);
        self.waited(now, task, resource, waited);
    }

    fn waited(&mut self, now: Nanos, task: TaskId, resource: ResourceId, waited: Option<Nanos>) {
        let meter = &mut self.resources[resource.index()];
        if let Some(asked) = waited {
            meter.counters.contended += 1;
            meter.counters.wait.add(now.since(asked));
        }
        meter.waiting.remove(&task);
    }

    /// A wait for a sign has come to its end.
    fn passed(&mut self, now: Nanos, (task, block): (TaskId, BlockId), resource: ResourceId) {
        let waited = self.tasks.of(task).asked.take();
        self.taken(now, task, resource, waited);
        if let Some(asked) = waited {
            self.event(task, EventKind::Resumed, block, (resource.0, now.since(asked).0), now);
        }
    }

    fn acquired(&mut self, world: &World, now: Nanos, (task, block): (TaskId, BlockId), resource: ResourceId) {
        let waited = self.tasks.of(task).asked.take();
        let meter = &mut self.resources[resource.index()];
        if meter.last.is_some_and(|last| last != task) {
            meter.counters.hand_offs += 1;
        }
        meter.held_since = now;
        meter.counters.holders.extend((meter.counters.holders.len() < 8).then_some(task));
        meter.counters.level = world.level(resource);
        self.taken(now, task, resource, waited);
        let waited = waited.map_or(0, |asked| now.since(asked).0);
        self.event(task, EventKind::Acquired, block, (resource.0, waited), now);
    }

    fn released(&mut self, world: &World, now: Nanos, (task, block): (TaskId, BlockId), resource: ResourceId) {
        let meter = &mut self.resources[resource.index()];
        let held = now.since(meter.held_since);
        meter.counters.hold.add(held);
        let holders = &mut meter.counters.holders;
        // A token may be released by another than its holder.
        let holder = holders.iter().position(|&holder| holder == task).unwrap_or(0);
        if holder < holders.len() {
            holders.remove(holder);
        }
        meter.counters.level = world.level(resource);
        self.event(task, EventKind::Released, block, (resource.0, held.0), now);
    }

    fn timed_out(&mut self, program: &Program, now: Nanos, (task, block): (TaskId, BlockId), effect: Effect, outcome: Outcome) {
        let life = self.tasks.of(task);
        let waited = now.since(life.asked.take().unwrap_or(life.since));
        let cost = self.blocks.entry(block).or_default();
        cost.time += waited;
        cost.waiting += waited;
        match effect {
            Effect::Acquire(resource, _)
            | Effect::Wait(resource, _)
            | Effect::Put(resource, ..)
            | Effect::PutAcross { queue: resource, .. }
            | Effect::Get(resource, _) => {
                let meter = &mut self.resources[resource.index()];
                meter.counters.timeouts += 1;
                meter.counters.contended += 1;
                meter.counters.wait.add(waited);
                meter.waiting.remove(&task);
                self.event(task, EventKind::TimedOut, block, (resource.0, waited.0), now);
            }
            Effect::Join(joined, _) | Effect::Result(joined, _) => {
                self.event(task, EventKind::Resumed, block, (joined.0, waited.0), now);
            }
            Effect::Request(resource) | Effect::ReadFile(resource) | Effect::WriteFile(resource) => {
                self.moved_outside(now, (task, block), (effect, resource), waited);
            }
            _ => self.event(task, EventKind::Resumed, block, (NOTHING, waited.0), now),
        }
        if let Outcome::Raise(exception) = outcome {
            self.raised(program, now, (task, block), exception);
        }
    }

    fn raised(&mut self, program: &Program, now: Nanos, (task, block): (TaskId, BlockId), exception: ExceptionId) {
        let raised = program.table.get_exception(exception);
        let line = crate::value::format::exception_line(&raised.name, &raised.message);
        let label = self.label(&line);
        self.event(task, EventKind::Raised, block, (label, 0), now);
    }

    fn task_ended(&mut self, program: &Program, now: Nanos, (task, block): (TaskId, BlockId), ending: Ending) {
        if let Ending::Raised(exception) = ending {
            let uncaught = Uncaught::told(&program.table, exception);
            self.raised(program, now, (task, uncaught.block.unwrap_or(block)), exception);
            self.tasks.of(task).counters.uncaught = Some(uncaught);
        }
        if matches!(ending, Ending::Cut) {
            self.vanishes(now, (task, block));
        }
        self.told_end(now, (task, block), ending);
    }

    /// A task has come to its next effect.
    fn arrived(&mut self, program: &Program, world: &World, task: TaskId, now: Nanos) {
        let life = self.tasks.of(task);
        if life.counters.state == TaskState::Done {
            return;
        }
        life.since = now;
        let Some((effect, block)) = world.pending(task) else { return life.become_state(TaskState::Runnable, now) };
        life.counters.block = Some(block);
        let (state, event) = match effect {
            // To sleep it must have the interpreter lock first, if only to let it go.
            Effect::Sleep(_) if world.is_under_interpreter(program, task) => (TaskState::Runnable, None),
            // Only others can give it something to do.
            Effect::Rest(Patience::Forever) => (TaskState::Blocked, None),
            Effect::Rest(_) => (TaskState::Sleeping, None),
            Effect::Sleep(length) => (TaskState::Sleeping, Some((EventKind::Sleeping, length.0))),
            Effect::Compute { work: Work::Time(length), .. } => (TaskState::Running, Some((EventKind::Computing, length.0))),
            Effect::Compute { .. } => (TaskState::Running, Some((EventKind::Computing, 0))),
            _ => (TaskState::Runnable, None),
        };
        life.become_state(state, now);
        if let Some((kind, payload)) = event {
            self.event(task, kind, block, (NOTHING, payload), now);
        }
    }

    /// Tells which tasks have begun to wait, and which need not any more.
    fn waits(&mut self, program: &Program, world: &World, (touched, changed): (&BTreeSet<TaskId>, &Changed), now: Nanos) {
        for &task in touched {
            if world.depends_on_others(program, task) {
                self.dependent.insert(task);
            } else {
                self.dependent.remove(&task);
            }
        }
        // Of ten thousand that sleep only the one that has stepped has anything to tell.
        let mut changing: Vec<TaskId> = match changed {
            Changed::Any => self.dependent.iter().copied().filter(|&task| world.is_alive(task)).collect(),
            Changed::Only(others) => others.clone(),
        };
        for &task in touched.iter().filter(|&&task| world.is_alive(task)) {
            if let Err(at) = changing.binary_search(&task) {
                changing.insert(at, task);
            }
        }
        for task in changing {
            let wanted = world.wants_interpreter(program, task);
            let waits = match wanted {
                Some(lock) => Some(Ok(lock)),
                None => world.awaited(program, task).filter(|_| world.waits(program, task) && !world.idles(task)),
            };
            let life = self.tasks.of(task);
            // Whoever has the lock may have taken it at the beginning of this step.
            let since = wanted.map_or(now, |lock| life.counters.since.max(self.resources[lock.index()].held_since));
            match (waits, life.asked) {
                (Some(on), None) => {
                    self.has_news = true;
                    life.asked = Some(since);
                    life.become_state(waiting_state(program, on), since);
                    life.counters.awaits = Some(on.map_or_else(Awaited::Task, Awaited::Resource));
                    let block = life.counters.block.unwrap_or_default();
                    match on {
                        Ok(resource) => {
                            let meter = &mut self.resources[resource.index()];
                            meter.waiting.insert(task);
                            let longest = &mut meter.counters.longest_queue;
                            *longest = (*longest).max(meter.waiting.len() as u64);
                            self.event(task, EventKind::Asked, block, (resource.0, 0), since);
                        }
                        Err(joined) => self.event(task, EventKind::Joining, block, (joined.0, 0), now),
                    }
                }
                (None, Some(_)) if matches!(life.counters.state, TaskState::Blocked | TaskState::Spinning) => {
                    life.become_state(TaskState::Runnable, now);
                    life.counters.awaits = None;
                }
                (Some(on), Some(_)) => {
                    let awaits = Some(on.map_or_else(Awaited::Task, Awaited::Resource));
                    if life.counters.state == TaskState::Runnable || life.counters.awaits != awaits {
                        life.become_state(waiting_state(program, on), now);
                        life.counters.awaits = awaits;
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_reentrant(program: &Program, resource: ResourceId) -> bool {
    program.resources[resource.index()].kind == ResourceKind::ReentrantLock
}

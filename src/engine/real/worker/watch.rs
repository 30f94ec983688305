//! The worker's beat: asks the tasks to report and looks for deadlocks, some forty times a second.
//! What a look means is judged by `detect`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::detect::{Cancels, Detector, Judgement, Need, Standing, Surroundings};
use super::yard::{Resource, Yard};
use crate::engine::real::resource::across::{Side, is_given};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::roll::Roll;
use crate::engine::real::transport::segment::{Head, TaskSlot, resource, station, task};
use crate::engine::real::transport::state::{self, Looped};
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::ResourceKind;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// One look at all tasks.
#[derive(Debug)]
pub(in crate::engine::real) struct Watch {
    yard: &'static Yard,
    roll: Roll,
    detector: Detector,
    /// The tasks alive at the look before, and the loops that rested.
    before: BTreeSet<TaskId>,
    rested: BTreeMap<TaskId, Rested>,
}

/// A loop that rests: the epoch of its thread, and how often it has looked in vain since.
type Rested = (u64, u64);

/// The run as the detector sees it: the tasks of all its processes.
struct View {
    yard: &'static Yard,
    alive: BTreeMap<TaskId, Alive>,
    /// Tasks that a loop's thread runs, and whose that is, if one does yet.
    coroutines: BTreeMap<TaskId, Option<TaskId>>,
    /// Which of them runs, by whose thread runs it.
    running: BTreeMap<TaskId, TaskId>,
    /// Which loop a thread runs, and at which block.
    loops: BTreeMap<TaskId, (ResourceId, BlockId)>,
    /// Whose threads run them.
    threads: BTreeSet<TaskId>,
    /// Coroutines that wait but for their turn, with the threads of their loops, which stand.
    turns: BTreeMap<TaskId, TaskId>,
    /// Loops that rest, by whose thread runs them.
    resting: BTreeMap<TaskId, Rested>,
    /// Those of them that have looked in vain since the look before, and since anybody has ended.
    looked: BTreeSet<TaskId>,
    /// Whether each coroutine has a slot.
    all_listed: bool,
}

/// A task that has started and not ended.
#[derive(Debug, Clone, Copy)]
struct Alive {
    code: CodeId,
    process: ProcessId,
    /// The pool whose worker it has.
    pool: Option<ResourceId>,
}

impl Watch {
    pub(in crate::engine::real) fn new(yard: &'static Yard) -> Self {
        Self { yard, roll: Roll::default(), detector: Detector::default(), before: BTreeSet::new(), rested: BTreeMap::new() }
    }

    /// Looks. Nothing is judged while tasks are being made.
    pub(in crate::engine::real) fn look(&mut self) -> Judgement {
        let segment = &self.yard.frame.segment;
        self.roll.call(segment);
        let mut view = View {
            yard: self.yard,
            alive: BTreeMap::new(),
            coroutines: BTreeMap::new(),
            running: BTreeMap::new(),
            loops: BTreeMap::new(),
            threads: BTreeSet::new(),
            turns: BTreeMap::new(),
            resting: BTreeMap::new(),
            looked: BTreeSet::new(),
            all_listed: segment.head(Head::TasksUnlisted).load(Relaxed) == 0,
        };
        let mut standing: Vec<Standing> = Vec::new();
        self.roll.each(|entry| {
            standing.extend(view.add(TaskId::from_index(entry.index)));
            true
        });
        if Roll::end(segment) != self.roll.seen() {
            return Judgement::default();
        }
        self.compare(&mut view);
        view.stand_behind_their_threads(&mut standing);
        self.detector.look(self.yard.frame.clock.now(), &standing, &view)
    }
}

impl Watch {
    /// Which of the loops that rest have looked since the look before; where anybody has ended since, he may have done something
    /// after that.
    fn compare(&mut self, view: &mut View) {
        let has_looked = |task: &TaskId, (epoch, looks): Rested| {
            let (epoch_before, looks_before) = *self.rested.get(task)?;
            let again = epoch.wrapping_sub(epoch_before) >= 4;
            (again || epoch == epoch_before && looks.wrapping_sub(looks_before) >= 2).then_some(*task)
        };
        if self.before.iter().all(|task| view.alive.contains_key(task)) {
            view.looked = view.resting.iter().filter_map(|(task, &rested)| has_looked(task, rested)).collect();
        }
        self.before = view.alive.keys().copied().collect();
        self.rested.clone_from(&view.resting);
    }
}

fn number(word: &crate::engine::real::transport::segment::Word) -> Option<u32> {
    word.load(Relaxed).checked_sub(1).and_then(|number| u32::try_from(number).ok())
}

impl View {
    /// Takes a look at a task; none unless it is alive.
    fn add(&mut self, id: TaskId) -> Option<Standing> {
        let slot = self.yard.frame.segment.task(id.index())?;
        let (code, process) = (CodeId(number(&slot[task::CODE])?), ProcessId(number(&slot[task::PROCESS])?));
        // One in the middle of a change does not wait.
        let (epoch, state, target) = state::look(slot).unwrap_or((u64::MAX, TaskState::Running, None));
        if matches!(state, TaskState::New | TaskState::Done) || code.index() >= self.yard.program.codes.len() {
            return None;
        }
        let pool = number(&slot[task::POOL]).map(ResourceId);
        self.alive.insert(id, Alive { code, process, pool });
        match Looped::read(slot) {
            Looped::No => {}
            Looped::By(by) => {
                self.coroutines.insert(id, by);
                self.threads.extend(by);
            }
            Looped::Runs { event_loop, at } => drop(self.loops.insert(id, (event_loop, at))),
        }
        if target.is_some_and(|target| self.is_loop(target.on)) {
            self.resting.insert(id, (epoch, slot[task::SIDE].load(SeqCst)));
        }
        let looped = self.coroutines.contains_key(&id);
        let waiting = matches!(state, TaskState::Blocked | TaskState::Spinning);
        let goes_on = |on: Awaited| !looped && self.goes_on(slot, process, on);
        let target = target.filter(|target| waiting && !goes_on(target.on) && state::is_still(slot, epoch));
        // The interpreter lock comes round: its holder goes on or lets it go. Who waits for it is on the way.
        let comes_round = |on: Awaited| match on {
            Awaited::Resource(id) => {
                let template = self.yard.program.resources.get(id.index());
                template.is_none_or(|template| matches!(template.kind, ResourceKind::Interpreter { .. }))
            }
            Awaited::Task(_) => false,
        };
        let waits = target.filter(|target| !target.timed && !comes_round(target.on)).map(|target| target.on);
        // Nobody waits for a job that lies there for a loop which nobody runs.
        let lies = self.coroutines.get(&id).is_some_and(Option::is_none);
        let daemon = lies || slot[task::DAEMON].load(Relaxed) == 1;
        let since = Nanos(slot[task::SINCE].load(Relaxed));
        if state == TaskState::Running
            && let Some(&Some(by)) = self.coroutines.get(&id)
        {
            self.running.insert(by, id);
        }
        Some(Standing { task: id, daemon, looped, block: number(&slot[task::BLOCK]).map(BlockId), epoch, since, waits })
    }

    /// A coroutine that could go on waits for its thread, if that waits for anything but the loop's next turn; and what that waits
    /// for, the coroutine waits for that runs. To be called when all slots have been looked at: whoever had done something for a
    /// coroutine before it ended has done it by now.
    fn stand_behind_their_threads(&mut self, standing: &mut [Standing]) {
        let waits = |one: &Standing| Some((one.task, (one.waits.filter(|&on| !self.is_loop(on))?, one.block, one.epoch)));
        let blocked: BTreeMap<TaskId, _> = standing.iter().filter(|one| !one.looped).filter_map(waits).collect();
        for one in standing {
            if !one.looped {
                if let (Some(&running), true) = (self.running.get(&one.task), blocked.contains_key(&one.task)) {
                    one.waits = Some(Awaited::Task(running));
                    one.block = self.loops.get(&one.task).map_or(one.block, |&(_, at)| Some(at));
                }
                continue;
            }
            let by = self.coroutines.get(&one.task).copied().flatten();
            let thread = by.and_then(|by| Some((by, blocked.get(&by)?)));
            let for_its_turn = match (thread, one.waits) {
                (Some((by, &(on, block, epoch))), _) if self.running.get(&by) == Some(&one.task) => {
                    (one.waits, one.block, one.epoch) = (Some(on), block, epoch);
                    false
                }
                (Some(_), None) => true,
                (Some(_), Some(on)) if self.is_loop(on) => true,
                // What it waits for has come.
                (Some(_), Some(Awaited::Task(task))) => !self.alive.contains_key(&task),
                (None, Some(Awaited::Resource(id))) if self.coroutine_goes_on(by, id) => {
                    one.waits = None;
                    false
                }
                _ => false,
            };
            if let (true, Some((by, _))) = (for_its_turn, thread) {
                one.waits = Some(Awaited::Task(by));
                self.turns.insert(one.task, by);
            }
        }
    }

    /// Whether it is an event loop, of whichever process.
    fn is_loop(&self, on: Awaited) -> bool {
        let template = |id: ResourceId| self.yard.program.resources.get(id.index());
        matches!(on, Awaited::Resource(id) if template(id).is_some_and(|it| matches!(it.kind, ResourceKind::EventLoop { .. })))
    }

    /// Whether a coroutine that stands in line for a resource is about to go on, as far as can be told.
    fn coroutine_goes_on(&self, by: Option<TaskId>, id: ResourceId) -> bool {
        let Some(by) = by else { return false };
        match &self.yard.resources[id.index()] {
            Resource::Lock(lock) => lock.is_up_for_taking(),
            Resource::Reentrant(lock) => lock.is_up_for_taking(),
            Resource::Semaphore(semaphore) => semaphore.is_free(),
            Resource::Event(event) => event.has_sign(by),
            Resource::Condition(condition) => condition.has_sign(by),
            Resource::Barrier(barrier) => barrier.has_sign(by),
            // No bell rings for those, or none that is seen here: it looks from time to time.
            Resource::AcrossToken(_)
            | Resource::AcrossQueue(_)
            | Resource::AcrossEvent(_)
            | Resource::Pipe(_)
            | Resource::Elsewhere => !self.looked.contains(&by),
            // A loop that rests has looked at what its coroutines wish.
            _ => !self.resting.contains_key(&by),
        }
    }

    /// Of a task that runs a loop the coroutines that may give a resource back; else itself.
    fn within(&self, by: TaskId, id: ResourceId) -> Vec<TaskId> {
        if !self.runs_loop(by) {
            return vec![by];
        }
        let its = self.coroutines.iter().filter(|&(_, of)| *of == Some(by)).map(|(&task, _)| task);
        its.filter(|&task| self.may_release(task, id)).collect()
    }

    /// Whether a task is a coroutine of a loop, as far as can be told.
    fn is_of_loop(&self, task: TaskId, event_loop: ResourceId) -> bool {
        let Some(by) = self.coroutines.get(&task) else { return false };
        let runs = by.and_then(|by| self.loops.get(&by));
        !self.all_listed || runs.is_none_or(|&(its, _)| its == event_loop)
    }

    /// Whether a task runs a loop whose coroutines are all known: each acts for itself.
    fn runs_loop(&self, task: TaskId) -> bool {
        self.all_listed && self.threads.contains(&task)
    }

    /// Whether one that waits is about to go on: it only has not noticed yet, or has no core.
    fn goes_on(&self, slot: TaskSlot<'_>, process: ProcessId, on: Awaited) -> bool {
        let Awaited::Resource(id) = on else { return false };
        let Some(kind) = self.yard.program.resources.get(id.index()).map(|template| template.kind) else { return false };
        let side = || Side::from_word(slot[task::SIDE].load(SeqCst));
        match (&self.yard.resources[id.index()], kind) {
            (Resource::AcrossToken(token), _) => token.moves(),
            (Resource::AcrossQueue(queue), _) => side().is_some_and(|side| queue.moves(side, process)),
            (Resource::Pipe(pipe), _) => side().is_some_and(|side| pipe.moves(side)),
            (Resource::AcrossEvent(_) | Resource::AcrossCondition(_) | Resource::AcrossBarrier(_), _) => is_given(slot),
            (_, ResourceKind::Pool { workers, .. }) => {
                crate::engine::real::resource::executor::moves(Meter::new(self.yard.frame.segment, id), workers)
            }
            (Resource::Lock(lock), _) => lock.is_up_for_taking(),
            (Resource::Reentrant(lock), _) => lock.is_up_for_taking(),
            (Resource::Semaphore(semaphore), _) => semaphore.is_free(),
            // A job waits there for its loop, and the loop for jobs.
            (Resource::EventLoop(inbox), _) => inbox.has_mail(),
            (Resource::Elsewhere, ResourceKind::Lock { .. } | ResourceKind::ReentrantLock) => self.holders(id).is_empty(),
            (Resource::Elsewhere, ResourceKind::Semaphore { .. }) => {
                let slot = self.yard.frame.segment.resource(id.index());
                slot.is_some_and(|(slot, _, _)| slot[resource::LEVEL].load(Relaxed) > 0)
            }
            _ => false,
        }
    }
}

impl Surroundings for View {
    fn may_release(&self, task: TaskId, resource: ResourceId) -> bool {
        let Some(Alive { code, process, pool }) = self.alive.get(&task) else { return false };
        // The end of a job frees its worker, and may be the last that is waited for.
        if *pool == Some(resource) {
            return true;
        }
        let program = &self.yard.program;
        // A loop rests until one of its coroutines goes on.
        if self.is_loop(Awaited::Resource(resource)) && self.is_of_loop(task, resource) {
            return true;
        }
        if let Resource::Pipe(_) = &self.yard.resources[resource.index()] {
            let station = self.yard.station(resource);
            let ends = [station::WRITERS, station::READERS].iter().any(|&side| station.has_end(side, *process));
            // The end of its process closes its ends; the run's own process has none before the run.
            if ends && *process != ProcessId::MAIN {
                return true;
            }
        }
        let named = program.logical(*process, resource);
        let code = &program.codes[code.index()];
        let may = if self.runs_loop(task) { &code.may_release_apart } else { &code.may_release };
        named.is_some_and(|named| may.binary_search(&named).is_ok())
    }

    fn need(&self, waiter: &Standing, resource: ResourceId) -> Need {
        if self.loops.get(&waiter.task).is_some_and(|&(its, _)| its == resource) {
            return Need::Coroutine(waiter.task);
        }
        let act = waiter.block.and_then(|block| self.yard.program.frees(block, resource));
        act.map_or(Need::Any, Need::Act)
    }

    fn may_free(&self, task: TaskId, resource: ResourceId, need: Need) -> bool {
        match need {
            Need::Any => self.may_release(task, resource),
            Need::Coroutine(by) => self.loop_of(task) == Some(by),
            Need::Act(act) => self.alive.get(&task).is_some_and(|&Alive { code, process, .. }| {
                let program = &self.yard.program;
                let acts = program.codes[code.index()].queue_acts(self.runs_loop(task));
                program.logical(process, resource).is_some_and(|named| acts.binary_search(&(named, act)).is_ok())
            }),
        }
    }

    fn holders(&self, id: ResourceId) -> Vec<TaskId> {
        let Some((slot, _, _)) = self.yard.frame.segment.resource(id.index()) else { return Vec::new() };
        let task = |holder: u64| u32::try_from(holder & u64::from(u32::MAX)).ok()?.checked_sub(1).map(TaskId);
        match self.yard.program.resources[id.index()].kind {
            ResourceKind::Lock { .. } | ResourceKind::ReentrantLock => {
                let holder = task(slot[resource::HOLDER].load(Relaxed));
                let within = task(slot[resource::COROUTINE].load(Relaxed));
                let is_its = |by: TaskId| within.filter(|it| self.coroutines.get(it).copied().flatten() == Some(by));
                holder.map(|by| is_its(by).unwrap_or(by)).into_iter().collect()
            }
            ResourceKind::Semaphore { .. } | ResourceKind::Pool { .. } | ResourceKind::ReadWriteLock { .. } => {
                let holders: BTreeSet<TaskId> = resource::HOLDERS.iter().filter_map(|&at| task(slot[at].load(Relaxed))).collect();
                holders.into_iter().flat_map(|by| self.within(by, id)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_token(&self, id: ResourceId) -> bool {
        self.yard.program.resources[id.index()].kind.is_token()
    }

    fn cancels(&self, task: TaskId) -> Cancels {
        let Some(Alive { code, .. }) = self.alive.get(&task) else { return Cancels::None };
        let code = &self.yard.program.codes[code.index()];
        let Some(&by) = self.coroutines.get(&task) else {
            return if code.may_cancel || !self.all_listed { Cancels::Any } else { Cancels::None };
        };
        // Where the thread of the loop is not the loop's own, the loop ends with one of them.
        let serves = |by: TaskId| self.alive.get(&by).is_some_and(|alive| self.yard.program.serves_loop(alive.code));
        match by {
            _ if code.may_cancel => Cancels::Any,
            Some(by) if serves(by) => Cancels::None,
            _ => Cancels::Fellows,
        }
    }

    fn loop_of(&self, task: TaskId) -> Option<TaskId> {
        self.coroutines.get(&task).copied().flatten()
    }

    fn turn(&self, task: TaskId) -> Option<(ResourceId, TaskId)> {
        let by = self.turns.get(&task)?;
        Some((self.loops.get(by)?.0, *self.running.get(by)?))
    }
}

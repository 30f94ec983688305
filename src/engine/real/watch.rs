//! The worker's beat: asks the tasks to report and looks for deadlocks, some forty times a second.
//! What a look means is judged by `detect`.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::across::{Side, is_given};
use super::detect::{Detector, Judgement, Standing, Surroundings};
use super::meter::Meter;
use super::roll::Roll;
use super::segment::{TaskSlot, resource, station, task};
use super::state;
use super::yard::{Resource, Yard};
use crate::effect::Access;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::ResourceKind;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

/// One look at all tasks.
#[derive(Debug)]
pub(super) struct Watch {
    yard: &'static Yard,
    roll: Roll,
    detector: Detector,
}

/// The run as the detector sees it: the tasks of all its processes.
struct View {
    yard: &'static Yard,
    alive: BTreeMap<TaskId, Alive>,
    /// Tasks that a loop's thread runs, and whose that is, if one does yet.
    coroutines: BTreeMap<TaskId, Option<TaskId>>,
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
    pub(super) fn new(yard: &'static Yard) -> Self {
        Self { yard, roll: Roll::default(), detector: Detector::default() }
    }

    /// Looks. Nothing is judged while tasks are being made.
    pub(super) fn look(&mut self) -> Judgement {
        let segment = &self.yard.frame.segment;
        self.roll.call(segment);
        let mut view = View { yard: self.yard, alive: BTreeMap::new(), coroutines: BTreeMap::new() };
        let mut standing: Vec<Standing> = Vec::new();
        self.roll.each(|entry| {
            standing.extend(view.add(TaskId::from_index(entry.index)));
            true
        });
        if Roll::end(segment) != self.roll.seen() {
            return Judgement::default();
        }
        view.stand_behind_their_threads(&mut standing);
        self.detector.look(self.yard.frame.clock.now(), &standing, &view)
    }
}

fn number(word: &super::segment::Word) -> Option<u32> {
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
        if slot[task::LOOPED].load(Relaxed) != 0 {
            self.coroutines.insert(id, number(&slot[task::LOOPED]).map(TaskId));
        }
        let waiting = matches!(state, TaskState::Blocked | TaskState::Spinning);
        let target = target.filter(|target| waiting && !self.goes_on(slot, process, target.on) && state::is_still(slot, epoch));
        // The interpreter lock comes round: its holder goes on or lets it go. Who waits for it is on the way.
        let comes_round = |on: Awaited| match on {
            Awaited::Resource(id) => {
                let template = self.yard.program.resources.get(id.index());
                template.is_none_or(|template| matches!(template.kind, ResourceKind::Interpreter { .. }))
            }
            Awaited::Task(_) => false,
        };
        let waits = target.filter(|target| !target.timed && !comes_round(target.on)).map(|target| target.on);
        // The run waits for the thread that runs a coroutine: where that is stuck, so is the coroutine, whatever it waits for.
        let daemon = slot[task::DAEMON].load(Relaxed) == 1 || self.coroutines.contains_key(&id);
        let since = Nanos(slot[task::SINCE].load(Relaxed));
        Some(Standing { task: id, daemon, block: number(&slot[task::BLOCK]).map(BlockId), epoch, since, waits })
    }

    /// A coroutine that could go on waits for its thread, if that waits for anything but the loop's next turn.
    fn stand_behind_their_threads(&self, standing: &mut [Standing]) {
        let is_loop = |on: Awaited| match on {
            Awaited::Resource(id) => matches!(self.yard.program.resources[id.index()].kind, ResourceKind::EventLoop { .. }),
            Awaited::Task(_) => false,
        };
        let waits = standing.iter().filter_map(|one| Some((one.task, one.waits.filter(|&on| !is_loop(on))?)));
        let blocked: BTreeMap<TaskId, Awaited> = waits.collect();
        for one in standing.iter_mut().filter(|one| one.waits.is_none_or(is_loop)) {
            let by = self.coroutines.get(&one.task).copied().flatten();
            if let Some(by) = by.filter(|by| blocked.contains_key(by)) {
                one.waits = Some(Awaited::Task(by));
            }
        }
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
            (_, ResourceKind::Pool { workers, .. }) => super::executor::moves(Meter::new(self.yard.frame.segment, id), workers),
            (Resource::Lock(lock), _) => lock.is_up_for_taking(),
            (Resource::Reentrant(lock), _) => lock.is_up_for_taking(),
            (Resource::Semaphore(semaphore), _) => semaphore.is_free(),
            // A job waits there for its loop, and the loop for jobs.
            (Resource::ReadWrite(lock), _) => slot[task::LOOPED].load(Relaxed) != 0 && lock.lets_in(Access::Read),
            (Resource::EventLoop(inbox), _) => inbox.has_mail() && slot[task::LOOPED].load(Relaxed) == 0,
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
        // A loop rests until one of its coroutines goes on: any that does may be its. Whatever else they do, its thread does.
        if self.coroutines.contains_key(&task) {
            return matches!(program.resources[resource.index()].kind, ResourceKind::EventLoop { .. });
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
        named.is_some_and(|named| program.codes[code.index()].may_release.binary_search(&named).is_ok())
    }

    fn holders(&self, id: ResourceId) -> Vec<TaskId> {
        let Some((slot, _, _)) = self.yard.frame.segment.resource(id.index()) else { return Vec::new() };
        let task = |holder: u64| u32::try_from(holder & u64::from(u32::MAX)).ok()?.checked_sub(1).map(TaskId);
        match self.yard.program.resources[id.index()].kind {
            ResourceKind::Lock { .. } | ResourceKind::ReentrantLock => {
                task(slot[resource::HOLDER].load(Relaxed)).into_iter().collect()
            }
            ResourceKind::Semaphore { .. } | ResourceKind::Pool { .. } | ResourceKind::ReadWriteLock { .. } => {
                resource::HOLDERS.iter().filter_map(|&at| task(slot[at].load(Relaxed))).collect()
            }
            _ => Vec::new(),
        }
    }
}

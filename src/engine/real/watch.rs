//! The worker's beat: asks the tasks to report and looks for deadlocks, some forty times a second.
//! What a look means is judged by `detect`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::detect::{Detector, Judgement, Standing, Surroundings};
use super::segment::{Head, resource, task};
use super::state::{self, Target};
use super::task::{Phase, Task};
use super::yard::{Resource, Yard};
use crate::id::{BlockId, ResourceId, TaskId};
use crate::trace::store::{Awaited, TaskState};

/// One look at all tasks.
#[derive(Debug)]
pub(super) struct Watch {
    yard: &'static Yard,
    detector: Detector,
}

/// The yard as the detector sees it.
struct View<'a> {
    yard: &'static Yard,
    alive: &'a BTreeMap<TaskId, Arc<Task>>,
}

impl Watch {
    pub(super) fn new(yard: &'static Yard) -> Self {
        Self { yard, detector: Detector::default() }
    }

    /// Looks. Nothing is judged while tasks are being made.
    pub(super) fn look(&mut self) -> Judgement {
        let segment = self.yard.frame.segment;
        let made = segment.head(Head::TaskEnd).load(Relaxed);
        let alive = self.yard.tasks.all().into_iter().filter(|task| task.phase() == Phase::Alive);
        let alive: BTreeMap<TaskId, Arc<Task>> = alive.map(|task| (task.id, task)).collect();
        let standing: Vec<Standing> = alive.values().filter_map(|task| self.standing(task)).collect();
        if segment.head(Head::TaskEnd).load(Relaxed) != made {
            return Judgement::default();
        }
        let view = View { yard: self.yard, alive: &alive };
        self.detector.look(self.yard.frame.clock.now(), &standing, &view)
    }

    fn standing(&self, task: &Task) -> Option<Standing> {
        let slot = self.yard.frame.segment.task(task.id.index())?;
        let epoch = slot[task::EPOCH].load(Relaxed);
        let waiting = matches!(state::read(slot), TaskState::Blocked | TaskState::Spinning);
        let target = Target::read(slot).filter(|target| waiting && !target.timed);
        // The interpreter lock comes round: its holder goes on or lets it go. Who waits for it is on the way.
        let target = target.filter(|target| match target.on {
            Awaited::Resource(id) => !matches!(self.yard.resources.get(id.index()), Some(Resource::Interpreter)),
            Awaited::Task(_) => true,
        });
        let block = slot[task::BLOCK].load(Relaxed).checked_sub(1).and_then(|block| u32::try_from(block).ok()).map(BlockId);
        Some(Standing { task: task.id, daemon: task.daemon, block, epoch, waits: target.map(|target| target.on) })
    }
}

impl Surroundings for View<'_> {
    fn may_release(&self, task: TaskId, resource: ResourceId) -> bool {
        let code = self.alive.get(&task).map(|task| &self.yard.program.codes[task.code.index()]);
        code.is_some_and(|code| code.may_release.binary_search(&resource).is_ok())
    }

    fn holders(&self, id: ResourceId) -> Vec<TaskId> {
        let Some((slot, _, _)) = self.yard.frame.segment.resource(id.index()) else { return Vec::new() };
        let task = |holder: u64| u32::try_from(holder & u64::from(u32::MAX)).ok()?.checked_sub(1).map(TaskId);
        match &self.yard.resources[id.index()] {
            Resource::Lock(_) | Resource::Reentrant(_) => task(slot[resource::HOLDER].load(Relaxed)).into_iter().collect(),
            Resource::Semaphore(_) | Resource::ReadWrite(_) => {
                slot[resource::HOLDERS..].iter().take(8).filter_map(|holder| task(holder.load(Relaxed))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_free(&self, id: ResourceId) -> bool {
        match &self.yard.resources[id.index()] {
            Resource::Lock(lock) => lock.is_up_for_taking(),
            Resource::Reentrant(lock) => lock.is_up_for_taking(),
            Resource::Semaphore(semaphore) => semaphore.is_free(),
            _ => false,
        }
    }
}

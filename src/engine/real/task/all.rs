//! The tasks of a worker: who there is, who lives, who waits for whose end. Starting the threads is `driver`'s business.

use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use super::context::{Context, Cut};
use crate::effect::{Callback, Ending, Patience, Progress};
use crate::engine::real::transport::segment::{self, Head, Segment, TaskSlot};
use crate::engine::real::wait::net::Alarm;
use crate::engine::real::wait::waiter::{End, Waiters};
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};
use crate::trace::{EventKind, NOTHING};
use crate::value::Value;

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::engine::real) enum Phase {
    /// Not started.
    #[default]
    New,
    /// In line for a worker of its pool.
    Queued,
    /// Started and not ended.
    Alive,
    /// Ended.
    Ended,
}

/// A task.
#[derive(Debug)]
pub(in crate::engine::real) struct Task {
    pub(in crate::engine::real) id: TaskId,
    pub(in crate::engine::real) name: String,
    pub(in crate::engine::real) code: CodeId,
    pub(in crate::engine::real) block: BlockId,
    pub(in crate::engine::real) daemon: bool,
    /// Of a timer: how long it waits before it begins.
    pub(in crate::engine::real) after: Option<Nanos>,
    /// What it raises is for whoever awaits it.
    pub(in crate::engine::real) awaited: bool,
    /// Of a job: its pool, or its event loop.
    pub(in crate::engine::real) pool: Option<ResourceId>,
    life: Mutex<Life>,
    thread: OnceLock<Arc<Alarm>>,
}

#[derive(Debug, Default)]
struct Life {
    phase: Phase,
    /// Once it has ended: how.
    ending: Option<Ending>,
    /// Who is to be told of that, the first first.
    callbacks: VecDeque<Callback>,
    /// It is about to end, and too late to be told of that.
    closing: bool,
    joiners: Waiters,
    /// Of a timer: its time has come.
    began: bool,
    /// Of a timer: it need not begin any more.
    cancelled: bool,
    /// Of a timer: itself, while it waits.
    waiting: Waiters,
}

impl Task {
    pub(in crate::engine::real) fn new(id: TaskId, name: String, code: CodeId, block: BlockId, daemon: bool) -> Arc<Self> {
        let (after, awaited, pool) = (None, false, None);
        Arc::new(Self { id, name, code, block, daemon, after, awaited, pool, life: Mutex::default(), thread: OnceLock::new() })
    }

    /// A task that waits so long before it begins, or whose exceptions are for whoever awaits it.
    pub(in crate::engine::real) fn spawned(mut self: Arc<Self>, after: Option<Nanos>, awaited: bool) -> Arc<Self> {
        if let Some(task) = Arc::get_mut(&mut self) {
            (task.after, task.awaited) = (after, awaited);
        }
        self
    }

    /// A job for a pool, with those who are to be told how it ends.
    pub(in crate::engine::real) fn of_pool(
        mut self: Arc<Self>,
        pool: ResourceId,
        callbacks: impl IntoIterator<Item = Callback>,
    ) -> Arc<Self> {
        if let Some(task) = Arc::get_mut(&mut self) {
            task.pool = Some(pool);
            task.life().callbacks.extend(callbacks);
        }
        self
    }

    /// Has one more told how it ends; false when it has ended.
    pub(in crate::engine::real) fn add_callback(&self, callback: Callback) -> bool {
        let mut life = self.life();
        let open = life.phase != Phase::Ended && !life.closing;
        if open {
            life.callbacks.push_back(callback);
        }
        open
    }

    /// Whether it has nobody to tell how it ends, and from now on takes nobody.
    pub(in crate::engine::real) fn ends_unheard(&self) -> bool {
        let mut life = self.life();
        life.closing = life.callbacks.is_empty() && self.pool.is_none();
        life.closing
    }

    /// The next who is to be told that it has ended so.
    pub(in crate::engine::real) fn next_callback(&self, ending: Ending) -> Option<(CodeId, Value)> {
        loop {
            let callback = self.life().callbacks.pop_front()?;
            if let Some(argument) = callback.argument(self.id, ending) {
                return Some((callback.code, argument));
            }
        }
    }

    /// Whether somebody is to be told how it ends.
    pub(in crate::engine::real) fn has_callbacks(&self) -> bool {
        !self.life().callbacks.is_empty()
    }

    /// A job stands in line.
    pub(in crate::engine::real) fn queue(&self) {
        self.life().phase = Phase::Queued;
    }

    /// A job has a worker.
    pub(in crate::engine::real) fn begin(&self) {
        self.life().phase = Phase::Alive;
    }

    /// Waits until its time has come; false if it was cancelled before.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait_for_its_time(&self, context: &mut Context, after: Nanos) -> Result<bool, Cut> {
        let mut life = self.life();
        if life.cancelled {
            return Ok(false);
        }
        let begin = context.frame.clock.now();
        context.event(EventKind::Sleeping, NOTHING, after.0, begin);
        // It is told as sleeping: `again` keeps it from being told as waiting for itself.
        context.begin(Awaited::Task(self.id), true, TaskState::Sleeping, true);
        life.waiting.join(&context.waiter, false);
        drop(life);
        let end = context.wait(Some(begin + after), |waiter| self.life().waiting.leave(waiter))?;
        let now = context.stamp();
        context.event(EventKind::Resumed, NOTHING, now.since(begin).0, now);
        self.life().began = end.is_none();
        Ok(end.is_none())
    }

    /// Cancels a timer, if it still waits; false if it is none.
    pub(in crate::engine::real) fn cancel(&self, now: Nanos) -> bool {
        let mut life = self.life();
        life.cancelled = true;
        let ended = life.waiting.end_first(End::Handed, now);
        drop(life);
        if let Some(waiter) = ended {
            waiter.wake();
        }
        self.after.is_some()
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::engine::real) fn phase(&self) -> Phase {
        self.life().phase
    }

    /// From new to alive; false if it was started before.
    pub(in crate::engine::real) fn start(&self) -> bool {
        let mut life = self.life();
        let new = life.phase == Phase::New;
        if new {
            life.phase = Phase::Alive;
        }
        new
    }

    /// The thread that this wakes is the task's from now on.
    pub(in crate::engine::real) fn runs_at(&self, alarm: &Arc<Alarm>) {
        self.thread.get_or_init(|| Arc::clone(alarm));
    }

    /// Makes its thread look at its orders.
    pub(in crate::engine::real) fn nudge(&self) {
        if let Some(thread) = self.thread.get() {
            thread.wake();
        }
    }

    /// How far it has come.
    pub(in crate::engine::real) fn progress(&self) -> Progress {
        let life = self.life();
        match (life.phase, life.ending) {
            (Phase::Ended, ending) => Progress::Ended(ending.unwrap_or(Ending::Cut)),
            (Phase::Alive, _) if self.after.is_none() || life.began => Progress::Running,
            (Phase::New | Phase::Queued | Phase::Alive, _) => Progress::Pending,
        }
    }

    /// It has ended at `now`: those who waited for that go on. False if it had ended before.
    pub(in crate::engine::real) fn end(&self, now: Nanos, ending: Ending) -> bool {
        self.end_and(now, ending, |_| ()).is_some()
    }

    /// A job is cancelled at `now`. Gives whom the one who does that is to call: nobody else does. None if it had ended before.
    pub(in crate::engine::real) fn end_cancelled(&self, now: Nanos) -> Option<Vec<(TaskId, CodeId)>> {
        let told = self.end_and(now, Ending::Cancelled, |life| std::mem::take(&mut life.callbacks))?;
        let is_told = |callback: &Callback| callback.argument(self.id, Ending::Cancelled).is_some();
        Some(told.into_iter().filter(is_told).map(|callback| (self.id, callback.code)).collect())
    }

    fn end_and<T>(&self, now: Nanos, ending: Ending, and: impl FnOnce(&mut Life) -> T) -> Option<T> {
        let mut life = self.life();
        if life.phase == Phase::Ended {
            return None;
        }
        let done = and(&mut life);
        (life.phase, life.ending) = (Phase::Ended, Some(ending));
        let ended: Vec<_> = std::iter::from_fn(|| life.joiners.end_first(End::Handed, now)).collect();
        drop(life);
        for joiner in ended {
            joiner.wake();
        }
        Some(done)
    }

    /// Waits for its end; false when patience is over before.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn join(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        let mut life = self.life();
        if life.phase == Phase::Ended || patience == Patience::Never {
            let ended = life.phase == Phase::Ended;
            drop(life);
            context.step_done(context.stamp(), 0);
            return Ok(ended);
        }
        let asked = context.frame.clock.now();
        let deadline = if let Patience::AtMost(length) = patience { Some(asked + length) } else { None };
        context.begin(Awaited::Task(self.id), deadline.is_some(), TaskState::Blocked, false);
        life.joiners.join(&context.waiter, false);
        drop(life);
        let ended = context.wait(deadline, |waiter| self.life().joiners.leave(waiter))?.is_some();
        let now = context.stamp();
        let waited = now.since(asked).0;
        context.event(EventKind::Resumed, self.id.0, waited, now);
        context.step_done(now, waited);
        Ok(ended)
    }
}

/// All of them.
#[derive(Debug)]
pub(in crate::engine::real) struct Tasks {
    segment: Segment<'static>,
    list: RwLock<Vec<Option<Arc<Task>>>>,
    /// Started, not ended, and no daemons.
    waited_for: AtomicUsize,
    alive: AtomicUsize,
}

impl Tasks {
    pub(in crate::engine::real) fn new(segment: Segment<'static>) -> Self {
        Self { segment, list: RwLock::default(), waited_for: AtomicUsize::new(0), alive: AtomicUsize::new(0) }
    }

    /// Adds one; false if there is no room for it in the segment.
    pub(in crate::engine::real) fn add(&self, task: &Arc<Task>) -> bool {
        let index = task.id.index();
        if self.segment.task(index).is_none() {
            return false;
        }
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        if list.len() <= index {
            list.resize(index + 1, None);
        }
        list[index] = Some(Arc::clone(task));
        self.segment.head(Head::TaskEnd).fetch_max(list.len() as u64, Relaxed);
        true
    }

    /// Tells all processes of a task that is about to run.
    pub(in crate::engine::real) fn describe(task: &Task, slot: TaskSlot<'_>, process: ProcessId) {
        slot[segment::task::PROCESS].store(u64::from(process.0) + 1, Relaxed);
        slot[segment::task::CODE].store(u64::from(task.code.0) + 1, Relaxed);
        slot[segment::task::DAEMON].store(task.daemon.into(), Relaxed);
    }

    /// Tells that a task is there, though its thread may not be yet.
    pub(in crate::engine::real) fn show(&self, task: &Task, process: ProcessId, now: Nanos) {
        if let Some(slot) = self.segment.task(task.id.index()) {
            Self::describe(task, slot, process);
            crate::engine::real::transport::state::enter(slot, TaskState::Runnable, now);
        }
    }

    pub(in crate::engine::real) fn get(&self, id: TaskId) -> Option<Arc<Task>> {
        self.list.read().unwrap_or_else(PoisonError::into_inner).get(id.index())?.clone()
    }

    /// Those there are now.
    pub(in crate::engine::real) fn all(&self) -> Vec<Arc<Task>> {
        self.list.read().unwrap_or_else(PoisonError::into_inner).iter().flatten().cloned().collect()
    }

    /// One more is alive. Before its thread exists.
    pub(in crate::engine::real) fn began(&self, task: &Task) {
        self.alive.fetch_add(1, SeqCst);
        if !task.daemon {
            self.waited_for.fetch_add(1, SeqCst);
        }
    }

    /// A job is waited for from now on; it is alive once it has a worker.
    pub(in crate::engine::real) fn submitted(&self) {
        self.waited_for.fetch_add(1, SeqCst);
    }

    /// A job has a worker.
    pub(in crate::engine::real) fn begins(&self) {
        self.alive.fetch_add(1, SeqCst);
    }

    /// A job has left its worker in another process.
    pub(in crate::engine::real) fn leaves(&self) {
        self.alive.fetch_sub(1, SeqCst);
    }

    /// A job that never began is over. True if it was the last that the run waits for.
    pub(in crate::engine::real) fn withdrawn(&self) -> bool {
        self.waited_for.fetch_sub(1, SeqCst) == 1
    }

    /// One fewer is alive. True if it was the last that the run waits for.
    pub(in crate::engine::real) fn ended(&self, task: &Task) -> bool {
        self.alive.fetch_sub(1, SeqCst);
        !task.daemon && self.waited_for.fetch_sub(1, SeqCst) == 1
    }

    /// How many are alive.
    pub(in crate::engine::real) fn alive(&self) -> usize {
        self.alive.load(SeqCst)
    }

    /// Whether the run waits for nobody.
    pub(in crate::engine::real) fn nobody_waited_for(&self) -> bool {
        self.waited_for.load(SeqCst) == 0
    }
}

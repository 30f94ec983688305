//! Pools: jobs in line, and workers that take them, the next first. A worker is a thread of its own, begun when a job finds no idle
//! one. Owns the line and who may join; how a job runs is `driver`'s, waiting as such is `waiter`'s.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::effect::{Ending, Patience};
use crate::engine::real::task::all::{Task, Tasks};
use crate::engine::real::task::context::{Context, Cut, Frame};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::{resource, task};
use crate::engine::real::transport::state::{self, Target};
use crate::engine::real::wait::waiter::{End, Waiter, Waiters};
use crate::id::{ProcessId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};
use crate::value::{Failure, Value};

/// So often it is looked whether the process of an idle worker is still there.
const LOOK_AFTER: Duration = Duration::from_millis(50);

/// A pool.
#[derive(Debug)]
pub(in crate::engine::real) struct Executor {
    pub(in crate::engine::real) meter: Meter,
    workers: usize,
    /// Its workers are processes.
    pub(in crate::engine::real) processes: bool,
    inner: Mutex<Inner>,
    work: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    line: VecDeque<Job>,
    /// Jobs that have a worker.
    running: Vec<TaskId>,
    /// Workers that have begun.
    threads: usize,
    /// Jobs that are not over, their callbacks included.
    jobs: u64,
    closed: bool,
    /// One of its processes died.
    broken: bool,
    /// Its processes that are there.
    staff: Vec<ProcessId>,
    joiners: Waiters,
}

impl Inner {
    /// Whether nothing more will happen in it: its last job is over, and its processes have ended.
    fn is_over(&self) -> bool {
        self.closed && self.jobs == 0 && self.staff.is_empty()
    }

    /// Those who join it, if they may go on; the caller wakes them.
    fn let_join(&mut self, now: Nanos) -> Vec<Arc<Waiter>> {
        if self.is_over() { std::iter::from_fn(|| self.joiners.end_first(End::Woken, now)).collect() } else { Vec::new() }
    }
}

fn wake(joiners: Vec<Arc<Waiter>>) {
    for joiner in joiners {
        joiner.wake();
    }
}

/// A job in line.
#[derive(Debug)]
pub(in crate::engine::real) struct Job {
    pub(in crate::engine::real) task: Arc<Task>,
    pub(in crate::engine::real) arguments: Vec<Value>,
    /// Since when it has waited for a worker, if it had to.
    pub(in crate::engine::real) asked: Option<Nanos>,
}

impl Executor {
    pub(in crate::engine::real) fn new(meter: Meter, workers: u64, processes: bool) -> Self {
        let workers = usize::try_from(workers).unwrap_or(usize::MAX);
        Self { meter, workers, processes, inner: Mutex::default(), work: Condvar::new() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it takes jobs.
    ///
    /// # Errors
    /// RuntimeError when it is closed.
    pub(in crate::engine::real) fn takes_jobs(&self) -> Result<(), Failure> {
        let inner = self.inner();
        if inner.broken {
            let message = "A child process terminated abruptly, the process pool is not usable anymore";
            return Err(Failure::new("BrokenProcessPool", message));
        }
        if inner.closed {
            return Err(Failure::new("RuntimeError", "cannot schedule new futures after shutdown"));
        }
        Ok(())
    }

    /// Puts a job in line: one that the yard knows. Whether it needs one more worker.
    ///
    /// # Errors
    /// RuntimeError when it is closed.
    pub(in crate::engine::real) fn submit(
        &self,
        (frame, tasks, process): (Frame, &Tasks, ProcessId),
        job: Arc<Task>,
        arguments: Vec<Value>,
    ) -> Result<bool, Failure> {
        self.takes_jobs()?;
        let mut inner = self.inner();
        let now = frame.clock.now();
        let all_busy = inner.running.len() + inner.line.len() >= self.workers;
        job.queue();
        tasks.submitted();
        if let Some(slot) = frame.segment.task(job.id.index()) {
            Tasks::describe(&job, slot, process);
            slot[task::BLOCK].store(u64::from(job.block.0) + 1, Relaxed);
            slot[task::ASKED].store(now.0, Relaxed);
            let target = Target { on: Awaited::Resource(self.meter.id), timed: false };
            slot[task::TARGET].store(target.word(), Relaxed);
            state::enter(slot, TaskState::Blocked, now);
        }
        self.meter.waiting(true);
        inner.line.push_back(Job { task: job, arguments, asked: all_busy.then_some(now) });
        inner.jobs += 1;
        self.tell(&inner);
        let idle = inner.threads - inner.running.len().min(inner.threads);
        let more = inner.line.len() > idle && inner.threads < self.workers;
        inner.threads += usize::from(more);
        drop(inner);
        if !more {
            self.work.notify_one();
        }
        Ok(more)
    }

    /// The next job of a worker, which waits for it; none when there will be no more, or the worker's process `is_gone`, which is
    /// looked for again and again.
    pub(in crate::engine::real) fn next(&self, frame: Frame, tasks: &Tasks, mut is_gone: impl FnMut() -> bool) -> Option<Job> {
        let mut inner = self.inner();
        let job = loop {
            if frame.control.orders().stop() {
                return None;
            }
            if let Some(job) = inner.line.pop_front() {
                break job;
            }
            if inner.closed || is_gone() {
                inner.threads -= 1;
                return None;
            }
            inner = if self.processes {
                self.work.wait_timeout(inner, LOOK_AFTER).unwrap_or_else(PoisonError::into_inner).0
            } else {
                self.work.wait(inner).unwrap_or_else(PoisonError::into_inner)
            };
        };
        inner.running.push(job.task.id);
        self.meter.waiting(false);
        // It has its worker, be that only about to be begun: those in line behind it wait for its end.
        if let Some(slot) = frame.segment.task(job.task.id.index()) {
            slot[task::POOL].store(u64::from(self.meter.id.0) + 1, Relaxed);
            state::enter(slot, TaskState::Runnable, frame.clock.now());
        }
        self.tell(&inner);
        job.task.begin();
        tasks.begins();
        Some(job)
    }

    /// The job's worker is free for another.
    pub(in crate::engine::real) fn free(&self, job: TaskId) {
        let mut inner = self.inner();
        inner.running.retain(|&other| other != job);
        self.tell(&inner);
    }

    /// A job is over, its callbacks too.
    pub(in crate::engine::real) fn over(&self, now: Nanos) {
        let mut inner = self.inner();
        inner.jobs -= 1;
        self.tell(&inner);
        let joiners = inner.let_join(now);
        drop(inner);
        wake(joiners);
    }

    /// How many of the first in line are on their way to a process already.
    fn prefetch(&self) -> usize {
        crate::engine::world::prefetch(self.workers as u64, self.processes)
    }

    /// Whether a job in line is on its way to a process: its future tells that it runs, and it cannot be cancelled.
    pub(in crate::engine::real) fn is_prefetched(&self, job: TaskId) -> bool {
        self.inner().line.iter().take(self.prefetch()).any(|other| other.task.id == job)
    }

    /// Takes a job out of the line; none if it does not stand there, or is on its way.
    pub(in crate::engine::real) fn withdraw(&self, frame: Frame, job: TaskId) -> Option<Arc<Task>> {
        let mut inner = self.inner();
        let place = inner.line.iter().position(|other| other.task.id == job).filter(|&place| place >= self.prefetch())?;
        let job = inner.line.remove(place)?;
        Some(self.withdrawn(frame, &inner, job))
    }

    /// The first job of the line, withdrawn wherever it stands.
    pub(in crate::engine::real) fn withdraw_first(&self, frame: Frame) -> Option<Arc<Task>> {
        let mut inner = self.inner();
        let job = inner.line.pop_front()?;
        Some(self.withdrawn(frame, &inner, job))
    }

    /// A job stands in line no more, and will have no worker.
    fn withdrawn(&self, frame: Frame, inner: &Inner, job: Job) -> Arc<Task> {
        self.meter.waiting(false);
        if let Some(asked) = job.asked {
            self.meter.cancelled(frame, asked);
        }
        self.tell(inner);
        job.task
    }

    /// It takes no more jobs; idle workers end. Gives whom to wake.
    pub(in crate::engine::real) fn close(&self, now: Nanos) {
        let mut inner = self.inner();
        inner.closed = true;
        let joiners: Vec<_> =
            if inner.jobs == 0 { std::iter::from_fn(|| inner.joiners.end_first(End::Woken, now)).collect() } else { Vec::new() };
        drop(inner);
        self.work.notify_all();
        for joiner in joiners {
            joiner.wake();
        }
    }

    /// Whether who joins it goes on at once, be it to fail.
    pub(in crate::engine::real) fn lets_join(&self) -> bool {
        let inner = self.inner();
        !inner.closed || inner.is_over()
    }

    /// Waits until its last job is over.
    ///
    /// # Errors
    /// When the run ends; ValueError while it is open.
    pub(in crate::engine::real) fn join(&self, context: &mut Context) -> Result<Result<(), Failure>, Cut> {
        let mut asked = None;
        loop {
            let mut inner = self.inner();
            if !inner.closed {
                return Ok(Err(Failure::new("ValueError", "Pool is still running")));
            }
            if inner.is_over() {
                drop(inner);
                let now = context.stamp();
                let waited = asked.map_or(0, |asked: Nanos| now.since(asked).0);
                if asked.is_some() {
                    context.event(crate::trace::EventKind::Resumed, self.meter.id.0, waited, now);
                }
                context.step_done(now, waited);
                return Ok(Ok(()));
            }
            let again = asked.is_some();
            asked.get_or_insert_with(|| context.frame.clock.now());
            context.begin(Awaited::Resource(self.meter.id), false, TaskState::Blocked, again);
            inner.joiners.join(&context.waiter, again);
            drop(inner);
            context.wait(None, |waiter| self.inner().joiners.leave(waiter))?;
        }
    }

    /// A process works for it from now on, or does no more.
    pub(in crate::engine::real) fn employs(&self, process: ProcessId, yes: bool, now: Nanos) {
        let mut inner = self.inner();
        inner.staff.retain(|&other| other != process);
        inner.staff.extend(yes.then_some(process));
        let joiners = inner.let_join(now);
        drop(inner);
        wake(joiners);
    }

    /// The processes that work for it.
    pub(in crate::engine::real) fn staff(&self) -> Vec<ProcessId> {
        self.inner().staff.clone()
    }

    /// Whether one of its processes died.
    pub(in crate::engine::real) fn is_broken(&self) -> bool {
        self.inner().broken
    }

    /// One of its processes has died: it takes no more jobs. False if that is known.
    pub(in crate::engine::real) fn breaks(&self) -> bool {
        let mut inner = self.inner();
        inner.closed = true;
        !std::mem::replace(&mut inner.broken, true)
    }

    /// What others, also in other processes, see of it.
    fn tell(&self, inner: &Inner) {
        self.meter.word(resource::LEVEL).store(inner.line.len() as u64, Relaxed);
        self.meter.word(resource::NEXT).store(inner.running.len() as u64, Relaxed);
        self.meter.word(resource::WORD).store(inner.jobs, Relaxed);
        let holders = inner.running.iter().map(|job| u64::from(job.0) + 1).chain(std::iter::repeat(0));
        for (at, holder) in resource::HOLDERS.into_iter().zip(holders) {
            self.meter.word(at).store(holder, Relaxed);
        }
    }
}

/// Whether those who wait at a pool of so many workers are about to go on: the next in line, or who joins it.
pub(in crate::engine::real) fn moves(meter: Meter, workers: u64) -> bool {
    let word = |which: usize| meter.word(which).load(Relaxed);
    word(resource::WORD) == 0 || word(resource::LEVEL) > 0 && word(resource::NEXT) < workers
}

/// Waits for the jobs of a `map` in their order.
///
/// # Errors
/// When the run ends; with how the first that has not returned came to be so, none when time is over.
pub(in crate::engine::real) fn results(
    jobs: &[Arc<Task>],
    context: &mut Context,
    patience: Patience,
) -> Result<Result<Vec<Value>, Option<Ending>>, Cut> {
    let begin = context.frame.clock.now();
    let mut values = Vec::new();
    for job in jobs {
        let left = match patience {
            Patience::AtMost(length) => Patience::AtMost(length.since(context.frame.clock.now().since(begin))),
            other => other,
        };
        let in_time = job.join(context, left)?;
        match job.progress() {
            crate::effect::Progress::Ended(Ending::Returned(value)) => values.push(value),
            crate::effect::Progress::Ended(ending) if in_time => return Ok(Err(Some(ending))),
            _ => return Ok(Err(None)),
        }
    }
    Ok(Ok(values))
}

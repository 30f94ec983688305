//! Pools: jobs in line, jobs that have a worker, and how a job becomes done: its future tells at once, then its callbacks run, then
//! its worker is free. A worker that is a process begins when no other is idle, and ends with its pool.

use std::collections::VecDeque;

use crate::effect::{Callback, Ending};
use crate::engine::room;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::machine::{Machine, crosses};
use crate::program::{Program, ResourceKind};
use crate::value::{Failure, Value};

use super::process::too_many;
use super::task::{MOST_TASKS, Pending, Task};
use super::{How, Record, Resource, What, World};

/// A pool's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Pool {
    /// Jobs that nobody has begun, the next first.
    line: VecDeque<TaskId>,
    /// How many of the first of them are on their way to a process already: those cannot be cancelled.
    prefetch: usize,
    /// Jobs that have a worker; which process that is, if it is one.
    running: Vec<(TaskId, Option<ProcessId>)>,
    /// Processes that have begun to work for it.
    workers: Vec<ProcessId>,
    /// Jobs that are not over, their callbacks included.
    jobs: usize,
    closed: bool,
}

/// A job to be made: its id, and what its routine is given.
pub(super) type NewJob = (TaskId, Vec<Value>);

/// Callbacks to be called: each with its task.
pub(super) type ToTell = Vec<(TaskId, CodeId)>;

impl Pool {
    pub(super) fn new(kind: ResourceKind) -> Self {
        let prefetch = if let ResourceKind::Pool { workers, processes } = kind { prefetch(workers, processes) } else { 0 };
        Self { prefetch, ..Self::default() }
    }

    /// Whether a job in line is on its way to a process.
    pub(super) fn is_prefetched(&self, job: TaskId) -> bool {
        self.line.iter().take(self.prefetch).any(|&other| other == job)
    }

    pub(super) fn len(&self) -> usize {
        self.line.len()
    }

    /// Those that have a worker.
    pub(super) fn running(&self) -> impl Iterator<Item = TaskId> {
        self.running.iter().map(|entry| entry.0)
    }

    pub(super) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether `join` goes on: to fail where it is open.
    pub(super) const fn lets_join(&self) -> bool {
        !self.closed || self.jobs == 0
    }

    /// Processes that wait for a job.
    fn idle(&self) -> impl Iterator<Item = ProcessId> {
        let busy = |process: &&ProcessId| self.running.iter().any(|entry| entry.1 == Some(**process));
        self.workers.iter().filter(move |process| !busy(process)).copied()
    }

    /// A task that is gone stands in no line.
    pub(super) fn forget(&mut self, task: TaskId) {
        let before = self.line.len() + self.running.len();
        self.line.retain(|&job| job != task);
        self.running.retain(|entry| entry.0 != task);
        self.jobs -= before - self.line.len() - self.running.len();
    }
}

impl World {
    pub(super) fn pool(&self, resource: ResourceId) -> &Pool {
        match &self.resources[resource.index()] {
            Resource::Pool(pool) => pool,
            _ => unreachable!("the machine checks what is a pool"),
        }
    }

    fn pool_mut(&mut self, resource: ResourceId) -> &mut Pool {
        match &mut self.resources[resource.index()] {
            Resource::Pool(pool) => pool,
            _ => unreachable!("the machine checks what is a pool"),
        }
    }

    /// What a job in line may do next: begin, if it is the next and a worker is idle; on any of the processes that are.
    pub(super) fn may_begin(&self, program: &Program, job: TaskId, pool: ResourceId) -> Option<How> {
        let (workers, processes) = workers_of(program, pool);
        let pool = self.pool(pool);
        if pool.line.front() != Some(&job) || pool.running.len() as u64 >= workers {
            return None;
        }
        let idle = if processes { pool.idle().count() as u64 } else { 0 };
        Some(if idle > 1 { How::Draw(idle - 1) } else { How::Go })
    }

    /// Puts jobs in line.
    ///
    /// # Errors
    /// RuntimeError once the pool is closed, and for too many.
    pub(super) fn submit(
        &mut self,
        program: &Program,
        parent: TaskId,
        (resource, code, callbacks): (ResourceId, CodeId, &[Callback]),
        jobs: &[NewJob],
        records: &mut Vec<Record>,
    ) -> Result<(), Failure> {
        if self.pool(resource).closed {
            return Err(Failure::new("RuntimeError", "cannot schedule new futures after shutdown"));
        }
        if self.task_count() + jobs.len() > MOST_TASKS {
            return Err(room::job(MOST_TASKS));
        }
        let (_, processes) = workers_of(program, resource);
        for (task, arguments) in jobs {
            let machine = Machine::new(program, *task, code, arguments, false);
            let block = machine.block(program);
            let mut job = Task::new(*task, false, machine);
            (job.pool, job.pending) = (Some(resource), Pending::Queued(resource, block));
            job.callbacks.extend(callbacks);
            let at = self.tasks.partition_point(|each| each.id < *task);
            self.tasks.insert(at, job);
            self.pool_mut(resource).jobs += 1;
            records.push(Record { task: *task, block, what: What::Started(Some(parent)) });
            let crossing = arguments.iter().find_map(|&argument| crosses(&program.table, argument).err());
            if let Some(Failure { name, message }) = crossing.filter(|_| processes) {
                let exception = program.table.raise(name, &message, Some(block));
                self.settle(program, at, Ending::Raised(exception), block, records);
                continue;
            }
            self.pool_mut(resource).line.push_back(*task);
        }
        Ok(())
    }

    /// The next job gets a worker.
    pub(super) fn begin_job(
        &mut self,
        program: &Program,
        at: usize,
        (resource, block): (ResourceId, BlockId),
        nth: u64,
        records: &mut Vec<Record>,
    ) {
        let job = self.tasks[at].id;
        self.pool_mut(resource).line.pop_front();
        let mut worker = None;
        if workers_of(program, resource).1 {
            let idle = self.pool(resource).idle().nth(usize::try_from(nth).unwrap_or(0));
            match idle.map_or_else(|| self.begin_worker(program, resource), Ok) {
                Ok(process) => {
                    worker = Some(process);
                    self.tasks[at].machine.enter_process(process);
                    self.open_ends(program, process, &[self.tasks[at].machine.running_code()]);
                }
                Err(Failure { name, message }) => {
                    let exception = program.table.raise(name, &message, Some(block));
                    return self.settle(program, at, Ending::Raised(exception), block, records);
                }
            }
        }
        self.pool_mut(resource).running.push((job, worker));
        records.push(Record { task: job, block, what: What::TookWorker(resource) });
        self.go_on(program, at, crate::effect::Outcome::Value(Value::None), records);
    }

    fn begin_worker(&mut self, program: &Program, resource: ResourceId) -> Result<ProcessId, Failure> {
        let nth = u32::try_from(self.pool(resource).workers.len()).unwrap_or(u32::MAX);
        // No task has such an id: workers are counted with the processes that are spawned, each pool's by themselves.
        let number = program.table.spawned_process(TaskId(u32::MAX - resource.0), nth) as usize;
        let mut room = (0..).map(ProcessId).zip(&program.processes).filter(|(_, template)| template.spawned);
        let (process, _) = room.nth(number).ok_or_else(too_many)?;
        let parent = program.resources[resource.index()].process.unwrap_or(ProcessId::MAIN);
        self.begin_alone(process, parent);
        self.pool_mut(resource).workers.push(process);
        Ok(process)
    }

    /// A job's body has ended, or it never began: its future tells from now on. Its callbacks come next.
    pub(super) fn settle(&mut self, program: &Program, at: usize, ending: Ending, block: BlockId, records: &mut Vec<Record>) {
        let ending = self.answer(program, at, ending, block);
        self.tasks[at].answered = Some(ending);
        if let Some(resource) = self.tasks[at].pool {
            let id = self.tasks[at].id;
            records.push(Record { task: id, block, what: What::Answered(ending) });
            if has_processes(program, resource) {
                self.give_interpreter_back(program, at, records);
                self.free_worker(resource, id, block, records);
            }
            let home = program.resources[resource.index()].process.unwrap_or(ProcessId::MAIN);
            self.tasks[at].machine.enter_process(home);
        }
        if self.next_callback(program, at, block, records) {
            self.go_on(program, at, crate::effect::Outcome::Value(Value::None), records);
        }
    }

    /// How a job ended, as it is known in the process that submitted it.
    fn answer(&self, program: &Program, at: usize, ending: Ending, block: BlockId) -> Ending {
        let processes = self.tasks[at].pool.is_some_and(|pool| has_processes(program, pool));
        match ending {
            Ending::Returned(value) if processes => match crosses(&program.table, value) {
                Ok(()) => ending,
                Err(Failure { name, message }) => Ending::Raised(program.table.raise(name, &message, Some(block))),
            },
            _ => ending,
        }
    }

    /// Makes a task whose body has ended begin its next callback. Without one it is over, and its worker free: false.
    pub(super) fn next_callback(&mut self, program: &Program, at: usize, block: BlockId, records: &mut Vec<Record>) -> bool {
        let task = &mut self.tasks[at];
        let (id, ending) = (task.id, task.answered.expect("callbacks are told how it ended"));
        while let Some(callback) = task.callbacks.pop_front() {
            if let Some(argument) = callback.argument(id, ending) {
                task.machine.again(program, callback.code, &[argument]);
                return true;
            }
        }
        task.pending = Pending::Ended(ending);
        let uncaught = task.pool.is_none() && !task.awaited;
        let pool = task.pool.filter(|pool| matches!(self.resources[pool.index()], Resource::Pool(_)));
        if let Some(resource) = pool {
            self.free_worker(resource, id, block, records);
            self.pool_mut(resource).jobs -= 1;
        }
        let told = match ending {
            Ending::Raised(_) if !uncaught => Ending::Returned(Value::None),
            _ => program.heard(ending).0,
        };
        records.push(Record { task: id, block, what: What::Ended(told) });
        if let Some(resource) = pool {
            self.retire(resource, records);
        }
        false
    }

    fn free_worker(&mut self, resource: ResourceId, job: TaskId, block: BlockId, records: &mut Vec<Record>) {
        let pool = self.pool_mut(resource);
        let before = pool.running.len();
        pool.running.retain(|entry| entry.0 != job);
        if pool.running.len() < before {
            records.push(Record { task: job, block, what: What::LeftWorker(resource) });
        }
    }

    /// `cancel` of a job: whether it is cancelled, and whom to call since it has been.
    pub(super) fn cancel_job(&mut self, program: &Program, job: TaskId, records: &mut Vec<Record>) -> (bool, ToTell) {
        let at = self.position(job);
        match self.tasks[at].pending {
            Pending::Queued(resource, _) if self.pool(resource).is_prefetched(job) => (false, ToTell::new()),
            Pending::Queued(..) => (true, self.withdraw(program, at, records)),
            Pending::Looped { event_loop, block, .. } => {
                if self.tasks[at].answered.is_some() {
                    return (self.tasks[at].answered == Some(Ending::Cancelled), ToTell::new());
                }
                let told = self.take_callbacks(at);
                self.cancel_looped(program, at, (event_loop, block), records);
                (true, told)
            }
            _ => (self.tasks[at].answered == Some(Ending::Cancelled), ToTell::new()),
        }
    }

    /// Whom to call since a job is cancelled: whoever cancels it does.
    fn take_callbacks(&mut self, at: usize) -> ToTell {
        let task = &mut self.tasks[at];
        let id = task.id;
        let told = std::mem::take(&mut task.callbacks).into_iter();
        told.filter(|callback| callback.argument(id, Ending::Cancelled).is_some()).map(|callback| (id, callback.code)).collect()
    }

    /// A job leaves the line: it is cancelled. Gives whom to call.
    fn withdraw(&mut self, program: &Program, at: usize, records: &mut Vec<Record>) -> ToTell {
        let (job, Pending::Queued(resource, block)) = (self.tasks[at].id, self.tasks[at].pending) else {
            unreachable!("it stood in line")
        };
        let told = self.take_callbacks(at);
        self.pool_mut(resource).line.retain(|&other| other != job);
        self.settle(program, at, Ending::Cancelled, block, records);
        told
    }

    pub(super) fn close_pool(&mut self, resource: ResourceId, records: &mut Vec<Record>) {
        self.pool_mut(resource).closed = true;
        self.retire(resource, records);
    }

    /// The processes of a closed pool end when there is nothing left for them to do.
    fn retire(&mut self, resource: ResourceId, records: &mut Vec<Record>) {
        let pool = self.pool_mut(resource);
        if pool.closed && pool.line.is_empty() && pool.running.is_empty() {
            for worker in std::mem::take(&mut pool.workers) {
                self.end_process(worker, 0, records);
            }
        }
    }

    pub(super) fn terminate_pool(&mut self, program: &Program, resource: ResourceId, records: &mut Vec<Record>) -> ToTell {
        self.pool_mut(resource).closed = true;
        let mut told = ToTell::new();
        while let Some(job) = self.pool(resource).line.front().copied() {
            let at = self.position(job);
            told.extend(self.withdraw(program, at, records));
        }
        if !workers_of(program, resource).1 {
            return told;
        }
        let running: Vec<TaskId> = self.pool(resource).running().collect();
        let workers = std::mem::take(&mut self.pool_mut(resource).workers);
        for job in running {
            let at = self.position(job);
            let block = self.tasks[at].standing();
            self.leave_lines(job);
            self.leave_regions(job);
            self.settle(program, at, Ending::Cancelled, block, records);
        }
        for worker in workers {
            self.terminate(worker, records);
        }
        told
    }
}

/// How many jobs in line are as good as begun: CPython's call queue of a process pool holds one more than there are workers
/// (`concurrent/futures/process.py`, `EXTRA_QUEUED_CALLS`), and what is in it tells that it runs.
#[must_use]
pub fn prefetch(workers: u64, processes: bool) -> usize {
    if processes { usize::try_from(workers).unwrap_or(usize::MAX).saturating_add(1) } else { 0 }
}

/// Whether what a job was given to has processes for workers: a pool may, a loop does not.
fn has_processes(program: &Program, resource: ResourceId) -> bool {
    matches!(program.resources[resource.index()].kind, ResourceKind::Pool { processes: true, .. })
}

/// How many workers a pool has, and whether they are processes.
fn workers_of(program: &Program, resource: ResourceId) -> (u64, bool) {
    match program.resources[resource.index()].kind {
        ResourceKind::Pool { workers, processes } => (workers, processes),
        _ => unreachable!("the machine checks what is a pool"),
    }
}

//! Jobs of pools: how one runs on its worker, who is told how it ended, and what tasks ask of pools.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::super::yard::{Resource, Yard};
use super::future::settle;
use super::{Answer, Driver, machine_of, remote, wrong};
use crate::effect::{Callback, Effect, Ending, Patience, Progress, Told};
use crate::engine::real::resource::executor::{self, Executor, Job};
use crate::engine::real::task::all::Task;
use crate::engine::real::task::context::Cut;
use crate::engine::real::transport::segment::task;
use crate::engine::room;
use crate::id::{CodeId, ResourceId, TaskId};
use crate::program::machine::to_tell;
use crate::trace::ended::Limit;

use crate::value::{ExceptionId, Failure, ListId, Value};

/// One more worker for a pool: job after job, until it is closed and its line empty.
fn give_worker(yard: &'static Yard, executor: &'static Executor) {
    let name = yard.program.resources[executor.meter.id.index()].name.replace('\0', " ");
    let worker = std::thread::Builder::new().name(name).stack_size(super::STACK_BYTES);
    let running = worker.spawn(move || {
        if executor.processes {
            return remote::hand_out(yard, executor);
        }
        while let Some(job) = executor.next(yard.frame, &yard.tasks, || false) {
            run_job(yard, executor, &job);
        }
    });
    if let Err(error) = running {
        let template = &yard.program.resources[executor.meter.id.index()];
        yard.end(Limit::Thread { of: template.name.clone(), error: error.to_string() }.at(template.block));
    }
}

/// Runs a job that has just got its worker: this thread.
fn run_job(yard: &'static Yard, executor: &Executor, job: &Job) {
    let task = &*job.task;
    let mut driver = Driver::new(yard, task);
    driver.context.takes_over();
    let began = yard.frame.clock.now();
    driver.context.slot[task::TARGET].store(0, Relaxed);
    executor.meter.worker_taken(&mut driver.context, job.asked, began);
    let ending = driver.drive(machine_of(yard, task, &job.arguments)).and_then(|(ending, machine)| {
        task.end(yard.frame.clock.now(), ending);
        driver.ring();
        driver.call_back(machine, task, ending)
    });
    if ending.is_err() {
        driver.context.tell_stand();
    }
    driver.context.leave_body(ending.is_ok().then_some(task.block));
    let now = driver.context.stamp();
    executor.meter.permit_given(&mut driver.context, Some(began), now);
    if ending.is_ok() {
        executor.free(task.id);
    }
    driver.over(Some(executor), task, ending.is_ok(), None);
}

impl Driver {
    fn pool(&self, id: ResourceId) -> Result<&'static Executor, Failure> {
        match self.resource(id) {
            Resource::Pool(executor) => Ok(executor),
            _ => Err(wrong(self.yard, id, "submit")),
        }
    }

    /// Answers what is asked of pools.
    pub(super) fn executor(&mut self, effect: Effect) -> Answer {
        let yard = self.yard;
        let table = &yard.program.table;
        let done = match effect {
            Effect::Submit { pool, task, code, arguments, callbacks: [done, failed] } => {
                let done = done.map(|code| Callback { code, of: Told::Value });
                let callbacks: Vec<_> =
                    done.into_iter().chain(failed.map(|code| Callback { code, of: Told::Exception })).collect();
                self.submit(pool, (task, code), table.get_list(arguments).to_vec(), callbacks).map(|()| Value::Task(task))
            }
            Effect::SubmitEach { pool, code, jobs, items } => {
                let each = table.get_list(jobs);
                let items = table.get_list(items);
                let pairs = each.iter().zip(&*items).filter_map(|(job, item)| Some((task_of(*job)?, *item)));
                let mut submitted = Ok(());
                for (task, item) in pairs {
                    submitted = submitted.and_then(|()| self.submit(pool, (task, code), vec![item], Vec::new()));
                }
                submitted.map(|()| Value::List(jobs))
            }
            Effect::AddCallback(future, code) => {
                let callback = Callback { code, of: Told::Future };
                Ok(Value::Bool(yard.tasks.get(future).is_some_and(|task| task.add_callback(callback))))
            }
            Effect::ClosePool(pool) => self.pool(pool).map(|executor| {
                executor.close(yard.frame.clock.now());
                Value::None
            }),
            Effect::TerminatePool(pool) => self
                .pool(pool)
                .map(|executor| {
                    executor.close(yard.frame.clock.now());
                    let mut told = Vec::new();
                    while let Some(job) = executor.withdraw_first(yard.frame) {
                        told.extend(self.withdrawn(executor, &job));
                    }
                    for process in executor.staff() {
                        super::super::family::terminate(yard, process);
                    }
                    told
                })
                .and_then(|told| Ok(to_tell(table, &told)?.unwrap_or(Value::None))),
            Effect::JoinPool(pool, patience) => match self.pool(pool) {
                Ok(executor) if patience == Patience::Never && !executor.lets_join() => Ok(Value::Bool(false)),
                Ok(executor) => return executor.join(&mut self.context).map(|joined| joined.map(|()| Value::None)),
                Err(failure) => Err(failure),
            },
            _ => unreachable!("the others are not about pools"),
        };
        let _done = self.now(Value::None);
        Ok(done)
    }

    fn submit(
        &mut self,
        pool: ResourceId,
        (id, code): (TaskId, CodeId),
        arguments: Vec<Value>,
        callbacks: Vec<Callback>,
    ) -> Result<(), Failure> {
        let yard = self.yard;
        if let Resource::EventLoop(inbox) = self.resource(pool) {
            return self.submit_to_loop((inbox, pool), (id, code), arguments, callbacks);
        }
        let executor = self.pool(pool)?;
        executor.takes_jobs()?;
        let name = yard.program.table.task_name(id).to_string();
        let block = yard.program.codes[code.index()].block;
        let job = Task::new(id, name, code, block, false).of_pool(pool, callbacks);
        self.add(&job).map_err(room::job)?;
        self.made(&job, "job");
        self.tell_started(id);
        if executor.submit((yard.frame, &yard.tasks, yard.process), job, arguments)? {
            give_worker(yard, executor);
        }
        Ok(())
    }

    /// How far a task has come: a job that is on its way to a process tells that it runs.
    pub(super) fn progress(&self, task: &Task) -> Progress {
        match (task.progress(), task.pool.map(|pool| self.resource(pool))) {
            (Progress::Pending, Some(Resource::Pool(executor))) if executor.is_prefetched(task.id) => Progress::Running,
            (progress, _) => progress,
        }
    }

    /// `cancel` of a job: whether it is cancelled, or whom to call since it has been.
    pub(super) fn cancel_job(&mut self, id: TaskId) -> Result<Value, Failure> {
        let job = self.yard.tasks.get(id);
        let told = match job.as_ref().and_then(|job| Some((job, self.resource(job.pool?)))) {
            Some((job, Resource::EventLoop(inbox))) => self.cancel_looped(inbox, job),
            Some((_, Resource::Pool(executor))) => {
                executor.withdraw(self.yard.frame, id).map(|job| self.withdrawn(executor, &job))
            }
            _ => None,
        };
        let cancelled = job.is_some_and(|job| job.progress() == Progress::Ended(Ending::Cancelled));
        let told = to_tell(&self.yard.program.table, &told.unwrap_or_default())?;
        Ok(self.now(told.unwrap_or(Value::Bool(cancelled))))
    }

    /// A job that has left its pool's line is cancelled: whom to call.
    fn withdrawn(&self, executor: &'static Executor, job: &Arc<Task>) -> Vec<(TaskId, CodeId)> {
        let told = job.end_cancelled(self.yard.frame.clock.now()).unwrap_or_default();
        settle(self.yard, executor, job, Ending::Cancelled);
        told
    }

    /// `map`, its second step.
    pub(super) fn results(
        &mut self,
        jobs: ListId,
        patience: Patience,
    ) -> Result<Result<Result<Value, Failure>, ExceptionId>, Cut> {
        let yard = self.yard;
        let table = &yard.program.table;
        let jobs = table.get_list(jobs);
        let tasks: Vec<Arc<Task>> = jobs.iter().filter_map(|job| yard.tasks.get(task_of(*job)?)).collect();
        let ending = match executor::results(&tasks, &mut self.context, patience)? {
            Ok(values) => return Ok(Ok(table.list(&values).map(Value::List).map_err(Failure::from))),
            Err(ending) => ending,
        };
        if ending.is_some() || patience != Patience::Never {
            for task in &tasks {
                self.cancel_job(task.id).ok();
            }
        }
        Ok(match ending {
            Some(Ending::Raised(exception)) => Err(exception),
            Some(_) => Ok(Err(Failure::new("CancelledError", ""))),
            None => Ok(Err(Failure::new("TimeoutError", ""))),
        })
    }
}

fn task_of(job: Value) -> Option<TaskId> {
    if let Value::Task(task) = job { Some(task) } else { None }
}

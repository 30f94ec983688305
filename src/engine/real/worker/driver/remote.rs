//! Jobs that run in another process: handed out by the one that has the pool, run by the one that works for it.
//! Arguments and results travel as copies; a process that dies breaks its pool, as in CPython.

use std::io::BufRead as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::super::family::{self, Gone, Pooled, terminate};
use super::super::yard::Yard;
use super::future::settle;
use super::{Driver, machine_of};
use crate::effect::Ending;
use crate::engine::real::message::{JobOrder, PlainEnding};
use crate::engine::real::resource::across::Queue;
use crate::engine::real::resource::executor::{Executor, Job};
use crate::engine::real::task::all::Task;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::task;
use crate::engine::real::transport::state;
use crate::program::machine::crosses;
use crate::trace::store::{Ended, Plain, TaskState};
use crate::value::{Failure, Value};

/// A worker's life on the side of the pool: it has one process do job after job.
pub(super) fn hand_out(yard: &'static Yard, executor: &'static Executor) {
    let mut process: Option<Pooled> = None;
    while let Some(job) = executor.next(yard.frame, &yard.tasks, || process.as_mut().is_some_and(Pooled::is_gone)) {
        let ending = match one(yard, executor, &mut process, &job) {
            Ok(ending) => ending,
            Err(gone) => {
                if let Some(process) = process.take() {
                    executor.employs(process.id, false, yard.frame.clock.now());
                }
                if yard.frame.control.orders().stop() {
                    return yard.tasks.leaves();
                }
                if gone.terminated && !executor.is_broken() { Ending::Cancelled } else { broken(yard, executor) }
            }
        };
        executor.free(job.task.id);
        yard.tasks.leaves();
        settle(yard, executor, &job.task, ending);
    }
    if let Some(mut process) = process {
        let id = process.id;
        let died = process.is_gone();
        let terminated = process.end();
        executor.employs(id, false, yard.frame.clock.now());
        // One that nobody has ended died while it had nothing to do.
        if died && !terminated && !yard.frame.control.orders().stop() {
            broken(yard, executor);
        }
    }
}

/// Has the process run a job; begins it before the first.
fn one(yard: &'static Yard, executor: &Executor, process: &mut Option<Pooled>, job: &Job) -> Result<Ending, Gone> {
    let table = &yard.program.table;
    let raise = |Failure { name, message }| Ending::Raised(table.raise(name, &message, Some(job.task.block)));
    if let Some(failure) = job.arguments.iter().find_map(|&argument| crosses(table, argument).err()) {
        return Ok(raise(failure));
    }
    if process.is_none() {
        let most = crate::program::process::MOST_PROCESSES;
        let Some(begun) = Pooled::begin(yard) else {
            return Ok(raise(Failure::new("RuntimeError", format!("can't start new process: a run makes at most {most}"))));
        };
        executor.employs(begun.id, true, yard.frame.clock.now());
        *process = Some(begun);
    }
    let order = JobOrder {
        task: job.task.id,
        name: job.task.name.clone(),
        code: job.task.code,
        arguments: job.arguments.iter().map(|&value| Plain::of(table, value)).collect(),
        pool: executor.meter.id,
        asked: job.asked,
    };
    let told = process.as_mut().expect("it has begun").run(&order)?;
    Ok(match told {
        PlainEnding::Returned(value) => match value.to_value(table) {
            Ok(value) => Ending::Returned(value),
            Err(full) => raise(full.into()),
        },
        PlainEnding::Raised(raised) => Ending::Raised(table.raise(&raised.name, &raised.message, raised.block)),
    })
}

/// A process died: all jobs of the pool fail, and its other processes end.
fn broken(yard: &'static Yard, executor: &'static Executor) -> Ending {
    let message = "A process in the process pool was terminated abruptly while the future was running or pending.";
    let ending = Ending::Raised(yard.program.table.raise("BrokenProcessPool", message, None));
    if executor.breaks() {
        while let Some(job) = executor.withdraw_first(yard.frame) {
            settle(yard, executor, &job, ending);
        }
        // Before its processes end: who keeps an idle one hears of it by that.
        executor.close(yard.frame.clock.now());
        for process in executor.staff() {
            terminate(yard, process);
        }
    }
    ending
}

/// The life of a process that works for a pool: it reads its jobs, one a line, until there are no more.
pub(in crate::engine::real) fn work_for_a_pool(yard: &'static Yard, tell: impl Fn(PlainEnding)) {
    // The process is there for its pool, whatever its jobs leave behind.
    yard.tasks.submitted();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let Ok(order) = serde_json::from_str::<JobOrder>(&line) else { break };
        match run(yard, &order) {
            Some(ending) => tell(ending),
            None => return,
        }
    }
    // What its jobs put into queues across processes goes through before it ends.
    while family::feeders(yard).any(Queue::is_feeding) && !yard.frame.control.orders().stop() {
        std::thread::park_timeout(std::time::Duration::from_millis(1));
    }
    if yard.tasks.withdrawn() {
        yard.end(Ended::Completed);
    }
}

/// Runs a job on this thread; none when the run ends.
fn run(yard: &'static Yard, order: &JobOrder) -> Option<PlainEnding> {
    let table = &yard.program.table;
    table.welcome(order.task, &order.name);
    let block = yard.program.codes[order.code.index()].block;
    let job: Arc<Task> = Task::new(order.task, order.name.clone(), order.code, block, false);
    let arguments: Vec<Value> = order.arguments.iter().map(|plain| plain.to_value(table).unwrap_or_default()).collect();
    yard.tasks.add(&job);
    job.start();
    yard.tasks.began(&job);
    if let Some(slot) = yard.frame.segment.task(job.id.index()) {
        crate::engine::real::task::all::Tasks::describe(&job, slot, yard.process);
        slot[task::TARGET].store(0, Relaxed);
    }
    let mut driver = Driver::new(yard, &job);
    driver.context.takes_over();
    let meter = Meter::new(yard.frame.segment, order.pool);
    let began = yard.frame.clock.now();
    meter.worker_taken(&mut driver.context, order.asked, began);
    let ending = driver.drive(machine_of(yard, &job, &arguments)).map(|(ending, _)| ending);
    if ending.is_err() {
        driver.context.tell_stand();
    }
    driver.context.leave_body(ending.is_ok().then_some(block));
    let now = driver.context.stamp();
    meter.permit_given(&mut driver.context, Some(began), now);
    driver.context.leave_interpreter();
    driver.context.end(if ending.is_ok() { 0 } else { 2 });
    let told = ending.ok().map(|ending| match ending {
        Ending::Returned(value) => match crosses(table, value) {
            Ok(()) => PlainEnding::Returned(Plain::of(table, value)),
            Err(Failure { name, message }) => PlainEnding::Raised(yard.uncaught(table.raise(name, &message, Some(block)))),
        },
        Ending::Raised(exception) => PlainEnding::Raised(yard.uncaught(exception)),
        Ending::Cancelled | Ending::Cut => PlainEnding::Raised(yard.uncaught(table.raise("CancelledError", "", Some(block)))),
    });
    if told.is_some() {
        job.end(yard.frame.clock.now(), Ending::Returned(Value::None));
        // It is over when its pool has heard of it.
        state::enter(driver.context.slot, TaskState::Runnable, yard.frame.clock.now());
    }
    yard.tasks.ended(&job);
    told
}

//! Jobs of event loops: submitted by any thread, cancelled by any, taken in by the loop's own, and done when their coroutine is.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};

use super::super::yard::{Resource, Yard};
use super::{Driver, future};
use crate::effect::{Callback, Ending};
use crate::engine::real::resource::inbox::{Inbox, Mail};
use crate::engine::real::task::all::{Task, Tasks};
use crate::engine::real::transport::segment::task;
use crate::engine::real::transport::state::{self, Looped, Target};
use crate::engine::room;
use crate::id::{CodeId, ResourceId, TaskId};
use crate::trace::store::{Awaited, TaskState};
use crate::value::{Failure, Value};

impl Driver {
    /// `submit` to a loop.
    pub(super) fn submit_to_loop(
        &mut self,
        (inbox, event_loop): (&Inbox, ResourceId),
        (id, code): (TaskId, CodeId),
        arguments: Vec<Value>,
        callbacks: Vec<Callback>,
    ) -> Result<(), Failure> {
        let yard = self.yard;
        inbox.takes_jobs()?;
        let name = yard.program.table.task_name(id).to_string();
        let block = yard.program.codes[code.index()].block;
        let job = Task::new(id, name, code, block, false).of_pool(event_loop, callbacks);
        self.add(&job).map_err(room::job)?;
        self.made(&job, "coroutine");
        let now = self.tell_started(id);
        job.queue();
        inbox.submit(Arc::clone(&job), arguments, |by| {
            if let Some(slot) = yard.frame.segment.task(id.index()) {
                Tasks::describe(&job, slot, yard.process);
                slot[task::BLOCK].store(u64::from(block.0) + 1, Relaxed);
                slot[task::ASKED].store(now.0, Relaxed);
                slot[task::LOOPED].store(Looped::By(by).word(), Relaxed);
                let target = Target { on: Awaited::Resource(event_loop), timed: false };
                slot[task::TARGET].store(target.word(), Release);
                state::enter(slot, TaskState::Blocked, now);
            }
        })
    }

    /// What lies there for a loop, as its machine reads it.
    pub(super) fn take_mail(&mut self, event_loop: ResourceId) -> Option<Value> {
        let Resource::EventLoop(inbox) = self.resource(event_loop) else { return None };
        let table = &self.yard.program.table;
        loop {
            let (told, job) = match inbox.take()? {
                Mail::Cancel(id) => (vec![Value::Task(id)], None),
                Mail::Job(job, arguments) => {
                    let head = [Value::Task(job.id), Value::Int(job.code.0.into())];
                    (head.into_iter().chain(arguments).collect(), Some(job))
                }
            };
            match (table.list(&told), job) {
                (Ok(list), _) => return Some(Value::List(list)),
                (Err(full), Some(job)) => {
                    let Failure { name, message } = full.into();
                    let raised = Ending::Raised(table.raise(name, &message, Some(job.block)));
                    settle(self.yard, &job, raised);
                }
                (Err(_), None) => {}
            }
        }
    }

    /// `cancel` of a job of a loop: whom to call since it is cancelled, none where it had ended before. A coroutine that it is already
    /// hears of it when its loop does.
    pub(super) fn cancel_looped(&self, inbox: &Inbox, job: &Arc<Task>) -> Option<Vec<(TaskId, CodeId)>> {
        let withdrawn = inbox.withdraw(job.id);
        let told = job.end_cancelled(self.yard.frame.clock.now())?;
        match withdrawn {
            Some(job) => settle(self.yard, &job, Ending::Cancelled),
            None => inbox.cancel(job.id),
        }
        Some(told)
    }

    /// The coroutine of a job has ended.
    pub(super) fn settled(&self, id: TaskId, ending: Ending) {
        if let Some(job) = self.yard.tasks.get(id) {
            settle(self.yard, &job, ending);
        }
        self.ring();
    }
}

/// A job of a loop is done: its future tells, if it has not been cancelled before; whoever is to be told of it is called, on a
/// thread of its own, and then it is over.
pub(super) fn settle(yard: &'static Yard, job: &Arc<Task>, ending: Ending) {
    let now = yard.frame.clock.now();
    job.end(now, ending);
    let ending = match job.progress() {
        crate::effect::Progress::Ended(ending) => ending,
        _ => ending,
    };
    let slot = yard.frame.segment.task(job.id.index());
    if let Some(slot) = slot {
        slot[task::TARGET].store(0, Relaxed);
        slot[task::LOOPED].store(Looped::No.word(), Relaxed);
    }
    if job.has_callbacks() {
        yard.tasks.submitted();
        yard.tasks.begins();
        future::call_back_apart(yard, job, ending, |driver, task, whole| driver.over(None, task, whole, None));
    } else if let Some(slot) = slot {
        state::enter(slot, TaskState::Done, now);
    }
}

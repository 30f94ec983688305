//! Jobs that are submitted to event loops: each lies there until its loop takes it in, and is a coroutine of it from then on. Its
//! future is a task of the world, which others wait for, cancel and ask; what runs is the loop's.

use std::collections::VecDeque;

use crate::effect::{Callback, Ending, Moment};
use crate::engine::room;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::Program;
use crate::program::machine::Machine;
use crate::value::{Failure, ListId, Value};

use super::pool::NewJob;
use super::task::{MOST_TASKS, Pending, Task};
use super::{Record, Resource, What, World};

/// An event loop.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Served {
    /// Whose thread runs it.
    pub(super) by: Option<TaskId>,
    /// It has run, and does no more.
    pub(super) closed: bool,
    /// What lies there for it, the first first.
    mail: VecDeque<Mail>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mail {
    Job(TaskId, CodeId, Vec<Value>),
    /// One that it has taken in is to be cancelled.
    Cancel(TaskId),
}

impl World {
    pub(super) fn served_mut(&mut self, id: ResourceId) -> &mut Served {
        match &mut self.resources[id.index()] {
            Resource::EventLoop(served) => served,
            _ => unreachable!("the compiler names a loop"),
        }
    }

    /// Whether something lies there for the loop that a task runs.
    pub(super) fn has_mail(&self, runner: TaskId) -> bool {
        let of = self.task(runner).machine.loop_run();
        of.is_some_and(|id| matches!(&self.resources[id.index()], Resource::EventLoop(served) if !served.mail.is_empty()))
    }

    /// Whether the loop that `runner` runs is still to hear that one of its coroutines is cancelled.
    pub(super) fn is_to_be_cancelled(&self, coroutine: TaskId, runner: TaskId) -> bool {
        let Some(id) = self.task(runner).machine.loop_run() else { return false };
        let Resource::EventLoop(served) = &self.resources[id.index()] else { return false };
        served.mail.iter().any(|mail| matches!(mail, Mail::Cancel(cancelled) if *cancelled == coroutine))
    }

    /// Gives the loop that a task runs what lies there for it first.
    ///
    /// # Errors
    /// When there is no room for one more list.
    pub(super) fn take_mail(&mut self, program: &Program, runner: TaskId) -> Result<ListId, Failure> {
        let id = self.task(runner).machine.loop_run().expect("only a loop rests");
        let first = self.served_mut(id).mail.pop_front().expect("it was seen to be there");
        let told = match first {
            Mail::Job(job, code, arguments) => {
                let at = self.position(job);
                if let Pending::Looped { begun, .. } = &mut self.tasks[at].pending {
                    *begun = true;
                }
                [Value::Task(job), Value::Int(code.0.into())].into_iter().chain(arguments).collect()
            }
            Mail::Cancel(job) => vec![Value::Task(job)],
        };
        Ok(program.table.list(&told)?)
    }

    /// Puts a job there for a loop.
    ///
    /// # Errors
    /// RuntimeError when the loop is closed, and for too many.
    pub(super) fn submit_to_loop(
        &mut self,
        program: &Program,
        parent: TaskId,
        (event_loop, code, callbacks): (ResourceId, CodeId, Vec<Callback>),
        (id, arguments): NewJob,
        records: &mut Vec<Record>,
    ) -> Result<(), Failure> {
        if self.served_mut(event_loop).closed {
            return Err(Failure::new("RuntimeError", "Event loop is closed"));
        }
        if self.task_count() >= MOST_TASKS {
            return Err(room::job(MOST_TASKS));
        }
        // This one only calls back.
        let mut machine = Machine::new(program, id, code, &[], false);
        machine.enter_process(program.resources[event_loop.index()].process.unwrap_or(ProcessId::MAIN));
        let block = machine.block(program);
        let pending = Pending::Looped { event_loop, block, begun: false };
        let job = Task { pool: Some(event_loop), pending, callbacks: callbacks.into(), ..Task::new(id, false, machine) };
        let at = self.tasks.partition_point(|each| each.id < id);
        self.tasks.insert(at, job);
        self.served_mut(event_loop).mail.push_back(Mail::Job(id, code, arguments));
        records.push(Record { task: id, block, what: What::Started(Some(parent)) });
        Ok(())
    }

    /// `cancel` of a job of a loop that is not cancelled: its future is at once; a coroutine that it is already hears of it when its
    /// loop does.
    pub(super) fn cancel_looped(
        &mut self,
        program: &Program,
        at: usize,
        (event_loop, block): (ResourceId, BlockId),
        records: &mut Vec<Record>,
    ) {
        let id = self.tasks[at].id;
        let mail = &mut self.served_mut(event_loop).mail;
        let lies_there = mail.iter().position(|mail| matches!(mail, Mail::Job(job, ..) if *job == id));
        if let Some(place) = lies_there {
            mail.remove(place);
            self.settle(program, at, Ending::Cancelled, block, records);
        } else {
            mail.push_back(Mail::Cancel(id));
            self.tasks[at].answered = Some(Ending::Cancelled);
        }
    }

    /// The loop no longer runs; what it has not taken in is cancelled.
    pub(super) fn close_loop(&mut self, program: &Program, id: ResourceId, records: &mut Vec<Record>) {
        let served = self.served_mut(id);
        (served.by, served.closed) = (None, true);
        for mail in std::mem::take(&mut served.mail) {
            if let Mail::Job(job, ..) = mail {
                let at = self.position(job);
                let block = self.tasks[at].standing();
                self.settle(program, at, Ending::Cancelled, block, records);
            }
        }
    }

    /// The coroutines of jobs that have ended, by what was told from `from` on: their futures tell, and their callbacks are called.
    pub(super) fn settle_looped(&mut self, program: &Program, from: usize, records: &mut Vec<Record>) {
        for at in from..records.len() {
            let Record { task, block, what: What::Moment(Moment::Settled(ending)) } = records[at] else { continue };
            let at = self.position(task);
            if let Pending::Looped { .. } = self.tasks[at].pending {
                let ending = self.tasks[at].answered.unwrap_or(ending);
                self.settle(program, at, ending, block, records);
            }
        }
    }

    /// Whether a task is a coroutine that its loop tells of, which rests.
    pub(super) fn is_told_by_its_loop(&self, task: TaskId) -> bool {
        let Pending::Looped { event_loop, begun: true, .. } = self.task(task).pending else { return false };
        matches!(&self.resources[event_loop.index()], Resource::EventLoop(served) if served.by.is_some_and(|by| self.idles(by)))
    }
}

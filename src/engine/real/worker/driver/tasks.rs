//! What a task does to others: starts, spawns, joins them, and asks how they ended.

use std::sync::Arc;

use super::super::family;
use super::{Answer, Driver, give_thread};
use crate::effect::{Ending, Patience, Progress};
use crate::engine::real::message::Made;
use crate::engine::real::task::all::{Phase, Task};
use crate::engine::real::task::context::Cut;
use crate::engine::real::transport::log::Kind;
use crate::engine::room;
use crate::id::{CodeId, ProcessId, TaskId};
use crate::program::MOST_ALIVE;
use crate::time::Nanos;
use crate::trace::EventKind;

use crate::value::{Failure, Value};

impl Driver {
    /// The threads alive in this process.
    pub(super) fn alive(&self) -> impl Iterator<Item = TaskId> {
        // A process that was started here has a task here, too, which is no thread of this one.
        let is_thread = |task: TaskId| self.yard.program.process_behind(task).is_none_or(|process| process == self.yard.process);
        let alive = self.yard.tasks.all().into_iter().filter(|task| task.phase() == Phase::Alive).map(|task| task.id);
        alive.filter(move |&task| is_thread(task))
    }

    pub(super) fn start_declared(&mut self, id: TaskId) -> Result<Value, Failure> {
        let process = self.yard.program.process_behind(id);
        if let Some(process) = process
            && !family::claim(self.yard, process)
        {
            return Err(Failure::new("RuntimeError", "cannot start a process twice"));
        }
        if process.is_none() {
            self.reachable(id, "start")?;
            self.has_room()?;
        }
        let task = self.yard.tasks.get(id).filter(|task| task.start());
        let task = task.ok_or_else(|| Failure::new("RuntimeError", "threads can only be started once"))?;
        let program = &self.yard.program;
        let arguments = program.task(id).map(|task| vec![Value::Int(task.index)]).unwrap_or_default();
        self.started(id);
        self.yard.tasks.began(&task);
        if process.is_some() {
            family::begin(self.yard, &task, None, self.context.block());
        } else {
            give_thread(self.yard, &task, arguments, self.context.block());
        }
        Ok(Value::None)
    }

    pub(super) fn spawn_process(&mut self, code: CodeId, arguments: &[Value]) -> Result<Value, Failure> {
        let yard = self.yard;
        let mut room = (0..).map(ProcessId).zip(&yard.program.processes).filter(|(_, process)| process.spawned);
        let Some((_, template)) = room.find(|(id, _)| family::claim(yard, *id)) else {
            let most = crate::program::process::MOST_PROCESSES;
            return Err(Failure::new("RuntimeError", format!("can't start new process: a run makes at most {most}")));
        };
        let main = template.main.expect("every process but the run's own has a main thread");
        let task = Task::new(main, template.name.clone(), code, yard.program.codes[code.index()].block, false);
        yard.tasks.add(&task);
        self.made(&task, "process");
        task.start();
        self.started(task.id);
        yard.tasks.began(&task);
        family::begin(yard, &task, Some((code, arguments)), self.context.block());
        Ok(Value::Task(main))
    }

    /// The child process that a task stands for.
    pub(super) fn child(&self, main: TaskId, what: &str) -> Result<ProcessId, Failure> {
        let process = self.yard.program.process_behind(main).unwrap_or(ProcessId::MAIN);
        family::own_child(self.yard, process, what).map(|()| process)
    }

    /// Whether one may ask after a task: a child process's, or one of this process.
    pub(super) fn reachable(&self, id: TaskId, what: &str) -> Result<(), Failure> {
        let program = &self.yard.program;
        if program.process_behind(id).is_some() {
            return self.child(id, what).map(|_process| ());
        }
        let here = program.task(id).is_none_or(|task| task.process == self.yard.process);
        if here { Ok(()) } else { Err(Failure::new("RuntimeError", "this thread is of another process")) }
    }

    /// Whether one may ask if a task is alive: of oneself and of what has not started, too (`BaseProcess.is_alive`).
    pub(super) fn may_ask(&self, id: TaskId) -> Result<(), Failure> {
        match self.yard.program.process_behind(id) {
            Some(process) if process == self.yard.process || !family::has_started(self.yard, process) => Ok(()),
            _ => self.reachable(id, "test"),
        }
    }

    pub(super) fn made(&self, task: &Task, kind: &str) {
        let (name, kind) = (task.name.clone(), kind.to_owned());
        let made = Made { name, parent: self.context.task, block: task.block, daemon: task.daemon, kind };
        let text = serde_json::to_string(&made).expect("a task's name is plain data");
        let _kept = self.yard.log.append(Kind::Task, task.id, &text, || self.yard.frame.clock.now());
    }

    pub(super) fn spawn(&mut self, task: &Arc<Task>, arguments: Vec<Value>) -> Result<Value, Failure> {
        self.has_room()?;
        self.add(task).map_err(room::thread)?;
        self.made(task, "thread");
        task.start();
        self.started(task.id);
        self.yard.tasks.began(task);
        give_thread(self.yard, task, arguments, self.context.block());
        Ok(Value::Task(task.id))
    }

    /// Adds a task; else how many there may be.
    pub(super) fn add(&self, task: &Arc<Task>) -> Result<(), usize> {
        if self.yard.tasks.add(task) { Ok(()) } else { Err(self.yard.frame.segment.sizes().tasks) }
    }

    /// Whether there may be one thread more.
    fn has_room(&self) -> Result<(), Failure> {
        if self.yard.tasks.alive() < MOST_ALIVE { Ok(()) } else { Err(room::at_once()) }
    }

    pub(super) fn started(&mut self, id: TaskId) {
        let now = self.tell_started(id);
        self.context.step_done(now, 0);
    }

    /// Tells that a task was started, by a step that is not over.
    pub(super) fn tell_started(&mut self, id: TaskId) -> Nanos {
        let now = self.context.stamp();
        self.context.event(EventKind::Spawned, id.0, 0, now);
        now
    }

    pub(super) fn join(&mut self, id: TaskId, patience: Patience) -> Answer {
        let refused = |words: &'static str| Ok(Err(Failure::new("RuntimeError", words)));
        if let Err(other) = self.reachable(id, "join") {
            return Ok(Err(other));
        }
        if id == self.context.task {
            return refused("cannot join current thread");
        }
        match self.yard.tasks.get(id) {
            Some(task) if task.phase() != Phase::New => Ok(Ok(Value::Bool(task.join(&mut self.context, patience)?))),
            _ => refused("cannot join thread before it is started"),
        }
    }

    /// Waits until a task has ended, and tells how.
    pub(super) fn result(&mut self, id: TaskId, patience: Patience) -> Result<Result<Ending, Failure>, Cut> {
        if let Err(other) = self.reachable(id, "wait for") {
            return Ok(Err(other));
        }
        let Some(task) = self.yard.tasks.get(id).filter(|task| task.phase() != Phase::New) else {
            return Ok(Err(Failure::new("RuntimeError", "cannot wait for the result of a task before it is started")));
        };
        let in_time = task.join(&mut self.context, patience)?;
        Ok(match task.progress() {
            Progress::Ended(ending) if in_time => Ok(ending),
            _ => Err(Failure::new("TimeoutError", "")),
        })
    }
}

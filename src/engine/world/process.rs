//! Processes: begun, waited for, ended from inside or outside. A process stands and falls with its main thread: that has ended
//! when its body has, its other threads and its child processes have, and what it put into queues across processes is through.

use crate::effect::{Ending, Ends};
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::program::machine::Machine;
use crate::program::{Program, TaskKind};
use crate::value::{Failure, Value};

use super::task::Pending;
use super::{Record, Resource, What, World};

/// What a process ended from outside by `terminate` leaves: minus the signal's number, as Python tells it.
const TERMINATED: i32 = -15;
/// What one leaves that is ended because its parent is gone.
const KILLED: i32 = -9;
/// The run's own process, to those who ask for its number.
const FIRST_NUMBER: u32 = 1_000;

/// A process's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Process {
    /// Who started it, once it has begun.
    parent: Option<ProcessId>,
    exit: Option<i32>,
}

impl Process {
    const fn is_alive(&self) -> bool {
        self.parent.is_some() && self.exit.is_none()
    }
}

impl World {
    /// The ends of pipes that a process has when it begins: those its code may ever use, itself or through what it starts.
    pub(super) fn open_ends(&mut self, program: &Program, process: ProcessId, codes: &[CodeId]) {
        for &code in codes {
            let code = &program.codes[code.index()];
            for (pipes, end) in [(&code.may_send, Ends::Write), (&code.may_receive, Ends::Read)] {
                for pipe in pipes {
                    if let Resource::Pipe(pipe) = &mut self.resources[pipe.index()] {
                        pipe.open(process, end);
                    }
                }
            }
        }
    }

    /// The code of all that is declared to run in a process.
    pub(super) fn codes_of(program: &Program, process: ProcessId) -> Vec<CodeId> {
        program.tasks.iter().filter(|task| task.process == process).map(|task| task.code).collect()
    }

    /// A process begins: its main thread and the threads in it that start with it.
    pub(super) fn begin_process(&mut self, program: &Program, at: usize, parent: Option<TaskId>, records: &mut Vec<Record>) {
        let (main, process) = (self.tasks[at].id, self.tasks[at].machine.process());
        let by = parent.map_or(ProcessId::MAIN, |parent| self.task(parent).machine.process());
        self.processes[process.index()].parent = Some(by);
        for (at, template) in program.tasks.iter().enumerate() {
            if template.process == process && template.kind != TaskKind::Process && template.starts {
                self.begin(program, at, Some(main), records);
            }
        }
        let at = self.position(main);
        self.begin(program, at, parent, records);
    }

    /// `spawn-process`: the handle of the new process.
    ///
    /// # Errors
    /// RuntimeError when there are too many.
    pub(super) fn spawn_process(
        &mut self,
        program: &Program,
        task: TaskId,
        (nth, code): (u32, CodeId),
        arguments: &[Value],
        records: &mut Vec<Record>,
    ) -> Result<TaskId, Failure> {
        let number = program.table.spawned_process(task, nth) as usize;
        let mut room = program.processes.iter().filter(|process| process.spawned);
        let template = room.nth(number).ok_or_else(too_many)?;
        let main = template.main.expect("every process but the run's own has a main thread");
        let at = self.position(main);
        self.tasks[at].machine = Machine::new(program, main, code, arguments, false);
        let process = self.tasks[at].machine.process();
        self.open_ends(program, process, &[code]);
        self.begin_process(program, at, Some(task), records);
        Ok(main)
    }

    /// Whether `task` may ask after a process: only the one that started it may, as in Python.
    ///
    /// # Errors
    /// `AssertionError`, with what it wanted to do.
    pub(super) fn own_child(&self, task: TaskId, process: ProcessId, what: &str) -> Result<(), Failure> {
        let mine = self.task(task).machine.process();
        match self.processes[process.index()].parent {
            None => Err(Failure::new("AssertionError", format!("can only {what} a started process"))),
            Some(parent) if parent != mine => Err(Failure::new("AssertionError", format!("can only {what} a child process"))),
            Some(_) => Ok(()),
        }
    }

    /// Whether a process is there or has been.
    pub(super) fn has_started(&self, process: ProcessId) -> bool {
        self.processes[process.index()].parent.is_some()
    }

    /// A thread is nothing to those of another process.
    ///
    /// # Errors
    /// `RuntimeError` for one of another.
    pub(super) fn same_process(&self, task: TaskId, other: TaskId) -> Result<(), Failure> {
        let other = self.task(other);
        // A job is its pool's, wherever it runs: whoever has its handle is in the process that submitted it.
        if other.pool.is_some() || self.task(task).machine.process() == other.machine.process() {
            return Ok(());
        }
        Err(Failure::new("RuntimeError", "this thread is of another process"))
    }

    /// Whether `task` may wait for the end of another, thread or process.
    ///
    /// # Errors
    /// What Python raises, at once, however long it would have waited.
    pub(super) fn may_join(&self, program: &Program, task: TaskId, other: TaskId) -> Result<(), Failure> {
        match program.process_behind(other) {
            Some(process) => self.own_child(task, process, "join"),
            None => self.same_process(task, other),
        }
    }

    /// What a main thread whose body has ended still waits for: a thread or a child of its process, or a queue.
    pub(super) fn left_behind(&self, process: ProcessId, main: TaskId) -> Option<Result<ResourceId, TaskId>> {
        let alive = |task: &&super::task::Task| !matches!(task.pending, Pending::New | Pending::Ended(_));
        let thread = self.tasks.iter().filter(alive).find(|task| {
            let of = task.machine.process();
            let child = of != process && self.processes[of.index()].parent == Some(process);
            let own = of == process && !matches!(task.pending, Pending::Looped { .. });
            task.id != main && !task.daemon && (own || child)
        });
        if let Some(thread) = thread {
            return Some(Err(thread.id));
        }
        let queue = self.resources.iter().position(|resource| match resource {
            Resource::Queue(queue) => queue.is_feeding(process),
            _ => false,
        });
        queue.map(|at| Ok(ResourceId::from_index(at)))
    }

    /// The process of a main thread ends, as its body has.
    pub(super) fn leave(&mut self, program: &Program, at: usize, ending: Ending, block: BlockId, records: &mut Vec<Record>) {
        let (task, process) = (self.tasks[at].id, self.tasks[at].machine.process());
        self.tasks[at].pending = Pending::Ended(ending);
        let (heard, code) = program.heard(ending);
        records.push(Record { task, block, what: What::Ended(heard) });
        self.end_process(process, code, records);
    }

    /// `terminate`.
    pub(super) fn terminate(&mut self, process: ProcessId, records: &mut Vec<Record>) {
        if self.processes[process.index()].is_alive() {
            self.end_process(process, TERMINATED, records);
        }
    }

    /// All that is left of a process vanishes: its threads, its ends of pipes, its child processes.
    pub(super) fn end_process(&mut self, process: ProcessId, exit: i32, records: &mut Vec<Record>) {
        self.processes[process.index()].exit = Some(exit);
        for at in 0..self.tasks.len() {
            let task = &self.tasks[at];
            let (id, alive) = (task.id, !matches!(task.pending, Pending::New | Pending::Ended(_)));
            if task.machine.process() == process && alive {
                let block = task.standing();
                self.tasks[at].pending = Pending::Ended(Ending::Cut);
                records.push(Record { task: id, block, what: What::Ended(Ending::Cut) });
                self.forget(id);
            }
        }
        for resource in &mut self.resources {
            match resource {
                Resource::Pipe(pipe) => pipe.close(process, Ends::Both),
                Resource::Queue(queue) => queue.stop_feeding(process),
                _ => {}
            }
        }
        for child in 0..self.processes.len() {
            let state = &self.processes[child];
            if state.parent == Some(process) && state.is_alive() && child != process.index() {
                self.end_process(ProcessId::from_index(child), KILLED, records);
            }
        }
    }

    /// A process begins that has no main thread: it works for a pool.
    pub(super) fn begin_alone(&mut self, process: ProcessId, parent: ProcessId) {
        self.processes[process.index()].parent = Some(parent);
    }

    /// A task that is gone stands in no line, and is no job any more.
    fn forget(&mut self, task: TaskId) {
        self.leave_lines(task);
        self.leave_regions(task);
        if let Some(pool) = self.task(task).pool
            && let Resource::Pool(pool) = &mut self.resources[pool.index()]
        {
            pool.forget(task);
        }
    }

    /// A task that is no more is in no region.
    pub(super) fn leave_regions(&mut self, task: TaskId) {
        for resource in &mut self.resources {
            if let Resource::Region(region) = resource {
                region.forget(task);
            }
        }
    }

    /// A task waits for nothing any more.
    pub(super) fn leave_lines(&mut self, task: TaskId) {
        for resource in &mut self.resources {
            match resource {
                Resource::Lock(lock) => lock.give_up(task),
                Resource::Pipe(pipe) => pipe.forget(task),
                Resource::Condition(condition) => condition.line.retain(|&(waiting, _)| waiting != task),
                Resource::Event(event) => event.line.retain(|&waiting| waiting != task),
                Resource::Barrier(barrier) => barrier.line.retain(|&(waiting, _)| waiting != task),
                _ => {}
            }
        }
    }

    /// What a process has left, None while it goes on.
    pub(super) fn exit_code(&self, process: ProcessId) -> Value {
        self.processes[process.index()].exit.map_or(Value::None, |code| Value::Int(code.into()))
    }

    /// `pid` and `ppid`: made up, but true to who started whom.
    pub(super) fn number(&self, process: ProcessId, parent: bool) -> Value {
        let of = if parent { self.processes[process.index()].parent } else { Some(process) };
        Value::Int(of.map_or(1, |process| i64::from(Self::process_number(process))))
    }

    /// A process's number, as `pid` gives it.
    #[must_use]
    pub const fn process_number(process: ProcessId) -> u32 {
        FIRST_NUMBER + process.0
    }

    /// What a process came to: its parent and its exit code, if it has begun.
    #[must_use]
    pub fn process(&self, process: ProcessId) -> Option<(ProcessId, Option<i32>)> {
        let state = self.processes.get(process.index())?;
        state.parent.map(|parent| (parent, state.exit))
    }
}

pub(super) fn too_many() -> Failure {
    let most = crate::program::process::MOST_PROCESSES;
    Failure::new("RuntimeError", format!("can't start new process: a run makes at most {most}"))
}

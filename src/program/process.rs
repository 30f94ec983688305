//! The processes of a program: each has its own memory, so a resource that code names is another one in each of them.
//! Owns which; what a process does when it begins and ends is the engines' (`engine::world` says what it means).

use crate::effect::Ending;
use crate::id::{BlockId, ProcessId, ResourceId, TaskId};

use crate::value::Value;

use super::Program;

/// Processes of one run, ended ones included.
pub const MOST_PROCESSES: usize = 128;

/// Bytes of one message between processes.
pub const MOST_MESSAGE: u32 = 64 << 20;

/// A process of a program.
#[derive(Debug, Clone, Default)]
pub struct ProcessTemplate {
    /// Its name: `worker-1`; empty for the run's own.
    pub name: String,
    /// The block that declares it.
    pub block: BlockId,
    /// Its main thread; none for the run's own, which may have none.
    pub main: Option<TaskId>,
    /// Room for one that is spawned during the run.
    pub spawned: bool,
    /// Which resource is meant by each number that code names; those beyond the end mean themselves.
    pub places: Vec<ResourceId>,
    /// The interpreter lock over its threads, if they have one: a resource of this process.
    pub interpreter: Option<ResourceId>,
    /// Likewise its own tasks, where they are others than those that code names; sorted.
    pub tasks: Vec<(TaskId, TaskId)>,
}

impl Program {
    /// The resource that code of `process` means by `logical`.
    #[must_use]
    pub fn place(&self, process: ProcessId, logical: ResourceId) -> ResourceId {
        let places = self.processes.get(process.index()).map(|process| &process.places);
        places.and_then(|places| places.get(logical.index())).copied().unwrap_or(logical)
    }

    /// The task that code of `process` means by `named`.
    #[must_use]
    pub fn own_task(&self, process: ProcessId, named: TaskId) -> TaskId {
        let tasks = self.processes.get(process.index()).map_or(&[][..], |process| &process.tasks);
        tasks.binary_search_by_key(&named, |entry| entry.0).map_or(named, |at| tasks[at].1)
    }

    /// The number by which code of `process` names `resource`; none if it cannot.
    #[must_use]
    pub fn logical(&self, process: ProcessId, resource: ResourceId) -> Option<ResourceId> {
        let template = self.resources.get(resource.index())?;
        template.process.is_none_or(|of| of == process).then_some(template.logical)
    }

    /// The interpreter lock over the threads of a process.
    #[must_use]
    pub fn interpreter(&self, process: ProcessId) -> Option<ResourceId> {
        self.processes.get(process.index())?.interpreter
    }

    /// The process in which a task runs.
    #[must_use]
    pub fn process_of(&self, task: TaskId) -> ProcessId {
        if self.processes.len() < 2 {
            return ProcessId::MAIN;
        }
        let mut task = Some(task);
        while let Some(id) = task {
            if let Some(template) = self.task(id) {
                return template.process;
            }
            task = self.table.parent(id);
        }
        ProcessId::MAIN
    }

    /// The process that a task is the main thread of and so stands for.
    #[must_use]
    pub fn process_behind(&self, task: TaskId) -> Option<ProcessId> {
        self.task(task).filter(|template| template.kind == super::TaskKind::Process).map(|template| template.process)
    }

    /// What others hear of a thread's end, and the exit code of the process whose main thread it is. `SystemExit` is not heard of
    /// (`threading.excepthook`); the code is its number, 0 without one, and failure's for any other text (`multiprocessing.process`).
    #[must_use]
    pub fn heard(&self, ending: Ending) -> (Ending, i32) {
        let Ending::Raised(exception) = ending else { return (ending, 0) };
        let raised = self.table.get_exception(exception);
        if &*raised.name != "SystemExit" {
            return (ending, 1);
        }
        let code = if raised.message.is_empty() { Ok(0) } else { raised.message.parse::<i64>() };
        // An exit code is a byte.
        (Ending::Returned(Value::None), code.map_or(1, |code| i32::from(code.to_le_bytes()[0])))
    }

    /// Whether there is another process than the run's own.
    #[must_use]
    pub fn has_processes(&self) -> bool {
        self.processes.len() > 1
    }
}

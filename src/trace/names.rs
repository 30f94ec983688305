//! What tasks are called in reports.

use super::store::{Awaited, Trace};
use crate::id::TaskId;

/// Whether a task is called after the main thread of its process, which made it, and so after the process.
fn is_made_by(name: &str, process: &str) -> bool {
    name.strip_prefix(process).is_some_and(|rest| rest.starts_with('.'))
}

impl Trace {
    /// What a task is called within its process.
    #[must_use]
    pub fn task_name(&self, task: TaskId) -> String {
        self.tasks.get(&task).map_or_else(|| format!("#{}", task.0), |info| info.name.clone())
    }

    /// What it is called among all: in a process of its own with that before its name, as a resource there is.
    #[must_use]
    pub fn who(&self, task: TaskId) -> String {
        let name = self.task_name(task);
        let process = self.counters.tasks.get(&task).and_then(|task| task.process);
        let process = self.counters.processes.iter().find(|it| Some(it.id) == process).map(|it| it.name.as_str());
        match process {
            Some(process) if !process.is_empty() && process != name && !is_made_by(&name, process) => format!("{process}.{name}"),
            _ => name,
        }
    }

    /// What a resource or a task that is waited for is called.
    #[must_use]
    pub fn awaited_name(&self, awaited: Awaited) -> String {
        match awaited {
            Awaited::Resource(id) => {
                self.resources.get(id.index()).map_or_else(|| format!("#{}", id.0), |info| info.name.clone())
            }
            Awaited::Task(task) => self.who(task),
        }
    }
}

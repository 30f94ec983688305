//! Which of the tasks that run had no core of late: they are told as runnable, wherever a state is shown.

use std::collections::BTreeMap;

use crate::id::TaskId;
use crate::time::Nanos;
use crate::trace::store::{TaskCounters, TaskState};

/// Told over so long: a task tells its CPU time at beats only.
const OVER: Nanos = Nanos::from_millis(80);

/// What was seen of the tasks that run.
#[derive(Debug, Default)]
pub(super) struct OnCore {
    running: BTreeMap<TaskId, Running>,
}

/// Whether a task that runs has had a core of late, and what is known since.
#[derive(Debug, Clone, Copy)]
struct Running {
    since: Nanos,
    /// Its time on a core and without one, then.
    on_core: Nanos,
    off_core: Nanos,
    has_core: bool,
}

impl OnCore {
    /// What a task does, by its counters of `now`: one that runs and mostly has no core is runnable, as its time in each state says.
    pub(super) fn state(&mut self, id: TaskId, task: &TaskCounters, now: Nanos) -> TaskState {
        if task.state != TaskState::Running {
            self.running.remove(&id);
            return task.state;
        }
        let [on_core, off_core] = [TaskState::Running, TaskState::Runnable].map(|state| task.in_state[state as usize]);
        let fresh = Running { since: now, on_core, off_core, has_core: true };
        let known = self.running.entry(id).or_insert(fresh);
        if now.since(known.since) >= OVER {
            *known = Running { has_core: on_core.since(known.on_core) >= off_core.since(known.off_core), ..fresh };
        }
        if known.has_core { TaskState::Running } else { TaskState::Runnable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_runs_and_mostly_has_no_core_is_runnable() {
        use TaskState::{Blocked, Runnable, Running};
        let mut on_core = OnCore::default();
        let mut task = TaskCounters { state: Running, ..TaskCounters::default() };
        let mut states = Vec::new();
        for look in 1..=6 {
            // On a core for the first half, for a tenth of the time after.
            let share = if look <= 3 { 100 } else { 10 };
            task.in_state[Running as usize] += Nanos::from_millis(share);
            task.in_state[Runnable as usize] += Nanos::from_millis(100 - share);
            states.push(on_core.state(TaskId(0), &task, Nanos::from_millis(look * 100)));
        }
        assert_eq!(states, [Running, Running, Running, Runnable, Runnable, Runnable]);
        task.state = Blocked;
        assert_eq!(on_core.state(TaskId(0), &task, Nanos::from_millis(700)), Blocked);
        task.state = Running;
        assert_eq!(on_core.state(TaskId(0), &task, Nanos::from_millis(701)), Running, "it goes on, and nothing is known yet");
    }
}

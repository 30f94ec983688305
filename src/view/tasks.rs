//! What the tasks panel shows: a row per task with what it does now, where it stands, and where its time went.
//! Does not choose colours or words.

use crate::id::{BlockId, ProcessId, TaskId};
use crate::metrics::{self, Task};
use crate::time::Nanos;
use crate::trace::store::{TaskState, Trace};

/// A task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    /// Which.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// The run does not wait for it.
    pub daemon: bool,
    /// What it does now.
    pub state: TaskState,
    /// The name of what it waits for.
    pub waits_for: Option<String>,
    /// The block it stands on.
    pub block: Option<BlockId>,
    /// CPU time used, where it was measured.
    pub cpu: Option<Nanos>,
    /// The core it was last seen on.
    pub core: Option<u32>,
    /// Its time by state, without states it was never in, in the order of states; the lengths are shares of `whole`.
    pub parts: Vec<StatePart>,
    /// Shares of its life in which it held the interpreter lock and waited for it, if there is one.
    pub interpreter: Option<[f64; 2]>,
    /// The exception that ended it: `ValueError: too low`.
    pub uncaught: Option<String>,
    /// The signal that killed its process, and it in the middle.
    pub killed_by: Option<u32>,
    /// The run's process died, and it in the middle.
    pub ended_with_run: bool,
    /// The process it runs in, where there are several.
    pub process: Option<ProcessId>,
}

impl TaskRow {
    /// The share of its life in which it held the interpreter lock or waited for it.
    #[must_use]
    pub fn share(&self, wanted: bool) -> f64 {
        self.interpreter.map_or(0.0, |shares| shares[usize::from(wanted)])
    }
}

/// A part of a task's life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatePart {
    /// Doing what.
    pub state: TaskState,
    /// For how long.
    pub time: Nanos,
    /// That as a share of the longest life of any task, 0..=1.
    pub share: f32,
}

/// The rows of a run, in the order of tasks. Declared ones that have not started come with the state `New`.
#[must_use]
pub fn rows(trace: &Trace) -> Vec<TaskRow> {
    let tasks = metrics::tasks::of(trace);
    let lived = |task: &Task| TaskState::ALL.into_iter().filter(|state| alive(*state)).map(|state| task.time_in(state)).sum();
    let longest: Nanos = tasks.iter().map(lived).max().unwrap_or_default();
    let row = |task: Task| TaskRow {
        parts: parts(&task.in_state, longest),
        task: task.id,
        name: trace.task_name(task.id),
        daemon: task.daemon,
        state: task.state,
        waits_for: task.waits_for,
        block: task.block,
        cpu: task.cpu,
        core: task.core,
        process: task.process,
        interpreter: task.interpreter.map(|share| [share.held_share, share.wanted_share]),
        killed_by: task.killed_by,
        ended_with_run: task.ended_with_run,
        uncaught: task
            .uncaught
            .map(|raised| if raised.message.is_empty() { raised.name } else { format!("{}: {}", raised.name, raised.message) }),
    };
    tasks.into_iter().map(row).collect()
}

/// Before its start and after its end a task has no time to spend.
const fn alive(state: TaskState) -> bool {
    !matches!(state, TaskState::New | TaskState::Done)
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
fn parts(in_state: &[Nanos; 8], longest: Nanos) -> Vec<StatePart> {
    let states = TaskState::ALL.into_iter().zip(in_state).filter(|(state, time)| alive(*state) && time.0 > 0);
    let share = |time: Nanos| (time.seconds() / longest.seconds().max(1e-9)) as f32;
    states.map(|(state, &time)| StatePart { state, time, share: share(time) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ResourceId;
    use crate::trace::store::{Awaited, ResourceClass, ResourceInfo, TaskCounters, TaskInfo, Uncaught};
    use std::fmt::Write as _;

    fn trace() -> Trace {
        let mut trace = Trace::default();
        let info = |name: &str, daemon| TaskInfo {
            name: name.to_owned(),
            kind: "thread".to_owned(),
            parent: None,
            block: BlockId(1),
            daemon,
        };
        trace.tasks =
            [(TaskId(0), info("main", false)), (TaskId(1), info("水工-0", true)), (TaskId(2), info("late", false))].into();
        trace.resources =
            vec![ResourceInfo { name: "fork[1]".to_owned(), class: ResourceClass::Lock, block: BlockId(0), capacity: None }];
        let mut in_state = [Nanos::ZERO; 8];
        in_state[TaskState::Running as usize] = Nanos::from_millis(30);
        in_state[TaskState::Done as usize] = Nanos::from_millis(900);
        let uncaught = Some(Uncaught { name: "ValueError".to_owned(), message: "too low".to_owned(), block: None });
        let main = TaskCounters {
            state: TaskState::Done,
            cpu: Nanos::from_millis(29),
            core: Some(3),
            in_state,
            uncaught,
            ..TaskCounters::default()
        };
        in_state = [Nanos::ZERO; 8];
        in_state[TaskState::Running as usize] = Nanos::from_millis(10);
        in_state[TaskState::Blocked as usize] = Nanos::from_millis(50);
        let worker = TaskCounters {
            state: TaskState::Blocked,
            awaits: Some(Awaited::Resource(ResourceId(0))),
            block: Some(BlockId(7)),
            in_state,
            ..TaskCounters::default()
        };
        trace.counters.tasks = [(TaskId(0), main), (TaskId(1), worker)].into();
        trace
    }

    #[test]
    fn a_row_tells_state_place_and_where_the_time_went() {
        let mut shown = String::new();
        for row in rows(&trace()) {
            let waits = row.waits_for.map(|name| format!(" for {name}")).unwrap_or_default();
            write!(
                shown,
                "{}{} {:?}{waits} cpu {:?} core {:?}:",
                row.name,
                if row.daemon { " (daemon)" } else { "" },
                row.state,
                row.cpu.map(|cpu| cpu.to_string()),
                row.core
            )
            .expect("text takes text");
            for part in row.parts {
                write!(shown, " {:?} {} {:.2}", part.state, part.time, part.share).expect("text takes text");
            }
            shown.push_str(&row.uncaught.map(|uncaught| format!(" ! {uncaught}")).unwrap_or_default());
            shown.push('\n');
        }
        assert_eq!(
            shown,
            "main Done cpu Some(\"29.0 ms\") core Some(3): Running 30.0 ms 0.50 ! ValueError: too low\n\
             水工-0 (daemon) Blocked for fork[1] cpu None core None: Running 10.0 ms 0.17 Blocked 50.0 ms 0.83\n\
             late New cpu None core None:\n"
        );
    }
}

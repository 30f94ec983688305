//! What the tasks panel shows: a row per task with what it does now, where it stands, and where its time went.
//! Does not choose colours or words.

use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{ResourceInfo, TaskState, Trace};

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
    /// The resource it waits for.
    pub waits_for: Option<ResourceId>,
    /// That one's name.
    pub waits_for_name: Option<String>,
    /// The block it stands on.
    pub block: Option<BlockId>,
    /// CPU time used.
    pub cpu: Nanos,
    /// The core it was last seen on.
    pub core: Option<u32>,
    /// Its time by state, without states it was never in, in the order of states; the lengths are shares of `whole`.
    pub parts: Vec<StatePart>,
    /// The exception that ended it: `ValueError: too low`.
    pub uncaught: Option<String>,
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
    let lived = |in_state: &[Nanos; 8]| {
        TaskState::ALL.into_iter().zip(in_state).filter(|(state, _)| alive(*state)).map(|(_, time)| *time).sum()
    };
    let longest: Nanos = trace.counters.tasks.values().map(|task| lived(&task.in_state)).max().unwrap_or_default();
    let row = |(&task, info): (&TaskId, &crate::trace::store::TaskInfo)| {
        let counters = trace.counters.tasks.get(&task).cloned().unwrap_or_default();
        let waits_for = awaited(trace, task, counters.state);
        TaskRow {
            task,
            name: info.name.clone(),
            daemon: info.daemon,
            state: counters.state,
            waits_for,
            waits_for_name: waits_for
                .and_then(|id| trace.resources.get(id.index()))
                .map(|ResourceInfo { name, .. }| name.clone()),
            block: counters.block,
            cpu: counters.cpu,
            core: counters.core,
            parts: parts(&counters.in_state, longest),
            uncaught: counters.uncaught.map(|raised| {
                if raised.message.is_empty() { raised.name } else { format!("{}: {}", raised.name, raised.message) }
            }),
        }
    };
    trace.tasks.iter().map(row).collect()
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

fn awaited(trace: &Trace, task: TaskId, state: TaskState) -> Option<ResourceId> {
    let waits = matches!(state, TaskState::Blocked | TaskState::Spinning);
    let index = waits.then(|| trace.counters.resources.iter().position(|resource| resource.waiters.contains(&task)))??;
    Some(ResourceId::from_index(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::store::{ResourceClass, ResourceCounters, TaskCounters, TaskInfo, Uncaught};
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
        trace.resources = vec![ResourceInfo { name: "fork[1]".to_owned(), class: ResourceClass::Lock, block: BlockId(0) }];
        trace.counters.resources = vec![ResourceCounters { waiters: vec![TaskId(1)], ..ResourceCounters::default() }];
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
        let worker = TaskCounters { state: TaskState::Blocked, block: Some(BlockId(7)), in_state, ..TaskCounters::default() };
        trace.counters.tasks = [(TaskId(0), main), (TaskId(1), worker)].into();
        trace
    }

    #[test]
    fn a_row_tells_state_place_and_where_the_time_went() {
        let mut shown = String::new();
        for row in rows(&trace()) {
            let waits = row.waits_for_name.map(|name| format!(" for {name}")).unwrap_or_default();
            write!(
                shown,
                "{}{} {:?}{waits} cpu {} core {:?}:",
                row.name,
                if row.daemon { " (daemon)" } else { "" },
                row.state,
                row.cpu,
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
            "main Done cpu 29.0 ms core Some(3): Running 30.0 ms 0.50 ! ValueError: too low\n\
             水工-0 (daemon) Blocked for fork[1] cpu 0 ns core None: Running 10.0 ms 0.17 Blocked 50.0 ms 0.83\n\
             late New cpu 0 ns core None:\n"
        );
    }
}

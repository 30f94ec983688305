//! What each task did with its time, and what it waits for now.

use std::collections::BTreeMap;

use crate::id::{BlockId, ProcessId, TaskId};
use crate::time::Nanos;
use crate::trace::store::{ProcessCounters, ResourceClass, TaskCounters, TaskState, Trace, Uncaught};

/// A task in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Task {
    /// Which.
    pub id: TaskId,
    /// `consumer-2`, or `left.consumer-2` in a process of that name.
    pub name: String,
    /// The run does not wait for it.
    pub daemon: bool,
    /// What it does now.
    pub state: TaskState,
    /// The block it stands on.
    pub block: Option<BlockId>,
    /// The resource it waits for, or the task whose end it waits for.
    pub waits_for: Option<String>,
    /// CPU time used; none where none was measured, as of coroutines: theirs is their loop's thread's.
    #[serde(rename = "cpu_nanos")]
    pub cpu: Option<Nanos>,
    /// The core it was last seen on.
    pub core: Option<u32>,
    /// Time in each state, nanoseconds, [`TaskState::ALL`]'s order.
    #[serde(rename = "state_nanos", serialize_with = "by_state")]
    pub in_state: [Nanos; 8],
    /// Steps taken.
    pub steps: u64,
    /// What it had of the interpreter lock, if there is one.
    pub interpreter: Option<InterpreterShare>,
    /// The exception that ended it.
    pub uncaught: Option<Uncaught>,
    /// The number of the signal that ended its process, and it in the middle.
    pub killed_by: Option<u32>,
    /// The run's process died, and it in the middle.
    pub ended_with_run: bool,
    /// The process it runs in, where there are several.
    pub process: Option<ProcessId>,
}

/// What a task had of the interpreter lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct InterpreterShare {
    /// Time for which it held it.
    #[serde(rename = "held_nanos")]
    pub held: Nanos,
    /// Time for which it waited for it.
    #[serde(rename = "wanted_nanos")]
    pub wanted: Nanos,
    /// Held, as a share of the task's life, 0..=1.
    pub held_share: f64,
    /// Waited for, as a share of the task's life, 0..=1.
    pub wanted_share: f64,
}

impl InterpreterShare {
    /// From a task's totals.
    #[must_use]
    pub fn of(counters: &TaskCounters) -> Self {
        let alive = TaskState::ALL.into_iter().zip(counters.in_state);
        let life: Nanos =
            alive.filter(|(state, _)| !matches!(state, TaskState::New | TaskState::Done)).map(|(_, time)| time).sum();
        let share = |time: Nanos| (time.seconds() / life.seconds().max(1e-9)).min(1.0);
        let (held, wanted) = (counters.held, counters.wanted);
        Self { held, wanted, held_share: share(held), wanted_share: share(wanted) }
    }
}

impl Task {
    /// Time in one state.
    #[must_use]
    pub const fn time_in(&self, state: TaskState) -> Nanos {
        self.in_state[state as usize]
    }
}

/// How many tasks are in each state now.
#[must_use]
pub fn states(trace: &Trace) -> BTreeMap<TaskState, u64> {
    let mut states = BTreeMap::new();
    for task in trace.counters.tasks.values().filter(|task| task.state != TaskState::New) {
        *states.entry(trace.state_of(task)).or_default() += 1;
    }
    states
}

/// The states by their names, those a task lives in.
fn by_state<S: serde::Serializer>(times: &[Nanos; 8], to: S) -> Result<S::Ok, S::Error> {
    let alive = TaskState::ALL.into_iter().zip(times).filter(|(state, _)| !matches!(state, TaskState::New | TaskState::Done));
    to.collect_map(alive)
}

/// The signal that ended a process, and when, if one did.
fn killed(process: &ProcessCounters) -> Option<(u32, Nanos)> {
    let code = process.exit_code.filter(|code| *code < 0)?;
    Some((code.unsigned_abs(), process.ended?))
}

/// The tasks of a run, in the order of their ids; those that never started come with the state `New`.
#[must_use]
pub fn of(trace: &Trace) -> Vec<Task> {
    let interpreter = trace.resources.iter().any(|resource| resource.class == ResourceClass::Interpreter);
    let killed: BTreeMap<_, _> = trace.counters.processes.iter().filter_map(|its| Some((its.id, killed(its)?))).collect();
    let each = trace.tasks.iter().map(|(&id, info)| {
        let counters = trace.counters.tasks.get(&id).cloned().unwrap_or_default();
        let state = trace.state_of(&counters);
        let awaits = counters.awaits.filter(|_| matches!(state, TaskState::Blocked | TaskState::Spinning));
        let died = counters.process.and_then(|process| killed.get(&process));
        // One that had come to its end had done so before.
        let died = died.filter(|(_, ended)| counters.state == TaskState::Done && counters.since >= *ended);
        Task {
            id,
            name: trace.who(id),
            daemon: info.daemon,
            state,
            block: counters.block,
            waits_for: awaits.map(|awaited| trace.awaited_name(awaited)),
            cpu: (counters.cpu > Nanos::ZERO).then_some(counters.cpu),
            core: counters.core,
            in_state: counters.in_state,
            steps: counters.steps,
            interpreter: interpreter.then(|| InterpreterShare::of(&counters)),
            uncaught: counters.uncaught,
            killed_by: died.map(|&(signal, _)| signal),
            ended_with_run: state != counters.state,
            process: counters.process,
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ResourceId;
    use crate::trace::store::{Awaited, Ended, ResourceInfo, TaskInfo};

    #[test]
    fn a_blocked_task_names_what_it_waits_for() {
        let mut trace = Trace::default();
        let info = TaskInfo { name: "a".into(), kind: "thread".into(), parent: None, block: BlockId(1), daemon: false };
        trace.tasks = [(TaskId(0), info)].into();
        trace.resources = vec![ResourceInfo { name: "l".into(), class: ResourceClass::Lock, block: BlockId(0), capacity: None }];
        let awaits = Some(Awaited::Resource(ResourceId(0)));
        let mut in_state = [Nanos::ZERO; 8];
        in_state[TaskState::Blocked as usize] = Nanos(7);
        trace.counters.tasks =
            [(TaskId(0), TaskCounters { state: TaskState::Blocked, awaits, in_state, ..TaskCounters::default() })].into();
        let told = &of(&trace)[0];
        assert_eq!((told.waits_for.as_deref(), told.time_in(TaskState::Blocked)), (Some("l"), Nanos(7)));
        let json = serde_json::to_value(told).unwrap();
        assert_eq!(json["state_nanos"]["blocked"], 7);
        assert_eq!((told.cpu, &json["cpu_nanos"]), (None, &serde_json::Value::Null), "nothing was measured");
    }

    #[test]
    fn no_task_goes_on_when_the_process_of_the_run_has_died() {
        let mut trace = Trace::default();
        let states = [TaskState::New, TaskState::Running, TaskState::Blocked, TaskState::Done];
        for (id, state) in (0..).map(TaskId).zip(states) {
            let info = TaskInfo { name: "a".into(), kind: "thread".into(), parent: None, block: BlockId(1), daemon: false };
            trace.tasks.insert(id, info);
            let awaits = Some(Awaited::Task(TaskId(0)));
            trace.counters.tasks.insert(id, TaskCounters { state, awaits, ..TaskCounters::default() });
        }
        trace.ended = Some(Ended::Crashed("signal: 9".into()));
        let told: Vec<_> = of(&trace).into_iter().map(|task| (task.state, task.ended_with_run, task.waits_for)).collect();
        let done = |with_run| (TaskState::Done, with_run, None);
        assert_eq!(told, [(TaskState::New, false, None), done(true), done(true), done(false)]);
        assert_eq!(super::states(&trace), [(TaskState::Done, 3)].into());
        trace.ended = Some(Ended::Stopped);
        assert_eq!(of(&trace)[1].state, TaskState::Running, "those that a stop cuts off are told as they stood");
    }
}

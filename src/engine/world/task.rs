//! Tasks: made, begun, gone on, ended.

use std::collections::VecDeque;

use crate::effect::{Callback, Effect, Ending, Outcome, Progress, Step};
use crate::engine::room;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::machine::Machine;
use crate::program::{MOST_ALIVE, Program, TaskTemplate};
use crate::time::Nanos;
use crate::value::{Failure, Value};

use super::listener::Listener;
use super::{ALLOWANCE, Record, What, World};

/// More tasks than this cannot be made in one run: a step may look at all of them.
pub(super) const MOST_TASKS: usize = 20_000;

/// A task's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not states")]
pub(super) struct Task {
    pub(super) id: TaskId,
    pub(super) daemon: bool,
    pub(super) pending: Pending,
    pub(super) machine: Machine,
    pub(super) timer: Timer,
    /// Of a job: the pool or the loop it was given to.
    pub(super) pool: Option<ResourceId>,
    /// How its body ended, once it has; callbacks may still run.
    pub(super) answered: Option<Ending>,
    /// Who is to be told of that.
    pub(super) callbacks: VecDeque<Callback>,
    /// It has passed a check point of the interpreter lock since its last step.
    pub(super) at_check_point: bool,
    /// What it raises is for whoever awaits it.
    pub(super) awaited: bool,
    /// It is declared as one: its loop's task runs it.
    pub(super) is_coroutine: bool,
    /// It has begun what it is about to do, and goes through with it without the interpreter lock.
    pub(super) outside: bool,
}

/// Whether a task is a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Timer {
    /// It is none.
    Not,
    /// It waits for its time, and may be cancelled.
    Waiting,
    /// It has begun, or was cancelled.
    Over,
}

/// What a task is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Pending {
    /// To be started.
    New,
    /// To get a worker of the pool, whose line it stands in.
    Queued(ResourceId, BlockId),
    /// A job of an event loop, which goes on as one of its coroutines.
    Looped {
        /// Which.
        event_loop: ResourceId,
        /// What it begins with.
        block: BlockId,
        /// The loop has taken it in.
        begun: bool,
    },
    /// To do an effect.
    Ask(Effect, BlockId),
    /// To be given a lock; it stands in line.
    InLine(Effect, BlockId),
    /// To go on with local work.
    Busy(BlockId),
    /// To end: its body has, without a step, and till it takes this one others may see it.
    Over(Ending, BlockId),
    /// To end with its process, whose main thread it is: the body has ended.
    Leaving(Ending, BlockId),
    /// Nothing any more.
    Ended(Ending),
}

impl Task {
    /// The block it stands on.
    pub(super) fn standing(&self) -> BlockId {
        match self.pending {
            Pending::Ask(_, block)
            | Pending::InLine(_, block)
            | Pending::Busy(block)
            | Pending::Queued(_, block)
            | Pending::Looped { block, .. }
            | Pending::Over(_, block)
            | Pending::Leaving(_, block) => block,
            Pending::New | Pending::Ended(_) => BlockId::default(),
        }
    }

    pub(super) fn declared(program: &Program, at: usize, template: &TaskTemplate) -> Self {
        let id = TaskId::from_index(at);
        let machine = Machine::new(program, id, template.code, &[Value::Int(template.index)], template.daemon);
        let is_coroutine = template.kind.is_looped();
        Self { is_coroutine, ..Self::new(id, template.daemon, machine) }
    }

    /// Whether the run waits for it. A job that was submitted to a loop keeps nothing alive: its loop's thread does.
    pub(super) const fn keeps_running(&self) -> bool {
        !self.daemon && !matches!(self.pending, Pending::New | Pending::Ended(_) | Pending::Looped { .. })
    }

    /// How it ended, from the moment in which others may know.
    pub(super) fn ended(&self) -> Option<Ending> {
        match self.pending {
            Pending::Ended(ending) => Some(ending),
            _ => self.answered,
        }
    }

    pub(super) fn new(id: TaskId, daemon: bool, machine: Machine) -> Self {
        Self {
            id,
            daemon,
            pending: Pending::New,
            machine,
            timer: Timer::Not,
            pool: None,
            answered: None,
            callbacks: VecDeque::new(),
            awaited: false,
            is_coroutine: false,
            at_check_point: false,
            outside: false,
        }
    }
}

impl World {
    pub(super) fn position(&self, task: TaskId) -> usize {
        match self.tasks.get(task.index()) {
            Some(found) if found.id == task => task.index(),
            _ => self.tasks.binary_search_by_key(&task, |each| each.id).expect("handles are of tasks that were made"),
        }
    }

    /// Whether it is a task of the world, and no coroutine made during the run.
    #[must_use]
    pub fn knows(&self, task: TaskId) -> bool {
        self.find(task).is_some()
    }

    /// A task of the world; none for a coroutine made during the run.
    pub(super) fn find(&self, task: TaskId) -> Option<&Task> {
        match self.tasks.get(task.index()) {
            Some(found) if found.id == task => Some(found),
            _ => self.tasks.binary_search_by_key(&task, |each| each.id).ok().map(|at| &self.tasks[at]),
        }
    }

    pub(super) fn task(&self, task: TaskId) -> &Task {
        &self.tasks[self.position(task)]
    }

    /// How far a task has come: what it returned or raised, once it has ended.
    #[must_use]
    pub fn progress(&self, task: TaskId) -> Progress {
        let task = self.task(task);
        if let Some(ending) = task.ended() {
            return Progress::Ended(ending);
        }
        match task.pending {
            Pending::Queued(pool, _) if self.pool(pool).is_prefetched(task.id) => Progress::Running,
            Pending::New | Pending::Queued(..) | Pending::Looped { .. } => Progress::Pending,
            _ if task.timer == Timer::Waiting => Progress::Pending,
            _ => Progress::Running,
        }
    }

    /// How many tasks there are, ended ones included.
    pub(super) fn task_count(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there may be one thread more: those of coroutines, and jobs in line, have none of their own.
    pub(super) fn has_room(&self) -> Result<(), Failure> {
        let has_thread = |task: &&Task| {
            !task.is_coroutine
                && !matches!(task.pending, Pending::New | Pending::Ended(_) | Pending::Queued(..) | Pending::Looped { .. })
        };
        if self.tasks.iter().filter(has_thread).count() < MOST_ALIVE { Ok(()) } else { Err(room::at_once()) }
    }

    /// Runs a new task up to its first effect.
    pub(super) fn begin(&mut self, program: &Program, at: usize, parent: Option<TaskId>, records: &mut Vec<Record>) {
        let task = &self.tasks[at];
        records.push(Record { task: task.id, block: task.machine.block(program), what: What::Started(parent) });
        let from = records.len();
        match self.resume(program, at, Outcome::Value(Value::None), records) {
            Step::Done(ending) => {
                let block = self.tasks[at].machine.block(program);
                self.tasks[at].pending = Pending::Over(ending, block);
            }
            step => self.come_to(program, at, step, records),
        }
        self.settle_looped(program, from, records);
    }

    /// Takes in a task that `parent` has made, and begins it; a timer waits first.
    pub(super) fn spawn(
        &mut self,
        program: &Program,
        parent: TaskId,
        (mut made, after): (Task, Option<Nanos>),
        records: &mut Vec<Record>,
    ) {
        let task = made.id;
        if let Some(length) = after {
            let block = made.machine.block(program);
            (made.timer, made.outside) = (Timer::Waiting, true);
            made.pending = Pending::Ask(Effect::Sleep(length), block);
        }
        let at = self.tasks.partition_point(|each| each.id < task);
        self.tasks.insert(at, made);
        if let Some(block) = after.map(|_| self.tasks[at].machine.block(program)) {
            return records.push(Record { task, block, what: What::Started(Some(parent)) });
        }
        self.begin(program, at, Some(parent), records);
    }

    /// Ends a timer that still waits for its time; later it does nothing.
    ///
    /// # Errors
    /// `AttributeError` for a task that is no timer.
    pub(super) fn cancel(&mut self, task: TaskId, records: &mut Vec<Record>) -> Result<(), Failure> {
        let at = self.position(task);
        let timer = &mut self.tasks[at];
        match timer.timer {
            Timer::Not => return Err(Failure::new("AttributeError", "'Thread' object has no attribute 'cancel'")),
            Timer::Over => {}
            Timer::Waiting => {
                let ending = Ending::Cancelled;
                let Pending::Ask(_, block) = timer.pending else { unreachable!("a timer that waits sleeps") };
                (timer.timer, timer.pending) = (Timer::Over, Pending::Ended(ending));
                records.push(Record { task, block, what: What::Ended(ending) });
            }
        }
        Ok(())
    }

    /// Hands a task its answer and runs it up to its next effect. The jobs of a loop that it runs may have ended by that.
    pub(super) fn go_on(&mut self, program: &Program, at: usize, outcome: Outcome, records: &mut Vec<Record>) {
        let from = records.len();
        self.run_on(program, at, outcome, records);
        self.settle_looped(program, from, records);
    }

    /// Runs the machine up to its next effect or check point. What is local needs no lock: check points in a row are one.
    fn resume(&mut self, program: &Program, at: usize, outcome: Outcome, records: &mut Vec<Record>) -> Step {
        let task = &mut self.tasks[at];
        let mut host = Listener { task: task.id, now: self.clock, records };
        let mut step = task.machine.resume_at(&mut host, program, outcome, ALLOWANCE);
        task.at_check_point = matches!(step, Step::CheckPoint(_));
        task.outside = false;
        let mut left = ALLOWANCE;
        while matches!(step, Step::CheckPoint(_)) && left > 0 {
            left -= 1;
            step = task.machine.resume_at(&mut host, program, Outcome::Value(Value::None), ALLOWANCE);
        }
        step
    }

    fn run_on(&mut self, program: &Program, at: usize, outcome: Outcome, records: &mut Vec<Record>) {
        if matches!(self.tasks[at].pending, Pending::Ended(_)) {
            // Its process has been ended by what it did itself.
            return;
        }
        let step = self.resume(program, at, outcome, records);
        self.come_to(program, at, step, records);
    }

    /// Takes in what a task's machine has come to.
    pub(super) fn come_to(&mut self, program: &Program, at: usize, mut step: Step, records: &mut Vec<Record>) {
        // The body of one that is a future has ended: it tells, and its callbacks are called.
        while let Step::Done(ending) = step
            && let task = &self.tasks[at]
            && (task.answered.is_some() || task.pool.is_some() || !task.callbacks.is_empty())
        {
            let (id, block) = (task.id, task.machine.block(program));
            if task.answered.is_none() {
                return self.settle(program, at, ending, block, records);
            }
            if let Ending::Raised(exception) = ending {
                let mut host = Listener { task: id, now: self.clock, records };
                self.tasks[at].machine.own_callback_raised(&mut host, program, exception);
            }
            if !self.next_callback(program, at, block, records) {
                return;
            }
            step = self.resume(program, at, Outcome::Value(Value::None), records);
        }
        let task = &mut self.tasks[at];
        task.pending = match step {
            Step::Perform(effect, block) => Pending::Ask(effect, block),
            Step::Busy(block) | Step::CheckPoint(block) => Pending::Busy(block),
            Step::Done(ending) if program.process_behind(task.id).is_some() => {
                let (main, process, block) = (task.id, task.machine.process(), task.machine.block(program));
                task.pending = Pending::Leaving(ending, block);
                if self.left_behind(process, main).is_none() {
                    self.leave(program, at, ending, block, records);
                }
                return;
            }
            Step::Done(ending) => {
                let told = if task.awaited { Ending::Returned(Value::None) } else { program.heard(ending).0 };
                records.push(Record { task: task.id, block: task.machine.block(program), what: What::Ended(told) });
                Pending::Ended(ending)
            }
        };
    }
}

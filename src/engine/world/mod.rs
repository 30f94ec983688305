//! The pure meaning of every effect: the reference for every engine. No clock, no threads, no randomness.
//! A world is all resources and all tasks; whoever drives it picks one of its [`Choice`]s and takes a step.
//! Which choice, and what to make of what happened, is not asked here.

mod event_loop;
mod interpreter;
mod listener;
mod lock;
mod mail;
mod perform;
mod pipe;
mod pool;
mod process;
mod queue;
mod region;
mod rwlock;
mod shared;
mod signal;
mod signal_steps;
mod stuck;
mod task;

pub use pool::prefetch;
pub use stuck::Stuck;

use crate::effect::{Effect, Ending, Moment, Outcome, Patience, Step};
use crate::id::{BlockId, ProcessId, ResourceId, TaskId};
use crate::program::{PipeCapacity, Program, ResourceKind, TaskKind};
use crate::time::Nanos;
use crate::value::Value;
use lock::{Lock, Semaphore, in_order};
use mail::Served;
use pipe::Pipe;
use pool::Pool;
use process::Process;
use queue::Queue;
use region::Region;
use rwlock::{ReadWrite, Reentrant};
use signal::{Barrier, Condition, Event};
use task::{Pending, Task};

/// Local turns of loops and calls before others may be chosen.
const ALLOWANCE: u32 = 100_000;

/// Everything there is at one moment. Equal worlds have equal futures.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    resources: Vec<Resource>,
    /// By id, ascending; the declared ones come first and so stand at their index.
    tasks: Vec<Task>,
    /// By id.
    processes: Vec<Process>,
    /// When the step under way was taken: what event loops go by. Where time is no clock it stands still.
    clock: Nanos,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Resource {
    Shared(Value),
    Lock(Lock),
    Reentrant(Reentrant),
    ReadWrite(ReadWrite),
    Semaphore(Semaphore),
    Queue(Queue),
    /// The interpreter lock: who has it.
    Interpreter(Option<TaskId>),
    Pipe(Pipe),
    Condition(Condition),
    Event(Event),
    Barrier(Barrier),
    Region(Region),
    Pool(Pool),
    EventLoop(Served),
    /// A server or a file: whoever asks it waits for nobody else.
    Outside,
}

/// One thing that may happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice {
    /// Whose turn it is.
    pub task: TaskId,
    /// What it does with it.
    pub how: How,
}

/// What a task does with its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Its effect.
    Go,
    /// Its sleep or its patience ends.
    Elapse,
    /// Its wait on a condition ends out of nothing.
    Wake,
    /// `rand` gives this; a `notify` wakes that set of those who wait.
    Draw(u64),
}

/// Something that happened in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// To whom.
    pub task: TaskId,
    /// At which block.
    pub block: BlockId,
    /// What.
    pub what: What,
}

/// What happened to a task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    /// It began; who made it, if not the run.
    Started(Option<TaskId>),
    /// It, or a coroutine or generator that it runs, came to the block.
    Begun,
    /// It stands in line, for a lock that serves in order or for a sign.
    InLine(ResourceId),
    /// It let a condition's lock go, to wait in line for a sign.
    LetGo(ResourceId),
    /// It was woken by a `notify`, or out of nothing: it wants the condition's lock back.
    Woken(ResourceId),
    /// Its effect was done.
    Performed(Effect, Outcome),
    /// A lock was given to it by another's release, or a sign by whoever gave one.
    Given(Effect, Outcome),
    /// Its sleep ended, or its patience before its effect could be done.
    TimedOut(Effect, Outcome),
    /// It has the interpreter lock from here on.
    EnteredInterpreter(ResourceId),
    /// It no longer has it.
    LeftInterpreter(ResourceId),
    /// A worker of a pool has begun the job.
    TookWorker(ResourceId),
    /// The job has given it back.
    LeftWorker(ResourceId),
    /// Its future tells how its body ended; its callbacks follow.
    Answered(Ending),
    /// Something happened to this coroutine.
    Moment(Moment),
    /// A round of the event loop that it runs is over and took so long.
    Round(ResourceId, Nanos),
    /// It ran without asking for anything.
    Turned,
    /// It ended.
    Ended(Ending),
}

impl World {
    /// The world at the start of a run: all that starts with it has come to its first effect.
    #[must_use]
    pub fn new(program: &Program, records: &mut Vec<Record>) -> Self {
        let resources = program.resources.iter().map(|resource| match resource.kind {
            ResourceKind::Shared { initial, .. } => Resource::Shared(initial),
            ResourceKind::Lock { .. } => Resource::Lock(Lock::default()),
            ResourceKind::ReentrantLock => Resource::Reentrant(Reentrant::default()),
            ResourceKind::ReadWriteLock { .. } => Resource::ReadWrite(ReadWrite::default()),
            ResourceKind::Semaphore { permits, .. } => Resource::Semaphore(Semaphore { permits }),
            ResourceKind::Queue { .. } => Resource::Queue(Queue::default()),
            ResourceKind::Interpreter { .. } => Resource::Interpreter(None),
            ResourceKind::Pipe { .. } => Resource::Pipe(Pipe::default()),
            ResourceKind::Condition { .. } => Resource::Condition(Condition::default()),
            ResourceKind::Event => Resource::Event(Event::default()),
            ResourceKind::Barrier { .. } => Resource::Barrier(Barrier::default()),
            ResourceKind::Region => Resource::Region(Region::default()),
            ResourceKind::Pool { .. } => Resource::Pool(Pool::new(resource.kind)),
            ResourceKind::EventLoop { .. } => Resource::EventLoop(Served::default()),
            ResourceKind::Server { .. } | ResourceKind::File { .. } => Resource::Outside,
        });
        let tasks = program.tasks.iter().enumerate().map(|(at, template)| Task::declared(program, at, template));
        let processes = vec![Process::default(); program.processes.len()];
        let mut world = Self { resources: resources.collect(), tasks: tasks.collect(), processes, clock: Nanos::ZERO };
        for (process, template) in program.processes.iter().enumerate() {
            let begins = template.main.is_none_or(|main| program.tasks[main.index()].starts);
            if begins {
                let process = ProcessId::from_index(process);
                world.open_ends(program, process, &Self::codes_of(program, process));
            }
        }
        for (at, template) in program.tasks.iter().enumerate() {
            if template.starts && template.kind == TaskKind::Process {
                world.begin_process(program, at, None, records);
            } else if template.starts && template.process == ProcessId::MAIN {
                world.begin(program, at, None, records);
            }
        }
        world
    }

    /// All that may happen next, in the order of the tasks. For a `rand` the greatest of its values stands for all.
    pub fn choices(&self, program: &Program, choices: &mut Vec<Choice>) {
        choices.clear();
        for task in &self.tasks {
            let (how, wakes) = self.offer_of(program, task);
            choices.extend(how.map(|how| Choice { task: task.id, how }));
            choices.extend(wakes.then_some(Choice { task: task.id, how: How::Wake }));
        }
    }

    /// What one task may do next, and whether it may wake out of nothing.
    #[must_use]
    pub fn offer(&self, program: &Program, task: TaskId) -> (Option<How>, bool) {
        self.offer_of(program, self.task(task))
    }

    fn offer_of(&self, program: &Program, task: &Task) -> (Option<How>, bool) {
        let in_line_for_a_sign =
            matches!(task.pending, Pending::InLine(Effect::Wait(on, _), _) if Self::is_spurious(program, on));
        (self.turn_of(program, task), in_line_for_a_sign)
    }

    /// Whether nothing can step, of these choices: on a wake-up out of nothing nobody may rely.
    #[must_use]
    pub fn is_dead(choices: &[Choice]) -> bool {
        choices.iter().all(|choice| choice.how == How::Wake)
    }

    fn is_spurious(program: &Program, condition: ResourceId) -> bool {
        matches!(program.resources[condition.index()].kind, ResourceKind::Condition { spurious: true, .. })
    }

    /// What the task may do next, whoever has the interpreter lock.
    fn turn_inside(&self, program: &Program, task: &Task) -> Option<How> {
        match task.pending {
            Pending::New | Pending::Ended(_) | Pending::Looped { .. } => None,
            Pending::Busy(_) | Pending::Over(..) => Some(How::Go),
            Pending::Queued(pool, _) => self.may_begin(program, task.id, pool),
            Pending::Leaving(..) => self.left_behind(task.machine.process(), task.id).is_none().then_some(How::Go),
            Pending::Ask(effect, _) if program.time_of(effect).is_some() => Some(How::Elapse),
            Pending::Ask(Effect::Random(limit), _) => Some(How::Draw(limit - 1)),
            Pending::Ask(Effect::Notify(condition, count), _) => match self.ways(program, task.id, condition, count) {
                1 => Some(How::Go),
                ways => Some(How::Draw(ways - 1)),
            },
            Pending::Ask(effect, _) if self.can(program, task.id, effect) => Some(How::Go),
            Pending::InLine(Effect::Enter(lock, access, _), _) => {
                self.may_enter(program, task.id, lock, access).then_some(How::Go)
            }
            Pending::InLine(effect, _) if self.returns(program, task.id, effect) => Some(How::Go),
            Pending::Ask(effect, _) | Pending::InLine(effect, _) => {
                matches!(effect.patience(), Patience::AtMost(_)).then_some(How::Elapse)
            }
        }
    }

    /// Whether the effect can be done at once: done, refused, raised, or put in line.
    fn can(&self, program: &Program, asker: TaskId, effect: Effect) -> bool {
        match effect {
            effect if self.is_strange(effect) => true,
            Effect::Acquire(resource, patience) => {
                match (&self.resources[resource.index()], program.resources[resource.index()].kind) {
                    (Resource::Lock(lock), ResourceKind::Lock { algorithm, .. }) => {
                        lock.owner.is_none() || patience == Patience::Never || in_order(algorithm)
                    }
                    (Resource::Reentrant(lock), _) => lock.is_free_for(asker) || patience == Patience::Never,
                    (Resource::Semaphore(semaphore), _) => semaphore.permits > 0 || patience == Patience::Never,
                    _ => unreachable!("the machine checks what is acquired"),
                }
            }
            Effect::Retake { lock, .. } => self.can(program, asker, Effect::Acquire(lock, Patience::Forever)),
            Effect::Put(queue, _, patience) => match program.resources[queue.index()].kind {
                ResourceKind::Queue { capacity: Some(capacity), .. } => {
                    patience == Patience::Never || (self.queue(queue).items.len() as u64) < capacity
                }
                _ => true,
            },
            Effect::PutAcross { queue, patience, .. } => match program.resources[queue.index()].kind {
                ResourceKind::Queue { capacity: Some(capacity), .. } => {
                    patience == Patience::Never || (self.queue(queue).len() as u64) < capacity
                }
                _ => true,
            },
            Effect::Send { patience: Patience::Never, .. }
            | Effect::Receive(_, Patience::Never)
            | Effect::JoinPool(_, Patience::Never) => true,
            Effect::Send { .. } | Effect::Receive(..) => self.may_call(program, asker, effect),
            Effect::Get(queue, patience) => patience == Patience::Never || self.queue(queue).len() > 0,
            Effect::JoinQueue(queue, patience) => patience == Patience::Never || self.queue(queue).unfinished == 0,
            Effect::Rest(patience) => {
                patience == Patience::Never || self.has_mail(asker) || self.fulfillable(program, self.task(asker)).is_some()
            }
            Effect::Join(task, patience) => {
                let state = self.task(task).pending;
                let ended = self.task(task).ended().is_some();
                let at_once = patience == Patience::Never || task == asker || ended || state == Pending::New;
                at_once || self.may_join(program, asker, task).is_err()
            }
            Effect::Result(task, patience) => {
                let state = self.task(task);
                let at_once = patience == Patience::Never || state.pending == Pending::New || state.ended().is_some();
                at_once || self.same_process(asker, task).is_err()
            }
            Effect::Results(jobs, patience) => {
                patience == Patience::Never || self.unreturned(program, jobs).is_none_or(|job| self.task(job).ended().is_some())
            }
            Effect::JoinPool(pool, _) => self.pool(pool).lets_join(),
            _ => true,
        }
    }

    /// Takes a step. `now` is what `now()` would give; what happened is added to `records`.
    ///
    /// # Panics
    /// When the choice is not one of [`Self::choices`].
    pub fn step(&mut self, program: &Program, choice: Choice, now: Nanos, records: &mut Vec<Record>) {
        self.clock = now;
        let at = self.position(choice.task);
        if self.enter_interpreter(program, at, records) {
            return;
        }
        match (self.tasks[at].pending, choice.how) {
            (Pending::Busy(block), How::Go) => {
                records.push(Record { task: choice.task, block, what: What::Turned });
                self.go_on(program, at, Outcome::Value(Value::None), records);
            }
            (Pending::Queued(pool, block), How::Go) => self.begin_job(program, at, (pool, block), 0, records),
            (Pending::Queued(pool, block), How::Draw(nth)) => self.begin_job(program, at, (pool, block), nth, records),
            (Pending::Over(ending, _), How::Go) => {
                let from = records.len();
                self.come_to(program, at, Step::Done(ending), records);
                self.settle_looped(program, from, records);
            }
            (Pending::Leaving(ending, block), How::Go) => self.leave(program, at, ending, block, records),
            (
                Pending::Ask(effect, block) | Pending::InLine(effect @ (Effect::Send { .. } | Effect::Receive(..)), block),
                How::Go,
            ) => {
                self.perform(program, at, effect, block, (now, 0), records);
            }
            (Pending::Ask(effect @ Effect::Notify(..), block), How::Draw(nth)) => {
                self.perform(program, at, effect, block, (now, nth), records);
            }
            (Pending::InLine(effect @ Effect::Enter(lock, access, _), block), How::Go) => {
                self.goes_in(choice.task, lock, access);
                let outcome = Outcome::Value(Value::None);
                records.push(Record { task: choice.task, block, what: What::Performed(effect, outcome) });
                self.go_on(program, at, outcome, records);
            }
            (Pending::InLine(Effect::Wait(condition, _), block), How::Wake) => {
                records.push(Record { task: choice.task, block, what: What::Woken(condition) });
                self.retakes(program, condition, at, block, true);
            }
            (Pending::Ask(effect @ Effect::Random(limit), block), How::Draw(value)) => {
                assert!(value < limit, "a draw is one of the values");
                let outcome = Outcome::Value(Value::Int(i64::try_from(value).expect("rand's limit was an integer")));
                records.push(Record { task: choice.task, block, what: What::Performed(effect, outcome) });
                self.go_on(program, at, outcome, records);
            }
            (Pending::Ask(effect, block) | Pending::InLine(effect, block), How::Elapse) => {
                self.elapse(program, at, effect, block, records);
            }
            (pending, how) => unreachable!("{how:?} is no choice of a task that is {pending:?}"),
        }
        let at = self.position(choice.task);
        self.leave_interpreter(program, at, records);
    }

    /// Whether the run is over: every task that has started and is no daemon has ended.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !self.tasks.iter().any(Task::keeps_running)
    }

    /// Those that the run waits for.
    pub fn waited_for(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.iter().filter(|task| task.keeps_running()).map(|task| task.id)
    }

    /// Whether it is a job that its loop has not taken in, which may never run.
    #[must_use]
    pub fn lies_for_its_loop(&self, task: TaskId) -> bool {
        self.find(task).is_some_and(|task| matches!(task.pending, Pending::Looped { begun: false, .. }))
    }

    /// Tasks that have started and not ended.
    pub fn alive(&self) -> impl Iterator<Item = TaskId> {
        let alive = self.tasks.iter().filter(|task| !matches!(task.pending, Pending::New | Pending::Ended(_)));
        alive.map(|task| task.id)
    }

    /// What tasks run that have started and not ended.
    pub fn machines(&self) -> impl Iterator<Item = &crate::program::machine::Machine> {
        let alive = self.tasks.iter().filter(|task| !task.is_coroutine);
        let runs = |task: &&Task| !matches!(task.pending, Pending::New | Pending::Ended(_) | Pending::Looped { .. });
        alive.filter(runs).map(|task| &task.machine)
    }

    /// Whether a task has started and not ended; false for a coroutine made during the run.
    #[must_use]
    pub fn is_alive(&self, task: TaskId) -> bool {
        self.find(task).is_some_and(|task| !matches!(task.pending, Pending::New | Pending::Ended(_)))
    }

    /// Those alive in the process of `task`; jobs in line are not yet.
    fn fellows(&self, task: TaskId) -> impl Iterator<Item = TaskId> {
        let process = self.task(task).machine.process();
        let queued = |task: &Task| matches!(task.pending, Pending::Queued(..) | Pending::Looped { .. });
        self.alive().filter(move |&other| self.task(other).machine.process() == process && !queued(self.task(other)))
    }

    /// What a task is about to do, at which block: its effect, unless it is in the middle of local work or not alive.
    #[must_use]
    pub fn pending(&self, task: TaskId) -> Option<(Effect, BlockId)> {
        match self.task(task).pending {
            Pending::Ask(effect, block) | Pending::InLine(effect, block) => Some((effect, block)),
            _ => None,
        }
    }

    /// Whether a task is in the middle of local work that asks for nothing.
    #[must_use]
    pub fn is_busy(&self, task: TaskId) -> bool {
        matches!(self.task(task).pending, Pending::Busy(_))
    }

    /// Whether a task must wait: its effect cannot be done now.
    #[must_use]
    pub fn waits(&self, program: &Program, task: TaskId) -> bool {
        match self.task(task).pending {
            Pending::InLine(Effect::Enter(lock, access, _), _) => !self.may_enter(program, task, lock, access),
            Pending::Ask(effect, _) if program.time_of(effect).is_some() => true,
            Pending::InLine(effect, _) => !self.returns(program, task, effect),
            Pending::Ask(effect, _) => !self.can(program, task, effect),
            Pending::Leaving(..) => self.left_behind(self.task(task).machine.process(), task).is_some(),
            Pending::Queued(pool, _) => self.may_begin(program, task, pool).is_none(),
            Pending::Looped { begun, .. } => !begun,
            _ => false,
        }
    }

    /// Whether what others do may change what a task can do next.
    #[must_use]
    pub fn depends_on_others(&self, program: &Program, task: TaskId) -> bool {
        let Some(task) = self.find(task) else { return false };
        match task.pending {
            Pending::New | Pending::Ended(_) | Pending::Looped { begun: true, .. } => false,
            Pending::Busy(_) | Pending::Over(..) => Self::needed_interpreter(program, task).is_some(),
            Pending::Ask(effect, _) if program.time_of(effect).is_some() => Self::needed_interpreter(program, task).is_some(),
            _ => true,
        }
    }

    /// The value of a `shared`.
    #[must_use]
    pub fn shared(&self, resource: ResourceId) -> Option<Value> {
        match self.resources[resource.index()] {
            Resource::Shared(value) => Some(value),
            _ => None,
        }
    }

    /// The items of a queue, the next one first.
    pub fn items(&self, resource: ResourceId) -> Option<impl ExactSizeIterator<Item = Value>> {
        match &self.resources[resource.index()] {
            Resource::Queue(queue) => Some(queue.all().into_iter()),
            Resource::Pipe(pipe) => Some(pipe.items().collect::<Vec<_>>().into_iter()),
            _ => None,
        }
    }

    /// Who holds a lock; of several readers one.
    #[must_use]
    pub fn owner(&self, resource: ResourceId) -> Option<TaskId> {
        match &self.resources[resource.index()] {
            Resource::Lock(lock) => lock.owner,
            Resource::Interpreter(holder) => *holder,
            Resource::Reentrant(lock) => lock.owner,
            Resource::ReadWrite(lock) => lock.writer.or(lock.readers.first().copied()),
            _ => None,
        }
    }

    /// Items in a queue, permits left of a semaphore.
    #[must_use]
    pub fn level(&self, resource: ResourceId) -> u64 {
        match &self.resources[resource.index()] {
            Resource::Queue(queue) => queue.len() as u64,
            Resource::Pipe(pipe) => pipe.len() as u64,
            Resource::Pool(pool) => pool.len() as u64,
            Resource::Semaphore(semaphore) => semaphore.permits,
            _ => 0,
        }
    }

    /// How much of a pool's workers or of a pipe is taken.
    #[must_use]
    pub fn used(&self, program: &Program, resource: ResourceId) -> u64 {
        match (&self.resources[resource.index()], program.resources[resource.index()].kind) {
            (Resource::Pool(pool), _) => pool.running().count() as u64,
            (Resource::Pipe(pipe), ResourceKind::Pipe { capacity: PipeCapacity::Bytes(_) }) => pipe.used(),
            (Resource::Pipe(pipe), _) => pipe.len() as u64,
            _ => 0,
        }
    }

    /// How many tasks are in a region, and the most that ever were at once.
    #[must_use]
    pub fn region(&self, resource: ResourceId) -> Option<(usize, usize)> {
        match &self.resources[resource.index()] {
            Resource::Region(region) => Some((region.inside(), region.peak)),
            _ => None,
        }
    }

    fn region_mut(&mut self, resource: ResourceId) -> &mut Region {
        match &mut self.resources[resource.index()] {
            Resource::Region(region) => region,
            _ => unreachable!("the compiler makes a region for each label"),
        }
    }

    /// Items of a queue not yet marked done.
    #[must_use]
    pub fn unfinished(&self, resource: ResourceId) -> u64 {
        match &self.resources[resource.index()] {
            Resource::Queue(queue) => queue.unfinished,
            _ => 0,
        }
    }

    fn queue(&self, resource: ResourceId) -> &Queue {
        match &self.resources[resource.index()] {
            Resource::Queue(queue) => queue,
            _ => unreachable!("the machine checks what is a queue"),
        }
    }

    fn queue_mut(&mut self, resource: ResourceId) -> &mut Queue {
        match &mut self.resources[resource.index()] {
            Resource::Queue(queue) => queue,
            _ => unreachable!("the machine checks what is a queue"),
        }
    }

    fn shared_mut(&mut self, resource: ResourceId) -> &mut Value {
        match &mut self.resources[resource.index()] {
            Resource::Shared(value) => value,
            _ => unreachable!("the machine checks what is a shared"),
        }
    }
}

//! The words between a task and whatever runs it. A task asks for one [`Effect`] at a time; an engine answers with one [`Outcome`].
//! What an effect means is written once, in `engine::world`; the real engine must agree with it.

mod moment;

pub use self::moment::{Moment, Rests, Waited};
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::value::collection::Change;
use crate::value::{ExceptionId, ListId, TextId, Value};

/// How long an effect that may have to wait will wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patience {
    /// Until it is done, however long.
    Forever,
    /// At most so long; what happens then depends on the effect.
    AtMost(Nanos),
    /// Not at all: `try-acquire`.
    Never,
}

/// What `compute` burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// CPU time of the task's own thread.
    Time(Nanos),
    /// A fixed number of rounds of the kind of work named.
    Rounds(u64),
}

/// What a round of `compute work=` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A dependent integer multiplication: stays in the core.
    Integer,
    /// A dependent load from a buffer larger than the caches.
    Memory,
}

/// Which ends of a pipe a process gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ends {
    /// The one that sends.
    Write,
    /// The one that receives.
    Read,
    /// Both.
    Both,
}

/// How a task enters a readers-writer lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Together with other readers.
    Read,
    /// Alone.
    Write,
}

/// What a check may ask of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// How many tasks are in it.
    Inside,
    /// The most that ever were at once.
    Peak,
    /// For how long anybody was in it, in milliseconds.
    Elapsed,
    /// How many cores the scenario kept busy meanwhile, on the average.
    CoresBusy,
}

impl Measure {
    /// Each with the name of its function.
    pub const ALL: [(&str, Self); 4] =
        [("inside", Self::Inside), ("peak", Self::Peak), ("elapsed", Self::Elapsed), ("cores_busy", Self::CoresBusy)];

    /// The one that a function of this name gives.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, measure)| measure)
    }

    /// The name of its function.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// One thing a task asks of the world: one step, indivisible, unless its own words say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `compute`. Outcome: none.
    Compute {
        /// How much.
        work: Work,
        /// Of what.
        kind: WorkKind,
        /// Released from an interpreter lock meanwhile.
        native: bool,
    },
    /// `sleep`. Outcome: none.
    Sleep(Nanos),
    /// `request` that makes its thread wait. Outcome: none; the family of `OSError`.
    Request(ResourceId),
    /// The first step of an awaited `request`: it is on its way, for the coroutine `by`. Outcome: in how many nanoseconds the answer
    /// comes by itself; None where the outcome of [`Effect::Rest`] will tell.
    Ask {
        /// The server.
        server: ResourceId,
        /// The coroutine.
        by: TaskId,
    },
    /// The second step: the answer to what the coroutine has asked is taken. Outcome: as of [`Effect::Request`].
    Reply {
        /// The server.
        server: ResourceId,
        /// The coroutine.
        by: TaskId,
    },
    /// `read-file`. Outcome: none; `OSError`.
    ReadFile(ResourceId),
    /// `write-file`. Outcome: none; `OSError`.
    WriteFile(ResourceId),
    /// `print`, one line. Outcome: none.
    Print(TextId),
    /// `mark "label"`, a progress point. Outcome: none.
    Mark(TextId),
    /// Entry of `mark "label" { }`. Outcome: none.
    EnterRegion(ResourceId),
    /// Exit of `mark "label" { }`. Outcome: none.
    LeaveRegion(ResourceId),
    /// `inside`, `peak`, `elapsed`, `cores_busy`: only checks ask, no task does. Outcome: a number.
    Measure(ResourceId, Measure),
    /// A plain or atomic load of a `shared`. Outcome: its value.
    Load(ResourceId),
    /// A plain or atomic store to a `shared`. Outcome: none.
    Store(ResourceId, Value),
    /// `atomic-add`. Outcome: the old value; TypeError unless both are numbers.
    AtomicAdd(ResourceId, Value),
    /// `swap`. Outcome: the old value.
    Swap(ResourceId, Value),
    /// `compare-and-set`: stores `new` if the value equals `old`. Outcome: whether it did.
    CompareAndSet {
        /// The `shared`.
        shared: ResourceId,
        /// What it must be.
        old: Value,
        /// What it becomes.
        new: Value,
    },
    /// `append`, `pop`, `put-key` of a list or dict in one step. Outcome: the item taken out, else None; IndexError, TypeError.
    Update(ResourceId, Change),
    /// `acquire`, `try-acquire`, entry of `with`: a lock or one permit of a semaphore. Outcome: whether it was had.
    Acquire(ResourceId, Patience),
    /// `release`, exit of `with`. Outcome: none; RuntimeError for a free lock, ValueError for a full bounded semaphore.
    Release(ResourceId),
    /// Entry of `read` or `write`. Outcome: none; false where patience ends at once.
    Enter(ResourceId, Access, Patience),
    /// Exit of `read` or `write`. Outcome: none.
    Leave(ResourceId, Access),
    /// `wait`. On an event until it is set: whether it was in time. On a barrier until all have come: the place, 0 for the first;
    /// `BrokenBarrierError` when its time is over, it is aborted or already broken. On a condition, two steps: the lock is let go and
    /// the task stands in line; then, notified or late, it takes the lock back by [`Effect::Retake`]: whether it was in time;
    /// RuntimeError without the lock.
    Wait(ResourceId, Patience),
    /// A coroutine waits for a sign of a condition, of an event or at a barrier, and its loop does not: it stands in line in the name
    /// of its loop, without waiting. Outcome of a condition: how often its lock was held, which is let go; RuntimeError without it.
    /// Of an event: true if it is set, else None. Of a barrier: the place, if it was the last, else None; `BrokenBarrierError`.
    StandAside(ResourceId),
    /// One of the asker's coroutines that stand aside goes on, if there is a sign for one. Outcome: true, of a barrier its place;
    /// false if there is none; `BrokenBarrierError`.
    TakeSign(ResourceId, Patience),
    /// One of them leaves the line. A sign that has come for it goes to another; if it is late, a barrier breaks. Outcome: none.
    LeaveLine {
        /// Which condition, event or barrier.
        of: ResourceId,
        /// Its time is over; otherwise it was cancelled.
        late: bool,
        /// How many of its loop stand before it: an event has signs for the first of them.
        behind: u32,
    },
    /// The second step of a wait on a condition: no task asks for it by itself. Outcome: `notified`.
    Retake {
        /// The condition's lock.
        lock: ResourceId,
        /// How often the task held it before.
        depth: u32,
        /// Whether the wait was ended by a `notify`, not by time.
        notified: bool,
    },
    /// `notify`, `notify-all`: wakes so many of those that wait on a condition. Outcome: none; RuntimeError without its lock.
    Notify(ResourceId, u64),
    /// `set-event`. Outcome: none.
    SetEvent(ResourceId),
    /// `clear-event`. Outcome: none.
    ClearEvent(ResourceId),
    /// `abort` of a barrier. Outcome: none.
    Abort(ResourceId),
    /// `put`. Outcome: none; Full when patience ends.
    Put(ResourceId, Value, Patience),
    /// `get`. Outcome: the item; Empty when patience ends.
    Get(ResourceId, Patience),
    /// `task-done`. Outcome: whether all are; ValueError when called more often than there were items.
    TaskDone(ResourceId),
    /// `join` of a queue: until every item put has been marked done. Outcome: whether they are.
    JoinQueue(ResourceId, Patience),
    /// One of the asker's coroutines has joined a queue: every item was marked done, if only for a moment. Outcome: true.
    Joined(ResourceId),
    /// `len(Q)` inside an expression. Outcome: an integer.
    Length(ResourceId),
    /// `start` of a declared task. Outcome: none; RuntimeError the second time.
    Start(TaskId),
    /// `spawn R args…`. Outcome: the new task's handle.
    Spawn {
        /// Its id and, behind it in the table, its name: chosen by the parent, so that independent spawns commute.
        task: TaskId,
        /// The routine's code.
        code: CodeId,
        /// Its arguments.
        arguments: ListId,
        /// Whether the run ends without waiting for it.
        daemon: bool,
        /// `timer`: it waits so long before it begins, unless it is cancelled.
        after: Option<Nanos>,
        /// `await to-thread`: what it raises is its maker's, who awaits it.
        awaited: bool,
    },
    /// `join` of a task. Outcome: whether it has ended; RuntimeError for oneself or for a task not started.
    Join(TaskId, Patience),
    /// `cancel`. Outcome: of a timer none; of a job whether it is cancelled: of a pool's only one that has not begun is. Where somebody
    /// is to be told that it is from now on, whoever cancels it calls them: the list of its task and the callback's code, for each.
    /// `AttributeError` for others.
    Cancel(TaskId),
    /// `submit`. Outcome: the handle of the new job, its future; RuntimeError when the pool or the event loop is closed,
    /// `BrokenProcessPool`.
    Submit {
        /// Where to: a pool, or an event loop, one of whose coroutines it becomes.
        pool: ResourceId,
        /// The job: chosen by who submits it, as for [`Effect::Spawn`].
        task: TaskId,
        /// The routine's code.
        code: CodeId,
        /// Its arguments.
        arguments: ListId,
        /// Whom to tell what it returned, and what it raised.
        callbacks: [Option<CodeId>; 2],
    },
    /// `map`, its first step: a job for each item. Outcome: the list of them.
    SubmitEach {
        /// Where to.
        pool: ResourceId,
        /// The routine's code.
        code: CodeId,
        /// The jobs.
        jobs: ListId,
        /// What each is given.
        items: ListId,
    },
    /// `map`, its second step: until all of these have returned, or one has not. Outcome: what they returned, in their order;
    /// raises what the first of them raised, `TimeoutError` when patience ends, and cancels those that have not begun, unless it was
    /// only asked whether they have returned.
    Results(ListId, Patience),
    /// `add-done-callback`. Outcome: whether it will be called; not when the task has ended, for then its caller does it.
    AddCallback(TaskId, CodeId),
    /// `close` of a pool. Outcome: none.
    ClosePool(ResourceId),
    /// `terminate` of a pool: its jobs that have not begun are cancelled, and its processes end. Outcome: none,
    /// or as `cancel`'s.
    TerminatePool(ResourceId),
    /// `join` of a pool: until its last job is over. Outcome: none; false where patience ends; ValueError unless it is closed.
    JoinPool(ResourceId, Patience),
    /// `enumerate`. Outcome: the list of the tasks alive in the asker's process.
    Enumerate,
    /// `active-count`. Outcome: how many they are.
    ActiveCount,
    /// `result`. Outcome: what the task returned; raises what left it, `CancelledError` when it was cancelled, `TimeoutError` when
    /// patience ends before it does; RuntimeError for a task not started.
    Result(TaskId, Patience),
    /// `state` of a task. Outcome: its word, by [`Progress::word`].
    State(TaskId),
    /// `is-alive`. Outcome: whether it has started and not ended.
    IsAlive(TaskId),
    /// `put` to a queue across processes: into a buffer of the process's own, from which a feeder fills the queue's pipe.
    /// Outcome: none; Full when patience ends.
    PutAcross {
        /// The queue.
        queue: ResourceId,
        /// What.
        item: Value,
        /// How large it is on its way.
        bytes: u32,
        /// How long to wait for room.
        patience: Patience,
    },
    /// `send`. Outcome: none; false where patience ends at once; `BrokenPipeError` when no process can receive any more.
    Send {
        /// The pipe.
        pipe: ResourceId,
        /// What.
        message: Value,
        /// How large it is on its way.
        bytes: u32,
        /// How long to wait for room.
        patience: Patience,
    },
    /// `recv`. Outcome: the message; Empty when patience ends; `EOFError` when there is none and no process can send any more.
    Receive(ResourceId, Patience),
    /// `close` of a pipe, for this process. Outcome: none.
    Close(ResourceId, Ends),
    /// `spawn-process`. Outcome: the handle of the new process, which is its main thread's.
    SpawnProcess {
        /// How many its maker has made before: the engine names it by its maker and this.
        nth: u32,
        /// The routine's code.
        code: CodeId,
        /// Its arguments.
        arguments: ListId,
    },
    /// `terminate` of a process. Outcome: none.
    Terminate(TaskId),
    /// `run-command`: the program and its arguments, texts. Outcome: a list of its exit code and what it wrote; `PermissionError`
    /// unless it was confirmed.
    RunCommand(ListId),
    /// `p.exitcode`. Outcome: an integer, or None while it has not ended.
    ExitCode(TaskId),
    /// `pid`, `ppid`. Outcome: an integer.
    ProcessNumber {
        /// Of the process that started this one.
        parent: bool,
    },
    /// An event loop begins to run on the asker's thread. Outcome: none; RuntimeError when it runs already.
    OpenLoop(ResourceId),
    /// It no longer runs. Outcome: none.
    CloseLoop(ResourceId),
    /// An event loop has nothing to do before one of its coroutines' wishes (`Machine::wishes`) can be fulfilled, or patience ends.
    /// Outcome: which wish, by its number; the coroutine to whose request an answer has come; of a job that was submitted to the
    /// loop a list of its handle, its code and its arguments, or of its handle alone when it is to be cancelled; None when it was
    /// time.
    Rest(Patience),
    /// `yield-cpu`. Outcome: none.
    YieldCpu,
    /// `rand(n)` in an expression. Outcome: an integer from 0 to n-1. The explorer takes each.
    Random(u64),
    /// `now()` in an expression. Outcome: seconds since the run began, a float.
    Now,
}

impl Effect {
    /// The same done to the resources and tasks that are given for those named.
    #[must_use]
    pub fn placed(self, place: impl Fn(ResourceId) -> ResourceId, task: impl Fn(TaskId) -> TaskId) -> Self {
        match self {
            Self::EnterRegion(region) => Self::EnterRegion(place(region)),
            Self::LeaveRegion(region) => Self::LeaveRegion(place(region)),
            Self::Measure(region, measure) => Self::Measure(place(region), measure),
            Self::Request(server) => Self::Request(place(server)),
            Self::Ask { server, by } => Self::Ask { server: place(server), by },
            Self::Reply { server, by } => Self::Reply { server: place(server), by },
            Self::ReadFile(file) => Self::ReadFile(place(file)),
            Self::WriteFile(file) => Self::WriteFile(place(file)),
            Self::Load(resource) => Self::Load(place(resource)),
            Self::Store(resource, value) => Self::Store(place(resource), value),
            Self::AtomicAdd(resource, value) => Self::AtomicAdd(place(resource), value),
            Self::Swap(resource, value) => Self::Swap(place(resource), value),
            Self::CompareAndSet { shared, old, new } => Self::CompareAndSet { shared: place(shared), old, new },
            Self::Update(resource, change) => Self::Update(place(resource), change),
            Self::Acquire(resource, patience) => Self::Acquire(place(resource), patience),
            Self::Release(resource) => Self::Release(place(resource)),
            Self::Enter(resource, access, patience) => Self::Enter(place(resource), access, patience),
            Self::Leave(resource, access) => Self::Leave(place(resource), access),
            Self::Wait(resource, patience) => Self::Wait(place(resource), patience),
            Self::StandAside(resource) => Self::StandAside(place(resource)),
            Self::TakeSign(resource, patience) => Self::TakeSign(place(resource), patience),
            Self::LeaveLine { of, late, behind } => Self::LeaveLine { of: place(of), late, behind },
            Self::Retake { lock, depth, notified } => Self::Retake { lock: place(lock), depth, notified },
            Self::Notify(resource, count) => Self::Notify(place(resource), count),
            Self::SetEvent(resource) => Self::SetEvent(place(resource)),
            Self::ClearEvent(resource) => Self::ClearEvent(place(resource)),
            Self::Abort(resource) => Self::Abort(place(resource)),
            Self::Put(resource, value, patience) => Self::Put(place(resource), value, patience),
            Self::Get(resource, patience) => Self::Get(place(resource), patience),
            Self::TaskDone(resource) => Self::TaskDone(place(resource)),
            Self::JoinQueue(resource, patience) => Self::JoinQueue(place(resource), patience),
            Self::Joined(resource) => Self::Joined(place(resource)),
            Self::Length(resource) => Self::Length(place(resource)),
            Self::PutAcross { queue, item, bytes, patience } => Self::PutAcross { queue: place(queue), item, bytes, patience },
            Self::Send { pipe, message, bytes, patience } => Self::Send { pipe: place(pipe), message, bytes, patience },
            Self::Receive(resource, patience) => Self::Receive(place(resource), patience),
            Self::Close(resource, ends) => Self::Close(place(resource), ends),
            Self::Start(named) => Self::Start(task(named)),
            Self::Join(named, patience) => Self::Join(task(named), patience),
            Self::Result(named, patience) => Self::Result(task(named), patience),
            Self::State(named) => Self::State(task(named)),
            Self::IsAlive(named) => Self::IsAlive(task(named)),
            Self::Cancel(named) => Self::Cancel(task(named)),
            Self::AddCallback(named, code) => Self::AddCallback(task(named), code),
            Self::Submit { pool, task, code, arguments, callbacks } => {
                Self::Submit { pool: place(pool), task, code, arguments, callbacks }
            }
            Self::SubmitEach { pool, code, jobs, items } => Self::SubmitEach { pool: place(pool), code, jobs, items },
            Self::ClosePool(resource) => Self::ClosePool(place(resource)),
            Self::TerminatePool(resource) => Self::TerminatePool(place(resource)),
            Self::JoinPool(resource, patience) => Self::JoinPool(place(resource), patience),
            Self::Terminate(named) => Self::Terminate(task(named)),
            Self::ExitCode(named) => Self::ExitCode(task(named)),
            Self::OpenLoop(resource) => Self::OpenLoop(place(resource)),
            Self::CloseLoop(resource) => Self::CloseLoop(place(resource)),
            Self::Compute { .. }
            | Self::Sleep(_)
            | Self::Print(_)
            | Self::Mark(_)
            | Self::Spawn { .. }
            | Self::Results(..)
            | Self::SpawnProcess { .. }
            | Self::ProcessNumber { .. }
            | Self::Enumerate
            | Self::ActiveCount
            | Self::Rest(_)
            | Self::RunCommand(_)
            | Self::YieldCpu
            | Self::Random(_)
            | Self::Now => self,
        }
    }

    /// The resource or the task that it has to wait for, where it has to.
    #[must_use]
    pub const fn touches(&self) -> Option<Result<ResourceId, TaskId>> {
        match *self {
            Self::Acquire(resource, _)
            | Self::Retake { lock: resource, .. }
            | Self::Wait(resource, _)
            | Self::TakeSign(resource, _)
            | Self::Enter(resource, ..)
            | Self::JoinPool(resource, _)
            | Self::Put(resource, _, _)
            | Self::PutAcross { queue: resource, .. }
            | Self::Get(resource, _)
            | Self::JoinQueue(resource, _)
            | Self::Joined(resource)
            | Self::Send { pipe: resource, .. }
            | Self::Receive(resource, _)
            | Self::Request(resource)
            | Self::ReadFile(resource)
            | Self::WriteFile(resource) => Some(Ok(resource)),
            Self::Join(task, _) | Self::Result(task, _) => Some(Err(task)),
            _ => None,
        }
    }

    /// How long it waits where it has to.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        match *self {
            Self::Acquire(_, patience)
            | Self::Wait(_, patience)
            | Self::TakeSign(_, patience)
            | Self::Put(_, _, patience)
            | Self::PutAcross { patience, .. }
            | Self::Enter(_, _, patience)
            | Self::Send { patience, .. }
            | Self::Receive(_, patience)
            | Self::JoinPool(_, patience)
            | Self::Get(_, patience)
            | Self::Join(_, patience)
            | Self::Results(_, patience)
            | Self::JoinQueue(_, patience)
            | Self::Rest(patience)
            | Self::Result(_, patience) => patience,
            _ => Patience::Forever,
        }
    }
}

/// What the world answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Go on, with this value (none where the effect gives none).
    Value(Value),
    /// Go on by raising this in the task.
    Raise(ExceptionId),
}

/// What a task does next, said by the machine that runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Asks for `effect`, on behalf of the block.
    Perform(Effect, BlockId),
    /// Stands at a check point of the interpreter lock; `resume` to go on, with the lock.
    CheckPoint(BlockId),
    /// Has run its whole allowance of local instructions without asking for anything; `resume` again to go on.
    Busy(BlockId),
    /// Has ended.
    Done(Ending),
}

/// How a task ended. A task keeps it: whoever has its handle may ask for it as often as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Its body ran to the end, with this value returned.
    Returned(Value),
    /// An exception left its body.
    Raised(ExceptionId),
    /// It was cancelled: before it had begun, or by a `CancelledError` that left its body.
    Cancelled,
    /// It was cut off where it stood: its process was ended, or ended without waiting for it.
    Cut,
}

impl From<Outcome> for Ending {
    fn from(came: Outcome) -> Self {
        match came {
            Outcome::Value(value) => Self::Returned(value),
            Outcome::Raise(exception) => Self::Raised(exception),
        }
    }
}

/// A routine that is told how a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Callback {
    /// Its code.
    pub code: CodeId,
    /// What it is told.
    pub of: Told,
}

/// What a callback is told, and so when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// The future, however it ended: `add-done-callback`.
    Future,
    /// What was returned: `callback=`.
    Value,
    /// What was raised: `error-callback=`.
    Exception,
}

impl Callback {
    /// What it is called with, if it is.
    #[must_use]
    pub const fn argument(self, future: TaskId, ending: Ending) -> Option<Value> {
        match (self.of, ending) {
            (Told::Future, _) => Some(Value::Task(future)),
            (Told::Value, Ending::Returned(value)) => Some(value),
            (Told::Exception, Ending::Raised(exception)) => Some(Value::Exception(exception)),
            (Told::Value | Told::Exception, _) => None,
        }
    }
}

/// How far a task has come, as its handle tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It has not begun.
    Pending,
    /// It has begun and not ended.
    Running,
    /// It has ended.
    Ended(Ending),
}

impl Progress {
    /// As `state` gives it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Ended(Ending::Returned(_) | Ending::Raised(_)) => "Done",
            Self::Ended(Ending::Cancelled | Ending::Cut) => "Cancelled",
        }
    }
}

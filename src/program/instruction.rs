//! The instructions of the one interpreter: 16 bytes each, a stack for temporaries, numbered slots for locals.
//! Instructions that ask the world name their effect; what it means is not said here.

use super::Holds;
use crate::effect::{Access, Ends, Measure, WorkKind};
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::value::function::Function;
use crate::value::operation::{Binary, Comparison, Unary};

/// An index into a body's instructions.
pub type Place = u32;

/// A local of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// What happens to a value that an effect or a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Into(u16);

impl Default for Into {
    fn default() -> Self {
        Self::NOWHERE
    }
}

impl Into {
    /// Nobody wants it.
    pub const NOWHERE: Self = Self(u16::MAX);
    /// It becomes the top of the stack.
    pub const STACK: Self = Self(u16::MAX - 1);
    /// The most locals a body may have.
    pub const MOST_SLOTS: u16 = u16::MAX - 2;

    /// It becomes the value of a local.
    #[must_use]
    pub const fn slot(slot: Slot) -> Self {
        Self(slot.0)
    }

    /// The local, if it is one.
    #[must_use]
    pub fn as_slot(self) -> Option<Slot> {
        (self.0 < Self::MOST_SLOTS).then_some(Slot(self.0))
    }
}

/// The resource of an effect: known, or a handle on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operand(u32);

impl Operand {
    /// A handle from the stack.
    pub const STACK: Self = Self(u32::MAX);

    /// Known when the program was made.
    #[must_use]
    pub const fn known(resource: ResourceId) -> Self {
        Self(resource.0)
    }

    /// The resource, if it is known.
    #[must_use]
    pub fn as_known(self) -> Option<ResourceId> {
        (self.0 != u32::MAX).then_some(ResourceId(self.0))
    }
}

/// How an effect that may have to wait is told how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wait {
    /// For ever.
    Forever,
    /// Not at all.
    Never,
    /// As the top of the stack says, in nanoseconds; None is for ever.
    Timed,
}

/// What a time is for; each complains in its own words when it is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUse {
    /// `sleep`
    Sleep,
    /// `compute`
    Compute,
    /// `acquire timeout-ms=`
    Acquire,
    /// `put`, `get`
    Queue,
    /// `timer`
    Timer,
    /// `join`, `wait` and `result`, where less than nothing is nothing
    Join,
}

/// `t.name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// `t.name`, of tasks and resources
    Name,
    /// `e.value`, of a StopIteration
    Value,
    /// Any other: a constant with its name.
    Unknown(u32),
}

/// Which change of a list or dict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// `append`
    Append,
    /// `pop`
    Pop,
    /// `put-key`
    Put,
}

/// What is computed from the value of a list or dict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Collect {
    /// item, place or pair, list → what the change gives, the changed list
    Changed(ChangeKind),
    /// key, dict → value or None
    Get,
    /// dict, key → value, KeyError
    Item,
    /// dict → list of its keys
    Keys,
}

/// Whether a spawned task is a daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Daemon {
    /// As its parent, like a Python thread.
    Inherit,
    /// As written.
    Is(bool),
}

/// One instruction.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "what each takes from the stack and leaves there is said above it")]
pub enum Instruction {
    // Values. → value
    Constant(u32),
    Int(i64),
    Local(Slot),
    /// As `Local`, where it may not have been bound yet.
    CheckedLocal(Slot),
    OwnName,
    OwnTask,
    // value →
    SetLocal(Slot),
    Pop,
    /// Forgets a local.
    Unbind(Slot),

    // Operators. operands → result
    Unary(Unary),
    Binary(Binary),
    /// The right side is known.
    BinaryInt(Binary, i32),
    Compare(Comparison),
    CompareInt(Comparison, i32),
    /// items → list
    List(u32),
    /// container, position → item
    Index,
    /// position → handle of one of several resources
    OneResource {
        first: ResourceId,
        count: u32,
    },
    /// position → handle of one of several tasks
    OneTask {
        first: TaskId,
        count: u32,
    },
    Attribute(Attribute),
    Function(Function, u8),
    /// value → its length; of a queue an effect
    Length,
    /// value → text, by the format that is a constant
    Format(u32),
    /// texts → text
    Concat(u32),
    /// number → nanoseconds or None, after multiplying
    Nanos {
        scale: u32,
        used: TimeUse,
    },

    // Jumps. Those back count towards the allowance.
    Jump(Place),
    Back(Place),
    JumpIfFalse(Place),
    BackIfTrue(Place),
    /// Keeps the value when it jumps.
    JumpIfFalseKeep(Place),
    JumpIfTrueKeep(Place),
    /// count → ; sets the slot to it and the next slot to 0
    RepeatBegin(Slot),
    /// Back to `body` while there are turns left; binds the turn.
    RepeatNext {
        slot: Slot,
        turn: Into,
        body: Place,
    },
    /// items → ; sets the slot to the list and the next slot to 0
    ForBegin(Slot),
    ForNext {
        slot: Slot,
        item: Into,
        body: Place,
    },
    Call {
        code: CodeId,
        arguments: u16,
        into: Into,
    },
    /// value →
    Return,

    /// A block begins. No step, and nothing changes: whoever counts how often blocks run does it here.
    Begin(BlockId),

    /// Where another thread may be given the interpreter lock. Only in programs that have one.
    CheckPoint,

    // Generators. They stay in the task.
    /// arguments →
    Generator {
        code: CodeId,
        arguments: u16,
        into: Into,
    },
    /// generator →
    Next(Into),
    /// generator, value →
    Send(Into),
    /// generator, exception →
    Throw(Into),
    /// generator →
    Close,
    /// generator or task → its state by Python's name; of a task an effect
    State(Into),
    /// value → ; the frame rests until it is asked again
    Yield(Into),
    /// iterable → iterable, position or None, None: for `Ask`
    Delegate,
    /// iterable, position, what was sent → iterable, position, what it yields; or its result, and on at the place
    Ask(Place),

    // Coroutines. They stay in the task that runs their event loop.
    /// arguments →
    Coroutine {
        code: CodeId,
        arguments: u16,
        into: Into,
    },
    /// arguments, name →
    CreateTask {
        code: CodeId,
        arguments: u16,
        named: bool,
        into: Into,
    },
    /// What the next instruction asks for makes the coroutine wait, and not its loop.
    AwaitNext,
    /// The others of the loop have their turns: `await sleep ms=0`.
    AwaitTurn,
    /// coroutine or task → ; the coroutine goes on with its result
    Await(Into),
    /// coroutines, tasks or lists of them →
    Gather {
        count: u32,
        return_exceptions: bool,
        into: Into,
    },
    /// coroutine or task, nanoseconds →
    AwaitFor(Wait, Into),
    /// coroutine or task →
    Shield(Into),
    /// handle, arguments →
    RunLoop {
        code: CodeId,
        event_loop: Operand,
        arguments: u16,
        into: Into,
    },
    /// greenlet, value → ; goes on with what the switch back passes
    Switch(Into),
    /// Runs the coroutines declared on a loop until all have ended.
    ServeLoop(ResourceId),

    // Exceptions.
    /// message → exception; the name is a constant
    Exception(u32),
    /// message → ; the name is a constant
    Raise(u32),
    /// exception → ; raises it as it is
    RaiseValue,
    RaiseAgain,
    /// exception → what was being handled; now this one is
    EnterExcept,
    /// task, number of a code → ; what is handled was raised by this callback of it, called where it ended or was asked for
    CallbackRaised,
    /// → the exception being handled
    Handled,
    /// → whether the exception being handled belongs to the families
    Matches(u32),
    /// what was being handled → ; it is again
    LeaveExcept,
    /// what was being handled, exception → ; raises it
    LeaveAndRaise,
    /// Runs a `finally` body, which then comes back here: → None, place
    Gosub(Place),
    /// _, place or exception → _ or nothing: goes back, or raises on
    EndFinally,
    /// _, place or exception → ; the body is left by a jump: an exception under way is forgotten
    LeaveFinally,
    /// _, place or exception, exception → ; the newer one goes on
    ReplaceInFinally,

    // Effects: what they take from the stack stands before the arrow.
    /// amount →
    Compute {
        kind: WorkKind,
        native: bool,
        rounds: bool,
    },
    /// nanoseconds →
    Sleep,
    /// handle →
    Request(Operand),
    /// handle →
    ReadFile(Operand),
    /// handle →
    WriteFile(Operand),
    /// text →
    Print,
    /// text →
    Mark,
    EnterRegion(ResourceId),
    LeaveRegion(ResourceId),
    /// → what is asked of a region
    Measure(ResourceId, Measure),
    Load(Operand, Into),
    /// value, handle →
    Store(Operand),
    /// value, handle →
    AtomicAdd(Operand, Into),
    /// value, handle →
    Swap(Operand, Into),
    /// old, new, handle →
    CompareAndSet(Operand, Into),
    /// item, place or pair, handle →
    Update(Operand, ChangeKind, Into),
    /// handle → whether the list or dict is changed in one step; `AttributeError` for anything else
    IsOneStep(Holds),
    /// What lists and dicts come to, without asking anybody: see the kinds.
    Collect(Collect),
    /// handle, nanoseconds →
    Acquire(Operand, Wait, Into),
    /// handle →
    Release(Operand),
    /// handle →
    Enter(Operand, Access),
    /// handle →
    Leave(Operand, Access),
    /// handle, nanoseconds →
    WaitFor(Operand, Wait, Into),
    /// how many or None for all, handle →
    Notify(Operand),
    /// handle →
    SetEvent(Operand),
    /// handle →
    ClearEvent(Operand),
    /// handle →
    Abort(Operand),
    /// handle, value, nanoseconds →
    Put(Operand, Wait),
    /// handle, nanoseconds →
    Get(Operand, Wait, Into),
    /// handle →
    TaskDone(Operand),
    /// handle of a queue or task, nanoseconds →
    Join(Wait, Into),
    /// task →
    Start,
    /// arguments, name, nanoseconds →
    Spawn {
        code: CodeId,
        arguments: u16,
        named: bool,
        /// A timer.
        delayed: bool,
        /// What it raises is for whoever awaits it.
        awaited: bool,
        daemon: Daemon,
        into: Into,
    },
    /// task, nanoseconds →
    Result(Wait, Into),
    /// task →
    IsAlive(Into),
    /// handle, value, bytes or None →
    SendTo(Operand),
    /// handle →
    Receive(Operand, Into),
    /// handle →
    CloseEnd(Operand, Ends),
    /// arguments →
    SpawnProcess {
        code: CodeId,
        arguments: u16,
        into: Into,
    },
    /// task →
    Terminate,
    /// program, arguments → exit code and output
    RunCommand {
        words: u16,
        into: Into,
    },
    /// process → exit code or None
    ExitCode,
    /// → number
    ProcessNumber {
        parent: bool,
        into: Into,
    },
    /// handle, value, nanoseconds, bytes →
    PutSized(Operand, Wait),
    /// task →
    Cancel(Into),
    /// arguments, code or None, code or None, handle →
    Submit {
        pool: Operand,
        code: CodeId,
        arguments: u16,
        into: Into,
    },
    /// → the number of a code
    Callback(CodeId),
    /// items, handle → jobs
    SubmitEach {
        pool: Operand,
        code: CodeId,
    },
    /// jobs, nanoseconds → what they returned
    Results(Wait, Into),
    /// task → task, whether it will be called
    AddCallback(CodeId),
    /// what `cancel` or `terminate` came to → the callbacks that whoever did so calls, each with its task; into: whether it did
    Cancelled(Into),
    /// task, number of a code → ; calls it with the task
    CallBack,
    Enumerate(Into),
    ActiveCount(Into),
    YieldCpu,
    /// limit → number
    Random,
    /// → seconds
    Now,
}

const _: () = assert!(size_of::<Instruction>() <= 16, "an instruction is at most 16 bytes");

/// Takes exceptions raised in a range of instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handler {
    /// The first instruction covered.
    pub start: Place,
    /// One past the last.
    pub end: Place,
    /// Where it goes on, with the exception on the stack.
    pub target: Place,
    /// How many temporaries stay below it.
    pub depth: u16,
}

//! Rows of the table: blocks that ask something of the world. Work, data, locks, queues, threads.

use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const ANY: Accepts = Accepts::Expression;
const LOCKS: Accepts = Accepts::Reference(&[Kind::Lock, Kind::Rlock, Kind::Semaphore, Kind::Condition]);
const HELD: Parameter =
    Parameter::positional("lock", LOCKS, "The lock or semaphore; of a condition its lock.", "锁或信号量；对条件变量则是它的锁。");
const QUEUE: Parameter = Parameter::positional("queue", Accepts::Reference(&[Kind::Queue]), "The queue.", "队列。");
const TARGET: Parameter = Parameter::positional(
    "target",
    Accepts::Target,
    "The `shared` variable, or one of several, `\"x[i]\"`.",
    "`shared` 变量，或多个之一 `\"x[i]\"`。",
);
const INTO_OLD: Parameter = Parameter::property("into", Accepts::Local, "A local for the old value.", "保存旧值的局部变量。");
const TIMEOUT: Parameter = Parameter::property("timeout", Accepts::Duration, "How long to wait at most.", "最多等待多久。");

pub(super) const COMPUTE: Info = Info {
    kind: Kind::Compute,
    word: "compute",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[
        Parameter::property("", Accepts::Duration, "CPU time to use, in its own thread.", "在自己的线程上消耗的 CPU 时间。"),
        Parameter::property(
            "work",
            Accepts::Integer { min: 0, max: i64::MAX },
            "Or so many rounds of fixed work.",
            "或者固定工作量的轮数。",
        ),
        Parameter::property(
            "kind",
            Accepts::Choice(&["integer", "memory"]),
            "What a round does: multiply, or load from memory.",
            "每一轮做什么：整数乘法，或读内存。",
        )
        .default("integer"),
        Parameter::property("native", Accepts::Switch, "Runs outside an interpreter lock.", "在解释器锁之外运行。")
            .default("#false"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Keeps a core busy: for a time, or with a fixed amount of work.",
        zh: "让核心忙碌：持续一段时间，或完成固定的工作量。",
    },
    example: "compute ms=2",
};

pub(super) const SLEEP: Info = Info {
    kind: Kind::Sleep,
    word: "sleep",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[Parameter::property("", Accepts::Duration, "How long.", "多久。").required()],
    body: Body::Never,
    doc: Words { en: "Waits for a time without using a core.", zh: "等待一段时间，不占用核心。" },
    example: "sleep ms=10",
};

pub(super) const PRINT: Info = Info {
    kind: Kind::Print,
    word: "print",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[Parameter::positional(
        "text",
        Accepts::Template,
        "The line; `{expression}` stands for its value.",
        "要输出的一行；`{表达式}` 代表它的值。",
    )],
    body: Body::Never,
    doc: Words { en: "Writes one line of output.", zh: "输出一行文字。" },
    example: "print \"done is {done}\"",
};

pub(super) const MARK: Info = Info {
    kind: Kind::Mark,
    word: "mark",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[Parameter::positional("label", Accepts::Template, "What was reached.", "到达了什么。")],
    body: Body::Optional,
    doc: Words {
        en: "A point of progress, counted per second. With braces a region: checks ask who is `inside('label')`, its \
             `peak`, its time `elapsed` in ms and its `cores_busy`. A task that comes in again from inside counts once.",
        zh: "进度点，按秒计数。带花括号时是一个区域：检查可以问其中的任务数 `inside('label')`、最大值 `peak`、用时 `elapsed`（毫秒）和忙碌的核心数 `cores_busy`。任务在区域内再次进入，只计一次。",
    },
    example: "mark \"served\"",
};

pub(super) const SET: Info = Info {
    kind: Kind::Set,
    word: "set",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[TARGET, Parameter::positional("value", ANY, "The new value.", "新值。")],
    body: Body::Never,
    doc: Words {
        en: "Stores to a `shared`. Loads in its value are steps of their own, so `set x \"x + 1\"` can lose updates.",
        zh: "写入 `shared` 变量。值中的每次读取都是单独一步，所以 `set x \"x + 1\"` 可能丢失更新。",
    },
    example: "set done \"done + 1\"",
};

pub(super) const ATOMIC_ADD: Info = Info {
    kind: Kind::AtomicAdd,
    word: "atomic-add",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[TARGET, Parameter::positional("amount", ANY, "What to add.", "要加的数。"), INTO_OLD],
    body: Body::Never,
    doc: Words { en: "Adds to an atomic `shared` in one step.", zh: "一步完成对原子 `shared` 变量的加法。" },
    example: "atomic-add hits 1",
};

pub(super) const SWAP: Info = Info {
    kind: Kind::Swap,
    word: "swap",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[TARGET, Parameter::positional("value", ANY, "The new value.", "新值。"), INTO_OLD],
    body: Body::Never,
    doc: Words {
        en: "Stores to an atomic `shared` and gives the old value, in one step.",
        zh: "一步完成：写入原子 `shared` 变量并取得旧值。",
    },
    example: "swap hits 0 into=old",
};

pub(super) const COMPARE_AND_SET: Info = Info {
    kind: Kind::CompareAndSet,
    word: "compare-and-set",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[
        TARGET,
        Parameter::positional("old", ANY, "What it must hold.", "它必须等于的值。"),
        Parameter::positional("new", ANY, "What to store then.", "随后写入的值。"),
        Parameter::property("into", Accepts::Local, "A local: whether it did.", "局部变量：是否写入成功。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Stores to an atomic `shared` only if it holds the old value, in one step.",
        zh: "一步完成：仅当原子 `shared` 变量等于旧值时才写入。",
    },
    example: "compare-and-set hits 0 1 into=ok",
};

pub(super) const ACQUIRE: Info = Info {
    kind: Kind::Acquire,
    word: "acquire",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[
        HELD,
        TIMEOUT,
        Parameter::property("into", Accepts::Local, "A local: whether it was had in time.", "局部变量：是否及时获得。"),
    ],
    body: Body::Never,
    doc: Words { en: "Waits until it is free and takes it.", zh: "等到它空闲，然后获取它。" },
    example: "acquire tally\nrelease tally",
};

pub(super) const TRY_ACQUIRE: Info = Info {
    kind: Kind::TryAcquire,
    word: "try-acquire",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[HELD, Parameter::property("into", Accepts::Local, "A local: whether it was free.", "局部变量：当时是否空闲。")],
    body: Body::Never,
    doc: Words { en: "Takes it if it is free and never waits.", zh: "空闲就获取，绝不等待。" },
    example: "try-acquire tally into=ok\nif ok { release tally }",
};

pub(super) const RELEASE: Info = Info {
    kind: Kind::Release,
    word: "release",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[HELD],
    body: Body::Never,
    doc: Words { en: "Gives it back; one that waits may go on.", zh: "归还它；某个等待者可以继续。" },
    example: "acquire tally\nrelease tally",
};

pub(super) const WITH: Info = Info {
    kind: Kind::With,
    word: "with",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[HELD],
    body: Body::Statements,
    doc: Words {
        en: "Acquires it, runs its blocks, and releases it on every way out.",
        zh: "先获取，执行其中的块，无论怎样离开都会释放。",
    },
    example: "with tally { set done \"done + 1\" }",
};

pub(super) const PUT: Info = Info {
    kind: Kind::Put,
    word: "put",
    group: Group::Queues,
    place: Place::Statement,
    parameters: &[QUEUE, Parameter::positional("value", ANY, "The item.", "数据项。"), TIMEOUT, super::processes::SIZE],
    body: Body::Never,
    doc: Words {
        en: "Puts an item in; waits while the queue is full. A time-out raises Full.",
        zh: "放入一项；队列满时等待。超时抛出 Full。",
    },
    example: "put jobs 1",
};

pub(super) const GET: Info = Info {
    kind: Kind::Get,
    word: "get",
    group: Group::Queues,
    place: Place::Statement,
    parameters: &[QUEUE, Parameter::property("into", Accepts::Local, "A local for the item.", "保存该项的局部变量。"), TIMEOUT],
    body: Body::Never,
    doc: Words {
        en: "Takes an item out; waits while the queue is empty. A time-out raises Empty.",
        zh: "取出一项；队列空时等待。超时抛出 Empty。",
    },
    example: "get jobs into=item",
};

pub(super) const TASK_DONE: Info = Info {
    kind: Kind::TaskDone,
    word: "task-done",
    group: Group::Queues,
    place: Place::Statement,
    parameters: &[QUEUE],
    body: Body::Never,
    doc: Words { en: "Says that one item taken out has been dealt with.", zh: "表示取出的一项已经处理完毕。" },
    example: "get jobs into=item\ntask-done jobs",
};

pub(super) const JOIN: Info = Info {
    kind: Kind::Join,
    word: "join",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "target",
            Accepts::Reference(&[Kind::Thread, Kind::Process, Kind::Coroutine, Kind::Greenlet, Kind::Queue, Kind::Pool]),
            "A thread or process, all of several, a handle, a queue or a pool.",
            "一个线程或进程、一组线程、一个句柄、一个队列或一个池。",
        ),
        TIMEOUT,
        Parameter::property("into", Accepts::Local, "A local: whether it has ended.", "局部变量：它是否已经结束。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Waits until a thread has ended, every item of a queue is done, or every job of a closed pool is over.",
        zh: "等待线程结束、队列中的每一项都处理完毕，或已关闭的池中每个任务都结束。",
    },
    example: "join worker",
};

pub(super) const START: Info = Info {
    kind: Kind::Start,
    word: "start",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[Parameter::positional(
        "thread",
        Accepts::Reference(&[Kind::Thread, Kind::Process]),
        "A thread or process declared with `start=#false`.",
        "用 `start=#false` 声明的线程或进程。",
    )],
    body: Body::Never,
    doc: Words { en: "Starts a declared thread and goes on at once.", zh: "启动已声明的线程，并立即继续。" },
    example: "start worker",
};

pub(super) const SPAWN: Info = Info {
    kind: Kind::Spawn,
    word: "spawn",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "What it runs.", "它运行的例程。"),
        Parameter::rest("arguments", ANY, "What the routine is given.", "传给例程的参数。"),
        Parameter::property("into", Accepts::Local, "A local for its handle.", "保存其句柄的局部变量。"),
        Parameter::property("name", Accepts::Template, "What it is called.", "它的名称。"),
        Parameter::property("daemon", Accepts::Switch, "The run does not wait for it.", "运行结束时不等待它。").default("#false"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Starts a new thread that runs a routine, and goes on at once.",
        zh: "启动一个运行例程的新线程，并立即继续。",
    },
    example: "spawn work 3 into=t\njoin t",
};

pub(super) const CURRENT_TASK: Info = Info {
    kind: Kind::CurrentTask,
    word: "current-task",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[Parameter::property("into", Accepts::Local, "A local for the handle.", "保存句柄的局部变量。").required()],
    body: Body::Never,
    doc: Words { en: "Gives the handle of the task that runs.", zh: "取得正在运行的任务的句柄。" },
    example: "current-task into=me\nprint \"{me.name}\"",
};

pub(super) const IS_ALIVE: Info = Info {
    kind: Kind::IsAlive,
    word: "is-alive",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "thread",
            Accepts::Reference(&[Kind::Thread, Kind::Process]),
            "A thread, a process or a handle.",
            "线程、进程或句柄。",
        ),
        Parameter::property("into", Accepts::Local, "A local: whether it is.", "局部变量：是否存活。").required(),
    ],
    body: Body::Never,
    doc: Words { en: "Whether a thread has started and not ended.", zh: "线程是否已启动且尚未结束。" },
    example: "is-alive worker into=alive",
};

pub(super) const YIELD_CPU: Info = Info {
    kind: Kind::YieldCpu,
    word: "yield-cpu",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[],
    body: Body::Never,
    doc: Words {
        en: "Lets another thread use the core, if one wants to.", zh: "如果有别的线程需要，就让出核心。"
    },
    example: "yield-cpu",
};

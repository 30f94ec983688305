//! Rows of the table: event loops, coroutines, and what stands behind `await`.

use super::{Accepts, Body, Form, Group, Info, Kind, MOST_COROUTINES, Parameter, Place};
use crate::lang::Words;

const ANY: Accepts = Accepts::Expression;
const ROUTINE: Parameter =
    Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "An `async` routine.", "带 `async` 的例程。");
const ARGUMENTS: Parameter = Parameter::rest("arguments", ANY, "What the routine is given.", "传给例程的参数。");
const INTO_RESULT: Parameter =
    Parameter::property("into", Accepts::Local, "A local for what it returns.", "接收其返回值的局部变量。");
const AWAITED: Parameter = Parameter::positional(
    "task",
    Accepts::Reference(&[Kind::Coroutine, Kind::Greenlet]),
    "A coroutine or a task: its name or its handle.",
    "协程或任务：名字或句柄。",
);

pub(super) const EVENT_LOOP: Info = Info {
    kind: Kind::EventLoop,
    word: "event-loop",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        super::declarations::NAME,
        Parameter::property(
            "style",
            Accepts::Choice(&["asyncio", "gevent"]),
            "`asyncio`: others run where a coroutine awaits. `gevent`: wherever one would wait.",
            "`asyncio`：协程 `await` 时其他任务运行。`gevent`：凡是需要等待之处都让其他任务运行。",
        )
        .default("asyncio"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Runs coroutines in turn on one thread, as asyncio: each goes on until it awaits. On a thread of its own if coroutines are declared on it, else on the thread that says `run-loop`.",
        zh: "像 asyncio 那样在一个线程上轮流运行协程：每个协程一直运行到它 `await` 为止。若有协程声明在它上面，它有自己的线程；否则在执行 `run-loop` 的线程上运行。",
    },
    example: "event-loop turns\ncoroutine walker loop=turns count=3 { await sleep ms=1 }",
};

pub(super) const COUNT: Parameter = Parameter::property(
    "count",
    Accepts::Integer { min: 0, max: MOST_COROUTINES },
    "How many to make; each sees its number as `index`.",
    "创建多少个；每个用 `index` 看到自己的编号。",
)
.default("1");

pub(super) const COROUTINE: Info = Info {
    kind: Kind::Coroutine,
    word: "coroutine",
    group: Group::Tasks,
    place: Place::Top,
    parameters: &[
        super::declarations::NAME,
        Parameter {
            name: "loop",
            form: Form::Property,
            accepts: Accepts::Reference(&[Kind::EventLoop]),
            default: None,
            optional: false,
            doc: Words { en: "The event loop that runs it.", zh: "运行它的事件循环。" },
        },
        COUNT,
        super::declarations::AS,
    ],
    body: Body::Statements,
    doc: Words {
        en: "A task of an event loop. It starts with the loop and lets others run only where it awaits.",
        zh: "事件循环上的任务。随循环一起启动，只在 `await` 处让其他任务运行。",
    },
    example: "event-loop turns\ncoroutine walker loop=turns count=3 { await sleep ms=1 }",
};

pub(super) const AWAIT: Info = Info {
    kind: Kind::Await,
    word: "await",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[AWAITED, INTO_RESULT],
    body: Body::Never,
    doc: Words {
        en: "Waits for a coroutine or a task and takes its result or its exception; meanwhile the loop runs others. Before a block that waits (`await get q into=x`, `await sleep ms=5`, `await with l { }`) it makes the coroutine wait and not the loop.",
        zh: "等待一个协程或任务，取得它的返回值或异常；其间事件循环运行别的任务。写在会等待的块之前（`await get q into=x`、`await sleep ms=5`、`await with l { }`）时，等待的是协程而不是整个循环。",
    },
    example: "create-task fetch 1 into=t\nawait t into=x",
};

pub(super) const GATHER: Info = Info {
    kind: Kind::Gather,
    word: "await gather",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[
        Parameter::rest(
            "tasks",
            Accepts::Reference(&[Kind::Coroutine, Kind::Greenlet]),
            "Coroutines and tasks, or lists of them.",
            "协程和任务，或它们的列表。",
        ),
        Parameter::property("into", Accepts::Local, "A local for the list of results.", "接收结果列表的局部变量。"),
        Parameter::property(
            "return-exceptions",
            Accepts::Switch,
            "An exception is a result like any other.",
            "异常也当作普通结果放进列表。",
        )
        .default("#false"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Waits for all of them and gives their results in the order in which they are named. The first exception is raised at once; the others go on.",
        zh: "等待全部完成，按书写顺序给出结果。出现第一个异常时立即抛出，其余的继续运行。",
    },
    example: "create-task fetch 1 into=a\ncreate-task fetch 2 into=b\nawait gather a b into=both",
};

pub(super) const WAIT_FOR: Info = Info {
    kind: Kind::WaitFor,
    word: "await wait-for",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[AWAITED, Parameter::property("timeout", Accepts::Duration, "How long at most.", "最多等多久。"), INTO_RESULT],
    body: Body::Never,
    doc: Words {
        en: "Waits for a coroutine or a task at most so long; then cancels it and raises TimeoutError.",
        zh: "最多等待一个协程或任务这么久；超时则取消它并抛出 TimeoutError。",
    },
    example: "create-task fetch 1 into=t\nawait wait-for t timeout-ms=50 into=x",
};

pub(super) const SHIELD: Info = Info {
    kind: Kind::Shield,
    word: "await shield",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[AWAITED, INTO_RESULT],
    body: Body::Never,
    doc: Words {
        en: "Waits for a task; whoever cancels the one that waits does not cancel the task.",
        zh: "等待一个任务；取消等待者时，不会取消该任务本身。",
    },
    example: "create-task fetch 1 into=t\nawait shield t into=x",
};

pub(super) const TO_THREAD: Info = Info {
    kind: Kind::ToThread,
    word: "await to-thread",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "The routine to run.", "要运行的例程。"),
        ARGUMENTS,
        INTO_RESULT,
    ],
    body: Body::Never,
    doc: Words {
        en: "Runs a routine on a thread of its own and waits for its result; meanwhile the loop runs others.",
        zh: "在单独的线程上运行一个例程并等待其结果；其间事件循环运行别的任务。",
    },
    example: "await to-thread work 3 into=x",
};

pub(super) const CREATE_TASK: Info = Info {
    kind: Kind::CreateTask,
    word: "create-task",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[
        ROUTINE,
        ARGUMENTS,
        Parameter::property("name", Accepts::Template, "What the task is called.", "任务的名字。"),
        Parameter::property("into", Accepts::Local, "A local for its handle.", "保存其句柄的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Makes a task of an `async` routine: the running loop starts it when its turn comes, while this coroutine goes on.",
        zh: "用 `async` 例程创建任务：轮到它时由当前事件循环启动，而本协程继续运行。",
    },
    example: "create-task fetch 1 into=t\nawait t into=x",
};

pub(super) const RUN_LOOP: Info = Info {
    kind: Kind::RunLoop,
    word: "run-loop",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("loop", Accepts::Reference(&[Kind::EventLoop]), "The event loop.", "事件循环。"),
        ROUTINE,
        ARGUMENTS,
        INTO_RESULT,
    ],
    body: Body::Never,
    doc: Words {
        en: "Runs an event loop on this thread until a coroutine of this routine has ended, and gives its result or raises its exception; what else still runs is cancelled. As asyncio.run.",
        zh: "在当前线程上运行事件循环，直到该例程的协程结束，给出其返回值或抛出其异常；其余仍在运行的任务会被取消。相当于 asyncio.run。",
    },
    example: "run-loop turns fetch 1 into=x",
};

impl Kind {
    /// Whether it may stand behind `await`: the coroutine waits, and not its loop.
    #[must_use]
    pub const fn is_awaitable(self) -> bool {
        matches!(
            self,
            Self::Sleep
                | Self::Request
                | Self::Call
                | Self::Acquire
                | Self::With
                | Self::Wait
                | Self::Put
                | Self::Get
                | Self::Join
                | Self::Read
                | Self::Write
                | Self::Send
                | Self::Recv
                | Self::Map
                | Self::Result
        )
    }

    /// Whether it always stands behind `await`.
    #[must_use]
    pub const fn needs_await(self) -> bool {
        matches!(self, Self::Await | Self::Gather | Self::WaitFor | Self::Shield | Self::ToThread)
    }
}

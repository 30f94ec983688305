//! Rows of the table: pools of workers, the jobs they are given, and the futures that stand for them.

use super::{Accepts, Body, Group, Info, Kind, MOST_RESOURCES, MOST_WORKERS, Parameter, Place};
use crate::lang::Words;

const FUTURE: Parameter = Parameter::positional("future", Accepts::Expression, "The future, or a thread.", "future 或线程。");

const POOLS: Parameter = Parameter::positional("pool", Accepts::Reference(&[Kind::Pool]), "The pool.", "池。");
const POOL_OR_LOOP: Parameter = Parameter::positional(
    "pool",
    Accepts::Reference(&[Kind::Pool, Kind::EventLoop]),
    "The pool, or an event loop.",
    "池或事件循环。",
);
const ROUTINE: Parameter =
    Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "What the job runs.", "任务运行的例程。");

pub(super) const POOL: Info = Info {
    kind: Kind::Pool,
    word: "pool",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        Parameter::positional("name", Accepts::NewName, "Its name.", "名称。"),
        Parameter::property(
            "workers",
            Accepts::Integer { min: 1, max: MOST_WORKERS },
            "How many jobs run at once; the others stand in line.",
            "同时运行多少个任务；其余的排队等候。",
        )
        .required(),
        Parameter::property("of", Accepts::Choice(&["threads", "processes"]), "What its workers are.", "工作者是线程还是进程。")
            .default("threads"),
        Parameter::property(
            "count",
            Accepts::Integer { min: 0, max: MOST_RESOURCES },
            "How many to make; one of them is `\"name[i]\"`.",
            "创建多少个；其中一个写作 `\"name[i]\"`。",
        )
        .default("1"),
        Parameter::property(
            "as",
            Accepts::Local,
            "What to call the number of each, 0 to count-1, in its properties.",
            "每一个的编号（0 到 count-1）在其属性中的名称。",
        )
        .default("index"),
    ],
    body: Body::Never,
    doc: Words {
        en: "An executor: workers that run the jobs given to it, in the order in which they came. Jobs keep a run alive, idle workers do not.",
        zh: "执行器：一组工作者，按到来的顺序运行交给它的任务。任务会让运行持续下去，空闲的工作者不会。",
    },
    example: "pool helpers workers=4",
};

pub(super) const SUBMIT: Info = Info {
    kind: Kind::Submit,
    word: "submit",
    group: Group::Executors,
    place: Place::Statement,
    parameters: &[
        POOL_OR_LOOP,
        ROUTINE,
        Parameter::rest("arguments", Accepts::Expression, "What the routine is given.", "传给例程的参数。"),
        Parameter::property(
            "callback",
            Accepts::Reference(&[Kind::Routine]),
            "A routine that is given what the job returned.",
            "得到任务返回值的例程。",
        ),
        Parameter::property(
            "error-callback",
            Accepts::Reference(&[Kind::Routine]),
            "A routine that is given the exception that left the job.",
            "得到任务所抛异常的例程。",
        ),
        Parameter::property("into", Accepts::Local, "A local for the job's future.", "保存该任务 future 的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Gives a pool a job and goes on at once. RuntimeError once the pool is closed. An event loop runs the job, an `async` routine, as one more of its coroutines, as asyncio.run_coroutine_threadsafe: any thread may submit one, and wait for its future.",
        zh: "把一个任务交给池，并立即继续。池关闭后则抛出 RuntimeError。交给事件循环时，任务须是 `async` 例程，循环把它当作自己的又一个协程来运行，相当于 asyncio.run_coroutine_threadsafe：任何线程都可以提交，并等待它的 future。",
    },
    example: "submit helpers work 3 into=f\nresult f into=value",
};

pub(super) const MAP: Info = Info {
    kind: Kind::Map,
    word: "map",
    group: Group::Executors,
    place: Place::Statement,
    parameters: &[
        POOLS,
        ROUTINE,
        Parameter::property("over", Accepts::Expression, "A list: a job for each item.", "列表：每一项一个任务。").required(),
        Parameter::property("timeout", Accepts::Duration, "How long it waits at most.", "最多等待多久。"),
        Parameter::property("into", Accepts::Local, "A local for the list of what they returned.", "保存返回值列表的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Gives a pool a job for each item, waits for all, and gives what they returned in the order of the items. TimeoutError if the time is over first; jobs that have not begun are then cancelled.",
        zh: "为每一项向池提交一个任务，等全部完成，并按各项的顺序给出返回值。若先超时则抛出 TimeoutError，尚未开始的任务随之取消。",
    },
    example: "map helpers work over=\"[1, 2, 3]\" into=values",
};

pub(super) const RESULT: Info = Info {
    kind: Kind::Result,
    word: "result",
    group: Group::Executors,
    place: Place::Statement,
    parameters: &[
        FUTURE,
        Parameter::property("timeout", Accepts::Duration, "How long it waits at most.", "最多等待多久。"),
        Parameter::property("into", Accepts::Local, "A local for what it returned.", "保存其返回值的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Waits until a task has ended, and gives what it returned. What it raised is raised here, CancelledError if it was cancelled, TimeoutError if the time is over first.",
        zh: "等到任务结束，并取得它的返回值。它抛出的异常在这里再次抛出；若已被取消则为 CancelledError，若先超时则为 TimeoutError。",
    },
    example: "spawn work 3 into=t\nresult t into=value",
};

pub(super) const ADD_DONE_CALLBACK: Info = Info {
    kind: Kind::AddDoneCallback,
    word: "add-done-callback",
    group: Group::Executors,
    place: Place::Statement,
    parameters: &[
        FUTURE,
        Parameter::positional(
            "routine",
            Accepts::Reference(&[Kind::Routine]),
            "A routine that is given the future.",
            "得到该 future 的例程。",
        ),
    ],
    body: Body::Never,
    doc: Words {
        en: "Has a routine called when the future is done or cancelled, by whoever ran it; at once if it is done already.",
        zh: "future 完成或取消时，由运行它的一方调用例程；若已经完成，则立即调用。",
    },
    example: "spawn work 3 into=f\nadd-done-callback f work",
};

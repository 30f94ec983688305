//! Rows of the table: processes and what passes between them.

use super::{Accepts, Body, Group, Info, Kind, MOST_PROCESSES, MOST_RESOURCES, Parameter, Place};
use crate::lang::Words;

const NAME: Parameter = Parameter::positional("name", Accepts::NewName, "Its name.", "名称。");
const AS: Parameter = Parameter::property(
    "as",
    Accepts::Local,
    "What to call the number of each, 0 to count-1, in its body.",
    "每一个的编号（0 到 count-1）在主体中的名称。",
)
.default("index");
const PIPES: Parameter = Parameter::positional("pipe", Accepts::Reference(&[Kind::Pipe]), "The pipe.", "管道。");
/// How much room an item takes on its way between processes.
pub(super) const SIZE: Parameter = Parameter::property(
    "",
    Accepts::Size,
    "How large it is on its way to another process; otherwise as its value is.",
    "它在进程间传递时的大小；省略时由值本身决定。",
);
/// For what several processes may meet at.
pub(super) const ACROSS: Parameter = Parameter::property(
    "across-processes",
    Accepts::Switch,
    "All processes meet at this one; otherwise each has its own.",
    "所有进程共用这一个；否则每个进程各有自己的一份。",
)
.default("#false");

pub(super) const PROCESS: Info = Info {
    kind: Kind::Process,
    word: "process",
    group: Group::Tasks,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "count",
            Accepts::Integer { min: 0, max: MOST_PROCESSES },
            "How many to make; each sees its number as `index`.",
            "创建多少个；每个进程用 `index` 看到自己的编号。",
        )
        .default("1"),
        AS,
        Parameter::property(
            "start",
            Accepts::Switch,
            "Starts with the run; otherwise by `start`.",
            "随运行自动启动；否则由 `start` 启动。",
        )
        .default("#true"),
    ],
    body: Body::Statements,
    doc: Words {
        en: "A process of its own: its own memory, so every resource is a fresh copy unless it is a pipe or across processes. Declarations may stand in it.",
        zh: "独立的进程：拥有自己的内存，除管道和跨进程资源外，每个资源都是一份全新的副本。其中可以写声明。",
    },
    example: "process helper { print \"hello from {name}\" }",
};

pub(super) const PIPE: Info = Info {
    kind: Kind::Pipe,
    word: "pipe",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "capacity",
            Accepts::Size,
            "How much it holds; `send` waits while there is no room. 64 kB if left out.",
            "能容纳多少数据；没有空位时 `send` 等待。省略时为 64 kB。",
        ),
        Parameter::property(
            "capacity",
            Accepts::Integer { min: 1, max: 65_536 },
            "Or how many messages it holds.",
            "或者能容纳多少条消息。",
        ),
        Parameter::property(
            "count",
            Accepts::Integer { min: 0, max: MOST_RESOURCES },
            "How many to make; one of them is `\"name[i]\"`.",
            "创建多少个；其中一个写作 `\"name[i]\"`。",
        )
        .default("1"),
        AS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Carries messages one way between processes: a pipe of the operating system.",
        zh: "在进程之间单向传递消息：操作系统的管道。",
    },
    example: "pipe news capacity-kb=64",
};

pub(super) const RECV: Info = Info {
    kind: Kind::Recv,
    word: "recv",
    group: Group::Queues,
    place: Place::Statement,
    parameters: &[PIPES, Parameter::property("into", Accepts::Local, "A local for the message.", "保存消息的局部变量。")],
    body: Body::Never,
    doc: Words {
        en: "Receives a message; waits while the pipe is empty. EOFError once it is empty and nobody can send any more.",
        zh: "接收一条消息；管道空时等待。管道已空且再也没有人能发送时抛出 EOFError。",
    },
    example: "recv news into=message",
};

pub(super) const SPAWN_PROCESS: Info = Info {
    kind: Kind::SpawnProcess,
    word: "spawn-process",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "What it runs.", "它运行的例程。"),
        Parameter::rest("arguments", Accepts::Expression, "What the routine is given: copies.", "传给例程的参数（副本）。"),
        Parameter::property("into", Accepts::Local, "A local for its handle.", "保存其句柄的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Starts a new process that runs a routine, and goes on at once.",
        zh: "启动一个运行例程的新进程，并立即继续。",
    },
    example: "spawn-process work 3 into=p\njoin p",
};

pub(super) const TERMINATE: Info = Info {
    kind: Kind::Terminate,
    word: "terminate",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[Parameter::positional(
        "process",
        Accepts::Reference(&[Kind::Process, Kind::Pool]),
        "A process, its handle, or a pool.",
        "进程、它的句柄，或池。",
    )],
    body: Body::Never,
    doc: Words {
        en: "Ends a process where it stands: no `finally` runs, and what it holds stays held. Its exit code is -15. The processes that it has started end with it (in Python they go on as orphans). Of a pool: cancels the jobs that have not begun, and ends its worker processes.",
        zh: "让进程就地结束：不执行 `finally`，它持有的东西不会释放。退出码为 -15。它启动的进程也随之结束（在 Python 中，它们会成为孤儿进程继续运行）。对池：取消尚未开始的任务，并结束其工作进程。",
    },
    example: "terminate helper",
};

pub(super) const RUN_COMMAND: Info = Info {
    kind: Kind::RunCommand,
    word: "run-command",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "program",
            Accepts::Text,
            "A program that `allow-commands` names.",
            "`allow-commands` 中写明的程序。",
        ),
        Parameter::rest("arguments", Accepts::Expression, "What it is given, each as a text.", "传给它的参数，都作为文本。"),
        Parameter::property(
            "into",
            Accepts::Local,
            "A local for a list of two: its exit code and what it wrote.",
            "局部变量，保存两项的列表：退出码和它输出的文本。",
        ),
    ],
    body: Body::Never,
    doc: Words {
        en: "Runs a program, without a shell, and waits for its end. Only one that `allow-commands` names and the user has confirmed; otherwise PermissionError. At most 64 kB of its output are kept. Only real cores run it: elsewhere nothing happens, and the answer is 0 and an empty text.",
        zh: "不经过 shell 运行一个程序，并等待它结束。只能是 `allow-commands` 写明、并由用户确认过的程序，否则抛出 PermissionError。输出最多保留 64 kB。只有真实核心会运行它：在别的引擎上什么也不做，得到 0 和空文本。",
    },
    example: "run-command echo \"'hello'\" into=answer",
};

pub(super) const PID: Info = Info {
    kind: Kind::Pid,
    word: "pid",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[Parameter::property("into", Accepts::Local, "A local for it.", "保存它的局部变量。").required()],
    body: Body::Never,
    doc: Words { en: "The number the system has given to this process.", zh: "系统分配给本进程的编号。" },
    example: "pid into=me",
};

pub(super) const PPID: Info = Info {
    kind: Kind::Ppid,
    word: "ppid",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[Parameter::property("into", Accepts::Local, "A local for it.", "保存它的局部变量。").required()],
    body: Body::Never,
    doc: Words { en: "The number of the process that started this one.", zh: "启动本进程的那个进程的编号。" },
    example: "ppid into=parent",
};

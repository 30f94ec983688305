//! Rows of the table: what stands at the top of a file. Header, machine, resources, tasks, checks.

use super::processes::ACROSS;
use super::{Accepts, Body, Group, Info, Kind, MOST_RESOURCES, MOST_THREADS, Parameter, Place};
use crate::lang::Words;

pub(super) const NAME: Parameter = Parameter::positional("name", Accepts::NewName, "Its name.", "名称。");
pub(super) const COUNT: Parameter = Parameter::property(
    "count",
    Accepts::Integer { min: 0, max: MOST_RESOURCES },
    "How many to make; one of them is `\"name[i]\"`.",
    "创建多少个；其中一个写作 `\"name[i]\"`。",
)
.default("1");
pub(super) const AS: Parameter = Parameter::property(
    "as",
    Accepts::Local,
    "What to call the number of each, 0 to count-1, in its properties, value and body.",
    "每一个的编号（0 到 count-1）在属性、初值和主体中的名称。",
)
.default("index");
pub(super) const SCENARIO: Info = Info {
    kind: Kind::Scenario,
    word: "scenario",
    group: Group::Scenario,
    place: Place::Top,
    parameters: &[
        Parameter::positional("title", Accepts::Text, "The title shown in the library.", "在场景库中显示的标题。"),
        Parameter::property("zh", Accepts::Text, "The title in Chinese.", "中文标题。"),
    ],
    body: Body::Header,
    doc: Words {
        en: "Says what the file is: its title, what it is about, its tags.", zh: "说明这个文件：标题、简介和标签。"
    },
    example: "scenario \"Lost update\" {\n    about \"Two threads add to one variable without a lock.\"\n}",
};

pub(super) const ABOUT: Info = Info {
    kind: Kind::About,
    word: "about",
    group: Group::Scenario,
    place: Place::Header,
    parameters: &[
        Parameter::positional("text", Accepts::Text, "A sentence or a few.", "一句或几句话。"),
        Parameter::property("lang", Accepts::Choice(&["en", "zh"]), "The language of the text.", "文字所用的语言。")
            .default("en"),
    ],
    body: Body::Never,
    doc: Words {
        en: "What the scenario shows; once for each language.", zh: "这个场景展示什么；每种语言写一次。"
    },
    example: "about \"两个线程不加锁地累加同一个变量。\" lang=zh",
};

pub(super) const TAGS: Info = Info {
    kind: Kind::Tags,
    word: "tags",
    group: Group::Scenario,
    place: Place::Header,
    parameters: &[Parameter::rest("tags", Accepts::Text, "The tags.", "标签。")],
    body: Body::Never,
    doc: Words { en: "Words to find the scenario by.", zh: "用来查找这个场景的词。" },
    example: "tags lock race",
};

pub(super) const ALLOW_COMMANDS: Info = Info {
    kind: Kind::AllowCommands,
    word: "allow-commands",
    group: Group::Scenario,
    place: Place::Header,
    parameters: &[Parameter::rest("commands", Accepts::Text, "The programs.", "程序名。")],
    body: Body::Never,
    doc: Words { en: "Programs the scenario may ask to run.", zh: "这个场景可以请求运行的程序。" },
    example: "allow-commands echo",
};

pub(super) const MACHINE: Info = Info {
    kind: Kind::Machine,
    word: "machine",
    group: Group::Scenario,
    place: Place::Top,
    parameters: &[Parameter::property(
        "cores",
        Accepts::Integer { min: 1, max: 1024 },
        "How many cores the scenario may use; all of the machine's if left out.",
        "场景最多使用多少个核心；省略时使用机器的全部核心。",
    )],
    body: Body::Never,
    doc: Words { en: "Limits what the scenario runs on.", zh: "限制场景运行的机器资源。" },
    example: "machine cores=2",
};

pub(super) const INTERPRETER: Info = Info {
    kind: Kind::Interpreter,
    word: "interpreter",
    group: Group::Scenario,
    place: Place::Top,
    parameters: &[
        Parameter::property(
            "gil",
            Accepts::Switch,
            "Whether one lock lets only one thread run at a time; `#false` is the free-threaded build.",
            "是否用一把锁让同一时刻只有一个线程运行；`#false` 是无锁（自由线程）版本。",
        )
        .default("#true"),
        Parameter::property(
            "switch-interval",
            Accepts::Duration,
            "How long a waiting thread waits before it asks the holder to let go; 5 ms if left out.",
            "等待的线程等多久之后请求持有者让出；省略时为 5 毫秒。",
        ),
        Parameter::property(
            "check",
            Accepts::Choice(&["call", "instruction"]),
            "Where the holder may be made to let go: at calls and loop turns (CPython from 3.10 on) or between any two steps.",
            "持有者可以在哪里让出：在调用处和循环的每一轮（CPython 3.10 起），或在任意两步之间。",
        )
        .default("call"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Puts an interpreter lock over all threads, as CPython does. Blocks that wait and `native` computing let it go.",
        zh: "像 CPython 那样，给所有线程加上一把解释器锁。等待的块和 `native` 计算会放开它。",
    },
    example: "interpreter switch-interval-ms=5",
};

pub(super) const SHARED: Info = Info {
    kind: Kind::Shared,
    word: "shared",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::positional("value", Accepts::Expression, "What it holds at the start.", "初始值。"),
        COUNT,
        AS,
        Parameter::property(
            "atomic",
            Accepts::Switch,
            "Allows `atomic-add`, `swap` and `compare-and-set`, and orders its accesses.",
            "允许使用 `atomic-add`、`swap` 和 `compare-and-set`，并使对它的访问有序。",
        )
        .default("#false"),
        ACROSS,
    ],
    body: Body::Never,
    doc: Words {
        en: "A variable all tasks see. Each load and each store is a step of its own.",
        zh: "所有任务都能看到的变量。每次读和每次写各是独立的一步。",
    },
    example: "shared total 0",
};

pub(super) const LOCK: Info = Info {
    kind: Kind::Lock,
    word: "lock",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        COUNT,
        AS,
        Parameter::property(
            "kind",
            Accepts::Choice(&["barging", "spin", "ticket", "fair"]),
            "Who gets it next: whoever comes first, spinners, spinners in order, or waiters in order.",
            "下一个由谁获得：先到先得（可插队）、自旋、按号自旋，或按等待顺序。",
        )
        .default("barging"),
        Parameter::property(
            "owner-checked",
            Accepts::Switch,
            "Only the task that acquired it may release it.",
            "只有获得它的任务才能释放它。",
        )
        .default("#false"),
        ACROSS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Held by one task at a time. It is a token: another task may release it.",
        zh: "同一时刻只能由一个任务持有。它是一枚令牌：其他任务也可以释放它。",
    },
    example: "lock door kind=fair",
};

pub(super) const SEMAPHORE: Info = Info {
    kind: Kind::Semaphore,
    word: "semaphore",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "permits",
            Accepts::Integer { min: 0, max: 1_000_000_000 },
            "How many tasks may hold it at once.",
            "最多有多少个任务可以同时持有它。",
        )
        .required(),
        COUNT,
        AS,
        Parameter::property(
            "bounded",
            Accepts::Switch,
            "A release beyond the first number of permits raises ValueError.",
            "释放后许可数超过初始值时抛出 ValueError。",
        )
        .default("#false"),
        ACROSS,
    ],
    body: Body::Never,
    doc: Words {
        en: "A number of permits: as many tasks may be inside.",
        zh: "信号量：若干许可，有多少许可，就能有多少任务同时进入。",
    },
    example: "semaphore tables permits=3",
};

pub(super) const QUEUE: Info = Info {
    kind: Kind::Queue,
    word: "queue",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "capacity",
            Accepts::Integer { min: 1, max: 1_000_000_000 },
            "How many items it holds; `put` waits while it is full. Without it there is no bound.",
            "最多容纳多少项；满时 `put` 等待。省略则没有上限。",
        ),
        Parameter::property(
            "order",
            Accepts::Choice(&["fifo", "lifo", "priority"]),
            "Which item comes out first: the oldest, the newest or the least.",
            "先取出哪一项：最早的、最新的或最小的。",
        )
        .default("fifo"),
        COUNT,
        AS,
        ACROSS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Passes items between tasks safely; `join` waits until all are done.",
        zh: "在任务之间安全地传递数据项；`join` 等待所有项处理完成。",
    },
    example: "queue letters capacity=8",
};

pub(super) const MAIN: Info = Info {
    kind: Kind::Main,
    word: "main",
    group: Group::Tasks,
    place: Place::Top,
    parameters: &[],
    body: Body::Statements,
    doc: Words { en: "The body of the main thread, `MainThread`.", zh: "主线程 `MainThread` 的主体。" },
    example: "main { print \"hello from {name}\" }",
};

pub(super) const THREAD: Info = Info {
    kind: Kind::Thread,
    word: "thread",
    group: Group::Tasks,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "count",
            Accepts::Integer { min: 0, max: MOST_THREADS },
            "How many to make; each sees its number as `index`.",
            "创建多少个；每个线程用 `index` 看到自己的编号。",
        )
        .default("1"),
        AS,
        Parameter::property("daemon", Accepts::Switch, "The run does not wait for it.", "运行结束时不等待它。").default("#false"),
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
        en: "A thread with its own body, run by the system's scheduler.", zh: "有自己主体的线程，由操作系统调度。"
    },
    example: "thread clerk count=2 { sleep ms=5 }",
};

pub(super) const ROUTINE: Info = Info {
    kind: Kind::Routine,
    word: "routine",
    group: Group::Tasks,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::rest("parameters", Accepts::Local, "What it is given when called.", "调用时接收的参数。"),
        Parameter::property(
            "async",
            Accepts::Switch,
            "Calling it runs nothing but gives a coroutine, which is awaited or made a task.",
            "调用它不会执行任何内容，而是得到一个协程，再由 `await` 或任务来运行。",
        )
        .default("#false"),
    ],
    body: Body::Statements,
    doc: Words {
        en: "A named body that others `call` or `spawn`.", zh: "有名字的代码段，供 `call` 调用或由 `spawn` 启动。"
    },
    example: "routine double n { return \"n * 2\" }",
};

pub(super) const EXPECT: Info = Info {
    kind: Kind::Expect,
    word: "expect",
    group: Group::Checks,
    place: Place::Top,
    parameters: &[
        Parameter::positional(
            "when",
            Accepts::Choice(&["always", "sometimes", "never"]),
            "In every run, in some, or in none.",
            "每次运行都成立、有时成立，或从不成立。",
        ),
        Parameter::positional(
            "claim",
            Accepts::Claim,
            "An expression about the end of the run, or deadlock, race, livelock, starvation, leak, output, output-contains.",
            "关于运行结束时的表达式，或 deadlock、race、livelock、starvation、leak、output、output-contains 之一。",
        )
        .optional(),
        Parameter::rest("lines", Accepts::Text, "The lines of output meant.", "所指的输出行。"),
        Parameter::property("exception", Accepts::ExceptionName, "An exception that no one catches.", "未被捕获的异常。"),
        Parameter::property(
            "in",
            Accepts::Reference(&[Kind::Main, Kind::Thread, Kind::Process, Kind::Coroutine, Kind::Greenlet, Kind::Routine]),
            "The task meant; one that a process declares is `p.worker`. Of a condition: the process whose variables it is about.",
            "所指的任务；进程内声明的任务写作 `p.worker`。对条件而言：所指变量属于哪个进程。",
        ),
    ],
    body: Body::Never,
    doc: Words { en: "What must be so when runs have ended.", zh: "运行结束时应当成立的事。" },
    example: "expect never deadlock\nexpect always \"done == 0\"\nexpect never exception=ValueError in=worker",
};

pub(super) const INVARIANT: Info = Info {
    kind: Kind::Invariant,
    word: "invariant",
    group: Group::Checks,
    place: Place::Top,
    parameters: &[Parameter::positional("condition", Accepts::Expression, "What must hold.", "必须成立的条件。")],
    body: Body::Never,
    doc: Words {
        en: "What must hold in every state of every run.", zh: "在每次运行的每个状态都必须成立的条件。"
    },
    example: "invariant \"done >= 0\"",
};

/// What is no row of the table: nobody can ask for it by its word.
pub(super) static UNKNOWN: Info = Info {
    kind: Kind::Unknown,
    word: "unknown",
    group: Group::Scenario,
    place: Place::Anywhere,
    parameters: &[],
    body: Body::Optional,
    doc: Words {
        en: "A line that is no block here: it does nothing until its word is mended.",
        zh: "这一行在这里不是块：改正它的词之前，它什么也不做。",
    },
    example: "",
};

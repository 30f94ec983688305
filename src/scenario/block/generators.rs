//! Rows of the table: generators. A routine that yields is made into one; it runs only while somebody asks it for a value.

use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const ANY: Accepts = Accepts::Expression;
const RECEIVER: Parameter = Parameter::positional("generator", ANY, "The generator, a pipe or a pool.", "生成器、管道或池。");
const GENERATOR_HANDLE: Parameter = Parameter::positional("generator", ANY, "The generator.", "生成器。");
const GENERATOR_OR_TASK: Parameter = Parameter::positional("of", ANY, "The generator, or a task.", "生成器或任务。");
const INTO_VALUE: Parameter =
    Parameter::property("into", Accepts::Local, "A local for what it yields next.", "接收下一个产出值的局部变量。");

pub(super) const GENERATOR: Info = Info {
    kind: Kind::Generator,
    word: "generator",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "A routine that yields.", "含有 `yield` 的例程。"),
        Parameter::rest("arguments", ANY, "What it is given.", "传给它的参数。"),
        Parameter::property("into", Accepts::Local, "A local for its handle.", "保存其句柄的局部变量。").required(),
    ],
    body: Body::Never,
    doc: Words {
        en: "Makes a generator of a routine. Nothing of it runs until `next`, `send` or `for` asks for a value. It belongs to the task that made it.",
        zh: "用例程创建一个生成器。在 `next`、`send` 或 `for` 向它要值之前，什么也不会执行。它属于创建它的任务。",
    },
    example: "generator counter 3 into=g\nnext g into=x",
};

pub(super) const NEXT: Info = Info {
    kind: Kind::Next,
    word: "next",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[GENERATOR_HANDLE, INTO_VALUE],
    body: Body::Never,
    doc: Words {
        en: "Runs a generator up to its next `yield`. At its end: StopIteration, whose `value` is what it returned.",
        zh: "让生成器运行到下一个 `yield`。若它已结束则抛出 StopIteration，其 `value` 是返回值。",
    },
    example: "generator counter 3 into=g\nnext g into=x",
};

pub(super) const SEND: Info = Info {
    kind: Kind::Send,
    word: "send",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        RECEIVER,
        Parameter::positional("value", ANY, "What its `yield` gives it.", "它的 `yield` 得到的值。"),
        INTO_VALUE,
        super::processes::SIZE,
    ],
    body: Body::Never,
    doc: Words {
        en: "As `next`, and the `yield` it rests at gives it this value. One that has not begun takes only None. To a pipe: sends a message, and waits while the pipe is full.",
        zh: "与 `next` 相同，并让它停住的 `yield` 得到这个值。尚未开始的生成器只接受 None。对管道：发送一条消息，管道满时等待。",
    },
    example: "generator counter 3 into=g\nsend g None into=x",
};

pub(super) const THROW: Info = Info {
    kind: Kind::Throw,
    word: "throw",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        GENERATOR_HANDLE,
        Parameter::positional("exception", Accepts::ExceptionName, "Its name.", "异常名。"),
        Parameter::positional("message", Accepts::Template, "What it says.", "异常信息。").optional(),
        INTO_VALUE,
    ],
    body: Body::Never,
    doc: Words {
        en: "Raises an exception at the `yield` a generator rests at; goes on with the value it yields next, if it handles it.",
        zh: "在生成器停住的 `yield` 处抛出异常；如果它处理了，就得到它产出的下一个值。",
    },
    example: "generator counter 3 into=g\ntry { throw g ValueError \"stop\" }\nexcept ValueError { print \"unhandled\" }",
};

pub(super) const CLOSE: Info = Info {
    kind: Kind::Close,
    word: "close",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        RECEIVER,
        Parameter::property(
            "end",
            Accepts::Choice(&["write", "read"]),
            "Of a pipe: which end this process gives up; both if left out.",
            "对管道：本进程放弃哪一端；省略时两端都放弃。",
        ),
    ],
    body: Body::Never,
    doc: Words {
        en: "Ends a generator: GeneratorExit is raised where it rests, so that each `finally` runs. Yielding then is a RuntimeError. Of a pipe: gives up an end. Of a pool: it takes no more jobs.",
        zh: "结束生成器：在它停住的地方抛出 GeneratorExit，让每个 `finally` 都执行。此时再产出值是 RuntimeError。对管道：放弃一端。对池：不再接受任务。",
    },
    example: "generator counter 3 into=g\nclose g",
};

pub(super) const STATE: Info = Info {
    kind: Kind::State,
    word: "state",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        GENERATOR_OR_TASK,
        Parameter::property("into", Accepts::Local, "A local for the name of its state.", "保存其状态名的局部变量。").required(),
    ],
    body: Body::Never,
    doc: Words {
        en: "Tells what a generator does: GEN_CREATED, GEN_RUNNING, GEN_SUSPENDED or GEN_CLOSED. Of a task or a future: Pending, Running, Done or Cancelled.",
        zh: "查询生成器的状态：GEN_CREATED、GEN_RUNNING、GEN_SUSPENDED 或 GEN_CLOSED。对任务或 future：Pending、Running、Done 或 Cancelled。",
    },
    example: "generator counter 3 into=g\nstate g into=s",
};

pub(super) const YIELD: Info = Info {
    kind: Kind::Yield,
    word: "yield",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("value", ANY, "The value it gives.", "产出的值。").default("None"),
        Parameter::property("into", Accepts::Local, "A local for what is sent to it.", "接收发送给它的值的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Gives a value to whoever asked, and rests until asked again. Only in a routine, which it makes a generator's.",
        zh: "把一个值交给索取者，然后停住，直到再次被索取。只能用在例程中，该例程因此成为生成器例程。",
    },
    example: "yield 1 into=sent",
};

pub(super) const YIELD_FROM: Info = Info {
    kind: Kind::YieldFrom,
    word: "yield-from",
    group: Group::Generators,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "routine",
            Accepts::Reference(&[Kind::Routine]),
            "A routine that yields, or an expression: a generator or a list.",
            "含有 `yield` 的例程，或表达式：生成器、列表。",
        ),
        Parameter::rest("arguments", ANY, "What the routine is given.", "传给例程的参数。"),
        Parameter::property("into", Accepts::Local, "A local for what it returns.", "接收其返回值的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Yields all that another generator yields; what is sent or thrown goes through to it, and its result comes back.",
        zh: "逐个产出另一个生成器的值；发送或抛入的东西直接传给它，最后得到它的返回值。",
    },
    example: "yield-from \"[1, 2]\"",
};

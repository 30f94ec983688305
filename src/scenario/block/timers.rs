//! Rows of the table: timers, and who is alive.

use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

pub(super) const TIMER: Info = Info {
    kind: Kind::Timer,
    word: "timer",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "What it runs.", "它运行的例程。"),
        Parameter::rest("arguments", Accepts::Expression, "What the routine is given.", "传给例程的参数。"),
        Parameter::property("", Accepts::Duration, "After how long.", "多久之后。").required(),
        Parameter::property("into", Accepts::Local, "A local for its handle.", "保存其句柄的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Starts a thread that waits so long and then runs a routine, unless it is cancelled before.",
        zh: "启动一个线程：等待这么久，然后运行例程，除非在那之前被取消。",
    },
    example: "timer ms=5 work 3 into=t\ncancel t",
};

pub(super) const CANCEL: Info = Info {
    kind: Kind::Cancel,
    word: "cancel",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("what", Accepts::Expression, "A timer's handle, or a future.", "定时器的句柄，或 future。"),
        Parameter::property("into", Accepts::Local, "A local: whether a job is cancelled.", "局部变量：任务是否已取消。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Cancels a timer that has not run its routine yet, or a job that no worker has begun; later it does nothing.",
        zh: "取消还没有运行例程的定时器，或还没有工作者开始的任务；之后再取消则什么也不做。",
    },
    example: "timer ms=5 work 3 into=t\ncancel t",
};

pub(super) const ENUMERATE: Info = Info {
    kind: Kind::Enumerate,
    word: "enumerate",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[
        Parameter::property("into", Accepts::Local, "A local for the list of handles.", "保存句柄列表的局部变量。").required()
    ],
    body: Body::Never,
    doc: Words {
        en: "Gives all threads that are alive: started and not ended, daemons and waiting timers too.",
        zh: "取得所有存活的线程：已启动且未结束，包括守护线程和等待中的定时器。",
    },
    example: "enumerate into=all\nfor t in=all { print \"{t.name}\" }",
};

pub(super) const ACTIVE_COUNT: Info = Info {
    kind: Kind::ActiveCount,
    word: "active-count",
    group: Group::Threads,
    place: Place::Statement,
    parameters: &[Parameter::property("into", Accepts::Local, "A local for the number.", "保存数量的局部变量。").required()],
    body: Body::Never,
    doc: Words { en: "Gives how many threads are alive.", zh: "取得存活线程的数量。" },
    example: "active-count into=n\nprint \"{n}\"",
};

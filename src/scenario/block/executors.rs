//! Rows of the table: pools of workers, the jobs they are given, and the futures that stand for them.

use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const FUTURE: Parameter = Parameter::positional("future", Accepts::Expression, "The future, or a thread.", "future 或线程。");

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

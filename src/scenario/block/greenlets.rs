//! Rows of the table: greenlets and the switch between them.

use super::{Accepts, Body, Form, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

pub(super) const GREENLET: Info = Info {
    kind: Kind::Greenlet,
    word: "greenlet",
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
            doc: Words { en: "The event loop on whose thread it runs.", zh: "它所在线程的事件循环。" },
        },
        super::coroutines::COUNT,
        super::declarations::AS,
        Parameter::property(
            "into",
            Accepts::Local,
            "A local for what the first `switch` to it passes; None if its loop starts it.",
            "保存第一次 `switch` 传来的值的局部变量；由循环启动时为 None。",
        ),
    ],
    body: Body::Statements,
    doc: Words {
        en: "A body that runs until it switches to another, as Python's greenlet: the first `switch` to it starts it, and its end gives control back to whoever runs the loop. On a loop with `style=gevent` the loop itself starts it, and every block that waits lets others run.",
        zh: "像 Python 的 greenlet 那样，一直运行到它切换到别的 greenlet：第一次 `switch` 启动它，结束时控制权回到运行循环的一方。在 `style=gevent` 的循环上由循环启动，每个会等待的块都让其他任务运行。",
    },
    example: "event-loop turns style=gevent\ngreenlet ping loop=turns { sleep ms=1; print \"up\" }",
};

pub(super) const SWITCH: Info = Info {
    kind: Kind::Switch,
    word: "switch",
    group: Group::Coroutines,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "greenlet",
            Accepts::Reference(&[Kind::Greenlet, Kind::Coroutine]),
            "A greenlet of the same loop: its name or its handle.",
            "同一循环上的 greenlet：名字或句柄。",
        ),
        Parameter::positional("value", Accepts::Expression, "What it goes on with.", "它继续运行时得到的值。").default("None"),
        Parameter::property(
            "into",
            Accepts::Local,
            "A local for what the switch back passes.",
            "保存切换回来时传来的值的局部变量。",
        ),
    ],
    body: Body::Never,
    doc: Words {
        en: "Stands still here and lets another greenlet go on, with a value. Goes on when somebody switches back, with the value passed then.",
        zh: "停在这里，让另一个 greenlet 带着一个值继续运行。有人切换回来时继续，并得到那时传来的值。",
    },
    example: "switch pong 1 into=back",
};

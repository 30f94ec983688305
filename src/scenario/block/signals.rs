//! Rows of the table: conditions, events and barriers, and what is done with them.

use super::declarations::{AS, COUNT, NAME};
use super::processes::ACROSS;
use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const TIMEOUT: Parameter = Parameter::property("timeout", Accepts::Duration, "How long to wait at most.", "最多等待多久。");
const CONDITION: Parameter =
    Parameter::positional("condition", Accepts::Reference(&[Kind::Condition]), "The condition.", "条件变量。");
const EVENT: Parameter = Parameter::positional("event", Accepts::Reference(&[Kind::Event]), "The event.", "事件。");

pub(super) const CONDITION_ROW: Info = Info {
    kind: Kind::Condition,
    word: "condition",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "lock",
            Accepts::Reference(&[Kind::Lock, Kind::Rlock]),
            "The lock that guards what is waited for.",
            "保护所等条件的那把锁。",
        )
        .required(),
        COUNT,
        AS,
        Parameter::property(
            "spurious",
            Accepts::Switch,
            "A wait may also end without a `notify`.",
            "没有 `notify`，等待也可能结束（虚假唤醒）。",
        )
        .default("#false"),
        ACROSS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Waiting for something to become true that a lock guards. A woken task must take the lock again, so it tests anew.",
        zh: "等待由锁保护的某个条件成立。被唤醒的任务要重新获取锁，所以必须重新检查条件。",
    },
    example: "condition changed lock=tally",
};

pub(super) const EVENT_ROW: Info = Info {
    kind: Kind::Event,
    word: "event",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[NAME, COUNT, AS, ACROSS],
    body: Body::Never,
    doc: Words {
        en: "A flag that tasks wait for: `set-event` lets all of them go on, `clear-event` closes it again.",
        zh: "任务可以等待的标志：`set-event` 放行所有等待者，`clear-event` 再把它关上。",
    },
    example: "event opened",
};

pub(super) const BARRIER_ROW: Info = Info {
    kind: Kind::Barrier,
    word: "barrier",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "parties",
            Accepts::Integer { min: 1, max: 1_000_000 },
            "How many tasks must have come before all go on.",
            "要到齐多少个任务才一起放行。",
        )
        .required(),
        COUNT,
        AS,
        ACROSS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Where so many tasks wait for each other, again and again. `abort` or a time-out breaks it for all: BrokenBarrierError.",
        zh: "若干任务在此互相等齐，可反复使用。`abort` 或超时会破坏它，所有等待者都抛出 BrokenBarrierError。",
    },
    example: "barrier line parties=2",
};

pub(super) const WAIT: Info = Info {
    kind: Kind::Wait,
    word: "wait",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "target",
            Accepts::Reference(&[Kind::Condition, Kind::Event, Kind::Barrier]),
            "A condition, an event or a barrier.",
            "条件变量、事件或屏障。",
        ),
        TIMEOUT,
        Parameter::property(
            "into",
            Accepts::Local,
            "A local: False after a time-out; of a barrier the place, 0 for the first that came.",
            "局部变量：超时为 False；对屏障则是到达的次序，第一个到的是 0。",
        ),
    ],
    body: Body::Never,
    doc: Words {
        en: "Waits until it is notified, set or complete. On a condition it lets the lock go meanwhile and takes it back.",
        zh: "等到被通知、被设置或到齐。等待条件变量时会先放开锁，醒来再取回。",
    },
    example: "wait opened timeout-ms=5 into=ok",
};

pub(super) const NOTIFY: Info = Info {
    kind: Kind::Notify,
    word: "notify",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[
        CONDITION,
        Parameter::property(
            "n",
            Accepts::Integer { min: 0, max: i64::MAX },
            "How many waiting tasks to wake.",
            "唤醒多少个等待的任务。",
        )
        .default("1"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Wakes one task that waits on the condition, or n of them; without its lock it raises RuntimeError.",
        zh: "唤醒一个（或 n 个）等待该条件的任务；没有持有它的锁时抛出 RuntimeError。",
    },
    example: "with changed { notify changed }",
};

pub(super) const NOTIFY_ALL: Info = Info {
    kind: Kind::NotifyAll,
    word: "notify-all",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[CONDITION],
    body: Body::Never,
    doc: Words {
        en: "Wakes every task that waits on the condition; without its lock it raises RuntimeError.",
        zh: "唤醒所有等待该条件的任务；没有持有它的锁时抛出 RuntimeError。",
    },
    example: "with changed { notify-all changed }",
};

pub(super) const SET_EVENT: Info = Info {
    kind: Kind::SetEvent,
    word: "set-event",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[EVENT],
    body: Body::Never,
    doc: Words {
        en: "Sets the event: all that wait for it go on, and whoever comes later does not wait.",
        zh: "设置事件：所有等待者继续，之后来的也不必等待。",
    },
    example: "set-event opened",
};

pub(super) const CLEAR_EVENT: Info = Info {
    kind: Kind::ClearEvent,
    word: "clear-event",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[EVENT],
    body: Body::Never,
    doc: Words { en: "Clears the event: whoever comes now waits.", zh: "清除事件：现在来的任务要等待。" },
    example: "clear-event opened",
};

pub(super) const ABORT: Info = Info {
    kind: Kind::Abort,
    word: "abort",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[Parameter::positional("barrier", Accepts::Reference(&[Kind::Barrier]), "The barrier.", "屏障。")],
    body: Body::Never,
    doc: Words {
        en: "Breaks the barrier: whoever waits there, or comes later, gets BrokenBarrierError.",
        zh: "破坏屏障：正在等待的和之后到来的任务都得到 BrokenBarrierError。",
    },
    example: "abort line",
};

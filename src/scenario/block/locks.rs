//! Rows of the table: reentrant locks and readers-writer locks.

use super::declarations::{AS, COUNT, NAME};
use super::processes::ACROSS;
use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const READ_WRITE: Parameter =
    Parameter::positional("lock", Accepts::Reference(&[Kind::Rwlock]), "The readers-writer lock.", "读写锁。");

pub(super) const RLOCK: Info = Info {
    kind: Kind::Rlock,
    word: "rlock",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[NAME, COUNT, AS, ACROSS],
    body: Body::Never,
    doc: Words {
        en: "A lock that its holder may take again; it is free when released as often. Only the holder may release it.",
        zh: "持有者可以再次获取的锁；释放同样多次后才空闲。只有持有者才能释放它。",
    },
    example: "rlock tree",
};

pub(super) const RWLOCK: Info = Info {
    kind: Kind::Rwlock,
    word: "rwlock",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "prefer",
            Accepts::Choice(&["readers", "writers", "fair"]),
            "Who goes first where both wait: readers, writers, or whoever came first.",
            "读者和写者都在等时谁先：读者、写者，或先来者。",
        )
        .default("readers"),
        COUNT,
        AS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Many may read at once, or one may write: `read` and `write` enter it.",
        zh: "可以许多任务同时读，或一个任务独自写：用 `read` 和 `write` 进入。",
    },
    example: "rwlock page prefer=writers",
};

pub(super) const READ: Info = Info {
    kind: Kind::Read,
    word: "read",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[READ_WRITE],
    body: Body::Statements,
    doc: Words {
        en: "Runs its blocks as a reader: together with other readers, never with a writer.",
        zh: "作为读者执行其中的块：可与其他读者同时，绝不与写者同时。",
    },
    example: "read page { print \"{done}\" }",
};

pub(super) const WRITE: Info = Info {
    kind: Kind::Write,
    word: "write",
    group: Group::Locks,
    place: Place::Statement,
    parameters: &[READ_WRITE],
    body: Body::Statements,
    doc: Words { en: "Runs its blocks as the only one inside.", zh: "独自一个执行其中的块。" },
    example: "write page { set done 1 }",
};

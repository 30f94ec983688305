//! Rows of the table: lists and dicts that tasks share, and what is done with them.

use super::declarations::{AS, COUNT, NAME};
use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const SAFE: Parameter = Parameter::property(
    "thread-safe",
    Accepts::Switch,
    "Makes each change one step, as under an interpreter lock; otherwise it reads, then writes.",
    "让每次修改成为一步，如同有解释器锁；否则先读后写，是两步。",
)
.default("#false");
const LIST_OF: Parameter = Parameter::positional("list", Accepts::Reference(&[Kind::List]), "The list.", "列表。");
const DICT_OF: Parameter = Parameter::positional("dict", Accepts::Reference(&[Kind::Dict]), "The dict.", "字典。");
const KEY: Parameter = Parameter::positional("key", Accepts::Expression, "The key.", "键。");

pub(super) const LIST: Info = Info {
    kind: Kind::List,
    word: "list",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[NAME, SAFE, COUNT, AS],
    body: Body::Never,
    doc: Words {
        en: "A list all tasks see, empty at the start. Its name in an expression reads it. Changes that overlap can lose items.",
        zh: "所有任务都能看到的列表，开始时为空。在表达式中写它的名字就是读取它。同时修改可能丢失元素。",
    },
    example: "list letters",
};

pub(super) const DICT: Info = Info {
    kind: Kind::Dict,
    word: "dict",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[NAME, SAFE, COUNT, AS],
    body: Body::Never,
    doc: Words {
        en: "A dict all tasks see, empty at the start. Its name in an expression reads its keys, `\"d['k']\"` a value.",
        zh: "所有任务都能看到的字典，开始时为空。在表达式中写它的名字得到所有键，`\"d['k']\"` 得到一个值。",
    },
    example: "dict ages thread-safe=#true",
};

pub(super) const APPEND: Info = Info {
    kind: Kind::Append,
    word: "append",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[LIST_OF, Parameter::positional("value", Accepts::Expression, "The item.", "元素。")],
    body: Body::Never,
    doc: Words { en: "Puts an item at the end of a list.", zh: "在列表末尾添加一个元素。" },
    example: "append letters 1",
};

pub(super) const POP: Info = Info {
    kind: Kind::Pop,
    word: "pop",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[
        LIST_OF,
        Parameter::positional("index", Accepts::Expression, "Which one; the last if left out.", "哪一个；省略则为最后一个。")
            .default("None"),
        Parameter::property("into", Accepts::Local, "A local for the item.", "保存该元素的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Takes an item out of a list; IndexError where there is none.",
        zh: "从列表中取出一个元素；没有则抛出 IndexError。",
    },
    example: "append letters 1\npop letters into=x",
};

pub(super) const PUT_KEY: Info = Info {
    kind: Kind::PutKey,
    word: "put-key",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[DICT_OF, KEY, Parameter::positional("value", Accepts::Expression, "Its value.", "它的值。")],
    body: Body::Never,
    doc: Words { en: "Gives a key of a dict a value.", zh: "给字典的一个键赋值。" },
    example: "put-key ages \"'Ada'\" 36",
};

pub(super) const GET_KEY: Info = Info {
    kind: Kind::GetKey,
    word: "get-key",
    group: Group::Data,
    place: Place::Statement,
    parameters: &[
        DICT_OF,
        KEY,
        Parameter::property(
            "into",
            Accepts::Local,
            "A local for the value; None if the key is missing.",
            "保存值的局部变量；键不存在时为 None。",
        ),
    ],
    body: Body::Never,
    doc: Words { en: "Reads the value of a key of a dict.", zh: "读取字典中一个键的值。" },
    example: "get-key ages \"'Ada'\" into=age",
};

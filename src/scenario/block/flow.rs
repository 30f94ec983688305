//! Rows of the table: locals and what runs next. Nothing here waits.

use super::{Accepts, Body, Group, Info, Kind, Parameter, Place};
use crate::lang::Words;

const CONDITION: Parameter = Parameter::positional("condition", Accepts::Expression, "What is tested.", "要检验的条件。");

pub(super) const LET: Info = Info {
    kind: Kind::Let,
    word: "let",
    group: Group::Data,
    place: Place::Anywhere,
    parameters: &[
        Parameter::positional(
            "name",
            Accepts::Local,
            "The local, or at the top the constant.",
            "局部变量名；在文件顶层则为常量名。",
        ),
        Parameter::positional("value", Accepts::Expression, "Its value.", "它的值。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Gives a local a value. At the top of the file: a constant, which `--let` overrides.",
        zh: "给局部变量赋值。在文件顶层则定义常量，可用 `--let` 覆盖。",
    },
    example: "let x 1",
};

pub(super) const REPEAT: Info = Info {
    kind: Kind::Repeat,
    word: "repeat",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("times", Accepts::Integer { min: 0, max: i64::MAX }, "How many times.", "次数。"),
        Parameter::property("as", Accepts::Local, "A local that counts from 0.", "从 0 开始计数的局部变量。"),
    ],
    body: Body::Statements,
    doc: Words { en: "Runs its blocks so many times.", zh: "把其中的块重复执行若干次。" },
    example: "repeat 3 as=i { print \"{i}\" }",
};

pub(super) const WHILE: Info = Info {
    kind: Kind::While,
    word: "while",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[CONDITION],
    body: Body::Statements,
    doc: Words {
        en: "Runs its blocks again as long as the condition holds.", zh: "只要条件成立，就反复执行其中的块。"
    },
    example: "while \"done < 3\" { yield-cpu }",
};

pub(super) const LOOP: Info = Info {
    kind: Kind::Loop,
    word: "loop",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[],
    body: Body::Statements,
    doc: Words {
        en: "Runs its blocks again and again, until `break`.", zh: "不断重复执行其中的块，直到 `break`。"
    },
    example: "loop { break }",
};

pub(super) const FOR: Info = Info {
    kind: Kind::For,
    word: "for",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("name", Accepts::Local, "The local for each item.", "代表每一项的局部变量。"),
        Parameter::property("in", Accepts::Expression, "A list or a generator.", "一个列表或生成器。").required(),
    ],
    body: Body::Statements,
    doc: Words {
        en: "Runs its blocks once for each item of a list or a generator.",
        zh: "对列表或生成器的每一项执行一次其中的块。",
    },
    example: "for x in=\"[1, 2, 3]\" { print \"{x}\" }",
};

pub(super) const IF: Info = Info {
    kind: Kind::If,
    word: "if",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[CONDITION],
    body: Body::Statements,
    doc: Words { en: "Runs its blocks if the condition holds.", zh: "条件成立时执行其中的块。" },
    example: "if \"done > 1\" { print \"many\" }",
};

pub(super) const ELIF: Info = Info {
    kind: Kind::Elif,
    word: "elif",
    group: Group::Control,
    place: Place::Clause(&[Kind::If]),
    parameters: &[CONDITION],
    body: Body::Statements,
    doc: Words {
        en: "Behind `if`: runs its blocks if no condition before held and this one does. It begins a line.",
        zh: "跟在 `if` 之后：前面的条件都不成立而这个成立时执行。须另起一行。",
    },
    example: "if \"done > 1\" { print \"many\" }\nelif \"done == 1\" { print \"one\" }",
};

pub(super) const ELSE: Info = Info {
    kind: Kind::Else,
    word: "else",
    group: Group::Control,
    place: Place::Clause(&[Kind::If]),
    parameters: &[],
    body: Body::Statements,
    doc: Words {
        en: "Behind `if`: runs its blocks if no condition held. It begins a line.",
        zh: "跟在 `if` 之后：所有条件都不成立时执行。须另起一行。",
    },
    example: "if \"done > 1\" { print \"many\" }\nelse { print \"few\" }",
};

pub(super) const BREAK: Info = Info {
    kind: Kind::Break,
    word: "break",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[],
    body: Body::Never,
    doc: Words { en: "Leaves the innermost loop.", zh: "离开最内层的循环。" },
    example: "loop { break }",
};

pub(super) const CONTINUE: Info = Info {
    kind: Kind::Continue,
    word: "continue",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[],
    body: Body::Never,
    doc: Words { en: "Goes on with the next turn of the innermost loop.", zh: "直接进入最内层循环的下一轮。" },
    example: "repeat 3 as=i {\n    if \"i == 1\" { continue }\n    print \"{i}\"\n}",
};

pub(super) const CALL: Info = Info {
    kind: Kind::Call,
    word: "call",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[
        Parameter::positional("routine", Accepts::Reference(&[Kind::Routine]), "Which routine.", "哪个例程。"),
        Parameter::rest("arguments", Accepts::Expression, "What it is given.", "传给它的参数。"),
        Parameter::property("into", Accepts::Local, "A local for what it returns.", "接收返回值的局部变量。"),
    ],
    body: Body::Never,
    doc: Words {
        en: "Runs a routine in this task and waits for its end.", zh: "在本任务中运行一个例程，并等它结束。"
    },
    example: "call work 3 into=x",
};

pub(super) const RETURN: Info = Info {
    kind: Kind::Return,
    word: "return",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[Parameter::positional("value", Accepts::Expression, "The result.", "返回的结果。").default("None")],
    body: Body::Never,
    doc: Words {
        en: "Ends the routine, or the task's body, with a result.", zh: "结束例程或任务主体，并给出结果。"
    },
    example: "return 1",
};

pub(super) const RAISE: Info = Info {
    kind: Kind::Raise,
    word: "raise",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[
        Parameter::positional(
            "exception",
            Accepts::ExceptionName,
            "One of Python's, or your own name for a kind of Exception; left out inside `except`: the one caught, again.",
            "Python 的异常名，或自己起的名字（算作 Exception 的一种）；在 `except` 中省略则重新抛出捕获的异常。",
        )
        .optional(),
        Parameter::positional("message", Accepts::Template, "What it says.", "异常信息。").optional(),
    ],
    body: Body::Never,
    doc: Words {
        en: "Raises an exception: the blocks that follow are left until an `except` catches it.",
        zh: "抛出异常：跳过后面的块，直到有 `except` 捕获它。",
    },
    example: "try { raise ValueError \"too low\" }\nexcept ValueError { print \"caught\" }",
};

pub(super) const TRY: Info = Info {
    kind: Kind::Try,
    word: "try",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[],
    body: Body::Statements,
    doc: Words {
        en: "Runs its blocks; `except` and `finally` behind it deal with exceptions.",
        zh: "执行其中的块；异常由后面的 `except` 和 `finally` 处理。",
    },
    example: "try { call work 1 }\nfinally { print \"over\" }",
};

pub(super) const EXCEPT: Info = Info {
    kind: Kind::Except,
    word: "except",
    group: Group::Control,
    place: Place::Clause(&[Kind::Try]),
    parameters: &[
        Parameter::rest(
            "exceptions",
            Accepts::ExceptionName,
            "Which ones, with all of their family; all if none is named.",
            "捕获哪些异常（连同其子类）；不写则捕获全部。",
        ),
        Parameter::property("as", Accepts::Local, "A local for the exception.", "保存该异常的局部变量。"),
    ],
    body: Body::Statements,
    doc: Words {
        en: "Behind `try`: runs its blocks if such an exception came.", zh: "跟在 `try` 之后：出现相应异常时执行。"
    },
    example: "try { raise KeyError \"x\" }\nexcept KeyError IndexError as=e { print \"{e}\" }",
};

pub(super) const FINALLY: Info = Info {
    kind: Kind::Finally,
    word: "finally",
    group: Group::Control,
    place: Place::Clause(&[Kind::Try]),
    parameters: &[],
    body: Body::Statements,
    doc: Words {
        en: "Behind `try`: runs its blocks on every way out.", zh: "跟在 `try` 之后：无论怎样离开都会执行。"
    },
    example: "try { call work 1 }\nfinally { print \"over\" }",
};

pub(super) const ASSERT: Info = Info {
    kind: Kind::Assert,
    word: "assert",
    group: Group::Control,
    place: Place::Statement,
    parameters: &[
        CONDITION,
        Parameter::positional("message", Accepts::Template, "What to say if not.", "不成立时的说明。").optional(),
    ],
    body: Body::Never,
    doc: Words { en: "Raises AssertionError unless the condition holds.", zh: "条件不成立时抛出 AssertionError。" },
    example: "assert \"done >= 0\" \"done is {done}\"",
};

pub(super) const DISABLED: Info = Info {
    kind: Kind::Disabled,
    word: "disabled",
    group: Group::Control,
    place: Place::Anywhere,
    parameters: &[],
    body: Body::Statements,
    doc: Words {
        en: "Keeps its blocks in the file without running them.", zh: "把其中的块保留在文件里，但不执行。"
    },
    example: "disabled { sleep ms=5 }",
};

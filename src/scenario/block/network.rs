//! Rows of the table: servers and files, and what is asked of them.

use super::declarations::{AS, NAME};
use super::{Accepts, Body, Group, Info, Kind, MOST_SERVERS, Parameter, Place};
use crate::lang::Words;

const COUNT: Parameter = Parameter::property(
    "count",
    Accepts::Integer { min: 0, max: MOST_SERVERS },
    "How many to make; one of them is `\"name[i]\"`.",
    "创建多少个；其中一个写作 `\"name[i]\"`。",
)
.default("1");
const FILE_OF: Parameter = Parameter::positional("file", Accepts::Reference(&[Kind::File]), "The file.", "文件。");

pub(super) const SERVER: Info = Info {
    kind: Kind::Server,
    word: "server",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[
        NAME,
        Parameter::property(
            "latency",
            Accepts::Duration,
            "How long it takes to answer; 10 ms if left out.",
            "它要多久才答复；省略时为 10 毫秒。",
        ),
        Parameter::property(
            "",
            Accepts::Size,
            "How much it answers with; 1 kB if left out. A UDP answer is one datagram: at most 63 kB.",
            "答复的数据量；省略时为 1 kB。UDP 的答复是一个数据报，最多 63 kB。",
        ),
        Parameter::property("protocol", Accepts::Choice(&["tcp", "udp"]), "How it is reached.", "用什么协议访问它。")
            .default("tcp"),
        COUNT,
        AS,
    ],
    body: Body::Never,
    doc: Words {
        en: "Answers any number of requests at once, each after its latency: a real socket on this machine (127.0.0.1). All processes reach the same one.",
        zh: "可同时答复任意多个请求，每个都在其延迟之后：本机（127.0.0.1）上真实的套接字。所有进程访问的是同一个。",
    },
    example: "server weather latency-ms=20 kb=4",
};

pub(super) const FILE: Info = Info {
    kind: Kind::File,
    word: "file",
    group: Group::Resources,
    place: Place::Top,
    parameters: &[NAME, Parameter::property("", Accepts::Size, "How large it is.", "文件有多大。").required(), COUNT, AS],
    body: Body::Never,
    doc: Words {
        en: "A temporary file without a name, gone when the run ends, however that happens. All processes have the same one.",
        zh: "一个没有名字的临时文件，无论运行如何结束都会消失。所有进程用的是同一个。",
    },
    example: "file archive kb=256",
};

pub(super) const REQUEST: Info = Info {
    kind: Kind::Request,
    word: "request",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[Parameter::positional("server", Accepts::Reference(&[Kind::Server]), "The server.", "服务器。")],
    body: Body::Never,
    doc: Words {
        en: "Asks a server and waits for its whole answer, on a connection of its own. TimeoutError, ConnectionError or OSError if there is none.",
        zh: "用单独的连接向服务器发出请求，等到完整的答复。得不到答复时抛出 TimeoutError、ConnectionError 或 OSError。",
    },
    example: "request weather",
};

pub(super) const READ_FILE: Info = Info {
    kind: Kind::ReadFile,
    word: "read-file",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[FILE_OF],
    body: Body::Never,
    doc: Words {
        en: "Reads a file from its beginning to its end, from the disk where there is one.",
        zh: "把文件从头到尾读一遍；有磁盘时从磁盘读取。",
    },
    example: "read-file archive",
};

pub(super) const WRITE_FILE: Info = Info {
    kind: Kind::WriteFile,
    word: "write-file",
    group: Group::Work,
    place: Place::Statement,
    parameters: &[FILE_OF],
    body: Body::Never,
    doc: Words {
        en: "Writes a file anew from its beginning to its end, and waits until the disk has it.",
        zh: "把文件从头到尾重写一遍，并等到写入磁盘。",
    },
    example: "write-file archive",
};

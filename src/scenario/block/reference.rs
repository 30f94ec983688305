//! The reference of the table, as text to read and as JSON. Says what the table says and nothing else.

use std::fmt::Write as _;

use super::{Accepts, Body, Form, Group, Info, Parameter, Place, TABLE};
use crate::lang::{Lang, Words};

impl Group {
    /// Its heading.
    #[must_use]
    pub const fn title(self) -> Words {
        match self {
            Self::Scenario => Words { en: "Scenario", zh: "场景" },
            Self::Resources => Words { en: "Resources", zh: "资源" },
            Self::Tasks => Words { en: "Tasks", zh: "任务" },
            Self::Work => Words { en: "Work", zh: "工作" },
            Self::Data => Words { en: "Data", zh: "数据" },
            Self::Control => Words { en: "Control", zh: "流程" },
            Self::Locks => Words { en: "Locks", zh: "锁" },
            Self::Queues => Words { en: "Queues", zh: "队列" },
            Self::Threads => Words { en: "Threads", zh: "线程" },
            Self::Executors => Words { en: "Executors", zh: "执行器" },
            Self::Generators => Words { en: "Generators", zh: "生成器" },
            Self::Coroutines => Words { en: "Coroutines", zh: "协程" },
            Self::Checks => Words { en: "Checks", zh: "检查" },
        }
    }
}

impl Parameter {
    /// What it takes, in a few words.
    #[must_use]
    pub fn takes(&self, lang: Lang) -> String {
        let words = |en: &'static str, zh: &'static str| Words { en, zh }.get(lang).to_owned();
        match self.accepts {
            Accepts::NewName | Accepts::Local => words("a name", "名称"),
            Accepts::Reference(kinds) => kinds.iter().map(|kind| kind.info().word).collect::<Vec<_>>().join(" | "),
            Accepts::Target => "shared".to_owned(),
            Accepts::Expression => words("an expression", "表达式"),
            Accepts::Claim => words("an expression or an outcome", "表达式或某种结果"),
            Accepts::Integer { min, max: i64::MAX } => format!("{} ≥ {min}", words("a whole number", "整数")),
            Accepts::Integer { min, max } => format!("{} {min}–{max}", words("a whole number", "整数")),
            Accepts::Template => words("text with {expressions}", "可含 {表达式} 的文本"),
            Accepts::Text => words("text", "文本"),
            Accepts::Choice(choices) => choices.join(" | "),
            Accepts::Switch => "#true | #false".to_owned(),
            Accepts::Duration => words("a time", "时间"),
            Accepts::Size => words("a size", "大小"),
            Accepts::ExceptionName => words("the name of an exception", "异常的名称"),
        }
    }

    /// How it stands in a line: `NAME`, `[VALUE]`, `[NAME…]`, `[into=]`, `timeout-us=|timeout-ms=|timeout-s=`.
    #[must_use]
    pub fn usage(&self) -> String {
        let written = match self.form {
            Form::Positional => self.name.to_uppercase(),
            Form::Rest => format!("{}…", self.name.to_uppercase()),
            Form::Property => self.spellings().iter().map(|name| format!("{name}=")).collect::<Vec<_>>().join("|"),
        };
        if self.optional { format!("[{written}]") } else { written }
    }
}

impl Info {
    /// How it is written, on one line.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut line = self.word.to_owned();
        for parameter in self.parameters {
            write!(line, " {}", parameter.usage()).expect("a String takes all that is written");
        }
        line + match self.body {
            Body::Never => "",
            Body::Optional => " [{ … }]",
            Body::Statements | Body::Header => " { … }",
        }
    }

    /// Where it may stand.
    #[must_use]
    pub fn stands(&self, lang: Lang) -> String {
        let words = |en: &'static str, zh: &'static str| Words { en, zh }.get(lang).to_owned();
        match self.place {
            Place::Top => words("at the top of the file", "文件顶层"),
            Place::Anywhere => words("at the top of the file, or in a body", "文件顶层，或主体中"),
            Place::Statement => words("in the body of a task or routine", "任务或例程的主体中"),
            Place::Header => words("inside `scenario { }`", "`scenario { }` 中"),
            Place::Clause(kinds) => {
                let behind = kinds.iter().map(|kind| format!("`{}`", kind.info().word)).collect::<Vec<_>>().join(", ");
                words("directly behind ", "紧跟在后：") + &behind
            }
        }
    }
}

/// The whole table, shelf by shelf, a line or two for each block.
#[must_use]
pub fn whole(lang: Lang) -> String {
    let mut out = String::new();
    let mut group = None;
    for info in TABLE {
        if group != Some(info.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            group = Some(info.group);
            writeln!(out, "{gap}{}", info.group.title().get(lang)).expect("a String takes all that is written");
        }
        writeln!(out, "  {}\n      {}", info.usage(), info.doc.get(lang)).expect("a String takes all that is written");
    }
    out
}

/// One block, with all its parameters and an example.
#[must_use]
pub fn one(info: &Info, lang: Lang) -> String {
    let words = |en: &'static str, zh: &'static str| Words { en, zh }.get(lang);
    let mut out = format!("{}\n\n{}\n{}: {}\n", info.usage(), info.doc.get(lang), words("Stands", "位置"), info.stands(lang));
    for parameter in info.parameters {
        let default = parameter.default.map(|default| format!("; {}{default}", words("default ", "默认 "))).unwrap_or_default();
        let (usage, takes, doc) = (parameter.usage(), parameter.takes(lang), parameter.doc.get(lang));
        write!(out, "\n  {usage}\n      {takes}{default}\n      {doc}\n").expect("a String takes all that is written");
    }
    writeln!(out, "\n{}:", words("Example", "示例")).expect("a String takes all that is written");
    for line in info.example.lines() {
        writeln!(out, "    {line}").expect("a String takes all that is written");
    }
    out
}

/// A row for other programs.
#[must_use]
pub fn json(info: &Info, lang: Lang) -> serde_json::Value {
    let parameters: Vec<_> = info
        .parameters
        .iter()
        .map(|parameter| {
            serde_json::json!({
                "name": parameter.name,
                "spellings": parameter.spellings(),
                "form": match parameter.form { Form::Positional => "positional", Form::Rest => "rest", Form::Property => "property" },
                "takes": parameter.takes(lang),
                "optional": parameter.optional,
                "default": parameter.default,
                "doc": parameter.doc.get(lang),
            })
        })
        .collect();
    serde_json::json!({
        "word": info.word,
        "group": info.group,
        "usage": info.usage(),
        "stands": info.stands(lang),
        "doc": info.doc.get(lang),
        "parameters": parameters,
        "body": info.body != Body::Never,
        "example": info.example,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::block::Kind;

    #[test]
    fn a_usage_line_shows_what_may_be_left_out() {
        assert_eq!(Kind::Acquire.info().usage(), "acquire LOCK [timeout-us=|timeout-ms=|timeout-s=] [into=]");
        assert_eq!(Kind::Routine.info().usage(), "routine NAME [PARAMETERS…] [async=] { … }");
        assert_eq!(Kind::Sleep.info().usage(), "sleep us=|ms=|s=");
    }

    #[test]
    fn the_reference_has_every_block_once_and_in_both_languages() {
        for lang in Lang::ALL {
            let text = whole(lang);
            for info in TABLE {
                assert_eq!(text.matches(&format!("\n  {}\n", info.usage())).count(), 1, "{}", info.word);
                assert!(one(info, lang).contains(info.doc.get(lang)));
            }
        }
    }
}

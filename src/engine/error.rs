//! Why a run could not be made, in both languages.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::{Lang, Words};

use super::scheduler::NoSchedule;

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The text has errors; the first of them, where there is a tree at all.
    #[error("the scenario has errors")]
    Scenario(Option<Diagnostic>),
    /// More of something than an engine takes.
    #[error("{is} {}: the real engine takes at most {most}", of.en)]
    TooMany {
        /// Of what.
        of: Words,
        /// How many there are.
        is: usize,
        /// How many there may be.
        most: usize,
    },
    /// `--schedule` is none.
    #[error("--schedule: {0}")]
    Schedule(#[from] NoSchedule),
    /// The system refused.
    #[error("{}{about}: {source}", what.en)]
    System {
        /// What was tried.
        what: Words,
        /// With which file or how many bytes, after a blank; may be empty.
        about: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl EngineError {
    /// That the system refused something.
    pub const fn system(en: &'static str, zh: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what: Words { en, zh }, about: String::new(), source }
    }

    /// That the system refused something with this file, or with so much.
    pub(super) fn system_with(en: &'static str, zh: &'static str, about: &str) -> impl FnOnce(std::io::Error) -> Self {
        let about = format!(" {about}");
        move |source| Self::System { what: Words { en, zh }, about, source }
    }

    /// That the text has errors, by what was told of it.
    #[must_use]
    pub(super) fn of_text(told: &[Diagnostic]) -> Self {
        Self::Scenario(told.iter().find(|told| told.severity == Severity::Error).cloned())
    }

    /// In words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Scenario(Some(first)), Lang::En) => format!("{self}, the first: {}", first.message(lang)),
            (Self::Scenario(None), Lang::Zh) => "场景中有错误".to_owned(),
            (Self::Scenario(Some(first)), Lang::Zh) => format!("场景中有错误，第一个是：{}", first.message(lang)),
            (Self::TooMany { of, is, most }, Lang::Zh) => format!("{is} 个{}：真实引擎最多接受 {most} 个", of.zh),
            (Self::Schedule(step), Lang::Zh) => format!(
                "--schedule：`{}` 不是调度中的一步：要写任务编号，再写 `t`、`w` 或 `=值`，再写 `x次数`，各步之间用 `.` 连接",
                step.0
            ),
            (Self::System { what, about, source }, Lang::Zh) => format!("{}{about}：{source}", what.zh),
            (_, Lang::En) => self.to_string(),
        }
    }
}

//! How runs end, and the limits that end them: which was met, and at which block. Owns the shapes.

use crate::id::BlockId;
use crate::lang::{Lang, Words};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Every task that is no daemon has ended.
    Completed,
    /// Nothing can step any more and somebody still waits.
    Deadlocked,
    /// The user stopped it.
    Stopped,
    /// Its time was over.
    TimedOut,
    /// There is no more of something.
    LimitReached(Reached),
    /// The worker process died; in words.
    Crashed(String),
}

/// How the words about a crash begin when memory ran out.
pub const OUT_OF_MEMORY: Words = Words {
    en: "the process of the run asked for more memory than the system gives it",
    zh: "运行的进程要的内存超过了系统能给的",
};
/// And when nobody knows why.
pub const ENDED_UNEXPECTEDLY: Words =
    Words { en: "the process of the run has ended unexpectedly", zh: "运行的进程意外结束" };

/// Why a run crashed: what it begins with in the language, the rest in the system's words.
#[must_use]
pub fn why_crashed(why: &str, lang: Lang) -> String {
    let known = [OUT_OF_MEMORY, ENDED_UNEXPECTEDLY].into_iter().find_map(|words| Some((words, why.strip_prefix(words.en)?)));
    known.map_or_else(|| why.to_owned(), |(words, rest)| format!("{}{rest}", words.get(lang)))
}

/// A limit that a run has met.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reached {
    /// Which.
    pub limit: Limit,
    /// The block that asked for more; none where no single one did.
    pub block: Option<BlockId>,
}

/// What there is only so much of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// So many steps of the stepper.
    Steps(u64),
    /// What a schedule was given for: it says nothing that can be done at this step, counted from 1.
    Schedule(u64),
    /// So many tasks alive at once.
    TasksAtOnce(usize),
    /// So many tasks in all.
    Tasks(usize),
    /// So many processes in all.
    Processes(usize),
    /// Threads: the system gives none for this one.
    Thread {
        /// Whose it would be.
        of: String,
        /// In the system's words.
        error: String,
    },
    /// Processes: the system gives none for this one.
    Process {
        /// What it would be called.
        of: String,
        /// In the system's words.
        error: String,
    },
}

impl Limit {
    /// The end of a run that met it at `block`.
    #[must_use]
    pub fn at(self, block: impl Into<Option<BlockId>>) -> Ended {
        Ended::LimitReached(Reached { limit: self, block: block.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_told_in_the_language_and_the_systems_words_stay() {
        let why = format!("{} (signal: 6 (SIGABRT)): memory allocation of 600016 bytes failed", OUT_OF_MEMORY.en);
        assert_eq!(why_crashed(&why, Lang::En), why);
        let told = why_crashed(&why, Lang::Zh);
        assert_eq!(told, "运行的进程要的内存超过了系统能给的 (signal: 6 (SIGABRT)): memory allocation of 600016 bytes failed");
        assert_eq!(why_crashed("the shared segment is damaged", Lang::Zh), "the shared segment is damaged");
    }
}

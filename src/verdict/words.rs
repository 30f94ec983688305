//! Judgements in words, in both languages; and the limits that end runs.

use super::{Judgement, Strength, Subject, Verdict};
use crate::lang::Lang;
use crate::trace::ended::{ENDED_UNEXPECTEDLY, Limit, OUT_OF_MEMORY};
use crate::value::format::exception_line;

impl Judgement {
    /// In a word or two.
    #[must_use]
    pub const fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Holds, Lang::En) => "holds",
            (Self::Holds, Lang::Zh) => "成立",
            (Self::Refuted, Lang::En) => "refuted",
            (Self::Refuted, Lang::Zh) => "被推翻",
            (Self::Witnessed, Lang::En) => "witnessed",
            (Self::Witnessed, Lang::Zh) => "已见到",
            (Self::Unsettled, Lang::En) => "unsettled",
            (Self::Unsettled, Lang::Zh) => "尚无定论",
            (Self::NotJudged, Lang::En) => "not judged",
            (Self::NotJudged, Lang::Zh) => "未作判断",
        }
    }
}

impl Strength {
    /// How much it says: `0 of 1,000 random schedules (95 % bound 0.3 %)`.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match (*self, lang) {
            (Self::Seen { runs: 1, of: 1 }, Lang::En) => "seen in this run".into(),
            (Self::Seen { runs: 1, of: 1 }, Lang::Zh) => "在这次运行中见到".into(),
            (Self::Seen { runs, of }, Lang::En) => format!("seen in {} of {} runs", grouped(runs), grouped(of)),
            (Self::Seen { runs, of }, Lang::Zh) => format!("{} 次运行中见到 {} 次", grouped(of), grouped(runs)),
            (Self::NeverIn { runs: 1 }, Lang::En) => "nothing against it in this run".into(),
            (Self::NeverIn { runs: 1 }, Lang::Zh) => "这次运行中没有反例".into(),
            (Self::NeverIn { runs }, Lang::En) => format!("nothing against it in {} runs", grouped(runs)),
            (Self::NeverIn { runs }, Lang::Zh) => format!("{} 次运行中没有反例", grouped(runs)),
            (Self::NoneOf { schedules: 1, .. }, Lang::En) => "in one schedule alone; another seed may tell otherwise".into(),
            (Self::NoneOf { schedules: 1, .. }, Lang::Zh) => "仅在一个调度中；换一个种子可能不同".into(),
            (Self::NoneOf { schedules, bound_percent }, Lang::En) => {
                format!("0 of {} random schedules (95 % bound {} %)", grouped(schedules), digits(bound_percent))
            }
            (Self::NoneOf { schedules, bound_percent }, Lang::Zh) => {
                format!("{} 个随机调度中 0 个（95% 置信上限 {}%）", grouped(schedules), digits(bound_percent))
            }
            (Self::NoRunEnded, Lang::En) => "no run ended".into(),
            (Self::NoRunEnded, Lang::Zh) => "没有一次运行正常结束".into(),
            (Self::NeedsExplorer, Lang::En) => "not judged: only a search of all schedules can tell".into(),
            (Self::NeedsExplorer, Lang::Zh) => "未作判断：只有搜索所有调度才能得知".into(),
            (Self::NeedsClock, Lang::En) => "not judged: only a run on the real cores measures time".into(),
            (Self::NeedsClock, Lang::Zh) => "未作判断：只有在真实核心上运行才测量时间".into(),
            (Self::NeverThere, Lang::En) => "not judged: what it asks about was never there".into(),
            (Self::NeverThere, Lang::Zh) => "未作判断：它所问的对象从未出现".into(),
            (Self::LinesLost, Lang::En) => "not judged: too many lines were printed to keep them all".into(),
            (Self::LinesLost, Lang::Zh) => "未作判断：打印的行太多，没有全部保留".into(),
            (Self::RealRun, Lang::En) => "not judged: a run on the real cores does not watch for it".into(),
            (Self::RealRun, Lang::Zh) => "未作判断：在真实核心上运行时不监视它".into(),
        }
    }
}

impl Limit {
    /// What it is, in words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Steps(most), Lang::En) => format!("a run takes at most {most} steps"),
            (Self::Steps(most), Lang::Zh) => format!("一次运行最多 {most} 步"),
            (Self::Schedule(step), Lang::En) => format!("the schedule does not fit: step {step}"),
            (Self::Schedule(step), Lang::Zh) => format!("调度与场景不符：第 {step} 步"),
            (Self::Processes(most), Lang::En) => format!("a run makes at most {most} processes"),
            (Self::Processes(most), Lang::Zh) => format!("一次运行最多创建 {most} 个进程"),
            (Self::Thread { of, error }, Lang::En) => format!("the system gives no thread for `{of}`: {error}"),
            (Self::Thread { of, error }, Lang::Zh) => format!("系统不再提供线程给 `{of}`：{error}"),
            (Self::Process { of, error }, Lang::En) => format!("the system gives no process for `{of}`: {error}"),
            (Self::Process { of, error }, Lang::Zh) => format!("系统不再提供进程给 `{of}`：{error}"),
        }
    }
}

/// Why a run crashed: what it begins with in the language, the rest in the system's words.
#[must_use]
pub fn why_crashed(why: &str, lang: Lang) -> String {
    let told = match lang {
        Lang::En => None,
        Lang::Zh => [(OUT_OF_MEMORY, "运行的进程要的内存超过了系统能给的"), (ENDED_UNEXPECTEDLY, "运行的进程意外结束")]
            .into_iter()
            .find_map(|(known, words)| Some(format!("{words}{}", why.strip_prefix(known)?))),
    };
    told.unwrap_or_else(|| why.to_owned())
}

impl Verdict {
    /// Judgement and strength on one line; for what nobody expected, what it was.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let mut words = match (&self.subject, lang) {
            (Subject::Check(_), _) if self.judgement == Judgement::NotJudged => self.strength.words(lang),
            (Subject::Check(_), Lang::En) => format!("{}: {}", self.judgement.word(lang), self.quiet_words(lang)),
            (Subject::Check(_), Lang::Zh) => format!("{}：{}", self.judgement.word(lang), self.quiet_words(lang)),
            (Subject::Deadlock, Lang::En) => format!("a deadlock that nothing expects: {}", self.strength.words(lang)),
            (Subject::Deadlock, Lang::Zh) => format!("没有预期到的死锁：{}", self.strength.words(lang)),
            (Subject::Exception { task, name, message, .. }, Lang::En) => {
                let line = exception_line(name, message);
                format!("{task} ended by an exception that nothing expects, {line}: {}", self.strength.words(lang))
            }
            (Subject::Exception { task, name, message, .. }, Lang::Zh) => {
                let line = exception_line(name, message);
                format!("{task} 因没有预期到的异常而结束，{line}：{}", self.strength.words(lang))
            }
            (Subject::Death { process, signal, .. }, Lang::En) => {
                let signal = signal_words(*signal, lang);
                format!("{process} died of {signal}, which nothing expects: {}", self.strength.words(lang))
            }
            (Subject::Death { process, signal, .. }, Lang::Zh) => {
                let signal = signal_words(*signal, lang);
                format!("{process} 因没有预期到的{signal}而死：{}", self.strength.words(lang))
            }
        };
        if self.judgement == Judgement::Refuted && !self.seen.is_empty() {
            let shown =
                self.seen.iter().map(|(name, value)| if value.is_empty() { name.clone() } else { format!("{name} = {value}") });
            let shown: Vec<String> = shown.collect();
            let (open, join, close) = if lang == Lang::En { (" (", ", ", ")") } else { ("（", "，", "）") };
            words.extend([open, &shown.join(join), close]);
        }
        words
    }

    /// A `sometimes` that was not seen has nothing against it either.
    fn quiet_words(&self, lang: Lang) -> String {
        match (self.judgement, self.strength, lang) {
            (Judgement::Unsettled, Strength::NeverIn { runs: 1 }, Lang::En) => "not seen in this run".into(),
            (Judgement::Unsettled, Strength::NeverIn { runs: 1 }, Lang::Zh) => "这次运行中没有见到".into(),
            (Judgement::Unsettled, Strength::NeverIn { runs }, Lang::En) => format!("not seen in {} runs", grouped(runs)),
            (Judgement::Unsettled, Strength::NeverIn { runs }, Lang::Zh) => format!("{} 次运行中没有见到", grouped(runs)),
            _ => self.strength.words(lang),
        }
    }
}

/// A signal as the system calls it, with what it tells where that is known.
fn signal_words(signal: u32, lang: Lang) -> String {
    let name = match signal {
        6 => Some(("SIGABRT, as where memory runs out", "SIGABRT，例如内存耗尽")),
        9 => Some(("SIGKILL", "SIGKILL")),
        11 => Some(("SIGSEGV", "SIGSEGV")),
        15 => Some(("SIGTERM", "SIGTERM")),
        _ => None,
    };
    match (name, lang) {
        (Some((name, _)), Lang::En) => format!("signal {signal} ({name})"),
        (Some((_, name)), Lang::Zh) => format!("信号 {signal}（{name}）"),
        (None, Lang::En) => format!("signal {signal}"),
        (None, Lang::Zh) => format!("信号 {signal}"),
    }
}

/// With commas: `10,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Two digits that count.
fn digits(percent: f64) -> String {
    match percent {
        10.0.. => format!("{percent:.0}"),
        1.0..10.0 => format!("{percent:.1}"),
        0.1..1.0 => format!("{percent:.2}"),
        _ => format!("{percent:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_told_in_the_language_and_the_systems_words_stay() {
        let why = format!("{OUT_OF_MEMORY} (signal: 6 (SIGABRT)): memory allocation of 600016 bytes failed");
        assert_eq!(why_crashed(&why, Lang::En), why);
        let told = why_crashed(&why, Lang::Zh);
        assert_eq!(told, "运行的进程要的内存超过了系统能给的 (signal: 6 (SIGABRT)): memory allocation of 600016 bytes failed");
        assert_eq!(why_crashed("the shared segment is damaged", Lang::Zh), "the shared segment is damaged");
    }

    #[test]
    fn strengths_say_how_much_was_seen() {
        let all = [
            Strength::Seen { runs: 1, of: 1 },
            Strength::Seen { runs: 3, of: 20 },
            Strength::NeverIn { runs: 1_000 },
            Strength::NoneOf { schedules: 10_000, bound_percent: 0.029_95 },
            Strength::NoneOf { schedules: 1, bound_percent: 95.0 },
            Strength::NoRunEnded,
        ];
        assert_eq!(
            all.map(|strength| strength.words(Lang::En)),
            [
                "seen in this run",
                "seen in 3 of 20 runs",
                "nothing against it in 1,000 runs",
                "0 of 10,000 random schedules (95 % bound 0.030 %)",
                "in one schedule alone; another seed may tell otherwise",
                "no run ended",
            ]
        );
        assert_eq!(all[3].words(Lang::Zh), "10,000 个随机调度中 0 个（95% 置信上限 0.030%）");
    }
}

//! Many runs of one scenario together: how much they differ.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::json::values;
use crate::lang::{Lang, Words};
use crate::time::Nanos;
use crate::trace::store::{Ended, Trace};

/// Different outcomes that are told apart; all others are counted together.
const MOST_OUTCOMES: usize = 1_000;
/// Outcomes that are shown.
const MOST_SHOWN: usize = 10;

/// How runs end, as JSON has it and in words.
const ENDS: [(&str, Words); 6] = [
    ("completed", Words { en: "completed", zh: "次正常结束" }),
    ("deadlocked", Words { en: "deadlocked", zh: "次死锁" }),
    ("stopped", Words { en: "stopped", zh: "次被停止" }),
    ("timed-out", Words { en: "ran out of time", zh: "次超时" }),
    ("limit-reached", Words { en: "reached a limit", zh: "次达到上限" }),
    ("crashed", Words { en: "crashed", zh: "次崩溃" }),
];

/// What many runs had in common and in which they differed.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    elapsed: Vec<Nanos>,
    /// How many ended how, in the order of [`ENDS`].
    ended: [u64; ENDS.len()],
    /// How often each was seen: the values at the end and what was printed.
    outcomes: BTreeMap<(String, Vec<String>), u64>,
    other_outcomes: u64,
}

impl Spread {
    /// Adds a run.
    pub fn add(&mut self, trace: &Trace) {
        self.elapsed.push(trace.elapsed);
        let end = match trace.ended {
            Some(Ended::Completed) => 0,
            Some(Ended::Deadlocked) => 1,
            Some(Ended::Stopped) | None => 2,
            Some(Ended::TimedOut) => 3,
            Some(Ended::LimitReached(_)) => 4,
            Some(Ended::Crashed(_)) => 5,
        };
        self.ended[end] += 1;
        if end > 0 {
            return;
        }
        let outcome = (values(trace).to_string(), trace.output.iter().map(|line| line.text.clone()).collect());
        if self.outcomes.len() < MOST_OUTCOMES || self.outcomes.contains_key(&outcome) {
            *self.outcomes.entry(outcome).or_default() += 1;
        } else {
            self.other_outcomes += 1;
        }
    }

    /// The least, the middle and the greatest of how long they took.
    #[must_use]
    pub fn elapsed(&self) -> [Nanos; 3] {
        let mut sorted = self.elapsed.clone();
        sorted.sort_unstable();
        let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
        [at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))]
    }

    /// In words.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let [least, middle, most] = self.elapsed();
        let (runs, outcomes) = (self.elapsed.len(), self.outcomes.len());
        let ends = self.ended.iter().zip(&ENDS).filter(|(count, _)| **count > 0);
        let ends: Vec<String> = ends.map(|(count, (_, words))| format!("{count} {}", words.get(lang))).collect();
        let more = if self.other_outcomes > 0 { "+" } else { "" };
        let different = match (outcomes, lang) {
            (0, _) => String::new(),
            (1, Lang::En) => "all that completed have the same outcome:\n".to_owned(),
            (1, Lang::Zh) => "正常结束的各次结果都相同：\n".to_owned(),
            (_, Lang::En) => format!("{outcomes}{more} different outcomes:\n"),
            (_, Lang::Zh) => format!("{outcomes}{more} 种不同的结果：\n"),
        };
        let mut out = match lang {
            Lang::En => {
                format!("{runs} runs, {}; elapsed: least {least}, median {middle}, most {most}\n{different}", ends.join(", "))
            }
            Lang::Zh => {
                format!("共 {runs} 次运行，{}；用时：最短 {least}，中位 {middle}，最长 {most}\n{different}", ends.join("，"))
            }
        };
        for (count, value, output) in self.commonest().take(MOST_SHOWN) {
            let printed: String = output.join(" | ").chars().take(100).collect();
            out += format!("  {count} × {value} {printed}").trim_end();
            out.push('\n');
        }
        let more = outcomes.saturating_sub(MOST_SHOWN);
        match lang {
            _ if more == 0 => out,
            Lang::En => out + &format!("  … and {more} more\n"),
            Lang::Zh => out + &format!("  ……另有 {more} 种\n"),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let [least, middle, most] = self.elapsed();
        let outcomes: Vec<Value> = self
            .commonest()
            .map(|(count, value, output)| {
                let value: Value = serde_json::from_str(value).unwrap_or_default();
                json!({ "count": count, "values": value, "output": output })
            })
            .collect();
        let ends: Map<String, Value> =
            ENDS.iter().zip(self.ended).map(|((name, _), count)| ((*name).to_owned(), json!(count))).collect();
        json!({
            "runs": self.elapsed.len(),
            "completed": self.ended[0],
            "ended": ends,
            "elapsed": { "min_nanos": least, "median_nanos": middle, "max_nanos": most },
            "outcomes": outcomes,
            "other_outcomes": self.other_outcomes,
        })
    }

    fn commonest(&self) -> impl Iterator<Item = (u64, &str, &[String])> {
        let mut sorted: Vec<_> = self.outcomes.iter().collect();
        sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        sorted.into_iter().map(|((value, output), &count)| (count, value.as_str(), output.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_many_runs_is_told_and_equal_outcomes_are_counted_together() {
        let mut spread = Spread::default();
        for millis in [5, 1, 9, 3, 100] {
            let mut trace = Trace::default();
            trace.elapsed = Nanos::from_millis(millis);
            trace.ended = Some(if millis == 100 { Ended::Deadlocked } else { Ended::Completed });
            spread.add(&trace);
        }
        assert_eq!(spread.elapsed(), [1, 5, 100].map(Nanos::from_millis));
        let told = spread.json();
        assert_eq!((&told["runs"], &told["completed"], &told["outcomes"][0]["count"]), (&json!(5), &json!(4), &json!(4)));
        assert_eq!((&told["ended"]["deadlocked"], &told["ended"]["crashed"]), (&json!(1), &json!(0)));
        assert_eq!(
            spread.text(Lang::En),
            "5 runs, 4 completed, 1 deadlocked; elapsed: least 1.00 ms, median 5.00 ms, most 100 ms\n\
             all that completed have the same outcome:\n  4 × null\n"
        );
    }

    #[test]
    fn where_none_completed_no_outcomes_are_told() {
        let (mut spread, mut trace) = (Spread::default(), Trace::default());
        trace.ended = Some(Ended::Deadlocked);
        (0..3).for_each(|_| spread.add(&trace));
        assert_eq!(spread.text(Lang::En), "3 runs, 3 deadlocked; elapsed: least 0 ns, median 0 ns, most 0 ns\n");
        assert_eq!(spread.text(Lang::Zh), "共 3 次运行，3 次死锁；用时：最短 0 ns，中位 0 ns，最长 0 ns\n");
    }
}

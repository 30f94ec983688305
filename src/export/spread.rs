//! Many runs of one scenario together: how much they differ.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::json::values;
use crate::lang::Lang;
use crate::time::Nanos;
use crate::trace::store::{Ended, Trace};

/// Different outcomes that are told apart; all others are counted together.
const MOST_OUTCOMES: usize = 1_000;
/// Outcomes that are shown.
const MOST_SHOWN: usize = 10;

/// What many runs had in common and in which they differed.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    elapsed: Vec<Nanos>,
    completed: u64,
    /// How often each was seen: the values at the end and what was printed.
    outcomes: BTreeMap<(String, Vec<String>), u64>,
    other_outcomes: u64,
}

impl Spread {
    /// Adds a run.
    pub fn add(&mut self, trace: &Trace) {
        self.elapsed.push(trace.elapsed);
        if trace.ended != Some(Ended::Completed) {
            return;
        }
        self.completed += 1;
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
        let (runs, completed, outcomes) = (self.elapsed.len(), self.completed, self.outcomes.len());
        let different = match lang {
            Lang::En if outcomes == 1 => "all with the same outcome:".to_owned(),
            Lang::En => format!("{outcomes} different outcomes:"),
            Lang::Zh if outcomes == 1 => "结果都相同：".to_owned(),
            Lang::Zh => format!("{outcomes} 种不同的结果："),
        };
        let mut out = match lang {
            Lang::En => format!(
                "{runs} runs, {completed} completed; elapsed: least {least}, median {middle}, most {most}\n\
                 {different}\n"
            ),
            Lang::Zh => {
                format!("共 {runs} 次运行，{completed} 次正常结束；用时：最短 {least}，中位 {middle}，最长 {most}\n{different}\n")
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
        json!({
            "runs": self.elapsed.len(),
            "completed": self.completed,
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
    }
}

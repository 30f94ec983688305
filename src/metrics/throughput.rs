//! How much gets done: progress points and queue operations, in all and a second.

use crate::time::Nanos;
use crate::trace::store::{Passed, Trace};

/// A progress point in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Mark {
    /// Its label.
    pub label: String,
    /// How often it was passed.
    pub count: u64,
    /// When the first and the last time, where times were counted.
    #[serde(flatten)]
    pub passed: Option<Passed>,
    /// How often a second between these two; none where there is nothing between them.
    pub per_second: Option<f64>,
}

/// The progress points of a run, by label.
#[must_use]
pub fn marks(trace: &Trace) -> Vec<Mark> {
    let each = trace.counters.marks.iter().map(|(label, &count)| {
        let passed = trace.counters.mark_times.get(label).copied();
        let between = passed.map(|passed| passed.last.since(passed.first)).filter(|between| *between > Nanos::ZERO);
        let per_second = between.filter(|_| count > 1).map(|between| per_second(count - 1, between));
        Mark { label: label.clone(), count, passed, per_second }
    });
    each.collect()
}

/// A count as a rate; nothing happens in no time.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a rate")]
pub fn per_second(count: u64, elapsed: Nanos) -> f64 {
    if elapsed == Nanos::ZERO { 0.0 } else { count as f64 / elapsed.seconds() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_count_by_time_and_nothing_in_no_time() {
        assert!((per_second(30, Nanos::from_millis(1_500)) - 20.0).abs() < 1e-9);
        assert!(per_second(30, Nanos::ZERO).abs() < 1e-9);
    }

    #[test]
    fn a_marks_rate_is_of_the_time_between_its_first_and_last_passing_however_long_the_run_was() {
        let mut trace = Trace::default();
        trace.elapsed = Nanos::from_millis(100_000);
        for (label, count, first, last) in [("alone", 201, 10, 110), ("beside", 201, 200, 10_200), ("once", 1, 5, 5)] {
            trace.counters.marks.insert(label.to_owned(), count);
            let passed = Passed { first: Nanos::from_millis(first), last: Nanos::from_millis(last) };
            trace.counters.mark_times.insert(label.to_owned(), passed);
        }
        let told = marks(&trace);
        let rates = told.iter().map(|mark| mark.per_second.map_or_else(|| "none".to_owned(), |rate| format!("{rate:.0}")));
        assert_eq!(rates.collect::<Vec<_>>(), ["2000", "20", "none"]);
    }
}

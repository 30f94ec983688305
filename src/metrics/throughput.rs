//! How much gets done: progress points and queue operations, in all and a second.

use crate::time::Nanos;
use crate::trace::store::Trace;

/// A progress point in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Mark {
    /// Its label.
    pub label: String,
    /// How often it was passed.
    pub count: u64,
    /// The same a second.
    pub per_second: f64,
}

/// The progress points of a run, by label.
#[must_use]
pub fn marks(trace: &Trace) -> Vec<Mark> {
    let each = trace.counters.marks.iter();
    each.map(|(label, &count)| Mark { label: label.clone(), count, per_second: per_second(count, trace.elapsed) }).collect()
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
}

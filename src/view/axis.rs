//! The time axis that every plot shares: which part of a run is in view, where a time stands on it, and its ticks.
//! Does not paint and does not know what is plotted.

use crate::time::Nanos;

/// While a run goes on and nobody has zoomed, this much of its end is in view.
const LIVE_SPAN: Nanos = Nanos(10_000_000_000);

/// Zooming in stops here: less than this holds no two events.
const LEAST_SPAN: u64 = 100;

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// Where it begins.
    pub start: Nanos,
    /// Where it ends; later than `start`.
    pub end: Nanos,
}

/// What all plots show alike: the part of the run in view, and the moment pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeView {
    /// The part chosen by zooming or panning; none: the last ten seconds while live, the whole run after.
    pub chosen: Option<TimeRange>,
    /// The moment every plot marks.
    pub cursor: Option<Nanos>,
}

impl TimeRange {
    /// How long.
    #[must_use]
    pub const fn length(self) -> Nanos {
        self.end.since(self.start)
    }

    /// Whether `at` lies in it, ends included.
    #[must_use]
    pub fn contains(self, at: Nanos) -> bool {
        self.start <= at && at <= self.end
    }

    /// Made `factor` times as long around `at`, which keeps its place; never shorter than can be told apart nor beyond `elapsed`.
    #[must_use]
    pub fn zoomed(self, at: Nanos, factor: f64, elapsed: Nanos) -> Self {
        let at = Nanos(at.0.clamp(self.start.0, self.end.0));
        let before = scaled(at.since(self.start), factor);
        let length = scaled(self.length(), factor).0.clamp(LEAST_SPAN, elapsed.0.max(LEAST_SPAN));
        Self::at_least_zero(at.since(before), length, elapsed)
    }

    /// Moved by `fraction` of its length, to the right when positive; stops at both ends of the run.
    #[must_use]
    pub fn panned(self, fraction: f64, elapsed: Nanos) -> Self {
        let step = scaled(self.length(), fraction.abs());
        let start = if fraction < 0.0 { self.start.since(step) } else { self.start + step };
        Self::at_least_zero(start, self.length().0, elapsed)
    }

    fn at_least_zero(start: Nanos, length: u64, elapsed: Nanos) -> Self {
        let start = start.0.min(elapsed.0.saturating_sub(length));
        Self { start: Nanos(start), end: Nanos(start + length) }
    }
}

impl TimeView {
    /// The part in view of a run that has gone on for `elapsed`.
    #[must_use]
    pub fn range(&self, elapsed: Nanos, live: bool) -> TimeRange {
        if let Some(chosen) = self.chosen {
            return chosen;
        }
        let end = Nanos(elapsed.0.max(if live { LIVE_SPAN.0 } else { LEAST_SPAN }));
        let start = if live { end.since(LIVE_SPAN) } else { Nanos::ZERO };
        TimeRange { start, end }
    }
}

/// A range laid onto a width: the only place where times become positions and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// What is in view.
    pub range: TimeRange,
    /// Over how many points.
    pub width: f32,
}

/// A mark of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// When.
    pub at: Nanos,
    /// Where.
    pub x: f32,
    /// `2.5 s`.
    pub label: String,
}

impl Axis {
    /// Where `at` stands; outside the width for what is out of view.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a position on a screen")]
    pub fn x_from_time(&self, at: Nanos) -> f32 {
        let from_start = at.seconds() - self.range.start.seconds();
        (from_start / self.range.length().seconds() * f64::from(self.width)) as f32
    }

    /// The time at `x`, held to what is in view.
    #[must_use]
    pub fn time_from_x(&self, x: f32) -> Nanos {
        let share = (f64::from(x) / f64::from(self.width.max(1.0))).clamp(0.0, 1.0);
        self.range.start + scaled(self.range.length(), share)
    }

    /// Round times across the width, at least `apart` points from each other.
    #[must_use]
    pub fn ticks(&self, apart: f32) -> Vec<Tick> {
        let least = scaled(self.range.length(), f64::from(apart) / f64::from(self.width.max(1.0))).0.max(1);
        let power = 10_u64.pow(least.ilog10());
        let step = [1, 2, 5, 10, 20].map(|round| round * power).into_iter().find(|step| *step >= least).unwrap_or(least);
        let mut ticks = Vec::new();
        let mut at = self.range.start.0.div_ceil(step) * step;
        while at <= self.range.end.0 && ticks.len() < 200 {
            let at_time = Nanos(at);
            ticks.push(Tick { at: at_time, x: self.x_from_time(at_time), label: label(at_time, Nanos(step), self.range.end) });
            at += step;
        }
        ticks
    }
}

/// `at` with as many decimals as ticks `step` apart need, in the unit that fits the end of the axis.
fn label(at: Nanos, step: Nanos, end: Nanos) -> String {
    let (unit, scale) = match end.0 {
        0..1_000 => ("ns", 1_u64),
        1_000..1_000_000 => ("µs", 1_000),
        1_000_000..1_000_000_000 => ("ms", 1_000_000),
        _ => ("s", 1_000_000_000),
    };
    if at == Nanos::ZERO {
        return format!("0 {unit}");
    }
    let mut decimals = 0;
    while decimals < 9 && !(step.0 * 10_u64.pow(decimals)).is_multiple_of(scale) {
        decimals += 1;
    }
    let value = at.seconds() * 1e9 / Nanos(scale).seconds() / 1e9;
    format!("{value:.*} {unit}", decimals as usize)
}

fn scaled(time: Nanos, factor: f64) -> Nanos {
    Nanos::from_seconds(time.seconds() * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(start: u64, end: u64) -> String {
        let axis = Axis { range: TimeRange { start: Nanos(start), end: Nanos(end) }, width: 400.0 };
        let shown: Vec<_> = axis.ticks(80.0).into_iter().map(|tick| format!("{} at {:.0}", tick.label, tick.x)).collect();
        shown.join(", ")
    }

    #[test]
    fn ticks_are_round_and_named_in_the_unit_that_fits() {
        assert_eq!(ticks(0, 10_000_000_000), "0 s at 0, 2 s at 80, 4 s at 160, 6 s at 240, 8 s at 320, 10 s at 400");
        assert_eq!(
            ticks(1_200_000, 1_700_000),
            "1.2 ms at 0, 1.3 ms at 80, 1.4 ms at 160, 1.5 ms at 240, 1.6 ms at 320, 1.7 ms at 400"
        );
        assert_eq!(
            ticks(3_000_000_000, 3_004_000_000),
            "3.000 s at 0, 3.001 s at 100, 3.002 s at 200, 3.003 s at 300, 3.004 s at 400"
        );
        assert_eq!(ticks(0, 1_200_000_000), "0 s at 0, 0.5 s at 167, 1.0 s at 333");
        assert_eq!(ticks(0, 100), "0 ns at 0, 20 ns at 80, 40 ns at 160, 60 ns at 240, 80 ns at 320, 100 ns at 400");
    }

    #[test]
    fn a_live_run_shows_its_last_ten_seconds_and_an_ended_one_all_of_it() {
        let view = TimeView::default();
        let range = |elapsed, live| view.range(Nanos::from_millis(elapsed), live);
        assert_eq!(range(3_000, true), TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(10_000) });
        assert_eq!(range(25_000, true), TimeRange { start: Nanos::from_millis(15_000), end: Nanos::from_millis(25_000) });
        assert_eq!(range(25_000, false), TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(25_000) });
        assert!(range(0, false).length() > Nanos::ZERO);
    }

    #[test]
    fn zooming_keeps_the_time_under_the_pointer_in_its_place() {
        let elapsed = Nanos::from_millis(10_000);
        let whole = TimeRange { start: Nanos::ZERO, end: elapsed };
        let near = whole.zoomed(Nanos::from_millis(4_000), 0.5, elapsed);
        assert_eq!(near, TimeRange { start: Nanos::from_millis(2_000), end: Nanos::from_millis(7_000) });
        assert_eq!(near.zoomed(Nanos::from_millis(4_000), 100.0, elapsed), whole);
        assert_eq!(near.zoomed(Nanos::from_millis(4_000), 0.0, elapsed).length(), Nanos(LEAST_SPAN));
    }

    #[test]
    fn panning_stops_at_both_ends() {
        let elapsed = Nanos::from_millis(100);
        let range = TimeRange { start: Nanos::from_millis(40), end: Nanos::from_millis(60) };
        assert_eq!(range.panned(0.5, elapsed).start, Nanos::from_millis(50));
        assert_eq!(range.panned(50.0, elapsed).end, elapsed);
        assert_eq!(range.panned(-50.0, elapsed), TimeRange { start: Nanos::ZERO, end: Nanos::from_millis(20) });
    }

    #[test]
    fn a_time_and_its_position_say_the_same() {
        let axis = Axis { range: TimeRange { start: Nanos(500), end: Nanos(1_500) }, width: 100.0 };
        for nanos in [500, 730, 1_000, 1_500] {
            assert!(axis.time_from_x(axis.x_from_time(Nanos(nanos))).0.abs_diff(nanos) <= 1);
        }
        assert_eq!(axis.time_from_x(-5.0), Nanos(500));
    }
}

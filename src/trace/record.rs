//! How durations are counted while a run goes on: a logarithmic histogram of eight steps a doubling, exact below eight nanoseconds.
//! Owns the scale and a histogram on it. Does not know where the counts are kept on the hot path (`engine::real::segment`).

use crate::time::Nanos;

use super::store::Distribution;

/// How many steps the scale has: up to 2^48 ns, three days; longer ones fall into the last.
pub const STEPS: usize = 368;

/// The step that `nanos` falls into.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the scale is short: every step fits")]
pub const fn step_of(nanos: u64) -> u16 {
    if nanos < 8 {
        return nanos.to_le_bytes()[0] as u16;
    }
    let doubling = nanos.ilog2();
    if doubling >= 48 {
        return STEPS as u16 - 1;
    }
    let eighth = (nanos >> (doubling - 3)).to_le_bytes()[0] as u16 & 7;
    (doubling as u16 - 2) * 8 + eighth
}

/// The least and the greatest duration of a step.
#[must_use]
pub fn range_of(step: u16) -> (Nanos, Nanos) {
    if step < 8 {
        return (Nanos(step.into()), Nanos(step.into()));
    }
    let step = step.min(step_of(u64::MAX));
    let shift = step / 8 - 1;
    let least = u64::from(step % 8 + 8) << shift;
    (Nanos(least), Nanos(least + (1 << shift) - 1))
}

impl Distribution {
    /// Counts one more.
    pub fn add(&mut self, took: Nanos) {
        self.count += 1;
        self.total += took;
        self.max = self.max.max(took);
        let step = step_of(took.0);
        match self.steps.binary_search_by_key(&step, |entry| entry.0) {
            Ok(found) => self.steps[found].1 += 1,
            Err(place) => self.steps.insert(place, (step, 1)),
        }
    }

    /// Counts so many more that took `total` together and about the same each.
    pub fn add_like(&mut self, count: u64, total: Nanos) {
        let Some(each) = total.0.checked_div(count) else { return };
        self.merge(&Self { count, total, max: Nanos(each), steps: vec![(step_of(each), count)] });
    }

    /// That hundredth: the greatest duration of the step it lies in, at most the longest there was; zero of nothing.
    #[must_use]
    pub fn quantile(&self, hundredths: u64) -> Nanos {
        let rank = self.count.saturating_mul(hundredths).div_ceil(100).max(1);
        let mut seen = 0_u64;
        let step = self.steps.iter().find(|(_, count)| {
            seen = seen.saturating_add(*count);
            seen >= rank
        });
        step.map_or(self.max, |(step, _)| range_of(*step).1.min(self.max))
    }

    /// Counts all of another as well.
    pub fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.total += other.total;
        self.max = self.max.max(other.max);
        for &(step, count) in &other.steps {
            match self.steps.binary_search_by_key(&step, |entry| entry.0) {
                Ok(found) => self.steps[found].1 = self.steps[found].1.saturating_add(count),
                Err(place) => self.steps.insert(place, (step, count)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_lies_in_the_range_of_its_step_and_steps_have_no_gaps() {
        for nanos in (0..2_000).chain((0..48).map(|power| 1_u64 << power)).chain([(1 << 48) - 1]) {
            let (least, greatest) = range_of(step_of(nanos));
            assert!(least.0 <= nanos && nanos <= greatest.0, "{nanos} in {least:?}..={greatest:?}");
        }
        for step in 1..u16::try_from(STEPS).unwrap() {
            assert_eq!(range_of(step - 1).1.0 + 1, range_of(step).0.0);
        }
    }

    #[test]
    fn a_step_is_at_most_an_eighth_wide() {
        for step in 8..u16::try_from(STEPS).unwrap() {
            let (least, greatest) = range_of(step);
            assert!((greatest.0 - least.0) * 8 < least.0, "{step}");
        }
    }

    #[test]
    fn durations_beyond_the_scale_fall_into_the_last_step() {
        assert_eq!(usize::from(step_of(u64::MAX)), STEPS - 1);
    }

    #[test]
    fn a_distribution_counts_sums_and_keeps_its_steps_in_order() {
        let mut waits = Distribution::default();
        for nanos in [100, 5, 100, 3] {
            waits.add(Nanos(nanos));
        }
        assert_eq!((waits.count, waits.total, waits.max), (4, Nanos(208), Nanos(100)));
        assert_eq!(waits.steps, [(3, 1), (5, 1), (step_of(100), 2)]);
    }

    #[test]
    fn merged_distributions_are_those_of_all_durations() {
        let (mut one, mut other, mut all) = (Distribution::default(), Distribution::default(), Distribution::default());
        for nanos in 0..1_000_u64 {
            if nanos % 3 == 0 { &mut one } else { &mut other }.add(Nanos(nanos * nanos));
            all.add(Nanos(nanos * nanos));
        }
        one.merge(&other);
        assert_eq!(one, all);
    }

    #[test]
    fn a_quantile_is_an_eighth_off_at_most() {
        let mut all = Distribution::default();
        for nanos in 1..=10_000 {
            all.add(Nanos(nanos));
        }
        for (hundredths, is) in [(1, 100), (50, 5_000), (99, 9_900), (100, 10_000)] {
            let told = all.quantile(hundredths).0;
            assert!(is <= told && told <= is + is / 8 + 1, "{hundredths}: {told}");
        }
        assert_eq!(Distribution::default().quantile(50), Nanos::ZERO);
    }
}

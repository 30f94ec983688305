//! What each core did, on the average over time: how much of it was the scenario, Coreyard, the rest of the machine, nothing.

use crate::time::Nanos;
use crate::trace::store::{CoreSample, CoreUse};

/// What the cores did over some time.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Utilization {
    /// Each core of the machine.
    pub cores: Vec<CoreUse>,
    /// The mean of them.
    pub all: CoreUse,
    /// How many cores' worth of time the scenario's tasks took.
    pub scenario_cores: f64,
    /// How much time was sampled; none where the engine has no cores.
    #[serde(rename = "sampled_nanos")]
    pub sampled: Nanos,
}

/// The average over samples, weighted by their lengths. A core that comes or goes counts while it is there.
#[must_use]
pub fn of(samples: &[CoreSample]) -> Utilization {
    let mut sums: Vec<(f64, [f64; 5])> = Vec::new();
    for sample in samples {
        let weight = sample.length.seconds();
        if sums.len() < sample.cores.len() {
            sums.resize(sample.cores.len(), (0.0, [0.0; 5]));
        }
        for ((weights, sum), used) in sums.iter_mut().zip(&sample.cores) {
            *weights += weight;
            for (part, share) in sum.iter_mut().zip(shares(used)) {
                *part += f64::from(share) * weight;
            }
        }
    }
    let cores: Vec<CoreUse> = sums.iter().map(|(weight, sum)| mean(*weight, sum)).collect();
    let scenario_cores = cores.iter().map(|used| f64::from(used.scenario)).sum();
    let mut total = [0.0; 5];
    for used in &cores {
        for (part, share) in total.iter_mut().zip(shares(used)) {
            *part += f64::from(share);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 cores")]
    let all = mean(cores.len() as f64, &total);
    Utilization { cores, all, scenario_cores, sampled: samples.iter().map(|sample| sample.length).sum() }
}

const fn shares(used: &CoreUse) -> [f32; 5] {
    [used.scenario, used.coreyard, used.rest, used.stolen, used.idle]
}

#[expect(clippy::cast_possible_truncation, reason = "a share needs no 53 bits")]
fn mean(weight: f64, sum: &[f64; 5]) -> CoreUse {
    if weight <= 0.0 {
        return CoreUse::default();
    }
    let [scenario, coreyard, rest, stolen, idle] = sum.map(|part| (part / weight) as f32);
    CoreUse { scenario, coreyard, rest, stolen, idle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sample_weighs_more_than_a_short_one() {
        let sample = |millis, scenario| CoreSample {
            at: Nanos::from_millis(millis),
            length: Nanos::from_millis(millis),
            cores: vec![
                CoreUse { scenario, idle: 1.0 - scenario, ..CoreUse::default() },
                CoreUse { idle: 1.0, ..CoreUse::default() },
            ],
            processes: Vec::new(),
        };
        let told = of(&[sample(300, 1.0), sample(100, 0.0)]);
        assert!((told.cores[0].scenario - 0.75).abs() < 1e-6);
        assert!((told.all.idle - 0.625).abs() < 1e-6);
        assert!((told.scenario_cores - 0.75).abs() < 1e-6);
        assert_eq!(told.sampled, Nanos::from_millis(400));
    }

    #[test]
    fn without_samples_nothing_is_known() {
        assert_eq!(of(&[]), Utilization::default());
    }
}

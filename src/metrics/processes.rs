//! What share of the cores each process had.

use crate::time::Nanos;
use crate::trace::store::ProcessCounters;

/// How many cores a process kept busy in its life so far, on the average; none of one that has used no CPU time that is known.
/// `elapsed`: how far the run is.
#[must_use]
pub fn cores_busy(process: &ProcessCounters, elapsed: Nanos) -> Option<f64> {
    let life = process.ended.unwrap_or(elapsed).since(process.began);
    (process.cpu > Nanos::ZERO && life > Nanos::ZERO).then(|| process.cpu.seconds() / life.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_share_of_the_processs_own_life() {
        let ms = Nanos::from_millis;
        let check = |began: u64, ended: Option<u64>, cpu: u64| {
            let process = ProcessCounters { began: ms(began), ended: ended.map(ms), cpu: ms(cpu), ..ProcessCounters::default() };
            cores_busy(&process, ms(1_000)).map(|busy| (busy * 100.0).round())
        };
        assert_eq!(check(500, None, 250), Some(50.0));
        assert_eq!(check(500, Some(600), 150), Some(150.0));
        assert_eq!(check(0, None, 0), None);
        assert_eq!(check(1_000, None, 1), None);
    }
}

//! How well event loops keep up. What becomes due while a round goes on waits until the round is over: a round is the loop's lag.

use crate::id::{BlockId, ResourceId};
use crate::trace::store::{ResourceClass, Trace};

use super::resources::Times;

/// An event loop in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Loop {
    /// Which.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// The block that declares it.
    pub block: BlockId,
    /// How often it has gone through all that was due.
    pub rounds: u64,
    /// For how long, each time.
    pub lag: Times,
}

/// The event loops of a run, in the order of the text; those of processes that never began are left out.
#[must_use]
pub fn of(trace: &Trace) -> Vec<Loop> {
    let loops = trace.resources.iter().enumerate().filter(|(_, info)| info.class == ResourceClass::EventLoop);
    let there = loops.filter(|(_, info)| super::resources::is_there(trace, &info.name));
    let each = there.map(|(index, info)| {
        let counters = trace.counters.resources.get(index).cloned().unwrap_or_default();
        Loop {
            id: ResourceId::from_index(index),
            name: info.name.clone(),
            block: info.block,
            rounds: counters.acquisitions,
            lag: Times::of(&counters.hold),
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Nanos;
    use crate::trace::store::{ResourceCounters, ResourceInfo};

    #[test]
    fn a_loop_that_was_held_up_once_shows_it_in_its_longest_round() {
        let mut trace = Trace::default();
        let class = ResourceClass::EventLoop;
        trace.resources = vec![ResourceInfo { name: "turns".into(), class, block: BlockId(0), capacity: None }];
        let mut counters = ResourceCounters { acquisitions: 100, ..ResourceCounters::default() };
        (0..99).for_each(|_| counters.hold.add(Nanos(1_000)));
        counters.hold.add(Nanos::from_millis(50));
        trace.counters.resources = vec![counters];
        let told = &of(&trace)[0];
        assert_eq!((told.name.as_str(), told.rounds, told.lag.max), ("turns", 100, Nanos::from_millis(50)));
        assert!(told.lag.p50 < Nanos(1_100));
    }
}

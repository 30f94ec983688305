//! What each region tells: who came in, how many at once, for how long, and how many cores were busy meanwhile.

use crate::id::{BlockId, ResourceId};
use crate::time::Nanos;
use crate::trace::store::{ResourceClass, Trace};

use super::Times;

/// A region in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Region {
    /// Which.
    pub id: ResourceId,
    /// Its label.
    pub label: String,
    /// The block that opens it first.
    pub block: BlockId,
    /// How often tasks came in from outside: who comes in again from inside is not counted.
    pub entries: u64,
    /// The same a second.
    pub per_second: f64,
    /// Tasks in it now.
    pub inside: u64,
    /// The most that were in it at once.
    pub peak: u64,
    /// For how long anybody was in it.
    #[serde(rename = "elapsed_nanos")]
    pub elapsed: Nanos,
    /// How many cores the scenario kept busy meanwhile, on the average; none where the engine has no cores.
    pub cores_busy: Option<f64>,
    /// How long each that left had stayed.
    pub stay: Times,
}

/// The regions of a run, in the order of the text.
#[must_use]
pub fn of(trace: &Trace) -> Vec<Region> {
    let regions = trace.resources.iter().enumerate().filter(|(_, info)| info.class == ResourceClass::Region);
    let each = regions.map(|(index, info)| {
        let counters = trace.counters.resources.get(index).cloned().unwrap_or_default();
        let told = counters.region.unwrap_or_default();
        Region {
            id: ResourceId::from_index(index),
            label: info.name.clone(),
            block: info.block,
            entries: counters.acquisitions,
            per_second: super::throughput::per_second(counters.acquisitions, trace.elapsed),
            inside: told.inside,
            peak: told.peak,
            elapsed: told.open,
            cores_busy: told.cores_busy(),
            stay: Times::of(&counters.hold),
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::store::{RegionCounters, ResourceCounters, ResourceInfo};

    #[test]
    fn a_region_tells_how_many_cores_were_busy_while_it_was_open() {
        let mut trace = Trace::default();
        trace.resources =
            vec![ResourceInfo { name: "two".into(), class: ResourceClass::Region, block: BlockId(3), capacity: None }];
        let region = RegionCounters { inside: 1, peak: 2, open: Nanos::from_millis(200), cpu: Some(Nanos::from_millis(300)) };
        let counters = ResourceCounters { acquisitions: 3, region: Some(region), ..ResourceCounters::default() };
        trace.counters.resources = vec![counters];
        let told = &of(&trace)[0];
        assert_eq!((told.label.as_str(), told.entries, told.inside, told.peak), ("two", 3, 1, 2));
        assert!(told.cores_busy.is_some_and(|busy| (busy - 1.5).abs() < 1e-9), "{told:?}");
        let never = RegionCounters { cpu: Some(Nanos::ZERO), ..RegionCounters::default() };
        assert_eq!(never.cores_busy(), None);
    }
}

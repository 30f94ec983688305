//! What each resource cost: how often it was taken, how often somebody had to wait, how long for and how long it was held.

use crate::id::{BlockId, ResourceId};
use crate::time::Nanos;
use crate::trace::store::{Distribution, ResourceClass, Trace};

/// A resource in numbers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Resource {
    /// Which.
    pub id: ResourceId,
    /// `fork[2]`.
    pub name: String,
    /// What it is.
    pub class: ResourceClass,
    /// The block that declares it.
    pub block: BlockId,
    /// Times acquired, put or stored.
    pub acquisitions: u64,
    /// Times got (queue) or loaded (`shared`).
    pub gets: u64,
    /// Joins of a queue.
    pub joins: u64,
    /// Attempts that had to wait, those that wait now or gave up among them.
    pub contended: u64,
    /// Their share of all attempts, 0..=1; none when nobody tried.
    pub contended_share: Option<f64>,
    /// Changes of owner.
    pub hand_offs: u64,
    /// Waits that ended by time-out.
    pub timeouts: u64,
    /// Waits that ended by a cancel.
    pub cancelled: u64,
    /// The most that ever waited at once.
    pub longest_queue: u64,
    /// Waiting, of those that had to, up to now.
    pub wait: Times,
    /// Holding.
    pub hold: Times,
    /// Items in it, permits left, jobs in line.
    pub level: Option<u64>,
    /// What of its capacity is taken: busy workers of a pool, messages or bytes in a pipe.
    pub used: Option<u64>,
    /// Workers of a pool, items of a bounded queue, messages or bytes of a pipe.
    pub capacity: Option<u64>,
    /// Puts and gets a second (queue), acquisitions a second (others).
    pub per_second: f64,
    /// Who holds it now.
    pub holders: Vec<String>,
    /// How many wait for it now.
    pub waiting: u64,
    /// Who they are, at most the first 64.
    pub waiters: Vec<String>,
}

impl Resource {
    /// Whether it is a process's own copy that nobody has used: it tells nothing.
    #[must_use]
    pub fn is_idle_copy(&self) -> bool {
        let untouched = [self.acquisitions, self.gets, self.joins, self.contended, self.timeouts].iter().all(|&count| count == 0);
        self.name.contains('.') && untouched && self.used.unwrap_or(0) == 0
    }
}

/// A distribution in a few numbers; zero when nothing was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Times {
    /// How many.
    pub count: u64,
    /// All together, nanoseconds.
    #[serde(rename = "total_nanos")]
    pub total: Nanos,
    /// Half are no longer than this.
    #[serde(rename = "p50_nanos")]
    pub p50: Nanos,
    /// All but one in a hundred are no longer.
    #[serde(rename = "p99_nanos")]
    pub p99: Nanos,
    /// The longest.
    #[serde(rename = "max_nanos")]
    pub max: Nanos,
}

impl Times {
    /// The numbers of a distribution.
    #[must_use]
    pub fn of(distribution: &Distribution) -> Self {
        Self {
            count: distribution.count,
            total: distribution.total,
            p50: distribution.quantile(50),
            p99: distribution.quantile(99),
            max: distribution.max,
        }
    }
}

/// Whether a resource was ever made: `worker-1.total` is where a process of that name has begun.
pub(super) fn is_there(trace: &Trace, name: &str) -> bool {
    let processes = &trace.counters.processes;
    let of = name.split_once('.').filter(|_| !processes.is_empty());
    of.is_none_or(|(process, _)| processes.iter().any(|begun| begun.name == process))
}

/// The resources of a run, in the order of the text. Regions and event loops are told by themselves.
#[must_use]
pub fn of(trace: &Trace) -> Vec<Resource> {
    let names = |tasks: &[crate::id::TaskId]| tasks.iter().map(|&task| trace.who(task)).collect();
    let met = trace
        .resources
        .iter()
        .enumerate()
        .filter(|(_, info)| !matches!(info.class, ResourceClass::Region | ResourceClass::EventLoop));
    let there = met.filter(|(_, info)| is_there(trace, &info.name));
    let each = there.map(|(index, info)| {
        let counters = trace.counters.resources.get(index).cloned().unwrap_or_default();
        let has_level = info.class.has_level();
        let operations = counters.acquisitions.saturating_add(counters.gets);
        let others = [counters.joins, counters.timeouts, counters.cancelled, counters.waiting];
        let attempts = others.into_iter().fold(operations, u64::saturating_add);
        Resource {
            id: ResourceId::from_index(index),
            name: info.name.clone(),
            class: info.class,
            block: info.block,
            acquisitions: counters.acquisitions,
            gets: counters.gets,
            joins: counters.joins,
            contended: counters.contended,
            contended_share: (attempts > 0).then(|| share(counters.contended, attempts)),
            hand_offs: counters.hand_offs,
            timeouts: counters.timeouts,
            cancelled: counters.cancelled,
            longest_queue: counters.longest_queue,
            wait: Times::of(&counters.wait),
            hold: Times::of(&counters.hold),
            level: has_level.then_some(counters.level),
            used: matches!(info.class, ResourceClass::Pool | ResourceClass::Pipe).then_some(counters.used),
            capacity: info.capacity,
            per_second: super::throughput::per_second(operations, trace.elapsed),
            holders: names(&counters.holders),
            // Earlier traces tell the names only.
            waiting: counters.waiting.max(counters.waiters.len() as u64),
            waiters: names(&counters.waiters),
        }
    });
    each.collect()
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn share(part: u64, whole: u64) -> f64 {
    (part as f64 / whole as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::store::{ResourceCounters, ResourceInfo};

    #[test]
    fn a_lock_tells_how_often_and_how_long_it_made_others_wait() {
        let mut trace = Trace::default();
        trace.elapsed = Nanos::from_millis(500);
        trace.resources = vec![ResourceInfo { name: "l".into(), class: ResourceClass::Lock, block: BlockId(0), capacity: None }];
        let mut counters = ResourceCounters { acquisitions: 100, contended: 25, longest_queue: 3, ..ResourceCounters::default() };
        for micros in 1..=25 {
            counters.wait.add(Nanos(micros * 1_000));
        }
        trace.counters.resources = vec![counters];
        let told = &of(&trace)[0];
        assert_eq!(told.contended_share, Some(0.25));
        assert_eq!((told.wait.count, told.wait.max), (25, Nanos(25_000)));
        assert!((13_000..15_000).contains(&told.wait.p50.0), "{:?}", told.wait);
        assert_eq!(told.wait.p99, Nanos(25_000));
        assert!((told.per_second - 200.0).abs() < 1e-9);
        assert_eq!(told.level, None);
    }
}

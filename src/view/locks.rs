//! What the table of locks shows: a row for each resource that tasks meet at, with its exact totals, sorted as asked.
//! Does not choose words or colours; waiting over time is `contention`.

use std::cmp::Ordering;

use crate::id::{BlockId, ResourceId};
use crate::metrics::{self, Resource};
use crate::time::Nanos;
use crate::trace::store::{ResourceClass, Trace};

/// A resource.
#[derive(Debug, Clone, PartialEq)]
pub struct LockRow {
    /// Which.
    pub resource: ResourceId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub class: ResourceClass,
    /// The block that declares it.
    pub block: BlockId,
    /// Times acquired; items put into a queue.
    pub acquisitions: u64,
    /// The share of attempts that had to wait, none when there were none.
    pub contended: Option<f64>,
    /// How long tasks waited.
    pub wait: Times,
    /// How long it was held.
    pub hold: Times,
    /// The most that ever waited at once.
    pub longest_queue: u64,
    /// Times it went from one task to another.
    pub hand_offs: u64,
    /// Items in a queue, permits left of a semaphore; none for a lock.
    pub level: Option<u64>,
    /// Names of those who hold it now.
    pub holders: Vec<String>,
    /// How many wait for it now.
    pub waiting: u64,
    /// Names of those who do, the first of them.
    pub waiters: Vec<String>,
}

/// A distribution in four numbers; none when nothing was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Times {
    /// All together.
    pub total: Option<Nanos>,
    /// Half are no longer than this.
    pub p50: Option<Nanos>,
    /// All but one in a hundred are no longer.
    pub p99: Option<Nanos>,
    /// The longest.
    pub max: Option<Nanos>,
}

/// What rows can be sorted by: the columns of the table, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of a row")]
pub enum By {
    Name,
    Acquisitions,
    Contended,
    WaitTotal,
    WaitP50,
    WaitP99,
    WaitMax,
    HoldP50,
    HoldP99,
    HoldMax,
    LongestQueue,
    HandOffs,
    Level,
    Holders,
    Waiters,
}

impl By {
    /// Every column.
    pub const ALL: [Self; 15] = [
        Self::Name,
        Self::Acquisitions,
        Self::Contended,
        Self::WaitTotal,
        Self::WaitP50,
        Self::WaitP99,
        Self::WaitMax,
        Self::HoldP50,
        Self::HoldP99,
        Self::HoldMax,
        Self::LongestQueue,
        Self::HandOffs,
        Self::Level,
        Self::Holders,
        Self::Waiters,
    ];

    /// How two rows compare by it.
    fn compare(self, one: &LockRow, other: &LockRow) -> Ordering {
        match self {
            Self::Name => one.name.cmp(&other.name),
            Self::Acquisitions => one.acquisitions.cmp(&other.acquisitions),
            Self::Contended => one.contended.unwrap_or(-1.0).total_cmp(&other.contended.unwrap_or(-1.0)),
            Self::WaitTotal => one.wait.total.cmp(&other.wait.total),
            Self::WaitP50 => one.wait.p50.cmp(&other.wait.p50),
            Self::WaitP99 => one.wait.p99.cmp(&other.wait.p99),
            Self::WaitMax => one.wait.max.cmp(&other.wait.max),
            Self::HoldP50 => one.hold.p50.cmp(&other.hold.p50),
            Self::HoldP99 => one.hold.p99.cmp(&other.hold.p99),
            Self::HoldMax => one.hold.max.cmp(&other.hold.max),
            Self::LongestQueue => one.longest_queue.cmp(&other.longest_queue),
            Self::HandOffs => one.hand_offs.cmp(&other.hand_offs),
            Self::Level => one.level.cmp(&other.level),
            Self::Holders => one.holders.cmp(&other.holders),
            Self::Waiters => one.waiting.cmp(&other.waiting),
        }
    }
}

/// The rows of a run in the order of the text: every lock, semaphore and queue, but no copies of a process's own that nobody uses.
#[must_use]
pub fn rows(trace: &Trace) -> Vec<LockRow> {
    let resources =
        metrics::resources::of(trace).into_iter().filter(|resource| !resource.class.is_data() && !resource.is_idle_copy());
    let row = |resource: Resource| LockRow {
        resource: resource.id,
        name: resource.name,
        class: resource.class,
        block: resource.block,
        acquisitions: resource.acquisitions,
        contended: resource.contended_share,
        wait: Times::of(&resource.wait),
        hold: Times::of(&resource.hold),
        longest_queue: resource.longest_queue,
        hand_offs: resource.hand_offs,
        level: resource.level,
        holders: resource.holders,
        waiting: resource.waiting,
        waiters: resource.waiters,
    };
    resources.map(row).collect()
}

/// Sorts rows; equal ones keep the order of the text.
pub fn sort(rows: &mut [LockRow], by: By, descending: bool) {
    rows.sort_by(|one, other| {
        let order = by.compare(one, other);
        if descending { order.reverse() } else { order }
    });
}

impl Times {
    /// None where nothing was counted.
    fn of(times: &metrics::Times) -> Self {
        let told = |time: Nanos| (times.count > 0).then_some(time);
        Self { total: told(times.total), p50: told(times.p50), p99: told(times.p99), max: told(times.max) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TaskId;
    use crate::trace::store::{ResourceCounters, ResourceInfo, TaskInfo};

    fn trace() -> Trace {
        let mut trace = Trace::default();
        let info = |name: &str, class| ResourceInfo { name: name.to_owned(), class, block: BlockId(0), capacity: None };
        trace.resources = vec![
            info("done", ResourceClass::Shared),
            info("fork[0]", ResourceClass::Lock),
            info("jobs", ResourceClass::Queue),
            info("未用", ResourceClass::Semaphore),
        ];
        let thread = |name: &str| TaskInfo {
            name: name.to_owned(),
            kind: "thread".to_owned(),
            parent: None,
            block: BlockId(0),
            daemon: false,
        };
        trace.tasks = [(TaskId(0), thread("甲")), (TaskId(1), thread("乙"))].into();
        let mut fork =
            ResourceCounters { acquisitions: 200, contended: 50, hand_offs: 40, longest_queue: 3, ..ResourceCounters::default() };
        for millis in 1..=100 {
            fork.wait.add(Nanos::from_millis(millis));
            fork.hold.add(Nanos(10));
        }
        fork.holders = vec![TaskId(0)];
        (fork.waiting, fork.waiters) = (70, vec![TaskId(1), TaskId(7)]);
        let jobs = ResourceCounters { acquisitions: 8, gets: 2, contended: 1, level: 6, ..ResourceCounters::default() };
        trace.counters.resources = vec![ResourceCounters::default(), fork, jobs];
        trace
    }

    fn show(rows: &[LockRow]) -> String {
        use crate::view::figure::{duration, percent};
        let times = |times: Times| [times.total, times.p50, times.p99, times.max].map(duration).join(" ");
        let shown = rows.iter().map(|row| {
            let contended = row.contended.map_or_else(String::new, percent);
            let level = row.level.map_or_else(String::new, |level| format!(" level {level}"));
            let people = format!("{} | {} {}", row.holders.join(","), row.waiting, row.waiters.join(","));
            let (name, wait, hold) = (&row.name, times(row.wait), times(row.hold));
            format!(
                "{name}: {} {contended} wait {wait} hold {hold} queue {} hand-offs {}{level} {people}",
                row.acquisitions, row.longest_queue, row.hand_offs
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_row_tells_what_a_lock_cost_and_who_is_there_now() {
        assert_eq!(
            show(&rows(&trace())),
            "fork[0]: 200 19 % wait 5.05 s 50.3 ms 100 ms 100 ms hold 1.00 µs 10 ns 10 ns 10 ns queue 3 hand-offs 40 甲 | 70 乙,#7\n\
             jobs: 8 10 % wait – – – – hold – – – – queue 0 hand-offs 0 level 6  | 0 \n\
             未用: 0  wait – – – – hold – – – – queue 0 hand-offs 0 level 0  | 0 "
        );
    }

    #[test]
    fn rows_sort_by_every_column_and_equal_ones_keep_the_order_of_the_text() {
        let mut rows = rows(&trace());
        for by in By::ALL {
            sort(&mut rows, by, true);
        }
        let names = |rows: &[LockRow]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>().join(" ");
        sort(&mut rows, By::Acquisitions, true);
        assert_eq!(names(&rows), "fork[0] jobs 未用");
        sort(&mut rows, By::Level, false);
        assert_eq!(names(&rows), "fork[0] 未用 jobs");
        sort(&mut rows, By::HandOffs, false);
        assert_eq!(names(&rows), "未用 jobs fork[0]");
    }

    #[test]
    fn a_copy_of_a_process_s_own_that_nobody_uses_has_no_row() {
        let mut trace = trace();
        (trace.resources[1].name, trace.resources[3].name) = ("p.fork".to_owned(), "p.helpers".to_owned());
        let names: Vec<String> = rows(&trace).into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["p.fork", "jobs"]);
    }
}

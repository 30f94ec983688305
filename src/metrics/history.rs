//! How counts grew while a run went on, from successive looks at them: works whatever is recorded.
//! Bounded: when it is full, neighbours are joined and each entry from then on covers twice the time.

use std::collections::BTreeMap;

use crate::time::Nanos;
use crate::trace::record::range_of;
use crate::trace::store::{ResourceClass, Trace};

/// The most entries that are kept.
const MOST: usize = 2_048;
/// The least time between two of them at first: a run of some milliseconds, or of some steps, has more than one.
const FIRST_EVERY: Nanos = Nanos(1_000);

/// What was added between two looks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// When the stretch ended.
    pub at: Nanos,
    /// How long it was.
    pub length: Nanos,
    /// Per resource: time waited that ended in it, all waiters together, and operations done.
    pub resources: Vec<Growth>,
    /// Marks passed.
    pub marks: u64,
    /// Steps taken.
    pub steps: u64,
    /// Tasks that waited at its end.
    pub waiting: u64,
    /// How many tasks were in each state at its end, [`crate::trace::store::TaskState::ALL`]'s order.
    pub states: [u32; 8],
}

/// What one resource's counts grew by, and how full it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Growth {
    /// Time waited, all waiters together.
    pub wait: Nanos,
    /// Acquisitions, puts, gets.
    pub operations: u64,
    /// Those of them that had to wait.
    pub contended: u64,
    /// Of an event loop: the longest round that ended in the stretch, to an eighth.
    pub longest: Nanos,
    /// Items, permits left, jobs in line at the end; where stretches were joined, the most of them.
    pub level: u64,
    /// Likewise busy workers of a pool, messages or bytes in a pipe.
    pub used: u64,
}

/// A run's counts over time.
#[derive(Debug, Clone)]
pub struct History {
    entries: Vec<Entry>,
    /// Totals at the last look.
    before: Totals,
    /// The least time between two entries.
    every: Nanos,
}

#[derive(Debug, Clone, Default)]
struct Totals {
    at: Nanos,
    resources: Vec<Growth>,
    /// Of event loops: how many rounds were of each length.
    rounds: BTreeMap<usize, Vec<(u16, u64)>>,
    marks: u64,
    steps: u64,
}

impl Default for History {
    fn default() -> Self {
        Self { entries: Vec::new(), before: Totals::default(), every: FIRST_EVERY }
    }
}

impl History {
    /// Looks at a growing trace; cheap, and does nothing when the last look was a moment ago.
    pub fn look(&mut self, trace: &Trace) {
        if trace.elapsed.since(self.before.at) < self.every && trace.ended.is_none() {
            return;
        }
        let mut now = totals(trace);
        if now.at <= self.before.at && trace.ended.is_none() {
            return;
        }
        // A wait that goes on is counted before its task tells of it, and for a moment between the two it is not: what was seen
        // is not to be seen again.
        for (now, before) in now.resources.iter_mut().zip(&self.before.resources) {
            now.wait = now.wait.max(before.wait);
            now.operations = now.operations.max(before.operations);
            now.contended = now.contended.max(before.contended);
        }
        let now_rounds = &now.rounds;
        let grown = now.resources.iter().enumerate().map(|(index, now)| {
            let before = self.before.resources.get(index).copied().unwrap_or_default();
            Growth {
                wait: now.wait.since(before.wait),
                operations: now.operations.saturating_sub(before.operations),
                contended: now.contended.saturating_sub(before.contended),
                longest: longest(self.before.rounds.get(&index), now_rounds.get(&index)),
                level: now.level,
                used: now.used,
            }
        });
        let entry = Entry {
            at: now.at,
            length: now.at.since(self.before.at),
            resources: grown.collect(),
            marks: now.marks.saturating_sub(self.before.marks),
            steps: now.steps.saturating_sub(self.before.steps),
            waiting: trace.counters.resources.iter().map(|resource| resource.waiting).sum(),
            states: states(trace),
        };
        // What is told last may be of a moment that was looked at before.
        match self.entries.pop_if(|_| entry.length == Nanos::ZERO) {
            Some(last) => {
                let mut both = join(&[last, entry.clone()]);
                for (told, latest) in both.resources.iter_mut().zip(entry.resources) {
                    (told.level, told.used) = (latest.level, latest.used);
                }
                self.entries.push(both);
            }
            None => self.entries.push(entry),
        }
        self.before = now;
        if self.entries.len() >= MOST {
            self.entries = self.entries.chunks(2).map(join).collect();
            // Looks may come less often than they might: entries to come are as long as those there are.
            self.every = (self.every + self.every).max(Nanos(self.before.at.0 / self.entries.len() as u64));
        }
    }

    /// Oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// How many tasks are in each state.
fn states(trace: &Trace) -> [u32; 8] {
    let mut states = [0; 8];
    for task in trace.counters.tasks.values() {
        states[task.state as usize] += 1;
    }
    states
}

fn totals(trace: &Trace) -> Totals {
    let resources = trace.counters.resources.iter().map(|counters| Growth {
        wait: counters.wait.total,
        operations: counters.acquisitions.saturating_add(counters.gets),
        contended: counters.contended,
        longest: Nanos::ZERO,
        level: counters.level,
        used: counters.used,
    });
    let loops = trace.resources.iter().enumerate().filter(|(_, info)| info.class == ResourceClass::EventLoop);
    let rounds = loops.filter_map(|(index, _)| Some((index, trace.counters.resources.get(index)?.hold.steps.clone())));
    Totals {
        at: trace.elapsed,
        resources: resources.collect(),
        rounds: rounds.collect(),
        marks: entered(trace).chain(trace.counters.marks.values().copied()).fold(0, u64::saturating_add),
        steps: trace.counters.tasks.values().fold(0, |sum, task| sum.saturating_add(task.steps)),
    }
}

/// The longest of the rounds that came in since: the greatest step that has grown.
fn longest(before: Option<&Vec<(u16, u64)>>, now: Option<&Vec<(u16, u64)>>) -> Nanos {
    let had = |step: u16| before.and_then(|before| Some(before[before.binary_search_by_key(&step, |entry| entry.0).ok()?].1));
    let grown = now.and_then(|now| now.iter().rev().find(|&&(step, count)| had(step).unwrap_or(0) < count));
    grown.map_or(Nanos::ZERO, |&(step, _)| range_of(step).1)
}

/// Who enters a region passes a mark, too.
fn entered(trace: &Trace) -> impl Iterator<Item = u64> {
    trace.counters.resources.iter().filter(|counters| counters.region.is_some()).map(|counters| counters.acquisitions)
}

fn join(pair: &[Entry]) -> Entry {
    let mut pair = pair.iter().cloned();
    let first = pair.next().unwrap_or_default();
    pair.fold(first, |mut sum, next| {
        sum.resources.resize(sum.resources.len().max(next.resources.len()), Growth::default());
        for (sum, next) in sum.resources.iter_mut().zip(&next.resources) {
            sum.wait += next.wait;
            sum.operations += next.operations;
            sum.contended += next.contended;
            sum.longest = sum.longest.max(next.longest);
            sum.level = sum.level.max(next.level);
            sum.used = sum.used.max(next.used);
        }
        Entry {
            at: next.at,
            length: sum.length + next.length,
            resources: sum.resources,
            marks: sum.marks + next.marks,
            steps: sum.steps + next.steps,
            waiting: next.waiting,
            states: next.states,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BlockId, TaskId};
    use crate::trace::store::{ResourceCounters, ResourceInfo, TaskCounters, TaskState};

    #[test]
    fn a_long_history_stays_bounded_and_loses_no_count() {
        let mut history = History::default();
        let mut trace = Trace::default();
        trace.counters.resources = vec![ResourceCounters::default()];
        for look in 1..=10_000_u64 {
            trace.elapsed = Nanos::from_millis(look * 20);
            trace.counters.resources[0].acquisitions += look % 7;
            trace.counters.resources[0].wait.add(Nanos(look));
            history.look(&trace);
        }
        trace.elapsed += Nanos(1);
        trace.ended = Some(crate::trace::store::Ended::Completed);
        history.look(&trace);
        assert!(history.entries().len() < MOST);
        let total = |part: fn(&Growth) -> u64| history.entries().iter().map(|entry| part(&entry.resources[0])).sum::<u64>();
        assert_eq!(total(|growth| growth.operations), trace.counters.resources[0].acquisitions);
        assert_eq!(total(|growth| growth.wait.0), trace.counters.resources[0].wait.total.0);
        assert_eq!(history.entries().iter().map(|entry| entry.length).sum::<Nanos>(), trace.elapsed);
    }

    #[test]
    fn what_is_told_at_the_end_counts_though_no_time_has_passed() {
        let (mut history, mut trace) = (History::default(), Trace::default());
        trace.counters.resources = vec![ResourceCounters::default()];
        trace.elapsed = Nanos::from_millis(30);
        history.look(&trace);
        trace.counters.resources[0].wait.add(Nanos::from_millis(20));
        history.look(&trace);
        trace.ended = Some(crate::trace::store::Ended::Completed);
        history.look(&trace);
        history.look(&trace);
        let told: Vec<(Nanos, Nanos)> = history.entries().iter().map(|entry| (entry.length, entry.resources[0].wait)).collect();
        assert_eq!(told, [(trace.elapsed, Nanos::from_millis(20))]);
    }

    #[test]
    fn a_wait_that_is_not_told_for_a_moment_counts_once() {
        let (mut history, mut trace) = (History::default(), Trace::default());
        for (look, waited) in (1..).zip([30, 60, 0, 70]) {
            let mut counters = ResourceCounters::default();
            counters.wait.add(Nanos::from_millis(waited));
            trace.counters.resources = vec![counters];
            trace.elapsed = Nanos::from_millis(look * 30);
            history.look(&trace);
        }
        let waits: Vec<u64> = history.entries().iter().map(|entry| entry.resources[0].wait.0 / 1_000_000).collect();
        assert_eq!(waits, [30, 30, 0, 10]);
    }

    #[test]
    fn a_loop_that_is_held_up_shows_in_the_stretch_where_it_was_and_in_no_other() {
        let (mut history, mut trace) = (History::default(), Trace::default());
        let class = ResourceClass::EventLoop;
        trace.resources = vec![ResourceInfo { name: "l".into(), class, block: BlockId(0), capacity: None }];
        trace.counters.resources = vec![ResourceCounters::default()];
        for look in 1..=5 {
            trace.elapsed = Nanos::from_millis(look * 100);
            trace.counters.resources[0].hold.add(if look == 3 { Nanos::from_millis(80) } else { Nanos(900) });
            history.look(&trace);
        }
        let longest: Vec<u64> = history.entries().iter().map(|entry| entry.resources[0].longest.0 / 1_000_000).collect();
        assert_eq!(longest, [0, 0, 83, 0, 0]);
    }

    #[test]
    fn levels_and_states_are_told_as_they_were() {
        let (mut history, mut trace) = (History::default(), Trace::default());
        let counters = ResourceCounters { level: 3, used: 2, ..ResourceCounters::default() };
        trace.counters.resources = vec![counters];
        let state = TaskState::Blocked;
        trace.counters.tasks = [(TaskId(0), TaskCounters { state, ..TaskCounters::default() })].into();
        trace.elapsed = Nanos::from_millis(100);
        history.look(&trace);
        let entry = &history.entries()[0];
        assert_eq!((entry.resources[0].level, entry.resources[0].used), (3, 2));
        assert_eq!(entry.states[TaskState::Blocked as usize], 1);
    }
}

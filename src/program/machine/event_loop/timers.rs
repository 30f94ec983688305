//! When the coroutines of a loop are to be woken. A round has one clock, so many rest until the same time: they are kept together, for
//! four bytes each.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU64;

use crate::effect::Outcome;
use crate::time::Nanos;
use crate::value::Value;

use super::coroutine::{Coroutine, Due};
use super::{EventLoop, Number};

/// By time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Timers {
    due: BTreeMap<Nanos, Crowd>,
}

/// Those who are due at the same time, in the order in which their timers were set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::box_collection, reason = "most times have one coroutine, and each would take the room of a whole queue")]
enum Crowd {
    One(Number),
    /// At least two, so that equal timers are equal.
    Several(Box<VecDeque<Number>>),
}

impl Crowd {
    fn several(&mut self) -> &mut VecDeque<Number> {
        if let Self::One(only) = *self {
            *self = Self::Several(Box::new(VecDeque::from([only])));
        }
        match self {
            Self::Several(all) => all,
            Self::One(_) => unreachable!("it has just been made several"),
        }
    }

    fn tidy(&mut self) {
        if let Self::Several(all) = self
            && all.len() == 1
        {
            *self = Self::One(all[0]);
        }
    }
}

impl Timers {
    pub(super) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// When somebody is due first.
    pub(super) fn first(&self) -> Option<Nanos> {
        self.due.first_key_value().map(|(&at, _)| at)
    }

    /// The first who is due by now; no longer among them.
    pub(super) fn take(&mut self, now: Nanos) -> Option<Number> {
        let mut first = self.due.first_entry().filter(|first| *first.key() <= now)?;
        if let Crowd::One(only) = *first.get() {
            first.remove();
            return Some(only);
        }
        let crowd = first.get_mut();
        let next = crowd.several().pop_front();
        crowd.tidy();
        next
    }

    /// `nth` tells the place of each of them.
    fn insert(&mut self, due: Due, number: Number, nth: impl Fn(Number) -> Option<NonZeroU64>) {
        match self.due.entry(due.at) {
            Entry::Vacant(nobody) => {
                nobody.insert(Crowd::One(number));
            }
            Entry::Occupied(crowd) => {
                let all = crowd.into_mut().several();
                let is_before = |&other: &Number| nth(other) < Some(due.nth);
                let place = if all.back().is_some_and(is_before) { all.len() } else { all.partition_point(is_before) };
                all.insert(place, number);
            }
        }
    }

    fn remove(&mut self, due: Due, number: Number, nth: impl Fn(Number) -> Option<NonZeroU64>) {
        let Entry::Occupied(mut crowd) = self.due.entry(due.at) else { return };
        match crowd.get_mut() {
            Crowd::One(only) if *only == number => {
                crowd.remove();
            }
            Crowd::One(_) => {}
            Crowd::Several(all) => {
                let place = all.partition_point(|&other| nth(other) < Some(due.nth));
                if all.get(place) == Some(&number) {
                    all.remove(place);
                }
                crowd.get_mut().tidy();
            }
        }
    }
}

/// The place of each among those who are due with it.
fn nth(tasks: &[Coroutine]) -> impl Fn(Number) -> Option<NonZeroU64> {
    |number| tasks[number as usize].timer.map(|due| due.nth)
}

impl EventLoop {
    pub(super) fn set_timer(&mut self, number: Number, length: Nanos) {
        let due = Due { at: self.now + length, nth: self.timed };
        self.timed = self.timed.saturating_add(1);
        self.keep_timer(number, due);
    }

    /// As it was set some time before.
    pub(super) fn keep_timer(&mut self, number: Number, due: Due) {
        self.timers.insert(due, number, nth(&self.tasks));
        self.task_mut(number).timer = Some(due);
    }

    pub(super) fn clear_timer(&mut self, number: Number) {
        if let Some(due) = self.task(number).timer {
            self.timers.remove(due, number, nth(&self.tasks));
            self.task_mut(number).timer = None;
        }
    }

    /// A rest until the next timer is over. Where time is no clock it stands where it stood: then the timers come nearer.
    pub(super) fn time_has_come(&mut self, outcome: Outcome) {
        let first = self.timers.first().filter(|&at| at > self.now);
        let (Some(first), Outcome::Value(Value::None), true) = (first, outcome, self.ready.is_empty()) else { return };
        let early = first.since(self.now);
        let far = std::mem::take(&mut self.timers.due);
        let near = far.into_iter().map(|(at, crowd)| (Nanos(at.0 - early.0), crowd));
        self.timers.due = near.collect();
        for (&at, crowd) in &self.timers.due {
            let (one, several) = match crowd {
                Crowd::One(only) => (Some(only), None),
                Crowd::Several(all) => (None, Some(all.iter())),
            };
            for &number in one.into_iter().chain(several.into_iter().flatten()) {
                if let Some(due) = &mut self.tasks[number as usize].timer {
                    due.at = at;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Timers beside a plain map of the same, while some are set, cleared, set back as they were, and come.
    #[test]
    fn timers_come_in_the_order_of_their_times_and_then_as_they_were_set() {
        const EACH: Number = 40;
        let mut random = 7_u64;
        let mut below = |limit: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % limit
        };
        let (mut timers, mut plain) = (Timers::default(), BTreeMap::new());
        let mut set: Vec<Option<Due>> = vec![None; EACH as usize];
        let mut nth = NonZeroU64::MIN;
        for _ in 0..20_000 {
            let number = Number::try_from(below(EACH.into())).expect("it is below a number");
            let at = |set: &[Option<Due>], other: Number| set[other as usize].map(|due| due.nth);
            match (below(4), set[number as usize]) {
                (0, _) => {
                    let now = Nanos(below(4));
                    let first = plain.first_key_value().map(|(due, &other): (&Due, &Number)| (*due, other));
                    let first = first.filter(|(due, _)| due.at <= now);
                    assert_eq!(timers.take(now), first.map(|(_, other)| other));
                    if let Some((due, other)) = first {
                        plain.remove(&due);
                        set[other as usize] = None;
                    }
                }
                (_, None) => {
                    let due = Due { at: Nanos(below(4)), nth };
                    nth = nth.saturating_add(1);
                    timers.insert(due, number, |other| at(&set, other));
                    plain.insert(due, number);
                    set[number as usize] = Some(due);
                }
                (back, Some(due)) => {
                    timers.remove(due, number, |other| at(&set, other));
                    plain.remove(&due);
                    set[number as usize] = None;
                    if back > 1 {
                        timers.insert(due, number, |other| at(&set, other));
                        plain.insert(due, number);
                        set[number as usize] = Some(due);
                    }
                }
            }
            assert_eq!(timers.first(), plain.first_key_value().map(|(due, _)| due.at));
            assert_eq!(timers.is_empty(), plain.is_empty());
        }
        let mut again = Timers::default();
        for (&due, &number) in &plain {
            again.insert(due, number, |other| set[other as usize].map(|due| due.nth));
        }
        assert_eq!(timers, again, "whatever was before, equal timers are equal");
    }
}

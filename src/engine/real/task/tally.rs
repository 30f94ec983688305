//! What a task has counted of a few resources since it last told: plain memory of its own, so that counting inside a section
//! touches no line that others write. Exact: what is told here is added to the segment whole, and told before the task ends.

use std::sync::atomic::Ordering::Relaxed;

use crate::engine::real::transport::segment::{ResourceSlot, Segment, Steps, Word, resource};
use crate::id::ResourceId;
use crate::trace::record::{STEPS, step_of};

/// Resources counted at once. A task that uses more tells one whenever it comes to another in the same place.
const PLACES: usize = 8;

/// Of one resource.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Tally {
    /// The resource, plus one; zero: nothing is counted.
    of: u32,
    pub(in crate::engine::real) acquisitions: u64,
    pub(in crate::engine::real) gets: u64,
    pub(in crate::engine::real) joins: u64,
    pub(in crate::engine::real) hand_offs: u64,
    contended: u64,
    holds: Times,
    waits: Times,
}

/// How long something took, each time it happened.
#[derive(Debug, Default)]
struct Times {
    total: u64,
    max: u64,
    steps: Option<Box<Counts>>,
}

/// How often each step of the scale was met, and in which doublings there is anything: a bit for eight steps.
#[derive(Debug)]
struct Counts {
    met: u64,
    steps: [u32; STEPS],
}

const _: () = assert!(STEPS <= 64 * 8, "each doubling has a bit");

impl Counts {
    fn none() -> Box<Self> {
        Box::new(Self { met: 0, steps: [0; STEPS] })
    }
}

impl Times {
    #[inline]
    fn add(&mut self, nanos: u64) {
        self.total += nanos;
        self.max = self.max.max(nanos);
        let step = usize::from(step_of(nanos)).min(STEPS - 1);
        let counts = self.steps.get_or_insert_with(Counts::none);
        counts.met |= 1 << (step / 8);
        // A task tells many times a second: so few that 32 bits hold them.
        counts.steps[step] = counts.steps[step].wrapping_add(1);
    }

    fn tell(&mut self, total: &Word, max: &Word, steps: Steps<'_>) {
        let Some(counts) = self.steps.as_mut().filter(|counts| counts.met != 0) else { return };
        for (doubling, (counted, told)) in counts.steps.chunks_mut(8).zip(steps.chunks(8)).enumerate() {
            if counts.met & 1 << doubling != 0 {
                for (count, told) in counted.iter_mut().zip(told).filter(|(count, _)| **count > 0) {
                    told.fetch_add(std::mem::take(count).into(), Relaxed);
                }
            }
        }
        counts.met = 0;
        total.fetch_add(std::mem::take(&mut self.total), Relaxed);
        max.fetch_max(std::mem::take(&mut self.max), Relaxed);
    }
}

impl Tally {
    /// One that held for so long has let go.
    #[inline]
    pub(in crate::engine::real) fn held(&mut self, nanos: u64) {
        self.holds.add(nanos);
    }

    /// One that waited for so long has got it.
    pub(in crate::engine::real) fn waited(&mut self, nanos: u64) {
        self.contended += 1;
        self.waits.add(nanos);
    }

    fn tell(&mut self, slot: ResourceSlot<'_>, waits: Steps<'_>, holds: Steps<'_>) {
        if self.contended > 0 {
            // One waits even if it was over before anybody could count it.
            slot[resource::LONGEST].fetch_max(1, Relaxed);
        }
        let all = [
            (resource::ACQUISITIONS, &mut self.acquisitions),
            (resource::GETS, &mut self.gets),
            (resource::JOINS, &mut self.joins),
            (resource::HAND_OFFS, &mut self.hand_offs),
            (resource::CONTENDED, &mut self.contended),
        ];
        for (word, count) in all {
            let count = std::mem::take(count);
            if count > 0 {
                slot[word].fetch_add(count, Relaxed);
            }
        }
        self.holds.tell(&slot[resource::HOLD_TOTAL], &slot[resource::HOLD_MAX], holds);
        self.waits.tell(&slot[resource::WAIT_TOTAL], &slot[resource::WAIT_MAX], waits);
    }
}

/// A task's.
#[derive(Debug)]
pub(in crate::engine::real) struct Tallies {
    segment: Segment<'static>,
    places: [Tally; PLACES],
}

impl Tallies {
    pub(in crate::engine::real) fn new(segment: Segment<'static>) -> Self {
        Self { segment, places: Default::default() }
    }

    /// Where to count what is done to `id`.
    #[inline]
    pub(in crate::engine::real) fn of(&mut self, id: ResourceId) -> &mut Tally {
        let at = id.index() % PLACES;
        if self.places[at].of != id.0 + 1 {
            self.turn(at, id);
        }
        &mut self.places[at]
    }

    #[cold]
    fn turn(&mut self, at: usize, id: ResourceId) {
        self.tell_one(at);
        self.places[at].of = id.0 + 1;
    }

    fn tell_one(&mut self, at: usize) {
        let tally = &mut self.places[at];
        let told = usize::try_from(tally.of).ok().and_then(|of| self.segment.resource(of.checked_sub(1)?));
        if let Some((slot, waits, holds)) = told {
            tally.tell(slot, waits, holds);
        }
    }

    /// Tells all that was counted.
    pub(in crate::engine::real) fn tell(&mut self) {
        (0..PLACES).for_each(|at| self.tell_one(at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::real::transport::segment::tests::{SMALL, leaked};

    #[test]
    fn what_is_told_is_what_was_counted_however_often_places_change_hands() {
        let segment = leaked(crate::engine::real::transport::segment::Sizes { resources: 20, ..SMALL });
        let mut tallies = [Tallies::new(segment), Tallies::new(segment)];
        for round in 0..1_000_u32 {
            for tallies in &mut tallies {
                let tally = tallies.of(ResourceId(round * 7 % 20));
                tally.acquisitions += 1;
                tally.held(u64::from(round));
                if round % 2 == 0 {
                    tally.waited(7);
                }
            }
        }
        for tallies in &mut tallies {
            tallies.tell();
            tallies.tell();
        }
        for id in 0..20 {
            let (slot, waits, holds) = segment.resource(id).unwrap();
            let [held, waited] = [holds, waits].map(|steps| steps.iter().map(|step| step.load(Relaxed)).sum::<u64>());
            assert_eq!((slot[resource::ACQUISITIONS].load(Relaxed), held), (100, 100));
            assert_eq!((slot[resource::CONTENDED].load(Relaxed), slot[resource::WAIT_TOTAL].load(Relaxed)), (waited, 7 * waited));
        }
        let total: u64 = (0..20).map(|id| segment.resource(id).unwrap().0[resource::HOLD_TOTAL].load(Relaxed)).sum();
        assert_eq!(total, 2 * (0..1_000).sum::<u64>());
        let max = (0..20).map(|id| segment.resource(id).unwrap().0[resource::HOLD_MAX].load(Relaxed)).max();
        assert_eq!(max, Some(999));
    }
}

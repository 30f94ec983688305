//! What a task has counted of a few resources since it last told: plain memory of its own, so that counting inside a section
//! touches no line that others write. Exact: what is told here is added to the segment whole, and told before the task ends.

use std::sync::atomic::Ordering::Relaxed;

use super::segment::{ResourceSlot, Segment, Steps, resource};
use crate::id::ResourceId;
use crate::trace::record::{STEPS, step_of};

/// Resources counted at once. A task that uses more tells one whenever it comes to another in the same place.
const PLACES: usize = 8;

/// Of one resource.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The resource, plus one; zero: nothing is counted.
    of: u32,
    pub(super) acquisitions: u64,
    pub(super) gets: u64,
    pub(super) hand_offs: u64,
    hold_total: u64,
    hold_max: u64,
    holds: Option<Box<Holds>>,
}

/// How often each step of the scale was held, and the steps between which there is anything.
#[derive(Debug)]
struct Holds {
    least: usize,
    greatest: usize,
    steps: [u32; STEPS],
}

impl Holds {
    fn none() -> Box<Self> {
        Box::new(Self { least: STEPS, greatest: 0, steps: [0; STEPS] })
    }

    fn tell(&mut self, steps: Steps<'_>) {
        for step in self.least..=self.greatest {
            let count = std::mem::take(&mut self.steps[step]);
            if count > 0 {
                steps[step].fetch_add(count.into(), Relaxed);
            }
        }
        (self.least, self.greatest) = (STEPS, 0);
    }
}

impl Tally {
    /// One that held for so long has let go.
    #[inline]
    pub(super) fn held(&mut self, nanos: u64) {
        self.hold_total += nanos;
        self.hold_max = self.hold_max.max(nanos);
        let step = usize::from(step_of(nanos)).min(STEPS - 1);
        let holds = self.holds.get_or_insert_with(Holds::none);
        holds.least = holds.least.min(step);
        holds.greatest = holds.greatest.max(step);
        // A task tells many times a second: so few that 32 bits hold them.
        holds.steps[step] = holds.steps[step].wrapping_add(1);
    }

    fn tell(&mut self, slot: ResourceSlot<'_>, holds: Steps<'_>) {
        let all = [
            (resource::ACQUISITIONS, &mut self.acquisitions),
            (resource::GETS, &mut self.gets),
            (resource::HAND_OFFS, &mut self.hand_offs),
            (resource::HOLD_TOTAL, &mut self.hold_total),
        ];
        for (word, count) in all {
            let count = std::mem::take(count);
            if count > 0 {
                slot[word].fetch_add(count, Relaxed);
            }
        }
        slot[resource::HOLD_MAX].fetch_max(std::mem::take(&mut self.hold_max), Relaxed);
        if let Some(counted) = &mut self.holds {
            counted.tell(holds);
        }
    }
}

/// A task's.
#[derive(Debug)]
pub(super) struct Tallies {
    segment: Segment<'static>,
    places: [Tally; PLACES],
}

impl Tallies {
    pub(super) fn new(segment: Segment<'static>) -> Self {
        Self { segment, places: Default::default() }
    }

    /// Where to count what is done to `id`.
    #[inline]
    pub(super) fn of(&mut self, id: ResourceId) -> &mut Tally {
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
        if let Some((slot, _, holds)) = told {
            tally.tell(slot, holds);
        }
    }

    /// Tells all that was counted.
    pub(super) fn tell(&mut self) {
        (0..PLACES).for_each(|at| self.tell_one(at));
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment::tests::{SMALL, leaked};
    use super::*;

    #[test]
    fn what_is_told_is_what_was_counted_however_often_places_change_hands() {
        let segment = leaked(super::super::segment::Sizes { resources: 20, ..SMALL });
        let mut tallies = [Tallies::new(segment), Tallies::new(segment)];
        for round in 0..1_000_u32 {
            for tallies in &mut tallies {
                let tally = tallies.of(ResourceId(round * 7 % 20));
                tally.acquisitions += 1;
                tally.held(u64::from(round));
            }
        }
        for tallies in &mut tallies {
            tallies.tell();
            tallies.tell();
        }
        for id in 0..20 {
            let (slot, waits, holds) = segment.resource(id).unwrap();
            let held: u64 = holds.iter().map(|step| step.load(Relaxed)).sum();
            assert_eq!((slot[resource::ACQUISITIONS].load(Relaxed), held), (100, 100));
            assert!(waits.iter().all(|step| step.load(Relaxed) == 0));
        }
        let total: u64 = (0..20).map(|id| segment.resource(id).unwrap().0[resource::HOLD_TOTAL].load(Relaxed)).sum();
        assert_eq!(total, 2 * (0..1_000).sum::<u64>());
        let max = (0..20).map(|id| segment.resource(id).unwrap().0[resource::HOLD_MAX].load(Relaxed)).max();
        assert_eq!(max, Some(999));
    }
}

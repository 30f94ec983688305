//! How regions are told: who is in them, and for how long.

use super::Teller;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::EventKind;

impl Teller {
    pub(super) fn enters(&mut self, now: Nanos, (task, block): (TaskId, BlockId), region: ResourceId) {
        let meter = &mut self.resources[region.index()];
        if meter.stays.is_empty() {
            // Where the time that it has been open for begins.
            meter.held_since = now;
        }
        meter.stays.push((task, now));
        meter.counters.acquisitions += 1;
        let inside = meter.stays.len() as u64;
        let told = meter.counters.region.get_or_insert_default();
        told.inside = inside;
        told.peak = told.peak.max(inside);
        self.event(task, EventKind::Entered, block, (region.0, inside), now);
    }

    /// A task ended with its process, in the middle of what it did: it is in no region any more.
    pub(super) fn vanishes(&mut self, now: Nanos, place: (TaskId, BlockId)) {
        for at in 0..self.resources.len() {
            while self.resources[at].stays.iter().any(|(who, _)| *who == place.0) {
                self.leaves(now, place, ResourceId::from_index(at));
            }
        }
    }

    pub(super) fn leaves(&mut self, now: Nanos, (task, block): (TaskId, BlockId), region: ResourceId) {
        let meter = &mut self.resources[region.index()];
        let Some(at) = meter.stays.iter().rposition(|(who, _)| *who == task) else { return };
        let (_, since) = meter.stays.remove(at);
        let stayed = now.since(since);
        meter.counters.hold.add(stayed);
        let told = meter.counters.region.get_or_insert_default();
        told.inside = meter.stays.len() as u64;
        if meter.stays.is_empty() {
            told.open += now.since(meter.held_since);
        }
        self.event(task, EventKind::Left, block, (region.0, stayed.0), now);
    }
}

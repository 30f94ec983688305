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

//! Regions: who is between the braces of a `mark`, for how long anybody is, and the CPU time that the scenario uses meanwhile.
//! Their state is in the shared segment, so that the tasks of all processes can be in one.

use std::sync::atomic::Ordering::SeqCst;

use crate::engine::real::task::context::Context;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::clock::Clock;
use crate::engine::real::transport::segment::region::{BITS, CPU, CPU_BEFORE, OPEN, PEAK, STATE, taken_apart};
use crate::engine::real::transport::segment::{ResourceSlot, Segment, Word};
use crate::engine::real::transport::usage::scenario_cpu;
use crate::id::ProcessId;
use crate::time::Nanos;
use crate::trace::EventKind;

/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct Region {
    meter: Meter,
}

impl Region {
    pub(in crate::engine::real) const fn new(meter: Meter) -> Self {
        Self { meter }
    }

    /// The task comes in. The first one notes when, and what CPU time was used before.
    pub(in crate::engine::real) fn enter(&self, context: &mut Context, process: ProcessId) {
        let (clock, segment) = (context.frame.clock, context.frame.segment);
        // Before it is in, as it leaves that after it is out: if the process is killed, nobody is left inside.
        if let Some(stays) = self.stays_of(segment, process) {
            stays.fetch_add(1, SeqCst);
        }
        let state = self.meter.word(STATE);
        let (now, inside) = loop {
            let before = state.load(SeqCst);
            let (inside, since) = taken_apart(before);
            // CPU time is read between the two stamps: else a short region would keep more cores busy than there are.
            let now = clock.now();
            let cpu = (inside == 0).then(|| scenario_cpu(segment, process));
            let since = if inside == 0 { now.0 } else { since };
            if state.compare_exchange(before, since << BITS | (inside + 1), SeqCst, SeqCst).is_ok() {
                // It is read by the last to leave, which comes after this task's own leaving.
                if let Some(cpu) = cpu {
                    self.meter.word(CPU_BEFORE).store(cpu.0, SeqCst);
                }
                break (now, inside + 1);
            }
        };
        self.meter.word(PEAK).fetch_max(inside, SeqCst);
        context.stays.push((self.meter.id, now));
        context.tallies.of(self.meter.id).acquisitions += 1;
        context.event(EventKind::Entered, self.meter.id.0, inside, now);
        context.step_done(now, 0);
    }

    /// The task goes out. The last one adds what the region was open for.
    pub(in crate::engine::real) fn leave(&self, context: &mut Context, process: ProcessId) {
        let (clock, segment) = (context.frame.clock, context.frame.segment);
        let now = go_out(self.meter.slot, 1, clock, || scenario_cpu(segment, process));
        if let Some(stays) = self.stays_of(segment, process) {
            stays.fetch_sub(1, SeqCst);
        }
        let stay = context.stays.iter().rposition(|(id, _)| *id == self.meter.id).map(|at| context.stays.remove(at));
        let stayed = now.since(stay.map_or(now, |(_, since)| since));
        context.tallies.of(self.meter.id).held(stayed.0);
        context.event(EventKind::Left, self.meter.id.0, stayed.0, now);
        context.step_done(now, 0);
    }

    fn stays_of(&self, segment: Segment<'static>, process: ProcessId) -> Option<&'static Word> {
        segment.stays(process.index(), self.meter.id.index())
    }
}

/// A process has ended: none of its tasks is in the `index`-th resource any more, if that is a region. `own` is the one that sees to it.
pub(in crate::engine::real) fn vacate(segment: Segment<'_>, index: usize, ended: ProcessId, own: ProcessId, clock: Clock) {
    let (Some(stays), Some((slot, ..))) = (segment.stays(ended.index(), index), segment.resource(index)) else { return };
    let left = stays.swap(0, SeqCst);
    if left > 0 {
        go_out(slot, left, clock, || scenario_cpu(segment, own));
    }
}

/// So many go out at once; when.
fn go_out(slot: ResourceSlot<'_>, leaving: u64, clock: Clock, cpu: impl Fn() -> Nanos) -> Nanos {
    loop {
        let before = slot[STATE].load(SeqCst);
        let (inside, since) = taken_apart(before);
        let is_last = inside <= leaving;
        // Before it is open to the next that come in, who note theirs in the same place.
        let used = is_last.then(|| cpu().since(Nanos(slot[CPU_BEFORE].load(SeqCst))));
        let now = clock.now();
        let after = if is_last { 0 } else { before - leaving };
        if slot[STATE].compare_exchange(before, after, SeqCst, SeqCst).is_ok() {
            if let Some(used) = used.filter(|_| inside > 0) {
                slot[OPEN].fetch_add(now.since(Nanos(since)).0, SeqCst);
                slot[CPU].fetch_add(used.0, SeqCst);
            }
            return now;
        }
    }
}

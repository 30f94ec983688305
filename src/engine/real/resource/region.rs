//! Regions: who is between the braces of a `mark`, for how long anybody is, and the CPU time that the scenario uses meanwhile.
//! Their state is in the shared segment, so that the tasks of all processes can be in one.

use std::sync::atomic::Ordering::SeqCst;

use crate::engine::real::task::context::Context;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::region::{BITS, CPU, CPU_BEFORE, OPEN, PEAK, STATE, taken_apart};
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
        let state = self.meter.word(STATE);
        let (now, inside) = loop {
            let before = state.load(SeqCst);
            let (inside, since) = taken_apart(before);
            let cpu = (inside == 0).then(|| scenario_cpu(segment, process));
            let now = clock.now();
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
        let state = self.meter.word(STATE);
        let now = loop {
            let before = state.load(SeqCst);
            let (inside, since) = taken_apart(before);
            let now = clock.now();
            // Before it is open to the next that come in, who note theirs in the same place.
            let used =
                (inside == 1).then(|| scenario_cpu(segment, process).since(Nanos(self.meter.word(CPU_BEFORE).load(SeqCst))));
            let after = if inside > 1 { before - 1 } else { 0 };
            if state.compare_exchange(before, after, SeqCst, SeqCst).is_ok() {
                if let Some(used) = used {
                    self.meter.word(OPEN).fetch_add(now.since(Nanos(since)).0, SeqCst);
                    self.meter.word(CPU).fetch_add(used.0, SeqCst);
                }
                break now;
            }
        };
        let stay = context.stays.iter().rposition(|(id, _)| *id == self.meter.id).map(|at| context.stays.remove(at));
        let stayed = now.since(stay.map_or(now, |(_, since)| since));
        context.tallies.of(self.meter.id).held(stayed.0);
        context.event(EventKind::Left, self.meter.id.0, stayed.0, now);
        context.step_done(now, 0);
    }
}

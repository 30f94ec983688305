//! CPU time of a scenario in all its processes. Owns what is asked of the system for it; processes tell their own in `family`.

use std::sync::atomic::Ordering::Relaxed;

use super::clock::{cpu_of_process, process_cpu};
use super::segment::{Head, ProcessSlot, Segment, process};
use crate::id::ProcessId;
use crate::time::Nanos;

/// CPU time of the scenario so far, in all its processes; `own` is the one that asks.
pub(in crate::engine::real) fn scenario_cpu(segment: Segment<'_>, own: ProcessId) -> Nanos {
    let of_others =
        (0..segment.sizes().processes).filter(|&index| index != own.index()).filter_map(|index| segment.process(index));
    let others: Nanos = of_others.map(cpu_of).sum();
    (process_cpu() + others).since(Nanos(segment.head(Head::WatchCpu).load(Relaxed)))
}

/// Tells CPU time of the scenario so far. By the run's own process.
pub(in crate::engine::real) fn report_scenario(segment: Segment<'_>) {
    segment.head(Head::ScenarioCpu).store(scenario_cpu(segment, ProcessId::MAIN).0, Relaxed);
}

/// Another process's: as it told at its end, or as the system knows now.
fn cpu_of(slot: ProcessSlot<'_>) -> Nanos {
    let told = Nanos(slot[process::CPU].load(Relaxed));
    let number = i32::try_from(slot[process::NUMBER].load(Relaxed)).unwrap_or(0);
    let lives = slot[process::STATE].load(Relaxed) == process::ALIVE && number > 0;
    let now = if lives { cpu_of_process(number) } else { None };
    told.max(now.unwrap_or_default())
}

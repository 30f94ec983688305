//! The processes of a run as its worker processes know them: a table in the shared segment, filled by each for itself and by its
//! parent for what it cannot tell any more. Owns the table; `children` starts and reaps.

mod children;
mod pooled;

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

pub(in crate::engine::real) use self::children::{
    begin, claim, close_ends, executable, exit_code, exit_number, feeders, has_started, number, open_ends, own_child, terminate,
};
pub(in crate::engine::real) use self::pooled::{Gone, Pooled};
use crate::engine::real::resource::region;
use crate::engine::real::transport::clock::process_cpu;
use crate::engine::real::transport::segment::{Head, Segment, TaskSlot, half, process, resource, station, task};
use crate::engine::real::transport::state;
use crate::engine::real::wait::control::Control;
use crate::engine::real::worker::yard::Yard;
use crate::id::ProcessId;
use crate::time::Nanos;
use crate::trace::store::TaskState;

/// In the place of a folder: the worker is a child of another one.
pub(in crate::engine::real) const IS_CHILD: &str = "-";

/// What a process is told by the segment to do.
pub(in crate::engine::real) const STOP: u64 = 1;
/// See [`STOP`].
pub(in crate::engine::real) const PAUSE: u64 = 2;
/// Counts how often they have been asked what they hold.
const LOOK: u64 = 4;

/// Gives orders to all processes of the run, and to all their tasks.
pub(in crate::engine::real) fn order(segment: Segment<'static>, stop: bool, pause: Option<bool>) {
    let orders = segment.head(Head::Orders);
    if stop {
        orders.fetch_or(STOP, SeqCst);
    }
    if let Some(pause) = pause {
        let _before = if pause { orders.fetch_or(PAUSE, SeqCst) } else { orders.fetch_and(!PAUSE, SeqCst) };
    }
    // What computes sees it there; one that begins later looks at the orders first.
    for control in (0..segment.sizes().processes).filter_map(|index| Control::of(segment, ProcessId::from_index(index))) {
        if stop {
            control.stop();
        }
        if let Some(pause) = pause {
            control.pause(pause);
        }
    }
    // What waits elsewhere is told by its own process, which hears the bell.
    crate::engine::real::resource::across::ring(half(segment.head(Head::Bell)));
    ring_all(segment);
}

/// Asks all processes of the run to tell what they hold, and all their tasks what they stand in.
pub(in crate::engine::real) fn look(segment: Segment<'static>) {
    segment.head(Head::Orders).fetch_add(LOOK, SeqCst);
    for control in (0..segment.sizes().processes).filter_map(|index| Control::of(segment, ProcessId::from_index(index))) {
        control.look();
    }
    crate::engine::real::resource::across::ring(half(segment.head(Head::Bell)));
    ring_all(segment);
}

/// Has all that wait where processes meet look around.
fn ring_all(segment: Segment<'_>) {
    for slot in (0..segment.sizes().resources).filter_map(|index| segment.station(index)) {
        if slot[station::WAITING].load(SeqCst) > 0 {
            crate::engine::real::resource::across::ring(half(&slot[station::BELL]));
        }
    }
}

/// A process is about to be started: it begins here, not where it can tell for itself, which is after a good part of its life.
pub(super) fn begins(segment: Segment<'_>, id: ProcessId, now: Nanos) {
    if let Some(slot) = segment.process(id.index()) {
        slot[process::BEGAN].store(now.0.max(1), SeqCst);
    }
}

/// A process tells its number. The first, which begins with the clock, also that it has begun: what it has done before does not count.
pub(in crate::engine::real) fn enter(segment: Segment<'_>, id: ProcessId, now: Nanos) {
    if let Some(slot) = segment.process(id.index()) {
        slot[process::NUMBER].store(std::process::id().into(), SeqCst);
        if id == ProcessId::MAIN {
            slot[process::CPU_BEFORE].store(process_cpu().0, SeqCst);
            begins(segment, id, now);
        }
    }
}

/// A process tells what it costs.
pub(in crate::engine::real) fn report(segment: Segment<'_>, id: ProcessId) {
    if let Some(slot) = segment.process(id.index()) {
        let (cpu, memory) = cost();
        slot[process::CPU].store(cpu.since(Nanos(slot[process::CPU_BEFORE].load(SeqCst))).0, Relaxed);
        slot[process::MEMORY].store(memory, Relaxed);
    }
}

/// CPU time and resident bytes of this process.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the system tells a process's memory in a file")]
fn cost() -> (Nanos, u64) {
    // Asked at the end of every process, so without looking up which process this is.
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = told.split(' ').nth(1).and_then(|resident| resident.parse().ok()).unwrap_or(0_u64);
    (process_cpu(), pages * procfs::page_size())
}

#[cfg(not(target_os = "linux"))]
const fn cost() -> (Nanos, u64) {
    (Nanos::ZERO, 0)
}

/// What a task whose process has died spent where it stood is its block's: it can tell no more itself.
pub(super) fn told_for(segment: Segment<'_>, slot: TaskSlot<'_>, now: Nanos) {
    let here = slot[task::HERE].swap(0, SeqCst);
    let block = usize::try_from(slot[task::BLOCK].load(SeqCst)).ok().and_then(|block| segment.block(block.checked_sub(1)?));
    let Some([_, time, waiting, _]) = block.filter(|_| here > 0) else { return };
    time.fetch_add(now.since(Nanos(here)).0, Relaxed);
    if matches!(state::read(slot), TaskState::Blocked | TaskState::Spinning | TaskState::Sleeping) {
        waiting.fetch_add(now.since(Nanos(here.max(slot[task::SINCE].load(SeqCst)))).0, Relaxed);
    }
}

/// What a process that has ended leaves behind is put in order, however it ended: its tasks are over, its ends of pipes closed,
/// the gates it held open, the regions left. Locks it held stay held. `cut_off`: the run ends, so its tasks are told as they stood.
pub(in crate::engine::real) fn tidy(yard: &Yard, id: ProcessId, now: Nanos, cut_off: bool) {
    let segment = yard.frame.segment;
    let mine = u64::from(id.0) + 1;
    let free = |word: &crate::engine::real::transport::segment::Word| word.compare_exchange(mine, 0, SeqCst, SeqCst).is_ok();
    crate::engine::real::transport::log::mend(segment, id);
    for index in 0..segment.sizes().resources {
        let Some(slot) = segment.station(index) else { continue };
        if !cut_off {
            region::vacate(segment, index, id, yard.process, yard.frame.clock);
        }
        let cut_short = free(&slot[station::WRITE_GATE]) | free(&slot[station::READ_GATE]);
        if cut_short {
            slot[station::BROKEN].store(1, SeqCst);
        }
        let at = id.index() / 64 % 2;
        let bit = !(1_u64 << (id.index() % 64));
        slot[station::WRITERS + at].fetch_and(bit, SeqCst);
        slot[station::READERS + at].fetch_and(bit, SeqCst);
        let word = segment.resource(index).map(|(words, ..)| &words[resource::WORD]);
        if let Some(word) = word.filter(|_| slot[station::IS_CELL].load(SeqCst) != 0) {
            crate::engine::real::resource::across::abandon_cell(word, id);
        }
    }
    // After that: as long as one of its tasks counts as alive, nobody who waits for what it does is lost.
    let tasks = usize::try_from(segment.head(Head::TaskEnd).load(SeqCst)).unwrap_or(0).min(segment.sizes().tasks);
    for slot in (0..tasks).filter_map(|index| segment.task(index)) {
        if slot[task::PROCESS].load(SeqCst) != mine {
            continue;
        }
        slot[task::SIGN].store(0, SeqCst);
        let over = matches!(state::read(slot), TaskState::New | TaskState::Done);
        if !over && !cut_off {
            told_for(segment, slot, now);
            state::enter(slot, TaskState::Done, now);
        }
    }
    ring_all(segment);
}

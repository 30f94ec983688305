//! `compute`: burning CPU, measured by the thread's own CPU clock, in slices short enough to look for orders in between.
//! Owns the rounds and their calibration. Does not decide what a run may burn.

use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::context::{Context, Cut};
use crate::effect::{Work, WorkKind};
use crate::engine::real::transport::clock::thread_cpu;
use crate::time::Nanos;
use crate::trace::{EventKind, NOTHING};

/// Rounds of a slice of fixed work: some tens of microseconds.
const SLICE_ROUNDS: u64 = 16_384;
/// Rounds between two looks whether another thread asks for the interpreter lock: about a microsecond.
const ROUNDS_A_CHECK: u64 = 512;
/// The longest slice of timed work.
const SLICE: Nanos = Nanos(250_000);
/// Below this, time is taken from the calibration: reading the CPU clock twice would cost as much.
const TOO_SHORT: Nanos = Nanos(2_000);
/// Entries of the buffer for memory work: 64 MiB, larger than the caches of most machines.
const MEMORY_ENTRIES: u32 = 1 << 24;

/// Does `work`.
///
/// # Errors
/// When the run ends.
pub(in crate::engine::real) fn compute(context: &mut Context, work: Work, kind: WorkKind) -> Result<(), Cut> {
    let begin = context.stamp();
    match work {
        Work::Time(length) => {
            context.event(EventKind::Computing, NOTHING, length.0, begin);
            burn(context, length, kind)?;
        }
        Work::Rounds(rounds) => {
            context.event(EventKind::Computing, NOTHING, 0, begin);
            let mut left = rounds;
            while left > 0 {
                left -= some_rounds(context, kind, left.min(SLICE_ROUNDS));
                context.check()?;
                context.check_point()?;
            }
        }
    }
    let now = context.stamp();
    context.event(EventKind::Resumed, NOTHING, now.since(begin).0, now);
    context.step_done(now, 0);
    Ok(())
}

/// Rounds a millisecond of each kind, as measured so far.
static RATE: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

fn burn(context: &mut Context, length: Nanos, kind: WorkKind) -> Result<(), Cut> {
    let rate = &RATE[kind as usize];
    let known = rate.load(Relaxed);
    if known > 0 && length < TOO_SHORT {
        round(kind, rounds_for(known, length));
        return Ok(());
    }
    let begin = thread_cpu();
    if known == 0 {
        rate.store(calibrate(kind), Relaxed);
    }
    let mut spent = thread_cpu().since(begin);
    loop {
        let left = length.since(spent);
        let known = rate.load(Relaxed);
        if left < TOO_SHORT {
            round(kind, rounds_for(known, left));
            return Ok(());
        }
        // Half of what is left, no more: the rate may halve with what the core's other half does.
        let slice = Nanos((left.0 / 2).min(SLICE.0));
        let rounds = rounds_for(known, slice).max(1);
        let before = spent;
        let rounds = some_rounds(context, kind, rounds);
        spent = thread_cpu().since(begin);
        // A slice cut short by others says little about the rate.
        if rounds > ROUNDS_A_CHECK {
            let measured = rounds.saturating_mul(1_000_000) / spent.since(before).0.max(1);
            rate.store(((known * 7 + measured) / 8).max(1), Relaxed);
        }
        context.check()?;
        context.check_point()?;
    }
}

/// So many rounds; fewer when another thread asks for the interpreter lock meanwhile. Gives how many were done.
fn some_rounds(context: &Context, kind: WorkKind, rounds: u64) -> u64 {
    if context.frame.interpreter.is_none() {
        round(kind, rounds);
        return rounds;
    }
    let at_once = match kind {
        WorkKind::Integer => ROUNDS_A_CHECK,
        WorkKind::Memory => ROUNDS_A_CHECK / 16,
    };
    let mut done = 0;
    while done < rounds && !context.is_asked_for_interpreter() {
        let some = at_once.min(rounds - done);
        round(kind, some);
        done += some;
    }
    done
}

/// The rate of the first rounds a process does: the best of some, because cold ones are slow.
fn calibrate(kind: WorkKind) -> u64 {
    const ROUNDS: u64 = 8_000;
    round(kind, 1);
    let took = |_| {
        let begin = thread_cpu();
        round(kind, ROUNDS);
        thread_cpu().since(begin).0
    };
    let best = (0..5).map(took).min().unwrap_or(0);
    (ROUNDS * 1_000_000 / best.max(1)).max(1)
}

fn rounds_for(rate: u64, length: Nanos) -> u64 {
    rate.saturating_mul(length.0) / 1_000_000
}

/// So many rounds, each waiting for the one before.
fn round(kind: WorkKind, rounds: u64) {
    match kind {
        WorkKind::Integer => {
            let mut number = black_box(rounds);
            for _ in 0..rounds {
                number = black_box(number.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1));
            }
        }
        WorkKind::Memory => {
            let ring = memory();
            let mut at = black_box(0_u32);
            for _ in 0..rounds {
                at = ring[at as usize % ring.len()];
            }
            black_box(at);
        }
    }
}

/// A buffer in which each entry names the next of one circle through all of them, in an order no prefetcher guesses.
fn memory() -> &'static [u32] {
    static RING: OnceLock<Vec<u32>> = OnceLock::new();
    RING.get_or_init(|| {
        // A linear congruence modulo a power of two with these constants has the full period (Hull and Dobell, 1962).
        (0..MEMORY_ENTRIES).map(|at| at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % MEMORY_ENTRIES).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_ring_is_one_circle() {
        let ring = memory();
        let mut at = 0;
        let length = 1 + std::iter::from_fn(|| {
            at = ring[at as usize];
            (at != 0).then_some(())
        })
        .count();
        assert_eq!(length, ring.len());
    }
}

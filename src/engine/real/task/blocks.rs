//! What a task has counted of blocks since it last told: plain memory of its own. Exact, as `tally`'s of resources.

use std::sync::atomic::Ordering::{Relaxed, Release};

use crate::engine::real::transport::segment::Segment;
use crate::id::BlockId;

/// Blocks counted at once. A task that comes to more tells one whenever it comes to another in the same place.
const PLACES: usize = 64;

/// Of one block.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    block: u32,
    count: u64,
    time: u64,
    waiting: u64,
}

/// A task's.
#[derive(Debug)]
pub(in crate::engine::real) struct Blocks {
    segment: Segment<'static>,
    places: Box<[Totals; PLACES]>,
}

impl Blocks {
    pub(in crate::engine::real) fn new(segment: Segment<'static>) -> Self {
        Self { segment, places: Box::new([Totals::default(); PLACES]) }
    }

    #[inline]
    fn of(&mut self, block: BlockId) -> &mut Totals {
        let at = block.index() % PLACES;
        if self.places[at].block != block.0 {
            self.turn(at, block);
        }
        &mut self.places[at]
    }

    #[cold]
    fn turn(&mut self, at: usize, block: BlockId) {
        self.tell_one(at);
        self.places[at].block = block.0;
    }

    /// Control came to it.
    #[inline]
    pub(in crate::engine::real) fn begun(&mut self, block: BlockId) {
        self.of(block).count += 1;
    }

    /// So many nanoseconds were spent in it, `waiting` of them waiting.
    #[inline]
    pub(in crate::engine::real) fn spent(&mut self, block: BlockId, nanos: u64, waiting: u64) {
        let totals = self.of(block);
        totals.time += nanos;
        totals.waiting += waiting;
    }

    /// Tells all that was counted.
    pub(in crate::engine::real) fn tell(&mut self) {
        (0..PLACES).for_each(|at| self.tell_one(at));
    }

    fn tell_one(&mut self, at: usize) {
        let totals = &mut self.places[at];
        let told = Totals { block: totals.block, ..Totals::default() };
        let Totals { block, count, time, waiting } = std::mem::replace(totals, told);
        let Some(words) = self.segment.block(block as usize).filter(|_| count > 0 || time > 0) else { return };
        words[0].fetch_add(count, Relaxed);
        words[1].fetch_add(time, Relaxed);
        // Last: who has read this part of the time reads all of it.
        words[2].fetch_add(waiting, Release);
    }
}

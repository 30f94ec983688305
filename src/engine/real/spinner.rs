//! How long one spins before it parks, and how it spends that time: pauses that double, then turns given away.
//! What is looked at in between is the caller's business.

/// Doublings of the pause: together some tens of nanoseconds to a microsecond, as processors differ.
const PAUSES: u32 = 4;
/// Turns given to others after that; each costs a fraction of a microsecond when nobody takes it.
const TURNS: u32 = 8;

/// One that waits for something that may be there soon.
#[derive(Debug)]
pub(super) struct Spinner {
    round: u32,
}

impl Spinner {
    pub(super) const fn new() -> Self {
        Self { round: 0 }
    }

    /// Lets some time pass; false when it is time to park.
    #[inline]
    pub(super) fn pause(&mut self) -> bool {
        self.round += 1;
        if self.round <= PAUSES {
            (0..1_u32 << self.round).for_each(|_| std::hint::spin_loop());
        } else if self.round <= PAUSES + TURNS {
            std::thread::yield_now();
        }
        self.round <= PAUSES + TURNS
    }
}

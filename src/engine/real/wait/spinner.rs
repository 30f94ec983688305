//! How long one spins before it parks, and how it spends that time: pauses that double, then turns given away.
//! What is looked at in between is the caller's business.

/// Doublings of the pause for one that competes: a microsecond or two. Who lets go often lets go soon.
const PAUSES: u32 = 4;
/// Doublings for one that waits for the other side: it must be there for as long as that takes, which is some microseconds.
const PAUSES_OF_A_PARTNER: u32 = 5;
/// Turns given to others after that; each costs a fraction of a microsecond when nobody takes it.
const TURNS: u32 = 6;
/// The same for one whose partner was quick of late: longer than the system takes to wake a thread, else two that hand something
/// to and fro and once have parked would park each time.
const TURNS_OF_A_QUICK_PARTNER: u32 = 160;

/// One that waits for something that may be there soon.
#[derive(Debug)]
pub(in crate::engine::real) struct Spinner {
    round: u32,
    pauses: u32,
    turns: u32,
}

impl Spinner {
    /// For something that others want, too; it gives its core away only if that `is_brisk`.
    pub(in crate::engine::real) const fn for_rival(is_brisk: bool) -> Self {
        Self { round: 0, pauses: PAUSES, turns: if is_brisk { TURNS } else { 0 } }
    }

    /// For something that another brings, one that was quick of late or was not.
    pub(in crate::engine::real) const fn for_partner(quick: bool) -> Self {
        Self { round: 0, pauses: PAUSES_OF_A_PARTNER, turns: if quick { TURNS_OF_A_QUICK_PARTNER } else { TURNS } }
    }

    /// Lets some time pass; false when it is time to park.
    #[inline]
    pub(in crate::engine::real) fn pause(&mut self) -> bool {
        self.round = self.round.saturating_add(1);
        if self.round <= self.pauses {
            (0..1_u32 << self.round).for_each(|_| std::hint::spin_loop());
        } else if !self.is_over() {
            std::thread::yield_now();
        }
        !self.is_over()
    }

    /// Whether it is time to park.
    pub(in crate::engine::real) const fn is_over(&self) -> bool {
        self.round > self.pauses + self.turns
    }

    /// Looks whether it is `there` until it is, or until the next pause would give the core away.
    #[inline]
    pub(in crate::engine::real) fn briefly(&mut self, mut there: impl FnMut() -> bool) -> bool {
        loop {
            if there() {
                return true;
            }
            if self.round >= self.pauses {
                return false;
            }
            self.pause();
        }
    }

    /// Looks whether it is `there` until it is, or until it is time to park.
    #[inline]
    pub(in crate::engine::real) fn until(mut self, mut there: impl FnMut() -> bool) -> bool {
        loop {
            if there() {
                return true;
            }
            if !self.pause() {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn it_looks_briefly_and_goes_on_from_there() {
        let looks = Cell::new(0);
        let never = || {
            looks.set(looks.get() + 1);
            false
        };
        let mut spinner = Spinner::for_rival(true);
        assert!(!spinner.briefly(never));
        assert_eq!(looks.get(), PAUSES + 1);
        assert!(!spinner.until(never));
        assert_eq!(looks.get(), PAUSES + TURNS + 2);
    }

    #[test]
    fn it_looks_first_and_gives_up_after_some_looks() {
        for new in [
            || Spinner::for_rival(true),
            || Spinner::for_rival(false),
            || Spinner::for_partner(false),
            || Spinner::for_partner(true),
        ] {
            let looks = Cell::new(0);
            let look = |there: u32| {
                looks.set(looks.get() + 1);
                looks.get() > there
            };
            assert!(new().until(|| look(0)));
            assert_eq!(looks.get(), 1);
            assert!(!new().until(|| look(u32::MAX)));
            assert!(looks.get() < 200);
        }
    }
}

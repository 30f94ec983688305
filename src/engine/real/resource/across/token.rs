//! Locks, reentrant ones too, and semaphores across processes: a number of permits in shared memory; a lock has one.
//! One whose holder was killed stays held, as in Python.

use std::sync::atomic::Ordering::SeqCst;

use super::{Side, Station, deadline};
use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::guard::Guard;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::{Word, station};
use crate::id::TaskId;

/// Why a release was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Refused {
    /// Nobody holds it, or no permit is out.
    Full,
    /// It checks owners and another task holds it.
    NotOwner,
}

/// A lock or a semaphore.
#[derive(Debug)]
pub(in crate::engine::real) struct Token {
    meter: Meter,
    station: Station,
    /// A lock: it has a holder.
    is_lock: bool,
    owner_checked: bool,
    /// Its holder may take it again: how often it has it stands in the station, written by the holder alone.
    reentrant: bool,
    /// Permits there may be.
    most: u64,
}

impl Token {
    pub(in crate::engine::real) fn lock(meter: Meter, station: Station, owner_checked: bool) -> Self {
        Self { meter, station, is_lock: true, owner_checked, reentrant: false, most: 1 }
    }

    pub(in crate::engine::real) fn semaphore(meter: Meter, station: Station, most: Option<u64>) -> Self {
        let most = most.unwrap_or(u64::MAX);
        Self { meter, station, is_lock: false, owner_checked: false, reentrant: false, most }
    }

    pub(in crate::engine::real) fn reentrant(meter: Meter, station: Station) -> Self {
        Self { reentrant: true, ..Self::lock(meter, station, true) }
    }

    pub(in crate::engine::real) const fn is_lock(&self) -> bool {
        self.is_lock
    }

    fn depth(&self) -> &'static Word {
        self.station.word(station::USED)
    }

    /// Takes it; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn acquire(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        if self.reentrant && self.is_held_by(context.task) {
            self.depth().fetch_add(1, SeqCst);
            context.step_done(context.stamp(), 0);
            return Ok(true);
        }
        if self.station.take(station::COUNT, 1) {
            self.had(context, None);
            return Ok(true);
        }
        let asked = context.frame.clock.now();
        if patience == Patience::Never {
            context.step_done(asked, 0);
            return Ok(false);
        }
        self.meter.waiting(true);
        let try_again = || self.station.take(station::COUNT, 1).then_some(());
        let end = self.station.wait(context, Side::Take, deadline(patience, asked), try_again);
        self.meter.waiting(false);
        let had = end?.is_some();
        if had {
            self.had(context, Some(asked));
        } else {
            self.meter.timed_out(context, asked);
        }
        Ok(had)
    }

    fn had(&self, context: &mut Context, asked: Option<crate::time::Nanos>) {
        if self.is_lock {
            self.meter.acquired(context, asked);
            if self.reentrant {
                self.depth().store(1, SeqCst);
            }
        } else {
            let now = context.stamp();
            self.meter.permit_taken(context, asked, now);
            self.meter.holder_came(context.task);
        }
        self.tell_level();
    }

    /// Whether one that waits for it is about to have it.
    pub(in crate::engine::real) fn moves(&self) -> bool {
        self.station.load(station::COUNT) > 0
    }

    fn tell_level(&self) {
        if !self.is_lock {
            let level = self.station.load(station::COUNT);
            self.meter
                .word(crate::engine::real::transport::segment::resource::LEVEL)
                .store(level, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// Lets it go.
    ///
    /// # Errors
    /// When there is nothing to let go, or another task's is checked.
    pub(in crate::engine::real) fn release(&self, context: &mut Context) -> Result<(), Refused> {
        if self.reentrant && !self.is_held_by(context.task) {
            return Err(Refused::NotOwner);
        }
        if self.station.load(station::COUNT) >= self.most {
            return Err(Refused::Full);
        }
        if self.owner_checked && !self.is_held_by(context.task) {
            return Err(Refused::NotOwner);
        }
        if self.reentrant && self.depth().fetch_sub(1, SeqCst) > 1 {
            context.step_done(context.stamp(), 0);
            return Ok(());
        }
        // Another may have released it just now.
        if self.is_lock {
            let held = self.meter.releasing(context);
            if !self.station.admit(station::COUNT, 1, self.most) {
                return Err(Refused::Full);
            }
            self.station.ring();
            self.meter.released(context, held);
        } else {
            if !self.station.admit(station::COUNT, 1, self.most) {
                return Err(Refused::Full);
            }
            self.station.ring();
            let now = context.stamp();
            self.meter.permit_given(context, None, now);
            self.meter.holder_gave(context.task);
        }
        self.tell_level();
        Ok(())
    }
}

impl Guard for Token {
    fn is_held_by(&self, task: TaskId) -> bool {
        self.meter.holder() == Some(task)
    }

    fn let_go(&self, context: &mut Context) -> u32 {
        let depth = if self.reentrant { self.depth().swap(1, SeqCst) } else { 1 };
        self.release(context).map_or(0, |()| u32::try_from(depth).unwrap_or(u32::MAX))
    }

    fn take_back(&self, context: &mut Context, depth: u32) -> Result<bool, Cut> {
        let had = self.acquire(context, Patience::Forever)?;
        if self.reentrant {
            self.depth().store(depth.into(), SeqCst);
        }
        Ok(had)
    }
}

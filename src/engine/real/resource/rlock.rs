//! Reentrant locks: a lock that knows how often its holder has it. Everything else is the lock's.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use super::lock::Lock;
use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::guard::Guard;
use crate::engine::real::task::meter::Meter;
use crate::id::TaskId;
use crate::program::LockAlgorithm;

/// The task that releases it does not hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct NotOwner;

/// A reentrant lock.
#[derive(Debug)]
pub(in crate::engine::real) struct Reentrant {
    lock: Lock,
    /// Written by the holder alone.
    depth: AtomicU32,
}

impl Reentrant {
    pub(in crate::engine::real) fn new(meter: Meter) -> Self {
        Self { lock: Lock::new(meter, LockAlgorithm::Barging, true), depth: AtomicU32::new(0) }
    }

    /// Whether the task holds it.
    pub(in crate::engine::real) fn is_held_by(&self, task: TaskId) -> bool {
        self.lock.is_held_by(task)
    }

    /// Whether it is free, or on its way to a waiter that has not noticed yet.
    pub(in crate::engine::real) fn is_up_for_taking(&self) -> bool {
        self.lock.is_up_for_taking()
    }

    /// Takes it, once more or for the first time; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn acquire(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        if self.is_held_by(context.task) {
            self.depth.fetch_add(1, Relaxed);
            context.step_done(context.stamp(), 0);
            return Ok(true);
        }
        let had = self.lock.acquire(context, patience)?;
        if had {
            self.depth.store(1, Relaxed);
        }
        Ok(had)
    }

    /// Gives it back once.
    ///
    /// # Errors
    /// When another holds it, or nobody.
    pub(in crate::engine::real) fn release(&self, context: &mut Context) -> Result<(), NotOwner> {
        if !self.is_held_by(context.task) {
            return Err(NotOwner);
        }
        if self.depth.fetch_sub(1, Relaxed) > 1 {
            context.step_done(context.stamp(), 0);
            return Ok(());
        }
        self.lock.release(context).map_err(|_misuse| NotOwner)
    }
}

impl Guard for Reentrant {
    fn is_held_by(&self, task: TaskId) -> bool {
        self.is_held_by(task)
    }

    fn let_go(&self, context: &mut Context) -> u32 {
        let depth = self.depth.swap(0, Relaxed);
        self.lock.release(context).map_or(0, |()| depth)
    }

    fn take_back(&self, context: &mut Context, depth: u32) -> Result<bool, Cut> {
        let had = self.lock.acquire(context, Patience::Forever)?;
        self.depth.store(depth, Relaxed);
        Ok(had)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::engine::real::task::context::tests::{frame, together};
    use crate::id::{BlockId, ResourceId};

    #[test]
    fn its_holder_takes_it_again_and_nobody_else() {
        let frame = frame();
        let lock = Reentrant::new(Meter::new(frame.segment, ResourceId(0)));
        let inside = AtomicU64::new(0);
        together(frame, 4, |task, context| {
            for _ in 0..500 {
                context.step(BlockId(task));
                assert_eq!(lock.release(context), Err(NotOwner));
                for _ in 0..3 {
                    assert_eq!(lock.acquire(context, Patience::Forever), Ok(true));
                }
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                inside.fetch_sub(1, Ordering::SeqCst);
                for _ in 0..3 {
                    assert_eq!(lock.release(context), Ok(()));
                }
            }
        });
        assert!(lock.is_up_for_taking());
    }
}

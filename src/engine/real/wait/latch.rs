//! A lock over plain data for some nanoseconds at a time, among the threads of one process: one exchange to take it, one store to
//! let it go. Who finds it taken spins, and gives its turn away where that lasts: the holder has lost its core.
//! Nobody parks here, so nothing that waits may be done inside.
#![expect(unsafe_code, reason = "the data is reached through a shared reference, by one thread at a time")]

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crossbeam::utils::Backoff;

/// See the file's head. Alone on its lines, so that whoever comes for it takes nothing else from the holder.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(in crate::engine::real) struct Latch<T> {
    taken: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: a reference to the data exists only inside a `Latched`, of which there is one at a time: `taken` goes from false to true
// once for each, and back when it is dropped. So threads share the latch, but have the data in turns, which is sending it.
unsafe impl<T: Send> Sync for Latch<T> {}

/// The data, for as long as it is held.
#[derive(Debug)]
pub(in crate::engine::real) struct Latched<'a, T>(&'a Latch<T>);

impl<T> Latch<T> {
    pub(in crate::engine::real) const fn new(data: T) -> Self {
        Self { taken: AtomicBool::new(false), data: UnsafeCell::new(data) }
    }

    /// Takes it.
    #[inline]
    pub(in crate::engine::real) fn lock(&self) -> Latched<'_, T> {
        if self.taken.swap(true, Acquire) {
            self.lock_slowly();
        }
        Latched(self)
    }

    #[cold]
    fn lock_slowly(&self) {
        let backoff = Backoff::new();
        while self.taken.load(Relaxed) || self.taken.swap(true, Acquire) {
            backoff.snooze();
        }
    }
}

impl<T> Deref for Latched<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (see `Sync` above), and lends the data for no longer than itself.
        unsafe { &*self.0.data.get() }
    }
}

impl<T> DerefMut for Latched<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above; and this guard is borrowed alone.
        unsafe { &mut *self.0.data.get() }
    }
}

impl<T> Drop for Latched<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.taken.store(false, Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_inside_is_done_whole() {
        let latch = Latch::new([0_u64; 2]);
        std::thread::scope(|scope| {
            for at in 0..4 {
                let add = || {
                    for _ in 0..20_000 {
                        let mut both = latch.lock();
                        assert_eq!(both[0], both[1]);
                        both[0] += 1;
                        both[1] += 1;
                    }
                };
                std::thread::Builder::new().name(format!("adds-{at}")).spawn_scoped(scope, add).unwrap();
            }
        });
        assert_eq!(*latch.lock(), [80_000, 80_000]);
    }
}

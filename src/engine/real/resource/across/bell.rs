//! A number in shared memory that processes wait on: whoever changes something rings, those who listen look again.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

/// How often it was rung.
pub(in crate::engine::real) fn read(bell: &AtomicU32) -> u32 {
    bell.load(SeqCst)
}

/// Wakes all who listen.
pub(in crate::engine::real) fn ring(bell: &AtomicU32) {
    bell.fetch_add(1, SeqCst);
    wake(bell);
}

#[cfg(target_os = "linux")]
fn wake(bell: &AtomicU32) {
    use rustix::thread::futex;
    // Not private: the listeners are in other processes.
    let _woken = futex::wake(bell, futex::Flags::empty(), i32::MAX.cast_unsigned());
}

#[cfg(not(target_os = "linux"))]
fn wake(_bell: &AtomicU32) {}

/// Waits until it was rung more often than `seen`, at most so long; may come back early.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn listen(bell: &AtomicU32, seen: u32, at_most: Duration) {
    use rustix::thread::futex;
    use rustix::time::Timespec;
    let seconds = i64::try_from(at_most.as_secs()).unwrap_or(i64::MAX);
    let timeout = Timespec { tv_sec: seconds, tv_nsec: at_most.subsec_nanos().into() };
    let _rung_or_late = futex::wait(bell, futex::Flags::empty(), seen, Some(&timeout));
}

/// Elsewhere there is no such wait: looks every millisecond.
#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) fn listen(bell: &AtomicU32, seen: u32, at_most: Duration) {
    if read(bell) == seen {
        std::thread::park_timeout(at_most.min(Duration::from_millis(1)));
    }
}

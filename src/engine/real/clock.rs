//! The run's one clock: nanoseconds since the run began, the same in the app and in the worker. The processor's time stamp counter
//! where the kernel itself trusts it, the monotonic clock elsewhere. And the CPU clocks of threads and processes.
//! Does not read the date.
#![expect(unsafe_code, reason = "reading the time stamp counter and CPU clocks, with the proof beside it")]
#![expect(clippy::disallowed_methods, reason = "this is the real engine's clock")]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::time::Nanos;

/// A clock that started at the run's begin. Copy: every task has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Clock {
    /// The raw reading at the run's begin.
    base: u64,
    /// Nanoseconds a tick, with 32 bits behind the point; none: raw readings are nanoseconds.
    scale: Option<u64>,
}

impl Clock {
    /// A clock that starts now. The first in a process takes some milliseconds to measure the counter's rate.
    pub(super) fn start() -> Self {
        static SCALE: OnceLock<Option<u64>> = OnceLock::new();
        let scale = *SCALE.get_or_init(|| counter_is_trusted().then(measure));
        let mut clock = Self { base: 0, scale };
        clock.base = clock.raw();
        clock
    }

    /// The same clock, starting now.
    pub(super) fn restarted(self) -> Self {
        Self { base: self.raw(), ..self }
    }

    /// The same clock, started at another's [`Clock::base`].
    pub(super) const fn based(self, base: u64) -> Self {
        Self { base, ..self }
    }

    /// The raw reading at its start.
    pub(super) const fn base(self) -> u64 {
        self.base
    }

    #[inline]
    fn raw(self) -> u64 {
        if self.scale.is_some() { counter() } else { monotonic() }
    }

    /// Now.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "said beside it")]
    pub(super) fn now(self) -> Nanos {
        let passed = self.raw().saturating_sub(self.base);
        let Some(scale) = self.scale else { return Nanos(passed) };
        // The upper half is zero for three centuries.
        Nanos(((u128::from(passed) * u128::from(scale)) >> 32) as u64)
    }
}

/// Nanoseconds of the system's monotonic clock, the same epoch in every process.
#[cfg(unix)]
fn monotonic() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// Nanoseconds of wall time: elsewhere the standard library's monotonic clock has no epoch that two processes share.
#[cfg(not(unix))]
fn monotonic() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Whether the counter runs at one rate, in step on all cores, through sleep: the kernel has checked that when it uses it itself.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn counter_is_trusted() -> bool {
    std::fs::read_to_string("/sys/devices/system/clocksource/clocksource0/current_clocksource")
        .is_ok_and(|source| source.trim() == "tsc")
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn counter_is_trusted() -> bool {
    false
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn counter() -> u64 {
    // SAFETY: every x86-64 processor has the instruction, and Linux lets programs use it where it trusts the counter itself.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[cfg(not(target_arch = "x86_64"))]
fn counter() -> u64 {
    monotonic()
}

/// The counter's rate: two pairs of readings, each the tightest of some, so that a preemption between the two does not count.
fn measure() -> u64 {
    let pair = || {
        let tries = (0..16).map(|_| {
            let before = counter();
            let time = Instant::now();
            (counter() - before, before, time)
        });
        tries.min_by_key(|reading| reading.0).expect("there were some tries")
    };
    let (width, first, from) = pair();
    while from.elapsed() < Duration::from_millis(8) {
        std::hint::spin_loop();
    }
    let (last_width, last, to) = pair();
    let ticks = u128::from(last - first) + u128::from(last_width / 2) - u128::from(width / 2);
    let nanos = to.duration_since(from).as_nanos();
    u64::try_from((nanos << 32) / ticks.max(1)).expect("a tick is shorter than four seconds")
}

/// CPU time of this process, of all its threads.
#[cfg(unix)]
pub(super) fn process_cpu() -> Nanos {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Nanos(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0))
}

/// CPU time of another process, of all its threads. Not asked of `/proc`: what is looked up there about a process makes the kernel
/// take its time over that process's end.
#[cfg(target_os = "linux")]
pub(super) fn cpu_of_process(number: i32) -> Option<Nanos> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let mut clock = 0;
    // SAFETY: both write to what they are given, which is theirs meanwhile, and nowhere else.
    let told =
        unsafe { libc::clock_getcpuclockid(number, &raw mut clock) == 0 && libc::clock_gettime(clock, &raw mut time) == 0 };
    told.then(|| Nanos(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)))
}

/// Not to be had elsewhere: what a process tells itself must do.
#[cfg(not(target_os = "linux"))]
pub(super) const fn cpu_of_process(_number: i32) -> Option<Nanos> {
    None
}

/// Not to be had elsewhere.
#[cfg(not(unix))]
pub(super) const fn process_cpu() -> Nanos {
    Nanos::ZERO
}

/// CPU time of the running thread.
#[cfg(unix)]
pub(super) fn thread_cpu() -> Nanos {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Nanos(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0))
}

/// Elsewhere: time since this was first asked, which is the thread's CPU time only while nobody takes its core.
#[cfg(not(unix))]
pub(super) fn thread_cpu() -> Nanos {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let begin = BEGIN.get_or_init(Instant::now);
    Nanos(u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_is_told_as_others_see_it() {
        let number = i32::try_from(std::process::id()).unwrap();
        let before = process_cpu();
        let seen = cpu_of_process(number).unwrap();
        assert!(before <= seen && seen <= process_cpu(), "{before} {seen}");
        // Linux numbers processes up to 2²².
        assert_eq!(cpu_of_process((1 << 22) + 1), None);
    }

    #[test]
    fn the_clock_never_runs_backwards_and_passes_with_the_systems() {
        let clock = Clock::start();
        let (before, begin) = (clock.now(), Instant::now());
        let mut last = before;
        while begin.elapsed() < Duration::from_millis(5) {
            let now = clock.now();
            assert!(now >= last);
            last = now;
        }
        let passed = clock.now().since(before);
        assert!(passed >= Nanos::from_millis(4), "{passed}");
    }
}

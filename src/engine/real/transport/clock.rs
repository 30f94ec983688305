//! The run's one clock: nanoseconds since the run began, the same in the app and in all processes of the run; while the run is
//! halted it stands still, so that no wait, plot or sum anywhere contains a pause. The processor's time stamp counter where the
//! kernel itself trusts it, the monotonic clock elsewhere. And the CPU clocks of threads and processes.
//! Does not read the date.
#![expect(unsafe_code, reason = "reading the time stamp counter and CPU clocks, with the proof beside it")]
#![expect(clippy::disallowed_methods, reason = "this is the real engine's clock")]

use std::sync::OnceLock;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::compiler_fence;
use std::time::{Duration, Instant};

use super::segment::Word;
use crate::time::Nanos;

/// What clocks read. Copy, and the same for all processes of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::engine::real) struct Counter {
    /// Nanoseconds a tick, with 32 bits behind the point; none: raw readings are nanoseconds.
    scale: Option<u64>,
}

/// The run's clock. Copy: every task has its own view of the one word in the segment that all go by.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Clock {
    counter: Counter,
    word: &'static Word,
}

/// Of the word: the clock stands still at what the other bits say. Without it they are the raw reading at which the run would have
/// begun had it never been halted; zero: it has not begun.
const STANDS: u64 = 1 << 63;
/// A halt begins and ends so much ahead of time: what is read on another core while the word changes is not later than what is
/// read after.
const AHEAD: Nanos = Nanos(2_000);

impl Counter {
    /// The machine's. The first in a process takes some milliseconds to measure the rate.
    pub(in crate::engine::real) fn measured() -> Self {
        static SCALE: OnceLock<Option<u64>> = OnceLock::new();
        Self { scale: *SCALE.get_or_init(|| counter_is_trusted().then(measure)) }
    }

    #[inline]
    fn raw(self) -> u64 {
        if self.scale.is_some() { counter() } else { monotonic() }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "said beside it")]
    fn nanos(self, ticks: u64) -> Nanos {
        let Some(scale) = self.scale else { return Nanos(ticks) };
        // The upper half is zero for three centuries.
        Nanos(((u128::from(ticks) * u128::from(scale)) >> 32) as u64)
    }

    /// Rounded down.
    fn ticks(self, nanos: Nanos) -> u64 {
        let Some(scale) = self.scale else { return nanos.0 };
        u64::try_from((u128::from(nanos.0) << 32) / u128::from(scale.max(1))).unwrap_or(u64::MAX)
    }

    /// Time as it passes, halted or not.
    pub(in crate::engine::real) fn passing(self) -> Nanos {
        self.nanos(self.raw())
    }

    /// What the clock with this word shows; none before the run has begun.
    pub(in crate::engine::real) fn shown(self, word: &Word) -> Option<Nanos> {
        (word.load(SeqCst) != 0).then(|| self.read(word))
    }

    #[inline]
    fn read(self, word: &Word) -> Nanos {
        loop {
            let begin = word.load(Relaxed);
            if begin & STANDS != 0 {
                return Nanos(begin & !STANDS);
            }
            compiler_fence(SeqCst);
            let raw = self.raw();
            compiler_fence(SeqCst);
            // Whoever loses its core in between must not take the halt of that time for time of the run.
            if word.load(Relaxed) == begin {
                return self.nanos(raw.saturating_sub(begin));
            }
        }
    }
}

impl Clock {
    /// The clock that this word is, whether or not it has begun.
    pub(in crate::engine::real) const fn of(counter: Counter, word: &'static Word) -> Self {
        Self { counter, word }
    }

    /// The run begins now.
    pub(in crate::engine::real) fn start(self) {
        self.word.store(self.counter.raw().max(1) & !STANDS, SeqCst);
    }

    /// It stands still from now on. Only one thread of the run halts it and lets it go on.
    pub(in crate::engine::real) fn halt(self) {
        let now = self.now();
        if self.word.load(SeqCst) & STANDS == 0 {
            self.word.store(STANDS | (now + AHEAD).0, SeqCst);
        }
    }

    /// It goes on from where it stands.
    pub(in crate::engine::real) fn go_on(self) {
        let word = self.word.load(SeqCst);
        if word & STANDS != 0 {
            let passed = self.counter.ticks(Nanos(word & !STANDS) + AHEAD);
            self.word.store(self.counter.raw().saturating_sub(passed).max(1), SeqCst);
        }
    }

    /// Now.
    #[inline]
    pub(in crate::engine::real) fn now(self) -> Nanos {
        self.counter.read(self.word)
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
pub(in crate::engine::real) fn process_cpu() -> Nanos {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Nanos(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0))
}

/// CPU time of another process, of all its threads. Not asked of `/proc`: what is looked up there about a process makes the kernel
/// take its time over that process's end.
#[cfg(target_os = "linux")]
pub(in crate::engine::real) fn cpu_of_process(number: i32) -> Option<Nanos> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let mut clock = 0;
    // SAFETY: both write to what they are given, which is theirs meanwhile, and nowhere else.
    let told =
        unsafe { libc::clock_getcpuclockid(number, &raw mut clock) == 0 && libc::clock_gettime(clock, &raw mut time) == 0 };
    told.then(|| Nanos(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)))
}

/// Not to be had elsewhere: what a process tells itself must do.
#[cfg(not(target_os = "linux"))]
pub(in crate::engine::real) const fn cpu_of_process(_number: i32) -> Option<Nanos> {
    None
}

/// Not to be had elsewhere.
#[cfg(not(unix))]
pub(in crate::engine::real) const fn process_cpu() -> Nanos {
    Nanos::ZERO
}

/// CPU time of the running thread.
#[cfg(unix)]
pub(in crate::engine::real) fn thread_cpu() -> Nanos {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Nanos(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0))
}

/// Elsewhere: time since this was first asked, which is the thread's CPU time only while nobody takes its core.
#[cfg(not(unix))]
pub(in crate::engine::real) fn thread_cpu() -> Nanos {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let begin = BEGIN.get_or_init(Instant::now);
    Nanos(u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// One that nobody else goes by, begun.
#[cfg(test)]
pub(in crate::engine::real) fn running() -> Clock {
    let clock = Clock::of(Counter::measured(), Box::leak(Box::default()));
    clock.start();
    clock
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
        let clock = running();
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

    #[test]
    fn a_halted_clock_stands_still_and_goes_on_from_there() {
        let clock = running();
        let begin = clock.counter.passing();
        let before = clock.now();
        clock.halt();
        let (stands, from) = (clock.now(), clock.counter.passing());
        clock.halt();
        while clock.counter.passing().since(from) < Nanos::from_millis(3) {
            assert_eq!(clock.now(), stands);
        }
        let to = clock.counter.passing();
        clock.go_on();
        let after = clock.now();
        clock.go_on();
        assert!(before <= stands && stands <= after && after <= clock.now());
        let passed = clock.counter.passing().since(begin);
        let run = clock.now().since(before);
        assert!(run <= passed.since(to.since(from)) + AHEAD + AHEAD, "{run} of {passed}, halted for {}", to.since(from));
    }

    #[test]
    fn however_often_it_is_halted_nobody_sees_it_run_backwards() {
        let clock = running();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                std::thread::Builder::new()
                    .spawn_scoped(scope, || {
                        let mut last = clock.now();
                        while !done.load(Relaxed) {
                            let now = clock.now();
                            assert!(now >= last, "{now} after {last}");
                            last = now;
                        }
                    })
                    .unwrap();
            }
            for _ in 0..2_000 {
                clock.halt();
                std::hint::spin_loop();
                clock.go_on();
            }
            done.store(true, Relaxed);
        });
    }
}

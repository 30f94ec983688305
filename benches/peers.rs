//! What Coreyard's figures stand beside: the same work done by hand with std, parking_lot and crossbeam.
#![expect(clippy::disallowed_methods, reason = "a bench measures, and its threads are unnamed")]

use parking_lot::Mutex;
use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// Nanoseconds that each of `count` rounds of `work` took.
pub fn nanos_each(count: u64, work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    nanos(begin.elapsed()) / as_f64(count)
}

/// Nanoseconds of the thread's CPU time that each of `count` rounds of `work` took.
fn cpu_nanos_each(count: u64, work: impl FnOnce()) -> f64 {
    let begin = thread_cpu();
    work();
    nanos(thread_cpu().saturating_sub(begin)) / as_f64(count)
}

#[cfg(unix)]
fn thread_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let whole = |part: i64| u64::try_from(part).expect("CPU time is not negative");
    Duration::from_secs(whole(time.tv_sec)) + Duration::from_nanos(whole(time.tv_nsec))
}

/// Elsewhere: time, which is CPU time only while nobody takes the core.
#[cfg(not(unix))]
fn thread_cpu() -> Duration {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed()
}

/// Locking and unlocking a parking_lot mutex, alone.
pub fn lock_pair(count: u64) -> f64 {
    let lock = Mutex::new(0_u64);
    cpu_nanos_each(count, || {
        for _ in 0..count {
            *black_box(&lock).lock() += 1;
        }
    })
}

/// An event as DESIGN has it: 24 bytes and a stamp.
#[derive(Clone, Copy, Default)]
struct Event {
    stamp: u64,
    place: u64,
    payload: u64,
}

/// The last events of one thread.
pub struct Ring {
    events: Vec<Event>,
    next: usize,
}

impl Ring {
    pub fn new() -> Self {
        Self { events: vec![Event::default(); 1 << 12], next: 0 }
    }

    fn push(&mut self, stamp: u64, payload: u64) {
        let slot = self.next & (self.events.len() - 1);
        self.events[slot] = Event { stamp, place: 7, payload };
        self.next += 1;
    }

    /// A section as the real engine instruments it, with a stamp before and after `enter`, and one event.
    pub fn section<T>(&mut self, enter: impl FnOnce() -> T) -> T {
        let asked = stamp();
        let inside = enter();
        let got = stamp();
        self.push(got, got - asked);
        inside
    }
}

/// Writing an event with a time stamp into a ring.
pub fn ring_event(count: u64) -> f64 {
    let mut ring = Ring::new();
    let each = cpu_nanos_each(count, || {
        for at in 0..count {
            black_box(&mut ring).push(stamp(), at);
        }
    });
    black_box(ring.events[5].stamp ^ ring.events[5].place ^ ring.events[5].payload);
    each
}

/// Two threads at one parking_lot mutex, `section` long, instrumented by hand with two stamps and one event.
/// Nanoseconds for each section of either.
pub fn contended(count: u64, section: Duration) -> f64 {
    let (lock, start) = (Mutex::new(0_u64), Barrier::new(3));
    let work = || {
        let mut ring = Ring::new();
        start.wait();
        for _ in 0..count {
            let asked = stamp();
            let mut held = lock.lock();
            let got = stamp();
            *held += 1;
            spin(section);
            drop(held);
            ring.push(got, got - asked);
        }
        black_box(ring.events[5].payload);
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        start.wait();
        nanos_each(2 * count, || {
            for thread in threads {
                thread.join().expect("a peer thread does not panic");
            }
        })
    })
}

fn spin(time: Duration) {
    if time.is_zero() {
        return;
    }
    let begin = Instant::now();
    while begin.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// Starting and joining a std thread.
pub fn thread_start_and_join(count: u64) -> f64 {
    nanos_each(count, || {
        for at in 0..count {
            let thread = std::thread::spawn(move || black_box(at));
            thread.join().expect("a peer thread does not panic");
        }
    })
}

/// An item to another thread and one back, through two crossbeam channels of one place.
pub fn queue_round_trip(count: u64) -> f64 {
    let (there, arriving) = crossbeam::channel::bounded::<u64>(1);
    let (back, returning) = crossbeam::channel::bounded::<u64>(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for item in arriving {
                back.send(item).expect("the other side waits for it");
            }
        });
        nanos_each(count, || {
            for at in 0..count {
                there.send(at).expect("the other side waits for it");
                returning.recv().expect("the other side sends it");
            }
            drop(there);
        })
    })
}

/// Starting this executable for nothing, and waiting for its end.
pub fn bare_process(count: u64) -> f64 {
    let binary = std::env::current_exe().expect("this executable has a path");
    nanos_each(count, || {
        for _ in 0..count {
            let status = std::process::Command::new(&binary).arg(super::NOTHING).status();
            assert!(status.expect("this executable can be started").success());
        }
    })
}

/// Bytes of a message with its head, as a whole number is sent between processes.
const MESSAGE: usize = 17;

/// Gives back what comes, until nothing comes any more: the other side of [`pipe_round_trip`].
pub fn echo() -> std::io::Result<()> {
    use std::os::fd::AsFd as _;
    let mut input = std::fs::File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let mut output = std::fs::File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
    let mut message = [0; MESSAGE];
    while input.read_exact(&mut message).is_ok() {
        output.write_all(&message)?;
    }
    Ok(())
}

/// A message to another process and one back, through two pipes of the system's.
pub fn pipe_round_trip(count: u64) -> f64 {
    let binary = std::env::current_exe().expect("this executable has a path");
    let mut command = std::process::Command::new(binary);
    let piped = std::process::Stdio::piped;
    let mut child = command.arg(super::ECHO).stdin(piped()).stdout(piped()).spawn().expect("this executable can be started");
    let (mut there, mut back) = (child.stdin.take().expect("it is piped"), child.stdout.take().expect("it is piped"));
    let mut turn = || {
        let mut message = [0; MESSAGE];
        there.write_all(&message).and_then(|()| back.read_exact(&mut message)).expect("the other side answers");
    };
    turn();
    let nanos = nanos_each(count, || (0..count).for_each(|_| turn()));
    drop(there);
    child.wait().expect("it ends with its input");
    nanos
}

#[cfg(target_arch = "x86_64")]
fn stamp() -> u64 {
    // SAFETY: every x86-64 processor has the instruction, and it touches no memory.
    unsafe { core::arch::x86_64::_rdtsc() }
}

#[cfg(not(target_arch = "x86_64"))]
fn stamp() -> u64 {
    nanos(Instant::now().elapsed()).to_bits()
}

/// A duration as a figure.
pub fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
pub fn as_f64(count: u64) -> f64 {
    count as f64
}

//! The interpreter lock, by CPython's algorithm (`Python/ceval_gil.c`, `take_gil` and `drop_gil`): who waits for it waits one
//! switch interval; if nobody else has had it meanwhile, it asks the holder to let go; a holder that was asked lets go at its next check
//! point and stays out until another thread has had it. So the lock changes hands even when the holder wants it back at once.
//! Counts nothing: a task's side of it is `turn`. Where check points are is said by the compiler.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crossbeam::utils::CachePadded;

use super::control::Control;
use super::spinner::Spinner;
use crate::engine::real::transport::clock::Clock;
use crate::id::{ProcessId, ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;

/// Somebody has it.
const HELD: u64 = 1;
/// One that was made to let go stands out until another has had it.
const OUT: u64 = 2;
/// What one who is parked for it adds to the word.
const PARKED: u64 = 4;

/// How long before its interval is over one that waits alone looks at the clock: as long as the system may take to wake a thread.
const WAKING: Nanos = Nanos(60_000);

/// The turn that a waiter waits for the end of.
#[derive(Debug)]
struct Watched {
    turn: u64,
    since: Nanos,
    /// Its holder has been asked to let go.
    asked: bool,
}

/// The interpreter lock of one process.
#[derive(Debug)]
pub(in crate::engine::real) struct Interpreter {
    pub(in crate::engine::real) id: ResourceId,
    /// How long a waiter waits before it asks.
    interval: Nanos,
    /// Who takes it and lets it go: [`HELD`], [`OUT`] and [`PARKED`]. While nobody is parked or stands out, nothing else is touched.
    word: CachePadded<AtomicU64>,
    /// How the holder is asked, which it reads at every check point: so alone on its line.
    turn: CachePadded<Turn>,
    /// Whether the last one that waited for it had it without being parked.
    is_brisk: AtomicBool,
    parking: Mutex<()>,
    /// It may be free now.
    freed: Condvar,
    /// Another thread has had it.
    switched: Condvar,
    /// How often a holder was made to let go.
    #[cfg(test)]
    forced: AtomicU64,
}

/// Whose turn it is. Written by the holder, but for `asked`.
#[derive(Debug, Default)]
struct Turn {
    /// How often it went from one thread to another.
    number: AtomicU64,
    /// The turn that is asked to end. It ends with the holder, so that nobody is asked for what another did.
    asked: AtomicU64,
    /// Who had it last, or has it, plus one.
    last: AtomicU64,
}

impl Interpreter {
    /// The one over the threads of `process`, if they have one.
    pub(in crate::engine::real) fn of(program: &Program, process: ProcessId) -> Option<Self> {
        let lock = program.interpreter(process)?;
        let ResourceKind::Interpreter { switch_interval } = program.resources[lock.index()].kind else { return None };
        Some(Self::new(lock, switch_interval))
    }

    fn new(id: ResourceId, interval: Nanos) -> Self {
        Self {
            id,
            interval,
            word: CachePadded::default(),
            turn: CachePadded::default(),
            is_brisk: AtomicBool::new(true),
            parking: Mutex::default(),
            freed: Condvar::new(),
            switched: Condvar::new(),
            #[cfg(test)]
            forced: AtomicU64::new(0),
        }
    }

    fn parking(&self) -> MutexGuard<'_, ()> {
        self.parking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the holder is asked to let go.
    #[inline]
    pub(in crate::engine::real) fn is_asked(&self) -> bool {
        let asked = self.turn.asked.load(Relaxed);
        asked != 0 && asked == self.turn.number.load(Relaxed)
    }

    /// Makes those who wait look at their orders.
    pub(in crate::engine::real) fn nudge(&self) {
        drop(self.parking());
        self.freed.notify_all();
        self.switched.notify_all();
    }

    /// Takes it for one that has spun for it.
    pub(in crate::engine::real) fn try_take_soon(&self, task: TaskId) -> bool {
        let had = self.try_take(task);
        if had && !self.is_brisk.load(Relaxed) {
            self.is_brisk.store(true, Relaxed);
        }
        had
    }

    /// Takes it if it is free.
    #[inline]
    pub(in crate::engine::real) fn try_take(&self, task: TaskId) -> bool {
        let mut word = self.word.load(Relaxed);
        while word & HELD == 0 {
            // Whoever takes it tells those that stand out.
            match self.word.compare_exchange_weak(word, (word | HELD) & !OUT, SeqCst, Relaxed) {
                Ok(_) => {
                    self.took(task);
                    if word & OUT != 0 {
                        drop(self.parking());
                        self.switched.notify_all();
                    }
                    return true;
                }
                Err(now) => word = now,
            }
        }
        false
    }

    /// For one that wants it: it is let go soon if it was of late. Beside a long turn, cores given away come back late.
    pub(in crate::engine::real) fn spinner(&self) -> Spinner {
        Spinner::for_rival(self.is_brisk.load(Relaxed))
    }

    /// Takes it if it is free or soon will be.
    fn take_soon(&self, task: TaskId) -> bool {
        self.spinner().until(|| self.try_take(task))
    }

    /// Waits until it is free, and takes it; false if the run ends before.
    pub(in crate::engine::real) fn take(&self, task: TaskId, control: Control, clock: Clock) -> bool {
        self.is_brisk.store(false, Relaxed);
        let mut watched = Watched { turn: 0, since: Nanos::ZERO, asked: false };
        loop {
            while self.park(&mut watched, control, clock) {
                self.ask(&mut watched, control, clock);
            }
            if self.take_soon(task) {
                return true;
            }
            if control.orders().stop() {
                return false;
            }
        }
    }

    /// Waits until it is free, or one turn has lasted for an interval, or almost; whether it is that.
    fn park(&self, watched: &mut Watched, control: Control, clock: Clock) -> bool {
        let mut parking = self.parking();
        // From here on whoever lets it go comes by.
        let mut word = self.word.fetch_add(PARKED, SeqCst);
        // Many that look at the clock would take the cores from those that compute.
        let early = if word < PARKED { WAKING } else { Nanos::ZERO };
        let mut is_over = false;
        while word & HELD != 0 && !is_over && !control.orders().stop() {
            let left = self.left_of(watched, clock).since(early);
            // Another turn may begin unheard, and while a run is halted its clock stands still.
            let nap = if watched.asked || control.orders().pause() { self.interval.max(WAKING) } else { left };
            (parking, _) = self.freed.wait_timeout(parking, nap.duration()).unwrap_or_else(PoisonError::into_inner);
            word = self.word.load(SeqCst);
            let left = self.left_of(watched, clock);
            is_over = word & HELD != 0 && !watched.asked && left <= early && !control.orders().pause();
        }
        self.word.fetch_sub(PARKED, SeqCst);
        is_over
    }

    /// How much of the interval is left; another turn than before has it all before it.
    fn left_of(&self, watched: &mut Watched, clock: Clock) -> Nanos {
        let (turn, now) = (self.turn.number.load(Acquire), clock.now());
        if turn != watched.turn {
            *watched = Watched { turn, since: now, asked: false };
        }
        (watched.since + self.interval).since(now)
    }

    /// Asks the holder to let go once the interval is over, if that is still the same turn.
    fn ask(&self, watched: &mut Watched, control: Control, clock: Clock) {
        while self.word.load(SeqCst) & HELD != 0 && clock.now() < watched.since + self.interval {
            if control.orders().stop() || control.orders().pause() {
                return;
            }
            // A core that is given away may come back late.
            std::hint::spin_loop();
        }
        // Says nothing if the turn is over by now.
        self.turn.asked.fetch_max(watched.turn, Release);
        watched.asked = true;
    }

    #[inline]
    fn took(&self, task: TaskId) {
        let me = u64::from(task.0) + 1;
        if self.turn.last.load(Relaxed) != me {
            self.turn.last.store(me, Relaxed);
            self.turn.number.store(self.turn.number.load(Relaxed) + 1, Release);
        }
    }

    /// Lets it go. If somebody had asked for that: until another thread has had it, or the run ends.
    #[inline]
    pub(in crate::engine::real) fn let_go(&self, task: TaskId, control: Control) {
        if self.is_asked() {
            return self.stand_out(task, control);
        }
        if self.word.fetch_and(!HELD, SeqCst) >= PARKED {
            self.wake();
        }
    }

    #[cold]
    fn wake(&self) {
        // Who has just told that it parks, parks before this.
        drop(self.parking());
        self.freed.notify_one();
    }

    #[cold]
    fn stand_out(&self, task: TaskId, control: Control) {
        #[cfg(test)]
        self.forced.fetch_add(1, Relaxed);
        let me = u64::from(task.0) + 1;
        self.word.fetch_or(OUT, SeqCst);
        let mut parking = self.parking();
        self.word.fetch_and(!HELD, SeqCst);
        self.freed.notify_one();
        // Whoever asked waits for it, and stops waiting only by having it, or with the run.
        while self.turn.last.load(Acquire) == me && !control.orders().stop() {
            parking = self.switched.wait(parking).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How often a holder was made to let go.
    #[cfg(test)]
    pub(in crate::engine::real) fn forced(&self) -> u64 {
        self.forced.load(Relaxed)
    }

    /// A lock of its own for a test.
    #[cfg(test)]
    pub(in crate::engine::real) fn leaked(interval: Nanos) -> &'static Self {
        Box::leak(Box::new(Self::new(ResourceId(0), interval)))
    }
}

//! The interpreter lock, by CPython's algorithm (`Python/ceval_gil.c`, `take_gil` and `drop_gil`): who waits for it waits one
//! switch interval; if nobody else has had it meanwhile, it asks the holder to let go; a holder that was asked lets go at its next check
//! point and stays out until another thread has had it. So the lock changes hands even when the holder wants it back at once.
//! Counts nothing: a task's side of it is `turn`. Where check points are is said by the compiler.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam::utils::CachePadded;

use super::control::Control;
use crate::id::{ProcessId, ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;

/// The interpreter lock of one process.
#[derive(Debug)]
pub(super) struct Interpreter {
    pub(super) id: ResourceId,
    /// How long a waiter waits before it asks.
    interval: Duration,
    /// Somebody asks the holder to let go. What the holder reads at every check point, so alone on its line.
    asked: CachePadded<AtomicBool>,
    state: Mutex<State>,
    /// It may be free now.
    freed: Condvar,
    /// Another thread has had it.
    switched: Condvar,
}

#[derive(Debug, Default)]
struct State {
    held: bool,
    /// Who had it last, or has it.
    last: Option<TaskId>,
    /// How often it went from one thread to another.
    switches: u64,
    /// How often a holder was made to let go.
    #[cfg(test)]
    forced: u64,
}

impl Interpreter {
    /// The one over the threads of `process`, if they have one.
    pub(super) fn of(program: &Program, process: ProcessId) -> Option<Self> {
        let lock = program.interpreter(process)?;
        let ResourceKind::Interpreter { switch_interval } = program.resources[lock.index()].kind else { return None };
        Some(Self::new(lock, switch_interval))
    }

    fn new(id: ResourceId, interval: Nanos) -> Self {
        Self {
            id,
            interval: interval.duration(),
            asked: CachePadded::default(),
            state: Mutex::default(),
            freed: Condvar::new(),
            switched: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the holder is asked to let go.
    #[inline]
    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Relaxed)
    }

    /// Makes those who wait look at their orders.
    pub(super) fn nudge(&self) {
        drop(self.state());
        self.freed.notify_all();
        self.switched.notify_all();
    }

    /// Takes it if it is free.
    pub(super) fn try_take(&self, task: TaskId) -> bool {
        let state = self.state();
        let free = !state.held;
        if free {
            self.took(state, task);
        }
        free
    }

    /// Waits until it is free, and takes it; false if the run ends before.
    pub(super) fn take(&self, task: TaskId, control: Control) -> bool {
        let mut state = self.state();
        while state.held {
            if control.orders().stop() {
                return false;
            }
            let before = state.switches;
            let (next, timeout) = self.freed.wait_timeout(state, self.interval).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if timeout.timed_out() && state.held && state.switches == before {
                self.asked.store(true, SeqCst);
            }
        }
        self.took(state, task);
        true
    }

    fn took(&self, mut state: MutexGuard<'_, State>, task: TaskId) {
        state.held = true;
        if state.last != Some(task) {
            state.last = Some(task);
            state.switches += 1;
        }
        self.asked.store(false, SeqCst);
        self.switched.notify_all();
    }

    /// Lets it go. If somebody had asked for that: until another thread has had it, or the run ends.
    pub(super) fn let_go(&self, task: TaskId, control: Control) {
        let mut state = self.state();
        state.held = false;
        self.freed.notify_one();
        if self.asked.swap(false, SeqCst) {
            #[cfg(test)]
            {
                state.forced += 1;
            }
            // Whoever asked waits for it, and stops waiting only by having it, or with the run.
            while state.last == Some(task) && !control.orders().stop() {
                state = self.switched.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// How often a holder was made to let go.
    #[cfg(test)]
    pub(super) fn forced(&self) -> u64 {
        self.state().forced
    }

    /// A lock of its own for a test.
    #[cfg(test)]
    pub(super) fn leaked(interval: Nanos) -> &'static Self {
        Box::leak(Box::new(Self::new(ResourceId(0), interval)))
    }
}

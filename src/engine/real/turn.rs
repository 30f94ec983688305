//! A task's side of the interpreter lock: it has it while it runs, lets it go where it waits and takes it back before it goes on;
//! and what is counted of that. How the lock goes from one to another is `interpreter`'s business.

use std::sync::atomic::Ordering::Relaxed;

use super::context::{Context, Cut};
use super::interpreter::Interpreter;
use super::meter::Meter;
use super::segment::task;
use super::state::add;
use crate::trace::store::{Awaited, TaskState};

impl Context {
    /// The task has the interpreter lock from here on, if there is one.
    ///
    /// # Errors
    /// When the run ends.
    #[inline]
    pub(super) fn enter_interpreter(&mut self) -> Result<(), Cut> {
        match self.frame.interpreter {
            Some(interpreter) if !self.inside => self.take_interpreter(interpreter),
            _ => Ok(()),
        }
    }

    /// The task goes on without the interpreter lock, if there is one: it is about to wait.
    #[inline]
    pub(super) fn leave_interpreter(&mut self) {
        if let Some(interpreter) = self.frame.interpreter
            && self.inside
        {
            self.inside = false;
            Meter::new(self.frame.segment, interpreter.id).left(self);
            interpreter.let_go(self.task, self.frame.control);
        }
    }

    /// A check point: lets another thread have the interpreter lock if one asks for it.
    ///
    /// # Errors
    /// When the run ends.
    #[inline]
    pub(super) fn check_point(&mut self) -> Result<(), Cut> {
        if self.is_asked_for_interpreter() {
            self.leave_interpreter();
            self.enter_interpreter()?;
        }
        Ok(())
    }

    /// Whether another thread asks for the interpreter lock that this one has.
    #[inline]
    pub(super) fn is_asked_for_interpreter(&self) -> bool {
        self.inside && self.frame.interpreter.is_some_and(Interpreter::is_asked)
    }

    #[cold]
    fn take_interpreter(&mut self, interpreter: &Interpreter) -> Result<(), Cut> {
        let meter = Meter::new(self.frame.segment, interpreter.id);
        let mut since = None;
        if !interpreter.try_take(self.task) {
            let asked = self.frame.clock.now();
            since = Some(asked);
            // One that spins goes on spinning, as far as others can see: it waits for the lock it spins on.
            let spins = self.state() == TaskState::Spinning;
            if !spins {
                self.begin(Awaited::Resource(interpreter.id), false, TaskState::Blocked, false);
            }
            self.slot[task::WANTED_SINCE].store(asked.0.max(1), Relaxed);
            meter.waiting(true);
            let had = interpreter.take(self.task, self.frame.control);
            meter.waiting(false);
            if !had {
                return Err(Cut);
            }
            if !spins {
                self.end_wait();
            }
        }
        self.inside = true;
        meter.entered(self, since);
        Ok(())
    }

    /// Counts how long the task has held the interpreter lock, or has waited for it.
    pub(super) fn count_interpreter(&self, total: usize, since: usize, nanos: u64) {
        add(&self.slot[total], nanos);
        self.slot[since].store(0, Relaxed);
    }
}

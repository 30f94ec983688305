//! A task's side of the interpreter lock: it has it while it runs, lets it go where it waits and takes it back before it goes on;
//! and what is counted of that. How the lock goes from one to another is `interpreter`'s business.

use std::sync::atomic::Ordering::Relaxed;

use super::context::{Context, Cut};
use super::meter::Meter;
use crate::engine::real::transport::segment::task;
use crate::engine::real::transport::state::add;
use crate::engine::real::wait::interpreter::Interpreter;
use crate::time::Nanos;
use crate::trace::store::{Awaited, TaskState};

impl Context {
    /// The task has the interpreter lock from here on, if there is one.
    ///
    /// # Errors
    /// When the run ends.
    #[inline]
    pub(in crate::engine::real) fn enter_interpreter(&mut self) -> Result<(), Cut> {
        match self.frame.interpreter {
            Some(interpreter) if !self.inside => self.take_interpreter(interpreter),
            _ => Ok(()),
        }
    }

    /// The task goes on without the interpreter lock, if there is one: it is about to wait.
    #[inline]
    pub(in crate::engine::real) fn leave_interpreter(&mut self) {
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
    pub(in crate::engine::real) fn check_point(&mut self) -> Result<(), Cut> {
        if self.is_asked_for_interpreter() {
            self.leave_interpreter();
            self.enter_interpreter()?;
        }
        Ok(())
    }

    /// Whether another thread asks for the interpreter lock that this one has.
    #[inline]
    pub(in crate::engine::real) fn is_asked_for_interpreter(&self) -> bool {
        self.inside && self.frame.interpreter.is_some_and(Interpreter::is_asked)
    }

    fn take_interpreter(&mut self, interpreter: &Interpreter) -> Result<(), Cut> {
        let meter = Meter::new(self.frame.segment, interpreter.id);
        let mut since = None;
        if !interpreter.try_take(self.task) {
            let asked = self.frame.clock.now();
            since = Some(asked);
            if !self.spin(interpreter.spinner(), || interpreter.try_take_soon(self.task)) {
                self.wait_for_interpreter(interpreter, meter, asked)?;
            }
        }
        self.inside = true;
        meter.entered(self, since);
        Ok(())
    }

    #[cold]
    fn wait_for_interpreter(&mut self, interpreter: &Interpreter, meter: Meter, asked: Nanos) -> Result<(), Cut> {
        // One that spins goes on spinning, as far as others can see: it waits for the lock it spins on.
        let spins = self.state() == TaskState::Spinning;
        if !spins {
            self.begin(Awaited::Resource(interpreter.id), false, TaskState::Blocked, false);
        }
        if self.counts() {
            self.slot[task::WANTED_SINCE].store(asked.0.max(1), Relaxed);
        }
        meter.waiting(true);
        let had = interpreter.take(self.task, self.frame.control, self.frame.clock);
        meter.waiting(false);
        if !had {
            return Err(Cut);
        }
        if !spins {
            self.end_wait();
        }
        Ok(())
    }

    /// Counts how long the task has held the interpreter lock, or has waited for it.
    pub(in crate::engine::real) fn count_interpreter(&self, total: usize, since: usize, nanos: u64) {
        add(&self.slot[total], nanos);
        self.slot[since].store(0, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;
    use std::sync::atomic::Ordering::SeqCst;

    use super::super::context::Frame;
    use super::super::context::tests::{frame, together};
    use super::*;
    use crate::engine::real::transport::segment::resource;
    use crate::id::{BlockId, TaskId};

    fn with_interpreter(interval: Nanos) -> (Frame, &'static Interpreter) {
        let interpreter = Interpreter::leaked(interval);
        (Frame { interpreter: Some(interpreter), ..frame() }, interpreter)
    }

    #[test]
    fn never_two_hold_it_and_all_that_is_counted_adds_up() {
        let (frame, interpreter) = with_interpreter(Nanos(50_000));
        let inside = AtomicU64::new(0);
        together(frame, 4, |task, context| {
            for round in 0..500 {
                context.step(BlockId(task));
                context.enter_interpreter().unwrap();
                assert_eq!(inside.fetch_add(1, SeqCst), 0);
                if round % 50 == 0 {
                    std::hint::black_box((0..20_000).sum::<u64>());
                }
                inside.fetch_sub(1, SeqCst);
                if round % 3 == 0 || context.is_asked_for_interpreter() {
                    context.leave_interpreter();
                }
            }
            context.leave_interpreter();
        });
        let slot = frame.segment.resource(0).unwrap().0;
        let word = |which: usize| slot[which].load(Relaxed);
        assert_eq!(word(resource::WAITING), 0);
        let (_, waits, holds) = frame.segment.resource(0).unwrap();
        let count =
            |steps: &[crate::engine::real::transport::segment::Word]| steps.iter().map(|step| step.load(Relaxed)).sum::<u64>();
        assert_eq!(count(holds), word(resource::ACQUISITIONS));
        assert_eq!(count(waits), word(resource::CONTENDED));
        let held: u64 = (0..4).map(|task| frame.segment.task(task).unwrap()[task::HELD].load(Relaxed)).sum();
        let wanted: u64 = (0..4).map(|task| frame.segment.task(task).unwrap()[task::WANTED].load(Relaxed)).sum();
        assert_eq!((held, wanted), (word(resource::HOLD_TOTAL), word(resource::WAIT_TOTAL)));
        assert!(interpreter.try_take(TaskId(0)), "it is free");
    }

    #[test]
    fn a_holder_that_never_waits_is_made_to_let_go_at_its_check_points() {
        let (frame, interpreter) = with_interpreter(Nanos(100_000));
        let turns: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];
        together(frame, 2, |task, context| {
            context.enter_interpreter().unwrap();
            let (mine, others) = (task as usize, 1 - task as usize);
            turns[mine].fetch_add(1, SeqCst);
            // Until the other has had it too: it can have it only if it is given at a check point.
            while turns[others].load(SeqCst) == 0 || interpreter.forced() == 0 {
                context.check_point().unwrap();
            }
            context.leave_interpreter();
        });
        assert!(interpreter.forced() > 0);
    }

    #[test]
    fn beside_a_long_turn_nobody_gives_its_core_away_for_it() {
        let (frame, interpreter) = with_interpreter(Nanos::from_millis(3_600_000));
        let looks = || {
            let mut looks = 0;
            interpreter.spinner().until(|| {
                looks += 1;
                false
            });
            looks
        };
        let at_first = looks();
        let slot = frame.segment.resource(0).unwrap().0;
        together(frame, 2, |task, context| {
            while task > 0 && slot[resource::HOLDER].load(SeqCst) == 0 {
                std::thread::yield_now();
            }
            context.enter_interpreter().unwrap();
            while task == 0 && slot[resource::WAITING].load(SeqCst) == 0 {
                std::thread::yield_now();
            }
            context.leave_interpreter();
        });
        assert!(looks() < at_first);
        assert!(interpreter.try_take_soon(TaskId(0)), "it is free");
        assert_eq!(looks(), at_first);
    }

    #[test]
    fn a_stop_ends_every_wait_for_it() {
        let (frame, interpreter) = with_interpreter(Nanos::from_millis(3_600_000));
        let slot = frame.segment.resource(0).unwrap().0;
        together(frame, 3, |task, context| {
            if task > 0 {
                while slot[resource::HOLDER].load(SeqCst) == 0 {
                    std::thread::yield_now();
                }
                return assert_eq!(context.enter_interpreter(), Err(Cut));
            }
            context.enter_interpreter().unwrap();
            while slot[resource::WAITING].load(SeqCst) < 2 {
                std::thread::yield_now();
            }
            frame.control.stop();
            while slot[resource::WAITING].load(SeqCst) > 0 {
                interpreter.nudge();
            }
        });
    }
}

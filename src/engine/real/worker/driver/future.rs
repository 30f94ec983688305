//! How a task becomes done: its future tells at once, whoever is to be told is called, then it is over.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::super::yard::Yard;
use super::{Driver, machine_of};
use crate::effect::Ending;
use crate::engine::real::resource::executor::Executor;
use crate::engine::real::task::all::Task;
use crate::engine::real::task::context::Cut;
use crate::engine::real::transport::segment::task;
use crate::engine::real::transport::state;
use crate::program::machine::Machine;
use crate::trace::ended::Limit;
use crate::trace::store::{Ended, TaskState};

/// A job that got no worker is over: `ending`, and whoever is to be told of that is told, on a thread of its own.
pub(super) fn settle(yard: &'static Yard, executor: &'static Executor, job: &Arc<Task>, ending: Ending) {
    let now = yard.frame.clock.now();
    job.end(now, ending);
    if !job.has_callbacks() {
        executor.over(now);
        // After that: as long as it counts as alive, nobody who waits for its end is lost.
        if let Some(slot) = yard.frame.segment.task(job.id.index()) {
            slot[task::TARGET].store(0, Relaxed);
            slot[task::POOL].store(0, Relaxed);
            state::enter(slot, TaskState::Done, now);
        }
        yard.ring();
        if yard.tasks.withdrawn() {
            yard.end(Ended::Completed);
        }
        return;
    }
    yard.tasks.begins();
    // It is this process that calls back: the job goes on here, though the process that did it may end meanwhile.
    let slot = yard.frame.segment.task(job.id.index());
    let place = slot.map(|slot| PLACE.map(|word| slot[word].load(SeqCst)));
    if let Some(slot) = slot {
        slot[task::PROCESS].store(u64::from(yard.process.0) + 1, SeqCst);
    }
    call_back_apart(yard, job, ending, move |driver, task, whole| driver.over(Some(executor), task, whole, place));
}

/// Whoever is to be told how a job ended is called, on a thread of its own; then it is `over`.
pub(super) fn call_back_apart(
    yard: &'static Yard,
    job: &Arc<Task>,
    ending: Ending,
    over: impl FnOnce(Driver, &Task, bool) + Send + 'static,
) {
    let task = Arc::clone(job);
    let thread = std::thread::Builder::new().name(job.name.replace('\0', " ")).stack_size(super::STACK_BYTES);
    let running = thread.spawn(move || {
        let mut driver = Driver::new(yard, &task);
        driver.context.goes_on();
        let told = driver.call_back(machine_of(yard, &task, &[]), &task, ending);
        over(driver, &task, told.is_ok());
    });
    if let Err(error) = running {
        yard.end(Limit::Thread { of: job.name.clone(), error: error.to_string() }.at(job.block));
    }
}

/// Where a job came to: in which process, at which block, on which core.
const PLACE: [usize; 3] = [task::PROCESS, task::BLOCK, task::CORE];

impl Driver {
    /// Calls all that are to be told how a task has ended; what one of them raises is told, and the next is called.
    pub(super) fn call_back(&mut self, mut machine: Box<Machine>, task: &Task, ending: Ending) -> Result<(), Cut> {
        while let Some((code, argument)) = task.next_callback(ending) {
            machine.again(&self.yard.program, code, &[argument]);
            let came;
            (came, machine) = self.drive(machine)?;
            if let Ending::Raised(exception) = came {
                let program = &self.yard.program;
                machine.own_callback_raised(self, program, exception);
            }
        }
        Ok(())
    }

    /// A job is over, unless the run has cut it off; a pool's is one less in it. `place` is where it had come to before others were
    /// told of it, if that was elsewhere.
    pub(super) fn over(mut self, executor: Option<&Executor>, task: &Task, whole: bool, place: Option<[u64; 3]>) {
        let yard = self.yard;
        self.context.leave_interpreter();
        self.context.end(if whole { 0 } else { 2 });
        let now = yard.frame.clock.now();
        if whole {
            if let Some(executor) = executor {
                executor.over(now);
            }
            yard.ring();
            self.context.slot[task::POOL].store(0, Relaxed);
            state::enter(self.context.slot, TaskState::Done, now);
            // Before the run may end with it.
            for (word, was) in PLACE.into_iter().zip(place.into_iter().flatten()) {
                self.context.slot[word].store(was, SeqCst);
            }
        }
        if yard.tasks.ended(task) && whole {
            yard.end(Ended::Completed);
        }
    }
}

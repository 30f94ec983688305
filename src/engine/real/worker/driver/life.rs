//! A task's life on a thread of its own: begun, driven to its end, and what is told of that. What it does in between is the
//! driver's.

use std::sync::Arc;

use super::super::family;
use super::super::yard::Yard;
use super::{Driver, STACK_BYTES, machine_of};
use crate::effect::{Ending, Patience};
use crate::engine::real::task::all::{Phase, Task};
use crate::engine::real::task::context::Cut;
use crate::id::BlockId;
use crate::trace::ended::Limit;
use crate::trace::store::{Ended, TaskState};
use crate::value::Value;

/// Gives a task that has begun a thread, for the block `by`; `arguments` are its body's parameters.
pub(in crate::engine::real) fn give_thread(yard: &'static Yard, task: &Arc<Task>, arguments: Vec<Value>, by: BlockId) {
    yard.tasks.show(task, yard.process, yard.frame.clock.now());
    // A thread's name ends at its first NUL, and Linux shows 15 bytes of it.
    let name = task.name.replace('\0', " ");
    let running = Arc::clone(task);
    let thread = std::thread::Builder::new().name(name).stack_size(STACK_BYTES);
    if let Err(error) = thread.spawn(move || run(yard, &running, &arguments)) {
        yard.end(Limit::Thread { of: task.name.clone(), error: error.to_string() }.at(by));
    }
}

/// Runs a task that has begun on this thread, to its end.
pub(in crate::engine::real) fn run(yard: &'static Yard, task: &Task, arguments: &[Value]) {
    let mut driver = Driver::new(yard, task);
    let began = task.after.map_or(Ok(true), |after| task.wait_for_its_time(&mut driver.context, after));
    let machine = machine_of(yard, task, arguments);
    let ending = match began {
        Ok(true) => driver.drive(machine),
        Ok(false) => Ok((Ending::Cancelled, machine)),
        Err(cut) => Err(cut),
    };
    let (ending, machine) = ending.map_or((Err(Cut), None), |(ending, machine)| (Ok(ending), Some(machine)));
    if ending.is_err() {
        driver.context.tell_stand();
    }
    let (heard, exit) = ending.map_or((ending, 0), |ending| {
        let (heard, exit) = yard.program.heard(ending);
        (Ok(heard), exit)
    });
    let how = match heard {
        Ok(Ending::Returned(_)) => 0,
        Ok(Ending::Cancelled) => 3,
        Ok(Ending::Raised(exception)) => {
            if !task.awaited {
                driver.uncaught(task.id, exception);
            }
            1
        }
        Ok(Ending::Cut) | Err(Cut) => 2,
    };
    let is_main = yard.program.process_behind(task.id) == Some(yard.process);
    let how = if is_main && how != 2 && driver.leave(task).is_err() { 2 } else { how };
    if is_main {
        yard.exit.store(if how == 2 { 0 } else { exit }, std::sync::atomic::Ordering::SeqCst);
    }
    let mut how = how;
    if let (Ok(ending), Some(machine)) = (ending, machine)
        && how != 2
        && !task.ends_unheard()
    {
        task.end(yard.frame.clock.now(), ending);
        if driver.call_back(machine, task, ending).is_err() {
            how = 2;
        }
    }
    driver.context.leave_interpreter();
    driver.context.end(how);
    let now = yard.frame.clock.now();
    // Whoever waits for one that the end of the run cuts off is cut off too, and told as it stood.
    if let Ok(ending) = ending
        && how != 2
    {
        task.end(now, ending);
        driver.ring();
    }
    if how != 2 {
        let slot = yard.frame.segment.task(task.id.index()).expect("a task that ran has a slot");
        crate::engine::real::transport::state::enter(slot, TaskState::Done, now);
    }
    if yard.tasks.ended(task) && how != 2 {
        yard.end(Ended::Completed);
    }
}

impl Driver {
    /// The body of a process's main thread has ended: waits for the other threads, the child processes, and until all that was
    /// put into queues across processes is through.
    fn leave(&mut self, task: &Task) -> Result<(), Cut> {
        let yard = self.yard;
        self.context.leave_body(Some(task.block));
        let is_left = |other: &Arc<Task>| other.id != task.id && !other.daemon && other.phase() == Phase::Alive;
        while let Some(other) = yard.tasks.all().into_iter().find(is_left) {
            other.join(&mut self.context, Patience::Forever)?;
        }
        for queue in family::feeders(yard) {
            queue.flush(&mut self.context)?;
        }
        family::close_ends(yard);
        Ok(())
    }
}

//! What is raised where a run has as many tasks as there may be: by every engine alike, at the block that wants one more.

use crate::program::MOST_ALIVE;
use crate::value::Failure;

/// No thread more: so many are alive.
pub(super) fn at_once() -> Failure {
    Failure::new("RuntimeError", format!("can't start new thread: at most {MOST_ALIVE} tasks are alive at once"))
}

/// No thread more: so many tasks were made.
pub(super) fn thread(most: usize) -> Failure {
    Failure::new("RuntimeError", format!("can't start new thread: a run makes at most {most} tasks"))
}

/// No job more: so many tasks were made.
pub(super) fn job(most: usize) -> Failure {
    Failure::new("RuntimeError", format!("can't submit a job: a run makes at most {most} tasks"))
}

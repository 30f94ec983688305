//! Event loops as other threads see them: whether one runs, and what was submitted to it and lies there until it takes it in.
//! Owns the line; what a job becomes in its loop is the machine's, and how its future ends `driver`'s.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::real::task::all::Task;
use crate::id::TaskId;
use crate::value::{Failure, Value};

/// See the file's head.
#[derive(Debug, Default)]
pub(in crate::engine::real) struct Inbox(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    life: Life,
    /// Whose thread runs it, while it runs.
    by: Option<TaskId>,
    mail: VecDeque<Mail>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Life {
    #[default]
    New,
    Running,
    Closed,
}

/// What others want of a loop.
#[derive(Debug)]
pub(in crate::engine::real) enum Mail {
    /// That it runs this, which is given these.
    Job(Arc<Task>, Vec<Value>),
    /// That it cancels this, which it has taken in.
    Cancel(TaskId),
}

impl Inbox {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The loop begins to run on the thread of `by`; false if it runs already. `tell` is told of each job that lies there.
    pub(in crate::engine::real) fn open(&self, by: TaskId, tell: impl Fn(TaskId)) -> bool {
        let mut inner = self.inner();
        if inner.life == Life::Running {
            return false;
        }
        (inner.life, inner.by) = (Life::Running, Some(by));
        for mail in &inner.mail {
            if let Mail::Job(job, _) = mail {
                tell(job.id);
            }
        }
        true
    }

    /// It no longer runs. Gives the jobs that it has not taken in.
    pub(in crate::engine::real) fn close(&self) -> Vec<Arc<Task>> {
        let mut inner = self.inner();
        (inner.life, inner.by) = (Life::Closed, None);
        let left = std::mem::take(&mut inner.mail).into_iter();
        left.filter_map(|mail| if let Mail::Job(job, _) = mail { Some(job) } else { None }).collect()
    }

    /// Whether it takes jobs.
    ///
    /// # Errors
    /// RuntimeError when it is closed.
    pub(in crate::engine::real) fn takes_jobs(&self) -> Result<(), Failure> {
        if self.inner().life == Life::Closed {
            return Err(Failure::new("RuntimeError", "Event loop is closed"));
        }
        Ok(())
    }

    /// Puts a job there, about which `tell` tells before the loop can: it is given whose thread runs that.
    ///
    /// # Errors
    /// RuntimeError when it is closed.
    pub(in crate::engine::real) fn submit(
        &self,
        job: Arc<Task>,
        arguments: Vec<Value>,
        tell: impl FnOnce(Option<TaskId>),
    ) -> Result<(), Failure> {
        let mut inner = self.inner();
        if inner.life == Life::Closed {
            return Err(Failure::new("RuntimeError", "Event loop is closed"));
        }
        tell(inner.by);
        inner.mail.push_back(Mail::Job(job, arguments));
        Ok(())
    }

    /// Tells a loop that runs to cancel one that it has taken in.
    pub(in crate::engine::real) fn cancel(&self, job: TaskId) {
        let mut inner = self.inner();
        if inner.life == Life::Running {
            inner.mail.push_back(Mail::Cancel(job));
        }
    }

    /// Takes out a job that the loop has not taken in; none if it has.
    pub(in crate::engine::real) fn withdraw(&self, job: TaskId) -> Option<Arc<Task>> {
        let mut inner = self.inner();
        let place = inner.mail.iter().position(|mail| matches!(mail, Mail::Job(task, _) if task.id == job))?;
        match inner.mail.remove(place)? {
            Mail::Job(task, _) => Some(task),
            Mail::Cancel(_) => None,
        }
    }

    pub(in crate::engine::real) fn has_mail(&self) -> bool {
        !self.inner().mail.is_empty()
    }

    /// What came first, for the loop.
    pub(in crate::engine::real) fn take(&self) -> Option<Mail> {
        self.inner().mail.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BlockId, CodeId};

    fn job(number: u32) -> Arc<Task> {
        Task::new(TaskId(number), "job".to_owned(), CodeId(0), BlockId(0), false)
    }

    #[test]
    fn a_loop_takes_in_what_was_submitted_in_order_until_it_is_closed() {
        let inbox = Inbox::default();
        let mut told = 0;
        inbox.submit(job(1), Vec::new(), |_| told += 1).expect("it has not run yet");
        assert!(inbox.open(TaskId(9), |job| assert_eq!(job, TaskId(1))));
        assert!(!inbox.open(TaskId(8), |_| ()), "it runs already");
        inbox.submit(job(2), Vec::new(), |_| told += 1).expect("it runs");
        inbox.submit(job(3), Vec::new(), |_| told += 1).expect("it runs");
        assert!(inbox.withdraw(TaskId(2)).is_some());
        assert!(inbox.withdraw(TaskId(2)).is_none(), "it is there no more");
        assert!(matches!(inbox.take(), Some(Mail::Job(job, _)) if job.id == TaskId(1)));
        inbox.cancel(TaskId(1));
        let left: Vec<TaskId> = inbox.close().iter().map(|job| job.id).collect();
        assert_eq!(left, [TaskId(3)]);
        assert!(inbox.takes_jobs().is_err());
        assert!(inbox.submit(job(4), Vec::new(), |_| told += 1).is_err());
        inbox.cancel(TaskId(3));
        assert!(!inbox.has_mail(), "nobody would read it");
        assert_eq!(told, 3);
        assert!(inbox.open(TaskId(9), |_| ()), "it may run again");
    }
}

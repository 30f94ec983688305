//! Processes that work for pools, as the thread sees them that hands them their jobs: begun, given one job after the other, heard
//! out, and ended with the pool.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::atomic::Ordering::SeqCst;

use super::super::yard::Yard;
use super::children::{claim, open_ends, reap, start};
use crate::engine::real::message::{ChildReport, ChildSetup, JobOrder, PlainEnding};
use crate::engine::real::transport::segment::task;
use crate::engine::real::transport::state;
use crate::id::ProcessId;
use crate::trace::ended::Limit;
use crate::trace::store::TaskState;

/// The process is there no more; whether it was ended by `terminate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) struct Gone {
    pub(in crate::engine::real) terminated: bool,
}

/// A process that works for a pool.
#[derive(Debug)]
pub(in crate::engine::real) struct Pooled {
    yard: &'static Yard,
    pub(in crate::engine::real) id: ProcessId,
    child: Child,
    jobs: Option<ChildStdin>,
    told: Option<Lines<BufReader<ChildStdout>>>,
}

impl Pooled {
    /// Begins one; none when there is no room for it. The kernel ends it with the thread that calls this.
    pub(in crate::engine::real) fn begin(yard: &'static Yard) -> Option<Self> {
        let mut room = (0..).map(ProcessId).zip(&yard.program.processes).filter(|(_, process)| process.spawned);
        let (id, template) = room.find(|(id, _)| claim(yard, *id))?;
        let (parent, wires) = (std::process::id(), yard.wires.clone());
        let setup = ChildSetup { setup: yard.setup.clone(), process: id, parent, spawned: None, wires, pooled: true };
        let line = serde_json::to_string(&setup).expect("a setup is plain data");
        super::begins(yard.frame.segment, id, yard.frame.clock.now());
        match start(&yard.recipe, &line) {
            Ok(mut child) => {
                let jobs = child.stdin.take();
                let told = child.stdout.take().map(|told| BufReader::new(told).lines());
                Some(Self { yard, id, child, jobs, told })
            }
            Err(error) => {
                yard.end(Limit::Process { of: template.name.clone(), error: error.to_string() }.at(None));
                None
            }
        }
    }

    /// Has it run a job, and waits for that.
    ///
    /// # Errors
    /// When the process is there no more; it has been reaped then.
    pub(in crate::engine::real) fn run(&mut self, job: &JobOrder) -> Result<PlainEnding, Gone> {
        open_ends(self.yard, self.id, Some(job.code));
        let line = serde_json::to_string(job).expect("a job is plain data");
        let jobs = self.jobs.as_mut().ok_or(Gone { terminated: false })?;
        // One that cannot read it has ended; that is heard in a moment.
        let _ended = jobs.write_all(line.as_bytes()).and_then(|()| jobs.write_all(b"\n"));
        if let Some(ending) = self.hear() {
            return Ok(ending);
        }
        // Where the run ends, it is told as it stood.
        let cut_off = self.yard.frame.control.orders().stop();
        let slot = self.yard.frame.segment.task(job.task.index()).filter(|_| !cut_off);
        // A job whose process has died is its pool's, which tells how it ended: until then it is not over.
        let did_it = slot.map(|slot| {
            slot[task::SIGN].store(0, SeqCst);
            let now = self.yard.frame.clock.now();
            super::told_for(self.yard.frame.segment, slot, now);
            state::enter(slot, TaskState::Runnable, now);
            slot[task::PROCESS].swap(u64::from(self.yard.process.0) + 1, SeqCst)
        });
        let terminated = reap(self.yard, self.id, &mut self.child);
        if let (Some(slot), Some(did_it)) = (slot, did_it) {
            slot[task::PROCESS].store(did_it, SeqCst);
        }
        Err(Gone { terminated })
    }

    /// There are no more jobs: it ends, and all it has to tell is heard. Whether it was ended by `terminate`.
    pub(in crate::engine::real) fn end(mut self) -> bool {
        self.jobs = None;
        while self.hear().is_some() {}
        reap(self.yard, self.id, &mut self.child)
    }

    /// Whether it has ended, though it was to wait for its next job.
    pub(in crate::engine::real) fn is_gone(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// How the job ended; none when nothing more will be told.
    fn hear(&mut self) -> Option<PlainEnding> {
        for line in self.told.as_mut()?.map_while(Result::ok) {
            match serde_json::from_str(&line) {
                Ok(ChildReport::Done(ending)) => return Some(ending),
                Ok(ChildReport::State(values)) => self.yard.states().extend(values),
                Ok(ChildReport::Ended(how)) => self.yard.end(how),
                Err(_) => {}
            }
        }
        None
    }
}

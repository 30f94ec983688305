//! How jobs of pools are told: a worker is held as a permit is, its pool's level is the jobs in line; how full pools and pipes are.

use super::Teller;
use crate::effect::{Effect, Ending};
use crate::engine::world::{Record, What, World};
use crate::id::{CodeId, ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::trace::store::TaskInfo;
use crate::value::Value;

impl Teller {
    /// How full pools and pipes are.
    pub(super) fn levels(&mut self, program: &Program, world: &World) {
        for (at, resource) in program.resources.iter().enumerate() {
            if matches!(resource.kind, ResourceKind::Pool { .. } | ResourceKind::Pipe { .. }) {
                let (id, counters) = (ResourceId::from_index(at), &mut self.resources[at].counters);
                (counters.level, counters.used) = (world.level(id), world.used(program, id));
            }
        }
    }

    pub(super) fn job(&mut self, program: &Program, world: &World, now: Nanos, record: &Record) {
        let at = (record.task, record.block);
        match record.what {
            What::TookWorker(pool) => self.acquired(world, now, at, pool),
            What::LeftWorker(pool) => self.released(world, now, at, pool),
            What::Answered(ending) => {
                self.leaves_line(program, now, record.task);
                self.goes_on_in_maps(program, world);
                if let Ending::Raised(exception) = ending {
                    self.raised(program, now, at, exception);
                }
            }
            _ => {}
        }
    }

    /// A job that is answered waits for no worker any more: one that stood in line was cancelled there.
    fn leaves_line(&mut self, program: &Program, now: Nanos, job: TaskId) {
        let pools = program.resources.iter().enumerate().filter(|(_, it)| matches!(it.kind, ResourceKind::Pool { .. }));
        for (at, _) in pools {
            let meter = &mut self.resources[at];
            if meter.waiting.remove(&job)
                && let Some(asked) = self.tasks.of(job).asked.take()
            {
                meter.counters.contended += 1;
                meter.counters.cancelled += 1;
                meter.counters.wait.add(now.since(asked));
            }
        }
    }

    pub(super) fn submitted(&mut self, program: &Program, world: &World, parent: TaskId, effect: Effect) {
        let pool = match effect {
            Effect::Submit { pool, task, code, .. } => {
                let is_looped = matches!(program.resources[pool.index()].kind, ResourceKind::EventLoop { .. });
                self.job_made(program, parent, (task, code), if is_looped { "coroutine" } else { "job" });
                pool
            }
            Effect::SubmitEach { pool, code, jobs, .. } => {
                for job in &*program.table.get_list(jobs) {
                    if let Value::Task(job) = *job {
                        self.job_made(program, parent, (job, code), "job");
                    }
                }
                pool
            }
            _ => return,
        };
        self.resources[pool.index()].counters.level = world.level(pool);
    }

    fn job_made(&mut self, program: &Program, parent: TaskId, (job, code): (TaskId, CodeId), kind: &str) {
        let info = TaskInfo {
            name: program.table.task_name(job).to_string(),
            kind: kind.to_owned(),
            parent: Some(parent),
            block: program.codes[code.index()].block,
            daemon: false,
        };
        self.infos.push((job, info));
    }
}

//! What is told of coroutines: each is a task in the trace, with its states and its end, though its loop's thread runs it.

use super::Teller;
use crate::effect::{Ending, Moment, Rests, Waited};
use crate::engine::world::World;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::trace::store::{Awaited, Finding, FindingKind, TaskInfo, TaskState, Uncaught, Wait};
use crate::trace::{EventKind, NOTHING};

impl Teller {
    /// A round of an event loop is over.
    pub(super) fn round(&mut self, event_loop: ResourceId, length: Nanos) {
        let counters = &mut self.resources[event_loop.index()].counters;
        counters.acquisitions += 1;
        counters.hold.add(length);
    }

    pub(super) fn moment(
        &mut self,
        (program, world): (&Program, &World),
        now: Nanos,
        (task, block): (TaskId, BlockId),
        moment: Moment,
    ) {
        let life = self.tasks.of(task);
        match moment {
            Moment::Made { by, code } => {
                life.become_state(TaskState::Runnable, now);
                let block = program.codes[code.index()].block;
                if program.task(task).is_none() {
                    let (name, kind) = (program.table.task_name(task).to_string(), "coroutine".to_owned());
                    self.infos.push((task, TaskInfo { name, kind, parent: Some(by), block, daemon: false }));
                }
                self.event(task, EventKind::Started, block, (by.0, 0), now);
                self.event(by, EventKind::Spawned, block, (task.0, 0), now);
            }
            Moment::TakenIn => {
                (life.asked, life.counters.awaits) = (None, None);
                life.become_state(TaskState::Runnable, now);
            }
            Moment::Runs => {
                self.maps.remove(&task);
                self.has_rested(now, task);
                let life = self.tasks.of(task);
                life.counters.steps += 1;
                let awaited = life.counters.awaits.take();
                life.become_state(TaskState::Running, now);
                self.asks_no_more(task, awaited);
            }
            Moment::Rests { on: rests, .. } => {
                let job = if let Rests::Jobs(jobs) = rests {
                    self.maps.insert(task, jobs);
                    world.unreturned(program, jobs)
                } else {
                    None
                };
                // It may have rested already, for another thing: of several children for the next.
                self.has_rested(now, task);
                let life = self.tasks.of(task);
                life.counters.block = Some(block);
                let (state, awaits) = match rests {
                    Rests::Turn => (TaskState::Runnable, None),
                    Rests::Switch => (TaskState::Blocked, None),
                    Rests::Time => (TaskState::Sleeping, None),
                    Rests::Resource(resource) => (TaskState::Blocked, Some(Awaited::Resource(resource))),
                    Rests::Task(task) => (TaskState::Blocked, Some(Awaited::Task(task))),
                    Rests::Jobs(_) => (TaskState::Blocked, job.map(Awaited::Task)),
                };
                self.has_news |= awaits.is_some();
                life.counters.awaits = awaits;
                life.become_state(state, now);
                if let Rests::Resource(of) = rests
                    && program.resources[of.index()].kind.has_line()
                {
                    self.stands_in_line(now, (task, block), of);
                }
            }
            Moment::Waited(of, how) if program.resources[of.index()].kind.has_line() => {
                self.has_waited(program, now, (task, block), (of, how));
            }
            // The future of one that has settled tells of it, and it ends when its callbacks have been called.
            Moment::Waited(..) | Moment::Settled(_) | Moment::Took(_) | Moment::Gave(_) => {}
            Moment::Ended(ending) => {
                self.maps.remove(&task);
                let life = self.tasks.of(task);
                let block = life.counters.block.unwrap_or(block);
                if let Ending::Raised(exception) = ending {
                    self.raised(program, now, (task, block), exception);
                }
                self.told_end(now, (task, block), ending);
            }
            Moment::NeverAwaited(block) => {
                let kind = FindingKind::NeverAwaited(block);
                if self.found.insert((kind, Vec::new())) {
                    self.findings.push(Finding { kind, at: now, waits: vec![made_by(task, block)] });
                }
            }
            Moment::CallbackRaised { by, code, exception } => {
                let block = program.codes[code.index()].block;
                let name = program.table.task_name(task).to_string();
                self.infos.push((task, TaskInfo { name, kind: "callback".to_owned(), parent: Some(by), block, daemon: false }));
                let uncaught = Uncaught::told(&program.table, exception);
                self.raised(program, now, (task, uncaught.block.unwrap_or(block)), exception);
                self.tasks.of(task).counters.uncaught = Some(uncaught);
                self.told_end(now, (task, block), Ending::Raised(exception));
            }
            Moment::Unheard(exception) => life.counters.uncaught = Some(Uncaught::told(&program.table, exception)),
        }
    }

    /// A coroutine's rest, if it did rest, is over; what it waited for in line is told apart, when that wait is over.
    fn has_rested(&mut self, now: Nanos, task: TaskId) {
        let life = self.tasks.of(task);
        if life.asked.is_none()
            && matches!(life.counters.state, TaskState::Blocked | TaskState::Sleeping)
            && let Some(block) = life.counters.block
        {
            let waited = now.since(life.counters.since);
            let cost = self.blocks.entry(block).or_default();
            cost.time += waited;
            cost.waiting += waited;
        }
    }

    /// A job has come to something: coroutines that wait for several wait for the next.
    pub(super) fn goes_on_in_maps(&mut self, program: &Program, world: &World) {
        for (&task, &jobs) in &self.maps {
            let next = world.unreturned(program, jobs).map(Awaited::Task);
            let awaits = &mut self.tasks.of(task).counters.awaits;
            self.has_news |= *awaits != next;
            *awaits = next;
        }
    }

    /// A coroutine rests in line; it may have been there before, and tried in vain.
    fn stands_in_line(&mut self, now: Nanos, (task, block): (TaskId, BlockId), of: ResourceId) {
        let meter = &mut self.resources[of.index()];
        meter.waiting.insert(task);
        let longest = &mut meter.counters.longest_queue;
        *longest = (*longest).max(meter.waiting.len() as u64);
        let life = self.tasks.of(task);
        if life.asked.is_none() {
            life.asked = Some(now);
            self.event(task, EventKind::Asked, block, (of.0, 0), now);
        }
    }

    /// Its wait there is over.
    fn has_waited(&mut self, program: &Program, now: Nanos, (task, block): (TaskId, BlockId), (of, how): (ResourceId, Waited)) {
        let life = self.tasks.of(task);
        let block = life.counters.block.unwrap_or(block);
        let Some(asked) = life.asked.take() else { return };
        let waited = now.since(asked);
        let cost = self.blocks.entry(block).or_default();
        cost.time += waited;
        cost.waiting += waited;
        let counters = &mut self.resources[of.index()].counters;
        counters.contended += 1;
        counters.wait.add(waited);
        let kind = match how {
            Waited::Served => {
                counters.acquisitions += u64::from(is_passed(program, of));
                EventKind::Resumed
            }
            Waited::Late => {
                counters.timeouts += 1;
                EventKind::TimedOut
            }
            Waited::Cancelled => {
                counters.cancelled += 1;
                EventKind::Resumed
            }
        };
        self.event(task, kind, block, (of.0, waited.0), now);
    }

    /// The end of a task, a coroutine or not.
    pub(super) fn told_end(&mut self, now: Nanos, (task, block): (TaskId, BlockId), ending: Ending) {
        let how = match ending {
            Ending::Returned(_) => 0,
            Ending::Raised(_) => 1,
            Ending::Cut => 2,
            Ending::Cancelled => 3,
        };
        self.has_news = true;
        self.event(task, EventKind::Ended, block, (NOTHING, how), now);
        self.tasks.of(task).become_state(TaskState::Done, now);
    }
}

/// Whether nothing else counts that one of its waits has come to its end.
fn is_passed(program: &Program, id: ResourceId) -> bool {
    matches!(
        program.resources[id.index()].kind,
        ResourceKind::Condition { .. } | ResourceKind::Event | ResourceKind::Barrier { .. }
    )
}

/// Whose coroutine was never awaited, and where it was made.
fn made_by(task: TaskId, block: BlockId) -> Wait {
    Wait { task, block: Some(block), on: Awaited::Task(task), helpers: Vec::new() }
}

//! What is told of servers and files: how often each was asked, and how long its answer took.

use super::Teller;
use crate::effect::Effect;
use crate::id::{BlockId, ResourceId, TaskId};
use crate::time::Nanos;
use crate::trace::EventKind;
use crate::trace::store::Awaited;

impl Teller {
    /// A thread has its answer: from a server, from a file, or that it is written.
    pub(super) fn moved_outside(
        &mut self,
        now: Nanos,
        (task, block): (TaskId, BlockId),
        (effect, resource): (Effect, ResourceId),
        waited: Nanos,
    ) {
        self.counts_outside(task, resource, waited, matches!(effect, Effect::ReadFile(_)));
        self.event(task, EventKind::Resumed, block, (resource.0, waited.0), now);
    }

    fn counts_outside(&mut self, task: TaskId, resource: ResourceId, waited: Nanos, reads: bool) {
        let meter = &mut self.resources[resource.index()];
        let count = if reads { &mut meter.counters.gets } else { &mut meter.counters.acquisitions };
        *count += 1;
        meter.counters.contended += 1;
        meter.counters.wait.add(waited);
        meter.waiting.remove(&task);
    }

    /// A coroutine's request is on its way.
    pub(super) fn asks(&mut self, now: Nanos, server: ResourceId, by: TaskId) {
        let life = self.tasks.of(by);
        life.asked = Some(now);
        let block = life.counters.block.unwrap_or_default();
        self.event(by, EventKind::Asked, block, (server.0, 0), now);
        let meter = &mut self.resources[server.index()];
        meter.waiting.insert(by);
        let longest = &mut meter.counters.longest_queue;
        *longest = (*longest).max(meter.waiting.len() as u64);
    }

    /// A coroutine goes on: whatever it has asked of a server it waits for no longer.
    pub(super) fn asks_no_more(&mut self, by: TaskId, awaited: Option<Awaited>) {
        if let Some(Awaited::Resource(server)) = awaited {
            self.resources[server.index()].waiting.remove(&by);
        }
    }

    /// It has taken its answer.
    pub(super) fn answered(&mut self, now: Nanos, server: ResourceId, by: TaskId) {
        let life = self.tasks.of(by);
        let (asked, block) = (life.asked.take(), life.counters.block.unwrap_or_default());
        let waited = now.since(asked.unwrap_or(now));
        self.counts_outside(by, server, waited, false);
        self.event(by, EventKind::Resumed, block, (server.0, waited.0), now);
    }
}

//! How a run of the stepper is introduced, told piece by piece and finished, as a trace. What happened is known to its parent.

use super::super::super::world::World;
use super::Teller;
use crate::id::{ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::trace::store::{Ended, FinalState, Plain, ResourceInfo, TaskInfo, Trace};
use crate::trace::{Chunk, EventKind, NOTHING};

impl Teller {
    /// What is known of the run before its first step.
    pub(in crate::engine::stepper) fn introduce(&mut self, program: &Program, trace: &mut Trace) {
        trace.header = self.header.clone();
        for (at, task) in program.tasks.iter().enumerate() {
            let kind = task.kind.word();
            let info =
                TaskInfo { name: task.name.clone(), kind: kind.to_owned(), parent: None, block: task.block, daemon: task.daemon };
            trace.tasks.insert(TaskId::from_index(at), info);
        }
        trace.resources = program
            .resources
            .iter()
            .map(|resource| ResourceInfo {
                name: resource.name.clone(),
                class: super::super::super::class_of(resource.kind),
                block: resource.block,
            })
            .collect();
        for (at, resource) in program.resources.iter().enumerate() {
            if let ResourceKind::Semaphore { permits, .. } = resource.kind {
                self.resources[at].counters.level = permits;
            }
        }
    }

    /// The run is over.
    pub(in crate::engine::stepper) fn finish(
        &mut self,
        program: &Program,
        world: &World,
        now: Nanos,
        ended: &Ended,
        schedule: Option<String>,
        trace: &mut Trace,
    ) {
        if trace.ended.is_some() {
            return;
        }
        trace.ended = Some(ended.clone());
        trace.header.schedule = schedule;
        if *ended != Ended::Completed {
            return;
        }
        let alive: Vec<TaskId> = world.alive().collect();
        for task in alive {
            let block = self.tasks.get(&task).and_then(|life| life.counters.block).unwrap_or_default();
            self.event(task, EventKind::Ended, block, (NOTHING, 2), now);
        }
        let resources = (0..program.resources.len()).map(ResourceId::from_index).map(|resource| {
            let table = &*program.table;
            let items = world.items(resource).map(|items| Plain::List(items.map(|item| Plain::of(table, item)).collect()));
            world.shared(resource).map(|value| Plain::of(table, value)).or(items)
        });
        trace.final_state = Some(FinalState { resources: resources.collect() });
    }

    /// Moves what has happened up to `now` into `trace`.
    pub(in crate::engine::stepper) fn tell(&mut self, trace: &mut Trace, now: Nanos) {
        trace.tasks.extend(self.infos.iter().cloned());
        trace.labels.append(&mut self.new_labels);
        trace.output.append(&mut self.output);
        trace.findings.append(&mut self.findings);
        trace.counters.marks.clone_from(&self.marks);
        trace.counters.blocks.clone_from(&self.blocks);
        trace.counters.resources = self.resources.iter().map(|meter| meter.told(&self.tasks, now)).collect();
        for (&task, life) in &mut self.tasks {
            trace.counters.tasks.insert(task, life.told(now));
            if !life.events.is_empty() {
                let events = std::mem::take(&mut life.events);
                trace.push(Chunk { task, events, lost_before: 0 });
            }
        }
    }
}

//! How a run of the stepper is introduced, told piece by piece and finished, as a trace. What happened is known to its parent.

use super::super::super::world::World;
use super::Teller;
use crate::engine::sight::{self, PLENTY, Turn};
use crate::id::{ProcessId, ResourceId, TaskId};
use crate::program::{Program, ResourceKind};
use crate::time::Nanos;
use crate::trace::store::{Ended, FinalState, Plain, ProcessCounters, Trace};
use crate::trace::{Chunk, EventKind, NOTHING};
use crate::value::glimpse::{glimpse, glimpse_all};

/// Tasks of which it is told what they stand in.
const MOST_TOLD: usize = 512;
/// Characters of what a resource holds.
const CHARACTERS: usize = 200;

impl Teller {
    /// What is known of the run before its first step.
    pub(in crate::engine::stepper) fn introduce(&mut self, program: &Program, trace: &mut Trace) {
        trace.header = self.header.clone();
        trace.tasks.extend(super::super::super::describe::tasks(program));
        trace.resources = super::super::super::describe::resources(program);
        for (at, resource) in program.resources.iter().enumerate() {
            match resource.kind {
                ResourceKind::Semaphore { permits, .. } => self.resources[at].counters.level = permits,
                ResourceKind::Region => {
                    self.resources[at].counters.region.get_or_insert_default();
                }
                _ => {}
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
        trace.counters.processes = processes(program, world);
        if program.has_processes() {
            for (task, life) in self.tasks.each() {
                life.counters.process = Some(program.process_of(task));
            }
        }
        // Those that wait for ever are told as they stand.
        let cut: Vec<TaskId> = if *ended == Ended::Completed { world.alive().collect() } else { Vec::new() };
        for task in cut {
            let block = self.tasks.get(task).and_then(|life| life.counters.block).unwrap_or_default();
            self.event(task, EventKind::Ended, block, (NOTHING, 2), now);
        }
        let begun = |process: ProcessId| process == ProcessId::MAIN || world.process(process).is_some();
        let resources = (0..program.resources.len()).map(ResourceId::from_index).map(|resource| {
            program.resources[resource.index()].process.is_none_or(begun).then_some(())?;
            let table = &*program.table;
            match world.items(resource) {
                Some(items) => Plain::told_all(table, items),
                None => Plain::told(table, world.shared(resource)?),
            }
        });
        trace.final_state = Some(FinalState { resources: resources.collect() });
    }

    /// What tasks stand in and resources hold.
    pub(in crate::engine::stepper) fn tell_stacks(program: &Program, world: &World, now: Nanos, trace: &mut Trace) {
        let told = world.machines().flat_map(|machine| sight::stacks(machine, program, now, MOST_TOLD, PLENTY));
        trace.stacks = told.take(MOST_TOLD).collect();
        let table = &*program.table;
        let shown = |id: ResourceId| {
            Some(match world.items(id) {
                Some(items) => glimpse_all(table, items, CHARACTERS),
                None => glimpse(table, world.shared(id)?, CHARACTERS),
            })
        };
        let all = (0..program.resources.len()).map(ResourceId::from_index);
        trace.held = all.filter_map(|id| Some((id, shown(id)?))).collect();
    }

    /// How many tasks there have been.
    pub(in crate::engine::stepper) fn task_count(&self) -> u64 {
        self.tasks.count() as u64
    }

    /// Moves what has happened up to `now` into `trace`.
    pub(in crate::engine::stepper) fn tell(&mut self, program: &Program, world: &World, now: Nanos, trace: &mut Trace) {
        trace.tasks.extend(self.infos.iter().cloned());
        trace.labels.append(&mut self.new_labels);
        trace.output.append(&mut self.output);
        self.findings.drain(..).for_each(|finding| trace.find(finding));
        trace.counters.marks.clone_from(&self.marks);
        trace.counters.mark_times.clone_from(&self.mark_times);
        trace.counters.lost_lines = self.printed.saturating_sub(super::MOST_LINES) as u64;
        trace.counters.blocks.clone_from(&self.blocks);
        trace.counters.resources = self.resources.iter().map(|meter| meter.told(&self.tasks, now)).collect();
        for (task, life) in self.tasks.each() {
            let stands = world.knows(task).then(|| world.pending(task).is_some());
            trace.counters.tasks.insert(task, life.told(now, stands));
            if !life.events.is_empty() {
                let events = std::mem::take(&mut life.events);
                trace.push(Chunk { task, events, lost_before: 0 });
            }
        }
        for machine in world.machines() {
            if let (Some(event_loop), Some(at)) = (machine.loop_run(), machine.loop_block(program)) {
                let (thread, coroutine) = (machine.task(), machine.running_coroutine());
                Turn { thread, event_loop, at, coroutine }.tell(&mut trace.counters.tasks);
            }
        }
    }
}

/// The processes that have begun; none of a program that has only its own. They have made-up numbers and cost nothing here.
fn processes(program: &Program, world: &World) -> Vec<ProcessCounters> {
    if !program.has_processes() {
        return Vec::new();
    }
    let of = |(index, template): (usize, &crate::program::ProcessTemplate)| {
        let id = ProcessId::from_index(index);
        let state = world.process(id);
        let own = id == ProcessId::MAIN;
        (own || state.is_some()).then(|| ProcessCounters {
            id,
            name: template.name.clone(),
            parent: state.map(|(parent, _)| parent),
            number: World::process_number(id),
            exit_code: state.and_then(|(_, exit)| exit),
            ..ProcessCounters::default()
        })
    };
    program.processes.iter().enumerate().filter_map(of).collect()
}

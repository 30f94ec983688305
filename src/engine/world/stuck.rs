//! Who waits for what, who could help, and who can no longer be helped.
//! Locks are tokens, so a circle of owners proves nothing while somebody outside may release: see the program's `may_release`.

use std::collections::BTreeSet;

use crate::effect::{Effect, Patience};
use crate::id::{BlockId, ProcessId, ResourceId, TaskId};
use crate::program::Program;

use super::task::Pending;
use super::{Choice, How, Resource, World};

/// One that waits for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Who.
    pub task: TaskId,
    /// At which block.
    pub block: BlockId,
    /// For which resource, or which task's end.
    pub on: Result<ResourceId, TaskId>,
    /// Who holds it, or whose code may free it.
    pub helpers: Vec<TaskId>,
}

impl World {
    /// The tasks that wait and that nobody who can still go on may ever free, daemons included.
    #[must_use]
    pub fn stuck(&self, program: &Program) -> Vec<Stuck> {
        let mut choices: Vec<Choice> = Vec::new();
        self.choices(program, &mut choices);
        choices.retain(|choice| choice.how != How::Wake);
        let mut free: BTreeSet<TaskId> = choices.iter().map(|choice| choice.task).collect();
        // The interpreter lock comes round: whoever has it goes on or lets it go.
        free.extend(self.alive().filter(|&task| self.wants_interpreter(program, task).is_some()));
        let mut waiting: Vec<TaskId> = self.alive().filter(|task| !free.contains(task)).collect();
        let mut may: BTreeSet<ResourceId> = BTreeSet::new();
        for &task in &free {
            self.add_releases(program, task, &mut may);
        }
        // Whoever may be freed may free others in turn.
        loop {
            let rescued = waiting.iter().position(|&task| match self.awaited(program, task) {
                _ if self.idles(task) => self.may_be_fulfilled(program, task, &may, &free),
                Some(Ok(resource)) => may.contains(&resource),
                Some(Err(joined)) => free.contains(&joined),
                None => true,
            });
            let Some(at) = rescued else { break };
            let task = waiting.swap_remove(at);
            free.insert(task);
            self.add_releases(program, task, &mut may);
        }
        waiting.sort_unstable();
        // One that its loop has taken in is told of as the coroutine it is.
        waiting.retain(|&task| !self.is_told_by_its_loop(task));
        let each = |&task: &TaskId| {
            let coroutines = if self.idles(task) { self.stuck_coroutines(program, task) } else { Vec::new() };
            coroutines.into_iter().chain([self.stuck_task(program, task)])
        };
        waiting.iter().flat_map(each).collect()
    }

    fn add_releases(&self, program: &Program, task: TaskId, may: &mut BTreeSet<ResourceId>) {
        let machine = &self.task(task).machine;
        let process = machine.process();
        // The end of a job frees its worker, and may be the last that is waited for.
        may.extend(
            self.task(task).pool.filter(|_| !matches!(self.task(task).pending, Pending::Queued(..) | Pending::Looped { .. })),
        );
        for code in machine.codes() {
            may.extend(program.codes[code.index()].may_release.iter().map(|&named| program.place(process, named)));
        }
        if process != ProcessId::MAIN {
            // The end of its process closes these.
            let ends = self.resources.iter().enumerate();
            let closes = ends.filter(|(_, resource)| matches!(resource, Resource::Pipe(pipe) if pipe.has_end(process)));
            may.extend(closes.map(|(at, _)| ResourceId::from_index(at)));
        }
    }

    /// What a waiting task waits for.
    #[must_use]
    pub fn awaited(&self, program: &Program, task: TaskId) -> Option<Result<ResourceId, TaskId>> {
        let state = self.task(task);
        if let Pending::Leaving(..) = state.pending {
            return self.left_behind(state.machine.process(), task);
        }
        if let Pending::Queued(pool, _) = state.pending {
            return Some(Ok(pool));
        }
        if let Pending::Looped { event_loop, .. } = state.pending {
            return Some(Ok(event_loop));
        }
        let (Pending::Ask(effect, _) | Pending::InLine(effect, _)) = state.pending else { return None };
        match effect {
            Effect::Rest(Patience::Forever) => state.machine.loop_run().map(Ok),
            Effect::Results(jobs, _) => self.unreturned(program, jobs).map(Err),
            _ => effect.touches(),
        }
    }

    /// Who holds what `task` waits for, if that is itself; where nobody does, the others alive whose code may free it.
    #[must_use]
    pub fn helpers(&self, program: &Program, task: TaskId, on: Result<ResourceId, TaskId>) -> Vec<TaskId> {
        let resource = match on {
            Ok(resource) => resource,
            Err(joined) => return vec![joined],
        };
        match &self.resources[resource.index()] {
            Resource::ReadWrite(lock) if !lock.readers.is_empty() => return lock.readers.clone(),
            Resource::Pool(pool) if pool.running().next().is_some() => return pool.running().collect(),
            _ => {}
        }
        if let Some(owner) = self.owner(resource) {
            return vec![owner];
        }
        let mut others = self.may_release(program, resource);
        others.retain(|&other| other != task);
        others
    }

    /// Those alive whose code may free what waits for a resource.
    #[must_use]
    pub fn may_release(&self, program: &Program, resource: ResourceId) -> Vec<TaskId> {
        let may = |task: &TaskId| {
            let mut releases = BTreeSet::new();
            self.add_releases(program, *task, &mut releases);
            releases.contains(&resource)
        };
        self.alive().filter(may).collect()
    }

    fn stuck_task(&self, program: &Program, task: TaskId) -> Stuck {
        let on = self.awaited(program, task).expect("a stuck task waits for something");
        let block = self.task(task).standing();
        let mut helpers = self.helpers(program, task, on);
        // Whoever rests with its loop waits for others.
        helpers.retain(|&helper| helper != task || !self.idles(task));
        Stuck { task, block, on, helpers }
    }
}

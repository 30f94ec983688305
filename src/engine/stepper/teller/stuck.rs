//! Deadlocks and waiting cycles, as findings: each once, with the time at which it began. Who is stuck is the world's knowledge.

use std::collections::BTreeSet;

use super::super::sight::circles;
use super::Teller;
use crate::engine::world::{Stuck, World};
use crate::id::TaskId;
use crate::program::Program;
use crate::time::Nanos;
use crate::trace::store::{Awaited, Finding, FindingKind, Wait};

/// With at most so many tasks in all, one looks whenever any begins to wait or ends.
const FEW: usize = 32;

impl Teller {
    /// Whether to look again: somebody has begun to wait or has ended since, and there are few enough to look each time.
    pub(in crate::engine::stepper) fn has_news(&mut self) -> bool {
        std::mem::take(&mut self.has_news) && self.tasks.count() <= FEW
    }

    /// Looks for tasks that nobody can help any more, and for circles that somebody still could break. Whether all that the run
    /// waits for are among the former.
    pub(in crate::engine::stepper) fn look(&mut self, program: &Program, world: &World, now: Nanos) -> bool {
        let stuck = world.stuck(program);
        let lost: BTreeSet<TaskId> = stuck.iter().map(|stuck| stuck.task).collect();
        let (old, new): (Vec<Stuck>, Vec<Stuck>) = stuck.into_iter().partition(|stuck| self.lost.contains_key(&stuck.task));
        let matters = |stuck: &Stuck| !self.is_daemon(program, stuck.task) && !world.lies_for_its_loop(stuck.task);
        if new.iter().any(matters) {
            let grown = with_what_it_grew_from(new, old);
            // What has grown began with the first.
            let at = grown.iter().filter_map(|stuck| self.lost.get(&stuck.task)).min().copied().unwrap_or(now);
            self.find(FindingKind::Deadlock, (program, world), &grown, at);
            for stuck in &grown {
                self.lost.entry(stuck.task).or_insert(at);
            }
        }
        for circle in circles(program, world, &lost) {
            self.find(FindingKind::WaitingCycle, (program, world), &circle, now);
        }
        // A run with nobody left to wait for is over, not stuck.
        let mut waited_for = world.waited_for().peekable();
        waited_for.peek().is_some() && waited_for.all(|task| lost.contains(&task))
    }

    fn is_daemon(&self, program: &Program, task: TaskId) -> bool {
        match program.task(task) {
            Some(template) => template.daemon,
            None => self.infos.iter().any(|(made, info)| *made == task && info.daemon),
        }
    }

    fn find(&mut self, kind: FindingKind, (program, world): (&Program, &World), stuck: &[Stuck], now: Nanos) {
        let mut tasks: Vec<u32> = stuck.iter().map(|stuck| stuck.task.0).collect();
        tasks.sort_unstable();
        if self.found.insert((kind, tasks)) {
            let waits = stuck.iter().map(|stuck| {
                let stuck = world.told_of_loops(program, stuck);
                let on = stuck.on.map_or_else(Awaited::Task, Awaited::Resource);
                Wait { task: stuck.task, block: Some(stuck.block), on, helpers: stuck.helpers }
            });
            self.findings.push(Finding { kind, at: now, waits: waits.collect() });
        }
    }
}

/// Those that are newly stuck, and those of the others that have to do with them: who waits for the same, or one for the other.
fn with_what_it_grew_from(new: Vec<Stuck>, mut others: Vec<Stuck>) -> Vec<Stuck> {
    let mut grown = new;
    let mut at = 0;
    while at < grown.len() {
        let one = grown[at].clone();
        let belongs =
            |other: &Stuck| other.on == one.on || other.helpers.contains(&one.task) || one.helpers.contains(&other.task);
        let (its, left) = others.into_iter().partition(belongs);
        others = left;
        grown.extend::<Vec<Stuck>>(its);
        at += 1;
    }
    grown.sort_by_key(|stuck| stuck.task);
    grown
}

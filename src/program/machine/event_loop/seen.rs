//! A loop as those see it who look for what is stuck: its coroutines, what each waits for, what it has and may do. Changes nothing.

use crate::effect::{Effect, Rests};
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::program::Program;

use super::super::Machine;
use super::waits::Waits;
use super::{Number, Phase};

/// A coroutine that has not ended.
#[derive(Debug, Clone)]
pub struct Resting {
    /// Which.
    pub task: TaskId,
    /// At which block.
    pub block: BlockId,
    /// For what it rests; none if it runs, has come to its turn, or goes on by itself when its time is over.
    pub on: Option<Rests>,
    /// What it stands in line for.
    pub wish: Option<Effect>,
    /// The bodies it is inside of.
    pub codes: Vec<CodeId>,
}

impl Machine {
    /// The coroutines of the loop that it runs, in the order in which they were made.
    #[must_use]
    pub fn coroutines(&self, program: &Program) -> Vec<Resting> {
        let Some(it) = &self.event_loop else { return Vec::new() };
        let alive = (0..).zip(&it.tasks).filter(|(_, task)| task.ended().is_none() && !task.is_no_task());
        let resting = |(number, task): (Number, &super::Coroutine)| {
            let (block, codes) = if it.current == Some(number) {
                (self.block(program), self.callers.iter().map(|caller| caller.code).chain([self.code]).collect())
            } else {
                let fiber = &task.fiber;
                let codes = fiber.callers.iter().map(|caller| caller.code).chain([fiber.code]).collect();
                (fiber.block(program), codes)
            };
            let goes_on = it.current == Some(number) || task.arrival().is_some() || task.timer.is_some() || task.must_cancel;
            let on = if goes_on { None } else { Some(it.rests(number)) };
            let wish = if let Waits::Line(effect) = &task.waits { Some(effect.wish()) } else { None };
            Resting { task: task.id, block, on, wish, codes }
        };
        alive.map(resting).collect()
    }

    /// The coroutine that runs in its loop.
    #[must_use]
    pub fn running_coroutine(&self) -> Option<TaskId> {
        let it = self.event_loop.as_ref()?;
        it.current.map(|number| it.task(number)).filter(|task| !task.is_no_task()).map(|task| task.id)
    }

    /// Where whoever runs the loop stands while its coroutines run.
    #[must_use]
    pub fn loop_block(&self, program: &Program) -> Option<BlockId> {
        self.event_loop.as_ref().map(|it| it.home.block(program))
    }

    /// Which of its coroutines have taken this in the name of the loop.
    pub fn holders(&self, of: ResourceId) -> impl Iterator<Item = TaskId> {
        let held =
            self.event_loop.iter().flat_map(move |it| it.holds.range((of, 0)..=(of, Number::MAX)).map(move |hold| (it, hold)));
        held.map(|(it, (&(_, by), _))| it.task(by).id)
    }

    /// Whose end ends the loop, so that all others are cancelled.
    #[must_use]
    pub fn loop_ends_with(&self) -> Option<TaskId> {
        let it = self.event_loop.as_ref()?;
        match it.phase {
            Phase::Running(main) => main.map(|main| it.task(main).id),
            Phase::Stopping(main) => Some(it.task(main).id),
            // They have been cancelled, once and for all.
            Phase::Closing(..) | Phase::Leaving(..) => None,
        }
    }

    /// The bodies of whoever runs the loop, and those that nobody can be told to have begun for himself: generators.
    pub fn codes_apart(&self) -> impl Iterator<Item = CodeId> {
        let generators = self.generators.iter().map(super::super::generator::Generator::code);
        let home = self.event_loop.as_ref().map(|it| &it.home);
        let home = home.into_iter().flat_map(|home| home.callers.iter().map(|caller| caller.code).chain([home.code]));
        generators.chain(home)
    }
}

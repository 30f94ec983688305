//! What a machine stands in, in words for the trace: the same from every engine.

use std::collections::BTreeMap;

use crate::id::{BlockId, GeneratorId, ResourceId, TaskId};
use crate::program::Program;
use crate::program::machine::Machine;
use crate::program::machine::sight::{self, Sight};
use crate::time::Nanos;
use crate::trace::frames::{Frame, Generator, Local, Stack};
use crate::trace::store::{Awaited, TaskCounters, TaskState};
use crate::value::Value;
use crate::value::glimpse::glimpse;

/// How much of a task is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Frames, the innermost ones.
    pub(super) frames: usize,
    /// Generators.
    pub(super) generators: usize,
    /// Locals of a frame.
    pub(super) locals: usize,
    /// Characters of a value.
    pub(super) characters: usize,
}

/// As much as anybody reads.
pub(super) const PLENTY: Room = Room { frames: 24, generators: 24, locals: 32, characters: 160 };

impl Room {
    /// Half of it.
    pub(super) const fn half(self) -> Self {
        let Self { frames, generators, locals, characters } = self;
        Self { frames: frames / 2, generators: generators / 2, locals: locals / 2, characters: characters / 2 }
    }
}

/// A thread that runs a loop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) thread: TaskId,
    pub(super) event_loop: ResourceId,
    /// The block that runs the loop.
    pub(super) at: BlockId,
    /// The coroutine whose turn it is, if it is any's.
    pub(super) coroutine: Option<TaskId>,
}

impl Turn {
    /// What the thread does is what the coroutine does that it runs: that stands there. The thread stands at its loop, and waits,
    /// if it does, until the coroutine goes on.
    pub(super) fn tell(self, tasks: &mut BTreeMap<TaskId, TaskCounters>) {
        let Some(thread) = tasks.get_mut(&self.thread).filter(|thread| thread.state != TaskState::Done) else { return };
        let (block, here) = (thread.block.replace(self.at), thread.here);
        let (state, since, awaits) = (thread.state, thread.since, thread.awaits);
        // One that rests has been given no turn; the two were not looked at in one moment.
        if awaits == Some(Awaited::Resource(self.event_loop)) {
            // Nor does it wait for anybody but its own coroutines.
            thread.awaits = None;
            return;
        }
        let is_running = |task: &&mut TaskCounters| task.state == TaskState::Running;
        let Some(id) = self.coroutine else { return };
        let Some(coroutine) = tasks.get_mut(&id).filter(is_running) else { return };
        (coroutine.block, coroutine.awaits, coroutine.here) = (block, awaits, here);
        if state != TaskState::Running {
            (coroutine.state, coroutine.since) = (state, since);
        }
        if let Some(thread) = tasks.get_mut(&self.thread) {
            thread.here = None;
            thread.awaits = awaits.map(|_| Awaited::Task(id));
        }
    }
}

/// What the machine's task stands in, and its coroutines, at most so many of them.
pub(super) fn stacks(machine: &Machine, program: &Program, at: Nanos, most: usize, room: Room) -> Vec<(TaskId, Stack)> {
    machine.sights(program, most).iter().map(|sight| (sight.task, stack(sight, program, at, room))).collect()
}

fn stack(sight: &Sight<'_>, program: &Program, at: Nanos, room: Room) -> Stack {
    let frames = sight.frames.iter().take(room.frames).map(|it| frame(it, program, room)).collect();
    let generators = sight.generators.iter().take(room.generators).map(|it| generator(it, program, room)).collect();
    let least = sight.frames.iter().chain(sight.generators.iter().filter_map(|it| it.frame.as_ref()));
    let locals: usize = least.map(|frame| frame.locals.len().saturating_sub(room.locals)).sum();
    let left_out =
        sight.frames.len().saturating_sub(room.frames) + sight.generators.len().saturating_sub(room.generators) + locals;
    Stack { at, frames, generators, left_out: u32::try_from(left_out).unwrap_or(u32::MAX) }
}

fn frame(frame: &sight::Frame<'_>, program: &Program, room: Room) -> Frame {
    let local =
        |&(name, value): &(&str, Value)| Local { name: name.to_owned(), value: glimpse(&program.table, value, room.characters) };
    Frame {
        routine: program.codes[frame.code.index()].name.clone(),
        block: Some(frame.block),
        generator: frame.generator.map(shown_number),
        locals: frame.locals.iter().take(room.locals).map(local).collect(),
    }
}

fn generator(it: &sight::Generator<'_>, program: &Program, room: Room) -> Generator {
    Generator {
        number: shown_number(it.number),
        is_coroutine: it.number >= GeneratorId::COROUTINES,
        state: it.state.to_owned(),
        frame: it.frame.as_ref().map(|its| frame(its, program, room)),
        delegate: it.delegate.map(shown_number),
    }
}

/// As `repr` shows it.
const fn shown_number(number: u32) -> u32 {
    if number >= GeneratorId::COROUTINES { number - GeneratorId::COROUTINES } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coroutine_that_runs_is_told_where_its_thread_stands_and_the_thread_at_its_loop() {
        use TaskState::{Blocked, Running};
        let [thread, coroutine] = [TaskId(0), TaskId(1)];
        let lock = Some(Awaited::Resource(ResourceId(7)));
        let told = |state: TaskState, awaits: Option<Awaited>| {
            let of =
                |state, block, awaits| TaskCounters { state, block: Some(BlockId(block)), awaits, ..TaskCounters::default() };
            let mut tasks = BTreeMap::from([(thread, of(state, 9, awaits)), (coroutine, of(Running, 2, None))]);
            Turn { thread, event_loop: ResourceId(3), at: BlockId(1), coroutine: Some(coroutine) }.tell(&mut tasks);
            [thread, coroutine].map(|task| (tasks[&task].state, tasks[&task].block.unwrap().0, tasks[&task].awaits))
        };
        assert_eq!(told(Running, None), [(Running, 1, None), (Running, 9, None)]);
        assert_eq!(told(Blocked, lock), [(Blocked, 1, Some(Awaited::Task(coroutine))), (Blocked, 9, lock)]);
        let rests = Some(Awaited::Resource(ResourceId(3)));
        assert_eq!(told(Blocked, rests), [(Blocked, 1, None), (Running, 2, None)]);
    }
}

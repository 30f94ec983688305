//! What a machine stands in, in words for the trace: the same from every engine.

use crate::id::{GeneratorId, TaskId};
use crate::program::Program;
use crate::program::machine::Machine;
use crate::program::machine::sight::{self, Sight};
use crate::time::Nanos;
use crate::trace::frames::{Frame, Generator, Local, Stack};
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

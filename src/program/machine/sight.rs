//! What a task stands in, for whoever looks at it while it stands: frames with their locals, and the generators that they know.
//! Reads only; a look costs the task nothing unless somebody looks.

use std::collections::BTreeSet;

use super::super::Program;
use super::super::instruction::Instruction;
use super::event_loop::Fiber;
use super::generator::{self, State};
use super::{Caller, Machine, UNBOUND};
use crate::id::{BlockId, CodeId, GeneratorId, TaskId};
use crate::value::Value;

/// Coroutines of a loop that are looked through for those that have not ended, the last ones.
const MOST_LOOKED_AT: usize = 1 << 16;

/// What one task stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight<'a> {
    /// Whose.
    pub task: TaskId,
    /// The innermost first.
    pub frames: Vec<Frame<'a>>,
    /// Those that its frames know, by number.
    pub generators: Vec<Generator<'a>>,
}

/// A body under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    /// What it runs.
    pub code: CodeId,
    /// Where it stands.
    pub block: BlockId,
    /// Of a generator: its number.
    pub generator: Option<u32>,
    /// Its locals that have a name and a value.
    pub locals: Vec<(&'a str, Value)>,
}

/// A generator, or a coroutine that nobody has awaited yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Generator<'a> {
    /// Its number among those of its task.
    pub number: u32,
    /// As Python's `inspect.getgeneratorstate` says it.
    pub state: &'static str,
    /// Where it rests; none while it runs and when it is closed.
    pub frame: Option<Frame<'a>>,
    /// The one that it has handed control on to.
    pub delegate: Option<u32>,
}

/// A stack of frames: what runs, who called, the values of all.
struct Frames<'a> {
    code: CodeId,
    pc: u32,
    base: u32,
    callers: &'a [Caller],
    stack: &'a [Value],
}

impl Machine {
    /// What the task stands in, and the coroutines that it runs: at most `most` of them, those made last.
    #[must_use]
    pub fn sights<'a>(&'a self, program: &'a Program, most: usize) -> Vec<Sight<'a>> {
        let own = Frames { code: self.code, pc: self.pc, base: self.base, callers: &self.callers, stack: &self.stack };
        let Some(it) = &self.event_loop else {
            return self.told(program, vec![(self.task, own.all(self, program))]);
        };
        let mut frames = vec![(self.task, Frames::of(it.home()).all(self, program))];
        let current = it.current().map(|(task, _)| task);
        frames.extend(current.map(|task| (task, own.all(self, program))));
        let alive = it.suspended().take(MOST_LOOKED_AT).filter(|(task, _)| Some(*task) != current);
        frames.extend(alive.take(most).map(|(task, fiber)| (task, Frames::of(fiber).all(self, program))));
        self.told(program, frames)
    }

    /// Each with the generators that it knows; those that nobody knows are the task's.
    fn told<'a>(&'a self, program: &'a Program, tasks: Vec<(TaskId, Vec<Frame<'a>>)>) -> Vec<Sight<'a>> {
        let mut known_to_any: BTreeSet<u32> = BTreeSet::new();
        let mut sights: Vec<Sight<'a>> = tasks
            .into_iter()
            .map(|(task, frames)| {
                let known = self.known(frames.iter().flat_map(|frame| frame.locals.iter().map(|(_, value)| *value)));
                known_to_any.extend(&known);
                let running: BTreeSet<u32> = frames.iter().filter_map(|frame| frame.generator).collect();
                let all = known.union(&running).copied();
                Sight { task, generators: all.map(|number| self.look_at(program, number, &running)).collect(), frames }
            })
            .collect();
        if let Some(own) = sights.first_mut() {
            let rest = self
                .generators
                .iter()
                .filter(|it| !it.runs())
                .map(generator::Generator::number)
                .filter(|number| !known_to_any.contains(number));
            let nobody = BTreeSet::new();
            own.generators.extend(rest.take(MOST_LOOKED_AT).map(|number| self.look_at(program, number, &nobody)));
        }
        sights
    }

    /// The numbers of this task's generators among `values`, and of those that they know in turn.
    fn known(&self, values: impl Iterator<Item = Value>) -> BTreeSet<u32> {
        let mine = |value: Value| match value {
            Value::Generator(GeneratorId { task, number }) if task == self.task => Some(number),
            _ => None,
        };
        let mut open: Vec<u32> = values.filter_map(mine).collect();
        let mut known = BTreeSet::new();
        while let Some(number) = open.pop() {
            if known.insert(number)
                && let Some(at) = self.resting_place(number)
            {
                open.extend(self.generators[at].stack().iter().filter_map(|value| mine(*value)));
            }
        }
        known
    }

    fn look_at<'a>(&'a self, program: &'a Program, number: u32, running: &BTreeSet<u32>) -> Generator<'a> {
        let Some(at) = self.resting_place(number) else {
            let state = if running.contains(&number) { State::Running } else { self.state(number) };
            return Generator { number, state: state.word(), frame: None, delegate: None };
        };
        let resting = &self.generators[at];
        let frame = Frame {
            code: resting.code(),
            block: block(program, resting.code(), resting.pc()),
            generator: Some(number),
            locals: locals(program, resting.code(), resting.stack()),
        };
        let before = (resting.pc() as usize).checked_sub(2);
        let asks = before.is_some_and(|at| matches!(program.codes[resting.code().index()].instructions[at], Instruction::Ask(_)));
        let delegate = match resting.stack() {
            [.., Value::Generator(inner), _] if asks => Some(inner.number),
            _ => None,
        };
        Generator { number, state: self.state(number).word(), frame: Some(frame), delegate }
    }
}

impl<'a> Frames<'a> {
    fn of(fiber: &'a Fiber) -> Self {
        let (code, pc, base, callers, stack) = fiber.parts();
        Self { code, pc, base, callers, stack }
    }

    fn all(&self, machine: &'a Machine, program: &'a Program) -> Vec<Frame<'a>> {
        let mut inner = (self.code, self.pc, self.base);
        let mut stack = self.stack;
        let mut frames = Vec::with_capacity(self.callers.len() + 1);
        for caller in self.callers.iter().rev().map(Some).chain([None]) {
            let (code, pc, base) = inner;
            let (below, own) = stack.split_at((base as usize).min(stack.len()));
            let generator = caller.and_then(|caller| Some(caller.entry?.number()));
            frames.push(Frame { code, block: block(program, code, pc), generator, locals: locals(program, code, own) });
            // A generator has a stack of its own, and keeps that of whoever went into it.
            let kept = generator.and_then(|number| machine.place_of(number)).map(|at| machine.generators[at].stack());
            stack = kept.unwrap_or(below);
            if let Some(caller) = caller {
                inner = (caller.code, caller.pc, caller.base);
            }
        }
        frames
    }
}

fn block(program: &Program, code: CodeId, pc: u32) -> BlockId {
    let code = &program.codes[code.index()];
    code.blocks.get(pc.saturating_sub(1) as usize).copied().filter(|_| pc > 0).unwrap_or(code.block)
}

fn locals<'a>(program: &'a Program, code: CodeId, values: &[Value]) -> Vec<(&'a str, Value)> {
    let names = program.codes[code.index()].locals.iter().map(String::as_str);
    names.zip(values.iter().copied()).filter(|(name, value)| !name.is_empty() && *value != UNBOUND).collect()
}

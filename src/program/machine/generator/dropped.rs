//! Generators that nobody can ask any more: which they are, and how they are ended so that each `finally` runs.
//! As CPython, which ends one when the last reference to it goes; ours are found when a frame or a local lets go of handles.

use crate::effect::Effect;
use crate::id::GeneratorId;
use crate::program::Program;
use crate::program::instruction::Into;
use crate::value::collection::Change;
use crate::value::{ExceptionId, Value};

use super::super::{Machine, Turn, UNBOUND};
use super::{EXIT, Wish};

impl Machine {
    /// Whose handles go with an effect.
    pub(in crate::program::machine) fn escape_by(&mut self, program: &Program, effect: Effect) {
        match effect {
            Effect::Store(_, value)
            | Effect::Put(_, value, _)
            | Effect::PutAcross { item: value, .. }
            | Effect::Send { message: value, .. }
            | Effect::Swap(_, value)
            | Effect::Update(_, Change::Append(value))
            | Effect::CompareAndSet { new: value, .. } => self.escape(program, value),
            Effect::Update(_, Change::Put(arguments)) | Effect::Spawn { arguments, .. } => {
                self.escape(program, Value::List(arguments));
            }
            _ => {}
        }
    }

    /// Its handle leaves the task: it may come back from anywhere.
    pub(in crate::program::machine) fn escape(&mut self, program: &Program, value: Value) {
        match value {
            Value::Generator(generator) if generator.task == self.task => {
                if let Some(at) = self.place_of(generator.number) {
                    self.generators[at].escaped = true;
                }
            }
            Value::List(list) => program.table.get_list(list).iter().for_each(|&item| self.escape(program, item)),
            _ => {}
        }
    }

    /// The generators whose handles are among these, or in lists among these.
    pub(in crate::program::machine) fn holds(&self, program: &Program, values: impl Iterator<Item = Value>) -> Vec<u32> {
        let mut named = Vec::new();
        for value in values {
            self.name_all(program, value, &mut named);
        }
        named
    }

    /// The running frame is about to return `value`. None: it drops no suspended generator, so it may.
    pub(in crate::program::machine) fn close_dropped_by_return(&mut self, program: &Program, value: Value) -> Option<Turn> {
        let base = self.base as usize;
        let dying = self.holds(program, self.stack[base..].iter().copied());
        if dying.is_empty() {
            return None;
        }
        let below: Vec<Value> = self.stack[..base].iter().copied().chain([value]).collect();
        self.close_dropped(program, dying, below)
    }

    /// `old` is no longer the value of a local.
    pub(in crate::program::machine) fn close_dropped_by_binding(&mut self, program: &Program, old: Value) -> Option<Turn> {
        let dying = self.holds(program, std::iter::once(old));
        let kept = self.stack.clone();
        self.close_dropped(program, dying, kept)
    }

    /// An exception has been dealt with, and the frames it went through are gone for good.
    pub(in crate::program::machine) fn close_abandoned(&mut self, program: &Program) -> Option<Turn> {
        if !std::mem::take(&mut self.abandoned) {
            return None;
        }
        let all = self.generators.iter().map(|it| it.number).collect();
        let kept = self.stack.clone();
        let turn = self.close_dropped(program, all, kept);
        // There may be more than one.
        self.abandoned = turn.is_some();
        turn
    }

    /// Notes that an exception goes through a frame that knows generators.
    pub(in crate::program::machine) fn abandon_frame(&mut self, program: &Program) {
        self.abandoned |= !self.holds(program, self.stack[self.base as usize..].iter().copied()).is_empty();
    }

    /// The first of the `dying` that nobody can name any more is closed, so that its `finally` runs, as CPython does when the
    /// last reference goes.
    fn close_dropped(&mut self, program: &Program, dying: Vec<u32>, kept: Vec<Value>) -> Option<Turn> {
        let dealt_with = self.callers.iter().filter_map(|caller| caller.entry.map(|entry| entry.handled));
        let below = self.generators.iter().filter(|it| it.runs).flat_map(|it| it.stack.iter().copied());
        let known: Vec<Value> = kept.into_iter().chain([self.handled]).chain(dealt_with).chain(below).collect();
        let elsewhere: Vec<Value> = self.event_loop.iter().flat_map(|it| it.values()).collect();
        let mut named = self.holds(program, known.into_iter().chain(elsewhere));
        for escaped in self.generators.iter().filter(|it| it.escaped) {
            let own = GeneratorId { task: self.task, number: escaped.number };
            self.name_all(program, Value::Generator(own), &mut named);
        }
        let rests = |number: &u32| self.resting_place(*number).is_some() && !named.contains(number);
        let mut dropped: Vec<u32> = dying.into_iter().filter(rests).collect();
        dropped.sort_unstable();
        self.drop_first(program, &dropped, Wish::Drop)
    }

    /// The task is being left by an exception: as [`Machine::close_dropped`] for all it knows alone.
    pub(in crate::program::machine) fn close_all(&mut self, program: &Program, exception: ExceptionId) -> Option<Turn> {
        let dropped: Vec<u32> = self.generators.iter().filter(|it| !it.escaped && !it.runs).map(|it| it.number).collect();
        self.drop_first(program, &dropped, Wish::DropThen(exception))
    }

    fn drop_first(&mut self, program: &Program, dropped: &[u32], wish: Wish) -> Option<Turn> {
        for &number in dropped {
            let at = self.place_of(number).expect("it rests");
            let (code, pc) = (self.generators[at].code, self.generators[at].pc);
            let guarded = program.codes[code.index()].handlers.iter().any(|it| pc > it.start && pc <= it.end);
            if pc == 0 || !guarded || self.enter(program, number, wish, Into::NOWHERE).is_err() {
                self.discard(self.place_of(number).expect("it rests"));
                continue;
            }
            let exit = program.table.raise(EXIT, "", None);
            return Some(self.raise_inside(program, exit));
        }
        None
    }

    /// Adds the generators that can be reached from a value.
    fn name_all(&self, program: &Program, value: Value, named: &mut Vec<u32>) {
        match value {
            Value::Generator(generator) if generator.task == self.task && !named.contains(&generator.number) => {
                named.push(generator.number);
                if let Some(at) = self.resting_place(generator.number) {
                    let it = &self.generators[at];
                    for &local in it.stack.iter().chain([&it.handled]) {
                        self.name_all(program, local, named);
                    }
                }
            }
            Value::List(list) => program.table.get_list(list).iter().for_each(|&item| self.name_all(program, item, named)),
            Value::Exception(exception) if value != UNBOUND => {
                let inside = program.table.get_exception(exception).value;
                if inside != value {
                    self.name_all(program, inside, named);
                }
            }
            _ => {}
        }
    }
}

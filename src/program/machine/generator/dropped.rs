//! Generators that nobody can ask any more: which they are, and how they are ended so that each `finally` runs.
//! As CPython, which ends one when the last reference to it goes; ours are found when a frame or a local lets go of handles.

use std::collections::VecDeque;

use crate::effect::Effect;
use crate::id::GeneratorId;
use crate::program::Program;
use crate::program::instruction::Into;
use crate::value::collection::Change;
use crate::value::{ExceptionId, Value};

use super::super::{Machine, Turn, UNBOUND};
use super::{EXIT, Entry, Wish};

/// Of more than so many that go at once nobody looks which of them knows which.
const MOST_ORDERED: usize = 256;

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

    /// The same, without those that only these know, and in the order in which they go: a list lets go of its last item first.
    pub(super) fn handles(&self, program: &Program, values: &[Value]) -> VecDeque<u32> {
        let mut found = VecDeque::new();
        for &value in values {
            self.add_handles(program, value, &mut found);
        }
        found
    }

    fn add_handles(&self, program: &Program, value: Value, found: &mut VecDeque<u32>) {
        match value {
            Value::Generator(generator) if generator.task == self.task => found.push_back(generator.number),
            Value::List(list) => {
                program.table.get_list(list).iter().rev().for_each(|&item| self.add_handles(program, item, found));
            }
            Value::Exception(exception) if value != UNBOUND => {
                let inside = program.table.get_exception(exception).value;
                if inside != value {
                    self.add_handles(program, inside, found);
                }
            }
            _ => {}
        }
    }

    /// The running frame is about to return `value`. None: it drops no suspended generator, so it may.
    pub(in crate::program::machine) fn close_dropped_by_return(&mut self, program: &Program, value: Value) -> Option<Turn> {
        let base = self.base as usize;
        let dying = self.handles(program, &self.stack[base..]);
        if dying.is_empty() {
            return None;
        }
        let below: Vec<Value> = self.stack[..base].iter().copied().chain([value]).collect();
        self.close_dropped(program, dying, below, Wish::Drop)
    }

    /// `old` is no longer the value of a local.
    pub(in crate::program::machine) fn close_dropped_by_binding(&mut self, program: &Program, old: Value) -> Option<Turn> {
        let dying = self.handles(program, &[old]);
        self.close_dropped_here(program, dying, Wish::Drop)
    }

    /// The same of those that something knew which is gone; then what `wish` says.
    pub(super) fn close_dropped_here(&mut self, program: &Program, dying: VecDeque<u32>, wish: Wish) -> Option<Turn> {
        if dying.is_empty() {
            return None;
        }
        let kept = self.stack.clone();
        self.close_dropped(program, dying, kept, wish)
    }

    /// An exception has been dealt with, and the frames it went through are gone for good.
    pub(in crate::program::machine) fn close_abandoned(&mut self, program: &Program) -> Option<Turn> {
        if self.abandoned.is_empty() {
            return None;
        }
        let mut dying = VecDeque::from(std::mem::take(&mut self.abandoned));
        let known = self.generators.iter().flat_map(|it| it.stack.iter().copied());
        let known = self.holds(program, known);
        let alone = self.generators.iter().map(|it| it.number).filter(|number| !known.contains(number));
        dying.extend(alone);
        self.close_dropped_here(program, dying, Wish::Drop)
    }

    /// The handles that the running frame knows, which an exception leaves.
    pub(in crate::program::machine) fn handles_of_frame(&self, program: &Program) -> VecDeque<u32> {
        if self.generators.is_empty() {
            return VecDeque::new();
        }
        self.handles(program, &self.stack[self.base as usize..])
    }

    /// The frame that `entry` was kept with runs again, after the generator has been left by an exception; `dying` are those that
    /// its frame knew, and `exception` is what goes on. Those that nobody knows any more are closed before it does, where the
    /// exception was but to end the generator; else they are when it has been dealt with.
    pub(in crate::program::machine) fn close_left(
        &mut self,
        program: &Program,
        entry: Entry,
        (mut dying, exception): (VecDeque<u32>, Option<ExceptionId>),
    ) -> Option<Turn> {
        dying.extend(self.dying.remove(&entry.number).unwrap_or_default());
        let wish = match (entry.wish, exception) {
            (_, None) => Wish::Drop,
            (Wish::CloseThen(under_way) | Wish::DropThen(under_way), Some(exception)) if under_way == exception => {
                Wish::DropThen(exception)
            }
            _ => {
                self.abandoned.extend(dying);
                return None;
            }
        };
        self.close_dropped_here(program, dying, wish)
    }

    /// One that was entered to be dropped has ended or has given a value: the others that went with it are.
    pub(super) fn dropped(&mut self, program: &Program, entry: Entry) -> Turn {
        let rest = self.dying.remove(&entry.number).unwrap_or_default();
        if let Some(turn) = self.close_dropped_here(program, rest.into(), entry.wish) {
            return turn;
        }
        match entry.wish {
            Wish::DropThen(exception) => self.raise(program, exception),
            _ => Turn::On,
        }
    }

    /// Those of the `dying` that nobody can name any more are closed one after the other, so that each `finally` runs, as CPython
    /// does when the last reference goes.
    fn close_dropped(&mut self, program: &Program, dying: VecDeque<u32>, kept: Vec<Value>, wish: Wish) -> Option<Turn> {
        let dealt_with = self.callers.iter().filter_map(|caller| caller.entry.map(|entry| entry.handled));
        let below = self.generators.iter().filter(|it| it.runs).flat_map(|it| it.stack.iter().copied());
        let known: Vec<Value> = kept.into_iter().chain([self.handled]).chain(dealt_with).chain(below).collect();
        let elsewhere: Vec<Value> = self.event_loop.iter().flat_map(|it| it.values()).collect();
        let mut named = self.holds(program, known.into_iter().chain(elsewhere));
        let escaped = self.generators.iter().filter(|it| it.escaped).map(|it| it.number);
        // Those that are to go yet have what they know.
        let later = self.dying.values().flatten().chain(&self.abandoned).copied();
        for number in escaped.chain(later) {
            self.name_all(program, Value::Generator(GeneratorId { task: self.task, number }), &mut named);
        }
        self.drop_first(program, dying, &named, wish)
    }

    /// The task is being left by an exception: as [`Machine::close_dropped`] for all it knows alone.
    pub(in crate::program::machine) fn close_all(&mut self, program: &Program, exception: ExceptionId) -> Option<Turn> {
        let dropped = self.generators.iter().filter(|it| !it.escaped && !it.runs).map(|it| it.number).collect();
        self.drop_first(program, dropped, &[], Wish::DropThen(exception))
    }

    fn drop_first(&mut self, program: &Program, mut dying: VecDeque<u32>, named: &[u32], wish: Wish) -> Option<Turn> {
        while let Some(number) = dying.pop_front() {
            if named.contains(&number) || self.is_known_to_the_rest(program, number, &dying) {
                continue;
            }
            let Some(at) = self.resting_place(number) else { continue };
            let (code, pc) = (self.generators[at].code, self.generators[at].pc);
            let guarded = program.codes[code.index()].handlers.iter().any(|it| pc > it.start && pc <= it.end);
            if pc == 0 || !guarded || self.enter(program, number, wish, Into::NOWHERE).is_err() {
                let knew = self.discard(self.place_of(number).expect("it rests"));
                for other in self.handles(program, &knew).into_iter().rev() {
                    dying.push_front(other);
                }
                continue;
            }
            if !dying.is_empty() {
                self.dying.insert(number, dying.into());
            }
            let exit = program.table.raise(EXIT, "", None);
            return Some(self.raise_inside(program, exit));
        }
        None
    }

    /// Whether one of those that go after it, or what one of them knows, is it: it goes with that.
    fn is_known_to_the_rest(&self, program: &Program, number: u32, rest: &VecDeque<u32>) -> bool {
        if rest.len() > MOST_ORDERED {
            return false;
        }
        let resting = rest.iter().filter_map(|&other| self.resting_place(other));
        let known = resting.flat_map(|at| self.generators[at].stack.iter().copied());
        rest.contains(&number) || self.holds(program, known).contains(&number)
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

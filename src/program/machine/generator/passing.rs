//! Into a generator and out of it: it has a stack of its own, and changes places with whoever goes into it. The short ways for what programs do most
//! are taken where an instruction is run; what else may come of it (an end, an exception, a wish to close) is the parent's business.

use crate::program::Program;
use crate::program::instruction::Into;
use crate::value::{Failure, Value};

use super::super::{Caller, MOST_FRAMES, Machine};
use super::{Entry, Wish};

/// Only generators yield, which the checker sees to, and each was gone into.
const ENTERED: &str = "a generator's own frame was entered";

impl Machine {
    /// Where it stands among those that have not ended, which are in the order of their numbers.
    pub(in crate::program::machine) fn place_of(&self, number: u32) -> Option<usize> {
        self.generators.binary_search_by_key(&number, |it| it.number).ok()
    }

    /// The same of one that does not run.
    pub(in crate::program::machine) fn resting_place(&self, number: u32) -> Option<usize> {
        self.place_of(number).filter(|&at| !self.generators[at].runs)
    }

    /// The place of the generator that this handle names, if nothing stands against going into it with nothing to send.
    #[inline]
    pub(in crate::program::machine) fn way_into(&self, handle: Value) -> Option<usize> {
        match handle {
            Value::Generator(it) if it.task == self.task && !it.is_coroutine() && self.callers.len() + 1 < MOST_FRAMES => {
                self.resting_place(it.number)
            }
            _ => None,
        }
    }

    /// Whether whoever went into the running generator wants a value and nothing else.
    #[inline]
    pub(in crate::program::machine) fn is_asked_for_a_value(&self) -> bool {
        matches!(self.callers.last(), Some(Caller { entry: Some(Entry { wish: Wish::Item | Wish::Turn { .. }, .. }), .. }))
    }

    /// As [`Machine::go_in`] of one that rests, where it may be.
    pub(super) fn enter(&mut self, program: &Program, number: u32, wish: Wish, into: Into) -> Result<(), Failure> {
        if self.callers.len() + 1 >= MOST_FRAMES {
            return Err(Failure::new("RecursionError", "maximum recursion depth exceeded"));
        }
        self.forget(program, &program.codes[self.code.index()]);
        let at = self.place_of(number).expect("only a resting generator is entered");
        self.go_in(at, wish, into);
        Ok(())
    }

    /// A resting generator runs; whoever went into it goes on when it yields or ends.
    #[inline]
    pub(in crate::program::machine) fn go_in(&mut self, at: usize, wish: Wish, into: Into) {
        let it = &mut self.generators[at];
        let entry = Some(Entry { number: it.number, wish, handled: self.handled });
        self.callers.push(Caller { code: self.code, pc: self.pc, base: self.base, into, entry });
        std::mem::swap(&mut self.stack, &mut it.stack);
        (self.code, self.pc, self.base, self.deliver, self.handled) = (it.code, it.pc, 0, it.deliver, it.handled);
        // Equal states are equal whatever it did before.
        (it.runs, it.pc, it.deliver, it.handled) = (true, 0, Into::NOWHERE, Value::None);
    }

    /// The running generator rests, and what is sent next `deliver`s; whoever went into it runs again, and this is what they wanted.
    pub(super) fn go_out(&mut self, deliver: Into) -> Entry {
        let entry = self.callers.last().and_then(|caller| caller.entry).expect(ENTERED);
        self.change_back(deliver);
        entry
    }

    /// The running generator, which nothing else can come of, gives a value: see [`Machine::is_asked_for_a_value`].
    #[inline]
    pub(in crate::program::machine) fn give_out(&mut self, value: Value, deliver: Into) {
        let turn = match self.callers.last() {
            Some(Caller { entry: Some(Entry { wish: Wish::Turn { item, body }, .. }), .. }) => Some((*item, *body)),
            _ => None,
        };
        self.change_back(deliver);
        match turn {
            Some((item, body)) => {
                self.give(item, value);
                self.pc = body;
            }
            None => self.deliver(value),
        }
    }

    /// Each part of the caller is read as it was written: one wide read of narrow writes would wait for the memory.
    #[inline]
    fn change_back(&mut self, deliver: Into) {
        let caller = self.callers.last().expect(ENTERED);
        let entry = caller.entry.as_ref().expect(ENTERED);
        let at = self.place_of(entry.number).expect("one that runs has not ended");
        let it = &mut self.generators[at];
        std::mem::swap(&mut self.stack, &mut it.stack);
        (it.runs, it.pc, it.deliver, it.handled) = (false, self.pc, deliver, self.handled);
        (self.code, self.pc, self.base, self.deliver) = (caller.code, caller.pc, caller.base, caller.into);
        self.handled = entry.handled;
        self.callers.truncate(self.callers.len() - 1);
    }

    /// One that ran has ended, or is not to rest: whoever went into it has its stack back.
    pub(super) fn is_over(&mut self, entry: Entry) {
        let at = self.place_of(entry.number).expect("one that ran had not ended");
        let it = self.generators.remove(at);
        if it.runs {
            self.stack = it.stack;
        }
    }
}

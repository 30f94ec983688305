//! How one body calls another and is gone back to, and what is forgotten of a frame that runs on.

use crate::id::CodeId;
use crate::value::{Failure, Value};

use super::super::instruction::{Into, Slot};
use super::super::{Code, Program};
use super::generator::Generator;
use super::{Caller, MOST_FRAMES, Machine, UNBOUND};

impl Machine {
    /// Whoever called runs again.
    #[inline]
    pub(super) fn back_in(&mut self, caller: Caller) {
        (self.code, self.pc, self.base, self.deliver) = (caller.code, caller.pc, caller.base, caller.into);
    }

    /// A routine begins above the running frame, its arguments on top of it.
    pub(super) fn call(&mut self, program: &Program, callee: CodeId, arguments: u16, into: Into) -> Result<(), Failure> {
        if self.callers.len() + 1 >= MOST_FRAMES {
            return Err(Failure::new("RecursionError", "maximum recursion depth exceeded"));
        }
        self.forget(program, &program.codes[self.code.index()]);
        self.callers.push(Caller { code: self.code, pc: self.pc, base: self.base, into, entry: None });
        let base = self.stack.len() - usize::from(arguments);
        self.stack.resize(base + program.codes[callee.index()].locals.len(), UNBOUND);
        (self.code, self.pc) = (callee, 0);
        self.base = u32::try_from(base).expect("a thousand frames of 65,536 locals are fewer than 2^32");
        Ok(())
    }

    /// Clears the locals nobody reads after the instruction under way, so that equal futures are equal states.
    /// A generator's handle stays: the generator ends with its last handle.
    pub(super) fn forget(&mut self, program: &Program, code: &Code) {
        let set = code.clear_at[self.pc as usize - 1];
        if set != 0 {
            for &slot in &code.clears[usize::from(set)] {
                let value = self.local(Slot(slot));
                if self.generated == 0 || self.holds(program, std::iter::once(value)).is_empty() {
                    self.set(Slot(slot), UNBOUND);
                }
            }
        }
    }

    /// Begins another body once the last one has ended: what the task has made so far keeps its numbers.
    pub fn again(&mut self, program: &Program, code: CodeId, arguments: &[Value]) {
        let locals = program.codes[code.index()].locals.len();
        self.stack.clear();
        self.stack.extend(arguments.iter().take(locals));
        self.stack.resize(locals, UNBOUND);
        self.callers.clear();
        self.stays.clear();
        (self.code, self.pc, self.base, self.deliver, self.handled) = (code, 0, 0, Into::NOWHERE, Value::None);
    }

    /// The bodies it is inside of, innermost first: what it may still do.
    pub fn codes(&self) -> impl Iterator<Item = CodeId> {
        let generators = self.generators.iter().map(Generator::code);
        let looped = self.event_loop.iter().flat_map(|it| it.codes());
        std::iter::once(self.code).chain(self.callers.iter().rev().map(|caller| caller.code)).chain(generators).chain(looped)
    }
}

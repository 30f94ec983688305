//! What the blocks about generators become.

use crate::scenario::block::Kind;
use crate::scenario::{Argument, Block};

use super::super::instruction::{Instruction, Into};
use super::body::Body;
use super::{Compiler, Global};

impl Compiler<'_> {
    pub(super) fn generating(&mut self, body: &mut Body<'_>, block: &Block) {
        let into = Self::into(body, block);
        if block.kind == Kind::YieldFrom {
            return self.yield_from(body, block);
        }
        self.value(body, block.nth(0));
        let instruction = match block.kind {
            Kind::Next => Instruction::Next(into),
            Kind::Send => {
                self.value(body, block.nth(1));
                Instruction::Send(into)
            }
            Kind::Throw => {
                self.exception(body, block);
                Instruction::Throw(into)
            }
            Kind::State => Instruction::State(into),
            Kind::Yield => Instruction::Yield(into),
            _ => Instruction::Close,
        };
        body.emit(instruction);
    }

    /// A new exception, or one that a local holds.
    fn exception(&mut self, body: &mut Body<'_>, block: &Block) {
        let name = block.nth(1).and_then(Argument::word).unwrap_or("BaseException");
        if let Some(slot) = body.known_slot(name) {
            return body.emit(Instruction::Local(slot));
        }
        self.text(body, block.nth(2));
        let name = body.text_id(name);
        body.emit(Instruction::Exception(name));
    }

    /// Asks the other one and yields what it yields, until it has a result: CPython's SEND loop.
    fn yield_from(&mut self, body: &mut Body<'_>, block: &Block) {
        let name = block.nth(0).and_then(Argument::word).filter(|name| body.known_slot(name).is_none());
        match name.and_then(|name| self.globals.get(name)) {
            Some(Global::Routine(_)) => self.routine_call(body, block),
            _ => self.value(body, block.nth(0)),
        }
        let end = body.label();
        body.emit(Instruction::Delegate);
        let again = body.bound();
        body.emit(Instruction::Ask(Body::to(end)));
        body.emit(Instruction::Yield(Into::STACK));
        body.emit(Instruction::Jump(Body::to(again)));
        body.bind(end);
        let result = Self::local(body, block.property("into"));
        body.emit(result.map_or(Instruction::Pop, Instruction::SetLocal));
    }
}

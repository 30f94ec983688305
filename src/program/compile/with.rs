//! What is held while blocks run: `with`, `read`, `write`, and given back on every way out.

use crate::effect::Access;
use crate::scenario::block::Kind;
use crate::scenario::{Argument, Block};
use crate::value::Value;

use super::super::ResourceKind;
use super::super::instruction::{Instruction, Operand};
use super::Compiler;
use super::body::{Body, Held, Scope};

impl Compiler<'_> {
    /// The same of what is acquired and released: of a condition its lock.
    pub(super) fn lock(&mut self, body: &mut Body<'_>, argument: Option<&Argument>) -> Operand {
        let operand = self.resource(body, argument);
        self.guard(operand)
    }

    fn guard(&self, operand: Operand) -> Operand {
        match operand.as_known().map(|resource| self.resources[resource.index()].kind) {
            Some(ResourceKind::Condition { lock, .. }) => Operand::known(lock),
            _ => operand,
        }
    }

    pub(super) fn with(&mut self, body: &mut Body<'_>, block: &Block) {
        let mut lock = self.lock(body, block.nth(0));
        let mut handle = None;
        if lock == Operand::STACK {
            if let Some(Value::Resource(resource)) = body.take_constant() {
                lock = self.guard(Operand::known(resource));
            } else {
                let kept = body.hidden();
                body.emit(Instruction::SetLocal(kept));
                body.emit(Instruction::Local(kept));
                handle = Some(kept);
            }
        }
        let access = match block.kind {
            Kind::Read => Some(Access::Read),
            Kind::Write => Some(Access::Write),
            _ => None,
        };
        let held = Held { lock, handle, access };
        if block.awaited {
            body.emit(Instruction::AwaitNext);
        }
        body.emit(held.by_entering());
        let (raised, again, end) = (body.label(), body.label(), body.label());
        body.enter_region(Scope::With { held, block: block.id }, raised);
        self.statements(body, &block.body);
        body.leave();
        body.release(held);
        body.emit(Instruction::Jump(Body::to(end)));
        body.bind(raised);
        body.emit(Instruction::EnterExcept);
        body.deeper(1);
        body.enter_region(Scope::Try, again);
        body.release(held);
        body.emit(Instruction::RaiseAgain);
        body.leave();
        body.shallower(1);
        body.bind(again);
        body.emit(Instruction::LeaveAndRaise);
        body.bind(end);
    }
}

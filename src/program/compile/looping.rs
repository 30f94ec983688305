//! What a loop becomes, where it turns and where one leaves it; and where the interpreter lock may change hands on the way.

use crate::diagnostic::catalog;
use crate::scenario::Block;
use crate::scenario::block::Kind;
use crate::value::Value;

use super::super::instruction::{Instruction, Into, Slot};
use super::Compiler;
use super::body::{Body, Scope};

impl Compiler<'_> {
    /// The test stands at the end, so that a turn costs one jump.
    pub(super) fn looping(&mut self, body: &mut Body<'_>, block: &Block) {
        let (again, next, test, out) = (body.label(), body.label(), body.label(), body.label());
        let slot = if matches!(block.kind, Kind::Repeat | Kind::For) { body.hidden_pair() } else { Slot(0) };
        match block.kind {
            Kind::Repeat => {
                self.value(body, block.nth(0));
                body.emit(Instruction::RepeatBegin(slot));
            }
            Kind::For => {
                let items = block.property("in").or_else(|| block.nth(1));
                self.value(body, items);
                body.emit(Instruction::ForBegin(slot));
            }
            Kind::While if body.check_points.is_some() => return self.while_with_check_points(body, block),
            _ => {}
        }
        if block.kind != Kind::Loop {
            body.emit(Instruction::Jump(Body::to(test)));
        }
        body.bind(again);
        body.enter(Scope::Loop { again: next, out });
        self.statements(body, &block.body);
        body.leave();
        body.bind(next);
        body.check_point();
        body.bind(test);
        match block.kind {
            Kind::Repeat => {
                let turn = Self::local(body, block.property("as")).map_or(Into::NOWHERE, Into::slot);
                body.emit(Instruction::RepeatNext { slot, turn, body: Body::to(again) });
            }
            Kind::For => {
                let item = Self::local(body, block.nth(0)).map_or(Into::NOWHERE, Into::slot);
                body.emit(Instruction::ForNext { slot, item, body: Body::to(again) });
            }
            Kind::While => {
                self.value(body, block.nth(0));
                body.emit(Instruction::BackIfTrue(Body::to(again)));
            }
            _ => body.emit(Instruction::Back(Body::to(again))),
        }
        body.bind(out);
        if block.kind == Kind::For {
            body.turned.push(slot);
            Self::let_go(body, slot);
        }
    }

    /// What a `for` goes over it knows no more when it has been left.
    fn let_go(body: &mut Body<'_>, slot: Slot) {
        body.constant(Value::None);
        body.emit(Instruction::SetLocal(slot));
    }

    /// The same of all that have been written since there were `from` of them: an exception has left them, the innermost first.
    pub(super) fn let_go_since(body: &mut Body<'_>, from: usize) {
        for at in from..body.turned.len() {
            Self::let_go(body, body.turned[at]);
        }
    }

    /// As CPython lays it out: the first test has no check point, the others have one between themselves and the body.
    fn while_with_check_points(&mut self, body: &mut Body<'_>, block: &Block) {
        let (again, inside, test, out) = (body.label(), body.label(), body.label(), body.label());
        self.value(body, block.nth(0));
        body.emit(Instruction::JumpIfFalse(Body::to(out)));
        body.emit(Instruction::Jump(Body::to(inside)));
        body.bind(again);
        body.check_point();
        body.bind(inside);
        body.enter(Scope::Loop { again: test, out });
        self.statements(body, &block.body);
        body.leave();
        body.bind(test);
        self.value(body, block.nth(0));
        body.emit(Instruction::BackIfTrue(Body::to(again)));
        body.bind(out);
    }

    pub(super) fn jump_out(&mut self, body: &mut Body<'_>, block: &Block) {
        let Some((again, out, keep)) = body.innermost_loop() else {
            return self.problem(catalog::OUTSIDE_LOOP, block.word, [block.kind.info().word.to_owned()]);
        };
        body.unwind_to(keep);
        let target = if block.kind == Kind::Break { out } else { again };
        body.emit(Instruction::Jump(Body::to(target)));
        body.resume_scopes(keep);
    }
}

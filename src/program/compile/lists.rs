//! `append`, `pop`, `put-key`, `get-key`: a change in one step where the list or dict is thread-safe or an interpreter lock stands
//! over the task, as in CPython; else a load and a store, which can lose what others do between them.

use crate::scenario::Block;
use crate::scenario::block::Kind;

use super::super::instruction::{ChangeKind, Collect, Instruction, Into, Operand, Slot};
use super::super::{Holds, ResourceKind};
use super::Compiler;
use super::body::Body;

/// A list or dict that a block changes.
#[derive(Debug, Clone, Copy)]
struct Cell {
    operand: Operand,
    /// Where its handle is kept, if it is not known.
    handle: Option<Slot>,
}

impl Cell {
    fn push(self, body: &mut Body<'_>) {
        if let Some(handle) = self.handle {
            body.emit(Instruction::Local(handle));
        }
    }

    fn one_step(self, body: &mut Body<'_>, kind: ChangeKind, into: Into) {
        self.push(body);
        body.emit(Instruction::Update(self.operand, kind, into));
    }

    fn two_steps(self, body: &mut Body<'_>, kind: ChangeKind, into: Into) {
        self.push(body);
        body.emit(Instruction::Load(self.operand, Into::STACK));
        body.emit(Instruction::Collect(Collect::Changed(kind)));
        self.push(body);
        body.emit(Instruction::Store(self.operand));
        keep(body, into);
    }
}

fn keep(body: &mut Body<'_>, into: Into) {
    body.emit(into.as_slot().map_or(Instruction::Pop, Instruction::SetLocal));
}

impl Compiler<'_> {
    /// What a block does to a list or dict.
    pub(super) fn collection(&mut self, body: &mut Body<'_>, block: &Block) {
        let kind = match block.kind {
            Kind::Append => ChangeKind::Append,
            Kind::Pop => ChangeKind::Pop,
            Kind::PutKey => ChangeKind::Put,
            _ => return self.get_key(body, block),
        };
        self.value(body, block.nth(1));
        if kind == ChangeKind::Put {
            self.value(body, block.nth(2));
            body.emit(Instruction::List(2));
        }
        let into = if kind == ChangeKind::Pop { Self::into(body, block) } else { Into::NOWHERE };
        let cell = self.cell(body, block);
        let interpreted = body.check_points.is_some();
        match cell.operand.as_known().map(|known| self.resources[known.index()].kind) {
            Some(ResourceKind::Shared { atomic, .. }) if atomic || interpreted => return cell.one_step(body, kind, into),
            Some(_) => return cell.two_steps(body, kind, into),
            None => {}
        }
        let (plain, end) = (body.label(), body.label());
        cell.push(body);
        body.emit(Instruction::IsOneStep(if kind == ChangeKind::Put { Holds::Dict } else { Holds::List }));
        if interpreted {
            body.emit(Instruction::Pop);
            return cell.one_step(body, kind, into);
        }
        body.emit(Instruction::JumpIfFalse(Body::to(plain)));
        cell.one_step(body, kind, into);
        body.emit(Instruction::Jump(Body::to(end)));
        body.bind(plain);
        cell.two_steps(body, kind, into);
        body.bind(end);
    }

    fn get_key(&mut self, body: &mut Body<'_>, block: &Block) {
        self.value(body, block.nth(1));
        let cell = self.cell(body, block);
        if cell.handle.is_some() {
            cell.push(body);
            body.emit(Instruction::IsOneStep(Holds::Dict));
            body.emit(Instruction::Pop);
        }
        cell.push(body);
        body.emit(Instruction::Load(cell.operand, Into::STACK));
        body.emit(Instruction::Collect(Collect::Get));
        let into = Self::into(body, block);
        keep(body, into);
    }

    fn cell(&mut self, body: &mut Body<'_>, block: &Block) -> Cell {
        let operand = self.resource(body, block.nth(0));
        let handle = (operand == Operand::STACK).then(|| body.hidden());
        if let Some(handle) = handle {
            body.emit(Instruction::SetLocal(handle));
        }
        Cell { operand, handle }
    }
}

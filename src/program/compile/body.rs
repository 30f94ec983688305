//! Writes the instructions of one body: labels, slots, constants, regions of handlers, and the ways out of nested blocks.
//! What a block or an expression becomes is `statement` and `expression`.

use std::collections::BTreeMap;

use crate::effect::Access;
use crate::id::{BlockId, ResourceId};
use crate::value::comparison::compare;
use crate::value::operation::{Binary, Comparison, binary};
use crate::value::{Table, Value};

use super::super::instruction::{Handler, Instruction, Into, Operand, Place, Slot, Wait};
use super::super::shape::jump_mut;
use super::super::{CheckPoints, Code};
use super::flow;

/// A place to jump to, perhaps not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(usize);

/// What encloses the block being written, and what leaving it takes.
#[derive(Debug, Clone)]
pub(super) enum Scope {
    /// Nothing.
    Loop { again: Label, out: Label },
    /// Nothing; its region takes exceptions to the `except` clauses.
    Try,
    /// Runs the `finally` body.
    Finally { body: Label, end: usize },
    /// Releases.
    With { held: Held, block: BlockId },
    /// Leaves the region.
    Region { region: ResourceId, block: BlockId },
    /// What was being handled before is again, and the exception's name is forgotten.
    Except { name: Option<Slot> },
    /// An exception under way is forgotten.
    InFinally,
}

/// What a block holds while its body runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) lock: Operand,
    /// Where its handle is kept, if it is not known.
    pub(super) handle: Option<Slot>,
    /// How a readers-writer lock was entered.
    pub(super) access: Option<Access>,
}

impl Held {
    pub(super) const fn by_entering(self) -> Instruction {
        match self.access {
            None => Instruction::Acquire(self.lock, Wait::Forever, Into::NOWHERE),
            Some(access) => Instruction::Enter(self.lock, access),
        }
    }

    const fn by_leaving(self) -> Instruction {
        match self.access {
            None => Instruction::Release(self.lock),
            Some(access) => Instruction::Leave(self.lock, access),
        }
    }
}

#[derive(Debug, Clone)]
struct Entered {
    scope: Scope,
    region: Option<Region>,
}

/// Instructions whose exceptions go to `target`.
#[derive(Debug, Clone, Copy)]
struct Region {
    start: Place,
    target: Label,
    depth: u16,
}

/// A handler whose target may not be known yet; `level` is how deep it stands.
struct Covered {
    start: Place,
    end: Place,
    target: Label,
    depth: u16,
    level: usize,
}

/// A body being written.
pub(super) struct Body<'t> {
    pub(super) table: &'t Table,
    pub(super) instructions: Vec<Instruction>,
    blocks: Vec<BlockId>,
    /// The block being written.
    pub(super) block: BlockId,
    slots: BTreeMap<String, Slot>,
    locals: Vec<String>,
    constants: Vec<Value>,
    constant_ids: BTreeMap<Value, u32>,
    families: Vec<Vec<String>>,
    labels: Vec<Option<Place>>,
    /// No fold may join instructions before this place with later ones.
    barrier: usize,
    scopes: Vec<Entered>,
    covered: Vec<Covered>,
    /// How many temporaries stand on the stack between statements.
    depth: u16,
    /// For each `finally`: its `EndFinally`, and where it may go back to.
    pub(super) finallies: Vec<(Place, Vec<Place>)>,
    /// What each `for` written so far goes over, inner ones before those around them.
    pub(super) turned: Vec<Slot>,
    /// Slots or constants ran out.
    pub(super) too_large: bool,
    /// Where the interpreter lock may change hands, if there is one.
    pub(super) check_points: Option<CheckPoints>,
}

impl<'t> Body<'t> {
    pub(super) fn new(table: &'t Table, block: BlockId) -> Self {
        Self {
            table,
            instructions: Vec::new(),
            blocks: Vec::new(),
            block,
            slots: BTreeMap::new(),
            locals: Vec::new(),
            constants: Vec::new(),
            constant_ids: BTreeMap::new(),
            families: Vec::new(),
            labels: Vec::new(),
            barrier: 0,
            scopes: Vec::new(),
            covered: Vec::new(),
            depth: 0,
            finallies: Vec::new(),
            turned: Vec::new(),
            too_large: false,
            check_points: None,
        }
    }

    pub(super) fn here(&self) -> Place {
        Place::try_from(self.instructions.len()).expect("a body has fewer instructions than its text has bytes, times a few")
    }

    pub(super) fn emit(&mut self, instruction: Instruction) {
        self.instructions.push(instruction);
        self.blocks.push(self.block);
        if self.check_points == Some(CheckPoints::Instruction) && flow::is_step(instruction) {
            self.check_point();
        }
    }

    /// Here control comes to `block`, which is counted.
    pub(super) fn begin(&mut self, block: BlockId) {
        self.emit(Instruction::Begin(block));
    }

    /// Here the interpreter lock may change hands, if there is one.
    pub(super) fn check_point(&mut self) {
        let just_was = self.barrier < self.instructions.len() && self.instructions.last() == Some(&Instruction::CheckPoint);
        if self.check_points.is_some() && !just_was {
            self.emit(Instruction::CheckPoint);
        }
    }

    // Slots.

    fn new_slot(&mut self, name: &str) -> Slot {
        // Two hidden slots may follow each other, so one is kept back.
        let Some(slot) = u16::try_from(self.locals.len()).ok().filter(|&slot| slot < Into::MOST_SLOTS - 1) else {
            self.too_large = true;
            return Slot(0);
        };
        self.locals.push(name.to_owned());
        Slot(slot)
    }

    pub(super) fn locals(&self) -> usize {
        self.locals.len()
    }

    /// The slot of a local; made when there is none yet.
    pub(super) fn slot(&mut self, name: &str) -> Slot {
        if let Some(&slot) = self.slots.get(name) {
            return slot;
        }
        let slot = self.new_slot(name);
        self.slots.insert(name.to_owned(), slot);
        slot
    }

    pub(super) fn known_slot(&self, name: &str) -> Option<Slot> {
        self.slots.get(name).copied()
    }

    /// A slot without a name.
    pub(super) fn hidden(&mut self) -> Slot {
        self.new_slot("")
    }

    /// Two slots without a name, one behind the other.
    pub(super) fn hidden_pair(&mut self) -> Slot {
        let first = self.new_slot("");
        self.new_slot("");
        first
    }

    // Constants.

    pub(super) fn constant_id(&mut self, value: Value) -> u32 {
        let next = u32::try_from(self.constants.len()).expect("constants are fewer than bytes of text");
        let id = *self.constant_ids.entry(value).or_insert(next);
        if id == next {
            self.constants.push(value);
        }
        id
    }

    pub(super) fn constant(&mut self, value: Value) {
        if let Value::Int(int) = value {
            return self.emit(Instruction::Int(int));
        }
        let id = self.constant_id(value);
        self.emit(Instruction::Constant(id));
    }

    pub(super) fn text_id(&mut self, text: &str) -> u32 {
        match self.table.text(text) {
            Ok(text) => self.constant_id(Value::Text(text)),
            Err(_full) => {
                self.too_large = true;
                0
            }
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        let id = self.text_id(text);
        self.emit(Instruction::Constant(id));
    }

    pub(super) fn family(&mut self, names: Vec<String>) -> u32 {
        self.families.push(names);
        u32::try_from(self.families.len() - 1).expect("clauses are fewer than bytes of text")
    }

    /// The constant that the instruction `back` places before the end pushes, if nothing jumps in between.
    fn constant_before(&self, back: usize) -> Option<Value> {
        let at = self.instructions.len().checked_sub(back)?;
        match self.instructions[at] {
            _ if self.barrier > at => None,
            Instruction::Int(int) => Some(Value::Int(int)),
            Instruction::Constant(id) => Some(self.constants[id as usize]),
            _ => None,
        }
    }

    /// The constant just written, unwritten.
    pub(super) fn take_constant(&mut self) -> Option<Value> {
        let value = self.constant_before(1)?;
        self.drop_last(1);
        Some(value)
    }

    fn drop_last(&mut self, count: usize) {
        let left = self.instructions.len() - count;
        self.instructions.truncate(left);
        self.blocks.truncate(left);
    }

    pub(super) fn binary(&mut self, op: Binary) {
        if let (Some(left), Some(right)) = (self.constant_before(2), self.constant_before(1))
            && let Ok(folded) = binary(self.table, op, left, right)
        {
            self.drop_last(2);
            return self.constant(folded);
        }
        match self.constant_before(1) {
            Some(Value::Int(right)) if let Ok(right) = i32::try_from(right) => {
                self.drop_last(1);
                self.emit(Instruction::BinaryInt(op, right));
            }
            _ => self.emit(Instruction::Binary(op)),
        }
    }

    pub(super) fn compare(&mut self, op: Comparison) {
        if let (Some(left), Some(right)) = (self.constant_before(2), self.constant_before(1))
            && let Ok(folded) = compare(self.table, op, left, right)
        {
            self.drop_last(2);
            return self.constant(Value::Bool(folded));
        }
        match self.constant_before(1) {
            Some(Value::Int(right)) if let Ok(right) = i32::try_from(right) => {
                self.drop_last(1);
                self.emit(Instruction::CompareInt(op, right));
            }
            _ => self.emit(Instruction::Compare(op)),
        }
    }

    // Labels: a jump carries the label's number until `finish` puts the place there.

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    pub(super) fn bind(&mut self, label: Label) {
        self.labels[label.0] = Some(self.here());
        self.barrier = self.instructions.len();
    }

    pub(super) fn bound(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// The number to write into a jump.
    pub(super) fn to(label: Label) -> Place {
        Place::try_from(label.0).expect("labels are fewer than bytes of text")
    }

    // Scopes.

    pub(super) fn enter(&mut self, scope: Scope) {
        self.scopes.push(Entered { scope, region: None });
    }

    /// Enters a scope whose exceptions go to `target`.
    pub(super) fn enter_region(&mut self, scope: Scope, target: Label) {
        let region = Region { start: self.here(), target, depth: self.depth };
        self.scopes.push(Entered { scope, region: Some(region) });
    }

    /// So many temporaries more stand on the stack between the statements that follow.
    pub(super) fn deeper(&mut self, by: u16) {
        self.depth += by;
    }

    pub(super) fn shallower(&mut self, by: u16) {
        self.depth -= by;
    }

    pub(super) fn leave(&mut self) {
        let level = self.scopes.len();
        let left = self.scopes.pop().expect("scopes are left in the order they were entered");
        self.cover(left.region, level);
    }

    fn cover(&mut self, region: Option<Region>, level: usize) {
        let end = self.here();
        if let Some(Region { start, target, depth }) = region
            && start < end
        {
            self.covered.push(Covered { start, end, target, depth, level });
        }
    }

    /// The innermost loop, and how many scopes stand around its body.
    pub(super) fn innermost_loop(&self) -> Option<(Label, Label, usize)> {
        self.scopes.iter().enumerate().rev().find_map(|(at, entered)| match entered.scope {
            Scope::Loop { again, out } => Some((again, out, at + 1)),
            _ => None,
        })
    }

    pub(super) fn must_unwind(&self) -> bool {
        self.scopes.iter().any(|entered| !matches!(entered.scope, Scope::Loop { .. } | Scope::Try))
    }

    /// Writes what leaving all scopes but the outermost `keep` takes, from the inside out. The code itself lies outside of each
    /// scope it leaves: an exception in it goes to those further out.
    pub(super) fn unwind_to(&mut self, keep: usize) {
        let block = self.block;
        for at in (keep..self.scopes.len()).rev() {
            let region = self.scopes[at].region;
            self.cover(region, at + 1);
            match self.scopes[at].scope.clone() {
                Scope::Loop { .. } | Scope::Try => {}
                Scope::Finally { body, end } => {
                    self.emit(Instruction::Gosub(Self::to(body)));
                    let back = self.here();
                    self.finallies[end].1.push(back);
                    self.barrier = self.instructions.len();
                }
                Scope::With { held, block } => {
                    self.block = block;
                    self.release(held);
                }
                Scope::Region { region, block } => {
                    self.block = block;
                    self.emit(Instruction::LeaveRegion(region));
                }
                Scope::Except { name } => {
                    self.emit(Instruction::LeaveExcept);
                    if let Some(name) = name {
                        self.emit(Instruction::Unbind(name));
                    }
                }
                Scope::InFinally => self.emit(Instruction::LeaveFinally),
            }
            self.block = block;
        }
    }

    /// After the jump that followed `unwind_to`: the scopes stand again.
    pub(super) fn resume_scopes(&mut self, keep: usize) {
        let here = self.here();
        for entered in &mut self.scopes[keep..] {
            if let Some(region) = &mut entered.region {
                region.start = here;
            }
        }
    }

    pub(super) fn release(&mut self, held: Held) {
        if let Some(handle) = held.handle {
            self.emit(Instruction::Local(handle));
        }
        self.emit(held.by_leaving());
        self.check_point();
    }

    /// The finished body, with what the analysis of its locals needs beside it.
    pub(super) fn finish(mut self, name: String, block: BlockId, parameters: u16) -> (Code, Vec<(Place, Vec<Place>)>) {
        self.block = block;
        let none = self.constant_id(Value::None);
        self.emit(Instruction::Constant(none));
        self.emit(Instruction::Return);
        let labels = std::mem::take(&mut self.labels);
        let place = |label: Place| labels[label as usize].expect("every label that is jumped to is bound");
        for to in self.instructions.iter_mut().filter_map(jump_mut) {
            *to = place(*to);
        }
        self.covered.sort_by_key(|covered| std::cmp::Reverse(covered.level));
        let handler =
            |it: &Covered| Handler { start: it.start, end: it.end, target: place(Body::to(it.target)), depth: it.depth };
        let code = Code {
            process: crate::id::ProcessId::MAIN,
            is_async: false,
            may_send: Vec::new(),
            may_receive: Vec::new(),
            may_close: Vec::new(),
            name,
            block,
            parameters,
            may_release: Vec::new(),
            may_release_apart: Vec::new(),
            queue_acts: Vec::new(),
            queue_acts_apart: Vec::new(),
            may_cancel: false,
            handlers: self.covered.iter().map(handler).collect(),
            clear_at: vec![0; self.instructions.len()],
            clears: vec![Vec::new()],
            instructions: self.instructions,
            blocks: self.blocks,
            locals: self.locals,
            constants: self.constants,
            families: self.families,
        };
        (code, self.finallies)
    }
}

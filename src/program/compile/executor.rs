//! What the blocks about pools and futures become.

use crate::diagnostic::catalog;
use crate::id::CodeId;
use crate::scenario::block::Kind;
use crate::scenario::{Argument, Block};
use crate::value::Value;
use crate::value::operation::Unary;

use super::super::instruction::{Instruction, Into, TimeUse};
use super::super::{Code, ResourceKind, ResourceTemplate};
use super::body::{Body, Label, Scope};
use super::{Compiler, Global};

/// Where a block submits to a loop, or to what only a run knows, loops look for what was submitted to them.
pub(super) fn open_loops(codes: &[Code], resources: &mut [ResourceTemplate]) {
    let is_loop = |resource: &ResourceTemplate| matches!(resource.kind, ResourceKind::EventLoop { .. });
    let submits = codes.iter().flat_map(|code| &code.instructions).any(|instruction| match instruction {
        Instruction::Submit { pool, .. } => pool.as_known().is_none_or(|id| is_loop(&resources[id.index()])),
        _ => false,
    });
    for resource in resources {
        if let ResourceKind::EventLoop { open, .. } = &mut resource.kind {
            *open = submits;
        }
    }
}

/// Most workers of a pool.
const MOST_WORKERS: i64 = crate::scenario::block::MOST_WORKERS;

impl Compiler<'_> {
    pub(super) fn pool_kind(&mut self, block: &Block, at: Option<(&Block, i64)>) -> ResourceKind {
        let workers = self.whole(block.property("workers"), at, 1, MOST_WORKERS).unwrap_or(1);
        ResourceKind::Pool { workers, processes: block.choice("of") == Some("processes") }
    }

    /// The routine that an argument names, for one that is given so many arguments.
    fn routine(&mut self, block: &Block, named: Option<&Argument>, given: u16) -> Option<CodeId> {
        let span = named.map_or(block.word, |argument| argument.span);
        let name = named.and_then(Argument::word).unwrap_or_default();
        let Some(&Global::Routine(code)) = self.globals.get(name) else {
            self.problem(catalog::UNKNOWN_NAME, span, [name.to_owned()]);
            return None;
        };
        let wanted = self.routine_parameters(code);
        if given != wanted {
            self.problem(catalog::WRONG_ARITY, span, [name.to_owned(), wanted.to_string(), given.to_string()]);
            return None;
        }
        Some(code)
    }

    /// `submit P R args…`.
    pub(super) fn submit(&mut self, body: &mut Body<'_>, block: &Block) {
        let mut count = 0;
        for argument in block.rest(2) {
            self.value(body, Some(argument));
            count += 1;
        }
        for name in ["callback", "error-callback"] {
            let called = block.property(name).and_then(|named| self.routine(block, Some(named), 1));
            match called {
                Some(code) => body.emit(Instruction::Callback(code)),
                None => body.constant(Value::None),
            }
        }
        let pool = self.resource(body, block.nth(0));
        if let Some(code) = self.routine(block, block.nth(1), count) {
            let into = Self::into(body, block);
            body.emit(Instruction::Submit { pool, code, arguments: count, into });
        }
    }

    /// `map P R over=LIST`: a job for each item, then what they came to.
    pub(super) fn map(&mut self, body: &mut Body<'_>, block: &Block) {
        self.value(body, block.property("over"));
        let pool = self.resource(body, block.nth(0));
        if let Some(code) = self.routine(block, block.nth(1), 1) {
            body.emit(Instruction::SubmitEach { pool, code });
            let wait = self.wait(body, block, TimeUse::Join);
            let into = Self::into(body, block);
            if block.awaited {
                body.emit(Instruction::AwaitNext);
            }
            body.emit(Instruction::Results(wait, into));
        }
    }

    /// `add-done-callback F R`: of a future that is done already, the callback is called here and now.
    pub(super) fn add_done_callback(&mut self, body: &mut Body<'_>, block: &Block) {
        let Some(code) = self.routine(block, block.nth(1), 1) else { return };
        let future = body.hidden();
        self.value(body, block.nth(0));
        body.emit(Instruction::SetLocal(future));
        body.emit(Instruction::Local(future));
        body.emit(Instruction::AddCallback(code));
        body.emit(Instruction::Unary(Unary::Not));
        let end = body.label();
        body.emit(Instruction::JumpIfFalse(Body::to(end)));
        Self::call_back(body, end, |body| {
            body.emit(Instruction::Local(future));
            body.emit(Instruction::Callback(code));
        });
        body.bind(end);
    }

    /// Calls a callback, told by its task and the number of its code, here and now, and goes on at `end`; what it raises is told and
    /// let go, as CPython does.
    fn call_back(body: &mut Body<'_>, end: Label, told: impl Fn(&mut Body<'_>)) {
        let raised = body.label();
        body.enter_region(Scope::Try, raised);
        told(body);
        body.emit(Instruction::CallBack);
        body.leave();
        body.emit(Instruction::Jump(Body::to(end)));
        body.bind(raised);
        body.emit(Instruction::EnterExcept);
        told(body);
        body.emit(Instruction::CallbackRaised);
        body.emit(Instruction::LeaveExcept);
    }

    /// `cancel` and `terminate`: who is to be told that a job has been cancelled is called by whoever cancels it, before that one goes
    /// on (`Future.cancel` in CPython's `concurrent/futures/_base.py`).
    pub(super) fn cancel(&mut self, body: &mut Body<'_>, block: &Block) {
        self.value(body, block.nth(0));
        body.emit(if block.kind == Kind::Cancel { Instruction::Cancel(Into::STACK) } else { Instruction::Terminate });
        let into = Self::into(body, block);
        body.emit(Instruction::Cancelled(into));
        let (callbacks, pair) = (body.hidden_pair(), body.hidden());
        let (again, next) = (body.label(), body.label());
        body.emit(Instruction::ForBegin(callbacks));
        body.emit(Instruction::Jump(Body::to(next)));
        body.bind(again);
        Self::call_back(body, next, |body| {
            for part in 0..2 {
                body.emit(Instruction::Local(pair));
                body.constant(Value::Int(part));
                body.emit(Instruction::Index);
            }
        });
        body.bind(next);
        body.emit(Instruction::ForNext { slot: callbacks, item: Into::slot(pair), body: Body::to(again) });
    }
}

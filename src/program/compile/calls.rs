//! Blocks that run other bodies or deal with those who run them: `call`, `spawn`, `timer`, `generator`, `start`, `join`.

use crate::diagnostic::catalog;
use crate::id::CodeId;
use crate::scenario::block::Kind;
use crate::scenario::{Argument, ArgumentValue, Block};
use crate::value::Value;
use crate::value::operation::Unary;

use super::super::instruction::{Daemon, Instruction, Into, TimeUse};
use super::body::Body;
use super::{Compiler, Global};

impl Compiler<'_> {
    /// `start` and `join`; the bare name of several means each of them.
    pub(super) fn task_effect(&mut self, body: &mut Body<'_>, block: &Block) {
        let whose = block.nth(0);
        let name = whose.and_then(Argument::word).filter(|name| body.known_slot(name).is_none());
        let many = matches!(name.and_then(|name| self.globals.get(name)), Some(Global::Task { count: Some(_), .. }));
        let into = if block.kind == Kind::Join { Self::into(body, block) } else { Into::NOWHERE };
        if !many {
            self.handle(body, whose);
            return self.one_task_effect(body, block, into);
        }
        let (all, each) = (body.hidden_pair(), body.hidden());
        self.handle(body, whose);
        body.emit(Instruction::ForBegin(all));
        if let Some(ended) = into.as_slot() {
            body.constant(Value::Bool(true));
            body.emit(Instruction::SetLocal(ended));
        }
        let next = body.label();
        body.emit(Instruction::Jump(Body::to(next)));
        let again = body.bound();
        body.emit(Instruction::Local(each));
        if let Some(ended) = into.as_slot() {
            let fine = body.label();
            self.one_task_effect(body, block, Into::STACK);
            body.emit(Instruction::Unary(Unary::Not));
            body.emit(Instruction::JumpIfFalse(Body::to(fine)));
            body.constant(Value::Bool(false));
            body.emit(Instruction::SetLocal(ended));
            body.bind(fine);
        } else {
            self.one_task_effect(body, block, into);
        }
        body.bind(next);
        body.emit(Instruction::ForNext { slot: all, item: Into::slot(each), body: Body::to(again) });
    }

    fn one_task_effect(&mut self, body: &mut Body<'_>, block: &Block, into: Into) {
        if block.kind == Kind::Start {
            body.emit(Instruction::Start);
        } else {
            let wait = self.wait(body, block, TimeUse::Join);
            if block.awaited {
                body.emit(Instruction::AwaitNext);
            }
            body.emit(Instruction::Join(wait, into));
        }
        body.check_point();
    }

    fn handle(&mut self, body: &mut Body<'_>, whose: Option<&Argument>) {
        match whose.and_then(Argument::expression) {
            Some(expression) => self.expression(body, expression),
            None => match whose.and_then(Argument::word).and_then(|name| self.globals.get(name).copied()) {
                Some(Global::Task { first, .. }) => body.constant(Value::Task(first)),
                Some(Global::Resource { first, .. }) => body.constant(Value::Resource(first)),
                _ => body.constant(Value::None),
            },
        }
    }

    /// The routine that stands at this position and the arguments behind it, which go onto the stack.
    pub(super) fn routine_and_arguments(&mut self, body: &mut Body<'_>, block: &Block, at: usize) -> Option<(CodeId, u16)> {
        let name = block.nth(at).and_then(Argument::word).unwrap_or_default();
        let span = block.nth(at).map_or(block.word, |argument| argument.span);
        let Some(&Global::Routine(code)) = self.globals.get(name) else {
            self.problem(catalog::UNKNOWN_NAME, span, [name.to_owned()]);
            return None;
        };
        let mut count = 0;
        for argument in block.rest(at + 1) {
            self.value(body, Some(argument));
            count += 1;
        }
        let wanted = self.routine_parameters(code);
        if count != wanted {
            self.problem(catalog::WRONG_ARITY, span, [name.to_owned(), wanted.to_string(), count.to_string()]);
            return None;
        }
        Some((code, count))
    }

    /// `call R args…`, `spawn R args…`, `generator R args…`.
    pub(super) fn routine_call(&mut self, body: &mut Body<'_>, block: &Block) {
        let Some((code, count)) = self.routine_and_arguments(body, block, 0) else { return };
        match block.kind {
            Kind::Call if !block.awaited && self.calls_async(code) => {
                let into = Self::into(body, block);
                body.emit(Instruction::Coroutine { code, arguments: count, into });
                return;
            }
            Kind::CreateTask => {
                let name = block.property("name");
                if name.is_some() {
                    self.text(body, name);
                }
                let into = Self::into(body, block);
                return body.emit(Instruction::CreateTask { code, arguments: count, named: name.is_some(), into });
            }
            Kind::ToThread => {
                let (into, daemon) = (Into::STACK, Daemon::Is(true));
                return body.emit(Instruction::Spawn {
                    code,
                    arguments: count,
                    named: false,
                    delayed: false,
                    awaited: true,
                    daemon,
                    into,
                });
            }
            Kind::Call => {
                let into = Self::into(body, block);
                return body.emit(Instruction::Call { code, arguments: count, into });
            }
            Kind::Generator => {
                let into = Self::into(body, block);
                return body.emit(Instruction::Generator { code, arguments: count, into });
            }
            Kind::YieldFrom => return body.emit(Instruction::Generator { code, arguments: count, into: Into::STACK }),
            _ => {}
        }
        if block.kind == Kind::SpawnProcess {
            let into = Self::into(body, block);
            return body.emit(Instruction::SpawnProcess { code, arguments: count, into });
        }
        if block.kind == Kind::Timer {
            match block.property("") {
                Some(time) => self.nanos(body, time, TimeUse::Timer),
                None => body.constant(Value::Int(0)),
            }
            let into = Self::into(body, block);
            let daemon = Daemon::Inherit;
            return body.emit(Instruction::Spawn {
                code,
                arguments: count,
                named: false,
                delayed: true,
                awaited: false,
                daemon,
                into,
            });
        }
        let named = block.property("name");
        if named.is_some() {
            self.text(body, named);
        }
        let daemon = match block.property("daemon") {
            Some(Argument { value: ArgumentValue::Switch(daemon), .. }) => Daemon::Is(*daemon),
            _ => Daemon::Inherit,
        };
        let into = Self::into(body, block);
        body.emit(Instruction::Spawn {
            code,
            arguments: count,
            named: named.is_some(),
            delayed: false,
            awaited: false,
            daemon,
            into,
        });
    }
}

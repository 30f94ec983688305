//! What each block becomes. The order inside a block: what is read, left to right, then its one effect.

use crate::effect::{Ends, WorkKind};
use crate::scenario::block::{Group, Kind, Place};
use crate::scenario::{Argument, ArgumentValue, Block};
use crate::value::Value;
use crate::value::operation::Binary;

use super::super::ResourceKind;
use super::super::instruction::{Instruction, Into, Operand, Slot, TimeUse, Wait};
use super::body::{Body, Scope};
use super::{Compiler, Global};

/// Whether it would be a call of a built-in in Python. What it would be to enter a routine or turn a loop is said there.
fn is_call(kind: Kind) -> bool {
    match kind.info().group {
        Group::Data => !matches!(kind, Kind::Let | Kind::Set),
        // A generator checks where it is resumed; whoever resumes it calls.
        Group::Generators | Group::Work | Group::Locks | Group::Queues | Group::Threads | Group::Executors => {
            !matches!(kind, Kind::With | Kind::Read | Kind::Write)
        }
        // Where others may run, they do so by themselves.
        Group::Coroutines => !matches!(kind, Kind::Await),
        Group::Scenario | Group::Resources | Group::Tasks | Group::Control | Group::Checks => false,
    }
}

/// Whether a time is nothing, as written.
fn is_zero(time: Option<&Argument>) -> bool {
    use crate::scenario::expression::Node;
    let written = time.map(|time| &time.value);
    matches!(
        written,
        None | Some(ArgumentValue::Measure { amount: crate::scenario::expression::Expression { node: Node::Int(0), .. }, .. })
    )
}

impl Compiler<'_> {
    pub(super) fn statements(&mut self, body: &mut Body<'_>, blocks: &[Block]) {
        for block in blocks.iter().filter(|block| block.kind.info().place != Place::Top) {
            self.statement(body, block);
        }
    }

    pub(super) fn statement(&mut self, body: &mut Body<'_>, block: &Block) {
        let outer = std::mem::replace(&mut body.block, block.id);
        if block.kind != Kind::Disabled && !block.kind.is_declared_inside() {
            body.begin(block.id);
        }
        match block.kind {
            Kind::Let => {
                self.value(body, block.nth(1));
                if let Some(slot) = Self::local(body, block.nth(0)) {
                    body.emit(Instruction::SetLocal(slot));
                }
            }
            Kind::Repeat | Kind::While | Kind::Loop | Kind::For => self.looping(body, block),
            Kind::If => self.conditional(body, block),
            Kind::Break | Kind::Continue => self.jump_out(body, block),
            Kind::Return => self.give_back(body, block),
            Kind::Try => self.attempt(body, block),
            Kind::With | Kind::Read | Kind::Write => self.with(body, block),
            Kind::Mark if let Some(region) = self.regions.at(block.id) => self.region(body, block, region),
            Kind::Append | Kind::Pop | Kind::PutKey | Kind::GetKey => self.collection(body, block),
            Kind::Raise => self.raise(body, block),
            Kind::Assert => self.assert(body, block),
            Kind::Call | Kind::Spawn | Kind::SpawnProcess | Kind::Timer | Kind::Generator | Kind::CreateTask => {
                self.routine_call(body, block);
            }
            Kind::RunLoop => self.run_loop(body, block),
            Kind::Switch => self.switching(body, block),
            kind if kind.needs_await() => self.awaiting(body, block),
            Kind::Send | Kind::Close if self.is_about_pipe(body, block) => self.effect(body, block),
            Kind::Next | Kind::Send | Kind::Throw | Kind::Close | Kind::State | Kind::Yield | Kind::YieldFrom => {
                self.generating(body, block);
            }
            Kind::Submit => self.submit(body, block),
            Kind::Map => self.map(body, block),
            Kind::AddDoneCallback => self.add_done_callback(body, block),
            Kind::Cancel | Kind::Terminate => self.cancel(body, block),
            Kind::Start | Kind::Join => self.task_effect(body, block),
            Kind::Disabled => {}
            _ => self.effect(body, block),
        }
        if is_call(block.kind) {
            body.check_point();
        }
        body.block = outer;
    }

    /// Whether a `send` or `close` must be about a pipe; otherwise what it is about is seen when it runs.
    fn is_about_pipe(&self, body: &Body<'_>, block: &Block) -> bool {
        use crate::scenario::expression::Node;
        if block.property("").or(block.property("end")).is_some() {
            return true;
        }
        let name = match block.nth(0).and_then(Argument::expression).map(|expression| &expression.node) {
            Some(Node::Name(name)) => name,
            Some(Node::Index(of, _)) => match &of.node {
                Node::Name(name) => name,
                _ => return false,
            },
            _ => return false,
        };
        let named = if body.known_slot(name).is_some() { None } else { self.globals.get(name) };
        matches!(named, Some(Global::Resource { first, .. })
            if self.resources.get(first.index()).is_some_and(|it| matches!(it.kind, ResourceKind::Pipe { .. })))
    }

    pub(super) fn value(&mut self, body: &mut Body<'_>, argument: Option<&Argument>) {
        match argument.map(|argument| &argument.value) {
            Some(ArgumentValue::Expression(expression)) => self.expression(body, expression),
            Some(ArgumentValue::Switch(truth)) => body.constant(Value::Bool(*truth)),
            Some(ArgumentValue::Template(template)) => self.template(body, template),
            _ => body.constant(Value::None),
        }
    }

    pub(super) fn text(&mut self, body: &mut Body<'_>, argument: Option<&Argument>) {
        match argument.and_then(Argument::template) {
            Some(template) => self.template(body, &template),
            None => body.text(""),
        }
    }

    pub(super) fn local(body: &mut Body<'_>, argument: Option<&Argument>) -> Option<Slot> {
        argument.and_then(Argument::word).map(|name| body.slot(name))
    }

    pub(super) fn into(body: &mut Body<'_>, block: &Block) -> Into {
        Self::local(body, block.property("into")).map_or(Into::NOWHERE, Into::slot)
    }

    pub(super) fn resource(&mut self, body: &mut Body<'_>, argument: Option<&Argument>) -> Operand {
        if let Some(expression) = argument.and_then(Argument::expression) {
            return self.operand(body, expression);
        }
        let named = argument.and_then(Argument::word).and_then(|name| self.globals.get(name).copied());
        if let Some(Global::Resource { first, .. }) = named {
            return Operand::known(first);
        }
        body.constant(Value::None);
        Operand::STACK
    }

    pub(super) fn nanos(&mut self, body: &mut Body<'_>, argument: &Argument, used: TimeUse) {
        if let ArgumentValue::Measure { amount, scale } = &argument.value {
            self.expression(body, amount);
            body.emit(Instruction::Nanos { scale: u32::try_from(*scale).unwrap_or(u32::MAX), used });
        } else {
            body.constant(Value::Int(0));
        }
    }

    fn bytes(&mut self, body: &mut Body<'_>, argument: &Argument) {
        if let ArgumentValue::Measure { amount, scale } = &argument.value {
            self.expression(body, amount);
            body.constant(Value::Int(i64::try_from(*scale).unwrap_or(i64::MAX)));
            body.binary(Binary::Multiply);
        } else {
            body.constant(Value::None);
        }
    }

    pub(super) fn wait(&mut self, body: &mut Body<'_>, block: &Block, used: TimeUse) -> Wait {
        match block.property("timeout") {
            Some(timeout) => {
                self.nanos(body, timeout, used);
                Wait::Timed
            }
            None => Wait::Forever,
        }
    }

    fn effect(&mut self, body: &mut Body<'_>, block: &Block) {
        let first = block.nth(0);
        let instruction = match block.kind {
            Kind::Compute => return self.compute(body, block),
            Kind::Sleep if block.awaited && is_zero(block.property("")) => return body.emit(Instruction::AwaitTurn),
            Kind::Sleep => {
                match block.property("") {
                    Some(time) => self.nanos(body, time, TimeUse::Sleep),
                    None => body.constant(Value::Int(0)),
                }
                Instruction::Sleep
            }
            Kind::Request => Instruction::Request(self.resource(body, first)),
            Kind::ReadFile => Instruction::ReadFile(self.resource(body, first)),
            Kind::WriteFile => Instruction::WriteFile(self.resource(body, first)),
            Kind::Print => {
                self.text(body, first);
                Instruction::Print
            }
            Kind::Mark => {
                self.text(body, first);
                Instruction::Mark
            }
            Kind::Set => {
                self.value(body, block.nth(1));
                Instruction::Store(self.resource(body, first))
            }
            Kind::AtomicAdd | Kind::Swap => {
                self.value(body, block.nth(1));
                let shared = self.resource(body, first);
                let into = Self::into(body, block);
                if block.kind == Kind::Swap { Instruction::Swap(shared, into) } else { Instruction::AtomicAdd(shared, into) }
            }
            Kind::CompareAndSet => {
                self.value(body, block.nth(1));
                self.value(body, block.nth(2));
                let shared = self.resource(body, first);
                Instruction::CompareAndSet(shared, Self::into(body, block))
            }
            Kind::Acquire | Kind::TryAcquire => {
                let lock = self.lock(body, first);
                let trying = block.kind == Kind::TryAcquire;
                let wait = if trying { Wait::Never } else { self.wait(body, block, TimeUse::Acquire) };
                Instruction::Acquire(lock, wait, Self::into(body, block))
            }
            Kind::Release => Instruction::Release(self.lock(body, first)),
            Kind::Wait => {
                let target = self.resource(body, first);
                let wait = self.wait(body, block, TimeUse::Join);
                Instruction::WaitFor(target, wait, Self::into(body, block))
            }
            Kind::Notify | Kind::NotifyAll => {
                match block.property("n") {
                    _ if block.kind == Kind::NotifyAll => body.constant(Value::None),
                    Some(count) => self.value(body, Some(count)),
                    None => body.constant(Value::Int(1)),
                }
                Instruction::Notify(self.resource(body, first))
            }
            Kind::SetEvent => Instruction::SetEvent(self.resource(body, first)),
            Kind::ClearEvent => Instruction::ClearEvent(self.resource(body, first)),
            Kind::Abort => Instruction::Abort(self.resource(body, first)),
            Kind::Put => {
                let queue = self.resource(body, first);
                self.value(body, block.nth(1));
                let wait = self.wait(body, block, TimeUse::Queue);
                match block.property("") {
                    Some(size) => {
                        self.bytes(body, size);
                        Instruction::PutSized(queue, wait)
                    }
                    None => Instruction::Put(queue, wait),
                }
            }
            Kind::Get => {
                let queue = self.resource(body, first);
                let wait = self.wait(body, block, TimeUse::Queue);
                Instruction::Get(queue, wait, Self::into(body, block))
            }
            Kind::TaskDone => Instruction::TaskDone(self.resource(body, first)),
            Kind::CurrentTask => {
                body.emit(Instruction::OwnTask);
                match Self::local(body, block.property("into")) {
                    Some(slot) => Instruction::SetLocal(slot),
                    None => Instruction::Pop,
                }
            }
            Kind::IsAlive => {
                self.value(body, first);
                Instruction::IsAlive(Self::into(body, block))
            }
            Kind::Result => {
                self.value(body, first);
                let wait = self.wait(body, block, TimeUse::Join);
                Instruction::Result(wait, Self::into(body, block))
            }
            Kind::Send => {
                let pipe = self.resource(body, first);
                self.value(body, block.nth(1));
                match block.property("") {
                    Some(size) => self.bytes(body, size),
                    None => body.constant(Value::None),
                }
                Instruction::SendTo(pipe)
            }
            Kind::Recv => Instruction::Receive(self.resource(body, first), Self::into(body, block)),
            Kind::Close => {
                let ends = match block.choice("end") {
                    Some("write") => Ends::Write,
                    Some("read") => Ends::Read,
                    _ => Ends::Both,
                };
                Instruction::CloseEnd(self.resource(body, first), ends)
            }
            Kind::RunCommand => {
                body.text(first.and_then(Argument::word).unwrap_or_default());
                let mut words = 1_u16;
                for argument in block.rest(1) {
                    self.value(body, Some(argument));
                    words = words.saturating_add(1);
                }
                Instruction::RunCommand { words, into: Self::into(body, block) }
            }
            Kind::Pid | Kind::Ppid => {
                Instruction::ProcessNumber { parent: block.kind == Kind::Ppid, into: Self::into(body, block) }
            }
            Kind::Enumerate => Instruction::Enumerate(Self::into(body, block)),
            Kind::ActiveCount => Instruction::ActiveCount(Self::into(body, block)),
            Kind::YieldCpu => Instruction::YieldCpu,
            _ => return,
        };
        if block.awaited {
            body.emit(Instruction::AwaitNext);
        }
        body.emit(instruction);
    }

    fn compute(&mut self, body: &mut Body<'_>, block: &Block) {
        let kind = if block.choice("kind") == Some("memory") { WorkKind::Memory } else { WorkKind::Integer };
        let rounds = match (block.property(""), block.property("work")) {
            (Some(time), _) => {
                self.nanos(body, time, TimeUse::Compute);
                false
            }
            (None, work) => {
                self.value(body, work);
                true
            }
        };
        body.emit(Instruction::Compute { kind, native: block.switch("native"), rounds });
    }

    fn conditional(&mut self, body: &mut Body<'_>, block: &Block) {
        let end = body.label();
        for branch in std::iter::once(block).chain(&block.clauses) {
            let next = body.label();
            let outer = std::mem::replace(&mut body.block, branch.id);
            if branch.id != block.id {
                body.begin(branch.id);
            }
            if branch.kind != Kind::Else
                && let Some(condition) = branch.nth(0).and_then(Argument::expression)
            {
                self.jump_unless(body, condition, next);
            }
            self.statements(body, &branch.body);
            body.emit(Instruction::Jump(Body::to(end)));
            body.block = outer;
            body.bind(next);
        }
        body.bind(end);
    }

    fn give_back(&mut self, body: &mut Body<'_>, block: &Block) {
        self.value(body, block.nth(0));
        if body.must_unwind() {
            let kept = body.hidden();
            body.emit(Instruction::SetLocal(kept));
            body.unwind_to(0);
            body.emit(Instruction::Local(kept));
            body.emit(Instruction::Return);
            body.resume_scopes(0);
        } else {
            body.emit(Instruction::Return);
        }
    }

    fn raise(&mut self, body: &mut Body<'_>, block: &Block) {
        let Some(name) = block.nth(0).and_then(Argument::word) else {
            return body.emit(Instruction::RaiseAgain);
        };
        if let Some(slot) = body.known_slot(name) {
            body.emit(Instruction::Local(slot));
            return body.emit(Instruction::RaiseValue);
        }
        self.text(body, block.nth(1));
        let name = body.text_id(name);
        body.emit(Instruction::Raise(name));
    }

    fn assert(&mut self, body: &mut Body<'_>, block: &Block) {
        let (fails, fine) = (body.label(), body.label());
        if let Some(condition) = block.nth(0).and_then(Argument::expression) {
            self.jump_unless(body, condition, fails);
        }
        body.emit(Instruction::Jump(Body::to(fine)));
        body.bind(fails);
        self.text(body, block.nth(1));
        let name = body.text_id("AssertionError");
        body.emit(Instruction::Raise(name));
        body.bind(fine);
    }

    fn attempt(&mut self, body: &mut Body<'_>, block: &Block) {
        let Some(last) = block.clauses.iter().find(|clause| clause.kind == Kind::Finally) else {
            return self.attempt_except(body, block);
        };
        let (finally, raised, replaced, end) = (body.label(), body.label(), body.label(), body.label());
        let number = body.finallies.len();
        body.finallies.push((0, Vec::new()));
        let before = body.turned.len();
        body.enter_region(Scope::Finally { body: finally, end: number }, raised);
        self.attempt_except(body, block);
        body.leave();
        body.emit(Instruction::Gosub(Body::to(finally)));
        let back = body.here();
        body.finallies[number].1.push(back);
        body.emit(Instruction::Jump(Body::to(end)));
        body.bind(raised);
        Self::let_go_since(body, before);
        body.emit(Instruction::EnterExcept);
        body.emit(Instruction::Handled);
        body.bind(finally);
        body.deeper(2);
        body.enter_region(Scope::InFinally, replaced);
        let outer = std::mem::replace(&mut body.block, last.id);
        body.begin(last.id);
        self.statements(body, &last.body);
        body.block = outer;
        body.leave();
        body.shallower(2);
        body.finallies[number].0 = body.here();
        body.emit(Instruction::EndFinally);
        body.bind(replaced);
        body.emit(Instruction::ReplaceInFinally);
        body.bind(end);
    }

    fn attempt_except(&mut self, body: &mut Body<'_>, block: &Block) {
        let clauses: Vec<&Block> = block.clauses.iter().filter(|clause| clause.kind == Kind::Except).collect();
        if clauses.is_empty() {
            return self.statements(body, &block.body);
        }
        let (raised, again, end) = (body.label(), body.label(), body.label());
        let before = body.turned.len();
        body.enter_region(Scope::Try, raised);
        self.statements(body, &block.body);
        body.leave();
        for clause in block.clauses.iter().filter(|clause| clause.kind == Kind::Else) {
            body.begin(clause.id);
            self.statements(body, &clause.body);
        }
        body.emit(Instruction::Jump(Body::to(end)));
        body.bind(raised);
        Self::let_go_since(body, before);
        body.emit(Instruction::EnterExcept);
        body.deeper(1);
        let mut names = Vec::new();
        for clause in clauses {
            let outer = std::mem::replace(&mut body.block, clause.id);
            let next = body.label();
            let name = Self::local(body, clause.property("as"));
            names.extend(name);
            body.enter_region(Scope::Except { name }, again);
            let families: Vec<String> = clause.rest(0).filter_map(|family| family.word().map(str::to_owned)).collect();
            if !families.is_empty() {
                let families = body.family(families);
                body.emit(Instruction::Matches(families));
                body.emit(Instruction::JumpIfFalse(Body::to(next)));
            }
            if let Some(name) = name {
                body.emit(Instruction::Handled);
                body.emit(Instruction::SetLocal(name));
            }
            body.begin(clause.id);
            self.statements(body, &clause.body);
            body.leave();
            if let Some(name) = name {
                body.emit(Instruction::Unbind(name));
            }
            body.emit(Instruction::LeaveExcept);
            body.emit(Instruction::Jump(Body::to(end)));
            body.bind(next);
            body.block = outer;
        }
        body.enter_region(Scope::Try, again);
        body.emit(Instruction::RaiseAgain);
        body.leave();
        body.shallower(1);
        body.bind(again);
        for name in names {
            body.emit(Instruction::Unbind(name));
        }
        body.emit(Instruction::LeaveAndRaise);
        body.bind(end);
    }
}

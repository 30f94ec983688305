//! What stands at the top of the file: constants, resources, tasks and routines get their numbers and first values.

use std::sync::Arc;

use crate::diagnostic::{Span, catalog};
use crate::effect::{Ending, Outcome, Step};
use crate::id::{CodeId, ProcessId, ResourceId, TaskId};
use crate::scenario::block::{Kind, MOST_SERVERS, MOST_THREADS};
use crate::scenario::expression::{self, Expression};
use crate::scenario::{Argument, ArgumentValue, Block, Scenario};
use crate::time::Nanos;
use crate::value::Value;
use crate::value::format::exception_line;
use crate::value::operation::whole_index;

use super::super::instruction::Instruction;
use super::super::machine::Machine;
use super::super::{
    CheckPoints, Holds, LockAlgorithm, MOST_ALIVE, Prefer, Program, QueueOrder, ResourceKind, ResourceTemplate, TaskKind,
    TaskTemplate,
};
use super::body::Body;
use super::{Compiler, Global};

/// Declared tasks: they may all be alive at once.
const MOST_TASKS: u64 = MOST_THREADS.unsigned_abs();
/// Declared resources.
const MOST_RESOURCES: u64 = 100_000;
/// CPython's `sys.getswitchinterval()`.
const SWITCH_INTERVAL: Nanos = Nanos(5_000_000);
/// An hour, in nanoseconds.
const MOST_SWITCH_INTERVAL: i64 = 3_600_000_000_000;
/// Steps a constant may take.
const MOST_CONSTANT_STEPS: u32 = 1_000;

impl Compiler<'_> {
    /// Gives every name at the top its meaning. Constants first, in their order; each sees those above it.
    pub(super) fn declare(&mut self, scenario: &Scenario, overrides: &[(String, String)]) {
        for block in scenario.blocks.iter().filter(|block| block.kind == Kind::Let) {
            self.declare_constant(block, overrides);
        }
        for block in &scenario.blocks {
            self.declare_one(block);
        }
        self.guard_conditions(&scenario.blocks);
        self.serve_loops(&scenario.blocks, 0);
    }

    /// One declaration, at the top or in a process.
    pub(super) fn declare_one(&mut self, block: &Block) {
        match block.kind {
            Kind::Machine => self.declare_machine(block),
            Kind::Interpreter => self.declare_interpreter(block),
            kind if kind.is_resource() => self.declare_resource(block),
            Kind::Main | Kind::Thread | Kind::Coroutine | Kind::Greenlet => self.declare_task(block),
            Kind::Routine => {
                let parameters = u16::try_from(block.rest(1).count()).unwrap_or(u16::MAX);
                let code = CodeId::from_index(self.bodies.len());
                self.bodies.push((block.id, parameters));
                if block.switch("async") {
                    self.asyncs.insert(code);
                }
                self.named(block, Global::Routine(code));
            }
            _ => {}
        }
    }

    /// A condition may stand above its lock, so the locks of these are found when all is declared.
    pub(super) fn guard_conditions(&mut self, blocks: &[Block]) {
        for block in blocks.iter().filter(|block| block.kind == Kind::Condition) {
            self.guard_condition(block);
        }
    }

    fn guard_condition(&mut self, block: &Block) {
        let mine: Vec<usize> = (0..self.resources.len()).filter(|&at| self.resources[at].block == block.id).collect();
        let Some(written) = block.property("lock") else { return };
        for (index, at) in (0..).zip(mine) {
            let found = match written.expression() {
                Some(expression) => self.constant(expression, Some((block, index))),
                None => None,
            };
            let found = match found {
                Some(Value::Resource(found)) if self.resources[found.index()].kind.guards_conditions() => found,
                Some(other) => {
                    let shown = crate::value::format::repr(self.table, other).unwrap_or_default();
                    return self.problem(catalog::NOT_CONSTANT, written.span, [format!("{shown} is not a lock")]);
                }
                None => return,
            };
            let [mine, guard] = [&self.resources[at], &self.resources[found.index()]];
            if mine.process.is_none() && guard.process.is_some() {
                let names = [mine.name.clone(), guard.name.clone()];
                return self.problem(catalog::LOCK_NOT_ACROSS, written.span, names);
            }
            if let ResourceKind::Condition { lock, .. } = &mut self.resources[at].kind {
                *lock = found;
            }
        }
    }

    fn named(&mut self, block: &Block, global: Global) {
        if let Some(name) = block.nth(0).and_then(Argument::word) {
            self.globals.insert(name.to_owned(), global);
        }
    }

    fn declare_constant(&mut self, block: &Block, overrides: &[(String, String)]) {
        let name = block.nth(0).and_then(Argument::word).unwrap_or_default();
        let given = overrides.iter().rev().find(|(overridden, _)| overridden == name);
        let value = match given {
            Some((_, text)) => {
                let read = expression::read(text, expression::Place::Within(block.word));
                self.problems.extend(read.diagnostics);
                read.value.and_then(|expression| self.constant(&expression, None))
            }
            None => self.argument_constant(block.nth(1), None),
        };
        self.named(block, Global::Constant(value.unwrap_or_default()));
    }

    fn declare_machine(&mut self, block: &Block) {
        let cores = self.whole(block.property("cores"), None, 1, 4096);
        self.cores = cores.and_then(|cores| u32::try_from(cores).ok());
    }

    /// The lock over all threads, unless it is switched off.
    fn declare_interpreter(&mut self, block: &Block) {
        if matches!(block.property("gil"), Some(Argument { value: ArgumentValue::Switch(false), .. })) {
            self.interpreter = None;
            return;
        }
        let switch_interval = self.switch_interval(block).unwrap_or(SWITCH_INTERVAL);
        let check_points =
            if block.choice("check") == Some("instruction") { CheckPoints::Instruction } else { CheckPoints::Call };
        let lock = ResourceId::from_index(self.resources.len());
        let kind = ResourceKind::Interpreter { switch_interval };
        let process = Some(ProcessId::MAIN);
        self.resources.push(ResourceTemplate { name: kind.word().to_owned(), kind, block: block.id, process, logical: lock });
        self.interpreter = Some(lock);
        self.check_points.get_or_insert(check_points);
    }

    /// CPython counts it in whole microseconds, at least one.
    fn switch_interval(&mut self, block: &Block) -> Option<Nanos> {
        let argument = block.property("switch-interval")?;
        let ArgumentValue::Measure { scale, .. } = &argument.value else { return None };
        let scale = i64::try_from(*scale).unwrap_or(i64::MAX);
        let nanos = match self.argument_constant(Some(argument), None)? {
            Value::Int(whole) => whole.saturating_mul(scale),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "the cast saturates; ranges are checked"
            )]
            Value::Float(float) => (float.get() * scale as f64) as i64,
            _ => 0,
        };
        if !(1_000..=MOST_SWITCH_INTERVAL).contains(&nanos) {
            let [least, most, found] = [1_000, MOST_SWITCH_INTERVAL, nanos].map(|nanos| format!("{} us", nanos / 1_000));
            self.problem(catalog::OUT_OF_RANGE, argument.span, ["switch-interval".to_owned(), least, most, found]);
            return None;
        }
        Some(Nanos(nanos.cast_unsigned()))
    }

    fn declare_resource(&mut self, block: &Block) {
        let first = ResourceId::from_index(self.resources.len());
        let counted = match block.kind {
            Kind::Server | Kind::File => self.count(block, MOST_SERVERS.cast_unsigned(), 0),
            _ => self.count(block, MOST_RESOURCES, self.resources.len()),
        };
        let Some((count, several)) = counted else { return };
        let name = block.nth(0).and_then(Argument::word).unwrap_or_default().to_owned();
        for index in 0..count {
            let kind = self.resource_kind(block, i64::from(index));
            let name = if several { format!("{name}[{index}]") } else { name.clone() };
            let logical = ResourceId::from_index(self.resources.len());
            let across = block.switch("across-processes") || matches!(block.kind, Kind::Pipe | Kind::Server | Kind::File);
            let process = (!across).then_some(ProcessId::MAIN);
            self.resources.push(ResourceTemplate { name, kind, block: block.id, process, logical });
        }
        self.named(block, Global::Resource { first, count: several.then_some(count) });
    }

    fn resource_kind(&mut self, block: &Block, index: i64) -> ResourceKind {
        let at = Some((block, index));
        match block.kind {
            Kind::Shared => {
                let initial = self.argument_constant(block.nth(1), at).unwrap_or_default();
                ResourceKind::Shared { initial, atomic: block.switch("atomic"), holds: Holds::Value }
            }
            Kind::List | Kind::Dict => {
                let initial = self.table.list(&[]).map_or(Value::None, Value::List);
                let holds = if block.kind == Kind::List { Holds::List } else { Holds::Dict };
                ResourceKind::Shared { initial, atomic: block.switch("thread-safe"), holds }
            }
            Kind::Pipe => self.pipe_kind(block, at),
            Kind::Pool => self.pool_kind(block, at),
            Kind::Lock => {
                let algorithm = match block.choice("kind") {
                    Some("spin") => LockAlgorithm::Spin,
                    Some("ticket") => LockAlgorithm::Ticket,
                    Some("fair") => LockAlgorithm::Fair,
                    _ => LockAlgorithm::Barging,
                };
                ResourceKind::Lock { algorithm, owner_checked: block.switch("owner-checked") }
            }
            Kind::Rlock => ResourceKind::ReentrantLock,
            Kind::Rwlock => {
                let prefer = match block.choice("prefer") {
                    Some("writers") => Prefer::Writers,
                    Some("fair") => Prefer::Fair,
                    _ => Prefer::Readers,
                };
                ResourceKind::ReadWriteLock { prefer }
            }
            Kind::Semaphore => {
                let permits = self.whole(block.property("permits"), at, 0, i64::MAX).unwrap_or(1);
                ResourceKind::Semaphore { permits, bounded: block.switch("bounded") }
            }
            Kind::Condition => ResourceKind::Condition { lock: ResourceId(0), spurious: block.switch("spurious") },
            Kind::Event => ResourceKind::Event,
            Kind::EventLoop => ResourceKind::EventLoop { gevent: block.choice("style") == Some("gevent"), open: false },
            Kind::Server => self.server_kind(block, at),
            Kind::File => self.file_kind(block, at),
            Kind::Barrier => {
                let parties = self.whole(block.property("parties"), at, 1, i64::MAX).unwrap_or(1);
                ResourceKind::Barrier { parties }
            }
            _ => {
                let order = match block.choice("order") {
                    Some("lifo") => QueueOrder::Lifo,
                    Some("priority") => QueueOrder::Priority,
                    _ => QueueOrder::Fifo,
                };
                ResourceKind::Queue { capacity: self.whole(block.property("capacity"), at, 1, i64::MAX), order }
            }
        }
    }

    fn declare_task(&mut self, block: &Block) {
        let first = TaskId::from_index(self.tasks.len());
        let Some((count, several)) = self.count(block, MOST_TASKS, 0) else { return };
        if !self.has_room(block, count as usize) {
            return;
        }
        let code = CodeId::from_index(self.bodies.len());
        self.bodies.push((block.id, 1));
        let kind = match block.kind {
            Kind::Main => TaskKind::Main,
            Kind::Coroutine => TaskKind::Coroutine,
            Kind::Greenlet => TaskKind::Greenlet,
            _ => TaskKind::Thread,
        };
        let name = if kind == TaskKind::Main { None } else { block.nth(0).and_then(Argument::word) };
        let waits = matches!(block.property("start"), Some(Argument { value: ArgumentValue::Switch(false), .. }));
        let starts = !waits && !kind.is_looped();
        for index in 0..count {
            let name = match name {
                Some(name) if several => format!("{name}-{index}"),
                Some(name) => name.to_owned(),
                None => "MainThread".to_owned(),
            };
            let (index, daemon) = (i64::from(index), block.switch("daemon"));
            let process = ProcessId::MAIN;
            self.tasks.push(TaskTemplate { name, kind, code, index, daemon, starts, block: block.id, process, event_loop: None });
        }
        let global = Global::Task { first, count: several.then_some(count) };
        if kind == TaskKind::Main {
            self.globals.insert("main".to_owned(), global);
        } else {
            self.named(block, global);
        }
    }

    /// Whether so many tasks more may be declared, by `block`.
    pub(super) fn has_room(&mut self, block: &Block, more: usize) -> bool {
        let made = self.tasks.len() + more;
        if made > MOST_ALIVE {
            let span = block.property("count").map_or(block.word, |count| count.span);
            self.problem(catalog::TOO_MANY_TASKS, span, [made, MOST_ALIVE].map(|number| number.to_string()));
        }
        made <= MOST_ALIVE
    }

    /// How many a declaration makes, and whether it said so.
    pub(super) fn count(&mut self, block: &Block, most: u64, already: usize) -> Option<(u32, bool)> {
        let Some(argument) = block.property("count") else { return Some((1, false)) };
        let count = self.whole(Some(argument), None, 0, i64::MAX)?;
        if count + already as u64 > most {
            let made = (count + already as u64).to_string();
            self.problem(catalog::COUNT_LIMIT, argument.span, [made, block.kind.info().word.to_owned(), most.to_string()]);
            return None;
        }
        Some((u32::try_from(count).expect("below the limit"), true))
    }

    /// A whole number known before the run, in a range.
    pub(super) fn whole(&mut self, argument: Option<&Argument>, at: Option<(&Block, i64)>, min: i64, max: i64) -> Option<u64> {
        let argument = argument?;
        let value = self.argument_constant(Some(argument), at)?;
        let whole = whole_index(value).filter(|whole| (min..=max).contains(whole));
        if whole.is_none() {
            let shown = crate::value::format::repr(self.table, value).unwrap_or_default();
            self.problem(catalog::NOT_CONSTANT, argument.span, [format!("{shown} is not a whole number from {min} on")]);
        }
        whole.and_then(|whole| u64::try_from(whole).ok())
    }

    fn argument_constant(&mut self, argument: Option<&Argument>, at: Option<(&Block, i64)>) -> Option<Value> {
        match argument.map(|argument| &argument.value) {
            Some(ArgumentValue::Switch(truth)) => Some(Value::Bool(*truth)),
            Some(ArgumentValue::Expression(expression) | ArgumentValue::Measure { amount: expression, .. }) => {
                self.constant(expression, at)
            }
            _ => Some(Value::None),
        }
    }

    /// The value of an expression that may read constants and the `index` of one of several.
    pub(super) fn constant(&mut self, expression: &Expression, at: Option<(&Block, i64)>) -> Option<Value> {
        self.constant_of(expression.span, at, |compiler, body| compiler.expression(body, expression))
    }

    /// The value of what `write` leaves on the stack.
    pub(super) fn constant_of(
        &mut self,
        span: Span,
        at: Option<(&Block, i64)>,
        write: impl Fn(&mut Self, &mut Body<'_>),
    ) -> Option<Value> {
        let table = Arc::clone(self.table);
        let mut body = Body::new(&table, crate::id::BlockId(0));
        let mut arguments = Vec::new();
        if let Some((block, index)) = at {
            body.slot(block.property("as").and_then(Argument::word).unwrap_or("index"));
            arguments.push(Value::Int(index));
        }
        write(self, &mut body);
        if let (Some(value), 0) = (body.take_constant(), body.here()) {
            return Some(value);
        }
        let mut body = Body::new(&table, crate::id::BlockId(0));
        if let Some((block, _)) = at {
            body.slot(block.property("as").and_then(Argument::word).unwrap_or("index"));
        }
        let known = self.problems.len();
        write(self, &mut body);
        self.problems.truncate(known);
        body.emit(Instruction::Return);
        let (code, _) = body.finish(String::new(), crate::id::BlockId(0), 1);
        let program =
            Program { codes: vec![code], table: Arc::clone(&table), resources: self.resources.clone(), ..Program::default() };
        let mut machine = Machine::new(&program, TaskId(0), CodeId(0), &arguments, false);
        let why = match machine.resume(&program, Outcome::Value(Value::None), MOST_CONSTANT_STEPS) {
            Step::Done(Ending::Returned(value)) => return Some(value),
            Step::Done(Ending::Raised(exception)) => {
                let raised = table.get_exception(exception);
                exception_line(&raised.name, &raised.message)
            }
            Step::Perform(..) | Step::Busy(_) | Step::CheckPoint(_) | Step::Done(Ending::Cancelled | Ending::Cut) => {
                "it is known only when running".to_owned()
            }
        };
        self.problem(catalog::NOT_CONSTANT, span, [why]);
        None
    }
}

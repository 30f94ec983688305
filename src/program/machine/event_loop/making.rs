//! Loops and their coroutines as they are made: `run-loop`, the thread of a loop, `create-task`.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU64;

use crate::effect::{Effect, Moment, Step};
use crate::id::{CodeId, ResourceId, TaskId};
use crate::program::instruction::Into;
use crate::program::{Program, ResourceKind, TaskKind};
use crate::time::Nanos;
use crate::value::{Failure, TextId, Value};

use super::super::{Machine, Turn, UNBOUND};
use super::line::Lines;
use super::timers::Timers;
use super::{Asked, Callback, EventLoop, Fiber, Number, Phase};

impl Machine {
    pub(super) fn fiber(program: &Program, code: CodeId, arguments: &[Value]) -> Fiber {
        let locals = program.codes[code.index()].locals.len();
        // A million without locals need no stack of their own while they rest: see [`Machine::trade`].
        let mut stack = Vec::with_capacity(if locals == 0 { 0 } else { locals + 2 });
        stack.extend(arguments);
        stack.resize(locals, UNBOUND);
        Fiber { code, deliver: Into::NOWHERE, stack, ..Fiber::default() }
    }

    /// Asks the engine to let a loop begin on this task.
    pub(super) fn open_loop(
        &mut self,
        program: &Program,
        id: ResourceId,
        main: Option<(CodeId, u16)>,
        into: Into,
    ) -> Result<Step, Failure> {
        if self.event_loop.is_some() {
            return Err(Failure::new("RuntimeError", "asyncio.run() cannot be called from a running event loop"));
        }
        let block = self.block(program);
        let mut fiber = None;
        if let Some((code, arguments)) = main {
            let start = self.stack.len() - usize::from(arguments);
            fiber = Some(Self::fiber(program, code, &self.stack[start..]));
            self.stack.truncate(start);
        }
        self.forget(program, &program.codes[self.code.index()]);
        let ResourceKind::EventLoop { gevent, open } = program.resources[id.index()].kind else {
            unreachable!("the compiler names a loop")
        };
        let mut event_loop = EventLoop {
            id,
            placed: self.meant(program, id),
            home: Fiber::default(),
            gevent,
            outer: None,
            phase: Phase::Running(None),
            tasks: Vec::new(),
            numbers: Vec::new(),
            alive: 0,
            ready: VecDeque::new(),
            left: 0,
            timers: Timers::default(),
            timed: NonZeroU64::MIN,
            lines: Lines::default(),
            holds: BTreeMap::new(),
            current: None,
            asked: Asked::Open,
            now: Nanos::ZERO,
            turns: 0,
            rounds: 0,
            began: None,
            calls: 0,
            open,
            threads: Vec::new(),
        };
        if let Some(fiber) = fiber {
            let id = self.new_task(program, fiber.code, None)?;
            let number = event_loop.add(id, fiber, false);
            event_loop.task_mut(number).add_callback(Callback::Stop);
            event_loop.phase = Phase::Running(Some(number));
        } else {
            let declared = program.tasks.iter().enumerate().filter(|(_, task)| task.event_loop == Some(id));
            for (at, task) in declared.filter(|(_, task)| task.kind.is_looped() && task.process == self.process) {
                let is_greenlet = task.kind == TaskKind::Greenlet;
                let given = [Value::Int(task.index), Value::None];
                let fiber = Self::fiber(program, task.code, &given[..if is_greenlet { 2 } else { 1 }]);
                event_loop.add(TaskId::from_index(at), fiber, is_greenlet);
            }
        }
        let home =
            Fiber { code: self.code, pc: self.pc, base: self.base, deliver: into, handled: self.handled, ..Fiber::default() };
        event_loop.home = home;
        std::mem::swap(&mut event_loop.home.callers, &mut self.callers);
        std::mem::swap(&mut event_loop.home.stack, &mut self.stack);
        self.event_loop = Some(Box::new(event_loop));
        Ok(Step::Perform(Effect::OpenLoop(self.meant(program, id)), block))
    }

    /// `create-task`: one more in the running loop.
    pub(super) fn create_task(
        &mut self,
        program: &Program,
        (code, arguments): (CodeId, u16),
        name: Option<TextId>,
        into: Into,
    ) -> Result<Turn, Failure> {
        let start = self.stack.len() - usize::from(arguments);
        let fiber = Self::fiber(program, code, &self.stack[start..]);
        self.stack.truncate(start);
        self.running()?;
        let number = self.make_task(program, fiber, name)?;
        let id = self.event_loop().task(number).id;
        self.give(into, Value::Task(id));
        Ok(Turn::On)
    }

    pub(super) fn make_task(&mut self, program: &Program, fiber: Fiber, name: Option<TextId>) -> Result<Number, Failure> {
        let (by, code) = (self.me(), fiber.code);
        let id = self.new_task(program, code, name)?;
        let number = self.event_loop().add(id, fiber, false);
        self.moments.push((id, Moment::Made { by, code }));
        Ok(number)
    }
}

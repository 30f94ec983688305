//! What the blocks about coroutines become, and the threads of the loops on which coroutines are declared.

use crate::diagnostic::catalog;
use crate::id::{CodeId, ProcessId, ResourceId, TaskId};
use crate::scenario::block::Kind;
use crate::scenario::{Argument, Block};
use crate::value::Value;

use super::super::instruction::{Instruction, Into, Operand, TimeUse};
use super::super::{TaskKind, TaskTemplate};
use super::body::Body;
use super::{Compiler, Global};

impl Compiler<'_> {
    /// Tells each coroutine among these blocks its loop, and gives each loop that has some a thread where they are declared.
    pub(super) fn serve_loops(&mut self, blocks: &[Block], from: usize) {
        for block in blocks.iter().filter(|block| matches!(block.kind, Kind::Coroutine | Kind::Greenlet)) {
            let Some(id) = self.loop_of(block.property("loop")) else { continue };
            for task in self.tasks[from..].iter_mut().filter(|task| task.block == block.id) {
                task.event_loop = Some(id);
            }
        }
        let served: std::collections::BTreeSet<ResourceId> =
            self.tasks[from..].iter().filter_map(|task| task.event_loop).collect();
        for id in served {
            let code = CodeId::from_index(self.bodies.len());
            let block = self.resources[id.index()].block;
            self.bodies.push((block, 1));
            let name = self.resources[id.index()].name.clone();
            self.tasks.push(TaskTemplate {
                name,
                kind: TaskKind::Thread,
                code,
                index: 0,
                daemon: false,
                starts: true,
                block,
                process: ProcessId::MAIN,
                event_loop: None,
            });
        }
    }

    fn loop_of(&self, named: Option<&Argument>) -> Option<ResourceId> {
        match named.and_then(Argument::word).and_then(|name| self.globals.get(name)) {
            Some(&Global::Resource { first, .. }) => Some(first),
            _ => None,
        }
    }

    /// The body of a loop's own thread.
    pub(super) fn serving(&self, body: &mut Body<'_>, block: &Block) {
        if block.kind == Kind::EventLoop
            && let Some(id) = self.loop_of(block.nth(0))
        {
            body.emit(Instruction::ServeLoop(id));
        }
    }

    /// Whether a block calls a routine whose call gives a coroutine.
    pub(super) fn calls_async(&self, code: CodeId) -> bool {
        self.asyncs.contains(&code)
    }

    /// What stands behind `await`, if it is not another block.
    pub(super) fn awaiting(&mut self, body: &mut Body<'_>, block: &Block) {
        let into = Self::into(body, block);
        match block.kind {
            Kind::Gather => {
                let mut count = 0;
                for argument in block.rest(0) {
                    count += self.each_handle(body, argument);
                }
                let return_exceptions = block.switch("return-exceptions");
                body.emit(Instruction::Gather { count, return_exceptions, into });
            }
            Kind::WaitFor => {
                self.value(body, block.nth(0));
                let wait = self.wait(body, block, TimeUse::Join);
                body.emit(Instruction::AwaitFor(wait, into));
            }
            Kind::Shield => {
                self.value(body, block.nth(0));
                body.emit(Instruction::Shield(into));
            }
            Kind::ToThread => {
                self.routine_call(body, block);
                body.emit(Instruction::Await(into));
            }
            _ => {
                self.value(body, block.nth(0));
                body.emit(Instruction::Await(into));
            }
        }
    }

    /// The bare name of several coroutines means each of them; how many handles that is.
    fn each_handle(&mut self, body: &mut Body<'_>, argument: &Argument) -> u32 {
        let name = argument.word().filter(|name| body.known_slot(name).is_none());
        if let Some(&Global::Task { first, count: Some(count) }) = name.and_then(|name| self.globals.get(name)) {
            for at in 0..count {
                body.constant(Value::Task(TaskId(first.0 + at)));
            }
            return count;
        }
        self.value(body, Some(argument));
        1
    }

    /// `switch T value into=`
    pub(super) fn switching(&mut self, body: &mut Body<'_>, block: &Block) {
        self.value(body, block.nth(0));
        self.value(body, block.nth(1));
        let into = Self::into(body, block);
        body.emit(Instruction::Switch(into));
    }

    /// `run-loop L R args… into=`
    pub(super) fn run_loop(&mut self, body: &mut Body<'_>, block: &Block) {
        let Some(id) = self.loop_of(block.nth(0)) else {
            let span = block.nth(0).map_or(block.word, |argument| argument.span);
            let name = block.nth(0).and_then(Argument::word).unwrap_or_default().to_owned();
            return self.problem(catalog::UNKNOWN_NAME, span, [name]);
        };
        let Some((code, arguments)) = self.routine_and_arguments(body, block, 1) else { return };
        let into: Into = Self::into(body, block);
        body.emit(Instruction::RunLoop { code, event_loop: Operand::known(id), arguments, into });
    }
}

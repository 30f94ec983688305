//! Processes: what each has of its own. Every process gets a copy of each resource that is not met by several, and of the tasks
//! declared in it; its code is compiled once and names the first copies.

use crate::diagnostic::catalog;
use crate::id::{BlockId, CodeId, ProcessId, ResourceId, TaskId};
use crate::scenario::block::Kind;
use crate::scenario::expression::{Expression, Node};
use crate::scenario::{Argument, ArgumentValue, Block, Scenario};

use super::super::process::MOST_PROCESSES;
use super::super::{ProcessTemplate, ResourceKind, ResourceTemplate, TaskKind, TaskTemplate};
use super::{Compiler, Global, Scope};

/// Where the parts of the first of several processes begin.
#[derive(Debug, Clone, Copy)]
struct Parts {
    resources: usize,
    tasks: usize,
}

impl Compiler<'_> {
    /// Every declared process, behind all that stands at the top; then room for those that may be spawned.
    pub(super) fn declare_processes(&mut self, scenario: &Scenario) {
        let top = self.resources.len();
        self.processes[0].interpreter = self.interpreter;
        for block in scenario.blocks.iter().filter(|block| block.kind == Kind::Process) {
            self.declare_process(block, top);
        }
        let mut spawns = false;
        scenario.walk(&mut |block| {
            spawns |= block.kind == Kind::SpawnProcess || block.kind == Kind::Pool && block.choice("of") == Some("processes");
        });
        if spawns {
            self.make_room(top);
        }
    }

    fn declare_process(&mut self, block: &Block, top: usize) {
        let Some((count, several)) = self.count(block, MOST_PROCESSES as u64, self.processes.len()) else { return };
        if !self.has_room(block, count as usize) {
            return;
        }
        let named = block.nth(0).and_then(Argument::word).unwrap_or_default();
        let code = CodeId::from_index(self.bodies.len());
        self.bodies.push((block.id, 1));
        let starts = !matches!(block.property("start"), Some(Argument { value: ArgumentValue::Switch(false), .. }));
        let first = TaskId::from_index(self.tasks.len());
        let global = Global::Task { first, count: several.then_some(count) };
        self.globals.insert(named.to_owned(), global);
        let begin = self.processes.len();
        for index in 0..count {
            let name = if several { format!("{named}-{index}") } else { named.to_owned() };
            let process = ProcessId::from_index(self.processes.len());
            let main = TaskId::from_index(self.tasks.len());
            self.tasks.push(TaskTemplate {
                name: name.clone(),
                kind: TaskKind::Process,
                code,
                index: i64::from(index),
                daemon: false,
                starts,
                block: block.id,
                process,
                event_loop: None,
            });
            let places = self.copies(top, process, &name);
            self.processes.push(ProcessTemplate {
                name,
                block: block.id,
                main: Some(main),
                interpreter: self.interpreter.map(|lock| places[lock.index()]),
                places,
                ..ProcessTemplate::default()
            });
        }
        if count == 0 {
            return;
        }
        let parts = Parts { resources: self.resources.len(), tasks: self.tasks.len() };
        let scope = self.declare_inside(block, ProcessId::from_index(begin));
        self.scopes.insert(code, scope);
        let end = Parts { resources: self.resources.len(), tasks: self.tasks.len() };
        if !self.has_room(block, (count as usize - 1) * (end.tasks - parts.tasks)) {
            return;
        }
        let places = &mut self.processes[begin].places;
        places.extend((places.len()..end.resources).map(ResourceId::from_index));
        let own_interpreter = block.body.iter().any(|inside| inside.kind == Kind::Interpreter);
        for process in begin + 1..self.processes.len() {
            self.repeat(ProcessId::from_index(process), parts, end);
            if own_interpreter {
                let first = self.processes[begin].interpreter;
                let template = &mut self.processes[process];
                template.interpreter = first.map(|lock| template.places[lock.index()]);
            }
        }
    }

    /// Declares what stands in a process, for the first of several; gives the names known there.
    fn declare_inside(&mut self, block: &Block, process: ProcessId) -> Scope {
        let outside = self.globals.clone();
        let interpreter = self.interpreter;
        let (resources, tasks, bodies) = (self.resources.len(), self.tasks.len(), self.bodies.len());
        for inside in &block.body {
            self.declare_one(inside);
        }
        self.guard_conditions(&block.body);
        self.serve_loops(&block.body, tasks);
        if block.body.iter().any(|inside| inside.kind == Kind::Interpreter) {
            self.processes[process.index()].interpreter = self.interpreter;
        }
        self.interpreter = interpreter;
        let name = self.processes[process.index()].name.clone();
        for resource in &mut self.resources[resources..] {
            resource.name = format!("{name}.{}", resource.name);
            resource.process = resource.process.map(|_| process);
        }
        for task in &mut self.tasks[tasks..] {
            task.process = process;
        }
        let scope = Scope::new(std::mem::replace(&mut self.globals, outside));
        for code in bodies..self.bodies.len() {
            self.scopes.insert(CodeId::from_index(code), Scope::clone(&scope));
        }
        scope
    }

    /// Copies of all at the top that a process has for itself; where each is found.
    fn copies(&mut self, top: usize, process: ProcessId, name: &str) -> Vec<ResourceId> {
        let mut places: Vec<ResourceId> = (0..top).map(ResourceId::from_index).collect();
        for (at, place) in places.iter_mut().enumerate() {
            if self.resources[at].process.is_some() {
                *place = ResourceId::from_index(self.resources.len());
                let ResourceTemplate { name: own, kind, block, .. } = &self.resources[at];
                let logical = ResourceId::from_index(at);
                let (name, kind, block) = (format!("{name}.{own}"), *kind, *block);
                self.resources.push(ResourceTemplate { name, kind, block, process: Some(process), logical });
            }
        }
        // What one resource says of another is about the copy.
        for resource in &mut self.resources[top..] {
            if resource.process == Some(process) {
                resource.kind = resource.kind.placed(|logical| places.get(logical.index()).copied().unwrap_or(logical));
            }
        }
        places
    }

    /// Makes what stands in a process once more for another of several.
    fn repeat(&mut self, process: ProcessId, from: Parts, to: Parts) {
        let template = &mut self.processes[process.index()];
        let mut places = std::mem::take(&mut template.places);
        let name = template.name.clone();
        places.extend((places.len()..from.resources).map(ResourceId::from_index));
        for at in from.resources..to.resources {
            places.push(ResourceId::from_index(self.resources.len()));
            let first = self.resources[at].clone();
            let own = first.name.split_once('.').map_or(first.name.as_str(), |(_, own)| own);
            let process = first.process.map(|_| process);
            self.resources.push(ResourceTemplate { name: format!("{name}.{own}"), process, ..first });
        }
        let made = self.resources.len() - (to.resources - from.resources);
        for resource in &mut self.resources[made..] {
            resource.kind = resource.kind.placed(|logical| places.get(logical.index()).copied().unwrap_or(logical));
        }
        let mut tasks = Vec::new();
        for at in from.tasks..to.tasks {
            tasks.push((TaskId::from_index(at), TaskId::from_index(self.tasks.len())));
            self.tasks.push(TaskTemplate { process, ..self.tasks[at].clone() });
        }
        let template = &mut self.processes[process.index()];
        (template.places, template.tasks) = (places, tasks);
    }

    /// Room for as many processes as may still be spawned, each with its own copy of what stands at the top.
    fn make_room(&mut self, top: usize) {
        let taken = self.processes.len();
        for number in 1..=MOST_PROCESSES.saturating_sub(taken) {
            let name = format!("process-{number}");
            let process = ProcessId::from_index(self.processes.len());
            let main = TaskId::from_index(self.tasks.len());
            self.tasks.push(TaskTemplate {
                name: name.clone(),
                kind: TaskKind::Process,
                code: CodeId(0),
                index: 0,
                daemon: false,
                starts: false,
                block: BlockId(0),
                process,
                event_loop: None,
            });
            let places = self.copies(top, process, &name);
            let interpreter = self.interpreter.map(|lock| places[lock.index()]);
            let main = Some(main);
            let template = ProcessTemplate { name, main, spawned: true, interpreter, places, ..ProcessTemplate::default() };
            self.processes.push(template);
        }
    }

    /// Does something with the names of a process known.
    pub(super) fn in_scope<T>(&mut self, scope: Option<&Scope>, inside: impl FnOnce(&mut Self) -> T) -> T {
        let Some(scope) = scope else { return inside(self) };
        let outside = std::mem::replace(&mut self.globals, (**scope).clone());
        let done = inside(self);
        self.globals = outside;
        done
    }

    /// The names known in a process, and which it is, or the first of several: of an `in=`.
    pub(super) fn process_named(&mut self, named: &Argument) -> Option<(Scope, ProcessId)> {
        named.expression().and_then(|named| self.process_of(named))
    }

    /// The same of what is written there.
    pub(super) fn process_of(&mut self, named: &Expression) -> Option<(Scope, ProcessId)> {
        use crate::value::Value;
        let task = match &named.node {
            Node::Name(name) => match self.globals.get(name) {
                Some(Global::Task { first, count }) if *count != Some(0) => *first,
                _ => return None,
            },
            _ => match self.constant(named, None) {
                Some(Value::Task(task)) => task,
                _ => return None,
            },
        };
        let template = self.tasks.get(task.index()).filter(|task| task.kind == TaskKind::Process)?;
        let (process, code) = (template.process, template.code);
        Some((Scope::clone(self.scopes.get(&code)?), process))
    }

    /// The size of a pipe.
    pub(super) fn pipe_kind(&mut self, block: &Block, at: Option<(&Block, i64)>) -> ResourceKind {
        use super::super::PipeCapacity;
        let written: Vec<&Argument> = block.properties("capacity").collect();
        if let [_, second, ..] = written[..] {
            let twice = ["capacity-kb".to_owned(), "capacity".to_owned()];
            self.problem(catalog::NOT_CONSTANT, second.span, [twice.join(" / ")]);
        }
        let capacity = match written.first() {
            Some(Argument { value: ArgumentValue::Measure { scale, .. }, .. }) => {
                let amount = self.whole(written.first().copied(), at, 1, i64::from(u32::MAX)).unwrap_or(1);
                PipeCapacity::Bytes(amount.saturating_mul(*scale).clamp(1, MOST_PIPE_BYTES))
            }
            Some(argument) => PipeCapacity::Messages(self.whole(Some(argument), at, 1, 65_536).unwrap_or(1)),
            None => PipeCapacity::Bytes(PIPE_BYTES),
        };
        ResourceKind::Pipe { capacity }
    }
}

/// What a pipe holds unless it is said: Linux's own.
const PIPE_BYTES: u64 = 64 << 10;
/// The largest that Linux gives to everybody.
const MOST_PIPE_BYTES: u64 = 1 << 20;

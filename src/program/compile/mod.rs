//! From a scenario to a program: names get numbers, blocks become instructions, what is constant is computed.
//! Never fails: what cannot be compiled is told as diagnostics. Owns the order of the work; the parts are in the files beside it.

mod arguments;
mod body;
mod calls;
mod check;
mod coroutine;
mod declare;
mod executor;
mod expression;
mod flow;
mod generator;
mod lists;
mod looping;
mod network;
mod process;
mod region;
mod release;
mod statement;
mod with;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::catalog::{self, Row};
use crate::diagnostic::{Checked, Diagnostic, Severity, Span};
use crate::id::{BlockId, CodeId, ResourceId, TaskId};
use crate::scenario::block::Kind;
use crate::scenario::{Block, Scenario};
use crate::value::{Names, Table, Value};

use super::instruction::Slot;
use super::shape::{Shape, shape};
use super::{CheckPoints, Code, ProcessTemplate, Program, ResourceTemplate, TaskTemplate, queue};
use body::Body;

/// What a name at the top of the file stands for.
#[derive(Debug, Clone, Copy)]
enum Global {
    Constant(Value),
    /// `count` where it was declared with one.
    Resource {
        first: ResourceId,
        count: Option<u32>,
    },
    Task {
        first: TaskId,
        count: Option<u32>,
    },
    Routine(CodeId),
}

/// A scenario being compiled.
struct Compiler<'t> {
    table: &'t Arc<Table>,
    globals: BTreeMap<String, Global>,
    resources: Vec<ResourceTemplate>,
    tasks: Vec<TaskTemplate>,
    /// The blocks that have a body of their own, by [`CodeId`], with how many parameters each takes.
    bodies: Vec<(BlockId, u16)>,
    /// Of these bodies a call gives a coroutine.
    asyncs: std::collections::BTreeSet<CodeId>,
    /// The interpreter lock of the process being declared.
    interpreter: Option<ResourceId>,
    /// Where such locks may change hands, if there are any.
    check_points: Option<CheckPoints>,
    cores: Option<u32>,
    processes: Vec<ProcessTemplate>,
    regions: region::Regions,
    /// What the names at the top and in a process stand for, of those bodies that stand in one.
    scopes: BTreeMap<CodeId, Scope>,
    problems: Vec<Diagnostic>,
}

/// Names as they are known in a process.
type Scope = std::rc::Rc<BTreeMap<String, Global>>;

/// Compiles a scenario; `overrides` replace its constants. There is a program when nothing forbids running it.
///
/// # Panics
/// When something of ours still holds the table of values that the constants were computed with.
#[must_use]
pub fn compile(scenario: &Scenario, overrides: &[(String, String)]) -> Checked<Option<Program>> {
    let mut table = Arc::new(Table::default());
    let mut compiler = Compiler::new(&table);
    compiler.declare(scenario, overrides);
    compiler.declare_regions(scenario);
    compiler.declare_processes(scenario);
    let Compiler {
        globals,
        resources,
        tasks,
        bodies,
        asyncs,
        interpreter,
        check_points,
        cores,
        processes,
        regions,
        scopes,
        problems,
        table: _,
    } = compiler;

    let names = Names {
        tasks: tasks.iter().map(|task| task.name.as_str().into()).collect(),
        resources: resources.iter().map(|resource| (resource.kind.word(), resource.name.as_str().into())).collect(),
    };
    Arc::get_mut(&mut table).expect("what evaluated the constants is gone").declare(names);

    let mut compiler = Compiler {
        table: &table,
        globals,
        resources,
        tasks,
        bodies,
        asyncs,
        interpreter,
        check_points,
        cores,
        processes,
        regions,
        scopes,
        problems,
    };
    let mut codes = compiler.bodies(scenario);
    let checks = compiler.checks(scenario, &mut codes);
    let Compiler { mut resources, tasks, cores, processes, mut problems, .. } = compiler;
    executor::open_loops(&codes, &mut resources);
    release::find(&mut codes, &tasks, &resources, &table);

    problems.sort_by_key(|problem| (problem.span.start, problem.code));
    let (queue_waits, block_count) = (queue::awaited(&codes), scenario.block_count);
    let program = Program { codes, tasks, resources, processes, checks, table, cores, queue_waits, block_count };
    let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
    Checked { value: (!refused).then_some(program), diagnostics: problems }
}

impl<'t> Compiler<'t> {
    fn new(table: &'t Arc<Table>) -> Self {
        Self {
            table,
            globals: BTreeMap::new(),
            resources: Vec::new(),
            tasks: Vec::new(),
            bodies: Vec::new(),
            asyncs: std::collections::BTreeSet::new(),
            interpreter: None,
            check_points: None,
            cores: None,
            processes: vec![ProcessTemplate::default()],
            regions: region::Regions::default(),
            scopes: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    fn problem(&mut self, row: &'static Row, span: Span, arguments: impl IntoIterator<Item = String>) {
        self.problems.push(Diagnostic::new(row, span, arguments));
    }

    fn routine_parameters(&self, code: CodeId) -> u16 {
        self.bodies[code.index()].1
    }

    /// The bodies of tasks and routines, in the order `declare` numbered them.
    fn bodies(&mut self, scenario: &Scenario) -> Vec<Code> {
        let inside = scenario.blocks.iter().filter(|block| block.kind == Kind::Process).flat_map(|block| &block.body);
        let blocks: BTreeMap<BlockId, &Block> = scenario.blocks.iter().chain(inside).map(|block| (block.id, block)).collect();
        let numbered = self.bodies.clone();
        let mut codes = Vec::new();
        for (at, (block, _)) in numbered.iter().enumerate() {
            let scope = self.scopes.get(&CodeId::from_index(at)).cloned();
            codes.push(self.in_scope(scope.as_ref(), |compiler| compiler.body(blocks[block])));
        }
        codes
    }

    fn body(&mut self, block: &Block) -> Code {
        let mut body = Body::new(self.table, block.id);
        body.check_points = self.check_points;
        let parameters: Vec<&str> = match block.kind {
            Kind::Routine => block.rest(1).filter_map(|parameter| parameter.word()).collect(),
            Kind::Greenlet => {
                // What the first switch passes, whether it has a name or not.
                let first = block.property("into").and_then(|name| name.word()).unwrap_or("");
                vec![block.property("as").and_then(|name| name.word()).unwrap_or("index"), first]
            }
            _ => vec![block.property("as").and_then(|name| name.word()).unwrap_or("index")],
        };
        for parameter in &parameters {
            body.slot(parameter);
        }
        for statement in block.body.iter().filter(|statement| !statement.kind.is_declared_inside()) {
            statement.walk(&mut |inner| collect_locals(&mut body, inner));
        }
        body.begin(block.id);
        body.check_point();
        self.serving(&mut body, block);
        self.statements(&mut body, &block.body);
        let name = block.nth(0).and_then(|name| name.word()).unwrap_or("main").to_owned();
        let parameters = u16::try_from(parameters.len()).unwrap_or(u16::MAX);
        let mut code = self.finished(body, name, block, parameters);
        // Nobody declared it: where it is not read either, it is no local that anybody knows of.
        if block.kind != Kind::Routine && block.property("as").is_none() && !is_named(&code, Slot(0)) {
            code.locals[0].clear();
        }
        code
    }

    fn finished(&mut self, body: Body<'_>, name: String, block: &Block, parameters: u16) -> Code {
        if body.too_large {
            let locals = body.locals().to_string();
            self.problem(catalog::COUNT_LIMIT, block.word, [locals, "let".into(), (u16::MAX - 3).to_string()]);
        }
        let (mut code, finallies) = body.finish(name, block.id, parameters);
        code.is_async = block.kind == Kind::Routine && block.switch("async");
        flow::analyse(&mut code, &finallies);
        code
    }
}

/// Whether what is written reads or sets the local.
fn is_named(code: &Code, slot: Slot) -> bool {
    code.instructions.iter().any(|&instruction| {
        let Shape { reads, writes, on_jump, forgets, .. } = shape(instruction);
        reads.into_iter().chain(writes).chain([on_jump, forgets]).flatten().any(|it| it == slot)
    })
}

/// Names a statement binds are locals of the whole body, also above it.
fn collect_locals(body: &mut Body<'_>, block: &Block) {
    let positional = if matches!(block.kind, Kind::Let | Kind::For) { block.nth(0) } else { None };
    for name in [positional, block.property("into"), block.property("as")].into_iter().flatten() {
        if let Some(name) = name.word() {
            body.slot(name);
        }
    }
}

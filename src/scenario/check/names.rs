//! What is declared at the top of the file, and the locals of each body.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Span, catalog};
use crate::scenario::block::{Accepts, Kind};
use crate::scenario::expression::{Expression, Node};
use crate::scenario::{ArgumentValue, Block, Scenario};
use crate::value::exception;

/// Functions of expressions, with how many values each takes at least and at most.
pub(super) const FUNCTIONS: [(&str, usize, usize); 15] = [
    ("abs", 1, 1),
    ("cores_busy", 1, 1),
    ("elapsed", 1, 1),
    ("float", 0, 1),
    ("int", 0, 1),
    ("inside", 1, 1),
    ("len", 1, 1),
    ("max", 1, usize::MAX),
    ("min", 1, usize::MAX),
    ("now", 0, 0),
    ("peak", 1, 1),
    ("rand", 1, 1),
    ("range", 1, 3),
    ("str", 0, 1),
    ("sum", 1, 1),
];

/// A name at the top.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) block: &'a Block,
    pub(super) span: Span,
    /// Declared with `count=`.
    pub(super) several: bool,
}

impl Declared<'_> {
    pub(super) fn kind(&self) -> Kind {
        self.block.kind
    }
}

/// Every name at the top, and how it is spelled elsewhere.
#[derive(Debug, Default, Clone)]
pub(super) struct Names<'a> {
    pub(super) all: BTreeMap<&'a str, Declared<'a>>,
    /// Exceptions that some `raise` names.
    pub(super) raised: BTreeSet<&'a str>,
    /// Exceptions that some `except` or `expect` asks for by name.
    pub(super) awaited: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn declared(scenario: &'a Scenario, told: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self::default();
        for block in &scenario.blocks {
            if matches!(block.kind, Kind::Scenario | Kind::Machine | Kind::Interpreter) {
                once(scenario, block, told);
            }
            let Some((name, span)) = declared_name(block) else { continue };
            names.declare(block, name, span, told);
        }
        scenario.walk(&mut |block| {
            let (names, parameter) = match block.kind {
                Kind::Raise => (&mut names.raised, "exception"),
                Kind::Except => (&mut names.awaited, "exceptions"),
                Kind::Expect => (&mut names.awaited, "exception"),
                _ => return,
            };
            names.extend(block.arguments_of(parameter).filter_map(|argument| match &argument.value {
                ArgumentValue::Name(name) => Some(name.as_str()),
                _ => None,
            }));
        });
        names
    }

    /// These and what a process declares for itself.
    pub(super) fn within(&self, process: &'a Block, told: &mut Vec<Diagnostic>) -> Self {
        let mut names = self.clone();
        for block in &process.body {
            if let Some((name, span)) = declared_name(block).filter(|_| block.kind.is_declared_inside()) {
                names.declare(block, name, span, told);
            }
        }
        names
    }

    fn declare(&mut self, block: &'a Block, name: &'a str, span: Span, told: &mut Vec<Diagnostic>) {
        let several = takes(block, "count") && block.argument("count").is_some();
        if let Some(first) = self.all.get(name) {
            let row = if block.kind == Kind::Main { catalog::ONLY_ONCE } else { catalog::DUPLICATE_NAME };
            told.push(Diagnostic::new(row, span, [name.to_owned()]).related_to(first.span, name));
        } else {
            self.all.insert(name, Declared { block, span, several });
        }
        if is_function(name) {
            told.push(Diagnostic::new(catalog::BAD_NAME, span, [name.to_owned()]));
        }
    }

    /// Whether whatever waits in this body lets its loop run others: its loop does so by itself, or each loop does that may run it.
    pub(super) fn yields_by_itself(&self, body: &Block) -> bool {
        let named = if takes(body, "loop") { body.argument("loop") } else { None };
        let of = match named {
            Some(ArgumentValue::Expression(Expression { node: Node::Name(name), .. })) => self.get(name),
            _ => None,
        };
        let mut loops = self.all.values().filter(|declared| declared.kind() == Kind::EventLoop).peekable();
        match of {
            Some(of) => is_gevents(of),
            None => loops.peek().is_some() && loops.all(is_gevents),
        }
    }

    /// Whether any loop here lets others run wherever a block waits.
    pub(super) fn has_gevents(&self) -> bool {
        self.all.values().any(is_gevents)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Declared<'a>> {
        self.all.get(name)
    }
}

fn is_gevents(declared: &Declared<'_>) -> bool {
    declared.kind() == Kind::EventLoop && matches!(declared.block.argument("style"), Some(ArgumentValue::Choice("gevent")))
}

/// Whether every scenario knows an exception called `name`.
pub(super) fn is_exception(name: &str) -> bool {
    exception::known().any(|known| known == name) || matches!(name, "IOError" | "EnvironmentError")
}

/// Whether `name` is a function's, or what every task calls itself.
pub(in crate::scenario) fn is_function(name: &str) -> bool {
    name == "name" || FUNCTIONS.iter().any(|(function, ..)| *function == name)
}

/// Whether this kind of block has a parameter called `name`.
pub(super) fn takes(block: &Block, name: &str) -> bool {
    block.kind.info().parameters.iter().any(|parameter| parameter.name == name)
}

fn once(scenario: &Scenario, block: &Block, told: &mut Vec<Diagnostic>) {
    let first = scenario.blocks.iter().find(|other| other.kind == block.kind).expect("it contains this one");
    if first.id != block.id {
        let word = block.kind.info().word;
        told.push(Diagnostic::new(catalog::ONLY_ONCE, block.word, [word.to_owned()]).related_to(first.word, word));
    }
}

/// The name a top-level block declares, with its place.
fn declared_name(block: &Block) -> Option<(&str, Span)> {
    match block.kind {
        Kind::Main => Some(("main", block.word)),
        kind if kind.is_resource()
            || matches!(kind, Kind::Let | Kind::Thread | Kind::Process | Kind::Coroutine | Kind::Greenlet | Kind::Routine) =>
        {
            let argument = block.arguments_of("name").next()?;
            let ArgumentValue::Name(name) = &argument.value else { return None };
            Some((name, argument.span))
        }
        _ => None,
    }
}

/// The names that a block itself binds as locals, with their places.
pub(super) fn bound(block: &Block) -> impl Iterator<Item = (&str, Span)> {
    block.arguments.iter().filter_map(|argument| match &argument.value {
        ArgumentValue::Name(name) => {
            let accepts = block.kind.info().parameters[argument.parameter].accepts;
            matches!(accepts, Accepts::Local).then_some((name.as_str(), argument.span))
        }
        _ => None,
    })
}

/// Every local of a body: its parameters or number, and what its statements bind, wherever they stand.
pub(super) fn locals(body: &Block) -> BTreeSet<&str> {
    let mut all: BTreeSet<&str> = bound(body).map(|(name, _)| name).collect();
    if matches!(body.kind, Kind::Thread | Kind::Process | Kind::Coroutine | Kind::Greenlet) && body.argument("as").is_none()
        || body.kind == Kind::Main
    {
        all.insert("index");
    }
    for statement in body.body.iter().filter(|statement| !statement.kind.is_declared_inside()) {
        statement.walk(&mut |block| all.extend(bound(block).map(|(name, _)| name)));
    }
    all
}

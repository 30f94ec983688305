//! What a declared thing is used for over the whole file: a lock released that nobody acquires, a queue nobody fills.
//! A thing whose handle goes elsewhere (an argument, a local) may be used by anyone: nothing is told of it.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use crate::diagnostic::{Diagnostic, Span, catalog};
use crate::scenario::block::{Accepts, Kind};
use crate::scenario::expression::{Expression, Node, Part};
use crate::scenario::{ArgumentValue, Block, Scenario};

#[derive(Debug, Default)]
struct Uses<'a> {
    /// The first place of each kind of use of each name, and whether it stands inside a `try`.
    first: BTreeMap<(&'a str, Kind), (Span, bool)>,
    escaped: BTreeSet<&'a str>,
}

pub(super) fn check(scenario: &Scenario, names: &Names<'_>, told: &mut Vec<Diagnostic>) {
    let mut uses = Uses::default();
    for block in scenario.blocks.iter().filter(|block| block.kind != Kind::Disabled) {
        uses.block(block, false);
    }
    for (&name, declared) in &names.all {
        if uses.escaped.contains(name) {
            continue;
        }
        let first = |kinds: &[Kind]| kinds.iter().filter_map(|kind| uses.first.get(&(name, *kind))).min().copied();
        let mut tell = |row, span| told.push(Diagnostic::new(row, span, [name.to_owned()]));
        match declared.kind() {
            Kind::Lock | Kind::Rlock => {
                let acquired = first(&[Kind::Acquire, Kind::TryAcquire]);
                let released = first(&[Kind::Release]);
                if let (Some((span, false)), None, None) = (released, acquired, first(&[Kind::With])) {
                    tell(catalog::NEVER_HELD, span);
                }
                if let (Some((span, _)), None) = (acquired, released) {
                    tell(catalog::NEVER_RELEASED, span);
                }
            }
            Kind::Queue => {
                if let (Some((span, false)), None) = (first(&[Kind::Get]), first(&[Kind::Put])) {
                    tell(catalog::NEVER_PUT, span);
                }
            }
            Kind::Thread | Kind::Process => {
                let waits = matches!(declared.block.argument("start"), Some(ArgumentValue::Switch(false)));
                if waits && first(&[Kind::Start]).is_none() {
                    tell(catalog::NEVER_STARTED, declared.span);
                }
            }
            _ => {}
        }
    }
}

impl<'a> Uses<'a> {
    fn block(&mut self, block: &'a Block, in_try: bool) {
        let patient = block.kind != Kind::Get || block.argument("timeout").is_none();
        for argument in &block.arguments {
            let accepts = block.kind.info().parameters[argument.parameter].accepts;
            match &argument.value {
                ArgumentValue::Expression(expression) => match (accepts, direct(expression)) {
                    (Accepts::Reference(_), Some(name)) => {
                        let place = (argument.span, in_try || !patient);
                        let first = self.first.entry((name, block.kind)).or_insert(place);
                        *first = (*first).min(place);
                    }
                    _ => self.escape(expression),
                },
                ArgumentValue::Measure { amount, .. } => self.escape(amount),
                ArgumentValue::Template(template) => template.parts.iter().for_each(|part| {
                    if let Part::Hole { expression, .. } = part {
                        self.escape(expression);
                    }
                }),
                _ => {}
            }
        }
        let inside = in_try || block.kind == Kind::Try;
        let enabled = |block: &&Block| block.kind != Kind::Disabled;
        block.body.iter().filter(enabled).for_each(|inner| self.block(inner, inside));
        block.clauses.iter().for_each(|clause| self.block(clause, in_try));
    }

    fn escape(&mut self, expression: &'a Expression) {
        match &expression.node {
            Node::Name(name) => {
                self.escaped.insert(name);
            }
            // `len(Q)` looks and hands nothing on.
            Node::Call(function, arguments) if function == "len" && arguments.iter().all(|of| direct(of).is_some()) => {}
            _ => expression.parts(&mut |part| self.escape(part)),
        }
    }
}

/// The declared name behind `x` or `x[i]`.
fn direct(expression: &Expression) -> Option<&str> {
    match &expression.node {
        Node::Name(name) => Some(name),
        Node::Index(of, _) => direct(of),
        _ => None,
    }
}

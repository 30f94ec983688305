//! Names: what each stands for, every place that mentions it, and another name for it everywhere.
//! A body's locals hide nothing declared; the same local name in another body is another local.

use std::collections::{BTreeMap, BTreeSet};

use super::argument::decoded;
use super::insert::alone;
use super::{Draft, Refusal};
use crate::diagnostic::Span;
use crate::document::edit::Edit;
use crate::id::BlockId;
use crate::scenario::argument::is_name;
use crate::scenario::block::{Accepts, Kind};
use crate::scenario::check::is_function;
use crate::scenario::expression::{self, Expression, Node, Part};
use crate::scenario::{Argument, ArgumentValue, Block, Scenario};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// Something declared at the top of the file.
    Declared(String),
    /// A local of one body.
    Local {
        /// The task, routine or resource whose body or properties see it.
        scope: BlockId,
        /// The local.
        name: String,
    },
}

impl Symbol {
    /// The name itself.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Declared(name) | Self::Local { name, .. } => name,
        }
    }
}

/// A mention of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mention {
    symbol: Symbol,
    span: Span,
    /// It is where the name is declared or bound.
    binds: bool,
}

/// Every place of `text` that mentions `symbol`, declaration included, in order.
#[must_use]
pub fn uses(scenario: &Scenario, text: &str, symbol: &Symbol) -> Vec<Span> {
    mentions(scenario, text).into_iter().filter(|mention| mention.symbol == *symbol).map(|mention| mention.span).collect()
}

/// What the name at a byte of the text stands for.
#[must_use]
pub fn symbol_at(scenario: &Scenario, text: &str, offset: usize) -> Option<Symbol> {
    mentions(scenario, text).into_iter().find(|mention| mention.span.touches(offset)).map(|mention| mention.symbol)
}

/// What a block declares or binds.
#[must_use]
pub fn symbol_of(scenario: &Scenario, text: &str, block: BlockId) -> Option<Symbol> {
    let block = super::find(scenario, block)?;
    let binding =
        block.arguments.iter().find(|argument| matches!(argument.value, ArgumentValue::Name(_)) && binds(block, argument));
    symbol_at(scenario, text, binding?.span.start)
}

fn accepts(block: &Block, argument: &Argument) -> Accepts {
    block.kind.info().parameters[argument.parameter].accepts
}

fn binds(block: &Block, argument: &Argument) -> bool {
    matches!(accepts(block, argument), Accepts::NewName | Accepts::Local)
}

/// The blocks at the top, those inside `disabled` there included.
fn tops(scenario: &Scenario) -> Vec<&Block> {
    fn add<'a>(blocks: &'a [Block], tops: &mut Vec<&'a Block>) {
        for block in blocks {
            if block.kind == Kind::Disabled { add(&block.body, tops) } else { tops.push(block) }
        }
    }
    let mut all = Vec::new();
    add(&scenario.blocks, &mut all);
    all
}

/// The locals of a body: its parameters or number, and what its statements bind.
pub(super) fn locals(top: &Block) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    if top.kind == Kind::Let {
        return all;
    }
    let has_number = top.kind.info().parameters.iter().any(|parameter| parameter.name == "as");
    if (has_number && top.argument("as").is_none()) || top.kind == Kind::Main {
        all.insert("index".to_owned());
    }
    top.walk(&mut |block| {
        for argument in &block.arguments {
            if let (ArgumentValue::Name(name), Accepts::Local) = (&argument.value, accepts(block, argument)) {
                all.insert(name.clone());
            }
        }
    });
    all
}

/// Every name declared at the top.
#[must_use]
pub fn declared(scenario: &Scenario) -> BTreeSet<String> {
    let mut names = BTreeSet::from(["main".to_owned()]);
    for block in tops(scenario) {
        names.extend(declared_by(block).map(str::to_owned));
    }
    names
}

fn declared_by(block: &Block) -> impl Iterator<Item = &str> {
    block.arguments.iter().filter_map(move |argument| match (&argument.value, accepts(block, argument)) {
        (ArgumentValue::Name(name), Accepts::NewName) => Some(name.as_str()),
        (ArgumentValue::Name(name), Accepts::Local) if block.kind == Kind::Let => Some(name.as_str()),
        _ => None,
    })
}

/// Every name that the expressions of `block` may mention: its body's locals, then what is declared.
#[must_use]
pub fn symbols(scenario: &Scenario, block: BlockId) -> Vec<Symbol> {
    let top = tops(scenario).into_iter().rfind(|top| top.id <= block);
    let locals = top.into_iter().flat_map(|top| locals(top).into_iter().map(|name| Symbol::Local { scope: top.id, name }));
    locals.chain(declared(scenario).into_iter().map(Symbol::Declared)).collect()
}

/// Every name that the expressions of `block` may mention: its body's locals, then what is declared.
#[must_use]
pub fn symbols(scenario: &Scenario, block: BlockId) -> Vec<Symbol> {
    let top = tops(scenario).into_iter().rfind(|top| top.id <= block);
    let locals = top.into_iter().flat_map(|top| locals(top).into_iter().map(|name| Symbol::Local { scope: top.id, name }));
    locals.chain(declared(scenario).into_iter().map(Symbol::Declared)).collect()
}

fn mentions(scenario: &Scenario, text: &str) -> Vec<Mention> {
    let mut all = Vec::new();
    for top in tops(scenario) {
        let locals = locals(top);
        let symbol = |name: &str| {
            if locals.contains(name) {
                Symbol::Local { scope: top.id, name: name.to_owned() }
            } else {
                Symbol::Declared(name.to_owned())
            }
        };
        top.walk(&mut |block| {
            for argument in &block.arguments {
                for (name, span) in names(block, argument, text) {
                    all.push(Mention { symbol: symbol(&name), span, binds: binds(block, argument) });
                }
            }
        });
    }
    all.sort_by_key(|mention| mention.span);
    all
}

/// The names that an argument mentions, each with its exact place.
fn names(block: &Block, argument: &Argument, text: &str) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    match &argument.value {
        ArgumentValue::Name(name) if accepts(block, argument) != Accepts::ExceptionName => {
            let written = &text[argument.span.range()];
            let start = argument.span.start + written.find(name.as_str()).unwrap_or(0);
            found.push((name.clone(), Span::new(start, start + name.len())));
        }
        ArgumentValue::Expression(of) | ArgumentValue::Measure { amount: of, .. } => in_expression(of, &mut found),
        ArgumentValue::Template(template) => in_parts(&template.parts, &mut found),
        _ => {}
    }
    if found.iter().all(|(name, span)| text.get(span.range()) == Some(name)) {
        return found;
    }
    in_escapes(argument, &text[argument.span.range()])
}

/// The same of a text with escapes, whose tree does not know where in the file its parts stand.
fn in_escapes(argument: &Argument, written: &str) -> Vec<(String, Span)> {
    let Some((plain, places)) = decoded(written) else { return Vec::new() };
    let mut found = Vec::new();
    let place = expression::Place::From(0);
    if matches!(argument.value, ArgumentValue::Template(_)) {
        in_parts(&expression::read_template(&plain, place).value.parts, &mut found);
    } else if let Some(expression) = expression::read(&plain, place).value {
        in_expression(&expression, &mut found);
    }
    let at = |offset: usize| argument.span.start + places[offset];
    found.into_iter().map(|(name, span)| (name, Span::new(at(span.start), at(span.end)))).collect()
}

fn in_expression(expression: &Expression, found: &mut Vec<(String, Span)>) {
    if let Node::Name(name) = &expression.node {
        found.push((name.clone(), expression.span));
    }
    expression.parts(&mut |part| in_expression(part, found));
}

fn in_parts(parts: &[Part], found: &mut Vec<(String, Span)>) {
    for part in parts {
        if let Part::Hole { expression, .. } = part {
            in_expression(expression, found);
        }
    }
}

/// The names that blocks read and those that they bind.
pub(super) fn read_and_bound(blocks: &[Block], text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut read, mut bound) = (BTreeSet::new(), BTreeSet::new());
    for block in blocks {
        block.walk(&mut |block| {
            for argument in &block.arguments {
                let into = if binds(block, argument) { &mut bound } else { &mut read };
                into.extend(names(block, argument, text).into_iter().map(|(name, _)| name));
            }
        });
    }
    (read, bound)
}

pub(super) fn rename(draft: &mut Draft, symbol: &Symbol, to: &str) -> Result<Vec<usize>, Refusal> {
    if symbol.name() == to {
        return Ok(Vec::new());
    }
    if !is_name(to) || is_function(to) {
        return Err(Refusal::BadName);
    }
    let mentions: Vec<Mention> = mentions(&draft.scenario, draft.text()).into_iter().filter(|it| it.symbol == *symbol).collect();
    if !mentions.iter().any(|mention| mention.binds) {
        return Err(Refusal::Nameless);
    }
    let in_scope = |top: &&Block| !matches!(symbol, Symbol::Local { scope, .. } if *scope != top.id);
    let hidden = tops(&draft.scenario).into_iter().filter(in_scope).any(|top| locals(top).contains(to));
    if hidden || declared(&draft.scenario).contains(to) {
        return Err(Refusal::TakenName);
    }
    let edits = mentions.iter().map(|mention| Edit { span: mention.span, text: to.to_owned() }).collect();
    draft.apply(edits);
    Ok(Vec::new())
}

/// The text of some nodes with other names for what they declare where `scenario` has such a name already.
pub(super) fn made_unique(text: &str, scenario: &Scenario) -> String {
    let (document, own) = alone(text);
    let mut taken = declared(scenario);
    for top in tops(scenario) {
        taken.extend(locals(top));
    }
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    let ours: BTreeSet<String> =
        own.blocks.iter().filter(|block| declares(block)).flat_map(declared_by).map(str::to_owned).collect();
    for name in &ours {
        if taken.contains(name) {
            let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
            let new = (2..).map(|n| format!("{stem}_{n}")).find(|new| !taken.contains(new) && !ours.contains(new));
            others.insert(name.clone(), new.expect("there are numbers enough"));
        }
        taken.insert(others.get(name).unwrap_or(name).clone());
    }
    let mut out = text.to_owned();
    for mention in mentions(&own, document.text()).into_iter().rev() {
        if let (Symbol::Declared(name), span) = (&mention.symbol, mention.span)
            && let Some(new) = others.get(name)
        {
            out.replace_range(span.range(), new);
        }
    }
    out
}

/// Whether a node alone is a declaration: a `let` among statements is not.
fn declares(block: &Block) -> bool {
    block.kind.info().place == crate::scenario::block::Place::Top
}

/// A name like `stem` that nothing has yet.
#[must_use]
pub fn free_name(scenario: &Scenario, stem: &str) -> String {
    let mut taken = declared(scenario);
    for top in tops(scenario) {
        taken.extend(locals(top));
    }
    if is_name(stem) && !taken.contains(stem) {
        return stem.to_owned();
    }
    (2..).map(|n| format!("{stem}_{n}")).find(|name| !taken.contains(name)).expect("there are numbers enough")
}

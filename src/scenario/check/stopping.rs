//! What would stop a whole event loop: waiting without `await` in a body that a loop's thread runs, or in a routine called there.
//! And `await` where no loop could run others meanwhile.

use std::collections::BTreeSet;

use super::names::{self, Names};
use super::shape::is_async;
use super::statements::{Around, Checker};
use crate::diagnostic::{Diagnostic, catalog};
use crate::id::BlockId;
use crate::scenario::block::Kind;
use crate::scenario::expression::{Expression, Node};
use crate::scenario::{ArgumentValue, Block};

impl<'a> Checker<'a> {
    pub(super) fn awaiting(&mut self, block: &'a Block, around: Around<'a>) {
        let words = block.words().into_owned();
        // `send` to a generator does not wait.
        let reaches = |block: &Block| block.kind != Kind::Send || is_for_pipe(self.names, block);
        if block.awaited && !around.in_coroutine {
            self.tell(catalog::AWAIT_OUTSIDE, block.word, [words]);
        } else if block.awaited && !(block.kind.needs_await() || block.kind.is_awaitable() && reaches(block)) {
            self.tell(catalog::NEVER_WAITS, block.word, [block.kind.info().word.to_owned()]);
        } else if around.stalls && waits(self.names, block, around.body) {
            self.tell(catalog::BLOCKS_THE_LOOP, block.word, [words]);
        } else if (around.in_coroutine || around.stalls) && keeps_its_thread(block) {
            self.tell(catalog::STALLS_THE_LOOP, block.word, [words]);
        } else if around.in_coroutine && around.in_routine && matches!(block.kind, Kind::Yield | Kind::YieldFrom) {
            self.tell(catalog::ASYNC_YIELDS, block.word, [words]);
        } else if around.stalls
            && block.kind == Kind::Call
            // A routine there may be made for both kinds of loops.
            && !self.names.has_gevents()
            && let Some(routine) = called(self.names, block)
            && let Some(waiting) = waiting_in(self.names, routine, &mut BTreeSet::new())
            && let Some(named) = block.arguments_of("routine").next()
            && let Some(ArgumentValue::Name(name)) = routine.argument("name")
        {
            let at = waiting.kind.info().word;
            let told = Diagnostic::new(catalog::CALL_STOPS_THE_LOOP, named.span, [name.clone(), at.to_owned()]);
            self.told.push(told.related_to(waiting.word, at));
        }
    }
}

/// The plain routine that a `call` runs.
fn called<'a>(names: &Names<'a>, call: &Block) -> Option<&'a Block> {
    let declared = named(names, call, "routine", Kind::Routine)?;
    (!call.awaited && !is_async(declared)).then_some(declared)
}

/// The first block at which a call of this routine makes its thread wait, in it or in what it calls.
fn waiting_in<'a>(names: &Names<'a>, routine: &'a Block, seen: &mut BTreeSet<BlockId>) -> Option<&'a Block> {
    fn first<'a>(names: &Names<'a>, routine: &'a Block, blocks: &'a [Block], seen: &mut BTreeSet<BlockId>) -> Option<&'a Block> {
        blocks.iter().filter(|block| block.kind != Kind::Disabled).find_map(|block| {
            if waits(names, block, Some(routine)) || keeps_its_thread(block) {
                return Some(block);
            }
            let further = if block.kind == Kind::Call { called(names, block) } else { None };
            further
                .and_then(|further| waiting_in(names, further, seen))
                .or_else(|| first(names, routine, &block.body, seen))
                .or_else(|| first(names, routine, &block.clauses, seen))
        })
    }
    if seen.insert(routine.id) { first(names, routine, &routine.body, seen) } else { None }
}

/// Whether it is done by its thread alone, which waits until it is done: nothing can run meanwhile, awaited or not.
const fn keeps_its_thread(block: &Block) -> bool {
    matches!(block.kind, Kind::ReadFile | Kind::WriteFile | Kind::RunCommand)
}

/// Whether it may make its thread wait where its loop could run others meanwhile.
fn waits(names: &Names<'_>, block: &Block, body: Option<&Block>) -> bool {
    let timeout = if names::takes(block, "timeout") { block.argument("timeout") } else { None };
    let at_once = matches!(timeout, Some(ArgumentValue::Measure { amount: Expression { node: Node::Int(0), .. }, .. }));
    let may = match block.kind {
        Kind::Call => false,
        Kind::Put => match named(names, block, "queue", Kind::Queue) {
            Some(queue) => queue.argument("capacity").is_some(),
            None => timeout.is_some(),
        },
        Kind::Send => is_for_pipe(names, block),
        // Of a coroutine of the same loop it gives the result at once, or refuses.
        Kind::Result => body.is_some_and(|body| is_of_pool(names, block, body)),
        kind => kind.is_awaitable(),
    };
    may && !block.awaited && !at_once
}

/// What is declared by the name that stands at a parameter, if it is of this kind.
fn named<'a>(names: &Names<'a>, block: &Block, parameter: &str, kind: Kind) -> Option<&'a Block> {
    let ArgumentValue::Expression(of) = block.argument(parameter)? else { return None };
    let of = if let Node::Index(of, _) = &of.node { of } else { of };
    let Node::Name(name) = &of.node else { return None };
    names.get(name).map(|declared| declared.block).filter(|declared| declared.kind == kind)
}

fn is_for_pipe(names: &Names<'_>, send: &Block) -> bool {
    named(names, send, "generator", Kind::Pipe).is_some()
}

/// Whether a `result` asks a pool's future: whatever binds the local that it names gives it those alone.
fn is_of_pool(names: &Names<'_>, result: &Block, body: &Block) -> bool {
    let Some(ArgumentValue::Expression(of)) = result.argument("future") else { return false };
    let asked = mentioned(of);
    let mut sources: Vec<(&str, Source<'_>)> = Vec::new();
    body.walk(&mut |block| {
        for (name, _) in names::bound(block) {
            let given = |parameter: &str| match block.argument(parameter) {
                Some(ArgumentValue::Expression(from)) => Source::Names(mentioned(from)),
                _ => Source::Other,
            };
            let source = match block.kind {
                Kind::Submit if named(names, block, "pool", Kind::Pool).is_some() => Source::Pool,
                Kind::Let => given("value"),
                Kind::For => given("in"),
                _ => Source::Other,
            };
            sources.push((name, source));
        }
    });
    let mut futures: BTreeSet<&str> = BTreeSet::new();
    loop {
        let is_new = |name: &&str| {
            let mut its = sources.iter().filter(|(bound, _)| bound == name).map(|(_, source)| source);
            let only = its.clone().all(|source| match source {
                Source::Pool => true,
                Source::Names(from) => from.iter().all(|from| from == name || futures.contains(from)),
                Source::Other => false,
            });
            let any = its.any(|source| match source {
                Source::Pool => true,
                Source::Names(from) => from.iter().any(|from| futures.contains(from)),
                Source::Other => false,
            });
            only && any && !futures.contains(name)
        };
        let new: Vec<&str> = sources.iter().map(|(name, _)| *name).filter(is_new).collect();
        if new.is_empty() {
            break;
        }
        futures.extend(new);
    }
    !asked.is_empty() && asked.iter().all(|name| futures.contains(name))
}

/// Where a local's values come from.
enum Source<'a> {
    Pool,
    Names(BTreeSet<&'a str>),
    Other,
}

/// The names that may give what an expression gives.
fn mentioned(expression: &Expression) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    collect(expression, &mut all);
    all
}

fn collect<'a>(expression: &'a Expression, all: &mut BTreeSet<&'a str>) {
    match &expression.node {
        Node::Name(name) => {
            all.insert(name);
        }
        // Its place is a number.
        Node::Index(of, _) => collect(of, all),
        _ => expression.parts(&mut |part| collect(part, all)),
    }
}

//! Walks declarations, statements and the expressions in them, in the order of the text.

use std::collections::BTreeSet;

use super::certain;
use super::names::{self, Declared, FUNCTIONS, Names};
use super::shape::{is_async, leaves, spins_for_ever, yields};
use crate::diagnostic::{Diagnostic, Span, catalog};
use crate::id::BlockId;
use crate::scenario::block::{Accepts, Kind, OUTCOMES, Place};
use crate::scenario::expression::{Expression, Node, Part};
use crate::scenario::{Argument, ArgumentValue, Block, nearest};
use crate::value::exception;

/// What surrounds a statement.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "six independent facts, not states")]
pub(super) struct Around<'a> {
    /// What declares it: a task or a routine.
    pub(super) body: Option<&'a Block>,
    pub(super) in_routine: bool,
    /// In a coroutine or an `async` routine.
    pub(super) in_coroutine: bool,
    /// A loop's thread runs it, and waits where it waits.
    pub(super) stalls: bool,
    in_loop: bool,
    in_except: bool,
    in_try: bool,
}

/// So much of a word says which is meant.
const LEAST_BEGUN: usize = 3;

/// The names an expression may mention beside those at the top.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    locals: BTreeSet<&'a str>,
    /// In a check, which takes no step.
    in_check: bool,
    /// Words that stand in the place of the expression.
    instead: &'a [&'a str],
    /// Failures are caught around here, so they may be meant.
    in_try: bool,
    /// In the value of this constant, which sees only those above it.
    constant: Option<BlockId>,
}

pub(super) struct Checker<'a> {
    pub(super) names: &'a Names<'a>,
    whole: bool,
    /// What may be declared in what could not be read.
    pub(super) perhaps: &'a BTreeSet<String>,
    pub(super) told: Vec<Diagnostic>,
}

/// As the most that may be written, where only an integer's own bits end it.
const ENDLESS: &str = "∞";

impl<'a> Checker<'a> {
    pub(super) const fn new(names: &'a Names<'a>, whole: bool, perhaps: &'a BTreeSet<String>, told: Vec<Diagnostic>) -> Self {
        Self { names, whole, perhaps, told }
    }

    pub(super) fn tell(&mut self, row: &'static catalog::Row, span: Span, arguments: impl IntoIterator<Item = String>) {
        self.told.push(Diagnostic::new(row, span, arguments));
    }

    pub(super) fn top(&mut self, block: &'a Block) {
        match block.kind {
            // Told already; what stands in it is judged once it is something.
            Kind::Disabled | Kind::Unknown => {}
            Kind::Main | Kind::Thread | Kind::Coroutine | Kind::Greenlet | Kind::Routine => {
                self.arguments(block, &Scope::default());
                let scope = Scope { locals: names::locals(block), ..Scope::default() };
                self.taken(block);
                let in_routine = block.kind == Kind::Routine;
                let in_coroutine = block.kind == Kind::Coroutine || in_routine && is_async(block);
                let looped = in_coroutine || block.kind == Kind::Greenlet;
                let stalls = looped && !self.names.yields_by_itself(block);
                self.statements(
                    &block.body,
                    &scope,
                    Around { body: Some(block), in_routine, in_coroutine, stalls, ..Around::default() },
                );
            }
            Kind::Process => {
                self.arguments(block, &Scope::default());
                let mut told = std::mem::take(&mut self.told);
                let names = self.names.within(block, &mut told);
                let mut inner = Checker::new(&names, self.whole, self.perhaps, told);
                let scope = Scope { locals: names::locals(block), ..Scope::default() };
                inner.taken(block);
                inner.statements(&block.body, &scope, Around { body: Some(block), ..Around::default() });
                self.told = inner.told;
            }
            Kind::Expect | Kind::Invariant => {
                let instead = if block.kind == Kind::Expect { OUTCOMES } else { &[] };
                if let Some(process) = self.process_of(block) {
                    // Its names were told where it is declared.
                    let names = self.names.within(process, &mut Vec::new());
                    let mut inner = Checker::new(&names, self.whole, self.perhaps, std::mem::take(&mut self.told));
                    inner.arguments(block, &Scope { in_check: true, instead, ..Scope::default() });
                    self.told = inner.told;
                } else {
                    self.arguments(block, &Scope { in_check: true, instead, ..Scope::default() });
                }
                if block.kind == Kind::Expect {
                    self.expect(block);
                }
            }
            _ => {
                let mut locals = BTreeSet::new();
                if names::takes(block, "as") {
                    locals.extend(names::bound(block).map(|(name, _)| name));
                    if locals.is_empty() {
                        locals.insert("index");
                    }
                }
                self.order_across(block);
                let constant = (block.kind == Kind::Let).then_some(block.id);
                self.arguments(block, &Scope { locals, constant, ..Scope::default() });
            }
        }
    }

    /// Across processes nobody keeps an order: a lock is had by whoever comes first, a queue gives what came first.
    fn order_across(&mut self, block: &Block) {
        let (property, usual) = match block.kind {
            Kind::Lock => ("kind", "barging"),
            Kind::Queue => ("order", "fifo"),
            _ => return,
        };
        if let Some(Argument { value: ArgumentValue::Choice(word), span, .. }) = block.arguments_of(property).next()
            && *word != usual
            && matches!(block.argument("across-processes"), Some(ArgumentValue::Switch(true)))
        {
            let told = [property, word, block.kind.info().word].map(str::to_owned);
            self.tell(catalog::NOT_ACROSS, *span, told);
        }
    }

    /// The process that an `expect` is about.
    fn process_of(&self, block: &Block) -> Option<&'a Block> {
        let process = if block.kind == Kind::Expect { block.argument("in")? } else { return None };
        let ArgumentValue::Expression(process) = process else { return None };
        self.process_behind(process)
    }

    /// The process that an expression names, or one of which it names.
    pub(super) fn process_behind(&self, process: &Expression) -> Option<&'a Block> {
        let named = if let Node::Index(of, _) = &process.node { of } else { process };
        let Node::Name(name) = &named.node else { return None };
        self.names.get(name).map(|declared| declared.block).filter(|block| block.kind == Kind::Process)
    }

    fn statements(&mut self, blocks: &'a [Block], scope: &Scope<'a>, around: Around<'a>) {
        let mut left: Option<&Block> = None;
        for block in blocks.iter().filter(|block| !matches!(block.kind, Kind::Disabled | Kind::Unknown)) {
            if block.kind.info().place == Place::Top {
                self.top(block);
                continue;
            }
            if let Some(leaver) = left.take() {
                let span = Span::new(block.word.start, block.word.end);
                let told = Diagnostic::new(catalog::UNREACHABLE, span, []);
                self.told.push(told.related_to(leaver.word, leaver.kind.info().word));
            }
            self.statement(block, scope, around);
            left = leaves(block).then_some(block);
        }
    }

    fn statement(&mut self, block: &'a Block, scope: &Scope<'a>, around: Around<'a>) {
        self.taken(block);
        let inner = Scope { locals: scope.locals.clone(), in_try: around.in_try, ..Scope::default() };
        self.arguments(block, &inner);
        self.awaiting(block, around);
        match block.kind {
            Kind::Break | Kind::Continue if !around.in_loop => {
                self.tell(catalog::OUTSIDE_LOOP, block.word, [block.kind.info().word.to_owned()]);
            }
            Kind::Raise if block.arguments.is_empty() && !block.damaged && !around.in_except => {
                self.tell(catalog::RAISE_ALONE, block.word, []);
            }
            Kind::Compute if !block.damaged && block.argument("").is_some() == block.argument("work").is_some() => {
                self.tell(catalog::WORK_OR_TIME, block.word, []);
            }
            Kind::Try if self.whole && block.clauses.is_empty() => self.tell(catalog::TRY_ALONE, block.word, []),
            Kind::Raise => self.raise(block),
            Kind::Except => self.exceptions(block, "exceptions"),
            Kind::Yield | Kind::YieldFrom if !around.in_routine => {
                self.tell(catalog::YIELD_OUTSIDE, block.word, [block.kind.info().word.to_owned()]);
            }
            Kind::Call
            | Kind::Spawn
            | Kind::SpawnProcess
            | Kind::Timer
            | Kind::Generator
            | Kind::YieldFrom
            | Kind::CreateTask
            | Kind::RunLoop
            | Kind::ToThread
                if !block.damaged =>
            {
                self.arity(block);
            }
            Kind::Submit if !block.damaged => self.submitted(block),
            Kind::Set | Kind::AtomicAdd | Kind::Swap | Kind::CompareAndSet => self.target(block, &inner),
            Kind::Start => self.start(block),
            Kind::Loop if spins_for_ever(block) => self.tell(catalog::LOOP_WITHOUT_END, block.word, []),
            _ => {}
        }
        let is_loop = matches!(block.kind, Kind::Repeat | Kind::While | Kind::Loop | Kind::For);
        let inside = Around {
            body: around.body,
            in_routine: around.in_routine,
            in_coroutine: around.in_coroutine,
            stalls: around.stalls,
            in_loop: around.in_loop || is_loop,
            in_except: around.in_except || block.kind == Kind::Except,
            in_try: around.in_try || (block.kind == Kind::Try && block.clauses.iter().any(|clause| clause.kind == Kind::Except)),
        };
        self.statements(&block.body, scope, inside);
        for clause in &block.clauses {
            self.statement(clause, scope, around);
        }
    }

    /// Locals that would hide something declared.
    fn taken(&mut self, block: &'a Block) {
        for (name, span) in names::bound(block) {
            if let Some(declared) = self.names.get(name) {
                let told = Diagnostic::new(catalog::TAKEN_NAME, span, [name.to_owned()]);
                self.told.push(told.related_to(declared.span, name));
            } else if names::is_function(name) {
                self.tell(catalog::BAD_NAME, span, [name.to_owned()]);
            }
        }
    }

    fn arguments(&mut self, block: &'a Block, scope: &Scope<'a>) {
        for argument in &block.arguments {
            let parameter = &block.kind.info().parameters[argument.parameter];
            match (&argument.value, parameter.accepts) {
                (ArgumentValue::Expression(expression), Accepts::Reference(kinds)) => {
                    self.reference(block, expression, kinds, scope);
                }
                (ArgumentValue::Expression(expression), Accepts::Target) => {
                    if let Node::Index(_, position) = &expression.node {
                        self.expression(position, scope);
                    }
                }
                (ArgumentValue::Expression(expression), accepts) => {
                    self.expression(expression, scope);
                    if let Accepts::Integer { min, max } = accepts {
                        self.whole(parameter.name, argument, expression, min, max);
                    }
                }
                (ArgumentValue::Measure { amount, scale }, _) => {
                    self.expression(amount, scope);
                    self.number(&parameter.spelled(*scale), argument.span, amount);
                }
                (ArgumentValue::Template(template), _) => {
                    for part in &template.parts {
                        if let Part::Hole { expression, .. } = part {
                            self.expression(expression, scope);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn whole(&mut self, name: &str, argument: &Argument, expression: &Expression, min: i64, max: i64) {
        match &expression.node {
            Node::None | Node::Bool(_) | Node::Float(_) | Node::Text(_) | Node::List(_) => {
                self.tell(catalog::WHOLE_NUMBER, argument.span, [name.to_owned()]);
            }
            _ => {
                let literal = certain::whole(expression);
                if let Some(number) = literal.filter(|number| !(min..=max).contains(number)) {
                    let most = if max == i64::MAX { ENDLESS.to_owned() } else { max.to_string() };
                    let range = [name.to_owned(), min.to_string(), most, number.to_string()];
                    self.tell(catalog::OUT_OF_RANGE, argument.span, range);
                }
            }
        }
    }

    fn number(&mut self, name: &str, span: Span, expression: &Expression) {
        if matches!(expression.node, Node::None | Node::Bool(_) | Node::Text(_) | Node::List(_)) {
            self.tell(catalog::NUMBER, span, [name.to_owned()]);
        } else if certain::whole(expression).is_some_and(|number| number < 0) {
            let shown = certain::whole(expression).unwrap_or_default().to_string();
            self.tell(catalog::OUT_OF_RANGE, span, [name.to_owned(), "0".to_owned(), ENDLESS.to_owned(), shown]);
        }
    }

    /// The name of something declared, or an expression that gives a handle.
    pub(super) fn reference(&mut self, block: &'a Block, expression: &Expression, kinds: &'static [Kind], scope: &Scope<'a>) {
        if block.kind == Kind::Expect
            && let Some(inside) = expression.inside()
        {
            return self.inside(block, inside, kinds, scope);
        }
        let (name, span, numbered) = match &expression.node {
            Node::Name(name) => (name, expression.span, None),
            Node::Index(of, position) => match &of.node {
                Node::Name(name) => (name, of.span, Some(&**position)),
                _ => return self.expression(expression, scope),
            },
            _ => return self.expression(expression, scope),
        };
        let declared = self.names.get(name).copied();
        let Some(declared) = declared.filter(|declared| declared.kind() != Kind::Shared && !scope.locals.contains(name.as_str()))
        else {
            let calls = kinds == [Kind::Routine] && block.kind != Kind::YieldFrom;
            if declared.is_none() && numbered.is_none() && !scope.locals.contains(name.as_str()) {
                return self.mention(name, span, scope, &|declared| kinds.contains(&declared.kind()));
            }
            if !calls || !scope.locals.contains(name.as_str()) && declared.is_none() {
                return self.expression(expression, scope);
            }
            let found = declared.map_or("let", |declared| declared.kind().info().word);
            return self.wrong_kind(name, span, found, block, kinds);
        };
        if !kinds.contains(&declared.kind()) {
            return self.wrong_kind(name, span, declared.kind().info().word, block, kinds);
        }
        match numbered {
            Some(position) => self.one_of(name, &declared, (position, expression.span), scope),
            None if declared.several
                && !matches!(declared.kind(), Kind::Thread | Kind::Process)
                && !matches!(block.kind, Kind::Expect | Kind::Gather) =>
            {
                self.tell(catalog::WHICH_ONE, span, [name.clone(), block.kind.info().word.to_owned()]);
            }
            None => {}
        }
    }

    /// One of several: are there several, and is it one of them?
    pub(super) fn one_of(
        &mut self,
        name: &str,
        declared: &Declared<'_>,
        (position, span): (&Expression, Span),
        scope: &Scope<'a>,
    ) {
        self.expression(position, scope);
        if !declared.several && declared.kind() != Kind::Routine {
            self.tell(catalog::ONLY_ONE, span, [name.to_owned()]);
        }
        self.number_of(name, declared, position, span, scope);
    }

    pub(super) fn wrong_kind(&mut self, name: &str, span: Span, found: &str, block: &Block, kinds: &[Kind]) {
        let wanted = kinds.iter().map(|kind| format!("`{}`", kind.info().word)).collect::<Vec<_>>().join(" / ");
        self.tell(catalog::WRONG_KIND, span, [name.to_owned(), found.to_owned(), block.kind.info().word.to_owned(), wanted]);
    }

    fn expression(&mut self, expression: &Expression, scope: &Scope<'a>) {
        if !scope.in_try
            && let Some(failure) = certain::failure(expression)
        {
            self.tell(catalog::CERTAIN_FAILURE, expression.span, [failure.name.to_owned(), failure.message.into_owned()]);
            return;
        }
        match &expression.node {
            Node::Name(name) => self.mention(name, expression.span, scope, &|_| true),
            Node::Index(of, position) => {
                if let Node::Name(name) = &of.node
                    && let Some(declared) = self.names.get(name)
                    && !scope.locals.contains(name.as_str())
                    && !declared.several
                    && !matches!(declared.kind(), Kind::Let | Kind::Shared | Kind::List | Kind::Dict)
                {
                    self.tell(catalog::ONLY_ONE, expression.span, [name.clone()]);
                }
                if let Node::Name(name) = &of.node
                    && let Some(declared) = self.names.get(name).copied()
                {
                    self.number_of(name, &declared, position, expression.span, scope);
                }
                self.expression(of, scope);
                self.expression(position, scope);
            }
            Node::Call(name, arguments) => self.function(name, arguments.len(), expression.span, scope),
            _ => {}
        }
        if !matches!(expression.node, Node::Index(..)) {
            expression.parts(&mut |part| self.expression(part, scope));
        }
    }

    /// One of several by a number known now: is it one of them?
    fn number_of(&mut self, name: &str, declared: &Declared<'_>, position: &Expression, span: Span, scope: &Scope<'a>) {
        let count = if declared.several { declared.block.argument("count") } else { None };
        let Some(ArgumentValue::Expression(count)) = count else { return };
        let (count, at) = (certain::whole_with(count, self.names), certain::whole_with(position, self.names));
        if let (Some(count @ 1..), Some(at), false) = (count, at, scope.in_try)
            && !(-count..count).contains(&at)
        {
            let told = [name.to_owned(), count.to_string(), (count - 1).to_string(), at.to_string()];
            self.told.push(Diagnostic::new(catalog::NO_SUCH_ONE, span, told).related_to(declared.span, name));
        }
    }

    /// A name in an expression; one that is not known may have been meant to be one that `fits`.
    fn mention(&mut self, name: &str, span: Span, scope: &Scope<'a>, fits: &dyn Fn(&Declared<'_>) -> bool) {
        if let (Some(own), Some(declared)) = (scope.constant, self.names.get(name))
            && declared.kind() == Kind::Let
            && declared.block.id >= own
        {
            let told = Diagnostic::new(catalog::LATER_CONSTANT, span, [name.to_owned()]);
            self.told.push(told.related_to(declared.span, name));
            return;
        }
        let known = scope.locals.contains(name) || self.names.all.contains_key(name) || (name == "name" && !scope.in_check);
        if known || self.perhaps.contains(name) {
            return;
        }
        let fitting = self.names.all.iter().filter(|(_, declared)| fits(declared)).map(|(name, _)| *name);
        let near = scope.locals.iter().copied().chain(fitting);
        let told = Diagnostic::new(catalog::UNKNOWN_NAME, span, [name.to_owned()]);
        let begins = |word: &&&str| name.len() >= LEAST_BEGUN && word.starts_with(name);
        let meant = scope.instead.iter().find(begins).map(|word| (*word).to_owned());
        self.told.push(told.replaced_by(meant.or_else(|| nearest(name, near.chain(scope.instead.iter().copied())))));
    }

    fn function(&mut self, name: &str, given: usize, span: Span, scope: &Scope<'a>) {
        let Some(&(_, least, most)) = FUNCTIONS.iter().find(|(function, ..)| *function == name) else {
            let all = FUNCTIONS.map(|(function, ..)| function);
            let told = Diagnostic::new(catalog::NO_SUCH_FUNCTION, span, [name.to_owned(), all.join(" ")]);
            self.told.push(told);
            return;
        };
        if scope.in_check && matches!(name, "rand" | "now") {
            self.tell(catalog::NO_EFFECT_IN_CHECK, span, [name.to_owned()]);
        } else if !scope.in_check && matches!(name, "cores_busy" | "elapsed" | "inside" | "peak") {
            self.tell(catalog::ONLY_IN_CHECK, span, [name.to_owned()]);
        } else if !(least..=most).contains(&given) {
            let wanted = if least == most { least.to_string() } else { format!("{least}–{most}") };
            let wanted = if most == usize::MAX { format!("≥ {least}") } else { wanted };
            self.tell(catalog::WRONG_ARITY, span, [name.to_owned(), wanted, given.to_string()]);
        }
    }

    fn arity(&mut self, block: &Block) {
        let Some(argument) = block.arguments_of("routine").next() else { return };
        let ArgumentValue::Expression(Expression { node: Node::Name(name), .. }) = &argument.value else { return };
        let Some(routine) = self.names.get(name).filter(|declared| declared.kind() == Kind::Routine) else { return };
        let yields = routine.block.body.iter().any(yields);
        if yields != matches!(block.kind, Kind::Generator | Kind::YieldFrom) {
            let word = block.kind.info().word.to_owned();
            let row = if yields { catalog::YIELDS } else { catalog::YIELDS_NOTHING };
            let told = Diagnostic::new(row, argument.span, [name.clone(), word]);
            self.told.push(told.related_to(routine.span, name));
        }
        let made = is_async(routine.block);
        let row = match block.kind {
            Kind::Call if block.awaited && !made => Some(catalog::NOT_ASYNC),
            Kind::Call if !block.awaited && made && block.argument("into").is_none() => Some(catalog::NEVER_AWAITED),
            Kind::CreateTask | Kind::RunLoop if !made => Some(catalog::NOT_ASYNC),
            Kind::Spawn | Kind::SpawnProcess | Kind::Timer | Kind::ToThread if made => Some(catalog::IS_ASYNC),
            _ => None,
        };
        if let Some(row) = row {
            let told = Diagnostic::new(row, argument.span, [name.clone(), block.words().into_owned()]);
            self.told.push(told.related_to(routine.span, name));
        }
        let wanted = routine.block.arguments_of("parameters").count();
        let given = block.arguments_of("arguments").count();
        if wanted != given {
            let told =
                Diagnostic::new(catalog::WRONG_ARITY, argument.span, [name.clone(), wanted.to_string(), given.to_string()]);
            self.told.push(told.related_to(routine.span, name));
        }
    }

    /// A loop runs coroutines, a pool does not.
    fn submitted(&mut self, block: &Block) {
        let declared = |parameter: &str| {
            let argument = block.arguments_of(parameter).next()?;
            let ArgumentValue::Expression(Expression { node: Node::Name(name), .. }) = &argument.value else { return None };
            Some((argument.span, name, *self.names.get(name)?))
        };
        let (Some((_, _, to)), Some((span, name, routine))) = (declared("pool"), declared("routine")) else { return };
        let row = match (to.kind(), is_async(routine.block)) {
            (Kind::EventLoop, false) if !matches!(to.block.argument("style"), Some(ArgumentValue::Choice("gevent"))) => {
                catalog::NOT_ASYNC
            }
            (Kind::Pool, true) => catalog::IS_ASYNC,
            _ => return,
        };
        let told = Diagnostic::new(row, span, [name.clone(), block.words().into_owned()]);
        self.told.push(told.related_to(routine.span, name));
    }

    fn target(&mut self, block: &Block, scope: &Scope<'a>) {
        let Some(argument) = block.arguments_of("target").next() else { return };
        let ArgumentValue::Expression(expression) = &argument.value else { return };
        let (name, numbered) = match &expression.node {
            Node::Name(name) => (name, None),
            Node::Index(of, position) => match &of.node {
                Node::Name(name) => (name, Some(&**position)),
                _ => return,
            },
            _ => return self.tell(catalog::SET_LOCAL, argument.span, [block.kind.info().word.to_owned()]),
        };
        match self.names.get(name).copied() {
            Some(declared) if declared.kind() == Kind::Shared => {
                let atomic = matches!(declared.block.argument("atomic"), Some(ArgumentValue::Switch(true)));
                if block.kind != Kind::Set && !atomic {
                    let told =
                        Diagnostic::new(catalog::NOT_ATOMIC, argument.span, [block.kind.info().word.to_owned(), name.clone()]);
                    self.told.push(told.related_to(declared.span, name));
                }
                match numbered {
                    None if declared.several => {
                        self.tell(catalog::WHICH_ONE, argument.span, [name.clone(), block.kind.info().word.to_owned()]);
                    }
                    Some(_) if !declared.several => self.tell(catalog::ONLY_ONE, argument.span, [name.clone()]),
                    Some(position) => self.number_of(name, &declared, position, expression.span, scope),
                    None => {}
                }
            }
            None if !scope.locals.contains(name.as_str()) => {
                let shared = self.names.all.iter().filter(|(_, declared)| declared.kind() == Kind::Shared);
                let told = Diagnostic::new(catalog::UNKNOWN_NAME, argument.span, [name.clone()]);
                let told = told.replaced_by(nearest(name, shared.map(|(name, _)| *name)));
                if !self.perhaps.contains(name) {
                    self.told.push(told);
                }
            }
            declared => {
                let is_collection = declared.is_some_and(|it| matches!(it.kind(), Kind::List | Kind::Dict));
                let row = if is_collection || numbered.is_some() { catalog::SET_PART } else { catalog::SET_LOCAL };
                self.tell(row, argument.span, [name.clone()]);
            }
        }
    }

    fn start(&mut self, block: &Block) {
        let Some(ArgumentValue::Expression(Expression { node: Node::Name(name), span })) = block.argument("thread") else {
            return;
        };
        let Some(declared) = self.names.get(name).filter(|declared| matches!(declared.kind(), Kind::Thread | Kind::Process))
        else {
            return;
        };
        if !matches!(declared.block.argument("start"), Some(ArgumentValue::Switch(false))) {
            let told = Diagnostic::new(catalog::ALREADY_STARTED, *span, [name.clone()]);
            self.told.push(told.related_to(declared.span, name));
        }
    }

    /// A name that Python does not know is an exception of the scenario's own, if anything asks for it by that name.
    fn raise(&mut self, block: &'a Block) {
        let Some(Argument { value: ArgumentValue::Name(name), span, .. }) = block.arguments_of("exception").next() else {
            return;
        };
        if self.whole && !names::is_exception(name) && !self.names.awaited.contains(name.as_str()) {
            let near =
                nearest(name, exception::known().map(|known| -> &'a str { known }).chain(self.names.awaited.iter().copied()));
            self.told.push(Diagnostic::new(catalog::OWN_EXCEPTION, *span, [name.clone()]).replaced_by(near));
        }
    }

    fn exceptions(&mut self, block: &'a Block, parameter: &str) {
        for argument in block.arguments_of(parameter) {
            let ArgumentValue::Name(name) = &argument.value else { continue };
            if self.whole && !names::is_exception(name) && !self.names.raised.contains(name.as_str()) {
                let near =
                    nearest(name, exception::known().map(|known| -> &'a str { known }).chain(self.names.raised.iter().copied()));
                self.told.push(Diagnostic::new(catalog::UNKNOWN_EXCEPTION, argument.span, [name.clone()]).replaced_by(near));
            }
        }
    }

    fn expect(&mut self, block: &'a Block) {
        self.exceptions(block, "exception");
        let claim = block.argument("claim");
        let exception = block.argument("exception").is_some();
        let lines = block.arguments_of("lines").count();
        let about_output = matches!(claim, Some(ArgumentValue::Choice("output" | "output-contains")));
        let fits = claim.is_some() != exception
            && (lines > 0) == about_output
            && (block.argument("in").is_none() || exception || self.process_of(block).is_some());
        if !fits && !block.damaged && !block.arguments.is_empty() {
            self.tell(catalog::EXPECT_WHAT, block.span, []);
        }
    }
}

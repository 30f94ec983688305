//! A scenario as plain data: every node of the file is a [`Block`], from `scenario` and `lock` down to `compute`, with its place.
//! Owns the shape; what kinds there are is `block`, how text becomes this is `read`, what is wrong with it is `check`.

mod argument;
pub mod assist;
pub mod block;
pub mod check;
pub mod expression;
pub mod highlight;
pub mod library;
pub mod overrides;
pub mod read;
mod reading;
pub mod roles;
pub mod template;
pub mod write;

pub use argument::is_name;
pub use reading::Reading;

use crate::diagnostic::{Checked, Span, catalog};
use crate::document::{Document, Node};
use crate::id::BlockId;
use block::{Choice, Kind};
use expression::{Expression, Template};

/// What a scenario file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scenario {
    /// The top-level nodes in the order of the text.
    pub blocks: Vec<Block>,
    /// How many blocks there are in all; ids are below it.
    pub block_count: u32,
}

/// One node of the file: a declaration or a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its number in this reading.
    pub id: BlockId,
    /// What it is: a row of the table of block kinds.
    pub kind: Kind,
    /// It stands behind `await`, which is part of its word.
    pub awaited: bool,
    /// What was written behind the word, in the order of the text. A parameter left out has no argument: its default holds.
    pub arguments: Vec<Argument>,
    /// Where each of them stands, those that could not be understood too.
    pub written: Vec<Written>,
    /// The blocks between its braces.
    pub body: Vec<Block>,
    /// `elif`, `else`, `except`, `finally` that follow and belong to it, in order.
    pub clauses: Vec<Block>,
    /// The whole node, braces included, without its clauses.
    pub span: Span,
    /// Its word.
    pub word: Span,
    /// Its braces and what is between them, if it has any.
    pub braces: Option<Span>,
    /// Something behind its word could not be read: what seems to be missing may have been meant there.
    pub damaged: bool,
}

/// The place of something written behind a block's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Which parameter it is for; none when no parameter is meant by it.
    pub parameter: Option<usize>,
    /// The property's name.
    pub name: Option<Span>,
    /// The value, quotes included.
    pub value: Span,
}

impl Written {
    /// All of it: the value, with its property's name if it has one.
    #[must_use]
    pub const fn span(self) -> Span {
        match self.name {
            Some(name) => Span::new(name.start, self.value.end),
            None => self.value,
        }
    }
}

/// A value given to one of a block's parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Which: an index into `kind.info().parameters`. A parameter that takes many has several arguments.
    pub parameter: usize,
    /// What.
    pub value: ArgumentValue,
    /// The value's place, quotes included.
    pub span: Span,
}

/// A value as a parameter of its type takes it.
#[derive(Debug, Clone, PartialEq)]
pub enum ArgumentValue {
    /// A name being declared or bound.
    Name(String),
    /// An expression; a name that refers to something declared is one too.
    Expression(Expression),
    /// An expression with the unit its property named: milliseconds and the like to nanoseconds, kilobytes to bytes.
    Measure {
        /// The number before the unit.
        amount: Expression,
        /// What to multiply it by to get nanoseconds or bytes.
        scale: u64,
    },
    /// A text with expressions in braces.
    Template(Template),
    /// One of the parameter's fixed words.
    Choice(Choice),
    /// On or off.
    Switch(bool),
    /// Plain text.
    Text(String),
}

impl Block {
    /// Its word as it is written: `await get`.
    #[must_use]
    pub fn words(&self) -> std::borrow::Cow<'static, str> {
        let word = self.kind.info().word;
        if self.awaited && !self.kind.needs_await() { format!("await {word}").into() } else { word.into() }
    }

    /// The first argument of the parameter called `name`.
    ///
    /// # Panics
    /// When this kind has no such parameter, which is a mistake of ours.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&ArgumentValue> {
        self.arguments_of(name).next().map(|argument| &argument.value)
    }

    /// Every argument of the parameter called `name`, in the order of the text.
    ///
    /// # Panics
    /// When this kind has no such parameter, which is a mistake of ours.
    pub fn arguments_of(&self, name: &str) -> impl Iterator<Item = &Argument> {
        let index = self.kind.info().parameters.iter().position(|parameter| parameter.name == name);
        let index = index.unwrap_or_else(|| panic!("`{}` has a parameter `{name}`", self.kind.info().word));
        self.arguments.iter().filter(move |argument| argument.parameter == index)
    }

    /// This block and all below it, in the order of the text.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for block in self.body.iter().chain(&self.clauses) {
            block.walk(visit);
        }
    }
}

impl Scenario {
    /// The programs that its header names: what it may ask to run.
    #[must_use]
    pub fn allowed_commands(&self) -> std::collections::BTreeSet<&str> {
        let headers = self.blocks.iter().filter(|block| block.kind == Kind::Scenario).flat_map(|header| &header.body);
        let rows = headers.filter(|row| row.kind == Kind::AllowCommands);
        let named = rows.flat_map(|row| row.arguments_of("commands")).filter_map(|argument| match &argument.value {
            ArgumentValue::Text(program) => Some(program.as_str()),
            _ => None,
        });
        named.collect()
    }

    /// The programs that it asks to run.
    #[must_use]
    pub fn commands(&self) -> std::collections::BTreeSet<String> {
        let mut commands = std::collections::BTreeSet::new();
        self.walk(&mut |block| {
            if block.kind == Kind::RunCommand
                && let Some(ArgumentValue::Text(program)) = block.argument("program")
            {
                commands.insert(program.clone());
            }
        });
        commands
    }

    /// Every block, in the order of the text; the n-th has id n.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Block)) {
        for block in &self.blocks {
            block.walk(visit);
        }
    }
}

/// A text as it was read: what another process of ours is handed, so that it need not read the text once more.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Tree(Vec<Node>);

/// Reads and checks a text: all that can be told of it without running anything, in the order of the text.
#[must_use]
pub fn load(text: &str) -> Checked<Scenario> {
    load_with(text, &[])
}

/// The same, and its tree.
#[must_use]
pub fn load_with_tree(text: &str) -> (Checked<Scenario>, Tree) {
    let document = Document::new(text);
    (read_document(&document, &[]), Tree(document.into_nodes()))
}

/// What a text says that has been checked before, of its tree.
#[must_use]
pub fn reload(tree: &Tree) -> Scenario {
    read::read_nodes(&tree.0).value
}

/// The same with constants given from outside, as pairs of a name and an expression.
#[must_use]
pub fn load_with(text: &str, overrides: &[(String, String)]) -> Checked<Scenario> {
    read_document(&Document::new(text), overrides)
}

/// Reads a document without checking it: the scenario that [`read_document`] gives where nothing is overridden.
#[must_use]
pub fn read_only(document: &Document) -> Scenario {
    read::read(document).value
}

/// The same of a document that is kept: what did not change since it was last read is not read again.
#[must_use]
pub fn read_document(document: &Document, overrides: &[(String, String)]) -> Checked<Scenario> {
    let mut read = read::read(document);
    let whole = document.diagnostics().is_empty() && !read.diagnostics.iter().any(|told| loses_names(told.code));
    if whole {
        read.diagnostics.extend(overrides::apply(&mut read.value, overrides));
    }
    if document.diagnostics().iter().all(|told| !forbids_reading(told.code)) {
        read.diagnostics.extend(check::check(&read.value, document.text(), whole));
    }
    read.diagnostics.extend_from_slice(document.diagnostics());
    read.diagnostics.sort_by_key(|told| (told.span, told.code));
    read.diagnostics.dedup();
    read
}

fn forbids_reading(code: &str) -> bool {
    [catalog::TOO_LARGE, catalog::BINARY].iter().any(|row| row.code == code)
}

/// Whether a block so told was left out, and with it perhaps names that others use.
fn loses_names(code: &str) -> bool {
    let rows = [
        catalog::UNKNOWN_NODE,
        catalog::BAD_NAME,
        catalog::STRAY_CLAUSE,
        catalog::BELONGS_TO_BODY,
        catalog::BELONGS_TO_TOP,
        catalog::BELONGS_TO_HEADER,
    ];
    rows.iter().any(|row| row.code == code)
}

/// The candidate that was most likely meant by `written`, if any is near: at most a third of its letters differ, and not all.
#[must_use]
pub fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let most = written.chars().count().div_ceil(3).max(1);
    let far = |candidate: &str| strsim::damerau_levenshtein(written, candidate);
    let far_in_letters = |candidate: &str| strsim::damerau_levenshtein(&written.to_lowercase(), &candidate.to_lowercase());
    let shares = |candidate: &str| far_in_letters(candidate) < written.chars().count();
    let near = candidates.filter(|candidate| (1..=most).contains(&far(candidate)) && shares(candidate));
    near.min_by_key(|candidate| (far_in_letters(candidate), far(candidate), *candidate)).map(str::to_owned)
}

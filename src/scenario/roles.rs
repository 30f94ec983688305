//! What each token of a text is for: the word of a block, a property's name, a value and the parameter that takes it; and which
//! node stands in which. By the table of block kinds, in one pass, on any text, whether it parses or not.
//! Does not read values: `argument` does, and `assist` looks for names in them.

use super::block::{Form, Kind, Parameter};
use crate::diagnostic::Span;
use crate::document::token::{Token, TokenKind, tokens};

/// The tokens of a text that are not blanks, and its nodes.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// In the order of the text.
    pub parts: Vec<Part>,
    /// In the order of the text: a node stands behind the one it is in.
    pub nodes: Vec<Node>,
}

/// A token and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Where.
    pub span: Span,
    /// What it is to KDL.
    pub token: TokenKind,
    /// What it is to the table of block kinds.
    pub role: Role,
    /// The node it belongs to, an index; none for marks and comments between nodes.
    pub node: Option<usize>,
    /// `/-` leaves it out.
    pub left_out: bool,
}

/// What a token is for.
#[derive(Debug, Clone, Copy)]
pub enum Role {
    /// A node's word, and the kind it names.
    Word(Option<Kind>),
    /// A property's name.
    Property(Option<&'static Parameter>),
    /// A value, and the parameter that takes it.
    Value {
        /// Which, if one does.
        parameter: Option<&'static Parameter>,
        /// By its position, not by a property's name.
        positional: bool,
    },
    /// The `=` of a property.
    Equals,
    /// `/-`
    Slashdash,
    /// A comment.
    Comment,
    /// A brace, a semicolon, something that may not stand here.
    Mark,
}

/// A node as far as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// What it is, if the table knows its word.
    pub kind: Option<Kind>,
    /// The node it stands in, an index.
    pub parent: Option<usize>,
    /// Its word.
    pub word: Span,
    /// `/-` leaves it out.
    pub left_out: bool,
}

/// Where a token stands in its node.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    node: Option<usize>,
    /// Positional values so far.
    positions: usize,
    /// The property whose value comes next.
    property: Option<&'static Parameter>,
    awaits_value: bool,
}

/// Reads the roles of all tokens of `text`.
#[must_use]
pub fn outline(text: &str) -> Outline {
    let all = tokens(text);
    let mut outline = Outline { parts: Vec::with_capacity(all.len()), nodes: Vec::new() };
    let mut around: Vec<Option<usize>> = Vec::new();
    let mut line = Line::default();
    let mut left_out = LeftOut::No;
    for (at, token) in all.iter().enumerate() {
        let node = line.node;
        let role = match token.kind {
            TokenKind::Space | TokenKind::Continuation => continue,
            TokenKind::Newline => {
                line = Line::default();
                left_out = left_out.at_line_end();
                continue;
            }
            TokenKind::LineComment | TokenKind::BlockComment(_) => Role::Comment,
            TokenKind::Slashdash => {
                left_out = left_out.begin(line.node.is_some());
                Role::Slashdash
            }
            TokenKind::Open | TokenKind::Close | TokenKind::Semicolon => {
                match token.kind {
                    TokenKind::Open => around.push(line.node),
                    TokenKind::Close => drop(around.pop()),
                    _ => {}
                }
                line = Line::default();
                left_out = left_out.at_mark(token.kind);
                Role::Mark
            }
            TokenKind::Equals => Role::Equals,
            TokenKind::Bad => Role::Mark,
            TokenKind::Bare | TokenKind::Keyword | TokenKind::Text(_) => {
                let positions = line.positions;
                let hidden = left_out == LeftOut::NodeAhead || left_out.hides();
                let role = outline.role(&mut line, text, token, all.get(at + 1), around.last().copied().flatten(), hidden);
                if left_out == LeftOut::Next {
                    line.positions = positions;
                }
                role
            }
        };
        let hidden = left_out.hides() && !matches!(role, Role::Comment);
        left_out = left_out.after_value(token.kind, line.awaits_value);
        let node = if token.kind == TokenKind::Open { node } else { line.node };
        outline.parts.push(Part { span: token.span, token: token.kind, role, node, left_out: hidden });
    }
    outline
}

impl Outline {
    fn role(
        &mut self,
        line: &mut Line,
        text: &str,
        token: &Token,
        next: Option<&Token>,
        parent: Option<usize>,
        left_out: bool,
    ) -> Role {
        let written = &text[token.span.range()];
        let Some(node) = line.node else {
            let kind = Kind::from_word(written.trim_matches('"'));
            line.node = Some(self.nodes.len());
            self.nodes.push(Node { kind, parent, word: token.span, left_out });
            return Role::Word(kind);
        };
        let is_property = next.is_some_and(|next| next.kind == TokenKind::Equals);
        if self.nodes[node].kind == Some(Kind::Await)
            && line.positions == 0
            && !is_property
            && let Some(kind) = super::read::behind_await(written.trim_matches('"'))
        {
            self.nodes[node].kind = Some(kind);
            self.nodes[node].word.end = token.span.end;
            return Role::Word(Some(kind));
        }
        let parameters = self.nodes[node].kind.map_or(&[][..], |kind| kind.info().parameters);
        if is_property && !line.awaits_value {
            line.property = property(parameters, written);
            line.awaits_value = true;
            return Role::Property(line.property);
        }
        if line.awaits_value {
            line.awaits_value = false;
            return Role::Value { parameter: line.property.take(), positional: false };
        }
        line.positions += 1;
        Role::Value { parameter: positional(parameters, line.positions - 1), positional: true }
    }

    /// The last part that begins before `offset`, an index.
    #[must_use]
    pub fn part_before(&self, offset: usize) -> Option<usize> {
        self.parts.partition_point(|part| part.span.start < offset).checked_sub(1)
    }

    /// The node at the top of the file that holds `node`, or is it. What is disabled counts as standing where it stands.
    #[must_use]
    pub fn body_of(&self, node: usize) -> usize {
        let mut body = node;
        let mut at = self.nodes[node].parent;
        while let Some(parent) = at {
            // A process is a small file: what is declared in it has a body of its own.
            if self.nodes[parent].kind == Some(Kind::Process) && self.nodes[body].kind.is_some_and(Kind::is_declared_inside) {
                return body;
            }
            if self.nodes[parent].kind != Some(Kind::Disabled) {
                body = parent;
            }
            at = self.nodes[parent].parent;
        }
        body
    }

    /// The process that a node stands in, if it does.
    #[must_use]
    pub fn process_of(&self, node: usize) -> Option<usize> {
        let mut at = self.nodes[node].parent;
        while let Some(parent) = at {
            if self.nodes[parent].kind == Some(Kind::Process) {
                return Some(parent);
            }
            at = self.nodes[parent].parent;
        }
        None
    }
}

/// The parameter whose property is written so.
pub(super) fn property(parameters: &'static [Parameter], written: &str) -> Option<&'static Parameter> {
    let found = |parameter: &&Parameter| {
        parameter.form == Form::Property && parameter.spellings().iter().any(|spelling| spelling == written)
    };
    parameters.iter().find(found)
}

/// The parameter of the position `at`.
pub(super) fn positional(parameters: &'static [Parameter], at: usize) -> Option<&'static Parameter> {
    let mut by_position = parameters.iter().filter(|parameter| parameter.form != Form::Property);
    let last = by_position.clone().next_back();
    by_position.nth(at).or_else(|| last.filter(|last| last.form == Form::Rest))
}

/// How far a `/-` reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    No,
    /// The one value, or the braces, that follow.
    Next,
    /// A node that has not begun.
    NodeAhead,
    /// A node, up to the end of its line or of its braces.
    Node,
    /// Braces, so many deep.
    Braces(u32),
}

impl LeftOut {
    const fn begin(self, inside_a_node: bool) -> Self {
        match self {
            Self::No if inside_a_node => Self::Next,
            Self::No => Self::NodeAhead,
            kept => kept,
        }
    }

    const fn hides(self) -> bool {
        !matches!(self, Self::No)
    }

    const fn at_line_end(self) -> Self {
        match self {
            Self::Node | Self::Next => Self::No,
            kept => kept,
        }
    }

    fn at_mark(self, mark: TokenKind) -> Self {
        match (self, mark) {
            (Self::Braces(depth), TokenKind::Open) => Self::Braces(depth + 1),
            (Self::Node | Self::Next, TokenKind::Open) => Self::Braces(1),
            (Self::Braces(depth), TokenKind::Close) => Self::Braces(depth.saturating_sub(1)),
            (Self::Node | Self::Next, _) => Self::No,
            (kept, _) => kept,
        }
    }

    /// What holds for the tokens behind this one, which it still covers.
    const fn after_value(self, kind: TokenKind, is_property: bool) -> Self {
        let is_value = matches!(kind, TokenKind::Bare | TokenKind::Keyword | TokenKind::Text(_));
        match self {
            Self::NodeAhead if is_value => Self::Node,
            Self::Next if is_value && !is_property => Self::No,
            Self::Braces(0) => Self::No,
            kept => kept,
        }
    }
}

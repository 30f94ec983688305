//! What may be written at a place: a block's word, an argument of which block, the inside of which value.

use super::mentions::Mentions;
use super::pieces::{Inside, content, pieces};
use crate::diagnostic::Span;
use crate::document::token::TokenKind;
use crate::scenario::block::{Accepts, Kind, Parameter};
use crate::scenario::roles::{Outline, Part, Role, positional};

/// A place, with what is written of it already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) what: SpotKind,
    /// What stands there already, up to the caret.
    pub(super) written: Span,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum SpotKind {
    /// A block's word, in this node.
    Word { parent: Option<usize> },
    /// An argument of this node: a value by position, if one is taken, or a property.
    Argument { node: usize, parameter: Option<&'static Parameter> },
    /// The name of a property that has its `=` already.
    Property { node: usize },
    /// The value of a property, or what stands between quotes.
    Value { node: usize, parameter: &'static Parameter, quoted: bool },
    /// Behind a point.
    Attribute,
}

/// What may be written at the byte `at` of `text`; none in comments, plain texts, and where only a new line may come.
pub(super) fn spot(text: &str, mentions: &Mentions, at: usize) -> Option<Spot> {
    let outline = &mentions.outline;
    let empty = Span::new(at, at);
    let Some(index) = outline.part_before(at) else {
        return Some(Spot { what: SpotKind::Word { parent: None }, written: empty });
    };
    let part = &outline.parts[index];
    let new_word = || Some(Spot { what: SpotKind::Word { parent: container(outline, index) }, written: empty });
    if at <= part.span.end {
        return match part.token {
            TokenKind::Open | TokenKind::Semicolon if at == part.span.end => new_word(),
            TokenKind::Equals if at == part.span.end => value_of(outline, index, empty),
            TokenKind::Text(_) => quoted(text, part, at),
            TokenKind::Bare | TokenKind::Keyword if !part.left_out => bare(outline, index, Span::new(part.span.start, at)),
            _ => None,
        };
    }
    let between = &text[part.span.end..at];
    if between.contains(['\n', '\r']) && !between.contains('\\') {
        return new_word();
    }
    match part.role {
        Role::Mark if matches!(part.token, TokenKind::Open | TokenKind::Semicolon) => new_word(),
        Role::Equals => value_of(outline, index, empty),
        Role::Word(_) | Role::Value { .. } if !part.left_out => {
            let node = part.node?;
            let parameters = outline.nodes[node].kind.map_or(&[][..], |kind| kind.info().parameters);
            let positions = positions(outline, node, at);
            Some(Spot { what: SpotKind::Argument { node, parameter: positional(parameters, positions) }, written: empty })
        }
        _ => None,
    }
}

/// How many values by position `node` has before `at`.
fn positions(outline: &Outline, node: usize, at: usize) -> usize {
    let is_position = |part: &&Part| {
        part.node == Some(node)
            && part.span.end < at
            && !part.left_out
            && matches!(part.role, Role::Value { positional: true, .. })
    };
    outline.parts.iter().filter(is_position).count()
}

/// The node whose braces are open behind the part `index`.
fn container(outline: &Outline, index: usize) -> Option<usize> {
    let mut around: Vec<Option<usize>> = Vec::new();
    for part in &outline.parts[..=index] {
        match part.token {
            TokenKind::Open => around.push(part.node),
            TokenKind::Close => drop(around.pop()),
            _ => {}
        }
    }
    around.last().copied().flatten()
}

/// Behind the `=` at `index`.
fn value_of(outline: &Outline, index: usize, written: Span) -> Option<Spot> {
    let property = outline.parts.get(index.checked_sub(1)?)?;
    let Role::Property(Some(parameter)) = property.role else { return None };
    Some(Spot { what: SpotKind::Value { node: property.node?, parameter, quoted: false }, written })
}

fn bare(outline: &Outline, index: usize, written: Span) -> Option<Spot> {
    let part = &outline.parts[index];
    let node = part.node?;
    let what = match part.role {
        Role::Word(_) => SpotKind::Word { parent: outline.nodes[node].parent },
        Role::Property(_) => SpotKind::Property { node },
        Role::Value { positional: true, parameter } => SpotKind::Argument { node, parameter },
        Role::Value { parameter: Some(parameter), .. } => SpotKind::Value { node, parameter, quoted: false },
        _ => return None,
    };
    Some(Spot { what, written })
}

fn quoted(text: &str, part: &Part, at: usize) -> Option<Spot> {
    let Role::Value { parameter: Some(parameter), .. } = part.role else { return None };
    let (inner, escapes) = content(text, part.span, part.token);
    if part.left_out || at < inner.start || inner.end < at {
        return None;
    }
    let is_name = |c: char| c == '_' || c.is_alphanumeric();
    let begin = text[inner.start..at].trim_end_matches(is_name).len() + inner.start;
    let node = part.node?;
    let what = SpotKind::Value { node, parameter, quoted: true };
    match parameter.accepts {
        Accepts::Choice(_) | Accepts::NewName | Accepts::Local | Accepts::ExceptionName => {
            Some(Spot { what, written: Span::new(inner.start, at) })
        }
        Accepts::Text | Accepts::Switch => None,
        accepts => match pieces(text, inner, escapes, accepts == Accepts::Template, at).1 {
            Inside::Expression => Some(Spot { what, written: Span::new(begin, at) }),
            Inside::Attribute => Some(Spot { what: SpotKind::Attribute, written: Span::new(begin, at) }),
            Inside::Text => None,
        },
    }
}

/// The last block before `at` in `parent`, and the last of its clauses.
pub(super) fn before(outline: &Outline, parent: Option<usize>, at: usize) -> Option<(Kind, Kind)> {
    let mut last: Option<(Kind, Kind)> = None;
    let siblings = outline.nodes.iter().filter(|node| node.parent == parent && node.word.end < at && !node.left_out);
    for kind in siblings.map(|node| node.kind) {
        last = match (kind, last) {
            (Some(kind), Some((owner, _))) if matches!(kind.info().place, crate::scenario::block::Place::Clause(_)) => {
                Some((owner, kind))
            }
            (kind, _) => kind.map(|kind| (kind, kind)),
        };
    }
    last
}

//! Expressions and templates as trees, each part with its place, and the reader of their small language (Python's).
//! Does not compute: `program::compile` turns a tree into instructions.

mod lexer;
mod reader;
mod template;

pub use lexer::Place;
pub use reader::{RESERVED, read};
pub use template::read_template;

use crate::diagnostic::Span;
pub use crate::value::operation::{Binary, Comparison, Unary};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it is.
    pub node: Node,
    /// Its place in the file (not in the expression's own text).
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `None`.
    None,
    /// `True`, `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point or an exponent.
    Float(f64),
    /// A text in quotes.
    Text(String),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// A local, a constant, a `shared`, a resource, a task or a routine; which, the scope decides.
    Name(String),
    /// `-x`, `+x`, `not x`.
    Unary(Unary, Box<Expression>),
    /// `x + y` and its like.
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `a < b <= c`: the first, then each operator with its right side. Each is computed once, the rest skipped when one is false.
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    /// `x and y`, `x or y`; the right side only when the left does not decide.
    Logic(Logic, Box<Expression>, Box<Expression>),
    /// `x if condition else y`.
    Conditional {
        /// Tested first.
        condition: Box<Expression>,
        /// The value when true.
        then: Box<Expression>,
        /// The value when false.
        otherwise: Box<Expression>,
    },
    /// `xs[i]`; also one of `count=N` things, `fork[i]`.
    Index(Box<Expression>, Box<Expression>),
    /// `e.value`, `t.name`.
    Attribute(Box<Expression>, String),
    /// `len(q)`, `rand(6)`, and in checks `inside('label')`.
    Call(String, Vec<Expression>),
}

/// What is declared in a process, as a check names it: `p.worker`, `p[1].worker[0]`.
#[derive(Debug, Clone, Copy)]
pub struct Inside<'a> {
    /// Which process, or which of several.
    pub process: &'a Expression,
    /// What is declared there.
    pub name: &'a str,
    /// Where that name stands.
    pub span: Span,
    /// Which of several.
    pub number: Option<&'a Expression>,
}

impl Expression {
    /// What it names in a process, if it is written like that.
    #[must_use]
    pub fn inside(&self) -> Option<Inside<'_>> {
        let (named, number) = match &self.node {
            Node::Index(of, number) => (&**of, Some(&**number)),
            _ => (self, None),
        };
        let Node::Attribute(process, name) = &named.node else { return None };
        let span = Span::new(named.span.end - name.len(), named.span.end);
        Some(Inside { process, name, span, number })
    }

    /// The expressions directly inside it, from left to right.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match &self.node {
            Node::None | Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::Text(_) | Node::Name(_) => {}
            Node::List(items) | Node::Call(_, items) => items.iter().for_each(visit),
            Node::Unary(_, of) | Node::Attribute(of, _) => visit(of),
            Node::Binary(_, left, right) | Node::Logic(_, left, right) | Node::Index(left, right) => {
                visit(left);
                visit(right);
            }
            Node::Compare(first, rest) => {
                visit(first);
                for (_, side) in rest {
                    visit(side);
                }
            }
            Node::Conditional { condition, then, otherwise } => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
        }
    }
}

/// `and` or `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Logic {
    /// `and`
    And,
    /// `or`
    Or,
}

/// Text with expressions in braces.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// As it is.
    Text(String),
    /// The value of an expression, formatted as Python's `format(value, spec)`.
    Hole {
        /// What.
        expression: Expression,
        /// Behind the colon, `.2f`; empty for `str(value)`.
        spec: String,
    },
}

impl Part {
    /// The expression of a hole.
    #[must_use]
    pub const fn hole(&self) -> Option<&Expression> {
        match self {
            Self::Hole { expression, .. } => Some(expression),
            Self::Text(_) => None,
        }
    }
}

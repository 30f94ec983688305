//! Python's operators by name, and what they give instead of a value: an exception, or that there is no room.
//! Owns the words; what the operators compute is in `operation` and `comparison`.

use std::borrow::Cow;

use super::table::{Full, MOST_BYTES_EACH};

/// An operator with one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Minus,
    /// `+x`
    Plus,
    /// `not x`
    Not,
}

/// An operator with two sides that computes both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, always a float
    Divide,
    /// `//`, rounded down
    FloorDivide,
    /// `%`, with the sign of the divisor
    Modulo,
    /// `**`
    Power,
}

impl Binary {
    /// As it is written, and as Python's errors name it.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "%",
            Self::Power => "** or pow()",
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

/// An exception to be raised: what an operation gives instead of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `TypeError`.
    pub name: &'static str,
    /// What `str(e)` gives, CPython 3.11's words where it has some.
    pub message: Cow<'static, str>,
}

/// Items of one queue.
pub(crate) const MOST_QUEUED: usize = 10_000_000;

impl Failure {
    /// An exception called `name`.
    pub fn new(name: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { name, message: message.into() }
    }

    pub(super) fn type_error(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("TypeError", message)
    }

    /// A queue holds as much as it may.
    pub(crate) fn full_queue() -> Self {
        Self::new("MemoryError", format!("a queue holds at most {MOST_QUEUED} items"))
    }

    pub(super) fn overflow() -> Self {
        Self::new("OverflowError", "the result does not fit in an integer of 64 bits")
    }
}

impl From<Full> for Failure {
    fn from(_full: Full) -> Self {
        Self::new("MemoryError", super::table::LIMITS)
    }
}

/// Whether one text or list may have so many bytes.
pub(super) fn limit(bytes: usize) -> Result<(), Full> {
    if bytes > MOST_BYTES_EACH { Err(Full) } else { Ok(()) }
}

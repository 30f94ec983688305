//! What a block takes: the name, the form and the type of each of its parameters, and what it means.

use super::Kind;
use crate::lang::Words;

/// One thing a block takes.
#[derive(Debug)]
pub struct Parameter {
    /// Its name: shown, and the property's name in the file unless positional. For a measure the stem: `timeout` for
    /// `timeout-ms=`, empty for a bare `ms=`.
    pub name: &'static str,
    /// How it is written.
    pub form: Form,
    /// What it takes.
    pub accepts: Accepts,
    /// What holds when it is left out; `None` for one that must be given (or, with `optional`, may be absent altogether).
    pub default: Option<&'static str>,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it means.
    pub doc: Words,
}

/// How an argument is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// By its position behind the word.
    Positional,
    /// All positions that remain.
    Rest,
    /// `name=value`.
    Property,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Accepts {
    /// A new name for something declared.
    NewName,
    /// A local to bind.
    Local,
    /// The name of something declared, or an expression that gives a handle, of one of these kinds.
    Reference(&'static [Kind]),
    /// The name of a `shared` (or one of several, `x[i]`) that is written to.
    Target,
    /// Any expression.
    Expression,
    /// What an `expect` is about: a word of [`OUTCOMES`](super::OUTCOMES), or an expression.
    Claim,
    /// An expression that gives a whole number in this range.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Text with `{expressions}`.
    Template,
    /// Plain text.
    Text,
    /// One of these words.
    Choice(&'static [Choice]),
    /// `#true` or `#false`.
    Switch,
    /// A time: `us=`, `ms=`, `s=`.
    Duration,
    /// A size: `bytes=`, `kb=`, `mb=`.
    Size,
    /// The name of an exception.
    ExceptionName,
}

/// A fixed word, such as `kind=ticket`.
pub type Choice = &'static str;

impl Parameter {
    /// One that must be given, by its position.
    pub(super) const fn positional(name: &'static str, accepts: Accepts, en: &'static str, zh: &'static str) -> Self {
        Self { name, form: Form::Positional, accepts, default: None, optional: false, doc: Words { en, zh } }
    }

    /// All that follow.
    pub(super) const fn rest(name: &'static str, accepts: Accepts, en: &'static str, zh: &'static str) -> Self {
        Self { name, form: Form::Rest, accepts, default: None, optional: true, doc: Words { en, zh } }
    }

    /// One that may be left out, by its name.
    pub(super) const fn property(name: &'static str, accepts: Accepts, en: &'static str, zh: &'static str) -> Self {
        Self { name, form: Form::Property, accepts, default: None, optional: true, doc: Words { en, zh } }
    }

    pub(super) const fn required(mut self) -> Self {
        self.optional = false;
        self
    }

    pub(super) const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self.optional = true;
        self
    }

    /// How its property may be spelled in a file: `into`, or one for each unit, `timeout-us`, `timeout-ms`, `timeout-s`.
    pub fn spellings(&self) -> Vec<String> {
        let units = self.accepts.units();
        if units.is_empty() {
            return vec![self.name.to_owned()];
        }
        let stem = if self.name.is_empty() { String::new() } else { format!("{}-", self.name) };
        units.iter().map(|(unit, _)| format!("{stem}{unit}")).collect()
    }

    /// How a property with this scale of its unit is spelled.
    #[must_use]
    pub fn spelled(&self, scale: u64) -> String {
        let of_scale = self.accepts.units().iter().position(|(_, each)| *each == scale);
        self.spellings().swap_remove(of_scale.unwrap_or(0))
    }
}

impl Accepts {
    /// The units of a measure, each with what it is in nanoseconds or bytes; empty for all else.
    #[must_use]
    pub const fn units(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Duration => &[("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)],
            Self::Size => &[("bytes", 1), ("kb", 1_024), ("mb", 1_048_576)],
            _ => &[],
        }
    }
}

//! What is told about a user's text: a code that stays, a severity, a place, and words in two languages.
//! No pass over user text returns `Err`; each returns [`Checked`]. The codes and their words are in the catalog.

pub mod catalog;
mod render;

pub use render::{LineColumn, json, render, width};

use crate::lang::Lang;
use catalog::Row;

/// A range of the text in bytes, start included, end not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same range, `by` bytes further on.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// The same range of something that began at `from` and begins at `to` now.
    #[must_use]
    pub const fn carried(self, from: usize, to: usize) -> Self {
        Self { start: self.start - from + to, end: self.end - from + to }
    }

    /// As an index into the text.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    /// Whether `offset` lies inside, or at the end.
    #[must_use]
    pub const fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It runs, but probably not as meant.
    Warning,
}

/// One thing to tell about a text. Its words are made from the catalog's templates and `arguments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which: stable, `E0104`. A row of the catalog.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// What fills the catalog's `{0}`, `{1}`…
    pub arguments: Vec<String>,
    /// What to write instead at `span`, where one replacement is right: `nearest name`.
    pub replacement: Option<String>,
    /// Other places that matter, with the text of their labels.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A row of the catalog told of a place.
    #[must_use]
    pub fn new(row: &'static Row, span: Span, arguments: impl IntoIterator<Item = String>) -> Self {
        Self {
            code: row.code,
            severity: row.severity,
            span,
            arguments: arguments.into_iter().collect(),
            replacement: None,
            related: Vec::new(),
        }
    }

    /// With what to write instead, if there is something.
    #[must_use]
    pub fn replaced_by(self, replacement: Option<String>) -> Self {
        Self { replacement, ..self }
    }

    /// With another place that matters.
    #[must_use]
    pub fn related_to(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// What is wrong, in a sentence without a full stop.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.filled(catalog::row(self.code).message.get(lang))
    }

    /// What to do about it; what to write instead where one replacement is right.
    #[must_use]
    pub fn help(&self, lang: Lang) -> String {
        match (&self.replacement, lang) {
            (Some(text), Lang::En) => format!("did you mean `{text}`?"),
            (Some(text), Lang::Zh) => format!("是不是想写 `{text}`？"),
            (None, lang) => self.filled(catalog::row(self.code).help.get(lang)),
        }
    }

    fn filled(&self, template: &str) -> String {
        let fill = |text: String, (index, argument): (usize, &String)| text.replace(&format!("{{{index}}}"), argument);
        self.arguments.iter().enumerate().fold(template.to_owned(), fill)
    }
}

/// A value and what was found on the way to it. There always is a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked<T> {
    /// As much as could be made of it.
    pub value: T,
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// Whether anything forbids running it.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

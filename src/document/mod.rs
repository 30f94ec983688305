//! The text of a scenario file, the tree read from it, and places. The only user of the kdl crate.
//! Reading never fails: what cannot be read is left out and told. Does not know what any node means.

pub mod edit;
pub mod format;
pub mod history;
mod read;
pub mod search;
pub mod token;
mod tree;
pub mod typing;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::tree::{Entry, Literal, Node};
use crate::diagnostic::{Diagnostic, Span};

/// Bytes beyond which a text is shown but neither read nor edited.
pub const MOST_BYTES: usize = 1 << 20;

/// A text and what was read from it.
#[derive(Debug, Clone, Default)]
pub struct Document {
    text: String,
    nodes: Vec<Node>,
    diagnostics: Vec<Diagnostic>,
    /// Top-level nodes as they were read last, by their text: an edit reads only the one it touched.
    known: BTreeMap<String, Arc<read::Piece>>,
}

impl Document {
    /// Reads `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let mut document = Self { text: text.into(), ..Self::default() };
        document.reread();
        document
    }

    /// The text, byte for byte.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The top-level nodes that could be read.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Only those.
    #[must_use]
    pub fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    /// What could not be read, in the order of the text.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the text is too large to be edited.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.text.len() > MOST_BYTES
    }

    /// Applies `edit` and reads the nodes it touched. The answer undoes it.
    ///
    /// # Panics
    /// When the edit's span does not lie on characters of the text.
    pub fn apply(&mut self, edit: &edit::Edit) -> edit::Edit {
        self.apply_all(std::slice::from_ref(edit)).pop().expect("one edit has one inverse")
    }

    /// Applies all of `edits` at once: each in terms of the text before all of them, in its order. The answer, of the same
    /// shape, undoes them.
    ///
    /// # Panics
    /// When a span does not lie on characters of the text, or one edit reaches into the next.
    pub fn apply_all(&mut self, edits: &[edit::Edit]) -> Vec<edit::Edit> {
        let mut text = String::with_capacity(self.text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
        let mut inverse = Vec::with_capacity(edits.len());
        let mut at = 0;
        for edit in edits {
            assert!(at <= edit.span.start, "edits stand in the order of the text");
            text.push_str(&self.text[at..edit.span.start]);
            let start = text.len();
            text.push_str(&edit.text);
            inverse.push(edit::Edit::new(Span::new(start, text.len()), &self.text[edit.span.range()]));
            at = edit.span.end;
        }
        text.push_str(&self.text[at..]);
        self.text = text;
        self.reread();
        inverse
    }

    /// Takes another text, and reads what of it is new.
    pub fn set_text(&mut self, text: String) {
        self.text = text;
        self.reread();
    }

    fn reread(&mut self) {
        (self.nodes, self.diagnostics) = (Vec::new(), Vec::new());
        if let Some(flaw) = read::unreadable(&self.text) {
            self.known.clear();
            self.diagnostics.push(flaw);
            return;
        }
        let mut known = BTreeMap::new();
        let (pieces, between) = read::pieces(&self.text);
        for span in pieces {
            let text = &self.text[span.range()];
            let read = self.known.get(text).map_or_else(|| Arc::new(read::piece(text)), Arc::clone);
            read.add_to(span.start, &mut self.nodes, &mut self.diagnostics);
            known.insert(text.to_owned(), read);
        }
        self.diagnostics.extend(between);
        self.diagnostics.sort_by_key(|told| told.span);
        self.known = known;
    }
}

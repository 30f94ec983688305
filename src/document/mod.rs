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
    /// The top-level pieces that these were read from, in order: an edit reads only those it touched.
    pieces: Vec<Piece>,
}

/// A top-level piece of the text as it was read.
#[derive(Debug, Clone)]
struct Piece {
    text: Arc<str>,
    /// Where it began when it was last met.
    start: usize,
    /// A node came of it: the next of the document's.
    has_node: bool,
    /// What was told of it; places count from its start.
    told: Vec<Diagnostic>,
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

    /// The text of each of them, in the same order. What a node says depends on nothing else.
    pub fn texts(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> {
        self.pieces.iter().filter(|piece| piece.has_node).map(|piece| &piece.text)
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
        let mut nodes = std::mem::take(&mut self.nodes).into_iter();
        let mut known: BTreeMap<Arc<str>, Vec<(Piece, Option<Node>)>> = BTreeMap::new();
        for piece in std::mem::take(&mut self.pieces) {
            let node = if piece.has_node { nodes.next() } else { None };
            known.entry(Arc::clone(&piece.text)).or_default().push((piece, node));
        }
        self.diagnostics.clear();
        if let Some(flaw) = read::unreadable(&self.text) {
            self.diagnostics.push(flaw);
            return;
        }
        let (pieces, between) = read::pieces(&self.text);
        for Span { start, end } in pieces {
            let text = &self.text[start..end];
            let same = known.get_mut(text).and_then(Vec::pop);
            let (mut piece, mut node) = same.unwrap_or_else(|| {
                let (node, told) = read::piece(text);
                (Piece { text: text.into(), start: 0, has_node: node.is_some(), told }, node)
            });
            if let Some(node) = node.as_mut().filter(|_| piece.start != start) {
                node.carry(piece.start, start);
            }
            piece.start = start;
            self.nodes.extend(node);
            let told = piece.told.iter().map(|told| Diagnostic { span: told.span.shifted(start), ..told.clone() });
            self.diagnostics.extend(told);
            self.pieces.push(piece);
        }
        self.diagnostics.extend(between);
        self.diagnostics.sort_by_key(|told| told.span);
    }
}

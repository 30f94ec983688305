//! Nodes that stand in no file yet: what was pasted, what an example shows.

use super::{Refusal, kinds_in};
use crate::document::Document;
use crate::scenario::block::Kind;
use crate::scenario::{Scenario, read};

/// The kinds of the nodes of a text that stands alone, without the clauses that follow what they belong to.
///
/// # Errors
/// When it cannot be read, or holds nothing, or a node whose word cannot be a block's.
pub fn kinds(text: &str) -> Result<Vec<Kind>, Refusal> {
    let (document, scenario) = alone(text);
    let is_word = |word: &str| word.chars().all(|c| c == '-' || c == '_' || c.is_alphanumeric());
    let are_words = document.nodes().iter().all(|node| is_word(&node.word));
    if !are_words || scenario.blocks.is_empty() || !document.diagnostics().is_empty() {
        return Err(Refusal::Unreadable);
    }
    Ok(scenario.blocks.iter().flat_map(kinds_in).collect())
}

/// What a text reads as, for places where it does not matter what stands around it.
pub(super) fn alone(text: &str) -> (Document, Scenario) {
    let document = Document::new(text);
    let scenario = read::read_anywhere(&document);
    (document, scenario)
}

//! Vocabulary of the language that this version does not run yet: told apart from a typing mistake, in its own words.

const WORDS: &[&str] = &["greenlet", "switch"];
const PROPERTIES: &[(&str, &str)] = &[("event-loop", "style")];

/// Whether a block of this name is planned.
#[must_use]
pub fn planned_word(word: &str) -> bool {
    WORDS.contains(&word)
}

/// Whether the block `word` is planned to take `property`.
#[must_use]
pub fn planned_property(word: &str, property: &str) -> bool {
    PROPERTIES.contains(&(word, property))
}

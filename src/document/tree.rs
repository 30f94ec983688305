//! The tree read from a text, as plain data: another process of ours can be handed it, instead of reading the text once more.
//! Owns the shapes; `read` makes them.

use crate::diagnostic::Span;

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Node {
    /// Its name.
    pub word: String,
    /// The name's place.
    pub word_span: Span,
    /// Arguments and properties, in the order of the text.
    pub entries: Vec<Entry>,
    /// What is between its braces; none without braces.
    pub children: Option<Vec<Node>>,
    /// All of it, braces included.
    pub span: Span,
    /// Its braces and what is between them; none without braces or without a closing one.
    pub braces: Option<Span>,
    /// Its own line could not be read: it has no entries, and a diagnostic says why.
    pub damaged: bool,
}

/// An argument or property.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// A property's name and place.
    pub name: Option<(String, Span)>,
    /// Its value.
    pub value: Literal,
    /// The value's place, quotes included.
    pub span: Span,
    /// For a string without escapes: where its first character stands, so that places inside it are exact.
    pub content: Option<usize>,
}

impl Node {
    /// What began at the byte `from` begins at `to` now.
    pub(super) fn carry(&mut self, from: usize, to: usize) {
        let carry = |span: &mut Span| *span = span.carried(from, to);
        let Self { word: _, word_span, entries, children, span, braces, damaged: _ } = self;
        carry(word_span);
        carry(span);
        braces.iter_mut().for_each(carry);
        for Entry { name, value: _, span, content } in entries {
            carry(span);
            if let Some((_, span)) = name {
                carry(span);
            }
            if let Some(at) = content {
                *at = *at - from + to;
            }
        }
        children.iter_mut().flatten().for_each(|child| child.carry(from, to));
    }
}

/// A value as KDL knows it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Literal {
    /// A string, quoted, raw or bare.
    Text(String),
    /// A whole number.
    Int(#[serde(with = "digits")] i128),
    /// A number with a point or an exponent.
    Float(#[serde(with = "bits")] f64),
    /// `#true`, `#false`.
    Bool(bool),
    /// `#null`.
    Null,
}

/// A whole number as its digits: JSON's numbers end earlier.
mod digits {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(number: &i128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i128, D::Error> {
        std::borrow::Cow::<str>::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A number with a point as its bits: JSON has no infinity, and its digits are rounded.
mod bits {
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(super) fn serialize<S: Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(number.to_bits())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        u64::deserialize(from).map(f64::from_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    #[test]
    fn a_tree_that_was_handed_over_is_the_same() {
        let text =
            "a 1 -7 1e300 0.1 #inf #true #null \"q\\\"\\n\" k=#\"raw\"# 170141183460469231731687303715884105727 { b { } }\nc";
        let document = Document::new(text);
        let handed: Vec<Node> = serde_json::from_str(&serde_json::to_string(document.nodes()).unwrap()).unwrap();
        assert_eq!(handed, document.nodes());
        let last = |node: &Node| node.entries.last().map(|entry| entry.value.clone());
        assert_eq!(handed.first().and_then(last), Some(Literal::Int(i128::MAX)));
    }

    #[test]
    fn no_number_is_no_tree() {
        assert!(serde_json::from_str::<Literal>("{\"Int\":\"ten\"}").is_err());
    }
}

//! Where blocks stand in a scenario's text: line and first words, for those who read about a run beside the text.

use crate::id::BlockId;
use crate::scenario;

/// The most characters of a block that are told.
const MOST_CHARACTERS: usize = 72;

/// Where a block stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// Its first line, without the brace that opens its body.
    pub text: String,
}

/// The places of a scenario's blocks.
#[derive(Debug, Clone, Default)]
pub struct Places(Vec<Place>);

impl Places {
    /// Of every block of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let scenario = scenario::load(text).value;
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut places = vec![Place::default(); scenario.block_count as usize];
        scenario.walk(&mut |block| {
            let line = starts.partition_point(|&start| start <= block.span.start);
            let written = text.get(block.span.range()).unwrap_or_default();
            if let Some(place) = places.get_mut(block.id.index()) {
                *place = Place { line, text: head(written) };
            }
        });
        Self(places)
    }

    /// Of one block; none if it is not of this text.
    #[must_use]
    pub fn get(&self, block: BlockId) -> Option<&Place> {
        self.0.get(block.index()).filter(|place| place.line > 0)
    }
}

fn head(written: &str) -> String {
    let first = written.lines().next().unwrap_or_default();
    // A body on the same line is left out; a brace inside quotes belongs to a template.
    let mut quoted = false;
    let brace = first.char_indices().find(|&(_, character)| {
        quoted ^= character == '"';
        character == '{' && !quoted
    });
    let first = brace.map_or(first, |(at, _)| &first[..at]).trim_end();
    if first.chars().count() <= MOST_CHARACTERS {
        return first.to_owned();
    }
    first.chars().take(MOST_CHARACTERS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_told_by_its_line_and_its_head() {
        let text = "lock l\nthread a {\n    with l { print \"{1}\" }\n}\n";
        let places = Places::of(text);
        let told: Vec<_> =
            (0..4).filter_map(|id| places.get(BlockId(id))).map(|place| (place.line, place.text.as_str())).collect();
        assert_eq!(told, [(1, "lock l"), (2, "thread a"), (3, "with l"), (3, "print \"{1}\"")]);
        assert_eq!(places.get(BlockId(9)), None);
    }
}

//! Finding a text in a text: by its letters, in any case or the same, as part of a word or as a whole one.

use crate::diagnostic::Span;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The letters.
    pub text: String,
    /// `A` is not `a`.
    pub match_case: bool,
    /// Not as part of a longer word.
    pub whole_word: bool,
}

/// Places found at most.
pub const MOST_HITS: usize = 10_000;

/// Where `query` stands in `text`, in order, none overlapping another; at most [`MOST_HITS`].
#[must_use]
pub fn hits(text: &str, query: &Query) -> Vec<Span> {
    let wanted: Vec<char> = query.text.chars().map(|c| folded(c, query.match_case)).collect();
    let Some(&first) = wanted.first() else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    for (start, c) in text.char_indices() {
        if start < at || folded(c, query.match_case) != first {
            continue;
        }
        let Some(end) = matched(&text[start..], &wanted, query.match_case).map(|length| start + length) else { continue };
        let is_word = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphanumeric());
        let part = is_word(text[..start].chars().next_back()) || is_word(text[end..].chars().next());
        if query.whole_word && part {
            continue;
        }
        found.push(Span::new(start, end));
        at = end;
        if found.len() == MOST_HITS {
            break;
        }
    }
    found
}

fn folded(c: char, match_case: bool) -> char {
    if match_case { c } else { c.to_lowercase().next().unwrap_or(c) }
}

/// How many bytes of `text` are the letters `wanted`.
fn matched(text: &str, wanted: &[char], match_case: bool) -> Option<usize> {
    let mut length = 0;
    let mut characters = text.chars();
    for &wanted in wanted {
        let c = characters.next().filter(|c| folded(*c, match_case) == wanted)?;
        length += c.len_utf8();
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, query: &str, match_case: bool, whole_word: bool, expect: &[(usize, usize)]) {
        let query = Query { text: query.to_owned(), match_case, whole_word };
        let found: Vec<_> = hits(text, &query).into_iter().map(|span| (span.start, span.end)).collect();
        assert_eq!(found, expect, "{query:?} in {text:?}");
    }

    #[test]
    fn a_text_is_found_in_any_case_or_the_same() {
        check("Lock lock LOCKS", "lock", false, false, &[(0, 4), (5, 9), (10, 14)]);
        check("Lock lock LOCKS", "lock", true, false, &[(5, 9)]);
        check("Lock lock LOCKS", "lock", false, true, &[(0, 4), (5, 9)]);
        check("锁锁 É é", "é", false, false, &[(7, 9), (10, 12)]);
        check("aaaa", "aa", false, false, &[(0, 2), (2, 4)]);
        check("a", "", false, false, &[]);
        check("锁a锁", "a", false, true, &[]);
    }
}

//! Which block of a text was which block of the text it was edited from: what a run told of one goes on being told of the other.
//! Blocks keep their order among those beside them; whatever was moved elsewhere counts as new.

use crate::id::BlockId;
use crate::scenario::{Block, Scenario};

/// Above so many pairs of changed siblings they are only taken in their order.
const MOST_PAIRS: usize = 1_000_000;

/// Which block is which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kin {
    /// By the ids of before; none where the texts are the same.
    now: Option<Vec<Option<BlockId>>>,
}

impl Kin {
    /// Of a text that is the very same.
    #[must_use]
    pub const fn same() -> Self {
        Self { now: None }
    }

    /// Of one that was edited; each comes with the text that it was read from.
    #[must_use]
    pub fn of(before: (&Scenario, &str), now: (&Scenario, &str)) -> Self {
        let mut kin = vec![None; before.0.block_count as usize];
        let mut pairing = Pairing { texts: (before.1, now.1), kin: &mut kin };
        pairing.siblings(&before.0.blocks, &now.0.blocks);
        Self { now: Some(kin) }
    }

    /// Whether the texts differ.
    #[must_use]
    pub const fn is_other(&self) -> bool {
        self.now.is_some()
    }

    /// The block that one of before is now, if it still stands there.
    #[must_use]
    pub fn now(&self, before: BlockId) -> Option<BlockId> {
        match &self.now {
            Some(now) => now.get(before.index()).copied().flatten(),
            None => Some(before),
        }
    }

    /// The block that one of now was, if it stood there.
    #[must_use]
    pub fn before(&self, now: BlockId) -> Option<BlockId> {
        match &self.now {
            Some(all) => all.iter().position(|is| *is == Some(now)).map(BlockId::from_index),
            None => Some(now),
        }
    }
}

struct Pairing<'a> {
    texts: (&'a str, &'a str),
    kin: &'a mut [Option<BlockId>],
}

impl Pairing<'_> {
    /// First those at both ends that were left as they are, then what is between.
    fn siblings(&mut self, before: &[Block], now: &[Block]) {
        let start = before.iter().zip(now).take_while(|(was, is)| self.is_same(was, is)).count();
        let (before_rest, now_rest) = (&before[start..], &now[start..]);
        let end = before_rest.iter().rev().zip(now_rest.iter().rev()).take_while(|(was, is)| self.is_same(was, is)).count();
        let (between, between_now) = (&before_rest[..before_rest.len() - end], &now_rest[..now_rest.len() - end]);
        for (was, is) in before[..start].iter().zip(now) {
            self.pair(was, is);
        }
        for (was, is) in before_rest.iter().rev().zip(now_rest.iter().rev()).take(end) {
            self.pair(was, is);
        }
        self.between(between, between_now);
    }

    /// Each with the next one that is the same, else with the next one of its kind, if no other that follows is the same as that.
    fn between(&mut self, before: &[Block], now: &[Block]) {
        if before.len().saturating_mul(now.len()) > MOST_PAIRS {
            for (was, is) in before.iter().zip(now).filter(|(was, is)| was.kind == is.kind) {
                self.pair(was, is);
            }
            return;
        }
        let mut left = now;
        for (at, was) in before.iter().enumerate() {
            let same = left.iter().position(|is| self.is_same(was, is));
            let like = || {
                let next = left.iter().position(|is| is.kind == was.kind)?;
                let is_taken = before[at + 1..].iter().any(|other| self.is_same(other, &left[next]));
                (!is_taken).then_some(next)
            };
            if let Some(found) = same.or_else(like) {
                self.pair(was, &left[found]);
                left = &left[found + 1..];
            }
        }
    }

    fn is_same(&self, was: &Block, is: &Block) -> bool {
        was.kind == is.kind && self.texts.0.get(was.span.range()) == self.texts.1.get(is.span.range())
    }

    fn pair(&mut self, was: &Block, is: &Block) {
        if let Some(kin) = self.kin.get_mut(was.id.index()) {
            *kin = Some(is.id);
        }
        self.siblings(&was.body, &is.body);
        self.siblings(&was.clauses, &is.clauses);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load;

    /// Each block of `before` with the word and place it has in `now`, where it is another.
    fn told(before: &str, now: &str) -> Vec<(String, Option<String>)> {
        let (was, is) = (load(before).value, load(now).value);
        let kin = Kin::of((&was, before), (&is, now));
        let mut heads = std::collections::BTreeMap::new();
        let head =
            |text: &str, block: &Block| text[block.span.range()].split(['{', ';', '\n']).next().unwrap_or("").trim().to_owned();
        is.walk(&mut |block| {
            heads.insert(block.id, head(now, block));
        });
        let mut told = Vec::new();
        was.walk(&mut |block| {
            let (was, is) = (head(before, block), kin.now(block.id).map(|is| heads[&is].clone()));
            if is.as_ref() != Some(&was) {
                told.push((was, is));
            }
        });
        told
    }

    const TEXT: &str = "lock m\nthread t {\n    repeat 5 {\n        with m { compute ms=1 }\n        sleep ms=2\n        sleep ms=3\n    }\n}\n\
                        main { if \"1 == 1\" { print \"a\" }\n else { print \"b\" } }\n";

    fn pairs(told: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        told.iter().map(|(was, is)| ((*was).to_owned(), is.map(str::to_owned))).collect()
    }

    #[test]
    fn a_block_whose_value_was_changed_is_the_block_it_was() {
        assert_eq!(told(TEXT, TEXT), []);
        assert_eq!(told(TEXT, &TEXT.replace("ms=1", "ms=100")), pairs(&[("compute ms=1", Some("compute ms=100"))]));
        assert_eq!(told(TEXT, &TEXT.replace("\"b\"", "\"c\"")), pairs(&[("print \"b\"", Some("print \"c\""))]));
        let moved = format!("// a word\nshared n 0\n{TEXT}");
        assert_eq!(told(TEXT, &moved), []);
    }
    #[test]
    fn what_was_taken_away_is_nowhere_and_its_neighbours_stay_who_they_were() {
        assert_eq!(told(TEXT, &TEXT.replace("        sleep ms=2\n", "")), pairs(&[("sleep ms=2", None)]));
        assert_eq!(told(TEXT, &TEXT.replace("        sleep ms=3\n", "")), pairs(&[("sleep ms=3", None)]));
        let twice = TEXT.replace("        sleep ms=2\n", "        sleep ms=9\n        sleep ms=2\n");
        assert_eq!(told(TEXT, &twice), []);
        assert_eq!(told("lock m\n", ""), pairs(&[("lock m", None)]));
        assert_eq!(told("", TEXT), []);
    }
    #[test]
    fn a_body_wrapped_in_another_block_is_new_there() {
        let wrapped = TEXT.replace("sleep ms=2", "repeat 2 { sleep ms=2; }");
        assert_eq!(told(TEXT, &wrapped), pairs(&[("sleep ms=2", None)]));
    }
}

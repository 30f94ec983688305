//! Lists as trees of pieces, cut at places that their own content decides: so equal lists are the same tree however they came
//! about, and a list that is a change of another shares all of it but a few pieces. Each piece is kept once.
//! Owns the shape of the trees. What is in a list, and how large all may be, is `table`'s.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fingerprint::Fingerprint;
use super::{Full, Value};

/// A piece ends at the first element from here on whose fingerprint says so,
const LEAST: usize = 32;
/// every so-manieth on the average,
const ONE_IN: u128 = 32;
/// and here at the latest.
const MOST: usize = 128;

/// What a piece costs beside its elements.
const BYTES_A_PIECE: usize = 96;

/// Elements of a list in order, or the pieces that have them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Items(Arc<[Value]>),
    Pieces(Arc<[u32]>),
}

#[derive(Debug)]
struct Piece {
    content: Content,
    fingerprint: u128,
    /// Lists in lists in it.
    depth: u32,
    /// Items in it, those in pieces below included.
    length: usize,
}

/// Every piece, by number; a list is its topmost.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    all: Vec<Piece>,
    /// By fingerprint; where two differ that have the same, the next numbers follow.
    numbers: BTreeMap<u128, u32>,
}

/// What is known of an item beside itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Print {
    pub(super) fingerprint: u128,
    /// Of a list: lists in lists in it, itself included.
    pub(super) depth: u32,
}

/// A piece on the way down to a place, and where in it the way goes on.
#[derive(Debug, Clone, Copy)]
struct Step {
    piece: u32,
    at: usize,
}

/// Elements cut into new pieces, and how many old ones they take the place of.
struct Cut<T> {
    made: Vec<Vec<T>>,
    replaced: usize,
}

/// Writes elements of one level anew: those of `first` before `at`, then `inserted`, then what comes after the `removed` ones, up
/// to where the old pieces go on as they were.
fn cut<T: Copy>(
    first: &[T],
    (at, mut removed): (usize, usize),
    inserted: &[T],
    mut next: impl FnMut() -> Option<Vec<T>>,
    print: impl Fn(T) -> u128,
) -> Cut<T> {
    let (mut made, mut open) = (Vec::new(), Vec::new());
    let push = |made: &mut Vec<Vec<T>>, open: &mut Vec<T>, element: T| {
        open.push(element);
        if open.len() >= MOST || open.len() >= LEAST && print(element).is_multiple_of(ONE_IN) {
            made.push(std::mem::take(open));
        }
    };
    first[..at].iter().chain(inserted).for_each(|&element| push(&mut made, &mut open, element));
    let (mut rest, mut replaced) = (first[at..].to_vec(), 1);
    loop {
        let skipped = removed.min(rest.len());
        removed -= skipped;
        rest[skipped..].iter().for_each(|&element| push(&mut made, &mut open, element));
        if removed == 0 && open.is_empty() {
            break;
        }
        let Some(piece) = next() else { break };
        (rest, replaced) = (piece, replaced + 1);
    }
    if !open.is_empty() {
        made.push(open);
    }
    Cut { made, replaced }
}

impl Pieces {
    pub(super) fn fingerprint(&self, list: u32) -> u128 {
        self.all[list as usize].fingerprint
    }

    pub(super) fn depth(&self, list: u32) -> u32 {
        self.all[list as usize].depth
    }

    pub(super) fn length(&self, list: u32) -> usize {
        self.all[list as usize].length
    }

    /// All items of a list.
    pub(super) fn items(&self, list: u32) -> Arc<[Value]> {
        if let Content::Items(items) = &self.all[list as usize].content {
            return Arc::clone(items);
        }
        let mut all = Vec::with_capacity(self.length(list));
        self.walk(list, &mut |items| all.extend_from_slice(items));
        all.into()
    }

    /// The items of a list, piece by piece.
    pub(super) fn walk(&self, list: u32, see: &mut impl FnMut(&Arc<[Value]>)) {
        match &self.all[list as usize].content {
            Content::Items(items) => see(items),
            Content::Pieces(pieces) => pieces.iter().for_each(|&piece| self.walk(piece, see)),
        }
    }

    pub(super) fn item(&self, list: u32, at: usize) -> Option<Value> {
        let Step { piece, at } = *self.way(list, at).last()?;
        match &self.all[piece as usize].content {
            Content::Items(items) => items.get(at).copied(),
            Content::Pieces(_) => None,
        }
    }

    /// The number of a list of few items, if it is known; `None` as well for one of many.
    pub(super) fn known(&self, items: &[Value], print: impl Fn(Value) -> Print) -> Option<u32> {
        if items.len() >= LEAST {
            return None;
        }
        let (fingerprint, _) = summary(items, print);
        self.find(fingerprint, |content| matches!(content, Content::Items(known) if **known == *items)).ok()
    }

    /// The list that has `inserted` in the place of the `removed` items from `at` on.
    ///
    /// # Errors
    /// When `grow` refuses the bytes of a new piece, or there are too many.
    pub(super) fn spliced(
        &mut self,
        list: Option<u32>,
        (at, removed): (usize, usize),
        inserted: &[Value],
        print: impl Fn(&Self, Value) -> Print,
        mut grow: impl FnMut(usize) -> Result<(), Full>,
    ) -> Result<u32, Full> {
        let Some(list) = list else {
            let made = cut(&[], (0, 0), inserted, || None, |value| print(self, value).fingerprint).made;
            let made = self.add_all(made, &print, &mut grow)?;
            return self.topmost(made, &print, &mut grow);
        };
        let way = self.way(list, at);
        let mut level = way.len() - 1;
        let place = way[level];
        let Content::Items(first) = &self.all[place.piece as usize].content else { unreachable!("a way ends at items") };
        let mut here = way[..=level].to_vec();
        let next = || {
            let Content::Items(items) = &self.all[self.next(&mut here)? as usize].content else {
                unreachable!("all items are equally deep")
            };
            Some(items.to_vec())
        };
        let Cut { made, mut replaced } = cut(first, (place.at, removed), inserted, next, |value| print(self, value).fingerprint);
        let mut made = self.add_all(made, &print, &mut grow)?;
        while let Some(above) = level.checked_sub(1) {
            level = above;
            let place = way[level];
            let Content::Pieces(first) = &self.all[place.piece as usize].content else { unreachable!("pieces stand above") };
            let mut here = way[..=level].to_vec();
            let next = || {
                let Content::Pieces(pieces) = &self.all[self.next(&mut here)? as usize].content else {
                    unreachable!("all pieces of a level are equally deep")
                };
                Some(pieces.to_vec())
            };
            let cut = cut(first, (place.at, replaced), &made, next, |piece| self.fingerprint(piece));
            replaced = cut.replaced;
            made = self.add_above(cut.made, &mut grow)?;
        }
        self.topmost(made, &print, &mut grow)
    }

    /// One piece over all of these; as low as can be.
    fn topmost(
        &mut self,
        mut level: Vec<u32>,
        print: &impl Fn(&Self, Value) -> Print,
        grow: &mut impl FnMut(usize) -> Result<(), Full>,
    ) -> Result<u32, Full> {
        while level.len() > 1 {
            let made = cut(&[], (0, 0), &level, || None, |piece| self.fingerprint(piece)).made;
            level = self.add_above(made, grow)?;
        }
        let Some(&(mut top)) = level.first() else {
            return self.add(Content::Items([].into()), summary(&[], |value| print(self, value)), 0, grow);
        };
        while let Content::Pieces(pieces) = &self.all[top as usize].content
            && let [only] = **pieces
        {
            top = only;
        }
        Ok(top)
    }

    fn add_all(
        &mut self,
        made: Vec<Vec<Value>>,
        print: &impl Fn(&Self, Value) -> Print,
        grow: &mut impl FnMut(usize) -> Result<(), Full>,
    ) -> Result<Vec<u32>, Full> {
        let mut add = |items: Vec<Value>| {
            let (summary, length) = (summary(&items, |value| print(self, value)), items.len());
            self.add(Content::Items(items.into()), summary, length, grow)
        };
        made.into_iter().map(&mut add).collect()
    }

    fn add_above(&mut self, made: Vec<Vec<u32>>, grow: &mut impl FnMut(usize) -> Result<(), Full>) -> Result<Vec<u32>, Full> {
        let mut numbers = Vec::new();
        for pieces in made {
            // A list of lists that are these pieces is another list.
            let mut fingerprint = Fingerprint::default();
            fingerprint.add(u64::MAX);
            let (mut depth, mut length) = (0, 0);
            for &piece in &pieces {
                let Piece { fingerprint: print, depth: deep, length: long, content: _ } = self.all[piece as usize];
                fingerprint.add_wide(print);
                (depth, length) = (depth.max(deep), length + long);
            }
            let summary = (fingerprint.finish_wide(), depth);
            numbers.push(self.add(Content::Pieces(pieces.into()), summary, length, grow)?);
        }
        Ok(numbers)
    }

    fn add(
        &mut self,
        content: Content,
        (fingerprint, depth): (u128, u32),
        length: usize,
        grow: &mut impl FnMut(usize) -> Result<(), Full>,
    ) -> Result<u32, Full> {
        let free = match self.find(fingerprint, |known| *known == content) {
            Ok(known) => return Ok(known),
            Err(free) => free,
        };
        let bytes = match &content {
            Content::Items(items) => size_of_val(&**items),
            Content::Pieces(pieces) => size_of_val(&**pieces),
        };
        grow(bytes + BYTES_A_PIECE)?;
        let number = u32::try_from(self.all.len()).map_err(|_too_many| Full)?;
        self.all.push(Piece { content, fingerprint, depth, length });
        self.numbers.insert(free, number);
        Ok(number)
    }

    /// The piece with this fingerprint that is the one meant, or where its number may go.
    fn find(&self, fingerprint: u128, is_meant: impl Fn(&Content) -> bool) -> Result<u32, u128> {
        let mut key = fingerprint;
        while let Some(&number) = self.numbers.get(&key) {
            if is_meant(&self.all[number as usize].content) {
                return Ok(number);
            }
            key = key.wrapping_add(1);
        }
        Err(key)
    }

    /// From the top down to the item at a place, or behind the last one.
    fn way(&self, list: u32, mut at: usize) -> Vec<Step> {
        let mut way = Vec::with_capacity(4);
        let mut piece = list;
        loop {
            let Content::Pieces(below) = &self.all[piece as usize].content else {
                way.push(Step { piece, at });
                return way;
            };
            let mut child = 0;
            while child + 1 < below.len() && at >= self.length(below[child]) {
                at -= self.length(below[child]);
                child += 1;
            }
            way.push(Step { piece, at: child });
            piece = below[child];
        }
    }

    /// The next piece of the level that the way ends at, to which it then leads.
    fn next(&self, way: &mut [Step]) -> Option<u32> {
        let last = way.len().checked_sub(1)?;
        let below = |step: &Step| match &self.all[step.piece as usize].content {
            Content::Pieces(pieces) => Arc::clone(pieces),
            Content::Items(_) => [].into(),
        };
        let turn = (0..last).rev().find(|&level| way[level].at + 1 < below(&way[level]).len())?;
        way[turn].at += 1;
        for level in turn..last {
            let piece = below(&way[level])[way[level].at];
            way[level + 1] = Step { piece, at: 0 };
        }
        Some(way[last].piece)
    }
}

/// The fingerprint of so many items in order, and how deep lists are in them.
fn summary(items: &[Value], print: impl Fn(Value) -> Print) -> (u128, u32) {
    let (mut fingerprint, mut depth) = (Fingerprint::default(), 0);
    for &item in items {
        let print = print(item);
        fingerprint.add_wide(print.fingerprint);
        depth = depth.max(print.depth);
    }
    (fingerprint.finish_wide(), depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(_pieces: &Pieces, value: Value) -> Print {
        let Value::Int(int) = value else { unreachable!("only integers are tried") };
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(int.cast_unsigned());
        Print { fingerprint: fingerprint.finish_wide(), depth: 0 }
    }

    fn spliced(pieces: &mut Pieces, list: Option<u32>, place: (usize, usize), inserted: &[Value]) -> u32 {
        pieces.spliced(list, place, inserted, print, |_| Ok(())).expect("nothing is refused")
    }

    /// Numbers that look random, the same every time.
    fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % below.max(1)
        }
    }

    #[test]
    fn a_list_is_the_same_however_it_came_about() {
        let mut pieces = Pieces::default();
        for kinds in [1, 2, 1_000_000] {
            let mut random = numbers(kinds as u64);
            let (mut list, mut model) = (spliced(&mut pieces, None, (0, 0), &[]), Vec::new());
            for _ in 0..600 {
                let at = random(model.len() + 1);
                let removed = [400, 3][random(8).min(1)];
                let removed = random(removed).min(model.len() - at);
                let more = [700, 4][random(8).min(1)];
                let new: Vec<Value> =
                    (0..random(more)).map(|_| Value::Int(i64::try_from(random(kinds)).expect("small"))).collect();
                list = spliced(&mut pieces, Some(list), (at, removed), &new);
                model.splice(at..at + removed, new);
                assert_eq!(list, spliced(&mut pieces, None, (0, 0), &model), "of {} items, {kinds} kinds", model.len());
            }
            assert_eq!(*pieces.items(list), model);
            assert_eq!(pieces.length(list), model.len());
            assert!((0..model.len()).all(|at| pieces.item(list, at) == Some(model[at])));
            assert_eq!(pieces.item(list, model.len()), None);
        }
    }

    #[test]
    fn a_change_of_a_long_list_costs_a_few_pieces() {
        let mut pieces = Pieces::default();
        let long: Vec<Value> = (0..100_000).map(Value::Int).collect();
        let mut list = spliced(&mut pieces, None, (0, 0), &long);
        let before = pieces.all.len();
        for turn in 0..200 {
            list = spliced(&mut pieces, Some(list), (0, 1), &[]);
            let end = pieces.length(list);
            list = spliced(&mut pieces, Some(list), (end, 0), &[Value::Int(turn)]);
        }
        assert!(pieces.all.len() - before < 200 * 16, "{}", pieces.all.len() - before);
    }
}

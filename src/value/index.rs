//! Where the keys of dicts stand. A dict only grows and its keys keep their places, so all dicts that came of one by changes share
//! one index: each change adds a key to it at most. What an index says is to be looked up in the dict, because another change of
//! the same dict may have put another key there; a key it does not know is in none of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{ListId, Value};

/// Dicts known at once, and keys of them all; beyond that all are forgotten, and read anew when they are asked for.
const MOST_DICTS: usize = 65_536;
const MOST_KEYS: usize = 1_000_000;

/// See the file's head.
#[derive(Debug, Default)]
pub(super) struct Indices {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Which index each dict has.
    of: BTreeMap<ListId, usize>,
    /// By key the place at which it was put first.
    all: Vec<BTreeMap<Value, usize>>,
    keys: usize,
}

impl Indices {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a key of a dict should stand, if the dict has it; of one not known yet, `keys` are all its keys.
    pub(super) fn place(&self, dict: ListId, key: Value, keys: impl FnOnce() -> Vec<Value>) -> Option<usize> {
        let mut inner = self.inner();
        let which = match inner.of.get(&dict) {
            Some(&which) => which,
            None => inner.learn(dict, keys()),
        };
        inner.all[which].get(&key).copied()
    }

    /// `new` came of `old` by one change, which put `added` at the place that is given, or changed no key.
    pub(super) fn follows(&self, old: ListId, new: ListId, added: Option<(Value, usize)>) {
        let mut inner = self.inner();
        let Some(&which) = inner.of.get(&old) else { return };
        if inner.of.len() >= MOST_DICTS {
            *inner = Inner::default();
            return;
        }
        if let Some((key, at)) = added {
            inner.all[which].entry(key).or_insert(at);
            inner.keys += 1;
        }
        inner.of.insert(new, which);
    }
}

impl Inner {
    fn learn(&mut self, dict: ListId, keys: Vec<Value>) -> usize {
        if self.of.len() >= MOST_DICTS || self.keys + keys.len() > MOST_KEYS {
            *self = Self::default();
        }
        self.keys += keys.len();
        let which = self.all.len();
        let mut index = BTreeMap::new();
        for (at, key) in keys.into_iter().enumerate() {
            index.entry(key).or_insert(at);
        }
        self.all.push(index);
        self.of.insert(dict, which);
        which
    }
}

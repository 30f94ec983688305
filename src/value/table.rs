//! The contents behind the ids of values: texts, lists, exceptions, and the ids of tasks made during a run.
//! Content-addressed and append-only: the same content always has the same id, from any thread. Bounded: see [`Full`].

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{ExceptionId, ListId, TextId, Value};
use crate::id::{BlockId, TaskId};

/// A limit of the table was reached; the task gets a MemoryError.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// An exception: what was raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Raised {
    /// `ValueError`.
    pub name: Arc<str>,
    /// `too low`, possibly empty.
    pub message: Arc<str>,
    /// `e.value`; none for most.
    pub value: Value,
    /// Where it was raised first.
    pub block: Option<BlockId>,
}

/// Bytes of all texts and lists together.
const MOST_BYTES: usize = 256 << 20;
/// One text or list.
const MOST_BYTES_EACH: usize = 16 << 20;
/// Tasks made during one run.
const MOST_TASKS: usize = 10_000_000;

/// Where contents live.
#[derive(Debug, Default)]
pub struct Table {
    inner: RwLock<Inner>,
    declared_tasks: u32,
}

#[derive(Debug, Default)]
struct Inner {
    texts: Store<Arc<str>>,
    lists: Store<Arc<[Value]>>,
    exceptions: Store<Arc<Raised>>,
    tasks: Store<(TaskId, u32)>,
    bytes: usize,
}

#[derive(Debug)]
struct Store<T> {
    items: Vec<T>,
    ids: BTreeMap<T, u32>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ids: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Store<T> {
    fn add(&mut self, item: T) -> Result<u32, Full> {
        let id = u32::try_from(self.items.len()).map_err(|_full| Full)?;
        self.items.push(item.clone());
        self.ids.insert(item, id);
        Ok(id)
    }
}

impl Table {
    /// An empty one, for a program with so many declared tasks (whose ids are taken).
    #[must_use]
    pub fn new(declared_tasks: u32) -> Self {
        Self { inner: RwLock::default(), declared_tasks }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of a text.
    ///
    /// # Errors
    /// When the text, or all contents together, would be too large.
    pub fn text(&self, text: &str) -> Result<TextId, Full> {
        if let Some(&id) = self.read().texts.ids.get(text) {
            return Ok(TextId(id));
        }
        let mut inner = self.write();
        if let Some(&id) = inner.texts.ids.get(text) {
            return Ok(TextId(id));
        }
        inner.grow(text.len())?;
        inner.texts.add(text.into()).map(TextId)
    }

    /// The text behind an id.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn get_text(&self, id: TextId) -> Arc<str> {
        Arc::clone(&self.read().texts.items[id.0 as usize])
    }

    /// The id of a list.
    ///
    /// # Errors
    /// When the list, or all contents together, would be too large.
    pub fn list(&self, list: &[Value]) -> Result<ListId, Full> {
        if let Some(&id) = self.read().lists.ids.get(list) {
            return Ok(ListId(id));
        }
        let mut inner = self.write();
        if let Some(&id) = inner.lists.ids.get(list) {
            return Ok(ListId(id));
        }
        inner.grow(size_of_val(list))?;
        inner.lists.add(list.into()).map(ListId)
    }

    /// The list behind an id.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn get_list(&self, id: ListId) -> Arc<[Value]> {
        Arc::clone(&self.read().lists.items[id.0 as usize])
    }

    /// The id of an exception.
    ///
    /// # Errors
    /// When all contents together would be too large.
    pub fn exception(&self, raised: Raised) -> Result<ExceptionId, Full> {
        if let Some(&id) = self.read().exceptions.ids.get(&raised) {
            return Ok(ExceptionId(id));
        }
        let mut inner = self.write();
        if let Some(&id) = inner.exceptions.ids.get(&raised) {
            return Ok(ExceptionId(id));
        }
        inner.grow(raised.message.len() + size_of::<Raised>())?;
        inner.exceptions.add(Arc::new(raised)).map(ExceptionId)
    }

    /// The exception behind an id.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn get_exception(&self, id: ExceptionId) -> Arc<Raised> {
        Arc::clone(&self.read().exceptions.items[id.0 as usize])
    }

    /// The id of the `nth` task that `parent` makes.
    ///
    /// # Errors
    /// When the run has made too many tasks.
    pub fn child(&self, parent: TaskId, nth: u32) -> Result<TaskId, Full> {
        let key = (parent, nth);
        let dynamic = |id: u32| TaskId(self.declared_tasks + id);
        if let Some(&id) = self.read().tasks.ids.get(&key) {
            return Ok(dynamic(id));
        }
        let mut inner = self.write();
        if let Some(&id) = inner.tasks.ids.get(&key) {
            return Ok(dynamic(id));
        }
        if inner.tasks.items.len() >= MOST_TASKS {
            return Err(Full);
        }
        inner.tasks.add(key).map(dynamic)
    }
}

impl Inner {
    fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        if bytes > MOST_BYTES_EACH || self.bytes + bytes > MOST_BYTES {
            return Err(Full);
        }
        self.bytes += bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_has_the_same_id() {
        let table = Table::new(3);
        assert_eq!(table.text("a"), table.text("a"));
        assert_ne!(table.text("a"), table.text("b"));
        let list = table.list(&[Value::Int(1), Value::None]).unwrap();
        assert_eq!(&*table.get_list(list), [Value::Int(1), Value::None]);
        assert_eq!(table.child(TaskId(0), 0), Ok(TaskId(3)));
        assert_eq!(table.child(TaskId(1), 0), Ok(TaskId(4)));
        assert_eq!(table.child(TaskId(0), 0), Ok(TaskId(3)));
    }

    #[test]
    fn a_text_beyond_the_limit_is_refused() {
        assert_eq!(Table::new(0).text(&"x".repeat(MOST_BYTES_EACH + 1)), Err(Full));
    }
}

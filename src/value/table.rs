//! The contents behind the ids of values: texts, lists, exceptions, and the ids of tasks made during a run.
//! Content-addressed and append-only: the same content always has the same id, from any thread. Bounded: see [`Full`].

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::fingerprint::Fingerprint;
use super::index::Indices;
use super::pieces::{Pieces, Print};
use super::{ExceptionId, ListId, TextId, Value};
use crate::id::{BlockId, ProcessId, ResourceId, TaskId};

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
const MOST_BYTES: usize = 512 << 20;
/// One text or list.
pub(super) const MOST_BYTES_EACH: usize = 16 << 20;
/// Both, for those who meet them.
pub(super) const LIMITS: &str = "a text or list has at most 16 MB, all of a process together 512 MB";
/// Lists in lists: what walks them by recursion stays far from the end of its stack.
pub(crate) const MOST_DEPTH: u32 = 200;
/// Tasks made during one run.
const MOST_TASKS: usize = 10_000_000;

/// Where contents live.
#[derive(Debug, Default)]
pub struct Table {
    inner: RwLock<Inner>,
    numbers: Numbers,
    names: Names,
    /// Where the keys of dicts stand.
    pub(super) indices: Indices,
}

/// Which ids the tasks get that are made during a run: behind the declared ones; where several processes make some, each takes
/// every so-manieth.
#[derive(Debug, Clone, Copy, Default)]
struct Numbers {
    declared: u32,
    /// Other processes than this one.
    others: u32,
    offset: u32,
}

impl Numbers {
    fn id(self, nth: u32) -> TaskId {
        TaskId(self.declared + nth * (self.others + 1) + self.offset)
    }

    /// Which of those made here a task is; none for a declared one and for another process's.
    fn nth(self, id: TaskId) -> Option<usize> {
        let dynamic = id.0.checked_sub(self.declared)?.checked_sub(self.offset)?;
        dynamic.is_multiple_of(self.others + 1).then_some((dynamic / (self.others + 1)) as usize)
    }
}

/// What the declared things of a program are called, for `str(handle)` and `t.name`.
#[derive(Debug, Default)]
pub struct Names {
    /// By [`TaskId`].
    pub tasks: Vec<Arc<str>>,
    /// By [`ResourceId`]: the word of its kind, and its name.
    pub resources: Vec<(&'static str, Arc<str>)>,
}

/// What a task made during a run is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChildName {
    /// As said.
    Given(TextId),
    /// By this and a number: `worker-3` is the third that its maker has made. Written only for those who ask.
    Numbered(TextId),
}

/// A task made during the run: who made it, as its how-manieth, under which name.
type Child = (TaskId, u32, ChildName);

#[derive(Debug, Default)]
struct Inner {
    texts: Store<Arc<str>>,
    lists: Pieces,
    exceptions: Store<Arc<Raised>>,
    tasks: Children,
    /// Tasks of other processes that run in this one, by what they are called there.
    guests: BTreeMap<TaskId, Arc<str>>,
    /// Processes spawned: who made each, as its how-manieth.
    processes: Store<(TaskId, u32)>,
    bytes: usize,
}

/// Each content once, with its fingerprint.
#[derive(Debug)]
struct Store<T> {
    items: Vec<(T, u128)>,
    ids: BTreeMap<T, u32>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ids: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Store<T> {
    fn add(&mut self, item: T, fingerprint: u128) -> Result<u32, Full> {
        let id = u32::try_from(self.items.len()).map_err(|_full| Full)?;
        self.items.push((item.clone(), fingerprint));
        self.ids.insert(item, id);
        Ok(id)
    }
}

/// The same of the tasks made during the run. A maker counts those it makes: a million need no tree.
#[derive(Debug, Default)]
struct Children {
    items: Vec<(Child, u128)>,
    /// The ids of those that each has made, by how-manieth.
    ids: BTreeMap<TaskId, Vec<u32>>,
    /// Those for which there was another in that place: only what runs in more ways than one makes such.
    others: BTreeMap<Child, u32>,
}

/// No child of that number.
const NO_CHILD: u32 = u32::MAX;
/// So many numbers may be left out: a maker counts what is none of these, too.
const MOST_LEFT_OUT: usize = 1_024;

impl Children {
    fn find(&self, child: &Child) -> Option<u32> {
        let id = self.ids.get(&child.0).and_then(|of| of.get(child.1 as usize)).copied();
        let is_it = |id: &u32| self.items.get(*id as usize).is_some_and(|(known, _)| known == child);
        id.filter(is_it).or_else(|| self.others.get(child).copied())
    }

    fn add(&mut self, child: Child, fingerprint: u128) -> Result<u32, Full> {
        let id = u32::try_from(self.items.len()).map_err(|_full| Full)?;
        self.items.push((child, fingerprint));
        let (of, nth) = (self.ids.entry(child.0).or_default(), child.1 as usize);
        if (of.len()..=of.len() + MOST_LEFT_OUT).contains(&nth) {
            of.resize(nth, NO_CHILD);
            of.push(id);
        } else if let Some(place @ &mut NO_CHILD) = of.get_mut(nth) {
            *place = id;
        } else {
            self.others.insert(child, id);
        }
        Ok(id)
    }
}

impl Table {
    /// An empty one, for a program with so many declared tasks (whose ids are taken).
    #[must_use]
    pub fn new(declared_tasks: u32) -> Self {
        Self { numbers: Numbers { declared: declared_tasks, ..Numbers::default() }, ..Self::default() }
    }

    /// Says, once, what is declared. Tasks made during the run get ids behind the declared ones.
    ///
    /// # Panics
    /// When there are more than 2^32, which the limits forbid.
    pub fn declare(&mut self, names: Names) {
        self.numbers.declared = u32::try_from(names.tasks.len()).expect("the number of tasks is limited");
        self.names = names;
    }

    /// Says, once, that this is the table of one of several processes, so that none takes ids of another's tasks.
    pub const fn share_ids(&mut self, process: ProcessId, processes: u32) {
        self.numbers.others = processes.saturating_sub(1);
        self.numbers.offset = process.0;
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
        inner.texts.add(text.into(), Fingerprint::of_text(text)).map(TextId)
    }

    /// The text behind an id.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn get_text(&self, id: TextId) -> Arc<str> {
        Arc::clone(&self.read().texts.items[id.0 as usize].0)
    }

    /// The id of a list.
    ///
    /// # Errors
    /// When the list, or all contents together, would be too large, or lists in it are too deep.
    pub fn list(&self, list: &[Value]) -> Result<ListId, Full> {
        {
            let inner = self.read();
            if let Some(known) = inner.lists.known(list, |value| inner.beside().print(&inner.lists, value, self.numbers)) {
                return Ok(ListId(known));
            }
        }
        self.write().splice(self.numbers, None, (0, 0), list)
    }

    /// The list that has `inserted` in the place of the `removed` items from `at` on: shares with it what stays.
    ///
    /// # Errors
    /// As [`Self::list`].
    ///
    /// # Panics
    /// When there are no such items, or the id is from another table.
    pub fn spliced(&self, id: ListId, at: usize, removed: usize, inserted: &[Value]) -> Result<ListId, Full> {
        self.write().splice(self.numbers, Some(id), (at, removed), inserted)
    }

    /// How many items a list has.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn list_len(&self, id: ListId) -> usize {
        self.read().lists.length(id.0)
    }

    /// The item of a list at a place.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn list_item(&self, id: ListId, at: usize) -> Option<Value> {
        self.read().lists.item(id.0, at)
    }

    /// Of a list of lists the first item of each, in order.
    pub(super) fn firsts(&self, id: ListId) -> Vec<Option<Value>> {
        let inner = self.read();
        let mut firsts = Vec::with_capacity(inner.lists.length(id.0));
        let first = |item: &Value| match item {
            Value::List(list) => inner.lists.item(list.0, 0),
            _ => None,
        };
        inner.lists.walk(id.0, &mut |items| firsts.extend(items.iter().map(first)));
        firsts
    }

    /// The list behind an id.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn get_list(&self, id: ListId) -> Arc<[Value]> {
        self.read().lists.items(id.0)
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
        let mut fingerprint = Fingerprint::default();
        fingerprint.add_wide(Fingerprint::of_text(&raised.name));
        fingerprint.add_wide(Fingerprint::of_text(&raised.message));
        fingerprint.add_wide(inner.fingerprint(raised.value, self.numbers));
        fingerprint.add(raised.block.map_or(u64::MAX, |block| u64::from(block.0)));
        inner.exceptions.add(Arc::new(raised), fingerprint.finish_wide()).map(ExceptionId)
    }

    /// The id of an exception, or of the MemoryError that takes its place when there is no room for it.
    ///
    /// # Panics
    /// When not even that fits, which the reserve for it forbids.
    pub fn raise(&self, name: &str, message: &str, block: Option<BlockId>) -> ExceptionId {
        let raised =
            |name: &str, message: &str, block| Raised { name: name.into(), message: message.into(), value: Value::None, block };
        self.exception(raised(name, message, block)).unwrap_or_else(|Full| {
            let out_of_memory = raised("MemoryError", LIMITS, None);
            let mut inner = self.write();
            if let Some(&id) = inner.exceptions.ids.get(&out_of_memory) {
                return ExceptionId(id);
            }
            ExceptionId(inner.exceptions.add(Arc::new(out_of_memory), 0).expect("one more exception has an id"))
        })
    }

    /// The exception behind an id.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn get_exception(&self, id: ExceptionId) -> Arc<Raised> {
        Arc::clone(&self.read().exceptions.items[id.0 as usize].0)
    }

    /// The id of the `nth` task, from 0, that `parent` makes, which it calls `name`.
    ///
    /// # Errors
    /// When the run has made too many tasks.
    pub fn child(&self, parent: TaskId, nth: u32, name: ChildName) -> Result<TaskId, Full> {
        let key = (parent, nth, name);
        let dynamic = |nth: u32| self.numbers.id(nth);
        if let Some(id) = self.read().tasks.find(&key) {
            return Ok(dynamic(id));
        }
        let mut inner = self.write();
        if let Some(id) = inner.tasks.find(&key) {
            return Ok(dynamic(id));
        }
        if inner.tasks.items.len() >= MOST_TASKS {
            return Err(Full);
        }
        let mut fingerprint = Fingerprint::default();
        fingerprint.add_wide(inner.fingerprint(Value::Task(parent), self.numbers));
        fingerprint.add(u64::from(nth));
        let (numbered, ChildName::Given(text) | ChildName::Numbered(text)) = (matches!(name, ChildName::Numbered(_)), name);
        fingerprint.add(u64::from(numbered));
        fingerprint.add_wide(inner.fingerprint(Value::Text(text), self.numbers));
        inner.tasks.add(key, fingerprint.finish_wide()).map(dynamic)
    }

    /// Makes a task known that another process has made, and that runs here.
    pub fn welcome(&self, task: TaskId, name: &str) {
        self.write().guests.insert(task, name.into());
    }

    /// The number of the process that `parent` spawns as its `nth`, from 0: always the same one.
    pub fn spawned_process(&self, parent: TaskId, nth: u32) -> u32 {
        let mut inner = self.write();
        if let Some(&number) = inner.processes.ids.get(&(parent, nth)) {
            return number;
        }
        inner.processes.add((parent, nth), 0).unwrap_or(u32::MAX)
    }

    /// Who made a task during the run; none for a declared one, and for one that this table does not know.
    #[must_use]
    pub fn parent(&self, id: TaskId) -> Option<TaskId> {
        let nth = self.numbers.nth(id)?;
        self.read().tasks.items.get(nth).map(|((parent, _, _), ..)| *parent)
    }

    /// What a task is called.
    ///
    /// # Panics
    /// When the id is from another table.
    #[must_use]
    pub fn task_name(&self, id: TaskId) -> Arc<str> {
        if let Some(name) = self.names.tasks.get(id.index()) {
            return Arc::clone(name);
        }
        let inner = self.read();
        if let Some(guest) = inner.guests.get(&id) {
            return Arc::clone(guest);
        }
        let made = self.numbers.nth(id).and_then(|nth| inner.tasks.items.get(nth));
        made.map_or_else(
            || format!("task-{}", id.0).into(),
            |((_, nth, name), ..)| match name {
                ChildName::Given(name) => Arc::clone(&inner.texts.items[name.0 as usize].0),
                ChildName::Numbered(stem) => format!("{}-{}", inner.texts.items[stem.0 as usize].0, nth + 1).into(),
            },
        )
    }

    /// What a resource is called: `fork[2]`.
    #[must_use]
    pub fn resource_name(&self, id: ResourceId) -> Arc<str> {
        let name = self.names.resources.get(id.index());
        name.map_or_else(|| format!("resource-{}", id.0).into(), |(_, name)| Arc::clone(name))
    }

    /// The word of a resource's kind: `lock`.
    #[must_use]
    pub fn resource_word(&self, id: ResourceId) -> &'static str {
        self.names.resources.get(id.index()).map_or("resource", |&(word, _)| word)
    }

    /// A hash of what a value is, the same in every table that holds the same content.
    #[must_use]
    pub fn fingerprint(&self, value: Value) -> u128 {
        match value {
            Value::Text(_) | Value::List(_) | Value::Exception(_) | Value::Task(_) | Value::Generator(_) => {
                self.read().fingerprint(value, self.numbers)
            }
            _ => small_fingerprint(value),
        }
    }
}

fn small_fingerprint(value: Value) -> u128 {
    let (kind, content) = match value {
        Value::None => (0, 0),
        Value::Bool(truth) => (1, u64::from(truth)),
        Value::Int(int) => (2, int.cast_unsigned()),
        Value::Float(float) => (3, float.get().to_bits()),
        Value::Task(task) => (4, u64::from(task.0)),
        Value::Resource(resource) => (5, u64::from(resource.0)),
        Value::Text(_) | Value::List(_) | Value::Exception(_) | Value::Generator(_) => {
            unreachable!("their content is in the table")
        }
    };
    let mut print = Fingerprint::default();
    print.add(kind);
    print.add(content);
    print.finish_wide()
}

impl Inner {
    fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        if bytes > MOST_BYTES_EACH || self.bytes + bytes > MOST_BYTES {
            return Err(Full);
        }
        self.bytes += bytes;
        Ok(())
    }

    fn fingerprint(&self, value: Value, numbers: Numbers) -> u128 {
        self.beside().fingerprint(&self.lists, value, numbers)
    }

    fn beside(&self) -> Beside<'_> {
        Beside { texts: &self.texts, exceptions: &self.exceptions, tasks: &self.tasks }
    }

    /// See [`Table::spliced`]; no list: all of it is `inserted`.
    fn splice(
        &mut self,
        numbers: Numbers,
        list: Option<ListId>,
        (at, removed): (usize, usize),
        inserted: &[Value],
    ) -> Result<ListId, Full> {
        let before = list.map_or(0, |list| self.lists.length(list.0));
        if (before - removed + inserted.len()) * size_of::<Value>() > MOST_BYTES_EACH {
            return Err(Full);
        }
        let Self { texts, lists, exceptions, tasks, processes: _, guests: _, bytes } = self;
        let beside = Beside { texts, exceptions, tasks };
        if inserted.iter().any(|&value| beside.print(lists, value, numbers).depth > MOST_DEPTH) {
            return Err(Full);
        }
        let print = |lists: &Pieces, value| beside.print(lists, value, numbers);
        let grow = |more: usize| {
            let sum = *bytes + more;
            if sum > MOST_BYTES {
                return Err(Full);
            }
            *bytes = sum;
            Ok(())
        };
        lists.spliced(list.map(|list| list.0), (at, removed), inserted, print, grow).map(ListId)
    }
}

/// What a value's content may be in, beside lists.
#[derive(Debug, Clone, Copy)]
struct Beside<'a> {
    texts: &'a Store<Arc<str>>,
    exceptions: &'a Store<Arc<Raised>>,
    tasks: &'a Children,
}

impl Beside<'_> {
    fn fingerprint(&self, lists: &Pieces, value: Value, numbers: Numbers) -> u128 {
        match value {
            Value::Text(text) => self.texts.items[text.0 as usize].1,
            Value::List(list) => lists.fingerprint(list.0),
            Value::Exception(exception) => self.exceptions.items[exception.0 as usize].1,
            Value::Task(task) if let Some(made) = numbers.nth(task).and_then(|nth| self.tasks.items.get(nth)) => made.1,
            Value::Generator(generator) => {
                let mut print = Fingerprint::default();
                print.add_wide(self.fingerprint(lists, Value::Task(generator.task), numbers));
                print.add(u64::from(generator.number));
                print.finish_wide()
            }
            _ => small_fingerprint(value),
        }
    }

    fn print(&self, lists: &Pieces, value: Value, numbers: Numbers) -> Print {
        let depth = match value {
            Value::List(list) => lists.depth(list.0) + 1,
            _ => 0,
        };
        Print { fingerprint: self.fingerprint(lists, value, numbers), depth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_called_as_said_or_by_what_it_runs_and_its_number() {
        let table = Table::new(1);
        let name = table.text("worker").unwrap();
        let given = table.child(TaskId(0), 0, ChildName::Given(name)).unwrap();
        let numbered = table.child(TaskId(0), 2, ChildName::Numbered(name)).unwrap();
        assert_eq!((&*table.task_name(given), &*table.task_name(numbered)), ("worker", "worker-3"));
        assert_eq!(table.child(TaskId(0), 2, ChildName::Numbered(name)), Ok(numbered));
        assert_ne!(table.fingerprint(Value::Task(given)), table.fingerprint(Value::Task(numbered)));
    }

    #[test]
    fn the_same_content_has_the_same_id() {
        let table = Table::new(3);
        assert_eq!(table.text("a"), table.text("a"));
        assert_ne!(table.text("a"), table.text("b"));
        let list = table.list(&[Value::Int(1), Value::None]).unwrap();
        assert_eq!(&*table.get_list(list), [Value::Int(1), Value::None]);
        let name = table.text("worker-1").unwrap();
        assert_eq!(table.child(TaskId(0), 0, ChildName::Given(name)), Ok(TaskId(3)));
        assert_eq!(table.child(TaskId(1), 0, ChildName::Given(name)), Ok(TaskId(4)));
        assert_eq!(table.child(TaskId(0), 0, ChildName::Given(name)), Ok(TaskId(3)));
        assert_eq!(&*table.task_name(TaskId(4)), "worker-1");
    }

    #[test]
    fn content_has_the_same_fingerprint_in_every_table() {
        let [one, other] = [Table::new(1), Table::new(1)];
        let _shifts_the_ids = other.text("first").unwrap();
        let print = |table: &Table| {
            let text = table.text("x").unwrap();
            table.fingerprint(Value::List(table.list(&[Value::Text(text), Value::Int(7)]).unwrap()))
        };
        assert_eq!(print(&one), print(&other));
        assert_ne!(one.fingerprint(Value::Int(1)), one.fingerprint(Value::float(1.0)));
    }

    #[test]
    fn lists_in_lists_have_a_limit() {
        let table = Table::new(0);
        let mut list = table.list(&[]).unwrap();
        let refused = (0..1_000).find(|_| match table.list(&[Value::List(list)]) {
            Ok(deeper) => {
                list = deeper;
                false
            }
            Err(Full) => true,
        });
        assert_eq!(refused, Some(200));
    }

    #[test]
    fn a_text_beyond_the_limit_is_refused() {
        assert_eq!(Table::new(0).text(&"x".repeat(MOST_BYTES_EACH + 1)), Err(Full));
    }
}

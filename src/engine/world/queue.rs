//! Queues: what comes out first, when one is full, when all its items are done.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

use crate::id::ProcessId;
use crate::program::QueueOrder;
use crate::value::comparison::order;
use crate::value::{Failure, MOST_QUEUED, Table, Value};

/// A queue's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Queue {
    /// What is in it; the front comes out first.
    pub(super) items: VecDeque<Value>,
    /// Items put and not yet marked done.
    pub(super) unfinished: u64,
    /// Of a queue across processes: how large each item in it is.
    sizes: VecDeque<u32>,
    /// What each process has put and its feeder has not got through.
    feeding: BTreeMap<ProcessId, VecDeque<(Value, u32)>>,
}

/// What the pipe behind a queue across processes holds.
const PIPE_BYTES: u64 = 64 << 10;

impl Queue {
    /// Adds an item where the order says.
    ///
    /// # Errors
    /// TypeError when priorities have no order, MemoryError beyond the limit; the item is not added then.
    pub(super) fn put(&mut self, table: &Table, by: QueueOrder, item: Value) -> Result<(), Failure> {
        if self.items.len() >= MOST_QUEUED {
            return Err(Failure::full_queue());
        }
        match by {
            QueueOrder::Fifo => self.items.push_back(item),
            QueueOrder::Lifo => self.items.push_front(item),
            QueueOrder::Priority => {
                // Behind its equals: the older comes out first.
                let (mut low, mut high) = (0, self.items.len());
                while low < high {
                    let middle = usize::midpoint(low, high);
                    if order(table, "<", item, self.items[middle])? == Some(Ordering::Less) {
                        high = middle;
                    } else {
                        low = middle + 1;
                    }
                }
                self.items.insert(low, item);
            }
        }
        self.unfinished += 1;
        Ok(())
    }

    /// Adds an item on its way from a process.
    ///
    /// # Errors
    /// MemoryError beyond the limit.
    pub(super) fn put_across(&mut self, process: ProcessId, item: Value, bytes: u32) -> Result<(), Failure> {
        if self.len() >= MOST_QUEUED {
            return Err(Failure::full_queue());
        }
        self.feeding.entry(process).or_default().push_back((item, bytes));
        self.unfinished += 1;
        self.feed();
        Ok(())
    }

    /// Takes the next item out. One that is larger than the pipe comes straight from its feeder.
    pub(super) fn get(&mut self) -> Option<Value> {
        if let Some(item) = self.items.pop_front() {
            self.sizes.pop_front();
            self.feed();
            return Some(item);
        }
        let (&process, items) = self.feeding.iter_mut().next()?;
        let item = items.pop_front().map(|(item, _)| item);
        if items.is_empty() {
            self.feeding.remove(&process);
        }
        self.feed();
        item
    }

    /// The feeders fill the pipe as far as they can.
    fn feed(&mut self) {
        let mut used: u64 = self.sizes.iter().map(|&bytes| u64::from(bytes)).sum();
        self.feeding.retain(|_, items| {
            while let Some(&(item, bytes)) = items.front()
                && used + u64::from(bytes) <= PIPE_BYTES
            {
                used += u64::from(bytes);
                self.items.push_back(item);
                self.sizes.push_back(bytes);
                items.pop_front();
            }
            !items.is_empty()
        });
    }

    /// Whether a process has put what is not through.
    pub(super) fn is_feeding(&self, process: ProcessId) -> bool {
        self.feeding.contains_key(&process)
    }

    /// A process is gone, and with it what was not through.
    pub(super) fn stop_feeding(&mut self, process: ProcessId) {
        self.feeding.remove(&process);
    }

    /// How many items are in it or on their way.
    pub(super) fn len(&self) -> usize {
        self.items.len() + self.feeding.values().map(VecDeque::len).sum::<usize>()
    }

    /// All of them, the next one first.
    pub(super) fn all(&self) -> Vec<Value> {
        self.items.iter().copied().chain(self.feeding.values().flatten().map(|entry| entry.0)).collect()
    }

    /// One more item is done.
    ///
    /// # Errors
    /// ValueError when there was none left to be done.
    pub(super) fn task_done(&mut self) -> Result<(), Failure> {
        let left = self.unfinished.checked_sub(1);
        self.unfinished = left.ok_or_else(|| Failure::new("ValueError", "task_done() called too many times"))?;
        Ok(())
    }
}

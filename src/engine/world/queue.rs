//! Queues: what comes out first, when one is full, when all its items are done.

use std::cmp::Ordering;
use std::collections::VecDeque;

use crate::program::QueueOrder;
use crate::value::comparison::order;
use crate::value::{Failure, Table, Value};

/// The most items a queue without a capacity holds.
const MOST_ITEMS: usize = 10_000_000;

/// A queue's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Queue {
    /// What is in it; the front comes out first.
    pub(super) items: VecDeque<Value>,
    /// Items put and not yet marked done.
    pub(super) unfinished: u64,
}

impl Queue {
    /// Adds an item where the order says.
    ///
    /// # Errors
    /// TypeError when priorities have no order, MemoryError beyond the limit; the item is not added then.
    pub(super) fn put(&mut self, table: &Table, by: QueueOrder, item: Value) -> Result<(), Failure> {
        if self.items.len() >= MOST_ITEMS {
            return Err(Failure::new("MemoryError", "the queue has a limit"));
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

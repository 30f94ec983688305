//! Queues of items in three orders, with room for so many, joinable. Items and waiters are under one mutex, held for one step.
//! Which item is less, for a priority queue, the caller knows. Waiting as such is `waiter`, counting is `meter`.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::resource;
use crate::engine::real::transport::state;
use crate::engine::real::wait::spinner::Spinner;
use crate::engine::real::wait::waiter::{End, Waiter, Waiters};
use crate::program::QueueOrder;
use crate::time::Nanos;
use crate::trace::EventKind;
use crate::trace::store::{Awaited, TaskState};
use crate::value::{MOST_QUEUED, Value};

/// A wait in a line shorter than this is worth spinning for: not much more than it takes to wake a thread.
const QUICK: Nanos = Nanos(100_000);

/// How an operation on a queue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Moved<T, E> {
    /// Done.
    Done(T),
    /// Patience was over.
    Late,
    /// It could not be done.
    Failed(E),
}

/// Why an item could not be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine::real) enum Refused<E> {
    /// There are [`MOST_QUEUED`] in it.
    Memory,
    /// Items cannot be compared.
    Compare(E),
}

/// A queue.
#[derive(Debug)]
pub(in crate::engine::real) struct Queue {
    meter: Meter,
    capacity: Option<u64>,
    order: QueueOrder,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    items: VecDeque<Value>,
    unfinished: u64,
    getters: Waiters,
    putters: Waiters,
    joiners: Waiters,
}

/// Which of a queue's queues a task waits in.
#[derive(Debug, Clone, Copy)]
enum Line {
    Getters,
    Putters,
    Joiners,
}

impl Inner {
    fn line(&mut self, line: Line) -> &mut Waiters {
        match line {
            Line::Getters => &mut self.getters,
            Line::Putters => &mut self.putters,
            Line::Joiners => &mut self.joiners,
        }
    }
}

/// A wait under way.
#[derive(Debug, Default)]
struct Waiting {
    /// Since when.
    asked: Option<Nanos>,
    /// It has spun and found what it waits for taken by another: no use to spin on.
    spun: bool,
    /// It has lasted so long that the task stood in a line.
    stood: bool,
}

impl Queue {
    pub(in crate::engine::real) fn new(meter: Meter, capacity: Option<u64>, order: QueueOrder) -> Self {
        Self { meter, capacity: capacity.filter(|&capacity| capacity > 0), order, inner: Mutex::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an item in; `order` compares for a priority queue.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn put<E>(
        &self,
        context: &mut Context,
        item: Value,
        patience: Patience,
        order: impl FnMut(Value, Value) -> Result<Ordering, E>,
    ) -> Result<Moved<(), Refused<E>>, Cut> {
        let mut waiting = Waiting::default();
        loop {
            let mut inner = self.inner();
            if self.capacity.is_none_or(|capacity| (inner.items.len() as u64) < capacity) {
                if inner.items.len() >= MOST_QUEUED {
                    return Ok(Moved::Failed(Refused::Memory));
                }
                let place = match self.order {
                    QueueOrder::Fifo | QueueOrder::Lifo => inner.items.len(),
                    QueueOrder::Priority => match place(&inner.items, item, order) {
                        Ok(place) => place,
                        Err(error) => return Ok(Moved::Failed(Refused::Compare(error))),
                    },
                };
                inner.items.insert(place, item);
                inner.unfinished += 1;
                let moved = self.move_over(context, &inner);
                let getter = end_first(&mut inner.getters, context);
                drop(inner);
                wake(getter);
                self.meter.moved(context, EventKind::Put, (waiting.asked, waiting.stood), moved);
                return Ok(Moved::Done(()));
            }
            if !self.wait(context, inner, Line::Putters, patience, &mut waiting)? {
                return Ok(Moved::Late);
            }
        }
    }

    /// Takes an item out.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn get(&self, context: &mut Context, patience: Patience) -> Result<Moved<Value, ()>, Cut> {
        let mut waiting = Waiting::default();
        loop {
            let mut inner = self.inner();
            let item = match self.order {
                QueueOrder::Fifo | QueueOrder::Priority => inner.items.pop_front(),
                QueueOrder::Lifo => inner.items.pop_back(),
            };
            if let Some(item) = item {
                let moved = self.move_over(context, &inner);
                let putter = end_first(&mut inner.putters, context);
                drop(inner);
                wake(putter);
                self.meter.moved(context, EventKind::Got, (waiting.asked, waiting.stood), moved);
                return Ok(Moved::Done(item));
            }
            if !self.wait(context, inner, Line::Getters, patience, &mut waiting)? {
                return Ok(Moved::Late);
            }
        }
    }

    /// Marks an item done: whether all are; none if there were not so many.
    pub(in crate::engine::real) fn task_done(&self, context: &mut Context) -> Option<bool> {
        let mut inner = self.inner();
        if inner.unfinished == 0 {
            return None;
        }
        inner.unfinished -= 1;
        let now = context.stamp();
        context.event(EventKind::TaskDone, self.meter.id.0, inner.unfinished, now);
        context.step_done(now, 0);
        let all = inner.unfinished == 0;
        if all {
            let ended: Vec<_> = std::iter::from_fn(|| end_first(&mut inner.joiners, context)).collect();
            drop(inner);
            for joiner in ended {
                joiner.wake();
            }
        }
        Some(all)
    }

    /// Waits until every item put has been marked done.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn join(&self, context: &mut Context) -> Result<(), Cut> {
        let mut waiting = Waiting::default();
        loop {
            let inner = self.inner();
            if inner.unfinished == 0 {
                drop(inner);
                self.meter.joined(context, waiting.asked);
                return Ok(());
            }
            self.wait(context, inner, Line::Joiners, Patience::Forever, &mut waiting)?;
        }
    }

    /// Whether every item put has been marked done.
    pub(in crate::engine::real) fn try_join(&self, context: &mut Context) -> bool {
        let done = self.unfinished() == 0;
        if done {
            self.joined(context);
        } else {
            context.step_done(context.stamp(), 0);
        }
        done
    }

    /// Every item was marked done: who joins goes on.
    pub(in crate::engine::real) fn joined(&self, context: &mut Context) {
        self.meter.joined(context, None);
    }

    /// How many items put have not been marked done.
    pub(in crate::engine::real) fn unfinished(&self) -> u64 {
        self.inner().unfinished
    }

    /// How many items are in it.
    pub(in crate::engine::real) fn len(&self) -> usize {
        self.inner().items.len()
    }

    /// Its items, the next to come out first.
    pub(in crate::engine::real) fn items(&self) -> Vec<Value> {
        let inner = self.inner();
        match self.order {
            QueueOrder::Lifo => inner.items.iter().rev().copied().collect(),
            QueueOrder::Fifo | QueueOrder::Priority => inner.items.iter().copied().collect(),
        }
    }

    /// An item has gone in or out: tells those who spin. Gives when, and how many items there are.
    fn move_over(&self, context: &Context, inner: &Inner) -> (Nanos, u64) {
        let level = inner.items.len() as u64;
        self.meter.word(resource::LEVEL).store(level, Relaxed);
        (context.stamp(), level)
    }

    /// Whether one who waits in a line could go on, as far as can be seen from outside.
    fn is_ready(&self, line: Line) -> bool {
        let level = self.meter.word(resource::LEVEL).load(Relaxed);
        match line {
            Line::Getters => level > 0,
            Line::Putters => self.capacity.is_none_or(|capacity| level < capacity),
            Line::Joiners => false,
        }
    }

    /// Waits a little for the other side, then in a line until woken; false when patience is over.
    fn wait<'a>(
        &'a self,
        context: &mut Context,
        mut inner: MutexGuard<'a, Inner>,
        line: Line,
        patience: Patience,
        waiting: &mut Waiting,
    ) -> Result<bool, Cut> {
        if patience == Patience::Never {
            drop(inner);
            context.step_done(context.stamp(), 0);
            return Ok(false);
        }
        let asked = *waiting.asked.get_or_insert_with(|| context.frame.clock.now());
        let deadline = if let Patience::AtMost(length) = patience { Some(asked + length) } else { None };
        if !matches!(line, Line::Joiners) && !waiting.spun && context.may_spin() {
            drop(inner);
            let spinner = Spinner::for_partner(context.partner_is_quick);
            waiting.spun = state::soon(context.slot, context.frame.clock, || spinner.until(|| self.is_ready(line)));
            inner = self.inner();
            if self.is_ready(line) {
                return Ok(true);
            }
        }
        waiting.spun = false;
        let stood_at = context.frame.clock.now();
        context.begin(Awaited::Resource(self.meter.id), deadline.is_some(), TaskState::Blocked, waiting.stood);
        inner.line(line).join(&context.waiter, waiting.stood);
        waiting.stood = true;
        self.meter.waiting(true);
        drop(inner);
        let end = context.wait(deadline, |waiter| self.inner().line(line).leave(waiter));
        self.meter.waiting(false);
        context.partner_is_quick = context.frame.clock.now().since(stood_at) < QUICK;
        if end?.is_some() {
            return Ok(true);
        }
        self.meter.timed_out(context, asked);
        Ok(false)
    }
}

fn end_first(line: &mut Waiters, context: &Context) -> Option<Arc<Waiter>> {
    if line.is_empty() { None } else { line.end_first(End::Woken, context.frame.clock.now()) }
}

fn wake(waiter: Option<Arc<Waiter>>) {
    if let Some(waiter) = waiter {
        waiter.wake();
    }
}

/// Where `item` belongs among sorted items: behind its equals.
fn place<E>(
    items: &VecDeque<Value>,
    item: Value,
    mut order: impl FnMut(Value, Value) -> Result<Ordering, E>,
) -> Result<usize, E> {
    let (mut low, mut high) = (0, items.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if order(item, items[middle])? == Ordering::Less {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::real::task::context::tests::{frame, together};
    use crate::engine::real::transport::segment::Segment;
    use crate::id::{BlockId, ResourceId};

    fn queue(segment: Segment<'static>, capacity: Option<u64>, order: QueueOrder) -> Queue {
        Queue::new(Meter::new(segment, ResourceId(0)), capacity, order)
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a queue expects")]
    fn by_value(left: Value, right: Value) -> Result<Ordering, ()> {
        Ok(left.cmp(&right))
    }

    #[test]
    fn no_item_is_lost_or_doubled_whoever_puts_and_gets() {
        for capacity in [None, Some(1), Some(8)] {
            let frame = frame();
            let queue = queue(frame.segment, capacity, QueueOrder::Fifo);
            let got: Mutex<Vec<Value>> = Mutex::default();
            together(frame, 4, |task, context| {
                for round in 0..1_000_i64 {
                    context.step(BlockId(task));
                    if task < 2 {
                        let item = Value::Int(i64::from(task) * 1_000 + round);
                        assert_eq!(queue.put(context, item, Patience::Forever, by_value), Ok(Moved::Done(())));
                    } else if let Ok(Moved::Done(item)) = queue.get(context, Patience::Forever) {
                        got.lock().unwrap().push(item);
                        assert!(queue.task_done(context).is_some());
                    }
                }
                queue.join(context).unwrap();
            });
            let mut got = got.into_inner().unwrap();
            got.sort_unstable();
            assert_eq!(got, (0..2_000).map(Value::Int).collect::<Vec<_>>());
            assert_eq!(queue.len(), 0);
        }
    }

    #[test]
    fn each_order_gives_its_own_item_first() {
        let first = |order| {
            let frame = frame();
            let queue = queue(frame.segment, None, order);
            together(frame, 1, |_, context| {
                for item in [2, 1, 3, 1] {
                    assert_eq!(queue.put(context, Value::Int(item), Patience::Forever, by_value), Ok(Moved::Done(())));
                }
            });
            let items = queue.items();
            let mut got = Vec::new();
            let out = Mutex::new(&mut got);
            together(frame, 1, |_, context| {
                while let Ok(Moved::Done(item)) = queue.get(context, Patience::Never) {
                    out.lock().unwrap().push(item);
                }
            });
            assert_eq!(items, got, "items are told in the order they come out");
            got
        };
        let ints = |items: [i64; 4]| items.map(Value::Int).to_vec();
        assert_eq!(first(QueueOrder::Fifo), ints([2, 1, 3, 1]));
        assert_eq!(first(QueueOrder::Lifo), ints([1, 3, 1, 2]));
        assert_eq!(first(QueueOrder::Priority), ints([1, 1, 2, 3]));
    }

    #[test]
    fn a_full_and_an_empty_queue_try_patience() {
        let frame = frame();
        let queue = queue(frame.segment, Some(1), QueueOrder::Fifo);
        together(frame, 1, |_, context| {
            let soon = Patience::AtMost(Nanos::from_millis(1));
            assert_eq!(queue.get(context, soon), Ok(Moved::Late));
            assert_eq!(queue.put(context, Value::None, soon, by_value), Ok(Moved::Done(())));
            assert_eq!(queue.put(context, Value::None, soon, by_value), Ok(Moved::Late));
            assert_eq!(queue.task_done(context), Some(true));
            assert_eq!(queue.task_done(context), None, "more often than there were items");
        });
    }
}

//! The cells of `shared` variables: each load, store and exchange is one indivisible, sequentially consistent step.
//! A value has two words, so a cell has a version: odd while somebody writes; a reader that met a writer reads again.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::fence;

use crossbeam::utils::Backoff;

use crate::engine::real::task::context::Context;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::{Word, resource};
use crate::id::{GeneratorId, ResourceId, TaskId};
use crate::trace::EventKind;
use crate::value::{ExceptionId, ListId, TextId, Value};

/// A `shared`.
#[derive(Debug)]
pub(in crate::engine::real) struct Shared {
    meter: Meter,
    version: &'static Word,
    kind: &'static Word,
    content: &'static Word,
}

impl Shared {
    pub(in crate::engine::real) fn new(meter: Meter, initial: Value) -> Self {
        let [version, kind, content] = [resource::WORD, resource::NEXT, resource::CELL].map(|word| meter.word(word));
        let shared = Self { meter, version, kind, content };
        shared.exchange(|_| Ok::<_, ()>((initial, ()))).expect("the first value is taken");
        shared
    }

    /// Its value now.
    #[inline]
    pub(in crate::engine::real) fn peek(&self) -> Value {
        let backoff = Backoff::new();
        loop {
            let before = self.version.load(SeqCst);
            let words = [self.kind.load(Relaxed), self.content.load(Relaxed)];
            // If a word of a write under way was read above, its version is seen below: the writer's release fence and this pair.
            fence(Acquire);
            if before.is_multiple_of(2) && self.version.load(Relaxed) == before {
                return decode(words);
            }
            backoff.snooze();
        }
    }

    /// Replaces the value by what `new` makes of it. Others wait meanwhile.
    fn exchange<T, E>(&self, new: impl FnOnce(Value) -> Result<(Value, T), E>) -> Result<T, E> {
        let backoff = Backoff::new();
        let before = loop {
            let before = self.version.load(Relaxed);
            if before.is_multiple_of(2) && self.version.compare_exchange_weak(before, before + 1, SeqCst, Relaxed).is_ok() {
                break before;
            }
            backoff.snooze();
        };
        let old = decode([self.kind.load(Relaxed), self.content.load(Relaxed)]);
        let made = new(old);
        if let Ok((value, _)) = &made {
            fence(Release);
            let [kind, content] = encode(*value);
            self.kind.store(kind, Relaxed);
            self.content.store(content, Relaxed);
        }
        self.version.store(before + 2, SeqCst);
        made.map(|(_, answer)| answer)
    }

    /// Loads.
    #[inline]
    pub(in crate::engine::real) fn load(&self, context: &mut Context) -> Value {
        let value = self.peek();
        self.count(context, EventKind::Loaded, value);
        value
    }

    /// Stores.
    #[inline]
    pub(in crate::engine::real) fn store(&self, context: &mut Context, value: Value) {
        self.exchange(|_| Ok::<_, ()>((value, ()))).expect("a store takes any value");
        self.count(context, EventKind::Stored, value);
    }

    /// One atomic read and write; gives the old value.
    ///
    /// # Errors
    /// Those of `new`; then nothing is stored.
    pub(in crate::engine::real) fn update<E>(
        &self,
        context: &mut Context,
        new: impl FnOnce(Value) -> Result<Value, E>,
    ) -> Result<Value, E> {
        let (old, stored) = self.exchange(|old| new(old).map(|value| (value, (old, value))))?;
        self.count(context, EventKind::Exchanged, stored);
        Ok(old)
    }

    #[inline]
    fn count(&self, context: &mut Context, kind: EventKind, value: Value) {
        if context.counts() {
            let tally = context.tallies.of(self.meter.id);
            if kind == EventKind::Loaded {
                tally.gets += 1;
            } else {
                tally.acquisitions += 1;
            }
            let now = context.stamp();
            let [high, low] = encode(value);
            context.event(kind, self.meter.id.0, (high.rotate_left(32) ^ low).wrapping_mul(0x9e37_79b9_7f4a_7c15), now);
            context.step_done(now, 0);
        }
    }
}

fn encode(value: Value) -> [u64; 2] {
    match value {
        Value::None => [0, 0],
        Value::Bool(truth) => [1, truth.into()],
        Value::Int(int) => [2, int.cast_unsigned()],
        Value::Float(float) => [3, float.get().to_bits()],
        Value::Text(id) => [4, id.0.into()],
        Value::List(id) => [5, id.0.into()],
        Value::Task(id) => [6, id.0.into()],
        Value::Resource(id) => [7, id.0.into()],
        Value::Exception(id) => [8, id.0.into()],
        Value::Generator(id) => [9, u64::from(id.task.0) << 32 | u64::from(id.number)],
    }
}

fn decode([kind, content]: [u64; 2]) -> Value {
    let id = || u32::try_from(content).unwrap_or(u32::MAX);
    match kind {
        1 => Value::Bool(content != 0),
        2 => Value::Int(content.cast_signed()),
        3 => Value::float(f64::from_bits(content)),
        4 => Value::Text(TextId(id())),
        5 => Value::List(ListId(id())),
        6 => Value::Task(TaskId(id())),
        7 => Value::Resource(ResourceId(id())),
        8 => Value::Exception(ExceptionId(id())),
        9 => {
            let [number, task] =
                [content & u64::from(u32::MAX), content >> 32].map(|half| u32::try_from(half).unwrap_or(u32::MAX));
            Value::Generator(GeneratorId { task: TaskId(task), number })
        }
        _ => Value::None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    use crate::engine::real::task::context::tests::{frame, together};
    use crate::id::BlockId;

    #[test]
    fn exchanges_are_never_lost_and_loads_never_torn() {
        let frame = frame();
        let shared = Shared::new(Meter::new(frame.segment, ResourceId(0)), Value::Int(0));
        let next = |old| match old {
            Value::Int(count) => Ok::<_, ()>(Value::float(f64::from(i32::try_from(count).unwrap()) + 1.0)),
            #[expect(clippy::cast_possible_truncation, reason = "a small count")]
            Value::Float(count) => Ok(Value::Int(count.get() as i64 + 1)),
            other => panic!("torn: {other:?}"),
        };
        together(frame, 4, |task, context| {
            for _ in 0..5_000 {
                context.step(BlockId(task));
                shared.update(context, next).unwrap();
                let read = shared.load(context);
                assert!(
                    matches!(read, Value::Int(count) if count % 2 == 0)
                        || matches!(read, Value::Float(count) if (count.get() % 2.0) > 0.5)
                );
            }
        });
        assert_eq!(shared.peek(), Value::Int(20_000));
        let slot = frame.segment.resource(0).unwrap().0;
        assert_eq!([resource::ACQUISITIONS, resource::GETS].map(|word| slot[word].load(Relaxed)), [20_000, 20_000]);
    }

    #[test]
    fn of_two_that_store_and_then_load_the_other_one_sees_it() {
        // Store buffering: forbidden outcome under sequential consistency.
        let frame = frame();
        let cell = |id| Shared::new(Meter::new(frame.segment, ResourceId(id)), Value::Int(0));
        let cells = [cell(0), cell(1)];
        let gate = std::sync::Barrier::new(2);
        let seen: Mutex<Vec<[bool; 2]>> = Mutex::new(vec![[false; 2]; 2_000]);
        together(frame, 2, |task, context| {
            let (mine, other) = (task as usize, 1 - task as usize);
            for round in 0..2_000 {
                context.step(BlockId(task));
                gate.wait();
                cells[mine].store(context, Value::Int(i64::try_from(round).unwrap() + 1));
                let saw = cells[other].load(context) == Value::Int(i64::try_from(round).unwrap() + 1);
                seen.lock().unwrap()[round][mine] = saw;
            }
        });
        assert!(seen.into_inner().unwrap().iter().all(|saw| saw[0] || saw[1]));
    }

    #[test]
    fn every_kind_of_value_is_read_as_written() {
        let values = [
            Value::None,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::float(-0.5),
            Value::Text(TextId(3)),
            Value::List(ListId(4)),
            Value::Task(TaskId(5)),
            Value::Resource(ResourceId(6)),
            Value::Exception(ExceptionId(7)),
        ];
        assert_eq!(values.map(|value| decode(encode(value))), values);
    }
}

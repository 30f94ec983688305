//! The cell of a `shared` across processes: as an own one, with texts and lists kept as bytes in the shared segment.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::fence;
use std::sync::{Mutex, PoisonError};

use crossbeam::utils::Backoff;

use super::super::context::Context;
use super::super::meter::Meter;
use super::super::segment::{HEAP_BYTES, Segment, resource};
use super::parcel;
use crate::trace::EventKind;
use crate::value::{Failure, Table, Value};

/// Kinds of content: as it is, or bytes kept in the segment.
const BYTES: u64 = 5;

/// A `shared` across processes.
#[derive(Debug)]
pub(in crate::engine::real) struct Cell {
    meter: Meter,
    segment: Segment<'static>,
    /// Where the bytes of values are that this process has stored already.
    kept: Mutex<BTreeMap<Value, u64>>,
}

impl Cell {
    pub(in crate::engine::real) fn new(meter: Meter, segment: Segment<'static>) -> Self {
        Self { meter, segment, kept: Mutex::default() }
    }

    /// Its value now.
    pub(in crate::engine::real) fn peek(&self, table: &Table) -> Value {
        let [version, kind, content] = [resource::WORD, resource::NEXT, resource::CELL].map(|word| self.meter.word(word));
        let backoff = Backoff::new();
        loop {
            let before = version.load(SeqCst);
            let words = [kind.load(Relaxed), content.load(Relaxed)];
            fence(Acquire);
            if before.is_multiple_of(2) && version.load(Relaxed) == before {
                return self.decode(table, words);
            }
            backoff.snooze();
        }
    }

    /// Replaces the value by what `new` makes of it; gives the old one.
    ///
    /// # Errors
    /// Those of `new`, and MemoryError when texts and lists find no room; then nothing is stored.
    pub(in crate::engine::real) fn exchange(
        &self,
        table: &Table,
        new: impl FnOnce(Value) -> Result<Value, Failure>,
    ) -> Result<(Value, Value), Failure> {
        let [version, kind, content] = [resource::WORD, resource::NEXT, resource::CELL].map(|word| self.meter.word(word));
        let backoff = Backoff::new();
        let before = loop {
            let before = version.load(Relaxed);
            if before.is_multiple_of(2) && version.compare_exchange_weak(before, before + 1, SeqCst, Relaxed).is_ok() {
                break before;
            }
            backoff.snooze();
        };
        let old = self.decode(table, [kind.load(Relaxed), content.load(Relaxed)]);
        let made = new(old).and_then(|value| Ok((value, self.encode(table, value)?)));
        if let Ok((_, words)) = made {
            fence(Release);
            kind.store(words[0], Relaxed);
            content.store(words[1], Relaxed);
        }
        version.store(before + 2, SeqCst);
        made.map(|(value, _)| (old, value))
    }

    fn encode(&self, table: &Table, value: Value) -> Result<[u64; 2], Failure> {
        Ok(match value {
            Value::None => [0, 0],
            Value::Bool(truth) => [1, truth.into()],
            Value::Int(int) => [2, int.cast_unsigned()],
            Value::Float(float) => [3, float.get().to_bits()],
            _ => {
                let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                let place = if let Some(&place) = kept.get(&value) {
                    place
                } else {
                    let mut bytes = Vec::new();
                    parcel::encode(table, value, &mut bytes);
                    let place = self.segment.keep(&bytes);
                    *kept.entry(value).or_insert(place.ok_or_else(no_room)?)
                };
                [BYTES, place]
            }
        })
    }

    fn decode(&self, table: &Table, [kind, content]: [u64; 2]) -> Value {
        match kind {
            1 => Value::Bool(content != 0),
            2 => Value::Int(content.cast_signed()),
            3 => Value::float(f64::from_bits(content)),
            BYTES => parcel::decode(table, &self.segment.kept(content)).unwrap_or_default(),
            _ => Value::None,
        }
    }

    /// Loads.
    pub(in crate::engine::real) fn load(&self, context: &mut Context, table: &Table) -> Value {
        let value = self.peek(table);
        self.count(context, table, EventKind::Loaded, value);
        value
    }

    /// Stores.
    ///
    /// # Errors
    /// MemoryError.
    pub(in crate::engine::real) fn store(&self, context: &mut Context, table: &Table, value: Value) -> Result<(), Failure> {
        self.exchange(table, |_| Ok(value))?;
        self.count(context, table, EventKind::Stored, value);
        Ok(())
    }

    /// One atomic read and write; gives the old value.
    ///
    /// # Errors
    /// Those of `new`, and MemoryError.
    pub(in crate::engine::real) fn update(
        &self,
        context: &mut Context,
        table: &Table,
        new: impl FnOnce(Value) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        let (old, stored) = self.exchange(table, new)?;
        self.count(context, table, EventKind::Exchanged, stored);
        Ok(old)
    }

    fn count(&self, context: &mut Context, table: &Table, kind: EventKind, value: Value) {
        if context.counts() {
            let tally = context.tallies.of(self.meter.id);
            if kind == EventKind::Loaded {
                tally.gets += 1;
            } else {
                tally.acquisitions += 1;
            }
            let now = context.stamp();
            context.event(kind, self.meter.id.0, (table.fingerprint(value) >> 64) as u64, now);
            context.step_done(now, 0);
        }
    }
}

fn no_room() -> Failure {
    Failure::new("MemoryError", format!("texts and lists across processes: at most {HEAP_BYTES} bytes"))
}

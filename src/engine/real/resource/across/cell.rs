//! The cell of a `shared` across processes: as an own one, with texts and lists kept as bytes in the shared segment.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::fence;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crossbeam::utils::Backoff;

use super::{Station, parcel};
use crate::engine::real::task::context::Context;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::{HEAP_BYTES, Segment, Word, resource, station};
use crate::engine::real::transport::state;
use crate::id::ProcessId;
use crate::trace::EventKind;
use crate::value::{Failure, Table, Value};

/// How often one looks whether the cell can be stored to.
const WRITER_EVERY: Duration = Duration::from_micros(50);
/// Kinds of content: as it is, or bytes kept in the segment.
const BYTES: u64 = 5;

/// The version's word: how often the cell was stored, above the process that is about to store, plus one.
const WRITER_BITS: u32 = 8;
const WRITER: u64 = (1 << WRITER_BITS) - 1;

/// A `shared` across processes. Its value stands in two places in turn: a writer fills the one that nobody reads, and the version
/// turns to it in one step. So one that is killed in the middle leaves the old value whole.
#[derive(Debug)]
pub(in crate::engine::real) struct Cell {
    meter: Meter,
    segment: Segment<'static>,
    process: ProcessId,
    places: [[&'static Word; 2]; 2],
    /// Where the bytes of values are that this process has stored already.
    kept: Mutex<BTreeMap<Value, u64>>,
}

/// A process is dead: it stores nothing any more.
pub(in crate::engine::real) fn abandon(version: &Word, process: ProcessId) {
    let seen = version.load(SeqCst);
    if seen & WRITER == u64::from(process.0) + 1 {
        // Nobody else changes it meanwhile.
        let _same = version.compare_exchange(seen, seen & !WRITER, SeqCst, SeqCst);
    }
}

impl Cell {
    pub(in crate::engine::real) fn new(meter: Meter, station: Station, segment: Segment<'static>) -> Self {
        let first = [resource::NEXT, resource::CELL].map(|word| meter.word(word));
        let second = [station::KIND, station::CONTENT].map(|word| station.word(word));
        Self { meter, segment, process: station.process, places: [first, second], kept: Mutex::default() }
    }

    fn version(&self) -> &'static Word {
        self.meter.word(resource::WORD)
    }

    fn place(&self, stored: u64) -> [&'static Word; 2] {
        self.places[usize::from(!stored.is_multiple_of(2))]
    }

    /// Its value now.
    pub(in crate::engine::real) fn peek(&self, table: &Table) -> Value {
        loop {
            let stored = self.version().load(SeqCst) >> WRITER_BITS;
            let words = self.place(stored).map(|word| word.load(Relaxed));
            fence(Acquire);
            if self.version().load(Relaxed) >> WRITER_BITS == stored {
                return self.decode(table, words);
            }
        }
    }

    /// The version, if nobody stores now: this process does from now on.
    fn turn(&self) -> Option<u64> {
        let (version, me) = (self.version(), u64::from(self.process.0) + 1);
        let before = version.load(Relaxed);
        let is_free = before & WRITER == 0;
        (is_free && version.compare_exchange(before, before | me, SeqCst, Relaxed).is_ok()).then_some(before)
    }

    fn await_turn(&self) -> u64 {
        let backoff = Backoff::new();
        loop {
            if let Some(before) = self.turn() {
                return before;
            }
            // Whoever reaps a writer that was killed lets the others in.
            if backoff.is_completed() {
                std::thread::park_timeout(WRITER_EVERY);
            } else {
                backoff.snooze();
            }
        }
    }

    /// Replaces the value by what `new` makes of it, for the task of `context`; gives the old one.
    ///
    /// # Errors
    /// Those of `new`, and MemoryError when texts and lists find no room; then nothing is stored.
    pub(in crate::engine::real) fn exchange(
        &self,
        context: Option<&Context>,
        table: &Table,
        new: impl FnOnce(Value) -> Result<Value, Failure>,
    ) -> Result<(Value, Value), Failure> {
        let before = match (self.turn(), context) {
            (Some(before), _) => before,
            (None, Some(context)) => state::soon(context.slot, context.frame.clock, || self.await_turn()),
            (None, None) => self.await_turn(),
        };
        let version = self.version();
        let stored = before >> WRITER_BITS;
        let old = self.decode(table, self.place(stored).map(|word| word.load(Relaxed)));
        let made = new(old).and_then(|value| Ok((value, self.encode(table, value)?)));
        let after = if let Ok((_, words)) = made {
            fence(Release);
            for (place, word) in self.place(stored.wrapping_add(1)).into_iter().zip(words) {
                place.store(word, Relaxed);
            }
            stored.wrapping_add(1) << WRITER_BITS
        } else {
            before
        };
        version.store(after, SeqCst);
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
        self.exchange(Some(context), table, |_| Ok(value))?;
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
        let (old, stored) = self.exchange(Some(context), table, new)?;
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

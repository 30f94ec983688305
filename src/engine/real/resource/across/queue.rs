//! A queue across processes: each process puts into a buffer of its own, from which a feeder thread fills a pipe of the system's.
//! So a `put` never waits for the pipe, and a process ends only when its feeder is through. While there is nothing
//! on its way and room in the pipe, an item goes there at once, without waiting for a thread.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::pipe::drain;
use super::wire::{Ends as WireEnds, Moved, Wire, receive};
use super::{Side, Station, deadline, parcel};
use crate::effect::{Ends, Patience};
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::station;
use crate::engine::real::wait::control::Control;
use crate::id::ProcessId;
use crate::time::Nanos;
use crate::trace::EventKind;
use crate::value::{Failure, MOST_QUEUED, Table, Value};

/// Bytes that a process's buffer of one queue holds at most.
const MOST_BYTES: usize = 256 << 20;
/// What the pipe behind it holds.
const PIPE_BYTES: usize = 64 << 10;
/// What a pipe takes whole or not at all, so that nothing is left half there by a process that is killed.
const MOST_AT_ONCE: usize = 4096;
/// How long a feeder waits before it looks around.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// A queue.
#[derive(Debug)]
pub(in crate::engine::real) struct Queue {
    meter: Meter,
    station: Station,
    capacity: Option<u64>,
    wire: Arc<Wire>,
    buffer: Arc<Buffer>,
}

/// What a process has put and its feeder has not got through.
#[derive(Debug, Default)]
struct Buffer {
    inner: Mutex<Inner>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    parcels: VecDeque<Vec<u8>>,
    /// Of all parcels.
    bytes: usize,
    feeding: bool,
    has_feeder: bool,
}

impl Queue {
    /// A new one, or with `ends` one that another process has made.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn new(
        meter: Meter,
        station: Station,
        capacity: Option<u64>,
        ends: Option<&WireEnds>,
    ) -> io::Result<Self> {
        let wire = match ends {
            Some(ends) => Wire::open(ends)?,
            None => Wire::new(PIPE_BYTES)?,
        };
        Ok(Self { meter, station, capacity, wire: Arc::new(wire), buffer: Arc::default() })
    }

    pub(in crate::engine::real) fn ends(&self) -> WireEnds {
        self.wire.ends()
    }

    /// Puts an item in; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn put(
        &self,
        context: &mut Context,
        table: &Table,
        (item, bytes): (Value, u32),
        patience: Patience,
    ) -> Result<Result<bool, Failure>, Cut> {
        if self.is_broken() {
            return Ok(Err(broken()));
        }
        let most = self.capacity.unwrap_or(u64::MAX);
        let mut asked = None;
        if !self.station.admit(station::COUNT, 1, most) {
            let since = context.frame.clock.now();
            if patience == Patience::Never {
                context.step_done(since, 0);
                return Ok(Ok(false));
            }
            asked = Some(since);
            self.meter.waiting(true);
            let try_again = || self.station.admit(station::COUNT, 1, most).then_some(());
            let end = self.station.wait(context, Side::Give(1), deadline(patience, since), try_again);
            self.meter.waiting(false);
            if end?.is_none() {
                self.meter.timed_out(context, since);
                return Ok(Ok(false));
            }
        }
        let parcel = parcel::wrap(table, item, bytes);
        let mut inner = self.buffer.inner.lock().unwrap_or_else(PoisonError::into_inner);
        // Before anybody can take the item and say that it is done.
        self.station.word(station::UNFINISHED).fetch_add(1, SeqCst);
        if inner.parcels.is_empty() && !inner.feeding && self.put_at_once(&parcel) {
            drop(inner);
            self.station.ring();
            self.meter.moved_now(context, EventKind::Put, asked, self.station.load(station::COUNT));
            return Ok(Ok(true));
        }
        let is_full = inner.parcels.len() >= MOST_QUEUED || inner.bytes + parcel.len() > MOST_BYTES;
        if is_full || (!inner.has_feeder && self.start_feeder(context.frame.control).is_err()) {
            drop(inner);
            self.station.take(station::COUNT, 1);
            self.station.take(station::UNFINISHED, 1);
            let most = MOST_BYTES >> 20;
            let words = format!("a process has at most {MOST_QUEUED} items and {most} MB on their way into a queue");
            return Ok(Err(Failure::new("MemoryError", words)));
        }
        inner.has_feeder = true;
        inner.bytes += parcel.len();
        self.station.set_ends(self.station.process, Ends::Write, true);
        inner.parcels.push_back(parcel);
        drop(inner);
        self.buffer.more.notify_one();
        self.meter.moved_now(context, EventKind::Put, asked, self.station.load(station::COUNT));
        Ok(Ok(true))
    }

    /// Puts a parcel into the pipe if it finds room there as a whole.
    fn put_at_once(&self, parcel: &[u8]) -> bool {
        if parcel.len() > MOST_AT_ONCE {
            return false;
        }
        let Some(_gate) = self.station.gate(station::WRITE_GATE) else { return false };
        matches!(self.wire.write(parcel), Ok(Some(written)) if written == parcel.len())
    }

    fn start_feeder(&self, control: Control) -> io::Result<()> {
        let (station, wire, buffer) = (self.station, Arc::clone(&self.wire), Arc::clone(&self.buffer));
        let feeder = std::thread::Builder::new().name("coreyard-feeder".to_owned());
        feeder.spawn(move || feed(station, &wire, &buffer, control)).map(drop)
    }

    /// Takes an item out; none when patience ends first.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn get(
        &self,
        context: &mut Context,
        table: &Table,
        patience: Patience,
    ) -> Result<Result<Option<Value>, Failure>, Cut> {
        let (slot, frame) = (context.slot, context.frame);
        let try_it = || {
            let gate = self.station.gate(station::READ_GATE)?;
            let had = match receive(&self.wire, || self.station.await_rest(slot, frame, &self.wire)) {
                Moved::Whole((bytes, _)) => {
                    self.station.take(station::COUNT, 1);
                    Some(Some(bytes))
                }
                Moved::Nothing => self.is_broken().then_some(None),
                Moved::Broken => {
                    self.station.word(station::BROKEN).store(1, SeqCst);
                    Some(None)
                }
            };
            drop(gate);
            had
        };
        let mut asked = None;
        let had = if let Some(had) = try_it() {
            had
        } else {
            let since = context.frame.clock.now();
            if patience == Patience::Never {
                context.step_done(since, 0);
                return Ok(Ok(None));
            }
            asked = Some(since);
            self.meter.waiting(true);
            let end = self.station.wait(context, Side::Take, deadline(patience, since), try_it);
            self.meter.waiting(false);
            if let Some(had) = end? {
                had
            } else {
                self.meter.timed_out(context, since);
                return Ok(Ok(None));
            }
        };
        let Some(bytes) = had else {
            return Ok(Err(broken()));
        };
        self.station.ring();
        self.meter.moved_now(context, EventKind::Got, asked, self.station.load(station::COUNT));
        Ok(parcel::decode(table, &bytes).map(Some).map_err(Failure::from))
    }

    /// Marks an item done: whether all are; none if there were not so many.
    pub(in crate::engine::real) fn task_done(&self, context: &mut Context) -> Option<bool> {
        if !self.station.take(station::UNFINISHED, 1) {
            return None;
        }
        self.station.ring();
        let now = context.stamp();
        let unfinished = self.station.load(station::UNFINISHED);
        context.event(EventKind::TaskDone, self.meter.id.0, unfinished, now);
        context.step_done(now, 0);
        Some(unfinished == 0)
    }

    /// Waits until every item put has been marked done.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn join(&self, context: &mut Context) -> Result<(), Cut> {
        let asked = self.until(context, Side::Done, || self.station.load(station::UNFINISHED) == 0)?;
        self.meter.joined(context, asked);
        Ok(())
    }

    /// Waits until all that this process has put is through.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn flush(&self, context: &mut Context) -> Result<(), Cut> {
        self.until(context, Side::Rest, || !self.is_feeding()).map(drop)
    }

    /// Waits until it is done; gives since when, if it had to.
    fn until(&self, context: &mut Context, side: Side, done: impl Fn() -> bool) -> Result<Option<Nanos>, Cut> {
        let mut asked = None;
        if !done() {
            asked = Some(context.frame.clock.now());
            self.meter.waiting(true);
            let end = self.station.wait(context, side, None, || done().then_some(()));
            self.meter.waiting(false);
            end?;
        }
        Ok(asked)
    }

    fn is_broken(&self) -> bool {
        self.station.load(station::BROKEN) != 0
    }

    /// Whether one of `process` that waits on this side is about to go on: what is on its way arrives.
    pub(in crate::engine::real) fn moves(&self, side: Side, process: ProcessId) -> bool {
        let arrives = || !self.station.is_deserted(station::WRITERS) || self.wire.has_bytes();
        match side {
            Side::Give(_) => self.capacity.is_none_or(|most| self.station.load(station::COUNT) < most),
            Side::Take => self.is_broken() || arrives(),
            Side::Rest => self.is_broken() || !self.station.has_end(station::WRITERS, process) || self.wire.has_room(),
            Side::Done => self.station.load(station::UNFINISHED) == 0,
        }
    }

    pub(in crate::engine::real) fn is_feeding(&self) -> bool {
        let inner = self.buffer.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.feeding || !inner.parcels.is_empty()
    }

    /// How many items are in it or on their way.
    pub(in crate::engine::real) fn len(&self) -> u64 {
        self.station.load(station::COUNT)
    }

    /// What is in it at the end, taken out.
    pub(in crate::engine::real) fn drain(&self, table: &Table) -> Vec<Value> {
        drain(&self.wire, table)
    }
}

fn broken() -> Failure {
    Failure::new("OSError", "the queue was broken by a process that was killed")
}

/// A feeder's life: it ends with its process, or when the queue is broken.
fn feed(station: Station, wire: &Wire, buffer: &Buffer, control: Control) {
    feed_on(station, wire, buffer, control);
    let mut inner = buffer.inner.lock().unwrap_or_else(PoisonError::into_inner);
    (inner.feeding, inner.has_feeder) = (false, false);
    inner.parcels.clear();
    inner.bytes = 0;
    station.set_ends(station.process, Ends::Write, false);
    station.ring();
}

fn feed_on(station: Station, wire: &Wire, buffer: &Buffer, control: Control) {
    // What stop cuts off need not be whole.
    let is_over = || control.orders().stop() || station.load(station::BROKEN) != 0;
    loop {
        let mut inner = buffer.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.feeding = false;
        let parcel = loop {
            if let Some(parcel) = inner.parcels.pop_front() {
                inner.feeding = true;
                inner.bytes -= parcel.len();
                break parcel;
            }
            station.set_ends(station.process, Ends::Write, false);
            station.ring();
            if control.orders().stop() {
                return;
            }
            inner = buffer.more.wait_timeout(inner, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
        };
        drop(inner);
        let gate = loop {
            match station.gate(station::WRITE_GATE) {
                Some(gate) => break gate,
                None if is_over() => return,
                None => std::thread::park_timeout(Duration::from_micros(50)),
            }
        };
        let mut written = 0;
        while written < parcel.len() {
            match wire.write(&parcel[written..]) {
                Ok(Some(some)) => {
                    written += some;
                    station.ring();
                }
                Ok(None) if is_over() => return,
                Ok(None) => wire.await_room(),
                Err(_) => return,
            }
        }
        drop(gate);
    }
}

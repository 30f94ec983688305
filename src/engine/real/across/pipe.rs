//! A pipe between processes: parcels through a pipe of the system's; how much is in it, and who has which end, in shared memory.

use std::cell::Cell as Flag;
use std::io;

use super::super::context::{Context, Cut};
use super::super::meter::Meter;
use super::super::segment::station;
use super::wire::{Ends as WireEnds, Moved, Wire, receive};
use super::{Side, Station, parcel};
use crate::effect::Ends;
use crate::program::PipeCapacity;
use crate::trace::EventKind;
use crate::value::{Failure, Table, Value};

/// A pipe.
#[derive(Debug)]
pub(in crate::engine::real) struct Pipe {
    meter: Meter,
    station: Station,
    capacity: PipeCapacity,
    wire: Wire,
}

impl Pipe {
    /// A new one, or with `ends` one that another process has made.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn new(
        meter: Meter,
        station: Station,
        capacity: PipeCapacity,
        ends: Option<&WireEnds>,
    ) -> io::Result<Self> {
        let bytes = match capacity {
            PipeCapacity::Bytes(bytes) => bytes,
            PipeCapacity::Messages(_) => 64 << 10,
        };
        let wire = match ends {
            Some(ends) => Wire::open(ends)?,
            None => Wire::new(usize::try_from(bytes).unwrap_or(usize::MAX))?,
        };
        Ok(Self { meter, station, capacity, wire })
    }

    pub(in crate::engine::real) fn ends(&self) -> WireEnds {
        self.wire.ends()
    }

    fn most(&self) -> u64 {
        match self.capacity {
            PipeCapacity::Bytes(most) | PipeCapacity::Messages(most) => most,
        }
    }

    fn share(&self, bytes: u64) -> u64 {
        match self.capacity {
            PipeCapacity::Bytes(_) => bytes,
            PipeCapacity::Messages(_) => 1,
        }
    }

    fn is_broken(&self) -> bool {
        self.station.is_deserted(station::READERS) || self.station.load(station::BROKEN) != 0
    }

    /// Sends; waits while there is no room.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn send(
        &self,
        context: &mut Context,
        table: &Table,
        message: Value,
        bytes: u32,
    ) -> Result<Result<(), Failure>, Cut> {
        let me = self.station.process;
        if !self.station.has_end(station::WRITERS, me) {
            return Ok(Err(Failure::new("OSError", "handle is closed")));
        }
        let parcel = parcel::wrap(table, message, bytes);
        let share = self.share((parcel.len() - parcel::HEAD) as u64);
        let mut asked = None;
        // True: a part of the pipe is this message's; false: nobody will read it.
        let try_it = || {
            if self.is_broken() {
                return Some(false);
            }
            self.station.admit(station::USED, share, self.most()).then_some(true)
        };
        let admitted = if let Some(admitted) = try_it() {
            admitted
        } else {
            asked = Some(context.frame.clock.now());
            self.meter.waiting(true);
            let end = self.station.wait(context, Side::Give, None, try_it);
            self.meter.waiting(false);
            end?.unwrap_or(false)
        };
        if !admitted || !self.write(context, &parcel, &mut asked)? {
            return Ok(Err(Failure::new("BrokenPipeError", "[Errno 32] Broken pipe")));
        }
        let level = self.station.tally(1);
        self.station.ring();
        self.meter.moved_now(context, EventKind::Put, asked, level);
        Ok(Ok(()))
    }

    /// Writes a whole parcel, alone; false when nobody will read it.
    fn write(&self, context: &mut Context, parcel: &[u8], asked: &mut Option<crate::time::Nanos>) -> Result<bool, Cut> {
        let written = Flag::new(0);
        let gate = std::cell::RefCell::new(None);
        let go_on = || {
            let mut gate = gate.borrow_mut();
            if gate.is_none() {
                *gate = self.station.gate(station::WRITE_GATE);
                gate.as_ref()?;
            }
            while written.get() < parcel.len() {
                match self.wire.write(&parcel[written.get()..]) {
                    Ok(Some(some)) => written.set(written.get() + some),
                    Ok(None) if self.is_broken() => return Some(false),
                    Ok(None) => {
                        // Somebody must begin to take what is there.
                        self.station.ring();
                        return None;
                    }
                    Err(_) => return Some(false),
                }
            }
            Some(true)
        };
        let mut whole = go_on();
        if whole.is_none() {
            asked.get_or_insert_with(|| context.frame.clock.now());
            let end = self.station.wait(context, Side::Give, None, || {
                let whole = go_on();
                if whole.is_none() && written.get() > 0 {
                    self.wire.await_room();
                }
                whole
            });
            if end.is_err() && written.get() > 0 {
                self.station.word(station::BROKEN).store(1, std::sync::atomic::Ordering::SeqCst);
            }
            whole = end?;
        }
        Ok(whole == Some(true))
    }

    /// Receives; waits while there is nothing.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn receive(&self, context: &mut Context, table: &Table) -> Result<Result<Value, Failure>, Cut> {
        let me = self.station.process;
        if !self.station.has_end(station::READERS, me) {
            return Ok(Err(Failure::new("OSError", "handle is closed")));
        }
        let control = context.frame.control;
        let try_it = || {
            // Before the look at the pipe: who has closed has written all before.
            let over = self.station.is_deserted(station::WRITERS) || self.station.load(station::BROKEN) != 0;
            let gate = self.station.gate(station::READ_GATE)?;
            let moved = receive(&self.wire, || !control.orders().stop() && self.station.load(station::BROKEN) == 0);
            drop(gate);
            match moved {
                Moved::Whole(parcel) => Some(Some(parcel)),
                Moved::Nothing if over => Some(None),
                Moved::Nothing => None,
                Moved::Broken => {
                    self.station.word(station::BROKEN).store(1, std::sync::atomic::Ordering::SeqCst);
                    Some(None)
                }
            }
        };
        let mut asked = None;
        let had = if let Some(had) = try_it() {
            had
        } else {
            asked = Some(context.frame.clock.now());
            self.meter.waiting(true);
            let end = self.station.wait(context, Side::Take, None, try_it);
            self.meter.waiting(false);
            end?.flatten()
        };
        let Some((bytes, whole)) = had else {
            return Ok(Err(Failure::new("EOFError", "")));
        };
        self.station.take(station::USED, self.share(whole as u64));
        let level = self.station.tally(-1);
        self.station.ring();
        self.meter.moved_now(context, EventKind::Got, asked, level);
        Ok(parcel::decode(table, &bytes).map_err(Failure::from))
    }

    /// Whether one that waits to give, or to take, is about to go on.
    pub(in crate::engine::real) fn moves(&self, gives: bool, takes: bool) -> bool {
        let used = self.station.load(station::USED);
        let over = self.station.is_deserted(station::WRITERS) || self.station.load(station::BROKEN) != 0;
        (takes && (used > 0 || over)) || (gives && (used < self.most() && used == 0 || self.is_broken()))
    }

    /// This process gives up ends.
    pub(in crate::engine::real) fn close(&self, context: &mut Context, ends: Ends) {
        self.station.set_ends(self.station.process, ends, false);
        self.station.ring();
        let now = context.stamp();
        context.step_done(now, 0);
    }

    /// What is in it at the end, taken out.
    pub(in crate::engine::real) fn drain(&self, table: &Table) -> Vec<Value> {
        drain(&self.wire, table)
    }
}

pub(super) fn drain(wire: &Wire, table: &Table) -> Vec<Value> {
    let next = || match receive(wire, || false) {
        Moved::Whole((bytes, _)) => parcel::decode(table, &bytes).ok(),
        Moved::Nothing | Moved::Broken => None,
    };
    std::iter::from_fn(next).collect()
}

//! A pipe between processes: parcels through a pipe of the system's; how much is in it, and who has which end, in shared memory.
//! A call that is under way keeps its end in use, though the process closes it, as a file of the system is.

use std::io;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Mutex, PoisonError};

use super::wire::{Ends as WireEnds, Moved, Wire, receive};
use super::{Side, Station, parcel};
use crate::effect::{Ends, Patience};
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::station;
use crate::engine::real::transport::state;
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
    writes: Mutex<End>,
    reads: Mutex<End>,
}

/// This process's part in one end.
#[derive(Debug, Default)]
struct End {
    /// How many calls are under way.
    calls: usize,
    /// No more of them begin, and the end is given up with the last of them.
    closed: bool,
}

/// A call that is under way.
struct Call<'a> {
    pipe: &'a Pipe,
    ends: Ends,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.pipe.change(self.ends, |end| end.calls -= 1);
    }
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
        Ok(Self { meter, station, capacity, wire, writes: Mutex::default(), reads: Mutex::default() })
    }

    /// Changes what this process has to do with one end; once it has nothing more to do with it, others hear of that.
    fn change(&self, ends: Ends, change: impl FnOnce(&mut End)) {
        let end = if ends == Ends::Write { &self.writes } else { &self.reads };
        let mut end = end.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut end);
        if end.closed && end.calls == 0 {
            // From here on the station tells. A process of a pool may have the end again for its next job.
            end.closed = false;
            self.station.set_ends(self.station.process, ends, false);
            self.station.ring();
        }
    }

    /// Begins a call, unless the end is closed here.
    fn call(&self, ends: Ends) -> Result<Call<'_>, Failure> {
        let side = if ends == Ends::Write { station::WRITERS } else { station::READERS };
        let mut begun = None;
        self.change(ends, |end| {
            if !end.closed && self.station.has_end(side, self.station.process) {
                end.calls += 1;
                begun = Some(Call { pipe: self, ends });
            }
        });
        begun.ok_or_else(|| Failure::new("OSError", "handle is closed"))
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

    /// Sends; waits while there is no room, unless patience ends at once: then false.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn send(
        &self,
        context: &mut Context,
        table: &Table,
        (message, bytes): (Value, u32),
        patience: Patience,
    ) -> Result<Result<bool, Failure>, Cut> {
        let _call = match self.call(Ends::Write) {
            Ok(call) => call,
            Err(closed) => return Ok(Err(closed)),
        };
        let parcel = parcel::wrap(table, message, bytes);
        let share = self.share((parcel.len() - parcel::HEAD) as u64);
        let mut asked = None;
        // Whoever has the gate and a part of the pipe writes; one that is killed then is seen to have had both. None: nobody will
        // read it.
        let try_it = || {
            if self.is_broken() {
                return Some(None);
            }
            let gate = self.station.gate(station::WRITE_GATE)?;
            self.station.admit(station::USED, share, self.most()).then_some(Some(gate))
        };
        let admitted = if let Some(admitted) = try_it() {
            admitted
        } else if patience == Patience::Never {
            context.step_done(context.stamp(), 0);
            return Ok(Ok(false));
        } else {
            asked = Some(context.frame.clock.now());
            self.meter.waiting(true);
            let end = self.station.wait(context, Side::Give(share), None, try_it);
            self.meter.waiting(false);
            end?.flatten()
        };
        let written = match &admitted {
            Some(_gate) => self.write(context, &parcel, &mut asked)?,
            None => false,
        };
        let level = if written { self.station.tally(1) } else { 0 };
        drop(admitted);
        self.station.ring();
        if !written {
            return Ok(Err(Failure::new("BrokenPipeError", "[Errno 32] Broken pipe")));
        }
        self.meter.moved_now(context, EventKind::Put, asked, level);
        Ok(Ok(true))
    }

    /// Writes a whole parcel, by the one that has the gate; false when nobody will read it.
    fn write(&self, context: &mut Context, parcel: &[u8], asked: &mut Option<crate::time::Nanos>) -> Result<bool, Cut> {
        let slot = context.slot;
        let mut written = 0;
        let mut go_on = || {
            while written < parcel.len() {
                match self.wire.write(&parcel[written..]) {
                    Ok(Some(some)) => {
                        written += some;
                        state::advanced(slot);
                    }
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
        if let Some(whole) = go_on() {
            return Ok(whole);
        }
        asked.get_or_insert_with(|| context.frame.clock.now());
        let end = self.station.wait(context, Side::Rest, None, || {
            // While it waits for room it does not look.
            state::looked(slot);
            self.wire.await_room();
            state::looks(slot);
            go_on()
        });
        if end.is_err() {
            self.station.word(station::BROKEN).store(1, SeqCst);
        }
        Ok(end? == Some(true))
    }

    /// Receives; waits while there is nothing, unless patience ends at once: then Empty.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn receive(
        &self,
        context: &mut Context,
        table: &Table,
        patience: Patience,
    ) -> Result<Result<Value, Failure>, Cut> {
        let _call = match self.call(Ends::Read) {
            Ok(call) => call,
            Err(closed) => return Ok(Err(closed)),
        };
        let (slot, frame) = (context.slot, context.frame);
        let try_it = || {
            // Before the look at the pipe: who has closed has written all before.
            let over = self.station.is_deserted(station::WRITERS) || self.station.load(station::BROKEN) != 0;
            let gate = self.station.gate(station::READ_GATE)?;
            let moved = receive(&self.wire, || self.station.await_rest(slot, frame, &self.wire));
            let had = match moved {
                Moved::Whole((bytes, whole)) => {
                    self.station.take(station::USED, self.share(whole as u64));
                    Some(Some((bytes, self.station.tally(-1))))
                }
                Moved::Nothing if over => Some(None),
                Moved::Nothing => None,
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
        } else if patience == Patience::Never {
            context.step_done(context.stamp(), 0);
            return Ok(Err(Failure::new("Empty", "")));
        } else {
            asked = Some(context.frame.clock.now());
            self.meter.waiting(true);
            let end = self.station.wait(context, Side::Take, None, try_it);
            self.meter.waiting(false);
            end?.flatten()
        };
        self.station.ring();
        let Some((bytes, level)) = had else {
            return Ok(Err(Failure::new("EOFError", "")));
        };
        self.meter.moved_now(context, EventKind::Got, asked, level);
        Ok(parcel::decode(table, &bytes).map_err(Failure::from))
    }

    /// Whether a message can be sent now, be it to fail.
    pub(in crate::engine::real) fn takes(&self, bytes: u32) -> bool {
        self.moves(Side::Give(self.share(u64::from(bytes))))
    }

    /// Whether one that waits on this side is about to go on.
    pub(in crate::engine::real) fn moves(&self, side: Side) -> bool {
        let is_cut = self.station.load(station::BROKEN) != 0;
        match side {
            Side::Give(share) => {
                let fits = Station::fits(self.station.load(station::USED), share, self.most());
                self.is_broken() || (fits && self.station.load(station::WRITE_GATE) == 0)
            }
            Side::Take => is_cut || self.station.is_deserted(station::WRITERS) || self.wire.has_bytes(),
            Side::Rest => self.is_broken() || self.wire.has_room(),
            Side::Done => false,
        }
    }

    /// This process gives up ends.
    pub(in crate::engine::real) fn close(&self, context: &mut Context, ends: Ends) {
        for one in [Ends::Write, Ends::Read] {
            if ends == one || ends == Ends::Both {
                self.change(one, |end| end.closed = true);
            }
        }
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

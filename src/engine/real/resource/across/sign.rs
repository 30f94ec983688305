//! Signs across processes: events, barriers and conditions. Who waits for a sign stands in line by a word in its own slot of the
//! table of tasks, which tells for what and who came first; who gives the sign writes it there. So one that is killed leaves the
//! line with its slot, and a sign given is never taken by one that comes later.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::signal::{Broken, deadline};
use super::{Gate, Side, Station};
use crate::effect::Patience;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::guard::{Guard, NotHeld};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::{Head, Segment, TaskSlot, Word, station, task};
use crate::id::TaskId;
use crate::time::Nanos;

/// The low bits of the word: what stands there.
const HOW: u64 = 3;
const WAITS: u64 = 1;
const GIVEN: u64 = 2;
const BROKEN: u64 = 3;
/// Below the number of the one in line: for which resource.
const NUMBER_BITS: u32 = 24;

/// Whether a task that waits for a sign has been given one.
pub(in crate::engine::real) fn is_given(slot: TaskSlot<'_>) -> bool {
    !matches!(slot[task::SIGN].load(SeqCst) & HOW, 0 | WAITS)
}

/// The line of those who wait.
#[derive(Debug)]
struct Line {
    station: Station,
    segment: Segment<'static>,
}

/// One in line.
struct Waiting {
    sign: &'static Word,
    word: u64,
}

impl Line {
    fn resource(&self) -> u64 {
        u64::from(self.station.id.0) << 2
    }

    /// Who waits, the one that came first at the front.
    fn all(&self) -> Vec<Waiting> {
        let tasks = usize::try_from(self.segment.head(Head::TaskEnd).load(SeqCst)).unwrap_or(0);
        let here = (1 << NUMBER_BITS) - 1;
        let one = |slot: TaskSlot<'static>| {
            let sign = &slot[task::SIGN];
            let word = sign.load(SeqCst);
            (word & here == self.resource() | WAITS).then_some(Waiting { sign, word })
        };
        let mut all: Vec<Waiting> = (0..tasks).map_while(|index| self.segment.task(index)).filter_map(one).collect();
        all.sort_by_key(|waiting| waiting.word);
        all
    }

    /// Gives a sign to so many; how many that are.
    fn give(&self, all: impl Iterator<Item = Waiting>, how: u64) -> u64 {
        let give = |waiting: &Waiting| {
            let given = waiting.word & !HOW | how;
            waiting.sign.compare_exchange(waiting.word, given, SeqCst, SeqCst).is_ok()
        };
        let given = all.filter(give).count() as u64;
        self.station.ring();
        given
    }

    /// The task stands in line from now on.
    fn stand(&self, context: &Context) -> Waiting {
        let number = self.station.word(station::USED).fetch_add(1, SeqCst);
        let word = number << NUMBER_BITS | self.resource() | WAITS;
        let sign = &context.slot[task::SIGN];
        sign.store(word, SeqCst);
        Waiting { sign, word }
    }

    /// Waits for the sign; none when patience ends first, and then it still stands in line.
    fn wait(&self, context: &mut Context, waiting: &Waiting, deadline: Option<Nanos>) -> Result<Option<u64>, Cut> {
        let given = || Some(waiting.sign.load(SeqCst) & HOW).filter(|&how| how != WAITS);
        let end = self.station.wait(context, Side::Done, deadline, given)?;
        if end.is_some() {
            waiting.sign.store(0, SeqCst);
        }
        Ok(end)
    }

    /// Out of the line, unless a sign was given just now.
    fn leave(waiting: &Waiting) -> Option<u64> {
        let left = waiting.sign.compare_exchange(waiting.word, 0, SeqCst, SeqCst);
        waiting.sign.store(0, SeqCst);
        left.err().map(|word| word & HOW)
    }

    /// Alone with the line.
    fn gate(&self, context: &Context) -> Result<Gate, Cut> {
        self.station.enter(context, station::WRITE_GATE)
    }
}

/// An event.
#[derive(Debug)]
pub(in crate::engine::real) struct Event {
    meter: Meter,
    line: Line,
    /// Coroutines of this process that wait, each in the name of the task that runs its loop, with how often the event had been
    /// set before.
    aside: Mutex<Vec<(TaskId, u64)>>,
}

impl Event {
    pub(in crate::engine::real) fn new(meter: Meter, station: Station, segment: Segment<'static>) -> Self {
        Self { meter, line: Line { station, segment }, aside: Mutex::default() }
    }

    /// Waits until it is set; false when patience ends first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait(&self, context: &mut Context, patience: Patience) -> Result<bool, Cut> {
        let gate = self.line.gate(context)?;
        if self.line.station.load(station::COUNT) != 0 {
            drop(gate);
            self.meter.passed(context, None);
            return Ok(true);
        }
        let waiting = self.line.stand(context);
        drop(gate);
        let asked = context.frame.clock.now();
        self.meter.waiting(true);
        let end = self.line.wait(context, &waiting, deadline(asked, patience));
        self.meter.waiting(false);
        let set = end?.or_else(|| Line::leave(&waiting)).is_some();
        if set {
            self.meter.passed(context, Some(asked));
        } else {
            self.meter.timed_out(context, asked);
        }
        Ok(set)
    }

    /// Sets it: all that wait go on. Or clears it.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn put(&self, context: &mut Context, set: bool) -> Result<(), Cut> {
        let gate = self.line.gate(context)?;
        self.line.station.word(station::COUNT).store(set.into(), SeqCst);
        self.line.station.word(station::TIMES_SET).fetch_add(set.into(), SeqCst);
        let woken = if set { self.line.give(self.line.all().into_iter(), GIVEN) } else { 0 };
        drop(gate);
        self.meter.signalled(context, woken);
        Ok(())
    }
}

impl Event {
    fn aside(&self) -> MutexGuard<'_, Vec<(TaskId, u64)>> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first coroutine of the task that may go on: it has been set since that came.
    fn signed(&self, aside: &[(TaskId, u64)], task: TaskId) -> Option<usize> {
        let times = self.line.station.load(station::TIMES_SET);
        aside.iter().position(|&(of, before)| of == task && before < times)
    }

    /// A coroutine of the task waits, and the task does not; whether it need not, because it is set.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn stand_aside(&self, context: &mut Context) -> Result<bool, Cut> {
        let gate = self.line.gate(context)?;
        let is_set = self.line.station.load(station::COUNT) != 0;
        if !is_set {
            self.aside().push((context.task, self.line.station.load(station::TIMES_SET)));
        }
        drop(gate);
        if is_set {
            self.meter.passed(context, None);
        }
        Ok(is_set)
    }

    /// Whether a coroutine of the task may go on.
    pub(in crate::engine::real) fn has_sign(&self, task: TaskId) -> bool {
        self.signed(&self.aside(), task).is_some()
    }

    /// It goes on, if it may.
    pub(in crate::engine::real) fn take_sign(&self, task: TaskId) -> bool {
        let mut aside = self.aside();
        self.signed(&aside, task).map(|at| aside.remove(at)).is_some()
    }

    /// A coroutine of the task waits no more.
    pub(in crate::engine::real) fn leave_aside(&self, task: TaskId, behind: u32) {
        let mut aside = self.aside();
        let its = aside.iter().enumerate().filter(|&(_, &(of, _))| of == task).nth(behind as usize);
        if let Some((at, _)) = its {
            aside.remove(at);
        }
    }
}

/// A barrier. It is broken, too, when one was killed while it let the others go.
#[derive(Debug)]
pub(in crate::engine::real) struct Barrier {
    meter: Meter,
    line: Line,
    parties: u64,
}

impl Barrier {
    pub(in crate::engine::real) fn new(meter: Meter, station: Station, segment: Segment<'static>, parties: u64) -> Self {
        Self { meter, line: Line { station, segment }, parties }
    }

    /// Waits until all have come: the place, 0 for the first.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn wait(&self, context: &mut Context, patience: Patience) -> Result<Result<u64, Broken>, Cut> {
        let gate = self.line.gate(context)?;
        if self.line.station.load(station::BROKEN) != 0 {
            drop(gate);
            context.step_done(context.stamp(), 0);
            return Ok(Err(Broken));
        }
        let came = self.line.all();
        let place = came.len() as u64;
        if place + 1 >= self.parties {
            self.line.give(came.into_iter(), GIVEN);
            drop(gate);
            self.meter.passed(context, None);
            return Ok(Ok(place));
        }
        let waiting = self.line.stand(context);
        drop(gate);
        let asked = context.frame.clock.now();
        self.meter.waiting(true);
        let broken = || (self.line.station.load(station::BROKEN) != 0).then_some(BROKEN);
        let end = self.line.wait(context, &waiting, deadline(asked, patience));
        self.meter.waiting(false);
        let how = match end? {
            Some(how) => Some(how),
            None => self.late(context, &waiting)?,
        };
        match how.or_else(broken) {
            Some(GIVEN) => {
                self.meter.passed(context, Some(asked));
                Ok(Ok(place))
            }
            Some(_) => {
                self.meter.passed(context, Some(asked));
                Ok(Err(Broken))
            }
            None => {
                self.meter.timed_out(context, asked);
                Ok(Err(Broken))
            }
        }
    }

    /// Its time is over, which breaks the barrier for all, unless the last has come just now.
    fn late(&self, context: &Context, waiting: &Waiting) -> Result<Option<u64>, Cut> {
        let _gate = self.line.gate(context)?;
        let given = Line::leave(waiting);
        if given.is_none() {
            self.break_it();
        }
        Ok(given)
    }

    /// By the one that has the gate; how many waited.
    fn break_it(&self) -> u64 {
        self.line.station.word(station::BROKEN).store(1, SeqCst);
        self.line.give(self.line.all().into_iter(), BROKEN)
    }

    /// Breaks it for all that wait and all to come.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn abort(&self, context: &mut Context) -> Result<(), Cut> {
        let gate = self.line.gate(context)?;
        let woken = self.break_it();
        drop(gate);
        self.meter.signalled(context, woken);
        Ok(())
    }
}

/// A condition. Its lock guards the line.
#[derive(Debug)]
pub(in crate::engine::real) struct Condition {
    meter: Meter,
    line: Line,
    pub(in crate::engine::real) spurious: bool,
}

impl Condition {
    pub(in crate::engine::real) fn new(meter: Meter, station: Station, segment: Segment<'static>, spurious: bool) -> Self {
        Self { meter, line: Line { station, segment }, spurious }
    }

    /// Lets the lock go, waits for a sign and takes the lock back; false when patience ended first. Where `wakes` is given, the
    /// wait ends after so long as if there had been a sign.
    ///
    /// # Errors
    /// When the run ends; when the lock is not held.
    pub(in crate::engine::real) fn wait(
        &self,
        context: &mut Context,
        lock: &dyn Guard,
        patience: Patience,
        wakes: Option<Nanos>,
    ) -> Result<Result<bool, NotHeld>, Cut> {
        if !lock.is_held_by(context.task) {
            return Ok(Err(NotHeld));
        }
        let asked = context.frame.clock.now();
        let late = deadline(asked, patience);
        let wakes = wakes.map(|after| asked + after).filter(|&wakes| late.is_none_or(|late| wakes < late));
        // In line before the lock is free: whoever then takes it and gives a sign finds this task.
        let waiting = self.line.stand(context);
        let depth = lock.let_go(context);
        self.meter.waiting(true);
        let end = self.line.wait(context, &waiting, wakes.or(late));
        self.meter.waiting(false);
        let notified = end?.or_else(|| Line::leave(&waiting)).is_some() || wakes.is_some();
        if notified {
            self.meter.passed(context, Some(asked));
        } else {
            self.meter.timed_out(context, asked);
        }
        lock.take_back(context, depth)?;
        Ok(Ok(notified))
    }

    /// Wakes so many of those that have waited longest.
    ///
    /// # Errors
    /// When the lock is not held.
    pub(in crate::engine::real) fn notify(&self, context: &mut Context, lock: &dyn Guard, count: u64) -> Result<(), NotHeld> {
        if !lock.is_held_by(context.task) {
            return Err(NotHeld);
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let woken = self.line.give(self.line.all().into_iter().take(count), GIVEN);
        self.meter.signalled(context, woken);
        Ok(())
    }
}

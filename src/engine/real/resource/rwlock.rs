//! Readers-writer locks: a word that counts who is inside, and a line of those who wait, under a mutex that nobody touches while
//! the word tells of no line. Whoever leaves lets in those whose turn it is. Waiting as such is `waiter`, counting is `meter`.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::effect::Access;
use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::clock::Clock;
use crate::engine::real::transport::segment::{Word, resource};
use crate::engine::real::wait::waiter::{End, Waiter, Waiters};
use crate::id::{BlockId, TaskId};
use crate::program::Prefer;
use crate::trace::store::{Awaited, TaskState};

/// What one who reads adds to the word while inside.
const READER: u64 = 1;
/// The same of one who writes.
const WRITER: u64 = 1 << 32;
/// Who is inside.
const INSIDE: u64 = READERS_WAIT - 1;
/// Some who would read are in the line. Set and cleared under the line's mutex only, like the other.
const READERS_WAIT: u64 = 1 << 62;
/// Some who would write are.
const WRITERS_WAIT: u64 = 1 << 63;

/// A readers-writer lock.
#[derive(Debug)]
pub(in crate::engine::real) struct ReadWrite {
    meter: Meter,
    prefer: Prefer,
    word: &'static Word,
    line: Mutex<Line>,
}

/// Those who wait.
#[derive(Debug, Default)]
struct Line {
    /// In the order of arrival; their waiters are in the queue of their kind, in the same order.
    all: VecDeque<(TaskId, Access)>,
    readers: Waiters,
    writers: Waiters,
}

impl Line {
    fn queue(&mut self, access: Access) -> &mut Waiters {
        match access {
            Access::Read => &mut self.readers,
            Access::Write => &mut self.writers,
        }
    }

    /// The place of the next to enter, once those inside let it.
    fn next(&self, prefer: Prefer) -> Option<usize> {
        let first = |access| self.all.iter().position(|&(_, other)| other == access);
        match prefer {
            Prefer::Fair => (!self.all.is_empty()).then_some(0),
            Prefer::Readers => first(Access::Read).or_else(|| first(Access::Write)),
            Prefer::Writers => first(Access::Write).or_else(|| first(Access::Read)),
        }
    }

    /// Takes out the one at `place`, whose wait ends like that.
    fn end(&mut self, place: usize, end: End, clock: Clock) -> Option<Arc<Waiter>> {
        let (_, access) = self.all.remove(place).expect("the place is in the line");
        self.queue(access).end_first(end, clock.now())
    }
}

const fn weight(access: Access) -> u64 {
    match access {
        Access::Read => READER,
        Access::Write => WRITER,
    }
}

const fn waits(access: Access) -> u64 {
    match access {
        Access::Read => READERS_WAIT,
        Access::Write => WRITERS_WAIT,
    }
}

/// Whether one goes before all who wait, or in the order of arrival: then it is given its turn, else it competes.
const fn has_precedence(prefer: Prefer, access: Access) -> bool {
    matches!((prefer, access), (Prefer::Fair, _) | (Prefer::Readers, Access::Read) | (Prefer::Writers, Access::Write))
}

/// Whether one may enter as far as those inside are concerned.
const fn is_open(word: u64, access: Access) -> bool {
    match access {
        Access::Read => word & INSIDE < WRITER,
        Access::Write => word & INSIDE == 0,
    }
}

impl ReadWrite {
    pub(in crate::engine::real) fn new(meter: Meter, prefer: Prefer) -> Self {
        Self { meter, prefer, word: meter.word(resource::WORD), line: Mutex::default() }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters.
    ///
    /// # Errors
    /// When the run ends.
    pub(in crate::engine::real) fn enter(&self, context: &mut Context, access: Access) -> Result<(), Cut> {
        if self.come_in(access) {
            self.meter.holder_came(context.task);
            self.meter.entered_room(context, None);
            return Ok(());
        }
        self.enter_slowly(context, access)
    }

    /// Enters if nothing is in the way.
    pub(in crate::engine::real) fn enter_now(&self, context: &mut Context, access: Access) -> bool {
        let inside = self.come_in(access);
        if inside {
            self.meter.holder_came(context.task);
            self.meter.entered_room(context, None);
        } else {
            context.step_done(context.stamp(), 0);
        }
        inside
    }

    /// Whether one that comes now comes in.
    pub(in crate::engine::real) fn lets_in(&self, access: Access) -> bool {
        self.admits(self.word.load(SeqCst), access)
    }

    /// Enters for `block` if nothing is in the way; else nothing has been done.
    #[inline]
    pub(in crate::engine::real) fn enter_at_once(&self, context: &mut Context, access: Access, block: BlockId) -> bool {
        let inside = self.come_in(access);
        if inside {
            context.step(block);
            self.meter.holder_came(context.task);
            self.meter.entered_room(context, None);
        }
        inside
    }

    /// Whether one may come in now, as far as those inside and those who wait are concerned.
    #[inline]
    fn admits(&self, word: u64, access: Access) -> bool {
        let before_it = match (self.prefer, access) {
            (Prefer::Readers, Access::Read) | (Prefer::Writers, Access::Write) => 0,
            (Prefer::Readers, Access::Write) => READERS_WAIT,
            (Prefer::Writers, Access::Read) => WRITERS_WAIT,
            (Prefer::Fair, _) => READERS_WAIT | WRITERS_WAIT,
        };
        word & before_it == 0 && is_open(word, access)
    }

    /// Comes in if it may.
    #[inline]
    fn come_in(&self, access: Access) -> bool {
        let mut word = self.word.load(Relaxed);
        while self.admits(word, access) {
            match self.word.compare_exchange_weak(word, word + weight(access), SeqCst, Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    #[cold]
    fn enter_slowly(&self, context: &mut Context, access: Access) -> Result<(), Cut> {
        let asked = context.frame.clock.now();
        // Where all take their turns in the order of arrival, they arrive in the line.
        let spins = self.prefer != Prefer::Fair && context.may_spin();
        let mut again = false;
        loop {
            if spins && context.spin_for(|| self.come_in(access)) {
                break;
            }
            let mut line = self.line();
            if self.come_in_or_wait(access) {
                break;
            }
            context.begin(Awaited::Resource(self.meter.id), false, TaskState::Blocked, again);
            if again {
                line.all.push_front((context.task, access));
            } else {
                line.all.push_back((context.task, access));
            }
            line.queue(access).join(&context.waiter, again);
            self.meter.waiting(true);
            drop(line);
            let end = context.wait(None, |waiter| self.line().queue(access).leave(waiter));
            self.meter.waiting(false);
            if end? == Some(End::Handed) {
                self.meter.entered_room(context, Some(asked));
                return Ok(());
            }
            again = true;
        }
        self.meter.holder_came(context.task);
        self.meter.entered_room(context, Some(asked));
        Ok(())
    }

    /// Comes in; or the word tells from here on that one waits. Under the line's mutex.
    fn come_in_or_wait(&self, access: Access) -> bool {
        let mut word = self.word.load(Relaxed);
        loop {
            let inside = self.admits(word, access);
            let next = if inside { word + weight(access) } else { word | waits(access) };
            match self.word.compare_exchange_weak(word, next, SeqCst, Relaxed) {
                Ok(_) => return inside,
                Err(now) => word = now,
            }
        }
    }

    /// Leaves, and lets in those whose turn it is.
    #[inline]
    pub(in crate::engine::real) fn leave(&self, context: &mut Context, access: Access) {
        let now = context.stamp();
        self.meter.holder_left(context.task);
        let word = self.word.fetch_sub(weight(access), SeqCst) - weight(access);
        // The line moves only when nobody is inside: those who could enter beside others have been let in.
        if word & INSIDE == 0 && word != 0 {
            self.let_in(context.frame.clock);
        }
        self.meter.left_room(context, now);
    }

    #[cold]
    fn let_in(&self, clock: Clock) {
        let mut line = self.line();
        let mut ended: Vec<Arc<Waiter>> = Vec::new();
        while let Some(place) = line.next(self.prefer) {
            let (task, access) = line.all[place];
            if has_precedence(self.prefer, access) {
                let give = |word| is_open(word, access).then_some(word + weight(access));
                if self.word.fetch_update(SeqCst, Relaxed, give).is_err() {
                    break;
                }
                self.meter.holder_came(task);
                ended.extend(line.end(place, End::Handed, clock));
            } else {
                if !is_open(self.word.load(SeqCst), access) {
                    break;
                }
                ended.extend(line.end(place, End::Woken, clock));
                if access == Access::Write {
                    break;
                }
            }
        }
        let waiting = |queue: &Waiters, bit: u64| if queue.is_empty() { bit } else { 0 };
        let nobody = waiting(&line.readers, READERS_WAIT) | waiting(&line.writers, WRITERS_WAIT);
        self.word.fetch_and(!nobody, SeqCst);
        drop(line);
        for waiter in ended {
            waiter.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;
    use crate::engine::real::task::context::tests::{frame, together};
    use crate::id::{BlockId, ResourceId};

    #[test]
    fn a_writer_is_alone_and_everybody_comes_in() {
        for prefer in [Prefer::Readers, Prefer::Writers, Prefer::Fair] {
            let frame = frame();
            let lock = ReadWrite::new(Meter::new(frame.segment, ResourceId(0)), prefer);
            let inside = AtomicI64::new(0);
            together(frame, 5, |task, context| {
                for _ in 0..400 {
                    context.step(BlockId(task));
                    if task < 2 {
                        assert_eq!(lock.enter(context, Access::Write), Ok(()));
                        assert_eq!(inside.fetch_sub(1_000, SeqCst), 0);
                        inside.fetch_add(1_000, SeqCst);
                        lock.leave(context, Access::Write);
                    } else {
                        assert_eq!(lock.enter(context, Access::Read), Ok(()));
                        assert!(inside.fetch_add(1, SeqCst) >= 0);
                        inside.fetch_sub(1, SeqCst);
                        lock.leave(context, Access::Read);
                    }
                }
            });
            assert_eq!((lock.word.load(Relaxed), lock.line().all.len()), (0, 0));
            assert!(resource::HOLDERS.iter().all(|&at| lock.meter.word(at).load(Relaxed) == 0));
        }
    }

    #[test]
    fn whom_one_that_comes_may_pass_is_what_is_preferred() {
        for (prefer, passes) in
            [(Prefer::Readers, [true, false]), (Prefer::Writers, [false, false]), (Prefer::Fair, [false, false])]
        {
            let frame = frame();
            let lock = ReadWrite::new(Meter::new(frame.segment, ResourceId(0)), prefer);
            let waiting = || lock.meter.word(resource::WAITING).load(SeqCst);
            together(frame, 2, |task, context| {
                context.step(BlockId(task));
                if task == 0 {
                    assert_eq!(lock.enter(context, Access::Read), Ok(()));
                    while waiting() == 0 {
                        std::thread::yield_now();
                    }
                    // A reader is inside, a writer waits.
                    let came_in = [Access::Read, Access::Write].map(|access| lock.come_in(access));
                    assert_eq!(came_in, passes, "{prefer:?}");
                    if passes[0] {
                        lock.word.fetch_sub(READER, SeqCst);
                    }
                    lock.leave(context, Access::Read);
                } else {
                    while lock.word.load(SeqCst) == 0 {
                        std::thread::yield_now();
                    }
                    assert_eq!(lock.enter(context, Access::Write), Ok(()));
                    assert!(!lock.come_in(Access::Read));
                    lock.leave(context, Access::Write);
                }
            });
            assert_eq!(lock.word.load(SeqCst), 0);
        }
    }
}

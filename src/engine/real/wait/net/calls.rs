//! The requests that one thread has on their way: all its own, or those of the coroutines of its event loop. One poll waits for all
//! of them. Whose turn it is then, others decide.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::sync::Arc;

use polling::Events;

use super::alarm::Alarm;
use super::budget::{self, Taken};
use super::call::{Call, Next};
use super::{Peer, failure};
use crate::engine::real::transport::clock::Clock;
use crate::id::{ResourceId, TaskId};
use crate::time::Nanos;
use crate::value::Failure;

/// What is read at once: more than the largest datagram.
const SCRATCH: usize = 128 << 10;
/// How long nothing may come, beside the server's latency, until a request is given up.
const SILENCE: Nanos = Nanos::from_millis(60_000);
/// How long after its latency a datagram is taken for lost.
const LOST_AFTER: Nanos = Nanos::from_millis(250);
/// How often a datagram is sent until the request is given up.
const MOST_TRIES: u32 = 8;

/// What came of a request.
#[derive(Debug)]
pub(in crate::engine::real) struct Answer {
    pub(in crate::engine::real) server: ResourceId,
    pub(in crate::engine::real) asked: Nanos,
    pub(in crate::engine::real) came: Result<(), Failure>,
}

/// One on its way.
#[derive(Debug)]
struct Open {
    by: TaskId,
    server: ResourceId,
    asked: Nanos,
    call: Call,
    /// When it is looked at though nothing has come.
    look_at: Nanos,
    /// How long that is each time.
    patience: Nanos,
    /// When something came last.
    heard: Nanos,
    tries: u32,
    _taken: Taken,
}

/// See the file's head.
#[derive(Debug)]
pub(in crate::engine::real) struct Calls {
    alarm: Arc<Alarm>,
    clock: Clock,
    events: Events,
    open: Vec<Option<Open>>,
    free: Vec<usize>,
    by: BTreeMap<TaskId, usize>,
    looks: BTreeSet<(Nanos, usize)>,
    answers: BTreeMap<TaskId, Answer>,
    /// Whose answers have come since that was asked last.
    told: VecDeque<TaskId>,
    /// Only this one's answer is waited for.
    only: Option<TaskId>,
    scratch: Box<[u8]>,
    _taken: Taken,
}

impl Calls {
    /// Those of the thread that this alarm wakes.
    ///
    /// # Errors
    /// When the system has no descriptors left for polling.
    pub(in crate::engine::real) fn new(alarm: &Arc<Alarm>, clock: Clock) -> Result<Self, Failure> {
        let taken = budget::take(budget::A_POLLER)?;
        alarm.poller().map_err(|error| failure(&error))?;
        Ok(Self {
            alarm: Arc::clone(alarm),
            clock,
            events: Events::new(),
            open: Vec::new(),
            free: Vec::new(),
            by: BTreeMap::new(),
            looks: BTreeSet::new(),
            answers: BTreeMap::new(),
            told: VecDeque::new(),
            only: None,
            scratch: vec![0; SCRATCH].into(),
            _taken: taken,
        })
    }

    /// Sends a request for a task, which has none on its way.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn begin(&mut self, by: TaskId, server: ResourceId, peer: &Peer) -> Result<(), Failure> {
        let taken = budget::take(if peer.datagrams { budget::A_DATAGRAM } else { budget::A_STREAM })?;
        let begun = || -> io::Result<(Call, usize)> {
            let (call, next) = Call::begin(peer)?;
            let key = self.free.last().copied().unwrap_or(self.open.len());
            call.join(self.alarm.poller()?, next.event(key))?;
            Ok((call, key))
        };
        let (call, key) = begun().map_err(|error| failure(&error))?;
        let now = self.clock.now();
        let patience = peer.latency + if peer.datagrams { LOST_AFTER } else { SILENCE };
        let look_at = now + patience;
        let open = Open { by, server, asked: now, call, look_at, patience, heard: now, tries: 1, _taken: taken };
        if self.free.pop().is_some() {
            self.open[key] = Some(open);
        } else {
            self.open.push(Some(open));
        }
        self.by.insert(by, key);
        self.looks.insert((look_at, key));
        Ok(())
    }

    /// Whether any is on its way.
    pub(in crate::engine::real) fn is_open(&self) -> bool {
        !self.by.is_empty()
    }

    /// From now on only the answer to this one is waited for, or any.
    pub(in crate::engine::real) const fn wait_for(&mut self, only: Option<TaskId>) {
        self.only = only;
    }

    /// Whether there is an answer that is waited for.
    pub(in crate::engine::real) fn is_answered(&self) -> bool {
        match self.only {
            Some(by) => self.answers.contains_key(&by),
            None => !self.told.is_empty(),
        }
    }

    /// Whose answer has come, each once.
    pub(in crate::engine::real) fn next(&mut self) -> Option<TaskId> {
        if self.told.is_empty() && self.is_open() {
            self.poll(Some(Nanos::ZERO), || true);
        }
        self.told.pop_front()
    }

    /// Takes an answer that has come.
    pub(in crate::engine::real) fn take(&mut self, by: TaskId) -> Option<Answer> {
        let answer = self.answers.remove(&by)?;
        if self.only == Some(by) {
            self.told.retain(|told| *told != by);
        }
        Some(answer)
    }

    /// Gives up the request of a task if it is still on its way: which server it was to.
    pub(in crate::engine::real) fn give_up(&mut self, by: TaskId) -> Option<ResourceId> {
        let key = *self.by.get(&by)?;
        self.close(key).map(|open| open.server)
    }

    /// As [`Calls::give_up`], and its answer, too, if that has come.
    pub(in crate::engine::real) fn forget(&mut self, by: TaskId) -> Option<ResourceId> {
        self.give_up(by).or_else(|| self.answers.remove(&by).map(|answer| answer.server))
    }

    /// Polls until something has come, its thread is woken or time is over; not at all unless, at the last look, `may_rest`.
    pub(in crate::engine::real) fn poll(&mut self, at_most: Option<Nanos>, may_rest: impl FnOnce() -> bool) {
        let before = self.clock.now();
        let look = self.looks.first().map(|(at, _)| at.since(before));
        let at_most = at_most.into_iter().chain(look).min();
        self.events.clear();
        self.alarm.poll(&mut self.events, at_most.map(Nanos::duration), may_rest);
        let keys: Vec<usize> = self.events.iter().map(|event| event.key).collect();
        let now = self.clock.now();
        for key in keys {
            self.go_on(key, now);
        }
        self.look(now);
    }

    fn go_on(&mut self, key: usize, now: Nanos) {
        let Some(open) = self.open.get_mut(key).and_then(Option::as_mut) else { return };
        let next = open.call.go_on(&mut self.scratch);
        open.heard = now;
        let stays = |open: &Open, next: Next| open.call.stay(self.alarm.poller()?, next.event(key));
        match next {
            Ok(Next::Done) => self.finish(key, Ok(())),
            Ok(next) => {
                if let Err(error) = stays(open, next) {
                    self.finish(key, Err(failure(&error)));
                }
            }
            Err(error) => self.finish(key, Err(failure(&error))),
        }
    }

    /// Looks after those of which nothing has been heard.
    fn look(&mut self, now: Nanos) {
        while let Some(&(at, key)) = self.looks.first()
            && at <= now
        {
            let open = self.open[key].as_mut().expect("one that is looked after is on its way");
            let again = if open.call.ask_again() {
                open.tries += 1;
                open.tries <= MOST_TRIES
            } else {
                open.heard + open.patience > now
            };
            if !again {
                self.finish(key, Err(Failure::new("TimeoutError", "timed out")));
                continue;
            }
            open.look_at = now + open.patience;
            self.looks.remove(&(at, key));
            self.looks.insert((open.look_at, key));
        }
    }

    fn finish(&mut self, key: usize, came: Result<(), Failure>) {
        if let Some(Open { by, server, asked, .. }) = self.close(key) {
            self.answers.insert(by, Answer { server, asked, came });
            self.told.push_back(by);
        }
    }

    fn close(&mut self, key: usize) -> Option<Open> {
        let open = self.open[key].take()?;
        if let Ok(poller) = self.alarm.poller() {
            open.call.leave(poller);
        }
        self.looks.remove(&(open.look_at, key));
        self.by.remove(&open.by);
        self.free.push(key);
        Some(open)
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        for key in 0..self.open.len() {
            self.close(key);
        }
    }
}

//! Servers as tasks see them: a thread waits for its answer, an event loop takes those of its coroutines as they come.
//! Sockets are the business of `net`.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::wait::net::{Hosted, Listening, Peer, failure, open};
use crate::id::TaskId;
use crate::program::ResourceKind;
use crate::value::Failure;

/// A server.
#[derive(Debug)]
pub(in crate::engine::real) struct Server {
    meter: Meter,
    /// Where it is; or why it is not there.
    peer: Result<Peer, Failure>,
    /// Its socket, until somebody serves.
    socket: Mutex<Option<Listening>>,
}

impl Server {
    /// One of this process, or one that is where another process has opened it.
    pub(in crate::engine::real) fn new(meter: Meter, kind: ResourceKind, elsewhere: Option<SocketAddr>) -> Self {
        let ResourceKind::Server { latency, bytes, datagrams } = kind else { unreachable!("it is a server") };
        let (address, socket) = match elsewhere {
            Some(address) => (Ok(address), None),
            None => match open(datagrams) {
                Ok((socket, address)) => (Ok(address), Some(socket)),
                Err(error) => (Err(failure(&error)), None),
            },
        };
        let peer = address.map(|address| Peer { address, latency, bytes, datagrams });
        Self { meter, peer, socket: Mutex::new(socket) }
    }

    /// Where other processes find it.
    pub(in crate::engine::real) fn address(&self) -> Option<SocketAddr> {
        self.peer.as_ref().ok().map(|peer| peer.address)
    }

    /// What is to be served here: once.
    pub(in crate::engine::real) fn hosted(&self) -> Option<Hosted> {
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let peer = self.peer.as_ref().ok()?;
        Some(Hosted { socket, latency: peer.latency, bytes: peer.bytes })
    }

    fn send(&self, context: &mut Context, by: TaskId) -> Result<(), Failure> {
        let peer = self.peer.clone()?;
        context.calls()?.begin(by, self.meter.id, &peer)?;
        self.meter.waiting(true);
        Ok(())
    }

    /// The thread asks, and waits for the answer.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn request(&self, context: &mut Context) -> Result<Result<(), Failure>, Cut> {
        let me = context.task;
        context.leave_interpreter();
        if let Err(failure) = self.send(context, me) {
            context.step_done(context.stamp(), 0);
            return Ok(Err(failure));
        }
        let answer = context.await_answer(self.meter.id);
        self.meter.waiting(false);
        let answer = answer?;
        self.meter.answered(context, answer.asked, false);
        Ok(answer.came)
    }

    /// A coroutine of the thread's asks.
    ///
    /// # Errors
    /// What Python raises.
    pub(in crate::engine::real) fn ask(&self, context: &mut Context, by: TaskId) -> Result<(), Failure> {
        let sent = self.send(context, by);
        context.step_done(context.stamp(), 0);
        sent
    }

    /// The coroutine takes the answer that has come.
    ///
    /// # Errors
    /// What Python raises.
    pub(in crate::engine::real) fn reply(&self, context: &mut Context, by: TaskId) -> Result<(), Failure> {
        let answer = context.calls()?.take(by).expect("an answer is taken once it has come");
        self.meter.waiting(false);
        self.meter.answered_for(context, answer.asked);
        answer.came
    }

    /// A coroutine will not take its answer any more.
    pub(in crate::engine::real) fn deserted(&self) {
        self.meter.waiting(false);
    }
}

//! The servers of a process, all on one thread: any number of visitors, each answered after the latency of the server it asks.
//! Stands for another machine: it takes no core of the scenario's and is nobody's task.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use polling::{Event, Events, Poller};

use super::super::control::Control;
use super::call::{HEAD, is_early};
use crate::engine::real::transport::clock::{Clock, thread_cpu};
use crate::time::Nanos;

/// How many may come before the thread has looked, as far as the system grants it.
const BACKLOG: i32 = 4096;
/// What may come by UDP before the thread has looked, as far as the system grants it.
const BUFFER: usize = 8 << 20;
/// Where the system has no descriptor for a visitor, it is tried again after so long.
const REFUSED_FOR: Nanos = Nanos::from_millis(5);
/// Between two looks whether a halted run goes on.
const HALTED_FOR: Nanos = Nanos::from_millis(10);
/// Between two looks at what serving costs.
const COUNT_EVERY: Nanos = Nanos::from_millis(1);
/// What is sent at once.
const BLANK: usize = 128 << 10;

/// CPU time that serving has cost in this process.
static SERVED: AtomicU64 = AtomicU64::new(0);

/// CPU time that serving has cost in this process: the servers stand for other machines.
pub(in crate::engine::real) fn served_cpu() -> Nanos {
    Nanos(SERVED.load(Relaxed))
}

/// A socket that visitors come to.
#[derive(Debug)]
pub(in crate::engine::real) enum Listening {
    Stream(TcpListener),
    Datagrams(UdpSocket),
}

/// A server.
#[derive(Debug)]
pub(in crate::engine::real) struct Hosted {
    pub(in crate::engine::real) socket: Listening,
    pub(in crate::engine::real) latency: Nanos,
    pub(in crate::engine::real) bytes: u64,
}

/// Opens a socket on this machine, and tells where.
///
/// # Errors
/// When the system refuses: no port is free.
pub(in crate::engine::real) fn open(datagrams: bool) -> io::Result<(Listening, SocketAddr)> {
    let anywhere = (Ipv4Addr::LOCALHOST, 0);
    if datagrams {
        let socket = UdpSocket::bind(anywhere)?;
        socket.set_nonblocking(true)?;
        widen(&socket);
        let address = socket.local_addr()?;
        return Ok((Listening::Datagrams(socket), address));
    }
    let listener = TcpListener::bind(anywhere)?;
    listener.set_nonblocking(true)?;
    lengthen(&listener);
    let address = listener.local_addr()?;
    Ok((Listening::Stream(listener), address))
}

#[cfg(unix)]
fn widen(socket: &UdpSocket) {
    // A smaller one loses more; what is lost is sent again.
    let _refused = rustix::net::sockopt::set_socket_recv_buffer_size(socket, BUFFER);
}

#[cfg(not(unix))]
fn widen(_socket: &UdpSocket) {}

#[cfg(unix)]
fn lengthen(listener: &TcpListener) {
    // With a shorter one some have to knock twice.
    let _refused = rustix::net::listen(listener, BACKLOG);
}

#[cfg(not(unix))]
fn lengthen(_listener: &TcpListener) {}

/// Serves from now on, until the process ends.
///
/// # Errors
/// When the system has no thread or no descriptor for that.
pub(in crate::engine::real) fn host(hosted: Vec<Hosted>, control: Control, clock: Clock) -> io::Result<()> {
    let host = Host {
        poller: Poller::new()?,
        control,
        clock,
        hosted,
        visitors: Vec::new(),
        free: Vec::new(),
        due: BinaryHeap::new(),
        asked: 0,
        refused: Vec::new(),
        blank: vec![0; BLANK],
    };
    for (key, hosted) in host.hosted.iter().enumerate() {
        host.join(Source::Server(hosted), Event::readable(key))?;
    }
    std::thread::Builder::new().name("coreyard-server".to_owned()).spawn(move || host.serve()).map(drop)
}

/// Somebody who is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asker {
    /// A connection, by its place.
    Visitor(usize),
    /// The sender of a datagram to this server.
    Sender(usize, SocketAddr),
}

/// A connection.
#[derive(Debug)]
struct Visitor {
    stream: TcpStream,
    server: usize,
    /// Bytes that it has not been given yet, once it has asked.
    left: Option<u64>,
    /// Whether it is polled.
    joined: bool,
}

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Server(&'a Hosted),
    Visitor(&'a Visitor),
}

#[derive(Debug)]
struct Host {
    poller: Poller,
    control: Control,
    clock: Clock,
    hosted: Vec<Hosted>,
    visitors: Vec<Option<Visitor>>,
    free: Vec<usize>,
    /// Who is answered when; those who asked first before others.
    due: BinaryHeap<Reverse<(Nanos, u64, Asker)>>,
    asked: u64,
    /// Servers for whose visitors there was no descriptor.
    refused: Vec<usize>,
    blank: Vec<u8>,
}

impl Host {
    fn serve(mut self) {
        let mut events = Events::new();
        let mut counted = Nanos::ZERO;
        loop {
            let before = self.clock.now();
            if before.since(counted) >= COUNT_EVERY {
                counted = before;
                SERVED.store(thread_cpu().0, Relaxed);
            }
            let halted = self.control.orders().pause();
            let refused = (!self.refused.is_empty()).then_some(REFUSED_FOR);
            let due = self.due.peek().map(|Reverse((at, ..))| at.since(before));
            let wait = if halted { Some(HALTED_FOR) } else { due.into_iter().chain(refused).min() };
            events.clear();
            if self.poller.wait(&mut events, wait.map(Nanos::duration)).is_err() {
                std::thread::park_timeout(Duration::from_millis(1));
            }
            for server in std::mem::take(&mut self.refused) {
                self.welcome(server);
            }
            for event in events.iter() {
                match event.key.checked_sub(self.hosted.len()) {
                    None => self.welcome(event.key),
                    Some(visitor) => self.visited(visitor),
                }
            }
            // While the run halts, its clock stands still: nobody's time comes.
            if !halted {
                self.answer();
            }
        }
    }

    fn asks(&mut self, server: usize, asker: Asker) {
        self.asked += 1;
        let at = self.clock.now() + self.hosted[server].latency;
        self.due.push(Reverse((at, self.asked, asker)));
    }

    /// Somebody has come to a server.
    fn welcome(&mut self, server: usize) {
        loop {
            let came = match &self.hosted[server].socket {
                Listening::Stream(listener) => listener.accept().map(|(stream, _)| (Some(stream), None)),
                Listening::Datagrams(socket) => socket.recv_from(&mut [0; 16]).map(|(_, from)| (None, Some(from))),
            };
            match came {
                Ok((Some(stream), _)) => self.enters(server, stream),
                Ok((_, Some(from))) => self.asks(server, Asker::Sender(server, from)),
                Ok((None, None)) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_early(&error) => break,
                Err(error) if is_passing(&error) => {}
                // No descriptor is free: those who wait at the door wait on.
                Err(_) => return self.refused.push(server),
            }
        }
        let event = Event::readable(server);
        let stays = match &self.hosted[server].socket {
            Listening::Stream(listener) => self.poller.modify(listener, event),
            Listening::Datagrams(socket) => self.poller.modify(socket, event),
        };
        if stays.is_err() {
            self.refused.push(server);
        }
    }

    fn enters(&mut self, server: usize, stream: TcpStream) {
        if stream.set_nonblocking(true).is_err() {
            return;
        }
        let visitor = Visitor { stream, server, left: None, joined: false };
        let place = if let Some(place) = self.free.pop() {
            self.visitors[place] = Some(visitor);
            place
        } else {
            self.visitors.push(Some(visitor));
            self.visitors.len() - 1
        };
        self.visited(place);
    }

    /// A visitor may go on.
    fn visited(&mut self, place: usize) {
        let Some(visitor) = self.visitors.get_mut(place).and_then(Option::as_mut) else { return };
        if visitor.left.is_some() {
            return self.give(place);
        }
        match visitor.stream.read(&mut [0; 16]) {
            Ok(1..) => {
                let server = visitor.server;
                visitor.left = Some(self.hosted[server].bytes + HEAD);
                self.asks(server, Asker::Visitor(place));
            }
            Err(error) if is_early(&error) => self.polls(place, Event::readable),
            Ok(0) | Err(_) => self.dismiss(place),
        }
    }

    /// Answers those whose time has come.
    fn answer(&mut self) {
        while let Some(&Reverse((at, _, asker))) = self.due.peek()
            && at <= self.clock.now()
        {
            self.due.pop();
            match asker {
                Asker::Visitor(place) => self.give(place),
                Asker::Sender(server, to) => {
                    let bytes = usize::try_from(self.hosted[server].bytes + HEAD).unwrap_or(BLANK).min(BLANK);
                    if let Listening::Datagrams(socket) = &self.hosted[server].socket {
                        // What cannot be sent is lost, as on any network: it is asked for again.
                        let _lost = socket.send_to(&self.blank[..bytes], to);
                    }
                }
            }
        }
    }

    /// Gives a visitor as much of its answer as it takes.
    fn give(&mut self, place: usize) {
        let Some(visitor) = self.visitors.get_mut(place).and_then(Option::as_mut) else { return };
        while let Some(left @ 1..) = visitor.left {
            let most = usize::try_from(left).unwrap_or(BLANK).min(BLANK);
            match visitor.stream.write(&self.blank[..most]) {
                Ok(given @ 1..) => visitor.left = Some(left - given as u64),
                Err(error) if is_early(&error) => return self.polls(place, Event::writable),
                // Whoever has hung up wants no more.
                Ok(0) | Err(_) => break,
            }
        }
        self.dismiss(place);
    }

    fn polls(&mut self, place: usize, event: fn(usize) -> Event) {
        let event = event(self.hosted.len() + place);
        let Some(visitor) = self.visitors[place].as_mut() else { return };
        let joined = std::mem::replace(&mut visitor.joined, true);
        let visitor = self.visitors[place].as_ref().expect("it has just been there");
        let polled = if joined { self.poller.modify(&visitor.stream, event) } else { self.join(Source::Visitor(visitor), event) };
        if polled.is_err() {
            self.dismiss(place);
        }
    }

    #[expect(unsafe_code, reason = "polling asks for a promise")]
    fn join(&self, source: Source<'_>, event: Event) -> io::Result<()> {
        // SAFETY: a visitor leaves the poller by `dismiss` before it is dropped; a server is dropped with the poller only.
        unsafe {
            match source {
                Source::Server(Hosted { socket: Listening::Stream(listener), .. }) => self.poller.add(listener, event),
                Source::Server(Hosted { socket: Listening::Datagrams(socket), .. }) => self.poller.add(socket, event),
                Source::Visitor(visitor) => self.poller.add(&visitor.stream, event),
            }
        }
    }

    fn dismiss(&mut self, place: usize) {
        if let Some(visitor) = self.visitors[place].take() {
            if visitor.joined {
                let _unknown = self.poller.delete(&visitor.stream);
            }
            self.free.push(place);
        }
    }
}

/// Whether it is the end of that one visitor.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

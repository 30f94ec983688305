//! From a program's resources to those that run: each process makes its own, and those that several meet at.

use std::io;
use std::sync::atomic::Ordering::SeqCst;

use super::across::{self, Station};
use super::condition::Condition;
use super::context::Frame;
use super::disk::Stored;
use super::executor::Executor;
use super::inbox::Inbox;
use super::lock::Lock;
use super::message::Wires;
use super::meter::Meter;
use super::queue::Queue;
use super::region::Region;
use super::rlock::Reentrant;
use super::rwlock::ReadWrite;
use super::segment::station;
use super::semaphore::Semaphore;
use super::server::Server;
use super::shared::Shared;
use super::signal::{Barrier, Event};
use crate::id::{ProcessId, ResourceId};
use crate::program::{Program, ResourceKind, ResourceTemplate};

/// A resource as it runs.
#[derive(Debug)]
pub(super) enum Resource {
    Shared(Shared),
    Lock(Lock),
    Reentrant(Reentrant),
    ReadWrite(ReadWrite),
    Semaphore(Semaphore),
    Queue(Queue),
    /// The interpreter lock, which the frame has.
    Interpreter,
    AcrossShared(across::Cell),
    AcrossToken(across::Token),
    AcrossQueue(across::Queue),
    AcrossCondition(across::Condition),
    AcrossEvent(across::Event),
    AcrossBarrier(across::Barrier),
    Pipe(across::Pipe),
    /// Of another process.
    Elsewhere,
    Condition(Condition),
    Event(Event),
    Barrier(Barrier),
    Region(Region),
    Pool(Executor),
    EventLoop(Inbox),
    Server(Server),
    File(Stored),
}

/// Where other processes find what was opened here.
pub(super) fn wires_of(resources: &[Resource]) -> Wires {
    let mut wires = Wires::default();
    for (id, resource) in (0..).map(ResourceId).zip(resources) {
        match resource {
            Resource::AcrossQueue(queue) => wires.pipes.extend([(id, queue.ends())]),
            Resource::Pipe(pipe) => wires.pipes.extend([(id, pipe.ends())]),
            Resource::Server(server) => wires.servers.extend(server.address().map(|address| (id, address))),
            Resource::File(file) => wires.files.extend(file.path().map(|path| (id, path))),
            _ => {}
        }
    }
    wires
}

/// What making needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) program: &'a Program,
    pub(super) frame: Frame,
    pub(super) process: ProcessId,
    /// Where things are that another process has opened; none for the first process, which opens them.
    pub(super) wires: Option<&'a Wires>,
}

impl Maker<'_> {
    /// All of them, by id.
    ///
    /// # Errors
    /// When the system refuses a pipe.
    pub(super) fn all(&self) -> io::Result<Vec<Resource>> {
        (0..).map(ResourceId).zip(&self.program.resources).map(|(id, template)| self.one(id, template)).collect()
    }

    fn one(&self, id: ResourceId, template: &ResourceTemplate) -> io::Result<Resource> {
        match template.process {
            Some(of) if of == self.process => Ok(own(Meter::new(self.frame.segment, id), template.kind)),
            Some(_) => Ok(Resource::Elsewhere),
            None => self.across(id, template.kind),
        }
    }

    fn across(&self, id: ResourceId, kind: ResourceKind) -> io::Result<Resource> {
        let segment = self.frame.segment;
        let meter = Meter::new(segment, id);
        let station = station_of(self.frame, self.process, id);
        let is_first = self.wires.is_none();
        let begin = |count: u64| {
            if is_first {
                station.word(station::COUNT).store(count, SeqCst);
            }
        };
        let ends = self.wires.and_then(|wires| wires.pipes.get(&id));
        Ok(match kind {
            ResourceKind::Shared { initial, .. } => {
                let cell = across::Cell::new(meter, station, segment);
                if is_first {
                    station.word(station::IS_CELL).store(1, SeqCst);
                    let stored = cell.exchange(&self.program.table, |_| Ok(initial));
                    stored.map_err(|full| io::Error::other(full.message.into_owned()))?;
                }
                Resource::AcrossShared(cell)
            }
            ResourceKind::Lock { owner_checked, .. } => {
                begin(1);
                Resource::AcrossToken(across::Token::lock(meter, station, owner_checked))
            }
            ResourceKind::Semaphore { permits, bounded } => {
                begin(permits);
                Resource::AcrossToken(across::Token::semaphore(meter, station, bounded.then_some(permits)))
            }
            ResourceKind::Queue { capacity, .. } => Resource::AcrossQueue(across::Queue::new(meter, station, capacity, ends)?),
            ResourceKind::ReentrantLock => {
                begin(1);
                Resource::AcrossToken(across::Token::reentrant(meter, station))
            }
            ResourceKind::Condition { spurious, .. } => {
                Resource::AcrossCondition(across::Condition::new(meter, station, segment, spurious))
            }
            ResourceKind::Event => Resource::AcrossEvent(across::Event::new(meter, station, segment)),
            ResourceKind::Barrier { parties } => Resource::AcrossBarrier(across::Barrier::new(meter, station, segment, parties)),
            // These are of one process each.
            ResourceKind::ReadWriteLock { .. }
            | ResourceKind::Pool { .. }
            | ResourceKind::EventLoop { .. }
            | ResourceKind::Interpreter { .. } => Resource::Elsewhere,
            ResourceKind::Region => Resource::Region(Region::new(meter)),
            ResourceKind::Server { .. } => {
                Resource::Server(Server::new(meter, kind, self.wires.and_then(|wires| wires.servers.get(&id)).copied()))
            }
            ResourceKind::File { bytes } => {
                let made = self.wires.and_then(|wires| wires.files.get(&id));
                Resource::File(Stored::new(meter, bytes, made.map(std::path::PathBuf::as_path)))
            }
            ResourceKind::Pipe { capacity } => Resource::Pipe(across::Pipe::new(meter, station, capacity, ends)?),
        })
    }
}

/// Where processes meet for a resource, as one of them sees it.
pub(super) fn station_of(frame: Frame, process: ProcessId, id: ResourceId) -> Station {
    let words = frame.segment.station(id.index()).expect("every resource has a place in the segment");
    Station { id, words, process }
}

fn own(meter: Meter, kind: ResourceKind) -> Resource {
    match kind {
        ResourceKind::Shared { initial, .. } => Resource::Shared(Shared::new(meter, initial)),
        ResourceKind::Lock { algorithm, owner_checked } => Resource::Lock(Lock::new(meter, algorithm, owner_checked)),
        ResourceKind::Semaphore { permits, bounded } => Resource::Semaphore(Semaphore::new(meter, permits, bounded)),
        ResourceKind::Queue { capacity, order } => Resource::Queue(Queue::new(meter, capacity, order)),
        ResourceKind::ReentrantLock => Resource::Reentrant(Reentrant::new(meter)),
        ResourceKind::ReadWriteLock { prefer } => Resource::ReadWrite(ReadWrite::new(meter, prefer)),
        ResourceKind::Condition { spurious, .. } => Resource::Condition(Condition::new(meter, spurious)),
        ResourceKind::Event => Resource::Event(Event::new(meter)),
        ResourceKind::Barrier { parties } => Resource::Barrier(Barrier::new(meter, parties)),
        ResourceKind::Interpreter { .. } => Resource::Interpreter,
        ResourceKind::Pipe { .. } | ResourceKind::Region => Resource::Elsewhere,
        ResourceKind::Pool { workers, processes } => Resource::Pool(Executor::new(meter, workers, processes)),
        ResourceKind::EventLoop { .. } => Resource::EventLoop(Inbox::default()),
        ResourceKind::Server { .. } => Resource::Server(Server::new(meter, kind, None)),
        ResourceKind::File { bytes } => Resource::File(Stored::new(meter, bytes, None)),
    }
}

//! From a program's resources to those that run: each process makes its own, and those that several meet at.

use std::io;
use std::sync::atomic::Ordering::SeqCst;

use crate::engine::real::message::Wires;
use crate::engine::real::resource::across::{self, Station};
use crate::engine::real::resource::condition::Condition;
use crate::engine::real::resource::disk::Stored;
use crate::engine::real::resource::executor::Executor;
use crate::engine::real::resource::inbox::Inbox;
use crate::engine::real::resource::lock::Lock;
use crate::engine::real::resource::queue::Queue;
use crate::engine::real::resource::region::Region;
use crate::engine::real::resource::rlock::Reentrant;
use crate::engine::real::resource::rwlock::ReadWrite;
use crate::engine::real::resource::semaphore::Semaphore;
use crate::engine::real::resource::server::Server;
use crate::engine::real::resource::shared::Shared;
use crate::engine::real::resource::signal::{Barrier, Event};
use crate::engine::real::task::context::Frame;
use crate::engine::real::task::meter::Meter;
use crate::engine::real::transport::segment::station;
use crate::id::{ProcessId, ResourceId};
use crate::program::{Program, ResourceKind, ResourceTemplate};

/// A resource as it runs.
#[derive(Debug)]
pub(in crate::engine::real) enum Resource {
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
pub(in crate::engine::real) fn wires_of(resources: &[Resource]) -> Wires {
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
pub(in crate::engine::real) struct Maker<'a> {
    pub(in crate::engine::real) program: &'a Program,
    pub(in crate::engine::real) frame: Frame,
    pub(in crate::engine::real) process: ProcessId,
    /// Where things are that another process has opened; none for the first process, which opens them.
    pub(in crate::engine::real) wires: Option<&'a Wires>,
}

impl Maker<'_> {
    /// All of them, by id.
    ///
    /// # Errors
    /// When the system refuses a pipe.
    pub(in crate::engine::real) fn all(&self) -> io::Result<Vec<Resource>> {
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
                    let stored = cell.exchange(None, &self.program.table, |_| Ok(initial));
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
pub(in crate::engine::real) fn station_of(frame: Frame, process: ProcessId, id: ResourceId) -> Station {
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

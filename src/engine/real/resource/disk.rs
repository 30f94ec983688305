//! Temporary files: each has no name from the moment it is made, so that nothing is left of it whoever is killed.
//! On a disk where there is one, and read from there: the kernel is asked to forget what it remembers of it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::engine::real::task::context::{Context, Cut};
use crate::engine::real::task::meter::Meter;
use crate::engine::real::wait::net::failure;
use crate::trace::store::{Awaited, TaskState};
use crate::value::Failure;

/// Where files outlive the machine's memory, if there is such a place: /tmp is often memory.
const LASTING: &str = "/var/tmp";
/// What is moved between two looks at the orders.
const CHUNK: usize = 1 << 20;

/// A file.
#[derive(Debug)]
pub(in crate::engine::real) struct Stored {
    meter: Meter,
    /// It, or why there is none.
    file: Result<File, Failure>,
    bytes: u64,
}

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::real) enum Moving {
    Read,
    Write,
}

impl Stored {
    /// A new one of so many bytes, or one that another process has made.
    pub(in crate::engine::real) fn new(meter: Meter, bytes: u64, made: Option<&Path>) -> Self {
        let file = made.map_or_else(|| make(bytes), reopen);
        Self { meter, file: file.map_err(|error| failure(&error)), bytes }
    }

    /// Where other processes find it.
    #[cfg(target_os = "linux")]
    pub(in crate::engine::real) fn path(&self) -> Option<PathBuf> {
        use std::os::fd::AsRawFd as _;
        let file = self.file.as_ref().ok()?;
        Some(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()).into())
    }

    /// Elsewhere each process has its own.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "on Linux there is one")]
    pub(in crate::engine::real) fn path(&self) -> Option<PathBuf> {
        None
    }

    /// Reads or writes all of it.
    ///
    /// # Errors
    /// When the run ends; inside, what Python raises.
    pub(in crate::engine::real) fn go_through(&self, context: &mut Context, moving: Moving) -> Result<Result<(), Failure>, Cut> {
        let file = match &self.file {
            Ok(file) => file,
            Err(failure) => {
                context.step_done(context.stamp(), 0);
                return Ok(Err(failure.clone()));
            }
        };
        let asked = context.frame.clock.now();
        context.leave_interpreter();
        self.meter.waiting(true);
        context.begin(Awaited::Resource(self.meter.id), true, TaskState::Blocked, false);
        let moved = self.chunks(context, file, moving);
        self.meter.waiting(false);
        let moved = moved?;
        context.end_wait();
        self.meter.answered(context, asked, moving == Moving::Read);
        Ok(moved.map_err(|error| failure(&error)))
    }

    fn chunks(&self, context: &mut Context, file: &File, moving: Moving) -> Result<io::Result<()>, Cut> {
        let mut chunk = vec![0xa5; CHUNK.min(usize::try_from(self.bytes).unwrap_or(CHUNK))];
        if moving == Moving::Read {
            forget(file);
        }
        let mut at = 0;
        while at < self.bytes {
            let orders = context.frame.control.orders();
            if orders.stop() {
                return Err(Cut);
            }
            context.tell_if_asked();
            if orders.pause() {
                context.stand_still();
            }
            let most = usize::try_from(self.bytes - at).unwrap_or(CHUNK).min(CHUNK);
            let moved = match moving {
                Moving::Read => read_at(file, &mut chunk[..most], at),
                Moving::Write => write_at(file, &chunk[..most], at),
            };
            match moved {
                Ok(0) => break,
                Ok(moved) => at += moved as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(if moving == Moving::Write { file.sync_data() } else { Ok(()) })
    }
}

fn make(bytes: u64) -> io::Result<File> {
    let file = tempfile::tempfile_in(LASTING).or_else(|_nowhere| tempfile::tempfile())?;
    let chunk = vec![0x5a; CHUNK];
    let mut at = 0;
    while at < bytes {
        let most = usize::try_from(bytes - at).unwrap_or(CHUNK).min(CHUNK);
        at += write_at(&file, &chunk[..most], at)? as u64;
    }
    file.sync_data()?;
    Ok(file)
}

fn reopen(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).open(path)
}

/// Whoever reads next reads from the disk.
#[cfg(target_os = "linux")]
fn forget(file: &File) {
    // A file system in memory has nothing to forget.
    let _kept = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn forget(_file: &File) {}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, bytes, at)
}

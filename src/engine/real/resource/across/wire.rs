//! A pipe of the system's with parcels in it: written whole and read whole, never blocking the thread for good.
//! Opened anew by each process through the table of files of the one that made it.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Where the ends of a pipe are found by other processes.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(in crate::engine::real) struct Ends {
    pub(in crate::engine::real) read: PathBuf,
    pub(in crate::engine::real) write: PathBuf,
}

/// How long one waits for room or data before looking around.
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[cfg(target_os = "linux")]
mod system {
    use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::fs::{Mode, OFlags};
    use rustix::io::Errno;
    use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};

    use super::{Duration, Ends, LOOK_EVERY, io};

    /// See the file's head.
    #[derive(Debug)]
    pub(in crate::engine::real) struct Wire {
        read: OwnedFd,
        write: OwnedFd,
    }

    impl Wire {
        /// A new one with room for at least `bytes`, as far as the system grants that.
        ///
        /// # Errors
        /// When the system refuses.
        pub(in crate::engine::real) fn new(bytes: usize) -> io::Result<Self> {
            let (read, write) = pipe_with(PipeFlags::NONBLOCK | PipeFlags::CLOEXEC)?;
            // A smaller one only waits more often.
            let _refused = fcntl_setpipe_size(&write, bytes);
            Ok(Self { read, write })
        }

        /// One that another process has made.
        ///
        /// # Errors
        /// When it is gone or the system refuses.
        pub(in crate::engine::real) fn open(ends: &Ends) -> io::Result<Self> {
            let flags = OFlags::NONBLOCK | OFlags::CLOEXEC;
            let read = rustix::fs::open(&ends.read, OFlags::RDONLY | flags, Mode::empty())?;
            let write = rustix::fs::open(&ends.write, OFlags::WRONLY | flags, Mode::empty())?;
            Ok(Self { read, write })
        }

        /// Where others find it.
        pub(in crate::engine::real) fn ends(&self) -> Ends {
            let path = |fd: i32| format!("/proc/{}/fd/{fd}", std::process::id()).into();
            Ends { read: path(self.read.as_raw_fd()), write: path(self.write.as_raw_fd()) }
        }

        /// Writes some of `bytes`; none when there is no room.
        ///
        /// # Errors
        /// When the system refuses.
        pub(in crate::engine::real) fn write(&self, bytes: &[u8]) -> io::Result<Option<usize>> {
            match rustix::io::write(&self.write, bytes) {
                Ok(written) => Ok(Some(written)),
                Err(Errno::AGAIN | Errno::INTR) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }

        /// Reads some bytes; none when there are none.
        ///
        /// # Errors
        /// When the system refuses.
        pub(in crate::engine::real) fn read(&self, bytes: &mut [u8]) -> io::Result<Option<usize>> {
            match rustix::io::read(&self.read, bytes) {
                Ok(read) => Ok((read > 0).then_some(read)),
                Err(Errno::AGAIN | Errno::INTR) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }

        /// Whether something could be written.
        pub(in crate::engine::real) fn has_room(&self) -> bool {
            await_one(self.write.as_fd(), PollFlags::OUT, Duration::ZERO)
        }

        /// Whether something could be read.
        pub(in crate::engine::real) fn has_bytes(&self) -> bool {
            await_one(self.read.as_fd(), PollFlags::IN, Duration::ZERO)
        }

        /// Waits a little for room.
        pub(in crate::engine::real) fn await_room(&self) {
            await_one(self.write.as_fd(), PollFlags::OUT, LOOK_EVERY);
        }

        /// Waits a little for bytes.
        pub(in crate::engine::real) fn await_bytes(&self) {
            await_one(self.read.as_fd(), PollFlags::IN, LOOK_EVERY);
        }
    }

    fn await_one(fd: BorrowedFd<'_>, flags: PollFlags, at_most: Duration) -> bool {
        let timeout = rustix::time::Timespec { tv_sec: 0, tv_nsec: at_most.subsec_nanos().into() };
        poll(&mut [PollFd::new(&fd, flags)], Some(&timeout)).is_ok_and(|ready| ready > 0)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Ends, LOOK_EVERY, io};

    /// Not to be had here yet.
    #[derive(Debug)]
    pub(in crate::engine::real) struct Wire;

    #[expect(clippy::unused_self, reason = "elsewhere there is something to do")]
    impl Wire {
        pub(in crate::engine::real) fn new(_bytes: usize) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in crate::engine::real) fn open(_ends: &Ends) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in crate::engine::real) fn ends(&self) -> Ends {
            Ends { read: Default::default(), write: Default::default() }
        }

        pub(in crate::engine::real) fn write(&self, _bytes: &[u8]) -> io::Result<Option<usize>> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in crate::engine::real) fn read(&self, _bytes: &mut [u8]) -> io::Result<Option<usize>> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in crate::engine::real) fn has_room(&self) -> bool {
            false
        }

        pub(in crate::engine::real) fn has_bytes(&self) -> bool {
            false
        }

        pub(in crate::engine::real) fn await_room(&self) {
            std::thread::park_timeout(LOOK_EVERY);
        }

        pub(in crate::engine::real) fn await_bytes(&self) {
            std::thread::park_timeout(LOOK_EVERY);
        }
    }
}

pub(in crate::engine::real) use system::Wire;

/// What became of moving a parcel.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine::real) enum Moved<T> {
    /// All of it.
    Whole(T),
    /// There was nothing to move, or no room at all.
    Nothing,
    /// It was given up in the middle, or the system failed: what is in the pipe makes no sense any more.
    Broken,
}

/// Reads a parcel if one begins here; `rest` waits a little for the rest of it, or says that it will not come.
pub(in crate::engine::real) fn receive(wire: &Wire, mut rest: impl FnMut() -> bool) -> Moved<(Vec<u8>, usize)> {
    let mut head = [0; super::parcel::HEAD];
    match fill(wire, &mut head, true, &mut rest) {
        Moved::Whole(()) => {}
        Moved::Nothing => return Moved::Nothing,
        Moved::Broken => return Moved::Broken,
    }
    let (whole, content) = super::parcel::lengths(head);
    if whole > crate::program::process::MOST_MESSAGE as usize + super::parcel::HEAD || content > whole {
        return Moved::Broken;
    }
    let mut bytes = vec![0; whole];
    if fill(wire, &mut bytes, false, &mut rest) != Moved::Whole(()) {
        return Moved::Broken;
    }
    bytes.truncate(content);
    Moved::Whole((bytes, whole))
}

fn fill(wire: &Wire, bytes: &mut [u8], may_be_empty: bool, rest: &mut impl FnMut() -> bool) -> Moved<()> {
    let mut at = 0;
    while at < bytes.len() {
        match wire.read(&mut bytes[at..]) {
            Ok(Some(read)) => at += read,
            Ok(None) if at == 0 && may_be_empty => return Moved::Nothing,
            Ok(None) if rest() => {}
            Ok(None) | Err(_) => return Moved::Broken,
        }
    }
    Moved::Whole(())
}

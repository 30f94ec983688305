//! The control socket between app and worker. On Linux the worker is given its end as standard input, so that there is nothing in
//! the file system that could be left behind; elsewhere a Unix socket in the run's own folder, or loopback TCP with a token.
//! Carries lines; what they say is `message`.
#![cfg_attr(not(target_os = "linux"), expect(clippy::disallowed_methods, reason = "the real engine talks to its worker"))]

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;
#[cfg(not(target_os = "linux"))]
use std::time::Instant;

#[cfg(all(unix, not(target_os = "linux")))]
use std::os::unix::net::UnixListener as Inner;
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;

#[cfg(not(unix))]
use std::net::{TcpListener as Inner, TcpStream as Stream};

/// The longest line read: a scenario's tree is at most a fraction of it.
const MOST_LINE: usize = 1 << 30;

/// What a worker says first where it calls.
#[cfg(target_os = "linux")]
const HERE: &str = "coreyard";

/// Where a worker may call.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(in crate::engine::real) struct Listener {
    inner: Inner,
    #[cfg(not(unix))]
    token: String,
}

/// Where a worker may call: this side of a pair of sockets.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(in crate::engine::real) struct Listener {
    ours: Socket,
    theirs: Option<Stream>,
}

#[cfg(target_os = "linux")]
impl Listener {
    /// A pair of sockets, in no folder.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn new(_folder: &Path) -> io::Result<Self> {
        let (ours, theirs) = Stream::pair()?;
        Ok(Self { ours: Socket { stream: ours, partial: Vec::new() }, theirs: Some(theirs) })
    }

    /// What the worker is to be started with as its standard input.
    pub(in crate::engine::real) fn input(&mut self) -> std::process::Stdio {
        self.theirs.take().map_or_else(std::process::Stdio::null, |theirs| std::os::fd::OwnedFd::from(theirs).into())
    }

    /// Waits at most `patience` for the call of a worker. One that has ended hangs up.
    ///
    /// # Errors
    /// When nobody calls in time or the system refuses.
    pub(in crate::engine::real) fn accept(mut self, patience: Duration, _alive: impl FnMut() -> bool) -> io::Result<Socket> {
        self.ours.stream.set_read_timeout(Some(patience))?;
        if self.ours.read_line()?.is_none_or(|line| line != HERE) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.ours.stream.set_read_timeout(None)?;
        Ok(self.ours)
    }
}

#[cfg(target_os = "linux")]
impl Socket {
    /// Calls the app by standard input.
    ///
    /// # Errors
    /// When that is no socket of an app.
    pub(in crate::engine::real) fn connect(_folder: &Path) -> io::Result<Self> {
        use std::os::fd::AsFd as _;
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        Self::calling(Stream::from(input))
    }

    fn calling(stream: Stream) -> io::Result<Self> {
        stream.peer_addr()?;
        let mut socket = Self { stream, partial: Vec::new() };
        socket.write_line(HERE)?;
        Ok(socket)
    }
}

/// A connection.
#[derive(Debug)]
pub(in crate::engine::real) struct Socket {
    stream: Stream,
    /// Bytes read that are no whole line yet.
    partial: Vec<u8>,
}

#[cfg(not(target_os = "linux"))]
impl Listener {
    /// Listens in `folder`, which nobody else can read.
    ///
    /// # Errors
    /// When the system refuses.
    #[cfg(unix)]
    pub(in crate::engine::real) fn new(folder: &Path) -> io::Result<Self> {
        let inner = Inner::bind(folder.join("control"))?;
        inner.set_nonblocking(true)?;
        Ok(Self { inner })
    }

    /// Listens on the loopback; the address and a token are in a file in `folder`, which nobody else can read.
    ///
    /// # Errors
    /// When the system refuses.
    #[cfg(not(unix))]
    pub(in crate::engine::real) fn new(folder: &Path) -> io::Result<Self> {
        let inner = Inner::bind(("127.0.0.1", 0))?;
        inner.set_nonblocking(true)?;
        let token = format!("{:?}", folder.file_name());
        std::fs::write(folder.join("control"), format!("{}\n{token}", inner.local_addr()?))?;
        Ok(Self { inner, token })
    }

    /// What the worker is to be started with as its standard input.
    #[expect(clippy::unused_self, reason = "elsewhere it is a socket")]
    pub(in crate::engine::real) fn input(&mut self) -> std::process::Stdio {
        std::process::Stdio::null()
    }

    /// Waits at most `patience` for the call of a worker, as long as it is `alive`.
    ///
    /// # Errors
    /// When nobody calls in time or the system refuses.
    pub(in crate::engine::real) fn accept(self, patience: Duration, mut alive: impl FnMut() -> bool) -> io::Result<Socket> {
        let begin = Instant::now();
        loop {
            match self.inner.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false)?;
                    let mut socket = Socket { stream, partial: Vec::new() };
                    if self.knows(&mut socket)? {
                        return Ok(socket);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if begin.elapsed() > patience || !alive() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    std::thread::park_timeout(Duration::from_micros(200));
                }
                Err(error) => return Err(error),
            }
        }
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "elsewhere there is something to do")]
    fn knows(&self, _socket: &mut Socket) -> io::Result<bool> {
        Ok(true)
    }

    #[cfg(not(unix))]
    fn knows(&self, socket: &mut Socket) -> io::Result<bool> {
        socket.stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        Ok(socket.read_line()?.is_some_and(|line| line == self.token))
    }
}

impl Socket {
    /// Calls the app that listens in `folder`.
    ///
    /// # Errors
    /// When nobody listens there.
    #[cfg(all(unix, not(target_os = "linux")))]
    pub(in crate::engine::real) fn connect(folder: &Path) -> io::Result<Self> {
        Ok(Self { stream: Stream::connect(folder.join("control"))?, partial: Vec::new() })
    }

    /// Calls the app that listens in `folder`.
    ///
    /// # Errors
    /// When nobody listens there.
    #[cfg(not(unix))]
    pub(in crate::engine::real) fn connect(folder: &Path) -> io::Result<Self> {
        let told = std::fs::read_to_string(folder.join("control"))?;
        let (address, token) = told.split_once('\n').ok_or(io::ErrorKind::InvalidData)?;
        let mut socket = Self { stream: Stream::connect(address)?, partial: Vec::new() };
        socket.write_line(token)?;
        Ok(socket)
    }

    /// A second handle to the same connection.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn second(&self) -> io::Result<Self> {
        Ok(Self { stream: self.stream.try_clone()?, partial: Vec::new() })
    }

    /// Sends a line.
    ///
    /// # Errors
    /// When the other side is gone.
    pub(in crate::engine::real) fn write_line(&mut self, line: &str) -> io::Result<()> {
        let mut whole = String::with_capacity(line.len() + 1);
        whole.push_str(line);
        whole.push('\n');
        self.stream.write_all(whole.as_bytes())
    }

    /// Waits for a line; none when the other side is gone. Only for a handle that is not polled.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut looked = 0;
        loop {
            if let Some(end) = self.partial[looked..].iter().position(|&byte| byte == b'\n').map(|at| looked + at) {
                let rest = self.partial.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.partial, rest);
                line.truncate(end);
                return String::from_utf8(line).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
            }
            looked = self.partial.len();
            if looked > MOST_LINE || !self.read_some()? {
                return Ok(None);
            }
        }
    }

    /// Takes in what has come, and waits for something where waiting is the stream's way; false when the other side is gone.
    fn read_some(&mut self) -> io::Result<bool> {
        let mut some = [0; 16 << 10];
        let read = loop {
            match self.stream.read(&mut some) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.partial.extend_from_slice(&some[..read]);
        Ok(read > 0)
    }
}

/// The reading side of a connection that must never block.
#[derive(Debug)]
pub(in crate::engine::real) struct Polled(Socket);

impl Polled {
    /// From here on reads and writes do not wait.
    ///
    /// # Errors
    /// When the system refuses.
    pub(in crate::engine::real) fn new(socket: Socket) -> io::Result<Self> {
        socket.stream.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    /// Sends a short line, or not when the other side is gone or deaf.
    ///
    /// # Errors
    /// When it could not be sent.
    pub(in crate::engine::real) fn write_line(&mut self, line: &str) -> io::Result<()> {
        self.0.write_line(line)
    }

    /// The whole lines that have come.
    pub(in crate::engine::real) fn lines(&mut self) -> Vec<String> {
        while let Ok(true) = self.0.read_some() {}
        let partial = &mut self.0.partial;
        let Some(end) = partial.iter().rposition(|&byte| byte == b'\n') else { return Vec::new() };
        let rest = partial.split_off(end + 1);
        let whole = std::mem::replace(partial, rest);
        String::from_utf8_lossy(&whole).lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// App and worker, connected.
    #[cfg(target_os = "linux")]
    fn pair() -> (Socket, Socket) {
        let mut listener = Listener::new(Path::new("")).unwrap();
        let worker = Socket::calling(listener.theirs.take().unwrap()).unwrap();
        (listener.accept(Duration::from_secs(5), || true).unwrap(), worker)
    }

    #[cfg(not(target_os = "linux"))]
    fn pair() -> (Socket, Socket) {
        let folder = tempfile::tempdir().unwrap();
        let listener = Listener::new(folder.path()).unwrap();
        let worker = Socket::connect(folder.path()).unwrap();
        (listener.accept(Duration::from_secs(5), || true).unwrap(), worker)
    }

    #[test]
    fn lines_arrive_whole_and_the_end_is_seen() {
        let (mut app, mut worker) = pair();
        app.write_line("setup").unwrap();
        assert_eq!(worker.read_line().unwrap().as_deref(), Some("setup"));
        worker.write_line("one").unwrap();
        worker.write_line("two").unwrap();
        worker.stream.write_all(b"half a li").unwrap();
        let mut polled = Polled::new(app).unwrap();
        assert_eq!(polled.lines(), ["one", "two"]);
        worker.stream.write_all(b"ne\n").unwrap();
        drop(worker);
        assert_eq!(polled.lines(), ["half a line"]);
    }

    #[test]
    fn a_long_line_and_its_successor_arrive_at_one_that_waits() {
        let (mut app, mut worker) = pair();
        let long = "ä".repeat(100_000);
        std::thread::scope(|scope| {
            scope.spawn(|| worker.write_line(&format!("{long}\nnext")).unwrap());
            assert_eq!(app.read_line().unwrap().as_deref(), Some(&*long));
            assert_eq!(app.read_line().unwrap().as_deref(), Some("next"));
        });
        drop(worker);
        assert_eq!(app.read_line().unwrap(), None);
    }

    #[test]
    fn nobody_calling_is_an_error_not_a_hang() {
        let folder = tempfile::tempdir().unwrap();
        let mut listener = Listener::new(folder.path()).unwrap();
        drop(listener.input());
        assert!(listener.accept(Duration::from_mins(1), || false).is_err());
    }
}

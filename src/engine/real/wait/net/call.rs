//! One request: a connection of its own, a byte to ask, and all of the answer. Knows nothing of others and of time.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};

use polling::{Event, Poller};

use super::Peer;

/// What a request is.
pub(super) const ASKING: [u8; 1] = [b'?'];
/// What stands before the bytes of an answer, so that the smallest is one, too.
pub(super) const HEAD: u64 = 1;

/// See the file's head.
#[derive(Debug)]
pub(super) struct Call {
    line: Line,
    /// It has asked.
    asked: bool,
    /// Bytes of the answer that have not come.
    left: u64,
}

#[derive(Debug)]
enum Line {
    Stream(TcpStream),
    Datagrams(UdpSocket),
}

/// What a request needs before it can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To be let write.
    Write,
    /// To be let read.
    Read,
    /// Nothing: it has its answer.
    Done,
}

impl Next {
    /// What is polled for.
    pub(super) fn event(self, key: usize) -> Event {
        match self {
            Self::Write => Event::writable(key),
            Self::Read | Self::Done => Event::readable(key),
        }
    }
}

impl Call {
    /// Asks, or begins to.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn begin(peer: &Peer) -> io::Result<(Self, Next)> {
        let line = if peer.datagrams {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            socket.connect(peer.address)?;
            socket.set_nonblocking(true)?;
            Line::Datagrams(socket)
        } else {
            Line::Stream(connect(peer.address)?)
        };
        let mut call = Self { line, asked: false, left: peer.bytes + HEAD };
        let next = call.ask()?;
        Ok((call, next))
    }

    fn ask(&mut self) -> io::Result<Next> {
        let sent = match &mut self.line {
            Line::Stream(stream) => stream.write(&ASKING),
            Line::Datagrams(socket) => socket.send(&ASKING),
        };
        match sent {
            Ok(_) => {
                self.asked = true;
                Ok(Next::Read)
            }
            Err(error) if is_early(&error) => Ok(Next::Write),
            Err(error) => Err(error),
        }
    }

    /// Goes on as far as it can without waiting; what comes is put into `scratch`, which is larger than any datagram.
    ///
    /// # Errors
    /// When the connection fails.
    pub(super) fn go_on(&mut self, scratch: &mut [u8]) -> io::Result<Next> {
        if !self.asked && self.ask()? == Next::Write {
            return Ok(Next::Write);
        }
        loop {
            let got = match &mut self.line {
                Line::Stream(stream) => stream.read(scratch),
                Line::Datagrams(socket) => socket.recv(scratch).map(|_whole| scratch.len()),
            };
            match got {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) if matches!(self.line, Line::Datagrams(_)) => return Ok(Next::Done),
                Ok(got) => self.left = self.left.saturating_sub(got as u64),
                Err(error) if is_early(&error) => return Ok(Next::Read),
                Err(error) => return Err(error),
            }
            if self.left == 0 {
                return Ok(Next::Done);
            }
        }
    }

    /// Asks once more, in case it was not heard. False: it cannot be that it was not.
    pub(super) fn ask_again(&mut self) -> bool {
        match &self.line {
            Line::Stream(_) => false,
            // One that cannot be sent now is lost like one that was.
            Line::Datagrams(socket) => {
                let _lost = socket.send(&ASKING);
                true
            }
        }
    }

    /// Has it polled.
    ///
    /// # Errors
    /// When the system refuses.
    #[expect(unsafe_code, reason = "polling asks for a promise")]
    pub(super) fn join(&self, poller: &Poller, event: Event) -> io::Result<()> {
        // SAFETY: whoever joins it leaves the poller by `leave` before it is dropped: `Calls` does so wherever it lets one go.
        unsafe {
            match &self.line {
                Line::Stream(stream) => poller.add(stream, event),
                Line::Datagrams(socket) => poller.add(socket, event),
            }
        }
    }

    /// Has it polled again: each event is told once.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn stay(&self, poller: &Poller, event: Event) -> io::Result<()> {
        match &self.line {
            Line::Stream(stream) => poller.modify(stream, event),
            Line::Datagrams(socket) => poller.modify(socket, event),
        }
    }

    /// It is polled no more.
    pub(super) fn leave(&self, poller: &Poller) {
        // One that the system does not know is not polled.
        let _unknown = match &self.line {
            Line::Stream(stream) => poller.delete(stream),
            Line::Datagrams(socket) => poller.delete(socket),
        };
    }
}

/// Whether it only has to be tried again later.
pub(super) fn is_early(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected | io::ErrorKind::Interrupted)
}

/// Begins to connect, and does not wait for it.
#[cfg(target_os = "linux")]
fn connect(to: SocketAddr) -> io::Result<TcpStream> {
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC, None)?;
    // Whoever hangs up first has to keep the port for a minute, unless it hangs up like this: ports are few.
    rustix::net::sockopt::set_socket_linger(&socket, Some(std::time::Duration::ZERO))?;
    match rustix::net::connect(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket.into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn connect(to: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(to)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

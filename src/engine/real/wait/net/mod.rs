//! The network of a run: servers on this machine, and requests that a thread has on their way, any number at once.
//! Sockets are never blocking: whoever waits polls all of its own. Owns sockets and their polling; what a server is to a task is
//! `server`, when a thread waits is `context`.

mod alarm;
mod budget;
mod call;
mod calls;
mod host;

pub(in crate::engine::real) use self::alarm::Alarm;
pub(in crate::engine::real) use self::calls::{Answer, Calls};
pub(in crate::engine::real) use self::host::{Hosted, Listening, host, open, served_cpu};
use crate::time::Nanos;
use crate::value::Failure;

/// Where a server is, and what is known of its answers.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::real) struct Peer {
    pub(in crate::engine::real) address: std::net::SocketAddr,
    pub(in crate::engine::real) latency: Nanos,
    pub(in crate::engine::real) bytes: u64,
    pub(in crate::engine::real) datagrams: bool,
}

/// What Python raises for an error of the system's.
pub(in crate::engine::real) fn failure(error: &std::io::Error) -> Failure {
    use std::io::ErrorKind;
    let name = match error.kind() {
        ErrorKind::ConnectionRefused => "ConnectionRefusedError",
        ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof => "ConnectionResetError",
        ErrorKind::ConnectionAborted => "ConnectionAbortedError",
        ErrorKind::BrokenPipe => "BrokenPipeError",
        ErrorKind::TimedOut => "TimeoutError",
        _ => "OSError",
    };
    let words = error.to_string();
    let message = match (error.raw_os_error(), words.rsplit_once(" (os error ")) {
        (Some(number), Some((words, _))) => format!("[Errno {number}] {words}"),
        _ => words,
    };
    Failure::new(name, message)
}

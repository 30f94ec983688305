//! How many descriptors the requests of a process may take. The system's limit is known and kept away from: where descriptors run
//! out, those who ask would hold what the server needs to answer them.

use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use crate::value::Failure;

/// A connection has two ends, both in this process where the server is.
pub(super) const A_STREAM: u64 = 2;
/// Datagrams all come to the server's one socket.
pub(super) const A_DATAGRAM: u64 = 1;
/// What polling takes.
pub(super) const A_POLLER: u64 = 3;
/// What is left to everything else: so many, or half of them where there are few.
const RESERVE: u64 = 256;
/// As much as is ever asked for.
const MOST: u64 = 262_144;

/// What is taken.
static TAKEN: AtomicU64 = AtomicU64::new(0);
/// How many open files the system allows this process: as many as it may be asked for.
static LIMIT: LazyLock<u64> = LazyLock::new(limit);

#[cfg(unix)]
fn limit() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let most = now.maximum.unwrap_or(u64::MAX).min(MOST).max(now.current.unwrap_or(MOST));
    match setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: now.maximum }) {
        Ok(()) => most,
        Err(_) => now.current.unwrap_or(most),
    }
}

#[cfg(not(unix))]
fn limit() -> u64 {
    MOST
}

/// Descriptors that are given back when it is dropped.
#[derive(Debug)]
pub(super) struct Taken(u64);

impl Drop for Taken {
    fn drop(&mut self) {
        TAKEN.fetch_sub(self.0, Relaxed);
    }
}

/// Takes so many.
///
/// # Errors
/// `OSError`, with the limit, where that would be too many.
pub(super) fn take(count: u64) -> Result<Taken, Failure> {
    let most = allowed(*LIMIT);
    let before = TAKEN.fetch_add(count, Relaxed);
    let taken = Taken(count);
    if before + count <= most {
        return Ok(taken);
    }
    Err(Failure::new("OSError", refusal(*LIMIT, most / count.max(1))))
}

/// How many of the files that the system allows requests may take.
fn allowed(limit: u64) -> u64 {
    limit - RESERVE.min(limit / 2)
}

fn refusal(limit: u64, at_once: u64) -> String {
    let what = match at_once {
        0 => "which is too few for a request".to_owned(),
        1 => "which allows 1 request at once in this process".to_owned(),
        _ => format!("which allows {at_once} requests at once in this process"),
    };
    format!("[Errno 24] Too many open files: the limit is {limit}, {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_files_are_few_half_of_them_are_for_requests() {
        assert_eq!([0, 3, 64, 1_024, 10_000].map(allowed), [0, 2, 32, 768, 9_744]);
        assert_eq!(refusal(64, 16).split_once("is ").unwrap().1, "64, which allows 16 requests at once in this process");
        assert!(refusal(1, 0).ends_with("the limit is 1, which is too few for a request"));
    }

    #[test]
    fn more_than_the_system_allows_is_refused_and_what_is_given_back_can_be_taken_again() {
        let refused = take(*LIMIT).unwrap_err();
        assert_eq!(refused.name, "OSError");
        assert!(refused.message.contains(&LIMIT.to_string()), "{}", refused.message);
        drop(take(A_STREAM).unwrap());
    }
}

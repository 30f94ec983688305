//! `coreyard worker`: the role a run plays in a process of its own; started by Coreyard, not by people. Read before the command
//! line is: a process of a scenario begins the sooner.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;

use super::Exit;
use crate::engine::real;

/// The word that asks for the role.
const WORD: &str = "worker";

/// Plays the role to its end if `words`, the program's own name first, ask for it.
pub fn role(words: impl Iterator<Item = OsString>) -> Option<Exit> {
    let mut words = words.skip(1);
    if words.next()? != WORD {
        return None;
    }
    // The folder in which Coreyard listens, and what the role needs beside.
    let (folder, rest) = (words.next().unwrap_or_default(), words.collect::<Vec<_>>());
    Some(match real::work(Path::new(&folder), &rest) {
        Ok(()) => Exit::Good,
        Err(error) => {
            // Where even this cannot be written, the exit code tells.
            let _unheard = writeln!(std::io::stderr().lock(), "{error}");
            Exit::Failed
        }
    })
}

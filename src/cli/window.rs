//! `coreyard [FILE|NAME]`: the window.

use std::io::Write as _;
use std::path::PathBuf;

use super::Exit;

/// Opens the window, on `open` if given.
pub(super) fn run(open: Option<PathBuf>) -> Exit {
    let worker = match std::env::current_exe() {
        Ok(worker) => worker,
        Err(error) => return told(&error),
    };
    match crate::app::window::open(worker, open) {
        Ok(()) => Exit::Good,
        Err(error) => told(&error),
    }
}

fn told(why: &dyn std::fmt::Display) -> Exit {
    // Standard error may be closed; there is nobody left to tell then.
    drop(writeln!(std::io::stderr(), "coreyard: {why}"));
    Exit::Failed
}

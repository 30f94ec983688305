//! The processes of a run from within: how each begins, runs its tasks, answers their effects, watches for deadlocks and ends.

pub(in crate::engine::real) mod bond;
pub(in crate::engine::real) mod child;
pub(in crate::engine::real) mod command;
pub(in crate::engine::real) mod detect;
pub(in crate::engine::real) mod driver;
pub(in crate::engine::real) mod family;
pub(in crate::engine::real) mod main;
pub(in crate::engine::real) mod making;
pub(in crate::engine::real) mod sign;
pub(in crate::engine::real) mod watch;
pub(in crate::engine::real) mod yard;

use std::path::Path;

use self::main::WorkerError;

/// Plays the worker for the app that listens in `folder`, or a child of another worker, to its end; or becomes the program that
/// is named in `rest`, or the guard of one.
///
/// # Errors
/// When the app, the parent or their segment cannot be reached or understood; when there is no such program.
pub fn work(folder: &Path, rest: &[std::ffi::OsString]) -> Result<(), WorkerError> {
    if folder.as_os_str() == command::IS_PROGRAM {
        return Ok(command::become_program(rest)?);
    }
    if folder.as_os_str() == command::IS_GUARD {
        command::guard();
        return Ok(());
    }
    bond::outlive_full_files();
    if folder.as_os_str() == family::IS_CHILD { child::work() } else { main::work(folder) }
}

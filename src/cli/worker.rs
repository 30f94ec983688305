//! `coreyard worker`: the role a run plays in a process of its own; started by Coreyard, not by people.

use std::io::Write as _;
use std::path::PathBuf;

use super::Exit;
use crate::engine::real;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder in which Coreyard listens
    folder: PathBuf,
    /// What the role needs beside
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<std::ffi::OsString>,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    match real::work(&args.folder, &args.rest) {
        Ok(()) => Exit::Good,
        Err(error) => {
            // Where even this cannot be written, the exit code tells.
            let _unheard = writeln!(std::io::stderr().lock(), "{error}");
            Exit::Failed
        }
    }
}

//! `coreyard check`: list the problems of a scenario file.

use super::Exit;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Does it.
pub(super) fn run(_args: &Args) -> Exit {
    Exit::Failed
}

//! `coreyard worker`: the role a run plays in a process of its own; started by Coreyard, not by people.

use super::Exit;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Does it.
pub(super) fn run(_args: &Args) -> Exit {
    Exit::Failed
}

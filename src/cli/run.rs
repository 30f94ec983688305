//! `coreyard run`: run a scenario and report.

use super::Exit;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Does it.
pub(super) fn run(_args: &Args) -> Exit {
    Exit::Failed
}

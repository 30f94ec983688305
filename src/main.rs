//! The program: a window, or one subcommand. Parse, run, exit code.

use clap::Parser as _;
use coreyard::cli::{Cli, Exit};

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    cli.command.map_or(Exit::Failed, |command| command.run()).into()
}

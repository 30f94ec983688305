//! The program: a process of a run, a window, or one subcommand. Parse, run, exit code.

use clap::Parser as _;
use coreyard::cli::{Cli, worker_role};

fn main() -> std::process::ExitCode {
    worker_role(std::env::args_os()).unwrap_or_else(|| Cli::parse().run()).into()
}

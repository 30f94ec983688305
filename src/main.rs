//! The program: a window, or one subcommand. Parse, run, exit code.

use clap::Parser as _;
use coreyard::cli::Cli;

fn main() -> std::process::ExitCode {
    Cli::parse().run().into()
}

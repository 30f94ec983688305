//! The program: a process of a run, a window, or one subcommand. Read, run, exit code.

use coreyard::cli::{Cli, worker_role};

fn main() -> std::process::ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    worker_role(words.iter().cloned()).unwrap_or_else(|| Cli::read(&words).map_or_else(|exit| exit, Cli::run)).into()
}

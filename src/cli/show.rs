//! `coreyard show`: print a built-in scenario.

use super::Exit;
use super::source;
use crate::scenario::{library, nearest};

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its name, as `coreyard list` gives it
    name: String,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    if let Some(entry) = library::find(args.name.strip_suffix(".kdl").unwrap_or(&args.name)) {
        return source::print(entry.text, Exit::Good);
    }
    let near = nearest(&args.name, library::entries().iter().map(|entry| entry.name));
    let hint = near.map_or_else(|| "`coreyard list` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    source::complain(&format!("there is no built-in scenario `{}`; {hint}", args.name));
    Exit::Wrong
}

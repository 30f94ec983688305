//! The command line: one file a subcommand. `main` is parse, run, exit code.

mod blocks;
mod check;
mod drive;
mod fmt;
mod list;
mod run;
mod save;
mod screenshot;
mod show;
mod show_trace;
mod source;
mod window;
mod words;
mod worker;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::lang::Lang;

pub use worker::role as worker_role;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; nothing refuted.
    Good,
    /// An expectation was refuted, or something nobody expected was found.
    Refuted,
    /// The file or the call is wrong.
    Wrong,
    /// The engine failed or ran out of time.
    Failed,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A playground for concurrency: build a scenario, run it on the real cores, see every lock and core.
#[derive(Debug, clap::Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// A scenario file, a saved trace or the name of a built-in scenario to open in the window
    pub open: Option<PathBuf>,
    /// What to do instead of opening the window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done without a window.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run a scenario and report
    Run(run::Args),
    /// List the problems of a scenario file
    Check(check::Args),
    /// Lay out a scenario file
    Fmt(fmt::Args),
    /// List the built-in scenarios
    List(list::Args),
    /// Print a built-in scenario
    Show(show::Args),
    /// Print the reference of every block
    Blocks(blocks::Args),
    /// Run a scenario and draw the window, without a display
    Screenshot(screenshot::Args),
    /// Report on a saved trace
    ShowTrace(show_trace::Args),
}

impl Command {
    /// Does it.
    pub fn run(&self) -> Exit {
        match self {
            Self::Run(args) => run::run(args),
            Self::Check(args) => check::run(args),
            Self::Fmt(args) => fmt::run(args),
            Self::List(args) => list::run(args),
            Self::Show(args) => show::run(args),
            Self::Blocks(args) => blocks::run(args),
            Self::Screenshot(args) => screenshot::run(args),
            Self::ShowTrace(args) => show_trace::run(args),
        }
    }
}

impl Cli {
    /// What these words ask, the program's own name first.
    ///
    /// # Errors
    /// The way to end where they ask for help only, or for nothing that there is: both are told here.
    pub fn read(words: &[OsString]) -> Result<Self, Exit> {
        let lang = source::language(wanted_lang(words));
        let read =
            words::told(Self::command(), lang).try_get_matches_from(words).and_then(|found| Self::from_arg_matches(&found));
        read.map_err(|error| {
            match words::refusal(&error).filter(|_| lang == Lang::Zh) {
                Some(why) => source::complain(&source::ours(&why, lang)),
                // Where even this cannot be written, the exit code tells.
                None => drop(error.print()),
            }
            if error.use_stderr() { Exit::Wrong } else { Exit::Good }
        })
    }

    /// Does what was asked: one subcommand, or the window.
    pub fn run(self) -> Exit {
        crate::engine::real::outlive_full_files();
        match self.command {
            Some(command) => command.run(),
            None => window::run(self.open),
        }
    }
}

/// The language that these words ask for, whatever else they say.
fn wanted_lang(words: &[OsString]) -> Option<Lang> {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let behind = words.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1].clone());
    let joined = || words.iter().find_map(|word| word.strip_prefix("--lang=").map(Into::into));
    source::lang(&behind.or_else(joined)?).ok()
}

//! `coreyard [FILE|NAME]`: the window; where there is no display, the same job without one.

use std::path::PathBuf;

use clap::Parser as _;

use super::source::complain;
use super::{Cli, Exit};
use crate::scenario::library;

/// The picture written where no window can be opened.
const PICTURE: &str = "coreyard.png";

/// Opens the window, on `open` if given.
pub(super) fn run(open: Option<PathBuf>) -> Exit {
    let opened = std::env::current_exe()
        .map_err(|error| error.to_string())
        .and_then(|worker| crate::app::window::open(worker, open.clone()).map_err(|error| error.to_string()));
    match opened {
        Ok(()) => Exit::Good,
        Err(why) => without_display(&why, open),
    }
}

/// Says that there is no window, runs the scenario, reports, and writes the picture that the window would show.
fn without_display(why: &str, open: Option<PathBuf>) -> Exit {
    let name = open.map_or_else(|| library::FIRST.to_owned(), |path| path.to_string_lossy().into_owned());
    complain(&format_args!("coreyard: {why}"));
    complain(&format_args!("Running {name} here instead; its picture goes to {PICTURE}."));
    let told = perform(&["coreyard", "run", &name]);
    if told == Exit::Wrong {
        return told;
    }
    match perform(&["coreyard", "screenshot", &name, "--out", PICTURE]) {
        Exit::Failed => Exit::Failed,
        _ => told,
    }
}

/// Does what this command line says.
fn perform(words: &[&str]) -> Exit {
    match Cli::try_parse_from(words) {
        Ok(cli) => cli.run(),
        Err(error) => {
            complain(&error);
            Exit::Wrong
        }
    }
}

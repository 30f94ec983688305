//! `coreyard show`: print a built-in scenario.

use super::Exit;
use super::source;
use crate::lang::Lang;
use crate::scenario::{library, nearest};

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its name, as `coreyard list` gives it
    name: String,
    /// The language to speak, en or zh; the system's by default
    #[arg(long, value_parser = source::lang)]
    lang: Option<Lang>,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    if let Some(entry) = library::find(args.name.strip_suffix(".kdl").unwrap_or(&args.name)) {
        return source::print(entry.text, Exit::Good);
    }
    let (name, lang) = (&args.name, source::language(args.lang));
    let near = nearest(name, library::entries().iter().map(|entry| entry.name));
    source::complain(&match lang {
        Lang::En => format!("there is no built-in scenario `{name}`; {}", source::hint(near, "list", lang)),
        Lang::Zh => format!("没有内置场景 `{name}`；{}", source::hint(near, "list", lang)),
    });
    Exit::Wrong
}

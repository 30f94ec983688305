//! `coreyard show-trace`: report on a saved trace, judged again.

use std::path::PathBuf;

use super::Exit;
use super::run::{has_colour, judged, told_json};
use super::source;
use crate::app::reading::{self, MOST_OF_A_TRACE, Pipes};
use crate::export::report::{Style, missing_text, report};
use crate::lang::Lang;
use crate::metrics::Metrics;
use crate::program;
use crate::trace::file;
use crate::trace::store::Ended;
use crate::verdict;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A trace that `run --trace` or the window saved
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Let what is left unsettled count as refuted
    #[arg(long)]
    strict: bool,
    /// The language to speak, en or zh; the system's by default
    #[arg(long, value_parser = source::lang)]
    lang: Option<Lang>,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    let lang = source::language(args.lang);
    let opened = reading::whole(&args.file, MOST_OF_A_TRACE, Pipes::Read).map_err(|unread| unread.words(lang));
    let opened = opened.and_then(|bytes| file::read(&bytes).map_err(|error| reading::why_no_run(error, lang)));
    let file::Opened { mut trace, missing } = match opened {
        Ok(opened) => opened,
        Err(why) => {
            source::complain(&source::ours(&source::about(&args.file.display().to_string(), &why, lang), lang));
            return Exit::Wrong;
        }
    };
    let program = program::build(&trace.header.text, &trace.header.overrides).value;
    if let Some(program) = &program {
        verdict::tell_leaks(program, &mut trace);
    }
    let verdicts = program.map(|program| verdict::judge(&program, &trace)).unwrap_or_default();
    let whole = missing.is_none() && matches!(trace.ended, Some(Ended::Completed | Ended::Deadlocked));
    let exit = judged(if whole { Exit::Good } else { Exit::Failed }, &verdicts, args.strict);
    if let Some(missing) = &missing {
        let told = source::about(&args.file.display().to_string(), &missing_text(missing, lang), lang);
        source::complain(&source::ours(&told, lang));
    }
    if args.json {
        return source::print(&format!("{:#}\n", told_json(&trace, &verdicts, lang)), exit);
    }
    let style = Style { lang, colour: has_colour(), brief: false };
    source::print(&report(&trace, &Metrics::of(&trace), &verdicts, style), exit)
}

//! `coreyard list`: list the built-in scenarios.

use std::fmt::Write as _;

use super::Exit;
use super::source;
use crate::lang::{Lang, Words};
use crate::scenario::library;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only those in which each of these words occurs
    words: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// The language to speak, en or zh; the system's by default
    #[arg(long, value_parser = source::lang)]
    lang: Option<Lang>,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    let lang = source::language(args.lang);
    let query = args.words.join(" ");
    let found: Vec<_> = library::entries().iter().filter(|entry| entry.matches(&query)).collect();
    let exit = if found.is_empty() { Exit::Wrong } else { Exit::Good };
    if found.is_empty() {
        let none = Words { en: "no built-in scenario has all of these words", zh: "没有包含所有这些词的内置场景" }.get(lang);
        source::complain(&source::ours(&source::about(&query, none, lang), lang));
    }
    if args.json {
        let each: Vec<_> = found
            .iter()
            .map(|entry| {
                serde_json::json!({
                    "name": entry.name, "title": entry.title(lang), "topic": entry.topic,
                    "tags": entry.tags, "about": entry.about(lang),
                })
            })
            .collect();
        return source::print(&format!("{:#}\n", serde_json::Value::Array(each)), exit);
    }
    if found.is_empty() {
        return exit;
    }
    let widest = found.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let (mut out, mut topic) = (String::new(), "");
    for entry in found {
        if entry.topic != topic {
            let gap = if topic.is_empty() { "" } else { "\n" };
            topic = &entry.topic;
            writeln!(out, "{gap}{topic}").expect("a String takes all that is written");
        }
        writeln!(out, "  {:widest$}  {}", entry.name, entry.title(lang)).expect("a String takes all that is written");
    }
    source::print(&out, Exit::Good)
}

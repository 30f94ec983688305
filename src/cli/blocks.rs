//! `coreyard blocks`: print the reference of every block.

use super::Exit;
use super::source;
use crate::lang::Lang;
use crate::scenario::block::{Kind, TABLE, reference};
use crate::scenario::nearest;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this one, with all its parameters and an example
    block: Option<String>,
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
    let Some(word) = &args.block else {
        let all = || TABLE.iter().map(|info| reference::json(info, lang)).collect::<Vec<_>>();
        let text = if args.json { format!("{:#}\n", serde_json::Value::Array(all())) } else { reference::whole(lang) };
        return source::print(&text, Exit::Good);
    };
    let Some(kind) = Kind::from_word(word) else {
        let near = nearest(word, TABLE.iter().map(|info| info.word));
        source::complain(&match lang {
            Lang::En => format!("there is no block `{word}`; {}", source::hint(near, "blocks", lang)),
            Lang::Zh => format!("没有块 `{word}`；{}", source::hint(near, "blocks", lang)),
        });
        return Exit::Wrong;
    };
    let info = kind.info();
    let text = if args.json { format!("{:#}\n", reference::json(info, lang)) } else { reference::one(info, lang) };
    source::print(&text, Exit::Good)
}

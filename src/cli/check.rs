//! `coreyard check`: list the problems of scenario files.

use super::Exit;
use super::source::{self, Source};
use crate::diagnostic::{Checked, Diagnostic, Severity, json};
use crate::lang::Lang;
use crate::program::compile;
use crate::scenario;

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files, `-` for the standard input, or names of built-in scenarios
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Give a constant another value
    #[arg(long = "let", value_name = "NAME=VALUE", value_parser = source::constant)]
    constants: Vec<(String, String)>,
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
    let mut exit = Exit::Good;
    let (mut out, mut files) = (String::new(), Vec::new());
    for file in &args.files {
        let source = match Source::open(file) {
            Ok(source) => source,
            Err(trouble) => {
                exit = Exit::Wrong;
                let why = trouble.words(lang);
                source::complain(&why);
                files.push(serde_json::json!({ "file": file, "error": why }));
                continue;
            }
        };
        let told = problems(&source.text, &args.constants);
        if told.iter().any(|told| told.severity == Severity::Error) {
            exit = Exit::Wrong;
        }
        if args.json {
            files.push(faults(&source, &told, lang));
        } else {
            out += &source::shown(&source, &told, lang);
        }
    }
    if args.json {
        out = format!("{:#}\n", serde_json::Value::Array(files));
    }
    source::print(&out, exit)
}

/// What is wrong with a file, as JSON.
pub(super) fn faults(source: &Source, told: &[Diagnostic], lang: Lang) -> serde_json::Value {
    let each: Vec<_> = told.iter().map(|told| json(&source.text, told, lang)).collect();
    serde_json::json!({ "file": source.name, "problems": each })
}

/// All that can be told of a text before it runs.
fn problems(text: &str, constants: &[(String, String)]) -> Vec<Diagnostic> {
    let mut checked = scenario::load_with(text, constants);
    if !checked.has_errors() {
        let Checked { diagnostics, value: _ } = compile::compile(&checked.value, &[]);
        checked.diagnostics.extend(diagnostics);
        checked.diagnostics.sort_by_key(|told| (told.span, told.code));
        checked.diagnostics.dedup_by_key(|told| (told.span, told.code));
    }
    checked.diagnostics
}

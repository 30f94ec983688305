//! `coreyard fmt`: lay out scenario files. A file is replaced as a whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

use super::Exit;
use super::source::{self, Source};
use crate::app::reading;
use crate::document::{Document, format};
use crate::lang::{Lang, Words};

/// What the subcommand takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files, changed in place; `-` reads the standard input and prints
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Change nothing; list the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// The language to speak, en or zh; the system's by default
    #[arg(long, value_parser = source::lang)]
    lang: Option<Lang>,
}

/// Does it.
pub(super) fn run(args: &Args) -> Exit {
    let lang = source::language(args.lang);
    let exits: Vec<Exit> = args.files.iter().map(|file| one(file, args.check, lang)).collect();
    exits.into_iter().max_by_key(|exit| *exit as u8).unwrap_or(Exit::Good)
}

fn one(file: &str, check: bool, lang: Lang) -> Exit {
    let source = match Source::open(file) {
        Ok(source) => source,
        Err(trouble) => {
            source::complain(&trouble.words(lang));
            return Exit::Wrong;
        }
    };
    let document = Document::new(source.text.as_str());
    if !document.diagnostics().is_empty() {
        source::complain(&source::shown(&source, document.diagnostics(), lang).trim_end());
        let left = Words { en: "left as it is", zh: "未作改动" }.get(lang);
        source::complain(&source::about(&source.name, left, lang));
        return Exit::Wrong;
    }
    let laid_out = format::formatted(&source.text);
    let Some(path) = &source.path else {
        return match (check, file) {
            (true, _) if laid_out != source.text => source::print(&format!("{}\n", source.name), Exit::Refuted),
            (false, "-") => source::print(&laid_out, Exit::Good),
            (true, _) => Exit::Good,
            (false, _) => {
                let own = Words { en: "a built-in scenario cannot be changed", zh: "内置场景不能修改" }.get(lang);
                source::complain(&source::about(&source.name, own, lang));
                Exit::Wrong
            }
        };
    };
    if laid_out == source.text {
        return Exit::Good;
    }
    if check {
        return source::print(&format!("{}\n", source.name), Exit::Refuted);
    }
    match replace(path, &laid_out) {
        Ok(()) => Exit::Good,
        Err(error) => {
            source::complain(&source::about(&source.name, &reading::why(&error, lang), lang));
            Exit::Wrong
        }
    }
}

/// Writes beside the file and moves it there, so that a full disk or a crash leaves the old text.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = std::fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| error.kind())?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.as_file().set_permissions(permissions)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

//! What the subcommands share: a scenario named on the command line, the language to speak, and text on the way out.

#![expect(clippy::disallowed_methods, reason = "the command line opens the files it is given")]

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Exit;
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::document::MOST_BYTES;
use crate::engine::{self, Record};
use crate::lang::Lang;
use crate::scenario::{library, nearest, overrides};
use crate::time::Nanos;
use crate::trace::file;
use crate::ui::command::EngineChoice;

/// A scenario's text and where it came from.
#[derive(Debug)]
pub(super) struct Source {
    /// For messages: the path as given, `<stdin>`, or the built-in's name.
    pub(super) name: String,
    pub(super) text: String,
    /// The file it may be written back to.
    pub(super) path: Option<PathBuf>,
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{name}: there is no such file, and no built-in scenario of this name{hint}")]
    Unknown { name: String, hint: String },
    #[error("{name}: this is a saved run, not a scenario; `coreyard show-trace {name}` tells of it")]
    Saved { name: String },
    #[error("{name}: the file is not UTF-8 text: byte {byte} cannot be read")]
    NotText { name: String, byte: usize },
    #[error("<stdin>: {0}")]
    Stdin(io::Error),
}

/// Bytes read at most: beyond what a scenario may have, so that one too large is told with its place in the catalog, but never all
/// of an endless file.
const MOST_READ: u64 = 64 * MOST_BYTES as u64;

impl Source {
    /// `-` for the standard input, a file, or a built-in scenario.
    pub(super) fn open(given: &str) -> Result<Self, Trouble> {
        if given == "-" {
            let mut bytes = Vec::new();
            io::stdin().lock().take(MOST_READ).read_to_end(&mut bytes).map_err(Trouble::Stdin)?;
            return Ok(Self { name: "<stdin>".to_owned(), text: decode("<stdin>", bytes)?, path: None });
        }
        let path = Path::new(given);
        match read(path) {
            Ok(bytes) => Ok(Self { name: given.to_owned(), text: decode(given, bytes)?, path: Some(path.to_owned()) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => builtin(given),
            Err(error) => Err(Trouble::File { path: path.to_owned(), error }),
        }
    }

    /// What an engine takes. A file goes by its name without its path: traces do not tell where it lay.
    pub(super) fn to_run(&self) -> engine::Source {
        let name =
            Path::new(&self.name).file_name().map_or_else(|| self.name.clone(), |name| name.to_string_lossy().into_owned());
        engine::Source { text: self.text.clone(), name, overrides: Vec::new() }
    }
}

/// Whether it is a file with a saved run.
pub(super) fn is_saved(given: &str) -> bool {
    let mut first = [0; file::MAGIC.len()];
    std::fs::File::open(given).is_ok_and(|mut file| file.read_exact(&mut first).is_ok()) && first == file::MAGIC
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST_READ).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Trouble> {
    if bytes.starts_with(&file::MAGIC) {
        return Err(Trouble::Saved { name: name.to_owned() });
    }
    String::from_utf8(bytes)
        .map_err(|error| Trouble::NotText { name: name.to_owned(), byte: error.utf8_error().valid_up_to() + 1 })
}

fn builtin(given: &str) -> Result<Source, Trouble> {
    let name = given.strip_suffix(".kdl").unwrap_or(given);
    if let Some(entry) = library::find(given) {
        return Ok(Source { name: given.to_owned(), text: entry.text.to_owned(), path: None });
    }
    let near = nearest(name, library::entries().iter().map(|entry| entry.name));
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(Trouble::Unknown { name: given.to_owned(), hint })
}

/// Of files that are to be written: the first whose folder is missing, in words.
pub(super) fn missing_folder<'a>(outs: impl IntoIterator<Item = &'a PathBuf>, lang: Lang) -> Option<String> {
    let missing = |out: &'a Path| out.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    let (out, folder) = outs.into_iter().find_map(|out| Some((out, missing(out)?)))?;
    Some(match lang {
        Lang::En => format!("{}: there is no folder {}", out.display(), folder.display()),
        Lang::Zh => format!("{}：没有文件夹 {}", out.display(), folder.display()),
    })
}

/// Tells of something on the standard error; where that is gone there is nobody to tell.
pub(super) fn complain(trouble: &dyn std::fmt::Display) {
    drop(writeln!(io::stderr().lock(), "{trouble}"));
}

/// Writes to the standard output. A reader that has gone (`coreyard blocks | head`) is no failure.
pub(super) fn print(text: &str, exit: Exit) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format_args!("coreyard: <stdout>: {error}"));
            Exit::Failed
        }
        _ => exit,
    }
}

/// Each diagnostic as a terminal shows it, then how many there are.
pub(super) fn shown(source: &Source, told: &[Diagnostic], lang: Lang) -> String {
    let each: String = told.iter().map(|told| render(&source.text, &source.name, told, lang) + "\n").collect();
    let errors = told.iter().filter(|told| told.severity == Severity::Error).count();
    each + &summary(&source.name, errors, told.len() - errors, lang) + "\n"
}

fn summary(name: &str, errors: usize, warnings: usize, lang: Lang) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (lang, errors, warnings) {
        (Lang::En, 0, 0) => format!("{name}: no problems"),
        (Lang::En, ..) => format!("{name}: {}, {}", plural(errors, "error"), plural(warnings, "warning")),
        (Lang::Zh, 0, 0) => format!("{name}：没有问题"),
        (Lang::Zh, ..) => format!("{name}：{errors} 个错误，{warnings} 个警告"),
    }
}

/// `--lang`, or the system's language.
pub(super) fn language(given: Option<Lang>) -> Lang {
    given.unwrap_or_else(|| sys_locale::get_locale().map_or(Lang::En, |tag| Lang::from_tag(&tag)))
}

/// Reads the value of `--engine`.
pub(super) fn engines() -> impl TypedValueParser<Value = EngineChoice> {
    PossibleValuesParser::new(["real", "stepper"])
        .map(|given| if given == "real" { EngineChoice::Real } else { EngineChoice::Stepper })
}

/// Reads the value of `--record`.
pub(super) fn records() -> impl TypedValueParser<Value = Record> {
    let all = [Record::Full, Record::Counters, Record::Off];
    PossibleValuesParser::new(all.map(Record::word))
        .map(move |given| all.into_iter().find(|record| record.word() == given).unwrap_or_default())
}

/// Reads the value of `--lang`.
pub(super) fn lang(given: &str) -> Result<Lang, String> {
    Lang::ALL.into_iter().find(|lang| lang.tag() == given).ok_or_else(|| "there are `en` and `zh`".to_owned())
}

/// Reads the value of `--let`.
pub(super) fn constant(given: &str) -> Result<(String, String), String> {
    overrides::split(given).ok_or_else(|| "it is written NAME=VALUE, as in N=10".to_owned())
}

/// Reads the value of `--timeout`.
pub(super) fn seconds(given: &str) -> Result<Nanos, String> {
    match given.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(Nanos::from_seconds(seconds)),
        _ => Err("it takes seconds above zero, as in 2.5".to_owned()),
    }
}

/// Reads the value of `--schedule`: a command line holds no long one.
pub(super) fn schedule(given: &str) -> Result<String, String> {
    let Some(path) = given.strip_prefix('@') else { return Ok(given.to_owned()) };
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(text.trim().to_owned())
}

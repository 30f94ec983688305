//! What the subcommands share: a scenario named on the command line, the language to speak, and text on the way out.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Exit;
use super::words::Refused;
use crate::app::reading::{self, MOST_OF_A_TEXT, Pipes, Unread};
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::engine::{self, Record};
use crate::lang::{Lang, Words};
use crate::scenario::{library, nearest, overrides};
use crate::time::Nanos;
use crate::trace::file;
use crate::ui::command::EngineChoice;
use crate::ui::i18n::{self, fill};

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
#[derive(Debug)]
pub(super) enum Trouble {
    /// Its name, and why it could not be read.
    File(String, Unread),
    /// Its name, and a built-in scenario of nearly the same.
    Unknown(String, Option<String>),
    /// Its name: it is a saved run.
    Saved(String),
    /// Its name, and the byte that is no text.
    NotText(String, usize),
}

impl Trouble {
    /// In words.
    pub(super) fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::File(name, why), Lang::En) => format!("{name}: {}", why.words(lang)),
            (Self::File(name, why), Lang::Zh) => format!("{name}：{}", why.words(lang)),
            (Self::Unknown(name, near), Lang::En) => {
                let hint = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                format!("{name}: there is no such file, and no built-in scenario of this name{hint}")
            }
            (Self::Unknown(name, near), Lang::Zh) => {
                let hint = near.as_ref().map(|near| format!("；是不是想写 `{near}`？")).unwrap_or_default();
                format!("{name}：没有这个文件，也没有叫这个名字的内置场景{hint}")
            }
            (Self::Saved(name), Lang::En) => {
                format!("{name}: this is a saved run, not a scenario; `coreyard show-trace {name}` tells of it")
            }
            (Self::Saved(name), Lang::Zh) => {
                format!("{name}：这是保存下来的运行，不是场景；`coreyard show-trace {name}` 可以查看")
            }
            (Self::NotText(name, byte), Lang::En) => format!("{name}: the file is not UTF-8 text: byte {byte} cannot be read"),
            (Self::NotText(name, byte), Lang::Zh) => format!("{name}：文件不是 UTF-8 文本：第 {byte} 个字节无法读取"),
        }
    }
}

impl Source {
    /// `-` for the standard input, a file, or a built-in scenario.
    pub(super) fn open(given: &str) -> Result<Self, Trouble> {
        if given == "-" {
            let name = "<stdin>".to_owned();
            let bytes = reading::up_to(io::stdin().lock(), MOST_OF_A_TEXT);
            let text = decode(&name, bytes.map_err(|unread| Trouble::File(name.clone(), unread))?)?;
            return Ok(Self { name, text, path: None });
        }
        let path = Path::new(given);
        match reading::whole(path, MOST_OF_A_TEXT, Pipes::Read) {
            Ok(bytes) => Ok(Self { name: given.to_owned(), text: decode(given, bytes)?, path: Some(path.to_owned()) }),
            Err(Unread::System(error)) if error.kind() == io::ErrorKind::NotFound => builtin(given),
            Err(unread) => Err(Trouble::File(given.to_owned(), unread)),
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
    reading::begins_with(Path::new(given), &file::MAGIC)
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Trouble> {
    if bytes.starts_with(&file::MAGIC) {
        return Err(Trouble::Saved(name.to_owned()));
    }
    String::from_utf8(bytes).map_err(|error| Trouble::NotText(name.to_owned(), error.utf8_error().valid_up_to() + 1))
}

fn builtin(given: &str) -> Result<Source, Trouble> {
    let name = given.strip_suffix(".kdl").unwrap_or(given);
    if let Some(entry) = library::find(given) {
        return Ok(Source { name: given.to_owned(), text: entry.text.to_owned(), path: None });
    }
    let near = nearest(name, library::entries().iter().map(|entry| entry.name));
    Err(Trouble::Unknown(given.to_owned(), near))
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

/// Something about a file or another thing that goes by a name.
pub(super) fn about(name: &str, told: &str, lang: Lang) -> String {
    let colon = Words { en: ": ", zh: "：" }.get(lang);
    format!("{name}{colon}{told}")
}

/// What the program says of itself.
pub(super) fn ours(told: &str, lang: Lang) -> String {
    about("coreyard", told, lang)
}

/// That a file could not be written.
pub(super) fn not_written(path: &Path, error: &io::Error, lang: Lang) -> String {
    fill(i18n::NOT_WRITTEN.get(lang), &[&path.display().to_string(), &reading::why(error, lang)])
}

/// What is nearly that, or which subcommand lists all there are.
pub(super) fn hint(near: Option<String>, lists: &str, lang: Lang) -> String {
    match (near, lang) {
        (Some(near), Lang::En) => format!("did you mean `{near}`?"),
        (Some(near), Lang::Zh) => format!("是不是想写 `{near}`？"),
        (None, Lang::En) => format!("`coreyard {lists}` lists them"),
        (None, Lang::Zh) => format!("`coreyard {lists}` 会列出全部"),
    }
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
    PossibleValuesParser::new(Record::ALL.map(Record::word)).map(|given| Record::from_word(&given).unwrap_or_default())
}

/// Reads the value of `--lang`.
pub(super) fn lang(given: &str) -> Result<Lang, Refused> {
    let found = Lang::ALL.into_iter().find(|lang| lang.tag() == given);
    found.ok_or_else(|| Refused::new("there are `en` and `zh`", "可以是 `en` 和 `zh`"))
}

/// Reads the value of `--let`.
pub(super) fn constant(given: &str) -> Result<(String, String), Refused> {
    overrides::split(given).ok_or_else(|| Refused::new("it is written NAME=VALUE, as in N=10", "要写成 名字=值，例如 N=10"))
}

/// Reads the value of `--timeout`.
pub(super) fn seconds(given: &str) -> Result<Nanos, Refused> {
    match given.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(Nanos::from_seconds(seconds)),
        _ => Err(Refused::new("it takes seconds above zero, as in 2.5", "要写大于零的秒数，例如 2.5")),
    }
}

/// Reads the value of `--schedule`: a command line holds no long one.
pub(super) fn schedule(given: &str) -> Result<String, Refused> {
    let Some(path) = given.strip_prefix('@') else { return Ok(given.to_owned()) };
    let refused =
        |why: &dyn Fn(Lang) -> String| Refused::new(about(path, &why(Lang::En), Lang::En), about(path, &why(Lang::Zh), Lang::Zh));
    let bytes = reading::whole(Path::new(path), MOST_OF_A_TEXT, Pipes::Read).map_err(|why| refused(&|lang| why.words(lang)))?;
    let text = String::from_utf8(bytes).map_err(|error| refused(&|_| error.to_string()))?;
    Ok(text.trim().to_owned())
}

//! The project's own sources as data for the laws: files, their code without comments and texts, and the paths that code names.
//! Knows no law.
#![expect(clippy::disallowed_methods, reason = "the laws read the sources")]

use std::path::{Path, PathBuf};

/// One Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it is, from the project's folder, with `/`.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
}

/// The project's folder.
pub(crate) fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of the project, in the order of their paths.
pub(crate) fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        files_below(&project().join(folder), &mut paths);
    }
    let sources: Vec<_> = paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect();
    assert!(sources.len() > 30, "the project's sources lie beside its Cargo.toml");
    sources.iter().map(|path| Source { path: name(path), text: read(path) }).collect()
}

/// Every file below a folder, sorted.
pub(crate) fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else { return };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry of the project can be read").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}

/// The text of a file of the project.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A path from the project's folder, with `/`.
pub(crate) fn name(path: &Path) -> String {
    path.strip_prefix(project()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

impl Source {
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The module this file is: `src/engine/real/pool.rs` is `engine real pool`; empty outside of the library.
    pub(crate) fn module(&self) -> Vec<String> {
        let Some(inside) = self.path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")) else { return Vec::new() };
        let mut parts: Vec<String> = inside.split('/').map(str::to_owned).collect();
        if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
            parts.pop();
        }
        parts
    }

    /// The paths that the code names, tests left out, each from the root: `crate engine world`, `std fs File`, `kdl`.
    pub(crate) fn paths(&self) -> Vec<Vec<String>> {
        let tokens = without_tests(&tokens(&code(&self.text)));
        let module = self.module();
        let mut paths = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let begins = tokens[at].chars().all(is_word) && tokens.get(at + 1).is_some_and(|next| next == "::");
            let continues = at > 0 && tokens[at - 1] == "::";
            if begins && !continues {
                let mut found = Vec::new();
                tree(&tokens, &mut at, &[], &mut found);
                paths.extend(found.into_iter().map(|path| from_root(&module, path)));
            } else {
                at += 1;
            }
        }
        paths
    }
}

impl Source {
    /// The texts and characters that the code holds, tests left out.
    pub(crate) fn literals(&self) -> String {
        let text = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let chars: Vec<char> = text.chars().collect();
        let mut literals = String::new();
        let mut at = 0;
        while at < chars.len() {
            let end = skipped(&chars, at);
            if chars[at] != '/' {
                literals.extend(&chars[at..end]);
            }
            at = end.max(at + 1);
        }
        literals
    }
}

/// Turns `super` and `self` into the modules they mean.
fn from_root(module: &[String], path: Vec<String>) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let base = match path[0].as_str() {
        "super" => &module[..module.len().saturating_sub(ups)],
        "self" => module,
        _ => return path,
    };
    let rest = &path[ups.max(1)..];
    std::iter::once("crate".to_owned()).chain(base.iter().cloned()).chain(rest.iter().cloned()).collect()
}

/// Reads `a::b::{c, d::e}` at `at` as its paths.
fn tree(tokens: &[String], at: &mut usize, prefix: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(*at).map(String::as_str) {
            Some("{") => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| token != "}") {
                    let before = *at;
                    tree(tokens, at, &path, paths);
                    *at += usize::from(tokens.get(*at).is_some_and(|token| token == ",") || *at == before);
                }
                *at += 1;
                return;
            }
            Some(word) if word == "*" || word.chars().all(is_word) => path.push(word.to_owned()),
            _ => break,
        }
        *at += 1;
        if tokens.get(*at).is_none_or(|token| token != "::") {
            break;
        }
        *at += 1;
    }
    if tokens.get(*at).is_some_and(|token| token == "as") {
        *at += 2;
    }
    if !path.is_empty() {
        paths.push(path);
    }
}

/// The code alone: comments, texts and characters are blanks.
pub(crate) fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skipped(&chars, at);
        for &skipped in &chars[at..end] {
            code.push(if skipped == '\n' { '\n' } else { ' ' });
        }
        if end == at {
            code.push(chars[at]);
        }
        at = end.max(at + 1);
    }
    code
}

/// Where the comment, text or character that begins at `at` ends; `at` when none does.
fn skipped(chars: &[char], at: usize) -> usize {
    let here = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let find = |from: usize, what: &str| {
        let what: Vec<char> = what.chars().collect();
        (from..chars.len()).find(|&start| chars[start..].starts_with(&what)).map_or(chars.len(), |start| start + what.len())
    };
    let after_word = at > 0 && is_word(chars[at - 1]);
    match (here(0), here(1)) {
        ('/', '/') => find(at, "\n") - 1,
        ('/', '*') => find(at + 2, "*/"),
        ('"', _) => after_quote(chars, at + 1, '"'),
        ('r', '"' | '#') if !after_word => {
            let hashes = chars[at + 1..].iter().take_while(|&&mark| mark == '#').count();
            if here(1 + hashes) == '"' { find(at + 2 + hashes, &format!("\"{}", "#".repeat(hashes))) } else { at }
        }
        ('\'', '\\') => after_quote(chars, at + 1, '\''),
        ('\'', _) if here(2) == '\'' => at + 3,
        _ => at,
    }
}

fn after_quote(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Words, `::`, and single marks.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(char) = chars.next() {
        if char.is_whitespace() {
            continue;
        }
        let mut token = String::from(char);
        if is_word(char) {
            while let Some(next) = chars.next_if(|&next| is_word(next)) {
                token.push(next);
            }
        } else if char == ':' && chars.next_if_eq(&':').is_some() {
            token.push(':');
        }
        tokens.push(token);
    }
    tokens
}

/// Leaves out `#[cfg(test)] mod tests { … }`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let marked = tokens[at..].iter().map(String::as_str).take(mark.len()).eq(mark);
        if marked && tokens.get(at + mark.len() + 1).is_some_and(|token| token == "{") {
            at = after_braces(tokens, at + mark.len() + 1);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

fn after_braces(tokens: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, text: &str) -> Vec<String> {
        Source::new(path, text).paths().iter().map(|path| path.join(" ")).collect()
    }

    #[test]
    fn every_path_of_the_code_is_found() {
        let text = "use crate::{id::TaskId, trace::{self, store::*}}; use std::fs as files;\nfn f() { super::pool::take::<u8>(kdl::parse()) }";
        let found = paths("src/engine/real/worker.rs", text);
        let expected =
            ["crate id TaskId", "crate trace self", "crate trace store *", "std fs", "crate engine real pool take", "kdl parse"];
        assert_eq!(found, expected);
    }

    #[test]
    fn comments_texts_and_tests_name_nothing() {
        let text = "//! crate::a\n/* crate::b */ const A: &str = \"crate::c \\\" crate::d\"; const B: &str = r#\"crate::e \" \"#;\n\
                    const C: char = '\"'; fn f<'a>(_: &'a str) { crate::f() }\n#[cfg(test)]\nmod tests { use crate::g; fn g() {} } const D: u8 = crate::h;";
        assert_eq!(paths("src/lang.rs", text), ["crate f", "crate h"]);
    }

    #[test]
    fn super_is_the_module_above() {
        assert_eq!(
            paths("src/view/mod.rs", "use super::ui::theme; use self::axis::Axis;"),
            ["crate ui theme", "crate view axis Axis"]
        );
    }
}

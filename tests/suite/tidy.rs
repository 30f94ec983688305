//! The looks of the files: heads, lengths, nothing half-done, no place of one machine, the licences of what we stand on.
//! Looks at no meaning; who imports whom is in `architecture`.

use crate::source::{Source, code, files_below, name, project, read, sources};
use std::path::PathBuf;

/// More lines than this are two files.
const MOST_LINES: usize = 600;

/// What shipped code does not hold: a test that does not run, a hole that panics, a print left behind.
const HALF_DONE: &[&str] = &["#[ignore", "#[should_panic", "todo!", "unimplemented!", "dbg!"];

/// How an absolute path of somebody's machine begins.
const PLACES: &[&str] = &["/home/", "/root/", "/Users/", "C:\\Users", "/work/", "/tmp/"];

/// What is not right about a Rust file.
fn untidy(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > MOST_LINES {
        found.push(format!("{}: {lines} lines; at most {MOST_LINES}", source.path));
    }
    if !source.text.starts_with("//! ") {
        found.push(format!("{}: does not open with a `//!` head", source.path));
    }
    let code = code(&source.text);
    for (number, (line, code)) in source.text.lines().zip(code.lines()).enumerate() {
        let mut at = |what: String| found.push(format!("{}:{}: {what}", source.path, number + 1));
        for half_done in HALF_DONE.iter().filter(|half_done| code.contains(*half_done)) {
            at(format!("holds {half_done}"));
        }
        if line.contains("TODO") || line.contains("FIXME") {
            at("is left for later: do it, or say in an issue why not".to_owned());
        }
        if line.ends_with(' ') || line.contains('\t') {
            at("ends with a blank, or holds a tab".to_owned());
        }
    }
    found
}

/// The places of one machine in a text.
fn places(path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().enumerate();
    let of_a_machine = |line: &str| {
        PLACES.iter().any(|place| {
            line.match_indices(place).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|before| !before.is_alphanumeric() && !['.', '_', '-', '~', '}', ':', '/'].contains(&before))
            })
        })
    };
    lines.filter(|(_, line)| of_a_machine(line)).map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())).collect()
}

/// Every text that ships, but this file, which must name what it forbids.
fn texts() -> Vec<(String, String)> {
    let root = project();
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in ["src", "tests", "benches", "scenarios", "assets", ".ci", ".github"] {
        files_below(&root.join(folder), &mut paths);
    }
    paths.extend(["Cargo.toml", "README.md", "CHANGELOG.md", "clippy.toml"].map(|file| root.join(file)));
    let is_text = |path: &PathBuf| {
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        !matches!(extension.as_deref(), Some("png" | "otf" | "ttf" | "trace" | "snap")) && !path.ends_with("tests/suite/tidy.rs")
    };
    paths.into_iter().filter(|path| path.is_file() && is_text(path)).map(|path| (name(&path), read(&path))).collect()
}

#[test]
fn every_file_is_short_headed_and_finished() {
    let untidy: Vec<_> = sources().iter().filter(|source| source.path != "tests/suite/tidy.rs").flat_map(untidy).collect();
    assert!(untidy.is_empty(), "{}", untidy.join("\n"));
}

#[test]
fn no_text_names_a_place_of_one_machine() {
    let found: Vec<_> = texts().iter().flat_map(|(path, text)| places(path, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_untidy_is_found() {
    let check = |text: &str| untidy(&Source::new("src/a.rs", text)).len();
    assert_eq!(check("//! Head.\nfn a() {}\n"), 0);
    assert_eq!(check("fn a() {}\n"), 1);
    assert_eq!(check(&format!("//! Head.\n{}", "\n".repeat(MOST_LINES))), 1);
    assert_eq!(check("//! Head.\n#[ignore = \"slow\"]\nfn a() { todo!() }\n"), 2);
    assert_eq!(check("//! Head.\n// TODO: later\nconst A: &str = \"todo!\"; \n"), 2);
    assert_eq!(places("a", "see /home/me/notes and ~/work/a\nhttps://a.org/home/b\n  \"/tmp/x\"").len(), 2);
}

#[test]
fn the_licence_is_one_of_the_two_that_the_package_names() {
    let manifest = read(&project().join("Cargo.toml"));
    assert!(manifest.contains("license = \"MIT OR Apache-2.0\""));
    assert!(read(&project().join("LICENSE-MIT")).contains("Permission is hereby granted, free of charge"));
    assert!(read(&project().join("LICENSE-APACHE")).contains("Version 2.0, January 2004"));
}

//! Who may import whom, and who may touch what: the laws that keep the pipeline straight.
//! Looks at imports only; the looks of the files are in `tidy`.

use crate::source::{Source, project, read, sources};
use std::collections::{BTreeMap, BTreeSet};

/// What each module may import of the others, in the order of lib.rs. A module may leave a permission unused.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("lang", &[]),
    ("id", &[]),
    ("time", &[]),
    ("diagnostic", &["lang"]),
    ("value", &["id", "time"]),
    ("document", &["lang", "id", "time", "diagnostic"]),
    ("scenario", &["lang", "id", "time", "diagnostic", "value", "document"]),
    ("effect", &["id", "time", "value", "scenario"]),
    ("program", &["lang", "id", "time", "diagnostic", "value", "scenario", "effect"]),
    ("trace", &["id", "time", "value", "scenario", "effect", "program"]),
    ("verdict", &["lang", "id", "time", "value", "scenario", "effect", "program", "trace"]),
    ("engine", &["lang", "id", "time", "diagnostic", "value", "scenario", "effect", "program", "trace", "verdict"]),
    ("metrics", &["id", "time", "value", "scenario", "program", "trace", "verdict"]),
    ("export", &["lang", "id", "time", "diagnostic", "value", "scenario", "program", "trace", "verdict", "metrics"]),
    ("picture", &[]),
    ("view", &["lang", "id", "time", "diagnostic", "value", "document", "scenario", "program", "trace", "verdict", "metrics"]),
    (
        "ui",
        &["lang", "id", "time", "diagnostic", "value", "document", "scenario", "program", "trace", "verdict", "metrics", "view"],
    ),
    (
        "app",
        &[
            "lang",
            "id",
            "time",
            "diagnostic",
            "value",
            "document",
            "scenario",
            "program",
            "trace",
            "verdict",
            "engine",
            "metrics",
            "export",
            "picture",
            "view",
            "ui",
        ],
    ),
    (
        "cli",
        &[
            "lang",
            "id",
            "time",
            "diagnostic",
            "value",
            "document",
            "scenario",
            "effect",
            "program",
            "trace",
            "verdict",
            "engine",
            "metrics",
            "export",
            "picture",
            "view",
            "ui",
            "app",
        ],
    ),
];

/// Which modules may use a crate of others; a crate that is not named may be used by all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("eframe", &["app"]),
    ("egui", &["picture", "ui", "app", "cli"]),
    ("egui_plot", &["ui"]),
    ("egui_tiles", &["ui", "app"]),
    ("kdl", &["document"]),
    ("memmap2", &["trace", "engine"]),
    ("png", &["picture"]),
    ("polling", &["engine"]),
    ("procfs", &["engine"]),
    ("rfd", &["app"]),
    ("sysinfo", &["engine"]),
];

/// The modules that are a function of what they are given.
const PURE: &[&str] = &[
    "lang",
    "id",
    "time",
    "diagnostic",
    "value",
    "document",
    "scenario",
    "effect",
    "program",
    "verdict",
    "engine world",
    "engine scheduler",
    "engine simulate",
    "engine explore",
    "engine stepper",
    "metrics",
    "view",
];

/// What a pure module does not name: clocks, threads, files, the environment, and collections in the order of a random hash.
const IMPURE: &[&str] = &[
    "std thread",
    "std fs",
    "std net",
    "std env",
    "std process",
    "std time Instant",
    "std time SystemTime",
    "std collections HashMap",
    "std collections HashSet",
    "std hash RandomState",
    "std collections hash_map RandomState",
    "crossbeam",
    "rustix",
    "tempfile",
];

/// Folders whose files still name each other in a circle: each is a debt to be paid.
const TIED: &[&str] = &[];

fn table() -> BTreeMap<&'static str, &'static [&'static str]> {
    MAY_IMPORT.iter().copied().collect()
}

fn starts_with(path: &[String], words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    path.len() >= words.len() && path.iter().zip(words).all(|(part, word)| part == word)
}

/// The imports of `source` that the tables do not allow.
fn forbidden(source: &Source) -> Vec<String> {
    let module = source.module();
    let Some(top) = module.first() else { return Vec::new() };
    let table = table();
    let pure = PURE.iter().any(|pure| starts_with(&module, pure));
    let mut forbidden = BTreeSet::new();
    for path in source.paths() {
        let (root, next) = (path[0].as_str(), path.get(1).map(String::as_str));
        let outside = next.filter(|next| root == "crate" && *next != top && table.contains_key(next));
        let import = outside.is_some_and(|next| !table.get(top.as_str()).is_some_and(|allowed| allowed.contains(&next)));
        let used = MAY_USE.iter().find(|(name, _)| *name == root).is_some_and(|(_, allowed)| !allowed.contains(&top.as_str()));
        let impure = pure && IMPURE.iter().any(|impure| starts_with(&path, impure));
        if import || used || impure {
            forbidden.insert(format!("{}: {}", source.path, path.join("::")));
        }
    }
    forbidden.into_iter().collect()
}

/// The folder's files that `source` names: (folder, file, file it names).
fn siblings(source: &Source) -> Vec<(String, String, String)> {
    let module = source.module();
    let mut named = Vec::new();
    for path in source.paths().iter().filter(|path| path[0] == "crate") {
        let target = &path[1..];
        let shared = module.iter().zip(target).take_while(|(from, to)| from == to).count();
        if shared < module.len() && shared < target.len() {
            named.push((module[..shared].join("::"), module[shared].clone(), target[shared].clone()));
        }
    }
    named
}

/// A way round among files of one folder, if there is one.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk<'a>(
        at: &'a str,
        arrows: &'a BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|&name| name == at) {
            return Some(way[start..].iter().map(|&name| name.to_owned()).collect());
        }
        if !done.insert(at) {
            return None;
        }
        way.push(at);
        let found = arrows.get(at).into_iter().flatten().find_map(|next| walk(next, arrows, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    arrows.keys().find_map(|start| walk(start, arrows, &mut Vec::new(), &mut done))
}

fn circles(sources: &[Source]) -> Vec<String> {
    let files: BTreeSet<String> = sources.iter().map(|source| source.module().join("::")).collect();
    let mut folders: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (folder, from, to) in sources.iter().flat_map(siblings) {
        let target = if folder.is_empty() { to.clone() } else { format!("{folder}::{to}") };
        if files.contains(&target) {
            folders.entry(folder).or_default().entry(from).or_default().insert(to);
        }
    }
    let found = folders.iter().filter_map(|(folder, arrows)| Some((folder, circle(arrows)?)));
    found.map(|(folder, way)| format!("crate::{folder}: {}", way.join(" → "))).collect()
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let forbidden: Vec<_> = sources().iter().flat_map(forbidden).collect();
    assert!(forbidden.is_empty(), "imports that the tables above do not allow:\n{}", forbidden.join("\n"));
}

#[test]
fn the_table_names_the_modules_in_reading_order_and_points_up() {
    let lib = read(&project().join("src/lib.rs"));
    let modules: Vec<_> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let named: Vec<_> = MAY_IMPORT.iter().map(|(module, _)| *module).collect();
    assert_eq!(modules, named);
    for (place, (module, allowed)) in MAY_IMPORT.iter().enumerate() {
        for import in *allowed {
            assert!(named[..place].contains(import), "{module} may import {import}, which does not stand above it");
        }
    }
}

#[test]
fn what_is_made_from_a_trace_cannot_know_the_engine() {
    for module in ["metrics", "export", "view", "ui", "picture"] {
        assert!(!table()[module].contains(&"engine"), "{module} must not tell which engine made a trace");
    }
}

#[test]
fn no_files_of_a_folder_import_each_other_in_a_circle() {
    let mut circles = circles(&sources());
    circles.retain(|circle| TIED.iter().all(|folder| !circle.starts_with(&format!("crate::{folder}:"))));
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n"));
}

#[test]
fn a_forbidden_import_is_found() {
    let check = |path: &str, text: &str| forbidden(&Source::new(path, text));
    assert_eq!(check("src/metrics/waits.rs", "use crate::engine::Engine;"), ["src/metrics/waits.rs: crate::engine::Engine"]);
    assert_eq!(check("src/ui/mod.rs", "fn f() { super::engine::run() }"), ["src/ui/mod.rs: crate::engine::run"]);
    assert_eq!(check("src/scenario/read.rs", "use kdl::KdlNode;"), ["src/scenario/read.rs: kdl::KdlNode"]);
    assert_eq!(check("src/view/axis.rs", "use egui::Pos2;"), ["src/view/axis.rs: egui::Pos2"]);
    assert_eq!(check("src/engine/world/mod.rs", "use std::{fmt, fs::File};"), ["src/engine/world/mod.rs: std::fs::File"]);
    assert!(check("src/engine/real/mod.rs", "use std::fs::File; use crate::trace::Event;").is_empty());
}

#[test]
fn a_circle_is_found() {
    let files = [
        Source::new("src/view/a.rs", "use super::b::B;"),
        Source::new("src/view/b.rs", "use crate::view::c::d::D;"),
        Source::new("src/view/c/mod.rs", "mod d;"),
        Source::new("src/view/c/d.rs", "use super::C; use crate::view::a::A;"),
        Source::new("src/view/mod.rs", "mod a; mod b; mod c; use a::A;"),
    ];
    assert_eq!(circles(&files), ["crate::view: a → b → c"]);
    assert!(circles(&files[..3]).is_empty());
}

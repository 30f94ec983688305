//! The language from outside: a text for every code of the catalog, and the command line on good and bad files.

#![expect(clippy::disallowed_methods, reason = "files are written and the program is started here")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use coreyard::diagnostic::catalog::CATALOG;
use coreyard::program::compile::compile;
use coreyard::scenario::assist::mentions::Mentions;
use coreyard::scenario::assist::rename;
use coreyard::scenario::load_with;

/// A text that tells each code, with what `--let` adds, or what comes of calling its first word by another name.
const TOLD: &[(&str, &str)] = &[
    ("E0003", "lock a\0"),
    ("E0101", "lock (a"),
    ("E0102", "main {"),
    ("E0103", "}"),
    ("E0104", "lock \"a"),
    ("E0105", "/* a"),
    ("E0107", "main { if x { } else { } }"),
    ("E0201", "lokc a"),
    ("E0204", "lock a colour=red"),
    ("E0205", "lock"),
    ("E0206", "queue q 3"),
    ("E0207", "lock a kind=fair kind=spin"),
    ("E0210", "main { sleep min=1 }"),
    ("E0211", "lock a { }"),
    ("E0212", "main"),
    ("E0213", "main { else { } }"),
    ("E0214", "lock a kind=fast"),
    ("E0215", "lock a-b"),
    ("E0216", "let x \"1 +\""),
    ("E0218", "let x \"(1\""),
    ("E0219", "let x \"1 2\""),
    ("E0220", "let x \"'a\""),
    ("E0222", "let x 99999999999999999999"),
    ("E0223", "let x \"1 = 2\""),
    ("E0224", "main { print \"{a\" }"),
    ("E0225", "main { print \"a}\" }"),
    ("E0226", "compute ms=1"),
    ("E0227", "main { lock a }"),
    ("E0228", "main { about x }"),
    ("E0229", "shared a 0 atomic=1"),
    ("E0230", "main { while a>=b { } }"),
    ("E0301", "lock a; lock a"),
    ("E0302", "main { print \"{a}\" }"),
    ("E0303", "queue q; main { with q { } }"),
    ("E0304", "lock a; main { let a 1 }"),
    ("E0305", "let N 1 // --let M=1"),
    ("E0306", "let N 1 // --let N=+"),
    ("E0309", "machine cores=1; machine cores=2"),
    ("E0307", "lock a // --rename b"),
    ("E0308", "main { print a } // --rename b"),
    ("E0401", "shared a 0; let N a; thread t count=N { }"),
    ("E0402", "let N 1000000000; thread t count=N { }"),
    ("E0424", "process p count=100 { thread t count=200 { } }"),
    ("E0209", "thread t count=1000000000 { }"),
    ("E0440", "lock a across-processes=#true kind=fair; main { with a { } }"),
    ("E0442", "main { run-command echo }"),
    ("E0441", "lock a; condition c lock=a across-processes=#true; main { with c { } }"),
    ("E0403", "main { break }"),
    ("E0404", "shared a 0; main { swap a 1 }"),
    ("E0405", "routine r { }; main { call r 1 }"),
    ("E0406", "let x \"sin(1)\""),
    ("E0407", "lock a; main { release a }"),
    ("E0408", "main { raise }"),
    ("E0409", "lock a"),
    ("E0410", "let N 1; main { set N 2 }"),
    ("E0411", "lock a count=2; main { with a { } }"),
    ("E0412", "lock a; main { with \"a[0]\" { } }"),
    ("E0413", "semaphore a permits=1.5"),
    ("E0414", "main { sleep ms=\"'a'\" }"),
    ("E0415", "main { compute }"),
    ("E0416", "expect always"),
    ("E0417", "main { print \"{peak('a')}\" }"),
    ("E0418", "invariant \"rand(2) == 1\""),
    ("E0419", "thread t { }; main { start t }"),
    ("E0433", "list l; main { set \"l[0]\" 1 }"),
    ("E0434", "routine r { yield 1 }; main { for x in=r { print x } }"),
    ("E0430", "main { yield 1 }"),
    ("E0431", "routine r { yield 1 }\nmain { call r }"),
    ("E0432", "routine r { print \"x\" }\nmain { generator r into=g }"),
    ("E0420", "main { try { yield-cpu } }"),
    ("E0421", "let N \"N + 1\""),
    ("E0422", "main { repeat 2 as=i { mark \"turn {i}\" { yield-cpu } } }"),
    ("E0423", "main { mark \"one\" { yield-cpu } }\ninvariant \"peak('on') <= 1\""),
    ("W0401", "lock a; main { acquire a }"),
    ("W0402", "main { return; yield-cpu }"),
    ("E0450", "main { await sleep ms=1 }"),
    ("E0451", "routine r async=#true { }\nmain { spawn r }"),
    ("E0452", "event-loop l\nroutine r { }\nmain { run-loop l r }"),
    ("E0453", "routine r async=#true { yield 1 }\nmain { generator r into=g; next g }"),
    ("E0454", "event-loop l; file f kb=1\ncoroutine c loop=l { await read-file f }"),
    ("W0450", "event-loop l\ncoroutine c loop=l { sleep ms=1 }"),
    ("W0455", "event-loop l; file f kb=1\ncoroutine c loop=l { read-file f }"),
    ("W0456", "event-loop l\nroutine r { sleep ms=1 }\ncoroutine c loop=l { call r }"),
    ("W0451", "routine r async=#true { }\nmain { call r }"),
    ("W0403", "main { try { yield-cpu }\n except Nobody { } }"),
    ("W0404", "main { loop { let x 1 } }"),
    ("W0405", "thread t start=#false { }"),
    ("W0406", "queue q; main { get q }"),
    ("W0407", "main { let x \"1 // 0\" }"),
    ("W0408", "main { raise Nonsense }"),
    ("W0409", "lock a count=2; main { with \"a[2]\" { } }"),
];

/// Codes of texts too long to be written above.
fn long() -> Vec<(&'static str, String)> {
    vec![
        ("E0002", "x".repeat(2 << 20)),
        ("E0106", format!("{}b{}", "a {".repeat(65), "}".repeat(65))),
        ("E0221", format!("let x \"{}1{}\"", "(".repeat(100), ")".repeat(100))),
    ]
}

fn codes(text: &str) -> Vec<&'static str> {
    let given = text.split_once("--let ").and_then(|(_, given)| coreyard::scenario::overrides::split(given));
    let overrides: Vec<_> = given.into_iter().collect();
    let checked = load_with(text, &overrides);
    let mut codes: Vec<_> = checked.diagnostics.iter().map(|told| told.code).collect();
    if let Some((_, name)) = text.split_once("--rename ") {
        codes.extend(rename(&Mentions::of(text), 0, name).diagnostics.iter().map(|told| told.code));
    }
    if !checked.has_errors() {
        codes.extend(compile(&checked.value, &[]).diagnostics.iter().map(|told| told.code));
    }
    codes
}

#[test]
fn every_code_has_a_text_that_tells_it() {
    let long = long();
    let all: BTreeMap<&str, &str> = TOLD.iter().copied().chain(long.iter().map(|(code, text)| (*code, text.as_str()))).collect();
    for (code, text) in &all {
        let shown: String = text.chars().take(80).collect();
        assert!(codes(text).contains(code), "{code} {shown}: {:?}", codes(text));
    }
    for row in CATALOG {
        assert!(all.contains_key(row.code), "{} has no text", row.code);
    }
}

fn coreyard(folder: &Path, arguments: &[&str], input: &str) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_coreyard"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is built with the tests");
    // One that ends without reading closes the pipe, which is its right.
    drop(child.stdin.take().expect("it was asked for").write_all(input.as_bytes()));
    child.wait_with_output().expect("it ends")
}

/// The exit code, then both outputs.
fn check(folder: &Path, arguments: &[&str], input: &str, expect: &str) {
    let Output { status, stdout, stderr } = coreyard(folder, arguments, input);
    let shown =
        format!("{} {}{}", status.code().unwrap_or(-1), String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(shown.starts_with(expect), "{arguments:?}: {shown}");
}

#[test]
fn bad_files_are_told_with_exit_code_two() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let at = folder.path();
    std::fs::write(at.join("latin.kdl"), b"lock \xe9").expect("the folder is ours");
    std::fs::write(at.join("big.kdl"), "a".repeat(10_000_000)).expect("the folder is ours");
    check(at, &["check", "gone.kdl"], "", "2 gone.kdl: there is no such file");
    check(
        at,
        &["check", "philosofers"],
        "",
        "2 philosofers: there is no such file, and no built-in scenario of this name; did you mean `philosophers`?",
    );
    check(at, &["check", "latin.kdl"], "", "2 latin.kdl: the file is not UTF-8 text: byte 6");
    check(at, &["check", "."], "", "2 .: it is a folder");
    check(at, &["check", "--lang", "zh", "gone.kdl"], "", "2 gone.kdl：没有这个文件，也没有叫这个名字的内置场景");
    check(at, &["run", "--lang", "zh", "."], "", "2 .：它是文件夹");
    check(at, &["blocks", "--lang", "zh", "loc"], "", "2 没有块 `loc`；是不是想写 `lock`？");
    check(at, &["show", "--lang", "zh", "philosofers"], "", "2 没有内置场景 `philosofers`；是不是想写 `philosophers`？");
    check(at, &["show-trace", "--lang", "zh", "gone.tr"], "", "2 coreyard：gone.tr：没有这个文件");
    check(at, &["check", "--lang", "en", "big.kdl"], "", "2 error[E0002]: the text has 9.5 MB; the limit is 1 MB");
    check(at, &["check", "--lang", "en", "-"], "", "2 error[E0409]: nothing runs");
    check(at, &["check", "--lang", "zh", "-"], "main { break }", "2 错误[E0403]: `break` 不在任何循环里\n --> <stdin>:1:8\n");
    check(at, &["check", "--lang", "en", "-"], "main { yield-cpu }", "0 <stdin>: no problems");
    check(at, &["show", "nothing-like-it"], "", "2 there is no built-in scenario");
    check(at, &["blocks", "greenlets"], "", "2 there is no block `greenlets`; did you mean `greenlet`?");
    check(at, &["check", "--let", "N", "philosophers"], "", "2 error: invalid value 'N'");
}

#[test]
fn fmt_changes_a_file_once_and_leaves_a_bad_one_alone() {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let at = folder.path();
    let [good, bad] = ["good.kdl", "bad.kdl"].map(|name| at.join(name));
    std::fs::write(&good, "main{yield-cpu}").expect("the folder is ours");
    std::fs::write(&bad, "main{  yield-cpu").expect("the folder is ours");
    check(at, &["fmt", "--check", "good.kdl"], "", "1 good.kdl\n");
    check(at, &["fmt", "good.kdl"], "", "0 ");
    check(at, &["fmt", "--check", "good.kdl"], "", "0 ");
    check(at, &["fmt", "--lang", "en", "bad.kdl"], "", "2 error[E0102]");
    assert_eq!(std::fs::read_to_string(good).expect("it was written"), "main { yield-cpu }\n");
    assert_eq!(std::fs::read_to_string(bad).expect("it was kept"), "main{  yield-cpu");
    check(at, &["fmt", "-"], "lock  a", "0 lock a\n");
}

#[test]
fn json_is_json() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for arguments in [&["check", "--json", "-"][..], &["list", "--json"], &["blocks", "--json"], &["blocks", "with", "--json"]] {
        let output = coreyard(here, arguments, "main { break }");
        let read: Result<serde_json::Value, _> = serde_json::from_slice(&output.stdout);
        assert!(read.is_ok(), "{arguments:?}");
    }
}

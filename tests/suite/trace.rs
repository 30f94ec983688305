//! Saved runs: `run --trace`, `show-trace`, files that were cut short, places that cannot be written.
#![expect(clippy::disallowed_methods, reason = "these tests start the program and cut its files")]

use std::path::Path;
use std::process::Command;

const TEXT: &str = "lock l\nshared n 0\nthread t count=2 { repeat 40 { with l { set n \"n + 1\" } }; print \"{name} ends\" }\n\
                    expect always \"n == 80\"\n";

/// Exit code, standard output, standard error.
fn coreyard(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_coreyard")).args(arguments).output().expect("the program was built");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    (output.status.code().expect("it was not killed"), text(output.stdout), text(output.stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the folder for temporary files has a plain name")
}

#[test]
fn a_saved_run_is_reported_again_with_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let [scenario, saved] = ["s.kdl", "s.coretrace"].map(|name| folder.path().join(name));
    std::fs::write(&scenario, TEXT).unwrap();
    for engine in ["real", "stepper"] {
        let (code, live, err) =
            coreyard(&["run", path(&scenario), "--engine", engine, "--json", "--lang", "en", "--trace", path(&saved)]);
        assert_eq!(code, 0, "{err}");
        let (code, again, err) = coreyard(&["show-trace", path(&saved), "--json", "--lang", "en"]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(again, live);
        let (_, shown, _) = coreyard(&["show-trace", path(&saved), "--lang", "en"]);
        assert!(
            shown.contains("s.kdl") && shown.contains("✓ expect always \"n == 80\"") && shown.contains("t-1 ends"),
            "{shown}"
        );
    }
}

#[test]
fn a_trace_cut_short_opens_as_far_as_it_goes_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let [scenario, saved] = ["s.kdl", "s.coretrace"].map(|name| folder.path().join(name));
    std::fs::write(&scenario, TEXT).unwrap();
    assert_eq!(coreyard(&["run", path(&scenario), "--engine", "stepper", "--trace", path(&saved)]).0, 0);
    let whole = std::fs::read(&saved).unwrap();
    std::fs::write(&saved, &whole[..whole.len() - 100]).unwrap();
    let (code, shown, err) = coreyard(&["show-trace", path(&saved), "--lang", "en"]);
    assert_eq!(code, 3);
    assert!(err.contains("cut short") && err.contains(path(&saved)), "{err}");
    assert!(shown.contains("n = 80"), "{shown}");
    std::fs::write(&saved, &whole[..40]).unwrap();
    let (code, shown, err) = coreyard(&["show-trace", path(&saved), "--lang", "en"]);
    assert_eq!((code, shown.as_str()), (2, ""));
    assert!(err.contains("damaged"), "{err}");
}

#[test]
fn what_is_no_trace_is_told_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.kdl");
    let (code, _, err) = coreyard(&["show-trace", path(&file)]);
    assert_eq!(code, 2);
    assert!(err.contains(path(&file)), "{err}");
    std::fs::write(&file, TEXT).unwrap();
    let (code, _, err) = coreyard(&["show-trace", path(&file)]);
    assert_eq!(code, 2);
    assert!(err.contains("not a saved run"), "{err}");
}

#[test]
fn a_place_that_cannot_be_is_told_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("s.kdl");
    std::fs::write(&scenario, TEXT).unwrap();
    let place = folder.path().join("nowhere").join("s.coretrace");
    let (code, out, err) = coreyard(&["run", path(&scenario), "--engine", "stepper", "--lang", "en", "--trace", path(&place)]);
    assert_eq!(code, 2);
    assert!(out.is_empty(), "{out}");
    assert!(err.contains(path(&place)) || err.contains("nowhere"), "{err}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["s.kdl"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("s.kdl");
    std::fs::write(&scenario, TEXT).unwrap();
    let (code, out, err) = coreyard(&["run", path(&scenario), "--engine", "stepper", "--lang", "en", "--trace", "/dev/full"]);
    assert_eq!(code, 3);
    assert!(out.contains("n = 80") && err.contains("/dev/full"), "{out}{err}");
}

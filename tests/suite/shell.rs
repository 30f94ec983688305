//! The program as its users meet it: started as a process, judged by its exit code and what it wrote.
//! Owns no expectation. A program that hangs is ended after [`PATIENCE`] and fails the test that asked.

#![expect(clippy::disallowed_methods, reason = "a test of the program starts it and writes files for it")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Far longer than anything here takes on the slowest machine: only a hang reaches it.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Answer {
    /// Both streams.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// `coreyard` with these arguments, with no display to open a window on.
pub(crate) fn coreyard<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Answer {
    finish(start(arguments))
}

/// Starts it and comes back.
pub(crate) fn start<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Child {
    command(arguments).spawn().expect("the program starts")
}

fn command<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coreyard"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(display);
    }
    // What a call leaves behind (pictures, recovered texts, settings) stays in the build's own folder.
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    for home in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env(home, env!("CARGO_TARGET_TMPDIR"));
    }
    command.env("LANG", "en_GB.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANGUAGE");
    command
}

/// Waits for its end, reading all it writes.
pub(crate) fn finish(mut child: Child) -> Answer {
    let (sender, ended) = mpsc::channel::<()>();
    let out = reader(child.stdout.take().expect("piped"), sender.clone());
    let err = reader(child.stderr.take().expect("piped"), sender);
    // Both readers drop their senders when the program has closed its streams.
    let hung = matches!(ended.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Timeout));
    if hung {
        child.kill().expect("it is ours to end");
    }
    let status = child.wait().expect("it was started here");
    let answer =
        Answer { code: status.code(), out: out.join().expect("reads to the end"), err: err.join().expect("reads to the end") };
    assert!(!hung, "hung, having said:\n{answer:?}");
    answer
}

fn reader(mut from: impl std::io::Read + Send + 'static, alive: mpsc::Sender<()>) -> std::thread::JoinHandle<String> {
    let read = move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        drop(alive);
        String::from_utf8(bytes).expect("the program writes UTF-8")
    };
    std::thread::Builder::new().name("reader".into()).spawn(read).expect("a thread can be made")
}

/// A folder that goes away with it.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// A new empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file into it.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let mut file = std::fs::File::create(&path).expect("a file can be made");
        file.write_all(content.as_ref()).expect("a file can be written");
        path
    }
}

/// `path` as an argument.
pub(crate) fn argument(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

//! Reads and checks long texts beside the window's thread, the latest first: what is found carries the version it is true of.

use crossbeam::channel::{Receiver, Sender, unbounded};

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::program::compile;
use crate::scenario;

/// What is known of a text.
#[derive(Debug)]
pub(super) struct Findings {
    /// Which text.
    pub(super) version: u64,
    /// What is wrong with it.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a text that has been read as a document.
pub(super) fn check(document: &Document, version: u64) -> Findings {
    let read = scenario::read_document(document, &[]);
    let mut diagnostics = read.diagnostics;
    if !diagnostics.iter().any(|told| told.severity == Severity::Error) {
        diagnostics.extend(compile::compile(&read.value, &[]).diagnostics);
    }
    Findings { version, diagnostics }
}

/// A thread that checks.
pub(super) struct Checker {
    send: Sender<(u64, String)>,
    found: Receiver<Findings>,
}

impl Checker {
    /// Starts the thread; `wake` is called when something was found. None where the system refuses a thread.
    pub(super) fn start(wake: impl Fn() + Send + 'static) -> Option<Self> {
        let (send, texts) = unbounded::<(u64, String)>();
        let (tell, found) = unbounded();
        let checks = move || {
            // Kept from text to text: what did not change is not read again.
            let mut document = Document::default();
            while let Ok(first) = texts.recv() {
                let (version, text) = texts.try_iter().last().unwrap_or(first);
                document.set_text(text);
                // Nobody asks any more when the window has closed meanwhile.
                if tell.send(check(&document, version)).is_err() {
                    return;
                }
                wake();
            }
        };
        std::thread::Builder::new().name("checker".to_owned()).spawn(checks).ok().map(|_detached| Self { send, found })
    }

    /// Has a text checked.
    pub(super) fn ask(&self, version: u64, text: String) {
        // The thread lives as long as this does.
        drop(self.send.send((version, text)));
    }

    /// The latest that was found.
    pub(super) fn found(&self) -> Option<Findings> {
        self.found.try_iter().last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_text_is_checked_and_says_which_it_was() {
        let (told, wait) = unbounded();
        let checker = Checker::start(move || told.send(()).unwrap()).unwrap();
        for version in 1..=50 {
            checker.ask(version, format!("lok a{version}\n"));
        }
        let mut last = 0;
        while last < 50 {
            wait.recv().expect("the thread goes on until the last");
            if let Some(found) = checker.found() {
                assert!(found.version > last && found.diagnostics.len() == 1, "{found:?}");
                last = found.version;
            }
        }
    }
}

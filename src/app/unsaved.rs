//! Text that was not saved, on the disk: a file for each window that runs, and beside it one that the window holds locked.
//! A lock ends with its process, however that ends: what nobody holds was left behind. Does not decide what is worth keeping.
#![expect(clippy::disallowed_methods, reason = "the shell's own files")]

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::replacing::replace;

/// What the files of texts and their locks begin with and end in.
const PREFIX: &str = "unsaved";
const TEXT: &str = "json";
const LOCK: &str = "lock";
/// Names tried for a new file; each is refused only if another window tidies up in that very moment.
const MOST_TRIES: usize = 8;

/// Text that was not saved.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unsaved {
    /// Where it belongs; none for a new one.
    pub path: Option<PathBuf>,
    /// When the file it was made from had been changed last, as far as that is known.
    #[serde(default)]
    pub on_disk: Option<SystemTime>,
    /// The text.
    pub text: String,
}

/// The file of one window, for as long as this is there.
#[derive(Debug)]
pub(super) struct Slot {
    text: PathBuf,
    lock: PathBuf,
    /// Held locked, where the file system knows locks.
    _held: File,
}

/// A text from a window that has ended without saving it: held, so that no other window offers it meanwhile.
#[derive(Debug)]
pub(super) struct LeftBehind {
    /// The text.
    pub(super) unsaved: Unsaved,
    /// Its file.
    pub(super) slot: Slot,
}

impl Slot {
    /// One that no other window has had.
    pub(super) fn new_in(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        for _ in 0..MOST_TRIES {
            let new = tempfile::Builder::new().prefix(&format!("{PREFIX}-")).suffix(&format!(".{LOCK}")).tempfile_in(folder)?;
            let (held, lock) = new.keep().map_err(|failed| failed.error)?;
            // Between its making and its locking another window may have taken it for one that is left.
            if is_locked_now(&held) && lock.exists() {
                return Ok(Self { text: lock.with_extension(TEXT), lock, _held: held });
            }
        }
        Err(io::Error::from(io::ErrorKind::ResourceBusy))
    }

    /// That of this text, unless the window it belongs to runs.
    fn left(text: PathBuf) -> Option<Self> {
        let lock = text.with_extension(LOCK);
        let held = File::options().create(true).truncate(false).write(true).open(&lock).ok()?;
        is_locked_now(&held).then_some(Self { text, lock, _held: held })
    }

    /// Writes the text.
    pub(super) fn keep(&self, unsaved: &Unsaved) -> io::Result<()> {
        replace(&self.text, &serde_json::to_vec_pretty(unsaved)?)
    }

    /// Takes the text away.
    pub(super) fn forget(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.text) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes the text and its lock away.
    pub(super) fn leave(&self) -> io::Result<()> {
        // The lock last: a text without one counts as left behind.
        self.forget()?;
        std::fs::remove_file(&self.lock)
    }
}

/// Whether the lock is now held here; also where there are no locks, so that no text is ever passed over.
fn is_locked_now(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// What windows that run no more have left in `folder`, the latest first.
pub(super) fn left_behind(folder: &Path) -> Vec<LeftBehind> {
    let mut found = Vec::new();
    for path in files(folder) {
        let is_text = path.extension().is_some_and(|ending| ending == TEXT);
        if is_text && let Some((at, unsaved)) = read(&path) {
            found.extend(Slot::left(path).map(|slot| (at, LeftBehind { unsaved, slot })));
        } else if !is_text && !path.with_extension(TEXT).exists() {
            // A window that ended with nothing to keep, but did not end well.
            let left = Slot::left(path.with_extension(TEXT));
            drop(left.map(|slot| slot.leave()));
        }
    }
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    found.into_iter().map(|(_, left)| left).collect()
}

/// Every text that is kept in `folder`, also those of windows that run; the latest first.
pub(super) fn kept(folder: &Path) -> Vec<Unsaved> {
    let texts = files(folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == TEXT));
    let mut found: Vec<_> = texts.filter_map(|path| read(&path)).collect();
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    found.into_iter().map(|(_, unsaved)| unsaved).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_ours = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        let ending = Path::new(&name).extension().is_some_and(|ending| ending == TEXT || ending == LOCK);
        ending && name.to_string_lossy().starts_with(PREFIX)
    };
    entries.filter(is_ours).map(|entry| entry.path()).collect()
}

fn read(path: &Path) -> Option<(SystemTime, Unsaved)> {
    let at = std::fs::metadata(path).and_then(|there| there.modified()).ok()?;
    Some((at, serde_json::from_slice(&std::fs::read(path).ok()?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Unsaved {
        Unsaved { path: None, on_disk: None, text: text.to_owned() }
    }

    fn offered(folder: &Path) -> Vec<String> {
        let mut texts: Vec<_> = left_behind(folder).into_iter().map(|left| left.unsaved.text).collect();
        texts.sort();
        texts
    }

    #[test]
    fn what_dead_windows_left_is_offered_and_what_a_live_one_keeps_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let slots = ["a", "b", "c"].map(|words| {
            let slot = Slot::new_in(folder.path()).unwrap();
            slot.keep(&text(words)).unwrap();
            slot
        });
        assert_eq!(offered(folder.path()), [""; 0], "all three run");
        assert_eq!(kept(folder.path()).len(), 3);
        let [a, _runs, c] = slots;
        drop((a, c));
        assert_eq!(offered(folder.path()), ["a", "c"]);

        let asked_about = left_behind(folder.path());
        assert_eq!(offered(folder.path()), [""; 0], "a window asks about them");
        for left in asked_about {
            left.slot.leave().unwrap();
        }
        assert_eq!(offered(folder.path()), [""; 0]);
    }

    #[test]
    fn a_text_of_an_earlier_version_is_offered_and_damage_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("unsaved.json"), "{ \"path\": null, \"text\": \"old\" }").unwrap();
        std::fs::write(folder.path().join("unsaved-x.json"), "{").unwrap();
        std::fs::write(folder.path().join("settings.json"), "{}").unwrap();
        assert_eq!(offered(folder.path()), ["old"]);
        assert!(folder.path().join("unsaved-x.json").exists());
    }

    #[test]
    fn a_window_that_ends_takes_its_files_along_and_those_of_the_dead_are_tidied_up() {
        let folder = tempfile::tempdir().unwrap();
        let slot = Slot::new_in(folder.path()).unwrap();
        slot.keep(&text("a")).unwrap();
        slot.forget().unwrap();
        slot.forget().unwrap();
        assert_eq!(offered(folder.path()), [""; 0]);
        assert_eq!(files(folder.path()).len(), 1, "its lock stays while it runs");
        slot.leave().unwrap();
        drop(Slot::new_in(folder.path()).unwrap());
        assert_eq!(files(folder.path()).len(), 1);
        assert_eq!(offered(folder.path()), [""; 0]);
        assert_eq!(files(folder.path()).len(), 0);
    }
}

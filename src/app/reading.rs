//! Reads files whole, up to a limit, and says in words why one could not be read. What may never end or never begin (a device, a
//! pipe, a socket) is read only for who can wait: the command line, not the window. Does not know what is in a file.
#![expect(clippy::disallowed_methods, reason = "a shell file: reads the user's files")]

use std::io::{self, Read as _};
use std::path::Path;

use crate::document::MOST_BYTES;
use crate::lang::{Lang, Words};
use crate::trace::file::FileError;
use crate::ui::i18n::{self, fill};

/// Bytes of a text that are read at most: beyond what a scenario may have, so that one too large is shown or told with its place.
pub const MOST_OF_A_TEXT: u64 = 64 * MOST_BYTES as u64;
/// Bytes of a saved run: more than all the events that a run keeps take.
pub const MOST_OF_A_TRACE: u64 = 1 << 30;

/// Whether what is no file may be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipes {
    /// It may: nobody else waits.
    Read,
    /// It must not.
    Refused,
}

/// Why a file could not be read.
#[derive(Debug)]
pub enum Unread {
    /// It is a folder.
    Folder,
    /// It is a device, a pipe or a socket.
    NoFile,
    /// It has more bytes than this.
    TooLarge(u64),
    /// What the system says.
    System(io::Error),
}

impl Unread {
    /// In words, as the end of a sentence.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Folder => i18n::IS_FOLDER.get(lang).to_owned(),
            Self::NoFile => i18n::IS_NO_FILE.get(lang).to_owned(),
            Self::TooLarge(most) => fill(i18n::IS_TOO_LARGE.get(lang), &[&(most >> 20).to_string()]),
            Self::System(error) => why(error, lang),
        }
    }
}

/// What the system says, in words; its own where there are none of ours.
#[must_use]
pub fn why(error: &io::Error, lang: Lang) -> String {
    let words: Words = match error.kind() {
        io::ErrorKind::NotFound => i18n::NOT_THERE,
        io::ErrorKind::PermissionDenied => i18n::NOT_PERMITTED,
        io::ErrorKind::IsADirectory => i18n::IS_FOLDER,
        io::ErrorKind::NotADirectory => i18n::NO_FOLDER,
        io::ErrorKind::StorageFull => i18n::DISK_FULL,
        io::ErrorKind::ReadOnlyFilesystem => i18n::DISK_READ_ONLY,
        _ => return error.to_string(),
    };
    words.get(lang).to_owned()
}

/// Why a file is no saved run, in words.
#[must_use]
pub fn why_no_run(error: FileError, lang: Lang) -> String {
    match error {
        FileError::NotATrace => i18n::IS_NO_RUN.get(lang).to_owned(),
        FileError::Newer(form) => fill(i18n::IS_A_NEWER_RUN.get(lang), &[&form.to_string()]),
        FileError::NoBeginning => i18n::RUN_WITHOUT_BEGINNING.get(lang).to_owned(),
    }
}

/// All bytes of a file of at most so many.
///
/// # Errors
/// When there are more, it is no file, or the system refuses.
pub fn whole(path: &Path, most: u64, pipes: Pipes) -> Result<Vec<u8>, Unread> {
    let there = std::fs::metadata(path).map_err(Unread::System)?;
    if there.is_dir() {
        return Err(Unread::Folder);
    }
    if !there.is_file() && pipes == Pipes::Refused {
        return Err(Unread::NoFile);
    }
    // Before a byte of it: a sparse file of terabytes is refused at once.
    if there.is_file() && there.len() > most {
        return Err(Unread::TooLarge(most));
    }
    let file = std::fs::File::open(path).map_err(Unread::System)?;
    up_to(file, most)
}

/// All bytes that come, at most so many.
///
/// # Errors
/// When more come, or the system refuses.
pub fn up_to(from: impl io::Read, most: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    // What grows while it is read ends here, too.
    from.take(most + 1).read_to_end(&mut bytes).map_err(Unread::System)?;
    if bytes.len() as u64 > most { Err(Unread::TooLarge(most)) } else { Ok(bytes) }
}

/// Whether it is a file that can be read and begins with these bytes.
#[must_use]
pub fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    // Of a pipe they would be gone.
    if !path.is_file() {
        return false;
    }
    let mut first = vec![0; bytes.len()];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of reading it, in both languages.
    fn told(path: &Path, most: u64) -> [String; 2] {
        let read = whole(path, most, Pipes::Refused).expect_err("it is not read");
        [Lang::En, Lang::Zh].map(|lang| read.words(lang))
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(told(folder.path(), 10), ["it is a folder", "它是文件夹"]);
        assert_eq!(told(&folder.path().join("gone"), 10), ["there is no such file or folder", "没有这个文件或文件夹"]);
        #[cfg(unix)]
        {
            let pipe = folder.path().join("pipe");
            rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
            for special in [&pipe, Path::new("/dev/zero")] {
                assert_eq!(told(special, 10)[0], "it is no file but a pipe or a device, which may never end");
                assert!(!begins_with(special, &[0]), "nothing is taken out of it");
            }
            assert!(matches!(whole(Path::new("/dev/zero"), 10, Pipes::Read), Err(Unread::TooLarge(10))));
        }
    }

    #[test]
    fn a_file_larger_than_the_limit_is_refused_and_one_as_large_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(whole(&path, 5, Pipes::Refused).unwrap(), b"12345");
        assert!(matches!(whole(&path, 4, Pipes::Refused), Err(Unread::TooLarge(4))));
        assert!(begins_with(&path, b"123") && !begins_with(&path, b"23") && !begins_with(&path, b"123456"));
        std::fs::File::create(&path).unwrap().set_len(10 << 30).unwrap();
        assert_eq!(told(&path, MOST_OF_A_TEXT), ["it is larger than 64 MB", "它超过了 64 MB"]);
    }
}

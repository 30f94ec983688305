//! Writing what the user asked to keep: whole or not at all.

use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// Writes a file: what was there before stays until the new one is complete. A device or a pipe is written to, not replaced.
///
/// # Errors
/// Those of the file system.
pub(super) fn save(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".coreyard-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The name it has meanwhile is nobody's business.
    let mut new = builder.tempfile_in(folder).map_err(|error| error.kind())?;
    let mut out = BufWriter::new(new.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    new.as_file().sync_all()?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

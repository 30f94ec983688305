//! Writes files so that none is ever left half written. Does not know what is in them.

use std::io::Write as _;
use std::path::Path;

/// Replaces a file as a whole: whatever happens, either the old bytes are there or the new ones.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_not_there_yet| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The name it has meanwhile is nobody's business.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| error.kind())?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // A temporary file is private; the one it replaces keeps its own permissions.
        let mode = std::fs::metadata(path).map_or(0o644, |there| there.permissions().mode());
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

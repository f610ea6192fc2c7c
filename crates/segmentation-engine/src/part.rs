//! Files that take another's place only when they are whole.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, path::Path};

use tempfile::{Builder, NamedTempFile};

/// A file of a name of its own beside the one whose place it is to take, readable by everybody whom the umask allows. It goes
/// unless it is persisted.
pub fn part_of(path: &Path) -> io::Result<NamedTempFile> {
    // Beside it, since a file takes another's place only within one file system.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A collector of metrics reads `.prom` alone.
    Builder::new().prefix(".audience-").suffix(".part").permissions(Permissions::from_mode(0o666)).tempfile_in(folder)
}

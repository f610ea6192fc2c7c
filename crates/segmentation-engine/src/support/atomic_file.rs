//! Files that are replaced atomically.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, path::Path};

use tempfile::{Builder, NamedTempFile};

/// A temporary file next to the one to replace, with the permissions of the umask. It is deleted unless it is
/// persisted.
pub fn create_beside(path: &Path) -> io::Result<NamedTempFile> {
    // In the same folder, since a rename is atomic only within a file system.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A collector of metrics reads only `.prom`.
    Builder::new().prefix(".audience-").suffix(".part").permissions(Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn atomic_file_two_writers_at_once_leave_one_whole_file() {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("audience.prom");
        let [mut first, mut second] = [(); 2].map(|()| create_beside(&path).expect("a file"));
        for line in 0..3 {
            writeln!(first, "first {line}").expect("it is written");
            writeln!(second, "second {line}").expect("it is written");
        }
        let whole = |who: &str| format!("{who} 0\n{who} 1\n{who} 2\n");
        for (part, who) in [(second, "second"), (first, "first")] {
            part.persist(&path).expect("it takes its place");
            assert_eq!(fs::read_to_string(&path).expect("a file"), whole(who));
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }
}

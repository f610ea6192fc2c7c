//! Files that take another's place only when they are whole.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, path::Path};

use tempfile::{Builder, NamedTempFile};

/// A file of a name of its own beside the one whose place it is to take, readable by everybody whom the umask allows. It goes
/// unless it is persisted.
pub fn create_beside(path: &Path) -> io::Result<NamedTempFile> {
    // Beside it, since a file takes another's place only within one file system.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A collector of metrics reads `.prom` alone.
    Builder::new().prefix(".audience-").suffix(".part").permissions(Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn of_two_who_write_the_same_file_at_once_one_leaves_a_whole_one() {
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

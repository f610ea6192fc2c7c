//! Files of results. A regular file takes another's place only when it is whole; a pipe or a device is written into.

use std::{
    fs::{self, File, Metadata, Permissions},
    io,
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use tempfile::{Builder, NamedTempFile};

/// How long a pipe may take to get a reader.
const READER_WITHIN: Duration = Duration::from_secs(30);

/// Who may read a file that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewFile {
    /// The owner: it has personal data.
    Private,
    /// Readable as the umask allows.
    Shared,
}

impl NewFile {
    fn mode(self) -> u32 {
        match self {
            Self::Private => 0o600,
            Self::Shared => 0o666,
        }
    }
}

/// A result on its way to its path. It leaves no trace there unless it is finished, or is written into what is there.
#[derive(Debug)]
pub enum OutputFile {
    /// A pipe, a device, or the target of a link that is not there yet.
    InPlace(File),
    /// A file beside the one whose place it is to take.
    Beside {
        part: NamedTempFile,
        path: PathBuf,
        /// The file that is to be replaced.
        replaced: Option<Box<Metadata>>,
    },
}

impl OutputFile {
    /// Links are followed, so that they stay links.
    pub fn create(path: &Path, new: NewFile) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(found) if found.is_file() => beside(fs::canonicalize(path)?, Some(Box::new(found)), new),
            Ok(found) if found.file_type().is_fifo() => open_pipe(path.to_owned()).map(Self::InPlace),
            Ok(_) => File::options().write(true).open(path).map(Self::InPlace),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Err(_) if path.is_symlink() => {
                let target = File::options().write(true).create(true).truncate(true).mode(new.mode()).open(path);
                target.map(Self::InPlace)
            }
            Err(_) => beside(path.to_owned(), None, new),
        }
    }

    pub fn writer(&self) -> io::Result<File> {
        match self {
            Self::InPlace(file) => file.try_clone(),
            Self::Beside { part, .. } => part.as_file().try_clone(),
        }
    }

    /// Moves the file to its path. If it replaces a file, it keeps that file's mode.
    pub fn finish(self) -> io::Result<()> {
        let Self::Beside { part, path, replaced } = self else { return Ok(()) };
        if let Some(replaced) = replaced {
            // Only root may give files away; others keep what they replace for themselves.
            let _ = chown(part.path(), Some(replaced.uid()), Some(replaced.gid()));
            part.as_file().set_permissions(replaced.permissions())?;
        }
        // Otherwise the name may outlive a crash, and the content not.
        part.as_file().sync_all()?;
        part.persist(path)?;
        Ok(())
    }
}

fn beside(path: PathBuf, replaced: Option<Box<Metadata>>, new: NewFile) -> io::Result<OutputFile> {
    // Beside it, since a file takes another's place only within one file system.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = if replaced.is_some() { NewFile::Private } else { new }.mode();
    // A collector of metrics reads `.prom` alone.
    let part = Builder::new()
        .prefix(".audience-")
        .suffix(".part")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        // The library's error names a file that nobody asked for.
        .map_err(|error| io::Error::from(error.kind()))?;
    Ok(OutputFile::Beside { part, path, replaced })
}

/// Opening a pipe waits for a reader, perhaps for ever. A thread waits in place of the program.
fn open_pipe(path: PathBuf) -> io::Result<File> {
    let (opened, open) = mpsc::channel();
    thread::spawn(move || opened.send(File::options().write(true).open(path)));
    let nobody = || io::Error::new(io::ErrorKind::TimedOut, "no program reads from the pipe");
    open.recv_timeout(READER_WITHIN).map_err(|_| nobody())?
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::fs::symlink};

    use tempfile::TempDir;

    use super::*;

    fn create(path: &Path, new: NewFile) -> OutputFile {
        OutputFile::create(path, new).expect("a file")
    }

    fn write(path: &Path, new: NewFile, text: &str) {
        let output = create(path, new);
        output.writer().and_then(|mut file| file.write_all(text.as_bytes())).expect("it is written");
        output.finish().expect("it takes its place");
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").mode() & 0o777
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).expect("a file")
    }

    #[test]
    fn output_of_two_who_write_the_same_file_at_once_is_that_of_one() {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("audience.prom");
        let [first, second] = [(); 2].map(|()| create(&path, NewFile::Shared));
        for line in 0..3 {
            for (output, who) in [(&first, "first"), (&second, "second")] {
                writeln!(output.writer().expect("a file"), "{who} {line}").expect("it is written");
            }
        }
        let whole = |who: &str| format!("{who} 0\n{who} 1\n{who} 2\n");
        for (output, who) in [(second, "second"), (first, "first")] {
            output.finish().expect("it takes its place");
            assert_eq!(read(&path), whole(who));
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn output_follows_links_and_keeps_modes() {
        let folder = TempDir::new().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        write(&path("private.csv"), NewFile::Private, "new");
        assert_eq!(mode(&path("private.csv")), 0o600);
        for kept in [0o640, 0o666, 0o444] {
            fs::set_permissions(path("private.csv"), Permissions::from_mode(kept)).expect("a mode");
            write(&path("private.csv"), NewFile::Shared, "newer");
            assert_eq!((mode(&path("private.csv")), read(&path("private.csv")).as_str()), (kept, "newer"));
        }

        symlink("private.csv", path("link")).expect("a link");
        symlink("link", path("link to link")).expect("a link");
        symlink("missing.csv", path("dangling")).expect("a link");
        for (link, target) in [("link", "private.csv"), ("link to link", "private.csv"), ("dangling", "missing.csv")] {
            write(&path(link), NewFile::Private, link);
            assert!(path(link).is_symlink(), "{link}");
            assert_eq!(read(&path(target)), link);
        }
        assert_eq!(mode(&path("missing.csv")), 0o600);
        drop(create(&path("private.csv"), NewFile::Shared));
        assert_eq!(read(&path("private.csv")), "link to link", "what is not finished changes nothing");
        assert!(OutputFile::create(folder.path(), NewFile::Shared).is_err(), "a folder is no file");
    }

    #[test]
    fn output_is_written_into_devices() {
        let folder = TempDir::new().expect("a temporary folder");
        let link = folder.path().join("null");
        symlink("/dev/null", &link).expect("a link");
        write(&link, NewFile::Private, "text");
        assert!(link.is_symlink());
        assert!(fs::metadata("/dev/null").expect("a device").file_type().is_char_device());
    }
}

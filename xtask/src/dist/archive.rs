//! A folder that becomes a tarball. Whatever differs between two machines is left out of it: the order, owners, modes and times of
//! files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::process;

/// In the folder; with it, `sha256sum --check SHA256SUMS` checks an unpacked tarball.
const SUMS: &str = "SHA256SUMS";

pub(super) struct Archive {
    out: PathBuf,
    name: String,
    /// Of the last commit, in seconds.
    time: u64,
}

impl Archive {
    /// Replaces an earlier one.
    pub(super) fn new(out: &Path, name: &str) -> Result<Self> {
        let archive = Self { out: out.to_owned(), name: name.to_owned(), time: time_of_commit()? };
        if archive.root().exists() {
            fs::remove_dir_all(archive.root())?;
        }
        Ok(archive)
    }

    pub(super) fn time(&self) -> u64 {
        self.time
    }

    /// The place of a file, in a folder that exists.
    pub(super) fn file(&self, path: &str) -> Result<PathBuf> {
        let file = self.root().join(path);
        let folder = file.parent().unwrap_or(&file);
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(file)
    }

    pub(super) fn folder(&self, path: &str) -> Result<PathBuf> {
        let folder = self.root().join(path);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }

    /// Copies files of the repository, by specifications of git.
    pub(super) fn copy_tracked(&self, specifications: &[&str]) -> Result<()> {
        let mut list = git(&["ls-files", "--"]);
        for path in process::capture(list.args(specifications))?.lines() {
            let from = process::root().join(path);
            fs::copy(&from, self.file(path)?).with_context(|| format!("{} cannot be copied", from.display()))?;
        }
        Ok(())
    }

    /// The tarball. Its sum is beside it.
    pub(super) fn close(self) -> Result<PathBuf> {
        fs::write(self.file(SUMS)?, sums(&self.root(), &files(&self.root())?)?)?;
        let tarball = format!("{}.tar.gz", self.name);
        let mut tar = Command::new("tar");
        tar.current_dir(&self.out).args(["--create", "--format=gnu", "--sort=name", "--mode=u=rwX,go=rX"]);
        tar.args(["--owner=0", "--group=0", "--numeric-owner", &format!("--mtime=@{}", self.time)]);
        // Without its name and time.
        tar.args(["--use-compress-program=gzip --no-name", "--file", &tarball, &self.name]);
        process::capture(&mut tar)?;
        let sum = sums(&self.out, std::slice::from_ref(&tarball))?;
        let tarball = self.out.join(tarball);
        fs::write(tarball.with_extension("gz.sha256"), sum)?;
        Ok(tarball)
    }

    fn root(&self) -> PathBuf {
        self.out.join(&self.name)
    }
}

/// As `sha256sum` prints them.
fn sums(folder: &Path, files: &[String]) -> Result<String> {
    process::capture(Command::new("sha256sum").current_dir(folder).args(files))
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Result<Vec<String>> {
    let listed =
        process::capture(Command::new("find").current_dir(folder).args([".", "-type", "f", "-printf", "%P\\n"]))?;
    let mut files: Vec<_> = listed.lines().map(str::to_owned).collect();
    files.sort();
    Ok(files)
}

/// What is packed has the time of the commit, so it must be what was committed.
pub(super) fn ensure_committed() -> Result<()> {
    let changed = process::capture(&mut git(&["status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "commit or stash first, so that the release is that of a commit:\n{changed}");
    Ok(())
}

fn time_of_commit() -> Result<u64> {
    let time = process::capture(&mut git(&["log", "-1", "--format=%ct"]))?;
    time.trim().parse().context("git gives no time")
}

fn git(arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(process::root()).args(arguments);
    git
}

//! The npm packages, above all that in `frontend/`: checks Node and npm, installs packages, runs scripts.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::process;

const ADVICE: &str =
    "install Node 20.19, 22.13, or 24 and later with npm: https://nodejs.org/en/download (Debian 12 has Node 18)";

/// Fails with advice if Node or npm is missing or too old.
pub(crate) fn tools() -> Result<()> {
    let version = process::capture(Command::new("node").arg("--version")).context(ADVICE)?;
    if !is_enough(&version) {
        bail!("node is {}: {ADVICE}", version.trim());
    }
    process::capture(Command::new("npm").arg("--version")).context(ADVICE).map(drop)
}

/// Writes the TypeScript client of a document into a folder.
pub(crate) fn generate(document: &Path, folder: &Path) -> Result<()> {
    ready()?;
    process::capture(command("node").arg("scripts/generate.mjs").arg(document).arg(folder)).map(drop)
}

pub(crate) fn build() -> Result<()> {
    ready()?;
    process::capture(command("npm").args(["run", "--silent", "build"])).map(drop)
}

/// Its packages are installed.
pub(crate) fn ready() -> Result<()> {
    install(&folder())
}

/// Installs what the lock file of a package lists, unless it is unchanged since the last install.
pub(crate) fn install(package: &Path) -> Result<()> {
    tools()?;
    let changed = |file: &str| fs::metadata(package.join(file)).and_then(|file| file.modified()).ok();
    let installed: Option<SystemTime> = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(());
    }
    ensure_own(&package.join("node_modules"))?;
    eprintln!("installing the packages of {}", package.display());
    process::capture(Command::new("npm").current_dir(package).args(["ci", "--no-audit", "--no-fund"])).map(drop)
}

/// `npm ci` removes all that is in the folder first, also where a link leads.
fn ensure_own(modules: &Path) -> Result<()> {
    if modules.is_symlink() {
        bail!(
            "{} is a symbolic link, and npm would empty the folder that it leads to: remove the link",
            modules.display()
        );
    }
    Ok(())
}

fn folder() -> PathBuf {
    process::root().join("frontend")
}

pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder());
    command
}

/// Of a version such as `v20.19.1`: the packages say which they run on.
fn is_enough(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|number| number.parse().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 13,
        (Some(major), _) => major >= 24_u32,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_not_installed_through_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let [real, link] = ["real", "node_modules"].map(|name| folder.path().join(name));
        ensure_own(&link).expect("nothing is there yet");
        fs::create_dir(&real).expect("a folder");
        ensure_own(&real).expect("it is a folder");
        std::os::unix::fs::symlink(&real, &link).expect("a link");
        let error = ensure_own(&link).expect_err("it is a link").to_string();
        assert!(error.contains("node_modules is a symbolic link") && error.ends_with("remove the link"), "{error}");
        fs::remove_dir(&real).expect("the folder is empty");
        ensure_own(&link).expect_err("it is a link, to nothing");
    }

    #[test]
    fn versions_of_node_are_compared() {
        for version in ["v20.19.0\n", "v22.13.1\n", "v24.0.0\n", "v25.1.0\n"] {
            assert!(is_enough(version), "{version}");
        }
        for version in ["v18.20.4\n", "v20.11.1\n", "v21.7.0\n", "v22.12.0\n", "v23.5.0\n", "", "node"] {
            assert!(!is_enough(version), "{version}");
        }
    }
}

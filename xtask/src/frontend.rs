//! The npm packages, above all that in `frontend/`: checks Node and npm, installs packages, runs scripts.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::process;

const LEAST_NODE: u32 = 20;
const ADVICE: &str = "install Node 20 or later with npm: https://nodejs.org/en/download (Debian 12 has Node 18)";

/// Fails with advice if Node or npm is missing or too old.
pub(crate) fn tools() -> Result<()> {
    let version = process::capture(Command::new("node").arg("--version")).context(ADVICE)?;
    if major(&version).is_none_or(|major| major < LEAST_NODE) {
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
    eprintln!("installing the packages of {}", package.display());
    process::capture(Command::new("npm").current_dir(package).args(["ci", "--no-audit", "--no-fund"])).map(drop)
}

fn folder() -> PathBuf {
    process::root().join("frontend")
}

pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder());
    command
}

/// 20 of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_read() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("18"), None);
    }
}

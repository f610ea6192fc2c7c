//! The npm package in `frontend/`: Node and npm are there, what it needs is installed, its scripts run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::process;

const LEAST_NODE: u32 = 20;
const ADVICE: &str =
    "Node 20 or later is needed, with npm: https://nodejs.org/en/download (Debian 12's own nodejs is 18)";

/// Fails with advice if Node or npm is missing or too old.
pub(crate) fn tools() -> Result<()> {
    let version = process::capture(Command::new("node").arg("--version")).context(ADVICE)?;
    if major(&version).is_none_or(|major| major < LEAST_NODE) {
        bail!("node is {}: {ADVICE}", version.trim());
    }
    process::capture(Command::new("npm").arg("--version")).context(ADVICE).map(drop)
}

/// Writes the TypeScript of a document into a folder.
pub(crate) fn generate(document: &Path, folder: &Path) -> Result<()> {
    ready()?;
    process::capture(command("node").arg("scripts/generate.mjs").arg(document).arg(folder)).map(drop)
}

/// Builds the admin console, which `rpc-server` serves.
pub(crate) fn build() -> Result<()> {
    ready()?;
    process::capture(command("npm").args(["run", "--silent", "build"])).map(drop)
}

/// Installs what the lock file says, unless that was done since it changed.
fn ready() -> Result<()> {
    tools()?;
    let changed = |file: &str| fs::metadata(folder().join(file)).and_then(|file| file.modified()).ok();
    let installed: Option<SystemTime> = changed("node_modules/.package-lock.json");
    if installed.is_some() && installed >= changed("package-lock.json") {
        return Ok(());
    }
    eprintln!("installing the packages of frontend/");
    process::capture(command("npm").args(["ci", "--no-audit", "--no-fund"])).map(drop)
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

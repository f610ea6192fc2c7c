//! The npm package in `frontend/`: Node and npm are there, what it needs is installed, its scripts run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::{
    postgres::{self, Postgres},
    process,
    programs::Programs,
};

const LEAST_NODE: u32 = 20;
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
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

/// Where the browser is that drives the tests of the console.
pub(crate) fn browser() -> Result<PathBuf> {
    BROWSERS.iter().find_map(|name| process::on_path(name)).context("no Chromium: apt-get install chromium")
}

/// Checks types and style; then the document, its examples, and the API from the outside, on both databases; then the
/// console, by itself and in a browser.
pub(crate) fn test() -> Result<()> {
    let browser = browser()?;
    build()?;
    for script in ["check", "lint"] {
        process::run(command("npm").args(["run", "--silent", script]))?;
    }
    let programs = Programs::build(false)?;
    let postgres = Postgres::start()?;
    let mut test = command("npm");
    test.args(["run", "--silent", "test:all"])
        .env("SEGMENTATION_ENGINE", programs.engine)
        .env("RPC_SERVER", programs.server);
    test.env("TEST_POSTGRES_URL", postgres.url()).env("PSQL", postgres::programs()?.join("psql"));
    test.env("DEMO_DATABASE", demonstration()?).env("CHROMIUM", browser);
    process::run(&mut test)
}

/// The database of a small demonstration: as few users as there may be, and twelve days with a run each, since the
/// examples of the document ask for run 12.
fn demonstration() -> Result<PathBuf> {
    const FOLDER: &str = "target/frontend-demo";
    let words = ["xtask", "demo", "--no-serve", "--users", "200", "--days", "11", "--dir", FOLDER];
    crate::run(crate::Arguments::try_parse_from(words)?.chore)?;
    Ok(process::root().join(FOLDER).join("demo.sqlite"))
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

fn command(program: &str) -> Command {
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

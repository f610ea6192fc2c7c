//! Builds the programs of the workspace.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
};

use anyhow::{Context, Result, bail};

use crate::process;

pub(crate) struct Programs {
    pub(crate) engine: PathBuf,
    pub(crate) server: PathBuf,
}

impl Programs {
    pub(crate) fn build(release: bool) -> Result<Self> {
        let executables = build_all(release)?;
        Ok(Self { engine: find(&executables, "segmentation-engine")?, server: find(&executables, "rpc-server")? })
    }
}

/// Builds all programs of the workspace and returns the path of one.
pub(crate) fn build_one(name: &str, release: bool) -> Result<PathBuf> {
    find(&build_all(release)?, name)
}

fn build_all(release: bool) -> Result<Vec<PathBuf>> {
    // With the features of the tests, so that nothing is built twice.
    let mut command = process::cargo(["build", "--workspace", "--all-features", "--bins"]);
    // Compiler errors go to standard error; standard output has the paths of the programs.
    command.arg("--message-format=json-render-diagnostics");
    if release {
        command.arg("--release");
    }
    let mut cargo = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let messages = BufReader::new(cargo.stdout.take().context("cargo has no output")?);
    let executables = messages.lines().map_while(Result::ok).filter_map(|line| executable(&line)).collect::<Vec<_>>();
    if !cargo.wait()?.success() {
        bail!("the programs cannot be built");
    }
    Ok(executables)
}

/// The program that a message of cargo names, if any.
fn executable(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    message.get("executable")?.as_str().map(PathBuf::from)
}

fn find(executables: &[PathBuf], name: &str) -> Result<PathBuf> {
    let found = executables.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
    found.cloned().with_context(|| format!("cargo built no {name}"))
}

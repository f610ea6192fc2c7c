//! Builds the programs of the workspace.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
};

use anyhow::{Context, Result, anyhow, bail};

use crate::process;

pub(crate) struct Programs {
    pub(crate) engine: PathBuf,
    pub(crate) server: PathBuf,
}

impl Programs {
    pub(crate) fn build(release: bool) -> Result<Self> {
        let [engine, server] = build(["segmentation-engine", "rpc-server"], release)?;
        Ok(Self { engine, server })
    }
}

/// Builds programs and returns their paths.
pub(crate) fn build<const N: usize>(names: [&str; N], release: bool) -> Result<[PathBuf; N]> {
    // With the features of the tests, so that nothing is built twice, but without what only other programs need.
    let mut command = process::cargo(["build", "--workspace", "--all-features"]);
    command.args(names.iter().flat_map(|name| ["--bin", name]));
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
    let paths = names.iter().map(|name| find(&executables, name)).collect::<Result<Vec<_>>>()?;
    paths.try_into().map_err(|_| anyhow!("cargo built too few programs"))
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

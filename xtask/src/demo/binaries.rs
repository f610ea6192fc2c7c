//! The real binaries: built, and driven from the command line as an operator would.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use domain::instant::{Instant, format_instant};

use super::files::DayFiles;
use crate::process;

/// The two programs of the product, and the database they work on.
pub(crate) struct Binaries {
    engine: PathBuf,
    server: PathBuf,
    database_url: String,
}

impl Binaries {
    /// Builds both, with the features that the whole workspace has, so that nothing is built twice.
    pub(crate) fn build(release: bool, database: &Path) -> Result<Self> {
        let mut command = process::cargo(["build", "--workspace", "--bins"]);
        // Faults of the code go to standard error as ever; standard output says where the binaries are.
        command.arg("--message-format=json-render-diagnostics");
        if release {
            command.arg("--release");
        }
        let mut cargo = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
        let messages = BufReader::new(cargo.stdout.take().context("cargo has no output")?);
        let executables =
            messages.lines().map_while(Result::ok).filter_map(|line| executable(&line)).collect::<Vec<_>>();
        if !cargo.wait()?.success() {
            bail!("the binaries cannot be built");
        }
        Ok(Self {
            engine: find(&executables, "segmentation-engine")?,
            server: find(&executables, "rpc-server")?,
            database_url: format!("sqlite://{}", database.display()),
        })
    }

    /// Takes in what a day brought.
    pub(crate) fn import(&self, day: &DayFiles) -> Result<()> {
        let mut command = self.command(&self.engine, ["import"]);
        process::capture(command.arg("--users").arg(&day.users).arg("--attempts").arg(&day.attempts)).map(drop)
    }

    /// The daily run.
    pub(crate) fn run(&self, as_of: Instant) -> Result<()> {
        process::capture(&mut self.command(&self.engine, ["run", "--json", "--as-of", &format_instant(as_of)]))
            .map(drop)
    }

    /// Checks that the ledger and the memberships agree.
    pub(crate) fn verify(&self) -> Result<()> {
        process::capture(&mut self.command(&self.engine, ["verify"])).map(drop)
    }

    /// What an operator sees.
    pub(crate) fn status(&self) -> Result<String> {
        process::capture(&mut self.command(&self.engine, ["status"]))
    }

    /// A new token for an admin.
    pub(crate) fn admin_token(&self) -> Result<String> {
        let arguments = ["token", "create", "--name", "demo", "--role", "ADMIN"];
        Ok(process::capture(&mut self.command(&self.server, arguments))?.trim().into())
    }

    /// The command line of the server. `env` hands over the database and becomes the server.
    pub(crate) fn serve(&self, address: &str) -> Vec<String> {
        let database = format!("DATABASE_URL={}", self.database_url);
        let program = self.server.display().to_string();
        ["/usr/bin/env", &database, &program, "serve", "--listen", address].map(String::from).into()
    }

    fn command<const N: usize>(&self, program: &Path, arguments: [&str; N]) -> Command {
        let mut command = Command::new(program);
        command.env("DATABASE_URL", &self.database_url).args(arguments);
        command
    }
}

/// The binary that a message of cargo tells of, if it does.
fn executable(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    message.get("executable")?.as_str().map(PathBuf::from)
}

fn find(executables: &[PathBuf], name: &str) -> Result<PathBuf> {
    let found = executables.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
    found.cloned().with_context(|| format!("cargo built no {name}"))
}

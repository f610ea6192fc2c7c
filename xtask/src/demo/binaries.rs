//! Runs the real programs from the command line, as an operator would.

use std::{path::Path, process::Command};

use anyhow::Result;
use domain::instant::{Instant, format_instant};

use super::files::DayFiles;
use crate::{process, programs::Programs};

pub(crate) struct Binaries {
    programs: Programs,
    database_url: String,
}

impl Binaries {
    pub(crate) fn build(release: bool, database: &Path) -> Result<Self> {
        Ok(Self { programs: Programs::build(release)?, database_url: format!("sqlite://{}", database.display()) })
    }

    /// Also makes the database.
    pub(crate) fn declare(&self, attributes: &Path) -> Result<()> {
        process::capture(&mut self.command(&self.programs.engine, ["migrate"]))?;
        process::capture(self.command(&self.programs.engine, ["attributes", "apply"]).arg(attributes)).map(drop)
    }

    pub(crate) fn import(&self, day: &DayFiles) -> Result<()> {
        let mut command = self.command(&self.programs.engine, ["import"]);
        command.arg("--users").arg(&day.users).arg("--attempts").arg(&day.attempts).arg("--events").arg(&day.events);
        process::capture(&mut command).map(drop)
    }

    pub(crate) fn run(&self, as_of: Instant) -> Result<()> {
        process::capture(&mut self.command(&self.programs.engine, ["run", "--json", "--as-of", &format_instant(as_of)]))
            .map(drop)
    }

    pub(crate) fn verify(&self) -> Result<()> {
        process::capture(&mut self.command(&self.programs.engine, ["verify"])).map(drop)
    }

    pub(crate) fn status(&self) -> Result<String> {
        process::capture(&mut self.command(&self.programs.engine, ["status"]))
    }

    /// The command line of the server. `env` sets the database and then becomes the server.
    pub(crate) fn serve(&self, address: &str, variables: &[String]) -> Vec<String> {
        let database = format!("DATABASE_URL={}", self.database_url);
        let program = self.programs.server.display().to_string();
        let mut words = vec!["/usr/bin/env".to_owned(), database];
        words.extend(variables.iter().cloned());
        words.extend([&program, "serve", "--dev", "--listen", address].map(String::from));
        words
    }

    fn command<const N: usize>(&self, program: &Path, arguments: [&str; N]) -> Command {
        let mut command = Command::new(program);
        command.env("DATABASE_URL", &self.database_url).args(arguments);
        command
    }
}

//! `cargo xtask bench`: how fast it is, in a release build, on both databases. The measuring itself is the program `bench` of
//! the crate of integration tests, since nothing here links a database.

use std::{fs, process::Command};

use anyhow::Result;

use crate::{postgres::Postgres, process, programs};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Users on each database.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    users: u64,
    /// How often each case is measured; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(3..=1_000))]
    rounds: u64,
}

/// Prints a table, and writes `target/bench.json`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = programs::build_one("bench", true)?;
    let postgres = Postgres::start()?;
    let target = process::root().join("target");
    fs::create_dir_all(&target)?;
    let mut command = Command::new(bench);
    command.args([options.users.to_string(), options.rounds.to_string()]).arg(target.join("bench.json"));
    process::run(command.env("TEST_POSTGRES_URL", postgres.url()))
}

//! `cargo xtask bench`: measures a release build on both databases. The program `bench` of the integration tests does
//! the measuring, since xtask links no database.

mod document;
mod plot;

use std::{fs, path::Path, process::Command};

use anyhow::Result;

use crate::{postgres::Postgres, process, programs};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Users on each database.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    users: u64,
    /// How often each case is measured; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(3..=1_000))]
    rounds: u64,
    /// Measure only runs of the engine, no previews and searches.
    #[arg(long)]
    engine: bool,
    /// Measure only syncs, with a stand-in for the mail service.
    #[arg(long, conflicts_with_all = ["engine", "docs"])]
    sync: bool,
    /// Measure only reports.
    #[arg(long, conflicts_with_all = ["engine", "sync", "docs"])]
    analytics: bool,
    /// Store the measurements of the engine in docs/performance/, and write docs/performance.md from all of them.
    #[arg(long)]
    docs: bool,
}

/// Prints tables, and writes `target/bench.json` and `target/bench-engine.json`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let [bench, _engine, _server] = programs::build(["bench", "segmentation-engine", "rpc-server"], true)?;
    let target = process::root().join("target");
    fs::create_dir_all(&target)?;
    if options.sync {
        return measure(options, &bench, &["sync"], &target.join("bench-sync.json"));
    }
    if options.analytics {
        return measure(options, &bench, &["analytics"], &target.join("bench-analytics.json"));
    }
    if !options.engine {
        measure(options, &bench, &[], &target.join("bench.json"))?;
    }
    let of_engine = target.join("bench-engine.json");
    measure(options, &bench, &["engine"], &of_engine)?;
    if options.docs {
        document::keep(&of_engine, options.users)?;
        document::write()?;
    }
    Ok(())
}

/// On a server of its own: a million users leave PostgreSQL with much to vacuum.
fn measure(options: &Options, bench: &Path, what: &[&str], file: &Path) -> Result<()> {
    let postgres = Postgres::start()?;
    let mut command = Command::new(bench);
    command.args(what).args([options.users.to_string(), options.rounds.to_string()]).arg(file);
    process::run(command.env("TEST_POSTGRES_URL", postgres.url()))
}

//! `cargo xtask demo`: a product with months of believable history, made by the real programs, and served.
//!
//! Each day is written as the files that a host application would send, imported, and run as a daily cron job would, so
//! that history, growth and statistics are real.

mod attributes;
mod binaries;
mod certifications;
mod dice;
mod events;
mod files;
mod names;
mod person;
mod progress;
mod season;
mod serve;
mod stand_in;
mod world;
#[cfg(test)]
mod world_tests;

use std::{
    fs,
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use chrono::{NaiveDate, TimeDelta, Utc};

use self::{
    binaries::Binaries,
    progress::Progress,
    stand_in::StandIn,
    world::{Settings, World},
};
use crate::{frontend, process};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Users on the last day. Far fewer would leave segments empty.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    users: u32,
    /// Days after the first one.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(7..=365))]
    days: i64,
    /// Where to put the database and the files, relative to the root of the workspace.
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
    /// The last day; by default the latest whose run at 02:00 UTC is past.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,
    /// A different seed gives different users.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Build with optimizations.
    #[arg(long)]
    release: bool,
    /// Create the database and exit.
    #[arg(long)]
    no_serve: bool,
    /// Also start a stand-in for Resend on the next port, so that segments can be synced without an account.
    #[arg(long, conflicts_with = "no_serve")]
    resend: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    check(options)?;
    let folder = process::root().join(&options.dir);
    let database = folder.join("demo.sqlite");
    let binaries = build(options, &database)?;
    clear(&folder)?;
    let begun = Instant::now();
    evolve(&binaries, settings(options), &folder.join("days"))?;
    binaries.verify()?;
    eprintln!("made {} in {:.0} s; ledger and memberships agree", database.display(), begun.elapsed().as_secs_f32());
    print!("{}", binaries.status()?);
    if options.no_serve {
        return Ok(());
    }
    let stand_in = options.resend.then(|| StandIn::start(options.port, &folder, options.release)).transpose()?;
    serve::serve(&binaries, options.port, &folder, stand_in.as_ref())
}

/// Builds the console and the binaries at the same time. A release build has the console within it, and must wait for it.
fn build(options: &Options, database: &Path) -> Result<Binaries> {
    let mut console = (!options.no_serve).then(|| thread::spawn(build_console));
    if options.release {
        wait_for(console.take())?;
    }
    eprintln!("building the binaries");
    let binaries = Binaries::build(options.release, database)?;
    wait_for(console)?;
    Ok(binaries)
}

fn wait_for(console: Option<JoinHandle<Result<()>>>) -> Result<()> {
    let Some(console) = console else { return Ok(()) };
    console.join().unwrap_or_else(|_| bail!("the build of the console panicked"))
}

/// The server works without the console, which needs Node.
fn build_console() -> Result<()> {
    if let Err(missing) = frontend::tools() {
        eprintln!("the console is left out: {missing:#}");
        return Ok(());
    }
    eprintln!("building the console");
    frontend::build()
}

/// Reports missing tools before minutes of building.
fn check(options: &Options) -> Result<()> {
    if !options.no_serve {
        serve::check_port(options.port)?;
    }
    if options.resend {
        serve::check_port(stand_in::port(options.port)?)?;
    }
    process::on_path("cc").context("no C compiler, which SQLite is built with: apt-get install build-essential")?;
    Ok(())
}

fn settings(options: &Options) -> Settings {
    // The clock of a run must not be ahead of this machine's.
    let today = options.today.unwrap_or_else(|| (Utc::now() - TimeDelta::hours(2)).date_naive());
    Settings { seed: options.seed, users: options.users as usize, days: options.days, today }
}

/// Removes only the files of an earlier demo.
fn clear(folder: &Path) -> Result<()> {
    let days = folder.join("days");
    fs::create_dir_all(&days).with_context(|| format!("cannot make {}", days.display()))?;
    let database = ["demo.sqlite", "demo.sqlite-wal", "demo.sqlite-shm"].map(|name| folder.join(name));
    let tables = fs::read_dir(&days)?.filter_map(|entry| Some(entry.ok()?.path()));
    let tables = tables.filter(|path| path.extension().is_some_and(|extension| extension == "csv"));
    for path in database.into_iter().chain(tables).filter(|path| path.exists()) {
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

fn evolve(binaries: &Binaries, settings: Settings, folder: &Path) -> Result<()> {
    let declarations = folder.join("attributes.toml");
    fs::write(&declarations, attributes::DECLARATIONS)
        .with_context(|| format!("cannot write {}", declarations.display()))?;
    binaries.declare(&declarations)?;
    let progress = Progress::new(settings.days + 1);
    for (number, day) in (1..).zip(World::new(settings).days()) {
        progress.step(number, &day.as_of.date_naive().to_string());
        binaries.import(&files::write(folder, &day)?)?;
        binaries.run(day.as_of)?;
    }
    Ok(())
}

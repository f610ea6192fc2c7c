//! The commands of this repository: `cargo xtask --help` lists them.
//!
//! Not part of the product. It links no database and no server; it runs the real programs.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal program: its output is what it is for")]

mod bench;
mod ci;
mod codegen;
mod demo;
mod deploy;
mod dist;
mod frontend;
mod frontend_tests;
mod guarded;
mod oracle;
mod postgres;
mod process;
mod programs;
mod python;
mod site;
mod step;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The commands of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build everything, create a database with months of believable history, and serve it.
    Demo(demo::Options),
    /// Run every test, on SQLite and on a throw-away PostgreSQL.
    Test(test::Options),
    /// Write the generated documents, or with --check report which are out of date.
    Codegen(codegen::Options),
    /// Measure what has to be fast, in a release build on both databases.
    Bench(bench::Options),
    /// Build the site of the documentation into target/site.
    Site,
    /// Make the tarball of a release in target/dist.
    Dist,
    /// Do everything that CI does, fast checks first.
    Ci,
    /// Start a throw-away PostgreSQL and keep it until Ctrl-C or the end of standard input.
    Postgres,
}

fn main() -> ExitCode {
    match run(Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // No backtrace: nearly always another program failed, and it has printed why.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<()> {
    match chore {
        Chore::Demo(options) => demo::run(&options),
        Chore::Test(options) => step::run(test::steps(options)),
        Chore::Codegen(options) => codegen::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::Site => site::build(),
        Chore::Dist => dist::run(),
        Chore::Ci => step::run(ci::steps()),
        Chore::Postgres => postgres::serve(),
    }
}

//! The chores of this repository: `cargo xtask --help` lists them.
//!
//! Nothing here is part of the product. It links no database and no server; it drives the real binaries.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal program: its output is what it is for")]

mod bench;
mod ci;
mod codegen;
mod demo;
mod frontend;
mod frontend_tests;
mod guarded;
mod postgres;
mod process;
mod programs;
mod step;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build everything, make a database with months of believable history, and serve it.
    Demo(demo::Options),
    /// Run every test, against a throw-away PostgreSQL too.
    Test(test::Options),
    /// Write the generated documents, or with --check say which are out of date.
    Codegen(codegen::Options),
    /// Measure what has to be fast, in a release build and on both databases.
    Bench(bench::Options),
    /// Do all that CI does, the fast checks first.
    Ci,
    /// Start a throw-away PostgreSQL and keep it until Ctrl-C or the end of standard input.
    Postgres,
}

fn main() -> ExitCode {
    match run(Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a backtrace: what fails here is nearly always another program, and it has spoken already.
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
        Chore::Ci => step::run(ci::steps()),
        Chore::Postgres => postgres::serve(),
    }
}

//! `cargo xtask test`: every test, one step per kind.

use anyhow::Result;

use crate::{frontend_tests, postgres::Postgres, process, step::Step};

#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Run more random cases; takes minutes.
    #[arg(long)]
    long: bool,
    /// Passed to `cargo test`, such as a part of a test's name.
    #[arg(last = true)]
    cargo: Vec<String>,
}

/// Fast ones first.
pub(crate) fn steps(options: Options) -> Vec<Step> {
    vec![
        // Tests run the real programs, which `cargo test` does not build.
        Step::new("binaries", || {
            process::run(&mut process::cargo(["build", "--workspace", "--all-features", "--bins"]))
        }),
        Step::new("frontend", frontend_tests::run),
        Step::new("Rust tests", move || rust_tests(&options)),
    ]
}

/// The same packages and features everywhere, since another selection rebuilds the dependencies.
fn rust_tests(options: &Options) -> Result<()> {
    let postgres = Postgres::start()?;
    let mut command = process::cargo(["test", "--workspace", "--all-features"]);
    command.args(&options.cargo).env("TEST_POSTGRES_URL", postgres.url());
    if options.long {
        command.env("TEST_LONG", "1");
    }
    process::run(&mut command)
}

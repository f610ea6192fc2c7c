//! `cargo xtask test`: every test there is, one step per kind. A new kind is one more line in [`steps`].

use anyhow::Result;

use crate::{frontend_tests, postgres::Postgres, process, step::Step};

/// What to test.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Also the tests that take minutes.
    #[arg(long)]
    long: bool,
    /// Handed to `cargo test`, such as a part of a test's name.
    #[arg(last = true)]
    cargo: Vec<String>,
}

/// The steps, the fast ones first.
pub(crate) fn steps(options: Options) -> Vec<Step> {
    vec![
        // Tests run the real binaries, which `cargo test` alone does not build.
        Step::new("binaries", || {
            process::run(&mut process::cargo(["build", "--workspace", "--all-features", "--bins"]))
        }),
        Step::new("frontend", frontend_tests::run),
        Step::new("Rust tests", move || rust_tests(&options)),
    ]
}

/// One selection of packages and features for everything, since another would build the dependencies again.
fn rust_tests(options: &Options) -> Result<()> {
    let postgres = Postgres::start()?;
    let mut command = process::cargo(["test", "--workspace", "--all-features"]);
    command.args(&options.cargo).env("TEST_POSTGRES_URL", postgres.url());
    if options.long {
        command.env("TEST_LONG", "1");
    }
    process::run(&mut command)
}

//! The tests of the npm package in `frontend/`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

use crate::{
    demo, frontend,
    postgres::{self, Postgres},
    process,
    programs::{self, Programs},
};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

#[derive(Parser)]
struct Demonstration {
    #[command(flatten)]
    options: demo::Options,
}

pub(crate) fn browser() -> Result<PathBuf> {
    BROWSERS.iter().find_map(|name| process::on_path(name)).context("no Chromium: apt-get install chromium")
}

/// Checks types and style; then the OpenRPC document, its examples and the API on both databases; then the console, in
/// jsdom and in a browser.
pub(crate) fn run() -> Result<()> {
    let browser = browser()?;
    frontend::build()?;
    for script in ["check", "lint"] {
        process::run(frontend::command("npm").args(["run", "--silent", script]))?;
    }
    let programs = Programs::build(false)?;
    let [stand_in] = programs::build(["resend-fake"], false)?;
    let postgres = Postgres::start()?;
    let mut test = frontend::command("npm");
    test.args(["run", "--silent", "test:all"])
        .env("SEGMENTATION_ENGINE", programs.engine)
        .env("RPC_SERVER", programs.server)
        .env("RESEND_FAKE", stand_in);
    test.env("TEST_POSTGRES_URL", postgres.url()).env("PSQL", postgres::programs()?.join("psql"));
    test.env("DEMO_DATABASE", demonstration()?).env("CHROMIUM", browser);
    process::run(&mut test)
}

/// The database of a small demo: the fewest users allowed, and twelve days with a run each, since the examples of the
/// document use run 12.
fn demonstration() -> Result<PathBuf> {
    const FOLDER: &str = "target/frontend-demo";
    let words = ["demo", "--no-serve", "--users", "200", "--days", "11", "--dir", FOLDER];
    demo::run(&Demonstration::try_parse_from(words)?.options)?;
    Ok(process::root().join(FOLDER).join("demo.sqlite"))
}

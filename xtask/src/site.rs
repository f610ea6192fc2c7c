//! The site of the documentation, which `docs/site` makes, and its tests, in `tests/docs`.

use std::process::Command;

use anyhow::Result;

use crate::{
    process,
    programs::{self, Programs},
    python,
};

const FOLDER: &str = "tests/docs";

/// Prints where the first page is.
pub(crate) fn build() -> Result<()> {
    let mut build = Command::new(python::environment(FOLDER)?);
    build.arg("-B").arg(process::root().join("docs/site/build.py")).arg(process::root().join("target/site"));
    process::run(&mut build)
}

/// Links, the search, and every command of the documents against the real programs.
pub(crate) fn test() -> Result<()> {
    let programs = Programs::build(false)?;
    // Not the program that runs: cargo may have replaced it since.
    let [stand_in, xtask] = programs::build(["resend-fake", "xtask"], false)?;
    let mut tests = python::unittest(FOLDER)?;
    tests.env("SEGMENTATION_ENGINE", programs.engine).env("RPC_SERVER", programs.server).env("RESEND_FAKE", stand_in);
    tests.env("XTASK", xtask);
    process::run(&mut tests)
}

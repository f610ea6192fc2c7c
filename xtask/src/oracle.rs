//! The program in `tests/oracle`, which computes the figures of reports a second time.

use std::path::PathBuf;

use anyhow::Result;

use crate::{process, python};

const FOLDER: &str = "tests/oracle";

/// A Python with what the program needs.
pub(crate) fn python() -> Result<PathBuf> {
    python::environment(FOLDER)
}

/// Its own tests.
pub(crate) fn run() -> Result<()> {
    process::run(&mut python::unittest(FOLDER)?)
}

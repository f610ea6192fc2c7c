//! The program in `tests/oracle`, which computes the figures of reports a second time.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::process;

const FOLDER: &str = "tests/oracle";

/// A Python with what the program needs, in `target/oracle`. Made if it is missing or has other versions.
pub(crate) fn python() -> Result<PathBuf> {
    let requirements = process::root().join(FOLDER).join("requirements.txt");
    let wanted = fs::read(&requirements).with_context(|| format!("{} cannot be read", requirements.display()))?;
    let made = process::root().join("target/oracle");
    let (python, installed) = (made.join("bin/python"), made.join("requirements.txt"));
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    process::capture(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&made))
        .context("apt-get install python3-venv")?;
    process::capture(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(&requirements),
    )?;
    fs::write(installed, wanted).context("target/oracle cannot be written")?;
    Ok(python)
}

/// Its own tests.
pub(crate) fn run() -> Result<()> {
    let test = process::root().join(FOLDER).join("test_oracle.py");
    process::run(Command::new(python()?).arg("-B").arg(test))
}

//! Tests and tools in Python, each with an environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::process;

/// A Python with what `requirements.txt` of a folder lists, in the folder of that name in `target/python/`. Made if it is missing or
/// has other versions.
pub(crate) fn environment(folder: &str) -> Result<PathBuf> {
    let requirements = process::root().join(folder).join("requirements.txt");
    let wanted = fs::read(&requirements).with_context(|| format!("{} cannot be read", requirements.display()))?;
    let name = Path::new(folder).file_name().context("a folder has a name")?;
    let made = process::root().join("target/python").join(name);
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
    fs::write(&installed, wanted).with_context(|| format!("{} cannot be written", installed.display()))?;
    Ok(python)
}

/// Every `test_*.py` of a folder.
pub(crate) fn unittest(folder: &str) -> Result<Command> {
    let mut command = Command::new(environment(folder)?);
    command.args(["-B", "-m", "unittest", "discover", "--start-directory"]).arg(process::root().join(folder));
    Ok(command)
}

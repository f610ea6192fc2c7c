//! The tests of `deploy/`, in `tests/deploy`.

use anyhow::{Context, Result};

use crate::{process, programs::Programs, python};

const FOLDER: &str = "tests/deploy";
/// Each with the package of Debian that has it.
const TOOLS: [(&str, &str); 4] = [
    ("systemd-analyze", "systemd"),
    ("systemd-nspawn", "systemd-container"),
    ("promtool", "prometheus"),
    ("kubectl", "kubernetes-client"),
];

/// Fails with advice if a tool is missing.
pub(crate) fn tools() -> Result<()> {
    for (tool, package) in TOOLS {
        process::on_path(tool).with_context(|| format!("{tool} is not installed: apt-get install {package}"))?;
    }
    Ok(())
}

pub(crate) fn run(is_long: bool) -> Result<()> {
    tools()?;
    let programs = Programs::build(false)?;
    let mut tests = python::unittest(FOLDER)?;
    if is_long {
        tests.env("TEST_LONG", "1");
    }
    process::run(tests.env("SEGMENTATION_ENGINE", programs.engine).env("RPC_SERVER", programs.server))
}

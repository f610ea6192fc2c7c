//! The tests of `deploy/`, in `tests/deploy`.

use anyhow::{Context, Result};

use crate::{process, programs::Programs, python};

const FOLDER: &str = "tests/deploy";
/// Each with how to install it.
const TOOLS: [(&str, &str); 4] = [
    ("systemd-analyze", "apt-get install systemd"),
    ("systemd-nspawn", "apt-get install systemd-container"),
    ("promtool", "apt-get install prometheus"),
    ("kubectl", "https://kubernetes.io/docs/tasks/tools/ has 1.29 and later, Debian 12 an older one"),
];

/// Fails with advice if a tool is missing.
pub(crate) fn tools() -> Result<()> {
    for (tool, advice) in TOOLS {
        process::on_path(tool).with_context(|| format!("{tool} is not installed: {advice}"))?;
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

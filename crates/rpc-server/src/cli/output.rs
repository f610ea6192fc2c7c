//! Results on standard output.

use std::io::Write;

pub(super) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    // One write: a reader that stops after the first lines, such as `head`, does not end the program.
    Ok(std::io::stdout().write_all(format!("{text}\n").as_bytes())?)
}

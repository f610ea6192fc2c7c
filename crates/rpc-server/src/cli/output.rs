//! Results on standard output, everything else on standard error.

use std::io::Write;

pub(super) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    // One write: a reader that stops after the first lines, such as `head`, does not end the program.
    Ok(std::io::stdout().write_all(format!("{text}\n").as_bytes())?)
}

pub(super) fn note(text: impl std::fmt::Display) {
    // Nobody has to read it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

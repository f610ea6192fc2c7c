//! Results on standard output, everything else on standard error.

use std::io::Write;

pub(super) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    match std::io::stdout().write_all(format!("{text}\n").as_bytes()) {
        // The reader has seen enough, such as `head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

pub(super) fn note(text: impl std::fmt::Display) {
    // Nobody has to read it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

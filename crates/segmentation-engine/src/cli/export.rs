//! `export`: a whole segment.

use std::{fs::File, io::BufWriter, path::PathBuf};

use anyhow::Context;
use domain::segment::SegmentKey;
use persistence::Database;
use segmentation_engine::export::{ExportError, export};

use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which, such as lifecycle:active
    segment: SegmentKey,
    /// Where to; standard output, unless given
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let exported = match &arguments.output {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
            export(database, &arguments.segment, BufWriter::new(file)).await
        }
        None => export(database, &arguments.segment, BufWriter::new(std::io::stdout())).await,
    };
    match exported {
        Ok(rows) => output::note(format_args!("{rows} members of {}", arguments.segment)),
        Err(error) if reader_is_gone(&error) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Outcome::Done)
}

/// `export … | head` is no failure.
fn reader_is_gone(error: &ExportError) -> bool {
    let ExportError::Write(error) = error else { return false };
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

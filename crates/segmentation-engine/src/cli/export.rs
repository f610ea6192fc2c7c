//! `export`

use std::{
    io::BufWriter,
    path::{Path, PathBuf},
};

use anyhow::Context;
use domain::segment::SegmentKey;
use persistence::Database;
use segmentation_engine::{
    export::{ExportError, export},
    support::output_file::{NewFile, OutputFile},
};

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The segment, such as lifecycle:active
    segment: SegmentKey,
    /// The file to write, by default standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let exported = match &arguments.output {
        Some(path) => write_file(database, &arguments.segment, path).await?,
        None => export(database, &arguments.segment, BufWriter::new(std::io::stdout())).await,
    };
    match exported {
        Ok(rows) => output::note(format_args!("{rows} members of {}", arguments.segment)),
        Err(error) if reader_is_gone(&error) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Outcome::Done)
}

/// Replaces the file atomically: an export that fails leaves an earlier one as it was.
async fn write_file(
    database: &Database,
    segment: &SegmentKey,
    path: &Path,
) -> anyhow::Result<Result<u64, ExportError>> {
    let cannot = || format!("{} cannot be written", path.display());
    let output = OutputFile::create(path, NewFile::Private).with_context(cannot)?;
    let file = output.writer().with_context(cannot)?;
    let exported = export(database, segment, BufWriter::new(file)).await;
    if exported.is_ok() {
        output.finish().with_context(cannot)?;
    }
    Ok(exported)
}

/// `export … | head` is not a failure.
fn reader_is_gone(error: &ExportError) -> bool {
    let ExportError::Write(error) = error else { return false };
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

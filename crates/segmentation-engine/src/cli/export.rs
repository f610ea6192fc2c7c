//! `export`

use std::{
    io::BufWriter,
    path::{Path, PathBuf},
};

use anyhow::Context;
use domain::{attribute::Attribute, instant::SystemClock, segment::SegmentKey, words::counted};
use persistence::{Database, attributes};
use segmentation_engine::{
    audit::{Audit, segment_target},
    export::{ExportError, export},
    support::output_file::{NewFile, OutputFile},
};

use serde_json::json;

use super::{
    outcome::{Outcome, Usage},
    output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The segment, such as lifecycle:active
    segment: SegmentKey,
    /// The file to write, by default standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Keys of attributes, each for a column more
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    attributes: Vec<String>,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let attributes = attributes(database, &arguments.attributes).await?;
    let audit = Audit::of_command("exportSegmentUsers");
    let target = Some(segment_target(&arguments.segment));
    let outcome = |rows: &u64| json!({"rowCount": rows});
    let work = async {
        match &arguments.output {
            Some(path) => write_file(database, &arguments.segment, &attributes, path).await,
            None => Ok(export(database, &arguments.segment, &attributes, BufWriter::new(std::io::stdout())).await?),
        }
    };
    match audit.around(database, &SystemClock, target, outcome, work).await {
        Ok(rows) => {
            output::note(format_args!("{} of {}", counted(rows, "member", "members"), arguments.segment));
        }
        Err(error) if error.downcast_ref().is_some_and(reader_is_gone) => {}
        Err(error) => return Err(error),
    }
    Ok(Outcome::Done)
}

async fn attributes(database: &Database, keys: &[String]) -> anyhow::Result<Vec<Attribute>> {
    let declared = attributes::declared(database.connection()).await?;
    let unknown: Vec<_> = keys.iter().filter(|key| declared.get(key).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(Usage(format!("there is no attribute {}", unknown.join(", "))).into());
    }
    Ok(keys.iter().filter_map(|key| declared.get(key)).map(|attribute| (**attribute).clone()).collect())
}

/// Replaces the file atomically: an export that fails leaves an earlier one as it was.
async fn write_file(
    database: &Database,
    segment: &SegmentKey,
    attributes: &[Attribute],
    path: &Path,
) -> anyhow::Result<u64> {
    let cannot = || format!("{} cannot be written", path.display());
    let output = OutputFile::create(path, NewFile::Private).with_context(cannot)?;
    let file = output.writer().with_context(cannot)?;
    let rows = export(database, segment, attributes, BufWriter::new(file)).await?;
    output.finish().with_context(cannot)?;
    Ok(rows)
}

/// `export … | head` is not a failure.
fn reader_is_gone(error: &ExportError) -> bool {
    let ExportError::Write(error) = error else { return false };
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

//! `export`

use std::{
    collections::HashSet,
    io::BufWriter,
    path::{Path, PathBuf},
};

use anyhow::Context;
use domain::{attribute::Attribute, instant::SystemClock, mail::MailFilter, segment::SegmentKey, words::counted};
use persistence::{Database, attributes};
use segmentation_engine::{
    audit::{Audit, segment_target},
    export::{Contents, ExportError, export},
    export_data::{DataFiles, DataRows, export_data},
    support::output_file::{NewFile, OutputFile},
};

use serde_json::json;

use super::{
    outcome::{Outcome, Usage},
    output,
};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["segment", "ledger", "events", "attempts"]).required(true).multiple(true))]
pub(super) struct Arguments {
    /// The segment, such as lifecycle:active
    #[arg(conflicts_with_all = ["ledger", "events", "attempts"])]
    segment: Option<SegmentKey>,
    /// The file to write, by default standard output
    #[arg(long, value_name = "FILE", requires = "segment", conflicts_with_all = ["ledger", "events", "attempts"])]
    output: Option<PathBuf>,
    /// Keys of attributes, each for a column more
    #[arg(long, value_name = "KEYS", value_delimiter = ',', requires = "segment", conflicts_with_all = ["ledger", "events", "attempts"])]
    attributes: Vec<String>,
    /// Only members whom mail may reach: with a usable address that is neither suppressed nor refused
    #[arg(long, requires = "segment", conflicts_with_all = ["ledger", "events", "attempts"])]
    reachable: bool,
    /// Add a last column: where each member stands at the mail service, or why mail is held back
    #[arg(long, requires = "segment", conflicts_with_all = ["ledger", "events", "attempts"])]
    mail_status: bool,
    /// Write every enter and leave of all segments to this file
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Write all events and purchases to this file, as import reads them
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Write all quiz attempts to this file, as import reads them
    #[arg(long, value_name = "FILE")]
    attempts: Option<PathBuf>,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    match &arguments.segment {
        Some(segment) => execute_of_segment(database, segment, &arguments).await,
        None => execute_of_data(database, &arguments).await,
    }
}

/// All files are from one snapshot. Each replaces an earlier one once it is complete.
async fn execute_of_data(database: &Database, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let given = [&arguments.ledger, &arguments.events, &arguments.attempts];
    let mut paths: Vec<_> = given.into_iter().flatten().collect();
    if paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Usage("--ledger, --events and --attempts need the name of a file, and - is none".into()).into());
    }
    paths.sort_unstable();
    if let Some(twice) = paths.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Usage(format!("{} is given twice: each needs a file of its own", twice[0].display())).into());
    }
    let mut outputs = Vec::new();
    let mut open = |path: &Option<PathBuf>| {
        let Some(path) = path else { return Ok(None) };
        let cannot = || format!("{} cannot be written", path.display());
        let output = OutputFile::create(path, NewFile::Private).with_context(cannot)?;
        let file = output.writer().with_context(cannot)?;
        outputs.push((path.clone(), output));
        Ok::<_, anyhow::Error>(Some(BufWriter::new(file)))
    };
    let files = DataFiles {
        ledger: open(&arguments.ledger)?,
        events: open(&arguments.events)?,
        attempts: open(&arguments.attempts)?,
    };
    let counts = |DataRows { ledger, events, attempts }: &DataRows| {
        let counts = [("ledger", ledger), ("events", events), ("attempts", attempts)];
        counts.into_iter().filter_map(|(name, rows)| Some((name.to_owned(), json!((*rows)?)))).collect()
    };
    let work = async { anyhow::Ok(export_data(database, files).await?) };
    let rows = Audit::of_command("exportData").around(database, &SystemClock, None, counts, work).await?;
    for (path, output) in outputs {
        output.finish().with_context(|| format!("{} cannot be written", path.display()))?;
    }
    for (rows, one, many) in [
        (rows.ledger, "entry of the ledger", "entries of the ledger"),
        (rows.events, "event", "events"),
        (rows.attempts, "attempt", "attempts"),
    ] {
        if let Some(rows) = rows {
            output::note(counted(rows, one, many));
        }
    }
    Ok(Outcome::Done)
}

async fn execute_of_segment(
    database: &Database,
    segment: &SegmentKey,
    arguments: &Arguments,
) -> anyhow::Result<Outcome> {
    let contents = Contents {
        attributes: attributes(database, &arguments.attributes).await?,
        mail: if arguments.reachable { MailFilter::Reachable } else { MailFilter::All },
        mail_status: arguments.mail_status,
    };
    let audit = Audit::of_command("exportSegmentUsers");
    let target = Some(segment_target(segment));
    let outcome = |rows: &u64| json!({"rowCount": rows});
    let work = async {
        match &arguments.output {
            Some(path) => write_file(database, segment, &contents, path).await,
            None => Ok(export(database, segment, &contents, BufWriter::new(std::io::stdout())).await?),
        }
    };
    match audit.around(database, &SystemClock, target, outcome, work).await {
        Ok(rows) => {
            output::note(format_args!("{} of {}", counted(rows, "member", "members"), segment));
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
    let mut seen = HashSet::new();
    let distinct = keys.iter().filter(|key| seen.insert(key.as_str()));
    Ok(distinct.filter_map(|key| declared.get(key)).map(|attribute| (**attribute).clone()).collect())
}

/// Replaces the file atomically: an export that fails leaves an earlier one as it was.
async fn write_file(
    database: &Database,
    segment: &SegmentKey,
    contents: &Contents,
    path: &Path,
) -> anyhow::Result<u64> {
    let cannot = || format!("{} cannot be written", path.display());
    let output = OutputFile::create(path, NewFile::Private).with_context(cannot)?;
    let file = output.writer().with_context(cannot)?;
    let rows = export(database, segment, contents, BufWriter::new(file)).await?;
    output.finish().with_context(cannot)?;
    Ok(rows)
}

/// `export … | head` is not a failure.
fn reader_is_gone(error: &ExportError) -> bool {
    let ExportError::Write(error) = error else { return false };
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

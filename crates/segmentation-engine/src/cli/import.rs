//! `import`

use std::path::PathBuf;

use domain::instant::SystemClock;
use persistence::Database;
use segmentation_engine::{
    audit::Audit,
    ingest::csv::{ImportError, ImportOptions, check, import},
};

use super::{
    ingest::{self, Shown},
    outcome::Outcome,
    output,
};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("files").args(["users", "attempts", "events"]).required(true).multiple(true))]
pub(super) struct Arguments {
    /// The users, as CSV, plain or compressed by gzip or xz; - for standard input
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// The quiz attempts, as CSV, plain or compressed by gzip or xz; - for standard input
    #[arg(long, value_name = "FILE")]
    attempts: Option<PathBuf>,
    /// Events and purchases, as CSV, plain or compressed by gzip or xz; - for standard input
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// The files have everything: users who are missing are deleted in the host application, and an attempt that belongs
    /// to another user now leaves the old one
    #[arg(long)]
    complete: bool,
    /// Let users go even if more than a fifth of them are missing or have a deletedAt
    #[arg(long)]
    allow_shrink: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        Ok(check(&self.options())?)
    }

    fn options(&self) -> ImportOptions {
        let Self { users, attempts, events, complete, allow_shrink, json: _ } = self;
        let (users, attempts, events) = (users.clone(), attempts.clone(), events.clone());
        ImportOptions { users, attempts, events, complete: *complete, allow_shrink: *allow_shrink }
    }
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let options = arguments.options();
    let mut shown = Shown::new(!arguments.json);
    let work = import(database, &options, &SystemClock, &mut shown);
    let report = Audit::of_command("import").around(database, &SystemClock, None, ingest::counts, work).await;
    shown.clear();
    let (report, refusal) = match report {
        Ok(report) => (report, None),
        Err(ImportError::TooManyDeleted { ref imported, .. }) => ((**imported).clone(), report.err()),
        Err(error) => return Err(error.into()),
    };
    if arguments.json {
        output::json(&ingest::json(&report))?;
    } else {
        ingest::show(&report);
    }
    if let Some(refusal) = refusal {
        return Err(refusal.into());
    }
    Ok(if report.has_faults() { Outcome::DoneWithErrors } else { Outcome::Done })
}

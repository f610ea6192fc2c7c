//! `run-user`

use chrono_tz::Tz;
use domain::{ids::UserId, instant::Instant, period::Moment, segment::SegmentKey};
use persistence::{Database, runs};
use segmentation_engine::{audit::Audit, clock, evaluate_user::run_user};
use serde_json::json;

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The host application's id of the user
    id: String,
    /// The clock of the rules, by default now
    #[arg(long, value_parser = super::arguments::instant, value_name = "TIME")]
    as_of: Option<Instant>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    if let Some(as_of) = arguments.as_of {
        runs::refuse_backwards(database.connection(), as_of).await?;
    }
    let now = clock::of_command(database, arguments.as_of).await?;
    let audit = Audit::of_command("autoSegmentUser");
    let report = run_user(database, &UserId::parse(&arguments.id), Moment { now, zone }, Some(&audit)).await?;
    if arguments.json {
        output::json(&json!({
            "segmentsAdded": names(&report.added),
            "segmentsRemoved": names(&report.removed),
            "currentSegments": names(&report.current),
            "isDeleted": report.is_deleted,
        }))?;
    } else {
        output::line(format_args!("added    {}", listed(&report.added)));
        output::line(format_args!("removed  {}", listed(&report.removed)));
        output::line(format_args!("current  {}", listed(&report.current)));
        if report.is_deleted {
            output::line("The user is deleted in the host application, and so in no segment.");
        }
    }
    Ok(Outcome::Done)
}

fn names(keys: &[SegmentKey]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

fn listed(keys: &[SegmentKey]) -> String {
    if keys.is_empty() { "none".into() } else { names(keys).join(", ") }
}

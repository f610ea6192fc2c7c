//! `cleanup`

use domain::instant::Instant;
use persistence::Database;
use segmentation_engine::{cleanup::cleanup_old_segments, clock};
use serde_json::json;

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Count the 90 days back from this time instead of now
    #[arg(long, value_parser = super::arguments::instant, value_name = "TIME")]
    as_of: Option<Instant>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let now = clock::of_command(database, arguments.as_of).await?;
    let deleted = cleanup_old_segments(database, now).await?;
    if arguments.json {
        output::json(&json!({"deleted": deleted}))?;
    } else {
        output::line(format_args!("deleted {deleted} memberships that ended more than 90 days ago"));
    }
    Ok(Outcome::Done)
}

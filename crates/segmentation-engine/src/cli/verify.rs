//! `verify`

use domain::words::counted;
use persistence::Database;
use segmentation_engine::verify::verify;
use serde_json::json;

use super::{migrate, outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let findings = verify(database).await?;
    let holds = findings.iter().all(|finding| finding.broken == 0);
    if arguments.json {
        let checks: Vec<_> = findings
            .iter()
            .map(|finding| json!({"promise": finding.promise, "broken": finding.broken, "first": finding.first}))
            .collect();
        output::json(
            &json!({"holds": holds, "checks": checks, "shards": database.shards().count(), "nodes": database.nodes().await?}),
        )?;
    } else {
        if let Some(shards) = migrate::in_words(database).await? {
            output::line(format_args!("checked {shards}"));
        }
        for finding in &findings {
            match (&finding.first, finding.broken) {
                (_, 0) => output::line(format_args!("holds   {}", finding.promise)),
                (first, broken) => output::line(format_args!(
                    "BROKEN  {}: {}, first at {}",
                    finding.promise,
                    counted(broken, "time", "times"),
                    first.as_deref().unwrap_or("an unknown place")
                )),
            }
        }
    }
    Ok(if holds { Outcome::Done } else { Outcome::Broken })
}

//! `reshard`

use anyhow::Context as _;
use domain::instant::SystemClock;
use persistence::Database;
use segmentation_engine::{audit::Audit, reshard::reshard, secret_files::or_in_file};
use serde_json::json;

use super::{
    outcome::{Outcome, Usage},
    output::{self, Column},
};

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The target is the database of --database-url. Make it with `migrate --shards COUNT` or `migrate --citus`. Stop every program that \
writes to the source until the copy is finished, and start none with the target before that.

Run the same command again after a failure: it goes on where it was.")]
pub(super) struct Arguments {
    /// The database to copy: postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, value_name = "URL", env = "SOURCE_DATABASE_URL", hide_env_values = true)]
    from: Option<String>,
    /// How many rows to hold in memory
    #[arg(long, value_name = "ROWS", default_value_t = 10_000, value_parser = super::arguments::positive::<u32>)]
    batch_size: u32,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(target: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let from = or_in_file("SOURCE_DATABASE_URL", arguments.from).map_err(|error| Usage(error.to_string()))?;
    let from = from.ok_or_else(|| Usage("--from is missing: the database to copy".into()))?;
    if from.trim_start().starts_with("sqlite:") {
        let message = "--from names an SQLite file: reshard copies PostgreSQL databases";
        return Err(Usage(message.into()).into());
    }
    let source = Database::open(&from, false).await.context("the database of --from")?;
    let audit = Audit::of_command("reshard");
    let copied = reshard(&source, target, arguments.batch_size, &SystemClock, &audit).await;
    source.close().await?;
    let comparisons = copied?;
    let is_same = comparisons.iter().all(|comparison| comparison.is_same());
    if arguments.json {
        let checks: Vec<_> = comparisons
            .iter()
            .map(|check| json!({"what": check.what, "source": check.source, "target": check.target}))
            .collect();
        output::json(&json!({"isSame": is_same, "checks": checks}))?;
    } else {
        let rows: Vec<_> = comparisons
            .into_iter()
            .map(|check| {
                [if check.is_same() { "same" } else { "DIFFERS" }.into(), check.what.into(), check.source, check.target]
            })
            .collect();
        let columns = [Column::Text(""), Column::Text("Rows"), Column::Number("Source"), Column::Number("Target")];
        output::table(columns, &rows);
    }
    if is_same {
        return Ok(Outcome::Done);
    }
    output::error(
        "the copy differs from the source, which was changed meanwhile. Stop every program that writes to the source, make a \
         new target, and copy again",
    );
    Ok(Outcome::Broken)
}

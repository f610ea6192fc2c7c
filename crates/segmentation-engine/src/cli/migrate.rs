//! `migrate`: the schema, and the catalogue of system segments with it.

use persistence::Database;

use super::{outcome::Outcome, output};

pub(super) async fn execute(database_url: &str) -> anyhow::Result<Outcome> {
    let database = Database::connect(database_url).await?;
    database.migrate().await?;
    database.close().await?;
    output::line("the database is up to date");
    Ok(Outcome::Done)
}

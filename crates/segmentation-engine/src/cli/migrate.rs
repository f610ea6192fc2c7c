//! `migrate`

use domain::{shard::Shards, words::counted};
use persistence::{Database, DatabaseError, database::missing_file};

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Divide the users of a new PostgreSQL database into this many shards, 1 to 1024. Fixed from then on [default: 1]
    #[arg(long, value_name = "COUNT", value_parser = shards)]
    shards: Option<Shards>,
}

fn shards(text: &str) -> Result<Shards, String> {
    let shards = text.parse().ok().and_then(Shards::new);
    shards.ok_or_else(|| format!("expected a whole number from 1 to {}", Shards::MOST))
}

impl Arguments {
    /// Connects and migrates.
    pub(super) async fn open(&self, url: &str, connections: u32) -> Result<Database, DatabaseError> {
        // A command that fails leaves no file behind.
        if missing_file(url).is_some() && self.shards.is_some_and(|shards| shards != Shards::ONE) {
            return Err(DatabaseError::EmbeddedShards);
        }
        let mut database = Database::connect_with(url, connections).await?;
        database.migrate(self.shards).await?;
        Ok(database)
    }
}

pub(super) fn execute(database: &Database) -> Outcome {
    match in_words(database) {
        Some(shards) => output::line(format_args!("the database is up to date. It has {shards}")),
        None => output::line("the database is up to date"),
    }
    Outcome::Done
}

/// How many shards there are, if there are several.
pub(super) fn in_words(database: &Database) -> Option<String> {
    let shards = Some(database.shards()).filter(|shards| *shards != Shards::ONE)?;
    Some(counted(u64::from(shards.count()), "shard", "shards"))
}

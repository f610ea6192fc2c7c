//! `migrate`

use domain::{shard::Shards, words::counted};
use persistence::{
    Database, DatabaseError, DbErr,
    database::{Wanted, missing_file},
};

use super::{outcome::Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Divide the users of a new PostgreSQL database into this many shards, 1 to 1024. Fixed from then on [default: 1]
    #[arg(long, value_name = "COUNT", value_parser = shards)]
    shards: Option<Shards>,

    /// Distribute the tables of a new, empty database over the nodes of a Citus cluster. The URL is that of its coordinator
    #[arg(long)]
    citus: bool,
}

fn shards(text: &str) -> Result<Shards, String> {
    let shards = text.parse().ok().and_then(Shards::new);
    shards.ok_or_else(|| format!("expected a whole number from 1 to {}", Shards::MOST))
}

impl Arguments {
    /// Connects and migrates.
    pub(super) async fn open(&self, url: &str, connections: u32) -> Result<Database, DatabaseError> {
        let wanted = Wanted { shards: self.shards, on_citus: self.citus };
        // A command that fails leaves no file behind.
        if missing_file(url).is_some() {
            wanted.check_embedded()?;
        }
        let mut database = Database::connect_with(url, connections).await?;
        database.migrate_as(wanted).await?;
        Ok(database)
    }
}

pub(super) async fn execute(database: &Database) -> anyhow::Result<Outcome> {
    match in_words(database).await? {
        Some(shards) => output::line(format_args!("the database is up to date. It has {shards}")),
        None => output::line("the database is up to date"),
    }
    Ok(Outcome::Done)
}

/// How many shards there are, if there are several, and on how many nodes of a cluster.
pub(super) async fn in_words(database: &Database) -> Result<Option<String>, DbErr> {
    let shards = counted(u64::from(database.shards().count()), "shard", "shards");
    Ok(match database.nodes().await? {
        Some(nodes) => Some(format!("{shards} on {} of a Citus cluster", counted(nodes, "node", "nodes"))),
        None => Some(shards).filter(|_| database.shards() != Shards::ONE),
    })
}

//! The history of the schema. Each migration has SQL for PostgreSQL and for SQLite, or code where rules of `domain` apply to
//! stored data, and runs in its own transaction.
//!
//! Never edit a released migration; add a new one.

mod derived;
mod statements;

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use self::{
    derived::{AddressKeys, DerivedTexts},
    statements::statements,
};

/// Oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            // All tables.
            migration!("m20261123_000001_initial"),
            // Audit entries refer to the user they name, so that an erasure finds them.
            migration!("m20261124_000002_audit_user"),
            // An index for searches in names and email addresses.
            migration!("m20261124_000003_text_search"),
            // When, and by which rule, each segment was last evaluated for everyone.
            migration!("m20261124_000004_settled"),
            // The progress of pulls.
            migration!("m20261125_000005_pull"),
            // An index for the latest clock of all runs.
            migration!("m20261125_000006_clock"),
            // The outermost set of a custom segment may be negated.
            migration!("m20261125_000007_negated"),
            // Instants only within the years that the programs can read.
            migration!("m20261126_000008_instants"),
            // Health of segments and issues of runs as values, not sentences.
            migration!("m20261128_000009_health_and_issues"),
            // Whether a user is marked because of the data or because of an override.
            migration!("m20261128_000010_data_changed"),
            // Where attempts come from, and an index to find them by id.
            migration!("m20261128_000011_moved_attempts"),
            // Users deleted in the host application.
            migration!("m20261128_000012_deleted_users"),
            // Ids without spaces, folded texts and providers by the present rules.
            Box::new(DerivedTexts { name: "m20261128_000013_derived_texts" }),
            // How many attempts are of no known provider.
            migration!("m20261128_000014_attempts_without_provider"),
            // Fewer keys and indexes on what runs write; stays and flows of segments.
            migration!("m20261128_000015_stays_and_flow"),
            // The shard of a user in every key, and counts of members by shard.
            migration!("m20261128_000016_shards"),
            // Several engines in one run.
            migration!("m20261128_000017_run_shards"),
            // Whether the tables are distributed over the nodes of a Citus cluster.
            migration!("m20261128_000018_citus"),
            // Attributes: fields that the host application declares, and their values.
            migration!("m20261129_000019_attributes"),
            // Segments that are emptied shard by shard before they are gone.
            migration!("m20261129_000020_being_deleted"),
            // Events and purchases, and what follows from them.
            migration!("m20261129_000021_events"),
            // Values of attributes as binary JSON on SQLite.
            migration!("m20261129_000022_binary_attributes"),
            // Sync of segments to a mail service.
            migration!("m20261129_000023_sync"),
            // The address of each user as addresses are compared.
            Box::new(AddressKeys { name: "m20261129_000024_address_keys" }),
            // Webhooks: endpoints of other systems, and the messages to them.
            migration!("m20261129_000025_webhooks"),
            // What became of mails to users.
            migration!("m20261129_000026_engagement"),
            // Saved goals, and when the host application has seen users.
            migration!("m20261130_000027_goals_and_seen"),
            // Alerts: rules that watch segments.
            migration!("m20261130_000028_alerts"),
            // Contacts that were taken out of remote segments.
            migration!("m20261130_000030_former_members"),
            // Tags of segments, and the segments that an admin has starred.
            migration!("m20261130_000031_tags_and_stars"),
            // Who was active on each day.
            migration!("m20261130_000032_activity_days"),
            // What a run did in each segment.
            migration!("m20261130_000033_run_segments"),
            // The segments that each buyer was in.
            migration!("m20261130_000034_credits"),
            // Why users entered, for reports.
            migration!("m20261201_000035_decided_entries"),
        ]
    }
}

/// From `NAME.postgres.sql` and `NAME.sqlite.sql` beside this file.
macro_rules! migration {
    ($name:literal) => {
        Box::new(Migration {
            name: $name,
            postgres: include_str!(concat!($name, ".postgres.sql")),
            sqlite: include_str!(concat!($name, ".sqlite.sql")),
        })
    };
}
use migration;

#[derive(Debug)]
struct Migration {
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Sqlite {
            return connection.execute_unprepared(self.sqlite).await.map(|_| ());
        }
        // Citus refuses to change a distributed table in a message with other statements.
        for statement in statements(self.postgres) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

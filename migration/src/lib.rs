//! The history of the schema: two texts for each migration, for PostgreSQL and for SQLite.
//!
//! A migration that has been released is never edited; a change is a new one. Each runs in a transaction of its own.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// All migrations, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            // All tables of the first version.
            migration!("m20261123_000001_initial"),
            // Entries of the audit log know the user whom they name, so that an erasure finds them.
            migration!("m20261124_000002_audit_user"),
            // A text within the names and e-mail addresses of users is found without reading all of them.
            migration!("m20261124_000003_text_search"),
            // What incremental runs go by: when and by which rule each segment was last right for everyone.
            migration!("m20261124_000004_settled"),
            // How far the queries of a host database have been read.
            migration!("m20261125_000005_pull"),
            // The latest clock of all runs is asked for by whoever writes history.
            migration!("m20261125_000006_clock"),
            // A custom segment's outermost set may be negated.
            migration!("m20261125_000007_negated"),
            // Instants are within the years that our programs can read.
            migration!("m20261126_000008_instants"),
            // Why runs passed segments and users over, as values in place of sentences.
            migration!("m20261128_000009_health_and_issues"),
        ]
    }
}

/// The migration of that name, from `NAME.postgres.sql` and `NAME.sqlite.sql` beside this file.
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

/// A text for each database.
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
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let text = if is_postgres { self.postgres } else { self.sqlite };
        manager.get_connection().execute_unprepared(text).await.map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! The history of the schema, one file per migration: its text for PostgreSQL and for SQLite beside each other.
//!
//! A migration that has been released is never edited; a change is a new one. Each runs in a transaction of its own.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

mod m20261123_000001_initial;
mod m20261124_000002_audit_user;
mod m20261124_000003_text_search;
mod m20261124_000004_settled;
mod m20261125_000005_pull;
mod m20261125_000006_clock;
mod m20261125_000007_negated;

/// All migrations, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_initial::Migration),
            Box::new(m20261124_000002_audit_user::Migration),
            Box::new(m20261124_000003_text_search::Migration),
            Box::new(m20261124_000004_settled::Migration),
            Box::new(m20261125_000005_pull::Migration),
            Box::new(m20261125_000006_clock::Migration),
            Box::new(m20261125_000007_negated::Migration),
        ]
    }
}

/// Executes the text of the database that there is.
async fn execute(manager: &SchemaManager<'_>, postgres: &str, sqlite: &str) -> Result<(), DbErr> {
    let text = if manager.get_database_backend() == DbBackend::Postgres { postgres } else { sqlite };
    manager.get_connection().execute_unprepared(text).await.map(|_| ())
}

//! An index that finds a text within names and email addresses.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Named after its file.
#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = match manager.get_database_backend() {
            DbBackend::Postgres => include_str!("m20261124_000003_text_search.postgres.sql"),
            _ => include_str!("m20261124_000003_text_search.sqlite.sql"),
        };
        manager.get_connection().execute_unprepared(text).await.map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! An index that finds a text within names and email addresses.

use sea_orm_migration::prelude::*;

use crate::execute;

/// Named after its file.
#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        execute(
            manager,
            include_str!("m20261124_000003_text_search.postgres.sql"),
            include_str!("m20261124_000003_text_search.sqlite.sql"),
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! The outermost set of a definition may be negated.

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
            include_str!("m20261125_000007_negated.postgres.sql"),
            include_str!("m20261125_000007_negated.sqlite.sql"),
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

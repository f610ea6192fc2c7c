//! All tables of the first version.

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
            include_str!("m20261123_000001_initial.postgres.sql"),
            include_str!("m20261123_000001_initial.sqlite.sql"),
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! Entries of the audit log know the user whom they name, so that an erasure finds them.

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
            include_str!("m20261124_000002_audit_user.postgres.sql"),
            include_str!("m20261124_000002_audit_user.sqlite.sql"),
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

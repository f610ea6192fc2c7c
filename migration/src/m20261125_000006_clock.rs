//! The latest clock of all runs is asked for by whoever writes history.

use sea_orm_migration::prelude::*;

use crate::execute;

/// Named after its file.
#[derive(Debug, DeriveMigrationName)]
pub(crate) struct Migration;

const INDEX: &str = "CREATE INDEX segmentation_run_as_of ON segmentation_run (as_of)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        execute(manager, INDEX, INDEX).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

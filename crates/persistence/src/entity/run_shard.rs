//! How far a run is in each shard.

use domain::run::ShardStage;
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "run_shard")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub shard: i16,
    pub stage: EnumText<ShardStage>,
    /// New with everyone who takes it.
    pub fence: i64,
    pub owner: Option<String>,
    /// By the database's clock. Unset before somebody has it.
    pub lease_until: Option<DateTimeUtc>,
    /// Of an incremental run.
    pub users_total: i64,
    pub users_processed: i64,
    pub memberships_created: i64,
    pub memberships_removed: i64,
    pub unknown_plans: i64,
    /// Per segment, entries and exits as evaluated.
    pub changes: Json,
    /// Per segment, members who would leave because data changed.
    pub leaving: Json,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

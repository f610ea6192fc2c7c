//! Runs of the engine.

use domain::run::{RunMode, RunState, RunTrigger};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segmentation_run")]
pub struct Model {
    /// Also the fence of the lease.
    #[sea_orm(primary_key)]
    pub id: i64,
    pub state: EnumText<RunState>,
    #[sea_orm(column_name = "trigger")]
    pub trigger: EnumText<RunTrigger>,
    pub mode: EnumText<RunMode>,
    pub as_of: DateTimeUtc,
    pub started_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    /// By the database's clock.
    pub lease_until: DateTimeUtc,
    pub owner: String,
    pub users_total: i64,
    pub users_processed: i64,
    pub segments_created: i64,
    pub segments_removed: i64,
    /// Users whose plan has no segment.
    pub unknown_plans: i64,
    /// Of all users; counted when it ends.
    pub attempts_without_provider: i64,
    /// The first 1,000; see `domain::run::RunIssue`.
    pub issues: Json,
    pub issue_count: i64,
    /// Why it ended early.
    pub failure: Option<String>,
    /// What all its engines keep to. Unset until it is prepared.
    pub plan: Option<Json>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

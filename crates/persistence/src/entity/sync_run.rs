//! Syncs to the mail service. At most one is `running`.

use domain::{
    mail::SyncMode,
    run::{RunState, RunTrigger},
};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_run")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub state: EnumText<RunState>,
    pub trigger: EnumText<RunTrigger>,
    pub mode: EnumText<SyncMode>,
    pub started_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    pub lease_until: DateTimeUtc,
    pub owner: String,
    /// See `domain::mail::SyncCounts`.
    pub counts: Json,
    /// See `domain::mail::SyncIssue`.
    pub issues: Json,
    pub issue_count: i64,
    pub failure: Option<String>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

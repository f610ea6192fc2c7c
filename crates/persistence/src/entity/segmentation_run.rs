//! Runs of the engine.

use sea_orm::entity::prelude::*;

/// A row of `segmentation_run`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segmentation_run")]
pub struct Model {
    /// Ascending: the fence of the lease.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// See `domain::run::RunState`.
    pub state: String,
    /// See `domain::run::RunTrigger`.
    #[sea_orm(column_name = "trigger")]
    pub trigger: String,
    /// See `domain::run::RunMode`.
    pub mode: String,
    /// The clock of its rules.
    pub as_of: DateTimeUtc,
    /// When.
    pub started_at: DateTimeUtc,
    /// When.
    pub finished_at: Option<DateTimeUtc>,
    /// Until when its owner holds the lease, by the database's clock.
    pub lease_until: DateTimeUtc,
    /// Which process.
    pub owner: String,
    /// How many users it is to evaluate.
    pub users_total: i64,
    /// How many it has.
    pub users_processed: i64,
    /// Memberships entered.
    pub segments_created: i64,
    /// Memberships left.
    pub segments_removed: i64,
    /// Users whose plan has no segment.
    pub unknown_plans: i64,
    /// The first of them; see `domain::run::RunIssue`.
    pub issues: Json,
    pub issue_count: i64,
    /// Why it failed.
    pub failure: Option<String>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

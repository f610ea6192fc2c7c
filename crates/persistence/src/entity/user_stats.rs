//! What is kept of the attempts of each user; every write of attempts keeps it true.

use sea_orm::entity::prelude::*;

/// A row of `user_stats`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_stats")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    /// All attempts.
    pub quiz_count: i64,
    /// The latest of them.
    pub last_quiz_at: Option<DateTimeUtc>,
    /// How many of the latest 100 there are.
    pub recent_total: i64,
    /// How many of those are AWS.
    pub recent_aws: i64,
    /// How many of those are Azure.
    pub recent_azure: i64,
    /// How many of those are GCP.
    pub recent_gcp: i64,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

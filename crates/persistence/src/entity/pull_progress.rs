//! The progress of each query of a host database.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_progress")]
pub struct Model {
    /// The host database, by its name in the configuration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// `users` or `attempts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    /// A changed query starts from the beginning.
    pub query_hash: String,
    /// The ceiling of the latest finished round.
    pub settled: Option<i64>,
    /// The ceiling of the current round.
    pub ceiling: Option<i64>,
    /// The watermark of the last row read in the current round.
    pub at_watermark: Option<i64>,
    /// The id of that row.
    pub at_id: Option<String>,
    /// The user of that row; empty for a row of users.
    pub at_user: Option<String>,
    /// Incremented by each write.
    pub step: i64,
    /// When the latest round finished.
    pub pulled_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! How far each query of a host database has been read.

use sea_orm::entity::prelude::*;

/// A row of `pull_progress`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_progress")]
pub struct Model {
    /// Which host database, by the name that its configuration gives it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// `users` or `attempts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    /// Of the query that was read by: another query is read from the beginning.
    pub query_hash: String,
    /// Up to which watermark the latest round that came to its end has read.
    pub settled: Option<i64>,
    /// Up to which watermark the round in hand reads.
    pub ceiling: Option<i64>,
    /// The watermark of the last row that it has read.
    pub at_watermark: Option<i64>,
    /// That row's id.
    pub at_id: Option<String>,
    /// That row's user; empty for a row of users.
    pub at_user: Option<String>,
    /// Counts every write.
    pub step: i64,
    /// When the latest round came to its end.
    pub pulled_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

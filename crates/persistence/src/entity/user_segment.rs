//! Memberships, current and past: one row for each user and segment.

use sea_orm::entity::prelude::*;

/// A row of `user_segment`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_segment")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: i32,
    /// The last entry.
    pub added_at: DateTimeUtc,
    /// The last exit, if it came after.
    pub removed_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Memberships, current and past: one row per user and segment.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_segment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: i32,
    pub added_at: DateTimeUtc,
    /// `None` for current members.
    pub removed_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

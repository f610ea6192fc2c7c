//! Admins' overrides of one user and one segment.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment_override")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: i32,
    /// See `domain::overrides::OverrideKind`.
    pub decision: String,
    pub actor: String,
    pub reason: Option<String>,
    pub created_at: DateTimeUtc,
    /// Never expires if unset.
    pub expires_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Admins' sticky decisions about one user and one segment.

use sea_orm::entity::prelude::*;

/// A row of `segment_override`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment_override")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: i32,
    /// See `domain::overrides::OverrideKind`.
    pub decision: String,
    /// By whom.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub created_at: DateTimeUtc,
    /// Until when; for good if unset.
    pub expires_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Who did what.

use sea_orm::entity::prelude::*;

/// A row of `audit_log`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub struct Model {
    /// Ascending.
    #[sea_orm(primary_key)]
    pub no: i64,
    /// When.
    pub at: DateTimeUtc,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub target: Option<String>,
    /// The user whom the target names.
    pub user_no: Option<i64>,
    /// In which request.
    pub request_id: Option<String>,
    /// More of it.
    pub detail: Option<Json>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

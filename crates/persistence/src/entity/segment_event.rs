//! The ledger: every enter and leave, append-only.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub no: i64,
    /// Stays when the user is erased.
    pub user_no: i64,
    pub segment_id: i32,
    /// Entered or left.
    pub entered: bool,
    /// Of a run, its `as_of`.
    pub at: DateTimeUtc,
    /// See `domain::membership::Cause`.
    pub cause: String,
    pub run_id: Option<i64>,
    pub actor: Option<String>,
    /// Of a leave: the start of the stay that it ends.
    pub since: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The ledger: every enter and leave, append-only.

use sea_orm::entity::prelude::*;

/// A row of `segment_event`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment_event")]
pub struct Model {
    /// Ascending.
    #[sea_orm(primary_key)]
    pub no: i64,
    /// Who; stays when the user is erased.
    pub user_no: i64,
    /// Where.
    pub segment_id: i32,
    /// Entered, or else left.
    pub entered: bool,
    /// When: a run's `as_of`.
    pub at: DateTimeUtc,
    /// See `domain::membership::Cause`.
    pub cause: String,
    /// By which run.
    pub run_id: Option<i64>,
    /// By whom.
    pub actor: Option<String>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

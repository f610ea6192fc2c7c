//! What became of rules that watch segments.

use domain::alert::{AlertKind, AlertTurn};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "alert_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub rule_id: String,
    /// The key.
    pub segment: String,
    pub kind: EnumText<AlertKind>,
    pub at: DateTimeUtc,
    pub run_id: Option<i64>,
    pub observed: i64,
    pub base: Option<i64>,
    pub state: EnumText<AlertTurn>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Rules that watch segments.

use domain::alert::{AlertBase, AlertDirection, AlertKind, AlertState};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "alert_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub segment_id: i32,
    pub kind: EnumText<AlertKind>,
    pub threshold: i64,
    /// This and the next two only of changes.
    pub direction: Option<EnumText<AlertDirection>>,
    pub against: Option<EnumText<AlertBase>>,
    pub min_size: Option<i64>,
    pub cooldown_hours: i32,
    pub state: EnumText<AlertState>,
    pub since: DateTimeUtc,
    pub fired_at: Option<DateTimeUtc>,
    pub observed: Option<i64>,
    pub base: Option<i64>,
    pub looked_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub changed_by: String,
    pub changed_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

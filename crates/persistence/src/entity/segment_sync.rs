//! Segments that are synced to a mail service.

use domain::mail::{Extras, SyncState};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment_sync")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: i32,
    pub segment_type: String,
    pub segment_value: String,
    pub state: EnumText<SyncState>,
    pub remote_id: Option<String>,
    pub is_being_made: bool,
    pub made_here: bool,
    pub remote_name: Option<String>,
    pub extras: EnumText<Extras>,
    pub seen_version: i64,
    pub seen_rule: Option<String>,
    pub missing: i64,
    pub extra: i64,
    pub held_up_leaving: Option<i64>,
    pub held_up_delivered: Option<i64>,
    pub synced_at: Option<DateTimeUtc>,
    pub full_at: Option<DateTimeUtc>,
    pub failure: Option<String>,
    pub changed_by: String,
    pub changed_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

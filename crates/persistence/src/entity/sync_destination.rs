//! The mail service to which segments are synced: one row.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_destination")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i16,
    /// Eight hex digits, drawn once.
    pub installation: String,
    pub is_paused: bool,
    pub rate_limit: Option<i32>,
    pub contact_limit: Option<i64>,
    pub last_event_at: Option<DateTimeUtc>,
    pub events_read_to: Option<DateTimeUtc>,
    pub webhook_state: Option<String>,
    pub failure: Option<String>,
    pub failed_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Events of the mail service.

use domain::mail::EventState;
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_event")]
pub struct Model {
    /// With which the service signs it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[sea_orm(column_name = "type")]
    pub kind: Option<String>,
    pub at: Option<DateTimeUtc>,
    pub received_at: DateTimeUtc,
    pub state: EnumText<EventState>,
    pub tries: i32,
    pub try_at: Option<DateTimeUtc>,
    pub failure: Option<String>,
    /// Only while it waits.
    pub body: Option<String>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Names of events, numbered.

use domain::event::EventKind;
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i16,
    /// In lower case.
    pub name: String,
    pub kind: EnumText<EventKind>,
    /// Whether such an event shows that a user was active.
    pub is_activity: bool,
    pub created_at: DateTimeUtc,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What the events of erased users add up to, by day in UTC.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "erased_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// Of [`event_name`](super::event_name).
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_no: i16,
    /// Empty for events without an amount.
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    pub events: i64,
    /// Of purchases, in minor units.
    pub gross: i64,
    /// Of refunds: 0 or less.
    pub refunded: i64,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

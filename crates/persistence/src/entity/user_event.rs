//! What users did.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_no: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Of [`event_name`](super::event_name).
    pub name_no: i16,
    pub occurred_at: DateTimeUtc,
    /// In minor units. Below 0 for a refund.
    pub amount: Option<i64>,
    /// Set if the amount is.
    pub currency: Option<String>,
    /// The id of a purchase of the same user, which need not be known yet.
    pub refund_of: Option<String>,
    pub recorded_at: DateTimeUtc,
    /// Of an amount, the segments that the user was in: see [`credits`](crate::reports::credits). Unset until a run has looked.
    pub member_of: Option<String>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

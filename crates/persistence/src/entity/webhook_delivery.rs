//! The messages to each webhook.

use domain::{
    membership::Cause,
    webhook::{DeliveryOutcome, DeliveryState, WebhookEvent},
};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub webhook_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i64,
    pub shard: i16,
    pub event: EnumText<WebhookEvent>,
    /// 0 if it is about none.
    pub segment_id: i32,
    /// The key.
    pub segment: Option<String>,
    pub at: DateTimeUtc,
    pub cause: Option<EnumText<Cause>>,
    pub run_id: Option<i64>,
    pub version: Option<i32>,
    /// Of an alert.
    pub alert_event_id: Option<i64>,
    /// Numbers of users, as JSON.
    pub user_numbers: String,
    pub user_count: i32,
    pub state: EnumText<DeliveryState>,
    pub attempts: i32,
    pub takes: i64,
    pub next_at: Option<DateTimeUtc>,
    pub lease_until: Option<DateTimeUtc>,
    pub outcome: Option<EnumText<DeliveryOutcome>>,
    pub answer: Option<i32>,
    pub queued_at: DateTimeUtc,
    pub attempted_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

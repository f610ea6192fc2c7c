//! Endpoints of other systems that receive changes.

use domain::webhook::{OffReason, WebhookState};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub url: String,
    pub events: Json,
    /// `None` for all.
    pub segments: Option<Json>,
    pub is_personal: bool,
    pub secret: String,
    pub former_secret: Option<String>,
    pub former_until: Option<DateTimeUtc>,
    pub state: EnumText<WebhookState>,
    pub off_reason: Option<EnumText<OffReason>>,
    pub failing_since: Option<DateTimeUtc>,
    pub delivered_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub changed_by: String,
    pub changed_at: DateTimeUtc,
}

/// Logs and panics have no secret, and no URL, which may hold one.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("id", &self.id).finish_non_exhaustive()
    }
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! People at the mail service whom we looked up or made, by their addresses.

use domain::mail::{ContactOrigin, ContactState};
use sea_orm::entity::prelude::*;

use super::enum_text::EnumText;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub address_key: String,
    /// As it was sent.
    pub address: String,
    pub remote_id: Option<String>,
    pub origin: EnumText<ContactOrigin>,
    pub state: EnumText<ContactState>,
    /// Before our first call about it.
    pub tried_at: DateTimeUtc,
    /// As last sent.
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// The name of the service's error.
    pub refused_why: Option<String>,
    pub refused_at: Option<DateTimeUtc>,
    pub failures: i32,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

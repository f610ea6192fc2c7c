//! Who may call.

use sea_orm::entity::prelude::*;

/// A row of `api_token`.
#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_token")]
pub struct Model {
    /// A UUID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// For people.
    pub name: String,
    /// The first characters, to recognise it by.
    pub prefix: String,
    /// SHA-256 in hex; the token itself is nowhere.
    pub token_hash: String,
    /// See `domain::role::Role`.
    pub role: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// Until when.
    pub expires_at: Option<DateTimeUtc>,
    /// Since when it is void.
    pub revoked_at: Option<DateTimeUtc>,
}

/// No relations: joins are written out where they are used.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! API tokens: who may call. Only a token's hash is stored.

use domain::instant::Instant;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::entity::api_token;

/// A token that is to be stored.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// A UUID.
    pub id: String,
    /// For people.
    pub name: String,
    /// The first characters, to recognise it by.
    pub prefix: String,
    /// SHA-256 in hex.
    pub hash: String,
    /// `ADMIN` or `SUPERADMIN`.
    pub role: String,
}

/// Stores a token.
pub async fn insert(connection: &impl ConnectionTrait, new: NewToken, now: Instant) -> Result<(), DbErr> {
    let row = api_token::ActiveModel {
        id: Set(new.id),
        name: Set(new.name),
        prefix: Set(new.prefix),
        token_hash: Set(new.hash),
        role: Set(new.role),
        created_at: Set(now),
        expires_at: Set(None),
        revoked_at: Set(None),
    };
    api_token::Entity::insert(row).exec_without_returning(connection).await.map(|_| ())
}

/// The role of the token with that hash, if it is valid now.
pub async fn role(connection: &impl ConnectionTrait, hash: &str, now: Instant) -> Result<Option<String>, DbErr> {
    let row = api_token::Entity::find().filter(api_token::Column::TokenHash.eq(hash)).one(connection).await?;
    let valid = row.filter(|row| row.revoked_at.is_none() && row.expires_at.is_none_or(|expires| expires > now));
    Ok(valid.map(|row| row.role))
}

//! API tokens. Only a token's hash is stored.

use domain::{instant::Instant, role::Role};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::entity::{api_token, enum_text::EnumText};

#[derive(Debug, Clone)]
pub struct NewToken {
    /// A UUID.
    pub id: String,
    pub name: String,
    /// The first characters, to recognize the token by.
    pub prefix: String,
    /// SHA-256 in hex.
    pub hash: String,
    pub role: Role,
    /// Never expires if unset.
    pub expires_at: Option<Instant>,
}

pub async fn insert(connection: &impl ConnectionTrait, new: NewToken, now: Instant) -> Result<(), DbErr> {
    let row = api_token::ActiveModel {
        id: Set(new.id),
        name: Set(new.name),
        prefix: Set(new.prefix),
        token_hash: Set(new.hash),
        role: Set(EnumText(new.role)),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        revoked_at: Set(None),
    };
    api_token::Entity::insert(row).exec_without_returning(connection).await.map(|_| ())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredToken {
    /// A UUID.
    pub id: String,
    pub name: String,
    /// The first characters, to recognize the token by.
    pub prefix: String,
    pub role: Role,
    pub created_at: Instant,
    /// Never expires if unset.
    pub expires_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

/// The token with this hash, if it is valid now.
pub async fn find(connection: &impl ConnectionTrait, hash: &str, now: Instant) -> Result<Option<StoredToken>, DbErr> {
    let row = api_token::Entity::find().filter(api_token::Column::TokenHash.eq(hash)).one(connection).await?;
    let valid = row.filter(|row| row.revoked_at.is_none() && row.expires_at.is_none_or(|expires| expires > now));
    Ok(valid.map(StoredToken::from))
}

/// Newest first.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredToken>, DbErr> {
    let rows = api_token::Entity::find().order_by_desc(api_token::Column::CreatedAt).all(connection).await?;
    Ok(rows.into_iter().map(StoredToken::from).collect())
}

/// Returns `false` if there is no such token or it was revoked before.
pub async fn revoke(connection: &impl ConnectionTrait, id: &str, now: Instant) -> Result<Option<String>, DbErr> {
    let token = api_token::Entity::find_by_id(id).one(connection).await?;
    let revoked = api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, Expr::value(now))
        .filter(api_token::Column::Id.eq(id))
        .filter(api_token::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(token.filter(|_| revoked.rows_affected > 0).map(|token| token.name))
}

impl From<api_token::Model> for StoredToken {
    fn from(row: api_token::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            role: row.role.0,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

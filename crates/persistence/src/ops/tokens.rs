//! API tokens: who may call. Only a token's hash is stored.

use domain::{instant::Instant, role::Role};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::{database::values::from_text, entity::api_token};

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
    pub role: Role,
    /// From when on it is void, if ever.
    pub expires_at: Option<Instant>,
}

/// Stores a token.
pub async fn insert(connection: &impl ConnectionTrait, new: NewToken, now: Instant) -> Result<(), DbErr> {
    let row = api_token::ActiveModel {
        id: Set(new.id),
        name: Set(new.name),
        prefix: Set(new.prefix),
        token_hash: Set(new.hash),
        role: Set(new.role.as_str().into()),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        revoked_at: Set(None),
    };
    api_token::Entity::insert(row).exec_without_returning(connection).await.map(|_| ())
}

/// A token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredToken {
    /// A UUID.
    pub id: String,
    /// For people.
    pub name: String,
    /// The first characters, to recognise it by.
    pub prefix: String,
    pub role: Role,
    /// When it was made.
    pub created_at: Instant,
    /// From when on it is void, if ever.
    pub expires_at: Option<Instant>,
    /// Since when it is void.
    pub revoked_at: Option<Instant>,
}

/// The token with that hash, if it is valid now.
pub async fn find(connection: &impl ConnectionTrait, hash: &str, now: Instant) -> Result<Option<StoredToken>, DbErr> {
    let row = api_token::Entity::find().filter(api_token::Column::TokenHash.eq(hash)).one(connection).await?;
    let valid = row.filter(|row| row.revoked_at.is_none() && row.expires_at.is_none_or(|expires| expires > now));
    valid.map(StoredToken::try_from).transpose()
}

/// All of them, the newest first.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredToken>, DbErr> {
    let rows = api_token::Entity::find().order_by_desc(api_token::Column::CreatedAt).all(connection).await?;
    rows.into_iter().map(StoredToken::try_from).collect()
}

/// Makes a token void from now on. `false` if there is none of that id that is not void already.
pub async fn revoke(connection: &impl ConnectionTrait, id: &str, now: Instant) -> Result<bool, DbErr> {
    let revoked = api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, Expr::value(now))
        .filter(api_token::Column::Id.eq(id))
        .filter(api_token::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(revoked.rows_affected > 0)
}

impl TryFrom<api_token::Model> for StoredToken {
    type Error = DbErr;

    fn try_from(row: api_token::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            role: from_text(&row.role)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}

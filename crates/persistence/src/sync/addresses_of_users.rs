//! Whether users have an address now, and which ones those who had it have now.

use std::collections::HashMap;

use domain::{ids::UserId, mail::AddressKey};
use sea_orm::{ConnectionTrait, DbErr};

use super::keys_parameter;
use crate::database::{
    backend::Backend,
    json_rows::{self, Type, rows, statement},
};

pub async fn exists(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) FROM users WHERE address_key = $1";
    Ok(json_rows::count(connection, sql, [key.as_str().into()]).await? > 0)
}

/// Whether users have or had the address.
pub async fn is_of_somebody(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) FROM user_former_address WHERE address_key = $1";
    Ok(exists(connection, key).await? || json_rows::count(connection, sql, [key.as_str().into()]).await? > 0)
}

/// The present addresses of users who had the address before.
pub async fn now_of_former(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<Vec<AddressKey>, DbErr> {
    let sql = format!(
        "SELECT DISTINCT users.address_key FROM user_former_address \
         JOIN users ON users.no = user_former_address.user_no AND {same_shard} \
         WHERE user_former_address.address_key = $1 AND users.address_key IS NOT NULL AND users.address_key <> $1",
        same_shard = Backend::of(connection).same_shard("users", "user_former_address"),
    );
    let found = connection.query_all_raw(statement(connection, sql, [key.as_str().into()])).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored)).collect()
}

/// The first user, in the order of ids, with each of these addresses.
pub async fn first(
    connection: &impl ConnectionTrait,
    keys: &[AddressKey],
) -> Result<HashMap<AddressKey, UserId>, DbErr> {
    let sql = format!(
        "SELECT users.address_key, min(users.id) FROM ({}) AS input JOIN users ON users.address_key = input.address_key \
         GROUP BY users.address_key",
        rows(connection, &[("address_key", Type::Text)])
    );
    let found = connection.query_all_raw(statement(connection, sql, [keys_parameter(keys)])).await?;
    found
        .iter()
        .map(|row| Ok((AddressKey::stored(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?))))
        .collect()
}

//! Whether users have an address now, and which ones those who had it have now.

use std::collections::{BTreeSet, HashMap};

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

/// Those of the addresses that users have or had.
pub async fn of_somebody(
    connection: &impl ConnectionTrait,
    keys: &[AddressKey],
) -> Result<BTreeSet<AddressKey>, DbErr> {
    let mut of_somebody = BTreeSet::new();
    for table in ["users", "user_former_address"] {
        let sql = format!(
            "SELECT DISTINCT input.address_key FROM ({}) AS input JOIN {table} ON {table}.address_key = input.address_key",
            rows(connection, &[("address_key", Type::Text)])
        );
        for row in connection.query_all_raw(statement(connection, sql, [keys_parameter(keys)])).await? {
            of_somebody.insert(AddressKey::stored(row.try_get_by_index(0)?));
        }
    }
    Ok(of_somebody)
}

/// Whether users have or had the address.
pub async fn is_of_somebody(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<bool, DbErr> {
    Ok(!of_somebody(connection, std::slice::from_ref(key)).await?.is_empty())
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

//! Addresses of which something changed since they were last synced: the user's address or names, or a suppression.

use std::collections::{BTreeMap, BTreeSet};

use domain::mail::AddressKey;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::database::json_rows::{Type, parameter, rows, statement};

/// A mark is cleared only if it is the one that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub key: AddressKey,
    seq: i64,
}

pub async fn mark(connection: &impl ConnectionTrait, keys: &BTreeSet<AddressKey>) -> Result<(), DbErr> {
    if keys.is_empty() {
        return Ok(());
    }
    // In a fixed order, so that concurrent writers cannot deadlock.
    let sql = format!(
        "INSERT INTO sync_dirty (address_key, seq) SELECT address_key, 1 FROM ({}) AS input WHERE true \
         ORDER BY address_key ON CONFLICT (address_key) DO UPDATE SET seq = sync_dirty.seq + 1",
        rows(connection, &[("address_key", Type::Text)])
    );
    connection
        .execute_raw(statement(connection, sql, [parameter(keys.iter().map(|key| json!([key])))]))
        .await
        .map(|_| ())
}

/// In the order of addresses.
pub async fn page(
    connection: &impl ConnectionTrait,
    after: Option<&AddressKey>,
    limit: u32,
) -> Result<Vec<Mark>, DbErr> {
    let sql = "SELECT address_key, seq FROM sync_dirty WHERE address_key > $1 ORDER BY address_key LIMIT $2";
    let after = after.map_or("", AddressKey::as_str);
    let found = connection.query_all_raw(statement(connection, sql, [after.into(), i64::from(limit).into()])).await?;
    found
        .iter()
        .map(|row| Ok(Mark { key: AddressKey::stored(row.try_get_by_index(0)?), seq: row.try_get_by_index(1)? }))
        .collect()
}

/// Whether nothing is marked.
pub async fn is_empty(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(page(connection, None, 1).await?.is_empty())
}

pub async fn clear(connection: &impl ConnectionTrait, marks: &[Mark]) -> Result<(), DbErr> {
    if marks.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "DELETE FROM sync_dirty WHERE (address_key, seq) IN (SELECT address_key, seq FROM ({}) AS input)",
        rows(connection, &[("address_key", Type::Text), ("seq", Type::Integer)])
    );
    // One mark for each address.
    let marks: BTreeMap<_, _> = marks.iter().map(|mark| (&mark.key, mark.seq)).collect();
    let marks = parameter(marks.iter().map(|(key, seq)| json!([key, seq])));
    connection.execute_raw(statement(connection, sql, [marks])).await.map(|_| ())
}

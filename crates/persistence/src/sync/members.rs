//! What we put into remote segments: a row for each contact and segment, written before the request and settled after it.

use std::collections::BTreeSet;

use domain::{ids::SegmentId, instant::Instant, mail::AddressKey};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use super::keys_parameter;
use crate::{
    database::json_rows::{self, Type, parameter, rows, statement},
    entity::enum_text::EnumText,
};
pub use domain::mail::MemberState;

/// A contact and one of our segments.
pub type Pair = (AddressKey, SegmentId);

const PAIR: [(&str, Type); 2] = [("address_key", Type::Text), ("segment_id", Type::Small)];

fn pairs_parameter(pairs: &[Pair]) -> Value {
    parameter(pairs.iter().map(|(key, segment)| json!([key, segment])))
}

/// Rows of `sync_member` that parameter `$1` lists. With `EXISTS`, SQLite would read the list again for each row of the table.
fn among(connection: &impl ConnectionTrait) -> String {
    format!("(address_key, segment_id) IN (SELECT address_key, segment_id FROM ({}) AS input)", rows(connection, &PAIR))
}

/// Notes that these are about to be put in. Those that are in stay in.
pub async fn joining(connection: &impl ConnectionTrait, pairs: &[Pair], now: Instant) -> Result<(), DbErr> {
    if pairs.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO sync_member (address_key, segment_id, state, since) \
         SELECT address_key, segment_id, 'joining', $2 FROM ({}) AS input WHERE true ORDER BY address_key, segment_id \
         ON CONFLICT (address_key, segment_id) DO UPDATE SET state = excluded.state, since = excluded.since \
         WHERE sync_member.state = 'leaving'",
        rows(connection, &PAIR)
    );
    connection.execute_raw(statement(connection, sql, [pairs_parameter(pairs), now.into()])).await.map(|_| ())
}

/// Notes that these are about to be taken out.
pub async fn leaving(connection: &impl ConnectionTrait, pairs: &[Pair], now: Instant) -> Result<(), DbErr> {
    if pairs.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "UPDATE sync_member SET state = 'leaving', since = $2 WHERE {} AND state NOT IN ('leaving', 'found')",
        among(connection)
    );
    connection.execute_raw(statement(connection, sql, [pairs_parameter(pairs), now.into()])).await.map(|_| ())
}

/// Whether others had put the contact into a remote segment that we did not make. One that we made has only what we put there, and
/// what we have lost count of.
const OF_OTHERS: &str = "EXISTS (SELECT 1 FROM segment_sync \
     JOIN sync_drift ON sync_drift.segment_id = segment_sync.segment_id AND sync_drift.kind = 'extra' \
     JOIN sync_contact ON sync_contact.remote_id = sync_drift.remote_id \
     WHERE segment_sync.segment_id = sync_member.segment_id AND NOT segment_sync.made_here \
     AND sync_contact.address_key = sync_member.address_key)";

/// The mail service has confirmed that these are in. Write the contacts first. Returns how many were on their way.
pub async fn joined(connection: &impl ConnectionTrait, pairs: &[Pair], now: Instant) -> Result<u64, DbErr> {
    if pairs.is_empty() {
        return Ok(0);
    }
    let sql = format!(
        "UPDATE sync_member SET state = CASE WHEN {OF_OTHERS} THEN 'found' ELSE 'in' END, since = $2 \
         WHERE {} AND state = 'joining'",
        among(connection)
    );
    let joined = connection.execute_raw(statement(connection, sql, [pairs_parameter(pairs), now.into()])).await?;
    Ok(joined.rows_affected())
}

/// These are out, or never were in.
pub async fn left(connection: &impl ConnectionTrait, pairs: &[Pair]) -> Result<(), DbErr> {
    if pairs.is_empty() {
        return Ok(());
    }
    let sql = format!("DELETE FROM sync_member WHERE {}", among(connection));
    connection.execute_raw(statement(connection, sql, [pairs_parameter(pairs)])).await.map(|_| ())
}

/// Remembers that we took these out.
pub async fn note_taken_out(connection: &impl ConnectionTrait, pairs: &[Pair]) -> Result<(), DbErr> {
    if pairs.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO sync_former_member (address_key, segment_id) SELECT address_key, segment_id FROM ({}) AS input \
         WHERE true ON CONFLICT DO NOTHING",
        rows(connection, &PAIR)
    );
    connection.execute_raw(statement(connection, sql, [pairs_parameter(pairs)])).await.map(|_| ())
}

/// Those of these contacts that we once took out of the remote segment.
pub async fn taken_out(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    keys: &[AddressKey],
) -> Result<BTreeSet<AddressKey>, DbErr> {
    let sql = format!(
        "SELECT sync_former_member.address_key FROM ({}) AS input \
         JOIN sync_former_member ON sync_former_member.address_key = input.address_key AND segment_id = $2",
        rows(connection, &[("address_key", Type::Text)])
    );
    let values = [keys_parameter(keys), segment.0.into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored)).collect()
}

/// The contact is not at the mail service any more, and so in none of its segments. One that has its address later is another.
pub async fn left_all(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<(), DbErr> {
    for table in ["sync_member", "sync_former_member"] {
        let sql = format!("DELETE FROM {table} WHERE address_key = $1");
        connection.execute_raw(statement(connection, sql, [key.as_str().into()])).await?;
    }
    Ok(())
}

/// The remote segment is not there any more. Returns how many contacts were in it by our doing.
pub async fn segment_left(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<u64, DbErr> {
    let ours = "DELETE FROM sync_member WHERE segment_id = $1 AND state = 'in'";
    let ours = connection.execute_raw(statement(connection, ours, [segment.0.into()])).await?.rows_affected();
    for table in ["sync_member", "sync_former_member", "sync_drift"] {
        let sql = format!("DELETE FROM {table} WHERE segment_id = $1");
        connection.execute_raw(statement(connection, sql, [segment.0.into()])).await?;
    }
    Ok(ours)
}

/// Contacts in a remote segment by our doing, or on their way, in the order of addresses.
pub async fn page(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    after: Option<&AddressKey>,
    limit: u32,
) -> Result<Vec<(AddressKey, MemberState)>, DbErr> {
    let sql = "SELECT address_key, state FROM sync_member WHERE segment_id = $1 AND address_key > $2 \
               ORDER BY address_key LIMIT $3";
    let values = [segment.0.into(), after.map_or("", AddressKey::as_str).into(), i64::from(limit).into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found
        .iter()
        .map(|row| {
            let EnumText(state) = row.try_get_by_index(1)?;
            Ok((AddressKey::stored(row.try_get_by_index(0)?), state))
        })
        .collect()
}

/// What is known of these contacts in all remote segments.
pub async fn of_contacts(
    connection: &impl ConnectionTrait,
    keys: &[AddressKey],
) -> Result<Vec<(Pair, MemberState)>, DbErr> {
    let sql = format!(
        "SELECT sync_member.address_key, sync_member.segment_id, sync_member.state FROM ({}) AS input \
         JOIN sync_member ON sync_member.address_key = input.address_key",
        rows(connection, &[("address_key", Type::Text)])
    );
    let found = connection.query_all_raw(statement(connection, sql, [keys_parameter(keys)])).await?;
    found
        .iter()
        .map(|row| {
            let EnumText(state) = row.try_get_by_index(2)?;
            let pair = (AddressKey::stored(row.try_get_by_index(0)?), SegmentId(row.try_get_by_index(1)?));
            Ok((pair, state))
        })
        .collect()
}

/// How many contacts are in a remote segment by our doing.
pub async fn count_delivered(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<u64, DbErr> {
    let sql = "SELECT count(*) FROM sync_member WHERE segment_id = $1 AND state IN ('in', 'leaving')";
    json_rows::count(connection, sql, [segment.0.into()]).await
}

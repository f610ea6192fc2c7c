//! Contacts of erased people that are still to be deleted at the mail service.

use std::collections::BTreeSet;

use domain::{instant::Instant, mail::AddressKey};
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::json_rows::{self, statement};

/// How a contact is found at the mail service. An address is kept only until the deletion is confirmed.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    Id(String),
    Address(String),
}

impl Target {
    fn text(&self) -> &str {
        match self {
            Self::Id(text) | Self::Address(text) => text,
        }
    }
}

/// Logs and panics have no address.
impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Target(…)")
    }
}

/// Oldest first.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Target>, DbErr> {
    let sql = "SELECT target, is_address FROM sync_erasure ORDER BY since, target";
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    found
        .iter()
        .map(|row| {
            let target = row.try_get_by_index(0)?;
            Ok(if row.try_get_by_index(1)? { Target::Address(target) } else { Target::Id(target) })
        })
        .collect()
}

/// Addresses of which the contact is still to be deleted. Nobody who has one of them now may get that contact.
pub async fn addresses(connection: &impl ConnectionTrait) -> Result<BTreeSet<AddressKey>, DbErr> {
    let found = all(connection).await?;
    Ok(found
        .iter()
        .filter_map(|target| match target {
            Target::Address(address) => AddressKey::of(address),
            Target::Id(_) => None,
        })
        .collect())
}

/// Whether the contact is still to be deleted.
pub async fn waits(connection: &impl ConnectionTrait, remote_id: &str) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) FROM sync_erasure WHERE target = $1";
    Ok(json_rows::count(connection, sql, [remote_id.into()]).await? > 0)
}

/// A contact of somebody who was erased while a request about it was on its way.
pub async fn add(connection: &impl ConnectionTrait, remote_id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "INSERT INTO sync_erasure (target, is_address, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    connection.execute_raw(statement(connection, sql, [remote_id.into(), false.into(), now.into()])).await.map(|_| ())
}

pub async fn done(connection: &impl ConnectionTrait, target: &Target) -> Result<(), DbErr> {
    let sql = "DELETE FROM sync_erasure WHERE target = $1";
    connection.execute_raw(statement(connection, sql, [target.text().into()])).await.map(|_| ())
}

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pending {
    pub count: u64,
    pub oldest: Option<Instant>,
}

pub async fn pending(connection: &impl ConnectionTrait) -> Result<Pending, DbErr> {
    let sql = "SELECT count(*), min(since) FROM sync_erasure";
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    let Some(row) = row else { return Ok(Pending::default()) };
    Ok(Pending { count: row.try_get_by_index::<i64>(0)?.unsigned_abs(), oldest: row.try_get_by_index(1)? })
}

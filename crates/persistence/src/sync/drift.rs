//! What the latest comparison with the lists of the mail service found: people whom we put into a remote segment and who are not
//! there, and people who are there and whom we did not put there.

use domain::{
    ids::{SegmentId, UserId},
    instant::Instant,
    mail::{AddressKey, DriftKind},
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use super::addresses_of_users;
use crate::{
    database::json_rows::{Type, parameter, rows, statement},
    entity::enum_text::EnumText,
};

/// A contact that is missing or extra.
#[derive(Clone, PartialEq, Eq)]
pub struct Drifted {
    pub remote_id: String,
    pub address: String,
}

/// Logs and panics have no address.
impl std::fmt::Debug for Drifted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drifted").field("remote_id", &self.remote_id).finish_non_exhaustive()
    }
}

/// Replaces what the comparison before has found. Those found again keep their time.
pub async fn replace(
    connection: &impl ConnectionTrait,
    (segment, kind): (SegmentId, DriftKind),
    found: &[Drifted],
    since: Instant,
) -> Result<(), DbErr> {
    let input = rows(connection, &[("remote_id", Type::Text), ("address", Type::Text)]);
    let drifted = || parameter(found.iter().map(|one| json!([one.remote_id, one.address])));
    let of = || -> [Value; 3] { [drifted(), segment.0.into(), EnumText(kind).into()] };
    let sql = format!(
        "DELETE FROM sync_drift WHERE segment_id = $2 AND kind = $3 \
         AND remote_id NOT IN (SELECT remote_id FROM ({input}) AS input)"
    );
    connection.execute_raw(statement(connection, sql, of())).await?;
    let sql = format!(
        "INSERT INTO sync_drift (segment_id, kind, remote_id, address, since) SELECT $2, $3, remote_id, address, $4 \
         FROM ({input}) AS input WHERE true ON CONFLICT DO NOTHING"
    );
    let values = of().into_iter().chain([since.into()]);
    connection.execute_raw(statement(connection, sql, values)).await.map(|_| ())
}

/// A contact that is missing or extra, as it is listed.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    pub remote_id: String,
    pub address: String,
    pub since: Instant,
    /// The first user with the address.
    pub user: Option<UserId>,
}

/// In the order of ids at the mail service, behind one of them.
pub async fn page(
    connection: &impl ConnectionTrait,
    (segment, kind): (SegmentId, DriftKind),
    after: &str,
    limit: u32,
) -> Result<Vec<Listed>, DbErr> {
    let sql = "SELECT remote_id, address, since FROM sync_drift \
               WHERE segment_id = $1 AND kind = $2 AND remote_id > $3 ORDER BY remote_id LIMIT $4";
    let values = [segment.0.into(), EnumText(kind).into(), after.into(), i64::from(limit).into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    let found = found.iter().map(|row| {
        let (remote_id, address) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok(Listed { remote_id, address, since: row.try_get_by_index(2)?, user: None })
    });
    let mut found: Vec<_> = found.collect::<Result<_, DbErr>>()?;
    let keys: Vec<_> = found.iter().filter_map(|one| AddressKey::of(&one.address)).collect();
    let mut users = addresses_of_users::first(connection, &keys).await?;
    for one in &mut found {
        one.user = AddressKey::of(&one.address).and_then(|key| users.remove(&key));
    }
    Ok(found)
}

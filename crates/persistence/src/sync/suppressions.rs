//! Reasons not to mail an address.

use std::collections::BTreeSet;

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    mail::{AddressKey, Suppression, SuppressionOrigin, SuppressionReason},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::{dirty, keys_parameter};
use crate::{
    database::{
        backend::Backend,
        json_rows::{Type, rows, statement},
    },
    entity::enum_text::EnumText,
};

/// A condition on rows of `suppression`: see [`Suppression::is_active`].
pub(crate) const ACTIVE: &str =
    "suppression.set_at IS NOT NULL AND (suppression.lifted_at IS NULL OR suppression.set_at >= suppression.lifted_at)";

/// A word of the mail service, or of an admin, about one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub key: AddressKey,
    pub reason: SuppressionReason,
    pub origin: SuppressionOrigin,
    /// Whether it holds from then on, or no longer.
    pub is_set: bool,
    /// When it was said, by the clock of the speaker.
    pub at: Instant,
}

/// Takes statements in, in any order. Returns whether the address is suppressed by the reason otherwise than before; such addresses
/// are synced next.
pub async fn state(connection: &impl ConnectionTrait, said: &Statement) -> Result<bool, DbErr> {
    let before = find(connection, &said.key, said.reason).await?;
    let one = match said.is_set {
        true => Suppression { set_at: Some(said.at), lifted_at: None },
        false => Suppression { set_at: None, lifted_at: Some(said.at) },
    };
    let known = before.map(|(_, suppression)| suppression).unwrap_or_default();
    let merged = known.merge(one);
    if merged == known {
        return Ok(false);
    }
    // Only what is set has an origin; the later one counts.
    let origin = match before {
        Some((origin, _)) if merged.set_at == known.set_at => origin,
        _ => said.origin,
    };
    let sql = "INSERT INTO suppression (address_key, reason, origin, set_at, lifted_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (address_key, reason) DO UPDATE SET origin = excluded.origin, set_at = excluded.set_at, \
               lifted_at = excluded.lifted_at";
    let values: [Value; 5] = [
        said.key.as_str().into(),
        EnumText(said.reason).into(),
        EnumText(origin).into(),
        merged.set_at.into(),
        merged.lifted_at.into(),
    ];
    connection.execute_raw(statement(connection, sql, values)).await?;
    let is_changed = merged.is_active() != known.is_active();
    if is_changed {
        dirty::mark(connection, &BTreeSet::from([said.key.clone()])).await?;
    }
    Ok(is_changed)
}

pub async fn find(
    connection: &impl ConnectionTrait,
    key: &AddressKey,
    reason: SuppressionReason,
) -> Result<Option<(SuppressionOrigin, Suppression)>, DbErr> {
    let sql = "SELECT origin, set_at, lifted_at FROM suppression WHERE address_key = $1 AND reason = $2";
    let values = [key.as_str().into(), EnumText(reason).into()];
    let row = connection.query_one_raw(statement(connection, sql, values)).await?;
    row.map(|row| {
        let EnumText(origin) = row.try_get_by_index(0)?;
        Ok((origin, Suppression { set_at: row.try_get_by_index(1)?, lifted_at: row.try_get_by_index(2)? }))
    })
    .transpose()
}

/// Those of the addresses that are suppressed.
pub async fn among(
    connection: &impl ConnectionTrait,
    keys: &[AddressKey],
) -> Result<Vec<(AddressKey, SuppressionReason)>, DbErr> {
    let sql = format!(
        "SELECT suppression.address_key, suppression.reason FROM ({}) AS input \
         JOIN suppression ON suppression.address_key = input.address_key WHERE {ACTIVE}",
        rows(connection, &[("address_key", Type::Text)])
    );
    let found = connection.query_all_raw(statement(connection, sql, [keys_parameter(keys)])).await?;
    found
        .iter()
        .map(|row| {
            let EnumText(reason) = row.try_get_by_index(1)?;
            Ok((AddressKey::stored(row.try_get_by_index(0)?), reason))
        })
        .collect()
}

/// Active suppressions of addresses that the mail service no longer names: those that were set before an instant.
pub async fn active_of_reasons(
    connection: &impl ConnectionTrait,
    reasons: &[SuppressionReason],
    before: Instant,
) -> Result<Vec<(AddressKey, SuppressionReason)>, DbErr> {
    let mut found = Vec::new();
    for reason in reasons {
        let sql = format!(
            "SELECT address_key FROM suppression WHERE reason = $1 AND origin <> 'carried' AND set_at < $2 AND {ACTIVE}"
        );
        let values = [EnumText(*reason).into(), before.into()];
        for row in connection.query_all_raw(statement(connection, sql, values)).await? {
            found.push((AddressKey::stored(row.try_get_by_index(0)?), *reason));
        }
    }
    Ok(found)
}

/// How many addresses are suppressed, by reason.
pub async fn count(connection: &impl ConnectionTrait) -> Result<Vec<(SuppressionReason, u64)>, DbErr> {
    let sql = format!("SELECT reason, count(*) FROM suppression WHERE {ACTIVE} GROUP BY reason ORDER BY reason");
    let counted = connection.query_all_raw(statement(connection, sql, [])).await?;
    counted
        .iter()
        .map(|row| {
            let EnumText(reason) = row.try_get_by_index(0)?;
            Ok((reason, row.try_get_by_index::<i64>(1)?.unsigned_abs()))
        })
        .collect()
}

/// A suppressed user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedUser {
    pub user: UserNo,
    pub id: UserId,
    pub email: String,
    pub reason: SuppressionReason,
    pub origin: SuppressionOrigin,
    pub since: Instant,
}

/// Which suppressed users to list.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub reason: Option<SuppressionReason>,
    /// A part of the address, in lower case.
    pub text: Option<String>,
    /// Behind this user and reason.
    pub after: Option<(UserNo, SuppressionReason)>,
}

/// Users with a suppressed address, in the order of our keys.
pub async fn users(
    connection: &impl ConnectionTrait,
    search: &Search,
    limit: u32,
) -> Result<Vec<SuppressedUser>, DbErr> {
    let contains = match Backend::of(connection) {
        Backend::Sqlite => "instr(users.address_key, $2) > 0",
        Backend::Postgres => "strpos(users.address_key, $2) > 0",
    };
    let sql = format!(
        "SELECT users.no, users.id, users.email, suppression.reason, suppression.origin, suppression.set_at \
         FROM suppression JOIN users ON users.address_key = suppression.address_key \
         WHERE {ACTIVE} AND ($1 = '' OR suppression.reason = $1) AND ($2 = '' OR {contains}) \
         AND (users.no > $3 OR users.no = $3 AND suppression.reason > $4) \
         ORDER BY users.no, suppression.reason LIMIT $5"
    );
    let (user, reason) = search.after.map_or((UserNo(i64::MIN), ""), |(user, reason)| (user, reason.as_str()));
    let values: [Value; 5] = [
        search.reason.map_or("", SuppressionReason::as_str).into(),
        search.text.clone().unwrap_or_default().into(),
        user.0.into(),
        reason.into(),
        i64::from(limit).into(),
    ];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found.iter().map(suppressed_user).collect()
}

fn suppressed_user(row: &QueryResult) -> Result<SuppressedUser, DbErr> {
    let (EnumText(reason), EnumText(origin)) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
    Ok(SuppressedUser {
        user: UserNo(row.try_get_by_index(0)?),
        id: UserId(row.try_get_by_index(1)?),
        email: row.try_get_by_index(2)?,
        reason,
        origin,
        since: row.try_get_by_index(5)?,
    })
}

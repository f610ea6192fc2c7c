//! Reasons not to mail an address.

use std::collections::BTreeSet;

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    mail::{AddressKey, Suppression, SuppressionOrigin, SuppressionReason},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::json;

use super::{dirty, keys_parameter};
use crate::{
    database::{
        Transaction,
        backend::Backend,
        json_rows::{self, Type, parameter, rows, statement},
    },
    entity::enum_text::EnumText,
};

/// A condition on rows of `suppression`: see [`Suppression::is_active`].
pub(crate) const ACTIVE: &str = "(suppression.carried_at IS NOT NULL OR suppression.set_at IS NOT NULL \
     AND (suppression.lifted_at IS NULL OR suppression.set_at >= suppression.lifted_at))";

/// The same by statements about the address itself: see [`Suppression::is_stated`].
const STATED: &str = "(suppression.set_at IS NOT NULL \
     AND (suppression.lifted_at IS NULL OR suppression.set_at >= suppression.lifted_at))";

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
pub async fn state(tx: &Transaction, said: &Statement) -> Result<bool, DbErr> {
    let one = match said.is_set {
        true => Suppression { set_at: Some(said.at), ..Suppression::default() },
        false => Suppression { lifted_at: Some(said.at), ..Suppression::default() },
    };
    let before = hold(tx, &said.key, said.reason).await?;
    let known = before.map(|(_, suppression)| suppression).unwrap_or_default();
    let merged = known.merge(one);
    // Only what is set has an origin; the later one counts.
    let origin = match before {
        Some((origin, _)) if merged.set_at == known.set_at => origin,
        _ => said.origin,
    };
    write(tx, (&said.key, said.reason), (known, merged), origin).await
}

/// A person who opted out at an earlier address has this one now.
pub async fn carry(tx: &Transaction, key: &AddressKey, reason: SuppressionReason, now: Instant) -> Result<bool, DbErr> {
    let before = hold(tx, key, reason).await?;
    let (origin, known) = before.unwrap_or((SuppressionOrigin::Carried, Suppression::default()));
    let carried = Suppression { carried_at: known.carried_at.or(Some(now)), ..known };
    write(tx, (key, reason), (known, carried), origin).await
}

/// A superadmin lifts what came along from an earlier address.
pub async fn lift_carried(tx: &Transaction, key: &AddressKey, reason: SuppressionReason) -> Result<bool, DbErr> {
    let Some((origin, known)) = hold(tx, key, reason).await? else { return Ok(false) };
    write(tx, (key, reason), (known, Suppression { carried_at: None, ..known }), origin).await
}

/// Reads one that is about to be written, so that nobody else writes it before the transaction ends.
async fn hold(
    tx: &Transaction,
    key: &AddressKey,
    reason: SuppressionReason,
) -> Result<Option<(SuppressionOrigin, Suppression)>, DbErr> {
    let values = || [key.as_str().into(), EnumText(reason).into()];
    let lock = match Backend::of(tx) {
        // It has one writer.
        Backend::Sqlite => "",
        Backend::Postgres => {
            // What is not there cannot be locked.
            let sql = "INSERT INTO suppression (address_key, reason, origin) VALUES ($1, $2, 'webhook') ON CONFLICT DO NOTHING";
            tx.execute_raw(statement(tx, sql, values())).await?;
            " FOR UPDATE"
        }
    };
    let sql = format!("{FIND}{lock}");
    tx.query_one_raw(statement(tx, sql, values())).await?.map(|row| suppression(&row)).transpose()
}

/// Returns whether the address is suppressed by the reason otherwise than before.
async fn write(
    tx: &Transaction,
    (key, reason): (&AddressKey, SuppressionReason),
    (before, after): (Suppression, Suppression),
    origin: SuppressionOrigin,
) -> Result<bool, DbErr> {
    if after == before {
        return Ok(false);
    }
    let sql = "INSERT INTO suppression (address_key, reason, origin, set_at, lifted_at, carried_at) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (address_key, reason) DO UPDATE SET origin = excluded.origin, \
               set_at = excluded.set_at, lifted_at = excluded.lifted_at, carried_at = excluded.carried_at";
    let values: [Value; 6] = [
        key.as_str().into(),
        EnumText(reason).into(),
        EnumText(origin).into(),
        after.set_at.into(),
        after.lifted_at.into(),
        after.carried_at.into(),
    ];
    tx.execute_raw(statement(tx, sql, values)).await?;
    let is_changed = after.is_active() != before.is_active();
    if is_changed {
        dirty::mark(tx, &BTreeSet::from([key.clone()])).await?;
    }
    Ok(is_changed)
}

const FIND: &str =
    "SELECT origin, set_at, lifted_at, carried_at FROM suppression WHERE address_key = $1 AND reason = $2";

fn suppression(row: &QueryResult) -> Result<(SuppressionOrigin, Suppression), DbErr> {
    let EnumText(origin) = row.try_get_by_index(0)?;
    let suppression = Suppression {
        set_at: row.try_get_by_index(1)?,
        lifted_at: row.try_get_by_index(2)?,
        carried_at: row.try_get_by_index(3)?,
    };
    Ok((if suppression.is_stated() { origin } else { SuppressionOrigin::Carried }, suppression))
}

/// With the origin of the statement that holds, or `carried` if only that does.
pub async fn find(
    connection: &impl ConnectionTrait,
    key: &AddressKey,
    reason: SuppressionReason,
) -> Result<Option<(SuppressionOrigin, Suppression)>, DbErr> {
    let values = [key.as_str().into(), EnumText(reason).into()];
    connection.query_one_raw(statement(connection, FIND, values)).await?.map(|row| suppression(&row)).transpose()
}

/// What holds mail to the address back, in the order of reasons.
pub async fn of_address(
    connection: &impl ConnectionTrait,
    key: &AddressKey,
) -> Result<Vec<(SuppressionReason, SuppressionOrigin, Suppression)>, DbErr> {
    let mut holding = Vec::new();
    for reason in SuppressionReason::ALL {
        if let Some((origin, suppression)) = find(connection, key, *reason).await?
            && suppression.is_active()
        {
            holding.push((*reason, origin, suppression));
        }
    }
    Ok(holding)
}

/// Whether mail to the address is held back by any reason.
pub async fn holds(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<bool, DbErr> {
    let sql = format!("SELECT count(*) FROM suppression WHERE address_key = $1 AND {ACTIVE}");
    Ok(json_rows::count(connection, sql, [key.as_str().into()]).await? > 0)
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

/// Suppressions that hold by statements about the address, and were set before an instant.
pub async fn active_of_reasons(
    connection: &impl ConnectionTrait,
    reasons: &[SuppressionReason],
    before: Instant,
) -> Result<Vec<(AddressKey, SuppressionReason)>, DbErr> {
    let mut found = Vec::new();
    for reason in reasons {
        let sql = format!("SELECT address_key FROM suppression WHERE reason = $1 AND set_at < $2 AND {STATED}");
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

/// The columns that [`suppressed_user`] reads, of `users` and an active row of `suppression`.
fn columns() -> String {
    format!(
        "users.no, users.id, users.email, suppression.reason, \
         CASE WHEN {STATED} THEN suppression.origin ELSE 'carried' END, \
         CASE WHEN {STATED} THEN suppression.set_at ELSE suppression.carried_at END"
    )
}

/// What holds mail back from these users, in the order of our keys.
pub async fn of_users(connection: &impl ConnectionTrait, users: &[UserNo]) -> Result<Vec<SuppressedUser>, DbErr> {
    let sql = format!(
        "SELECT {columns} FROM ({input}) AS input JOIN users ON users.no = input.user_no \
         JOIN suppression ON suppression.address_key = users.address_key WHERE {ACTIVE} \
         ORDER BY users.no, suppression.reason",
        columns = columns(),
        input = rows(connection, &[("user_no", Type::Integer)]),
    );
    let users = parameter(users.iter().map(|user| json!([user])));
    let found = connection.query_all_raw(statement(connection, sql, [users])).await?;
    found.iter().map(suppressed_user).collect()
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
        "SELECT {columns} FROM suppression JOIN users ON users.address_key = suppression.address_key \
         WHERE {ACTIVE} AND ($1 = '' OR suppression.reason = $1) AND ($2 = '' OR {contains}) \
         AND (users.no > $3 OR users.no = $3 AND suppression.reason > $4) \
         ORDER BY users.no, suppression.reason LIMIT $5",
        columns = columns(),
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

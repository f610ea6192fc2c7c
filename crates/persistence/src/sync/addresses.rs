//! What follows from a change of a user's address or names: it is synced next, and an opt-out goes with the person.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ids::UserNo,
    instant::Instant,
    mail::{AddressKey, SuppressionReason},
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use super::{contacts, dirty, suppressions};
use crate::database::{
    MembershipTx,
    backend::Backend,
    json_rows::{self, Type, parameter, rows, statement},
};

/// The columns that the mail service has a copy of.
const SENT: [&str; 3] = ["address_key", "first_name", "last_name"];

/// A user whose address or names are about to change.
struct Changing {
    user: UserNo,
    old: Option<AddressKey>,
    new: Option<AddressKey>,
}

/// Takes in that users are about to be written: `input` is SQL for a table of `rows`, of which `changed` are compared.
pub(crate) async fn note_changes(
    tx: &MembershipTx,
    input: &str,
    changed: &[&str],
    rows: &Value,
    now: Instant,
) -> Result<(), DbErr> {
    let differs: Vec<_> = SENT
        .into_iter()
        .filter(|column| changed.contains(column))
        .map(|column| format!("users.{column} IS DISTINCT FROM input.{column}"))
        .collect();
    if differs.is_empty() || !is_used(tx).await? {
        return Ok(());
    }
    let new = if changed.contains(&"address_key") { "input.address_key" } else { "users.address_key" };
    // An event about the old address comes before, and is seen below, or waits and finds the new address.
    let lock = match Backend::of(tx) {
        Backend::Sqlite => "",
        Backend::Postgres => " FOR NO KEY UPDATE OF users",
    };
    let sql = format!(
        "SELECT users.no, users.address_key, {new} FROM {input} JOIN users ON users.id = input.id \
         AND {in_shard} WHERE {differs} ORDER BY users.no{lock}",
        in_shard = Backend::of(tx).in_shard("users"),
        differs = differs.join(" OR "),
    );
    let found = tx.query_all_raw(tx.statement(sql, [rows.clone()])).await?;
    let read = found.iter().map(|row| {
        let key = |place| Ok::<_, DbErr>(row.try_get_by_index::<Option<String>>(place)?.map(AddressKey::stored));
        Ok(Changing { user: UserNo(row.try_get_by_index(0)?), old: key(1)?, new: key(2)? })
    });
    let changing: Vec<_> = read.collect::<Result<_, DbErr>>()?;
    let moving: Vec<_> = changing.iter().filter(|one| one.old != one.new).collect();
    remember(tx, &moving).await?;
    carry_over(tx, &moving, now).await?;
    let concerned = changing.into_iter().flat_map(|one| one.old.into_iter().chain(one.new));
    dirty::mark(tx, &concerned.collect()).await
}

/// Where nothing was ever synced there is nothing to take in.
async fn is_used(tx: &MembershipTx) -> Result<bool, DbErr> {
    let sql = "SELECT CASE WHEN EXISTS (SELECT 1 FROM segment_sync) OR EXISTS (SELECT 1 FROM sync_contact) \
               OR EXISTS (SELECT 1 FROM suppression) THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END";
    Ok(json_rows::count(tx, sql, []).await? > 0)
}

/// An erasure finds the contacts of old addresses too.
async fn remember(tx: &MembershipTx, moving: &[&Changing]) -> Result<(), DbErr> {
    let former = moving.iter().filter_map(|one| Some(json!([one.user, one.old.as_ref()?]))).collect::<Vec<_>>();
    if former.is_empty() {
        return Ok(());
    }
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let sql = format!(
        "INSERT INTO user_former_address (user_no, address_key{and_shard}) SELECT user_no, address_key{and_value} \
         FROM {home}({input}) AS input WHERE {is_home} ON CONFLICT DO NOTHING",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        input = rows(tx, &[("user_no", Type::Integer), ("address_key", Type::Text)]),
    );
    tx.execute_raw(tx.statement(sql, [parameter(former)])).await.map(|_| ())
}

/// What belongs to the person holds at the new address too. Somebody who had no usable address meanwhile had one before.
async fn carry_over(tx: &MembershipTx, moving: &[&Changing], now: Instant) -> Result<(), DbErr> {
    let arriving: Vec<_> = moving.iter().filter_map(|one| Some((one, one.new.as_ref()?))).collect();
    let returning: Vec<_> = arriving.iter().filter(|(one, _)| one.old.is_none()).map(|(one, _)| one.user).collect();
    let former = former(tx, &returning).await?;
    let of = |one: &Changing| match &one.old {
        Some(old) => vec![old.clone()],
        None => former.get(&one.user).cloned().unwrap_or_default(),
    };
    let old: BTreeSet<_> = arriving.iter().flat_map(|(one, _)| of(one)).collect();
    if old.is_empty() {
        return Ok(());
    }
    let mut reasons: HashMap<AddressKey, Vec<SuppressionReason>> = HashMap::new();
    for (key, reason) in suppressions::among(tx, &Vec::from_iter(old)).await? {
        if reason.is_of_the_person() {
            reasons.entry(key).or_default().push(reason);
        }
    }
    for (one, new) in &arriving {
        for old in of(one).iter().filter(|old| old != new) {
            for reason in reasons.get(old).into_iter().flatten() {
                suppressions::carry(tx, new, *reason, now).await?;
            }
        }
    }
    Ok(())
}

/// All addresses that these users had before.
async fn former(tx: &MembershipTx, users: &[UserNo]) -> Result<HashMap<UserNo, Vec<AddressKey>>, DbErr> {
    let mut former: HashMap<_, Vec<_>> = HashMap::new();
    if users.is_empty() {
        return Ok(former);
    }
    let sql = format!(
        "SELECT user_former_address.user_no, user_former_address.address_key FROM ({input}) AS input \
         JOIN user_former_address ON user_former_address.user_no = input.user_no AND {in_shard}",
        input = rows(tx, &[("user_no", Type::Integer)]),
        in_shard = Backend::of(tx).in_shard("user_former_address"),
    );
    let users = parameter(users.iter().map(|user| json!([user])));
    for row in tx.query_all_raw(tx.statement(sql, [users])).await? {
        let key = AddressKey::stored(row.try_get_by_index(1)?);
        former.entry(UserNo(row.try_get_by_index(0)?)).or_default().push(key);
    }
    Ok(former)
}

/// Deletes what is known about the address of a user who is being erased, and of earlier ones, unless another user has it. What
/// has to be deleted at the mail service waits for the next sync.
pub(crate) async fn forget(tx: &MembershipTx, user: UserNo, now: Instant) -> Result<(), DbErr> {
    let in_shard = |table| Backend::of(tx).in_shard(table);
    let sql = format!(
        "SELECT users.address_key FROM users WHERE users.no = $1 AND {} AND users.address_key IS NOT NULL UNION \
         SELECT user_former_address.address_key FROM user_former_address WHERE user_former_address.user_no = $1 AND {}",
        in_shard("users"),
        in_shard("user_former_address"),
    );
    let found = tx.query_all_raw(tx.statement(sql, [user.0.into()])).await?;
    let keys = found.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored));
    for key in keys.collect::<Result<Vec<_>, DbErr>>()? {
        if has_other_users(tx, &key, user).await? {
            contacts::forget_names(tx, &key).await?;
            dirty::mark(tx, &BTreeSet::from([key])).await?;
        } else {
            forget_address(tx, &key, now).await?;
        }
    }
    let sql = format!("DELETE FROM user_former_address WHERE user_no = $1 AND {}", in_shard("user_former_address"));
    tx.execute_raw(tx.statement(sql, [user.0.into()])).await.map(|_| ())
}

/// Two users with one address may be erased at the same time, in two shards. The later one then finds that there is no other.
async fn has_other_users(tx: &MembershipTx, key: &AddressKey, user: UserNo) -> Result<bool, DbErr> {
    if Backend::of(tx) == Backend::Postgres {
        let sql = "SELECT 1 FROM sync_contact WHERE address_key = $1 FOR UPDATE";
        tx.execute_raw(statement(tx, sql, [key.as_str().into()])).await?;
    }
    let sql = "SELECT count(*) FROM users WHERE address_key = $1 AND no <> $2";
    Ok(json_rows::count(tx, sql, [key.as_str().into(), user.0.into()]).await? > 0)
}

/// A contact of which no id is known may be on its way, or may have been made anew by others, so it is looked up by its address.
async fn forget_address(tx: &MembershipTx, key: &AddressKey, now: Instant) -> Result<(), DbErr> {
    let sql = "INSERT INTO sync_erasure (target, is_address, since) \
               SELECT coalesce(remote_id, address), remote_id IS NULL, $2 FROM sync_contact \
               WHERE address_key = $1 ON CONFLICT DO NOTHING";
    let values: [Value; 2] = [key.as_str().into(), now.into()];
    tx.execute_raw(statement(tx, sql, values)).await?;
    for table in ["sync_member", "sync_former_member", "sync_contact", "sync_dirty", "suppression"] {
        let sql = format!("DELETE FROM {table} WHERE address_key = $1");
        tx.execute_raw(statement(tx, sql, [key.as_str().into()])).await?;
    }
    let sql = "DELETE FROM sync_drift WHERE lower(address) = $1";
    tx.execute_raw(statement(tx, sql, [key.as_str().into()])).await?;
    empty_events(tx, key).await
}

/// Events that wait or failed may name the address: as a text of its own, or behind a name. One that only contains it is somebody
/// else's.
async fn empty_events(tx: &MembershipTx, key: &AddressKey) -> Result<(), DbErr> {
    // Keys are in lower case as far as they are ASCII.
    let (lower, place) = match Backend::of(tx) {
        Backend::Sqlite => ("lower(body)".to_owned(), "instr"),
        Backend::Postgres => (
            format!("translate(body, '{}', '{}')", ('A'..='Z').collect::<String>(), ('a'..='z').collect::<String>()),
            "strpos",
        ),
    };
    let sql = format!(
        "UPDATE webhook_event SET body = NULL, state = 'ignored' WHERE body IS NOT NULL \
         AND ({place}({lower}, '\"' || $1 || '\"') > 0 OR {place}({lower}, '<' || $1 || '>') > 0)"
    );
    tx.execute_raw(statement(tx, sql, [key.as_str().into()])).await.map(|_| ())
}

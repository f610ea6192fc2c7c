//! Users deleted in the host application: they are members of nothing. Their rows and overrides stay until a cleanup
//! erases them, or until the host application has them again.

use domain::{
    ids::{SegmentId, UserId, UserNo},
    instant::Instant,
    membership::Cause,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::json;

use crate::{
    database::{
        MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, rows, statement, statement_in},
    },
    entity::users::{GONE, PRESENT},
    ingest::user_stats,
    membership::{
        self,
        ledger::{ChangeContext, Membership},
    },
    runs,
};

/// Which users to report as deleted.
#[derive(Debug, Clone, Copy)]
pub enum Reported<'a> {
    All(&'a [UserNo]),
    /// Only those who were last written before an instant.
    WrittenBefore(&'a [UserNo], Instant),
}

/// Notes that the host application has deleted users. They leave every segment in this transaction, and are marked as
/// changed. Returns those who were not known to be deleted.
pub async fn report(tx: &MembershipTx, reported: Reported<'_>, now: Instant) -> Result<Vec<UserNo>, DbErr> {
    let gone = lock_present(tx, reported).await?;
    if gone.is_empty() {
        return Ok(gone);
    }
    let sql = format!(
        "UPDATE users SET deleted_at = $2, updated_at = $2 WHERE no IN (SELECT user_no FROM ({rows}) AS input) \
         AND {in_shard}",
        rows = rows(tx, &user_stats::USER_NO),
        in_shard = Backend::of(tx).in_shard("users"),
    );
    tx.execute_raw(tx.statement(sql, [user_stats::numbers(&gone), now.into()])).await?;
    user_stats::lock(tx, &gone).await?;
    user_stats::mark_dirty(tx, &gone).await?;
    leave_all(tx, &gone, now).await?;
    Ok(gone)
}

/// The users who are present, locked in the order in which upserts lock them. In the order of their keys.
async fn lock_present(tx: &MembershipTx, reported: Reported<'_>) -> Result<Vec<UserNo>, DbErr> {
    let lock = match Backend::of(tx) {
        Backend::Postgres => "FOR NO KEY UPDATE OF users",
        Backend::Sqlite => "",
    };
    let (users, written_before) = match reported {
        Reported::All(users) => (users, None),
        Reported::WrittenBefore(users, instant) => (users, Some(instant)),
    };
    let unwritten = written_before.map_or("", |_| "AND users.updated_at < $2");
    let sql = format!(
        "SELECT users.no FROM users WHERE users.no IN (SELECT user_no FROM ({rows}) AS input) AND {in_shard} \
         AND {PRESENT} {unwritten} ORDER BY users.id {lock}",
        rows = rows(tx, &user_stats::USER_NO),
        in_shard = Backend::of(tx).in_shard("users"),
    );
    let values = [Some(user_stats::numbers(users)), written_before.map(Into::into)].into_iter().flatten();
    let found = tx.query_all_raw(tx.statement(sql, values)).await?;
    let mut found = found.iter().map(number).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    Ok(found)
}

/// Ends the memberships of those of the users who are gone. The users must be [locked](user_stats::lock).
pub(crate) async fn leave_all(tx: &MembershipTx, users: &[UserNo], now: Instant) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT member.user_no, member.segment_id FROM ({rows}) AS input \
         JOIN users ON users.no = input.user_no AND {user_in_shard} AND {GONE} \
         JOIN user_segment AS member ON member.user_no = input.user_no AND {member_in_shard} AND member.removed_at IS NULL \
         ORDER BY member.user_no, member.segment_id",
        rows = rows(tx, &user_stats::USER_NO),
        user_in_shard = Backend::of(tx).in_shard("users"),
        member_in_shard = Backend::of(tx).in_shard("member"),
    );
    let found = tx.query_all_raw(tx.statement(sql, [user_stats::numbers(users)])).await?;
    let memberships = found
        .iter()
        .map(|row| Ok(Membership { user: number(row)?, segment: SegmentId(row.try_get_by_index(1)?) }))
        .collect::<Result<Vec<_>, DbErr>>()?;
    if memberships.is_empty() {
        return Ok(());
    }
    let at = runs::not_before_runs(tx, now).await?;
    let context = ChangeContext { at, cause: Cause::HostDeleted, run: None, actor: None };
    membership::apply(tx, &[], &memberships, &context).await.map(|_| ())
}

/// When the host application deleted a user; `None` if it has the user.
pub async fn since(connection: &impl ConnectionTrait, user: UserNo) -> Result<Option<Instant>, DbErr> {
    let sql = format!("SELECT deleted_at FROM users WHERE no = $1 AND {}", Backend::of(connection).in_shard("users"));
    let row = connection.query_one_raw(statement_in(connection, user.shard(), sql, [user.0.into()])).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

/// The marks of change of users who are gone. No run needs them.
pub async fn marks(connection: &impl ConnectionTrait) -> Result<Vec<(UserNo, i64)>, DbErr> {
    let sql = format!(
        "SELECT user_dirty.user_no, user_dirty.seq FROM users \
         JOIN user_dirty ON user_dirty.user_no = users.no AND {same_shard} WHERE {GONE}",
        same_shard = Backend::of(connection).same_shard("user_dirty", "users"),
    );
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    found.iter().map(|row| Ok((number(row)?, row.try_get_by_index(1)?))).collect()
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    json_rows::count(connection, format!("SELECT count(*) FROM users WHERE {GONE}"), []).await
}

/// Users who are to be erased: see [`due()`].
pub async fn count_due(connection: &impl ConnectionTrait, instant: Instant) -> Result<u64, DbErr> {
    let sql = format!("SELECT count(*) FROM users WHERE {due}", due = due());
    json_rows::count(connection, sql, [instant.into()]).await
}

/// A condition: the user was deleted before an instant, and that was reported before it. The time of the deletion alone may be
/// far back by mistake, as where a host application writes the year 1 for users it has. A change of a user who is deleted
/// postpones it.
fn due() -> String {
    format!("{GONE} AND users.deleted_at < $1 AND users.updated_at < $1")
}

pub async fn is_due(connection: &impl ConnectionTrait, user: UserNo, instant: Instant) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT 1 FROM users WHERE {due} AND users.no = $2 AND {in_shard}",
        due = due(),
        in_shard = Backend::of(connection).in_shard("users"),
    );
    let values = [instant.into(), user.0.into()];
    Ok(connection.query_one_raw(statement_in(connection, user.shard(), sql, values)).await?.is_some())
}

/// Up to `limit` users above a key who are to be erased, in the order of their keys: see [`due()`].
pub async fn due_users(
    connection: &impl ConnectionTrait,
    instant: Instant,
    above: UserNo,
    limit: u32,
) -> Result<Vec<(UserNo, UserId)>, DbErr> {
    let sql = format!(
        "SELECT users.no, users.id FROM users WHERE {due} AND users.no > $2 ORDER BY users.no LIMIT $3",
        due = due()
    );
    let values = [instant.into(), above.0.into(), i64::from(limit).into()];
    connection.query_all_raw(statement(connection, sql, values)).await?.iter().map(named).collect()
}

/// Those of the users with these ids who are present in the host application.
pub async fn present_among<'a>(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = &'a UserId>,
) -> Result<Vec<UserNo>, DbErr> {
    let sql = select_present(connection);
    let ids: Vec<_> = ids.into_iter().map(|id| json!([id])).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = parameter(ids);
    connection.query_all_raw(statement(connection, sql, [ids])).await?.iter().map(number).collect()
}

/// How many of the users with these ids, of the shard of the transaction, are present in the host application.
pub async fn count_present<'a>(tx: &MembershipTx, ids: impl IntoIterator<Item = &'a UserId>) -> Result<u64, DbErr> {
    let sql = format!("{} AND {}", select_present(tx), Backend::of(tx).in_shard("users"));
    let ids = parameter(ids.into_iter().map(|id| json!([id])));
    Ok(tx.query_all_raw(tx.statement(sql, [ids])).await?.len() as u64)
}

fn select_present(connection: &impl ConnectionTrait) -> String {
    let rows = rows(connection, &[("id", Type::Text)]);
    format!("SELECT users.no FROM ({rows}) AS input JOIN users ON users.id = input.id WHERE {PRESENT}")
}

/// Up to `limit` users above a key who are present in the host application and were last written before an instant, in the
/// order of their keys.
pub async fn present(
    connection: &impl ConnectionTrait,
    written_before: Instant,
    above: UserNo,
    limit: u32,
) -> Result<Vec<(UserNo, UserId)>, DbErr> {
    let sql = format!(
        "SELECT users.no, users.id FROM users WHERE users.no > $1 AND {PRESENT} AND users.updated_at < $2 \
         ORDER BY users.no LIMIT $3"
    );
    let values = [above.0.into(), written_before.into(), i64::from(limit).into()];
    connection.query_all_raw(statement(connection, sql, values)).await?.iter().map(named).collect()
}

fn number(row: &QueryResult) -> Result<UserNo, DbErr> {
    row.try_get_by_index(0).map(UserNo)
}

fn named(row: &QueryResult) -> Result<(UserNo, UserId), DbErr> {
    Ok((number(row)?, UserId(row.try_get_by_index(1)?)))
}

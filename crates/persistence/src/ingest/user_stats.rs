//! `user_stats` and `user_dirty`, which every write of users or attempts updates in its own transaction.

use std::collections::HashSet;

use domain::{certification::Provider, facts::RECENT, ids::UserNo};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::{
    database::{
        MembershipTx,
        backend::{Backend, Inserts, SHARD},
        json_rows::{self, Type, parameter, rows, statement},
    },
    entity::users::GONE,
};

pub(crate) const USER_NO: [(&str, Type); 1] = [("user_no", Type::Integer)];
const MARK: [(&str, Type); 2] = [("user_no", Type::Integer), ("seq", Type::Integer)];

/// Inserts empty rows for users that have none, and returns these users.
pub(crate) async fn create(tx: &MembershipTx, users: &[UserNo]) -> Result<Vec<UserNo>, DbErr> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let sql = format!(
        "INSERT INTO user_stats (user_no{and_shard}) SELECT user_no{and_value} FROM {home}({rows}) AS input WHERE {is_home} \
         ON CONFLICT (user_no{and_shard}) DO NOTHING RETURNING user_no",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &USER_NO)
    );
    let created = tx.query_all_raw(tx.statement(sql, [numbers(users)])).await?;
    created.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}

/// Marks users whose data changed. Each mark gets a new sequence number.
pub async fn mark_dirty(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    mark(tx, users, true, "DO UPDATE SET seq = excluded.seq, data_changed = true").await
}

/// Marks users whose memberships or overrides changed. Their data is as it was, so the shrink guard does not act on them.
pub async fn mark_for_evaluation(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    mark(tx, users, false, "DO UPDATE SET seq = excluded.seq").await
}

/// Marks users that are not marked, so that the next run evaluates them.
pub async fn keep_dirty(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    mark(tx, users, false, "DO NOTHING").await
}

/// `if_marked` is SQL: what becomes of a mark that is there.
async fn mark(tx: &MembershipTx, users: &[UserNo], data_changed: bool, if_marked: &str) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let seq = sequence_number(tx).await?;
    let and_seq = |text| seq.as_ref().map_or("", |_| text);
    let sql = format!(
        "INSERT INTO user_dirty (user_no, data_changed{and_shard}{and_seq}) \
         SELECT user_no, {data_changed}{and_value}{and_seq_value} \
         FROM {home}({rows}) AS input WHERE {is_home} ORDER BY user_no ON CONFLICT (user_no{and_shard}) {if_marked}",
        and_shard = backend.and_shard(),
        and_seq = and_seq(", seq"),
        and_value = inserts.and_shard_value(),
        and_seq_value = and_seq(", $2"),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &USER_NO)
    );
    let values = [Some(numbers(users)), seq.map(Into::into)].into_iter().flatten();
    tx.execute_raw(tx.statement(sql, values)).await.map(|_| ())
}

/// For the marks of a statement, where the statement itself cannot draw one for each: a mark is recognized by it and its user.
async fn sequence_number(tx: &MembershipTx) -> Result<Option<i64>, DbErr> {
    match tx.inserts() {
        Inserts::File | Inserts::Server => Ok(None),
        Inserts::Citus => {
            let row = tx.query_one_raw(statement(tx, "SELECT nextval('user_dirty_seq_seq')", [])).await?;
            row.map(|row| row.try_get_by_index(0)).transpose()
        }
    }
}

/// Keeps the mark of a user who was marked again since.
pub async fn clear_dirty(tx: &MembershipTx, marks: &[(UserNo, i64)]) -> Result<(), DbErr> {
    if marks.is_empty() {
        return Ok(());
    }
    let rows = rows(tx, &MARK);
    let sql = match Backend::of(tx) {
        // Skips marks that another transaction holds: they are about to change, and an extra mark does no harm.
        Backend::Postgres => format!(
            "DELETE FROM user_dirty WHERE ctid = ANY (ARRAY (SELECT user_dirty.ctid FROM ({rows}) AS input \
             JOIN user_dirty ON user_dirty.user_no = input.user_no AND user_dirty.seq = input.seq \
             WHERE {in_shard} ORDER BY user_dirty.user_no FOR UPDATE OF user_dirty SKIP LOCKED)) AND {in_shard}",
            in_shard = Backend::Postgres.in_shard("user_dirty"),
        ),
        Backend::Sqlite => format!("DELETE FROM user_dirty WHERE seq IN (SELECT seq FROM ({rows}) AS input)"),
    };
    let parameter = parameter(marks.iter().map(|(user, seq)| json!([user, seq])));
    tx.execute_raw(tx.statement(sql, [parameter])).await.map(|_| ())
}

/// Makes other transactions that would change the memberships of these users wait for the end of this one. What is read
/// after it (overrides, marks, whether the user exists) stays true until then. Every transaction calls it before it
/// writes marks, so that no two deadlock. Returns the users who were not erased while it waited.
pub async fn lock(tx: &MembershipTx, users: &[UserNo]) -> Result<Vec<UserNo>, DbErr> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    match Backend::of(tx) {
        // There is one writer, which need not wait.
        Backend::Sqlite => Ok(users.to_vec()),
        Backend::Postgres => {
            let sql = format!(
                "SELECT user_no FROM user_stats WHERE user_no IN (SELECT user_no FROM ({rows}) AS input) AND {in_shard} \
                 ORDER BY user_no FOR NO KEY UPDATE",
                rows = rows(tx, &USER_NO),
                in_shard = Backend::Postgres.in_shard("user_stats"),
            );
            let locked = tx.query_all_raw(tx.statement(sql, [numbers(users)])).await?;
            locked.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
        }
    }
}

/// The users who are gone, or whose mark is not the one that was read. A mark is deleted with its user, so only users
/// without a mark are looked up. Marks are not joined: with many shards, PostgreSQL would read those of all of them.
pub(crate) async fn outdated(tx: &MembershipTx, read: &[(UserNo, Option<i64>)]) -> Result<HashSet<UserNo>, DbErr> {
    let backend = Backend::of(tx);
    let sql = format!(
        "SELECT input.user_no FROM ({rows}) AS input WHERE \
         (SELECT seq FROM user_dirty WHERE user_no = input.user_no AND {mark_in_shard}) IS DISTINCT FROM input.seq \
         OR input.seq IS NULL AND NOT EXISTS (SELECT 1 FROM users WHERE no = input.user_no AND {user_in_shard})",
        rows = rows(tx, &MARK),
        mark_in_shard = backend.in_shard("user_dirty"),
        user_in_shard = backend.in_shard("users"),
    );
    let read = parameter(read.iter().map(|(user, seq)| json!([user, seq])));
    let outdated = tx.query_all_raw(tx.statement(sql, [read])).await?;
    outdated.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}

/// Recomputes the statistics of users whose attempts changed, and their total.
pub(crate) async fn refresh(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    let before = without_provider(tx, users).await?;
    let backend = Backend::of(tx);
    let sql = format!(
        "WITH input AS ({rows}) UPDATE user_stats SET quiz_count = coalesce(fresh.quiz_count, 0), \
         last_quiz_at = fresh.last_quiz_at, recent_total = coalesce(fresh.recent_total, 0), \
         recent_aws = coalesce(fresh.recent_aws, 0), recent_azure = coalesce(fresh.recent_azure, 0), \
         recent_gcp = coalesce(fresh.recent_gcp, 0), without_provider = coalesce(fresh.without_provider, 0) \
         FROM input LEFT JOIN ({fresh}) AS fresh ON fresh.user_no = input.user_no \
         WHERE user_stats.user_no = input.user_no AND {stats_in_shard}",
        rows = rows(tx, &USER_NO),
        fresh = from_attempts(
            backend,
            &format!("JOIN input ON input.user_no = quiz_attempts.user_no AND {}", backend.in_shard("quiz_attempts"))
        ),
        stats_in_shard = backend.in_shard("user_stats"),
    );
    execute(tx, sql, users).await?;
    let after = without_provider(tx, users).await?;
    add_to_total(tx, after - before).await
}

/// Takes a user who will be erased out of the total. The user must be [locked](lock).
pub(crate) async fn leave_total(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    let counted = without_provider(tx, &[user]).await?;
    add_to_total(tx, -counted).await
}

/// Attempts of these users whose certification is of no known provider.
async fn without_provider(tx: &MembershipTx, users: &[UserNo]) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT CAST(coalesce(sum(without_provider), 0) AS bigint) FROM user_stats \
         WHERE user_no IN (SELECT user_no FROM ({rows}) AS input) AND {in_shard}",
        rows = rows(tx, &USER_NO),
        in_shard = Backend::of(tx).in_shard("user_stats"),
    );
    let row = tx.query_one_raw(tx.statement(sql, [numbers(users)])).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// All writers of a shard share the row, so it is written only if the number changes.
async fn add_to_total(tx: &MembershipTx, added: i64) -> Result<(), DbErr> {
    if added == 0 {
        return Ok(());
    }
    let sql = match Backend::of(tx) {
        Backend::Sqlite => "UPDATE user_stats_total SET without_provider = without_provider + $1".to_owned(),
        Backend::Postgres => format!(
            "INSERT INTO user_stats_total (without_provider, shard) VALUES ($1, {SHARD}) ON CONFLICT (shard) \
             DO UPDATE SET without_provider = user_stats_total.without_provider + excluded.without_provider"
        ),
    };
    tx.execute_raw(tx.statement(sql, [added.into()])).await.map(|_| ())
}

/// A `SELECT` of the statistics of every user with attempts in the scope.
pub(crate) fn from_attempts(backend: Backend, scope: &str) -> String {
    let recent = |provider: Provider| {
        format!("count(CASE WHEN place <= {RECENT} AND provider = {code} THEN 1 END)", code = provider.code())
    };
    let (shard, of_attempt) = match backend {
        Backend::Sqlite => ("", ""),
        Backend::Postgres => (", shard", ", quiz_attempts.shard"),
    };
    format!(
        "SELECT user_no{shard}, count(*) AS quiz_count, max(completed_at) AS last_quiz_at, \
         count(CASE WHEN place <= {RECENT} THEN 1 END) AS recent_total, {aws} AS recent_aws, {azure} AS recent_azure, \
         {gcp} AS recent_gcp, count(CASE WHEN provider = {other} THEN 1 END) AS without_provider FROM (\
         SELECT quiz_attempts.user_no{of_attempt}, provider, completed_at, \
         row_number() OVER (PARTITION BY quiz_attempts.user_no{of_attempt} ORDER BY completed_at DESC, id DESC) AS place \
         FROM quiz_attempts {scope}) AS ranked GROUP BY user_no{shard}",
        aws = recent(Provider::Aws),
        azure = recent(Provider::Azure),
        gcp = recent(Provider::Gcp),
        other = Provider::Other.code(),
    )
}

/// All attempts whose certification is of no known provider.
pub async fn count_without_provider(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    json_rows::count(connection, "SELECT CAST(coalesce(sum(without_provider), 0) AS bigint) FROM user_stats_total", [])
        .await
}

/// Attempts of all users.
pub async fn count_attempts(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    json_rows::count(connection, "SELECT CAST(coalesce(sum(quiz_count), 0) AS bigint) FROM user_stats", []).await
}

/// Marks of users present in the host application.
pub async fn count_dirty(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sql = format!(
        "SELECT count(*) FROM user_dirty WHERE NOT EXISTS (SELECT 1 FROM users \
         WHERE users.no = user_dirty.user_no AND {same_shard} AND {GONE})",
        same_shard = Backend::of(connection).same_shard("users", "user_dirty"),
    );
    json_rows::count(connection, sql, []).await
}

async fn execute(tx: &MembershipTx, sql: String, users: &[UserNo]) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    tx.execute_raw(tx.statement(sql, [numbers(users)])).await.map(|_| ())
}

/// Users as a parameter.
pub(crate) fn numbers(users: &[UserNo]) -> sea_orm::Value {
    parameter(users.iter().map(|user| json!([user])))
}

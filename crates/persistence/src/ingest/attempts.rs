//! Writes quiz attempts.

use std::collections::{HashMap, HashSet};

use domain::{
    certification::Provider,
    ids::{UserId, UserNo},
    instant::Instant,
    profile::QuizAttempt,
    report::activity::ActivityKind,
    shard::Shards,
    text::fold,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::json;

use crate::{
    database::{
        MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, rows, statement},
    },
    ingest::{activity_dirty, user_stats, users},
};

const COLUMNS: [(&str, Type); 7] = [
    ("user_no", Type::Integer),
    ("id", Type::Text),
    ("certification", Type::Text),
    ("certification_folded", Type::Text),
    ("provider", Type::Small),
    ("score", Type::Real),
    ("completed_at", Type::Instant),
];

/// Columns that tell whether an attempt of another user is the same one.
const IDENTITY: [(&str, Type); 3] = [("user_no", Type::Integer), ("id", Type::Text), ("completed_at", Type::Instant)];

/// Where attempts come from, which decides what their ids mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// Callers and files that may be partial. Ids are unique per user.
    Partial,
    /// A file that has everything. Ids are unique.
    CompleteFile,
    /// A host database, by its name in the configuration. Ids are unique in it.
    Host(&'a str),
}

impl Origin<'_> {
    /// Whether the id alone identifies an attempt.
    pub fn has_unique_ids(self) -> bool {
        match self {
            Self::Partial => false,
            Self::CompleteFile | Self::Host(_) => true,
        }
    }

    fn source(self) -> Option<String> {
        match self {
            Self::Partial | Self::CompleteFile => None,
            Self::Host(name) => Some(name.to_owned()),
        }
    }
}

/// What an upsert did to an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New or different.
    Recorded,
    /// Another user had it before.
    Moved,
    /// Already stored as given.
    Unchanged,
    /// The user does not exist; the attempt was not written.
    WithoutUser,
}

/// Inserts attempts and updates those that differ, all of users of the shard. An attempt that has moved to another user who
/// exists leaves the old one, who is of the shard too: see [`of_other_shards`] for the others. Updates the statistics of all these users and marks them as changed. Ids must be distinct per user, or distinct if the
/// origin has unique ids.
pub async fn upsert(tx: &MembershipTx, attempts: &[QuizAttempt], origin: Origin<'_>) -> Result<Vec<Change>, DbErr> {
    let mut changes = vec![Change::WithoutUser; attempts.len()];
    if attempts.is_empty() {
        return Ok(changes);
    }
    let known = users::find_many(tx, distinct_users(attempts)).await?;
    let found = of_known_users(attempts, &known);
    let (taken, mut left) = take_from_old_users(tx, &found, origin).await?;
    let times = found.iter().map(|Found { user, attempt, .. }| (*user, &*attempt.id, attempt.completed_at));
    left.extend(activity_dirty::times_that_change(tx, ActivityKind::Quizzes, times).await?);
    // Usually all are of one kind. If not, concurrent writers of the same attempts may deadlock, and one is retried.
    let (scored, unscored): (Vec<_>, Vec<_>) = found.iter().partition(|found| found.attempt.score.is_some());
    let mut written = write(tx, &scored, true, origin).await?;
    written.extend(write(tx, &unscored, false, origin).await?);
    if written.len() < found.len() {
        adopt(tx, &found, origin).await?;
    }
    let mut touched: Vec<_> = written.iter().map(|(user, _)| *user).collect();
    touched.dedup();
    touched.extend(taken.iter().map(|(old, _)| *old));
    touched.sort_unstable();
    touched.dedup();
    let locked: HashSet<_> = user_stats::lock(tx, &touched).await?.into_iter().collect();
    let erased: Vec<_> = touched.extract_if(.., |user| !locked.contains(user)).collect();
    delete_all(tx, &erased).await?;
    user_stats::mark_dirty(tx, &touched).await?;
    user_stats::refresh(tx, &touched).await?;
    // A first import writes all attempts, a repeated one none. Neither needs to compare ids.
    let all_or_none = written.is_empty() || written.len() == found.len();
    if !all_or_none {
        written.sort_unstable();
    }
    let moved: HashSet<_> = taken.iter().map(|(_, id)| id.as_str()).collect();
    for Found { user, place, attempt } in found.iter().filter(|found| !erased.contains(&found.user)) {
        let is_written = if all_or_none { !written.is_empty() } else { contains(&written, *user, &attempt.id) };
        changes[*place] = match is_written {
            _ if moved.contains(attempt.id.as_str()) => Change::Moved,
            true => Change::Recorded,
            false => Change::Unchanged,
        };
    }
    let recorded = found.iter().filter(|found| changes[found.place] != Change::Unchanged);
    activity_dirty::mark(tx, recorded.map(|found| found.attempt.completed_at).chain(left)).await?;
    Ok(changes)
}

fn contains(written: &[(UserNo, String)], user: UserNo, id: &str) -> bool {
    written.binary_search_by(|(no, other)| (*no, other.as_str()).cmp(&(user, id))).is_ok()
}

/// An attempt whose user exists.
struct Found<'a> {
    user: UserNo,
    place: usize,
    attempt: &'a QuizAttempt,
}

/// In the order of the primary key, so that pages are written once and concurrent writers cannot deadlock.
fn of_known_users<'a>(attempts: &'a [QuizAttempt], known: &HashMap<UserId, UserNo>) -> Vec<Found<'a>> {
    let attempts = attempts.iter().enumerate();
    let mut found: Vec<_> = attempts
        .filter_map(|(place, attempt)| Some(Found { user: *known.get(&attempt.user_id)?, place, attempt }))
        .collect();
    found.sort_unstable_by_key(|found| (found.user, &found.attempt.id));
    found
}

/// A condition: the attempt that another user has, `taken`, is the one with the same id in `input`. `None` where ids are unique
/// per user.
fn is_same(origin: Origin<'_>) -> Option<&'static str> {
    match origin {
        Origin::Partial => None,
        Origin::CompleteFile => Some(""),
        // Of an attempt without a source, which may be that of another host database, the time tells.
        Origin::Host(_) => {
            Some("AND (taken.source = $2 OR taken.source IS NULL AND taken.completed_at = input.completed_at)")
        }
    }
}

/// Deletes the attempts with these ids that other users of the shard have, in the order of the primary key, like [`write()`]. Returns
/// these users and ids, and the times. An attempt whose new user does not exist stays with the old one: if a wrong column names the users,
/// nobody loses anything.
async fn take_from_old_users(
    tx: &MembershipTx,
    attempts: &[Found<'_>],
    origin: Origin<'_>,
) -> Result<(Vec<(UserNo, String)>, Vec<Instant>), DbErr> {
    let Some(is_same) = is_same(origin) else { return Ok((Vec::new(), Vec::new())) };
    let taken = format!(
        "FROM ({rows}) AS input JOIN quiz_attempts AS taken ON taken.id = input.id AND {in_shard} \
         WHERE taken.user_no <> input.user_no {is_same}",
        rows = rows(tx, &IDENTITY),
        in_shard = Backend::of(tx).in_shard("taken"),
    );
    let sql = match Backend::of(tx) {
        Backend::Postgres => format!(
            "DELETE FROM quiz_attempts WHERE ctid = ANY (ARRAY (SELECT taken.ctid {taken} \
             ORDER BY taken.user_no, taken.id FOR UPDATE OF taken)) AND {in_shard} \
             RETURNING user_no, id, completed_at",
            in_shard = Backend::Postgres.in_shard("quiz_attempts"),
        ),
        Backend::Sqlite => format!(
            "DELETE FROM quiz_attempts WHERE (user_no, id) IN (SELECT taken.user_no, taken.id {taken}) \
             RETURNING user_no, id, completed_at"
        ),
    };
    let cells =
        |Found { user, attempt, .. }: &Found<'_>| json!([user, attempt.id, json_rows::instant(attempt.completed_at)]);
    let input = parameter(attempts.iter().map(cells));
    let values = [Some(input), origin.source().map(Into::into)].into_iter().flatten();
    let taken = tx.query_all_raw(tx.statement(sql, values)).await?;
    Ok((taken.iter().map(key).collect::<Result<_, _>>()?, times(&taken)?))
}

fn times(rows: &[QueryResult]) -> Result<Vec<Instant>, DbErr> {
    rows.iter().map(|row| row.try_get_by_index(2)).collect()
}

/// Of the attempts of a complete source, those that users of other shards have: their old users and ids. The users in `attempts`
/// must exist.
pub async fn of_other_shards<'a>(
    connection: &impl ConnectionTrait,
    shards: Shards,
    attempts: impl IntoIterator<Item = &'a QuizAttempt>,
    origin: Origin<'_>,
) -> Result<Vec<(UserNo, String)>, DbErr> {
    let Some(is_same) = is_same(origin) else { return Ok(Vec::new()) };
    if shards == Shards::ONE {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT taken.user_no, taken.id FROM ({rows}) AS input JOIN quiz_attempts AS taken ON taken.id = input.id \
         WHERE taken.shard <> input.of_shard {is_same} ORDER BY taken.user_no, taken.id",
        rows = rows(connection, &[("of_shard", Type::Small), ("id", Type::Text), ("completed_at", Type::Instant)]),
    );
    let input = attempts.into_iter().map(|attempt| {
        let shard = shards.of(&attempt.user_id).number();
        json!([shard, attempt.id, json_rows::instant(attempt.completed_at)])
    });
    let values = [Some(parameter(input)), origin.source().map(Into::into)].into_iter().flatten();
    connection.query_all_raw(statement(connection, sql, values)).await?.iter().map(key).collect()
}

/// Deletes attempts that users of other shards have now. Updates the statistics of the old users and marks them as changed.
pub async fn take(tx: &MembershipTx, attempts: &[(UserNo, String)]) -> Result<(), DbErr> {
    let mut users: Vec<_> = attempts.iter().map(|(user, _)| *user).collect();
    users.sort_unstable();
    users.dedup();
    let users = user_stats::lock(tx, &users).await?;
    let sql = format!(
        "DELETE FROM quiz_attempts USING ({rows}) AS input \
         WHERE quiz_attempts.user_no = input.user_no AND quiz_attempts.id = input.id AND {in_shard} \
         RETURNING quiz_attempts.user_no, quiz_attempts.id, quiz_attempts.completed_at",
        rows = rows(tx, &IDENTITY[..2]),
        in_shard = Backend::of(tx).in_shard("quiz_attempts"),
    );
    let keys = parameter(attempts.iter().map(|(user, id)| json!([user, id])));
    let taken = tx.query_all_raw(tx.statement(sql, [keys])).await?;
    user_stats::mark_dirty(tx, &users).await?;
    user_stats::refresh(tx, &users).await?;
    activity_dirty::mark(tx, times(&taken)?).await
}

fn key(row: &QueryResult) -> Result<(UserNo, String), DbErr> {
    Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?))
}

/// Deletes the attempts of users, as before a user is deleted: no key of the table does.
pub(crate) async fn delete_all(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "DELETE FROM quiz_attempts WHERE user_no IN (SELECT user_no FROM ({rows}) AS input) AND {in_shard}",
        rows = rows(tx, &user_stats::USER_NO),
        in_shard = Backend::of(tx).in_shard("quiz_attempts"),
    );
    tx.execute_raw(tx.statement(sql, [user_stats::numbers(users)])).await.map(|_| ())
}

/// Notes the source of attempts that another one has recorded before. Their rows are locked by [`write()`].
async fn adopt(tx: &MembershipTx, attempts: &[Found<'_>], origin: Origin<'_>) -> Result<(), DbErr> {
    let Some(source) = origin.source() else { return Ok(()) };
    let sql = format!(
        "UPDATE quiz_attempts SET source = $2 FROM ({rows}) AS input \
         WHERE quiz_attempts.user_no = input.user_no AND quiz_attempts.id = input.id \
         AND quiz_attempts.source IS DISTINCT FROM $2 AND {in_shard}",
        rows = rows(tx, &IDENTITY[..2]),
        in_shard = Backend::of(tx).in_shard("quiz_attempts"),
    );
    let keys = parameter(attempts.iter().map(|Found { user, attempt, .. }| json!([user, attempt.id])));
    tx.execute_raw(tx.statement(sql, [keys, source.into()])).await.map(|_| ())
}

/// Returns the attempts that were written. Scores that are not given stay as they are.
async fn write(
    tx: &MembershipTx,
    attempts: &[&Found<'_>],
    gives_scores: bool,
    origin: Origin<'_>,
) -> Result<Vec<(UserNo, String)>, DbErr> {
    if attempts.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let values: Vec<_> = names[2..].iter().filter(|name| gives_scores || **name != "score").collect();
    let sets: Vec<_> = values.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let differs: Vec<_> =
        values.iter().map(|name| format!("quiz_attempts.{name} IS DISTINCT FROM excluded.{name}")).collect();
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let sql = format!(
        "INSERT INTO quiz_attempts ({names}, source{and_shard}) \
         SELECT {names}, CAST($2 AS text){and_value} FROM {home}({rows}) AS input WHERE {is_home} \
         ON CONFLICT (user_no, id{and_shard}) DO UPDATE SET {sets}, source = coalesce(excluded.source, quiz_attempts.source) \
         WHERE {differs} RETURNING user_no, id",
        names = names.join(", "),
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &COLUMNS),
        sets = sets.join(", "),
        differs = differs.join(" OR "),
    );
    let parameter = parameter(attempts.iter().map(|Found { user, attempt, .. }| {
        json!([
            user,
            attempt.id,
            attempt.certification,
            fold(&attempt.certification),
            Provider::of_certification(&attempt.certification).code(),
            attempt.score.flatten(),
            json_rows::instant(attempt.completed_at),
        ])
    }));
    tx.query_all_raw(tx.statement(sql, [parameter, origin.source().into()])).await?.iter().map(key).collect()
}

/// Deduplicates before sorting, since neighbors mostly share a user.
fn distinct_users(attempts: &[QuizAttempt]) -> Vec<&UserId> {
    let mut ids: Vec<_> = attempts.iter().map(|attempt| &attempt.user_id).collect();
    ids.dedup();
    ids.sort_unstable();
    ids.dedup();
    ids
}

//! Entries of users into one segment, and their stays.

use std::collections::HashMap;

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    membership::Cause,
    report::entry::{Entry, EntryKind, Person, PersonStay},
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    among, arrays,
    stays::{self, StaysIn},
};
use crate::database::{
    array_row::ArrayRow,
    backend::Backend,
    json_rows::{self, statement},
};

/// Entries from an instant on, before another, in the order of user and time. Who left at the same instant did not enter.
pub async fn entries(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    from: Instant,
    before: Instant,
) -> Result<Vec<Entry>, DbErr> {
    // Citus refuses a condition that nothing meets.
    if from >= before {
        return Ok(Vec::new());
    }
    let backend = Backend::of(connection);
    // Each by key. Joined, PostgreSQL reads the whole ledger, and Citus refuses users who may be missing.
    let of_user = |column: &str| {
        format!(
            "(SELECT {column} FROM users WHERE users.no = stay.user_no AND {in_shard})",
            in_shard = backend.same_shard("users", "stay")
        )
    };
    let events = |name: &str| {
        let in_shard = backend.same_shard(name, "stay");
        format!("FROM segment_event AS {name} WHERE {name}.user_no = stay.user_no AND {in_shard}")
    };
    let began = |name: &str| {
        format!(
            "{events} AND {name}.segment_id = $1 AND {name}.entered AND {name}.at = stay.since",
            events = events(name)
        )
    };
    // Nearly all entries are a run's. An index has the others, and is written as this condition is.
    let rows = format!(
        "SELECT stay.user_no, stay.since, stay.until, \
         CASE WHEN EXISTS (SELECT 1 {decided} AND decided.cause IN ('{admin}', '{saved}')) \
         THEN (SELECT entry.cause {entry} ORDER BY entry.no DESC LIMIT 1) ELSE '{run}' END AS cause, \
         {created_at} AS created_at, {bucket} AS bucket, \
         CASE WHEN EXISTS (SELECT 1 {earlier} AND earlier.at < stay.since) THEN CAST(0 AS bigint) ELSE 1 END AS is_first \
         FROM ({stays}) AS stay",
        decided = began("decided"),
        entry = began("entry"),
        admin = Cause::Admin,
        saved = Cause::SegmentSaved,
        run = Cause::Run,
        created_at = of_user("users.created_at"),
        bucket = of_user("CAST(users.random_bucket AS bigint)"),
        earlier = events("earlier"),
        stays = stays::beginning(backend, StaysIn::One, "$2", "$3"),
    );
    let columns = ["user_no", "since", "until", "cause", "created_at", "bucket", "is_first"];
    let values = [segment.0.into(), from.into(), before.into()];
    let mut entries = arrays::read(connection, (&columns, &rows), values, read_entries).await?;
    entries.sort_unstable_by_key(|entry| (entry.user, entry.at));
    Ok(entries)
}

fn read_entries(arrays: &mut ArrayRow<'_>) -> Option<Vec<Entry>> {
    let stays = arrays::stays(arrays)?.zip(arrays.take::<String>()?);
    let persons = arrays.take_instants()?.into_iter().zip(arrays.take::<Option<i64>>()?);
    let rows = stays.zip(persons).zip(arrays.take::<i64>()?);
    rows.map(|((((user, at, until), cause), (created_at, bucket)), is_first)| {
        let kind = EntryKind::of(cause.parse().ok()?, at, is_first == 1, created_at);
        let person = created_at.map(|created_at| {
            let random_bucket = bucket.and_then(|bucket| u8::try_from(bucket).ok()).unwrap_or(u8::MAX);
            Person { created_at, random_bucket }
        });
        Some(Entry { user, at, until, kind, person })
    })
    .collect()
}

/// The stays of users who are not erased that overlap a span of time.
pub async fn stays(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    from: Instant,
    to: Instant,
) -> Result<Vec<PersonStay>, DbErr> {
    let backend = Backend::of(connection);
    let rows = format!(
        "WITH stay AS ({stays}) SELECT stay.user_no, stay.since, stay.until, users.created_at FROM stay \
         JOIN users ON users.no = stay.user_no AND {user_in_shard}",
        stays = stays::overlapping(backend, StaysIn::One, "$3", "$2"),
        user_in_shard = backend.same_shard("users", "stay"),
    );
    let values = [segment.0.into(), from.into(), to.into()];
    let columns = ["user_no", "since", "until", "created_at"];
    arrays::read(connection, (&columns, &rows), values, |arrays| {
        let rows = arrays::stays(arrays)?.zip(arrays.take_instants()?);
        rows.map(|((user, since, until), created_at)| Some(PersonStay { user, since, until, created_at: created_at? }))
            .collect()
    })
    .await
}

/// The users who were created from an instant on, before another.
pub async fn registered(
    connection: &impl ConnectionTrait,
    from: Instant,
    before: Instant,
) -> Result<Vec<(UserNo, Instant)>, DbErr> {
    let sql = "SELECT no, created_at FROM users WHERE created_at >= $1 AND created_at < $2";
    let found = connection.query_all_raw(statement(connection, sql, [from.into(), before.into()])).await?;
    found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

/// When users were created.
pub async fn created_at(connection: &impl ConnectionTrait, users: &UserSet) -> Result<HashMap<UserNo, Instant>, DbErr> {
    let sql = format!("SELECT no, created_at FROM users WHERE {}", among::condition(connection, "no"));
    let found = connection.query_all_raw(statement(connection, sql, [among::parameter(users)])).await?;
    found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

/// Of users who are not erased: how many were created by an instant, and when each of those was who were created later, before
/// another.
pub async fn created(
    connection: &impl ConnectionTrait,
    from: Instant,
    before: Instant,
) -> Result<(u64, Vec<Instant>), DbErr> {
    let sql = "SELECT count(*) FROM users WHERE created_at <= $1";
    let earlier = json_rows::count(connection, sql, [from.into()]).await?;
    let sql = "SELECT created_at FROM users WHERE created_at > $1 AND created_at < $2";
    let later = connection.query_all_raw(statement(connection, sql, [from.into(), before.into()])).await?;
    let later = later.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    Ok((earlier, later))
}

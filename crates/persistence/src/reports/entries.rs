//! Entries of users into one segment, and their stays.

use std::collections::HashMap;

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    membership::Cause,
    report::entry::{Entry, EntryKind, Person, PersonStay},
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{
    among,
    stays::{self, CHOSEN, chosen},
};
use crate::database::{
    backend::Backend,
    json_rows::{self, rows, statement},
    values::from_text,
};

/// Entries from an instant on, before another, in the order of user and time. Who left at the same instant did not enter.
pub async fn entries(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    from: Instant,
    before: Instant,
) -> Result<Vec<Entry>, DbErr> {
    let backend = Backend::of(connection);
    let sql = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}) \
         SELECT stay.user_no, stay.since, stay.until, entry.cause, users.created_at, CAST(users.random_bucket AS bigint), \
         NOT EXISTS (SELECT 1 FROM segment_event AS earlier WHERE earlier.user_no = stay.user_no AND {earlier_in_shard} \
         AND earlier.at < stay.since) \
         FROM stay {join} segment_event AS entry ON entry.user_no = stay.user_no AND {entry_in_shard} \
         AND entry.segment_id = $2 AND entry.entered AND entry.at = stay.since \
         LEFT JOIN users ON users.no = stay.user_no AND {user_in_shard} \
         ORDER BY stay.user_no, stay.since, entry.no",
        chosen = rows(connection, &CHOSEN),
        stays = stays::beginning(backend, "$3", "$4"),
        earlier_in_shard = backend.same_shard("earlier", "stay"),
        join = backend.join_in_order(),
        entry_in_shard = backend.same_shard("entry", "stay"),
        user_in_shard = backend.same_shard("users", "stay"),
    );
    let values = [chosen(&[segment]), segment.0.into(), from.into(), before.into()];
    let mut entries = Vec::<Entry>::new();
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let entry = entry(&row)?;
        // A stay of no length at the same instant has an entry of its own, before this one.
        match entries.last_mut().filter(|last| (last.user, last.at) == (entry.user, entry.at)) {
            Some(last) => *last = entry,
            None => entries.push(entry),
        }
    }
    Ok(entries)
}

fn entry(row: &QueryResult) -> Result<Entry, DbErr> {
    let (at, created_at) = (row.try_get_by_index(1)?, row.try_get_by_index::<Option<Instant>>(4)?);
    let cause: Cause = from_text(&row.try_get_by_index::<String>(3)?)?;
    Ok(Entry {
        user: UserNo(row.try_get_by_index(0)?),
        at,
        until: row.try_get_by_index(2)?,
        kind: EntryKind::of(cause, at, row.try_get_by_index(6)?, created_at),
        person: created_at.map(|created_at| person(row, created_at, 5)).transpose()?,
    })
}

fn person(row: &QueryResult, created_at: Instant, bucket: usize) -> Result<Person, DbErr> {
    let random_bucket = row.try_get_by_index::<i64>(bucket)?;
    Ok(Person { created_at, random_bucket: u8::try_from(random_bucket).unwrap_or(u8::MAX) })
}

/// The stays of users who are not erased that overlap a span of time.
pub async fn stays(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    from: Instant,
    to: Instant,
) -> Result<Vec<PersonStay>, DbErr> {
    let backend = Backend::of(connection);
    let sql = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}) SELECT stay.user_no, stay.since, stay.until, users.created_at FROM stay \
         JOIN users ON users.no = stay.user_no AND {user_in_shard}",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, "chosen", "$3", "$2"),
        user_in_shard = backend.same_shard("users", "stay"),
    );
    let values = [chosen(&[segment]), from.into(), to.into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    let stay = |row: &QueryResult| {
        Ok(PersonStay {
            user: UserNo(row.try_get_by_index(0)?),
            since: row.try_get_by_index(1)?,
            until: row.try_get_by_index(2)?,
            created_at: row.try_get_by_index(3)?,
        })
    };
    found.iter().map(stay).collect()
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

//! Who was active on whole days, kept in `activity_day` so that reports need not read every attempt and event.
//!
//! **Invariant:** what is kept of a day is used only while no day in UTC that it lies in is [marked](crate::ingest). Marks are taken
//! away together with what is kept of their days, and only while nobody else writes: so no writer can have read data of before.

use std::collections::HashSet;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    calendar::CalendarPeriod,
    instant::{Instant, format_instant},
    report::activity::ActivityKind,
    shard::{Shard, Shards},
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::activity;
use crate::database::{
    DefinitionTx, MembershipTx,
    backend::Backend,
    json_rows::{statement, statement_in},
    shards,
};

/// From an instant on, before another.
pub type Span = [Instant; 2];

/// Who was active in each period. Days that are kept are read there, and the rest from what it follows from.
pub async fn active(
    connection: &impl ConnectionTrait,
    kinds: &[ActivityKind],
    periods: &[Span],
) -> Result<Vec<UserSet>, DbErr> {
    let (shards, left_out) = (shards(connection).await?, left_out(connection).await?);
    let mut found = Vec::with_capacity(periods.len());
    for [from, before] in periods {
        let (mut users, mut read_to) = (UserSet::default(), *from);
        for (day, active) in kept(connection, kinds, (shards, &left_out), [*from, *before]).await? {
            // Days of two zones may overlap.
            if day[0] >= read_to {
                users.add_all(&activity::active(connection, kinds, read_to, day[0]).await?);
                users.add_all(&active);
                read_to = day[1];
            }
        }
        users.add_all(&activity::active(connection, kinds, read_to, *before).await?);
        found.push(users);
    }
    Ok(found)
}

/// The days within a period that are kept of all shards, in order.
async fn kept(
    connection: &impl ConnectionTrait,
    kinds: &[ActivityKind],
    (shards, left_out): (Shards, &str),
    [from, before]: Span,
) -> Result<Vec<(Span, UserSet)>, DbErr> {
    let columns: Vec<_> = kinds.iter().map(|kind| format!(", kept.{}", kind.as_str())).collect();
    let sql = format!(
        "SELECT kept.starts, kept.ends{columns} FROM activity_day AS kept WHERE kept.starts >= $1 AND kept.starts < $2 \
         AND kept.ends <= $2 AND kept.left_out = $3 AND {is_clean} ORDER BY kept.starts, kept.ends",
        columns = columns.concat(),
        is_clean = is_clean(Backend::of(connection)),
    );
    let values = [from.into(), before.into(), left_out.into()];
    let mut days: Vec<(Span, UserSet, u16)> = Vec::new();
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let day = span(&row)?;
        let sets = (2..2 + kinds.len()).map(|place| set(&row, place)).collect::<Result<Vec<_>, _>>()?;
        match days.last_mut() {
            Some((last, users, of_shards)) if *last == day => {
                sets.iter().for_each(|set| users.add_all(set));
                *of_shards += 1;
            }
            _ => days.push((day, UserSet::union(&sets), 1)),
        }
    }
    Ok(days.into_iter().filter(|(_, _, of)| *of == shards.count()).map(|(day, users, _)| (day, users)).collect())
}

/// A condition on `kept`: no day that it lies in is marked.
fn is_clean(backend: Backend) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM activity_dirty AS mark WHERE mark.day >= kept.first_day AND mark.day <= kept.last_day \
         AND {same_shard})",
        same_shard = backend.same_shard("mark", "kept"),
    )
}

fn span(row: &QueryResult) -> Result<Span, DbErr> {
    Ok([row.try_get_by_index(0)?, row.try_get_by_index(1)?])
}

fn set(row: &QueryResult, place: usize) -> Result<UserSet, DbErr> {
    let bytes: Vec<u8> = row.try_get_by_index(place)?;
    UserSet::from_bytes(&bytes).ok_or_else(|| DbErr::Type("a stored set of users".into()))
}

fn shard(row: &QueryResult, place: usize) -> Result<Shard, DbErr> {
    let number: i64 = row.try_get_by_index(place)?;
    u16::try_from(number).ok().and_then(Shard::new).ok_or_else(|| DbErr::Type("a stored shard".into()))
}

/// The names of events that are no activity now. What was kept when they were others is not used.
async fn left_out(connection: &impl ConnectionTrait) -> Result<String, DbErr> {
    let sql = "SELECT CAST(no AS bigint) FROM event_name WHERE NOT is_activity ORDER BY no";
    let numbers = connection.query_all_raw(statement(connection, sql, [])).await?;
    let numbers = numbers.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<i64>, _>>()?;
    Ok(numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

/// The shards with marks.
pub async fn dirty_shards(connection: &impl ConnectionTrait) -> Result<Vec<Shard>, DbErr> {
    let sql = match Backend::of(connection) {
        Backend::Sqlite => "SELECT 0 FROM activity_dirty LIMIT 1",
        Backend::Postgres => "SELECT DISTINCT CAST(shard AS bigint) AS shard FROM activity_dirty ORDER BY shard",
    };
    connection.query_all_raw(statement(connection, sql, [])).await?.iter().map(|row| shard(row, 0)).collect()
}

/// Takes the marks of the shard away, with what is kept of their days. Nobody else writes meanwhile.
pub async fn forget_dirty(tx: &DefinitionTx) -> Result<(), DbErr> {
    forget_marked(tx).await?;
    let sql = format!("DELETE FROM activity_dirty WHERE {}", Backend::of(tx).in_shard("activity_dirty"));
    tx.execute_raw(tx.statement(sql, [])).await.map(|_| ())
}

/// Forgets what is kept of days of the shard with marks. These stay.
pub(crate) async fn forget_marked(tx: &MembershipTx) -> Result<(), DbErr> {
    let in_shard = |table: &str| Backend::of(tx).in_shard(table);
    let sql = format!(
        "DELETE FROM activity_day WHERE {kept_in_shard} AND EXISTS (SELECT 1 FROM activity_dirty AS mark \
         WHERE mark.day >= activity_day.first_day AND mark.day <= activity_day.last_day AND {mark_in_shard})",
        kept_in_shard = in_shard("activity_day"),
        mark_in_shard = in_shard("mark"),
    );
    tx.execute_raw(tx.statement(sql, [])).await.map(|_| ())
}

/// Forgets all that is kept of the shard.
pub async fn forget_all(tx: &MembershipTx) -> Result<(), DbErr> {
    let sql = format!("DELETE FROM activity_day WHERE {}", Backend::of(tx).in_shard("activity_day"));
    tx.execute_raw(tx.statement(sql, [])).await.map(|_| ())
}

/// Those of the days that the shard lacks.
pub async fn lacking(
    connection: &impl ConnectionTrait,
    shard: Shard,
    days: &[CalendarPeriod],
) -> Result<Vec<CalendarPeriod>, DbErr> {
    let Some(since) = days.iter().map(|day| day.starts).min() else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT starts, ends FROM activity_day WHERE starts >= $1 AND left_out = $2 AND {}",
        Backend::of(connection).in_shard("activity_day")
    );
    let values = [since.into(), left_out(connection).await?.into()];
    let kept = connection.query_all_raw(statement_in(connection, shard, sql, values)).await?;
    let kept = kept.iter().map(span).collect::<Result<HashSet<_>, _>>()?;
    Ok(days.iter().filter(|day| !kept.contains(&[day.starts, day.ends])).copied().collect())
}

/// When the first user of a shard was active.
pub async fn first_activity(connection: &impl ConnectionTrait, shard: Shard) -> Result<Option<Instant>, DbErr> {
    let backend = Backend::of(connection);
    // Names are few, and of each an index knows the first event.
    let sql = format!(
        "SELECT min(at) FROM (SELECT min(completed_at) AS at FROM quiz_attempts WHERE {quizzes} \
         UNION ALL SELECT (SELECT min(occurred_at) FROM user_event WHERE name_no = event_name.no AND {events}) FROM event_name \
         UNION ALL SELECT min(at) FROM user_seen WHERE {seen}) AS first",
        quizzes = backend.in_shard("quiz_attempts"),
        events = backend.in_shard("user_event"),
        seen = backend.in_shard("user_seen"),
    );
    let row = connection.query_one_raw(statement_in(connection, shard, sql, [])).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

/// Keeps who of the shard was active on a day.
pub async fn keep(tx: &MembershipTx, day: CalendarPeriod) -> Result<(), DbErr> {
    let mut values = vec![day.starts.into(), day.ends.into()];
    values.extend(utc_days(day).map(Value::from));
    values.push(left_out(tx).await?.into());
    // In the order of the columns.
    for kind in ActivityKind::ALL {
        values.push(activity::active_in(tx, tx.shard(), *kind, [day.starts, day.ends]).await?.to_bytes().into());
    }
    let backend = Backend::of(tx);
    let sql = format!(
        "INSERT INTO activity_day (starts, ends, first_day, last_day, left_out, quizzes, events, seen{and_shard}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8{and_value}) ON CONFLICT (starts, ends{and_shard}) DO UPDATE SET \
         left_out = excluded.left_out, quizzes = excluded.quizzes, events = excluded.events, seen = excluded.seen",
        and_shard = backend.and_shard(),
        and_value = backend.and_shard_value(),
    );
    tx.execute_raw(tx.statement(sql, values)).await.map(|_| ())
}

/// The first and the last day in UTC that it lies in.
fn utc_days(day: CalendarPeriod) -> [NaiveDate; 2] {
    [day.starts, day.ends - TimeDelta::microseconds(1)].map(|at| at.date_naive())
}

/// How many days of shards are checked at most, evenly chosen.
const CHECKED: usize = 60;

/// The days of which something else is kept than it follows from, of all or of a sample.
pub(crate) async fn differing(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let backend = Backend::of(connection);
    let of_shard = match backend {
        Backend::Sqlite => "0",
        Backend::Postgres => "CAST(kept.shard AS bigint)",
    };
    let sql = format!(
        "SELECT kept.starts, kept.ends, {of_shard} AS of_shard FROM activity_day AS kept WHERE kept.left_out = $1 AND {is_clean} \
         ORDER BY kept.starts, kept.ends, of_shard",
        is_clean = is_clean(backend),
    );
    let usable = connection.query_all_raw(statement(connection, sql, [left_out(connection).await?.into()])).await?;
    let mut differing = Vec::new();
    for row in usable.iter().step_by(usable.len().div_ceil(CHECKED).max(1)) {
        let day = span(row)?;
        if !follows(connection, shard(row, 2)?, day).await? {
            differing.push(format!("day {}", format_instant(day[0])));
        }
    }
    Ok(differing)
}

async fn follows(connection: &impl ConnectionTrait, shard: Shard, day: Span) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT quizzes, events, seen FROM activity_day WHERE starts = $1 AND ends = $2 AND {}",
        Backend::of(connection).in_shard("activity_day")
    );
    let stored = connection.query_one_raw(statement_in(connection, shard, sql, day.map(Value::from))).await?;
    let Some(stored) = stored else { return Ok(false) };
    for (place, kind) in ActivityKind::ALL.iter().enumerate() {
        if set(&stored, place)? != activity::active_in(connection, shard, *kind, day).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

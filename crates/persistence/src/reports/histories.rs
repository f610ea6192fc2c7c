//! Users over time: their stays in some segments, and when they were active. Read in ranges of users, so that a report needs no room for
//! all of them.

use std::collections::HashMap;

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    report::forecast::{History, StayIn},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::{
    activity::IS_ACTIVITY,
    stays::{CHOSEN, chosen, no_instant},
};
use crate::{
    database::{
        backend::Backend,
        json_rows::{rows, statement_in},
    },
    user_range::UserRange,
};

/// Users per read.
const TURN: u64 = 20_000;

/// Visits everyone whom the host application has or had, but for those who were erased.
pub async fn each(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    mut visit: impl FnMut(&History),
) -> Result<(), DbErr> {
    let shards = crate::database::shards(connection).await?;
    for mut rest in UserRange::ALL.divide(shards) {
        while let Some((range, _)) = rest.first(connection, TURN).await? {
            rest.after = range.through;
            let mut stays = by_user(stays(connection, range, segments).await?);
            let mut active = by_user(active(connection, range).await?);
            for (user, created_at) in created(connection, range).await? {
                let stays = stays.remove(&user).unwrap_or_default();
                let mut active_at = active.remove(&user).unwrap_or_default();
                active_at.sort_unstable();
                visit(&History { created_at, stays, active_at });
            }
        }
    }
    Ok(())
}

fn by_user<T>(rows: Vec<(UserNo, T)>) -> HashMap<UserNo, Vec<T>> {
    let mut by_user: HashMap<_, Vec<_>> = HashMap::new();
    for (user, row) in rows {
        by_user.entry(user).or_default().push(row);
    }
    by_user
}

async fn created(connection: &impl ConnectionTrait, range: UserRange) -> Result<Vec<(UserNo, Instant)>, DbErr> {
    let sql = format!(
        "SELECT no, created_at FROM users WHERE no > $1 AND no <= $2 AND {in_shard}",
        in_shard = Backend::of(connection).in_shard("users"),
    );
    read(connection, range, sql, None, |row| row.try_get_by_index(1)).await
}

async fn stays(
    connection: &impl ConnectionTrait,
    range: UserRange,
    segments: &[SegmentId],
) -> Result<Vec<(UserNo, StayIn)>, DbErr> {
    let backend = Backend::of(connection);
    let within = |table: &str, condition: &str| {
        format!(
            "FROM {table} AS stay JOIN ({chosen}) AS chosen ON chosen.segment_id = stay.segment_id \
             WHERE stay.user_no > $2 AND stay.user_no <= $3 AND {in_shard} AND {condition}",
            chosen = rows(connection, &CHOSEN),
            in_shard = backend.in_shard("stay"),
        )
    };
    let sql = format!(
        "SELECT stay.user_no, chosen.bit, stay.added_at AS since, {no_end} AS until {lasting} \
         UNION ALL SELECT stay.user_no, chosen.bit, stay.since, stay.at AS until {ended}",
        no_end = no_instant(backend),
        lasting = within("user_segment", "stay.removed_at IS NULL"),
        ended = within("segment_event", "NOT stay.entered AND stay.since < stay.at"),
    );
    read(connection, range, sql, Some(chosen(segments)), |row| {
        let bit: i64 = row.try_get_by_index(1)?;
        let segment = bit.trailing_zeros() as usize;
        Ok(StayIn { segment, since: row.try_get_by_index(2)?, until: row.try_get_by_index(3)? })
    })
    .await
}

/// When users completed a quiz, or did something whose name is an activity.
async fn active(connection: &impl ConnectionTrait, range: UserRange) -> Result<Vec<(UserNo, Instant)>, DbErr> {
    let backend = Backend::of(connection);
    let sql = format!(
        "SELECT user_no, completed_at AS at FROM quiz_attempts WHERE user_no > $1 AND user_no <= $2 AND {quizzes} \
         UNION ALL SELECT user_no, occurred_at AS at FROM user_event WHERE user_no > $1 AND user_no <= $2 AND {events} \
         AND {IS_ACTIVITY}",
        quizzes = backend.in_shard("quiz_attempts"),
        events = backend.in_shard("user_event"),
    );
    read(connection, range, sql, None, |row| row.try_get_by_index(1)).await
}

/// The ends of the range are the last two parameters.
async fn read<T>(
    connection: &impl ConnectionTrait,
    range: UserRange,
    sql: String,
    first: Option<Value>,
    value: impl Fn(&QueryResult) -> Result<T, DbErr>,
) -> Result<Vec<(UserNo, T)>, DbErr> {
    let values = first.into_iter().chain([range.after.0.into(), range.through.0.into()]);
    let found = connection.query_all_raw(statement_in(connection, range.shard(), sql, values)).await?;
    found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), value(row)?))).collect()
}

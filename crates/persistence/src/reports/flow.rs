//! Where every user was at each of some instants, with respect to some segments.

use domain::{
    ids::SegmentId,
    instant::Instant,
    report::{
        flow::{Path, State},
        overlap::Mask,
    },
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::stays::{self, CHOSEN, StaysIn, and_shard, chosen, count, instants};
use crate::{
    database::{
        backend::Backend,
        json_rows::{rows, statement},
    },
    reads::history::{Flow, SUMS},
};

/// What stands for [`State::Absent`] and [`State::Gone`] where else is a mask.
const ABSENT: i64 = -1;
const GONE: i64 = -2;

/// Of ascending instants.
pub async fn paths(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    at: &[Instant],
) -> Result<Vec<Path>, DbErr> {
    let backend = Backend::of(connection);
    let (Some(first), Some(last)) = (at.first(), at.last()) else { return Ok(Vec::new()) };
    let (names, mut values) = instants(4, at);
    let masks: Vec<_> = names.iter().enumerate().map(|(place, at)| mask(place, at)).collect();
    let states = |of: &str, first_at: &str, gone_at: &str| {
        let states = names.iter().enumerate().map(|(place, at)| state(of, place, at, first_at, gone_at));
        states.collect::<Vec<_>>().join(", ")
    };
    let grouped: Vec<_> = (1..=at.len() + 1).map(|place| place.to_string()).collect();
    let sql = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}), \
         member AS (SELECT stay.user_no{shard}, {masks} FROM stay GROUP BY stay.user_no{shard}), \
         known AS (SELECT event.user_no{of_event}, min(event.at) AS first_at, {gone_at} AS gone_at FROM erased_user \
         {join} segment_event AS event ON event.user_no = erased_user.user_no AND {event_in_shard} \
         GROUP BY event.user_no{of_event}), \
         erased AS (SELECT member.*, known.first_at, known.gone_at FROM known \
         JOIN member ON member.user_no = known.user_no AND {known_in_shard}) \
         SELECT 0 AS is_erased, {of_users}, count(*) FROM users \
         LEFT JOIN member ON member.user_no = users.no AND {member_in_shard} GROUP BY {grouped} \
         UNION ALL SELECT 1, {of_erased}, count(*) FROM erased GROUP BY {grouped}",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, StaysIn::Chosen, "$3", "$2"),
        shard = and_shard(backend, "stay"),
        masks = masks.join(", "),
        of_event = and_shard(backend, "event"),
        // The last event of an erased user, if it says so.
        gone_at = "max(event.at) FILTER (WHERE event.cause IN ('erasure', 'host_deleted'))",
        join = backend.join_in_order(),
        event_in_shard = backend.same_shard("event", "erased_user"),
        known_in_shard = backend.same_shard("known", "member"),
        member_in_shard = backend.same_shard("member", "users"),
        of_users = states("member", "users.created_at", "users.deleted_at"),
        of_erased = states("erased", "erased.first_at", "erased.gone_at"),
        grouped = grouped.join(", "),
    );
    values.splice(0..0, [chosen(segments), (*first).into(), (*last).into()]);
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found.iter().map(|row| path(row, at.len())).collect()
}

/// The segments that a user is in at an instant.
fn mask(place: usize, at: &str) -> String {
    format!(
        "CAST(coalesce(sum(stay.bit) FILTER (WHERE stay.since <= {at} AND (stay.until IS NULL OR stay.until > {at})), 0) \
         AS bigint) AS mask_{place}"
    )
}

/// A membership tells most: a user may have been created after it, or deleted before a run ended it.
fn state(of: &str, place: usize, at: &str, first_at: &str, gone_at: &str) -> String {
    format!(
        "CASE WHEN {of}.mask_{place} > 0 THEN {of}.mask_{place} WHEN {gone_at} <= {at} THEN {GONE} \
         WHEN {first_at} > {at} THEN {ABSENT} ELSE 0 END"
    )
}

fn path(row: &QueryResult, instants: usize) -> Result<Path, DbErr> {
    let state = |place: usize| {
        Ok::<_, DbErr>(match row.try_get_by_index::<i64>(place)? {
            ABSENT => State::Absent,
            GONE => State::Gone,
            mask => State::of_mask(Mask(mask.unsigned_abs())),
        })
    };
    Ok(Path {
        states: (1..=instants).map(state).collect::<Result<_, _>>()?,
        is_erased: row.try_get_by_index::<i32>(0)? == 1,
        users: count(row, instants + 1)?,
    })
}

/// Entries and exits of some segments after each instant, up to and including the next.
pub async fn moves(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    at: &[Instant],
) -> Result<Vec<Flow>, DbErr> {
    let sql = format!(
        "SELECT {SUMS} FROM ({chosen}) AS chosen JOIN segment_flow AS flow ON flow.segment_id = chosen.segment_id \
         AND flow.at > $2 AND flow.at <= $3",
        chosen = rows(connection, &CHOSEN),
    );
    let mut moves = Vec::new();
    for ends in at.windows(2) {
        let values = [chosen(segments), ends[0].into(), ends[1].into()];
        let row = connection.query_one_raw(statement(connection, sql.as_str(), values)).await?;
        moves.push(row.map_or(Ok(Flow::default()), |row| Flow::read(&row, 0))?);
    }
    Ok(moves)
}

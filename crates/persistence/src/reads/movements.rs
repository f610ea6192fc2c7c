//! Who entered and who left a segment in a span of time, from the ledger.
//!
//! The ledger has no index of the entries of a segment: runs write mostly those. So the users are found first, by memberships that began
//! in the span and by leaves, which know when the stay began; then their events, by the key of the ledger.

use domain::{
    ids::{RunId, SegmentId},
    instant::Instant,
    member_sort::SortDirection,
    membership::Cause,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use super::{
    members::Search,
    params::{bind, stored},
};
use crate::{
    database::{backend::Backend, json_rows::statement},
    entity::enum_text::EnumText,
};

/// An event of the ledger, with the user as stored now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    pub place: Place,
    pub user_id: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub entered: bool,
    pub cause: Cause,
    pub run: Option<RunId>,
    pub actor: Option<String>,
}

/// Where an event stands in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub at: Instant,
    pub no: i64,
}

/// Which movements to list.
#[derive(Debug, Clone, Copy)]
pub struct WhichMovements<'a> {
    pub segment: SegmentId,
    /// The first instant, and the first one after the span.
    pub span: [Instant; 2],
    /// Only those who entered, or only those who left.
    pub entered: Option<bool>,
    pub search: Option<&'a Search>,
    /// Of time.
    pub direction: SortDirection,
}

/// In the order of time, those after a place in it. Users who were erased since are left out.
pub async fn movements(
    connection: &impl ConnectionTrait,
    which: WhichMovements<'_>,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Movement>, DbErr> {
    let backend = Backend::of(connection);
    let [from, to] = which.span;
    let mut values: Vec<Value> = vec![which.segment.0.into(), from.into(), to.into()];
    let mut conditions = vec!["event.segment_id = $1 AND event.at >= $2 AND event.at < $3".to_owned()];
    conditions
        .extend(which.entered.map(|entered| (if entered { "event.entered" } else { "NOT event.entered" }).to_owned()));
    let (direction, beyond) = match which.direction {
        SortDirection::Asc => ("ASC", ">"),
        SortDirection::Desc => ("DESC", "<"),
    };
    if let Some(Place { at, no }) = after {
        let (at, no) = (bind(&mut values, at), bind(&mut values, no));
        conditions.push(format!("(event.at {beyond} {at} OR event.at = {at} AND event.no {beyond} {no})"));
    }
    if let Some(search) = which.search {
        conditions.push(search.condition(connection, "member.user_no", &mut values).await?);
    }
    let user = match backend {
        Backend::Sqlite => "user_no",
        Backend::Postgres => "user_no, shard",
    };
    let sql = format!(
        "SELECT event.at, event.no, searched.id, searched.email, searched.first_name, searched.last_name, event.entered, \
         event.cause, event.run_id, event.actor FROM (\
         SELECT {user} FROM user_segment WHERE segment_id = $1 AND removed_at IS NULL AND added_at >= $2 AND added_at < $3 \
         UNION SELECT {user} FROM segment_event WHERE segment_id = $1 AND NOT entered AND at >= $2 \
         AND (at < $3 OR since >= $2 AND since < $3)) AS member \
         JOIN users AS searched ON searched.no = member.user_no AND {users_in_shard} \
         JOIN segment_event AS event ON event.user_no = member.user_no AND {events_in_shard} \
         WHERE {conditions} ORDER BY event.at {direction}, event.no {direction} LIMIT {limit}",
        users_in_shard = backend.same_shard("searched", "member"),
        events_in_shard = backend.same_shard("event", "member"),
        conditions = conditions.join(" AND "),
        limit = bind(&mut values, stored(limit)),
    );
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(movement).collect()
}

fn movement(row: &QueryResult) -> Result<Movement, DbErr> {
    Ok(Movement {
        place: Place { at: row.try_get_by_index(0)?, no: row.try_get_by_index(1)? },
        user_id: row.try_get_by_index(2)?,
        email: row.try_get_by_index(3)?,
        first_name: row.try_get_by_index(4)?,
        last_name: row.try_get_by_index(5)?,
        entered: row.try_get_by_index(6)?,
        cause: row.try_get_by_index::<EnumText<_>>(7)?.0,
        run: row.try_get_by_index::<Option<i64>>(8)?.map(RunId),
        actor: row.try_get_by_index(9)?,
    })
}

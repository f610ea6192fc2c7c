//! The difference between who should be in remote segments and who is. Both are in this database; nothing is asked of the mail
//! service.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::{SegmentId, UserNo},
    mail::AddressKey,
    shard::Shard,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::json;

use super::{contacts::Names, keys_parameter, members::Pair, suppressions};
use crate::database::{
    backend::Backend,
    json_rows::{Type, parameter, rows, statement_in},
};

/// Whether a member is to be put in and not known to be there, as conditions on rows of `user_segment` and `users`.
fn is_joining() -> String {
    format!(
        "user_segment.removed_at IS NULL AND users.address_key IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM sync_member WHERE sync_member.address_key = users.address_key \
         AND sync_member.segment_id = user_segment.segment_id AND sync_member.state IN ('in', 'found')) \
         AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = users.address_key AND {active}) \
         AND NOT EXISTS (SELECT 1 FROM sync_contact WHERE sync_contact.address_key = users.address_key \
         AND sync_contact.state = 'refused')",
        active = suppressions::ACTIVE,
    )
}

/// `user_segment` with the users, as joins.
fn members(backend: Backend) -> String {
    format!(
        "user_segment JOIN users ON users.no = user_segment.user_no AND {same_shard} AND {users_in_shard} AND {in_shard}",
        same_shard = backend.same_shard("users", "user_segment"),
        users_in_shard = backend.in_shard("users"),
        in_shard = backend.in_shard("user_segment"),
    )
}

/// Those of the segments who are to be put in.
fn joining(connection: &impl ConnectionTrait, segments: &[SegmentId], what: &str, and: &str) -> String {
    format!(
        "SELECT {what} FROM {members} WHERE user_segment.segment_id {segments} AND {is_joining} {and}",
        members = members(Backend::of(connection)),
        segments = in_list(segments),
        is_joining = is_joining(),
    )
}

/// As numbers in the statement: by a parameter, PostgreSQL would go through the members of all segments.
fn in_list(segments: &[SegmentId]) -> String {
    match segments {
        [] => "IN (NULL)".into(),
        _ => format!("IN ({})", segments.iter().map(|segment| segment.0.to_string()).collect::<Vec<_>>().join(", ")),
    }
}

/// How many memberships of the shard are to be put in. Two users with one address count twice.
pub async fn count_joining(
    connection: &impl ConnectionTrait,
    shard: Shard,
    segments: &[SegmentId],
) -> Result<BTreeMap<SegmentId, u64>, DbErr> {
    let sql =
        joining(connection, segments, "user_segment.segment_id, count(*)", "") + " GROUP BY user_segment.segment_id";
    let found = connection.query_all_raw(statement_in(connection, shard, sql, [])).await?;
    found
        .iter()
        .map(|row| Ok((SegmentId(row.try_get_by_index(0)?), row.try_get_by_index::<i64>(1)?.unsigned_abs())))
        .collect()
}

/// Of these segments, the members of the shard of whom nothing is known at the mail service.
const UNKNOWN: &str =
    "AND NOT EXISTS (SELECT 1 FROM sync_contact AS known WHERE known.address_key = users.address_key)";

/// How many addresses of the shard are to be put in and are not known at the mail service.
pub async fn count_unknown(
    connection: &impl ConnectionTrait,
    shard: Shard,
    segments: &[SegmentId],
) -> Result<u64, DbErr> {
    let sql = joining(connection, segments, "count(DISTINCT users.address_key)", UNKNOWN);
    let row = connection.query_one_raw(statement_in(connection, shard, sql, [])).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0).map(i64::unsigned_abs))
}

const PAIR: &str = "users.no, users.address_key, user_segment.segment_id";

/// The next of them behind a user, each with all of the segments, in the order of our keys.
pub async fn page_unknown(
    connection: &impl ConnectionTrait,
    shard: Shard,
    segments: &[SegmentId],
    after: UserNo,
    limit: u32,
) -> Result<Vec<(UserNo, Pair)>, DbErr> {
    let sql = joining(connection, segments, PAIR, &format!("AND users.no > $1 {UNKNOWN}"))
        + " ORDER BY users.no, user_segment.segment_id LIMIT $2";
    page(connection, shard, sql, [after.0.into(), i64::from(limit).into()]).await
}

/// Members of one segment behind a user who are to be put in, in the order of our keys.
pub async fn page_joining(
    connection: &impl ConnectionTrait,
    shard: Shard,
    segment: SegmentId,
    after: UserNo,
    limit: u32,
) -> Result<Vec<(UserNo, Pair)>, DbErr> {
    // The index of the segment gives the order, so that a page need not sort what follows it.
    let sql = format!(
        "SELECT {PAIR} FROM {members} WHERE user_segment.segment_id = $1 AND user_segment.user_no > $2 AND {is_joining} \
         ORDER BY user_segment.user_no LIMIT $3",
        members = members(Backend::of(connection)),
        is_joining = is_joining(),
    );
    page(connection, shard, sql, [segment.0.into(), after.0.into(), i64::from(limit).into()]).await
}

async fn page<const N: usize>(
    connection: &impl ConnectionTrait,
    shard: Shard,
    sql: String,
    values: [Value; N],
) -> Result<Vec<(UserNo, Pair)>, DbErr> {
    let found = connection.query_all_raw(statement_in(connection, shard, sql, values)).await?;
    found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), pair(row, 1)?))).collect()
}

/// Rows of `user_segment` of the users with addresses of `input`, as joins. Addresses come first: without statistics, SQLite would go
/// through all members of a segment for each of them.
fn memberships_of_addresses(backend: Backend) -> String {
    let join = backend.join_in_order();
    format!(
        "{join} users ON users.address_key = input.address_key AND {users_in_shard} \
         {join} user_segment ON user_segment.user_no = users.no AND {same_shard} AND {in_shard}",
        users_in_shard = backend.in_shard("users"),
        same_shard = backend.same_shard("user_segment", "users"),
        in_shard = backend.in_shard("user_segment"),
    )
}

/// Those of these addresses who are to be put in.
pub async fn joining_among(
    connection: &impl ConnectionTrait,
    shard: Shard,
    segments: &[SegmentId],
    keys: &[AddressKey],
) -> Result<BTreeSet<Pair>, DbErr> {
    let backend = Backend::of(connection);
    let sql = format!(
        "SELECT users.address_key, user_segment.segment_id FROM ({keys}) AS input {memberships} \
         WHERE user_segment.segment_id {segments} AND {is_joining}",
        keys = rows(connection, &[("address_key", Type::Text)]),
        memberships = memberships_of_addresses(backend),
        segments = in_list(segments),
        is_joining = is_joining(),
    );
    let found = connection.query_all_raw(statement_in(connection, shard, sql, [keys_parameter(keys)])).await?;
    found.iter().map(|row| pair(row, 0)).collect()
}

fn pair(row: &QueryResult, place: usize) -> Result<Pair, DbErr> {
    Ok((AddressKey::stored(row.try_get_by_index(place)?), SegmentId(row.try_get_by_index(place + 1)?)))
}

/// A contact in a remote segment by our doing, or on its way, that does not belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    pub pair: Pair,
    pub is_suppressed: bool,
    /// Whether that is so whoever else has the address.
    pub is_certain: bool,
}

/// Contacts that are suppressed, and of a live segment also those that were refused, since they are not put in again, and those
/// without a member in the shard. `from` and `and` say which rows of `sync_member`, `members` who is a member.
///
/// One statement for each reason, and a difference of sets for the last: without statistics, PostgreSQL would compare each contact
/// with each member.
fn leaving(from: &str, and: &str, members: Option<&str>) -> String {
    let select = |is_suppressed: u8, is_certain: u8, from: &str, reason: &str| {
        format!(
            "SELECT sync_member.address_key, sync_member.segment_id, {is_suppressed} AS is_suppressed, \
             {is_certain} AS is_certain FROM {from} WHERE sync_member.state <> 'found' AND {and} AND {reason}"
        )
    };
    let suppressions = format!("{from} JOIN suppression ON suppression.address_key = sync_member.address_key");
    let mut reasons = vec![select(1, 1, &suppressions, suppressions::ACTIVE)];
    if let Some(members) = members {
        let contacts = format!("{from} JOIN sync_contact ON sync_contact.address_key = sync_member.address_key");
        reasons.push(select(0, 1, &contacts, "sync_contact.state = 'refused'"));
        reasons.push(format!(
            "SELECT address_key, segment_id, 0, 0 FROM (SELECT sync_member.address_key, sync_member.segment_id FROM {from} \
             WHERE sync_member.state <> 'found' AND {and} EXCEPT {members}) AS without_members"
        ));
    }
    format!(
        "SELECT address_key, segment_id, max(is_suppressed), max(is_certain) FROM ({}) AS leaving \
         GROUP BY address_key, segment_id",
        reasons.join(" UNION ALL ")
    )
}

/// The next of one segment behind an address, in the order of addresses.
pub async fn page_leaving(
    connection: &impl ConnectionTrait,
    shard: Shard,
    (segment, is_live): (SegmentId, bool),
    after: Option<&AddressKey>,
    limit: u32,
) -> Result<Vec<Departure>, DbErr> {
    let members = format!(
        "SELECT users.address_key, user_segment.segment_id FROM {members} \
         WHERE user_segment.segment_id = $1 AND user_segment.removed_at IS NULL AND users.address_key > $2",
        members = members(Backend::of(connection)),
    );
    let and = "sync_member.segment_id = $1 AND sync_member.address_key > $2";
    let sql = leaving("sync_member", and, is_live.then_some(&members)) + " ORDER BY address_key LIMIT $3";
    let values = [segment.0.into(), after.map_or("", AddressKey::as_str).into(), i64::from(limit).into()];
    departures(connection, shard, sql, values).await
}

/// Those of these addresses, in all of these segments.
pub async fn leaving_among(
    connection: &impl ConnectionTrait,
    shard: Shard,
    (segments, is_live): (&[SegmentId], bool),
    keys: &[AddressKey],
) -> Result<Vec<Departure>, DbErr> {
    let backend = Backend::of(connection);
    let input = format!("({}) AS input", rows(connection, &[("address_key", Type::Text)]));
    let segments = in_list(segments);
    let from = format!(
        "{input} {join} sync_member ON sync_member.address_key = input.address_key",
        join = backend.join_in_order(),
    );
    let members = format!(
        "SELECT users.address_key, user_segment.segment_id FROM {input} {memberships} \
         WHERE user_segment.segment_id {segments} AND user_segment.removed_at IS NULL",
        memberships = memberships_of_addresses(backend),
    );
    let sql = leaving(&from, &format!("sync_member.segment_id {segments}"), is_live.then_some(&members));
    departures(connection, shard, sql, [keys_parameter(keys)]).await
}

async fn departures<const N: usize>(
    connection: &impl ConnectionTrait,
    shard: Shard,
    sql: String,
    values: [Value; N],
) -> Result<Vec<Departure>, DbErr> {
    let found = connection.query_all_raw(statement_in(connection, shard, sql, values)).await?;
    found
        .iter()
        .map(|row| {
            let [is_suppressed, is_certain] =
                [row.try_get_by_index::<i32>(2)?, row.try_get_by_index(3)?].map(|is| is == 1);
            Ok(Departure { pair: pair(row, 0)?, is_suppressed, is_certain })
        })
        .collect()
}

/// Those of these contacts and segments for which the shard has a member. Suppressed ones count.
pub async fn members_among(
    connection: &impl ConnectionTrait,
    shard: Shard,
    pairs: &[Pair],
) -> Result<BTreeSet<Pair>, DbErr> {
    if pairs.is_empty() {
        return Ok(BTreeSet::new());
    }
    let backend = Backend::of(connection);
    let sql = format!(
        "SELECT DISTINCT input.address_key, input.segment_id FROM ({input}) AS input {memberships} \
         AND user_segment.segment_id = input.segment_id AND user_segment.removed_at IS NULL",
        input = rows(connection, &[("address_key", Type::Text), ("segment_id", Type::Small)]),
        memberships = memberships_of_addresses(backend),
    );
    let pairs = parameter(pairs.iter().map(|(key, segment)| json!([key, segment])));
    let found = connection.query_all_raw(statement_in(connection, shard, sql, [pairs])).await?;
    found.iter().map(|row| pair(row, 0)).collect()
}

/// The addresses that belong to users of the shard. Locks those users, so that they are neither erased nor changed before the
/// transaction ends.
pub async fn hold(
    connection: &impl ConnectionTrait,
    shard: Shard,
    keys: &[AddressKey],
) -> Result<Vec<AddressKey>, DbErr> {
    let backend = Backend::of(connection);
    let lock = match backend {
        Backend::Sqlite => "",
        Backend::Postgres => "FOR SHARE",
    };
    let sql = format!(
        "SELECT users.address_key FROM users WHERE users.address_key IN (SELECT value ->> 0 FROM {elements}) \
         AND {in_shard} ORDER BY users.no {lock}",
        elements = backend.json_elements("$1"),
        in_shard = backend.in_shard("users"),
    );
    let found = connection.query_all_raw(statement_in(connection, shard, sql, [keys_parameter(keys)])).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored)).collect()
}

/// A user with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub user: UserNo,
    pub id: domain::ids::UserId,
    /// As the host application wrote it.
    pub email: String,
    pub names: Names,
}

/// The users of the shard with these addresses, in the order of our keys.
pub async fn people(
    connection: &impl ConnectionTrait,
    shard: Shard,
    keys: &[AddressKey],
) -> Result<HashMap<AddressKey, Vec<Person>>, DbErr> {
    let sql = format!(
        "SELECT users.address_key, users.no, users.id, users.email, users.first_name, users.last_name \
         FROM ({input}) AS input JOIN users ON users.address_key = input.address_key AND {in_shard} ORDER BY users.no",
        input = rows(connection, &[("address_key", Type::Text)]),
        in_shard = Backend::of(connection).in_shard("users"),
    );
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    for row in connection.query_all_raw(statement_in(connection, shard, sql, [keys_parameter(keys)])).await? {
        let person = Person {
            user: UserNo(row.try_get_by_index(1)?),
            id: domain::ids::UserId(row.try_get_by_index(2)?),
            email: row.try_get_by_index(3)?,
            names: Names { first: row.try_get_by_index(4)?, last: row.try_get_by_index(5)? },
        };
        people.entry(AddressKey::stored(row.try_get_by_index(0)?)).or_default().push(person);
    }
    Ok(people)
}

//! Where the members of synced segments stand at the mail service.
//!
//! **Invariant:** every member is delivered, pending or held, in every answer and at every moment of a sync: one expression says
//! which.

use std::collections::BTreeMap;

use domain::{
    ids::{SegmentId, UserId, UserNo},
    instant::Instant,
    mail::{HeldReason, MailFilter, MailStanding},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::json;

use super::suppressions;
use crate::database::{
    backend::Backend,
    json_rows::{Type, parameter, rows, statement},
};

/// The number of [`MailStanding::from_code`] for a user of `users` in the segment `segment`, as SQL.
pub(crate) fn standing(segment: &str) -> String {
    format!(
        "CASE WHEN users.address_key IS NULL THEN 3 \
         WHEN EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = users.address_key AND {active}) THEN 2 \
         WHEN EXISTS (SELECT 1 FROM sync_contact WHERE sync_contact.address_key = users.address_key \
         AND sync_contact.state = 'refused') THEN 4 \
         WHEN EXISTS (SELECT 1 FROM sync_member WHERE sync_member.address_key = users.address_key \
         AND sync_member.segment_id = {segment} AND sync_member.state = 'in') THEN 0 \
         WHEN EXISTS (SELECT 1 FROM sync_member WHERE sync_member.address_key = users.address_key \
         AND sync_member.segment_id = {segment} AND sync_member.state = 'found') THEN 5 ELSE 1 END",
        active = suppressions::ACTIVE
    )
}

/// Whether mail may reach a user of the table `users`, as SQL: the address is usable, not suppressed and not refused. It is so
/// whether a segment is synced or not.
pub(crate) fn reachable(users: &str) -> String {
    format!(
        "({users}.address_key IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = {users}.address_key AND {active}) \
         AND NOT EXISTS (SELECT 1 FROM sync_contact WHERE sync_contact.address_key = {users}.address_key \
         AND sync_contact.state = 'refused'))",
        active = suppressions::ACTIVE
    )
}

/// A condition on users of the table `users`. `None` if all pass.
pub(crate) fn condition(filter: MailFilter, users: &str) -> Option<String> {
    match filter {
        MailFilter::All => None,
        MailFilter::Reachable => Some(reachable(users)),
        MailFilter::Held => Some(format!("NOT {}", reachable(users))),
    }
}

/// The number for a member whom others put into the remote segment.
const FOUND: i32 = 5;

/// Members of one segment by where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standings {
    pub members: u64,
    /// Members, not contacts.
    pub delivered: u64,
    pub joining: u64,
    pub suppressed: u64,
    pub no_address: u64,
    pub refused: u64,
    /// Members beyond the first one of each address that others in the segment have too.
    pub shared_addresses: u64,
    /// Contacts in the remote segment by our doing.
    pub contacts: u64,
    /// Contacts to be taken out.
    pub leaving: u64,
}

impl Standings {
    /// Members who are held back, whatever the reason.
    pub fn held(&self) -> u64 {
        self.suppressed + self.no_address + self.refused
    }
}

/// Members of one segment who stand alike.
struct Group {
    segment: SegmentId,
    standing: MailStanding,
    /// Others put their contacts into the remote segment.
    is_found: bool,
    members: u64,
    addresses: u64,
}

impl Standings {
    fn add(&mut self, group: &Group) {
        match group.standing {
            MailStanding::Delivered => self.delivered += group.members,
            MailStanding::Pending => self.joining += group.members,
            MailStanding::Held(HeldReason::Suppressed) => self.suppressed += group.members,
            MailStanding::Held(HeldReason::Refused) => self.refused += group.members,
            MailStanding::Held(HeldReason::NoAddress) => {
                self.no_address += group.members;
                return;
            }
        }
        // Users with one address stand alike, so they are in one group.
        self.shared_addresses += group.members.saturating_sub(group.addresses);
    }
}

/// Of segments that the latest sync has brought to rest, and of which nothing has changed since: no address is marked, and every
/// member who is not held is delivered. So only the held ones are counted, and the rows of contacts.
pub async fn at_rest(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
) -> Result<BTreeMap<SegmentId, Standings>, DbErr> {
    let mut all: BTreeMap<_, _> = segments.iter().map(|segment| (*segment, Standings::default())).collect();
    if segments.is_empty() {
        return Ok(all);
    }
    let input = rows(connection, &[("segment_id", Type::Small)]);
    let counted = |what: &str| format!("SELECT input.segment_id, {what} FROM ({input}) AS input");
    let members = counted("CAST(coalesce(sum(segment_count.member_count), 0) AS bigint)")
        + " LEFT JOIN segment_count ON segment_count.segment_id = input.segment_id GROUP BY input.segment_id";
    for (segment, members) in counts(connection, members, segments).await? {
        all.entry(segment).or_default().members = members;
    }
    let contacts = counted("count(sync_member.address_key)")
        + " LEFT JOIN sync_member ON sync_member.segment_id = input.segment_id GROUP BY input.segment_id";
    for (segment, contacts) in counts(connection, contacts, segments).await? {
        all.entry(segment).or_default().contacts = contacts;
    }
    for group in groups(connection, held(connection), segments).await? {
        all.entry(group.segment).or_default().add(&group);
    }
    for of in all.values_mut() {
        of.delivered = of.members.saturating_sub(of.held());
        of.shared_addresses += of.delivered.saturating_sub(of.contacts);
    }
    Ok(all)
}

async fn counts(
    connection: &impl ConnectionTrait,
    sql: String,
    segments: &[SegmentId],
) -> Result<Vec<(SegmentId, u64)>, DbErr> {
    let found = connection.query_all_raw(statement(connection, sql, [listed(segments)])).await?;
    let counted = |row: &QueryResult| Ok((SegmentId(row.try_get_by_index(0)?), count(row, 1)?));
    found.iter().map(counted).collect()
}

async fn groups(connection: &impl ConnectionTrait, sql: String, segments: &[SegmentId]) -> Result<Vec<Group>, DbErr> {
    let found = connection.query_all_raw(statement(connection, sql, [listed(segments)])).await?;
    let group = |row: &QueryResult| {
        let code: i32 = row.try_get_by_index(1)?;
        Ok(Group {
            segment: SegmentId(row.try_get_by_index(0)?),
            standing: standing_of(i64::from(code))?,
            is_found: code == FOUND,
            members: count(row, 2)?,
            addresses: count(row, 3)?,
        })
    };
    found.iter().map(group).collect()
}

fn count(row: &QueryResult, place: usize) -> Result<u64, DbErr> {
    row.try_get_by_index::<i64>(place).map(i64::unsigned_abs)
}

/// Members who are held, from the side of what holds them.
fn held(connection: &impl ConnectionTrait) -> String {
    let backend = Backend::of(connection);
    format!(
        "SELECT segment_id, standing, count(*), count(DISTINCT address_key) FROM (\
         SELECT user_segment.segment_id AS segment_id, users.address_key AS address_key, {standing} AS standing \
         FROM (SELECT {key} FROM users WHERE users.address_key IS NULL \
         UNION SELECT {key} FROM suppression JOIN users ON users.address_key = suppression.address_key WHERE {active} \
         UNION SELECT {key} FROM sync_contact JOIN users ON users.address_key = sync_contact.address_key \
         WHERE sync_contact.state = 'refused') AS holding \
         JOIN users ON users.no = holding.no AND {is_holding} \
         JOIN user_segment ON user_segment.user_no = users.no AND user_segment.removed_at IS NULL AND {same_shard} \
         JOIN ({input}) AS input ON input.segment_id = user_segment.segment_id) AS member GROUP BY segment_id, standing",
        standing = standing("user_segment.segment_id"),
        active = suppressions::ACTIVE,
        input = rows(connection, &[("segment_id", Type::Small)]),
        key = match backend {
            Backend::Sqlite => "users.no AS no",
            Backend::Postgres => "users.no AS no, users.shard AS shard",
        },
        is_holding = backend.same_shard("users", "holding"),
        same_shard = backend.same_shard("users", "user_segment"),
    )
}

/// Of these segments, as they are in one state of the database.
pub async fn standings(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
) -> Result<BTreeMap<SegmentId, Standings>, DbErr> {
    let mut all: BTreeMap<_, _> = segments.iter().map(|segment| (*segment, Standings::default())).collect();
    if segments.is_empty() {
        return Ok(all);
    }
    let mut delivered: BTreeMap<SegmentId, u64> = BTreeMap::new();
    for group in groups(connection, by_standing(connection), segments).await? {
        let of = all.entry(group.segment).or_default();
        of.members += group.members;
        of.add(&group);
        if group.standing == MailStanding::Delivered && !group.is_found {
            delivered.insert(group.segment, group.addresses);
        }
    }
    let contacts = format!(
        "SELECT sync_member.segment_id, count(*) FROM ({}) AS input \
         JOIN sync_member ON sync_member.segment_id = input.segment_id AND sync_member.state IN ('in', 'leaving') \
         GROUP BY sync_member.segment_id",
        rows(connection, &[("segment_id", Type::Small)])
    );
    for (segment, contacts) in counts(connection, contacts, segments).await? {
        let of = all.entry(segment).or_default();
        of.contacts = contacts;
        of.leaving = contacts.saturating_sub(delivered.get(&segment).copied().unwrap_or_default());
    }
    Ok(all)
}

/// The addresses of the members of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Addresses {
    pub members: u64,
    pub without_address: u64,
    pub suppressed: u64,
    /// Members beyond the first one of each address.
    pub shared: u64,
    /// Addresses that are not suppressed.
    pub usable: u64,
    /// Of these, those that have a contact that we know.
    pub known: u64,
}

pub async fn addresses(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<Addresses, DbErr> {
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE address_key IS NULL), count(*) FILTER (WHERE is_suppressed = 1), \
         count(address_key) - count(DISTINCT address_key), \
         count(DISTINCT CASE WHEN is_suppressed = 0 THEN address_key END), \
         count(DISTINCT CASE WHEN is_suppressed = 0 AND is_known = 1 THEN address_key END) FROM (\
         SELECT users.address_key AS address_key, \
         CASE WHEN EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = users.address_key AND {active}) \
         THEN 1 ELSE 0 END AS is_suppressed, \
         CASE WHEN EXISTS (SELECT 1 FROM sync_contact WHERE sync_contact.address_key = users.address_key \
         AND sync_contact.state = 'present') THEN 1 ELSE 0 END AS is_known \
         FROM user_segment JOIN users ON users.no = user_segment.user_no AND {same_shard} \
         WHERE user_segment.segment_id = $1 AND user_segment.removed_at IS NULL) AS member",
        active = suppressions::ACTIVE,
        same_shard = Backend::of(connection).same_shard("users", "user_segment"),
    );
    let Some(row) = connection.query_one_raw(statement(connection, sql, [segment.0.into()])).await? else {
        return Ok(Addresses::default());
    };
    Ok(Addresses {
        members: count(&row, 0)?,
        without_address: count(&row, 1)?,
        suppressed: count(&row, 2)?,
        shared: count(&row, 3)?,
        usable: count(&row, 4)?,
        known: count(&row, 5)?,
    })
}

fn by_standing(connection: &impl ConnectionTrait) -> String {
    format!(
        "SELECT segment_id, standing, count(*), count(DISTINCT address_key) FROM (\
         SELECT user_segment.segment_id AS segment_id, users.address_key AS address_key, {standing} AS standing \
         FROM ({input}) AS input \
         JOIN user_segment ON user_segment.segment_id = input.segment_id AND user_segment.removed_at IS NULL \
         JOIN users ON users.no = user_segment.user_no AND {same_shard}) AS member GROUP BY segment_id, standing",
        standing = standing("user_segment.segment_id"),
        input = rows(connection, &[("segment_id", Type::Small)]),
        same_shard = Backend::of(connection).same_shard("users", "user_segment"),
    )
}

fn listed(segments: &[SegmentId]) -> sea_orm::Value {
    parameter(segments.iter().map(|segment| json!([segment])))
}

fn standing_of(code: i64) -> Result<MailStanding, DbErr> {
    MailStanding::from_code(code).ok_or_else(|| DbErr::Type(format!("{code} is no standing of a member")))
}

/// Where some members of a segment stand.
pub async fn of_users(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    users: &[UserNo],
) -> Result<BTreeMap<UserNo, MailStanding>, DbErr> {
    let sql = format!(
        "SELECT users.no, CAST({standing} AS bigint) FROM ({input}) AS input JOIN users ON users.no = input.user_no",
        standing = standing("$2"),
        input = rows(connection, &[("user_no", Type::Integer)]),
    );
    let values = [parameter(users.iter().map(|user| json!([user]))), segment.0.into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), standing_of(row.try_get_by_index(1)?)?))).collect()
}

/// A member who is held, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMember {
    pub user: UserNo,
    pub id: UserId,
    pub email: String,
    pub why: HeldReason,
    /// When the mail service refused the address.
    pub refused_at: Option<Instant>,
}

/// Members of a segment who are held, for one reason or any, in the order of our keys.
pub async fn page_held(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    reason: Option<HeldReason>,
    after: UserNo,
    limit: u32,
) -> Result<Vec<HeldMember>, DbErr> {
    let code = reason.map_or(0_i64, |reason| match reason {
        HeldReason::Suppressed => 2,
        HeldReason::NoAddress => 3,
        HeldReason::Refused => 4,
    });
    let sql = format!(
        "SELECT no, id, email, CAST(standing AS bigint), refused_at FROM (\
         SELECT users.no AS no, users.id AS id, users.email AS email, {standing} AS standing, \
         (SELECT sync_contact.refused_at FROM sync_contact WHERE sync_contact.address_key = users.address_key \
         AND sync_contact.state = 'refused') AS refused_at FROM user_segment \
         JOIN users ON users.no = user_segment.user_no AND {same_shard} \
         WHERE user_segment.segment_id = $1 AND user_segment.removed_at IS NULL AND users.no > $2) AS member \
         WHERE standing BETWEEN 2 AND 4 AND ($3 = 0 OR standing = $3) ORDER BY no LIMIT $4",
        standing = standing("$1"),
        same_shard = Backend::of(connection).same_shard("users", "user_segment"),
    );
    let values = [segment.0.into(), after.0.into(), code.into(), i64::from(limit).into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    let held = found.iter().map(|row| {
        let why = match standing_of(row.try_get_by_index(3)?)? {
            MailStanding::Held(why) => why,
            MailStanding::Delivered | MailStanding::Pending => return Ok(None),
        };
        Ok(Some(HeldMember {
            user: UserNo(row.try_get_by_index(0)?),
            id: UserId(row.try_get_by_index(1)?),
            email: row.try_get_by_index(2)?,
            why,
            refused_at: row.try_get_by_index(4)?,
        }))
    });
    held.filter_map(Result::transpose).collect()
}

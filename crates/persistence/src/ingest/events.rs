//! Writes events and purchases.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    event::{Event, EventKind, Money},
    ids::{UserId, UserNo},
    instant::Instant,
    report::activity::ActivityKind,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::json;

use crate::{
    database::{
        MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, rows},
    },
    event_names::{self, Numbered},
    ingest::{activity_dirty, spend, user_stats, users},
};

const COLUMNS: [(&str, Type); 7] = [
    ("user_no", Type::Integer),
    ("id", Type::Text),
    ("name_no", Type::Small),
    ("occurred_at", Type::Instant),
    ("amount", Type::Integer),
    ("currency", Type::Text),
    ("refund_of", Type::Text),
];

const KEY: [(&str, Type); 2] = [("user_no", Type::Integer), ("id", Type::Text)];

/// The key of an event.
pub type EventKey = (UserNo, String);

/// What an upsert did to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New or different.
    Recorded,
    /// Already stored as given.
    Unchanged,
    /// The user does not exist; the event was not written.
    WithoutUser,
    /// It was not written.
    Refused(Refusal),
}

/// Why an event that is valid by itself is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has an amount, and its name is one of events without.
    HasAmount,
    /// It has no amount, and its name is one of purchases.
    HasNoAmount,
    /// Its name is new, and there are as many as there may be.
    TooManyNames,
    /// All purchases or refunds of the user together would be more than 64 bits hold.
    TotalTooLarge,
}

/// Inserts events and updates those that differ, all of users of the shard. Updates what these users spent, and marks them as
/// changed. Ids must be distinct per user.
pub async fn upsert(tx: &MembershipTx, events: &[Event], now: Instant) -> Result<Vec<Change>, DbErr> {
    let mut changes = vec![Change::WithoutUser; events.len()];
    if events.is_empty() {
        return Ok(changes);
    }
    let known = users::find_many(tx, distinct_users(events)).await?;
    let mut found = of_known_users(events, &known);
    let names = number_names(tx, events, &found, now).await?;
    refuse(&mut found, &mut changes, |found| refusal(&names, found.event));
    let spent = spend::near_the_limit(tx, &found.iter().map(|found| found.user).collect::<Vec<_>>()).await?;
    let mut totals = spend::Totals::of(spent);
    refuse(&mut found, &mut changes, |Found { user, event, .. }| {
        let fits = event.amount.is_none_or(|money| totals.add(*user, money));
        (!fits).then_some(Refusal::TotalTooLarge)
    });
    let times = found.iter().map(|Found { user, event, .. }| (*user, &*event.id, event.occurred_at));
    let moved = activity_dirty::times_that_change(tx, ActivityKind::Events, times).await?;
    let mut written = write(tx, &found, &names, now).await?;
    let mut touched: Vec<_> = written.iter().map(|(user, _)| *user).collect();
    touched.sort_unstable();
    touched.dedup();
    let locked: HashSet<_> = user_stats::lock(tx, &touched).await?.into_iter().collect();
    let erased: Vec<_> = touched.extract_if(.., |user| !locked.contains(user)).collect();
    delete_all(tx, &erased).await?;
    user_stats::mark_dirty(tx, &touched).await?;
    spend::refresh(tx, &touched).await?;
    // A first import writes all events, a repeated one none. Neither needs to compare ids.
    let all_or_none = written.is_empty() || written.len() == found.len();
    if !all_or_none {
        written.sort_unstable();
    }
    let is_one =
        |user: UserNo, id: &str| written.binary_search_by(|(no, other)| (*no, other.as_str()).cmp(&(user, id)));
    for Found { user, place, event } in found.iter().filter(|found| !erased.contains(&found.user)) {
        let is_written = if all_or_none { !written.is_empty() } else { is_one(*user, &event.id).is_ok() };
        changes[*place] = if is_written { Change::Recorded } else { Change::Unchanged };
    }
    let recorded = found.iter().filter(|found| changes[found.place] == Change::Recorded);
    activity_dirty::mark(tx, recorded.map(|found| found.event.occurred_at).chain(moved)).await?;
    Ok(changes)
}

/// An event whose user exists.
struct Found<'a> {
    user: UserNo,
    place: usize,
    event: &'a Event,
}

/// In the order of the primary key, so that pages are written once and concurrent writers cannot deadlock.
fn of_known_users<'a>(events: &'a [Event], known: &HashMap<UserId, UserNo>) -> Vec<Found<'a>> {
    let events = events.iter().enumerate();
    let found = events.filter_map(|(place, event)| Some(Found { user: *known.get(&event.user_id)?, place, event }));
    let mut found: Vec<_> = found.collect();
    found.sort_unstable_by_key(|found| (found.user, &found.event.id));
    found
}

fn refuse(found: &mut Vec<Found<'_>>, changes: &mut [Change], mut refusal: impl FnMut(&Found<'_>) -> Option<Refusal>) {
    found.retain(|found| match refusal(found) {
        Some(refusal) => {
            changes[found.place] = Change::Refused(refusal);
            false
        }
        None => true,
    });
}

type Names = HashMap<domain::event::EventName, Numbered>;

/// A new name gets the kind of the first event that has it, in the order given.
async fn number_names(tx: &MembershipTx, events: &[Event], found: &[Found<'_>], now: Instant) -> Result<Names, DbErr> {
    let mut places: Vec<_> = found.iter().map(|found| found.place).collect();
    places.sort_unstable();
    let mut wanted = BTreeMap::new();
    for event in places.into_iter().map(|place| &events[place]) {
        wanted.entry(&event.name).or_insert_with(|| event.kind());
    }
    event_names::number(tx, &wanted, now).await
}

fn refusal(names: &Names, event: &Event) -> Option<Refusal> {
    let Some(name) = names.get(&event.name) else { return Some(Refusal::TooManyNames) };
    match (name.kind, event.kind()) {
        (EventKind::Event, EventKind::Purchase) => Some(Refusal::HasAmount),
        (EventKind::Purchase, EventKind::Event) => Some(Refusal::HasNoAmount),
        (EventKind::Event, EventKind::Event) | (EventKind::Purchase, EventKind::Purchase) => None,
    }
}

/// Returns the events that were written.
async fn write(
    tx: &MembershipTx,
    events: &[Found<'_>],
    event_names: &Names,
    now: Instant,
) -> Result<Vec<EventKey>, DbErr> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let names = COLUMNS.map(|(name, _)| name);
    let values = &names[KEY.len()..];
    let sets: Vec<_> = values.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let differs: Vec<_> =
        values.iter().map(|name| format!("user_event.{name} IS DISTINCT FROM excluded.{name}")).collect();
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let sql = format!(
        "INSERT INTO user_event ({names}, recorded_at{and_shard}) \
         SELECT {names}, $2{and_value} FROM {home}({rows}) AS input WHERE {is_home} \
         ON CONFLICT (user_no, id{and_shard}) DO UPDATE SET {sets}, recorded_at = excluded.recorded_at, member_of = NULL \
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
    let cells = |Found { user, event, .. }: &Found<'_>| {
        let no = event_names.get(&event.name).map(|name| name.no);
        let (amount, currency) = event.amount.map(|Money { minor, currency }| (minor, currency.to_string())).unzip();
        let at = json_rows::instant(event.occurred_at);
        json!([user, event.id, no, at, amount, currency, event.refund_of])
    };
    let parameter = parameter(events.iter().map(cells));
    tx.query_all_raw(tx.statement(sql, [parameter, now.into()])).await?.iter().map(key).collect()
}

/// Deletes events of users of the shard that should not have been recorded. Returns whether each was there. Locks rows in the order
/// in which [`upsert`] does: events, then statistics.
pub async fn void(tx: &MembershipTx, events: &[(UserId, String)]) -> Result<Vec<bool>, DbErr> {
    let mut ids: Vec<_> = events.iter().map(|(user, _)| user).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = users::find_many(tx, ids).await?;
    let keys = events.iter().filter_map(|(user, id)| Some((*known.get(user)?, id.clone()))).collect();
    let keys = lock(tx, keys).await?;
    let sql = format!("DELETE FROM user_event WHERE {} RETURNING user_no, id, occurred_at", among(tx));
    let rows = tx.query_all_raw(tx.statement(sql, [keys_parameter(&keys)])).await?;
    let deleted = rows.iter().map(key).collect::<Result<HashSet<_>, _>>()?;
    let times = rows.iter().map(|row| row.try_get_by_index(2)).collect::<Result<Vec<_>, _>>()?;
    let mut touched: Vec<_> = deleted.iter().map(|(user, _)| *user).collect();
    touched.sort_unstable();
    touched.dedup();
    let touched = user_stats::lock(tx, &touched).await?;
    user_stats::mark_dirty(tx, &touched).await?;
    spend::refresh(tx, &touched).await?;
    activity_dirty::mark(tx, times).await?;
    let was_there =
        |(user, id): &(UserId, String)| known.get(user).is_some_and(|user| deleted.contains(&(*user, id.clone())));
    Ok(events.iter().map(was_there).collect())
}

/// Returns those of the events that are there. Rows are locked by a statement of their own: one that deletes them too would not see
/// those that changed while it waited.
pub(super) async fn lock(tx: &MembershipTx, keys: Vec<EventKey>) -> Result<Vec<EventKey>, DbErr> {
    match Backend::of(tx) {
        Backend::Sqlite => Ok(keys),
        Backend::Postgres => {
            let sql = format!("SELECT user_no, id FROM user_event WHERE {} ORDER BY user_no, id FOR UPDATE", among(tx));
            tx.query_all_raw(tx.statement(sql, [keys_parameter(&keys)])).await?.iter().map(key).collect()
        }
    }
}

/// A condition: the event is one of those in parameter `$1`.
pub(super) fn among(tx: &MembershipTx) -> String {
    let in_shard = Backend::of(tx).in_shard("user_event");
    format!("(user_no, id) IN (SELECT user_no, id FROM ({}) AS input) AND {in_shard}", rows(tx, &KEY))
}

pub(super) fn keys_parameter(keys: &[EventKey]) -> Value {
    parameter(keys.iter().map(|(user, id)| json!([user, id])))
}

/// Deletes the events of users and what they spent, as before a user is deleted.
pub(crate) async fn delete_all(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    for table in ["user_event", "user_spend"] {
        let sql = format!(
            "DELETE FROM {table} WHERE user_no IN (SELECT user_no FROM ({rows}) AS input) AND {in_shard}",
            rows = rows(tx, &user_stats::USER_NO),
            in_shard = Backend::of(tx).in_shard(table),
        );
        tx.execute_raw(tx.statement(sql, [user_stats::numbers(users)])).await?;
    }
    Ok(())
}

pub(super) fn key(row: &QueryResult) -> Result<EventKey, DbErr> {
    Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?))
}

/// Deduplicates before sorting, since neighbors mostly share a user.
fn distinct_users(events: &[Event]) -> Vec<&UserId> {
    let mut ids: Vec<_> = events.iter().map(|event| &event.user_id).collect();
    ids.dedup();
    ids.sort_unstable();
    ids.dedup();
    ids
}

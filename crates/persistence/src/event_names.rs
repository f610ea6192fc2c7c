//! Names of events, each with a number and a kind.

use std::collections::{BTreeMap, HashMap};

use domain::{
    event::{EventKind, EventName, MOST_EVENT_NAMES},
    instant::Instant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::json;

use crate::{
    database::{
        DefinitionTx, MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, rows, statement},
    },
    entity::event_name::{Column, Entity, Model},
};

/// A name that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedName {
    pub name: EventName,
    pub kind: EventKind,
    /// Whether such an event shows that a user was active.
    pub is_activity: bool,
}

/// In the order of the alphabet.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<UsedName>, DbErr> {
    let stored = Entity::find().order_by_asc(Column::Name).all(connection).await?;
    let used = |row: Model| Ok(UsedName { name: name(&row)?, kind: row.kind.0, is_activity: row.is_activity });
    stored.into_iter().map(used).collect()
}

/// Of each name, when the first and the last event happened.
pub async fn times(connection: &impl ConnectionTrait) -> Result<HashMap<EventName, [Instant; 2]>, DbErr> {
    let names = Entity::find().all(connection).await?.into_iter().map(|row| Ok((row.no, name(&row)?)));
    let names = names.collect::<Result<HashMap<_, _>, DbErr>>()?;
    let sql = "SELECT name_no, min(occurred_at), max(occurred_at) FROM user_event GROUP BY name_no";
    let mut times = HashMap::new();
    for row in connection.query_all_raw(statement(connection, sql, [])).await? {
        if let Some(name) = names.get(&row.try_get_by_index(0)?) {
            times.insert(name.clone(), [row.try_get_by_index(1)?, row.try_get_by_index(2)?]);
        }
    }
    Ok(times)
}

/// Whether there is such a name.
pub async fn set_activity(tx: &DefinitionTx, name: &EventName, is_activity: bool) -> Result<bool, DbErr> {
    let set = Entity::update_many().col_expr(Column::IsActivity, Expr::value(is_activity));
    let set = set.filter(Column::Name.eq(name.as_str())).exec(&***tx).await?;
    Ok(set.rows_affected > 0)
}

fn name(row: &Model) -> Result<EventName, DbErr> {
    EventName::parse(&row.name).ok_or_else(|| DbErr::Type("a stored name of events".into()))
}

/// The number and the kind of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) no: i16,
    pub(crate) kind: EventKind,
}

/// Numbers names, and gives those that are new the kind of the first event. Of more names than there may be, the last ones in the
/// alphabet are left out.
pub(crate) async fn number(
    tx: &MembershipTx,
    wanted: &BTreeMap<&EventName, EventKind>,
    now: Instant,
) -> Result<HashMap<EventName, Numbered>, DbErr> {
    let mut known = find(tx, wanted).await?;
    if known.len() == wanted.len() {
        return Ok(known);
    }
    wait_for_other_names(tx).await?;
    known = find(tx, wanted).await?;
    let used = json_rows::count(tx, "SELECT count(*) FROM event_name", []).await?;
    let free = MOST_EVENT_NAMES.saturating_sub(used);
    let new = wanted.iter().filter(|(name, _)| !known.contains_key(**name));
    let new = new.take(usize::try_from(free).unwrap_or(usize::MAX)).zip(used + 1..);
    let new: Vec<_> = new.map(|((name, kind), no)| json!([no, name.as_str(), kind])).collect();
    let sql = format!(
        "INSERT INTO event_name (no, name, kind, created_at) SELECT no, name, kind, $2 FROM ({rows}) AS input WHERE true",
        rows = rows(tx, &[("no", Type::Small), ("name", Type::Text), ("kind", Type::Text)]),
    );
    tx.execute_raw(statement(tx, sql, [parameter(new), now.into()])).await?;
    find(tx, wanted).await
}

async fn find(
    tx: &MembershipTx,
    wanted: &BTreeMap<&EventName, EventKind>,
) -> Result<HashMap<EventName, Numbered>, DbErr> {
    let is_wanted = Column::Name.is_in(wanted.keys().map(|name| name.as_str()));
    let stored = Entity::find().filter(is_wanted).all(&**tx).await?;
    stored.into_iter().map(|row| Ok((name(&row)?, Numbered { no: row.no, kind: row.kind.0 }))).collect()
}

/// Nobody else adds a name until the transaction ends, so that no two have one number. What locks users comes after it.
async fn wait_for_other_names(tx: &MembershipTx) -> Result<(), DbErr> {
    /// Any fixed number will do.
    const LOCK: i64 = 5_870_217_409;
    match Backend::of(tx) {
        // There is one writer.
        Backend::Sqlite => Ok(()),
        Backend::Postgres => {
            let sql = "SELECT pg_advisory_xact_lock($1)";
            tx.query_one_raw(statement(tx, sql, [LOCK.into()])).await.map(|_| ())
        }
    }
}

//! A row for each user and a column for each fact: how lists of users are read on PostgreSQL, and how what cannot be read is
//! looked at.

use domain::{
    attribute::AttributeFact,
    criteria::{Field, Lookback, Needs},
    facts::UserFacts,
    ids::{SegmentId, UserNo},
    membership::{Overrides, SegmentSet},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, TryGetable};

use super::{
    scope::{
        Candidate, Mark, Read, SPEND_COLUMNS, Scope, UnreadableUser, Within, attempts, attributes, events,
        join_attributes, read_attempts, read_events, read_spend, spend,
    },
    table::Fact,
};
use crate::{
    database::{backend::Backend, json_rows::statement_in},
    membership::overrides,
};

/// Users in the order of their keys. Subqueries look up each user by key: PostgreSQL underestimates the size of the list, and
/// would choose a bad join. Each names the shard itself: by the shard of its user, Citus would ask all nodes.
pub(super) async fn read_these(
    connection: &impl ConnectionTrait,
    users: &[UserNo],
    scope: Scope<'_>,
) -> Result<Vec<Read>, DbErr> {
    let rows = connection.query_all_raw(select(connection, users, scope)).await?;
    rows.iter().map(|row| read(row, scope.needs)).collect()
}

fn select(connection: &impl ConnectionTrait, users: &[UserNo], scope: Scope<'_>) -> Statement {
    let (within, input, mut values) = Within::of_list(connection, users);
    values.push(scope.as_of.into());
    let backend = Backend::of(connection);
    let mut facts = vec!["users.no".to_owned()];
    facts.extend(within.gone());
    facts.extend(Fact::needed(scope.needs).into_iter().map(|fact| fact.column().selected()));
    let mut columns = format!(
        "{facts}, (SELECT {MEMBERSHIPS} FROM user_segment WHERE user_no = users.no AND {membership} AND removed_at IS NULL), \
         (SELECT {OVERRIDES} FROM segment_override WHERE user_no = users.no \
         AND {decision} AND {in_effect}), \
         user_dirty.seq, user_dirty.data_changed",
        facts = facts.join(", "),
        membership = backend.in_shard("user_segment"),
        decision = backend.in_shard("segment_override"),
        in_effect = overrides::in_effect("segment_override", &format!("${}", values.len())),
    );
    if let Some(attempts) = attempts(connection, scope, &mut values) {
        columns.push_str(", ");
        columns.push_str(&attempts);
    }
    let mut add_list = |columns_of: &str, tables: &str, of: &str, is_read: &str| {
        let (json, in_shard) = (backend.json_of_rows(columns_of), backend.in_shard(of));
        let json = format!("(SELECT {json} FROM {tables} WHERE {of}.user_no = users.no AND {in_shard} AND {is_read})");
        columns.push_str(", ");
        columns.push_str(&backend.json_as_text(json));
    };
    if let Some(is_read) = events(backend, scope, &mut values) {
        let tables = "user_event JOIN event_name ON event_name.no = user_event.name_no";
        add_list("event_name.name, occurred_at, amount, currency", tables, "user_event", &is_read);
    }
    if let Some(is_read) = spend(backend, scope, &mut values) {
        add_list(&SPEND_COLUMNS.join(", "), "user_spend", "user_spend", &is_read);
    }
    for attribute in attributes(scope.needs, &mut values) {
        columns.push_str(", ");
        columns.push_str(&attribute);
    }
    let sql = format!(
        "{input}SELECT {columns} FROM users JOIN input ON input.user_no = users.no AND {user} \
         JOIN user_stats ON user_stats.user_no = users.no AND {stats} \
         {attributes}LEFT JOIN user_dirty ON user_dirty.user_no = users.no AND {mark} ORDER BY users.no",
        user = backend.in_shard("users"),
        stats = backend.in_shard("user_stats"),
        attributes = join_attributes(scope.needs, || backend.in_shard("user_attributes")),
        mark = backend.in_shard("user_dirty"),
    );
    statement_in(connection, scope.users.shard(), sql, values)
}

const MEMBERSHIPS: &str = "string_agg(CAST(segment_id AS text), ',')";
const OVERRIDES: &str = "string_agg(decision || ' ' || CAST(segment_id AS text), ',')";

/// Fails only if the key itself cannot be read.
fn read(row: &QueryResult, needs: &Needs) -> Result<Read, DbErr> {
    let no = UserNo(row.try_get_by_index(0)?);
    Ok(candidate(no, row, needs).map_err(|column| UnreadableUser { no, column }))
}

/// The columns from left to right, each with the name to report it by.
struct Columns<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl Columns<'_> {
    fn take<T: TryGetable>(&mut self, name: &'static str) -> Result<T, &'static str> {
        let value = self.row.try_get_by_index(self.next).map_err(|_| name);
        self.next += 1;
        value
    }
}

fn candidate(no: UserNo, row: &QueryResult, needs: &Needs) -> Result<Candidate, &'static str> {
    let mut columns = Columns { row, next: 1 };
    let mut facts = UserFacts::default();
    let is_gone = columns.take::<i64>("deleted_at")? != 0;
    for fact in Fact::needed(needs) {
        read_fact(&mut facts, fact, &mut columns)?;
    }
    let current = columns.take::<Option<String>>("memberships")?;
    let overrides = columns.take::<Option<String>>("overrides")?;
    let (seq, data_changed) = (columns.take("mark of change")?, columns.take("mark of change")?);
    if needs.attempts != Lookback::None {
        let attempts: Option<String> = columns.take("quiz attempts")?;
        facts.attempts = read_attempts(attempts.as_deref().unwrap_or("[]")).ok_or("quiz attempts")?;
    }
    if needs.events.lookback != Lookback::None {
        let events: Option<String> = columns.take("events")?;
        facts.events = read_events(events.as_deref().unwrap_or("[]")).ok_or("events")?;
    }
    if !needs.spend.is_empty() {
        let spend: Option<String> = columns.take("spend")?;
        for (currency, spend) in read_spend(spend.as_deref().unwrap_or("[]")).ok_or("spend")? {
            facts.set_spend(currency, spend);
        }
    }
    for (key, kind) in needs.attributes() {
        if let Some(text) = columns.take::<Option<String>>("attributes")? {
            facts.set_attribute(key.clone(), AttributeFact::read(kind, text).ok_or("attributes")?);
        }
    }
    Ok(Candidate {
        no,
        facts,
        current: current.as_deref().map(read_segments).unwrap_or_default(),
        overrides: read_overrides(overrides.as_deref(), is_gone).ok_or("overrides")?,
        mark: Option::zip(seq, data_changed).map(|(seq, data_changed)| Mark { seq, data_changed }),
    })
}

fn read_fact(facts: &mut UserFacts, fact: Fact, columns: &mut Columns<'_>) -> Result<(), &'static str> {
    let name = fact.column().name();
    match fact {
        Fact::Plan => facts.plan = columns.take(name)?,
        Fact::Number(field) => facts.set_number(field, columns.take(name)?),
        Fact::Date(field) if Field::Date(field).spec().nullable() => facts.set_date(field, columns.take(name)?),
        Fact::Date(field) => facts.set_date(field, Some(columns.take(name)?)),
        Fact::Text(field) if Field::Text(field).spec().nullable() => facts.set_text(field, columns.take(name)?),
        Fact::Text(field) => facts.set_text(field, Some(columns.take(name)?)),
        Fact::RecentTotal => facts.recent.total = columns.take(name)?,
        Fact::RecentAws => facts.recent.aws = columns.take(name)?,
        Fact::RecentAzure => facts.recent.azure = columns.take(name)?,
        Fact::RecentGcp => facts.recent.gcp = columns.take(name)?,
    }
    Ok(())
}

/// `1,5,9`
fn read_segments(text: &str) -> SegmentSet {
    text.split(',').filter_map(|id| id.parse().ok()).map(SegmentId).collect()
}

/// `include 12,exclude 5`
fn read_overrides(text: Option<&str>, is_gone: bool) -> Option<Overrides> {
    let mut overrides = Overrides { is_gone, ..Overrides::default() };
    for one in text.into_iter().flat_map(|text| text.split(',')) {
        let (kind, segment) = one.split_once(' ')?;
        overrides.insert(kind.parse().ok()?, SegmentId(segment.parse().ok()?));
    }
    Some(overrides)
}

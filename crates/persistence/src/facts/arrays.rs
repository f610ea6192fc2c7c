//! All users of a range or list as one row, an array for each column: how either database hands users over, since its driver
//! takes longer for a row and each of its columns than the database does to find them.

use std::collections::HashMap;

use domain::{
    attribute::AttributeFact,
    criteria::{Field, Lookback, Needs},
    event::{Currency, EventName, Spend},
    facts::UserFacts,
    ids::{SegmentId, UserNo},
    membership::{Overrides, SegmentSet},
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use tracing::warn;

use super::{
    rows,
    scope::{
        Candidate, Mark, Read, SPEND_COLUMNS, Scope, Within, attempts, attributes, event, events, read_attempts, spend,
    },
    table::{Column, Fact},
};
use crate::{
    database::{
        array_row::{ArrayRow, as_arrays},
        backend::Backend,
        json_rows::statement_in,
    },
    membership::overrides,
    user_range::UserSelection,
};

/// Users in the order of their keys. If anything of them cannot be read, they are looked at again one by one.
pub(super) async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    let row = connection.query_one_raw(select(connection, scope)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("users as arrays".into()))?;
    if let Some(candidates) = candidates(ArrayRow::of(&row)?, scope) {
        return Ok(candidates.into_iter().map(Ok).collect());
    }
    let keys = ArrayRow::of(&row)?.take::<i64>().ok_or_else(|| DbErr::Type("the keys of users".into()))?;
    // The reason is left out: it may contain personal data.
    warn!(first = keys.first(), last = keys.last(), "a range of users cannot be read: reading them one by one");
    let users: Vec<_> = keys.into_iter().map(UserNo).collect();
    rows::read_these(connection, &users, scope).await
}

/// One row: the columns of the users, then those of their statistics, memberships, decisions and marks of change. On SQLite, those
/// of one table are one text with a line of JSON for each column.
///
/// No tables are joined. PostgreSQL takes the range of keys and the shard for independent, or has no statistics yet, and would
/// expect one user where there are thousands: then it joins by comparing everyone with everyone.
fn select(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Statement {
    let (within, input, mut values) = Within::of(connection, scope.users);
    values.push(scope.as_of.into());
    let as_of = values.len();
    let attempts = attempts(connection, scope, &mut values);
    let mut of_users = vec!["users.no".to_owned()];
    of_users.extend(within.gone());
    let (of_stats, facts) = needed(scope.needs);
    of_users.extend(facts.into_iter().map(|fact| fact.column().selected()));
    of_users.extend(attempts);
    let of_attributes = attributes(scope.needs, &mut values);
    let backend = Backend::of(connection);
    let of = |table: &str| within.holds(table, "user_no", backend);
    let users = format!("users WHERE {} {}", within.holds("users", "no", backend), within.present());
    let in_effect = overrides::in_effect("segment_override", &format!("${as_of}"));
    let texts = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect();
    let mut parts = vec![(of_users, users)];
    for (table, columns) in [
        ("user_stats", of_stats.into_iter().map(|fact| fact.column().selected()).collect()),
        ("user_attributes", of_attributes),
    ] {
        if !columns.is_empty() {
            let columns = [vec!["user_no".to_owned()], columns].concat();
            parts.push((columns, format!("{table} WHERE {}", of(table))));
        }
    }
    parts.extend([
        (
            texts(&["user_no", "segment_id"]),
            format!("user_segment WHERE {} AND removed_at IS NULL", of("user_segment")),
        ),
        (
            texts(&["user_no", "segment_id", "decision"]),
            format!("segment_override WHERE {} AND {in_effect}", of("segment_override")),
        ),
        (texts(&["user_no", "seq", "CAST(data_changed AS integer)"]), format!("user_dirty WHERE {}", of("user_dirty"))),
    ]);
    if let Some(is_read) = events(backend, scope, &mut values) {
        parts.push((texts(&["CAST(no AS bigint)", "name"]), "event_name".to_owned()));
        let columns = ["user_no", "CAST(name_no AS bigint)", "occurred_at", "amount", "currency"];
        parts.push((texts(&columns), format!("user_event WHERE {} AND {is_read}", of("user_event"))));
    }
    if let Some(is_read) = spend(backend, scope, &mut values) {
        let columns = [&["user_no"], &SPEND_COLUMNS[..]].concat();
        parts.push((texts(&columns), format!("user_spend WHERE {} AND {is_read}", of("user_spend"))));
    }
    statement_in(connection, scope.users.shard(), format!("{input}{}", one_row(backend, &parts)), values)
}

/// The facts in the statistics of a user, and those in the row of the user.
fn needed(needs: &Needs) -> (Vec<Fact>, Vec<Fact>) {
    Fact::needed(needs).into_iter().partition(|fact| matches!(fact.column(), Column::Stats(_)))
}

/// A `SELECT` of one row from parts, each the columns of a table.
fn one_row(backend: Backend, parts: &[(Vec<String>, String)]) -> String {
    let parts = parts.iter().enumerate().map(|(place, (columns, table))| {
        let part = format!("(SELECT {} FROM {table})", as_arrays(backend, columns));
        match backend {
            Backend::Sqlite => part,
            Backend::Postgres => format!("{part} AS part_{place}"),
        }
    });
    let parts = parts.collect::<Vec<_>>().join(", ");
    match backend {
        Backend::Sqlite => format!("SELECT {parts}"),
        Backend::Postgres => format!("SELECT * FROM {parts}"),
    }
}

/// Nothing, if anything cannot be read.
fn candidates(mut arrays: ArrayRow<'_>, Scope { users: selection, needs, .. }: Scope<'_>) -> Option<Vec<Candidate>> {
    let mut users: Vec<_> = arrays.take::<i64>()?.into_iter().map(|no| nothing_of(UserNo(no))).collect();
    if let UserSelection::List(_) = selection {
        users.iter_mut().zip(arrays.take::<i64>()?).for_each(|(user, gone)| user.overrides.is_gone = gone != 0);
    }
    let (of_stats, facts) = needed(needs);
    for fact in facts {
        fill_in(Fill::InOrder(&mut users), fact, &mut arrays)?;
    }
    if needs.attempts != Lookback::None {
        let attempts = arrays.take_json(read_attempts)?;
        Fill::InOrder(&mut users).with(attempts, |facts, attempts| facts.attempts = attempts);
    }
    users.sort_unstable_by_key(|user| user.no);
    let mut users = Sorted { users, last: 0 };
    if !of_stats.is_empty() {
        let keys = arrays.take::<i64>()?;
        for fact in of_stats {
            fill_in(Fill::ByKey(&mut users, &keys), fact, &mut arrays)?;
        }
    }
    if needs.attributes().len() > 0 {
        let keys = arrays.take::<i64>()?;
        for (key, kind) in needs.attributes() {
            for (user, text) in keys.iter().zip(arrays.take::<Option<String>>()?) {
                let Some(fact) = text.map(|text| AttributeFact::read(kind, text)) else { continue };
                let fact = fact?;
                users.with(*user, |user| user.facts.set_attribute(key.clone(), fact));
            }
        }
    }
    for (user, segment) in arrays.take::<i64>()?.into_iter().zip(arrays.take::<i32>()?) {
        users.with(user, |user| user.current.insert(SegmentId(segment)));
    }
    let overrides = arrays.take::<i64>()?.into_iter().zip(arrays.take::<i32>()?);
    for ((user, segment), kind) in overrides.zip(arrays.take::<String>()?) {
        let kind = kind.parse().ok()?;
        users.with(user, |user| user.overrides.insert(kind, SegmentId(segment)));
    }
    let marks = arrays.take::<i64>()?.into_iter().zip(arrays.take::<i64>()?);
    for ((user, seq), data_changed) in marks.zip(arrays.take::<i32>()?) {
        users.with(user, |user| user.mark = Some(Mark { seq, data_changed: data_changed != 0 }));
    }
    take_events(&mut users, needs, &mut arrays)?;
    Some(users.users)
}

fn take_events(users: &mut Sorted, needs: &Needs, arrays: &mut ArrayRow<'_>) -> Option<()> {
    if needs.events.lookback != Lookback::None {
        let (numbers, names) = (arrays.take::<i64>()?, arrays.take::<String>()?);
        let named = numbers.into_iter().zip(names).map(|(no, name)| Some((no, EventName::parse(&name)?)));
        let names: HashMap<_, _> = named.collect::<Option<_>>()?;
        let (keys, numbers, times) = (arrays.take::<i64>()?, arrays.take::<i64>()?, arrays.take_instants()?);
        let (amounts, currencies) = (arrays.take::<Option<i64>>()?, arrays.take::<Option<String>>()?);
        let moneys = amounts.into_iter().zip(currencies);
        for (((user, no), at), (minor, currency)) in keys.into_iter().zip(numbers).zip(times).zip(moneys) {
            let name = names.get(&no)?.clone();
            let event = event(name, at?, minor, currency.as_deref())?;
            users.with(user, |user| user.facts.events.push(event));
        }
    }
    if !needs.spend.is_empty() {
        let (keys, currencies) = (arrays.take::<i64>()?, arrays.take::<String>()?);
        let (gross, refunded) = (arrays.take::<i64>()?, arrays.take::<i64>()?);
        for (((user, code), gross), refunded) in keys.into_iter().zip(currencies).zip(gross).zip(refunded) {
            let currency = Currency::parse(&code)?;
            users.with(user, |user| user.facts.set_spend(currency, Spend { gross, refunded }));
        }
    }
    Some(())
}

/// Reads one fact of all users.
fn fill_in(users: Fill<'_>, fact: Fact, arrays: &mut ArrayRow<'_>) -> Option<()> {
    match fact {
        Fact::Plan => users.with(arrays.take()?, |facts, plan| facts.plan = plan),
        Fact::Number(field) => users.with(arrays.take()?, |facts, number| facts.set_number(field, number)),
        Fact::Date(field) => {
            let dates = arrays.take_instants()?;
            let is_whole = Field::Date(field).spec().nullable() || dates.iter().all(Option::is_some);
            users.with(is_whole.then_some(dates)?, |facts, date| facts.set_date(field, date));
        }
        Fact::Text(field) => {
            let texts = arrays.take::<Option<String>>()?;
            let is_whole = Field::Text(field).spec().nullable() || texts.iter().all(Option::is_some);
            users.with(is_whole.then_some(texts)?, |facts, text| facts.set_text(field, text));
        }
        Fact::RecentTotal => users.with(arrays.take()?, |facts, count| facts.recent.total = count),
        Fact::RecentAws => users.with(arrays.take()?, |facts, count| facts.recent.aws = count),
        Fact::RecentAzure => users.with(arrays.take()?, |facts, count| facts.recent.azure = count),
        Fact::RecentGcp => users.with(arrays.take()?, |facts, count| facts.recent.gcp = count),
    }
    Some(())
}

/// The users who get the values of an array.
enum Fill<'a> {
    /// Each the value at the same index.
    InOrder(&'a mut [Candidate]),
    /// Those with the keys at the same index. Of users deleted in the host application, there are none.
    ByKey(&'a mut Sorted, &'a [i64]),
}

impl Fill<'_> {
    fn with<T>(self, values: Vec<T>, set: impl Fn(&mut UserFacts, T)) {
        match self {
            Self::InOrder(users) => users.iter_mut().zip(values).for_each(|(user, value)| set(&mut user.facts, value)),
            Self::ByKey(users, keys) => {
                keys.iter().zip(values).for_each(|(key, value)| users.with(*key, |user| set(&mut user.facts, value)));
            }
        }
    }
}

fn nothing_of(no: UserNo) -> Candidate {
    let (current, overrides) = (SegmentSet::default(), Overrides::default());
    Candidate { no, facts: UserFacts::default(), current, overrides, mark: None }
}

/// Users in the order of their keys.
struct Sorted {
    users: Vec<Candidate>,
    /// Where the last one was found: what belongs to one user mostly comes together, and then that of the next.
    last: usize,
}

impl Sorted {
    fn with(&mut self, no: i64, set: impl FnOnce(&mut Candidate)) {
        let is = |place: usize| self.users.get(place).is_some_and(|user| user.no.0 == no);
        if !is(self.last) {
            let next = Some(self.last + 1).filter(|next| is(*next)).ok_or(no);
            let found = next.or_else(|no| self.users.binary_search_by_key(&no, |user| user.no.0));
            let Ok(place) = found else { return };
            self.last = place;
        }
        set(&mut self.users[self.last]);
    }
}

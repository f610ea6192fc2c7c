//! All users of a range or list as one row, an array for each column: how either database hands users over, since its driver
//! takes longer for a row and each of its columns than the database does to find them.

use std::{ops::RangeFrom, vec};

use domain::{
    criteria::{AttemptsNeeded, Needs},
    facts::{Attempt, UserFacts},
    ids::{SegmentId, UserNo},
    instant::{Instant, parse_instant},
    membership::{Overrides, SegmentSet},
    overrides::OverrideKind,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};
use tracing::warn;

use super::{Candidate, Read, Scope, Within, attempts, columns, read_attempts};
use crate::database::{backend::Backend, json_rows::statement, of_the_driver};

/// Users in the order of their keys. If anything of them cannot be read, they are looked at again one by one.
pub(super) async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    let row = connection.query_one_raw(select(connection, scope)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("users as arrays".into()))?;
    if let Some(candidates) = candidates(Arrays::of(&row)?, scope.needs) {
        return Ok(candidates.into_iter().map(Ok).collect());
    }
    let keys = Arrays::of(&row)?.take::<i64>().ok_or_else(|| DbErr::Type("the keys of users".into()))?;
    // Not why: that may repeat what is kept of a user.
    warn!(first = keys.first(), last = keys.last(), "users cannot be read at once, but only one by one");
    let users: Vec<_> = keys.into_iter().map(UserNo).collect();
    columns::read_these(connection, &users, scope).await
}

/// One row: the columns of the users, then those of their memberships, decisions and marks of change. On SQLite, those of
/// one table are one text with a line of JSON for each column.
fn select(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Statement {
    let (within, input, mut values) = Within::of(connection, scope.users);
    values.push(scope.as_of.into());
    let as_of = values.len();
    let attempts = attempts(connection, scope, &mut values);
    let mut of_users = columns::of_users(scope.needs);
    of_users.extend(attempts.as_deref());
    let own = within.holds("user_no");
    let users = format!(
        "users JOIN user_stats ON user_stats.user_no = users.no AND {stats} WHERE {users}",
        stats = within.holds("user_stats.user_no"),
        users = within.holds("users.no"),
    );
    let decided = format!("segment_override WHERE {own} AND (expires_at IS NULL OR expires_at > ${as_of})");
    let parts = [
        (of_users, users),
        (vec!["user_no", "segment_id"], format!("user_segment WHERE {own} AND removed_at IS NULL")),
        (vec!["user_no", "segment_id", "decision"], decided),
        (vec!["user_no", "seq"], format!("user_dirty WHERE {own}")),
    ];
    statement(connection, format!("{input}{}", one_row(Backend::of(connection), &parts)), values)
}

/// A `SELECT` of one row from parts, each the columns of a table.
fn one_row(backend: Backend, parts: &[(Vec<&str>, String)]) -> String {
    let each = |function: &str, columns: &[&str]| {
        let arrays: Vec<_> = columns.iter().map(|column| format!("{function}({column})")).collect();
        arrays.join(", ")
    };
    let parts = parts.iter().enumerate().map(|(place, (columns, table))| match backend {
        Backend::Sqlite => format!("(SELECT concat_ws(char(10), {}) FROM {table})", each("json_group_array", columns)),
        Backend::Postgres => format!("(SELECT {} FROM {table}) AS part_{place}", each("array_agg", columns)),
    });
    let parts = parts.collect::<Vec<_>>().join(", ");
    match backend {
        Backend::Sqlite => format!("SELECT {parts}"),
        Backend::Postgres => format!("SELECT * FROM {parts}"),
    }
}

/// The arrays of a row, from left to right.
enum Arrays<'a> {
    Postgres(&'a PgRow, RangeFrom<usize>),
    Sqlite(vec::IntoIter<&'a [u8]>),
}

impl<'a> Arrays<'a> {
    fn of(row: &'a QueryResult) -> Result<Self, DbErr> {
        if let Some(row) = row.try_as_pg_row() {
            return Ok(Self::Postgres(row, 0..));
        }
        let row = row.try_as_sqlite_row().ok_or_else(|| DbErr::Type("a row of one of our databases".into()))?;
        let mut lines = Vec::new();
        for place in 0..row.len() {
            let text: &[u8] = row.try_get(place).map_err(of_the_driver)?;
            lines.extend(text.split(|byte| *byte == b'\n'));
        }
        Ok(Self::Sqlite(lines.into_iter()))
    }

    /// The next array, if everything in it can be read.
    fn take<T>(&mut self) -> Option<Vec<T>>
    where
        T: Deserialize<'a>,
        Vec<T>: Decode<'a, Postgres> + Type<Postgres>,
    {
        match self {
            // PostgreSQL makes no array of nothing.
            Self::Postgres(row, places) => {
                row.try_get::<Option<_>, _>(places.next()?).ok().map(Option::unwrap_or_default)
            }
            Self::Sqlite(lines) => serde_json::from_slice(lines.next()?).ok(),
        }
    }

    fn take_instants(&mut self) -> Option<Vec<Option<Instant>>> {
        let Self::Sqlite(lines) = self else { return self.take() };
        let texts: Vec<Option<&str>> = serde_json::from_slice(lines.next()?).ok()?;
        let read = |text: Option<&str>| text.map_or(Some(None), |text| parse_instant(text).map(Some));
        texts.into_iter().map(read).collect()
    }

    fn take_attempts(&mut self) -> Option<Vec<Vec<Attempt>>> {
        let Self::Sqlite(lines) = self else {
            let lists = self.take::<Option<String>>()?.into_iter();
            return lists.map(|list| list.map_or(Some(Vec::new()), |list| read_attempts(&list))).collect();
        };
        let lists: Vec<&RawValue> = serde_json::from_slice(lines.next()?).ok()?;
        lists.into_iter().map(|list| read_attempts(list.get())).collect()
    }
}

/// Gives each user the value that stands in their place.
fn fill<T>(users: &mut [Candidate], values: Vec<T>, set: impl Fn(&mut UserFacts, T)) {
    users.iter_mut().zip(values).for_each(|(user, value)| set(&mut user.facts, value));
}

/// In the order of [`columns::of_users`]. Nothing, if anything cannot be read.
fn candidates(mut arrays: Arrays<'_>, needs: Needs) -> Option<Vec<Candidate>> {
    let mut users: Vec<_> = arrays.take::<i64>()?.into_iter().map(|no| nothing_of(UserNo(no))).collect();
    let own = &mut users;
    fill(own, arrays.take::<String>()?, |facts, plan| facts.plan = plan);
    fill(own, arrays.take::<i64>()?, |facts, streak| facts.current_streak = streak);
    let created: Option<Vec<_>> = arrays.take_instants()?.into_iter().collect();
    fill(own, created?, |facts, at| facts.created_at = at);
    fill(own, arrays.take_instants()?, |facts, at| facts.last_activity_at = at);
    fill(own, arrays.take::<i64>()?, |facts, count| facts.quizzes.count = count);
    fill(own, arrays.take::<i64>()?, |facts, recent| facts.quizzes.recent = recent);
    fill(own, arrays.take::<i64>()?, |facts, aws| facts.quizzes.recent_aws = aws);
    fill(own, arrays.take::<i64>()?, |facts, azure| facts.quizzes.recent_azure = azure);
    fill(own, arrays.take::<i64>()?, |facts, gcp| facts.quizzes.recent_gcp = gcp);
    if needs.more {
        fill(own, arrays.take::<i64>()?, |facts, points| facts.total_points = points);
        fill(own, arrays.take::<i64>()?, |facts, level| facts.level = level);
        fill(own, arrays.take::<i16>()?, |facts, bucket| facts.random_bucket = bucket.into());
        fill(own, arrays.take_instants()?, |facts, at| facts.quizzes.last_at = at);
    }
    if needs.text {
        fill(own, arrays.take::<String>()?, |facts, email| facts.email = email);
        fill(own, arrays.take::<Option<String>>()?, |facts, name| facts.first_name = name);
        fill(own, arrays.take::<Option<String>>()?, |facts, name| facts.last_name = name);
    }
    if needs.attempts != AttemptsNeeded::None {
        fill(own, arrays.take_attempts()?, |facts, attempts| facts.attempts = attempts);
    }
    users.sort_unstable_by_key(|user| user.no);
    let mut users = Sorted { users, last: 0 };
    for (user, segment) in arrays.take::<i64>()?.into_iter().zip(arrays.take::<i32>()?) {
        users.with(user, |user| user.current.insert(SegmentId(segment)));
    }
    let decided = arrays.take::<i64>()?.into_iter().zip(arrays.take::<i32>()?);
    for ((user, segment), decision) in decided.zip(arrays.take::<String>()?) {
        users.with(user, |Candidate { overrides: Overrides { include, exclude }, .. }| {
            let list = if decision == OverrideKind::Include.as_str() { include } else { exclude };
            list.insert(SegmentId(segment));
        });
    }
    for (user, seq) in arrays.take::<i64>()?.into_iter().zip(arrays.take::<i64>()?) {
        users.with(user, |user| user.dirty = Some(seq));
    }
    Some(users.users)
}

fn nothing_of(no: UserNo) -> Candidate {
    let (current, overrides) = (SegmentSet::default(), Overrides::default());
    Candidate { no, facts: UserFacts::default(), current, overrides, dirty: None }
}

/// Users in the order of their keys.
struct Sorted {
    users: Vec<Candidate>,
    /// Where the last one was found: what belongs to one user mostly comes together.
    last: usize,
}

impl Sorted {
    fn with(&mut self, no: i64, set: impl FnOnce(&mut Candidate)) {
        if self.users.get(self.last).is_none_or(|user| user.no.0 != no) {
            let Ok(place) = self.users.binary_search_by_key(&no, |user| user.no.0) else { return };
            self.last = place;
        }
        set(&mut self.users[self.last]);
    }
}

//! All users of a range as one row, an array for each column: how PostgreSQL hands ranges over, since the driver takes longer
//! for a row and each of its columns than PostgreSQL does to find them.

use chrono::{DateTime, Utc};
use domain::{
    criteria::{AttemptsNeeded, Needs},
    facts::UserFacts,
    ids::{SegmentId, UserNo},
    membership::{Overrides, SegmentSet},
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use sqlx::{Decode, Error, Postgres, Row, Type, postgres::PgRow};
use tracing::warn;

use super::{Candidate, Read, Scope, Within, attempts, columns, read_attempts};
use crate::{database::of_the_driver, overrides::Decision, rows::statement};

/// Users in the order of their keys. If anything of them cannot be read, they are looked at again one by one.
pub(super) async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    let row = connection.query_one_raw(select(connection, scope)).await?;
    let row = row.as_ref().and_then(|row| row.try_as_pg_row());
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the users of a range".into()))?;
    if let Ok(candidates) = candidates(row, scope.needs) {
        return Ok(candidates.into_iter().map(Ok).collect());
    }
    let keys = Arrays::of(row).take::<i64>().map_err(of_the_driver)?;
    // Not why: that may repeat what is kept of a user.
    warn!(first = keys.first(), last = keys.last(), "a range of users cannot be read at once, but only one by one");
    let users: Vec<_> = keys.into_iter().map(UserNo).collect();
    columns::read_these(connection, &users, scope).await
}

/// One row: the columns of the users, then those of their memberships, decisions and marks of change.
fn select(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Statement {
    let (within, input, mut values) = Within::of(connection, scope.users);
    values.push(scope.as_of.into());
    let as_of = values.len();
    let mut columns: Vec<_> = columns::of_users(scope.needs).iter().map(ToString::to_string).collect();
    let mut arrays: Vec<_> = columns.iter().filter_map(|column| column.split('.').next_back()).map(array).collect();
    if let Some(attempts) = attempts(connection, scope, &mut values) {
        columns.push(format!("{attempts} AS attempts"));
        arrays.push(array("attempts"));
    }
    let sql = format!(
        "{input}SELECT of_user.*, membership.*, decided.*, mark.* FROM (SELECT {arrays} FROM (SELECT {columns} FROM users \
         JOIN user_stats ON user_stats.user_no = users.no AND {stats} WHERE {users} ORDER BY users.no) AS own) AS of_user, \
         (SELECT array_agg(user_no), array_agg(segment_id) FROM user_segment \
         WHERE {own} AND removed_at IS NULL) AS membership, \
         (SELECT array_agg(user_no), array_agg(segment_id), array_agg(decision) FROM segment_override \
         WHERE {own} AND (expires_at IS NULL OR expires_at > ${as_of})) AS decided, \
         (SELECT array_agg(user_no), array_agg(seq) FROM user_dirty WHERE {own}) AS mark",
        arrays = arrays.join(", "),
        columns = columns.join(", "),
        stats = within.holds("user_stats.user_no"),
        users = within.holds("users.no"),
        own = within.holds("user_no"),
    );
    statement(connection, sql, values)
}

fn array(column: impl AsRef<str>) -> String {
    format!("array_agg({})", column.as_ref())
}

/// The arrays from left to right.
struct Arrays<'a> {
    row: &'a PgRow,
    next: usize,
}

impl<'a> Arrays<'a> {
    fn of(row: &'a PgRow) -> Self {
        Self { row, next: 0 }
    }

    /// An array of nothing is null.
    fn take<T>(&mut self) -> Result<Vec<T>, Error>
    where
        Vec<T>: Decode<'a, Postgres> + Type<Postgres>,
    {
        let values = self.row.try_get::<Option<Vec<T>>, _>(self.next)?;
        self.next += 1;
        Ok(values.unwrap_or_default())
    }

    /// Gives each user the value that stands in their place.
    fn fill<T>(&mut self, users: &mut [Candidate], set: impl Fn(&mut UserFacts, T)) -> Result<(), Error>
    where
        Vec<T>: Decode<'a, Postgres> + Type<Postgres>,
    {
        users.iter_mut().zip(self.take()?).for_each(|(user, value)| set(&mut user.facts, value));
        Ok(())
    }
}

/// In the order of [`columns::of_users`].
fn candidates(row: &PgRow, needs: Needs) -> Result<Vec<Candidate>, Error> {
    let mut arrays = Arrays::of(row);
    let mut users: Vec<_> = arrays.take::<i64>()?.into_iter().map(|no| nothing_of(UserNo(no))).collect();
    arrays.fill(&mut users, |facts, plan: String| facts.plan = plan)?;
    arrays.fill(&mut users, |facts, streak: i64| facts.current_streak = streak)?;
    arrays.fill(&mut users, |facts, created_at: DateTime<Utc>| facts.created_at = created_at)?;
    arrays.fill(&mut users, |facts, at: Option<DateTime<Utc>>| facts.last_activity_at = at)?;
    arrays.fill(&mut users, |facts, count: i64| facts.quizzes.count = count)?;
    arrays.fill(&mut users, |facts, recent: i64| facts.quizzes.recent = recent)?;
    arrays.fill(&mut users, |facts, aws: i64| facts.quizzes.recent_aws = aws)?;
    arrays.fill(&mut users, |facts, azure: i64| facts.quizzes.recent_azure = azure)?;
    arrays.fill(&mut users, |facts, gcp: i64| facts.quizzes.recent_gcp = gcp)?;
    if needs.more {
        arrays.fill(&mut users, |facts, points: i64| facts.total_points = points)?;
        arrays.fill(&mut users, |facts, level: i64| facts.level = level)?;
        arrays.fill(&mut users, |facts, bucket: i16| facts.random_bucket = bucket.into())?;
        arrays.fill(&mut users, |facts, at: Option<DateTime<Utc>>| facts.quizzes.last_at = at)?;
    }
    if needs.text {
        arrays.fill(&mut users, |facts, email: String| facts.email = email)?;
        arrays.fill(&mut users, |facts, name: Option<String>| facts.first_name = name)?;
        arrays.fill(&mut users, |facts, name: Option<String>| facts.last_name = name)?;
    }
    if needs.attempts != AttemptsNeeded::None {
        for (user, attempts) in users.iter_mut().zip(arrays.take::<Option<String>>()?) {
            let attempts = read_attempts(attempts.as_deref().unwrap_or("[]"));
            user.facts.attempts = attempts.ok_or_else(|| Error::Decode("the quiz attempts of a user".into()))?;
        }
    }
    for (user, segment) in arrays.take::<i64>()?.into_iter().zip(arrays.take::<i32>()?) {
        if let Some(user) = find(&mut users, user) {
            user.current.insert(SegmentId(segment));
        }
    }
    let decided = arrays.take::<i64>()?.into_iter().zip(arrays.take::<i32>()?);
    for ((user, segment), decision) in decided.zip(arrays.take::<String>()?) {
        if let Some(Overrides { include, exclude }) = find(&mut users, user).map(|user| &mut user.overrides) {
            let list = if decision == Decision::Include.name() { include } else { exclude };
            list.insert(SegmentId(segment));
        }
    }
    for (user, seq) in arrays.take::<i64>()?.into_iter().zip(arrays.take::<i64>()?) {
        if let Some(user) = find(&mut users, user) {
            user.dirty = Some(seq);
        }
    }
    Ok(users)
}

fn nothing_of(no: UserNo) -> Candidate {
    let (current, overrides) = (SegmentSet::default(), Overrides::default());
    Candidate { no, facts: UserFacts::default(), current, overrides, dirty: None }
}

fn find(users: &mut [Candidate], no: i64) -> Option<&mut Candidate> {
    let place = users.binary_search_by_key(&no, |user| user.no.0).ok()?;
    Some(&mut users[place])
}

//! When users reached a goal.

use std::collections::{HashMap, HashSet};

use domain::{
    ids::{SegmentId, UserNo},
    instant::{EARLIEST, Instant},
    report::{
        conversion::Controls,
        entry::Person,
        goal::{Goal, PurchaseGoal, QuizGoal},
    },
    text::fold,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::json;

use super::{
    entries,
    payments::has_amount,
    stays::{self, and_shard, is_there},
};
use crate::database::{
    backend::Backend,
    json_rows::{self, Type, parameter, rows, statement},
};

/// A goal whose segment has been looked up.
#[derive(Debug, Clone, Copy)]
pub struct FoundGoal<'a> {
    pub goal: &'a Goal,
    /// Of [`Goal::Enter`].
    pub segment: Option<SegmentId>,
}

/// An occurrence of a user who is not erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurred {
    pub user: UserNo,
    pub at: Instant,
    pub person: Person,
}

impl FoundGoal<'_> {
    /// From an instant on, up to and including another.
    pub async fn between(
        self,
        connection: &impl ConnectionTrait,
        from: Instant,
        through: Instant,
    ) -> Result<Vec<Occurred>, DbErr> {
        if let Some(segment) = self.segment {
            // Entries end before an instant, and an instant has no part below a microsecond.
            let entries =
                entries::entries(connection, segment, from, through + chrono::TimeDelta::microseconds(1)).await?;
            let counted = entries.into_iter().filter(|entry| entry.kind.is_counted());
            return Ok(counted
                .filter_map(|entry| Some(Occurred { user: entry.user, at: entry.at, person: entry.person? }))
                .collect());
        }
        let mut values = vec![from.into(), through.into()];
        let source = Source::of(self.goal, &mut values);
        let sql = format!(
            "SELECT {table}.user_no, {table}.{at}, users.created_at, CAST(users.random_bucket AS bigint) FROM {table} \
             JOIN users ON users.no = {table}.user_no AND {in_shard} \
             WHERE {table}.{at} >= $1 AND {table}.{at} <= $2{condition}",
            table = source.table,
            at = source.at,
            in_shard = Backend::of(connection).same_shard("users", source.table),
            condition = source.condition,
        );
        let found = connection.query_all_raw(statement(connection, sql, values)).await?;
        let occurred = |row: &QueryResult| {
            let person = entries::person(row, row.try_get_by_index(2)?, 3)?;
            Ok(Occurred { user: UserNo(row.try_get_by_index(0)?), at: row.try_get_by_index(1)?, person })
        };
        found.iter().map(occurred).collect()
    }

    /// The first occurrence of each user, up to and including an instant.
    pub async fn first_of_each(
        self,
        connection: &impl ConnectionTrait,
        through: Instant,
    ) -> Result<HashMap<UserNo, (Instant, Person)>, DbErr> {
        let mut first = HashMap::new();
        if self.segment.is_some() {
            for Occurred { user, at, person } in self.between(connection, EARLIEST, through).await? {
                let stored = first.entry(user).or_insert((at, person));
                stored.0 = stored.0.min(at);
            }
            return Ok(first);
        }
        let mut values = vec![EARLIEST.into(), through.into()];
        let Source { table, at, condition } = Source::of(self.goal, &mut values);
        let backend = Backend::of(connection);
        let sql = format!(
            "SELECT first.user_no, first.at, users.created_at, CAST(users.random_bucket AS bigint) FROM (\
             SELECT {table}.user_no{shard}, min({table}.{at}) AS at FROM {table} \
             WHERE {table}.{at} >= $1 AND {table}.{at} <= $2{condition} GROUP BY {table}.user_no{shard}) AS first \
             JOIN users ON users.no = first.user_no AND {in_shard}",
            shard = and_shard(backend, table),
            in_shard = backend.same_shard("users", "first"),
        );
        for row in connection.query_all_raw(statement(connection, sql, values)).await? {
            let person = entries::person(&row, row.try_get_by_index(2)?, 3)?;
            first.insert(UserNo(row.try_get_by_index(0)?), (row.try_get_by_index(1)?, person));
        }
        Ok(first)
    }

    /// The first occurrence at all, up to and including an instant.
    pub async fn begins(self, connection: &impl ConnectionTrait, through: Instant) -> Result<Option<Instant>, DbErr> {
        if self.segment.is_some() {
            let occurred = self.between(connection, EARLIEST, through).await?;
            return Ok(occurred.into_iter().map(|one| one.at).min());
        }
        let mut values = vec![EARLIEST.into(), through.into()];
        let Source { table, at, condition } = Source::of(self.goal, &mut values);
        let sql = format!("SELECT min({at}) FROM {table} WHERE {at} >= $1 AND {at} <= $2{condition}");
        let row = connection.query_one_raw(statement(connection, sql, values)).await?;
        row.map_or(Ok(None), |row| row.try_get_by_index(0))
    }
}

/// Where occurrences are.
struct Source {
    table: &'static str,
    /// The column of the time.
    at: &'static str,
    /// Begins with ` AND`, or is empty.
    condition: String,
}

impl Source {
    fn of(goal: &Goal, values: &mut Vec<Value>) -> Self {
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        match goal {
            Goal::Event(name) => {
                let named = named(&bind(name.as_str().into()));
                Self::events(format!(" AND {named} AND (amount IS NULL OR amount >= 0)"))
            }
            Goal::Purchase(PurchaseGoal { name, currency, at_least }) => {
                let mut condition = match name {
                    Some(name) => format!(" AND {}", named(&bind(name.as_str().into()))),
                    None => format!(" AND {}", has_amount("user_event")),
                };
                condition += &format!(" AND amount >= {}", bind((*at_least).into()));
                if let Some(currency) = currency {
                    condition += &format!(" AND currency = {}", bind(currency.code().into()));
                }
                Self::events(condition)
            }
            Goal::Quiz(QuizGoal { provider, certification }) => {
                let mut condition = String::new();
                if let Some(provider) = provider {
                    condition += &format!(" AND provider = {}", bind(provider.code().into()));
                }
                if let Some(certification) = certification {
                    condition += &format!(" AND certification_folded = {}", bind(fold(certification).into()));
                }
                Self { table: "quiz_attempts", at: "completed_at", condition }
            }
            // Of entries there is more to know than a condition says.
            Goal::Enter(_) => Self::events(" AND false".to_owned()),
        }
    }

    fn events(condition: String) -> Self {
        Self { table: "user_event", at: "occurred_at", condition }
    }
}

fn named(name: &str) -> String {
    format!("name_no IN (SELECT no FROM event_name WHERE name = {name})")
}

/// How many users of each bucket had been created by the instant of the bucket, were not in a segment then, and did not enter it
/// within a range. `known` are users among whom those with occurrences are.
pub async fn controls(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    [from, before]: [Instant; 2],
    instants: &[Instant],
    known: &HashMap<UserNo, Person>,
) -> Result<Controls, DbErr> {
    let backend = Backend::of(connection);
    let buckets = |instants: &[Instant]| {
        parameter(instants.iter().enumerate().map(|(bucket, at)| json!([bucket, json_rows::instant(*at)])))
    };
    // Materialized, SQLite makes an index of them; else it would read all of them for each user.
    let input = rows(connection, &[("bucket", Type::Small), ("at", Type::Instant)]);
    let with_input = format!("WITH input AS MATERIALIZED ({input})");
    let is_there = format!("users.random_bucket = input.bucket AND {}", is_there("input.at"));
    let sql = format!("{with_input} SELECT count(*) FROM users JOIN input ON {is_there}");
    let all = json_rows::count(connection, sql, [buckets(instants)]).await?;
    // The segment is not among the rows of `$1`: here these are the buckets.
    let stays = stays::overlapping(backend, "(SELECT CAST($2 AS integer) AS segment_id, 1 AS bit)", "$4", "$3");
    let sql = format!(
        "{with_input} SELECT DISTINCT stay.user_no FROM ({stays}) AS stay JOIN users ON users.no = stay.user_no AND {same_shard} \
         JOIN input ON {is_there} \
         WHERE (stay.since >= $3 AND stay.since < $4 AND (stay.until IS NULL OR stay.since < stay.until)) \
         OR (stay.since <= input.at AND (stay.until IS NULL OR stay.until > input.at))",
        same_shard = backend.same_shard("users", "stay"),
    );
    let values = [buckets(instants), segment.0.into(), from.into(), before.into()];
    let excluded = connection.query_all_raw(statement(connection, sql, values)).await?;
    let excluded: HashSet<_> =
        excluded.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<_, _>>()?;
    Ok(Controls {
        instants: instants.to_vec(),
        users: all.saturating_sub(excluded.len() as u64),
        with_occurrences: known
            .iter()
            .filter(|(user, _)| !excluded.contains(user))
            .map(|(user, person)| (*user, *person))
            .collect(),
    })
}

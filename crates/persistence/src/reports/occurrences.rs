//! When users reached a goal.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::{
    ids::{SegmentId, UserNo},
    instant::{EARLIEST, Instant},
    report::goal::{Goal, PurchaseGoal, QuizGoal},
    text::fold,
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::{among, arrays, controls::Controls, entries, payments::has_amount, stays::and_shard};
use crate::database::{backend::Backend, json_rows::statement};

/// Instants have no part below it: what ends with an instant ends before this much later.
const INSTANT: TimeDelta = TimeDelta::microseconds(1);

/// A goal whose segment has been looked up.
#[derive(Debug, Clone, Copy)]
pub struct FoundGoal<'a> {
    pub goal: &'a Goal,
    /// Of [`Goal::Enter`].
    pub segment: Option<SegmentId>,
}

impl FoundGoal<'_> {
    /// Of everyone who is not erased, from an instant on, up to and including another.
    pub async fn between(
        self,
        connection: &impl ConnectionTrait,
        from: Instant,
        through: Instant,
    ) -> Result<Vec<(UserNo, Instant)>, DbErr> {
        let mut found = Vec::new();
        self.each_slice(connection, from, through, |slice| found.extend(slice)).await?;
        Ok(found)
    }

    /// The same, part by part.
    async fn each_slice(
        self,
        connection: &impl ConnectionTrait,
        from: Instant,
        through: Instant,
        mut visit: impl FnMut(Vec<(UserNo, Instant)>),
    ) -> Result<(), DbErr> {
        if let Some(segment) = self.segment {
            visit(entered(connection, segment, from, through).await?);
            return Ok(());
        }
        for [from, before] in arrays::slices([from, through + INSTANT]) {
            let mut values = vec![from.into(), before.into()];
            let Source { table, at, condition } = Source::of(self.goal, &mut values);
            let rows = format!("SELECT user_no, {at} AS at FROM {table} WHERE {at} >= $1 AND {at} < $2{condition}");
            visit(read(connection, rows, values).await?);
        }
        Ok(())
    }

    /// The same of some users.
    pub async fn of_users(
        self,
        connection: &impl ConnectionTrait,
        users: &UserSet,
        from: Instant,
        through: Instant,
    ) -> Result<Vec<(UserNo, Instant)>, DbErr> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(segment) = self.segment {
            let mut entered = entered(connection, segment, from, through).await?;
            entered.retain(|(user, _)| users.contains(*user));
            return Ok(entered);
        }
        let mut values = vec![among::parameter(users), from.into(), through.into()];
        let Source { table, at, condition } = Source::of(self.goal, &mut values);
        let rows = format!(
            "SELECT user_no, {at} AS at FROM {table} WHERE {at} >= $2 AND {at} <= $3 AND {among}{condition}",
            among = among::condition(connection, "user_no"),
        );
        read(connection, rows, values).await
    }

    /// The controls who reached the goal after their instants, within some time and by a horizon.
    pub async fn reached_after(
        self,
        connection: &impl ConnectionTrait,
        controls: &Controls,
        within: TimeDelta,
        horizon: Instant,
    ) -> Result<UserSet, DbErr> {
        let Some([first, last]) = controls.span() else { return Ok(UserSet::default()) };
        let reached = |(user, at): (UserNo, Instant)| {
            let looked_at = controls.at(user)?;
            (looked_at < at && at <= (looked_at + within).min(horizon)).then_some(user)
        };
        let mut users = UserSet::default();
        let through = (last + within).min(horizon);
        self.each_slice(connection, first, through, |slice| users.extend(slice.into_iter().filter_map(reached)))
            .await?;
        Ok(users)
    }

    /// The first occurrence of each user who is not erased, up to and including an instant.
    pub async fn first_of_each(
        self,
        connection: &impl ConnectionTrait,
        through: Instant,
    ) -> Result<HashMap<UserNo, Instant>, DbErr> {
        let mut first = HashMap::new();
        if let Some(segment) = self.segment {
            for (user, at) in entered(connection, segment, EARLIEST, through).await? {
                let stored = first.entry(user).or_insert(at);
                *stored = at.min(*stored);
            }
            return Ok(first);
        }
        let mut values = vec![EARLIEST.into(), through.into()];
        let Source { table, at, condition } = Source::of(self.goal, &mut values);
        let rows = format!(
            "SELECT user_no, min({at}) AS at FROM {table} WHERE {at} >= $1 AND {at} <= $2{condition} GROUP BY user_no{shard}",
            shard = and_shard(Backend::of(connection), table),
        );
        Ok(read(connection, rows, values).await?.into_iter().collect())
    }

    /// The first occurrence at all, up to and including an instant.
    pub async fn begins(self, connection: &impl ConnectionTrait, through: Instant) -> Result<Option<Instant>, DbErr> {
        if let Some(segment) = self.segment {
            let entered = entered(connection, segment, EARLIEST, through).await?;
            return Ok(entered.into_iter().map(|(_, at)| at).min());
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

/// Entries that are moves of users who are not erased.
async fn entered(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    from: Instant,
    through: Instant,
) -> Result<Vec<(UserNo, Instant)>, DbErr> {
    let entries = entries::entries(connection, segment, from, through + INSTANT).await?;
    let counted = entries.into_iter().filter(|entry| entry.kind.is_counted() && entry.person.is_some());
    Ok(counted.map(|entry| (entry.user, entry.at)).collect())
}

/// `rows` is a `SELECT` of `user_no` and `at`. Who erases a user deletes the rows too.
async fn read(
    connection: &impl ConnectionTrait,
    rows: String,
    values: Vec<Value>,
) -> Result<Vec<(UserNo, Instant)>, DbErr> {
    arrays::read(connection, (&["user_no", "at"], &rows), values, arrays::users_at).await
}

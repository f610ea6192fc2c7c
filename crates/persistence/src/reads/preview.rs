//! The users that a new definition would select. There are no overrides yet.

use domain::{criteria::Criteria, instant::Instant, period::Moment};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, sea_query::SelectStatement};

use crate::{criteria_sql, database::backend::Backend, entity::users, ingest::text_index, user_range::UserRange};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub users: i64,
    pub matches: i64,
    /// Every condition and set, in the order of [`Criteria::paths`].
    pub items: Vec<CountedItem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedItem {
    /// `criteria[0]`, `criteria[1].criteria[0]`.
    pub path: String,
    /// How many users match it on its own.
    pub count: i64,
    /// How many users match it and every item before it in its set. `None` if its set is combined with OR.
    pub remaining: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Sampled {
    pub id: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Upper case.
    pub plan: String,
    pub last_activity_at: Option<Instant>,
    pub created_at: Instant,
}

/// Counts users, matches, and for every item its matches and what remains, in one pass over all users or those in the range.
pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
) -> Result<Counted, DbErr> {
    let counts = criteria_sql::counts(criteria, moment, range, Backend::of(connection));
    let row = connection.query_one(&counts.statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
    let mut columns = counts.columns.into_iter();
    let whole = columns.next().ok_or_else(|| DbErr::RecordNotFound("the count of the whole".into()))?;
    let items = criteria.paths().into_iter().zip(columns).map(|(path, columns)| {
        let count = row.try_get_by_index(columns.count)?;
        let remaining = columns.remaining.map(|column| row.try_get_by_index(column)).transpose()?;
        Ok(CountedItem { path, count, remaining })
    });
    Ok(Counted {
        users: row.try_get_by_index(0)?,
        matches: row.try_get_by_index(whole.count)?,
        items: items.collect::<Result<_, DbErr>>()?,
    })
}

/// Up to `size` users who match, in the order of our keys. `count` is how many there are.
pub async fn sample(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
    matches: i64,
    size: u64,
) -> Result<Vec<Sampled>, DbErr> {
    // A limit of no more than there are ends the search at the last one.
    let size = size.min(matches.unsigned_abs());
    if size == 0 {
        return Ok(Vec::new());
    }
    let mut select = criteria_sql::matching(criteria, moment, range, Backend::of(connection));
    // If many match, the text index does not help.
    if range.is_none() && matches <= text_index::FEW {
        text_index::narrow(connection, criteria, &mut select).await?;
    }
    select.clear_selects().limit(size);
    sampled(connection, select).await
}

/// Adds the columns to a select and reads its users.
pub(crate) async fn sampled(
    connection: &impl ConnectionTrait,
    mut select: SelectStatement,
) -> Result<Vec<Sampled>, DbErr> {
    let columns = [
        users::Column::Id,
        users::Column::Email,
        users::Column::FirstName,
        users::Column::LastName,
        users::Column::Plan,
        users::Column::LastActivityAt,
        users::Column::CreatedAt,
    ];
    select.columns(columns.map(|column| column.as_column_ref()));
    let rows = connection.query_all(&select).await?;
    rows.iter().map(|row| Sampled::from_query_result(row, "")).collect()
}

//! The users that a new definition would select. There are no overrides yet.

use domain::{criteria::Criteria, instant::Instant, period::Moment};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, sea_query::SelectStatement};

use crate::{criteria_sql, database::backend::Backend, entity::users, ingest::text_index, user_range::UserRange};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub users: i64,
    pub matches: i64,
    /// How many users match each item on its own, by its path: `criteria[0]`, `criteria[1].criteria[0]`.
    pub items: Vec<(String, i64)>,
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

/// Counts users, matches and matches of every item in one pass over all users or those in the range.
pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
) -> Result<Counted, DbErr> {
    let statement = criteria_sql::counts(criteria, moment, range, Backend::of(connection));
    let row = connection.query_one(&statement).await?.ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
    let items = (2..).zip(criteria.paths()).map(|(column, path)| Ok((path, row.try_get_by_index(column)?)));
    Ok(Counted {
        users: row.try_get_by_index(0)?,
        matches: row.try_get_by_index(1)?,
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

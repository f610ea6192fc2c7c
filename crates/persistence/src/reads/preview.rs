//! What a definition would select if it were saved: by its rule alone, since nobody has decided anything about it yet.

use domain::{criteria::Criteria, instant::Instant, period::Moment};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, sea_query::SelectStatement};

use crate::{criteria_sql, database::backend::Backend, entity::users, ingest::text_index, user_range::UserRange};

/// How many users a definition selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Users there are.
    pub users: i64,
    /// Users who match.
    pub matches: i64,
    /// How many match each item on its own, with its path: `criteria[0]`, `criteria[1].criteria[0]`.
    pub items: Vec<(String, i64)>,
}

/// A user of a sample.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Sampled {
    /// The host application's id.
    pub id: String,
    /// As written.
    pub email: String,
    /// As written.
    pub first_name: Option<String>,
    /// As written.
    pub last_name: Option<String>,
    /// Upper-case.
    pub plan: String,
    /// The last activity, if there was any.
    pub last_activity_at: Option<Instant>,
    /// When the account was made.
    pub created_at: Instant,
}

/// Counts users, matches, and the matches of every item, in one pass over all users or those in the range.
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

/// The first users who match, in the order of our range, of as many as there are: no more than `size`.
pub async fn sample(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    moment: Moment,
    range: Option<UserRange>,
    matches: i64,
    size: u64,
) -> Result<Vec<Sampled>, DbErr> {
    // Asked for no more than there are, so that the last of them ends the search.
    let size = size.min(matches.unsigned_abs());
    if size == 0 {
        return Ok(Vec::new());
    }
    let mut select = criteria_sql::matching(criteria, moment);
    criteria_sql::narrow_to(&mut select, criteria, range);
    // Where many match, no index finds few.
    if range.is_none() && matches <= text_index::FEW {
        text_index::narrow(connection, criteria, &mut select).await?;
    }
    select.clear_selects().limit(size);
    sampled(connection, select).await
}

/// The users of a select that has no columns as yet.
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

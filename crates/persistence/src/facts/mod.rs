//! What a run reads of users: facts, current memberships, admins' decisions and the mark that said they changed, all in
//! one statement.

mod array_row;
mod arrays;
pub mod candidates;
mod rows;
mod scope;
pub(crate) mod table;

use domain::ids::UserNo;
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::{backend::Backend, json_rows::statement};

pub use self::scope::{Candidate, Read, Scope, Unreadable, Users};

/// Users in the order of their keys.
pub async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    match (Backend::of(connection), scope.users) {
        (Backend::Postgres, Users::These(users)) => rows::read_these(connection, users, scope).await,
        (Backend::Postgres, Users::Range { .. }) | (Backend::Sqlite, _) => arrays::read_all(connection, scope).await,
    }
}

/// The key of the `count`-th user above one, or of the last there is; `None` if there is none above.
pub async fn end_of_range(
    connection: &impl ConnectionTrait,
    above: UserNo,
    count: u64,
) -> Result<Option<UserNo>, DbErr> {
    let sql = "SELECT max(no) FROM (SELECT no FROM users WHERE no > $1 ORDER BY no LIMIT $2) AS range";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let row = connection.query_one_raw(statement(connection, sql, [above.0.into(), count.into()])).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten().map(UserNo))
}

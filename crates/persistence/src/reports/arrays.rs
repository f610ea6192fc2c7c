//! What many rows say of users, read as arrays: row by row, a driver takes longer than the database.

use domain::{ids::UserNo, instant::Instant, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::database::{
    array_row::{ArrayRow, as_arrays},
    backend::Backend,
};

/// A `SELECT` of all rows of another as arrays of these columns.
pub(super) fn select(backend: Backend, columns: &[&str], rows: &str) -> String {
    format!("SELECT {} FROM ({rows}) AS found", as_arrays(backend, columns))
}

/// Runs a statement of [`select`], and reads the arrays.
pub(super) async fn read<T>(
    connection: &impl ConnectionTrait,
    statement: Statement,
    read: impl FnOnce(&mut ArrayRow<'_>) -> Option<T>,
) -> Result<T, DbErr> {
    let unreadable = || DbErr::Type("rows as arrays".into());
    let row = connection.query_one_raw(statement).await?.ok_or_else(unreadable)?;
    read(&mut ArrayRow::of(&row)?).ok_or_else(unreadable)
}

pub(super) fn users(arrays: &mut ArrayRow<'_>) -> Option<UserSet> {
    Some(arrays.take::<i64>()?.into_iter().map(UserNo).collect())
}

/// Users with an instant each.
pub(super) fn users_at(arrays: &mut ArrayRow<'_>) -> Option<Vec<(UserNo, Instant)>> {
    let (users, times) = (arrays.take::<i64>()?, arrays.take_instants()?);
    users.into_iter().zip(times).map(|(user, at)| Some((UserNo(user), at?))).collect()
}
